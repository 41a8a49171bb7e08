//! How a query grows, found out: it runs on a schema's data at several sizes, each in a sandbox of its own, and the
//! counters are classed. Says nothing of exercises, and leaves no trace in the data.

use std::{fmt, ops::ControlFlow, time::Duration};

use super::{
    Plan, gather,
    growth::{Class, Grows, Growth, Measured, Outcome},
};
use crate::{
    engine::{Failure, FailureKind, Sandbox, Settings},
    parallel,
    schema::{
        recipe::Held,
        world::{self, Size, World, WorldError},
    },
    value::Value,
};

/// Rows of the leading table where nobody says otherwise.
pub const SIZES: [u64; 3] = [2000, 8000, 32_000];

/// The size that is added on wish.
pub const MILLION: u64 = 1_000_000;

/// The steps that a run may take where nobody says otherwise.
pub const BUDGET: u64 = 5_000_000;

/// Up to so many rows the budget is the same; above, it grows with the rows.
const BUDGETED: u64 = 32_000;

/// A query that is tried at several sizes.
#[derive(Clone, Copy)]
pub struct Trial<'a> {
    /// Whose data it runs on.
    pub world: &'a World,
    /// The seed of the data.
    pub seed: u64,
    /// Statements that are run first at each size, such as CREATE INDEX.
    pub setup: &'a [String],
    /// Whether ANALYZE is run after them.
    pub analyze: bool,
    /// The query.
    pub sql: &'a str,
    /// Values for its parameters.
    pub parameters: &'a [(String, Value)],
    /// What grows.
    pub grows: Grows,
    /// Rows of the leading table.
    pub sizes: &'a [u64],
    /// The steps that a run may take; in proportion more above 32,000 rows.
    pub budget: u64,
    /// How long a statement may run.
    pub deadline: Option<Duration>,
    /// How many sizes are tried at once.
    pub jobs: usize,
    /// Called with each sandbox before it is used, so that somebody may stop what runs there.
    pub watch: &'a (dyn Fn(&Sandbox) + Sync),
}

impl<'a> Trial<'a> {
    /// A query alone, at the usual sizes, where everything grows and nobody stops it.
    pub fn new(world: &'a World, seed: u64, sql: &'a str) -> Trial<'a> {
        Trial {
            world,
            seed,
            setup: &[],
            analyze: false,
            sql,
            parameters: &[],
            grows: Grows::Both,
            sizes: &SIZES,
            budget: BUDGET,
            deadline: None,
            jobs: parallel::cores(),
            watch: &|_| {},
        }
    }
}

/// Why nothing can be said of a query's growth.
#[derive(Debug)]
pub enum GrowError {
    /// The schema has no recipe for data.
    NoData(String),
    /// The data cannot be made.
    Data(WorldError),
    /// A statement before the query failed: its place among them, from 0.
    Setup(usize, Failure),
    /// The query failed, or was interrupted.
    Query(Failure),
}

impl GrowError {
    /// What the engine said, where it was asked.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            GrowError::Setup(_, failure) | GrowError::Query(failure) => Some(failure),
            GrowError::Data(_) | GrowError::NoData(_) => None,
        }
    }

    /// Whether somebody stopped it.
    pub fn is_interrupted(&self) -> bool {
        self.failure().is_some_and(|failure| failure.kind == FailureKind::Interrupted)
    }
}

impl fmt::Display for GrowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GrowError::NoData(schema) => write!(f, "the schema {schema} has no data that could grow"),
            GrowError::Data(error) => error.fmt(f),
            GrowError::Setup(_, failure) | GrowError::Query(failure) => f.write_str(&failure.message),
        }
    }
}

impl std::error::Error for GrowError {}

/// What was seen at one size.
struct Seen {
    n: u64,
    plan: Plan,
    outcome: Outcome,
}

/// Runs a query at every size and classes it. Where fewer than two runs come to their end, smaller sizes are tried
/// too, and a size far above the usual ones only where the one before came to its end.
///
/// # Errors
/// Data that cannot be made, or what the engine says of a statement. That a budget or a deadline ran out is no error.
pub fn grow(trial: &Trial<'_>) -> Result<Growth, GrowError> {
    if !trial.world.has_data() {
        return Err(GrowError::NoData(trial.world.name.clone()));
    }
    let mut sizes = trial.sizes.to_vec();
    sizes.sort_unstable();
    sizes.dedup();
    let base = sizes.first().copied().unwrap_or(SIZES[0]);
    let (usual, large): (Vec<u64>, Vec<u64>) = sizes.into_iter().partition(|n| *n <= BUDGETED || *n == base);
    let mut seen = at_all(trial, &usual, base)?;
    for n in large {
        if seen.last().is_some_and(Seen::is_done) {
            seen.extend(at_all(trial, &[n], base)?);
        }
    }
    if seen.iter().filter(|seen| seen.is_done()).count() < 2 {
        let smaller: Vec<u64> = [base / 16, base / 4].into_iter().filter(|n| *n >= LEAST).collect();
        seen.splice(0..0, at_all(trial, &smaller, base)?);
    }
    let growth = classed(trial, &seen);
    let last = seen.iter().rposition(Seen::is_done);
    match last {
        // Small tables keep to a least size, so a pair of sizes far apart may show less than there is.
        Some(last) if growth.class == Class::MoreThanLinear && seen[last].n >= 2 * LEAST => {
            let between = seen[last].n / 2;
            if seen.iter().all(|seen| seen.n != between) {
                seen.splice(last..last, at_all(trial, &[between], base)?);
            }
            Ok(classed(trial, &seen))
        }
        Some(_) | None => Ok(growth),
    }
}

fn classed(trial: &Trial<'_>, seen: &[Seen]) -> Growth {
    let plans: Vec<(u64, &Plan)> = seen.iter().map(|seen| (seen.n, &seen.plan)).collect();
    let measured = seen.iter().map(|seen| Measured { n: seen.n, outcome: seen.outcome }).collect();
    Growth::new(measured, &plans, trial.grows)
}

/// Below so many rows, what a statement costs at its start hides how it grows.
const LEAST: u64 = 100;

impl Seen {
    fn is_done(&self) -> bool {
        matches!(self.outcome, Outcome::Done { .. })
    }
}

fn at_all(trial: &Trial<'_>, sizes: &[u64], base: u64) -> Result<Vec<Seen>, GrowError> {
    let mut all = Vec::new();
    let mut failed = None;
    parallel::in_order(
        sizes.len(),
        trial.jobs,
        |at| run(trial, sizes[at], base),
        |_, ran| match ran {
            Ok(seen) => {
                all.push(seen);
                true
            }
            Err(error) => {
                failed = Some(error);
                false
            }
        },
    );
    failed.map_or(Ok(all), Err)
}

/// Runs the query at one size.
fn run(trial: &Trial<'_>, n: u64, base: u64) -> Result<Seen, GrowError> {
    let sandbox = open(trial, &size(trial.grows, n, base)).map_err(GrowError::Data)?;
    (trial.watch)(&sandbox);
    for (at, statement) in trial.setup.iter().enumerate() {
        let ran = sandbox.run(statement, &[], |_| ControlFlow::Continue(()));
        ran.map_err(|failure| GrowError::Setup(at, failure))?;
    }
    if trial.analyze {
        sandbox.script("ANALYZE").map_err(|failure| GrowError::Setup(trial.setup.len(), failure))?;
    }
    let plan = gather::explain_with(&sandbox, trial.sql, trial.parameters).map_err(GrowError::Query)?;
    let budget = trial.budget.saturating_mul((n / BUDGETED).max(1));
    sandbox.set_steps(Some(budget));
    let ran = sandbox.run(trial.sql, trial.parameters, |_| ControlFlow::Continue(()));
    let outcome = match ran {
        Ok(done) => Outcome::Done { steps: done.cost.steps, pages: done.cost.pages, rows: done.rows },
        Err(failure) => match failure.kind {
            FailureKind::Steps => Outcome::Stopped { steps: budget },
            FailureKind::Deadline => Outcome::Late,
            FailureKind::Interrupted
            | FailureKind::Sql
            | FailureKind::Denied
            | FailureKind::Constraint
            | FailureKind::Busy
            | FailureKind::BusySnapshot
            | FailureKind::TooLarge
            | FailureKind::Fault => return Err(GrowError::Query(failure)),
        },
    };
    Ok(Seen { n, plan, outcome })
}

/// A sandbox with the data of one size: shared if the query alone runs there and only reads, else a copy.
fn open(trial: &Trial<'_>, size: &Size) -> Result<Sandbox, WorldError> {
    let settings = Settings::learner(trial.world.today, trial.deadline);
    if trial.setup.is_empty() && !trial.analyze {
        let sandbox = world::open(trial.world, size, trial.seed, settings)?;
        // What cannot be prepared fails later, where it is told of.
        if sandbox.prepare(trial.sql).map_or(true, |statement| statement.reads_only()) {
            return Ok(sandbox);
        }
    }
    world::writable(trial.world, size, trial.seed, settings)
}

/// The data of a size: whatever grows, it is the same at the smallest.
fn size(grows: Grows, n: u64, base: u64) -> Size {
    let held = match grows {
        Grows::Both => return Size::Rows(n),
        Grows::History => Held::Referred,
        Grows::Users => Held::AllButUsers,
    };
    if n == base { Size::Rows(n) } else { Size::Held { rows: n, base, held } }
}
