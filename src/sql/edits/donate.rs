//! Conditions that an answer lacks, taken from a query that has them: the one edit that no look at the answer alone
//! can find.

use super::{Clause, Draft, Edit, EditKind as K, finish, short, within};
use crate::sql::aggregates::columns;
use crate::sql::ast::{BinaryOp, Constraint, Core, Expr, ExprKind, Query, Select};
use crate::sql::edits::literals::quoted;
use crate::sql::edits::predicates::chain;
use crate::sql::lexer::Span;
use crate::sql::names::SchemaNames;
use crate::sql::parse::parse_query;
use crate::sql::resolve::{Resolution, resolve};
use crate::sql::split::normalize;
use crate::sql::visit::{Node, Place, all_queries, any_expr, below, select_exprs};

/// A condition on one table, without the names by which its columns are reached.
struct Condition {
    table: usize,
    /// The text around the columns, as written: `text[0] column[0] text[1] …`.
    text: Vec<String>,
    columns: Vec<usize>,
}

impl Condition {
    /// Whether both say the same of the same columns.
    fn is(&self, other: &Condition) -> bool {
        let normal = |texts: &[String]| texts.iter().map(|t| normalize(t)).collect::<Vec<_>>();
        self.table == other.table
            && self.columns == other.columns
            && normal(&self.text) == normal(&other.text)
    }
}

/// Edits that put a condition of `donor` into a query that reads the same table without it. Both must parse.
pub fn donated(sql: &str, donor: &str, names: &SchemaNames) -> Vec<Edit> {
    let (Ok(query), Ok(donor_query)) = (parse_query(sql), parse_query(donor)) else { return Vec::new() };
    let found = resolve(&query, sql, names);
    let given = resolve(&donor_query, donor, names);
    let mut offered: Vec<Condition> = Vec::new();
    for select in selects(&donor_query) {
        for condition in conditions(select, donor, &given) {
            if !offered.iter().any(|c| c.is(&condition)) {
                offered.push(condition);
            }
        }
    }
    let mut drafts = Vec::new();
    let called = within(&query, sql);
    for inner in all_queries(&query) {
        let name = called.iter().find(|(span, _)| *span == inner.span);
        let place = name.map_or(String::new(), |(_, name)| format!(" in {name}"));
        for select in own_selects(inner) {
            let present = conditions(select, sql, &found);
            for condition in offered.iter().filter(|c| !present.iter().any(|p| p.is(c))) {
                add(condition, select, &place, names, &found, &mut drafts);
            }
        }
    }
    finish(sql, drafts)
}

fn selects(query: &Query) -> impl Iterator<Item = &Select> {
    all_queries(query).into_iter().flat_map(own_selects)
}

fn own_selects(query: &Query) -> impl Iterator<Item = &Select> {
    query.cores().filter_map(|core| match core {
        Core::Select(select) => Some(&**select),
        Core::Values(_) => None,
    })
}

/// The conditions of a SELECT that look at one table alone.
fn conditions(select: &Select, sql: &str, found: &Resolution) -> Vec<Condition> {
    let mut out = Vec::new();
    for (place, expr) in select_exprs(select) {
        if matches!(place, Place::From | Place::Where) {
            let mut members = Vec::new();
            chain(expr, BinaryOp::And, &mut members);
            out.extend(members.into_iter().filter_map(|member| condition(member, sql, found)));
        }
    }
    out
}

fn condition(expr: &Expr, sql: &str, found: &Resolution) -> Option<Condition> {
    let has_query = any_expr(expr, &|e| below(e).iter().any(|node| matches!(node, Node::Query(_))));
    let named = columns(expr);
    let places: Option<Vec<_>> = named.iter().map(|c| found.column(c)?.exact).collect();
    let places = places.filter(|p| !p.is_empty() && !has_query)?;
    // Columns of one table by one name; a table compared with itself is a join.
    let sources: Vec<_> = named.iter().map(|c| found.source_of(c)).collect();
    if places.iter().any(|p| p.table != places[0].table) || sources.iter().any(|s| *s != sources[0]) {
        return None;
    }
    let mut text = Vec::new();
    let mut from = expr.span.start;
    for column in &named {
        text.push(sql[from..column.span.start].to_owned());
        from = column.span.end;
    }
    text.push(sql[from..expr.span.end].to_owned());
    Some(Condition { table: places[0].table, text, columns: places.iter().map(|p| p.column).collect() })
}

/// Adds a condition for each source of a SELECT that is its table.
fn add(
    condition: &Condition,
    select: &Select,
    within: &str,
    names: &SchemaNames,
    found: &Resolution,
    drafts: &mut Vec<Draft>,
) {
    for source in found.sources(select).iter().filter(|s| s.table == Some(condition.table)) {
        let (Some(name), Some(from)) = (&source.name, &select.from) else { continue };
        let table = &names.tables[condition.table];
        let mut text = condition.text[0].clone();
        for (column, after) in condition.columns.iter().zip(&condition.text[1..]) {
            let column = format!("{}.{}", quoted(name), quoted(&table.columns[*column].name));
            text = format!("{text}{column}{after}");
        }
        let mut draft = |clause: Clause, place: String, pieces: Vec<(Span, String)>| {
            let span = pieces[0].0;
            let what = format!("with `{}`", short(&text));
            drafts.push(Draft::new(pieces, clause, K::AddPredicate, place, what, span));
        };
        let end = Span::new(from.span.end, from.span.end);
        let pieces = select
            .filter
            .as_ref()
            .map_or_else(|| vec![(end, format!(" WHERE {text}"))], |filter| joined(&filter.expr, &text));
        draft(Clause::Where, format!("WHERE{within}"), pieces);
        let join = from.joins.iter().find(|j| j.source.span == source.span && source.outer);
        if let Some(Constraint::On(on)) = join.map(|j| &j.constraint) {
            draft(Clause::From, format!("the join of {}{within}", table.name), joined(&on.expr, &text));
        }
    }
}

/// What makes `condition AND text` of a condition.
fn joined(condition: &Expr, text: &str) -> Vec<(Span, String)> {
    let end = Span::new(condition.span.end, condition.span.end);
    if matches!(&condition.kind, ExprKind::Binary { op: BinaryOp::Or, .. }) {
        let start = Span::new(condition.span.start, condition.span.start);
        vec![(end, format!(") AND {text}")), (start, "(".to_owned())]
    } else {
        vec![(end, format!(" AND {text}"))]
    }
}
