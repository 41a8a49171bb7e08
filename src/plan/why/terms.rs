//! The conditions that name a column, and what may be changed in each to see whether that is what hides the column.

use super::{
    cause::Cause,
    desk::{Desk, Pieces, Site, name, qualified},
};
use crate::{
    engine::Failure,
    plan::{
        advise::shape::{disjuncts, has_parameter},
        input::IndexKey,
        node::Method,
    },
    schema::introspect::Affinity,
    sql::{
        aggregates::{columns, conjuncts},
        ast::{
            BinaryOp, Constraint, Expr, ExprKind, FromClause, InSet, JoinKind, Select, SourceKind, UnaryOp,
        },
        lexer::{Span, TokenKind, significant},
        visit::{Node, below, each_expr},
    },
};

/// A column of a site, where a condition names it.
pub(super) struct Mention<'q> {
    /// The condition, one of those that AND joins.
    pub condition: &'q Expr,
    /// The column's place in its table.
    pub column: usize,
    /// Where it is named.
    pub expr: &'q Expr,
    /// The word of the outer join in whose ON the condition stands.
    pub outer: Option<Span>,
}

/// A change of the text, and the cause that it would show.
pub(super) struct Variant {
    pub cause: Cause,
    pub pieces: Pieces,
}

/// The conditions of a SELECT: of WHERE, and of each ON with the word of its join where that is an outer one.
pub(super) fn conditions(select: &Select) -> Vec<(&Expr, Option<Span>)> {
    let mut out = Vec::new();
    if let Some(from) = &select.from {
        of_joins(from, &mut out);
    }
    if let Some(filter) = &select.filter {
        out.extend(conjuncts(&filter.expr).into_iter().map(|condition| (condition, None)));
    }
    out
}

fn of_joins<'q>(from: &'q FromClause, out: &mut Vec<(&'q Expr, Option<Span>)>) {
    for source in std::iter::once(&from.first).chain(from.joins.iter().map(|join| &join.source)) {
        if let SourceKind::Nested(inner) = &source.kind {
            of_joins(inner, out);
        }
    }
    for join in &from.joins {
        let outer = matches!(join.kind, JoinKind::Left | JoinKind::Right | JoinKind::Full);
        if let Constraint::On(on) = &join.constraint {
            let word = outer.then_some(join.op_span);
            out.extend(conjuncts(&on.expr).into_iter().map(|condition| (condition, word)));
        }
    }
}

/// Where conditions name columns of a site.
pub(super) fn mentions<'q>(desk: &Desk<'q>, site: &Site<'q>) -> Vec<Mention<'q>> {
    let mut out = Vec::new();
    for (condition, outer) in conditions(site.select) {
        for expr in columns(condition) {
            if let Some(column) = desk.column_of(site, expr) {
                out.push(Mention { condition, column, expr, outer });
            }
        }
    }
    out
}

/// Adds a condition to a SELECT.
pub(super) fn and(select: &Select, condition: &str) -> Pieces {
    match (&select.filter, &select.from) {
        (Some(filter), _) => {
            let span = filter.expr.span;
            vec![
                (Span::new(span.start, span.start), "(".to_owned()),
                (Span::new(span.end, span.end), format!(") AND ({condition})")),
            ]
        }
        (None, Some(from)) => {
            let end = from.span.end;
            vec![(Span::new(end, end), format!(" WHERE {condition}"))]
        }
        (None, None) => Pieces::new(),
    }
}

/// For a partial index: the parameters of conditions on its columns, each bound to the values that its own condition
/// names.
pub(super) fn parameters(desk: &Desk<'_>, mentions: &[Mention<'_>], condition: &str) -> Vec<Variant> {
    let literal = |kind: TokenKind| matches!(kind, TokenKind::String | TokenKind::Number);
    let tokens = significant(condition);
    let literals: Vec<&str> =
        tokens.iter().filter(|token| literal(token.kind)).map(|token| token.text(condition)).collect();
    let mut out = Vec::new();
    for mention in mentions {
        let mut found = Vec::new();
        each_expr(mention.condition, &mut |e| {
            if matches!(e.kind, ExprKind::Parameter) {
                found.push(e.span);
            }
        });
        for span in found {
            let parameter = span.text(desk.sql).to_owned();
            out.extend(literals.iter().map(|literal| Variant {
                cause: Cause::Parameter { condition: condition.to_owned(), parameter: parameter.clone() },
                pieces: vec![(span, (*literal).to_owned())],
            }));
        }
    }
    out
}

/// What may be changed in the condition of a mention so that an index on the column can be searched.
pub(super) fn variants(desk: &Desk<'_>, site: &Site<'_>, mention: &Mention<'_>) -> Vec<Variant> {
    let mut out = Vec::new();
    let top = mention.condition.bare();
    if let ExprKind::Binary { op: BinaryOp::Or, .. } = top.kind {
        let mut arms = Vec::new();
        disjuncts(top, &mut arms);
        let Some(arm) = arms.iter().find(|arm| arm.span.contains(mention.expr.span)) else { return out };
        let alone = vec![
            (Span::new(top.span.start, arm.span.start), "(".to_owned()),
            (Span::new(arm.span.end, top.span.end), ")".to_owned()),
        ];
        out.push(Variant { cause: Cause::Or { blocking: Vec::new() }, pieces: alone.clone() });
        for part in conjuncts(arm) {
            if part.span.contains(mention.expr.span) {
                let inner = of_condition(desk, site, mention, part);
                out.extend(inner.into_iter().map(|variant| Variant {
                    pieces: alone.iter().chain(&variant.pieces).cloned().collect(),
                    ..variant
                }));
            }
        }
    } else {
        out.extend(of_condition(desk, site, mention, top));
    }
    if let Some(word) = mention.outer {
        let column = desk.text(mention.expr).to_owned();
        out.push(Variant { cause: Cause::OuterJoin { column }, pieces: vec![(word, "JOIN".to_owned())] });
    }
    out
}

/// What is to be said of a cause once it is known to be one.
pub(super) fn named(
    desk: &Desk<'_>,
    site: &Site<'_>,
    mention: &Mention<'_>,
    cause: Cause,
) -> Result<Cause, Failure> {
    let Cause::Or { .. } = cause else { return Ok(cause) };
    let top = mention.condition.bare();
    let mut arms = Vec::new();
    disjuncts(top, &mut arms);
    let mut blocking = Vec::new();
    for arm in arms.iter().filter(|arm| !arm.span.contains(mention.expr.span)) {
        let text = desk.text(arm).to_owned();
        let named = columns(arm);
        if named.is_empty() && has_parameter(arm) {
            return Ok(Cause::OptionalFilter { arm: text });
        }
        if !named.is_empty() && !named.iter().any(|column| desk.column_of(site, column).is_some()) {
            return Ok(Cause::OrAcross { arm: text });
        }
        let plan = desk.plan(&desk.edited(&[(top.span, format!("({text})"))]))?;
        let searched = plan.is_some_and(|plan| {
            plan.accesses().any(|access| {
                access.source.eq_ignore_ascii_case(site.name) && access.method == Method::Search
            })
        });
        if !searched {
            blocking.push(text);
        }
    }
    Ok(Cause::Or { blocking })
}

fn of_condition(desk: &Desk<'_>, site: &Site<'_>, mention: &Mention<'_>, top: &Expr) -> Vec<Variant> {
    let column = desk.text(mention.expr).to_owned();
    let sides = |op: BinaryOp, op_span: Span, left: &Expr, right: &Expr| {
        let (side, other) = if left.span.contains(mention.expr.span) { (left, right) } else { (right, left) };
        let positive = match op {
            BinaryOp::Ne | BinaryOp::IsNot => Some((op_span, "=".to_owned())),
            _ => None,
        };
        of_comparison(desk, site, mention, side, &[other], positive)
    };
    match &top.kind {
        ExprKind::Binary { op, op_span, left, right } if op.is_comparison() => {
            sides(*op, *op_span, left, right)
        }
        ExprKind::Like { op_span, not, left, right, .. } if left.span.contains(mention.expr.span) => {
            of_pattern(desk, site, mention, (*op_span, *not), left, right)
        }
        ExprKind::Between { op_span, not, expr, low, high } if expr.span.contains(mention.expr.span) => {
            let positive = not.then(|| (*op_span, "BETWEEN".to_owned()));
            of_comparison(desk, site, mention, expr, &[low, high], positive)
        }
        ExprKind::In { op_span, not, expr, set } if expr.span.contains(mention.expr.span) => {
            let positive = not.then(|| (*op_span, "IN".to_owned()));
            let others: Vec<&Expr> = match set {
                InSet::List(items) => items.iter().collect(),
                InSet::Query(_) | InSet::Table(_) => Vec::new(),
            };
            of_comparison(desk, site, mention, expr, &others, positive)
        }
        ExprKind::IsNull { expr, .. } => of_comparison(desk, site, mention, expr, &[], None),
        _ => vec![Variant {
            cause: Cause::Expression { expr: desk.text(top).to_owned(), column: column.clone() },
            pieces: vec![(top.span, format!("{column} = 1"))],
        }],
    }
}

fn of_comparison(
    desk: &Desk<'_>,
    site: &Site<'_>,
    mention: &Mention<'_>,
    side: &Expr,
    others: &[&Expr],
    positive: Option<(Span, String)>,
) -> Vec<Variant> {
    let mut out = Vec::new();
    let column = desk.text(mention.expr).to_owned();
    let expr = desk.text(side.bare()).to_owned();
    if side.bare().span != mention.expr.span && side.row().len() == 1 {
        if let Some(IndexKey::Expression(key)) = site.index.keys.first() {
            let cause = Cause::OtherExpression { expr: expr.clone(), key: key.clone() };
            let own = qualified(key, site.name, &site.table.name);
            out.push(Variant { cause, pieces: vec![(side.span, own)] });
        }
        let cause = around(desk, site, side.bare(), &expr, &column);
        out.push(Variant { cause, pieces: vec![(side.span, column.clone())] });
        return out;
    }
    if let Some((span, operator)) = positive {
        let cause = Cause::Unequal { operator: span.text(desk.sql).to_uppercase(), column: column.clone() };
        out.push(Variant { cause, pieces: vec![(span, operator)] });
    }
    if let Some(IndexKey::Expression(key)) = site.index.keys.first() {
        let cause = Cause::OtherExpression { expr: expr.clone(), key: key.clone() };
        let own = qualified(key, site.name, &site.table.name);
        out.push(Variant { cause, pieces: vec![(side.span, own)] });
        return out;
    }
    let collated = |other: &&Expr| match &other.bare().kind {
        ExprKind::Collate { expr, .. } => Some((other.span, desk.text(expr).to_owned())),
        _ => None,
    };
    let own = desk.collation(site.index);
    let collation = || Cause::Collation { index: own.to_owned(), column: column.clone() };
    let plain: Pieces = others.iter().filter_map(collated).collect();
    if !plain.is_empty() {
        out.push(Variant { cause: collation(), pieces: plain });
    }
    if desk.collates {
        let collate = format!("{column} COLLATE {}", name(own));
        out.push(Variant { cause: collation(), pieces: vec![(side.span, collate)] });
    }
    if let [other] = others {
        let affinity = site.table.columns[mention.column].affinity;
        let text = desk.text(other).to_owned();
        if columns(other).iter().any(|inner| desk.column_of(site, inner).is_some()) {
            let cause = Cause::SameRow { column: column.clone(), other: text };
            out.push(Variant { cause, pieces: vec![(other.span, "1".to_owned())] });
        } else if at_odds(affinity, affinity_of(desk, other)) {
            let as_type = type_name(affinity);
            let cast = format!("CAST({text} AS {as_type})");
            let declared = &site.table.columns[mention.column].declared;
            let column_type = if declared.is_empty() { "no type".to_owned() } else { declared.clone() };
            let cause = Cause::Types { column, column_type, other: text };
            out.push(Variant { cause, pieces: vec![(other.span, cast)] });
        } else if !columns(other).is_empty() {
            // Without the other table's own keys, the join has to begin there.
            let cause = Cause::JoinOrder { column, other: text.clone() };
            out.push(Variant { cause, pieces: vec![(other.span, format!("+({text})"))] });
        }
    }
    out
}

/// Whether a comparison with a value of the other affinity converts what a column of this one holds.
fn at_odds(own: Affinity, other: Option<Affinity>) -> bool {
    match (own, other) {
        (Affinity::Text | Affinity::Blob, Some(Affinity::Integer | Affinity::Real | Affinity::Numeric))
        | (Affinity::Blob, Some(Affinity::Text)) => true,
        (_, Some(_) | None) => false,
    }
}

/// The affinity of a column or a CAST; other expressions have none.
fn affinity_of(desk: &Desk<'_>, expr: &Expr) -> Option<Affinity> {
    match &expr.bare().kind {
        ExprKind::Column { .. } => {
            let at = desk.found.column(expr.bare())?.exact?;
            Some(desk.schema.tables[at.table].columns[at.column].affinity)
        }
        ExprKind::Cast { type_span, .. } => {
            let name = type_span.text(desk.sql).to_ascii_uppercase();
            let holds = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
            Some(if holds(&["INT"]) {
                Affinity::Integer
            } else if holds(&["CHAR", "CLOB", "TEXT"]) {
                Affinity::Text
            } else if holds(&["BLOB"]) {
                Affinity::Blob
            } else if holds(&["REAL", "FLOA", "DOUB"]) {
                Affinity::Real
            } else {
                Affinity::Numeric
            })
        }
        _ => None,
    }
}

/// The type to cast to so that no affinity is at odds with a column's.
fn type_name(affinity: Affinity) -> &'static str {
    match affinity {
        Affinity::Text => "TEXT",
        Affinity::Integer => "INTEGER",
        Affinity::Real => "REAL",
        Affinity::Numeric => "NUMERIC",
        Affinity::Blob => "BLOB",
    }
}

/// What kind of thing stands around a column.
fn around(desk: &Desk<'_>, site: &Site<'_>, side: &Expr, expr: &str, column: &str) -> Cause {
    let (expr, column) = (expr.to_owned(), column.to_owned());
    let called = |expr: &Expr| match &expr.bare().kind {
        ExprKind::Call(call) if !columns(expr).is_empty() => Some(call.name.text.to_ascii_lowercase()),
        _ => None,
    };
    match &side.kind {
        ExprKind::Call(call) => Cause::Function { expr, name: call.name.text.to_ascii_lowercase(), column },
        ExprKind::Cast { expr: inner, .. } => match called(inner) {
            Some(name) => Cause::Function { expr, name, column },
            None => Cause::Cast { expr, column },
        },
        ExprKind::Unary { op: UnaryOp::Plus, .. } => Cause::UnaryPlus { column },
        ExprKind::Collate { .. } => Cause::Collation { index: desk.collation(site.index).to_owned(), column },
        ExprKind::Binary { .. } | ExprKind::Unary { .. } => {
            let call = below(side).into_iter().find_map(|node| match node {
                Node::Expr(inner) => called(inner),
                Node::Query(_) => None,
            });
            match call {
                Some(name) => Cause::Function { expr, name, column },
                None => Cause::Arithmetic { expr, column },
            }
        }
        _ => Cause::Expression { expr, column },
    }
}

fn of_pattern(
    desk: &Desk<'_>,
    site: &Site<'_>,
    mention: &Mention<'_>,
    (op_span, not): (Span, bool),
    side: &Expr,
    pattern: &Expr,
) -> Vec<Variant> {
    let words = op_span.text(desk.sql).to_ascii_uppercase();
    let like = words.ends_with("LIKE");
    if side.bare().span != mention.expr.span {
        return of_comparison(desk, site, mention, side, &[], None);
    }
    let column = desk.text(mention.expr).to_owned();
    let text = desk.text(pattern).to_owned();
    let fixed = |word: &str, text: &str| vec![(op_span, word.to_owned()), (pattern.span, text.to_owned())];
    let mut out = Vec::new();
    if not {
        let cause = Cause::Unequal { operator: words.clone(), column: column.clone() };
        out.push(Variant { cause: cause.clone(), pieces: fixed("LIKE", "'a%'") });
        out.push(Variant { cause, pieces: fixed("GLOB", "'a*'") });
        return out;
    }
    let case = if like {
        Cause::LikeCase { column: column.clone(), pattern: text.clone() }
    } else {
        Cause::GlobCase { column: column.clone() }
    };
    let other = if like { fixed("GLOB", "'a*'") } else { fixed("LIKE", "'a%'") };
    if let ExprKind::String(written) = &pattern.bare().kind {
        let wild: &[char] = if like { &['%', '_'] } else { &['*', '?', '['] };
        if written.starts_with(wild) {
            let wildcard = || Cause::Wildcard { pattern: text.clone() };
            out.push(Variant { cause: wildcard(), pieces: fixed("LIKE", "'a%'") });
            out.push(Variant { cause: wildcard(), pieces: fixed("GLOB", "'a*'") });
        } else {
            out.push(Variant { cause: case, pieces: other });
        }
    } else {
        let own = if like { fixed("LIKE", "'a%'") } else { fixed("GLOB", "'a*'") };
        out.push(Variant { cause: Cause::PatternParameter { pattern: text.clone() }, pieces: own });
        out.push(Variant { cause: case, pieces: other });
    }
    out
}
