//! Which tables need rows: those that a statement reads, and those that these refer to.

use std::collections::BTreeSet;

use crate::{
    engine::{Access, Failure, Prepared, Sandbox},
    schema::introspect::Schema,
    value::Value,
};

/// A statement made ready, and the names of the tables that it reads.
///
/// SQLite asks for permission wherever a statement names a column, so that is how most tables become known. It does
/// not ask for the columns of USING and NATURAL: the program it compiles shows which tables those open.
///
/// # Errors
/// A statement that SQLite refuses.
pub(super) fn prepare<'s>(
    sandbox: &'s Sandbox,
    sql: &str,
) -> Result<(Prepared<'s>, BTreeSet<String>), Failure> {
    sandbox.take_reads();
    let prepared = sandbox.prepare(sql)?;
    let mut reads = sandbox.take_reads();
    // What cannot be explained, such as an EXPLAIN, reads what is known already.
    reads.extend(sandbox.with_access(Access::Trusted, |sandbox| opened(sandbox, sql)).unwrap_or_default());
    sandbox.take_reads();
    Ok((prepared, reads))
}

/// The tables whose rows or indexes a statement's program opens.
fn opened(sandbox: &Sandbox, sql: &str) -> Result<Vec<String>, Failure> {
    let program = sandbox.table(&format!("EXPLAIN {sql}"))?;
    let place = |name: &str| program.columns.iter().position(|column| column == name);
    let (Some(opcode), Some(page)) = (place("opcode"), place("p2")) else { return Ok(Vec::new()) };
    let pages = sandbox.table("SELECT rootpage, tbl_name FROM sqlite_schema WHERE rootpage > 0")?.rows;
    let open = Value::from("OpenRead");
    let opened = program.rows.iter().filter(|row| row[opcode] == open);
    let names = opened.filter_map(|row| match pages.iter().find(|known| known[0] == row[page])?.get(1)? {
        Value::Text(name) => Some(name.clone()),
        Value::Null | Value::Integer(_) | Value::Real(_) | Value::Blob(_) => None,
    });
    Ok(names.collect())
}

/// Which tables of a schema get rows where a statement reads these.
pub(super) fn wanted(schema: &Schema, reads: &BTreeSet<String>) -> Vec<bool> {
    let mut wanted: Vec<bool> = schema
        .tables
        .iter()
        .map(|table| reads.iter().any(|name| name.eq_ignore_ascii_case(&table.name)))
        .collect();
    // Children stand after their parents, rings of references excepted.
    for _ in 0..2 {
        for (at, table) in schema.tables.iter().enumerate().rev() {
            if wanted[at] {
                table.foreign_keys.iter().for_each(|key| wanted[key.parent] = true);
            }
        }
    }
    wanted
}
