//! An exercise that has been checked for sense: what holds here need not be asked again.

use serde::Serialize;

use super::{
    Index, PlanQuiz, Query, TRACKS, Tune,
    raw::{RawCommon, RawExercise},
};

/// An exercise.
#[derive(Debug, Clone)]
pub struct Exercise {
    /// The name it is called by.
    pub id: String,
    /// A short title.
    pub title: String,
    /// The track it belongs to.
    pub track: String,
    /// From 1, easy, to 5, expert.
    pub level: u8,
    /// How many minutes an interviewer gives.
    pub minutes: u16,
    /// The schema it runs on.
    pub schema: String,
    /// Whether the answer must hold whatever day today is.
    pub any_day: bool,
    /// What the learner is asked.
    pub statement: String,
    /// What leads to the answer step by step.
    pub hints: Vec<String>,
    /// The idea, the trap, another way.
    pub explanation: String,
    /// What an interviewer asks next.
    pub follow_ups: Vec<FollowUp>,
    /// The line of its pack's list of killer suites that is about it, as it stands there.
    pub killers: Option<String>,
    /// What is asked for, and how it is judged.
    pub kind: ExerciseKind,
}

/// What is asked for. A new kind is a variant here and a file in `judge`.
#[derive(Debug, Clone)]
pub enum ExerciseKind {
    /// One statement that reads.
    Query(Query),
    /// CREATE INDEX statements, or DROP INDEX, under a budget.
    Index(Box<Index>),
    /// A slow query to be rewritten.
    Tune(Box<Tune>),
    /// Questions about plans.
    PlanQuiz(PlanQuiz),
}

impl ExerciseKind {
    /// The kind's name in files and in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            ExerciseKind::Query(_) => "query",
            ExerciseKind::Index(_) => "index",
            ExerciseKind::Tune(_) => "tune",
            ExerciseKind::PlanQuiz(_) => "plan-quiz",
        }
    }

    /// The query and the order that an answer's rows are compared by, where an answer is one statement that reads.
    pub fn query(&self) -> Option<&Query> {
        match self {
            ExerciseKind::Query(query) => Some(query),
            ExerciseKind::Tune(tune) => Some(&tune.query),
            ExerciseKind::Index(_) | ExerciseKind::PlanQuiz(_) => None,
        }
    }
}

/// A question that follows.
#[derive(Debug, Clone)]
pub struct FollowUp {
    /// The question.
    pub ask: String,
    /// Its answer.
    pub answer: String,
    /// An exercise that goes on from here.
    pub exercise: Option<String>,
}

/// What makes no sense in a file: the field, and what is wrong with it.
pub(super) type Nonsense = (&'static str, String);

/// What a list shows of an exercise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The name it is called by.
    pub id: String,
    /// A short title.
    pub title: String,
    /// The track it belongs to.
    pub track: String,
    /// The kind's name.
    pub kind: String,
    /// From 1 to 5.
    pub level: u8,
    /// Minutes an interviewer gives.
    pub minutes: u16,
    /// The schema it runs on.
    pub schema: String,
}

impl Exercise {
    /// What a list shows of it.
    pub fn summary(&self) -> Summary {
        Summary {
            id: self.id.clone(),
            title: self.title.clone(),
            track: self.track.clone(),
            kind: self.kind.name().to_owned(),
            level: self.level,
            minutes: self.minutes,
            schema: self.schema.clone(),
        }
    }

    /// Makes an exercise of what a file says.
    ///
    /// # Errors
    /// What makes no sense: the field, and what is wrong with it.
    pub(super) fn try_from_raw(raw: RawExercise) -> Result<Exercise, Nonsense> {
        match raw {
            RawExercise::Query(mut raw) => {
                let common = raw.common();
                let query = Query::try_from_raw(*raw, common.any_day)?;
                Exercise::with(common, ExerciseKind::Query(query))
            }
            RawExercise::Index(mut raw) => {
                let common = raw.common();
                let index = Index::try_from_raw(*raw, common.any_day)?;
                Exercise::with(common, ExerciseKind::Index(Box::new(index)))
            }
            RawExercise::Tune(mut raw) => {
                let common = raw.common();
                let tune = Tune::try_from_raw(*raw, common.any_day)?;
                Exercise::with(common, ExerciseKind::Tune(Box::new(tune)))
            }
            RawExercise::PlanQuiz(mut raw) => {
                let common = raw.common();
                Exercise::with(common, ExerciseKind::PlanQuiz(PlanQuiz::try_from_raw(*raw)?))
            }
        }
    }

    fn with(raw: RawCommon, kind: ExerciseKind) -> Result<Exercise, Nonsense> {
        let empty = |field: &'static str, text: &str| match text.trim() {
            "" => Err((field, format!("{field} is empty"))),
            _ => Ok(()),
        };
        if raw.id.is_empty()
            || !raw.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        {
            return Err((
                "id",
                format!("id '{}' may hold lower-case letters, digits and hyphens only", raw.id),
            ));
        }
        empty("title", &raw.title)?;
        empty("statement", &raw.statement)?;
        empty("explanation", &raw.explanation)?;
        if !TRACKS.iter().any(|(name, _)| *name == raw.track) {
            let names = TRACKS.map(|(name, _)| name).join(", ");
            return Err(("track", format!("track '{}' is none of {names}", raw.track)));
        }
        if !(1..=5).contains(&raw.level) {
            return Err(("level", format!("level {} is not between 1 and 5", raw.level)));
        }
        if raw.minutes == 0 {
            return Err(("minutes", "minutes is 0: how long does an interviewer give?".into()));
        }
        at_least("hints", raw.hints.len(), 2)?;
        Ok(Exercise {
            id: raw.id,
            title: raw.title,
            track: raw.track,
            level: raw.level,
            minutes: raw.minutes,
            schema: raw.schema,
            any_day: raw.any_day,
            statement: raw.statement.trim().to_owned(),
            hints: raw.hints,
            explanation: raw.explanation.trim().to_owned(),
            follow_ups: raw
                .follow_ups
                .into_iter()
                .map(|f| FollowUp { ask: f.ask, answer: f.answer, exercise: f.exercise })
                .collect(),
            killers: None,
            kind,
        })
    }
}

/// Holds a list to its least length.
pub(super) fn at_least(field: &'static str, have: usize, want: usize) -> Result<(), Nonsense> {
    if have < want {
        return Err((field, format!("{field} has {have}, at least {want} expected")));
    }
    Ok(())
}
