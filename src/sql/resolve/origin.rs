//! What the values of an expression are made of.

use super::Resolution;
use crate::sql::ast::{Core, Expr, ExprKind, ItemKind};
use crate::sql::names::ColumnAt;
use crate::sql::visit::{Node, below};

/// What the values of an expression are made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The column whose values it passes on unchanged.
    pub exact: Option<ColumnAt>,
    /// All columns whose values go into it.
    pub columns: Vec<ColumnAt>,
    /// Whether it counts or numbers rows.
    pub counts: bool,
    /// Whether columns are added up or computed with, so that it is larger than they are.
    pub scaled: bool,
}

impl Origin {
    pub(super) fn of(column: ColumnAt) -> Origin {
        Origin { exact: Some(column), columns: vec![column], ..Origin::default() }
    }

    pub(super) fn add(&mut self, other: &Origin) {
        for column in &other.columns {
            if !self.columns.contains(column) {
                self.columns.push(*column);
            }
        }
        self.counts |= other.counts;
        self.scaled |= other.scaled;
    }
}

impl Resolution {
    /// What an expression's values are made of.
    pub fn origin(&self, expr: &Expr) -> Origin {
        let mut out = Origin::default();
        match &expr.kind {
            ExprKind::Column { .. } => return self.column(expr).cloned().unwrap_or_default(),
            ExprKind::Row(items) if items.len() == 1 => return self.origin(&items[0]),
            ExprKind::Collate { expr, .. } => return self.origin(expr),
            ExprKind::Subquery(query) => {
                if let Core::Select(select) = &query.first
                    && let [item] = select.items.as_slice()
                    && let ItemKind::Expr(expr) = &item.kind
                {
                    return self.origin(expr);
                }
            }
            ExprKind::Call(call) => {
                let name = call.name.text.to_ascii_lowercase();
                if matches!(name.as_str(), "count" | "row_number" | "rank" | "dense_rank" | "ntile") {
                    out.counts = true;
                    return out;
                }
                call.args.iter().for_each(|arg| out.add(&self.origin(arg)));
                out.scaled |= matches!(name.as_str(), "sum" | "total" | "avg" | "julianday" | "unixepoch");
                if matches!(name.as_str(), "min" | "max" | "first_value" | "last_value" | "lag" | "lead") {
                    out.exact = call.args.first().and_then(|arg| self.origin(arg).exact);
                }
            }
            ExprKind::Binary { op, left, right, .. } => {
                out.add(&self.origin(left));
                out.add(&self.origin(right));
                out.scaled |= op.is_arithmetic();
            }
            ExprKind::Case { arms, otherwise, .. } => {
                for arm in arms {
                    out.add(&self.origin(&arm.when));
                    out.add(&self.origin(&arm.then));
                }
                if let Some(otherwise) = otherwise {
                    out.add(&self.origin(otherwise));
                }
            }
            ExprKind::Null
            | ExprKind::Number
            | ExprKind::String(_)
            | ExprKind::Blob
            | ExprKind::Now
            | ExprKind::Parameter
            | ExprKind::Unary { .. }
            | ExprKind::Like { .. }
            | ExprKind::Between { .. }
            | ExprKind::In { .. }
            | ExprKind::IsNull { .. }
            | ExprKind::Exists(_)
            | ExprKind::Cast { .. }
            | ExprKind::Row(_) => {
                for node in below(expr) {
                    match node {
                        Node::Expr(inner) => out.add(&self.origin(inner)),
                        Node::Query(_) => {}
                    }
                }
            }
        }
        out
    }
}
