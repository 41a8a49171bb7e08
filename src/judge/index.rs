//! The kind index: CREATE INDEX statements, or DROP INDEX, built on a copy of the lab data and held to the rules.

use std::{cell::OnceCell, time::Instant};

use super::{
    JudgeError,
    bench::{Bench, Built},
    fewest::Fewest,
    grows::growth,
    report::{Check, Costs, Report, Verdict},
    rules::{Measured, budget, check, held, of_query, ratio_text},
};
use crate::{
    catalog::{Exercise, Index, Rule, Served},
    cost::Cost,
    differ::compare::{Order, compare},
    engine::{Failure, FailureKind},
    plan::words::grouped,
    schema::world::World,
    sql::{
        keywords::Keyword,
        lexer::significant,
        split::{Statement, split},
    },
    value::Table,
};

/// The most statements of an answer: each may run up to the deadline.
const MOST: usize = 20;

/// How many rows are written to see what writing costs.
const WRITES: i64 = 100;

/// An index exercise made ready to judge answers.
pub(super) struct IndexDesk<'e> {
    exercise: &'e Exercise,
    index: &'e Index,
    world: &'e World,
    bench: Bench,
    /// What each query gives and costs with the given indexes alone.
    base: Vec<(Table, Cost)>,
    /// What each query costs with the reference's indexes.
    reference: Vec<Cost>,
    /// What the INSERT of a rule costs with the given indexes alone.
    insert: OnceCell<Cost>,
    /// The smallest set of the given indexes that serves, where a rule asks for it.
    fewest: Option<Fewest>,
}

/// What became of an answer that was built.
struct Outcome {
    checks: Vec<Check>,
    costs: Vec<Cost>,
}

impl<'e> IndexDesk<'e> {
    /// Opens the data and measures the queries, with the given indexes and with the reference's.
    ///
    /// # Errors
    /// Data, queries or a reference that are not in order.
    pub(super) fn new(
        exercise: &'e Exercise,
        index: &'e Index,
        world: &'e World,
    ) -> Result<IndexDesk<'e>, JudgeError> {
        let bench = Bench::open(world, &index.bench)?;
        let of = |what: &str, failure: Failure| {
            JudgeError::Exercise(format!("{}: {what} fails: {failure}", exercise.id))
        };
        let runs = || -> Result<Vec<(Table, Cost)>, Failure> {
            let run = |query: &Served| {
                let run = bench.run(&query.sql, &query.parameters, None)?;
                Ok((run.table.unwrap_or_default(), run.cost))
            };
            index.queries.iter().map(run).collect()
        };
        let base = bench.undone(runs).map_err(|failure| of("a query", failure))?;
        let reference = bench
            .undone(|| {
                for statement in split(index.reference()) {
                    bench.build(statement.text)?;
                }
                runs()
            })
            .map_err(|failure| of("the reference", failure))?;
        let wanted = index
            .rules
            .0
            .iter()
            .find_map(|rule| if let Rule::Fewest(factor) = rule { Some(*factor) } else { None });
        let fewest = wanted.map(|factor| Fewest::find(&bench, index, &base, factor)).transpose()?;
        Ok(IndexDesk {
            exercise,
            index,
            world,
            bench,
            base,
            reference: reference.into_iter().map(|(_, cost)| cost).collect(),
            insert: OnceCell::new(),
            fewest,
        })
    }

    /// Judges one answer.
    ///
    /// # Errors
    /// A fault of the exercise or of the program.
    pub(super) fn judge(&self, sql: &str) -> Result<Report, JudgeError> {
        let since = Instant::now();
        let mut report = Report::new(&self.exercise.id);
        let statements = split(sql);
        if let Some((message, offset)) = self.refusal(&statements) {
            report.fail(Verdict::Error, FailureKind::Sql, message, offset);
            return Ok(report);
        }
        let mut failed: Option<usize> = None;
        let built = self.bench.undone(|| {
            let before = self.bench.indexes()?;
            for statement in &statements {
                failed = Some(statement.span.start);
                self.bench.build(statement.text)?;
            }
            failed = None;
            self.measure(&before)
        });
        match (built, failed) {
            (Ok(Outcome { mut checks, costs }), _) => {
                checks.extend(self.growth(sql)?);
                report.costs = Some(Costs { answer: sum(&costs), reference: sum(&self.reference) });
                report.check(checks);
                if report.verdict == Verdict::Correct {
                    report.message = self.correct(&report);
                }
            }
            (Err(failure), Some(start)) => report.failed(&failure, start),
            (Err(failure), None) => return Err(failure.into()),
        }
        report.searched.elapsed_ms = since.elapsed().as_secs_f64() * 1000.0;
        Ok(report)
    }

    /// Why an answer is not even built: it may create indexes, or drop them, and nothing else.
    fn refusal(&self, statements: &[Statement<'_>]) -> Option<(String, Option<usize>)> {
        let wanted =
            if self.index.drops { "DROP INDEX name" } else { "CREATE INDEX name ON table (column, …)" };
        if statements.is_empty() {
            return Some((format!("there is no statement in this answer: {wanted}"), None));
        }
        if let Some(one) = statements.get(MOST) {
            return Some((format!("an answer has at most {MOST} statements"), Some(one.span.start)));
        }
        statements.iter().find_map(|statement| {
            let at = statement.span.start;
            let message = match (what(statement), self.index.drops) {
                (What::Create, false) | (What::Drop, true) => return None,
                (What::Create, true) => {
                    "indexes are taken away here, none is added: DROP INDEX name".to_owned()
                }
                (What::Drop, false) => {
                    "the indexes that are there stay: an answer is CREATE INDEX statements".to_owned()
                }
                (What::Unique, _) => {
                    "UNIQUE forbids rows as well as finding them: leave it out, the tables stay as they are"
                        .to_owned()
                }
                (What::Other, _) => format!("an answer here is nothing but {wanted}"),
            };
            Some((message, Some(at)))
        })
    }

    /// Asks all rules about what is built now.
    fn measure(&self, before: &[Built]) -> Result<Outcome, Failure> {
        let now = self.bench.indexes()?;
        let added: Vec<Built> = now.iter().filter(|index| !before.contains(index)).cloned().collect();
        let mut measured = Vec::new();
        for ((query, (_, base)), reference) in self.index.queries.iter().zip(&self.base).zip(&self.reference)
        {
            let steps = budget(&self.index.rules.0, *reference, Some(*base));
            measured.push(Measured {
                name: &query.name,
                sql: &query.sql,
                parameters: &query.parameters,
                plan: self.bench.plan(&query.sql, &query.parameters)?,
                run: self.bench.run(&query.sql, &query.parameters, Some(steps))?,
                reference: *reference,
                base: Some(*base),
                indexes: &now,
            });
        }
        let mut checks = Vec::new();
        for rule in &self.index.rules.0 {
            checks.extend(self.of_all(rule, before, &added, &measured)?);
            // What holds for every answer comes behind the number of indexes.
            if let Rule::MaxIndexes(_) = rule {
                checks.push(used(&added, &measured));
                checks.extend(no_prefix(&added, &now));
                checks.push(self.result(&measured));
            }
            for one in &measured {
                checks.extend(of_query(rule, one, &self.bench)?);
            }
        }
        Ok(Outcome { checks, costs: measured.iter().map(|one| one.run.cost).collect() })
    }

    /// What the rule on growth says of each query.
    fn growth(&self, sql: &str) -> Result<Vec<Check>, JudgeError> {
        let mut checks = Vec::new();
        let setup = [self.index.bench.given.as_str(), sql];
        for rule in &self.index.rules.0 {
            let Rule::Growth(most) = rule else { continue };
            for query in &self.index.queries {
                let Served { name, sql, parameters } = query;
                checks.push(growth(name, *most, self.world, &setup, sql, parameters)?);
            }
        }
        Ok(checks)
    }

    /// What a rule about the indexes as a whole says.
    fn of_all(
        &self,
        rule: &Rule,
        before: &[Built],
        added: &[Built],
        measured: &[Measured<'_>],
    ) -> Result<Vec<Check>, Failure> {
        let (passed, said) = match rule {
            Rule::MaxIndexes(most) => {
                let said = format!("{} added", number(added.len()));
                held(added.len() <= *most, said, most)
            }
            Rule::IndexKib(most) => {
                let kib = self.bench.bytes(added)?.div_ceil(1024);
                held(kib <= *most, format!("{} KiB of index", grouped(kib)), format_args!("{most} KiB"))
            }
            Rule::Insert { sql, of_base } => {
                let now = self.bench.write(sql, WRITES)?.total();
                let base = if let Some(base) = self.insert.get() {
                    *base
                } else {
                    let base = self.without(added, || self.bench.write(sql, WRITES))?;
                    *self.insert.get_or_init(|| base)
                };
                let ratio = now as f64 / base.total().max(1) as f64;
                let said = format!("an INSERT costs {ratio:.2} × what it did");
                held(ratio <= *of_base, said, format_args!("{of_base} ×"))
            }
            Rule::Fewest(most) => {
                let left = self.bench.indexes()?.len();
                let fewest = self.fewest.as_ref();
                return Ok(fewest.map_or_else(Vec::new, |f| f.checks(measured, before.len(), left, *most)));
            }
            Rule::Search(_)
            | Rule::Usable(_)
            | Rule::NoFullScan(_)
            | Rule::NoSort
            | Rule::NoAutomaticIndex
            | Rule::NoCorrelated
            | Rule::Covering(_)
            | Rule::CostOfReference(_)
            | Rule::CostOfBase(_)
            | Rule::Growth(_) => return Ok(Vec::new()),
        };
        Ok(vec![check(rule.name(), passed, said)])
    }

    /// Does some work as if the added indexes were not there.
    fn without<T>(&self, added: &[Built], work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
        self.bench.undone(|| {
            for index in added {
                self.bench.build(&index.drop())?;
            }
            work()
        })
    }

    /// Whether each query gives what it gave.
    fn result(&self, measured: &[Measured<'_>]) -> Check {
        for (one, (expected, _)) in measured.iter().zip(&self.base) {
            let difference = one.run.table.as_ref().and_then(|table| compare(expected, table, &Order::Any));
            if let Some(difference) = difference {
                let said = format!("the query gives another result now: {}", difference.sentence);
                return check("result", false, said);
            }
        }
        check("result", true, "the result is the same".to_owned())
    }

    fn correct(&self, report: &Report) -> String {
        let ratio =
            report.costs.map(|costs| costs.answer.total() as f64 / costs.reference.total().max(1) as f64);
        let cost =
            ratio.map_or_else(String::new, |ratio| format!(", cost {} × the reference's", ratio_text(ratio)));
        let what = if self.index.drops { "nothing more can go" } else { "every rule holds" };
        format!("correct: {what}{cost}")
    }
}

/// What a statement of an answer does.
enum What {
    Create,
    Unique,
    Drop,
    Other,
}

fn what(statement: &Statement<'_>) -> What {
    let tokens = significant(statement.text);
    let is = |at: usize, word| tokens.get(at).is_some_and(|token| token.is_keyword(word));
    match (is(0, Keyword::Create), is(0, Keyword::Drop), is(1, Keyword::Index)) {
        (true, _, true) => What::Create,
        (_, true, true) => What::Drop,
        (true, ..) if is(1, Keyword::Unique) && is(2, Keyword::Index) => What::Unique,
        _ => What::Other,
    }
}

/// Whether every added index serves a query.
fn used(added: &[Built], measured: &[Measured<'_>]) -> Check {
    let serves = |index: &Built| {
        measured
            .iter()
            .any(|one| one.plan.indexes_used().iter().any(|name| name.eq_ignore_ascii_case(&index.name)))
    };
    let idle: Vec<String> = added
        .iter()
        .filter(|index| !serves(index))
        .map(|index| format!("{} on {}", index.name, index.brief()))
        .collect();
    match idle.as_slice() {
        [] => check("used", true, "every index is used".to_owned()),
        [one] => check("used", false, format!("{one} is not used")),
        several => check("used", false, format!("{} are not used", several.join(" and "))),
    }
}

/// Whether no added index is the beginning of another index.
fn no_prefix(added: &[Built], all: &[Built]) -> Option<Check> {
    if all.len() < 2 {
        return None;
    }
    for index in added {
        let starts = |other: &&Built| {
            other.name != index.name
                && other.table == index.table
                && other.filter == index.filter
                && other.parts.starts_with(&index.parts)
        };
        if let Some(other) = all.iter().find(starts) {
            let said =
                format!("{} does all that {} does: drop the shorter one", other.brief(), index.brief());
            return Some(check("no_prefix", false, said));
        }
    }
    Some(check("no_prefix", true, "no index is the beginning of another".to_owned()))
}

fn sum(costs: &[Cost]) -> Cost {
    costs.iter().fold(Cost::default(), |sum, cost| Cost {
        steps: sum.steps + cost.steps,
        pages: sum.pages + cost.pages,
    })
}

fn number(n: usize) -> String {
    match n {
        0 => "no index".to_owned(),
        1 => "1 index".to_owned(),
        n => format!("{n} indexes"),
    }
}
