//! Edits of conditions: comparisons, ranges, AND and OR, what is left out or turned round.

use super::{At, Clause, EditKind as K, Maker};
use crate::sql::ast::{BinaryOp, COLLATE, EQUALITY, Expr, ExprKind, NOT, SIGN, UnaryOp};
use crate::sql::lexer::Span;

impl Maker<'_> {
    /// Edits of an expression that is a condition.
    pub(super) fn predicate(&mut self, expr: &Expr, at: &At<'_>) {
        match &expr.kind {
            ExprKind::Binary { op, left, right, .. } if op.is_comparison() => {
                self.comparison(expr, *op, left, right, at);
            }
            ExprKind::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => {
                self.operator(
                    expr,
                    if *op == BinaryOp::And { BinaryOp::Or } else { BinaryOp::And },
                    K::AndOr,
                    at,
                );
                if at.chain != Some(*op) {
                    self.members(expr, *op, at);
                }
            }
            ExprKind::Between { op_span, not, expr: value, low, high } => {
                self.toggle_not(*op_span, *not, "BETWEEN", K::NegatePredicate, at);
                if !not {
                    let (x, low, high) = (self.wrapped(value), self.wrapped(low), self.wrapped(high));
                    for text in [
                        format!("{x} >= {low} AND {x} < {high}"),
                        format!("{x} > {low} AND {x} <= {high}"),
                        format!("{x} > {low} AND {x} < {high}"),
                    ] {
                        let text = if at.nested { format!("({text})") } else { text };
                        self.replace(at, K::Between, expr.span, text);
                    }
                }
            }
            ExprKind::In { op_span, not, set, .. } => {
                self.toggle_not(*op_span, *not, "IN", K::InExists, at);
                if let crate::sql::ast::InSet::List(items) = set
                    && items.len() > 1
                {
                    self.list_items(items, K::ListItem, at);
                }
            }
            ExprKind::Like { op_span, not, .. } => {
                let word = self.text(*op_span).split_whitespace().last().unwrap_or("LIKE").to_owned();
                self.toggle_not(*op_span, *not, &word, K::NegatePredicate, at);
            }
            ExprKind::IsNull { op_span, not, .. } => {
                let new = if *not { " IS NULL" } else { " IS NOT NULL" };
                self.replace(at, K::NullTest, *op_span, new.trim_start());
            }
            ExprKind::Exists(_)
                if !self
                    .text(Span::new(0, expr.span.start))
                    .trim_end()
                    .to_ascii_lowercase()
                    .ends_with("not") =>
            {
                self.insert(at, K::InExists, expr.span.start, "NOT ");
            }
            ExprKind::Unary { op: UnaryOp::Not, op_span, expr: inner } => {
                let kind =
                    if let ExprKind::Exists(_) = inner.kind { K::InExists } else { K::NegatePredicate };
                self.drop(at, kind, *op_span);
            }
            _ => {}
        }
    }

    fn comparison(&mut self, expr: &Expr, op: BinaryOp, left: &Expr, right: &Expr, at: &At<'_>) {
        use BinaryOp as B;
        let columns = |e: &Expr| matches!(e.bare().kind, ExprKind::Column { .. });
        let joins = columns(left) && columns(right);
        let others: &[(BinaryOp, K)] = match op {
            B::Eq if joins => &[(B::Ne, K::Comparison)],
            B::Eq => &[(B::Ne, K::Comparison), (B::Le, K::Comparison), (B::Ge, K::Comparison)],
            B::Ne => &[(B::Eq, K::Comparison)],
            B::Lt => &[(B::Le, K::Boundary), (B::Gt, K::Comparison), (B::Eq, K::Comparison)],
            B::Le => &[(B::Lt, K::Boundary), (B::Ge, K::Comparison), (B::Eq, K::Comparison)],
            B::Gt => &[(B::Ge, K::Boundary), (B::Lt, K::Comparison), (B::Eq, K::Comparison)],
            B::Ge => &[(B::Gt, K::Boundary), (B::Le, K::Comparison), (B::Eq, K::Comparison)],
            B::Is => &[(B::Eq, K::NullEquality), (B::IsNot, K::Comparison)],
            B::IsNot => &[(B::Ne, K::NullEquality), (B::Is, K::Comparison)],
            _ => &[],
        };
        let pointless = matches!(op, B::Is)
            && is_plain_condition(at)
            && !(self.may_be_null(left) && self.may_be_null(right));
        for (new, kind) in others.iter().filter(|(_, kind)| *kind != K::NullEquality || !pointless) {
            self.operator(expr, *new, *kind, at);
        }
        // Where neither side can be NULL, IS and = are the same; in a condition, also where one side alone can.
        let nulls = usize::from(self.may_be_null(left)) + usize::from(self.may_be_null(right));
        let needed = if op == B::Eq && is_plain_condition(at) { 2 } else { 1 };
        if matches!(op, B::Eq | B::Ne) && nulls >= needed {
            self.operator(expr, if op == B::Eq { B::Is } else { B::IsNot }, K::NullEquality, at);
        }
    }

    /// Whether an expression may be NULL as far as is known.
    pub(super) fn may_be_null(&self, expr: &Expr) -> bool {
        match &expr.bare().kind {
            ExprKind::Number | ExprKind::String(_) | ExprKind::Blob | ExprKind::Now | ExprKind::Exists(_) => {
                false
            }
            ExprKind::Column { .. } => {
                let nullable = match self.found.column(expr.bare()).and_then(|origin| origin.exact) {
                    Some(at) => self.names.column(at).is_none_or(|c| c.nullable),
                    None => true,
                };
                nullable || self.found.is_outer(expr.bare())
            }
            _ => true,
        }
    }

    fn toggle_not(&mut self, op_span: Span, not: bool, word: &str, kind: K, at: &At<'_>) {
        let new = if not { word.to_owned() } else { format!("NOT {word}") };
        self.replace(at, kind, op_span, new);
    }

    /// Another operator in the place of a binary one, with parentheses that keep the tree as it is.
    pub(super) fn operator(&mut self, expr: &Expr, new: BinaryOp, kind: K, at: &At<'_>) {
        let ExprKind::Binary { op, op_span, left, right } = &expr.kind else { return };
        let text = symbol(new);
        let mut pieces = vec![(*op_span, text.to_owned())];
        let mut wrap = |span: Span| {
            pieces.push((Span::new(span.start, span.start), "(".to_owned()));
            pieces.push((Span::new(span.end, span.end), ")".to_owned()));
        };
        if new.strength() < op.strength() && new.strength() <= at.above {
            wrap(expr.span);
        }
        if strength(left) < new.strength() {
            wrap(left.span);
        }
        if strength(right) <= new.strength() {
            wrap(right.span);
        }
        let old = self.text(*op_span).to_owned();
        let text = super::cased(&old, text.to_owned());
        pieces[0].1.clone_from(&text);
        let what = format!("`{}` becomes `{text}`", super::short(&old));
        self.draft(at, kind, *op_span, pieces, what);
    }

    /// Each member of a chain of ANDs or ORs left out, or turned round.
    fn members(&mut self, expr: &Expr, op: BinaryOp, at: &At<'_>) {
        let mut members = Vec::new();
        chain(expr, op, &mut members);
        let spans: Vec<Span> = members.iter().map(|m| m.span).collect();
        for (i, member) in members.iter().enumerate() {
            let whole = match i {
                0 => Span::new(spans[0].start, spans[1].start),
                _ => Span::new(spans[i - 1].end, spans[i].end),
            };
            let kind = if at.clause == Clause::Having { K::Having } else { K::DropPredicate };
            self.drop(at, kind, whole);
            self.negate(member, at);
        }
    }

    /// A condition turned round as a whole, where no edit of its own does that.
    pub(super) fn negate(&mut self, member: &Expr, at: &At<'_>) {
        let has_own = match &member.bare().kind {
            ExprKind::Binary { op, .. } => op.is_comparison(),
            ExprKind::In { .. }
            | ExprKind::Like { .. }
            | ExprKind::Between { .. }
            | ExprKind::IsNull { .. }
            | ExprKind::Exists(_)
            | ExprKind::Unary { .. } => true,
            _ => false,
        };
        if !has_own {
            let text = self.text(member.span);
            let negated = if text.starts_with('(') { format!("NOT {text}") } else { format!("NOT ({text})") };
            self.replace(at, K::NegatePredicate, member.span, negated);
        }
    }

    /// Each item of a list left out, with a comma beside it.
    pub(super) fn list_items(&mut self, items: &[Expr], kind: K, at: &At<'_>) {
        for i in 0..items.len() {
            self.list_item(items, i, kind, at);
        }
    }

    /// One item of a list of several left out.
    pub(super) fn list_item(&mut self, items: &[Expr], i: usize, kind: K, at: &At<'_>) {
        let span = match i {
            0 => Span::new(items[0].span.start, items[1].span.start),
            _ => Span::new(items[i - 1].span.end, items[i].span.end),
        };
        let what = format!("without `{}`", super::short(self.text(items[i].span)));
        self.draft(at, kind, span, vec![(span, String::new())], what);
    }
}

/// Whether an expression is a condition, or a member of one, of which it matters only whether it is true.
fn is_plain_condition(at: &At<'_>) -> bool {
    let clause = matches!(at.clause, Clause::From | Clause::Where | Clause::Having);
    clause && (!at.nested || matches!(at.chain, Some(BinaryOp::And | BinaryOp::Or)))
}

/// The members of a chain of one operator, from left to right; parentheses end it.
pub(super) fn chain<'e>(expr: &'e Expr, op: BinaryOp, out: &mut Vec<&'e Expr>) {
    match &expr.kind {
        ExprKind::Binary { op: this, left, right, .. } if *this == op => {
            chain(left, op, out);
            chain(right, op, out);
        }
        _ => out.push(expr),
    }
}

/// How strongly an expression as written holds together.
pub(super) fn strength(expr: &Expr) -> u8 {
    match &expr.kind {
        ExprKind::Binary { op, .. } => op.strength(),
        ExprKind::Unary { op: UnaryOp::Not, .. } => NOT,
        ExprKind::Unary { .. } => SIGN,
        ExprKind::Collate { .. } => COLLATE,
        ExprKind::Like { .. } | ExprKind::Between { .. } | ExprKind::In { .. } | ExprKind::IsNull { .. } => {
            EQUALITY
        }
        _ => u8::MAX,
    }
}

fn symbol(op: BinaryOp) -> &'static str {
    use BinaryOp as B;
    match op {
        B::Or => "OR",
        B::And => "AND",
        B::Eq => "=",
        B::Ne => "<>",
        B::Is => "IS",
        B::IsNot => "IS NOT",
        B::Lt => "<",
        B::Le => "<=",
        B::Gt => ">",
        B::Ge => ">=",
        B::BitAnd => "&",
        B::BitOr => "|",
        B::ShiftLeft => "<<",
        B::ShiftRight => ">>",
        B::Add => "+",
        B::Subtract => "-",
        B::Multiply => "*",
        B::Divide => "/",
        B::Modulo => "%",
        B::Concat => "||",
        B::Arrow => "->>",
    }
}
