//! The kind query: one statement that reads, compared with the reference on databases that are searched, and on
//! the learner's data.

use std::time::{Duration, Instant};

use super::{
    JudgeError, Options, killers,
    repair::repair,
    report::{Costs, Report, Searched, Verdict},
};
use crate::{
    catalog::{BoundaryDatabase, Exercise, Query},
    cost::Cost,
    differ::{
        Brief, Budget, Effort, Examiner, Found, Known, Outcome, Screened, SearchError,
        compare::{Order, compare},
        difference::Mismatch,
        examine,
        tiny::TinyDb,
    },
    engine::{Access, FailureKind, Sandbox, Settings, Source},
    schema::{
        introspect::Schema,
        world::{Size, World, open},
    },
    sql::{
        dialect::hints,
        lexer::{significant, unquote},
        names::SchemaNames,
        split::{Statement, split},
        suggest::suggestion,
        warnings::warnings,
    },
    value::{Table, Value},
};

/// How long a statement may run on the learner's data.
const DEADLINE: Duration = Duration::from_secs(5);

/// How many random databases there are where an exercise has no killer suite, even if none are asked for.
const LEAST: u64 = 1_000;

/// How many shrunk databases a seat keeps: what many do wrong is then shown at once.
const SMALL: usize = 12;

/// A query exercise made ready to judge answers: what does not change from answer to answer.
pub(super) struct Desk<'e> {
    exercise: &'e Exercise,
    query: &'e Query,
    world: &'e World,
    order: Order,
    parameters: &'e [(String, Value)],
    pub(super) killers: Vec<TinyDb>,
}

/// A desk with an examiner at it, and the learner's data.
pub(super) struct Seat<'d, 'x, 's, 'q> {
    desk: &'d Desk<'d>,
    examiner: &'x mut Examiner<'s, 'q>,
    /// The exercise's boundary databases and its killer suite.
    killers: Vec<TinyDb>,
    /// The shrunk databases on which other answers at this seat were wrong.
    small: Vec<TinyDb>,
    options: &'d Options,
    /// The learner's data, with the reference's result and cost on it; opened at the first answer that runs.
    data: Option<(Sandbox, Table, Cost)>,
}

impl<'e> Desk<'e> {
    /// Makes ready.
    ///
    /// # Errors
    /// A boundary database of the exercise that does not load.
    pub(super) fn new(
        exercise: &'e Exercise,
        query: &'e Query,
        world: &'e World,
    ) -> Result<Desk<'e>, JudgeError> {
        let killers =
            query.databases.iter().map(|database| boundary(world, database)).collect::<Result<_, _>>()?;
        Ok(Desk { exercise, query, world, order: query.comparison(), parameters: &[], killers })
    }

    /// Gives named parameters their values, in the reference and in answers.
    pub(super) fn with_parameters(self, parameters: &'e [(String, Value)]) -> Desk<'e> {
        Desk { parameters, ..self }
    }

    /// Hands `work` a seat, at which any number of answers can be judged.
    ///
    /// # Errors
    /// A reference or schema that is not in order.
    pub(super) fn sit<T>(
        &self,
        options: &Options,
        work: impl FnOnce(&mut Seat<'_, '_, '_, '_>) -> Result<T, JudgeError>,
    ) -> Result<T, JudgeError> {
        let brief = Brief {
            ddl: &self.world.ddl,
            hints: &self.world.hints,
            reference: self.query.reference(),
            parameters: self.parameters,
            order: &self.order,
            now: self.world.today,
            day_moves: self.exercise.any_day,
            seed: options.seed,
        };
        let result = examine(&brief, |examiner| {
            let mut killers = self.killers.clone();
            for number in killers::of(self.exercise, self.query, self.world) {
                killers.push(examiner.numbered(number)?);
            }
            Ok(work(&mut Seat { desk: self, examiner, killers, small: Vec::new(), options, data: None }))
        });
        result.map_err(|error| self.faulty(&error))?
    }

    fn faulty(&self, error: &SearchError) -> JudgeError {
        JudgeError::Exercise(format!("{}: {error}", self.exercise.id))
    }
}

impl Seat<'_, '_, '_, '_> {
    /// Runs answers on the killers, all on each before the next: what [`Seat::judge`] then need not find out.
    ///
    /// # Errors
    /// A reference or schema that is not in order.
    pub(super) fn screen(&mut self, answers: &[&str]) -> Result<Vec<Screened>, JudgeError> {
        let statements: Vec<&str> =
            answers.iter().map(|sql| single(sql).map_or("", |statement| statement.text)).collect();
        self.examiner.screen(&statements, &self.killers).map_err(|error| self.desk.faulty(&error))
    }

    /// Judges one answer, with what a screening has shown of it.
    ///
    /// # Errors
    /// A reference or schema that is not in order.
    pub(super) fn judge(&mut self, sql: &str, screened: Option<Screened>) -> Result<Report, JudgeError> {
        let since = Instant::now();
        let mut report = Report::new(&self.desk.exercise.id);
        let statement = match single(sql) {
            Ok(statement) => statement,
            Err((message, offset)) => {
                report.fail(Verdict::Error, FailureKind::Sql, message, offset);
                return Ok(report);
            }
        };
        let start = statement.span.start;
        // With no killer suite there would be next to nothing to judge by.
        let least = if self.killers.len() == self.desk.killers.len() { LEAST } else { 0 };
        let budget = Budget { databases: self.options.databases.max(least), millis: self.options.millis };
        let agreed = screened.map_or(0, |screened| screened.agreed);
        let all = agreed == self.killers.len() && budget.databases == 0 && agreed > 0;
        let outcome = if all {
            let agreed = agreed as u64;
            Outcome::Same(Effort { databases: agreed, killers: agreed, ..Effort::default() })
        } else {
            let known = Known { small: &self.small, killers: &self.killers, agreed };
            self.examiner
                .answer_knowing(statement.text, known, budget)
                .map_err(|error| self.desk.faulty(&error))?
        };
        report.searched.elapsed_ms = since.elapsed().as_secs_f64() * 1000.0;
        if let Outcome::Different(found, _) = &outcome {
            let by_luck =
                found.by_luck || found.counterexample.difference.mismatch == Mismatch::DependsOnOrder;
            if self.options.repair_millis > 0 {
                let mut known = vec![found.db.clone()];
                known.extend(self.killers.iter().cloned());
                let texts = [statement.text, self.desk.query.reference()];
                report.repair = repair(self.examiner, texts, &known, by_luck, self.options)?;
            }
            let passed = match screened {
                Some(screened) => screened.passed,
                None => self
                    .examiner
                    .agreement(statement.text, &self.killers)
                    .map_err(|error| self.desk.faulty(&error))?,
            };
            report.killers_passed = Some((passed as u64, self.killers.len() as u64));
            if !by_luck && self.small.len() < SMALL && !self.small.contains(&found.db) {
                self.small.push(found.db.clone());
            }
        }
        settle(&mut report, outcome, statement, Some(self.desk.query));
        advise(&mut report, sql, &self.examiner.schema().names());
        if report.fault.is_none() && self.options.on_data {
            self.on_data(&mut report, statement.text, start)?;
        }
        if report.verdict == Verdict::Correct {
            report.message = correct(&report.searched, self.desk.exercise.any_day);
        }
        Ok(report)
    }

    /// Runs the answer on the data that the learner sees: what it costs, and where it differs there.
    fn on_data(&mut self, report: &mut Report, answer: &str, start: usize) -> Result<(), JudgeError> {
        if self.data.is_none() {
            let world = self.desk.world;
            let settings = Settings::learner(world.today, Some(DEADLINE));
            let data = open(world, &Size::Learner, self.options.data_seed, settings)?;
            let (expected, done) =
                data.with_access(Access::Answer, |data| data.prepare(self.desk.query.reference())?.table())?;
            self.data = Some((data, expected, done.cost));
        }
        let (data, expected, reference) = self.data.as_ref().expect("it was opened above");
        data.with_access(Access::Answer, |data| {
            match data.prepare(answer).and_then(|mut answer| answer.table()) {
                Err(failure) if report.verdict == Verdict::Correct => report.failed(&failure, start),
                Err(_) => {}
                Ok((actual, done)) => {
                    report.costs = Some(Costs { answer: done.cost, reference: *reference });
                    if let Some(difference) = compare(expected, &actual, &self.desk.order) {
                        if report.verdict == Verdict::Correct {
                            report.wrong(&difference);
                        }
                        report.difference = Some(difference);
                    }
                }
            }
        });
        Ok(())
    }
}

/// Adds what leads on: how SQLite says what another dialect says, what was probably meant, what looks wrong.
pub(super) fn advise(report: &mut Report, sql: &str, names: &SchemaNames) {
    if let Some(fault) = report.fault.as_ref().filter(|fault| fault.kind == FailureKind::Sql) {
        report.hints = hints(sql, &fault.message, fault.offset);
        report.hints.extend(suggestion(sql, &fault.message, fault.offset, names));
    }
    if let Some(repair) = &report.repair {
        report.hints.push(format!("look at {}", repair.place));
    }
    report.warnings = warnings(sql, names).into_iter().map(|warning| warning.message).collect();
}

/// The one statement of an answer.
///
/// # Errors
/// There is none, or more than one: what to say, and where.
pub(super) fn single(sql: &str) -> Result<Statement<'_>, (String, Option<usize>)> {
    match split(sql).as_slice() {
        [statement] => Ok(*statement),
        [] => Err(("there is no statement in this answer".to_owned(), None)),
        [_, second, ..] => Err((
            format!("an answer is one statement; this one has {}", split(sql).len()),
            Some(second.span.start),
        )),
    }
}

/// Puts the outcome of a search into a report.
pub(super) fn settle(report: &mut Report, outcome: Outcome, statement: Statement<'_>, query: Option<&Query>) {
    match outcome {
        Outcome::Fails(failure) => report.failed(&failure, statement.span.start),
        Outcome::Endless(effort) => {
            report.looked(effort);
            let message = "the statement does not come to an end on a database of a few rows".to_owned();
            report.fail(Verdict::Limit, FailureKind::Steps, message, None);
        }
        Outcome::Same(effort) => report.looked(effort),
        Outcome::Different(found, effort) => {
            report.looked(effort);
            report.wrong(&found.counterexample.difference);
            different(report, query, statement.text, *found);
        }
    }
}

/// "correct: no difference on 7 killers and 9,400 random databases, 14 days tried"
pub(super) fn correct(searched: &Searched, any_day: bool) -> String {
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
fn different(report: &mut Report, query: Option<&Query>, answer: &str, found: Found) {
    let chance = significant(answer).iter().any(|token| {
        let word = unquote(token.text(answer));
        word.eq_ignore_ascii_case("random") || word.eq_ignore_ascii_case("randomblob")
    });
    let unsteady = found.counterexample.difference.mismatch == Mismatch::DependsOnOrder;
    if chance && (unsteady || found.by_luck) {
        report.mismatch = Some(Mismatch::DependsOnChance);
        report.message = "random() gives another result on each run, and not always the right one".into();
        return;
    }
    if unsteady {
        let keys = query.and_then(|query| query.order.as_ref()).map(|rule| rule.by.join(", "));
        report.message = match (found.luck, keys) {
            (Some(luck), _) => format!("right only by luck of the order: {}", luck.advice()),
            (None, Some(keys)) => {
                format!("right only by luck of the order: ORDER BY must settle every tie ({keys})")
            }
            (None, None) => {
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
