//! The search: tiny databases, one after the other, until an answer and the reference disagree on one.

use std::{collections::BTreeSet, time::Instant};

pub use super::brief::{Brief, Budget, Effort, Found, Known, Outcome, SearchError};
use super::{
    arena::{self, Arena},
    clues::{Clues, with_values},
    compare::compare,
    difference::{Counterexample, Mismatch},
    extremes::Extremes,
    fill::{Filler, Learned, Scratch},
    reads,
    ring::{Bout, Evidence, Rings, Side, telling_twins},
    shrink, times,
    tiny::TinyDb,
};
use crate::{
    engine::{Access, Failure, FailureKind, Prepared, Sandbox},
    random::Random,
    schema::introspect::Schema,
    sql::tiebreak::Luck,
    value::Table,
};

/// How many databases on which the answer runs out of steps it takes to call it endless.
const ENDLESS: u64 = 3;

/// How many databases are tried even when the time is up, unless it is up many times over.
const LEAST: u64 = 1_500;

/// How many times over.
const PATIENCE: u64 = 8;

/// So many rows are taken in at a glance.
const GLANCE: usize = 6;

/// How many more databases are tried, once the answer is known to hang on luck, in the hope of a plain difference.
const LUCKY: u64 = 1_500;

/// Looks at any number of answers to one brief: what is learned of the schema and the reference is kept.
pub struct Examiner<'s, 'q> {
    pub(super) brief: &'q Brief<'q>,
    pub(super) schema: &'q Schema,
    pub(super) forward: Side<'s>,
    pub(super) backward: Side<'s>,
    pub(super) learned: Learned,
}

/// Makes an examiner and hands it to `work`.
///
/// # Errors
/// The reference or the schema is at fault.
pub fn examine<T>(
    brief: &Brief<'_>,
    work: impl FnOnce(&mut Examiner<'_, '_>) -> Result<T, SearchError>,
) -> Result<T, SearchError> {
    let forward = arena::sandbox(brief.ddl, brief.now, false)?;
    let backward = arena::sandbox(brief.ddl, brief.now, true)?;
    forward.set_parameters(brief.parameters);
    backward.set_parameters(brief.parameters);
    let schema = Schema::read(&forward)?;
    let side = |sandbox| Side::new(sandbox, &schema, brief.reference, brief.order);
    let (mut forward, backward) = (side(&forward)?, side(&backward)?);
    let mut clues = Clues::from_tokens(brief.ddl, &schema);
    clues.merge(Clues::from_query(&with_values(brief.reference, brief.parameters), &schema));
    let learned = Learned::new(&schema, brief.hints, &clues, &mut forward.arena, brief.seed)?;
    work(&mut Examiner { brief, schema: &schema, forward, backward, learned })
}

/// Looks for a database on which an answer and the reference of a brief differ, after the killers.
///
/// # Errors
/// The reference or the schema is at fault.
pub fn search(
    brief: &Brief<'_>,
    answer: &str,
    killers: &[TinyDb],
    budget: Budget,
) -> Result<Outcome, SearchError> {
    examine(brief, |examiner| examiner.answer(answer, killers, budget))
}

impl<'s> Examiner<'s, '_> {
    /// The schema's tables.
    pub fn schema(&self) -> &Schema {
        self.schema
    }

    /// Looks for a database on which an answer and the reference differ.
    ///
    /// # Errors
    /// The reference or the schema is at fault.
    pub fn answer(
        &mut self,
        answer: &str,
        killers: &[TinyDb],
        budget: Budget,
    ) -> Result<Outcome, SearchError> {
        self.answer_knowing(answer, Known { killers, ..Known::default() }, budget)
    }

    /// As [`Examiner::answer`], with what is known beforehand.
    ///
    /// # Errors
    /// The reference or the schema is at fault.
    pub fn answer_knowing(
        &mut self,
        answer: &str,
        known: Known<'_>,
        budget: Budget,
    ) -> Result<Outcome, SearchError> {
        let Known { small, killers, agreed } = known;
        let since = Instant::now();
        let sandboxes: [&'s Sandbox; 2] = [self.forward.arena.sandbox(), self.backward.arena.sandbox()];
        let (first, second, mut reads) =
            match (reads::prepare(sandboxes[0], answer), sandboxes[1].prepare(answer)) {
                (Ok((first, reads)), Ok(second)) => (first, second, reads),
                (Err(failure), _) | (_, Err(failure)) => return Ok(Outcome::Fails(failure)),
            };
        reads.extend(self.forward.reads.iter().cloned());
        let mut effort = Effort { killers: agreed as u64, databases: agreed as u64, ..Effort::default() };
        if let Some(found) = self.column_count(&first.column_names()) {
            return Ok(Outcome::Different(Box::new(found), effort));
        }
        let (brief, schema) = (self.brief, self.schema);
        let twins = telling_twins(answer, first.columns(), schema, brief.order);
        let mut ready = Vec::new();
        for twin in &twins.combined {
            if let (Ok(first), Ok(second)) = (sandboxes[0].prepare(twin), sandboxes[1].prepare(twin)) {
                ready.push((first, second));
            }
        }
        let mut rings = Rings {
            forward: &mut self.forward,
            backward: &mut self.backward,
            first,
            second,
            order: brief.order,
            twin: None,
        };
        let mut odd: Option<TinyDb> = None;
        // Whether the answer is known to come to an end, if slowly: where it is stopped, nothing is told.
        let mut ends = false;

        let mut lucky: Option<Evidence> = None;
        for db in small {
            if rings.forward.arena.load(db)?
                && matches!(rings.bout(false), Bout::Differs)
                && let Some(evidence) = rings.weigh(db)?
                && evidence.is_plain()
            {
                // What is small as it is has been shrunk and tried for another answer.
                if db.rows() <= GLANCE {
                    return Ok(told(brief, schema, None, evidence, false, effort));
                }
                return finish(&mut rings, schema, brief, answer, evidence, effort);
            }
        }
        for killer in &killers[agreed..] {
            effort.killers += 1;
            effort.databases += 1;
            rings.forward.arena.load(killer)?;
            let bout = rings.bout(false);
            if matches!(&bout, Bout::Failed(failure) if failure.kind == FailureKind::Steps) {
                effort.stopped += 1;
                if effort.stopped >= ENDLESS && !ends {
                    ends = rings.ends(false);
                    if !ends {
                        return Ok(Outcome::Endless(effort));
                    }
                }
                continue;
            }
            if matches!(bout, Bout::Same) {
                rings.backward.arena.load(killer)?;
                if matches!(rings.bout(true), Bout::Same) {
                    if odd.is_none() && twins_differ(&mut rings, &mut ready, killer)? {
                        odd = Some(killer.clone());
                    }
                    continue;
                }
            }
            if let Some(evidence) = rings.weigh(killer)? {
                if evidence.is_plain() {
                    return finish(&mut rings, schema, brief, answer, evidence, effort);
                }
                keep_better(&mut lucky, evidence);
            }
        }

        let mut random = Random::new(brief.seed);
        let mut days = BTreeSet::new();
        let mut scratch = Scratch::new(schema, brief.now);
        let hangs_on_luck = odd.is_some() || lucky.is_some();
        let mut last = if hangs_on_luck { budget.databases.min(LUCKY) } else { budget.databases };
        let mut index = 0;
        let mut filler = None;
        let mut extremes = Extremes::new(answer, brief.reference, brief.seed);
        let wanted = reads::wanted(schema, &reads);
        while index < last {
            if index % 16 == 0 {
                // A slow machine takes longer, rather than looking at next to nothing.
                let millis = since.elapsed().as_millis() as u64;
                let patience =
                    if index < LEAST { budget.millis.saturating_mul(PATIENCE) } else { budget.millis };
                if millis >= patience {
                    break;
                }
            }
            let filler = if let Some(filler) = &filler {
                filler
            } else {
                let clues = Clues::from_answer(answer, brief.reference, schema);
                let arena = &mut rings.forward.arena;
                &*filler.insert(Filler::new(schema, &self.learned, &clues, wanted.clone(), arena)?)
            };
            draw(filler, &mut rings, index, brief, &mut random, &mut scratch)?;
            let mut extreme = None;
            if extremes.due(index) {
                extreme = extremes.load(&mut rings.forward.arena, schema, &wanted, &scratch.db)?;
                if extreme.is_none() {
                    index += 1;
                    continue;
                }
            }
            let backward = index % 3 == 2 && extreme.is_none();
            let db = extreme.as_ref().unwrap_or(&scratch.db);
            index += 1;
            days.insert(db.now.date());
            effort.days = days.len() as u64;
            match rings.bout(backward) {
                Bout::Same => {
                    effort.databases += 1;
                    // Once a twin has shown that the answer hangs on luck, only a plain difference is better.
                    if index % 3 == 1 && odd.is_none() && twins_differ(&mut rings, &mut ready, db)? {
                        odd = Some(db.clone());
                        last = last.min(index + LUCKY);
                    }
                }
                Bout::Void => {}
                // Of many rows a slow answer may well make too many steps.
                Bout::Failed(failure) if failure.kind == FailureKind::Steps && extreme.is_some() => {}
                Bout::Failed(failure) if failure.kind == FailureKind::Steps => {
                    effort.stopped += 1;
                    if effort.stopped >= ENDLESS && !ends {
                        ends = rings.ends(backward);
                        if !ends {
                            return Ok(Outcome::Endless(effort));
                        }
                    }
                }
                Bout::Differs | Bout::Failed(_) => {
                    effort.databases += 1;
                    let Some(evidence) = rings.weigh(db)? else { continue };
                    if evidence.is_plain() {
                        return finish(&mut rings, schema, brief, answer, evidence, effort);
                    }
                    keep_better(&mut lucky, evidence);
                    last = last.min(index + LUCKY);
                }
            }
        }
        if let Some(evidence) = lucky {
            return finish(&mut rings, schema, brief, answer, evidence, effort);
        }
        if let Some(db) = odd {
            // Which of the twins that have one thing put in shows it?
            for twin in &twins.single {
                let (Ok(first), Ok(second)) =
                    (sandboxes[0].prepare(&twin.sql), sandboxes[1].prepare(&twin.sql))
                else {
                    continue;
                };
                (rings.first, rings.second, rings.twin) = (first, second, Some(twin.luck));
                if let Some(evidence) = rings.weigh(&db)? {
                    return finish(&mut rings, schema, brief, answer, evidence, effort);
                }
            }
        }
        Ok(Outcome::Same(effort))
    }

    /// The names of the reference's columns.
    pub fn columns(&self) -> Vec<String> {
        self.forward.columns()
    }

    /// A wrong number of columns needs no rows to show.
    fn column_count(&self, answer: &[String]) -> Option<Found> {
        let empty = |columns: Vec<String>| Table { columns, rows: Vec::new() };
        let (expected, actual) = (empty(self.forward.columns()), empty(answer.to_vec()));
        let difference = compare(&expected, &actual, self.brief.order)?;
        let counterexample = Counterexample { today: None, tables: Vec::new(), expected, actual, difference };
        let db = TinyDb::empty(self.schema, self.brief.now);
        Some(Found { counterexample, by_luck: false, luck: None, db })
    }
}

/// Keeps of two pieces of evidence that are not plain the one that reproduces, or else the one with fewer rows.
fn keep_better(best: &mut Option<Evidence>, evidence: Evidence) {
    let rank = |evidence: &Evidence| (evidence.by_luck, evidence.db.rows());
    if best.as_ref().is_none_or(|known| rank(known) > rank(&evidence)) {
        *best = Some(evidence);
    }
}

/// Whether a twin of the answer gives another result than the reference on a database, and surely so. The database
/// is loaded on the forward side.
fn twins_differ<'s>(
    rings: &mut Rings<'_, 's>,
    twins: &mut [(Prepared<'s>, Prepared<'s>)],
    db: &TinyDb,
) -> Result<bool, SearchError> {
    for (first, second) in twins {
        let mut swap = |rings: &mut Rings<'_, 's>| {
            std::mem::swap(&mut rings.first, first);
            std::mem::swap(&mut rings.second, second);
        };
        swap(rings);
        let mut differs = Ok(false);
        if matches!(rings.bout(false), Bout::Differs) {
            differs = rings.weigh(db).map(|evidence| evidence.is_some());
            rings.forward.arena.load(db)?;
        }
        swap(rings);
        if differs? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Fills the next database on the side where it is to run.
fn draw(
    filler: &Filler<'_>,
    rings: &mut Rings<'_, '_>,
    index: u64,
    brief: &Brief<'_>,
    random: &mut Random,
    scratch: &mut Scratch,
) -> Result<(), SearchError> {
    let now = if brief.day_moves { times::moving_now(index, random) } else { brief.now };
    let side = if index % 3 == 2 { &mut *rings.backward } else { &mut *rings.forward };
    Ok(filler.fill(&mut side.arena, now, brief.day_moves, random, scratch)?)
}

fn finish(
    rings: &mut Rings<'_, '_>,
    schema: &Schema,
    brief: &Brief<'_>,
    answer: &str,
    evidence: Evidence,
    effort: Effort,
) -> Result<Outcome, SearchError> {
    let mut evidence = shrink::shrink(rings, schema, brief, evidence)?;
    let ordered = evidence.db.in_load_order(schema);
    if ordered != evidence.db
        && let Some(better) = rings.weigh(&ordered)?
        && better.by_luck <= evidence.by_luck
        && better.unsteady <= evidence.unsteady
    {
        evidence = better;
    }
    let by_luck = evidence.by_luck || !reproduces(brief, answer, schema, &evidence.db)?;
    Ok(told(brief, schema, rings.twin, evidence, by_luck, effort))
}

/// Makes an outcome of evidence that is as small as it gets.
fn told(
    brief: &Brief<'_>,
    schema: &Schema,
    twin: Option<Luck>,
    evidence: Evidence,
    by_luck: bool,
    effort: Effort,
) -> Outcome {
    let mut difference = evidence.difference;
    if evidence.unsteady || twin.is_some() {
        difference.mismatch = Mismatch::DependsOnOrder;
    }
    let counterexample = Counterexample {
        today: brief.day_moves.then(|| evidence.db.now.to_string()),
        tables: evidence.db.named(schema),
        expected: evidence.expected,
        actual: evidence.actual,
        difference,
    };
    Outcome::Different(Box::new(Found { counterexample, by_luck, luck: twin, db: evidence.db }), effort)
}

/// Whether the rows load into the schema with every constraint on, and show the difference there.
fn reproduces(brief: &Brief<'_>, answer: &str, schema: &Schema, db: &TinyDb) -> Result<bool, SearchError> {
    let sandbox = arena::sandbox(brief.ddl, db.now, false)?;
    sandbox.set_parameters(brief.parameters);
    let loads = sandbox.with_access(Access::Trusted, |sandbox| -> Result<bool, Failure> {
        sandbox.script("ROLLBACK; PRAGMA foreign_keys = on; BEGIN")?;
        let mut arena = Arena::new(sandbox, schema)?;
        arena.load(db)
    });
    if !matches!(loads, Ok(true)) || !db.references_hold(schema) {
        return Ok(false);
    }
    let expected = sandbox.table(brief.reference)?;
    Ok(match sandbox.table(answer) {
        Ok(actual) => compare(&expected, &actual, brief.order).is_some(),
        Err(_) => true,
    })
}
