//! Groups, counts and limits.

use super::{Notes, WarningCode as W, selects};
use crate::sql::aggregates::{aggregates, is_grouped, item_expr};
use crate::sql::ast::{Call, Core, Expr, ExprKind, FromClause, ItemKind, Query, Select, SourceKind};
use crate::sql::resolve::Fixed;
use crate::sql::visit::{Node, all_queries, below, each_expr, queries_below, query_exprs};

pub(super) fn select(notes: &mut Notes<'_>, select: &Select) {
    if !is_grouped(select) {
        return;
    }
    let fixed = Fixed::of(select, notes.sql, notes.found);
    let calls = aggregate_calls(select);
    bare_columns(notes, select, &fixed, &calls);
    count_star(notes, select, &fixed, &calls);
}

fn aggregate_calls(select: &Select) -> Vec<(&Expr, &Call)> {
    let mut out = Vec::new();
    for expr in select.items.iter().filter_map(item_expr).chain(select.having.iter().map(|h| &h.expr)) {
        each_expr(expr, &mut |e| {
            if let ExprKind::Call(call) = &e.kind
                && aggregates(call)
            {
                out.push((e, &**call));
            }
        });
    }
    out
}

/// Columns whose value in a group is that of whatever row SQLite meets.
fn bare_columns(notes: &mut Notes<'_>, select: &Select, fixed: &Fixed, calls: &[(&Expr, &Call)]) {
    let extreme = calls.iter().find(|(_, call)| call.name.is("min") || call.name.is("max"));
    let mut bare: Vec<&Expr> = Vec::new();
    for item in &select.items {
        match &item.kind {
            ItemKind::Star(_) => {}
            ItemKind::Expr(expr) => find_bare(notes, expr, fixed, &mut bare),
        }
    }
    if let Some(having) = &select.having {
        find_bare(notes, &having.expr, fixed, &mut bare);
    }
    let mut named: Vec<&str> = Vec::new();
    for column in bare {
        let name = notes.text(column);
        if named.contains(&name) {
            continue;
        }
        named.push(name);
        if let Some((extreme, call)) = extreme {
            let text = notes.text(extreme);
            let which = if call.name.is("min") { "smallest" } else { "largest" };
            notes.warn(
                W::BesideMinMax,
                column.span,
                format!("{name} comes from a row with {text}, any one of them if several are the {which}; other databases refuse it"),
            );
        } else if select.group_by.is_some() {
            notes.warn(
                W::BareColumn,
                column.span,
                format!(
                    "{name} is neither in GROUP BY nor in an aggregate: it comes from any row of the group"
                ),
            );
        } else {
            notes.warn(
                W::BareColumn,
                column.span,
                format!("{name} stands beside an aggregate without GROUP BY: it comes from any row"),
            );
        }
    }
}

fn find_bare<'e>(notes: &Notes<'_>, expr: &'e Expr, fixed: &Fixed, out: &mut Vec<&'e Expr>) {
    if fixed.holds(expr, notes.sql, notes.found) {
        return;
    }
    match &expr.kind {
        ExprKind::Column { .. } => out.push(expr),
        // A window over groups looks at other rows.
        ExprKind::Call(call) if call.over.is_some() => {}
        _ => {
            for node in below(expr) {
                match node {
                    Node::Expr(inner) => find_bare(notes, inner, fixed, out),
                    Node::Query(_) => {}
                }
            }
        }
    }
}

/// `COUNT(*)` where each group is one row of the left side: LEFT JOIN gives it a row even if nothing matches.
fn count_star(notes: &mut Notes<'_>, select: &Select, fixed: &Fixed, calls: &[(&Expr, &Call)]) {
    let sources = notes.found.sources(select);
    let outer: Vec<usize> = (0..sources.len()).filter(|&at| sources[at].outer).collect();
    let (Some(&first), Some(_)) = (outer.first(), &select.group_by) else { return };
    let left_is_fixed = (0..sources.len()).all(|at| sources[at].outer || fixed.has_row(at, &sources[at]));
    let right_is_one = outer.iter().all(|&at| fixed.has_row(at, &sources[at]));
    let filtered = select.filter.iter().any(|f| {
        crate::sql::aggregates::columns(&f.expr)
            .iter()
            .any(|c| notes.found.source_of(c).is_some_and(|s| outer.contains(&s)))
    });
    if !left_is_fixed || right_is_one || filtered {
        return;
    }
    for (expr, call) in calls {
        let filtered = call.filter.is_some();
        if call.name.is("count") && call.star && !filtered {
            let column = sources[first].keys.first().and_then(|k| k.first()).copied().unwrap_or(0);
            let column = sources[first].columns.get(column).map_or("id", |o| o.name.as_str());
            let name = sources[first].name.as_deref().unwrap_or("t");
            notes.warn(
                W::CountStar,
                expr.span,
                format!("count(*) counts rows, and LEFT JOIN gives one where nothing matches: count({name}.{column})"),
            );
        }
    }
}

/// LIMITs that keep any rows at all.
pub(super) fn limits(notes: &mut Notes<'_>, query: &Query) {
    let mut exempt = Vec::new();
    for inner in all_queries(query) {
        for (_, expr) in query_exprs(inner) {
            each_expr(expr, &mut |e| {
                if let ExprKind::Exists(inner) = &e.kind {
                    exempt.push(inner.span);
                }
            });
        }
        for cte in inner.with.iter().flat_map(|w| &w.ctes) {
            if reads(&cte.query, &cte.name.text) {
                exempt.push(cte.query.span);
            }
        }
    }
    for inner in all_queries(query) {
        let Some(limit) = &inner.limit else { continue };
        let one_row = inner.single_select().is_some_and(|s| is_grouped(s) && s.group_by.is_none());
        let by_order = inner.order_by.is_some() || sorted_source(inner);
        if !by_order && !one_row && !exempt.contains(&inner.span) {
            notes.warn(
                W::LimitWithoutOrder,
                limit.span,
                "LIMIT without ORDER BY keeps any rows: say which by ORDER BY",
            );
        }
    }
}

/// Whether a query does nothing but pass on the rows of an ordered one.
fn sorted_source(query: &Query) -> bool {
    let Some(select) = query.single_select() else { return false };
    let Some(FromClause { first, joins, .. }) = &select.from else { return false };
    match &first.kind {
        SourceKind::Subquery(inner) => {
            joins.is_empty() && inner.order_by.is_some() && select.group_by.is_none()
        }
        SourceKind::Table { .. } | SourceKind::Nested(_) => false,
    }
}

fn reads(query: &Query, name: &str) -> bool {
    let here =
        selects(query).filter_map(|s| s.from.as_ref()).flat_map(FromClause::sources).any(|s| match &s.kind {
            SourceKind::Table { name: table, .. } => table.is(name),
            SourceKind::Subquery(_) | SourceKind::Nested(_) => false,
        });
    here || queries_below(query).into_iter().any(|inner| reads(inner, name))
        && matches!(query.first, Core::Select(_) | Core::Values(_))
}
