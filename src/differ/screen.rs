//! Many answers on the same databases: each database is loaded once, and the reference runs on it once, whatever the
//! number of answers. Finds who agrees everywhere; whoever does not is left to the search to judge.

use super::{
    compare::{Digest, Order, compare},
    ring::{Side, digest},
    search::{Examiner, SearchError},
    tiny::TinyDb,
};
use crate::{engine::Prepared, sql::tiebreak::twins, value::Table};

/// On every how many-th database answers are looked at closely: read backwards too, and with keys put into their
/// orders.
const CLOSELY: usize = 3;

/// What a list of databases shows of one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Screened {
    /// How many databases of the list, from its start, show no difference.
    pub agreed: usize,
    /// How many databases of the whole list show none when read in the usual order.
    pub passed: usize,
}

/// One answer on one side.
struct Runner<'s> {
    answer: Prepared<'s>,
    /// The answer with keys put into its orders.
    twins: Vec<Prepared<'s>>,
}

/// What the reference gives on the database that is loaded, where that is settled.
struct Right {
    digest: Digest,
    table: Table,
}

impl Examiner<'_, '_> {
    /// Runs some answers on a list of databases. An answer that does not run has agreed with none.
    ///
    /// # Errors
    /// The schema is at fault.
    pub fn screen(&mut self, answers: &[&str], databases: &[TinyDb]) -> Result<Vec<Screened>, SearchError> {
        let names = self.schema.names();
        let (mut forward, mut backward) = (Vec::new(), Vec::new());
        for answer in answers {
            let columns = self.forward.arena.sandbox().prepare(answer).map(|answer| answer.columns()).ok();
            // Another number of columns is another answer on any database.
            let columns = columns.filter(|columns| *columns == self.forward.reference.columns());
            let twins = columns.map(|columns| twins(answer, columns, &names).combined);
            let ready = |side| twins.as_ref().and_then(|twins| prepare(side, answer, twins));
            forward.push(ready(&self.forward));
            backward.push(ready(&self.backward));
        }
        let mut screened = vec![Screened::default(); answers.len()];
        let mut fell: Vec<bool> = forward.iter().map(Option::is_none).collect();
        let order = self.brief.order;
        for (number, db) in databases.iter().enumerate() {
            let closely = number % CLOSELY == 0;
            let sides = [(&mut self.forward, &mut forward, true), (&mut self.backward, &mut backward, false)];
            for (side, runners, usual) in sides.into_iter().filter(|(.., usual)| *usual || closely) {
                let right = if side.arena.load(db)? { Right::of(side, order) } else { None };
                // Where the reference fails, or leaves open what it returns, nothing is told.
                let Some(right) = right else {
                    for screened in &mut screened {
                        screened.passed += usize::from(usual);
                    }
                    continue;
                };
                for (at, runner) in runners.iter_mut().enumerate() {
                    let Some(Runner { answer, twins }) = runner.as_mut().filter(|_| usual || !fell[at])
                    else {
                        continue;
                    };
                    let same = right.agrees(answer, order, &mut side.buffer);
                    screened[at].passed += usize::from(usual && same);
                    let mut twins = twins.iter_mut().filter(|_| usual && closely && same && !fell[at]);
                    let steady = twins.all(|twin| right.agrees(twin, order, &mut side.buffer));
                    fell[at] |= !same || !steady;
                }
            }
            for (screened, fell) in screened.iter_mut().zip(&fell) {
                screened.agreed += usize::from(!fell);
            }
        }
        Ok(screened)
    }
}

/// An answer ready to run; a twin that does not run is left out.
fn prepare<'s>(side: &Side<'s>, answer: &str, twins: &[String]) -> Option<Runner<'s>> {
    let sandbox = side.arena.sandbox();
    let answer = sandbox.prepare(answer).ok()?;
    Some(Runner { answer, twins: twins.iter().filter_map(|twin| sandbox.prepare(twin).ok()).collect() })
}

impl Right {
    fn of(side: &mut Side<'_>, order: &Order) -> Option<Right> {
        let table = side.expected(order)?;
        let digest = digest(&mut side.reference, &mut side.buffer).ok()?;
        Some(Right { digest, table })
    }

    fn agrees(&self, statement: &mut Prepared<'_>, order: &Order, buffer: &mut Vec<u8>) -> bool {
        match digest(statement, buffer) {
            Ok(actual) if self.digest.same(&actual, order) => true,
            Ok(_) => {
                statement.table().is_ok_and(|(actual, _)| compare(&self.table, &actual, order).is_none())
            }
            Err(_) => false,
        }
    }
}
