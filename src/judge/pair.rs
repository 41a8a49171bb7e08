//! Two queries over any schema: do they mean the same?

use std::time::Instant;

use super::{
    JudgeError, Options,
    query::{correct, settle, single},
    report::{Report, Verdict},
};
use crate::{
    differ::{Brief, Budget, compare::Order, search},
    engine::FailureKind,
    moment::Moment,
    sql::{facts::facts, names::SchemaNames},
};

/// Two queries.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// CREATE statements.
    pub schema: &'a str,
    /// The query that is right.
    pub reference: &'a str,
    /// The query that may mean something else.
    pub answer: &'a str,
    /// Whether the order of rows counts, as far as the reference settles it.
    pub ordered: bool,
    /// What day it is; `None`: whatever day it is, where one of the two asks for it.
    pub today: Option<Moment>,
}

/// What day it is where that does not matter.
const ANY_DAY: &str = "2026-03-15 12:00:00";

/// Looks for a database on which the two differ.
///
/// # Errors
/// The schema or the reference is not in order.
pub fn diff(pair: &Pair<'_>, options: &Options) -> Result<Report, JudgeError> {
    let since = Instant::now();
    let mut report = Report::new("");
    let names = SchemaNames::default();
    let reference = single(pair.reference)
        .map_err(|(message, _)| JudgeError::Exercise(format!("the reference is not in order: {message}")))?;
    let answer = match single(pair.answer) {
        Ok(answer) => answer,
        Err((message, offset)) => {
            report.fail(Verdict::Error, FailureKind::Sql, message, offset);
            return Ok(report);
        }
    };
    let uses_now = [reference.text, answer.text].iter().any(|sql| facts(sql, &names).uses_now);
    let day_moves = pair.today.is_none() && uses_now;
    let order = if pair.ordered { Order::Total } else { Order::Any };
    let brief = Brief {
        ddl: pair.schema,
        hints: &[],
        reference: reference.text,
        parameters: &[],
        order: &order,
        now: pair.today.unwrap_or_else(|| ANY_DAY.parse().expect("it is a moment")),
        day_moves,
        seed: options.seed,
    };
    let budget = Budget { databases: options.databases, millis: options.millis };
    let outcome =
        search(&brief, answer.text, &[], budget).map_err(|error| JudgeError::Exercise(error.to_string()))?;
    settle(&mut report, outcome, answer, None);
    if let Some(counterexample) = &mut report.counterexample
        && let (Some(today), true) = (pair.today, counterexample.today.is_none())
    {
        counterexample.today = Some(today.to_string());
    }
    report.searched.elapsed_ms = since.elapsed().as_secs_f64() * 1000.0;
    if report.verdict == Verdict::Correct {
        report.message = correct(&report.searched, day_moves).replacen("correct: ", "", 1);
    }
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_number_there_is_overflows_nothing() {
        let pair = Pair {
            schema: "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT NOT NULL UNIQUE)",
            reference: "SELECT id FROM t WHERE id <= 9223372036854775807 AND a >= -9223372036854775808",
            answer: "SELECT id FROM t WHERE id < 9223372036854775807 OR a IS NULL",
            ordered: false,
            today: None,
        };
        let options = Options { databases: 2_000, millis: 60_000, ..Options::default() };
        let report = diff(&pair, &options).expect("both run");
        assert_eq!(report.verdict, Verdict::Wrong, "{report:?}");
    }
}
