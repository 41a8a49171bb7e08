//! Answers that stand in a plan: scan or search, sort, arms, covering; and why an index is ignored.

use super::{Bench, Cause, Form, Question, Setting, Solved, Trouble, compare, writes};
use crate::plan::{
    Plan,
    node::{Access, Kind, Method, Node, Via},
    verdict::IndexUse,
    words::grouped,
};

/// Finds the answer of a question.
pub(super) fn solve(question: &Question, bench: &Bench) -> Result<Solved, Trouble> {
    let setting = &question.setting;
    match &question.form {
        Form::Seek { sql, table } => bench.with(setting, &[], || seek(bench, sql, table.as_deref())),
        Form::UsesIndex { sql } => bench.with(setting, &[], || uses_index(bench, sql)),
        Form::TableRead { sql, table } => {
            bench.with(setting, &[], || table_read(bench, sql, table.as_deref()))
        }
        Form::Sorts { sql } => bench.with(setting, &[], || sorts(bench, sql)),
        Form::Arms { sql } => bench.with(setting, &[], || arms(bench, sql)),
        Form::Automatic { sql } => bench.with(setting, &[], || automatic(bench, sql)),
        Form::Growth { sql } => compare::growth(bench, setting, sql),
        Form::Dearest { statements, measure, least } => {
            compare::dearest(bench, setting, statements, *measure, *least)
        }
        Form::Times { dear, cheap } => compare::times(bench, setting, dear, cheap),
        Form::HelpsMost { sql, sets } => compare::helps_most(bench, setting, sql, sets),
        Form::Cause { sql, causes } => cause(bench, setting, sql, causes),
        Form::Inserts { sql, indexes, least } => writes::inserts(bench, setting, sql, indexes, *least),
        Form::Touches { sql } => writes::touches(bench, setting, sql),
        Form::Pays { statements } => writes::pays(bench, setting, statements),
        Form::Spare { queries } => compare::spare(bench, setting, queries),
    }
}

/// What a statement cost, as a sentence begins: `64,922 steps, 177 page gets`.
fn cost(bench: &Bench, sql: &str) -> Result<String, Trouble> {
    Ok(compare::figures(bench.run(sql)?))
}

/// The access of a table, or the first of any table.
fn access<'p>(plan: &'p Plan, table: Option<&str>) -> Result<(&'p Node, &'p Access), Trouble> {
    let of = |node: &'p Node| node.kind.as_access().map(|access| (node, access));
    let mut all = plan.nodes.iter().filter_map(of).filter(|(_, access)| access.table().is_some());
    let found = match table {
        Some(name) => all.find(|(_, access)| {
            access.source.eq_ignore_ascii_case(name)
                || access.table().is_some_and(|table| table.eq_ignore_ascii_case(name))
        }),
        None => all.next(),
    };
    found.ok_or_else(|| Trouble::Open(format!("the plan reads no table {}", table.unwrap_or("at all"))))
}

/// A sentence: a capital in front, a full stop behind.
pub(super) fn sentence(text: &str) -> String {
    let mut chars = text.trim().chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let rest = chars.as_str();
    let stop = if rest.ends_with(['.', '?', '!', ':']) { "" } else { "." };
    format!("{first}{rest}{stop}")
}

/// What a step does, and why.
fn told(node: &Node) -> String {
    sentence(&match &node.why {
        Some(why) => format!("{}: {why}", node.words),
        None => node.words.clone(),
    })
}

fn seek(bench: &Bench, sql: &str, table: Option<&str>) -> Result<Solved, Trouble> {
    let plan = bench.plan(sql)?;
    let (node, access) = access(&plan, table)?;
    let verb = match access.method {
        Method::Scan => "It scans",
        Method::Search => "It searches",
    };
    Ok(Solved {
        answer: vec![usize::from(access.method == Method::Search)],
        reveal: vec![format!("{verb}: {}.", cost(bench, sql)?), told(node)],
        line: Some(node.detail.clone()),
    })
}

fn uses_index(bench: &Bench, sql: &str) -> Result<Solved, Trouble> {
    let plan = bench.plan(sql)?;
    let uses = match plan.verdict.uses_index {
        IndexUse::Yes | IndexUse::Partly | IndexUse::ReadWhole => true,
        IndexUse::No | IndexUse::PrimaryKeyOnly => false,
        IndexUse::NothingRead => return Err(Trouble::Open("the statement reads no table".to_owned())),
    };
    let shows = |node: &&Node| match &node.kind {
        Kind::Access(access) => access.table().is_some() && matches!(access.via, Via::Index { .. }) == uses,
        _ => false,
    };
    Ok(Solved {
        answer: vec![usize::from(!uses)],
        reveal: vec![sentence(&plan.verdict.text)],
        line: plan.nodes.iter().find(shows).map(|node| node.detail.clone()),
    })
}

fn table_read(bench: &Bench, sql: &str, table: Option<&str>) -> Result<Solved, Trouble> {
    let plan = bench.plan(sql)?;
    let (node, access) = access(&plan, table)?;
    let name = access.table().unwrap_or_default().to_owned();
    let read = !plan.covering(&name);
    let what = if read { "is read too" } else { "is not read, the index holds all that is needed" };
    Ok(Solved {
        answer: vec![usize::from(!read)],
        reveal: vec![format!("The table {name} itself {what}: {}.", cost(bench, sql)?)],
        line: Some(node.detail.clone()),
    })
}

fn sorts(bench: &Bench, sql: &str) -> Result<Solved, Trouble> {
    let plan = bench.plan(sql)?;
    let sort = plan.nodes.iter().find(|node| matches!(node.kind, Kind::Sort(_)));
    let figures = cost(bench, sql)?;
    Ok(match sort {
        Some(node) => Solved {
            answer: vec![0],
            reveal: vec![format!("It sorts: {figures}."), told(node)],
            line: Some(node.detail.clone()),
        },
        None => Solved {
            answer: vec![1],
            reveal: vec![format!("No sort: the rows come in this order already ({figures}).")],
            line: access(&plan, None).ok().map(|(node, _)| node.detail.clone()),
        },
    })
}

fn arms(bench: &Bench, sql: &str) -> Result<Solved, Trouble> {
    let plan = bench.plan(sql)?;
    let figures = cost(bench, sql)?;
    let arms = plan.nodes.iter().filter(|node| matches!(node.kind, Kind::OrArm { .. })).count();
    if let Some(node) = plan.nodes.iter().find(|node| matches!(node.kind, Kind::MultiIndexOr)) {
        let reveal = vec![format!("Each of the {arms} arms is searched in an index: {figures}.")];
        return Ok(Solved { answer: vec![1], reveal, line: Some(node.detail.clone()) });
    }
    let (node, access) = access(&plan, None)?;
    if access.method == Method::Search {
        return Err(Trouble::Open(format!("neither scan nor arms: {}", node.detail)));
    }
    let reveal = vec![format!("One scan: {figures}."), told(node)];
    Ok(Solved { answer: vec![0], reveal, line: Some(node.detail.clone()) })
}

fn automatic(bench: &Bench, sql: &str) -> Result<Solved, Trouble> {
    let plan = bench.plan(sql)?;
    let figures = cost(bench, sql)?;
    let built = plan
        .nodes
        .iter()
        .find(|node| node.kind.as_access().is_some_and(|access| matches!(access.via, Via::Automatic { .. })));
    Ok(match built {
        Some(node) => Solved {
            answer: vec![0],
            reveal: vec![format!("It does, and throws it away afterwards: {figures}."), told(node)],
            line: Some(node.detail.clone()),
        },
        None => Solved {
            answer: vec![1],
            reveal: vec![format!("It does not: {figures}.")],
            line: access(&plan, None).ok().map(|(node, _)| node.detail.clone()),
        },
    })
}

/// Whether rows are found by a lasting index, and the line that says so, or the first line.
fn found_by_index(bench: &Bench, setting: &Setting, sql: &str) -> Result<(bool, String), Trouble> {
    bench.with(setting, &[], || {
        let plan = bench.plan(sql)?;
        let found = plan.nodes.iter().find(|node| {
            node.kind.as_access().is_some_and(|access| {
                access.method == Method::Search && matches!(access.via, Via::Index { .. })
            })
        });
        let line = found.or(plan.nodes.first()).map(|node| node.detail.clone());
        Ok((found.is_some(), line.unwrap_or_default()))
    })
}

fn cause(bench: &Bench, setting: &Setting, sql: &str, causes: &[Cause]) -> Result<Solved, Trouble> {
    let (used, line) = found_by_index(bench, setting, sql)?;
    if used {
        return Err(Trouble::Open(format!("the index is used as it stands: {line}")));
    }
    let mut right = Vec::new();
    let mut reveal = vec![format!("As it stands: {line}.")];
    for (at, cause) in causes.iter().enumerate() {
        let changed = Setting {
            indexes: cause.indexes.clone().unwrap_or_else(|| setting.indexes.clone()),
            analyze: setting.analyze || cause.analyze,
        };
        let (used, after) = found_by_index(bench, &changed, cause.sql.as_deref().unwrap_or(sql))?;
        if used {
            right.push(at);
            reveal.push(format!("{}: {after}.", changes(cause)));
        }
    }
    match right.as_slice() {
        [_] => {
            let others = causes.len() - 1;
            if others > 0 {
                let that = if others == 1 { "the other cause" } else { "any of the others" };
                reveal.push(format!("Taking away {that} changes nothing."));
            }
            Ok(Solved { answer: right, reveal, line: Some(line) })
        }
        [] => Err(Trouble::Open("no change lets the index be used".to_owned())),
        several => Err(Trouble::Open(format!("{} changes let the index be used", several.len()))),
    }
}

/// The change that takes a cause away, in words.
fn changes(cause: &Cause) -> String {
    let mut parts = Vec::new();
    if let Some(indexes) = &cause.indexes {
        parts.push(format!("with index {}", indexes.join(" and ")));
    }
    if let Some(sql) = &cause.sql {
        parts.push(format!("as {}", sql.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    if cause.analyze {
        parts.push("after ANALYZE".to_owned());
    }
    let mut text = parts.join(", ");
    text[..1].make_ascii_uppercase();
    text
}

/// A number of things: `1 page`, `1,024 pages`.
pub(super) fn counted(n: u64, what: &str) -> String {
    format!("{} {what}{}", grouped(n), if n == 1 { "" } else { "s" })
}
