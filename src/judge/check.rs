//! Checking exercises: what an author wants to know before a learner does.

use std::time::Instant;

use serde::Serialize;

use super::{JudgeError, query::Desk, quiz, verify};
use crate::{
    catalog::{Exercise, ExerciseKind, Query},
    differ::{
        Brief, Budget, Examiner, Outcome, SearchError, examine,
        suite::{Fate, Suite},
        tiny::TinyDb,
    },
    schema::world::World,
    sql::edits::{Edit, edits},
};

/// What `check` says of one exercise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checked {
    /// The exercise's id.
    pub id: String,
    /// What is wrong with it; empty where it is in order.
    pub faults: Vec<String>,
    /// Right answers, the reference included.
    pub right: usize,
    /// Wrong answers, all refuted where there is no fault.
    pub wrong: usize,
    /// Questions, all with one answer where there is no fault.
    pub questions: usize,
    /// Single edits of the reference.
    pub mutants: Mutants,
    /// The numbers of the databases of its killer suite.
    pub killers: Vec<u64>,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
}

/// What became of the single edits of a reference.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Mutants {
    /// How many there are that SQLite accepts.
    pub made: usize,
    /// How many some database tells from the reference.
    pub killed: usize,
    /// How many cannot change anything: a sort key behind keys that leave no rows equal, or where no order counts.
    pub proven: usize,
    /// How many the author has marked as equivalent, with a reason.
    pub equivalent: usize,
    /// The others: no database tells them from the reference, and nobody has said why.
    pub alive: Vec<Mutant>,
    /// Of the mutants that can be killed, the share (from 0 to 1) that a suite built on the other half kills.
    pub held_out: Option<f64>,
}

/// A mutant that lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mutant {
    /// The edit, as one writes it into the exercise to mark it equivalent.
    pub edit: String,
    /// The edited statement.
    pub sql: String,
}

/// Random databases on which right answers must agree.
const AGREE: Budget = Budget { databases: 3_000, millis: 20_000 };

/// Random databases among which each wrong answer must meet its own.
const REFUTE: Budget = Budget { databases: 20_000, millis: 20_000 };

/// Databases that a suite is chosen from.
const TRIES: u64 = 4_000;

/// Databases on which mutants that live through the suite are searched for.
const HUNT: Budget = Budget { databases: 6_000, millis: 400 };

/// How long one suite may be built, in milliseconds.
const MILLIS: u64 = 3_000;

/// Checks one exercise.
///
/// # Errors
/// The schema is not in order; faults of the exercise itself stand in the result.
pub fn check(exercise: &Exercise, world: &World) -> Result<Checked, JudgeError> {
    let since = Instant::now();
    let mut checked = match &exercise.kind {
        ExerciseKind::Query(query) => check_query(exercise, query, world),
        ExerciseKind::Index(index) => verify::index(exercise, index, world)?,
        ExerciseKind::Tune(tune) => verify::tune(exercise, tune, world)?,
        ExerciseKind::PlanQuiz(quiz) => quiz::check(exercise, quiz, world)?,
    };
    checked.elapsed_ms = since.elapsed().as_millis() as u64;
    Ok(checked)
}

impl Checked {
    /// Before anything is known.
    pub(super) fn new(exercise: &Exercise, right: usize, wrong: usize) -> Checked {
        Checked {
            id: exercise.id.clone(),
            faults: Vec::new(),
            right,
            wrong,
            questions: 0,
            mutants: Mutants::default(),
            killers: Vec::new(),
            elapsed_ms: 0,
        }
    }
}

/// Checks what a query exercise says of results.
pub(super) fn check_query(exercise: &Exercise, query: &Query, world: &World) -> Checked {
    let mut checked = Checked::new(exercise, query.right.len(), query.wrong.len());
    let killers = match Desk::new(exercise, query, world) {
        Ok(desk) => desk.killers,
        Err(error) => {
            checked.faults.push(error.to_string());
            return checked;
        }
    };
    let order = query.comparison();
    let brief = Brief {
        ddl: &world.ddl,
        hints: &world.hints,
        reference: query.reference(),
        parameters: &[],
        order: &order,
        now: world.today,
        day_moves: exercise.any_day,
        seed: 1,
    };
    let done = examine(&brief, |examiner| {
        let columns = examiner.columns().len();
        if columns != query.columns.len() {
            checked.faults.push(format!(
                "the statement names {} columns, the reference returns {columns}",
                query.columns.len()
            ));
        }
        if let Some(db) = examiner.left_open(500)? {
            checked.faults.push(format!(
                "the reference leaves its result open, as on this database: {}",
                db.named(examiner.schema())
                    .iter()
                    .map(|(name, table)| format!("{name} {:?}", table.rows))
                    .collect::<Vec<_>>()
                    .join(" ")
            ));
        }
        for answer in &query.right[1..] {
            let said = match examiner.answer(&answer.sql, &killers, AGREE)? {
                Outcome::Same(_) => continue,
                Outcome::Different(found, _) => found.counterexample.difference.sentence,
                Outcome::Fails(failure) => failure.message,
                Outcome::Endless(_) => "it does not come to an end".to_owned(),
            };
            checked
                .faults
                .push(format!("the right answer '{}' differs from the reference: {said}", answer.style));
        }
        for answer in &query.wrong {
            match examiner.answer(&answer.sql, &killers, REFUTE)? {
                Outcome::Different(..) | Outcome::Endless(_) => {}
                Outcome::Same(effort) => checked.faults.push(format!(
                    "the wrong answer '{}' is not refuted on {} databases",
                    answer.why, effort.databases
                )),
                Outcome::Fails(failure) => {
                    checked.faults.push(format!("the wrong answer '{}' does not run: {failure}", answer.why));
                }
            }
        }
        // What edits several places at once is no neighbour of the reference.
        let mut edits = edits(query.reference(), &examiner.schema().names());
        edits.retain(|edit| edit.times == 1);
        mutants(examiner, query, &edits, &killers, &mut checked)
    });
    if let Err(error) = done {
        checked.faults.push(error.to_string());
    }
    checked
}

/// Builds the suite on all mutants, and scores suites built on one half of them by the other half.
fn mutants(
    examiner: &mut Examiner<'_, '_>,
    query: &Query,
    edits: &[Edit],
    boundaries: &[TinyDb],
    checked: &mut Checked,
) -> Result<(), SearchError> {
    let texts: Vec<&str> = edits.iter().map(|edit| edit.sql.as_str()).collect();
    let Suite { databases, fates } = examiner.suite(&texts, TRIES, MILLIS)?;
    checked.killers = databases;
    let settled = query.order.as_ref().is_none_or(|rule| rule.total);
    let mut killable = Vec::new();
    // Two edits of one line may read the same; a mark holds for those that live.
    let (mut refuted, mut agreed) = (Vec::new(), Vec::new());
    let mut unused: Vec<&str> = query.equivalents.iter().map(|(edit, _)| edit.as_str()).collect();
    for (edit, fate) in edits.iter().zip(&fates) {
        let marked = query.equivalents.iter().any(|(known, _)| *known == edit.description);
        unused.retain(|known| *known != edit.description);
        match fate {
            Fate::Invalid => continue,
            Fate::Killed(times) => {
                checked.mutants.killed += 1;
                if *times > 0 {
                    killable.push(edit.sql.as_str());
                }
                if marked {
                    refuted.push(edit.description.as_str());
                }
            }
            // A key behind keys that settle the order changes nothing: no need to look.
            Fate::Alive if !marked && edit.kind.repairs_only() && settled => checked.mutants.proven += 1,
            Fate::Alive => match examiner.answer(&edit.sql, boundaries, HUNT)? {
                Outcome::Same(_) if marked => {
                    checked.mutants.equivalent += 1;
                    agreed.push(edit.description.as_str());
                }
                Outcome::Same(_) => checked
                    .mutants
                    .alive
                    .push(Mutant { edit: edit.description.clone(), sql: edit.sql.clone() }),
                Outcome::Different(..) | Outcome::Endless(_) | Outcome::Fails(_) => {
                    checked.mutants.killed += 1;
                }
            },
        }
        checked.mutants.made += 1;
    }
    for edit in refuted.into_iter().filter(|edit| !agreed.contains(edit)) {
        checked.faults.push(format!("marked as equivalent, but it is not: {edit}"));
    }
    for edit in unused {
        checked.faults.push(format!("marked as equivalent, but the reference has no such edit: {edit}"));
    }
    if killable.len() >= 4 {
        let half = |even: bool| {
            let chosen = killable.iter().enumerate().filter(move |(at, _)| (at % 2 == 0) == even);
            chosen.map(|(_, sql)| *sql).collect::<Vec<_>>()
        };
        let mut killed = 0;
        for (build, score) in [(half(true), half(false)), (half(false), half(true))] {
            let suite = examiner.suite(&build, TRIES, MILLIS)?;
            let databases = suite
                .databases
                .iter()
                .map(|number| examiner.numbered(*number))
                .collect::<Result<Vec<_>, _>>()?;
            killed += examiner.killed_by(&databases, &score)?.into_iter().filter(|killed| *killed).count();
        }
        checked.mutants.held_out = Some(killed as f64 / killable.len() as f64);
    }
    Ok(())
}
