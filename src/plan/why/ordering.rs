//! Indexes that could give an order or bring groups together, and what keeps them from it.

use super::{
    cause::Cause,
    desk::{Desk, Pieces, Site, Use, force, use_of},
};
use crate::{
    engine::Failure,
    plan::{
        Plan,
        input::IndexKey,
        node::{Kind, Sort},
    },
    sql::{
        aggregates::grouping_key,
        ast::{Expr, ExprKind, OrderBy, Query},
        lexer::Span,
        visit::{any_expr, each_expr},
    },
};

/// Whether a key of ORDER BY or GROUP BY names the first column of the index.
pub(super) fn leads(desk: &Desk<'_>, site: &Site<'_>, query: &Query) -> bool {
    let Some(IndexKey::Column(first)) = site.index.keys.first() else { return false };
    let Some(first) = site.table.column(first) else { return false };
    let names = |key: &Expr| {
        grouping_key(key, site.select, desk.sql).is_some_and(|meant| {
            any_expr(meant, &|e| {
                matches!(e.kind, ExprKind::Column { .. }) && desk.column_of(site, e) == Some(first)
            })
        })
    };
    let first_of_order = own_order(site, query).and_then(|order| order.keys.first());
    let first_of_group = site.select.group_by.as_ref().and_then(|group| group.keys.first());
    first_of_order.is_some_and(|key| names(&key.expr)) || first_of_group.is_some_and(names)
}

fn own_order<'q>(site: &Site<'q>, query: &'q Query) -> Option<&'q OrderBy> {
    query.single_select().filter(|select| select.span == site.select.span)?;
    query.order_by.as_ref()
}

/// Whether the forced index saves a sort that the plan makes.
pub(super) fn settles(desk: &Desk<'_>, site: &Site<'_>) -> Result<bool, Failure> {
    let plain = desk.plan(desk.sql)?.map(|plan| sorts(&plan));
    Ok(forced_sorts(desk, site, &[])?.zip(plain).is_some_and(|(forced, plain)| forced < plain))
}

/// How much is sorted where the index is forced, with pieces replaced; `None` where it cannot be.
fn forced_sorts(
    desk: &Desk<'_>,
    site: &Site<'_>,
    pieces: &[(Span, String)],
) -> Result<Option<usize>, Failure> {
    let forced: Pieces = pieces.iter().cloned().chain([force(site)]).collect();
    let plan = desk.plan(&desk.edited(&forced))?;
    Ok(plan.filter(|plan| use_of(plan, site, None) != Use::No).map(|plan| sorts(&plan)))
}

/// How many terms are sorted by, roughly: a sort of the last terms is less than a whole one.
fn sorts(plan: &Plan) -> usize {
    let weight = |kind: &Kind| {
        let Kind::Sort(sort) = kind else { return 0 };
        match sort {
            Sort::OrderBy { last_terms: Some(_), .. } => 1,
            Sort::OrderBy { last_terms: None, .. } | Sort::GroupBy => 2,
            Sort::Distinct | Sort::AggregateDistinct { .. } | Sort::AggregateOrder { .. } => 0,
        }
    };
    plan.nodes.iter().map(|node| weight(&node.kind)).sum()
}

/// What keeps the index from giving the order.
pub(super) fn cause(desk: &Desk<'_>, site: &Site<'_>, query: &Query) -> Result<Option<Cause>, Failure> {
    let Some(order) = own_order(site, query) else { return Ok(None) };
    let Some(now) = forced_sorts(desk, site, &[])?.filter(|sorts| *sorts > 0) else { return Ok(None) };
    let helps = |pieces: &[(Span, String)]| -> Result<bool, Failure> {
        Ok(forced_sorts(desk, site, pieces)?.is_some_and(|sorts| sorts < now))
    };
    let directions: Pieces =
        order.keys.iter().filter_map(|key| key.direction).map(|span| (span, String::new())).collect();
    let nulls: Pieces =
        order.keys.iter().filter_map(|key| key.nulls).map(|span| (span, String::new())).collect();
    for (cause, pieces) in [(Cause::Directions, directions), (Cause::Nulls, nulls)] {
        if !pieces.is_empty() && helps(&pieces)? {
            return Ok(Some(cause));
        }
    }
    let key = &order.keys[0].expr;
    let meant = grouping_key(key, site.select, desk.sql).unwrap_or(key);
    let mut column = None;
    each_expr(meant, &mut |e| {
        if matches!(e.kind, ExprKind::Column { .. }) && desk.column_of(site, e).is_some() {
            column.get_or_insert(e);
        }
    });
    let Some(column) = column.filter(|column| column.span != meant.bare().span) else { return Ok(None) };
    let text = desk.text(column).to_owned();
    if helps(&[(key.span, text.clone())])? {
        let expr = desk.text(meant).to_owned();
        let cause = if let ExprKind::Collate { .. } = meant.bare().kind {
            Cause::Collation { index: desk.collation(site.index).to_owned(), column: text }
        } else {
            Cause::OrderExpression { expr, column: text }
        };
        return Ok(Some(cause));
    }
    Ok(None)
}
