//! Joins that join nothing, everything, or take back what they kept.

use super::{Notes, WarningCode as W, values::rejects_null};
use crate::sql::aggregates::{columns, conjuncts};
use crate::sql::ast::{Constraint, Expr, ExprKind, FromClause, JoinKind, Select, SourceKind};
use crate::sql::visit::{Place, any_expr, each_expr, select_exprs};

pub(super) fn select(notes: &mut Notes<'_>, select: &Select) {
    for (place, expr) in select_exprs(select) {
        if matches!(place, Place::From | Place::Where) {
            self_comparisons(notes, expr);
        }
    }
    let Some(from) = &select.from else { return };
    cartesian(notes, select, from);
    undone(notes, select);
}

/// A column compared with itself holds for every row, or for none.
fn self_comparisons(notes: &mut Notes<'_>, expr: &Expr) {
    each_expr(expr, &mut |e| {
        let ExprKind::Binary { op, left, right, .. } = &e.kind else { return };
        if !op.is_comparison() {
            return;
        }
        let (left, right) = (left.bare(), right.bare());
        let is_column = |e: &Expr| matches!(e.kind, ExprKind::Column { .. });
        let place = notes.found.place_of(left);
        if is_column(left) && is_column(right) && place.is_some() && place == notes.found.place_of(right) {
            let text = notes.text(e);
            notes.warn(
                W::SelfComparison,
                e.span,
                format!("{text} compares a column with itself: the other side is another table's"),
            );
        }
    });
}

/// Tables that no condition brings together: every row of the one stands beside every row of the other.
fn cartesian(notes: &mut Notes<'_>, select: &Select, from: &FromClause) {
    let sources = notes.found.sources(select);
    let mut parts: Vec<usize> = (0..sources.len()).collect();
    let mut unite = |places: &[usize]| {
        if let Some(first) = places.first() {
            let keep = parts[*first];
            for place in places {
                let old = parts[*place];
                parts.iter_mut().filter(|part| **part == old).for_each(|part| *part = keep);
            }
        }
    };
    let mut deliberate = false;
    for (place, expr) in select_exprs(select) {
        if !matches!(place, Place::From | Place::Where) {
            continue;
        }
        for condition in conjuncts(expr) {
            let inner = any_expr(condition, &|e| {
                matches!(e.kind, ExprKind::Subquery(_) | ExprKind::Exists(_))
                    || matches!(e.kind, ExprKind::In { .. })
            });
            // An inner query may join whatever it likes.
            deliberate |= inner;
            let mut places: Vec<usize> =
                columns(condition).iter().filter_map(|c| notes.found.source_of(c)).collect();
            places.dedup();
            unite(&places);
        }
    }
    for (at, join) in (1..).zip(&from.joins) {
        let nested = matches!(join.source.kind, SourceKind::Nested(_));
        let joins_by_name = join.natural || matches!(join.constraint, Constraint::Using { .. });
        deliberate |= nested || joins_by_name || join.kind == JoinKind::Cross;
        if !deliberate && at < sources.len() {
            let lonely = (0..at).all(|other| parts[other] != parts[at]);
            let is_table =
                |i: usize| sources[i].table.is_some() && !sources[i].keys.iter().any(Vec::is_empty);
            // What is not joined yet may be joined by a later table.
            let joined_later = (at + 1..sources.len()).any(|later| parts[later] == parts[at]);
            if lonely && !joined_later && is_table(at) && (0..at).any(is_table) {
                let name = sources[at].name.as_deref().unwrap_or("this table");
                notes.warn(
                    W::Cartesian,
                    join.op_span.to(join.source.span),
                    format!("no condition joins {name}: each of its rows stands beside every other row"),
                );
            }
        }
    }
}

/// A condition in WHERE that is not true of the NULLs by which LEFT JOIN keeps rows.
fn undone(notes: &mut Notes<'_>, select: &Select) {
    let Some(filter) = &select.filter else { return };
    let sources = notes.found.sources(select);
    let from = select.from.as_ref();
    let full = from.is_some_and(|f| f.joins.iter().any(|j| j.kind == JoinKind::Full));
    for condition in conjuncts(&filter.expr) {
        let outer = |e: &Expr| notes.found.source_of(e).is_some_and(|at| sources[at].outer);
        let kept = columns(condition).into_iter().find(|c| outer(c));
        let Some(column) = kept.filter(|_| rejects_null(condition, outer)) else { continue };
        let text = notes.text(condition);
        let (join, instead) = if full {
            ("FULL JOIN", "filter in a subquery before the join")
        } else {
            ("LEFT JOIN", "put it into ON")
        };
        let name = notes.text(column);
        notes.warn(
            W::OuterJoinUndone,
            condition.span,
            format!(
                "{text} is not true where {name} is NULL, so the rows that {join} kept are dropped: {instead}"
            ),
        );
    }
}
