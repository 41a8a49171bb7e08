//! What trials are made with: the query, the schema and the open database, texts changed in places, and plans and
//! costs of what comes of it.

use std::collections::BTreeMap;

use crate::{
    cost::Cost,
    engine::{Access as Door, Failure, FailureKind, Sandbox},
    plan::{
        Plan,
        advise::lab::{self, Run},
        gather,
        input::{IndexFacts, IndexKey, SchemaFacts},
        node::{Access, Method, Via},
    },
    schema::introspect::{Schema, TableInfo},
    sql::{
        aggregates::columns,
        ast::{Expr, Query, Select},
        lexer::Span,
        parse::parse_query,
        resolve::Resolution,
        visit::{all_queries, query_exprs},
    },
    value::{Table, Value},
};

/// Pieces of a text and what stands there instead.
pub(super) type Pieces = Vec<(Span, String)>;

/// The most steps that one measurement may take.
const PATIENCE: u64 = 12_000_000;

/// How many times the cost of the query another way of running it may take.
const TIMES: u64 = 4;

/// The query on the desk, and what is known of it.
pub(super) struct Desk<'a> {
    pub sandbox: &'a Sandbox,
    pub sql: &'a str,
    pub query: &'a Query,
    pub found: &'a Resolution,
    pub schema: &'a Schema,
    pub facts: SchemaFacts,
    /// What the query costs as it is; `None` where it did not run to its end.
    pub cost: Option<Cost>,
    /// The values to plan with, by the bare names of their parameters.
    pub parameters: Vec<(String, Value)>,
    /// The values to run with.
    samples: Vec<(String, Value)>,
    /// Whether a collation is named anywhere in the query or the schema.
    pub collates: bool,
    collations: BTreeMap<String, Vec<String>>,
}

/// A source of a SELECT and an index of its table.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    pub select: &'a Select,
    /// The source's place among those of the SELECT.
    pub at: usize,
    /// Where the source stands, alias and all.
    pub span: Span,
    /// The name by which its columns are reached.
    pub name: &'a str,
    pub table: &'a TableInfo,
    pub index: &'a IndexFacts,
}

/// How a plan uses an index for a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    No,
    /// It is read from end to end.
    Whole,
    Searched,
}

impl<'a> Desk<'a> {
    pub fn new(
        sandbox: &'a Sandbox,
        sql: &'a str,
        query: &'a Query,
        found: &'a Resolution,
        schema: &'a Schema,
        cost: Option<Cost>,
        parameters: &[(String, Value)],
    ) -> Result<Desk<'a>, Failure> {
        let rows = gather::raw(sandbox, sql, parameters)?;
        let facts = gather::facts(sandbox, &rows)?;
        let mut collations: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for index in &facts.indexes {
            let listed = sandbox.with_access(Door::Trusted, |sandbox| {
                sandbox.table(&format!(
                    "SELECT coll FROM pragma_index_xinfo({}) WHERE \"key\" ORDER BY seqno",
                    quoted(&index.name)
                ))
            })?;
            let named = |value: &Value| match value {
                Value::Text(text) => text.clone(),
                Value::Null | Value::Integer(_) | Value::Real(_) | Value::Blob(_) => String::new(),
            };
            let listed = listed.rows.iter().map(|row| named(&row[0])).collect();
            collations.insert(index.name.clone(), listed);
        }
        let says = sandbox.with_access(Door::Trusted, |sandbox| {
            sandbox.table("SELECT 1 FROM sqlite_schema WHERE sql LIKE '%collate%' LIMIT 1")
        })?;
        let collates = !says.rows.is_empty() || sql.to_ascii_lowercase().contains("collate");
        let parameters = parameters.to_vec();
        Ok(Desk {
            sandbox,
            sql,
            query,
            found,
            schema,
            facts,
            cost,
            samples: parameters.clone(),
            parameters,
            collates,
            collations,
        })
    }

    /// The desk with values for the query's parameters, and what the query costs with them.
    pub fn bound(mut self, values: Option<&[(String, Value)]>) -> Result<Desk<'a>, Failure> {
        self.samples = values.unwrap_or_default().to_vec();
        self.cost = None;
        if values.is_some() {
            let run = self.run(self.sql, PATIENCE)?;
            self.cost = run.filter(|run| !run.stopped).map(|run| run.cost);
        }
        Ok(self)
    }

    /// The collation of the first key of an index.
    pub fn collation(&self, index: &IndexFacts) -> &str {
        self.collations.get(&index.name).and_then(|all| all.first()).map_or("BINARY", String::as_str)
    }

    /// The query with pieces replaced.
    pub fn edited(&self, pieces: &[(Span, String)]) -> String {
        edited(self.sql, pieces)
    }

    pub fn text(&self, expr: &Expr) -> &'a str {
        expr.span.text(self.sql)
    }

    /// The plan of a text; `None` where the engine refuses it.
    pub fn plan(&self, sql: &str) -> Result<Option<Plan>, Failure> {
        match gather::raw(self.sandbox, sql, &self.parameters) {
            Ok(rows) => Ok(Some(Plan::read(&rows, sql, &self.facts))),
            Err(failure) if failure.kind == FailureKind::Interrupted => Err(failure),
            Err(_) => Ok(None),
        }
    }

    /// How the query uses the index of a site, with pieces replaced and the index forced or not; `None` where the
    /// engine refuses it. `column`: what it has to be searched by, if that matters.
    pub fn try_out(
        &self,
        site: &Site<'_>,
        pieces: &[(Span, String)],
        forced: bool,
        column: Option<&str>,
    ) -> Result<Option<Use>, Failure> {
        let mut pieces = pieces.to_vec();
        if forced {
            pieces.push(force(site));
        }
        let plan = self.plan(&self.edited(&pieces))?;
        Ok(plan.map(|plan| use_of(&plan, site, column)))
    }

    /// How many steps a trial may take.
    pub fn budget(&self) -> u64 {
        let cost = self.cost.map_or(PATIENCE, |cost| cost.steps.saturating_mul(TIMES).max(10_000));
        cost.min(PATIENCE)
    }

    /// Runs a text under a budget; `None` where the engine refuses it.
    pub fn run(&self, sql: &str, budget: u64) -> Result<Option<Run>, Failure> {
        match lab::run(self.sandbox, sql, &self.samples, budget) {
            Ok(run) => Ok(Some(run)),
            Err(failure) if failure.kind == FailureKind::Interrupted => Err(failure),
            Err(_) => Ok(None),
        }
    }

    /// Asks something of our own; `None` where the engine refuses it.
    pub fn ask(&self, sql: &str) -> Result<Option<Table>, Failure> {
        self.sandbox.set_steps(Some(PATIENCE));
        let told = self.sandbox.with_access(Door::Trusted, |sandbox| sandbox.table(sql));
        self.sandbox.set_steps(None);
        match told {
            Ok(table) => Ok(Some(table)),
            Err(failure) if failure.kind == FailureKind::Interrupted => Err(failure),
            Err(_) => Ok(None),
        }
    }

    /// Asks for one value of our own.
    pub fn value(&self, expr: &str) -> Result<Option<Value>, Failure> {
        let told = self.ask(&format!("SELECT {expr}"))?;
        Ok(told.and_then(|table| table.rows.into_iter().next()).and_then(|row| row.into_iter().next()))
    }

    /// The column of a site that an expression is, if it is one.
    pub fn column_of(&self, site: &Site<'_>, expr: &Expr) -> Option<usize> {
        let (at, column) = self.place(site.select, expr)?;
        let own = self.found.sources(site.select).get(at)?;
        (at == site.at && own.span == site.span).then_some(column)
    }

    /// The source of a SELECT that a column comes from and its place there. A key of ORDER BY that names a result
    /// column means what that is made of.
    pub fn place(&self, select: &Select, expr: &Expr) -> Option<(usize, usize)> {
        let expr = expr.bare();
        if let Some(place) = self.found.place_of(expr) {
            return Some(place);
        }
        if !select.span.contains(expr.span) && !self.of_order(select, expr) {
            return None;
        }
        let exact = self.found.column(expr)?.exact?;
        let sources = self.found.sources(select).iter().enumerate();
        let mut own = sources.filter(|(_, source)| source.table == Some(exact.table));
        match (own.next(), own.next()) {
            (Some((at, _)), None) => Some((at, exact.column)),
            _ => None,
        }
    }

    /// Whether an expression stands in the ORDER BY of the query that is this SELECT.
    fn of_order(&self, select: &Select, expr: &Expr) -> bool {
        all_queries(self.query).into_iter().any(|query| {
            query.single_select().is_some_and(|own| own.span == select.span)
                && query.order_by.as_ref().is_some_and(|order| order.span.contains(expr.span))
        })
    }

    /// How many rows the table of a site has.
    pub fn rows(&self, table: &str) -> Option<u64> {
        self.facts.table(table).and_then(|table| table.rows)
    }
}

/// The piece that forces the index of a site.
pub(super) fn force(site: &Site<'_>) -> (Span, String) {
    let at = site.span.end;
    (Span::new(at, at), format!(" INDEXED BY {}", name(&site.index.name)))
}

/// How a plan uses the index of a site.
pub(super) fn use_of(plan: &Plan, site: &Site<'_>, column: Option<&str>) -> Use {
    let own = |access: &&Access| {
        let source = access.source.rsplit('.').next().unwrap_or(&access.source);
        let named = source.eq_ignore_ascii_case(site.name);
        named
            && matches!(&access.via, Via::Index { index, .. } if index.eq_ignore_ascii_case(&site.index.name))
    };
    let is_key = |text: &str| {
        let keys = site.index.keys.iter();
        keys.into_iter().any(|key| matches!(key, IndexKey::Expression(own) if own == text))
    };
    let asked = |access: &Access| match column {
        None => access.reads_one_end() || !access.terms.is_empty(),
        Some(column) => access
            .terms
            .iter()
            .any(|term| term.columns.iter().any(|c| c.eq_ignore_ascii_case(column) || is_key(c))),
    };
    let way = |access: &Access| match access.method {
        Method::Search if asked(access) => Use::Searched,
        Method::Search | Method::Scan => Use::Whole,
    };
    plan.accesses().filter(own).map(way).max().unwrap_or(Use::No)
}

/// A text with pieces replaced, whatever their order.
pub(super) fn edited(sql: &str, pieces: &[(Span, String)]) -> String {
    let mut pieces: Vec<&(Span, String)> = pieces.iter().collect();
    pieces.sort_by_key(|(span, _)| (span.start, span.end));
    let mut out = String::with_capacity(sql.len() + 64);
    let mut from = 0;
    for (span, text) in pieces {
        // A piece inside another is gone with it.
        if span.start >= from {
            out.push_str(&sql[from..span.start]);
            out.push_str(text);
            from = span.end;
        }
    }
    out.push_str(&sql[from..]);
    out
}

/// An expression over a table's columns with the name of the source before each.
pub(super) fn qualified(expr: &str, source: &str, table: &str) -> String {
    let before = "SELECT 1 FROM ";
    let whole = format!("{before}{} WHERE {expr}", name(table));
    let Ok(query) = parse_query(&whole) else { return expr.to_owned() };
    let start = whole.len() - expr.len();
    let mut pieces = Pieces::new();
    for (_, condition) in query_exprs(&query) {
        for column in columns(condition) {
            if column.span.start >= start {
                let bare = column.span.text(&whole);
                let bare = bare.rsplit('.').next().unwrap_or(bare);
                pieces.push((column.span, format!("{}.{bare}", name(source))));
            }
        }
    }
    edited(&whole, &pieces)[start..].to_owned()
}

pub(super) use crate::plan::advise::index::name;

/// A text as SQL takes it.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
