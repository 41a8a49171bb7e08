//! The kind plan-quiz: questions about how statements run.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{index::lab, raw_exercise};

raw_exercise! {
    /// An exercise that asks what a plan will be. It holds no answers: they are found by running.
    RawQuiz, "plan-quiz" {
        /// The variant of the schema's data on which it is tried.
        #[serde(default = "lab")]
        data: String,
        /// Indexes that are there in each question: `orders (user_id, created_at)`, or with a name,
        /// `by_user ON orders (user_id)`.
        #[serde(default)]
        indexes: Vec<String>,
        /// Whether ANALYZE has run.
        #[serde(default)]
        analyze: bool,
        /// The questions, in the order in which they are asked.
        #[serde(rename = "question")]
        #[schemars(length(min = 1))]
        questions: Vec<RawQuestion>,
    }
}

/// A question.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct RawQuestion {
    /// What is asked.
    pub form: RawForm,
    /// The question in words of your own; the form has words for it otherwise.
    pub ask: Option<String>,
    /// The statement it is about.
    pub sql: Option<String>,
    /// The statements, for forms that compare several.
    #[serde(default)]
    pub statements: Vec<String>,
    /// The table in question, where a statement reads several.
    pub table: Option<String>,
    /// The indexes that are there, in place of the exercise's.
    pub indexes: Option<Vec<String>>,
    /// Whether ANALYZE has run, in place of what the exercise says.
    pub analyze: Option<bool>,
    /// What can be chosen, for forms that choose among indexes: `orders (user_id)`, several parted by ` + `, or `none`.
    #[serde(default)]
    pub options: Vec<String>,
    /// Why the index may be ignored, each cause with the change that takes it away.
    #[serde(default, rename = "cause")]
    pub causes: Vec<RawCause>,
    /// What is added when the answer is shown.
    pub note: Option<String>,
}

/// What a question asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::catalog) enum RawForm {
    /// Is the table scanned or searched?
    ScanOrSearch,
    /// Does it use an index?
    UsesIndex,
    /// Is the table itself read, or an index alone?
    ReadsTable,
    /// Does it sort?
    Sorts,
    /// One scan, or a search for each arm of an OR?
    ScanOrArms,
    /// Does the engine build an index for this one run?
    BuildsIndex,
    /// Constant, linear, n log n or quadratic?
    Growth,
    /// Which of the statements costs most?
    Dearest,
    /// Which of the statements costs least?
    Cheapest,
    /// Which of the statements gets most pages?
    MostPages,
    /// Which of the statements gets fewest pages?
    FewestPages,
    /// How many times the second of two statements does the first cost: 3, 30 or 300?
    TimesDearer,
    /// Which of the options would help the statement most?
    HelpsMost,
    /// Why is the index not used?
    WhyIgnored,
    /// Of which of the options do the inserts change most pages?
    InsertsMost,
    /// Of which of the options do the inserts change fewest pages?
    InsertsFewest,
    /// Which of the indexes does the write change?
    ChangesWhich,
    /// Which of the writes change the index?
    WhichChange,
    /// Which index can go, with none of the queries dearer for it?
    CanGo,
}

/// Why an index may be ignored.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct RawCause {
    /// The cause, as the learner reads it.
    pub say: String,
    /// The statement without it.
    pub sql: Option<String>,
    /// The indexes without it.
    pub indexes: Option<Vec<String>>,
    /// Whether it goes with ANALYZE.
    #[serde(default)]
    pub analyze: bool,
}
