//! Rewrites of larger parts: an OR that is a comparison of row values, a count that is compared with nought, and the two
//! ends of a column.

use super::{Change, Draft, RewriteKind, column};
use crate::{
    plan::{
        advise::shape::{disjuncts, is_literal},
        why::desk::{Desk, edited},
    },
    sql::{
        aggregates::{columns, conjuncts, is_grouped, item_expr},
        ast::{BinaryOp, Expr, ExprKind, Query, Select},
        lexer::Span,
        visit::{each_expr, select_exprs},
    },
};

/// `a > 1 OR (a = 1 AND b > 2)` as `(a, b) > (1, 2)`.
pub(super) fn row_value(desk: &Desk<'_>, select: &Select, condition: &Expr) -> Option<Change> {
    let mut arms = Vec::new();
    disjuncts(condition, &mut arms);
    let [first, second] = arms.as_slice() else { return None };
    let (lead, op, bound) = compared(first)?;
    let own = column(desk, select, lead)?;
    let parts = conjuncts(second);
    let [equal, further] = parts.as_slice() else { return None };
    let (same_lead, BinaryOp::Eq, same_bound) = compared(equal)? else { return None };
    let (next, next_op, next_bound) = compared(further)?;
    let alike = |a: &Expr, b: &Expr| desk.text(a).eq_ignore_ascii_case(desk.text(b));
    let sign = match (op, next_op) {
        (BinaryOp::Gt, BinaryOp::Gt) => ">",
        (BinaryOp::Gt, BinaryOp::Ge) => ">=",
        (BinaryOp::Lt, BinaryOp::Lt) => "<",
        (BinaryOp::Lt, BinaryOp::Le) => "<=",
        _ => return None,
    };
    column(desk, select, next)?;
    let fits = alike(lead, same_lead)
        && alike(bound, same_bound)
        && [bound, next_bound].iter().all(|bound| columns(bound).is_empty());
    let text = |expr: &Expr| desk.text(expr).to_owned();
    fits.then(|| Change {
        kind: RewriteKind::RowValue,
        text: format!("({}, {}) {sign} ({}, {})", text(lead), text(next), text(bound), text(next_bound)),
        words: format!("one comparison of row values instead of an OR on {}", own.name),
        column: None,
    })
}

fn compared(expr: &Expr) -> Option<(&Expr, BinaryOp, &Expr)> {
    match &expr.bare().kind {
        ExprKind::Binary { op, left, right, .. } if op.is_comparison() => {
            Some((left.bare(), *op, right.bare()))
        }
        _ => None,
    }
}

/// Counts in the expressions of a SELECT that are only compared with nought, as EXISTS.
pub(super) fn counted(desk: &Desk<'_>, select: &Select, out: &mut Vec<Draft>) {
    for (_, expr) in select_exprs(select) {
        each_expr(expr, &mut |e| {
            if let Some((not, inner, item)) = count_compared(desk, e) {
                let body = edited(desk.sql, &[(item, "1".to_owned())]);
                let end = body.len() - (desk.sql.len() - inner.end);
                let text = format!("{not}EXISTS ({})", &body[inner.start..end]);
                out.push(Draft {
                    kind: RewriteKind::Exists,
                    sql: desk.edited(&[(e.span, text)]),
                    words: format!("{not}EXISTS instead of a count: it stops at the first row"),
                    conditions: Vec::new(),
                    trials: Vec::new(),
                });
            }
        });
    }
}

/// `(SELECT count(*) …) > 0`: whether nought is meant, where the query stands, and its result column.
fn count_compared(desk: &Desk<'_>, expr: &Expr) -> Option<(&'static str, Span, Span)> {
    let ExprKind::Binary { op, left, right, .. } = &expr.kind else { return None };
    let (query, op, number) = match (&left.bare().kind, &right.bare().kind) {
        (ExprKind::Subquery(query), ExprKind::Number) => (query, *op, desk.text(right.bare())),
        (ExprKind::Number, ExprKind::Subquery(query)) => {
            (query, super::calendar::turned(*op), desk.text(left.bare()))
        }
        _ => return None,
    };
    let not = match (op, number) {
        (BinaryOp::Gt | BinaryOp::Ne, "0") | (BinaryOp::Ge, "1") => "",
        (BinaryOp::Eq | BinaryOp::Le, "0") | (BinaryOp::Lt, "1") => "NOT ",
        _ => return None,
    };
    let select = query.single_select()?;
    let plain = query.with.is_none()
        && query.limit.is_none()
        && query.order_by.is_none()
        && select.group_by.is_none()
        && select.having.is_none()
        && select.distinct.is_none();
    let [item] = select.items.as_slice() else { return None };
    let ExprKind::Call(call) = &item_expr(item)?.bare().kind else { return None };
    let counts = call.name.is("count")
        && call.distinct.is_none()
        && call.filter.is_none()
        && call.over.is_none()
        && (call.star || call.args.iter().all(|arg| is_literal(arg) && arg.bare().kind != ExprKind::Null));
    (plain && counts && select.from.is_some()).then_some((not, query.span, item.span))
}

/// `SELECT min(t), max(t) FROM …` as two queries, each of which reads one end of an index.
pub(super) fn ends(desk: &Desk<'_>, query: &Query, out: &mut Vec<Draft>) {
    let Some(select) = query.single_select() else { return };
    let plain = query.with.is_none()
        && query.limit.is_none()
        && query.order_by.is_none()
        && select.group_by.is_none()
        && select.having.is_none()
        && select.distinct.is_none()
        && select.windows.is_empty()
        && is_grouped(select);
    let Some(from) = select.from.as_ref().filter(|_| plain && select.items.len() > 1) else { return };
    let rest = &desk.sql[from.span.start..select.span.end];
    let mut items = Vec::new();
    for item in &select.items {
        let Some(expr) = item_expr(item) else { return };
        let ExprKind::Call(call) = &expr.bare().kind else { return };
        let ends =
            (call.name.is("min") || call.name.is("max")) && call.filter.is_none() && call.over.is_none();
        let [arg] = call.args.as_slice() else { return };
        if !ends || column(desk, select, arg).is_none() {
            return;
        }
        let text = desk.text(expr);
        let named = item.alias.as_ref().map_or_else(
            || format!("\"{}\"", text.replace('"', "\"\"")),
            |a| a.span.text(desk.sql).to_owned(),
        );
        items.push(format!("(SELECT {text} {rest}) AS {named}"));
    }
    out.push(Draft {
        kind: RewriteKind::Ends,
        sql: desk.edited(&[(select.span, format!("SELECT {}", items.join(", ")))]),
        words: "min() and max() each by itself: either reads one end of the index".to_owned(),
        conditions: Vec::new(),
        trials: Vec::new(),
    });
}
