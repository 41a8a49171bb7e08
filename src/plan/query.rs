//! What a plan needs to know of the statement's text: which names stand for which tables, what is asked of their
//! columns, how rows are grouped, ordered and cut. A text that does not parse gives its FROM names alone.
//! Knows nothing of plans.

use self::conditions::{Calls, column, conditions};
use self::names::names_alone;
use super::input::SchemaFacts;
use crate::sql::ast::{
    Constraint, Core, Expr, ExprKind, FromClause, ItemKind, JoinKind, OrderBy, Query, Select, Source,
    SourceKind,
};
use crate::sql::parse::parse_query;
use crate::sql::visit::queries_below;

mod conditions;
mod names;
mod statement;

/// A statement's text, read.
#[derive(Debug, Default)]
pub(super) struct QueryText {
    /// Every SELECT, UPDATE and DELETE in it, outermost first; those of views it uses stand at the end.
    pub scopes: Vec<Scope>,
    /// Whether it parsed: without, nothing but names is known.
    pub parsed: bool,
    /// The table that an INSERT, UPDATE or DELETE writes.
    pub writes: Option<String>,
}

/// One SELECT, UPDATE or DELETE with the names of its FROM.
#[derive(Debug, Default)]
pub(super) struct Scope {
    pub names: Vec<(String, Named)>,
    pub tests: Vec<Test>,
    pub order_by: Vec<OrderKey>,
    pub group_by: Vec<String>,
    pub limit: Limit,
    pub aggregates: bool,
    pub windows: bool,
    /// The column that `min()` or `max()` is asked of.
    pub extreme: Option<String>,
}

/// What a name in FROM stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// A table or view of the schema.
    Table(String),
    /// A subquery or a common table expression.
    Result,
    /// A table-valued function.
    Function,
}

/// Something that is asked of a column in WHERE or ON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Test {
    /// The alias before the dot.
    pub qualifier: Option<String>,
    pub column: String,
    pub asks: Asks,
    /// The expression around the column, where the column does not stand alone.
    pub wrapped: Option<String>,
    /// Whether it stands under an OR.
    pub under_or: bool,
    /// Whether it is compared with columns, as a join does, not with values.
    pub joins: bool,
    /// The only name whose rows it leaves out: the right side of an outer join, for a test in its ON.
    pub only: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    Equal,
    /// IN: equal to any of several values.
    OneOf,
    Range,
    /// LIKE, or GLOB with a wildcard in front.
    Like {
        /// Whether the pattern begins with letters that have to be there.
        from_start: bool,
    },
    /// `<>`, NOT IN and the like, which no index serves.
    Unequal,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OrderKey {
    pub text: String,
    /// Whether the key is more than a bare column, so that no index on columns holds it.
    pub computed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Limit {
    #[default]
    None,
    /// A LIMIT whose number is not in the text.
    Some,
    /// LIMIT and OFFSET together.
    Rows(u64),
}

impl QueryText {
    pub(super) fn read(sql: &str, facts: &SchemaFacts) -> Self {
        let statement = statement::as_query(sql);
        let mut text = QueryText { writes: statement.writes, ..QueryText::default() };
        match parse_query(&statement.query) {
            Ok(query) => {
                text.parsed = true;
                text.add_query(&query, &statement.query, &[]);
                text.add_views(facts);
            }
            // An INSERT of plain values reads no table.
            Err(_) if statement.query.is_empty() => text.parsed = true,
            Err(_) => text.scopes.push(names_alone(sql)),
        }
        text
    }

    fn add_query(&mut self, query: &Query, sql: &str, outer_ctes: &[String]) {
        let own = query.with.iter().flat_map(|with| &with.ctes).map(|cte| cte.name.text.clone());
        let ctes: Vec<String> = outer_ctes.iter().cloned().chain(own).collect();
        for core in query.cores() {
            match core {
                Core::Select(select) => self.scopes.push(Scope::read(select, query, sql, &ctes)),
                Core::Values(_) => {}
            }
        }
        for inner in queries_below(query) {
            self.add_query(inner, sql, &ctes);
        }
    }

    /// Views are expanded by the engine, so the names inside them stand in the plan too.
    fn add_views(&mut self, facts: &SchemaFacts) {
        let mut added: Vec<&str> = Vec::new();
        let mut next = 0;
        while next < self.scopes.len() {
            let views: Vec<_> = facts
                .views
                .iter()
                .filter(|view| !added.contains(&view.name.as_str()) && self.scopes[next].reads(&view.name))
                .collect();
            for view in views {
                added.push(&view.name);
                let body = statement::as_query(&view.sql).query;
                if let Ok(query) = parse_query(&body) {
                    self.add_query(&query, &body, &[]);
                }
            }
            next += 1;
        }
    }

    /// Every name that may stand for a source in the plan.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.scopes.iter().flat_map(|scope| scope.names.iter().map(|(name, _)| name.as_str()))
    }
}

impl Scope {
    fn read(select: &Select, query: &Query, sql: &str, ctes: &[String]) -> Self {
        let mut scope = Scope::default();
        if let Some(from) = &select.from {
            scope.add_from(from, sql, ctes);
        }
        if let Some(filter) = &select.filter {
            conditions(&filter.expr, sql, false, &mut scope.tests);
        }
        if let Some(group_by) = &select.group_by {
            scope.group_by = group_by.keys.iter().map(|key| key.span.text(sql).to_owned()).collect();
        }
        if let Some(order_by) = &query.order_by {
            scope.order_by = order_keys(order_by, select, sql);
        }
        scope.limit = limit(query, sql);
        let items = select.items.iter().filter_map(|item| match &item.kind {
            ItemKind::Expr(expr) => Some(expr),
            ItemKind::Star(_) => None,
        });
        let calls = Calls::within(items.chain(select.having.iter().map(|having| &having.expr)));
        scope.aggregates = calls.aggregates;
        scope.windows = calls.windows;
        scope.extreme = calls.extreme;
        scope
    }

    /// What `name` stands for here.
    pub(super) fn get(&self, name: &str) -> Option<&Named> {
        self.names.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, named)| named)
    }

    fn reads(&self, table: &str) -> bool {
        self.names.iter().any(|(_, named)| match named {
            Named::Table(name) => name.eq_ignore_ascii_case(table),
            Named::Result | Named::Function => false,
        })
    }

    fn add_from(&mut self, from: &FromClause, sql: &str, ctes: &[String]) {
        self.add_source(&from.first, sql, ctes);
        for join in &from.joins {
            self.add_source(&join.source, sql, ctes);
            let before = self.tests.len();
            match &join.constraint {
                Constraint::None => {}
                Constraint::On(on) => conditions(&on.expr, sql, false, &mut self.tests),
                Constraint::Using { columns, .. } => self.tests.extend(columns.iter().map(|column| Test {
                    qualifier: None,
                    column: column.text.clone(),
                    asks: Asks::Equal,
                    wrapped: None,
                    under_or: false,
                    joins: true,
                    only: None,
                })),
            }
            // Rows of the left side stay even where ON is not true.
            if matches!(join.kind, JoinKind::Left | JoinKind::Full) {
                let right = self.names.last().map(|(name, _)| name.clone());
                self.tests[before..].iter_mut().for_each(|test| test.only.clone_from(&right));
            }
        }
    }

    fn add_source(&mut self, source: &Source, sql: &str, ctes: &[String]) {
        let named = match &source.kind {
            SourceKind::Nested(from) => return self.add_from(from, sql, ctes),
            SourceKind::Subquery(_) => Named::Result,
            SourceKind::Table { args: Some(_), .. } => Named::Function,
            SourceKind::Table { schema: None, name, .. } if ctes.iter().any(|cte| name.is(cte)) => {
                Named::Result
            }
            SourceKind::Table { name, .. } => Named::Table(name.text.clone()),
        };
        if let Some(name) = source.name() {
            self.names.push((name.text.clone(), named));
        }
    }
}

fn order_keys(order_by: &OrderBy, select: &Select, sql: &str) -> Vec<OrderKey> {
    let keys = order_by.keys.iter();
    keys.map(|key| OrderKey {
        text: key.span.text(sql).to_owned(),
        computed: is_computed(&key.expr, select, sql),
    })
    .collect()
}

/// Whether a key of ORDER BY, or the result column that it names or numbers, is more than a bare column.
fn is_computed(key: &Expr, select: &Select, sql: &str) -> bool {
    let item = match &key.kind {
        ExprKind::Number => {
            let number: Option<usize> = key.span.text(sql).parse().ok();
            number.and_then(|n| select.items.get(n.checked_sub(1)?))
        }
        ExprKind::Column { table: None, column } => {
            select.items.iter().find(|item| item.alias.as_ref().is_some_and(|alias| alias.is(&column.text)))
        }
        _ => None,
    };
    match item.map(|item| &item.kind) {
        Some(ItemKind::Expr(expr)) => column(collated(expr)).is_none(),
        Some(ItemKind::Star(_)) => false,
        None => column(collated(key)).is_none(),
    }
}

/// What stands before COLLATE.
fn collated(expr: &Expr) -> &Expr {
    if let ExprKind::Collate { expr, .. } = &expr.kind { expr } else { expr }
}

fn limit(query: &Query, sql: &str) -> Limit {
    let number = |expr: &Expr| expr.span.text(sql).parse::<u64>().ok();
    let Some(limit) = &query.limit else { return Limit::None };
    let offset = limit.offset.as_ref().map_or(Some(0), number);
    number(&limit.count)
        .zip(offset)
        .map_or(Limit::Some, |(n, skipped)| Limit::Rows(n.saturating_add(skipped)))
}
