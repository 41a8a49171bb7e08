//! The prompt: keys in, screens out. What a line means is the session's affair.

use std::time::Duration;

use crate::{
    catalog::Catalog,
    render::table::{Mode, Style},
};

/// What a learner sits down to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// The exercise where the learner left off.
    Resume,
    /// A certain exercise.
    Exercise(String),
    /// No exercise: a schema to play with.
    Play,
}

/// With what the prompt starts.
pub struct Options {
    /// The exercises there are.
    pub catalog: Catalog,
    /// What to sit down to.
    pub goal: Goal,
    /// The schema to play with.
    pub schema: String,
    /// How many rows its leading table has; `None`: as many as a learner's.
    pub rows: Option<u64>,
    /// The seed of all data.
    pub seed: u64,
    /// How results are written, unless `.mode` says otherwise.
    pub mode: Mode,
    /// How they look.
    pub style: Style,
    /// How long a statement may run; `None`: as long as it likes.
    pub deadline: Option<Duration>,
    /// Whether a learner types at a terminal, rather than a script being read.
    pub interactive: bool,
}

/// Runs the prompt until the learner leaves.
///
/// # Errors
/// What kept it from starting.
pub fn start(_options: Options) -> Result<(), String> {
    Err("the prompt is not built in".to_owned())
}
