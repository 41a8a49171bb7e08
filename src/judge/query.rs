//! The kind query: one statement that reads, compared with the reference on databases that are searched, and on
//! the learner's data.

use std::time::{Duration, Instant};

use super::{
    JudgeError, Options,
    report::{Costs, Fault, Report, Searched, Verdict},
};
use crate::{
    catalog::{BoundaryDatabase, Exercise, Query},
    differ::{
        Brief, Budget, Effort, Found, Outcome,
        compare::compare,
        difference::{Difference, Mismatch},
        search,
        tiny::TinyDb,
    },
    engine::{Access, Failure, FailureKind, Sandbox, Settings, Source},
    schema::{
        introspect::Schema,
        world::{Size, World, open},
    },
    sql::{
        lexer::{significant, unquote},
        split::split,
    },
};

/// How long a statement may run on the learner's data.
const DEADLINE: Duration = Duration::from_secs(5);

/// Judges an answer to a query exercise.
pub(super) fn judge(
    exercise: &Exercise,
    query: &Query,
    world: &World,
    sql: &str,
    options: &Options,
) -> Result<Report, JudgeError> {
    let since = Instant::now();
    let mut report = Report::new(&exercise.id);
    let statements = split(sql);
    let [statement] = statements.as_slice() else {
        let message = match statements.len() {
            0 => "there is no statement in this answer".to_owned(),
            n => format!("an answer is one statement; this one has {n}"),
        };
        report.fail(
            Verdict::Error,
            FailureKind::Sql,
            message,
            statements.get(1).map(|second| second.span.start),
        );
        return Ok(report);
    };
    let start = statement.span.start;
    let answer = statement.text;
    let killers =
        query.databases.iter().map(|database| boundary(world, database)).collect::<Result<Vec<_>, _>>()?;
    let order = query.comparison();
    let brief = Brief {
        ddl: &world.ddl,
        hints: &world.hints,
        reference: query.reference(),
        order: &order,
        now: world.today,
        day_moves: exercise.any_day,
        seed: options.seed,
    };
    let budget = Budget { databases: options.databases, millis: options.millis };
    let outcome = search(&brief, answer, &killers, budget)
        .map_err(|error| JudgeError::Exercise(format!("{}: {error}", exercise.id)))?;
    match outcome {
        Outcome::Fails(failure) => report.failed(&failure, start),
        Outcome::Endless(effort) => {
            report.looked(effort);
            let message = "the statement does not come to an end on a database of a few rows".to_owned();
            report.fail(Verdict::Limit, FailureKind::Steps, message, None);
        }
        Outcome::Same(effort) => report.looked(effort),
        Outcome::Different(found, effort) => {
            report.looked(effort);
            report.wrong(&found.counterexample.difference);
            different(&mut report, query, answer, *found);
        }
    }
    if report.fault.is_none() {
        on_the_learners_data(&mut report, query, world, answer, options, start)?;
    }
    report.searched.elapsed_ms = since.elapsed().as_secs_f64() * 1000.0;
    if report.verdict == Verdict::Correct {
        report.message = correct(&report.searched, exercise.any_day);
    }
    Ok(report)
}

/// "correct: no difference on 7 killers and 9,400 random databases, 14 days tried"
fn correct(searched: &Searched, any_day: bool) -> String {
    let killers = match searched.killers {
        0 => String::new(),
        1 => "1 killer and ".to_owned(),
        n => format!("{n} killers and "),
    };
    let random = searched.databases - searched.killers;
    let days = if any_day { format!(", {} days tried", searched.days) } else { String::new() };
    format!("correct: no difference on {killers}{random} random databases{days}")
}

/// Words a difference that was found, and keeps its counterexample where it can be promised.
fn different(report: &mut Report, query: &Query, answer: &str, found: Found) {
    let chance = significant(answer).iter().any(|token| {
        let word = unquote(token.text(answer));
        word.eq_ignore_ascii_case("random") || word.eq_ignore_ascii_case("randomblob")
    });
    let unsteady = found.counterexample.difference.mismatch == Mismatch::DependsOnOrder;
    if chance && (unsteady || found.by_luck) {
        report.mismatch = Some(Mismatch::DependsOnChance);
        report.message = "random() gives another result on each run, and not always the right one".to_owned();
        return;
    }
    if unsteady {
        report.message = match &query.order {
            _ if found.luck.is_some() => {
                format!("right only by luck of the order: {}", found.luck.map_or("", |luck| luck.advice()))
            }
            Some(rule) => format!(
                "right only by luck of the order: ORDER BY must settle every tie ({})",
                rule.by.join(", ")
            ),
            None => {
                "right only by luck: the result hangs on the order in which SQLite happens to read the rows"
                    .to_owned()
            }
        };
    }
    if found.by_luck {
        report.luck = Some(found.counterexample);
    } else {
        report.counterexample = Some(found.counterexample);
    }
}

/// Runs both on the data that the learner sees: what they cost, and where they differ there.
fn on_the_learners_data(
    report: &mut Report,
    query: &Query,
    world: &World,
    answer: &str,
    options: &Options,
    start: usize,
) -> Result<(), JudgeError> {
    let shop =
        open(world, &Size::Learner, options.data_seed, Settings::learner(world.today, Some(DEADLINE)))?;
    shop.with_access(Access::Answer, |shop| {
        let (expected, reference) = shop.prepare(query.reference())?.table()?;
        match shop.prepare(answer).and_then(|mut answer| answer.table()) {
            Err(failure) if report.verdict == Verdict::Correct => report.failed(&failure, start),
            Err(_) => {}
            Ok((actual, answer)) => {
                report.costs = Some(Costs { answer: answer.cost, reference: reference.cost });
                if let Some(difference) = compare(&expected, &actual, &query.comparison()) {
                    if report.verdict == Verdict::Correct {
                        report.wrong(&difference);
                    }
                    report.difference = Some(difference);
                }
            }
        }
        Ok(())
    })
}

/// The rows of a boundary database, as its statements leave them.
fn boundary(world: &World, database: &BoundaryDatabase) -> Result<TinyDb, JudgeError> {
    let now = database.today.unwrap_or(world.today);
    let sandbox = Sandbox::open(Source::Empty, Settings::learner(now, Some(DEADLINE)))?;
    let load = |sql: &str| {
        sandbox.script(sql).map_err(|failure| {
            JudgeError::Exercise(format!("the database '{}' does not load: {failure}", database.about))
        })
    };
    load(&world.ddl)?;
    load(&database.rows)?;
    let schema = Schema::read(&sandbox)?;
    let mut db = TinyDb::empty(&schema, now);
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    for (table, rows) in schema.tables.iter().zip(&mut db.tables) {
        let names: Vec<String> =
            table.insertable().iter().map(|at| quoted(&table.columns[*at].name)).collect();
        *rows = sandbox.table(&format!("SELECT {} FROM {}", names.join(", "), quoted(&table.name)))?.rows;
    }
    Ok(db)
}

impl Report {
    fn new(exercise: &str) -> Report {
        Report {
            exercise: exercise.to_owned(),
            verdict: Verdict::Correct,
            message: String::new(),
            mismatch: None,
            difference: None,
            counterexample: None,
            luck: None,
            searched: Searched::default(),
            costs: None,
            fault: None,
            hints: Vec::new(),
            warnings: Vec::new(),
        }
    }

    fn looked(&mut self, effort: Effort) {
        self.searched.databases = effort.databases;
        self.searched.killers = effort.killers;
        self.searched.days = effort.days;
    }

    fn fail(&mut self, verdict: Verdict, kind: FailureKind, message: String, offset: Option<usize>) {
        self.verdict = verdict;
        self.message.clone_from(&message);
        self.fault = Some(Fault { kind, message, offset });
    }

    fn failed(&mut self, failure: &Failure, start: usize) {
        let verdict = if failure.is_limit() { Verdict::Limit } else { Verdict::Error };
        self.fail(
            verdict,
            failure.kind,
            failure.message.clone(),
            failure.offset.map(|offset| offset + start),
        );
    }

    fn wrong(&mut self, difference: &Difference) {
        self.verdict = Verdict::Wrong;
        self.mismatch = Some(difference.mismatch);
        self.message = difference.sentence.clone();
    }
}
