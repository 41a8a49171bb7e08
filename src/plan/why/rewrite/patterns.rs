//! Conditions that are ranges in other words: a pattern with a fixed beginning, and what a column must not be.

use super::{Change, RewriteKind, column};
use crate::{
    plan::{
        advise::shape::is_literal,
        why::desk::{Desk, quoted},
    },
    sql::{
        ast::{BinaryOp, Expr, ExprKind, Select},
        visit::each_expr,
    },
};

/// The text after all texts that begin with this one.
fn after(prefix: &str) -> Option<String> {
    let last = prefix.chars().last()?;
    let next = char::from_u32(u32::from(last) + 1)?;
    Some(format!("{}{next}", &prefix[..prefix.len() - last.len_utf8()]))
}

/// `code LIKE '2025-%'` as a range of texts, or as GLOB where letters stand in the pattern; `substr(code, 1, 2) = 'AB'`
/// likewise.
pub(super) fn prefix(desk: &Desk<'_>, select: &Select, condition: &Expr) -> Option<Change> {
    let (own, prefix) = match &condition.kind {
        ExprKind::Like { not: false, like: true, left, right, escape: None, .. } => {
            let ExprKind::String(pattern) = &right.bare().kind else { return None };
            let prefix = pattern.strip_suffix('%')?;
            (column(desk, select, left)?, prefix.to_owned())
        }
        ExprKind::Binary { op: BinaryOp::Eq, left, right, .. } => {
            let (ExprKind::Call(call), ExprKind::String(text)) = (&left.bare().kind, &right.bare().kind)
            else {
                return None;
            };
            let cuts = ["substr", "substring"].contains(&call.name.text.to_ascii_lowercase().as_str());
            let [inner, one, length] = call.args.as_slice() else { return None };
            let length: usize = desk.text(length).parse().ok()?;
            if !cuts || desk.text(one) != "1" || text.chars().count() != length {
                return None;
            }
            let own = column(desk, select, inner)?;
            let text = text.clone();
            return Some(range(own, &text, "substr()"));
        }
        _ => return None,
    };
    if prefix.is_empty() || prefix.contains(['%', '_']) {
        return None;
    }
    if prefix.contains(|c: char| c.is_ascii_alphabetic()) {
        if prefix.contains(['*', '?', '[']) {
            return None;
        }
        let text = format!("{} GLOB {}", own.text, quoted(&format!("{prefix}*")));
        let words = format!("GLOB instead of LIKE on {}", own.name);
        return Some(Change { kind: RewriteKind::Prefix, text, words, column: Some(own) });
    }
    Some(range(own, &prefix, "LIKE"))
}

fn range(own: super::Column, prefix: &str, instead_of: &str) -> Change {
    let high =
        after(prefix).map_or_else(String::new, |high| format!(" AND {} < {}", own.text, quoted(&high)));
    Change {
        kind: RewriteKind::Prefix,
        text: format!("{} >= {}{high}", own.text, quoted(prefix)),
        words: format!("a range of {} instead of {instead_of}", own.name),
        column: Some(own),
    }
}

/// `status <> 'paid'` as `status < 'paid' OR status > 'paid'`.
pub(super) fn two_ranges(desk: &Desk<'_>, select: &Select, condition: &Expr) -> Option<Change> {
    let ExprKind::Binary { op: BinaryOp::Ne, left, right, .. } = &condition.kind else { return None };
    let own = column(desk, select, left)?;
    let mut plain = true;
    each_expr(right, &mut |e| plain &= !matches!(e.kind, ExprKind::Null));
    if !is_literal(right) || !plain {
        return None;
    }
    let other = desk.text(right);
    Some(Change {
        kind: RewriteKind::TwoRanges,
        text: format!("({0} < {other} OR {0} > {other})", own.text),
        words: format!("the two sides of {other} as ranges of {}", own.name),
        column: Some(own),
    })
}
