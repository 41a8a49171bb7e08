//! The kind index: CREATE INDEX statements, or DROP INDEX, for queries that are given.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    query::RawAnswer,
    raw_exercise,
    rules::{RawBind, RawMistake, RawRules},
};

raw_exercise! {
    /// An exercise that asks for indexes.
    RawIndex, "index" {
        /// The variant of the schema's data on which is measured.
        #[serde(default = "lab")]
        data: String,
        /// CREATE INDEX statements that are there before the learner comes.
        #[serde(default)]
        given: String,
        /// Whether the learner takes given indexes away instead of adding some.
        #[serde(default)]
        drop: bool,
        /// The queries that the indexes serve.
        #[serde(rename = "query")]
        #[schemars(length(min = 1))]
        queries: Vec<RawServed>,
        /// What the plans and their costs are held to.
        rules: RawRules,
        /// Right answers; the first is the reference.
        #[schemars(length(min = 1))]
        right: Vec<RawAnswer>,
        /// Wrong answers as learners write them, at least three.
        #[schemars(length(min = 3))]
        wrong: Vec<RawMistake>,
    }
}

/// A query that indexes serve.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct RawServed {
    /// What it is called where there are several.
    #[serde(default)]
    pub name: String,
    /// The statement.
    pub sql: String,
    /// The values of its parameters.
    #[serde(default)]
    pub bind: RawBind,
}

/// The variant that is meant where none is named.
pub(in crate::catalog) fn lab() -> String {
    "lab".to_owned()
}
