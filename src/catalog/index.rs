//! What is asked for where an answer is CREATE INDEX statements, or DROP INDEX.

use super::{
    Answer, Bench, Mistake, Parameters, Rule, Rules,
    exercise::{Nonsense, at_least},
    query::answers,
    raw::index::RawIndex,
    rules::{OF_INDEXES, mistakes, parameters},
};

/// Indexes that are asked for.
#[derive(Debug, Clone)]
pub struct Index {
    /// The data on which is measured.
    pub bench: Bench,
    /// Whether given indexes are dropped instead of others being added.
    pub drops: bool,
    /// The queries that the indexes serve.
    pub queries: Vec<Served>,
    /// What the plans and costs are held to.
    pub rules: Rules,
    /// Right answers; the first is the reference.
    pub right: Vec<Answer>,
    /// Wrong answers, each with the rule that it breaks.
    pub wrong: Vec<Mistake>,
}

/// A query that indexes serve.
#[derive(Debug, Clone)]
pub struct Served {
    /// What it is called; empty where it is the only one.
    pub name: String,
    /// The statement.
    pub sql: String,
    /// The values of its parameters.
    pub parameters: Parameters,
}

impl Index {
    /// The answer that others are measured by.
    pub fn reference(&self) -> &str {
        &self.right[0].sql
    }

    /// Makes sense of what a file says.
    pub(super) fn try_from_raw(raw: RawIndex, any_day: bool) -> Result<Index, Nonsense> {
        at_least("query", raw.queries.len(), 1)?;
        at_least("right", raw.right.len(), 1)?;
        at_least("wrong", raw.wrong.len(), 3)?;
        if any_day {
            return Err(("any_day", "an index serves on one day as on another: leave any_day out".into()));
        }
        let several = raw.queries.len() > 1;
        if several && raw.queries.iter().any(|query| query.name.is_empty()) {
            return Err(("query", "each of several queries has a name".into()));
        }
        let rules = Rules::try_from_raw(raw.rules)?;
        if raw.drop != rules.has("fewest") {
            return Err(("drop", "drop = true and the rule fewest go together".into()));
        }
        if raw.drop && raw.given.trim().is_empty() {
            return Err(("drop", "drop = true, but no index is given that could go".into()));
        }
        if !raw.drop && !rules.has("max_indexes") {
            return Err(("rules", "max_indexes is missing: how many indexes may be added?".into()));
        }
        if rules.has("usable") {
            return Err((
                "usable",
                "usable is asked of queries: it has no place in an index exercise".into(),
            ));
        }
        let known: Vec<&str> =
            rules.0.iter().map(Rule::name).chain(OF_INDEXES.into_iter().filter(|_| !raw.drop)).collect();
        Ok(Index {
            wrong: mistakes(raw.wrong, &known)?,
            bench: Bench { variant: raw.data, given: raw.given },
            drops: raw.drop,
            queries: raw
                .queries
                .into_iter()
                .map(|query| Served {
                    name: query.name,
                    sql: query.sql.trim().to_owned(),
                    parameters: parameters(query.bind),
                })
                .collect(),
            rules,
            right: answers(raw.right),
        })
    }
}
