//! What is asked for where a slow query is to be written anew.

use super::{
    Bench, Mistake, Parameters, Query, Rule, Rules, WrongAnswer,
    exercise::{Nonsense, at_least},
    query::{answers, boundaries, columns, order_rule},
    raw::tune::RawTune,
    rules::{mistakes, parameters},
};

/// A faster query that is asked for.
#[derive(Debug, Clone)]
pub struct Tune {
    /// The data on which is measured.
    pub bench: Bench,
    /// The slow query.
    pub slow: String,
    /// Whether it gives the result on the measured data alone.
    pub only_here: bool,
    /// Sets of values for its parameters, at least one: the first is measured, all are tried on small databases.
    pub parameters: Vec<Parameters>,
    /// What the result is: right answers and wrong ones as of a query.
    pub query: Query,
    /// What the plan and its cost are held to.
    pub rules: Rules,
    /// Wrong answers, each with the rule that it breaks; "result" for those that give another result.
    pub wrong: Vec<Mistake>,
}

/// Rules that only indexes can be held to.
const OF_INDEXES: [&str; 4] = ["max_indexes", "index_kib", "insert", "fewest"];

impl Tune {
    /// Makes sense of what a file says.
    pub(super) fn try_from_raw(raw: RawTune, any_day: bool) -> Result<Tune, Nonsense> {
        at_least("columns", raw.columns.len(), 1)?;
        at_least("right", raw.right.len(), 1)?;
        at_least("wrong", raw.wrong.len(), 3)?;
        if raw.slow.trim().is_empty() {
            return Err(("slow", "slow is empty: which query is to be made faster?".into()));
        }
        let rules = Rules::try_from_raw(raw.rules)?;
        if let Some(rule) = rules.0.iter().map(Rule::name).find(|name| OF_INDEXES.contains(name)) {
            return Err((rule, format!("{rule} is asked of indexes: it has no place in a tune exercise")));
        }
        let known: Vec<&str> = rules.0.iter().map(Rule::name).chain(["result"]).collect();
        let wrong = mistakes(raw.wrong, &known)?;
        let mut sets: Vec<Parameters> = raw.bind.into_iter().map(parameters).collect();
        if sets.is_empty() {
            sets.push(Parameters::new());
        }
        Ok(Tune {
            bench: Bench { variant: raw.data, given: raw.given },
            slow: raw.slow.trim().to_owned(),
            only_here: raw.only_here,
            parameters: sets,
            query: Query {
                order: raw.order.map(|order| order_rule(order, &raw.columns)).transpose()?,
                columns: columns(raw.columns),
                right: answers(raw.right),
                wrong: wrong
                    .iter()
                    .filter(|mistake| mistake.rule == "result")
                    .map(|mistake| WrongAnswer { why: mistake.why.clone(), sql: mistake.sql.clone() })
                    .collect(),
                databases: boundaries(raw.databases, any_day)?,
                equivalents: raw.equivalents.into_iter().map(|e| (e.edit, e.why)).collect(),
            },
            rules,
            wrong,
        })
    }
}
