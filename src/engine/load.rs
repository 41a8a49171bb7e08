//! Loading many rows: one prepared INSERT of many rows, bound from a reused buffer.

use std::{fmt::Write as _, ops::Range};

use rusqlite::Statement;

use super::{Failure, Sandbox, prepared::Bind};
use crate::value::ValueRef;

/// Parameters of one INSERT: about a hundred rows of a usual table, well under SQLite's limit of 32,766.
const PARAMETERS: usize = 600;

enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text(Range<usize>),
    Blob(Range<usize>),
}

/// Inserts rows into one table. Rows are kept until [`Loader::flush`] at the latest.
pub struct Loader<'s> {
    sandbox: &'s Sandbox,
    table: String,
    columns: Vec<String>,
    batch: usize,
    many: Statement<'s>,
    cells: Vec<Cell>,
    bytes: Vec<u8>,
}

impl<'s> Loader<'s> {
    /// Makes ready to insert into the named columns of a table.
    ///
    /// # Errors
    /// A table or column that is not there.
    pub fn new(sandbox: &'s Sandbox, table: &str, columns: &[String]) -> Result<Loader<'s>, Failure> {
        let batch = (PARAMETERS / columns.len().max(1)).max(1);
        let many = sandbox
            .conn
            .prepare(&insert(table, columns, batch))
            .map_err(|error| sandbox.explain_failure(error))?;
        Ok(Loader {
            sandbox,
            table: table.to_owned(),
            columns: columns.to_vec(),
            batch,
            many,
            cells: Vec::with_capacity(PARAMETERS),
            bytes: Vec::new(),
        })
    }

    /// Takes a row, as long as the list of columns.
    ///
    /// # Errors
    /// A constraint that one of the rows kept so far breaks.
    pub fn row(&mut self, row: &[ValueRef<'_>]) -> Result<(), Failure> {
        debug_assert_eq!(row.len(), self.columns.len(), "a row is as long as the list of columns");
        for value in row {
            let mut keep = |bytes: &[u8]| {
                let start = self.bytes.len();
                self.bytes.extend_from_slice(bytes);
                start..self.bytes.len()
            };
            let cell = match *value {
                ValueRef::Null => Cell::Null,
                ValueRef::Integer(i) => Cell::Integer(i),
                ValueRef::Real(r) => Cell::Real(r),
                ValueRef::Text(t) => Cell::Text(keep(t)),
                ValueRef::Blob(b) => Cell::Blob(keep(b)),
            };
            self.cells.push(cell);
        }
        if self.cells.len() == self.batch * self.columns.len() {
            execute(self.sandbox, &mut self.many, &self.cells, &self.bytes)?;
            self.cells.clear();
            self.bytes.clear();
        }
        Ok(())
    }

    /// Inserts what is still kept.
    ///
    /// # Errors
    /// As [`Loader::row`].
    pub fn flush(&mut self) -> Result<(), Failure> {
        if !self.cells.is_empty() {
            let rows = self.cells.len() / self.columns.len();
            let mut last = self
                .sandbox
                .conn
                .prepare(&insert(&self.table, &self.columns, rows))
                .map_err(|error| self.sandbox.explain_failure(error))?;
            execute(self.sandbox, &mut last, &self.cells, &self.bytes)?;
            self.cells.clear();
            self.bytes.clear();
        }
        Ok(())
    }
}

fn execute(
    sandbox: &Sandbox,
    statement: &mut Statement<'_>,
    cells: &[Cell],
    bytes: &[u8],
) -> Result<(), Failure> {
    let mut run = || {
        for (at, cell) in cells.iter().enumerate() {
            let value = match cell {
                Cell::Null => ValueRef::Null,
                Cell::Integer(i) => ValueRef::Integer(*i),
                Cell::Real(r) => ValueRef::Real(*r),
                Cell::Text(range) => ValueRef::Text(&bytes[range.clone()]),
                Cell::Blob(range) => ValueRef::Blob(&bytes[range.clone()]),
            };
            statement.raw_bind_parameter(at + 1, Bind(value))?;
        }
        statement.raw_execute()
    };
    run().map(drop).map_err(|error| sandbox.explain_failure(error))
}

/// A name as SQL takes it, whatever it holds.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn insert(table: &str, columns: &[String], rows: usize) -> String {
    let names = columns.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
    let places = format!("({})", vec!["?"; columns.len()].join(", "));
    let mut sql = String::new();
    write!(sql, "INSERT INTO {} ({names}) VALUES {}", quoted(table), vec![places; rows].join(", "))
        .expect("writing to a String succeeds");
    sql
}
