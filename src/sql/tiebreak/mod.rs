//! Adversarial twins: the learner's own text with keys put into its orders, so that rows which it leaves equal come in
//! one definite order. Each twin is one of the ways in which SQL allows the query to be carried out; where its result is
//! another, the answer is right only by luck of the order.
//!
//! Nothing of the text is changed, something is only put in between. What a key would change in meaning (RANK, a running
//! sum over RANGE) gets none.

mod windows;

use super::aggregates::is_aggregate;
use super::ast::{Constraint, Core, Expr, ExprKind, Item, ItemKind, Query, Select, SourceKind};
use super::lexer::Span;
use super::names::SchemaNames;
use super::parse::parse_query;
use super::resolve::{Bound, Fixed, Resolution, resolve};
use super::visit::{Node, all_queries, below, each_expr, query_exprs, select_exprs};

/// One twin of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twin {
    /// The text with what was put in.
    pub sql: String,
    /// What it shows where its result is another.
    pub luck: Luck,
    /// What stands there in the original: the order, the window, the query without an order, the column.
    pub span: Span,
}

/// What a result owes to luck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Luck {
    /// The order of the result: its ORDER BY leaves rows equal.
    Order,
    /// The order of the result: it has no ORDER BY.
    NoOrder,
    /// The rows that a LIMIT in an inner query keeps, or the row that a query in parentheses gives.
    Subquery,
    /// The order of the rows in a window.
    Window,
    /// The order of what an aggregate such as `group_concat` puts together.
    Concat,
    /// A column that is neither grouped by nor aggregated.
    BareColumn,
}

impl Luck {
    /// One sentence for the learner.
    pub fn advice(self) -> &'static str {
        match self {
            Luck::Order => "ORDER BY leaves rows equal, and these may come in any order: add a further key",
            Luck::NoOrder => "without ORDER BY the rows may come in any order",
            Luck::Subquery => {
                "which row the inner query gives is left open: order it until no two rows are equal"
            }
            Luck::Window => {
                "the window's ORDER BY leaves rows equal, and these may come in any order: add a further key"
            }
            Luck::Concat => "the values are put together in any order: write ORDER BY inside the parentheses",
            Luck::BareColumn => {
                "a column that is neither in GROUP BY nor in an aggregate may come from any row of its group"
            }
        }
    }
}

/// The twins of a query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Twins {
    /// Twins with something put in wherever it can be: few, to try first.
    pub combined: Vec<String>,
    /// Twins with one thing put in each: they tell what the luck was in.
    pub single: Vec<Twin>,
}

/// More places than this are not looked at.
const MOST: usize = 40;

/// Something to put into the text.
struct Insertion {
    luck: Luck,
    span: Span,
    /// Places and texts, for each of the two directions.
    ways: [Vec<(usize, String)>; 2],
}

/// Makes the twins of a query whose result has `columns` columns. A twin that SQLite refuses tells nothing and is to be
/// passed over. There is none of a text that does not parse, or that is random anyway.
pub fn twins(sql: &str, columns: usize, names: &SchemaNames) -> Twins {
    let Ok(query) = parse_query(sql) else { return Twins::default() };
    let resolution = resolve(&query, sql, names);
    let maker = Maker { sql, names, resolution: &resolution };
    let recursive = recursive_parts(&query);
    let mut insertions: Vec<Insertion> = Vec::new();
    insertions.extend(Maker::rows(&query, Some(columns), None));
    for (inner, scalar) in inner_queries(&query) {
        let in_recursion = recursive.contains(&inner.span);
        if !in_recursion && (scalar || inner.limit.is_some()) {
            insertions.extend(Maker::rows(inner, maker.width(inner), Some(Luck::Subquery)));
        }
    }
    for inner in all_queries(&query) {
        for core in inner.cores() {
            if let Core::Select(select) = core {
                insertions.extend(maker.windows(select, inner));
                insertions.extend(maker.concats(select));
                insertions.extend(maker.bare_columns(select));
            }
        }
    }
    insertions.truncate(MOST);
    let single = insertions.iter().flat_map(|insertion| {
        let ways = insertion.ways.iter().filter(|way| !way.is_empty());
        ways.map(|way| Twin { sql: put_in(sql, way.clone()), luck: insertion.luck, span: insertion.span })
    });
    let single: Vec<Twin> = single.collect();
    let mut combined = Vec::new();
    for way in 0..2 {
        let all: Vec<_> = insertions.iter().flat_map(|i| i.ways[way].clone()).collect();
        if !all.is_empty() {
            combined.push(put_in(sql, all));
        }
    }
    Twins { combined, single }
}

fn put_in(sql: &str, mut pieces: Vec<(usize, String)>) -> String {
    pieces.sort_by_key(|(at, _)| *at);
    let mut out = String::with_capacity(sql.len() + 64);
    let mut from = 0;
    for (at, text) in pieces {
        out += &sql[from..at];
        out += &text;
        from = at;
    }
    out + &sql[from..]
}

/// The parts of recursive common table expressions, whose own order and limit are part of their meaning.
fn recursive_parts(query: &Query) -> Vec<Span> {
    let ctes = all_queries(query).into_iter().filter_map(|q| q.with.as_ref()).flat_map(|w| &w.ctes);
    let reads = |query: &Query, name: &str| {
        let cores = all_queries(query).into_iter().flat_map(Query::cores).filter_map(|core| match core {
            Core::Select(select) => select.from.as_ref(),
            Core::Values(_) => None,
        });
        cores.flat_map(|from| from.sources()).any(|s| match &s.kind {
            SourceKind::Table { name: table, .. } => table.is(name),
            SourceKind::Subquery(_) | SourceKind::Nested(_) => false,
        })
    };
    ctes.filter(|cte| reads(&cte.query, &cte.name.text)).map(|cte| cte.query.span).collect()
}

/// All queries but the outermost, and whether each stands for a single value.
fn inner_queries(query: &Query) -> Vec<(&Query, bool)> {
    let all = all_queries(query);
    let mut scalar = Vec::new();
    for query in &all {
        for (_, expr) in query_exprs(query) {
            each_expr(expr, &mut |e| {
                if let ExprKind::Subquery(inner) = &e.kind {
                    scalar.push(inner.span);
                }
            });
        }
    }
    all.into_iter().skip(1).map(|inner| (inner, scalar.contains(&inner.span))).collect()
}

struct Maker<'a> {
    sql: &'a str,
    names: &'a SchemaNames,
    resolution: &'a Resolution,
}

impl Maker<'_> {
    /// How many columns an inner query has.
    fn width(&self, query: &Query) -> Option<usize> {
        let Core::Select(select) = &query.first else { return None };
        let mut width = 0;
        for item in &select.items {
            width += match &item.kind {
                ItemKind::Expr(_) => 1,
                ItemKind::Star(table) => {
                    let mut columns = 0;
                    for source in self.resolution.sources(select) {
                        if table.as_ref().is_none_or(|t| source.name.as_ref().is_some_and(|n| t.is(n))) {
                            columns +=
                                if source.columns.is_empty() { return None } else { source.columns.len() };
                        }
                    }
                    // USING and NATURAL show common columns once, so that fewer come out: one is certain.
                    if merges_columns(select) { columns.min(1) } else { columns }
                }
            };
        }
        Some(width)
    }

    /// Orders the rows of a query by all of its columns, after the keys it has.
    fn rows(query: &Query, width: Option<usize>, luck: Option<Luck>) -> Option<Insertion> {
        let has_values = query.cores().any(|core| matches!(core, Core::Values(_)));
        let width = width.filter(|&n| n > 0 && !has_values)?;
        let keys = |direction: &str| {
            let keys: Vec<_> = (1..=width).map(|n| format!("{n}{direction}")).collect();
            keys.join(", ")
        };
        let ways = [" DESC", ""].map(|direction| {
            let keys = keys(direction);
            vec![match (&query.order_by, &query.limit) {
                (Some(order), _) => (order.span.end, format!(", {keys}")),
                (None, Some(limit)) => (limit.span.start, format!("ORDER BY {keys} ")),
                (None, None) => (query.span.end, format!(" ORDER BY {keys}")),
            }]
        });
        let own = if query.order_by.is_some() { Luck::Order } else { Luck::NoOrder };
        let span = query.order_by.as_ref().map_or(query.span, |o| o.span);
        Some(Insertion { luck: luck.unwrap_or(own), span, ways })
    }

    /// Orders what `group_concat` and its kin put together.
    fn concats(&self, select: &Select) -> Vec<Insertion> {
        // What is read from an ordered subquery comes in its order, by a custom that is older than ORDER BY in aggregates.
        let ordered_source = select.from.iter().flat_map(|f| f.sources()).any(|s| match &s.kind {
            SourceKind::Subquery(inner) => inner.order_by.is_some(),
            SourceKind::Table { .. } => self.is_cte(select, s.span),
            SourceKind::Nested(_) => false,
        });
        let mut out = Vec::new();
        for (_, expr) in select_exprs(select) {
            each_expr(expr, &mut |e| {
                let ExprKind::Call(call) = &e.kind else { return };
                let name = call.name.text.to_ascii_lowercase();
                let joins = matches!(name.as_str(), "group_concat" | "string_agg" | "json_group_array");
                let Some(first) = call.args.first() else { return };
                if !joins || call.distinct.is_some() || call.over.is_some() {
                    return;
                }
                let value = first.span.text(self.sql);
                let ways = [" DESC", ""].map(|direction| match &call.order_by {
                    Some(order) => vec![(order.span.end, format!(", {value}{direction}"))],
                    None if ordered_source => Vec::new(),
                    None => vec![(call.inside.end, format!(" ORDER BY {value}{direction}"))],
                });
                out.push(Insertion { luck: Luck::Concat, span: e.span, ways });
            });
        }
        out
    }

    fn is_cte(&self, select: &Select, source: Span) -> bool {
        let bound: Option<&Bound> = self.resolution.sources(select).iter().find(|b| b.span == source);
        bound.is_some_and(|b| b.table.is_none() && !b.columns.is_empty())
    }

    /// Takes a bare column from the row of the group that has its largest or smallest value; SQLite then takes all
    /// others of the group from the same row.
    fn bare_columns(&self, select: &Select) -> Option<Insertion> {
        let exprs = select_exprs(select);
        let mut aggregated = select.group_by.is_some();
        let mut forbidden = !select.windows.is_empty();
        for (_, expr) in &exprs {
            each_expr(expr, &mut |e| {
                if let ExprKind::Call(call) = &e.kind {
                    let name = call.name.text.to_ascii_lowercase();
                    forbidden |= call.over.is_some();
                    if is_aggregate(&name, call.args.len()) {
                        aggregated = true;
                        // One MIN or MAX chooses the row already.
                        forbidden |= matches!(name.as_str(), "min" | "max");
                    }
                }
            });
        }
        if !aggregated || forbidden {
            return None;
        }
        let fixed = Fixed::of(select, self.sql, self.resolution);
        let items = select.items.iter().filter_map(|item| match &item.kind {
            ItemKind::Expr(expr) => Some((item, expr)),
            ItemKind::Star(_) => None,
        });
        for (item, expr) in items {
            if let Some(column) = self.bare_in(expr, &fixed) {
                let ways = ["max(", "min("].map(|open| self.wrap(item, expr, column, open));
                return Some(Insertion { luck: Luck::BareColumn, span: column.span, ways });
            }
        }
        None
    }

    fn wrap(&self, item: &Item, whole: &Expr, column: &Expr, open: &str) -> Vec<(usize, String)> {
        let close = match (&item.alias, &whole.kind) {
            // Outer queries may know the column by its own name, which the call would change.
            (None, ExprKind::Column { column: name, .. }) => format!(") AS {}", name.span.text(self.sql)),
            _ => ")".to_owned(),
        };
        vec![(column.span.start, open.to_owned()), (column.span.end, close)]
    }

    /// The first column of an expression that stands outside of aggregates and may differ within a group.
    fn bare_in<'e>(&self, expr: &'e Expr, fixed: &Fixed) -> Option<&'e Expr> {
        if fixed.holds(expr, self.sql, self.resolution) {
            return None;
        }
        match &expr.kind {
            ExprKind::Column { .. } => Some(expr),
            _ => below(expr).into_iter().find_map(|node| match node {
                Node::Expr(inner) => self.bare_in(inner, fixed),
                Node::Query(_) => None,
            }),
        }
    }
}

fn merges_columns(select: &Select) -> bool {
    let joins = select.from.iter().flat_map(|f| &f.joins);
    let nested = select.from.iter().any(|f| f.sources().len() > f.joins.len() + 1);
    nested || joins.into_iter().any(|j| j.natural || matches!(j.constraint, Constraint::Using { .. }))
}
