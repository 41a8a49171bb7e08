//! What is computed from a column, computed from the constant instead; and the column without what stands around it.

use super::{
    Change, Column, RewriteKind,
    calendar::{turned, writer},
    column, times,
};
use crate::{
    engine::Failure,
    plan::why::desk::{Desk, quoted},
    schema::introspect::Affinity,
    sql::{
        aggregates::columns,
        ast::{BinaryOp, Call, Expr, ExprKind, Select, UnaryOp},
    },
    value::Value,
};

/// A comparison, turned so that what holds columns stands on the left.
struct Comparison<'q> {
    side: &'q Expr,
    op: BinaryOp,
    op_text: &'static str,
    other: &'q Expr,
}

fn comparison(condition: &Expr) -> Option<Comparison<'_>> {
    let ExprKind::Binary { op, left, right, .. } = &condition.kind else { return None };
    let (side, op, other) = match (columns(left).is_empty(), columns(right).is_empty()) {
        (false, true) => (&**left, *op, &**right),
        (true, false) => (&**right, turned(*op), &**left),
        _ => return None,
    };
    Some(Comparison { side: side.bare(), op, op_text: sign(op)?, other })
}

fn sign(op: BinaryOp) -> Option<&'static str> {
    match op {
        BinaryOp::Eq => Some("="),
        BinaryOp::Lt => Some("<"),
        BinaryOp::Le => Some("<="),
        BinaryOp::Gt => Some(">"),
        BinaryOp::Ge => Some(">="),
        _ => None,
    }
}

/// Whether it is a number, or is computed from numbers alone.
fn is_number(expr: &Expr) -> bool {
    match &expr.bare().kind {
        ExprKind::Number => true,
        ExprKind::Unary { op: UnaryOp::Minus, expr, .. } => is_number(expr),
        ExprKind::Binary { op, left, right, .. } => op.is_arithmetic() && is_number(left) && is_number(right),
        _ => false,
    }
}

fn is_whole(desk: &Desk<'_>, number: &Expr) -> Result<bool, Failure> {
    Ok(is_number(number) && matches!(desk.value(desk.text(number))?, Some(Value::Integer(_))))
}

/// `a + 1 = 8` as `a = 7`, and `unixepoch('now') - unixepoch(t) < n` as `t > datetime('now', '-n seconds')`.
pub(super) fn arithmetic(
    desk: &Desk<'_>,
    select: &Select,
    condition: &Expr,
) -> Result<Option<Change>, Failure> {
    let Some(found) = comparison(condition) else { return Ok(None) };
    if let Some(change) = of_times(desk, select, &found)? {
        return Ok(Some(change));
    }
    if let Some(change) = of_one_time(desk, select, &found)? {
        return Ok(Some(change));
    }
    let ExprKind::Binary { op, left, right, .. } = &found.side.kind else { return Ok(None) };
    let (own, number, column_first) = match (column(desk, select, left), column(desk, select, right)) {
        (Some(own), None) => (own, right, true),
        (None, Some(own)) => (own, left, false),
        _ => return Ok(None),
    };
    if own.affinity != Affinity::Integer || !is_whole(desk, number)? {
        return Ok(None);
    }
    // Fractions are rounded, and then two numbers may have one sum.
    if is_number(found.other) && !is_whole(desk, found.other)? {
        return Ok(None);
    }
    let (number, other) = (format!("({})", desk.text(number)), format!("({})", desk.text(found.other)));
    let (new, turn) = match (op, column_first) {
        (BinaryOp::Add, _) => (format!("{other} - {number}"), false),
        (BinaryOp::Subtract, true) => (format!("{other} + {number}"), false),
        (BinaryOp::Subtract, false) => (format!("{number} - {other}"), true),
        (BinaryOp::Multiply, _) if is_number(found.other) => {
            if desk.value(&format!("{number} > 0"))? != Some(Value::Integer(1)) {
                return Ok(None);
            }
            let whole = desk.value(&format!("{other} % {number} = 0"))? == Some(Value::Integer(1));
            (if whole { format!("{other} / {number}") } else { format!("{other} * 1.0 / {number}") }, false)
        }
        _ => return Ok(None),
    };
    let new = if is_number(found.other) {
        match desk.value(&new)? {
            Some(value @ (Value::Integer(_) | Value::Real(_))) => value.to_string(),
            _ => return Ok(None),
        }
    } else {
        new.replace(&format!("({})", desk.text(found.other)), desk.text(found.other))
    };
    let op = if turn { sign(turned(found.op)) } else { sign(found.op) };
    let Some(op) = op else { return Ok(None) };
    Ok(Some(Change {
        kind: RewriteKind::Moved,
        text: format!("{} {op} {new}", own.text),
        words: format!("{} alone on its side, the arithmetic moved to the constant", own.name),
        column: Some(own),
    }))
}

fn call(expr: &Expr) -> Option<(String, &Call)> {
    match &expr.bare().kind {
        ExprKind::Call(call) if call.over.is_none() => Some((call.name.text.to_ascii_lowercase(), call)),
        _ => None,
    }
}

/// A difference of two times, one of them a column's: `unixepoch('now') - unixepoch(t) < 86400`.
fn of_times(desk: &Desk<'_>, select: &Select, found: &Comparison<'_>) -> Result<Option<Change>, Failure> {
    let ExprKind::Binary { op: BinaryOp::Subtract, left, right, .. } = &found.side.kind else {
        return Ok(None);
    };
    let (Some((one, first)), Some((two, second))) = (call(left), call(right)) else { return Ok(None) };
    let unit = match (one.as_str(), two.as_str()) {
        ("unixepoch", "unixepoch") => "seconds",
        ("julianday", "julianday") => "days",
        _ => return Ok(None),
    };
    let ([first], [second]) = (first.args.as_slice(), second.args.as_slice()) else { return Ok(None) };
    if !is_number(found.other) {
        return Ok(None);
    }
    let number = desk.text(found.other);
    // X - t < n says t > X - n; t - X < n says t < X + n.
    let (own, fixed, op, shift) = if columns(first).is_empty() {
        let Some(own) = column(desk, select, second) else { return Ok(None) };
        (own, first, turned(found.op), format!("-({number})"))
    } else {
        let Some(own) = column(desk, select, first) else { return Ok(None) };
        (own, second, found.op, number.to_owned())
    };
    if !columns(fixed).is_empty() {
        return Ok(None);
    }
    let Some(Value::Text(shift)) = desk.value(&format!("printf('%+g {unit}', {shift})"))? else {
        return Ok(None);
    };
    written(desk, own, op, |writer| format!("{writer}({}, {})", desk.text(fixed), quoted(&shift)))
}

/// A time that a function makes another of: `datetime(t, '+7 days') > datetime('now')`, `unixepoch(t) >= 1767225600`.
fn of_one_time(desk: &Desk<'_>, select: &Select, found: &Comparison<'_>) -> Result<Option<Change>, Failure> {
    let Some((function, own_call)) = call(found.side) else { return Ok(None) };
    let [time, modifiers @ ..] = own_call.args.as_slice() else { return Ok(None) };
    let Some(own) = column(desk, select, time) else { return Ok(None) };
    let back: Vec<String> = match modifiers {
        [] => Vec::new(),
        [one] => match back(one) {
            Some(back) => vec![quoted(&back)],
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    let other = call(found.other);
    let fixed = match (function.as_str(), &other) {
        ("datetime", Some((same, fixed))) if *same == function => {
            fixed.args.iter().map(|arg| desk.text(arg).to_owned()).collect()
        }
        ("datetime", _) if !matches!(found.other.bare().kind, ExprKind::Number) => {
            vec![desk.text(found.other).to_owned()]
        }
        ("unixepoch" | "julianday", Some((same, fixed))) if *same == function => {
            fixed.args.iter().map(|arg| desk.text(arg).to_owned()).collect()
        }
        ("unixepoch", None) if is_number(found.other) => {
            vec![desk.text(found.other).to_owned(), "'unixepoch'".to_owned()]
        }
        _ => return Ok(None),
    };
    let args: Vec<String> = fixed.into_iter().chain(back).collect();
    written(desk, own, found.op, |writer| {
        // Texts of one form are compared as they stand.
        match args.as_slice() {
            [one] if function == "datetime" && writer == "datetime" && other.is_none() => one.clone(),
            _ => format!("{writer}({})", args.join(", ")),
        }
    })
}

/// The modifier that takes another back.
fn back(modifier: &Expr) -> Option<String> {
    let ExprKind::String(text) = &modifier.bare().kind else { return None };
    let (number, unit) = text.trim().split_once(' ')?;
    let exact = ["day", "days", "hour", "hours", "minute", "minutes", "second", "seconds"];
    if !exact.contains(&unit.to_ascii_lowercase().as_str()) {
        return None;
    }
    match number.strip_prefix('-') {
        Some(number) => Some(format!("+{number} {unit}")),
        None => Some(format!("-{} {unit}", number.trim_start_matches('+'))),
    }
}

/// A column compared with a time that is written as the column writes its own.
fn written(
    desk: &Desk<'_>,
    mut own: Column,
    op: BinaryOp,
    bound: impl Fn(&str) -> String,
) -> Result<Option<Change>, Failure> {
    own.form = times(desk, &own)?;
    let (Some(writer), Some(op)) = (own.form.and_then(writer), sign(op)) else { return Ok(None) };
    Ok(Some(Change {
        kind: RewriteKind::Moved,
        text: format!("{} {op} {}", own.text, bound(writer)),
        words: format!("{} alone on its side, the arithmetic moved to the constant", own.name),
        column: Some(own),
    }))
}

/// The column alone, where what stands around it may change nothing: a CAST, a plus, `|| ''`, coalesce, lower.
pub(super) fn bare(desk: &Desk<'_>, select: &Select, condition: &Expr) -> Result<Option<Change>, Failure> {
    let Some(found) = comparison(condition) else { return Ok(None) };
    let other = desk.text(found.other);
    let plain = |own: Column, what: &str, other: String| {
        Ok(Some(Change {
            kind: RewriteKind::Bare,
            text: format!("{} {} {other}", own.text, found.op_text),
            words: format!("{} without {what}", own.name),
            column: Some(own),
        }))
    };
    match &found.side.kind {
        ExprKind::Cast { expr, .. } => match column(desk, select, expr) {
            Some(own) => {
                let other = as_stored(desk, &own, found.other)?.unwrap_or_else(|| other.to_owned());
                plain(own, "CAST", other)
            }
            None => Ok(None),
        },
        ExprKind::Unary { op: UnaryOp::Plus, expr, .. } => match column(desk, select, expr) {
            Some(own) => plain(own, "the plus", other.to_owned()),
            None => Ok(None),
        },
        ExprKind::Binary { op: BinaryOp::Concat, left, right, .. } => {
            let empty = |expr: &Expr| matches!(&expr.bare().kind, ExprKind::String(text) if text.is_empty());
            let inner = match (empty(left), empty(right)) {
                (false, true) => left,
                (true, false) => right,
                _ => return Ok(None),
            };
            match column(desk, select, inner) {
                Some(own) => plain(own, "the empty text", other.to_owned()),
                None => Ok(None),
            }
        }
        ExprKind::Call(call) => {
            let function = call.name.text.to_ascii_lowercase();
            match (function.as_str(), call.args.as_slice()) {
                ("lower" | "upper" | "trim" | "ltrim" | "rtrim", [inner]) => {
                    match column(desk, select, inner) {
                        Some(own) => plain(own, &format!("{function}()"), other.to_owned()),
                        None => Ok(None),
                    }
                }
                ("coalesce" | "ifnull", [inner, default]) if columns(default).is_empty() => {
                    let Some(own) = column(desk, select, inner) else { return Ok(None) };
                    let standing_in = format!("({}) {} ({other})", desk.text(default), found.op_text);
                    match desk.value(&standing_in)? {
                        Some(Value::Integer(1)) => {
                            let text = format!("({0} {1} {other} OR {0} IS NULL)", own.text, found.op_text);
                            let words = format!("{} and its NULLs without {function}()", own.name);
                            Ok(Some(Change { kind: RewriteKind::Bare, text, words, column: Some(own) }))
                        }
                        Some(_) => plain(own, &format!("{function}()"), other.to_owned()),
                        None => Ok(None),
                    }
                }
                _ => Ok(None),
            }
        }
        _ => Ok(None),
    }
}

/// A constant as the column would store it.
fn as_stored(desk: &Desk<'_>, own: &Column, other: &Expr) -> Result<Option<String>, Failure> {
    let text = desk.text(other);
    let cast = match (own.affinity, &other.bare().kind) {
        (Affinity::Integer | Affinity::Numeric, ExprKind::String(_)) => format!("CAST({text} AS NUMERIC)"),
        (Affinity::Text, ExprKind::Number) => format!("CAST({text} AS TEXT)"),
        _ => return Ok(None),
    };
    Ok(desk.value(&cast)?.map(|value| value.to_string()))
}
