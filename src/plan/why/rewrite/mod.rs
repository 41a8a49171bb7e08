//! Rewrites of a query that may use an index where the query cannot. Each is made on the text, run on the data that is
//! there, and kept if it gives the same rows and costs less. Whether it gives the same on other data is not decided
//! here: a proposal carries what is to be held against what.

mod calendar;
mod keyset;
mod moved;
pub(super) mod parameters;
mod patterns;
mod shapes;
mod union;

use serde::Serialize;

use super::{
    Rewrite,
    desk::{Desk, Pieces, name},
    terms,
};
use crate::{
    engine::Failure,
    plan::{
        Plan,
        advise::shape::disjuncts,
        node::{Method, Via},
        words::grouped,
    },
    schema::introspect::Affinity,
    sql::{
        aggregates::conjuncts,
        ast::{Core, Expr, Select},
        lexer::Span,
        visit::all_queries,
    },
    value::Value,
};

/// What kind of change a rewrite is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RewriteKind {
    /// A range of times instead of a function on them.
    Range,
    /// Arithmetic moved to the other side.
    Moved,
    /// The column without what stood around it.
    Bare,
    /// A pattern as a range of texts.
    Prefix,
    /// Two ranges instead of an inequality.
    TwoRanges,
    /// A comparison of row values instead of an OR.
    RowValue,
    /// The arms of an OR as parts of a UNION.
    Union,
    /// The arms of an OR as parts of a UNION ALL, each without the rows of those before.
    UnionAll,
    /// EXISTS instead of counting.
    Exists,
    /// The two ends of an index, each by itself.
    Ends,
    /// The place after a row instead of a number of rows to skip.
    Keyset,
}

/// Two texts that must give the same rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// What is right.
    pub reference: String,
    /// What may be wrong.
    pub answer: String,
}

/// A condition on one column and what stands for it in a rewrite: on every row, both must be true or neither.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Where {
    /// The table.
    pub table: String,
    /// The name by which the conditions call it.
    pub source: String,
    /// The column.
    pub column: String,
    /// The condition as it was.
    pub before: String,
    /// The condition as it would be.
    pub after: String,
    /// What the column holds on the data that is there, beside NULL, if it holds nothing else.
    pub form: Option<Form>,
}

/// What all values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Texts like 'YYYY-MM-DD HH:MM:SS'.
    DateTime,
    /// Texts like 'YYYY-MM-DD'.
    Date,
    /// Whole numbers, in a column for such.
    Integers,
    /// Numbers, in a column for such.
    Numbers,
    /// Texts, in a column for such.
    Texts,
}

/// A rewrite that holds on the data that is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The rewrite; on how many databases it was tried is still to be filled in.
    pub rewrite: Rewrite,
    /// The indexes that its plan searches and the plan of the query does not.
    pub searches: Vec<String>,
    /// What is to be held against what on other databases.
    pub trials: Vec<Trial>,
    /// The conditions that were changed, where nothing else was.
    pub conditions: Vec<Where>,
}

/// A rewrite that was thought of.
pub(super) struct Draft {
    kind: RewriteKind,
    sql: String,
    words: String,
    conditions: Vec<Where>,
    /// What to try instead of the texts themselves.
    trials: Vec<Trial>,
}

/// What a rewrite may cost, as a part of what the query costs.
const WORTH: f64 = 0.8;
/// What it must save at the least, in the same figure as costs are ordered by.
const LEAST: u64 = 100;
/// The same part for a rewrite that says things twice.
const WORTH_TWICE: f64 = 0.5;
/// How many proposals are made at the most.
const MOST: usize = 6;

/// The rewrites that hold on the data that is there and cost less, the cheapest first.
pub(super) fn proposals(desk: &Desk<'_>, bindings: &[parameters::Values]) -> Result<Vec<Proposal>, Failure> {
    if desk.cost.is_none() {
        return Ok(Vec::new());
    }
    let drafts = drafts(desk)?;
    if drafts.is_empty() {
        return Ok(Vec::new());
    }
    let Some(before) = desk.run(desk.sql, desk.budget())?.filter(|run| !run.stopped) else {
        return Ok(Vec::new());
    };
    let searched_before = desk.plan(desk.sql)?.map(|plan| searched(&plan)).unwrap_or_default();
    let mut out: Vec<Proposal> = Vec::new();
    for draft in drafts {
        if !parameters::keeps_places(desk.sql, &draft.sql) {
            continue;
        }
        let Some(after) = desk.run(&draft.sql, before.cost.steps.max(100))? else { continue };
        let worth = match draft.kind {
            RewriteKind::Union | RewriteKind::UnionAll => WORTH_TWICE,
            RewriteKind::Range
            | RewriteKind::Moved
            | RewriteKind::Bare
            | RewriteKind::Prefix
            | RewriteKind::TwoRanges
            | RewriteKind::RowValue
            | RewriteKind::Exists
            | RewriteKind::Ends
            | RewriteKind::Keyset => WORTH,
        };
        let (now, then) = (before.cost.total(), after.cost.total());
        let cheaper = then + LEAST <= now && (then as f64) < worth * now as f64;
        if after.stopped || !cheaper || !before.agrees(&after) {
            continue;
        }
        let mut searches = desk.plan(&draft.sql)?.map(|plan| searched(&plan)).unwrap_or_default();
        searches.retain(|index| !searched_before.contains(index));
        let trials = match (draft.trials.is_empty(), bindings.is_empty()) {
            (false, _) => draft.trials,
            (true, true) => vec![Trial { reference: desk.sql.to_owned(), answer: draft.sql.clone() }],
            (true, false) => bindings
                .iter()
                .map(|values| Trial { reference: values.bind(desk.sql), answer: values.bind(&draft.sql) })
                .collect(),
        };
        let assumes = draft.conditions.iter().find_map(|condition| assumption(desk, condition));
        out.push(Proposal {
            rewrite: Rewrite {
                kind: draft.kind,
                sql: draft.sql,
                words: draft.words,
                assumes,
                before: before.cost,
                after: after.cost,
                databases: 0,
            },
            searches,
            trials,
            conditions: draft.conditions,
        });
    }
    out.sort_by_key(|proposal| proposal.rewrite.after.total());
    out.truncate(MOST);
    Ok(out)
}

fn drafts(desk: &Desk<'_>) -> Result<Vec<Draft>, Failure> {
    let mut out = Vec::new();
    for query in all_queries(desk.query) {
        for core in query.cores() {
            let Core::Select(select) = core else { continue };
            let mut changed: Vec<(Span, Change)> = Vec::new();
            for (condition, _) in terms::conditions(select) {
                if let Some(change) = shapes::row_value(desk, select, condition) {
                    changed.push((condition.span, change));
                }
                let mut arms = Vec::new();
                disjuncts(condition, &mut arms);
                for arm in arms {
                    for part in conjuncts(arm) {
                        of_condition(desk, select, part, &mut changed)?;
                    }
                }
            }
            together(desk, &changed, &mut out);
            out.extend(changed.iter().map(|change| draft(desk, std::slice::from_ref(change))));
            shapes::counted(desk, select, &mut out);
        }
        keyset::after_a_row(desk, query, &mut out)?;
        union::split(desk, query, &mut out);
        shapes::ends(desk, query, &mut out);
    }
    Ok(out)
}

fn of_condition(
    desk: &Desk<'_>,
    select: &Select,
    condition: &Expr,
    out: &mut Vec<(Span, Change)>,
) -> Result<(), Failure> {
    let changes = [
        calendar::range(desk, select, condition)?,
        moved::arithmetic(desk, select, condition)?,
        moved::bare(desk, select, condition)?,
        patterns::prefix(desk, select, condition),
        patterns::two_ranges(desk, select, condition),
    ];
    for mut change in changes.into_iter().flatten() {
        if let Some(own) = change.column.as_mut().filter(|own| own.form.is_none()) {
            own.form = class(desk, own)?;
        }
        out.push((condition.span, change));
    }
    Ok(())
}

/// The two ends of a range are often two conditions: those on one column are changed together.
fn together(desk: &Desk<'_>, changed: &[(Span, Change)], out: &mut Vec<Draft>) {
    let of = |change: &Change| change.column.as_ref().map(|own| (own.source.clone(), own.name.clone()));
    let mut done = Vec::new();
    for (_, first) in changed {
        let Some(own) = of(first).filter(|own| !done.contains(own)) else { continue };
        let mut group: Vec<(Span, Change)> = Vec::new();
        for (span, change) in changed {
            if of(change).as_ref() == Some(&own) && group.iter().all(|(known, _)| known != span) {
                group.push((*span, change.clone()));
            }
        }
        if group.len() > 1 {
            out.push(draft(desk, &group));
        }
        done.push(own);
    }
}

fn draft(desk: &Desk<'_>, changes: &[(Span, Change)]) -> Draft {
    let pieces: Pieces = changes.iter().map(|(span, change)| (*span, change.text.clone())).collect();
    let conditions = changes.iter().filter_map(|(span, change)| {
        let own = change.column.as_ref()?;
        Some(Where {
            table: own.table.clone(),
            source: own.source.clone(),
            column: own.name.clone(),
            before: span.text(desk.sql).to_owned(),
            after: change.text.clone(),
            form: own.form,
        })
    });
    let (_, first) = &changes[0];
    Draft {
        kind: first.kind,
        sql: desk.edited(&pieces),
        words: first.words.clone(),
        conditions: conditions.collect(),
        trials: Vec::new(),
    }
}

/// A condition in other words.
#[derive(Clone)]
struct Change {
    kind: RewriteKind,
    text: String,
    words: String,
    column: Option<Column>,
}

/// A column of a table that a query reads.
#[derive(Clone)]
struct Column {
    table: String,
    source: String,
    name: String,
    affinity: Affinity,
    /// As the query writes it.
    text: String,
    form: Option<Form>,
}

/// The column of a table that an expression is, if it is one and no outer query's.
fn column(desk: &Desk<'_>, select: &Select, expr: &Expr) -> Option<Column> {
    let expr = expr.bare();
    let (at, place) = desk.place(select, expr)?;
    let source = desk.found.sources(select).get(at)?;
    let table = &desk.schema.tables[source.table?];
    let column = table.columns.get(place)?;
    Some(Column {
        table: table.name.clone(),
        source: source.name.clone()?,
        name: column.name.clone(),
        affinity: column.affinity,
        text: desk.text(expr).to_owned(),
        form: None,
    })
}

/// The most rows whose values are looked at.
const LOOKED_AT: u64 = 200_000;

/// Whether something holds for all values of a column on the data that is there.
fn all(desk: &Desk<'_>, column: &Column, condition: &str) -> Result<bool, Failure> {
    let (table, own) = (name(&column.table), name(&column.name));
    let asked = desk.value(&format!(
        "(SELECT count(*) = count({condition} OR NULL) FROM (SELECT {own} AS v FROM {table} \
         WHERE {own} IS NOT NULL LIMIT {LOOKED_AT}))"
    ))?;
    Ok(asked == Some(Value::Integer(1)))
}

/// How the times of a column are written, if it holds nothing else.
fn times(desk: &Desk<'_>, column: &Column) -> Result<Option<Form>, Failure> {
    for (form, condition) in [(Form::DateTime, "datetime(v) = v"), (Form::Date, "date(v) = v")] {
        if all(desk, column, condition)? {
            return Ok(Some(form));
        }
    }
    Ok(None)
}

/// Whether a column holds what its type says and nothing else.
fn class(desk: &Desk<'_>, column: &Column) -> Result<Option<Form>, Failure> {
    let forms = match column.affinity {
        Affinity::Integer => [(Form::Integers, "typeof(v) = 'integer'")].as_slice(),
        Affinity::Real | Affinity::Numeric => {
            &[(Form::Integers, "typeof(v) = 'integer'"), (Form::Numbers, "typeof(v) IN ('integer', 'real')")]
        }
        Affinity::Text => &[(Form::Texts, "typeof(v) = 'text'")],
        Affinity::Blob => &[],
    };
    for (form, condition) in forms {
        if all(desk, column, condition)? {
            return Ok(Some(*form));
        }
    }
    Ok(None)
}

fn assumption(desk: &Desk<'_>, condition: &Where) -> Option<String> {
    let form = match condition.form? {
        Form::DateTime => "'YYYY-MM-DD HH:MM:SS'",
        Form::Date => "'YYYY-MM-DD'",
        Form::Integers | Form::Numbers | Form::Texts => return None,
    };
    let looked_at = match desk.rows(&condition.table) {
        Some(rows) if rows <= LOOKED_AT => format!("as all {} rows do", grouped(rows)),
        Some(_) | None => format!("as the {} rows that were looked at do", grouped(LOOKED_AT)),
    };
    Some(format!("as long as {} holds only {form}, {looked_at}", condition.column))
}

/// The indexes and keys that a plan searches.
fn searched(plan: &Plan) -> Vec<String> {
    let mut out = Vec::new();
    for access in plan.accesses().filter(|access| access.method == Method::Search) {
        if let (Via::Index { index, .. }, false) =
            (&access.via, access.terms.is_empty() && !access.reads_one_end())
        {
            out.push(index.clone());
        }
    }
    out
}
