//! Where the reference and an answer meet: both run on the database that is loaded, and what comes is weighed.

use std::{collections::BTreeSet, ops::ControlFlow};

use super::{
    arena::{self, Arena},
    compare::{Digest, Order, compare},
    difference::{Difference, Mismatch},
    reads,
    search::SearchError,
    tiny::TinyDb,
};
use crate::{
    engine::{Failure, FailureKind, Prepared, Sandbox},
    schema::introspect::Schema,
    sql::{
        facts::facts,
        tiebreak::{Luck, Twins, twins},
    },
    value::Table,
};

/// An arena with the reference in it.
pub(super) struct Side<'s> {
    pub(super) arena: Arena<'s>,
    pub(super) reference: Prepared<'s>,
    pub(super) buffer: Vec<u8>,
    /// The tables that the reference reads, by name.
    pub(super) reads: BTreeSet<String>,
    /// Twins of the reference: where one of them gives another result, the reference itself is open there.
    twins: Vec<Prepared<'s>>,
}

impl<'s> Side<'s> {
    pub(super) fn new(
        sandbox: &'s Sandbox,
        schema: &Schema,
        text: &str,
        order: &Order,
    ) -> Result<Side<'s>, SearchError> {
        let arena = Arena::new(sandbox, schema)?;
        let (reference, reads) = reads::prepare(sandbox, text)
            .map_err(|failure| SearchError(format!("the reference fails: {failure}")))?;
        let twins = telling_twins(text, reference.columns(), schema, order).combined;
        let twins = twins.iter().filter_map(|twin| sandbox.prepare(twin).ok()).collect();
        Ok(Side { arena, reference, buffer: Vec::new(), reads, twins })
    }

    /// What the reference gives on the database that is loaded; `None` where that is an error or left open.
    pub(super) fn expected(&mut self, order: &Order) -> Option<Table> {
        let (expected, _) = self.reference.table().ok()?;
        let settled = self.twins.iter_mut().all(|twin| match twin.table() {
            Ok((other, _)) => compare(&expected, &other, order).is_none(),
            Err(_) => true,
        });
        settled.then_some(expected)
    }

    pub(super) fn columns(&self) -> Vec<String> {
        self.reference.column_names()
    }
}

/// The twins of a statement that can show anything: where no order counts and nothing is cut off, an order of the whole
/// result shows nothing.
pub(super) fn telling_twins(sql: &str, columns: usize, schema: &Schema, order: &Order) -> Twins {
    let names = schema.names();
    let twins = twins(sql, columns, &names);
    let of_order = twins.single.iter().all(|twin| matches!(twin.luck, Luck::Order | Luck::NoOrder));
    if of_order && *order == Order::Any && !facts(sql, &names).limit { Twins::default() } else { twins }
}

/// How many times the usual steps a statement gets before it is called endless.
const PATIENCE: u64 = 50;

/// The digest of what a statement returns now.
pub(super) fn digest(statement: &mut Prepared<'_>, buffer: &mut Vec<u8>) -> Result<Digest, Failure> {
    let mut digest = Digest::default();
    statement.sweep(|row| {
        digest.row(row.iter(), buffer);
        ControlFlow::Continue(())
    })?;
    Ok(digest)
}

/// What one run of both statements shows.
pub(super) enum Bout {
    Same,
    Differs,
    /// The reference itself gave no result; the database says nothing.
    Void,
    /// The answer failed where the reference did not.
    Failed(Failure),
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

impl Evidence {
    /// Whether the answer is wrong in every run: nothing in it hangs on luck.
    pub(super) fn is_plain(&self) -> bool {
        !self.by_luck && !self.unsteady
    }
}

/// The reference and one answer, in both arenas: tables read in their usual order, and backwards.
pub(super) struct Rings<'r, 's> {
    pub(super) forward: &'r mut Side<'s>,
    pub(super) backward: &'r mut Side<'s>,
    /// The answer on the forward side.
    pub(super) first: Prepared<'s>,
    /// The answer on the backward side.
    pub(super) second: Prepared<'s>,
    pub(super) order: &'r Order,
    /// What a twin shows, if the answer that stands here is a twin of the learner's.
    pub(super) twin: Option<Luck>,
}

impl Rings<'_, '_> {
    /// Runs both on the database that is loaded on one side, and compares digests.
    pub(super) fn bout(&mut self, backward: bool) -> Bout {
        let (side, answer) = if backward {
            (&mut *self.backward, &mut self.second)
        } else {
            (&mut *self.forward, &mut self.first)
        };
        let Ok(expected) = digest(&mut side.reference, &mut side.buffer) else { return Bout::Void };
        match digest(answer, &mut side.buffer) {
            Err(failure) => Bout::Failed(failure),
            Ok(actual) if expected.same(&actual, self.order) => Bout::Same,
            Ok(_) => Bout::Differs,
        }
    }

    /// Whether the answer, stopped on the database that is loaded, would have come to an end with far more steps.
    pub(super) fn ends(&mut self, backward: bool) -> bool {
        let (side, answer) = if backward {
            (&mut *self.backward, &mut self.second)
        } else {
            (&mut *self.forward, &mut self.first)
        };
        side.arena.sandbox().set_steps(Some(PATIENCE * arena::STEPS));
        let ended = digest(answer, &mut side.buffer);
        side.arena.sandbox().set_steps(Some(arena::STEPS));
        !matches!(ended, Err(failure) if failure.kind == FailureKind::Steps)
    }

    /// Runs both statements three times on a database and weighs what comes; `None`: it tells nothing.
    pub(super) fn weigh(&mut self, db: &TinyDb) -> Result<Option<Evidence>, SearchError> {
        let reversed = db.reversed();
        let mut runs = Vec::new();
        for run in 0..3 {
            let (side, answer, db) = match run {
                0 => (&mut *self.forward, &mut self.first, db),
                1 => (&mut *self.forward, &mut self.first, &reversed),
                _ => (&mut *self.backward, &mut self.second, db),
            };
            // A reversed order may break a rule that looks back (a trigger): then it is no run at all.
            if !side.arena.load(db)? {
                continue;
            }
            let Some(expected) = side.expected(self.order) else { return Ok(None) };
            let actual = answer.table().map(|(table, _)| table);
            let difference = match &actual {
                Ok(actual) => compare(&expected, actual, self.order),
                Err(failure) if failure.kind == FailureKind::Steps => return Ok(None),
                Err(failure) => Some(fails(failure)),
            };
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
        let by_luck = self.twin.is_some() || (shown == runs.len() - 1 && runs.len() > 1 && unsteady);
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
