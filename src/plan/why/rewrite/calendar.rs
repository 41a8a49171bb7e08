//! A function that cuts a time to its day, month or year, compared with one: the half-open range of times that says
//! the same.

use super::{Change, Column, Form, RewriteKind, column, times};
use crate::{
    engine::Failure,
    plan::why::desk::{Desk, quoted},
    sql::{
        aggregates::columns,
        ast::{BinaryOp, Call, Expr, ExprKind, Select},
    },
    value::Value,
};

/// What a time is cut to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Year,
    Month,
    Day,
}

impl Unit {
    fn name(self) -> &'static str {
        match self {
            Unit::Year => "year",
            Unit::Month => "month",
            Unit::Day => "day",
        }
    }

    /// The first day of a unit that is written as text.
    fn first_day(self, text: &str) -> Option<String> {
        let form = match self {
            Unit::Year => "0000",
            Unit::Month => "0000-00",
            Unit::Day => "0000-00-00",
        };
        let fits = text.len() == form.len()
            && text
                .bytes()
                .zip(form.bytes())
                .all(|(own, form)| if form == b'0' { own.is_ascii_digit() } else { own == form });
        let rest = match self {
            Unit::Year => "-01-01",
            Unit::Month => "-01",
            Unit::Day => "",
        };
        fits.then(|| format!("{text}{rest}"))
    }

    fn of_format(format: &str) -> Option<Unit> {
        match format {
            "%Y" => Some(Unit::Year),
            "%Y-%m" => Some(Unit::Month),
            "%Y-%m-%d" | "%F" => Some(Unit::Day),
            _ => None,
        }
    }

    fn of_length(length: &str) -> Option<Unit> {
        match length {
            "4" => Some(Unit::Year),
            "7" => Some(Unit::Month),
            "10" => Some(Unit::Day),
            _ => None,
        }
    }
}

/// A column's time, cut.
struct Cut {
    unit: Unit,
    column: Column,
    /// Whether the column holds seconds since 1970.
    epoch: bool,
    function: String,
}

/// `strftime('%Y-%m', t) = '2025-11'` and its like as a range.
pub(super) fn range(desk: &Desk<'_>, select: &Select, condition: &Expr) -> Result<Option<Change>, Failure> {
    let (cut, low, high) = match &condition.kind {
        ExprKind::Binary { op, left, right, .. } => {
            let (cut, other, op) = match (cut(desk, select, left), cut(desk, select, right)) {
                (Some(cut), None) => (cut, right, *op),
                (None, Some(cut)) => (cut, left, turned(*op)),
                _ => return Ok(None),
            };
            let (from, to) = match op {
                BinaryOp::Eq | BinaryOp::Is => (Some(Edge::Start), Some(Edge::End)),
                BinaryOp::Ge => (Some(Edge::Start), None),
                BinaryOp::Gt => (Some(Edge::End), None),
                BinaryOp::Lt => (None, Some(Edge::Start)),
                BinaryOp::Le => (None, Some(Edge::End)),
                _ => return Ok(None),
            };
            (cut, from.map(|edge| (&**other, edge)), to.map(|edge| (&**other, edge)))
        }
        ExprKind::Between { not: false, expr, low, high, .. } => {
            let Some(cut) = cut(desk, select, expr) else { return Ok(None) };
            (cut, Some((&**low, Edge::Start)), Some((&**high, Edge::End)))
        }
        _ => return Ok(None),
    };
    let mut own = cut.column.clone();
    if !cut.epoch {
        own.form = times(desk, &own)?;
        if own.form.is_none() {
            return Ok(None);
        }
    }
    let mut parts = Vec::new();
    for (bound, sign) in [(low, ">="), (high, "<")] {
        let Some((expr, edge)) = bound else { continue };
        let Some(text) = edge_of(desk, &cut, expr, edge)? else { return Ok(None) };
        parts.push(format!("{} {sign} {text}", own.text));
    }
    Ok(Some(Change {
        kind: RewriteKind::Range,
        text: parts.join(" AND "),
        words: format!("a range of {} instead of {}()", own.name, cut.function),
        column: Some(own),
    }))
}

/// An end of a unit; the end itself is the start of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge {
    Start,
    End,
}

/// The operator with its sides exchanged.
pub(super) fn turned(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Lt => BinaryOp::Gt,
        BinaryOp::Le => BinaryOp::Ge,
        BinaryOp::Gt => BinaryOp::Lt,
        BinaryOp::Ge => BinaryOp::Le,
        other => other,
    }
}

fn cut(desk: &Desk<'_>, select: &Select, expr: &Expr) -> Option<Cut> {
    let bare = match &expr.bare().kind {
        // CAST(strftime('%Y', t) AS INTEGER) = 2025
        ExprKind::Cast { expr, .. } => expr.bare(),
        _ => expr.bare(),
    };
    let ExprKind::Call(call) = &bare.kind else { return None };
    let is_cast = bare.span != expr.bare().span;
    let function = call.name.text.to_ascii_lowercase();
    let args: Vec<&Expr> = call.args.iter().collect();
    let (unit, time, rest) = match (function.as_str(), args.as_slice()) {
        ("strftime", [format, time, rest @ ..]) => match &format.bare().kind {
            ExprKind::String(format) => (Unit::of_format(format)?, *time, rest),
            _ => return None,
        },
        ("date", [time, rest @ ..]) => (Unit::Day, *time, rest),
        ("substr" | "substring", [time, one, length]) if desk.text(one) == "1" => {
            (Unit::of_length(desk.text(length))?, *time, &[][..])
        }
        _ => return None,
    };
    if is_cast && unit != Unit::Year {
        return None;
    }
    let epoch = match rest {
        [] => false,
        [one] => matches!(&one.bare().kind, ExprKind::String(word) if word.eq_ignore_ascii_case("unixepoch")),
        _ => return None,
    };
    if !rest.is_empty() && !epoch {
        return None;
    }
    Some(Cut { unit, column: column(desk, select, time)?, epoch, function })
}

/// One end of the unit that an expression names, as the column would write it.
fn edge_of(desk: &Desk<'_>, cut: &Cut, expr: &Expr, edge: Edge) -> Result<Option<String>, Failure> {
    let unit = cut.unit.name();
    let written = match &expr.bare().kind {
        ExprKind::String(text) => Some(text.clone()),
        ExprKind::Number if cut.unit == Unit::Year => Some(desk.text(expr.bare()).to_owned()),
        _ => None,
    };
    let function = if cut.epoch { "unixepoch" } else { "date" };
    let next = match edge {
        Edge::Start => String::new(),
        Edge::End => format!(", '+1 {unit}'"),
    };
    if let Some(text) = written {
        let Some(first) = cut.unit.first_day(&text) else { return Ok(None) };
        // 2025-02-30 is written like a day and is none.
        let valid = desk.value(&format!("date({0}) = {0}", quoted(&first)))?;
        if valid != Some(Value::Integer(1)) {
            return Ok(None);
        }
        let bound = desk.value(&format!("{function}({}{next})", quoted(&first)))?;
        return Ok(bound.map(|value| value.to_string()));
    }
    if !columns(expr).is_empty() {
        return Ok(None);
    }
    let inner = match &expr.bare().kind {
        ExprKind::Now if desk.text(expr).eq_ignore_ascii_case("current_date") && cut.unit == Unit::Day => {
            "'now'".to_owned()
        }
        ExprKind::Call(call) => match same_unit(desk, call, cut.unit) {
            Some(inner) => inner,
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    let start = match cut.unit {
        Unit::Day if cut.epoch => ", 'start of day'",
        Unit::Day => "",
        Unit::Month => ", 'start of month'",
        Unit::Year => ", 'start of year'",
    };
    Ok(Some(format!("{function}({inner}{start}{next})")))
}

/// The time and its modifiers in a call that cuts to the same unit.
fn same_unit(desk: &Desk<'_>, call: &Call, unit: Unit) -> Option<String> {
    let listed = |args: &[Expr]| {
        let texts: Vec<&str> = args.iter().map(|arg| desk.text(arg)).collect();
        (!texts.is_empty()).then(|| texts.join(", "))
    };
    match call.name.text.to_ascii_lowercase().as_str() {
        "strftime" => match &call.args.first()?.bare().kind {
            ExprKind::String(format) if Unit::of_format(format) == Some(unit) => listed(&call.args[1..]),
            _ => None,
        },
        "date" if unit == Unit::Day => listed(&call.args),
        "substr" | "substring" => match call.args.as_slice() {
            [time, one, length]
                if desk.text(one) == "1" && Unit::of_length(desk.text(length)) == Some(unit) =>
            {
                match &time.bare().kind {
                    ExprKind::Call(inner)
                        if ["date", "datetime"].contains(&inner.name.text.to_ascii_lowercase().as_str()) =>
                    {
                        listed(&inner.args)
                    }
                    _ => None,
                }
            }
            _ => None,
        },
        _ => None,
    }
}

/// The function that writes a time as a column does.
pub(super) fn writer(form: Form) -> Option<&'static str> {
    match form {
        Form::DateTime => Some("datetime"),
        Form::Date => Some("date"),
        Form::Integers | Form::Numbers | Form::Texts => None,
    }
}
