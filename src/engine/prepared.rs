//! A prepared statement, what it hands out row by row, and what is known once it has run.

use std::ops::ControlFlow;

use rusqlite::{
    Statement, StatementStatus,
    types::{ToSql, ToSqlOutput, ValueRef as Raw},
};

use super::{Failure, Sandbox, ffi};
use crate::{
    cost::Cost,
    value::{Table, Value, ValueRef},
};

/// A statement that ran to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// Rows returned.
    pub rows: u64,
    /// Rows inserted, updated or deleted.
    pub changes: u64,
    /// What it cost.
    pub cost: Cost,
    /// Whether the reader asked to stop before the last row.
    pub cut: bool,
}

/// A row while it stands under the cursor.
pub struct RowView<'a> {
    row: &'a rusqlite::Row<'a>,
    columns: usize,
}

impl RowView<'_> {
    /// How many columns the row has.
    pub fn len(&self) -> usize {
        self.columns
    }

    /// Whether the row has no columns, which no row of SQLite is.
    pub fn is_empty(&self) -> bool {
        self.columns == 0
    }

    /// The value in one column, counted from 0.
    pub fn get(&self, column: usize) -> ValueRef<'_> {
        match self.row.get_ref(column).expect("the column is one of the row's") {
            Raw::Null => ValueRef::Null,
            Raw::Integer(i) => ValueRef::Integer(i),
            Raw::Real(r) => ValueRef::Real(r),
            Raw::Text(t) => ValueRef::Text(t),
            Raw::Blob(b) => ValueRef::Blob(b),
        }
    }

    /// The values from left to right.
    pub fn iter(&self) -> impl Iterator<Item = ValueRef<'_>> {
        (0..self.columns).map(|column| self.get(column))
    }
}

/// Lets our own values be bound.
pub(super) struct Bind<'a>(pub(super) ValueRef<'a>);

impl ToSql for Bind<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            ValueRef::Null => Raw::Null,
            ValueRef::Integer(i) => Raw::Integer(i),
            ValueRef::Real(r) => Raw::Real(r),
            ValueRef::Text(t) => Raw::Text(t),
            ValueRef::Blob(b) => Raw::Blob(b),
        }))
    }
}

/// A statement made ready to run, any number of times.
pub struct Prepared<'s> {
    pub(super) sandbox: &'s Sandbox,
    pub(super) statement: Statement<'s>,
    pub(super) columns: usize,
    /// Whether it calls functions, any one of which may take long.
    pub(super) calls: bool,
}

impl Prepared<'_> {
    /// How many columns it returns; 0: it returns no rows.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The names of the columns it returns.
    pub fn column_names(&self) -> Vec<String> {
        self.statement.column_names().map(str::to_owned).collect()
    }

    /// Whether it leaves the database as it is.
    pub fn reads_only(&self) -> bool {
        self.statement.readonly()
    }

    /// Whether it is an EXPLAIN or EXPLAIN QUERY PLAN.
    pub fn is_explain(&self) -> bool {
        self.statement.is_explain() != 0
    }

    /// The names of its parameters, as written (`:from`); "" for one without a name.
    pub fn parameters(&self) -> Vec<String> {
        (1..=self.statement.parameter_count())
            .map(|i| self.statement.parameter_name(i).unwrap_or_default().to_owned())
            .collect()
    }

    /// Binds one parameter by its place, counted from 1.
    pub fn bind(&mut self, place: usize, value: ValueRef<'_>) -> Result<(), Failure> {
        self.statement
            .raw_bind_parameter(place, Bind(value))
            .map_err(|error| self.sandbox.explain_failure(error))
    }

    /// Binds parameters by name, whatever sign stands before it; those that nobody names are NULL.
    pub fn bind_named(&mut self, values: &[(String, Value)]) -> Result<(), Failure> {
        for (at, name) in self.parameters().into_iter().enumerate() {
            let bare = name.trim_start_matches([':', '@', '$']);
            if let Some((_, value)) = values.iter().find(|(known, _)| known == bare) {
                self.bind(at + 1, value.as_ref())?;
            }
        }
        Ok(())
    }

    /// Runs it to its end and hands each row to `read`, which may stop it.
    ///
    /// # Errors
    /// Why it did not come to its end.
    pub fn run(&mut self, mut read: impl FnMut(&RowView<'_>) -> ControlFlow<()>) -> Result<Done, Failure> {
        let sandbox = self.sandbox;
        sandbox.pin_clock();
        sandbox.interrupter.control.start(sandbox.steps.get());
        let _begun = sandbox.interrupter.begin(sandbox.deadline.get(), self.calls);
        let pages = ffi::page_gets(&sandbox.conn);
        let changes = sandbox.conn.total_changes();
        self.statement.reset_status(StatementStatus::VmStep);
        let mut done = Done { rows: 0, changes: 0, cost: Cost::default(), cut: false };
        {
            let mut rows = self.statement.raw_query();
            loop {
                match rows.next() {
                    Ok(Some(row)) => {
                        done.rows += 1;
                        if read(&RowView { row, columns: self.columns }).is_break() {
                            done.cut = true;
                            break;
                        }
                    }
                    Ok(None) => break,
                    Err(error) => return Err(sandbox.explain_failure(error)),
                }
            }
        }
        done.cost.steps = u64::from(self.statement.get_status(StatementStatus::VmStep).unsigned_abs());
        done.cost.pages = ffi::page_gets(&sandbox.conn).wrapping_sub(pages) & u64::from(u32::MAX);
        done.changes = sandbox.conn.total_changes() - changes;
        Ok(done)
    }

    /// Runs it with no cost counted and no deadline of its own: the judge's inner loop. The step budget holds.
    ///
    /// # Errors
    /// Why it did not come to its end.
    pub fn sweep(&mut self, mut read: impl FnMut(&RowView<'_>) -> ControlFlow<()>) -> Result<(), Failure> {
        let sandbox = self.sandbox;
        sandbox.pin_clock();
        sandbox.interrupter.control.start(sandbox.steps.get());
        let mut rows = self.statement.raw_query();
        loop {
            match rows.next() {
                Ok(Some(row)) => {
                    if read(&RowView { row, columns: self.columns }).is_break() {
                        return Ok(());
                    }
                }
                Ok(None) => return Ok(()),
                Err(error) => return Err(sandbox.explain_failure(error)),
            }
        }
    }

    /// Runs an INSERT, UPDATE or DELETE as [`Prepared::sweep`] does, and tells how many rows it changed.
    ///
    /// # Errors
    /// Why it did not come to its end, or that it returns rows.
    pub fn change(&mut self) -> Result<usize, Failure> {
        let sandbox = self.sandbox;
        sandbox.pin_clock();
        sandbox.interrupter.control.start(sandbox.steps.get());
        self.statement.raw_execute().map_err(|error| sandbox.explain_failure(error))
    }

    /// Runs it and keeps all it returns, with what it cost.
    ///
    /// # Errors
    /// As [`Prepared::run`].
    pub fn table(&mut self) -> Result<(Table, Done), Failure> {
        let mut table = Table { columns: self.column_names(), rows: Vec::new() };
        let done = self.run(|row| {
            table.rows.push(row.iter().map(ValueRef::to_value).collect());
            ControlFlow::Continue(())
        })?;
        Ok((table, done))
    }
}
