//! Edits of function calls: aggregates, what they count, dates and their modifiers, NULL's stand-ins.

use super::literals::quoted;
use super::{At, EditKind as K, Maker};
use crate::sql::ast::{Call, Expr, ExprKind};
use crate::sql::lexer::Span;

impl Maker<'_> {
    /// Edits of an expression that calls a function.
    pub(super) fn call(&mut self, expr: &Expr, at: &At<'_>) {
        let ExprKind::Call(call) = &expr.kind else { return };
        let name = call.name.text.to_ascii_lowercase();
        match name.as_str() {
            "count" => self.count(call, at),
            "sum" | "avg" | "total" => {
                self.rename(call, K::Aggregate, total_kin(&name), at);
                self.distinct(call, at);
                let is_sum = name == "sum" && !at.coalesced;
                if is_sum && call.over.is_none() {
                    let text = self.text(expr.span);
                    self.replace(at, K::Coalesce, expr.span, format!("COALESCE({text}, 0)"));
                    if let Some(draft) = self.drafts.last_mut() {
                        "`SUM(…)` becomes `COALESCE(SUM(…), 0)`".clone_into(&mut draft.template);
                    }
                }
            }
            "min" | "max" => {
                let other = if name == "min" { "max" } else { "min" };
                if call.args.len() > 1 {
                    self.rename(call, K::FunctionArgument, &[other], at);
                } else {
                    self.rename(call, K::Aggregate, &[other, "sum", "count"], at);
                }
            }
            "group_concat" | "string_agg" | "json_group_array" => self.distinct(call, at),
            "coalesce" | "ifnull" => {
                if let [first, .., last] = call.args.as_slice() {
                    self.keep_argument(expr, first, K::Coalesce, at);
                    self.keep_argument(expr, last, K::Coalesce, at);
                }
            }
            "nullif" | "round" | "abs" | "lower" | "upper" | "trim" | "ltrim" | "rtrim" | "floor"
            | "ceil" | "trunc" => {
                if let Some(first) = call.args.first() {
                    self.keep_argument(expr, first, K::FunctionArgument, at);
                }
            }
            "date" | "datetime" | "time" | "julianday" | "unixepoch" | "strftime" => {
                self.date(expr, call, &name, at);
            }
            "iif" | "if" => {
                if let [_, yes, no] = call.args.as_slice() {
                    self.swap(at, K::CaseArm, yes.span, no.span);
                }
            }
            _ => {}
        }
        if let Some(filter) = &call.filter {
            self.drop(at, K::AggregateFilter, filter.span);
        }
        if let Some(over) = &call.over {
            self.window_call(call, &name, over, at);
        }
    }

    fn keep_argument(&mut self, whole: &Expr, argument: &Expr, kind: K, at: &At<'_>) {
        let text = if at.nested { self.wrapped(argument) } else { self.text(argument.span).to_owned() };
        self.replace(at, kind, whole.span, text);
    }

    /// The same call of other functions.
    pub(super) fn rename(&mut self, call: &Call, kind: K, others: &[&str], at: &At<'_>) {
        let upper = self.text(call.name.span).starts_with(|c: char| c.is_ascii_uppercase());
        for other in others {
            let new = if upper { other.to_ascii_uppercase() } else { (*other).to_owned() };
            self.replace(at, kind, call.name.span, new);
        }
    }

    /// DISTINCT put in or left out; windows take none.
    fn distinct(&mut self, call: &Call, at: &At<'_>) {
        match call.distinct {
            Some(word) => self.drop(at, K::Distinct, Span::new(word.start, call.args[0].span.start)),
            None if call.over.is_none() && call.args.len() == 1 => {
                self.insert(at, K::Distinct, call.inside.start, "DISTINCT ");
            }
            None => {}
        }
    }

    fn count(&mut self, call: &Call, at: &At<'_>) {
        if call.star || call.args.is_empty() {
            // What might have been counted: the key of each source.
            let sources = at.select.map(|s| self.found.sources(s)).unwrap_or_default();
            for source in sources {
                let key = source.keys.iter().find(|k| !k.is_empty()).map(|k| k[0]);
                if let (Some(name), Some(column)) = (&source.name, key.and_then(|k| source.columns.get(k))) {
                    let column = format!("{}.{}", quoted(name), quoted(&column.name));
                    self.replace(at, K::CountArgument, call.inside, column.clone());
                    if call.over.is_none() && sources.len() > 1 {
                        self.replace(at, K::CountArgument, call.inside, format!("DISTINCT {column}"));
                    }
                }
            }
            return;
        }
        self.distinct(call, at);
        self.replace(at, K::CountArgument, call.inside, "*");
        if call.distinct.is_none() {
            self.rename(call, K::Aggregate, &["sum", "max"], at);
        }
    }

    /// Edits of a date function: its modifiers, its format, the function itself.
    fn date(&mut self, expr: &Expr, call: &Call, name: &str, at: &At<'_>) {
        let first_modifier = if name == "strftime" { 2 } else { 1 };
        if name == "strftime"
            && let Some(format) = call.args.first()
            && let ExprKind::String(text) = &format.kind
        {
            for new in other_formats(text) {
                self.replace(at, K::DateFormat, format.span, format!("'{new}'"));
            }
        }
        match (name, call.args.as_slice()) {
            ("date" | "datetime", [moment])
                if !matches!(moment.kind, ExprKind::String(_) | ExprKind::Now) =>
            {
                self.keep_argument(expr, moment, K::FunctionArgument, at);
            }
            ("date", [_, ..]) => self.rename(call, K::FunctionArgument, &["datetime"], at),
            ("datetime", [_, ..]) => self.rename(call, K::FunctionArgument, &["date"], at),
            _ => {}
        }
        for (i, modifier) in call.args.iter().enumerate().skip(first_modifier) {
            let before = call.args[i - 1].span.end;
            let what = format!("without `{}`", super::short(self.text(modifier.span)));
            let span = Span::new(before, modifier.span.end);
            self.draft(at, K::DateModifier, modifier.span, vec![(span, String::new())], what);
            if let ExprKind::String(text) = &modifier.kind {
                for new in other_modifiers(text) {
                    self.replace(at, K::DateModifier, modifier.span, format!("'{new}'"));
                }
            }
            if let Some(next) = call.args.get(i + 1) {
                self.swap(at, K::DateModifier, modifier.span, next.span);
            }
        }
    }
}

fn total_kin(name: &str) -> &'static [&'static str] {
    match name {
        "sum" => &["avg", "max", "count", "total"],
        "avg" => &["sum", "max"],
        _ => &["sum", "avg"],
    }
}

/// Modifiers that one might write instead of one.
fn other_modifiers(text: &str) -> Vec<String> {
    let lower = text.trim().to_ascii_lowercase();
    let fixed: &[&str] = match lower.as_str() {
        "start of month" => &["start of year", "start of day"],
        "start of year" | "start of day" => &["start of month"],
        _ => &[],
    };
    if !fixed.is_empty() {
        return fixed.iter().map(|&s| s.to_owned()).collect();
    }
    let Some((count, unit)) = lower.split_once(' ') else { return Vec::new() };
    let Ok(n) = count.parse::<i64>() else { return Vec::new() };
    let unit = unit.trim();
    let shown = |n: i64, unit: &str| format!("{n:+} {unit}");
    let mut out = vec![shown(n + 1, unit), shown(n - 1, unit), shown(-n, unit)];
    match unit.trim_end_matches('s') {
        "month" => out.push(shown(n * 30, "days")),
        "year" => out.push(shown(n * 365, "days")),
        _ => {}
    }
    // Adding nothing is what leaving the modifier out does.
    out.retain(|m| !m.starts_with("+0 "));
    out
}

/// Formats that one might write instead of one.
fn other_formats(text: &str) -> Vec<&'static str> {
    let all: &[&'static str] = match text {
        "%Y-%m" => &["%m", "%Y", "%Y-%m-%d"],
        "%Y-%m-%d" => &["%Y-%m", "%d", "%m-%d"],
        "%Y" => &["%Y-%m", "%m"],
        "%m" => &["%Y-%m", "%d", "%Y"],
        "%d" => &["%m", "%j"],
        "%w" => &["%u", "%d"],
        "%u" => &["%w"],
        "%H" => &["%M", "%d"],
        "%J" => &["%j"],
        _ => &[],
    };
    all.to_vec()
}
