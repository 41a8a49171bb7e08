//! What writes do to indexes: which pages they change, told by comparing the pages before and after.

use super::{
    Bench, Setting, Solved, Trouble,
    bench::{changed, parts},
    compare::extreme,
    solve::counted,
};

/// How many pages of each index a statement changes.
fn pages_changed(bench: &Bench, sql: &str, indexes: &[String]) -> Result<Vec<u64>, Trouble> {
    let pages = || indexes.iter().map(|index| bench.pages(&parts(index).0)).collect::<Result<Vec<_>, _>>();
    let before = pages()?;
    if bench.run(sql)?.stopped {
        return Err(Trouble::Open("the statement takes too long".to_owned()));
    }
    let after = pages()?;
    Ok(before.iter().zip(&after).map(|(before, after)| changed(before, after)).collect())
}

pub(super) fn inserts(
    bench: &Bench,
    setting: &Setting,
    sql: &str,
    indexes: &[String],
    least: bool,
) -> Result<Solved, Trouble> {
    let mut sizes = Vec::new();
    for index in indexes {
        let alone = std::slice::from_ref(index);
        let pages = bench.with(setting, alone, || pages_changed(bench, sql, alone))?;
        sizes.extend(pages);
    }
    let at = extreme(&sizes, least)?;
    let told = indexes.iter().zip(&sizes);
    let reveal =
        told.map(|(index, pages)| format!("{index}: {} changed.", counted(*pages, "page"))).collect();
    Ok(Solved { answer: vec![at], reveal, line: None })
}

pub(super) fn touches(bench: &Bench, setting: &Setting, sql: &str) -> Result<Solved, Trouble> {
    let pages = bench.with(setting, &[], || pages_changed(bench, sql, &setting.indexes))?;
    let told = setting.indexes.iter().zip(&pages);
    let reveal = told.map(|(index, pages)| match pages {
        0 => format!("{index}: no page changed."),
        n => format!("{index}: {} changed.", counted(*n, "page")),
    });
    let reveal = reveal.collect();
    Ok(Solved { answer: (0..pages.len()).filter(|at| pages[*at] > 0).collect(), reveal, line: None })
}

pub(super) fn pays(bench: &Bench, setting: &Setting, statements: &[String]) -> Result<Solved, Trouble> {
    let (mut answer, mut reveal) = (Vec::new(), Vec::new());
    for (at, sql) in statements.iter().enumerate() {
        let pages: u64 =
            bench.with(setting, &[], || pages_changed(bench, sql, &setting.indexes))?.iter().sum();
        let letter = char::from(b'a' + u8::try_from(at.min(25)).expect("it is at most 25"));
        if pages > 0 {
            answer.push(at);
            reveal.push(format!("{letter}: {} of the index changed.", counted(pages, "page")));
        } else {
            reveal.push(format!("{letter}: no page of the index changed."));
        }
    }
    Ok(Solved { answer, reveal, line: None })
}
