//! Advice on indexes on the screen: a table of what was measured, and why. Draws what it is handed.

use std::fmt::Write as _;

use super::{
    cell::width,
    plan::Look,
    text::{cut, left, right, wrap},
};
use crate::{
    cost::Cost,
    plan::{
        advise::{Advice, Proposal, Rejection, Workload},
        words::grouped,
    },
};

/// How wide the figures of a line are, all columns of them.
const FIGURES: usize = 44;

/// On narrower screens there is no table: each line says what its figures are.
const TABLE: usize = 60;

/// The whole advice.
pub fn advice(advice: &Advice, look: Look) -> String {
    let mut out = String::new();
    let tables: Vec<String> =
        advice.tables.iter().map(|(table, rows)| format!("{} {table}", grouped(*rows))).collect();
    let on = if tables.is_empty() { String::new() } else { format!(" on {}", tables.join(", ")) };
    let head = format!("Measured{on}, after ANALYZE");
    line(&mut out, &wrap(&head, look.width, "", ""));
    line(&mut out, "");
    if look.width >= TABLE {
        entry(&mut out, look, "", "", ["steps", "pages", "size", "INSERT"].map(str::to_owned));
    }
    let more = if advice.stopped { ">" } else { "" };
    let steps = format!("{more}{}", grouped(advice.baseline.steps));
    entry(&mut out, look, "", "now", [steps, grouped(advice.baseline.pages), String::new(), String::new()]);
    if let Some(cost) = advice.analyzed {
        let figures = [grouped(cost.steps), grouped(cost.pages), String::new(), String::new()];
        entry(&mut out, look, "", "after ANALYZE alone", figures);
    }
    for (at, proposal) in advice.advice.iter().enumerate() {
        let figures = [
            grouped(proposal.steps),
            grouped(proposal.pages),
            size(proposal.bytes),
            format!("{:+}", proposal.insert_steps),
        ];
        entry(&mut out, look, &format!("{}  ", at + 1), &proposal.brief, figures);
    }
    for (at, proposal) in advice.advice.iter().enumerate() {
        line(&mut out, "");
        line(&mut out, &wrap(&format!("{}.", proposal.why), look.width, &format!("{}  ", at + 1), "   "));
        if let Some(updates) = updates(proposal) {
            line(&mut out, &wrap(&updates, look.width, "   ", "   "));
        }
        for sql in proposal.sql.split("; ") {
            line(&mut out, &wrap(&format!("{sql};"), look.width, "   ", "     "));
        }
    }
    if let Some(verdict) = &advice.verdict {
        line(&mut out, "");
        line(&mut out, &wrap(&format!("{verdict}."), look.width, "", ""));
    }
    rejected(&mut out, &advice.rejected, look);
    out
}

/// Advice for several statements: the sums, then each statement before and after.
pub fn workload(found: &Workload, look: Look) -> String {
    let head = format!(
        "{} statements; the figures are sums over them, by weight, each line on top of those before it.",
        found.statements.len()
    );
    let mut out = format!("{}\n\n", wrap(&head, look.width, "", ""));
    out.push_str(&advice(&found.sums, look));
    line(&mut out, "");
    line(&mut out, "Each statement, in steps and pages:");
    for one in &found.statements {
        let times = if one.weight == 1 { String::new() } else { format!("{} × ", one.weight) };
        let figures = |cost: Cost| format!("{} / {}", grouped(cost.steps), grouped(cost.pages));
        let figures = format!("{} → {}", figures(one.before), figures(one.after));
        let figures = if look.ascii { figures.replace('→', "->") } else { figures };
        let sql = one.sql.split_whitespace().collect::<Vec<_>>().join(" ");
        let sql = format!("  {times}{sql}");
        line(&mut out, &cut(&sql, look.width, "…"));
        line(&mut out, &format!("    {figures}"));
    }
    out
}

/// What other writes cost more: `one DELETE +6 steps, UPDATE of orders.status +13`.
fn updates(proposal: &Proposal) -> Option<String> {
    let writes = &proposal.writes;
    if writes.delete == 0 && writes.update.is_empty() {
        return None;
    }
    let mut said = vec![format!("one DELETE {:+} steps", writes.delete)];
    said.extend(writes.update.iter().map(|(column, steps)| format!("one UPDATE of {column} {steps:+}")));
    Some(format!("Writes: one INSERT {:+} steps, {}", writes.insert, said.join(", ")))
}

/// Those that do not help, gathered by the reason.
fn rejected(out: &mut String, rejected: &[Rejection], look: Look) {
    if rejected.is_empty() {
        return;
    }
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for one in rejected {
        match reasons.iter_mut().find(|(why, _)| *why == one.why) {
            Some((_, list)) => list.push(&one.brief),
            None => reasons.push((&one.why, vec![&one.brief])),
        }
    }
    line(out, "");
    line(out, "Tried and not worth it:");
    for (why, list) in reasons {
        line(out, &wrap(&format!("{}: {why}", list.join(", ")), look.width, "  ", "    "));
    }
}

fn line(out: &mut String, text: &str) {
    writeln!(out, "{}", text.trim_end()).expect("writing to a String succeeds");
}

/// What was measured of one thing: a row of the table, below its head where that is too long, or a sentence.
fn entry(out: &mut String, look: Look, number: &str, head: &str, figures: [String; 4]) {
    let wide = look.width.clamp(TABLE, 100) - FIGURES;
    if look.width < TABLE {
        let [steps, pages, size, insert] = figures;
        let more =
            if size.is_empty() { String::new() } else { format!(", {size}, {insert} for each INSERT") };
        let said = format!("{head}: {steps} steps, {pages} pages{more}");
        line(out, &wrap(&said, look.width, number, "   "));
    } else if width(number) + width(head) <= wide {
        row(out, wide, &format!("{number}{head}"), figures);
    } else {
        line(out, &wrap(head, look.width, number, "   "));
        row(out, wide, "", figures);
    }
}

fn row(out: &mut String, wide: usize, head: &str, [steps, pages, size, insert]: [String; 4]) {
    let text = format!(
        "{}{}{}{}{}",
        left(head, wide),
        right(&steps, 14),
        right(&pages, 11),
        right(&size, 11),
        right(&insert, 8)
    );
    line(out, &text);
}

fn size(bytes: u64) -> String {
    if bytes < 1_000_000 {
        format!("{} KB", bytes.div_ceil(1024))
    } else {
        format!("{:.1} MB", bytes as f64 / 1e6)
    }
}
