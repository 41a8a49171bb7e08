//! OFFSET as the place after a row: the last row of the page before is known to whoever showed it, and an index goes
//! straight to what comes after.

use super::{Draft, RewriteKind, Trial, column};
use crate::{
    engine::Failure,
    plan::why::desk::Desk,
    sql::{
        aggregates::{grouping_key, is_grouped, item_expr},
        ast::{Expr, ExprKind, Query},
        lexer::Span,
        visit::any_expr,
    },
};

/// `ORDER BY a, id LIMIT 20 OFFSET 1000` as `WHERE (a, id) > (…) ORDER BY a, id LIMIT 20`, where the order is total and
/// goes one way.
pub(super) fn after_a_row(desk: &Desk<'_>, query: &Query, out: &mut Vec<Draft>) -> Result<(), Failure> {
    let (Some(select), Some(order), Some(limit)) = (query.single_select(), &query.order_by, &query.limit)
    else {
        return Ok(());
    };
    let Some(offset) = &limit.offset else { return Ok(()) };
    let Ok(skipped) = desk.text(offset).parse::<u64>() else { return Ok(()) };
    let windows = |e: &Expr| matches!(&e.kind, ExprKind::Call(call) if call.over.is_some());
    let has_windows = select.items.iter().filter_map(item_expr).any(|expr| any_expr(expr, &windows));
    let [source] = desk.found.sources(select) else { return Ok(()) };
    let (Some(table), Some(from)) = (source.table, &select.from) else { return Ok(()) };
    if skipped == 0 || is_grouped(select) || select.distinct.is_some() || has_windows || query.with.is_some()
    {
        return Ok(());
    }
    let descending = order.keys[0].descending;
    let (mut places, mut texts) = (Vec::new(), Vec::new());
    for key in &order.keys {
        let meant = grouping_key(&key.expr, select, desk.sql);
        let Some(own) = meant.and_then(|meant| column(desk, select, meant)) else { return Ok(()) };
        let place = meant.and_then(|meant| desk.place(select, meant)).map(|(_, place)| place);
        let Some(place) = place else { return Ok(()) };
        let info = &desk.schema.tables[table];
        let never_null = info.columns[place].not_null || info.rowid_alias == Some(place);
        if key.descending != descending || key.nulls.is_some() || !never_null {
            return Ok(());
        }
        places.push(place);
        texts.push(own.text);
    }
    // An order that leaves rows equal has no place after a row.
    if !source.keys.iter().any(|key| !key.is_empty() && key.iter().all(|place| places.contains(place))) {
        return Ok(());
    }
    let condition = |values: &[String]| {
        let sign = if descending { '<' } else { '>' };
        match (texts.as_slice(), values) {
            ([one], [value]) => format!("{one} {sign} {value}"),
            _ => format!("({}) {sign} ({})", texts.join(", "), values.join(", ")),
        }
    };
    let body = &desk.sql[from.span.start..select.span.end];
    let ordered = order.span.text(desk.sql);
    let page = |condition: &str, count: &str| {
        let limit_piece = (limit.span, format!("LIMIT {count}"));
        let pieces = if let Some(clause) = &select.filter {
            let text = format!("({}) AND {condition}", desk.text(&clause.expr));
            vec![(clause.expr.span, text), limit_piece]
        } else {
            let end = Span::new(from.span.end, from.span.end);
            vec![(end, format!(" WHERE {condition}")), limit_piece]
        };
        desk.edited(&pieces)
    };
    let before = format!("SELECT {} {body} {ordered} LIMIT 1 OFFSET {}", texts.join(", "), skipped - 1);
    let Some(told) = desk.ask(&before)? else { return Ok(()) };
    let Some(row) = told.rows.first() else { return Ok(()) };
    let values: Vec<String> = row.iter().map(ToString::to_string).collect();
    // On other databases there are other rows: there the row before is asked for.
    let asked: Vec<String> =
        texts.iter().map(|text| format!("(SELECT {text} {body} {ordered} LIMIT 1)")).collect();
    let trial = Trial {
        reference: desk.edited(&[(limit.span, "LIMIT 2 OFFSET 1".to_owned())]),
        answer: page(&condition(&asked), "2"),
    };
    out.push(Draft {
        kind: RewriteKind::Keyset,
        sql: page(&condition(&values), desk.text(&limit.count)),
        words: format!(
            "the place after the last row of the page before, whose {} the application keeps, instead of OFFSET",
            if texts.len() == 1 { "key" } else { "keys" }
        ),
        conditions: Vec::new(),
        trials: vec![trial],
    });
    Ok(())
}
