//! What `check` found, as text.

use std::fmt::Write as _;

use crate::judge::check::Checked;

/// A few lines on one exercise: one where all is in order.
pub fn text(checked: &Checked) -> String {
    let mutants = &checked.mutants;
    let mark = match (checked.faults.is_empty(), mutants.alive.is_empty()) {
        (true, true) => "ok  ",
        (true, false) => "look",
        (false, _) => "FAIL",
    };
    let parts = match checked.questions {
        0 => format!("{} right, {} wrong", checked.right, checked.wrong),
        1 => "1 question".to_owned(),
        n => format!("{n} questions"),
    };
    let mut out = format!("{mark} {:24} {parts}", checked.id);
    if mutants.made > 0 {
        write!(
            out,
            " · {} edits: {} killed, {} proven equivalent, {} looked at, {} alive",
            mutants.made,
            mutants.killed,
            mutants.proven,
            mutants.equivalent,
            mutants.alive.len()
        )
        .expect("writing to a String succeeds");
    }
    if let Some(share) = mutants.held_out {
        write!(out, " · held out {:.0} %", share * 100.0).expect("writing to a String succeeds");
    }
    if mutants.made > 0 {
        write!(out, " · {} killers", checked.killers.len()).expect("writing to a String succeeds");
    }
    out.push('\n');
    for fault in &checked.faults {
        writeln!(out, "       {fault}").expect("writing to a String succeeds");
    }
    for mutant in &mutants.alive {
        writeln!(out, "       alive: {}", mutant.edit).expect("writing to a String succeeds");
    }
    out
}

/// The last line, on all of them.
pub fn summary(all: &[Checked]) -> String {
    let sum = |count: fn(&Checked) -> usize| all.iter().map(count).sum::<usize>();
    let shares: Vec<f64> = all.iter().filter_map(|checked| checked.mutants.held_out).collect();
    let held_out = match shares.len() {
        0 => String::new(),
        n => format!(", held out {:.1} %", shares.iter().sum::<f64>() * 100.0 / n as f64),
    };
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    format!(
        "{}: {} · {}: {} killed, {} proven equivalent, {} looked at, {} alive{held_out}\n",
        count(all.len(), "exercise"),
        count(sum(|c| c.faults.len()), "fault"),
        count(sum(|c| c.mutants.made), "edit"),
        sum(|c| c.mutants.killed),
        sum(|c| c.mutants.proven),
        sum(|c| c.mutants.equivalent),
        sum(|c| c.mutants.alive.len()),
    )
}
