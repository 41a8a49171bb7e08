//! The search: tiny databases, one after the other, until the two statements disagree on one.

use std::{collections::BTreeSet, ops::ControlFlow, time::Instant};

use super::{
    arena::{self, Arena},
    clues::Clues,
    compare::{Digest, Order, compare},
    difference::{Counterexample, Difference, Mismatch},
    fill::Filler,
    shrink, times,
    tiny::TinyDb,
};
use crate::{
    engine::{Access, Failure, FailureKind, Prepared, Sandbox},
    moment::Moment,
    random::Random,
    schema::hints::ColumnHint,
    schema::introspect::Schema,
    value::Table,
};

/// Two statements on one schema.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The schema's CREATE statements.
    pub ddl: &'a str,
    /// What its author says of its values.
    pub hints: &'a [ColumnHint],
    /// The statement that is right.
    pub reference: &'a str,
    /// The statement that may be wrong.
    pub answer: &'a str,
    /// What order of rows counts.
    pub order: &'a Order,
    /// What 'now' is, unless the day moves.
    pub now: Moment,
    /// Whether both must agree on any day.
    pub day_moves: bool,
    /// Databases to try first.
    pub killers: &'a [TinyDb],
    /// The seed of the random ones.
    pub seed: u64,
}

/// How long to look.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    /// How many random databases at the most.
    pub databases: u64,
    /// How long, in milliseconds.
    pub millis: u64,
}

/// How far the search went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effort {
    /// Databases on which both statements ran.
    pub databases: u64,
    /// How many of them were killers.
    pub killers: u64,
    /// How many different days were tried.
    pub days: u64,
    /// Databases on which the answer ran out of steps.
    pub stopped: u64,
}

/// How the search ended.
#[derive(Debug)]
pub enum Outcome {
    /// No difference was found.
    Same(Effort),
    /// A difference was found.
    Different(Box<Found>, Effort),
    /// The answer does not run at all.
    Fails(Failure),
    /// The answer runs out of steps again and again.
    Endless(Effort),
}

/// A difference, and the smallest database that shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What to show. Where `by_luck`, it shows only while tables are read backwards.
    pub counterexample: Counterexample,
    /// Whether the answer is right whenever SQLite reads tables in their usual order.
    pub by_luck: bool,
}

/// Why no search could be made: the reference or the schema is at fault.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchError(pub String);

impl std::fmt::Display for SearchError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SearchError {}

impl From<Failure> for SearchError {
    fn from(failure: Failure) -> Self {
        SearchError(failure.message)
    }
}

/// Both statements, ready in one arena.
pub(super) struct Ring<'s> {
    pub(super) arena: Arena<'s>,
    reference: Prepared<'s>,
    answer: Prepared<'s>,
    buffer: Vec<u8>,
    /// The tables that one of the two reads, by name.
    reads: BTreeSet<String>,
}

/// What one run of both statements shows.
enum Bout {
    Same,
    Differs,
    /// The reference itself gave no result; the database says nothing.
    Void,
    /// The answer failed where the reference did not.
    Failed(Failure),
}

impl<'s> Ring<'s> {
    fn new(
        sandbox: &'s Sandbox,
        schema: &Schema,
        question: &Question<'_>,
    ) -> Result<Result<Ring<'s>, Failure>, SearchError> {
        let arena = Arena::new(sandbox, schema)?;
        sandbox.take_reads();
        let reference = sandbox
            .prepare(question.reference)
            .map_err(|failure| SearchError(format!("the reference fails: {failure}")))?;
        Ok(sandbox.prepare(question.answer).map(|answer| Ring {
            arena,
            reference,
            answer,
            buffer: Vec::new(),
            reads: sandbox.take_reads(),
        }))
    }

    fn bout(&mut self, order: &Order) -> Result<Bout, SearchError> {
        let digest = |statement: &mut Prepared<'s>, buffer: &mut Vec<u8>| {
            let mut digest = Digest::default();
            statement
                .sweep(|row| {
                    digest.row(row.iter(), buffer);
                    ControlFlow::Continue(())
                })
                .map(|()| digest)
        };
        let Ok(expected) = digest(&mut self.reference, &mut self.buffer) else { return Ok(Bout::Void) };
        match digest(&mut self.answer, &mut self.buffer) {
            Err(failure) => Ok(Bout::Failed(failure)),
            Ok(actual) if expected.same(&actual, order) => Ok(Bout::Same),
            Ok(_) => Ok(Bout::Differs),
        }
    }

    /// Both results, whole.
    fn results(&mut self) -> Result<(Table, Result<Table, Failure>), Failure> {
        let (expected, _) = self.reference.table()?;
        Ok((expected, self.answer.table().map(|(table, _)| table)))
    }
}

/// What a database shows in the three runs that count: as it is, its rows inserted in reverse, and read in
/// reverse. A reference whose own rows change says nothing.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Evidence {
    /// The database, such that loading it shows the difference, unless `by_luck`.
    pub(super) db: TinyDb,
    pub(super) expected: Table,
    pub(super) actual: Table,
    pub(super) difference: Difference,
    /// Some runs of the answer are right.
    pub(super) unsteady: bool,
    /// Only reading in reverse shows it.
    pub(super) by_luck: bool,
}

/// Two rings: tables read in their usual order, and backwards.
pub(super) struct Rings<'s, 'q> {
    pub(super) forward: Ring<'s>,
    pub(super) backward: Ring<'s>,
    pub(super) order: &'q Order,
}

impl Rings<'_, '_> {
    /// Runs both statements three times on a database and weighs what comes.
    pub(super) fn weigh(&mut self, db: &TinyDb) -> Result<Option<Evidence>, SearchError> {
        let reversed = db.reversed();
        let mut runs = Vec::new();
        for run in 0..3 {
            let (ring, db) = match run {
                0 => (&mut self.forward, db),
                1 => (&mut self.forward, &reversed),
                _ => (&mut self.backward, db),
            };
            // A reversed order may break a rule that looks back (a trigger): then it is no run at all.
            if !ring.arena.load(db)? {
                continue;
            }
            let Ok((expected, actual)) = ring.results() else { return Ok(None) };
            let difference = match &actual {
                Ok(actual) => compare(&expected, actual, self.order),
                Err(failure) => Some(fails(failure)),
            };
            if difference.as_ref().is_some_and(|d| d.mismatch == Mismatch::Fails)
                && actual.as_ref().is_err_and(|failure| failure.kind == FailureKind::Steps)
            {
                return Ok(None);
            }
            runs.push((db.clone(), expected, actual.unwrap_or_default(), difference));
        }
        let Some((_, first, ..)) = runs.first() else { return Ok(None) };
        // Rows that the reference's order leaves free may swap; anything else must be the same in every run.
        let steady = runs.iter().all(|(_, expected, ..)| compare(first, expected, self.order).is_none());
        if !steady || runs.iter().all(|(.., difference)| difference.is_none()) {
            return Ok(None);
        }
        let unsteady = runs.iter().any(|(.., difference)| difference.is_none());
        let shown = runs.iter().position(|(.., difference)| difference.is_some()).expect("one differs");
        let by_luck = shown == runs.len() - 1 && runs.len() > 1 && unsteady;
        let (db, expected, actual, difference) = runs.swap_remove(shown);
        let difference = difference.expect("it differs");
        Ok(Some(Evidence { db, expected, actual, difference, unsteady, by_luck }))
    }
}

fn fails(failure: &Failure) -> Difference {
    Difference {
        mismatch: Mismatch::Fails,
        sentence: format!("the statement fails on some data: {failure}"),
        pairs: Vec::new(),
    }
}

/// How many databases on which the answer runs out of steps it takes to call it endless.
const ENDLESS: u64 = 3;

/// How many differences that show only by luck are passed over in the hope of a plain one.
const LUCKY: u64 = 200;

/// Looks for a database on which the two statements differ.
///
/// # Errors
/// The reference or the schema is at fault.
pub fn search(question: &Question<'_>, budget: Budget) -> Result<Outcome, SearchError> {
    let since = Instant::now();
    let forward = arena::sandbox(question.ddl, question.now, false)?;
    let backward = arena::sandbox(question.ddl, question.now, true)?;
    let schema = Schema::read(&forward)?;
    let ring = |sandbox| Ring::new(sandbox, &schema, question);
    let (forward, backward) = match (ring(&forward)?, ring(&backward)?) {
        (Ok(forward), Ok(backward)) => (forward, backward),
        (Err(failure), _) | (_, Err(failure)) => return Ok(Outcome::Fails(failure)),
    };
    let mut rings = Rings { forward, backward, order: question.order };
    let mut effort = Effort::default();
    if let Some(found) = columns(&rings, &schema, question) {
        return Ok(Outcome::Different(Box::new(found), effort));
    }

    let mut lucky: Option<Evidence> = None;
    for killer in question.killers {
        effort.killers += 1;
        effort.databases += 1;
        if let Some(evidence) = rings.weigh(killer)? {
            if !evidence.by_luck {
                return finish(&mut rings, &schema, question, evidence, effort);
            }
            lucky.get_or_insert(evidence);
        }
    }

    let mut clues = Clues::from_tokens(question.ddl, &schema);
    clues.rows = 0;
    clues.merge(Clues::from_tokens(question.reference, &schema));
    clues.merge(Clues::from_tokens(question.answer, &schema));
    let wanted = wanted(&schema, &rings.forward.reads);
    let filler =
        Filler::new(&schema, question.hints, &clues, wanted, &mut rings.forward.arena, question.seed)?;
    let mut random = Random::new(question.seed);
    let mut days = BTreeSet::new();
    let mut seen_lucky = 0;
    for index in 0..budget.databases {
        if index % 16 == 0 && since.elapsed().as_millis() as u64 >= budget.millis {
            break;
        }
        let now = if question.day_moves { times::moving_now(index, &mut random) } else { question.now };
        // Every third database is read backwards.
        let ring = if index % 3 == 2 { &mut rings.backward } else { &mut rings.forward };
        let db = filler.fill(&mut ring.arena, now, question.day_moves, &mut random)?;
        days.insert(now.date());
        effort.days = days.len() as u64;
        match ring.bout(question.order)? {
            Bout::Same => effort.databases += 1,
            Bout::Void => {}
            Bout::Failed(failure) if failure.kind == FailureKind::Steps => {
                effort.stopped += 1;
                if effort.stopped >= ENDLESS {
                    return Ok(Outcome::Endless(effort));
                }
            }
            Bout::Differs | Bout::Failed(_) => {
                effort.databases += 1;
                let Some(evidence) = rings.weigh(&db)? else { continue };
                if !evidence.by_luck {
                    return finish(&mut rings, &schema, question, evidence, effort);
                }
                seen_lucky += 1;
                if lucky.as_ref().is_none_or(|known| known.db.rows() > evidence.db.rows()) {
                    lucky = Some(evidence);
                }
                if seen_lucky >= LUCKY {
                    break;
                }
            }
        }
    }
    match lucky {
        Some(evidence) => finish(&mut rings, &schema, question, evidence, effort),
        None => Ok(Outcome::Same(effort)),
    }
}

/// Which tables need rows: those that a statement reads, and those that these refer to.
fn wanted(schema: &Schema, reads: &BTreeSet<String>) -> Vec<bool> {
    let mut wanted: Vec<bool> = schema
        .tables
        .iter()
        .map(|table| reads.iter().any(|name| name.eq_ignore_ascii_case(&table.name)))
        .collect();
    // Children stand after their parents, rings of references excepted.
    for _ in 0..2 {
        for (at, table) in schema.tables.iter().enumerate().rev() {
            if wanted[at] {
                table.foreign_keys.iter().for_each(|key| wanted[key.parent] = true);
            }
        }
    }
    wanted
}

/// A wrong number of columns needs no rows to show.
fn columns(rings: &Rings<'_, '_>, schema: &Schema, question: &Question<'_>) -> Option<Found> {
    let ring = &rings.forward;
    let (expected, actual) = (ring.reference.column_names(), ring.answer.column_names());
    let (expected, actual) =
        (Table { columns: expected, rows: Vec::new() }, Table { columns: actual, rows: Vec::new() });
    let difference = compare(&expected, &actual, question.order)?;
    let tables = TinyDb::empty(schema, question.now).named(schema);
    let counterexample = Counterexample { today: None, tables, expected, actual, difference };
    Some(Found { counterexample, by_luck: false })
}

fn finish(
    rings: &mut Rings<'_, '_>,
    schema: &Schema,
    question: &Question<'_>,
    evidence: Evidence,
    effort: Effort,
) -> Result<Outcome, SearchError> {
    let evidence = shrink::shrink(rings, schema, question, evidence)?;
    let mut difference = evidence.difference;
    if evidence.unsteady {
        difference.mismatch = Mismatch::DependsOnOrder;
    }
    let by_luck = evidence.by_luck || !reproduces(question, schema, &evidence.db)?;
    let counterexample = Counterexample {
        today: question.day_moves.then(|| evidence.db.now.to_string()),
        tables: evidence.db.named(schema),
        expected: evidence.expected,
        actual: evidence.actual,
        difference,
    };
    Ok(Outcome::Different(Box::new(Found { counterexample, by_luck }), effort))
}

/// Whether the rows load into the schema with every constraint on, and show the difference there.
fn reproduces(question: &Question<'_>, schema: &Schema, db: &TinyDb) -> Result<bool, SearchError> {
    let sandbox = arena::sandbox(question.ddl, db.now, false)?;
    let loads = sandbox.with_access(Access::Trusted, |sandbox| -> Result<bool, Failure> {
        sandbox.script("ROLLBACK; PRAGMA foreign_keys = on; BEGIN")?;
        let mut arena = Arena::new(sandbox, schema)?;
        arena.load(db)
    });
    if !matches!(loads, Ok(true)) || !db.references_hold(schema) {
        return Ok(false);
    }
    let expected = sandbox.table(question.reference)?;
    Ok(match sandbox.table(question.answer) {
        Ok(actual) => compare(&expected, &actual, question.order).is_some(),
        Err(_) => true,
    })
}
