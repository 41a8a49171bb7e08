//! An OR whose arms need different indexes, as a UNION of queries with one arm each.

use super::{Draft, RewriteKind};
use crate::{
    plan::{
        advise::shape::{disjuncts, has_parameter},
        why::desk::{Desk, edited},
    },
    sql::{
        aggregates::{columns, conjuncts, is_grouped, item_expr},
        ast::{Expr, ExprKind, Query, Select},
        lexer::Span,
        visit::any_expr,
    },
};

/// How many arms are made queries of at the most.
const ARMS: usize = 4;

/// `… WHERE a OR b` as `… WHERE a UNION … WHERE b`, and as UNION ALL with the rows of the first arm left out of the
/// second.
pub(super) fn split(desk: &Desk<'_>, query: &Query, out: &mut Vec<Draft>) {
    let Some(select) = query.single_select() else { return };
    let windows = |e: &Expr| match &e.kind {
        ExprKind::Call(call) => call.over.is_some(),
        _ => false,
    };
    let has_windows = select.items.iter().filter_map(item_expr).any(|expr| any_expr(expr, &windows));
    let cut = query.limit.is_some() && query.order_by.is_none();
    let Some(filter) = select.filter.as_ref().filter(|_| !is_grouped(select) && !has_windows && !cut) else {
        return;
    };
    for condition in conjuncts(&filter.expr) {
        let mut arms = Vec::new();
        disjuncts(condition, &mut arms);
        if arms.len() < 2 || arms.len() > ARMS {
            continue;
        }
        let texts: Vec<&str> = arms.iter().map(|arm| desk.text(arm)).collect();
        // An arm that asks no column goes for the whole, and is the same for every row.
        let switch = |arm: &Expr| columns(arm).is_empty();
        let alone: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        // An arm that is the same in every run is a slip, and no reason to say things twice.
        if arms.iter().any(|arm| switch(arm) && !has_parameter(arm)) {
            continue;
        }
        if !arms.iter().any(|arm| switch(arm)) {
            let sql = joined(desk, select, condition.span, &alone, "UNION");
            out.push(draft(RewriteKind::Union, sql, "the arms of the OR as parts of a UNION"));
        }
        if select.distinct.is_some() {
            continue;
        }
        let apart: Vec<String> = (0..arms.len())
            .map(|at| {
                let before: Vec<String> =
                    texts[..at].iter().map(|text| format!("({text}) IS NOT TRUE")).collect();
                let own = if at > 0 { format!("({})", texts[at]) } else { texts[at].to_owned() };
                [vec![own], before].concat().join(" AND ")
            })
            .collect();
        let sql = joined(desk, select, condition.span, &apart, "UNION ALL");
        let words = "the arms of the OR as parts of a UNION ALL, each without the rows of those before";
        out.push(draft(RewriteKind::UnionAll, sql, words));
    }
}

fn draft(kind: RewriteKind, sql: String, words: &str) -> Draft {
    Draft { kind, sql, words: words.to_owned(), conditions: Vec::new(), trials: Vec::new() }
}

/// The query with its SELECT once for each text that stands in the place of the OR.
fn joined(desk: &Desk<'_>, select: &Select, condition: Span, arms: &[String], operator: &str) -> String {
    let parts: Vec<String> = arms
        .iter()
        .map(|arm| {
            let whole = edited(desk.sql, &[(condition, arm.clone())]);
            let end = whole.len() - (desk.sql.len() - select.span.end);
            whole[select.span.start..end].trim_end().to_owned()
        })
        .collect();
    let gap = if desk.sql.contains('\n') { '\n' } else { ' ' };
    let between = format!("{gap}{operator}{gap}");
    desk.edited(&[(select.span, parts.join(&between))])
}
