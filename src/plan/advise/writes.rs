//! What an index costs those who write: rows are taken out, put back and changed, with it and without it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    index::{Index, name},
    lab::Lab,
};
use crate::{
    cost::Cost,
    engine::{Access, Failure},
};

/// What one row more, less or changed costs, in steps.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Writes {
    /// One INSERT.
    pub insert: i64,
    /// Pages that one INSERT gets.
    pub insert_pages: i64,
    /// One DELETE.
    pub delete: i64,
    /// One UPDATE of a column, for each that concerns the index.
    pub update: BTreeMap<String, i64>,
}

/// How many rows are tried.
const SAMPLE: u64 = 16;

/// What writing costs now in the tables of these indexes, by table.
fn measure(lab: &Lab<'_>, indexes: &[Index]) -> Result<BTreeMap<usize, Totals>, Failure> {
    let mut found: BTreeMap<usize, Totals> = BTreeMap::new();
    for index in indexes {
        let mut columns: Vec<usize> = index.parts.iter().filter_map(|part| part.column).collect();
        columns.extend(index.filter.iter().map(|filter| filter.column));
        found.entry(index.table).or_default().columns.extend(columns);
    }
    for (table, totals) in &mut found {
        totals.columns.sort_unstable();
        totals.columns.dedup();
        lab.undone(|| totals.fill(lab, *table))?;
    }
    Ok(found)
}

/// What these indexes cost more than none.
pub(super) fn more(lab: &Lab<'_>, indexes: &[Index]) -> Result<Writes, Failure> {
    // What refers to a row is looked for when it goes, which is no matter of these indexes.
    lab.script("PRAGMA foreign_keys = off")?;
    let before = measure(lab, indexes);
    let after = lab.undone(|| {
        lab.create(indexes, false)?;
        measure(lab, indexes)
    });
    lab.script("PRAGMA foreign_keys = on")?;
    let (before, after) = (before?, after?);
    let mut writes = Writes::default();
    for (table, after) in &after {
        let before = &before[table];
        writes.insert += each(after.insert.steps, before.insert.steps, after.rows);
        writes.insert_pages += each(after.insert.pages, before.insert.pages, after.rows);
        writes.delete += each(after.delete, before.delete, after.rows);
        let info = &lab.schema.tables[*table];
        for (column, steps) in &after.update {
            let more = each(*steps, before.update.get(column).copied().unwrap_or(*steps), after.rows);
            writes.update.insert(format!("{}.{}", info.name, info.columns[*column].name), more);
        }
    }
    Ok(writes)
}

fn each(after: u64, before: u64, rows: u64) -> i64 {
    let more = after as f64 - before as f64;
    (more / rows.max(1) as f64).round() as i64
}

#[derive(Debug, Default)]
struct Totals {
    columns: Vec<usize>,
    rows: u64,
    insert: Cost,
    delete: u64,
    update: BTreeMap<usize, u64>,
}

impl Totals {
    fn fill(&mut self, lab: &Lab<'_>, table: usize) -> Result<(), Failure> {
        let info = &lab.schema.tables[table];
        if info.without_rowid || lab.rows(table) == 0 {
            return Ok(());
        }
        let named = name(&info.name);
        let stride = (lab.rows(table) / SAMPLE).max(1);
        let insertable = info.insertable();
        let columns: Vec<String> = insertable.iter().map(|at| name(&info.columns[*at].name)).collect();
        let columns = columns.join(", ");
        let picked = lab.table(&format!(
            "SELECT rowid, {columns} FROM {named} WHERE rowid IN (SELECT rowid FROM {named} ORDER BY rowid LIMIT {SAMPLE}) \
             OR rowid % {stride} = 0 ORDER BY rowid DESC LIMIT {SAMPLE}"
        ))?;
        let rowids: Vec<String> = picked.rows.iter().map(|row| row[0].to_string()).collect();
        let run = |sql: &str| -> Result<Option<Cost>, Failure> {
            let ran = lab
                .sandbox
                .with_access(Access::Trusted, |s| s.run(sql, &[], |_| std::ops::ControlFlow::Continue(())));
            // A constraint or a trigger may refuse it; then there is nothing to compare.
            Ok(ran.ok().map(|done| done.cost))
        };
        for column in &self.columns {
            let Some(at) = insertable.iter().position(|other| other == column) else { continue };
            if info.rowid_alias == Some(*column) {
                continue;
            }
            let mut steps = 0;
            for (row, rowid) in rowids.iter().enumerate() {
                let value = &picked.rows[(row + 1) % picked.rows.len()][at + 1];
                let set = name(&info.columns[*column].name);
                let cost = run(&format!("UPDATE {named} SET {set} = {value} WHERE rowid = {rowid}"))?;
                steps += cost.map_or(0, |cost| cost.steps);
                let value = &picked.rows[row][at + 1];
                run(&format!("UPDATE {named} SET {set} = {value} WHERE rowid = {rowid}"))?;
            }
            self.update.insert(*column, steps);
        }
        for (row, rowid) in picked.rows.iter().zip(&rowids) {
            let Some(gone) = run(&format!("DELETE FROM {named} WHERE rowid = {rowid}"))? else { continue };
            let values: Vec<String> = row[1..].iter().map(ToString::to_string).collect();
            let key = if info.rowid_alias.is_some() {
                (String::new(), String::new())
            } else {
                ("rowid, ".to_owned(), format!("{rowid}, "))
            };
            let sql =
                format!("INSERT INTO {named} ({}{columns}) VALUES ({}{})", key.0, key.1, values.join(", "));
            let Some(cost) = run(&sql)? else { continue };
            self.rows += 1;
            self.delete += gone.steps;
            self.insert.steps += cost.steps;
            self.insert.pages += cost.pages;
        }
        Ok(())
    }
}
