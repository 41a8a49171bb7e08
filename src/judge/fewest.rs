//! The smallest set of indexes with which every query stays within its budget: found by trying all sets, smallest
//! first.

use std::cmp::Ordering;

use super::{
    bench::Bench,
    report::Check,
    rules::{Measured, check, ratio_text},
};
use crate::{catalog::Index, cost::Cost, engine::Failure, value::Table};

/// The most given indexes: all sets of them are tried.
pub(super) const MOST: usize = 10;

/// What was found.
pub(super) struct Fewest {
    /// How many indexes have to stay.
    keep: usize,
}

impl Fewest {
    /// Tries sets of the indexes that are there, smallest first, until one serves all queries.
    pub(super) fn find(
        bench: &Bench,
        index: &Index,
        base: &[(Table, Cost)],
        factor: f64,
    ) -> Result<Fewest, Failure> {
        let given = bench.indexes()?;
        let n = given.len().min(MOST);
        let mut sets: Vec<u32> = (0..1_u32 << n).collect();
        sets.sort_by_key(|set| set.count_ones());
        for set in sets {
            let serves = bench.undone(|| {
                for (at, index) in given.iter().enumerate().take(n) {
                    if set & (1 << at) == 0 {
                        bench.build(&index.drop())?;
                    }
                }
                for (query, (_, cost)) in index.queries.iter().zip(base) {
                    let most = (cost.total() as f64 * factor) as u64;
                    let run = bench.run(&query.sql, &query.parameters, Some(most.max(1000)))?;
                    if run.table.is_none() || run.cost.total() > most {
                        return Ok(false);
                    }
                }
                Ok(true)
            })?;
            if serves {
                return Ok(Fewest { keep: set.count_ones() as usize + given.len() - n });
            }
        }
        Ok(Fewest { keep: given.len() })
    }

    /// What to say of an answer that leaves so many indexes.
    pub(super) fn checks(
        &self,
        measured: &[Measured<'_>],
        given: usize,
        left: usize,
        factor: f64,
    ) -> Vec<Check> {
        let mut checks = Vec::new();
        let mut dear = false;
        for one in measured {
            let base = one.base.unwrap_or_default().total().max(1);
            let ratio = one.run.cost.total() as f64 / base as f64;
            let passed = one.run.table.is_some() && ratio <= factor;
            dear |= !passed;
            let said = format!("{}: cost {} × what it was", one.name, ratio_text(ratio));
            let said = if passed { said } else { format!("{said}; at most {factor} × allowed") };
            checks.push(check("fewest", passed, said));
        }
        let gone = given - left;
        let words = if gone == 1 { "1 index gone".to_owned() } else { format!("{gone} indexes gone") };
        let most = given - self.keep;
        checks.push(match gone.cmp(&most) {
            Ordering::Less => check("fewest", false, format!("{words}, but {most} can go without loss")),
            Ordering::Equal => check("fewest", !dear, words),
            Ordering::Greater => {
                check("fewest", false, format!("{words}: at most {most} can go without loss"))
            }
        });
        checks
    }
}
