//! Edits of values: numbers, texts, columns, arithmetic, CASE.

use super::{At, Clause, EditKind as K, Maker};
use crate::sql::aggregates::item_expr;
use crate::sql::ast::{BinaryOp, CaseArm, Expr, ExprKind, UnaryOp};
use crate::sql::lexer::Span;

/// So many texts are tried in the place of one.
const OTHER_TEXTS: usize = 6;

impl Maker<'_> {
    /// Edits of an expression that is, or computes, a value.
    pub(super) fn literal(&mut self, expr: &Expr, at: &At<'_>) {
        match &expr.kind {
            ExprKind::Number => self.number(expr, at),
            ExprKind::String(text) => self.string(expr, text, at),
            ExprKind::Column { table, column } => {
                self.siblings(expr, table.as_ref().map(|t| t.span), column.span, at);
                if at.clause == Clause::Select && !at.nested && self.found.is_outer(expr) {
                    let text = self.text(expr.span);
                    self.replace(at, K::Coalesce, expr.span, format!("COALESCE({text}, 0)"));
                }
            }
            ExprKind::Binary { op, left, right, .. } if op.is_arithmetic() => {
                self.arithmetic(expr, *op, left, right, at);
            }
            ExprKind::Binary { op: BinaryOp::Concat, left, right, .. } => {
                for part in [left, right] {
                    self.keep(expr, part, K::Arithmetic, at);
                }
            }
            ExprKind::Unary { op: UnaryOp::Minus, expr: inner, .. } => {
                self.keep(expr, inner, K::Arithmetic, at);
            }
            ExprKind::Cast { expr: inner, type_span } => {
                let text = self.wrapped(inner);
                let kind = match self.text(*type_span).to_ascii_uppercase().as_str() {
                    "REAL" | "FLOAT" | "DOUBLE" | "NUMERIC" | "DECIMAL" => K::Division,
                    _ => K::FunctionArgument,
                };
                self.replace(at, kind, expr.span, text);
            }
            ExprKind::Collate { expr: inner, .. } => self.keep(expr, inner, K::Comparison, at),
            ExprKind::Case { arms, otherwise, .. } => self.case(expr, arms, otherwise.as_deref(), at),
            _ => {}
        }
    }

    /// A part in the place of the whole.
    fn keep(&mut self, whole: &Expr, part: &Expr, kind: K, at: &At<'_>) {
        let text = self.text(part.span).to_owned();
        self.replace(at, kind, whole.span, text);
    }

    fn number(&mut self, expr: &Expr, at: &At<'_>) {
        let text = self.text(expr.span);
        // A number that is a whole key stands for a column.
        let is_key = !at.nested && matches!(at.clause, Clause::GroupBy | Clause::OrderBy);
        let kind = match at.clause {
            Clause::GroupBy if is_key => K::GroupingKey,
            Clause::OrderBy if is_key => K::OrderKey,
            Clause::Limit => K::Limit,
            _ => K::Number,
        };
        let Ok(n) = text.parse::<i64>() else { return };
        let width = at.select.map_or(usize::MAX, |s| s.items.len());
        for new in [n + 1, n - 1] {
            let in_range = !is_key || (new >= 1 && usize::try_from(new).is_ok_and(|n| n <= width));
            let signed = new >= 0 || (!at.nested && at.clause != Clause::Limit);
            if in_range && signed {
                self.replace(at, kind, expr.span, new.to_string());
            }
        }
    }

    fn string(&mut self, expr: &Expr, text: &str, at: &At<'_>) {
        let written = self.text(expr.span);
        let columns =
            self.strings.iter().find(|(s, _)| s == written).map(|(_, c)| c.clone()).unwrap_or_default();
        let beside = |other: &&(String, Vec<crate::sql::names::ColumnAt>)| {
            other.0 != written && other.1.iter().any(|c| columns.contains(c))
        };
        let others: Vec<String> =
            self.strings.iter().filter(beside).map(|(s, _)| s.clone()).take(OTHER_TEXTS).collect();
        for other in &others {
            self.replace(at, K::Text, expr.span, other.clone());
        }
        for date in shifted_dates(text) {
            self.replace(at, K::Text, expr.span, format!("'{date}'"));
        }
        if text.contains('%') && !text.contains("%Y") && !text.contains("%m") && !text.contains("%d") {
            for new in [text.trim_start_matches('%'), text.trim_end_matches('%')] {
                if new != text && !new.is_empty() {
                    self.replace(at, K::Text, expr.span, format!("'{}'", new.replace('\'', "''")));
                }
            }
        } else if others.is_empty() && !columns.is_empty() && shifted_dates(text).is_empty() {
            self.replace(at, K::Text, expr.span, format!("'{}x'", text.replace('\'', "''")));
        }
    }

    /// Other columns of the same source, and the column of the same name in other sources.
    fn siblings(&mut self, expr: &Expr, table: Option<Span>, column: Span, at: &At<'_>) {
        let Some(select) = at.select else { return };
        let Some((source, place)) = self.found.place_of(expr) else { return };
        let sources = self.found.sources(select);
        let Some(bound) = sources.get(source) else { return };
        let kind = match at.clause {
            Clause::GroupBy if !at.nested => K::GroupingKey,
            Clause::OrderBy if !at.nested => K::OrderKey,
            _ => K::Column,
        };
        let name = |source: usize, column: &str| {
            let alone = sources.iter().filter(|s| s.place(column).is_some()).count() == 1;
            match &sources[source].name {
                Some(name) if table.is_some() || !alone => format!("{}.{}", quoted(name), quoted(column)),
                _ => quoted(column),
            }
        };
        let mut new: Vec<String> = Vec::new();
        for (at, output) in bound.columns.iter().enumerate() {
            if at != place {
                new.push(name(source, &output.name));
            }
        }
        for (at, other) in sources.iter().enumerate() {
            if at != source && other.place(&bound.columns[place].name).is_some() {
                new.push(name(at, &bound.columns[place].name));
            }
        }
        let span = table.map_or(column, |t| t.to(column));
        // Outer queries may know the result column by its own name.
        let item = select.items.iter().find(|i| item_expr(i).is_some_and(|e| e.span == expr.span));
        let unnamed = at.inner && !at.nested && item.is_some_and(|i| i.alias.is_none());
        let suffix = if unnamed { format!(" AS {}", self.text(column)) } else { String::new() };
        for text in new {
            let what = format!("`{}` becomes `{text}`", self.text(span));
            self.draft(at, kind, span, vec![(span, format!("{text}{suffix}"))], what);
        }
    }

    fn arithmetic(&mut self, expr: &Expr, op: BinaryOp, left: &Expr, right: &Expr, at: &At<'_>) {
        use BinaryOp as B;
        let is_real_one = |e: &Expr| matches!(self.text(e.bare().span), "1.0" | "100.0" | "1.");
        if op == B::Multiply && (is_real_one(left) || is_real_one(right)) {
            let (number, rest) = if is_real_one(left) { (left, right) } else { (right, left) };
            let whole = self.text(number.bare().span).split('.').next().unwrap_or("1").to_owned();
            if whole == "1" {
                self.keep(expr, rest, K::Division, at);
            } else {
                self.replace(at, K::Division, number.span, whole);
            }
            return;
        }
        let others: &[BinaryOp] = match op {
            B::Add => &[B::Subtract],
            B::Subtract | B::Multiply => &[B::Add],
            B::Divide => &[B::Multiply],
            _ => &[B::Divide],
        };
        for other in others {
            self.operator(expr, *other, K::Arithmetic, at);
        }
        self.keep(expr, left, K::Arithmetic, at);
        if matches!(op, B::Add | B::Multiply) {
            self.keep(expr, right, K::Arithmetic, at);
        }
        if op == B::Divide {
            self.insert(at, K::Division, left.span.end, " * 1.0");
        }
    }

    fn case(&mut self, expr: &Expr, arms: &[CaseArm], otherwise: Option<&Expr>, at: &At<'_>) {
        for (i, arm) in arms.iter().enumerate() {
            if arms.len() > 1 {
                self.drop(at, K::CaseArm, arm.span);
            }
            if let Some(next) = arms.get(i + 1) {
                self.swap(at, K::CaseArm, arm.then.span, next.then.span);
            }
        }
        match otherwise {
            Some(value) => {
                let last = arms.last().map_or(expr.span.start, |arm| arm.span.end);
                self.drop(at, K::CaseArm, Span::new(last, value.span.end));
                if let [arm] = arms {
                    self.swap(at, K::CaseArm, arm.then.span, value.span);
                }
            }
            None => {
                if let Some(last) = arms.last() {
                    self.insert(at, K::CaseArm, last.span.end, " ELSE 0");
                }
            }
        }
    }
}

/// A name in quotes where it needs them.
pub(super) fn quoted(name: &str) -> String {
    let plain = name
        .chars()
        .enumerate()
        .all(|(i, c)| c == '_' || c.is_ascii_alphabetic() || (i > 0 && c.is_ascii_digit()));
    let reserved = crate::sql::keywords::Keyword::find(name).is_some();
    if plain && !reserved && !name.is_empty() {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// A day or a time one day earlier and later, a month one month; none for other texts.
fn shifted_dates(text: &str) -> Vec<String> {
    let bytes = text.as_bytes();
    let shape = |len: usize| {
        bytes.len() >= len
            && bytes[..len]
                .iter()
                .enumerate()
                .all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() })
    };
    let number = |range: std::ops::Range<usize>| text[range].parse::<u32>().unwrap_or(0);
    if shape(10) {
        let (year, month, day) = (number(0..4), number(5..7), number(8..10));
        let rest = &text[10..];
        return [next_day(year, month, day), day_before(year, month, day)]
            .iter()
            .map(|(y, m, d)| format!("{y:04}-{m:02}-{d:02}{rest}"))
            .collect();
    }
    if shape(7) && bytes.len() == 7 {
        let (year, month) = (number(0..4), number(5..7));
        let later = if month >= 12 { (year + 1, 1) } else { (year, month + 1) };
        let earlier = if month <= 1 { (year.saturating_sub(1), 12) } else { (year, month - 1) };
        return [later, earlier].iter().map(|(y, m)| format!("{y:04}-{m:02}")).collect();
    }
    Vec::new()
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn next_day(year: u32, month: u32, day: u32) -> (u32, u32, u32) {
    if day < days_in(year, month) {
        (year, month, day + 1)
    } else if month < 12 {
        (year, month + 1, 1)
    } else {
        (year + 1, 1, 1)
    }
}

fn day_before(year: u32, month: u32, day: u32) -> (u32, u32, u32) {
    if day > 1 {
        (year, month, day - 1)
    } else if month > 1 {
        (year, month - 1, days_in(year, month - 1))
    } else {
        (year.saturating_sub(1), 12, 31)
    }
}
