//! Dates, which are text to SQLite: what arithmetic and comparisons make of them.

use super::{Notes, WarningCode as W};
use crate::sql::ast::{BinaryOp, Expr, ExprKind};

pub(super) fn expr(notes: &mut Notes<'_>, expr: &Expr) {
    match &expr.kind {
        ExprKind::Binary { op: BinaryOp::Subtract, left, right, .. } if is_unquoted(notes, left, right) => {
            let text = notes.text(expr);
            let digits: Vec<_> = text.split('-').map(|part| format!("{:0>2}", part.trim())).collect();
            let date = digits.join("-");
            notes.warn(
                W::UnquotedDate,
                expr.span,
                format!("{text} is a subtraction: a date goes in quotes, '{date}'"),
            );
        }
        ExprKind::Binary { op: op @ (BinaryOp::Add | BinaryOp::Subtract), left, right, .. } => {
            let sign = if *op == BinaryOp::Add { '+' } else { '-' };
            let number = |e: &Expr| matches!(e.bare().kind, ExprKind::Number);
            if is_date(notes, left) && number(right) {
                let (date, days) = (notes.text(left), notes.text(right));
                let plural = if days == "1" { "" } else { "s" };
                let function = if is_time(left) { "datetime" } else { "date" };
                let moment = if matches!(left.bare().kind, ExprKind::Now) { "'now'" } else { date };
                notes.warn(
                    W::DateArithmetic,
                    expr.span,
                    format!("{date} is text, and of it the year alone is counted with: {function}({moment}, '{sign}{days} day{plural}')"),
                );
            } else if *op == BinaryOp::Subtract && is_date(notes, left) && is_date(notes, right) {
                let (left, right) = (notes.text(left), notes.text(right));
                notes.warn(
                    W::DateArithmetic,
                    expr.span,
                    format!("dates are text, and the years alone are subtracted: julianday({left}) - julianday({right})"),
                );
            }
        }
        ExprKind::Cast { expr: inner, type_span } => {
            let kind = type_span.text(notes.sql).to_ascii_uppercase();
            let function = match kind.split('(').next().unwrap_or("").trim() {
                "DATE" => "date",
                "DATETIME" | "TIMESTAMP" => "datetime",
                _ => return,
            };
            let value = notes.text(inner);
            notes.warn(
                W::CastAsDate,
                expr.span,
                format!("SQLite has no type {kind}, the cast makes a number: {function}({value})"),
            );
        }
        ExprKind::Binary { op, left, right, .. } if op.is_comparison() => {
            part_and_number(notes, expr, left, right);
            part_and_number(notes, expr, right, left);
        }
        ExprKind::Between { not: false, expr: value, low, high, .. } => {
            between(notes, expr, value, low, high);
        }
        _ => {}
    }
}

/// Whether a subtraction is a date without its quotes: `2026-02-01`.
fn is_unquoted(notes: &Notes<'_>, left: &Expr, right: &Expr) -> bool {
    let number = |e: &Expr, low: u32, high: u32| match &e.kind {
        ExprKind::Number => notes.text(e).parse::<u32>().is_ok_and(|n| (low..=high).contains(&n)),
        _ => false,
    };
    match &left.kind {
        ExprKind::Binary { op: BinaryOp::Subtract, left: year, right: month, .. } => {
            number(year, 1900, 2100) && number(month, 1, 12) && number(right, 1, 31)
        }
        _ => false,
    }
}

/// Whether an expression is a date or a time as text.
fn is_date(notes: &Notes<'_>, expr: &Expr) -> bool {
    match &expr.bare().kind {
        ExprKind::Now => true,
        ExprKind::Column { column, .. } => {
            let name = column.text.to_ascii_lowercase();
            let known = notes.found.column(expr.bare()).is_none_or(|origin| origin.exact.is_some());
            known && (name.ends_with("_at") || name.ends_with("_on") || name.ends_with("_date"))
        }
        ExprKind::Call(call) => ["date", "datetime", "time"].iter().any(|name| call.name.is(name)),
        ExprKind::String(text) => looks_like_day(text),
        _ => false,
    }
}

/// Whether an expression is a time rather than a day.
fn is_time(expr: &Expr) -> bool {
    match &expr.bare().kind {
        ExprKind::Column { column, .. } => column.text.to_ascii_lowercase().ends_with("_at"),
        ExprKind::Call(call) => call.name.is("datetime"),
        _ => false,
    }
}

fn looks_like_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 10
        && bytes[..10]
            .iter()
            .enumerate()
            .all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() })
}

/// A part taken out by strftime or substr is text, and text never equals a number.
fn part_and_number(notes: &mut Notes<'_>, whole: &Expr, part: &Expr, number: &Expr) {
    let ExprKind::Call(call) = &part.bare().kind else { return };
    let is_text =
        ["strftime", "substr", "substring", "date", "datetime"].iter().any(|name| call.name.is(name));
    let (call, text) = (notes.text(part), notes.text(number));
    match &number.bare().kind {
        ExprKind::Number if is_text => {
            let digits = if has_two_digits(call) { format!("{text:0>2}") } else { text.to_owned() };
            notes.warn(
                W::TextIsNoNumber,
                whole.span,
                format!(
                    "{call} is text, which is never equal to a number: '{digits}', or CAST({call} AS INTEGER)"
                ),
            );
        }
        // Months and days have two digits.
        ExprKind::String(digit)
            if digit.len() == 1 && digit.bytes().all(|b| b.is_ascii_digit()) && has_two_digits(call) =>
        {
            notes.warn(W::TextIsNoNumber, whole.span, format!("{call} has two digits: '0{digit}'"));
        }
        _ => {}
    }
}

/// Whether a call of strftime gives two digits: months, days, hours.
fn has_two_digits(call: &str) -> bool {
    ["'%m'", "'%d'", "'%H'", "'%M'", "'%S'"].iter().any(|format| call.contains(format))
}

/// BETWEEN takes in its end: on times, a day as the end loses that day, and midnight takes one moment too many.
fn between(notes: &mut Notes<'_>, whole: &Expr, value: &Expr, low: &Expr, high: &Expr) {
    let ExprKind::Column { column, .. } = &value.bare().kind else { return };
    if !column.text.to_ascii_lowercase().ends_with("_at") {
        return;
    }
    let name = notes.text(value);
    match &high.bare().kind {
        ExprKind::String(day) if looks_like_day(day) && day.len() == 10 && !day.ends_with("-01") => {
            notes.warn(
                W::BetweenDays,
                whole.span,
                format!("{name} holds times, and all of '{day}' lies after it: {name} < the day after"),
            );
        }
        ExprKind::String(time) if looks_like_day(time) && time.ends_with(" 00:00:00") => {
            let from = notes.text(low);
            notes.warn(
                W::BetweenDays,
                whole.span,
                format!("BETWEEN takes in '{time}' itself: {name} >= {from} AND {name} < '{time}'"),
            );
        }
        ExprKind::Call(call) if call.name.is("date") => {
            let last = call.args.last().map(|e| &e.bare().kind);
            if matches!(last, Some(ExprKind::String(modifier)) if modifier.trim() == "-1 day") {
                let end = notes.text(high);
                notes.warn(
                    W::BetweenDays,
                    whole.span,
                    format!(
                        "{name} holds times, and all of the last day lies after {end}: {name} < the day after"
                    ),
                );
            }
        }
        _ => {}
    }
}
