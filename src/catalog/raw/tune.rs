//! The kind tune: a slow query that the learner writes anew.

use super::{
    index::lab,
    query::{RawAnswer, RawColumn, RawDatabase, RawEquivalent, RawOrder},
    raw_exercise,
    rules::{RawBind, RawMistake, RawRules},
};

raw_exercise! {
    /// An exercise that asks for a faster query.
    RawTune, "tune" {
        /// The variant of the schema's data on which is measured.
        #[serde(default = "lab")]
        data: String,
        /// CREATE INDEX statements of the indexes that are there.
        #[serde(default)]
        given: String,
        /// The slow query.
        slow: String,
        /// Whether the slow query gives the result on the measured data alone, as OFFSET does for the next page.
        #[serde(default)]
        only_here: bool,
        /// The values of its parameters: the first set is measured, all of them are tried on small databases.
        #[serde(default)]
        bind: Vec<RawBind>,
        /// The columns of the result, from left to right.
        #[schemars(length(min = 1))]
        columns: Vec<RawColumn>,
        /// The order of the result's rows; left out where any order will do.
        order: Option<RawOrder>,
        /// What the plan and its cost are held to.
        rules: RawRules,
        /// Right answers; the first is the reference.
        #[schemars(length(min = 1))]
        right: Vec<RawAnswer>,
        /// Wrong answers as learners write them, at least three.
        #[schemars(length(min = 3))]
        wrong: Vec<RawMistake>,
        /// Small databases at the boundaries of the question.
        #[serde(default, rename = "database")]
        databases: Vec<RawDatabase>,
        /// Single edits of the reference that mean the same, looked at by the author.
        #[serde(default, rename = "equivalent")]
        equivalents: Vec<RawEquivalent>,
    }
}
