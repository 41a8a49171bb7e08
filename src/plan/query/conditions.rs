//! What a condition asks of columns, and where a query aggregates. Knows expressions alone.

use super::{Asks, Test};
use crate::sql::ast::{BinaryOp, Call, Expr, ExprKind};
use crate::sql::visit::each_expr;

/// Takes a condition apart at its ANDs and ORs and notes what is asked of columns.
pub(super) fn conditions(expr: &Expr, sql: &str, under_or: bool, tests: &mut Vec<Test>) {
    let mut note = |side: &Expr, other: Option<&Expr>, asks| {
        let joins = other.is_some_and(|other| !columns_inside(other).is_empty());
        ask(side, sql, &Asked { asks, under_or, joins }, tests);
    };
    let mut both = |left: &Expr, right: &Expr, asks| {
        note(left, Some(right), asks);
        note(right, Some(left), asks);
    };
    let or_unequal = |not: bool, asks| if not { Asks::Unequal } else { asks };
    match &expr.bare().kind {
        ExprKind::Binary { op, left, right, .. } => match op {
            BinaryOp::And => {
                conditions(left, sql, under_or, tests);
                conditions(right, sql, under_or, tests);
            }
            BinaryOp::Or => {
                conditions(left, sql, true, tests);
                conditions(right, sql, true, tests);
            }
            BinaryOp::Eq | BinaryOp::Is => both(left, right, Asks::Equal),
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => both(left, right, Asks::Range),
            BinaryOp::Ne | BinaryOp::IsNot => both(left, right, Asks::Unequal),
            BinaryOp::BitAnd
            | BinaryOp::BitOr
            | BinaryOp::ShiftLeft
            | BinaryOp::ShiftRight
            | BinaryOp::Add
            | BinaryOp::Subtract
            | BinaryOp::Multiply
            | BinaryOp::Divide
            | BinaryOp::Modulo
            | BinaryOp::Concat
            | BinaryOp::Arrow => {}
        },
        ExprKind::Like { op_span, not: false, like, left, right, .. } => {
            if *like {
                note(left, None, Asks::Like { from_start: starts_plain(right, &['%', '_']) });
            } else if op_span.text(sql).eq_ignore_ascii_case("glob") {
                // GLOB minds case, as an index does, so a fixed beginning is a range.
                let plain = starts_plain(right, &['*', '?', '[']);
                note(left, None, if plain { Asks::Range } else { Asks::Like { from_start: false } });
            }
        }
        ExprKind::Between { not, expr, .. } => note(expr, None, or_unequal(*not, Asks::Range)),
        ExprKind::In { not, expr, .. } => note(expr, None, or_unequal(*not, Asks::OneOf)),
        ExprKind::IsNull { not, expr, .. } => note(expr, None, if *not { Asks::Range } else { Asks::Equal }),
        // Whatever else is true or false asks nothing of a column that an index could answer.
        _ => {}
    }
}

/// What is asked, of whichever columns stand there.
struct Asked {
    asks: Asks,
    under_or: bool,
    joins: bool,
}

/// Whether a pattern begins with letters that have to be there.
fn starts_plain(pattern: &Expr, wild: &[char]) -> bool {
    if let ExprKind::String(text) = &pattern.bare().kind {
        !text.is_empty() && !text.starts_with(wild)
    } else {
        true
    }
}

/// Notes the columns of one side of a comparison: bare, in a row value, or inside an expression.
fn ask(side: &Expr, sql: &str, asked: &Asked, tests: &mut Vec<Test>) {
    for part in side.bare().row() {
        let mut push = |(qualifier, column), wrapped| {
            tests.push(Test {
                qualifier,
                column,
                asks: asked.asks,
                wrapped,
                under_or: asked.under_or,
                joins: asked.joins,
                only: None,
            });
        };
        if let Some(found) = column(part) {
            push(found, None);
            continue;
        }
        for found in columns_inside(part) {
            push(found, Some(part.bare().span.text(sql).to_owned()));
        }
    }
}

/// The qualifier and the name of a column that stands alone.
pub(super) fn column(expr: &Expr) -> Option<(Option<String>, String)> {
    match &expr.bare().kind {
        ExprKind::Column { table: None, column } if column.is("true") || column.is("false") => None,
        ExprKind::Column { table, column } => {
            Some((table.as_ref().map(|table| table.text.clone()), column.text.clone()))
        }
        _ => None,
    }
}

/// The columns in an expression, those of subqueries left out.
fn columns_inside(expr: &Expr) -> Vec<(Option<String>, String)> {
    let mut columns = Vec::new();
    each_expr(expr, &mut |inner| {
        if let ExprKind::Column { .. } = inner.kind
            && let Some(found) = column(inner)
            && !columns.contains(&found)
        {
            columns.push(found);
        }
    });
    columns
}

/// What kinds of calls stand in expressions, subqueries left out.
#[derive(Default)]
pub(super) struct Calls {
    pub aggregates: bool,
    pub windows: bool,
    /// The column that the first `min()` or `max()` is asked of.
    pub extreme: Option<String>,
}

impl Calls {
    pub(super) fn within<'a>(exprs: impl Iterator<Item = &'a Expr>) -> Self {
        let mut calls = Calls::default();
        for expr in exprs {
            each_expr(expr, &mut |inner| {
                if let ExprKind::Call(call) = &inner.kind {
                    calls.windows |= call.over.is_some();
                    calls.aggregates |= call.over.is_none() && is_aggregate(call);
                    if let ([arg], true) = (call.args.as_slice(), call.name.is("min") || call.name.is("max"))
                        && call.over.is_none()
                        && calls.extreme.is_none()
                    {
                        calls.extreme = column(arg).map(|(_, column)| column);
                    }
                }
            });
        }
        calls
    }
}

const AGGREGATES: [&str; 10] =
    ["count", "sum", "total", "avg", "group_concat", "string_agg", "median", "percentile", "min", "max"];

fn is_aggregate(call: &Call) -> bool {
    let name = call.name.text.to_ascii_lowercase();
    // min(a, b) and max(a, b) compare values of one row.
    let of_one_row = matches!(name.as_str(), "min" | "max") && call.args.len() > 1;
    !of_one_row && (AGGREGATES.contains(&name.as_str()) || name.starts_with("json_group_"))
}
