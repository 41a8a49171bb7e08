//! What a difference between two results is, as plain data: kept, shown and printed by others.

use serde::Serialize;

use crate::value::Table;

/// What kind of wrong an answer's result is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mismatch {
    /// Another number of columns, or the right ones in the wrong sequence.
    Columns,
    /// Rows are missing.
    MissingRows,
    /// Rows that should not be there.
    ExtraRows,
    /// As many rows, with other values.
    Values,
    /// The right rows in the wrong order.
    Order,
    /// Rows come more often, or less often, than they should.
    Duplicates,
    /// The result hangs on an order of rows that nothing promises.
    DependsOnOrder,
    /// The result is another one on each run.
    DependsOnChance,
    /// The statement fails on some data where the reference does not.
    Fails,
}

impl Mismatch {
    /// The word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Mismatch::Columns => "columns",
            Mismatch::MissingRows => "missing-rows",
            Mismatch::ExtraRows => "extra-rows",
            Mismatch::Values => "values",
            Mismatch::Order => "order",
            Mismatch::Duplicates => "duplicates",
            Mismatch::DependsOnOrder => "depends-on-order",
            Mismatch::DependsOnChance => "depends-on-chance",
            Mismatch::Fails => "fails",
        }
    }
}

/// A difference between the result that was expected and the one that came.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// What kind of wrong it is.
    pub mismatch: Mismatch,
    /// One sentence for the learner, with no full stop.
    pub sentence: String,
    /// The first rows that differ, beside each other: expected, actual. `None`: there is no such row on that side.
    pub pairs: Vec<(Option<crate::value::Row>, Option<crate::value::Row>)>,
}

/// A database, and a day, on which an answer is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Counterexample {
    /// What day it is, where it matters: 'YYYY-MM-DD HH:MM:SS'.
    pub today: Option<String>,
    /// The rows of each table, in the order in which they load.
    pub tables: Vec<(String, Table)>,
    /// What the reference gives.
    pub expected: Table,
    /// What the answer gives.
    pub actual: Table,
    /// The difference between the two.
    pub difference: Difference,
}

impl Counterexample {
    /// How many rows its tables hold together.
    pub fn rows(&self) -> usize {
        self.tables.iter().map(|(_, table)| table.rows.len()).sum()
    }
}
