//! Advice on indexes: candidates from the query's own tree, each built on a throw-away database, measured on the real
//! planner, and proposed only where it pays. Draws nothing, and knows neither files nor exercises.

mod candidates;
pub(super) mod index;
pub(super) mod lab;
mod links;
mod sample;
mod select;
pub(super) mod shape;
mod wants;
mod words;
mod workload;
mod writes;

use serde::Serialize;

pub use sample::{Extent, MEASURED, Sample};
pub use workload::{Measured, Statement, Workload, advise_workload};
pub use writes::Writes;

use crate::{
    cost::Cost,
    engine::{Failure, FailureKind, Sandbox},
    sql::parse::parse_query,
};
use lab::Lab;

/// What advice is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The most indexes that one piece of advice may hold.
    pub max_indexes: usize,
    /// The most steps that a query may take without an index.
    pub patience: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options { max_indexes: 3, patience: 40_000_000 }
    }
}

/// What was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Advice {
    /// What the query costs now.
    pub baseline: Cost,
    /// Whether it was stopped, so that it costs more than that.
    pub stopped: bool,
    /// What it costs after ANALYZE alone, where that is another cost.
    pub analyzed: Option<Cost>,
    /// What helps, best first.
    pub advice: Vec<Proposal>,
    /// What was tried and does not help.
    pub rejected: Vec<Rejection>,
    /// Why nothing helps, where nothing does.
    pub verdict: Option<String>,
    /// The tables that the query reads, with their rows.
    pub tables: Vec<(String, u64)>,
    /// How many indexes and sets of indexes were built and measured.
    pub tried: usize,
}

/// Indexes that help, alone or together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proposal {
    /// The statements that create them, parted by semicolons.
    pub sql: String,
    /// What they are made of, without names.
    pub brief: String,
    /// Steps of the query with them.
    pub steps: u64,
    /// Page gets of the query with them.
    pub pages: u64,
    /// What they take on disk.
    pub bytes: u64,
    /// Steps that one INSERT costs more, into each of their tables.
    pub insert_steps: i64,
    /// What other writes cost more.
    pub writes: Writes,
    /// Why these columns in this order.
    pub why: String,
}

/// An index that does not help.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rejection {
    /// The statement that would create it.
    pub sql: String,
    /// What it is made of, without a name.
    pub brief: String,
    /// Why not.
    pub why: String,
}

/// Which indexes help a query, measured in a database that may be changed and is as before afterwards.
///
/// # Errors
/// What the engine says of the query, Ctrl-C, or a fault of the program.
pub fn advise(sandbox: &Sandbox, sql: &str, options: &Options) -> Result<Advice, Failure> {
    advise_from(None, sandbox, sql, options)
}

/// As [`advise`], and the search itself runs on less data of the same schema, if there is such: most indexes are
/// built there only, and those that pay are measured in `sandbox`.
///
/// # Errors
/// As [`advise`].
pub fn advise_from(
    less: Option<&Sandbox>,
    sandbox: &Sandbox,
    sql: &str,
    options: &Options,
) -> Result<Advice, Failure> {
    let query = parse_query(sql).map_err(|error| {
        // The engine says it better where it does not take the text either.
        sandbox.prepare(sql).map(drop).err().unwrap_or_else(|| Failure {
            kind: FailureKind::Sql,
            message: format!("only queries can be advised on: {} expected", error.expected),
            offset: Some(error.offset),
            code: 1,
        })
    })?;
    let lab = Lab::new(sandbox)?;
    let reading = wants::read(&query, sql, &lab.schema);
    let found = match less {
        None => select::search(&lab, sql, &reading, options)?,
        Some(less) => {
            let small = Lab::new(less)?;
            // What takes long there takes longer still on more data.
            let hasty = Options { patience: options.patience / 4, ..*options };
            let searched = select::search(&small, sql, &reading, &hasty)?;
            select::confirm(&lab, sql, &reading, searched, options)?
        }
    };
    found.report(&lab, &reading)
}
