//! What is asked for where an answer is one statement that reads.

use super::{
    exercise::{Nonsense, at_least},
    raw::query::{RawAnswer, RawColumn, RawDatabase, RawOrder, RawQuery},
};
use crate::{differ::compare::Order, moment::Moment};

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

impl Query {
    /// Makes sense of what a file says.
    pub(super) fn try_from_raw(raw: RawQuery, any_day: bool) -> Result<Query, Nonsense> {
        at_least("columns", raw.columns.len(), 1)?;
        at_least("right", raw.right.len(), 2)?;
        at_least("wrong", raw.wrong.len(), 3)?;
        Ok(Query {
            order: raw.order.map(|order| order_rule(order, &raw.columns)).transpose()?,
            columns: columns(raw.columns),
            right: answers(raw.right),
            wrong: raw.wrong.into_iter().map(|w| WrongAnswer { why: w.why, sql: w.sql }).collect(),
            databases: boundaries(raw.databases, any_day)?,
            equivalents: raw.equivalents.into_iter().map(|e| (e.edit, e.why)).collect(),
        })
    }
}

pub(super) fn columns(raw: Vec<RawColumn>) -> Vec<Column> {
    raw.into_iter().map(|c| Column { name: c.name, meaning: c.meaning, unit: c.unit }).collect()
}

pub(super) fn answers(raw: Vec<RawAnswer>) -> Vec<Answer> {
    raw.into_iter().map(|a| Answer { style: a.style, sql: a.sql }).collect()
}

pub(super) fn order_rule(order: RawOrder, columns: &[RawColumn]) -> Result<OrderRule, Nonsense> {
    let RawOrder { by, total } = order;
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

pub(super) fn boundaries(raw: Vec<RawDatabase>, any_day: bool) -> Result<Vec<BoundaryDatabase>, Nonsense> {
    raw.into_iter().map(|database| boundary(database, any_day)).collect()
}

fn boundary(raw: RawDatabase, any_day: bool) -> Result<BoundaryDatabase, Nonsense> {
    let today = match raw.today {
        Some(_) if !any_day => {
            return Err(("database", "a database sets today, but any_day is not set".into()));
        }
        Some(text) => Some(text.parse().map_err(|reason| ("database", reason))?),
        None => None,
    };
    Ok(BoundaryDatabase { about: raw.about, today, rows: raw.rows })
}
