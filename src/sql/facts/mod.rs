//! What a statement says, as data: its constants and the columns they stand beside, the columns it equates, its order,
//! its limits, what it depends on. Knows names of a schema, no data; a text that does not parse is read by its tokens.

mod collect;
mod fallback;

use super::ast::{Core, Expr, ExprKind, Item, ItemKind, Query};
use super::keywords::Keyword;
use super::lexer::{Span, TokenKind, significant};
use super::names::{ColumnAt, SchemaNames};
use super::parse::parse_query;
use super::resolve::{Resolution, resolve};
use super::split::{normalize, split};
use super::visit::all_queries;
use crate::value::Value;

/// What a statement says.
#[derive(Debug, Clone, Default, PartialEq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Facts {
    /// Whether the text was parsed; if not, the other facts are what its tokens show.
    pub parsed: bool,
    /// The constants, in the order of the text.
    pub constants: Vec<Constant>,
    /// Pairs of columns that are set equal: by joins, comparisons, IN, INTERSECT and the like.
    pub equated: Vec<(ColumnAt, ColumnAt)>,
    /// Pairs of columns that are compared otherwise, or equated after some function of them.
    pub compared: Vec<(ColumnAt, ColumnAt)>,
    /// The tables it reads, by place, in ascending order.
    pub tables: Vec<usize>,
    /// The functions it calls, in lower case and alphabetical order.
    pub functions: Vec<String>,
    /// Whether its result depends on what day it is.
    pub uses_now: bool,
    /// Whether it calls `random` or `randomblob`.
    pub uses_random: bool,
    /// How many columns its result has, where that can be told.
    pub columns: Option<usize>,
    /// Whether the outermost level has ORDER BY.
    pub ordered: bool,
    /// The keys of that ORDER BY; none where the text was not parsed.
    pub order: Vec<OrderFact>,
    /// Whether the outermost level has LIMIT.
    pub limit: bool,
    /// Whether the outermost level is SELECT DISTINCT.
    pub distinct: bool,
    /// Whether the outermost level is a compound (UNION and the like).
    pub compound: bool,
}

/// A constant and what it stands beside.
#[derive(Debug, Clone, PartialEq)]
pub struct Constant {
    /// Its value.
    pub value: Value,
    /// Where it stands.
    pub span: Span,
    /// What it does there.
    pub role: Role,
    /// The columns in the same comparison or computation.
    pub columns: Vec<ColumnAt>,
    /// Whether the columns are added up or computed with before, so that fractions of the constant matter.
    pub scaled: bool,
}

/// What a constant does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It is compared: `=`, `<`, IN, BETWEEN, the operand of CASE.
    Compared,
    /// It is a pattern of LIKE, GLOB, REGEXP or MATCH.
    Pattern,
    /// It is part of a sum, a product and the like.
    Arithmetic,
    /// It counts rows: LIMIT, OFFSET, a comparison with COUNT or a rank.
    Rows,
    /// It is a format or a modifier of a date function.
    Modifier,
    /// It is merely passed on: a result, a default, any other argument.
    Passed,
}

/// One key of the order of the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderFact {
    /// The expression as written.
    pub text: String,
    /// Whether it descends.
    pub descending: bool,
    /// Whether it says NULLS FIRST or NULLS LAST.
    pub nulls: bool,
    /// The place of the result column that it is, if it is one.
    pub output: Option<usize>,
}

/// Reads what a statement says; of several statements, what the first one says.
pub fn facts(sql: &str, names: &SchemaNames) -> Facts {
    let first = split(sql).first().map_or("", |s| s.text);
    match parse_query(first) {
        Ok(query) => of_query(&query, first, names),
        Err(_) => fallback::facts(first, names),
    }
}

/// Reads what a query says that has been parsed from `sql` already.
pub fn of_query(query: &Query, sql: &str, names: &SchemaNames) -> Facts {
    let resolution = resolve(query, sql, names);
    let mut facts = Facts { parsed: true, ..Facts::default() };
    collect::collect(query, sql, &resolution, &mut facts);
    for &(a, b) in &resolution.joined {
        push_new(&mut facts.equated, (a, b));
    }
    facts.compared.retain(|pair| !facts.equated.contains(pair));
    for query in all_queries(query) {
        for core in query.cores() {
            if let Core::Select(select) = core {
                facts.tables.extend(resolution.sources(select).iter().filter_map(|s| s.table));
            }
        }
    }
    facts.tables.sort_unstable();
    facts.tables.dedup();
    facts.functions.sort();
    facts.functions.dedup();
    facts.columns = resolution.outputs.as_ref().map(Vec::len);
    facts.limit = query.limit.is_some();
    facts.compound = !query.rest.is_empty();
    facts.distinct = query.single_select().is_some_and(|s| s.distinct.is_some());
    facts.ordered = query.order_by.is_some();
    facts.order = order(query, sql, &resolution);
    facts
}

fn order(query: &Query, sql: &str, resolution: &Resolution) -> Vec<OrderFact> {
    let keys = query.order_by.iter().flat_map(|o| &o.keys);
    keys.map(|key| OrderFact {
        text: key.expr.span.text(sql).to_owned(),
        descending: key.descending,
        nulls: key.nulls.is_some(),
        output: output_of(&key.expr, query, sql, resolution),
    })
    .collect()
}

/// The place of the result column that a key of ORDER BY is, by SQLite's rules: a number, an alias, the same expression.
fn output_of(key: &Expr, query: &Query, sql: &str, resolution: &Resolution) -> Option<usize> {
    if let ExprKind::Number = key.kind {
        return key.span.text(sql).parse::<usize>().ok()?.checked_sub(1);
    }
    let outputs = resolution.outputs.as_ref()?;
    let key = if let ExprKind::Collate { expr, .. } = &key.kind { expr } else { key };
    let Core::Select(select) = &query.first else { return None };
    let alias = |item: &Item| match &key.kind {
        ExprKind::Column { table: None, column } => item.alias.as_ref().is_some_and(|a| a.is(&column.text)),
        _ => false,
    };
    let has_star = select.items.iter().any(|i| matches!(i.kind, ItemKind::Star(_)));
    if !has_star {
        if let Some(at) = select.items.iter().position(alias) {
            return Some(at);
        }
        let text = normalize(key.span.text(sql));
        let same = select.items.iter().position(|item| match &item.kind {
            ItemKind::Expr(expr) => normalize(expr.span.text(sql)) == text,
            ItemKind::Star(_) => false,
        });
        if same.is_some() {
            return same;
        }
    }
    match &key.kind {
        ExprKind::Column { column, .. } => {
            let mut named = outputs.iter().enumerate().filter(|(_, o)| column.is(&o.name));
            let (at, output) = named.next()?;
            let same = resolution.column(key).is_some_and(|origin| *origin == output.origin);
            (same || named.next().is_none()).then_some(at)
        }
        _ => None,
    }
}

fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// Every table that a text names, by the names under which its columns are reached; the text need not parse.
pub fn named_sources(sql: &str, names: &SchemaNames) -> Vec<(String, usize)> {
    fallback::sources(sql, &significant(sql), names)
}

/// What kind of statement a text is, by its words alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatementKind {
    /// SELECT or VALUES, with or without WITH.
    Query,
    /// INSERT or REPLACE.
    Insert,
    /// UPDATE.
    Update,
    /// DELETE.
    Delete,
    /// CREATE, DROP, ALTER, REINDEX.
    Definition,
    /// BEGIN, COMMIT, END, ROLLBACK, SAVEPOINT, RELEASE.
    Transaction,
    /// EXPLAIN, of whatever statement.
    Explain,
    /// ANALYZE, PRAGMA, VACUUM, ATTACH, DETACH.
    Upkeep,
    /// No statement of SQLite.
    Unknown,
}

/// Tells what kind of statement a text is.
pub fn statement_kind(sql: &str) -> StatementKind {
    let tokens = significant(sql);
    let mut depth = 0_usize;
    let mut with = false;
    for token in tokens {
        if token.is_op(sql, "(") {
            depth += 1;
        } else if token.is_op(sql, ")") {
            depth = depth.saturating_sub(1);
        }
        let TokenKind::Keyword(word) = token.kind else {
            if with || token.is_op(sql, ";") {
                continue;
            }
            return StatementKind::Unknown;
        };
        if depth > 0 {
            continue;
        }
        match word {
            Keyword::With => with = true,
            Keyword::Select | Keyword::Values => return StatementKind::Query,
            Keyword::Insert | Keyword::Replace => return StatementKind::Insert,
            Keyword::Update => return StatementKind::Update,
            Keyword::Delete => return StatementKind::Delete,
            _ if with => {}
            Keyword::Create | Keyword::Drop | Keyword::Alter | Keyword::Reindex => {
                return StatementKind::Definition;
            }
            Keyword::Begin
            | Keyword::Commit
            | Keyword::End
            | Keyword::Rollback
            | Keyword::Savepoint
            | Keyword::Release => return StatementKind::Transaction,
            Keyword::Explain => return StatementKind::Explain,
            Keyword::Analyze | Keyword::Pragma | Keyword::Vacuum | Keyword::Attach | Keyword::Detach => {
                return StatementKind::Upkeep;
            }
            _ => return StatementKind::Unknown,
        }
    }
    StatementKind::Unknown
}

#[cfg(test)]
mod tests;
