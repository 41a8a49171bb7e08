//! The kind tune: a query written anew. First the same result, on searched databases as of a query; then the plan and
//! its cost on the lab data.

use std::time::Instant;

use super::{
    JudgeError, Options,
    bench::{Bench, Built},
    grows::growth,
    query::{Desk, single},
    report::{Costs, Report, Verdict},
    rules::{Measured, budget, of_query, ratio_text},
};
use crate::{
    catalog::{Exercise, Parameters, Rule, Tune},
    cost::Cost,
    differ::compare::compare,
    engine::Failure,
    schema::world::World,
    value::Table,
};

/// A tune exercise made ready to judge answers.
pub(super) struct TuneDesk<'e> {
    exercise: &'e Exercise,
    tune: &'e Tune,
    world: &'e World,
    bench: Bench,
    indexes: Vec<Built>,
    /// What the reference gives and costs.
    expected: Table,
    reference: Cost,
    /// What the slow query costs, where a rule asks for it.
    base: Option<Cost>,
}

impl<'e> TuneDesk<'e> {
    /// Opens the data and measures the reference.
    ///
    /// # Errors
    /// Data or a reference that is not in order.
    pub(super) fn new(
        exercise: &'e Exercise,
        tune: &'e Tune,
        world: &'e World,
    ) -> Result<TuneDesk<'e>, JudgeError> {
        let bench = Bench::open(world, &tune.bench)?;
        let of = |what: &str, failure: Failure| {
            JudgeError::Exercise(format!("{}: {what} fails: {failure}", exercise.id))
        };
        let bound = &tune.parameters[0];
        let run = |sql: &str| bench.undone(|| bench.run(sql, bound, None));
        let reference = run(tune.query.reference()).map_err(|failure| of("the reference", failure))?;
        let base = if tune.rules.has("cost_of_base") {
            Some(run(&tune.slow).map_err(|failure| of("the slow query", failure))?.cost)
        } else {
            None
        };
        Ok(TuneDesk {
            exercise,
            tune,
            world,
            indexes: bench.indexes()?,
            bench,
            expected: reference.table.unwrap_or_default(),
            reference: reference.cost,
            base,
        })
    }

    /// Judges one answer.
    ///
    /// # Errors
    /// A fault of the exercise or of the program.
    pub(super) fn judge(&self, sql: &str, options: &Options) -> Result<Report, JudgeError> {
        let since = Instant::now();
        let mut report = self.same_result(sql, options)?;
        if report.verdict == Verdict::Wrong
            && let Ok(statement) = single(sql)
        {
            self.shown_here(statement.text, &mut report);
        }
        if report.verdict == Verdict::Correct
            && let Ok(statement) = single(sql)
        {
            match self.bench.undone(|| self.measure(statement.text, &mut report)) {
                Ok(()) => self.growth(statement.text, &mut report)?,
                Err(failure) => report.failed(&failure, statement.span.start),
            }
        }
        report.searched.elapsed_ms = since.elapsed().as_secs_f64() * 1000.0;
        Ok(report)
    }

    /// Says where a wrong answer differs on the measured data, and calls the columns as the statement does: the
    /// reference's own names may be the solution.
    fn shown_here(&self, sql: &str, report: &mut Report) {
        let names = || self.tune.query.columns.iter().map(|column| column.name.clone()).collect();
        if let Some(found) = &mut report.counterexample {
            found.expected.columns = names();
        }
        if let Some(found) = &mut report.luck {
            found.expected.columns = names();
        }
        let steps = budget(&self.tune.rules.0, self.reference, self.base);
        let run = self.bench.undone(|| self.bench.run(sql, &self.tune.parameters[0], Some(steps)));
        let order = self.tune.query.comparison();
        report.difference = match run {
            Ok(run) => match run.table {
                Some(table) => compare(&self.expected, &table, &order),
                // Nothing is known of its result here; what was found elsewhere speaks.
                None => report.counterexample.as_ref().map(|found| found.difference.clone()),
            },
            Err(_) => report.counterexample.as_ref().map(|found| found.difference.clone()),
        };
    }

    /// Where the slow query gives another result than the reference on the measured data.
    ///
    /// # Errors
    /// A slow query that fails.
    pub(super) fn slow_differs(&self) -> Result<Option<String>, JudgeError> {
        let run = self.bench.run(&self.tune.slow, &self.tune.parameters[0], None)?;
        let order = self.tune.query.comparison();
        let difference = run.table.and_then(|table| compare(&self.expected, &table, &order));
        Ok(difference.map(|found| format!("the slow query differs from the reference: {}", found.sentence)))
    }

    /// Looks for a database on which the answer gives another result, for each set of parameters.
    fn same_result(&self, sql: &str, options: &Options) -> Result<Report, JudgeError> {
        let sets = &self.tune.parameters;
        let options = Options {
            on_data: false,
            millis: (options.millis / sets.len() as u64).max(50),
            ..options.clone()
        };
        let mut all: Option<Report> = None;
        // Who names an index must find it on the small databases too.
        let mut world = self.world.clone();
        if sql.to_ascii_lowercase().contains("indexed by") {
            world.ddl = format!("{};\n{}", world.ddl.trim_end().trim_end_matches(';'), self.tune.bench.given);
        }
        for set in sets {
            let desk = Desk::new(self.exercise, &self.tune.query, &world)?.with_parameters(set);
            let mut report = desk.sit(&options, |seat| seat.judge(sql, None))?;
            if report.verdict != Verdict::Correct {
                if !set.is_empty() || sets.len() > 1 {
                    report.message = format!("with {}: {}", values(set, sets), report.message);
                }
                return Ok(report);
            }
            if let Some(before) = all {
                report.searched.databases += before.searched.databases;
                report.searched.killers += before.searched.killers;
                report.message = super::query::correct(&report.searched, self.exercise.any_day);
            }
            all = Some(report);
        }
        all.ok_or_else(|| JudgeError::Exercise(format!("{}: no set of parameters", self.exercise.id)))
    }

    /// Asks the rule on growth, where there is one.
    fn growth(&self, sql: &str, report: &mut Report) -> Result<(), JudgeError> {
        let mut checks = std::mem::take(&mut report.checks);
        if report.difference.is_none() {
            for rule in &self.tune.rules.0 {
                let Rule::Growth(most) = rule else { continue };
                let given = [self.tune.bench.given.as_str()];
                checks.push(growth("", *most, self.world, &given, sql, &self.tune.parameters[0])?);
            }
        }
        report.check(checks);
        Ok(())
    }

    /// Asks all rules about the answer on the lab data.
    fn measure(&self, sql: &str, report: &mut Report) -> Result<(), Failure> {
        let bound = &self.tune.parameters[0];
        let steps = budget(&self.tune.rules.0, self.reference, self.base);
        let run = self.bench.run(sql, bound, Some(steps))?;
        report.costs = Some(Costs { answer: run.cost, reference: self.reference });
        let order = self.tune.query.comparison();
        let difference = run.table.as_ref().and_then(|table| compare(&self.expected, table, &order));
        if let Some(difference) = difference {
            report.wrong(&difference);
            report.difference = Some(difference);
            return Ok(());
        }
        let measured = Measured {
            name: "",
            sql,
            parameters: bound,
            plan: self.bench.plan(sql, bound)?,
            run,
            reference: self.reference,
            base: self.base,
            indexes: &self.indexes,
        };
        let mut checks = Vec::new();
        for rule in &self.tune.rules.0 {
            checks.extend(of_query(rule, &measured, &self.bench)?);
        }
        let ratio = measured.run.cost.total() as f64 / self.reference.total().max(1) as f64;
        report.check(checks);
        if report.verdict == Verdict::Correct && !self.tune.rules.0.iter().any(says_cost) {
            report.message = format!("{}; cost {} × the reference's", report.message, ratio_text(ratio));
        }
        Ok(())
    }
}

/// Whether a rule's own sentence says how the cost compares.
fn says_cost(rule: &Rule) -> bool {
    rule.name() == "cost_of_reference"
}

/// ":u = 77", with NULL for what another set names.
fn values(set: &Parameters, sets: &[Parameters]) -> String {
    let mut names: Vec<&str> = sets.iter().flatten().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let value = |name: &str| {
        let found = set.iter().find(|(known, _)| known == name);
        let value = found.map_or_else(|| "NULL".to_owned(), |(_, value)| value.to_string());
        format!(":{name} = {value}")
    };
    names.into_iter().map(value).collect::<Vec<_>>().join(", ")
}
