//! Single edits of a query: the mutants of a reference, the score of a suite, and the repair of an answer, from one
//! engine. Each edit is made on the text itself, so that all else stays byte for byte as it was written.
//!
//! An edit may make a query that SQLite refuses, or one that means the same: whoever uses them runs them.

mod calls;
mod clauses;
mod donate;
mod kinds;
mod literals;
mod predicates;
mod windows;

pub use donate::donated;
pub use kinds::{Clause, EditKind};

use std::collections::{BTreeMap, BTreeSet};

use super::aggregates::item_expr;
use super::ast::{BinaryOp, Constraint, Core, Expr, ExprKind, InSet, Query, Select};
use super::lexer::Span;
use super::names::{ColumnAt, SchemaNames};
use super::parse::parse_query;
use super::resolve::{Resolution, resolve};
use super::split::normalize;
use super::visit::{Node, Place, all_queries, below, each_expr, query_exprs, select_exprs};

/// One edit of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The whole statement, edited.
    pub sql: String,
    /// The clause it is made in, of its own query.
    pub clause: Clause,
    /// What it changes.
    pub kind: EditKind,
    /// Where to look, for a hint that gives nothing away: `the join of orders`, `WHERE in spend`.
    pub place: String,
    /// The edit itself, with its line: ``line 3: `>=` becomes `>` ``.
    pub description: String,
    /// What it changes in the original.
    pub span: Span,
    /// In how many places it edits alike at once: one, unless the same edit can be made in several.
    pub times: usize,
}

/// All edits of one statement together are not longer than this.
const MOST_BYTES: usize = 16 << 20;

/// All single edits of a query, each once, in the order of the text; none where it does not parse. Each differs from the
/// original, and from all others, in more than white space, comments and case.
pub fn edits(sql: &str, names: &SchemaNames) -> Vec<Edit> {
    let Ok(query) = parse_query(sql) else { return Vec::new() };
    let resolution = resolve(&query, sql, names);
    let mut maker = Maker { sql, names, found: &resolution, strings: Vec::new(), drafts: Vec::new() };
    maker.collect_strings(&query);
    maker.all(&query);
    let mut drafts = maker.drafts;
    let repeated = everywhere(&drafts);
    drafts.extend(repeated);
    finish(sql, drafts)
}

/// Applies drafts, in the order of the text, and keeps those that are new.
fn finish(sql: &str, mut drafts: Vec<Draft>) -> Vec<Edit> {
    let mut seen = BTreeSet::from([normalize(sql)]);
    drafts.sort_by(|a, b| (a.times, a.span, a.kind, &a.what).cmp(&(b.times, b.span, b.kind, &b.what)));
    // A statement of megabytes must not become gigabytes.
    drafts.truncate(MOST_BYTES / sql.len().max(1));
    let mut out = Vec::new();
    for draft in drafts {
        let edited = apply(sql, &draft.pieces);
        if seen.insert(normalize(&edited)) {
            let line = 1 + sql[..draft.span.start].matches('\n').count();
            let Draft { clause, kind, place, what, span, times, .. } = draft;
            let description = if times > 1 {
                format!("line {line} and on: {what}, {times} times")
            } else {
                format!("line {line}: {what}")
            };
            out.push(Edit { sql: edited, clause, kind, place, description, span, times });
        }
    }
    out
}

/// What is edited alike in several places, edited in all of them at once: who counts wrongly does so in each column.
fn everywhere(drafts: &[Draft]) -> Vec<Draft> {
    let mut groups: BTreeMap<(EditKind, &str), Vec<&Draft>> = BTreeMap::new();
    for draft in drafts {
        groups.entry((draft.kind, &draft.template)).or_default().push(draft);
    }
    let mut out = Vec::new();
    for group in groups.into_values().filter(|group| group.len() > 1) {
        let mut pieces: Vec<(Span, String)> = group.iter().flat_map(|draft| draft.pieces.clone()).collect();
        pieces.sort_by_key(|(span, _)| *span);
        let apart = |pair: &[(Span, String)]| pair[0].0.end <= pair[1].0.start && pair[0].0 != pair[1].0;
        if pieces.windows(2).all(apart) {
            let first = group.iter().min_by_key(|d| d.span).expect("a group has members");
            out.push(Draft {
                pieces,
                times: group.len(),
                what: first.template.clone(),
                place: first.place.clone(),
                template: first.template.clone(),
                ..**first
            });
        }
    }
    out
}

/// An edit before it is applied.
struct Draft {
    pieces: Vec<(Span, String)>,
    clause: Clause,
    kind: EditKind,
    place: String,
    what: String,
    span: Span,
    /// What it says of all edits like it.
    template: String,
    /// In how many places it edits.
    times: usize,
}

impl Draft {
    fn new(
        pieces: Vec<(Span, String)>,
        clause: Clause,
        kind: EditKind,
        place: String,
        what: String,
        span: Span,
    ) -> Draft {
        Draft { pieces, clause, kind, place, template: what.clone(), what, span, times: 1 }
    }
}

/// Puts texts in the place of spans, which do not overlap; what goes to one place stays in order.
fn apply(sql: &str, pieces: &[(Span, String)]) -> String {
    let mut pieces: Vec<&(Span, String)> = pieces.iter().collect();
    pieces.sort_by_key(|(span, _)| (span.start, span.end));
    let mut out = String::with_capacity(sql.len() + 32);
    let mut from = 0;
    for (span, text) in pieces {
        out += &sql[from.min(span.start)..span.start];
        // Words must not run into each other.
        let next = text.chars().next();
        if next.is_some_and(is_word) && out.chars().next_back().is_some_and(is_word) {
            out.push(' ');
        }
        out += text;
        from = span.end;
    }
    let rest = &sql[from..];
    if rest.chars().next().is_some_and(is_word) && out.chars().next_back().is_some_and(is_word) && from > 0 {
        out.push(' ');
    }
    out + rest
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// What a query's rows are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// They are the result.
    Outermost,
    /// Another query reads them, or they stand for a value.
    Inner,
    /// IN looks among them.
    Set,
    /// EXISTS asks whether there are any.
    Exists,
}

/// Where in the statement the maker is.
#[derive(Clone)]
struct At<'q> {
    clause: Clause,
    /// What a hint calls the place.
    place: String,
    /// The SELECT that an expression belongs to.
    select: Option<&'q Select>,
    /// The AND or OR right above, of whose chain the expression is a member.
    chain: Option<BinaryOp>,
    /// How strongly the operator right above binds; 0 where parentheses, commas or words keep all apart.
    above: u8,
    /// Whether the query is within another.
    inner: bool,
    /// Whether some expression is above.
    nested: bool,
    /// Whether a COALESCE or the like is right above.
    coalesced: bool,
}

struct Maker<'a> {
    sql: &'a str,
    names: &'a SchemaNames,
    found: &'a Resolution,
    /// The strings that are compared, with the columns beside them.
    strings: Vec<(String, Vec<ColumnAt>)>,
    drafts: Vec<Draft>,
}

impl<'a> Maker<'a> {
    fn text(&self, span: Span) -> &'a str {
        span.text(self.sql)
    }

    fn draft(&mut self, at: &At<'_>, kind: EditKind, span: Span, pieces: Vec<(Span, String)>, what: String) {
        let (clause, place) = (at.clause, at.place.clone());
        self.drafts.push(Draft::new(pieces, clause, kind, place, what, span));
    }

    /// One text in the place of another.
    fn replace(&mut self, at: &At<'_>, kind: EditKind, span: Span, new: impl Into<String>) {
        let new = cased(self.text(span), new.into());
        let what = format!("`{}` becomes `{}`", short(self.text(span)), short(&new));
        self.draft(at, kind, span, vec![(span, new)], what);
    }

    /// A text left out.
    fn drop(&mut self, at: &At<'_>, kind: EditKind, span: Span) {
        let what = format!("without `{}`", short(self.text(span)));
        self.draft(at, kind, span, vec![(span, String::new())], what);
    }

    /// A text put in.
    fn insert(&mut self, at: &At<'_>, kind: EditKind, place: usize, new: &str) {
        let span = Span::new(place, place);
        let what = format!("with `{}`", short(new.trim().trim_start_matches(',').trim()));
        self.draft(at, kind, span, vec![(span, new.to_owned())], what);
    }

    /// Two texts that change places.
    fn swap(&mut self, at: &At<'_>, kind: EditKind, a: Span, b: Span) {
        let (first, second) = (self.text(a).to_owned(), self.text(b).to_owned());
        let what = format!("`{}` and `{}` change places", short(&first), short(&second));
        self.draft(at, kind, a.to(b), vec![(a, second), (b, first)], what);
    }

    /// The text of an expression, in parentheses unless it is of one piece.
    fn wrapped(&self, expr: &Expr) -> String {
        let text = self.text(expr.span);
        match &expr.kind {
            ExprKind::Unary { .. }
            | ExprKind::Binary { .. }
            | ExprKind::Like { .. }
            | ExprKind::Between { .. }
            | ExprKind::In { .. }
            | ExprKind::IsNull { .. }
            | ExprKind::Collate { .. } => format!("({text})"),
            ExprKind::Null
            | ExprKind::Number
            | ExprKind::String(_)
            | ExprKind::Blob
            | ExprKind::Now
            | ExprKind::Parameter
            | ExprKind::Column { .. }
            | ExprKind::Exists(_)
            | ExprKind::Subquery(_)
            | ExprKind::Call(_)
            | ExprKind::Cast { .. }
            | ExprKind::Case { .. }
            | ExprKind::Row(_) => text.to_owned(),
        }
    }

    fn all(&mut self, query: &Query) {
        let within = within(query, self.sql);
        let sets = set_spans(query);
        for inner in all_queries(query) {
            let name = within.iter().find(|(span, _)| *span == inner.span).map(|(_, name)| name.as_str());
            let recursive = query_is_recursive(query, inner);
            let set = sets.iter().find(|(span, _)| *span == inner.span);
            let role = match set {
                Some((_, true)) => Role::Exists,
                Some((_, false)) => Role::Set,
                None if inner.span == query.span => Role::Outermost,
                None => Role::Inner,
            };
            self.query(inner, name, role, recursive);
        }
    }

    /// All edits of a query's own level.
    fn query(&mut self, query: &Query, within: Option<&str>, role: Role, recursive: bool) {
        let at = |clause: Clause| At {
            clause,
            place: match within {
                Some(name) => format!("{} in {name}", clause.as_str()),
                None => clause.as_str().to_owned(),
            },
            select: None,
            inner: role != Role::Outermost,
            chain: None,
            above: 0,
            nested: false,
            coalesced: false,
        };
        for core in query.cores() {
            match core {
                Core::Values(values) => {
                    for expr in values.rows.iter().flatten() {
                        self.expr(expr, &at(Clause::Select));
                    }
                }
                Core::Select(select) => {
                    let at = |clause| At { select: Some(select), ..at(clause) };
                    for (place, expr) in select_exprs(select) {
                        if role == Role::Exists && place == Place::Select {
                            continue;
                        }
                        let mut at = at(clause_of(place));
                        if let (Place::Select, Some(alias)) = (place, item_name(select, expr, self.sql)) {
                            at.place =
                                at.place.replacen(Clause::Select.as_str(), &format!("the column {alias}"), 1);
                        }
                        if let (Place::From, Some(table)) = (place, joined_table(select, expr)) {
                            at.place =
                                at.place.replacen(Clause::From.as_str(), &format!("the join of {table}"), 1);
                        }
                        self.expr(expr, &at);
                    }
                    self.select(select, query, role, &at);
                }
            }
        }
        self.tail(query, role, recursive, &at);
    }

    /// All edits of an expression and what is below it.
    fn expr(&mut self, expr: &Expr, at: &At<'_>) {
        self.predicate(expr, at);
        self.call(expr, at);
        self.literal(expr, at);
        let coalesced =
            matches!(&expr.kind, ExprKind::Call(call) if call.name.is("coalesce") || call.name.is("ifnull"));
        let chain = match &expr.kind {
            ExprKind::Binary { op, .. } => Some(*op),
            _ => None,
        };
        let above = predicates::strength(expr);
        let above = if above == u8::MAX { 0 } else { above };
        let inner = At { chain, above, nested: true, coalesced, ..at.clone() };
        for node in below(expr) {
            match node {
                Node::Expr(part) => self.expr(part, &inner),
                Node::Query(_) => {}
            }
        }
    }

    /// Gathers the strings that the query compares with columns: what one may be mistaken for another.
    fn collect_strings(&mut self, query: &Query) {
        for inner in all_queries(query) {
            for (_, expr) in query_exprs(inner) {
                each_expr(expr, &mut |e| {
                    let parts: Vec<&Expr> = match &e.kind {
                        ExprKind::Binary { op, left, right, .. } if op.is_comparison() => {
                            vec![&**left, &**right]
                        }
                        ExprKind::In { .. }
                        | ExprKind::Between { .. }
                        | ExprKind::Case { operand: Some(_), .. } => {
                            let nodes = below(e).into_iter();
                            nodes.filter_map(|n| if let Node::Expr(e) = n { Some(e) } else { None }).collect()
                        }
                        _ => return,
                    };
                    let columns: Vec<ColumnAt> =
                        parts.iter().flat_map(|p| self.found.origin(p).columns).collect();
                    for part in parts {
                        if let ExprKind::String(_) = part.kind {
                            self.strings.push((self.text(part.span).to_owned(), columns.clone()));
                        }
                    }
                });
            }
        }
    }
}

/// The table whose join has the condition.
fn joined_table<'q>(select: &'q Select, on: &Expr) -> Option<&'q str> {
    let joins = select.from.iter().flat_map(|f| &f.joins);
    let mut of = joins.filter(|join| match &join.constraint {
        Constraint::On(clause) => clause.expr.span == on.span,
        Constraint::None | Constraint::Using { .. } => false,
    });
    of.next().map(|join| clauses::table_name(&join.source))
}

/// A keyword in the case of the one that it takes the place of.
fn cased(old: &str, new: String) -> String {
    let lower = old.chars().any(|c| c.is_ascii_lowercase()) && !old.chars().any(|c| c.is_ascii_uppercase());
    let words = new.chars().all(|c| c.is_ascii_uppercase() || c == ' ');
    if lower && words { new.to_ascii_lowercase() } else { new }
}

/// A text short enough for one line of a hint.
fn short(text: &str) -> String {
    const MOST: usize = 60;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST {
        return line;
    }
    line.chars().take(MOST - 1).collect::<String>() + "…"
}

fn clause_of(place: Place) -> Clause {
    match place {
        Place::From => Clause::From,
        Place::Where => Clause::Where,
        Place::GroupBy => Clause::GroupBy,
        Place::Having => Clause::Having,
        Place::Select | Place::Window => Clause::Select,
        Place::OrderBy => Clause::OrderBy,
        Place::Limit => Clause::Limit,
    }
}

/// What a result column is called in a hint: its alias, or its text where that is short.
fn item_name(select: &Select, expr: &Expr, sql: &str) -> Option<String> {
    let item = select.items.iter().find(|item| item_expr(item).is_some_and(|e| e.span == expr.span))?;
    let name = item.alias.as_ref().map_or(expr.span.text(sql), |a| a.text.as_str());
    (name.len() <= 30 && !name.contains('\n')).then(|| name.to_owned())
}

/// What each inner query is called in a hint.
fn within(query: &Query, sql: &str) -> Vec<(Span, String)> {
    let mut out = Vec::new();
    for inner in all_queries(query) {
        for cte in inner.with.iter().flat_map(|w| &w.ctes) {
            out.push((cte.query.span, cte.name.text.clone()));
        }
        if inner.span != query.span && !out.iter().any(|(span, _)| *span == inner.span) {
            let line = 1 + sql[..inner.span.start].matches('\n').count();
            out.push((inner.span, format!("the inner query of line {line}")));
        }
    }
    out
}

/// The queries after EXISTS and IN, of which it does not matter how often they give a row.
fn set_spans(query: &Query) -> Vec<(Span, bool)> {
    let mut out = Vec::new();
    for inner in all_queries(query) {
        for (_, expr) in query_exprs(inner) {
            each_expr(expr, &mut |e| {
                if let ExprKind::Exists(inner) | ExprKind::In { set: InSet::Query(inner), .. } = &e.kind {
                    out.push((inner.span, matches!(e.kind, ExprKind::Exists(_))));
                }
            });
        }
    }
    out
}

/// Whether a query is the body of a recursive common table expression.
fn query_is_recursive(whole: &Query, query: &Query) -> bool {
    let ctes = all_queries(whole).into_iter().filter_map(|q| q.with.as_ref());
    ctes.filter(|w| w.recursive)
        .flat_map(|w| &w.ctes)
        .any(|cte| cte.query.span == query.span && !query.rest.is_empty())
}
