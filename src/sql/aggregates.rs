//! Which functions aggregate, and what the keys of GROUP BY stand for.

use super::ast::{Call, Expr, ExprKind, Item, ItemKind, Select};
use super::visit::{any_expr, each_expr};

/// Whether a function of that name, in lower case, and number of arguments aggregates.
pub fn is_aggregate(name: &str, args: usize) -> bool {
    match name {
        "min" | "max" => args == 1,
        "count" | "sum" | "total" | "avg" | "group_concat" | "string_agg" | "json_group_array"
        | "json_group_object" | "jsonb_group_array" | "jsonb_group_object" | "median" | "percentile"
        | "percentile_cont" | "percentile_disc" => true,
        _ => false,
    }
}

/// Whether a call aggregates the rows of a group, and is no window.
pub fn aggregates(call: &Call) -> bool {
    call.over.is_none() && is_aggregate(&call.name.text.to_ascii_lowercase(), call.args.len())
}

/// Whether an expression calls an aggregate, outside of windows and of inner queries.
pub fn has_aggregate(expr: &Expr) -> bool {
    any_expr(expr, &|e| match &e.kind {
        ExprKind::Call(call) => aggregates(call),
        _ => false,
    })
}

/// Whether a SELECT gives a row for each group, rather than for each row.
pub fn is_grouped(select: &Select) -> bool {
    let items = select.items.iter().filter_map(item_expr);
    select.group_by.is_some() || items.chain(select.having.iter().map(|h| &h.expr)).any(has_aggregate)
}

/// The expression of a result column that is no star.
pub fn item_expr(item: &Item) -> Option<&Expr> {
    match &item.kind {
        ItemKind::Expr(expr) => Some(expr),
        ItemKind::Star(_) => None,
    }
}

/// What a key of GROUP BY stands for: a number and an alias stand for a result column. A number that stands for none
/// gives nothing.
pub fn grouping_key<'e>(key: &'e Expr, select: &'e Select, sql: &str) -> Option<&'e Expr> {
    match &key.kind {
        ExprKind::Number => {
            let at = key.span.text(sql).parse::<usize>().ok()?.checked_sub(1)?;
            let no_star = select.items.iter().take(at + 1).all(|item| item_expr(item).is_some());
            select.items.get(at).filter(|_| no_star).and_then(item_expr)
        }
        ExprKind::Column { table: None, column } => {
            let aliased = select.items.iter().find(|i| i.alias.as_ref().is_some_and(|a| a.is(&column.text)));
            aliased.and_then(item_expr).or(Some(key))
        }
        _ => Some(key),
    }
}

/// The parts of a condition that AND joins, parentheses opened.
pub fn conjuncts(expr: &Expr) -> Vec<&Expr> {
    use super::ast::BinaryOp;
    let bare = expr.bare();
    match &bare.kind {
        ExprKind::Binary { op: BinaryOp::And, left, right, .. } => {
            let mut out = conjuncts(left);
            out.extend(conjuncts(right));
            out
        }
        _ => vec![bare],
    }
}

/// The columns that an expression names itself, inner queries not entered.
pub fn columns(expr: &Expr) -> Vec<&Expr> {
    let mut out = Vec::new();
    each_expr(expr, &mut |e| {
        if let ExprKind::Column { .. } = e.kind {
            out.push(e);
        }
    });
    out
}
