//! Small questions about expressions: what kind they are and what they hold. Knows no schema.

use crate::sql::{
    ast::{BinaryOp, Expr, ExprKind},
    visit::{Node, any_expr, below},
};

/// The parts that OR joins, parentheses opened.
pub(in crate::plan) fn disjuncts<'a>(expr: &'a Expr, out: &mut Vec<&'a Expr>) {
    match &expr.bare().kind {
        ExprKind::Binary { op: BinaryOp::Or, left, right, .. } => {
            disjuncts(left, out);
            disjuncts(right, out);
        }
        _ => out.push(expr.bare()),
    }
}

/// Whether it is a number, a text or NULL.
pub(in crate::plan) fn is_literal(expr: &Expr) -> bool {
    matches!(expr.bare().kind, ExprKind::Number | ExprKind::String(_) | ExprKind::Null)
}

/// Whether its value is known only when the query runs.
pub(in crate::plan) fn has_parameter(expr: &Expr) -> bool {
    any_expr(expr, &|e| matches!(e.kind, ExprKind::Parameter | ExprKind::Now))
}

/// Whether a query stands in it.
pub(in crate::plan) fn has_query(expr: &Expr) -> bool {
    below(expr).into_iter().any(|node| match node {
        Node::Query(_) => true,
        Node::Expr(inner) => has_query(inner),
    })
}

/// Adds what is not there yet.
pub(super) fn push<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}
