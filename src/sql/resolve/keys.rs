//! Keys: which columns tell the rows of a source apart, and which columns are the same in all rows of a group.

use std::collections::BTreeSet;

use super::{Bound, Output, Resolution};
use crate::sql::aggregates::{conjuncts, grouping_key, is_grouped, item_expr};
use crate::sql::ast::{
    BinaryOp, Constraint, Core, Expr, ExprKind, FromClause, JoinKind, Query, Select, SetOp, SourceKind,
};
use crate::sql::split::normalize;
use crate::sql::visit::{Node, below};

/// Keys of a query's result, by the places of its columns; an empty key says that there is at most one row.
pub(super) fn of_query(query: &Query, sql: &str, found: &Resolution, outputs: &[Output]) -> Vec<Vec<usize>> {
    let mut keys = Vec::new();
    let one = |e: &Expr| matches!(e.kind, ExprKind::Number) && e.span.text(sql) == "1";
    if query.limit.as_ref().is_some_and(|l| one(&l.count)) {
        keys.push(Vec::new());
    }
    let all: Vec<usize> = (0..outputs.len()).collect();
    match (&query.first, query.rest.last()) {
        (_, Some(last)) => {
            if last.op != SetOp::UnionAll {
                keys.push(all);
            }
        }
        (Core::Values(values), None) => {
            if values.rows.len() == 1 {
                keys.push(Vec::new());
            }
        }
        (Core::Select(select), None) => {
            keys.extend(of_select(select, sql, found));
            if select.distinct.is_some() {
                keys.push(all);
            }
        }
    }
    keys
}

fn of_select(select: &Select, sql: &str, found: &Resolution) -> Vec<Vec<usize>> {
    if select.items.iter().any(|item| item_expr(item).is_none()) {
        // A star of one source keeps its places.
        let single = select.items.len() == 1 && !is_grouped(select);
        return match found.sources(select) {
            [source] if single => source.keys.to_vec(),
            _ => Vec::new(),
        };
    }
    let items: Vec<&Expr> = select.items.iter().filter_map(item_expr).collect();
    let place = |key: &Expr| items.iter().position(|item| same(item, key, sql, found));
    if let Some(group_by) = &select.group_by {
        let keys = group_by.keys.iter().filter_map(|key| grouping_key(key, select, sql));
        let places: Option<Vec<usize>> = keys.map(place).collect();
        return places.into_iter().collect();
    }
    if is_grouped(select) || select.from.is_none() {
        return vec![Vec::new()];
    }
    let [source] = found.sources(select) else { return Vec::new() };
    let place = |column: &usize| {
        let is = |item: &&Expr| found.place_of(item) == Some((0, *column));
        items.iter().position(is)
    };
    source.keys.iter().filter_map(|key| key.iter().map(place).collect()).collect()
}

/// Whether two expressions are the same column, or the same text.
fn same(a: &Expr, b: &Expr, sql: &str, found: &Resolution) -> bool {
    let place = found.place_of(a);
    (place.is_some() && place == found.place_of(b))
        || normalize(a.span.text(sql)) == normalize(b.span.text(sql))
}

/// What is the same in all rows of a group.
#[derive(Debug, Clone, Default)]
pub struct Fixed {
    columns: BTreeSet<(usize, usize)>,
    exprs: Vec<String>,
}

impl Fixed {
    /// What GROUP BY, the joins and the keys of the sources fix in a group of a SELECT.
    pub fn of(select: &Select, sql: &str, found: &Resolution) -> Fixed {
        let keys = select.group_by.iter().flat_map(|g| &g.keys);
        let keys: Vec<&Expr> = keys.filter_map(|key| grouping_key(key, select, sql)).collect();
        Fixed::by(&keys, select, sql, found)
    }

    /// What some expressions, once they are fixed, fix beside them.
    pub fn by(keys: &[&Expr], select: &Select, sql: &str, found: &Resolution) -> Fixed {
        let mut fixed = Fixed::default();
        for key in keys {
            match found.place_of(key) {
                Some(place) => drop(fixed.columns.insert(place)),
                None => fixed.exprs.push(normalize(key.span.text(sql))),
            }
        }
        let mut links = Vec::new();
        if let Some(filter) = &select.filter {
            equalities(&filter.expr, found, (true, true), &mut links);
        }
        if let Some(from) = &select.from {
            from_links(from, 0, found.sources(select), found, &mut links);
        }
        loop {
            let before = fixed.columns.len();
            for (from, to) in &links {
                if from.is_none_or(|from| fixed.columns.contains(&from)) {
                    fixed.columns.insert(*to);
                }
            }
            for (at, source) in found.sources(select).iter().enumerate() {
                if fixed.has_row(at, source) {
                    fixed.columns.extend((0..source.columns.len()).map(|column| (at, column)));
                }
            }
            if fixed.columns.len() == before {
                return fixed;
            }
        }
    }

    /// Whether one row at most of a source takes part in a group.
    pub fn has_row(&self, at: usize, source: &Bound) -> bool {
        source.keys.iter().any(|key| key.iter().all(|column| self.columns.contains(&(at, *column))))
    }

    /// Whether an expression has one value in a group: a key, or made of nothing but what is fixed. Aggregates are not
    /// looked into; they have one value anyway.
    pub fn holds(&self, expr: &Expr, sql: &str, found: &Resolution) -> bool {
        if !self.exprs.is_empty() && self.exprs.contains(&normalize(expr.span.text(sql))) {
            return true;
        }
        match &expr.kind {
            // What comes from an outer query, or from nowhere known, is not this query's.
            ExprKind::Column { .. } => found.place_of(expr).is_none_or(|place| self.columns.contains(&place)),
            ExprKind::Call(call) if crate::sql::aggregates::aggregates(call) => true,
            _ => below(expr).into_iter().all(|node| match node {
                Node::Expr(inner) => self.holds(inner, sql, found),
                Node::Query(_) => true,
            }),
        }
    }
}

/// A place that fixes another; none fixes a column that equals a constant.
type Link = (Option<(usize, usize)>, (usize, usize));

/// The links of the equalities in a condition, in the directions asked for: from left sources to right ones and back.
fn equalities(condition: &Expr, found: &Resolution, (forth, back): (bool, bool), links: &mut Vec<Link>) {
    for part in conjuncts(condition) {
        let ExprKind::Binary { op: BinaryOp::Eq | BinaryOp::Is, left, right, .. } = &part.kind else {
            continue;
        };
        match (found.place_of(left.bare()), found.place_of(right.bare())) {
            (Some(a), Some(b)) => {
                let (low, high) = if a.0 <= b.0 { (a, b) } else { (b, a) };
                links.extend(forth.then_some((Some(low), high)));
                links.extend(back.then_some((Some(high), low)));
            }
            (Some(column), None) | (None, Some(column)) => {
                let other = if found.place_of(left.bare()).is_some() { right } else { left };
                if forth && back && is_constant(other) {
                    links.push((None, column));
                }
            }
            (None, None) => {}
        }
    }
}

fn is_constant(expr: &Expr) -> bool {
    matches!(expr.bare().kind, ExprKind::Number | ExprKind::String(_) | ExprKind::Blob | ExprKind::Parameter)
}

/// The links of a FROM clause whose first source has the place `first`; gives the place after its last.
fn from_links(
    from: &FromClause,
    first: usize,
    sources: &[Bound],
    found: &Resolution,
    links: &mut Vec<Link>,
) -> usize {
    let one = |source: &SourceKind, at: usize, links: &mut Vec<Link>| match source {
        SourceKind::Nested(inner) => from_links(inner, at, sources, found, links),
        SourceKind::Table { .. } | SourceKind::Subquery(_) => at + 1,
    };
    let mut next = one(&from.first.kind, first, links);
    for join in &from.joins {
        let right = next;
        next = one(&join.source.kind, right, links);
        let ways = match join.kind {
            JoinKind::Comma | JoinKind::Inner | JoinKind::Cross => (true, true),
            JoinKind::Left => (true, false),
            JoinKind::Right => (false, true),
            JoinKind::Full => (false, false),
        };
        let names: Vec<String> = match &join.constraint {
            Constraint::On(on) => {
                equalities(&on.expr, found, ways, links);
                continue;
            }
            Constraint::Using { columns, .. } => columns.iter().map(|c| c.text.clone()).collect(),
            Constraint::None if join.natural => {
                sources[right..next].iter().flat_map(|s| s.columns.iter()).map(|o| o.name.clone()).collect()
            }
            Constraint::None => continue,
        };
        let place = |range: std::ops::Range<usize>, name: &str| {
            range.into_iter().find_map(|at| Some((at, sources[at].place(name)?)))
        };
        for name in names {
            if let (Some(a), Some(b)) = (place(first..right, &name), place(right..next, &name)) {
                links.extend(ways.0.then_some((Some(a), b)));
                links.extend(ways.1.then_some((Some(b), a)));
            }
        }
    }
    next
}
