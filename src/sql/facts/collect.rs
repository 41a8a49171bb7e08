//! Constants, comparisons and functions of a parsed query.

use super::{Constant, Facts, Role, push_new};
use crate::sql::ast::{Expr, ExprKind, InSet, Query, UnaryOp};
use crate::sql::lexer::Span;
use crate::sql::resolve::{Origin, Resolution};
use crate::sql::visit::{Node, Place, all_queries, below, query_exprs};
use crate::value::Value;

/// The comparison or computation that an expression is part of.
#[derive(Clone, Default)]
struct Context {
    role: Option<Role>,
    origin: Origin,
}

pub(super) fn collect(query: &Query, sql: &str, resolution: &Resolution, facts: &mut Facts) {
    let mut collector = Collector { sql, resolution, facts };
    for query in all_queries(query) {
        for (place, expr) in query_exprs(query) {
            let role = match place {
                Place::Limit => Some(Role::Rows),
                Place::OrderBy | Place::GroupBy if matches!(expr.kind, ExprKind::Number) => continue,
                Place::OrderBy
                | Place::GroupBy
                | Place::From
                | Place::Where
                | Place::Having
                | Place::Select
                | Place::Window => None,
            };
            collector.expr(expr, &Context { role, ..Context::default() });
        }
    }
    facts.constants.sort_by_key(|c| c.span);
}

struct Collector<'a> {
    sql: &'a str,
    resolution: &'a Resolution,
    facts: &'a mut Facts,
}

impl Collector<'_> {
    fn expr(&mut self, expr: &Expr, context: &Context) {
        match &expr.kind {
            ExprKind::Number => {
                if let Some(value) = number(expr.span.text(self.sql)) {
                    self.constant(value, expr.span, context);
                }
                return;
            }
            ExprKind::String(text) => {
                self.constant(Value::Text(text.clone()), expr.span, context);
                if text.trim().eq_ignore_ascii_case("now") {
                    self.facts.uses_now = true;
                }
                return;
            }
            ExprKind::Blob => {
                self.constant(Value::Blob(blob(expr.span.text(self.sql))), expr.span, context);
                return;
            }
            ExprKind::Now => self.facts.uses_now = true,
            ExprKind::Unary { op: UnaryOp::Minus, expr: inner, .. } => {
                if let ExprKind::Number = inner.kind {
                    let value = match number(inner.span.text(self.sql)) {
                        Some(Value::Integer(i)) => Value::Integer(-i),
                        Some(Value::Real(r)) => Value::Real(-r),
                        _ => return,
                    };
                    self.constant(value, expr.span, context);
                    return;
                }
            }
            ExprKind::Binary { op, left, right, .. } if op.is_comparison() => {
                self.comparison(&[left, right], Role::Compared);
                return;
            }
            ExprKind::Between { expr, low, high, .. } => {
                self.comparison(&[expr, low, high], Role::Compared);
                return;
            }
            ExprKind::In { expr, set, .. } => {
                let mut parts = vec![&**expr];
                match set {
                    InSet::List(items) => parts.extend(items),
                    InSet::Query(_) | InSet::Table(_) => {}
                }
                self.comparison(&parts, Role::Compared);
                return;
            }
            ExprKind::Like { left, right, .. } => {
                self.comparison(&[left, right], Role::Pattern);
                return;
            }
            ExprKind::Binary { op, .. } if op.is_arithmetic() && context.role != Some(Role::Rows) => {
                // Within a comparison the constant still belongs to the comparison's columns.
                let mut inner = context.clone();
                if inner.role.is_none() {
                    inner = Context { role: Some(Role::Arithmetic), origin: self.resolution.origin(expr) };
                }
                inner.origin.scaled = true;
                self.below(expr, &inner);
                return;
            }
            ExprKind::Case { operand: Some(operand), arms, otherwise } => {
                let mut parts = vec![&**operand];
                parts.extend(arms.iter().map(|arm| &arm.when));
                self.comparison(&parts, Role::Compared);
                for result in arms.iter().map(|arm| &arm.then).chain(otherwise.as_deref()) {
                    self.expr(result, context);
                }
                return;
            }
            ExprKind::Call(call) => {
                let name = call.name.text.to_ascii_lowercase();
                self.call(&name, expr, context);
                self.facts.functions.push(name);
                return;
            }
            ExprKind::Null
            | ExprKind::Parameter
            | ExprKind::Column { .. }
            | ExprKind::Unary { .. }
            | ExprKind::Binary { .. }
            | ExprKind::IsNull { .. }
            | ExprKind::Exists(_)
            | ExprKind::Subquery(_)
            | ExprKind::Cast { .. }
            | ExprKind::Case { .. }
            | ExprKind::Collate { .. }
            | ExprKind::Row(_) => {}
        }
        self.below(expr, context);
    }

    fn below(&mut self, expr: &Expr, context: &Context) {
        for node in below(expr) {
            match node {
                Node::Expr(inner) => self.expr(inner, context),
                Node::Query(_) => {}
            }
        }
    }

    fn call(&mut self, name: &str, expr: &Expr, context: &Context) {
        let ExprKind::Call(call) = &expr.kind else { return };
        self.facts.uses_random |= matches!(name, "random" | "randomblob");
        let arguments_before_modifiers = match name {
            "date" | "time" | "datetime" | "julianday" | "unixepoch" => Some(1),
            "strftime" => Some(0),
            _ => None,
        };
        if let Some(skip) = arguments_before_modifiers {
            // Without a time these functions mean now.
            self.facts.uses_now |= call.args.len() <= usize::from(name == "strftime");
            let origin = self.resolution.origin(expr);
            for (at, arg) in call.args.iter().enumerate() {
                let is_time = at == usize::from(name == "strftime");
                let context = if at >= skip && !is_time {
                    Context { role: Some(Role::Modifier), origin: origin.clone() }
                } else {
                    context.clone()
                };
                self.expr(arg, &context);
            }
            return;
        }
        let ranks = matches!(name, "lag" | "lead" | "nth_value" | "ntile");
        let inner =
            if ranks { Context { role: Some(Role::Rows), ..Context::default() } } else { context.clone() };
        for (at, arg) in call.args.iter().enumerate() {
            self.expr(arg, if at == 0 && name != "ntile" { context } else { &inner });
        }
        for node in below(expr).into_iter().skip(call.args.len()) {
            match node {
                Node::Expr(inner) => self.expr(inner, &Context::default()),
                Node::Query(_) => {}
            }
        }
    }

    /// Reads expressions that are compared with one another: the constants in each belong to the columns of all.
    fn comparison(&mut self, parts: &[&Expr], role: Role) {
        let mut whole = Origin::default();
        let origins: Vec<Origin> = parts.iter().map(|part| self.resolution.origin(part)).collect();
        for origin in &origins {
            origin.columns.iter().for_each(|c| push_new(&mut whole.columns, *c));
            whole.counts |= origin.counts;
            whole.scaled |= origin.scaled;
        }
        if let [a, b] = parts
            && a.row().len() == b.row().len()
            && a.row().len() > 1
        {
            for (a, b) in a.row().iter().zip(b.row()) {
                self.comparison(&[a, b], role);
            }
            return;
        }
        let origins: Vec<&Origin> = origins.iter().filter(|origin| !origin.columns.is_empty()).collect();
        for (at, origin) in origins.iter().enumerate() {
            for other in &origins[at + 1..] {
                for &a in origin.columns.iter().take(3) {
                    other.columns.iter().take(3).filter(|&&b| a != b).for_each(|&b| {
                        push_new(&mut self.facts.compared, (a, b));
                    });
                }
            }
        }
        let role = if whole.counts && whole.columns.is_empty() { Role::Rows } else { role };
        let context = Context { role: Some(role), origin: whole };
        for part in parts {
            self.expr(part, &context);
        }
    }

    fn constant(&mut self, value: Value, span: Span, context: &Context) {
        self.facts.constants.push(Constant {
            value,
            span,
            role: context.role.unwrap_or(Role::Passed),
            columns: context.origin.columns.clone(),
            scaled: context.origin.scaled,
        });
    }
}

/// The value of a number as SQLite reads it.
pub(super) fn number(text: &str) -> Option<Value> {
    let text = text.replace('_', "");
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return u64::from_str_radix(hex, 16).ok().map(|u| Value::Integer(u as i64));
    }
    match text.parse::<i64>() {
        Ok(i) => Some(Value::Integer(i)),
        Err(_) => text.parse::<f64>().ok().map(Value::Real),
    }
}

fn blob(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter_map(|b| (b as char).to_digit(16)).map(|d| d as u8).collect();
    digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}
