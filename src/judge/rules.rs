//! What a rule says of a plan and of what was measured, with figures. Runs nothing, but for the question whether a
//! query would use an index that is not there.

use super::{
    bench::{Bench, Built, Run, even},
    report::Check,
};
use crate::{
    catalog::{Parameters, Rule, TableKey},
    cost::Cost,
    engine::Failure,
    plan::{
        Plan,
        node::{Access, Kind, Method, Sort, TermTest, Via},
        rules::Purpose,
        words::grouped,
    },
};

/// A query that was measured, and what it is held against.
pub(super) struct Measured<'a> {
    /// What it is called; empty where it is the only one.
    pub name: &'a str,
    pub sql: &'a str,
    pub parameters: &'a Parameters,
    pub plan: Plan,
    pub run: Run,
    /// What the reference costs.
    pub reference: Cost,
    /// What it cost before, where a rule asks for it.
    pub base: Option<Cost>,
    /// The indexes that are there.
    pub indexes: &'a [Built],
}

/// How many rows a table may have and still be read whole.
const SMALL: u64 = 1000;

/// What one rule says of one query; `None` where the rule is not about queries.
pub(super) fn of_query(rule: &Rule, one: &Measured<'_>, bench: &Bench) -> Result<Option<Check>, Failure> {
    let plan = &one.plan;
    let (passed, said) = match rule {
        Rule::Search(key) => search(key, one, bench)?,
        Rule::Usable(key) => usable(key, one, bench)?,
        Rule::NoFullScan(table) => no_full_scan(table, plan),
        Rule::NoSort => match plan.sorts().next() {
            None => (true, "nothing is sorted".to_owned()),
            Some(sort) => (false, sorts(sort, one)),
        },
        Rule::NoAutomaticIndex => match plan.automatic_indexes().next() {
            None => (true, "no index is built for this run alone".to_owned()),
            Some(access) => {
                let table = access.table().unwrap_or("a subquery's rows");
                (false, format!("an index on {table} is built for each run and thrown away"))
            }
        },
        Rule::NoCorrelated => match plan.correlated().count() {
            0 => (true, "no subquery runs for each row of another".to_owned()),
            1 => (false, "a subquery runs for each row of another".to_owned()),
            n => (false, format!("{n} subqueries run for each row of another")),
        },
        Rule::Covering(table) if plan.covering(table) => {
            (true, format!("{table} is read from an index alone"))
        }
        Rule::Covering(table) => {
            let reads = reads(table, plan);
            (false, format!("{table} itself is read, not an index alone: {reads}"))
        }
        Rule::CostOfReference(most) => against(one, one.reference, *most, "the reference's"),
        Rule::CostOfBase(most) => {
            let base = one.base.unwrap_or_default();
            share(one, base, *most)
        }
        Rule::MaxIndexes(_) | Rule::IndexKib(_) | Rule::Insert { .. } | Rule::Growth(_) | Rule::Fewest(_) => {
            return Ok(None);
        }
    };
    Ok(Some(check(rule.name(), passed, named(one.name, said))))
}

/// What was found, with what is allowed behind it where that is less.
pub(super) fn held(passed: bool, said: String, most: impl std::fmt::Display) -> (bool, String) {
    if passed { (true, said) } else { (false, format!("{said}; at most {most} allowed")) }
}

/// A check.
pub(super) fn check(rule: &str, passed: bool, said: String) -> Check {
    Check { rule: rule.to_owned(), passed, said }
}

fn named(name: &str, said: String) -> String {
    if name.is_empty() { said } else { format!("{name}: {said}") }
}

/// Whether a plan finds rows of the table by an index, or the table's own key, that starts with the lead.
fn searches(plan: &Plan, key: &TableKey) -> bool {
    let lead = even(&key.lead);
    plan.uses_index_led_by(&key.table, &key.lead)
        || plan.accesses_of(&key.table).any(|access| match &access.via {
            Via::Index { keys, .. } => {
                access.method == Method::Search
                    && keys.first().is_some_and(|key| even(key) == lead)
                    && access.terms.first().is_some_and(|term| term.test != TermTest::Any)
            }
            Via::Rows | Via::IntegerKey | Via::TableKey | Via::Automatic { .. } | Via::Virtual { .. } => {
                false
            }
        })
}

fn search(key: &TableKey, one: &Measured<'_>, bench: &Bench) -> Result<(bool, String), Failure> {
    let TableKey { table, lead } = key;
    if searches(&one.plan, key) {
        return Ok((true, format!("{table} is searched by {lead}")));
    }
    let reads = reads(table, &one.plan);
    let head = format!("{table} is not searched by {lead}: {reads}");
    let wanted = even(lead);
    let there =
        one.indexes.iter().find(|index| index.table.eq_ignore_ascii_case(table) && index.lead() == wanted);
    if let Some(index) = there {
        let why = format!("; the index on {} is there, but this query cannot search it", index.brief());
        return Ok((false, head + &why));
    }
    Ok((false, format!("{head}; {}", would(key, one, bench)?.1)))
}

/// Adds an index with this lead and asks whether the query searches by it.
fn would(key: &TableKey, one: &Measured<'_>, bench: &Bench) -> Result<(bool, String), Failure> {
    let TableKey { table, lead } = key;
    let uses = bench.undone(|| {
        bench.build(&format!("CREATE INDEX sqldojo_asked ON {table} ({lead})"))?;
        Ok(searches(&bench.plan(one.sql, one.parameters)?, key))
    })?;
    let said = if uses {
        format!("an index on {table} ({lead}) would be used")
    } else {
        format!("even an index on {table} ({lead}) would not be searched")
    };
    Ok((uses, said))
}

fn usable(key: &TableKey, one: &Measured<'_>, bench: &Bench) -> Result<(bool, String), Failure> {
    if searches(&one.plan, key) {
        return Ok((true, format!("{} is searched by {}", key.table, key.lead)));
    }
    would(key, one, bench)
}

/// What the plan says of a table: `the plan reads all 2,000 rows of orders (no index on user_id)`.
fn reads(table: &str, plan: &Plan) -> String {
    let node = plan.nodes.iter().find(|node| {
        node.kind
            .as_access()
            .is_some_and(|access| access.table().is_some_and(|name| name.eq_ignore_ascii_case(table)))
    });
    match node {
        None => format!("the plan does not read {table}"),
        Some(node) => {
            // A short reason is worth its place; a long one is for `.plan`.
            let why = node.why.as_ref().filter(|why| why.len() <= 40);
            let why = why.map_or_else(String::new, |why| format!(" ({why})"));
            format!("the plan {}{why}", node.words)
        }
    }
}

fn no_full_scan(table: &str, plan: &Plan) -> (bool, String) {
    let whole: Vec<&Access> = plan
        .full_scans_above(SMALL)
        .filter(|access| access.table().is_some_and(|name| name.eq_ignore_ascii_case(table)))
        .collect();
    match whole.first() {
        None => (true, format!("{table} is not read whole")),
        Some(access) => {
            let rows = access.table_rows().map_or_else(String::new, |n| format!(", {} rows", grouped(n)));
            let from = match &access.via {
                Via::Index { index, .. } => format!(" by way of {index}"),
                Via::Rows | Via::IntegerKey | Via::TableKey | Via::Automatic { .. } | Via::Virtual { .. } => {
                    String::new()
                }
            };
            (false, format!("{table} is read whole{from}{rows}"))
        }
    }
}

/// What is still sorted, and in which order the rows come instead.
fn sorts(sort: &Sort, one: &Measured<'_>) -> String {
    let clause = match sort.purpose() {
        Purpose::OrderBy => "ORDER BY",
        Purpose::GroupBy => "GROUP BY",
        Purpose::Distinct => "DISTINCT",
        Purpose::Aggregate => "the ORDER BY of an aggregate",
    };
    let access = one.plan.nodes.iter().find_map(|node| match &node.kind {
        Kind::Access(access) if access.table().is_some() => Some(access),
        _ => None,
    });
    let order = match access.map(|access| &access.via) {
        Some(Via::Index { index, keys, .. }) => {
            // As it was written: a direction or a collation may be all that is wrong.
            let written = one.indexes.iter().find(|built| built.name.eq_ignore_ascii_case(index));
            let parts = written.map_or_else(|| keys.join(", "), |built| built.parts.join(", "));
            format!(": the rows come by ({parts})")
        }
        Some(Via::Rows | Via::IntegerKey) => ": the rows come as they are stored".to_owned(),
        Some(Via::TableKey | Via::Automatic { .. } | Via::Virtual { .. }) | None => String::new(),
    };
    format!("the plan sorts for {clause}{order}")
}

fn against(one: &Measured<'_>, other: Cost, most: f64, whose: &str) -> (bool, String) {
    let (cost, other) = (one.run.cost.total(), other.total().max(1));
    let ratio = cost as f64 / other as f64;
    let figure = format!("cost {}", grouped(cost));
    if one.run.table.is_none() {
        let said = format!(
            "stopped at cost {}, more than {} × {whose} {}; at most {most} × allowed",
            grouped(cost),
            ratio_text(ratio),
            grouped(other)
        );
        return (false, said);
    }
    let said = format!("{figure} is {} × {whose} {}", ratio_text(ratio), grouped(other));
    held(ratio <= most, said, format_args!("{most} ×"))
}

fn share(one: &Measured<'_>, base: Cost, most: f64) -> (bool, String) {
    let (cost, base) = (one.run.cost.total(), base.total().max(1));
    let share = cost as f64 / base as f64;
    let said = format!("cost {} is {} of the {} it was", grouped(cost), percent(share), grouped(base));
    held(share <= most && one.run.table.is_some(), said, percent(most))
}

/// "1.3", "48".
pub(super) fn ratio_text(ratio: f64) -> String {
    if ratio < 9.95 { format!("{ratio:.1}") } else { grouped(ratio.round() as u64) }
}

fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let whole = (percent - percent.round()).abs() < 0.005;
    if percent < 9.95 && !whole {
        format!("{percent:.1} %")
    } else {
        format!("{} %", grouped(percent.round() as u64))
    }
}

/// How many steps a run is given: enough to tell that it costs more than its rules allow.
pub(super) fn budget(rules: &[Rule], reference: Cost, base: Option<Cost>) -> u64 {
    let mut most = reference.total().max(base.map_or(0, Cost::total));
    for rule in rules {
        most = most.max(match rule {
            Rule::CostOfReference(factor) => (reference.total() as f64 * factor) as u64,
            Rule::CostOfBase(factor) => (base.map_or(0, Cost::total) as f64 * factor) as u64,
            Rule::MaxIndexes(_)
            | Rule::Search(_)
            | Rule::Usable(_)
            | Rule::NoFullScan(_)
            | Rule::NoSort
            | Rule::NoAutomaticIndex
            | Rule::NoCorrelated
            | Rule::Covering(_)
            | Rule::IndexKib(_)
            | Rule::Insert { .. }
            | Rule::Growth(_)
            | Rule::Fewest(_) => 0,
        });
    }
    most.saturating_mul(3).max(LEAST)
}

/// The fewest steps that a run is given.
const LEAST: u64 = 3_000_000;
