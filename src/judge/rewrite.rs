//! Rewrites of a query held against the query itself, on other databases than the one that is there: first the changed
//! condition on values made to part the two, then both texts on random databases. What differs is not shown.

use serde::Serialize;

use crate::{
    differ::{Brief, Budget, Outcome, compare::Order, difference::Counterexample, search},
    engine::{Access, Failure, Sandbox},
    plan::why::{Form, NotUsed, Proposal, Rewrite, Why},
    schema::hints::{ColumnHint, TimeFormat},
    sql::{facts::facts, names::SchemaNames, parse::parse_query},
    value::Value,
};

mod probe;

/// Why indexes are not used, with the rewrites that were held.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Held {
    /// The indexes that are not used, each with the best rewrite that would search it.
    pub not_used: Vec<NotUsed>,
    /// The best rewrite of those that belong to none of them.
    pub rewrite: Option<Rewrite>,
    /// What gives the same on the data that is there and not on other data.
    pub refused: Vec<Refused>,
}

/// A rewrite that would be wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Refused {
    /// The query as it would be.
    pub sql: String,
    /// What would be changed.
    pub words: String,
    /// Where the two differ.
    pub why: String,
}

/// On how many random databases the two texts are tried: a number, not a time, so that each run says the same.
const DATABASES: u64 = 1500;
/// How many rewrites are shown for no index, and how many refusals.
const REFUSED: usize = 3;

/// Holds the rewrites of a query against it. `hints`: what the schema's author says of its values.
///
/// # Errors
/// The schema cannot be read, or Ctrl-C.
pub fn hold(sandbox: &Sandbox, why: Why, hints: &[ColumnHint], seed: u64) -> Result<Held, Failure> {
    let mut held = Held { not_used: why.not_used, ..Held::default() };
    if why.proposals.is_empty() {
        return Ok(held);
    }
    let ddl = ddl(sandbox)?;
    for proposal in why.proposals {
        let serves = |unused: &NotUsed| unused.rewrite.is_none() && proposal.searches.contains(&unused.index);
        let open: Vec<usize> = (0..held.not_used.len()).filter(|at| serves(&held.not_used[*at])).collect();
        let known = held.not_used.iter().any(|unused| proposal.searches.contains(&unused.index));
        if open.is_empty() && (known || held.rewrite.is_some()) {
            continue;
        }
        match verdict(sandbox, &ddl, &proposal, hints, seed)? {
            Verdict::Same(databases) => {
                let rewrite = Rewrite { databases, ..proposal.rewrite };
                if open.is_empty() {
                    held.rewrite = Some(rewrite.clone());
                }
                for at in open {
                    held.not_used[at].rewrite = Some(rewrite.clone());
                }
            }
            Verdict::Differs(why) if held.refused.len() < REFUSED => {
                let Rewrite { sql, words, .. } = proposal.rewrite;
                held.refused.push(Refused { sql, words, why });
            }
            Verdict::Differs(_) | Verdict::Unknown => {}
        }
    }
    Ok(held)
}

enum Verdict {
    /// On so many databases.
    Same(u64),
    /// Where.
    Differs(String),
    /// Nothing could be tried.
    Unknown,
}

/// The statements that make the tables, views and indexes that are there.
fn ddl(sandbox: &Sandbox) -> Result<String, Failure> {
    let told = sandbox.with_access(Access::Trusted, |sandbox| {
        sandbox.table(
            "SELECT sql FROM sqlite_schema WHERE type IN ('table', 'view', 'index') AND sql IS NOT NULL \
             AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
             ORDER BY CASE type WHEN 'table' THEN 1 WHEN 'view' THEN 2 ELSE 3 END, rowid",
        )
    })?;
    let mut ddl = String::new();
    for row in &told.rows {
        if let Value::Text(sql) = &row[0] {
            ddl.push_str(sql);
            ddl.push_str(";\n");
        }
    }
    Ok(ddl)
}

fn verdict(
    sandbox: &Sandbox,
    ddl: &str,
    proposal: &Proposal,
    hints: &[ColumnHint],
    seed: u64,
) -> Result<Verdict, Failure> {
    for condition in &proposal.conditions {
        if let Some(value) = probe::parts(sandbox, ddl, condition)? {
            return Ok(Verdict::Differs(format!("the two differ where {} is {value}", condition.column)));
        }
    }
    let hints = with_times(hints, proposal);
    let mut databases = 0;
    for trial in &proposal.trials {
        let names = SchemaNames::default();
        let uses_now = [&trial.reference, &trial.answer].iter().any(|sql| facts(sql, &names).uses_now);
        let ordered = parse_query(&trial.reference).is_ok_and(|query| query.order_by.is_some());
        let order = if ordered { Order::Total } else { Order::Any };
        let brief = Brief {
            ddl,
            hints: &hints,
            reference: &trial.reference,
            parameters: &[],
            order: &order,
            now: sandbox.now(),
            day_moves: uses_now,
            seed,
        };
        let budget = Budget { databases: DATABASES, millis: u64::MAX };
        // A schema that no rows can be made for shows nothing.
        let Ok(outcome) = search(&brief, &trial.answer, &[], budget) else { return Ok(Verdict::Unknown) };
        match outcome {
            Outcome::Same(effort) => databases += effort.databases,
            Outcome::Different(found, _) => {
                return Ok(Verdict::Differs(where_they_part(&found.counterexample)));
            }
            Outcome::Fails(_) | Outcome::Endless(_) => return Ok(Verdict::Unknown),
        }
    }
    Ok(if databases == 0 { Verdict::Unknown } else { Verdict::Same(databases) })
}

/// The hints, with the form of times that the data shows.
fn with_times(hints: &[ColumnHint], proposal: &Proposal) -> Vec<ColumnHint> {
    let mut hints = hints.to_vec();
    for condition in &proposal.conditions {
        let format = match condition.form {
            Some(Form::DateTime) => Some(TimeFormat::DateTime),
            Some(Form::Date) => Some(TimeFormat::Date),
            Some(Form::Integers | Form::Numbers | Form::Texts) | None => continue,
        };
        let own = hints.iter_mut().find(|hint| {
            hint.table.eq_ignore_ascii_case(&condition.table)
                && hint.column.eq_ignore_ascii_case(&condition.column)
        });
        match own {
            Some(hint) => hint.format = format,
            None => hints.push(ColumnHint {
                table: condition.table.clone(),
                column: condition.column.clone(),
                format,
                ..ColumnHint::default()
            }),
        }
    }
    hints
}

/// The rows of a counterexample in a line: `they differ on users (1, 'A', NULL)`.
fn where_they_part(found: &Counterexample) -> String {
    let mut tables = Vec::new();
    for (name, table) in &found.tables {
        let rows: Vec<String> = table
            .rows
            .iter()
            .map(|row| format!("({})", row.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")))
            .collect();
        if !rows.is_empty() {
            tables.push(format!("{name} {}", rows.join(", ")));
        }
    }
    let day = found.today.as_ref().map_or_else(String::new, |today| format!(" at {today}"));
    let rows = if tables.is_empty() { "no rows".to_owned() } else { tables.join(" and ") };
    format!("the two differ on {rows}{day}: {}", found.difference.sentence)
}
