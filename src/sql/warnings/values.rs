//! NULL, text and numbers where another was meant.

use super::{Notes, WarningCode as W};
use crate::sql::aggregates::{columns, conjuncts, item_expr};
use crate::sql::ast::{BinaryOp, Expr, ExprKind, InSet, Query, SetOp, UnaryOp};
use crate::sql::split::normalize;
use crate::sql::visit::{Place, any_expr};

pub(super) fn expr(notes: &mut Notes<'_>, expr: &Expr) {
    match &expr.kind {
        ExprKind::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), left, right, .. } => {
            for side in [left, right] {
                if let ExprKind::String(text) = &side.bare().kind {
                    let word = if *op == BinaryOp::And { "AND" } else { "OR" };
                    notes.warn(
                        W::TextAsCondition,
                        side.span,
                        format!("{word} joins conditions, and '{text}' alone is none: write x = '{text}', or x IN (…)"),
                    );
                }
            }
        }
        ExprKind::Binary { op, left, right, .. } if op.is_comparison() => {
            comparison(notes, expr, *op, left, right);
        }
        ExprKind::Binary { op: BinaryOp::Add, left, right, .. } => {
            let words = [left, right].into_iter().find_map(|side| match &side.bare().kind {
                ExprKind::String(text) if text.trim().parse::<f64>().is_err() && !starts_with_digit(text) => {
                    Some(text)
                }
                _ => None,
            });
            if let Some(text) = words {
                notes.warn(
                    W::TextPlus,
                    expr.span,
                    format!("+ adds numbers, and '{text}' is none: || puts text together"),
                );
            }
        }
        ExprKind::Binary { op: BinaryOp::Divide, left, right, .. }
            if is_whole_total(notes, left) && is_whole_total(notes, right) =>
        {
            let (left, right) = (notes.text(left), notes.text(right));
            notes.warn(
                W::IntegerDivision,
                expr.span,
                format!("between integers / drops the fraction: {left} * 1.0 / {right}"),
            );
        }
        ExprKind::In { not: true, expr: value, set, .. } => not_in(notes, expr, value, set),
        ExprKind::Unary { op: UnaryOp::Not, expr: inner, .. } => {
            if let ExprKind::In { not: false, expr: value, set, .. } = &inner.bare().kind {
                not_in(notes, expr, value, set);
            }
        }
        ExprKind::Call(call)
            if call.distinct.is_some() && ["sum", "avg", "total"].iter().any(|name| call.name.is(name)) =>
        {
            let text = notes.text(expr);
            let message = format!("{text} takes equal values once, also those of different rows");
            notes.warn(W::DistinctSum, expr.span, message);
        }
        _ => {}
    }
}

fn starts_with_digit(text: &str) -> bool {
    text.trim().starts_with(|c: char| c.is_ascii_digit())
}

fn comparison(notes: &mut Notes<'_>, whole: &Expr, op: BinaryOp, left: &Expr, right: &Expr) {
    let null = |e: &Expr| matches!(e.bare().kind, ExprKind::Null);
    if !matches!(op, BinaryOp::Is | BinaryOp::IsNot) && (null(left) || null(right)) {
        let value = notes.text(if null(left) { right } else { left });
        let instead = if op == BinaryOp::Eq { "IS NULL" } else { "IS NOT NULL" };
        notes.warn(
            W::NullComparison,
            whole.span,
            format!("a comparison with NULL is never true: {value} {instead}"),
        );
        return;
    }
    let order = |op: BinaryOp| matches!(op, BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge);
    if let ExprKind::Binary { op: inner, right: middle, .. } = &left.kind
        && order(op)
        && order(*inner)
    {
        let (first, middle, last) = (notes.text(left), notes.text(middle), notes.text(right));
        let sign = notes.sql[..right.span.start].trim_end();
        let sign = &sign[sign.len().saturating_sub(2)..].trim_start();
        notes.warn(
            W::ChainedComparison,
            whole.span,
            format!(
                "{first} is 0 or 1, and that is compared with {last}: {first} AND {middle} {sign} {last}"
            ),
        );
    }
}

/// Whether an expression is a count, or a sum in which nothing makes a fraction.
fn is_whole_total(notes: &Notes<'_>, expr: &Expr) -> bool {
    match &expr.bare().kind {
        ExprKind::Call(call) if call.name.is("count") => true,
        ExprKind::Call(call) if call.name.is("sum") => {
            !call.args.iter().any(|arg| may_be_fraction(notes, arg))
        }
        ExprKind::Column { .. } => {
            notes.found.column(expr.bare()).is_some_and(|o| o.counts && o.columns.is_empty() && !o.scaled)
        }
        ExprKind::Subquery(query) => {
            query.single_select().is_some_and(|select| match select.items.as_slice() {
                [item] => item_expr(item).is_some_and(|e| is_whole_total(notes, e)),
                _ => false,
            })
        }
        _ => false,
    }
}

fn may_be_fraction(notes: &Notes<'_>, expr: &Expr) -> bool {
    any_expr(expr, &|e| match &e.kind {
        ExprKind::Number => notes.text(e).contains(['.', 'e', 'E']),
        ExprKind::Cast { .. } => true,
        // What a query within computes is not known here.
        ExprKind::Column { .. } => notes.found.column(e).is_none_or(|origin| origin.exact.is_none()),
        ExprKind::Call(call) => {
            !["count", "coalesce", "ifnull", "iif", "if", "max", "min"].iter().any(|f| call.name.is(f))
        }
        _ => false,
    })
}

/// NOT IN over values of which one is NULL is never true.
fn not_in(notes: &mut Notes<'_>, whole: &Expr, value: &Expr, set: &InSet) {
    match set {
        InSet::List(items) => {
            if let Some(null) = items.iter().find(|e| matches!(e.bare().kind, ExprKind::Null)) {
                notes.warn(W::NotInNull, null.span, "NOT IN a list that holds NULL is never true");
            }
        }
        InSet::Query(query) => {
            if let Some(column) = nullable_output(notes, query) {
                let value = notes.text(value);
                notes.warn(
                    W::NotInNull,
                    whole.span,
                    format!("{column} may be NULL, and then {value} NOT IN (…) is never true: add WHERE {column} IS NOT NULL"),
                );
            }
        }
        InSet::Table(_) => {}
    }
}

/// The text of a query's only column, where it may be NULL and no condition keeps NULL out.
fn nullable_output(notes: &Notes<'_>, query: &Query) -> Option<String> {
    let select = query.single_select()?;
    let [item] = select.items.as_slice() else { return None };
    let expr = item_expr(item)?.bare();
    let ExprKind::Column { .. } = expr.kind else { return None };
    let (source, _) = notes.found.place_of(expr)?;
    let bound = notes.found.sources(select).get(source)?;
    let nullable = match (bound.table, notes.found.column(expr)?.exact) {
        (Some(_), Some(at)) => notes.names.column(at)?.nullable || bound.outer,
        _ => return None,
    };
    let conditions = select.filter.iter().chain(select.having.iter()).flat_map(|c| conjuncts(&c.expr));
    let joins = select.from.iter().flat_map(|f| &f.joins).filter_map(|join| match &join.constraint {
        crate::sql::ast::Constraint::On(on) if !bound.outer => Some(&on.expr),
        _ => None,
    });
    let mut all = conditions.chain(joins.flat_map(conjuncts));
    let kept_out = all
        .any(|condition| rejects_null(condition, |e| notes.found.place_of(e) == notes.found.place_of(expr)));
    (nullable && !kept_out).then(|| notes.text(expr).to_owned())
}

/// Whether a condition is not true where a column that `is` recognises is NULL.
pub(super) fn rejects_null(condition: &Expr, is: impl Fn(&Expr) -> bool + Copy) -> bool {
    let bare = |e: &Expr| columns(e).into_iter().any(is) && passes_null(e);
    match &condition.bare().kind {
        ExprKind::Binary { op: BinaryOp::Is, right, left, .. } => {
            let constant = |e: &Expr| matches!(e.bare().kind, ExprKind::Number | ExprKind::String(_));
            (bare(left) && constant(right)) || (bare(right) && constant(left))
        }
        ExprKind::Binary { op, left, right, .. } if op.is_comparison() && *op != BinaryOp::IsNot => {
            bare(left) || bare(right)
        }
        ExprKind::IsNull { not: true, expr, .. } => bare(expr),
        ExprKind::Between { expr, .. } | ExprKind::In { expr, .. } | ExprKind::Like { left: expr, .. } => {
            bare(expr)
        }
        _ => false,
    }
}

/// Whether an expression is NULL where its column is: nothing in it takes NULL for a value.
fn passes_null(expr: &Expr) -> bool {
    !any_expr(expr, &|e| match &e.kind {
        ExprKind::IsNull { .. } | ExprKind::Case { .. } | ExprKind::Exists(_) | ExprKind::Subquery(_) => true,
        ExprKind::Binary { op, .. } => {
            matches!(op, BinaryOp::Is | BinaryOp::IsNot | BinaryOp::Or | BinaryOp::And)
        }
        ExprKind::Call(call) => {
            let known = [
                "date",
                "datetime",
                "strftime",
                "lower",
                "upper",
                "substr",
                "abs",
                "length",
                "julianday",
                "round",
            ];
            !known.iter().any(|f| call.name.is(f))
        }
        _ => false,
    })
}

/// Keys of ORDER BY and GROUP BY that are texts in quotes, and so the same for all rows.
pub(super) fn key(notes: &mut Notes<'_>, place: Place, expr: &Expr) {
    let clause = match place {
        Place::OrderBy => "ORDER BY",
        Place::GroupBy => "GROUP BY",
        Place::From | Place::Where | Place::Having | Place::Select | Place::Window | Place::Limit => return,
    };
    if let ExprKind::String(text) = &expr.kind {
        notes.warn(
            W::ConstantKey,
            expr.span,
            format!("{clause} '{text}' is the same for every row: a name goes without quotes"),
        );
    }
}

/// UNIONs of a query with itself.
pub(super) fn query(notes: &mut Notes<'_>, query: &Query) {
    let texts: Vec<String> = query.cores().map(|core| normalize(core.span().text(notes.sql))).collect();
    for (at, arm) in query.rest.iter().enumerate() {
        let same = matches!(arm.op, SetOp::Union | SetOp::UnionAll) && texts[..=at].contains(&texts[at + 1]);
        if same {
            notes.warn(
                W::SameUnion,
                arm.op_span.to(arm.core.span()),
                "this UNION adds the same query once more",
            );
        }
    }
}
