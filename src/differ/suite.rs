//! Killer suites: the few unshrunk databases that tell a reference from every single edit of it, each edit several
//! times over. A suite is kept as numbers: each names a database that the generator makes again.

use std::{collections::BTreeSet, time::Instant};

use super::{
    arena::Arena,
    clues::Clues,
    compare::{Order, compare},
    fill::{Filler, Learned, Scratch},
    reads::wanted,
    ring::{Side, digest},
    search::{Brief, Examiner, SearchError},
    times,
    tiny::TinyDb,
};
use crate::{engine::Prepared, random::Random, schema::introspect::Schema};

/// How often each mutant is to be killed by a suite.
const TIMES: usize = 5;

/// How many databases of a suite there are at the most.
const MOST: usize = 16;

/// What became of one mutant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// The suite tells it from the reference; on so many of its databases.
    Killed(usize),
    /// No database tells it from the reference.
    Alive,
    /// SQLite refuses it.
    Invalid,
}

/// A suite, and what became of the mutants it was built on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Suite {
    /// The numbers of its databases.
    pub databases: Vec<u64>,
    /// The fate of each mutant, in their order.
    pub fates: Vec<Fate>,
}

impl<'s> Examiner<'s, '_> {
    /// The database of a number: the same for the same schema, reference and number, whatever the seed of a search.
    ///
    /// # Errors
    /// The schema is at fault.
    pub fn numbered(&mut self, number: u64) -> Result<TinyDb, SearchError> {
        let filler = plain(self.schema, &self.learned, &mut self.forward)?;
        fill(&filler, &mut self.forward.arena, self.brief, number)
    }

    /// Looks for a database on which the reference leaves open what it returns, by ties that nothing settles.
    ///
    /// # Errors
    /// The schema is at fault.
    pub fn left_open(&mut self, tries: u64) -> Result<Option<TinyDb>, SearchError> {
        for number in 0..tries {
            let db = self.numbered(number)?;
            if self.forward.reference.table().is_ok() && self.forward.expected(self.brief.order).is_none() {
                return Ok(Some(db));
            }
        }
        Ok(None)
    }

    /// Builds the suite that kills as many of `mutants` as can be, out of `tries` databases.
    ///
    /// # Errors
    /// The schema is at fault.
    pub fn suite(&mut self, mutants: &[&str], tries: u64, millis: u64) -> Result<Suite, SearchError> {
        let since = Instant::now();
        let sandbox = self.forward.arena.sandbox();
        let mut ready: Vec<Option<Prepared<'s>>> = Vec::new();
        for mutant in mutants {
            let prepared = sandbox.prepare(mutant).ok();
            ready.push(prepared.filter(|mutant| mutant.columns() == self.forward.reference.columns()));
        }
        let mut fates: Vec<Fate> = mutants
            .iter()
            .zip(&ready)
            .map(|(mutant, ready)| match ready {
                Some(_) => Fate::Alive,
                // Another number of columns shows at once.
                None if sandbox.prepare(mutant).is_ok() => Fate::Killed(0),
                None => Fate::Invalid,
            })
            .collect();
        let filler = plain(self.schema, &self.learned, &mut self.forward)?;
        let mut deaths: Vec<(u64, BTreeSet<usize>)> = Vec::new();
        let mut times_killed = vec![0_usize; mutants.len()];
        let open = |times: &[usize], ready: &[Option<Prepared<'s>>]| {
            (0..times.len()).any(|at| ready[at].is_some() && times[at] < TIMES)
        };
        for number in 0..tries {
            if !open(&times_killed, &ready)
                || (number % 16 == 0 && since.elapsed().as_millis() as u64 >= millis)
            {
                break;
            }
            fill(&filler, &mut self.forward.arena, self.brief, number)?;
            let killed = kills(&mut self.forward, self.brief.order, &mut ready, &times_killed);
            if !killed.is_empty() {
                for at in &killed {
                    times_killed[*at] += 1;
                }
                deaths.push((number, killed));
            }
        }
        let databases = choose(&deaths, mutants.len());
        for (at, fate) in fates.iter_mut().enumerate().filter(|(at, _)| ready[*at].is_some()) {
            let times =
                deaths.iter().filter(|(n, killed)| databases.contains(n) && killed.contains(&at)).count();
            if times > 0 {
                *fate = Fate::Killed(times);
            } else if times_killed[at] > 0 {
                *fate = Fate::Killed(times_killed[at]);
            }
        }
        Ok(Suite { databases, fates })
    }

    /// On how many of some databases an answer agrees with the reference, each read in its usual order.
    ///
    /// # Errors
    /// The schema is at fault.
    pub fn agreement(&mut self, answer: &str, databases: &[TinyDb]) -> Result<usize, SearchError> {
        let Ok(prepared) = self.forward.arena.sandbox().prepare(answer) else { return Ok(0) };
        let mut ready = [Some(prepared)];
        let mut agreed = 0;
        for db in databases {
            if self.forward.arena.load(db)?
                && kills(&mut self.forward, self.brief.order, &mut ready, &[0]).is_empty()
            {
                agreed += 1;
            }
        }
        Ok(agreed)
    }

    /// Which of some statements a list of databases tells from the reference.
    ///
    /// # Errors
    /// The schema is at fault.
    pub fn killed_by(&mut self, databases: &[TinyDb], mutants: &[&str]) -> Result<Vec<bool>, SearchError> {
        let sandbox = self.forward.arena.sandbox();
        let mut ready: Vec<Option<Prepared<'s>>> =
            mutants.iter().map(|mutant| sandbox.prepare(mutant).ok()).collect();
        let mut killed = vec![false; mutants.len()];
        let none = vec![0; mutants.len()];
        for db in databases {
            if self.forward.arena.load(db)? {
                for at in kills(&mut self.forward, self.brief.order, &mut ready, &none) {
                    killed[at] = true;
                    ready[at] = None;
                }
            }
        }
        Ok(killed)
    }
}

/// A filler with no answer's clues.
fn plain<'a>(
    schema: &'a Schema,
    learned: &'a Learned,
    side: &mut Side<'_>,
) -> Result<Filler<'a>, SearchError> {
    let wanted = wanted(schema, &side.reads);
    Ok(Filler::new(schema, learned, &Clues::default(), wanted, &mut side.arena)?)
}

/// Which of the mutants, of those that still need killing, give another result on the database that is loaded. One
/// on which the reference itself is open kills nobody.
fn kills<'s>(
    side: &mut Side<'s>,
    order: &Order,
    ready: &mut [Option<Prepared<'s>>],
    times: &[usize],
) -> BTreeSet<usize> {
    let mut killed = BTreeSet::new();
    let Some(expected) = side.expected(order) else { return killed };
    let Ok(right) = digest(&mut side.reference, &mut side.buffer) else { return killed };
    for (at, mutant) in ready.iter_mut().enumerate() {
        let Some(mutant) = mutant.as_mut().filter(|_| times[at] < 4 * TIMES) else { continue };
        let differs = match digest(mutant, &mut side.buffer) {
            Ok(actual) if right.same(&actual, order) => false,
            Ok(_) => mutant.table().is_ok_and(|(actual, _)| compare(&expected, &actual, order).is_some()),
            Err(_) => true,
        };
        if differs {
            killed.insert(at);
        }
    }
    killed
}

/// Makes the database of a number in an arena.
fn fill(
    filler: &Filler<'_>,
    arena: &mut Arena<'_>,
    brief: &Brief<'_>,
    number: u64,
) -> Result<TinyDb, SearchError> {
    // Numbers next to each other must not make databases that look alike.
    let mut random = Random::new(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x6b69_6c6c);
    let now = if brief.day_moves { times::moving_now(number, &mut random) } else { brief.now };
    let mut scratch = Scratch::new(filler.schema, now);
    filler.fill(arena, now, brief.day_moves, &mut random, &mut scratch)?;
    Ok(scratch.db)
}

/// Chooses databases until each mutant is killed often enough or no more can be had: always the one that kills most
/// of those still wanting.
fn choose(deaths: &[(u64, BTreeSet<usize>)], mutants: usize) -> Vec<u64> {
    let mut wanting = vec![TIMES; mutants];
    let mut chosen: Vec<u64> = Vec::new();
    while chosen.len() < MOST {
        let worth = |killed: &BTreeSet<usize>| killed.iter().map(|at| wanting[*at]).sum::<usize>();
        let best = deaths
            .iter()
            .filter(|(number, _)| !chosen.contains(number))
            .max_by_key(|(number, killed)| (worth(killed), u64::MAX - number));
        match best {
            Some((number, killed)) if worth(killed) > 0 => {
                chosen.push(*number);
                for at in killed {
                    wanting[*at] = wanting[*at].saturating_sub(1);
                }
            }
            _ => break,
        }
    }
    chosen.sort_unstable();
    chosen
}
