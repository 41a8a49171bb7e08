//! An exercise that has been checked for sense: what holds here need not be asked again.

use serde::Serialize;

use super::{
    TRACKS,
    raw::{RawDatabase, RawExercise, RawKind},
};
use crate::{differ::compare::Order, moment::Moment};

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
}

impl ExerciseKind {
    /// The kind's name in files and in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            ExerciseKind::Query(_) => "query",
        }
    }
}

/// A query that is asked for.
#[derive(Debug, Clone)]
pub struct Query {
    /// The columns of the result.
    pub columns: Vec<Column>,
    /// The order of its rows, where one is asked for.
    pub order: Option<OrderRule>,
    /// Right answers; the first is the reference.
    pub right: Vec<Answer>,
    /// Wrong answers as learners write them.
    pub wrong: Vec<WrongAnswer>,
    /// Small databases at the boundaries of the question.
    pub databases: Vec<BoundaryDatabase>,
    /// Single edits of the reference that mean the same: the edit as `check` describes it, and why.
    pub equivalents: Vec<(String, String)>,
}

impl Query {
    /// The answer that others are judged by.
    pub fn reference(&self) -> &str {
        &self.right[0].sql
    }

    /// How the judge compares rows.
    pub fn comparison(&self) -> Order {
        match &self.order {
            None => Order::Any,
            Some(rule) if rule.total => Order::Total,
            Some(rule) => Order::Keys(rule.columns.clone()),
        }
    }
}

/// A column of the result.
#[derive(Debug, Clone)]
pub struct Column {
    /// What it is called in the statement.
    pub name: String,
    /// What it holds.
    pub meaning: String,
    /// Its unit.
    pub unit: Option<String>,
}

/// The order asked for.
#[derive(Debug, Clone)]
pub struct OrderRule {
    /// The keys in words, the first first ("spend desc").
    pub by: Vec<String>,
    /// Whether they leave no two rows equal.
    pub total: bool,
    /// The keys that are columns of the result, counted from 0.
    pub columns: Vec<usize>,
}

/// A right answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What is special about the way it goes.
    pub style: String,
    /// The statement.
    pub sql: String,
}

/// A wrong answer.
#[derive(Debug, Clone)]
pub struct WrongAnswer {
    /// Why it is wrong.
    pub why: String,
    /// The statement.
    pub sql: String,
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

/// A small database.
#[derive(Debug, Clone)]
pub struct BoundaryDatabase {
    /// What is special about it.
    pub about: String,
    /// What day it is there, if not the schema's own.
    pub today: Option<Moment>,
    /// INSERT statements.
    pub rows: String,
}

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
    pub(super) fn try_from_raw(raw: RawExercise) -> Result<Exercise, (&'static str, String)> {
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
        for (field, have, want) in [
            ("columns", raw.columns.len(), 1),
            ("right", raw.right.len(), 2),
            ("wrong", raw.wrong.len(), 3),
            ("hints", raw.hints.len(), 2),
        ] {
            if have < want {
                return Err((field, format!("{field} has {have}, at least {want} expected")));
            }
        }
        let order = raw.order.map(|order| order_rule(order.by, order.total, &raw.columns)).transpose()?;
        let databases = raw
            .databases
            .into_iter()
            .map(|database| boundary(database, raw.any_day))
            .collect::<Result<_, _>>()?;
        let kind = match raw.kind {
            RawKind::Query => ExerciseKind::Query(Query {
                order,
                columns: raw
                    .columns
                    .into_iter()
                    .map(|c| Column { name: c.name, meaning: c.meaning, unit: c.unit })
                    .collect(),
                right: raw.right.into_iter().map(|a| Answer { style: a.style, sql: a.sql }).collect(),
                wrong: raw.wrong.into_iter().map(|w| WrongAnswer { why: w.why, sql: w.sql }).collect(),
                databases,
                equivalents: raw.equivalents.into_iter().map(|e| (e.edit, e.why)).collect(),
            }),
        };
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

fn order_rule(
    by: Vec<String>,
    total: bool,
    columns: &[super::raw::RawColumn],
) -> Result<OrderRule, (&'static str, String)> {
    if by.is_empty() {
        return Err(("order", "order.by is empty: leave [order] out where any order will do".into()));
    }
    let mut places = Vec::new();
    for key in &by {
        let name = key.strip_suffix(" desc").unwrap_or(key);
        match columns.iter().position(|column| column.name == name) {
            Some(place) => places.push(place),
            None if total => {}
            None => {
                return Err((
                    "order",
                    format!("order key '{key}' is no column: that is possible only where total = true"),
                ));
            }
        }
    }
    Ok(OrderRule { by, total, columns: places })
}

fn boundary(raw: RawDatabase, any_day: bool) -> Result<BoundaryDatabase, (&'static str, String)> {
    let today = match raw.today {
        Some(_) if !any_day => {
            return Err(("database", "a database sets today, but any_day is not set".into()));
        }
        Some(text) => Some(text.parse().map_err(|reason| ("database", reason))?),
        None => None,
    };
    Ok(BoundaryDatabase { about: raw.about, today, rows: raw.rows })
}
