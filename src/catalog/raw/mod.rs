//! An exercise file as it is written: shapes and types, not yet sense. One file a kind. The editors' JSON Schema is
//! made from them.

pub(super) mod index;
pub(super) mod query;
pub(super) mod quiz;
pub(super) mod rules;
pub(super) mod tune;

use schemars::JsonSchema;
use serde::Deserialize;

use index::RawIndex;
use query::RawQuery;
use quiz::RawQuiz;
use tune::RawTune;

/// What an exercise file of any kind says.
#[derive(Debug)]
pub(super) struct RawCommon {
    pub id: String,
    pub title: String,
    pub track: String,
    pub level: u8,
    pub minutes: u16,
    pub schema: String,
    pub any_day: bool,
    pub statement: String,
    pub hints: Vec<String>,
    pub explanation: String,
    pub follow_ups: Vec<RawFollowUp>,
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

/// Makes the struct of a kind: what every file says, then what files of this kind say. One struct each, so that an
/// unknown key is an error that knows its line.
macro_rules! raw_exercise {
    ($(#[$meta:meta])* $name:ident, $kind:literal { $($(#[$of:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub(in crate::catalog) struct $name {
            /// The name it is called by: lower-case letters, digits and hyphens, the same as the file's.
            #[schemars(regex(pattern = "^[a-z0-9-]+$"))]
            pub id: String,
            /// A short title that gives nothing away.
            pub title: String,
            /// The track it belongs to, the same as the folder's name.
            #[schemars(extend("enum" = crate::catalog::TRACKS.map(|(name, _)| name)))]
            pub track: String,
            /// What is asked for.
            #[schemars(extend("const" = $kind))]
            #[expect(dead_code, reason = "it says which struct a file is read into")]
            pub kind: String,
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
            /// What leads to the answer step by step, at least two.
            #[schemars(length(min = 2))]
            pub hints: Vec<String>,
            /// The idea, the trap, another way with its trade-off.
            pub explanation: String,
            /// What an interviewer asks next.
            #[serde(default, rename = "follow_up")]
            pub follow_ups: Vec<crate::catalog::raw::RawFollowUp>,
            $($(#[$of])* pub $field: $type,)*
        }

        impl $name {
            /// Takes out what every exercise has.
            pub(in crate::catalog) fn common(&mut self) -> crate::catalog::raw::RawCommon {
                use std::mem::take;
                crate::catalog::raw::RawCommon {
                    id: take(&mut self.id),
                    title: take(&mut self.title),
                    track: take(&mut self.track),
                    level: self.level,
                    minutes: self.minutes,
                    schema: take(&mut self.schema),
                    any_day: self.any_day,
                    statement: take(&mut self.statement),
                    hints: take(&mut self.hints),
                    explanation: take(&mut self.explanation),
                    follow_ups: take(&mut self.follow_ups),
                }
            }
        }
    };
}
use raw_exercise;

/// The kinds of exercise by their names in files.
const KINDS: [&str; 4] = ["query", "index", "tune", "plan-quiz"];

/// The one key that says how the others are read.
#[derive(Debug, Deserialize)]
struct Head {
    kind: toml::Spanned<String>,
}

/// One exercise file.
#[derive(Debug, JsonSchema)]
#[serde(untagged)]
#[schemars(title = "A sqldojo exercise")]
pub(super) enum RawExercise {
    /// One statement that reads.
    Query(Box<RawQuery>),
    /// CREATE INDEX statements, or DROP INDEX, under a budget.
    Index(Box<RawIndex>),
    /// A slow query to be rewritten.
    Tune(Box<RawTune>),
    /// Questions about plans.
    PlanQuiz(Box<RawQuiz>),
}

impl RawExercise {
    /// Reads a file into the struct of its kind.
    ///
    /// # Errors
    /// What is wrong, and where it begins, as a byte offset.
    pub(super) fn read(text: &str) -> Result<RawExercise, (Option<usize>, String)> {
        let failed = |error: toml::de::Error| {
            (error.span().map(|span| span.start), error.message().trim().replace('\n', "; "))
        };
        let kind = toml::from_str::<Head>(text).map_err(failed)?.kind;
        match kind.get_ref().as_str() {
            "query" => toml::from_str(text).map(RawExercise::Query).map_err(failed),
            "index" => toml::from_str(text).map(RawExercise::Index).map_err(failed),
            "tune" => toml::from_str(text).map(RawExercise::Tune).map_err(failed),
            "plan-quiz" => toml::from_str(text).map(RawExercise::PlanQuiz).map_err(failed),
            other => {
                let message = format!("kind '{other}' is none of {}", KINDS.join(", "));
                Err((Some(kind.span().start), message))
            }
        }
    }
}

/// The JSON Schema of an exercise file, for editors that complete and check TOML by one.
pub fn json_schema() -> String {
    let schema = schemars::schema_for!(RawExercise);
    serde_json::to_string_pretty(&schema).expect("a schema is JSON")
}
