//! What a search starts from, and how it ends: plain data.

use super::{compare::Order, difference::Counterexample, tiny::TinyDb};
use crate::{engine::Failure, moment::Moment, schema::hints::ColumnHint, sql::tiebreak::Luck, value::Value};

/// What answers are compared with.
#[derive(Debug, Clone, Copy)]
pub struct Brief<'a> {
    /// The schema's CREATE statements.
    pub ddl: &'a str,
    /// What its author says of its values.
    pub hints: &'a [ColumnHint],
    /// The statement that is right.
    pub reference: &'a str,
    /// The values of named parameters, in both statements.
    pub parameters: &'a [(String, Value)],
    /// What order of rows counts.
    pub order: &'a Order,
    /// What 'now' is, unless the day moves.
    pub now: Moment,
    /// Whether both must agree on any day.
    pub day_moves: bool,
    /// The seed of the random databases.
    pub seed: u64,
}

/// How long to look.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    /// How many random databases at the most.
    pub databases: u64,
    /// How long, in milliseconds.
    pub millis: u64,
}

/// How far the search went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effort {
    /// Databases on which both statements ran.
    pub databases: u64,
    /// How many of them were killers.
    pub killers: u64,
    /// How many different days were tried.
    pub days: u64,
    /// Databases on which the answer ran out of steps.
    pub stopped: u64,
}

/// What is known before an answer is looked at.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'k> {
    /// Databases that have told other answers from the reference, shrunk: mistakes are seldom made once. They are not
    /// counted.
    pub small: &'k [TinyDb],
    /// The killers.
    pub killers: &'k [TinyDb],
    /// On how many of them, from the first on, the answer agrees, as a screening has shown.
    pub agreed: usize,
}

/// How the search ended.
#[derive(Debug)]
pub enum Outcome {
    /// No difference was found.
    Same(Effort),
    /// A difference was found.
    Different(Box<Found>, Effort),
    /// The answer does not run at all.
    Fails(Failure),
    /// The answer runs out of steps again and again.
    Endless(Effort),
}

/// A difference, and the smallest database that shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What to show. Where `by_luck`, it shows only while tables are read backwards.
    pub counterexample: Counterexample,
    /// Whether the answer itself is right there, as long as SQLite reads tables in their usual order.
    pub by_luck: bool,
    /// What the luck was in, where a twin of the answer showed it.
    pub luck: Option<Luck>,
    /// The database itself.
    pub db: TinyDb,
}

/// Why no search could be made: the reference or the schema is at fault.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchError(pub String);

impl std::fmt::Display for SearchError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SearchError {}

impl From<Failure> for SearchError {
    fn from(failure: Failure) -> Self {
        SearchError(failure.message)
    }
}
