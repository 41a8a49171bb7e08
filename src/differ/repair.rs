//! One edit away: which of some changed statements agrees with the reference everywhere that was looked?

use std::time::Instant;

use super::{
    search::{Budget, Examiner, Outcome, SearchError},
    tiny::TinyDb,
};

/// Candidates that are made ready together: the first that will do ends the work.
const CHUNK: usize = 48;

/// Databases that a candidate must pass before it is looked at closely.
const GLANCE: u64 = 40;

impl Examiner<'_, '_> {
    /// Finds the first of the candidates that agrees with the reference: on `known`, which tell the unchanged
    /// statement from it, and on a search of `close` databases. `None` where there is none, or the time runs out.
    ///
    /// # Errors
    /// The reference or the schema is at fault.
    pub fn repair(
        &mut self,
        candidates: &[&str],
        known: &[TinyDb],
        close: u64,
        millis: u64,
    ) -> Result<Option<usize>, SearchError> {
        let since = Instant::now();
        let left = |since: Instant| millis.saturating_sub(since.elapsed().as_millis() as u64);
        for (number, some) in candidates.chunks(CHUNK).enumerate() {
            let killed = self.killed_by(known, some)?;
            for (at, candidate) in some.iter().enumerate().filter(|(at, _)| !killed[*at]) {
                if left(since) == 0 {
                    return Ok(None);
                }
                // A glance is enough to throw most of them out; who stays is looked at closely.
                let mut agrees = true;
                for databases in [GLANCE, close].into_iter().filter(|databases| *databases <= close) {
                    let budget = Budget { databases, millis: left(since).max(50) };
                    agrees = agrees && matches!(self.answer(candidate, &[], budget)?, Outcome::Same(_));
                }
                if agrees {
                    return Ok(Some(number * CHUNK + at));
                }
            }
        }
        Ok(None)
    }
}
