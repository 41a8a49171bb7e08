//! One edit away: which of some changed statements agrees with the reference everywhere that was looked?

use std::time::Instant;

use super::{
    search::{Budget, Examiner, Outcome, SearchError},
    tiny::TinyDb,
};

/// Databases that a candidate must pass before it is looked at closely.
const GLANCE: u64 = 60;

/// Databases on which it must agree in the end.
const CLOSE: u64 = 2_000;

impl Examiner<'_, '_> {
    /// Finds the first of the candidates that agrees with the reference: on `known`, which tell the unchanged
    /// statement from it, and on a search. `None` where there is none, or the time runs out.
    ///
    /// # Errors
    /// The reference or the schema is at fault.
    pub fn repair(
        &mut self,
        candidates: &[&str],
        known: &[TinyDb],
        millis: u64,
    ) -> Result<Option<usize>, SearchError> {
        let since = Instant::now();
        let left = |since: Instant| millis.saturating_sub(since.elapsed().as_millis() as u64);
        let killed = self.killed_by(known, candidates)?;
        for (at, candidate) in candidates.iter().enumerate().filter(|(at, _)| !killed[*at]) {
            if left(since) == 0 {
                return Ok(None);
            }
            let glance = Budget { databases: GLANCE, millis: left(since) };
            if !matches!(self.answer(candidate, &[], glance)?, Outcome::Same(_)) {
                continue;
            }
            let close = Budget { databases: CLOSE, millis: left(since).max(50) };
            if matches!(self.answer(candidate, &[], close)?, Outcome::Same(_)) {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }
}
