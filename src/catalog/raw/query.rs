//! The kind query: one statement that reads, and the parts that other kinds share with it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::raw_exercise;

raw_exercise! {
    /// An exercise that asks for one statement that reads.
    RawQuery, "query" {
        /// The columns of the result, from left to right.
        #[schemars(length(min = 1))]
        columns: Vec<RawColumn>,
        /// The order of the result's rows; left out where any order will do.
        order: Option<RawOrder>,
        /// Right answers in different styles, at least two; the first is the reference.
        #[schemars(length(min = 2))]
        right: Vec<RawAnswer>,
        /// Wrong answers as learners write them, at least three.
        #[schemars(length(min = 3))]
        wrong: Vec<RawWrong>,
        /// Small databases at the boundaries of the question.
        #[serde(default, rename = "database")]
        databases: Vec<RawDatabase>,
        /// Single edits of the reference that mean the same, looked at by the author.
        #[serde(default, rename = "equivalent")]
        equivalents: Vec<RawEquivalent>,
    }
}

/// A column of the result.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct RawColumn {
    /// What it is called in the statement; the answer may call it anything.
    pub name: String,
    /// What it holds.
    pub meaning: String,
    /// Its unit, such as cents.
    pub unit: Option<String>,
}

/// The order of the rows.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct RawOrder {
    /// Sort keys, the first first: a column's name, or words for a key that is no column; " desc" behind it.
    pub by: Vec<String>,
    /// Whether the keys leave no two rows equal.
    pub total: bool,
}

/// A right answer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct RawAnswer {
    /// What is special about the way it goes.
    pub style: String,
    /// The statement.
    pub sql: String,
}

/// A wrong answer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct RawWrong {
    /// Why it is wrong, as the learner is told.
    pub why: String,
    /// The statement.
    pub sql: String,
}

/// A small database.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct RawDatabase {
    /// What is special about it.
    pub about: String,
    /// What day it is there: YYYY-MM-DD or YYYY-MM-DD HH:MM:SS.
    pub today: Option<String>,
    /// INSERT statements, parents before children.
    pub rows: String,
}

/// An edit that changes nothing.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct RawEquivalent {
    /// The edit, as `check` describes it.
    pub edit: String,
    /// Why it changes nothing.
    pub why: String,
}
