//! The kind query: one statement that reads, compared with the reference on the learner's data, on the
//! exercise's boundary databases, and on databases that are searched.

use super::{
    JudgeError, Options,
    report::{Costs, Fault, Report, Searched, Verdict},
};
use crate::{
    catalog::{BoundaryDatabase, Exercise, Query},
    differ::{
        compare::compare,
        difference::{Counterexample, Difference},
    },
    engine::{Access, Failure, Sandbox, Settings, Source},
    schema::{
        introspect::Schema,
        world::{Size, World, open},
    },
    value::Table,
};

/// Judges an answer to a query exercise.
pub(super) fn judge(
    exercise: &Exercise,
    query: &Query,
    world: &World,
    sql: &str,
    options: &Options,
) -> Result<Report, JudgeError> {
    let mut report = Report {
        exercise: exercise.id.clone(),
        verdict: Verdict::Correct,
        message: String::new(),
        mismatch: None,
        difference: None,
        counterexample: None,
        searched: Searched::default(),
        costs: None,
        fault: None,
        hints: Vec::new(),
        warnings: Vec::new(),
    };
    let settings = Settings::learner(world.today, Some(std::time::Duration::from_secs(5)));
    let shop = open(world, &Size::Learner, options.seed, settings)?;
    let order = query.comparison();
    shop.with_access(Access::Answer, |shop| -> Result<(), JudgeError> {
        let (expected, reference) = shop.prepare(query.reference())?.table()?;
        match shop.prepare(sql).and_then(|mut answer| answer.table()) {
            Err(failure) => failed(&mut report, &failure),
            Ok((actual, answer)) => {
                report.costs = Some(Costs { answer: answer.cost, reference: reference.cost });
                if let Some(difference) = compare(&expected, &actual, &order) {
                    wrong(&mut report, &difference);
                    report.difference = Some(difference);
                }
            }
        }
        Ok(())
    })?;
    if report.verdict != Verdict::Correct {
        return Ok(report);
    }
    for database in &query.databases {
        report.searched.databases += 1;
        let small = boundary(world, database)?;
        let now = small.now();
        let schema = Schema::read(&small)?;
        let found = small.with_access(Access::Answer, |small| -> Result<_, JudgeError> {
            let expected = small.table(query.reference())?;
            match small.table(sql) {
                Err(failure) => {
                    failed(&mut report, &failure);
                    Ok(None)
                }
                Ok(actual) => {
                    Ok(compare(&expected, &actual, &order).map(|difference| (expected, actual, difference)))
                }
            }
        })?;
        if let Some((expected, actual, difference)) = found {
            wrong(&mut report, &difference);
            let tables = tables(&small, &schema)?;
            let today = exercise.any_day.then(|| now.to_string());
            report.counterexample = Some(Counterexample { today, tables, expected, actual, difference });
        }
        if report.verdict != Verdict::Correct {
            return Ok(report);
        }
    }
    report.message = format!("correct: no difference on {} databases", report.searched.databases);
    Ok(report)
}

fn failed(report: &mut Report, failure: &Failure) {
    report.verdict = if failure.is_limit() { Verdict::Limit } else { Verdict::Error };
    report.message.clone_from(&failure.message);
    report.fault =
        Some(Fault { kind: failure.kind, message: failure.message.clone(), offset: failure.offset });
}

fn wrong(report: &mut Report, difference: &Difference) {
    report.verdict = Verdict::Wrong;
    report.mismatch = Some(difference.mismatch);
    report.message.clone_from(&difference.sentence);
}

fn boundary(world: &World, database: &BoundaryDatabase) -> Result<Sandbox, JudgeError> {
    let now = database.today.unwrap_or(world.today);
    let sandbox =
        Sandbox::open(Source::Empty, Settings::learner(now, Some(std::time::Duration::from_secs(5))))?;
    let load = |sql: &str| {
        sandbox.script(sql).map_err(|failure| {
            JudgeError::Exercise(format!("the database '{}' does not load: {failure}", database.about))
        })
    };
    load(&world.ddl)?;
    load(&database.rows)?;
    Ok(sandbox)
}

/// The rows of all tables that have any.
fn tables(sandbox: &Sandbox, schema: &Schema) -> Result<Vec<(String, Table)>, JudgeError> {
    let mut tables = Vec::new();
    for table in &schema.tables {
        let names: Vec<String> = table
            .insertable()
            .iter()
            .map(|at| format!("\"{}\"", table.columns[*at].name.replace('"', "\"\"")))
            .collect();
        let rows = sandbox.table(&format!(
            "SELECT {} FROM \"{}\"",
            names.join(", "),
            table.name.replace('"', "\"\"")
        ))?;
        if !rows.rows.is_empty() {
            tables.push((table.name.clone(), rows));
        }
    }
    Ok(tables)
}
