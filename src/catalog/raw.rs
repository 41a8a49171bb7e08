//! An exercise file as it is written: shapes and types, not yet sense. The editors' JSON Schema is made from it.

use schemars::JsonSchema;
use serde::Deserialize;

/// One exercise file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "A sqldojo exercise")]
pub(super) struct RawExercise {
    /// The name it is called by: lower-case letters, digits and hyphens, the same as the file's.
    #[schemars(regex(pattern = "^[a-z0-9-]+$"))]
    pub id: String,
    /// A short title that gives nothing away.
    pub title: String,
    /// The track it belongs to, the same as the folder's name.
    #[schemars(extend("enum" = super::TRACKS.map(|(name, _)| name)))]
    pub track: String,
    /// What is asked for: a query, for now.
    pub kind: RawKind,
    /// From 1, easy, to 5, expert.
    #[schemars(range(min = 1, max = 5))]
    pub level: u8,
    /// How many minutes an interviewer gives.
    #[schemars(range(min = 1))]
    pub minutes: u16,
    /// The schema it runs on.
    pub schema: String,
    /// Whether the answer must hold whatever day today is.
    #[serde(default)]
    pub any_day: bool,
    /// What the learner is asked, with every fact that counts.
    pub statement: String,
    /// The columns of the result, from left to right.
    #[schemars(length(min = 1))]
    pub columns: Vec<RawColumn>,
    /// The order of the result's rows; left out where any order will do.
    pub order: Option<RawOrder>,
    /// Right answers in different styles, at least two; the first is the reference.
    #[schemars(length(min = 2))]
    pub right: Vec<RawAnswer>,
    /// Wrong answers as learners write them, at least three.
    #[schemars(length(min = 3))]
    pub wrong: Vec<RawWrong>,
    /// What leads to the answer step by step, at least two.
    #[schemars(length(min = 2))]
    pub hints: Vec<String>,
    /// The idea, the trap, another way with its trade-off.
    pub explanation: String,
    /// What an interviewer asks next.
    #[serde(default, rename = "follow_up")]
    pub follow_ups: Vec<RawFollowUp>,
    /// Small databases at the boundaries of the question.
    #[serde(default, rename = "database")]
    pub databases: Vec<RawDatabase>,
    /// Single edits of the reference that mean the same, looked at by the author.
    #[serde(default, rename = "equivalent")]
    pub equivalents: Vec<RawEquivalent>,
}

/// Kinds of exercise.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RawKind {
    /// One statement that reads.
    Query,
}

/// A column of the result.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawColumn {
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
pub(super) struct RawOrder {
    /// Sort keys, the first first: a column's name, or words for a key that is no column; " desc" behind it.
    pub by: Vec<String>,
    /// Whether the keys leave no two rows equal.
    pub total: bool,
}

/// A right answer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAnswer {
    /// What is special about the way it goes.
    pub style: String,
    /// The statement.
    pub sql: String,
}

/// A wrong answer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWrong {
    /// Why it is wrong, as the learner is told.
    pub why: String,
    /// The statement.
    pub sql: String,
}

/// A question that follows.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFollowUp {
    /// The question.
    pub ask: String,
    /// Its answer, in a sentence or two.
    pub answer: String,
    /// An exercise that goes on from here.
    pub exercise: Option<String>,
}

/// A small database.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDatabase {
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
pub(super) struct RawEquivalent {
    /// The edit, as `check` describes it.
    pub edit: String,
    /// Why it changes nothing.
    pub why: String,
}

/// The JSON Schema of an exercise file, for editors that complete and check TOML by one.
pub fn json_schema() -> String {
    let schema = schemars::schema_for!(RawExercise);
    serde_json::to_string_pretty(&schema).expect("a schema is JSON")
}
