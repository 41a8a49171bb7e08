//! Exercise and answer in, [`Report`] out. One file a kind.

pub mod batch;
mod bench;
pub mod check;
mod fewest;
mod grows;
mod index;
pub mod killers;
pub mod pair;
mod query;
mod quiz;
mod repair;
pub mod report;
pub mod rewrite;
mod rules;
mod tune;
mod verify;

use std::fmt;

pub use report::{Costs, Report, Verdict};
pub use verify::breaks;

use crate::{
    catalog::{Exercise, ExerciseKind},
    engine::Failure,
    schema::world::{World, WorldError},
};

/// How hard to look.
#[derive(Debug, Clone)]
pub struct Options {
    /// The seed of the search.
    pub seed: u64,
    /// The seed of the data that the learner sees.
    pub data_seed: u64,
    /// How many random databases to try at the most.
    pub databases: u64,
    /// How long to look, in milliseconds.
    pub millis: u64,
    /// How long to look for an edit that mends a wrong answer, in milliseconds; 0: not at all.
    pub repair_millis: u64,
    /// How many edits together may mend it: one or two.
    pub repair_edits: usize,
    /// Whether to run the answer on the learner's data too, for its cost and for what differs there.
    pub on_data: bool,
}

impl Default for Options {
    /// What a learner waits for: 10,000 databases or 0.3 s, whichever comes first.
    fn default() -> Self {
        Options {
            seed: 1,
            data_seed: 1,
            databases: 10_000,
            millis: 300,
            repair_millis: 250,
            repair_edits: 1,
            on_data: true,
        }
    }
}

/// Why nothing could be judged: a fault of the exercise or of the program, never of the answer.
#[derive(Debug)]
pub enum JudgeError {
    /// The schema or its data.
    World(WorldError),
    /// The reference, or a boundary database, does not run.
    Exercise(String),
}

impl fmt::Display for JudgeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JudgeError::World(error) => error.fmt(f),
            JudgeError::Exercise(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for JudgeError {}

impl From<WorldError> for JudgeError {
    fn from(error: WorldError) -> Self {
        JudgeError::World(error)
    }
}

impl From<Failure> for JudgeError {
    fn from(failure: Failure) -> Self {
        JudgeError::Exercise(failure.to_string())
    }
}

/// Judges one answer.
///
/// # Errors
/// The exercise or its schema is not in order.
pub fn judge(exercise: &Exercise, world: &World, sql: &str, options: &Options) -> Result<Report, JudgeError> {
    let world = &world.clone().with_hints()?;
    match &exercise.kind {
        ExerciseKind::Query(query) => {
            query::Desk::new(exercise, query, world)?.sit(options, |seat| seat.judge(sql, None))
        }
        ExerciseKind::Index(index) => index::IndexDesk::new(exercise, index, world)?.judge(sql),
        ExerciseKind::Tune(tune) => tune::TuneDesk::new(exercise, tune, world)?.judge(sql, options),
        ExerciseKind::PlanQuiz(quiz) => quiz::QuizDesk::new(exercise, quiz, world, options)?.judge(sql),
    }
}
