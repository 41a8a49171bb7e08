//! Advice for several statements at once: reads and writes, each with its weight, and the set of indexes that makes
//! their sum least. Greedy: what saves most comes first, and the upkeep of each index counts.

use serde::Serialize;

use super::{Advice, Options, Proposal, Rejection, advise, index::Index, lab::Lab, select, writes};
use crate::{
    cost::Cost,
    engine::{Failure, Sandbox},
    sql::{
        facts::{StatementKind, statement_kind},
        parse::parse_query,
    },
};

/// A statement of a workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its text.
    pub sql: String,
    /// How often it runs, compared with the others.
    pub weight: u64,
}

/// A statement of a workload that was measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Measured {
    /// Its text.
    pub sql: String,
    /// How often it runs, compared with the others.
    pub weight: u64,
    /// What it costs now.
    pub before: Cost,
    /// What it costs with the indexes that are proposed.
    pub after: Cost,
}

/// Advice for all statements together: each proposal comes on top of those before it, and its figures are sums over
/// the statements, by weight.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Workload {
    /// What was measured, in sums.
    #[serde(flatten)]
    pub sums: Advice,
    /// Each statement by itself.
    pub statements: Vec<Measured>,
}

/// What a further index must save of the sum.
const WORTH: f64 = 0.98;

/// Finds the indexes that make a workload cheapest.
///
/// # Errors
/// What the engine says of one of the statements (its place and the failure), Ctrl-C, or a fault of the program.
pub fn advise_workload(
    sandbox: &Sandbox,
    statements: &[Statement],
    options: &Options,
) -> Result<Workload, (usize, Failure)> {
    let whole = |failure| (0, failure);
    let mut pool: Vec<(Vec<Index>, String)> = Vec::new();
    let (mut rejected, mut tables, mut tried) = (Vec::new(), Vec::new(), 0);
    let lab = Lab::new(sandbox).map_err(whole)?;
    for (at, statement) in statements.iter().enumerate() {
        if statement_kind(&statement.sql) != StatementKind::Query {
            lab.undone(|| lab.run(&statement.sql, options.patience)).map_err(|failure| (at, failure))?;
            continue;
        }
        let (found, sets) = search(&lab, &statement.sql, options).map_err(|failure| (at, failure))?;
        tried += found.tried;
        for table in found.tables {
            if !tables.contains(&table) {
                tables.push(table);
            }
        }
        for set in sets {
            if !pool.iter().any(|(known, _)| same_set(known, &set.0)) {
                pool.push(set);
            }
        }
        rejected.extend(found.rejected);
    }
    let greedy = || -> Result<Workload, Failure> {
        let mut held: Vec<Index> = Vec::new();
        let before = measure(&lab, statements, &held, options)?;
        let (mut now, mut advice) = (before.clone(), Vec::new());
        loop {
            let mut best: Option<(usize, Vec<Cost>)> = None;
            for (at, (set, _)) in pool.iter().enumerate() {
                let with = joined(&held, set);
                if with.len() == held.len() || with.len() > options.max_indexes {
                    continue;
                }
                let costs = measure(&lab, statements, &with, options)?;
                let least =
                    best.as_ref().map_or(sum(statements, &now).total(), |(_, c)| sum(statements, c).total());
                if sum(statements, &costs).total() < least {
                    best = Some((at, costs));
                }
            }
            let Some((at, costs)) = best else { break };
            if sum(statements, &costs).total() as f64 > WORTH * sum(statements, &now).total() as f64 {
                break;
            }
            let added: Vec<Index> =
                pool[at].0.iter().filter(|i| !held.iter().any(|own| own.same(i))).cloned().collect();
            held = joined(&held, &pool[at].0);
            let total = sum(statements, &costs);
            advice.push(proposal(&lab, &added, total, &pool[at].1)?);
            now = costs;
        }
        let measured = statements.iter().zip(before.iter().zip(&now));
        let measured = measured.map(|(statement, (before, after))| Measured {
            sql: statement.sql.clone(),
            weight: statement.weight,
            before: *before,
            after: *after,
        });
        let proposed = |sql: &str| advice.iter().any(|p: &Proposal| p.sql.split("; ").any(|own| own == sql));
        let mut kept: Vec<Rejection> = if pool.is_empty() { rejected } else { Vec::new() };
        for (set, _) in pool.iter().filter(|(set, _)| set.len() == 1) {
            let (sql, brief) = (set[0].sql(&lab.schema), set[0].brief(&lab.schema));
            if !proposed(&sql) && kept.iter().all(|other| other.sql != sql) {
                let why = "it helps one of the statements, and all of them together too little".to_owned();
                kept.push(Rejection { sql, brief, why });
            }
        }
        let verdict = advice
            .is_empty()
            .then(|| "No index pays, because none saves the reads more than it costs the writes".to_owned());
        let sums = Advice {
            baseline: sum(statements, &before),
            stopped: false,
            analyzed: None,
            advice,
            rejected: kept,
            verdict,
            tables,
            tried,
        };
        Ok(Workload { sums, statements: measured.collect() })
    };
    greedy().map_err(whole)
}

/// What one query alone would like to have, each set with its reason.
type Wishes = (Advice, Vec<(Vec<Index>, String)>);

fn search(lab: &Lab<'_>, sql: &str, options: &Options) -> Result<Wishes, Failure> {
    let Ok(query) = parse_query(sql) else {
        return advise(lab.sandbox, sql, options).map(|found| (found, Vec::new()));
    };
    let reading = super::wants::read(&query, sql, &lab.schema);
    let found = select::search(lab, sql, &reading, options)?;
    let mut sets = Vec::new();
    for best in &found.chosen {
        sets.push((best.indexes.clone(), found.why(lab, best)));
    }
    // What helps one query a little less may help another too.
    for other in found.paying() {
        if !sets.iter().any(|(known, _): &(Vec<Index>, String)| same_set(known, &other.indexes)) {
            sets.push((other.indexes.clone(), found.why(lab, other)));
        }
    }
    Ok((found.report(lab, &reading)?, sets))
}

fn proposal(lab: &Lab<'_>, added: &[Index], total: Cost, why: &str) -> Result<Proposal, Failure> {
    let writes = writes::more(lab, added)?;
    let bytes = lab.undone(|| lab.create(added, false))?.unwrap_or_default();
    let sql: Vec<String> = added.iter().map(|index| index.sql(&lab.schema)).collect();
    let brief: Vec<String> = added.iter().map(|index| index.brief(&lab.schema)).collect();
    Ok(Proposal {
        sql: sql.join("; "),
        brief: brief.join(" + "),
        steps: total.steps,
        pages: total.pages,
        bytes,
        insert_steps: writes.insert,
        writes,
        why: why.to_owned(),
    })
}

/// What each statement costs with these indexes.
fn measure(
    lab: &Lab<'_>,
    statements: &[Statement],
    indexes: &[Index],
    options: &Options,
) -> Result<Vec<Cost>, Failure> {
    lab.undone(|| {
        lab.script("ANALYZE")?;
        lab.create(indexes, true)?;
        let run = |statement: &Statement| lab.undone(|| lab.run(&statement.sql, options.patience));
        statements.iter().map(|statement| run(statement).map(|run| run.cost)).collect()
    })
}

fn sum(statements: &[Statement], costs: &[Cost]) -> Cost {
    let mut sum = Cost::default();
    for (statement, cost) in statements.iter().zip(costs) {
        sum.steps += statement.weight * cost.steps;
        sum.pages += statement.weight * cost.pages;
    }
    sum
}

fn joined(held: &[Index], more: &[Index]) -> Vec<Index> {
    let mut all = held.to_vec();
    for index in more {
        if !all.iter().any(|own| own.same(index)) {
            all.push(index.clone());
        }
    }
    all
}

fn same_set(a: &[Index], b: &[Index]) -> bool {
    a.len() == b.len() && a.iter().all(|index| b.iter().any(|other| other.same(index)))
}
