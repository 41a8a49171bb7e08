//! Why an index that is there is not used, found by trying: the index is forced, and the query's text is changed in
//! one place at a time until the planner can search the index. What was changed is the cause. Beside it, rewrites of
//! the query that cost less, which somebody else has to hold against the original before they are shown.

mod cause;
mod desk;
mod find;
mod ordering;
mod rewrite;
mod terms;
mod words;

pub use cause::Cause;
pub use rewrite::{Form, Proposal, RewriteKind, Trial, Where};

use serde::Serialize;

use super::Plan;
use crate::{
    cost::Cost,
    engine::{Failure, FailureKind, Sandbox},
    schema::introspect::Schema,
    sql::{parse::parse_query, resolve::resolve},
    value::Value,
};
use desk::Desk;

/// What was found for one statement.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Why {
    /// The indexes that could have served and do not, each with its cause.
    pub not_used: Vec<NotUsed>,
    /// Rewrites that give the same rows on this data and cost less, best first. None is checked on other data yet.
    pub proposals: Vec<Proposal>,
}

/// An index that is not used.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NotUsed {
    /// Its name.
    pub index: String,
    /// How one would call it: its name, or its columns where a constraint made it.
    #[serde(skip)]
    pub called: String,
    /// Its table.
    pub table: String,
    /// Its key, from the left.
    pub keys: String,
    /// Whether the plan reads all of it instead of searching it.
    pub read_whole: bool,
    /// What keeps the planner from it.
    #[serde(flatten)]
    pub cause: Cause,
    /// The cause in a few words.
    pub brief: String,
    /// The cause in a sentence without a full stop.
    pub words: String,
    /// What one would say about it in an interview.
    pub say: String,
    /// What the query costs as the planner runs it, where the two were measured.
    pub chosen: Option<Cost>,
    /// What it costs where the index is forced; the steps at which it was stopped, where it ran on.
    pub forced: Option<Cost>,
    /// A query that gives the same and searches the index, where one was found and held.
    pub rewrite: Option<Rewrite>,
}

/// A query that gives the same and costs less.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rewrite {
    /// What kind of change it is.
    pub kind: RewriteKind,
    /// The whole query.
    pub sql: String,
    /// What is changed, in a sentence without a full stop.
    pub words: String,
    /// What has to hold of the data, where that is not in the schema.
    pub assumes: Option<String>,
    /// What the query costs now.
    pub before: Cost,
    /// What the rewrite costs.
    pub after: Cost,
    /// On how many databases the two gave the same.
    pub databases: u64,
}

/// How much is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// The causes alone.
    Causes,
    /// Rewrites too.
    Rewrites,
}

/// Looks for the causes and for rewrites. `cost`: what the statement cost when it ran. `parameters`: values by bare names,
/// as the plan was made with. Nothing is changed in the database. Statements that write, and those that do not parse, give nothing.
///
/// # Errors
/// Ctrl-C, or a fault of the program.
pub fn why(
    sandbox: &Sandbox,
    sql: &str,
    plan: &Plan,
    cost: Option<Cost>,
    parameters: &[(String, Value)],
    look: Look,
) -> Result<Why, Failure> {
    let Ok(query) = parse_query(sql) else { return Ok(Why::default()) };
    // A schema that cannot be read, such as one whose foreign key leads nowhere, has no causes to tell.
    let schema = match Schema::read(sandbox) {
        Err(failure) if failure.kind == FailureKind::Interrupted => return Err(failure),
        Err(_) => return Ok(Why::default()),
        Ok(schema) => schema,
    };
    let found = resolve(&query, sql, &schema.names());
    let desk = Desk::new(sandbox, sql, &query, &found, &schema, cost, parameters)?;
    // What a query costs whose parameters are all NULL says nothing.
    let bindings = rewrite::parameters::bindings(&desk)?;
    let desk = match &bindings {
        Some(sets) if sets.is_empty() && cost.is_some() => desk,
        Some(sets) if sets.is_empty() => desk.bound(Some(&[]))?,
        Some(sets) => desk.bound(sets.last().map(rewrite::parameters::Values::named).as_deref())?,
        None => desk.bound(None)?,
    };
    let mut not_used = find::causes(&desk, plan)?;
    let proposals = match look {
        Look::Causes => Vec::new(),
        Look::Rewrites => rewrite::proposals(&desk, bindings.as_deref().unwrap_or_default())?,
    };
    for unused in &mut not_used {
        words::say(&desk, unused);
    }
    Ok(Why { not_used, proposals })
}
