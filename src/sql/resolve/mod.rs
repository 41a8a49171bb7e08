//! Which column of the schema each name in a query means: through aliases, subqueries and common table expressions,
//! from inner queries to outer ones. What cannot be told is left open.

use std::collections::BTreeMap;
use std::rc::Rc;

mod keys;
mod origin;

pub use keys::Fixed;
pub use origin::Origin;

use super::ast::{
    BinaryOp, Constraint, Core, Expr, ExprKind, FromClause, ItemKind, Join, JoinKind, Query, Select, Source,
    SourceKind,
};
use super::lexer::Span;
use super::names::{ColumnAt, SchemaNames};
use super::visit::{Node, Place, all_queries, below, query_exprs, select_exprs};

/// A column that a source of rows offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// What it is made of.
    pub origin: Origin,
}

/// A source in a FROM clause.
#[derive(Debug, Clone)]
pub struct Bound {
    /// The name by which its columns are reached.
    pub name: Option<String>,
    /// The table of the schema that it is, if it is one.
    pub table: Option<usize>,
    /// Its columns; none where they are not known (a table-valued function).
    pub columns: Rc<Vec<Output>>,
    /// Sets of its columns that tell its rows apart, by place; an empty one says that it has one row at most.
    pub keys: Rc<Vec<Vec<usize>>>,
    /// Whether a LEFT, RIGHT or FULL JOIN may fill it with NULLs.
    pub outer: bool,
    /// Where it stands.
    pub span: Span,
}

impl Bound {
    /// The place of the column of that name.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|o| o.name.eq_ignore_ascii_case(name))
    }
}

/// What a name means, and where among the sources of its own SELECT it was found.
#[derive(Debug, Clone)]
struct Found {
    origin: Origin,
    place: Option<(usize, usize)>,
    /// Whether an outer join may fill its source with NULLs.
    outer: bool,
}

/// What became of the names in a query.
#[derive(Debug, Clone, Default)]
pub struct Resolution {
    origins: BTreeMap<usize, Found>,
    sources: BTreeMap<usize, Vec<Bound>>,
    /// The columns of the result; `None` where a star over an unknown source hides them.
    pub outputs: Option<Vec<Output>>,
    /// The columns that USING and NATURAL equate.
    pub joined: Vec<(ColumnAt, ColumnAt)>,
}

impl Resolution {
    /// What a column's expression means, wherever it stands in the query.
    pub fn column(&self, expr: &Expr) -> Option<&Origin> {
        self.origins.get(&expr.span.start).map(|found| &found.origin)
    }

    /// The place, among the sources of its own SELECT, of the source that a column comes from.
    pub fn source_of(&self, expr: &Expr) -> Option<usize> {
        self.place_of(expr).map(|(source, _)| source)
    }

    /// The source that a column comes from and the column's place in it, where that is its own SELECT's.
    pub fn place_of(&self, expr: &Expr) -> Option<(usize, usize)> {
        self.origins.get(&expr.span.start).and_then(|found| found.place)
    }

    /// Whether a column's source is one that an outer join may fill with NULLs.
    pub fn is_outer(&self, expr: &Expr) -> bool {
        self.origins.get(&expr.span.start).is_some_and(|found| found.outer)
    }

    /// The sources of a SELECT, from left to right.
    pub fn sources(&self, select: &Select) -> &[Bound] {
        self.sources.get(&select.span.start).map_or(&[], Vec::as_slice)
    }
}

/// Resolves all names of a query.
pub fn resolve(query: &Query, sql: &str, names: &SchemaNames) -> Resolution {
    let mut resolver = Resolver { sql, names, found: Resolution::default(), seeding: 0 };
    let outputs = resolver.query(query, &Env::default(), None);
    Resolution { outputs, ..resolver.found }
}

/// What a query gives, as far as it is known.
#[derive(Clone, Default)]
struct Relation {
    columns: Rc<Vec<Output>>,
    keys: Rc<Vec<Vec<usize>>>,
}

/// The common table expressions in sight, innermost last.
type Env = Vec<(String, Relation)>;

/// The sources and aliases in sight of an expression, and those of the query around it.
struct Scope<'s> {
    sources: &'s [Bound],
    aliases: &'s [Output],
    outer: Option<&'s Scope<'s>>,
}

impl Scope<'_> {
    /// What a name means, and by which source of this very scope.
    fn find(&self, table: Option<&str>, column: &str, alias_first: bool) -> Option<Found> {
        let in_aliases = || {
            let found = self.aliases.iter().find(|o| o.name.eq_ignore_ascii_case(column))?;
            table.is_none().then(|| Found { origin: found.origin.clone(), place: None, outer: false })
        };
        let in_sources = || {
            self.sources.iter().enumerate().find_map(|(at, source)| {
                let named =
                    table.is_none_or(|t| source.name.as_ref().is_some_and(|n| n.eq_ignore_ascii_case(t)));
                let place = source.place(column).filter(|_| named)?;
                let origin = source.columns[place].origin.clone();
                Some(Found { origin, place: Some((at, place)), outer: source.outer })
            })
        };
        let here =
            if alias_first { in_aliases().or_else(in_sources) } else { in_sources().or_else(in_aliases) };
        here.or_else(|| Some(Found { place: None, ..self.outer?.find(table, column, false)? }))
    }
}

struct Resolver<'a> {
    sql: &'a str,
    names: &'a SchemaNames,
    found: Resolution,
    /// How many recursive expressions are being read for the first time.
    seeding: u8,
}

impl Resolver<'_> {
    fn query(&mut self, query: &Query, env: &Env, outer: Option<&Scope<'_>>) -> Option<Vec<Output>> {
        let mut env = env.clone();
        for cte in query.with.iter().flat_map(|w| &w.ctes) {
            let name = cte.name.text.to_ascii_lowercase();
            let rename = |outputs: Option<Vec<Output>>, keys| {
                let mut outputs = outputs.unwrap_or_default();
                for (at, name) in cte.columns.iter().enumerate() {
                    match outputs.get_mut(at) {
                        Some(output) => output.name.clone_from(&name.text),
                        None => outputs.push(Output { name: name.text.clone(), origin: Origin::default() }),
                    }
                }
                Relation { columns: Rc::new(outputs), keys: Rc::new(keys) }
            };
            // A recursive one sees itself as its first part makes it. Such a part is read twice, so nested ones stop.
            let recursive = !cte.query.rest.is_empty() && mentions(&cte.query, &cte.name.text);
            if recursive && self.seeding < 3 {
                self.seeding += 1;
                let seed = self.core(&cte.query.first, &env, outer);
                let seed = rename(seed, Vec::new());
                self.seeding -= 1;
                env.push((name.clone(), seed));
            }
            let whole = self.query(&cte.query, &env, outer);
            let keys =
                keys::of_query(&cte.query, self.sql, &self.found, whole.as_deref().unwrap_or_default());
            let whole = rename(whole, keys);
            env.push((name, whole));
        }
        let mut outputs = self.core(&query.first, &env, outer);
        for arm in &query.rest {
            let more = self.core(&arm.core, &env, outer);
            if let (Some(outputs), Some(more)) = (&mut outputs, more) {
                for (output, other) in outputs.iter_mut().zip(more) {
                    if let (Some(a), Some(b)) = (output.origin.exact, other.origin.exact) {
                        self.join(a, b);
                    } else {
                        output.origin.exact = None;
                    }
                    output.origin.add(&other.origin);
                }
            }
        }
        let sources = match &query.first {
            Core::Select(select) if query.rest.is_empty() => self.found.sources(select).to_vec(),
            Core::Select(_) | Core::Values(_) => Vec::new(),
        };
        let aliases = outputs.clone().unwrap_or_default();
        let scope = Scope { sources: &sources, aliases: &aliases, outer };
        let tail: Vec<&Expr> = order_and_limit(query);
        for expr in tail {
            self.expr(expr, &scope, &env, true);
        }
        outputs
    }

    fn join(&mut self, a: ColumnAt, b: ColumnAt) {
        if a != b && !self.found.joined.contains(&(a, b)) {
            self.found.joined.push((a, b));
        }
    }

    fn core(&mut self, core: &Core, env: &Env, outer: Option<&Scope<'_>>) -> Option<Vec<Output>> {
        let select = match core {
            Core::Select(select) => select,
            Core::Values(values) => {
                let scope = Scope { sources: &[], aliases: &[], outer };
                values.rows.iter().flatten().for_each(|e| self.expr(e, &scope, env, false));
                let columns = values.rows.first()?.iter().enumerate();
                return Some(
                    columns
                        .map(|(i, e)| Output {
                            name: format!("column{}", i + 1),
                            origin: self.found.origin(e),
                        })
                        .collect(),
                );
            }
        };
        let mut sources = Vec::new();
        if let Some(from) = &select.from {
            self.from(from, env, outer, &mut sources);
        }
        self.found.sources.insert(select.span.start, sources.clone());
        // The items come first: their origins are what the aliases mean in the other clauses.
        let bare = Scope { sources: &sources, aliases: &[], outer };
        for item in &select.items {
            match &item.kind {
                ItemKind::Star(_) => {}
                ItemKind::Expr(expr) => self.expr(expr, &bare, env, false),
            }
        }
        let outputs = self.outputs(select, &sources);
        let aliases = outputs.clone().unwrap_or_default();
        let scope = Scope { sources: &sources, aliases: &aliases, outer };
        let items = select.items.len();
        let exprs = select_exprs(select);
        let stars = select.items.iter().filter(|i| matches!(i.kind, ItemKind::Star(_))).count();
        for (_, expr) in &exprs[items - stars..] {
            self.expr(expr, &scope, env, false);
        }
        outputs
    }

    fn outputs(&self, select: &Select, sources: &[Bound]) -> Option<Vec<Output>> {
        let mut out = Vec::new();
        for item in &select.items {
            match &item.kind {
                ItemKind::Star(table) => {
                    for source in sources {
                        let wanted =
                            table.as_ref().is_none_or(|t| source.name.as_ref().is_some_and(|n| t.is(n)));
                        if wanted && source.columns.is_empty() {
                            return None;
                        }
                        if wanted {
                            out.extend(source.columns.iter().cloned());
                        }
                    }
                }
                ItemKind::Expr(expr) => {
                    let name = match (&item.alias, &expr.kind) {
                        (Some(alias), _) => alias.text.clone(),
                        (None, ExprKind::Column { column, .. }) => column.text.clone(),
                        (None, _) => expr.span.text(self.sql).to_owned(),
                    };
                    out.push(Output { name, origin: self.found.origin(expr) });
                }
            }
        }
        Some(out)
    }

    fn from(&mut self, from: &FromClause, env: &Env, outer: Option<&Scope<'_>>, sources: &mut Vec<Bound>) {
        let first = sources.len();
        self.source(&from.first, env, outer, sources);
        for join in &from.joins {
            let left = sources.len();
            self.source(&join.source, env, outer, sources);
            let (left_outer, right_outer) = match join.kind {
                JoinKind::Comma | JoinKind::Inner | JoinKind::Cross => (false, false),
                JoinKind::Left => (false, true),
                JoinKind::Right => (true, false),
                JoinKind::Full => (true, true),
            };
            sources[first..left].iter_mut().for_each(|s| s.outer |= left_outer);
            sources[left..].iter_mut().for_each(|s| s.outer |= right_outer);
            self.equate(join, &sources[first..left], &sources[left..]);
        }
    }

    /// Notes the columns that USING or NATURAL make equal.
    fn equate(&mut self, join: &Join, left: &[Bound], right: &[Bound]) {
        let exact = |side: &[Bound], name: &str| {
            let mut outputs = side.iter().flat_map(|s| s.columns.iter());
            outputs.find(|o| o.name.eq_ignore_ascii_case(name)).and_then(|o| o.origin.exact)
        };
        let names: Vec<String> = match &join.constraint {
            Constraint::Using { columns, .. } => columns.iter().map(|c| c.text.clone()).collect(),
            Constraint::None if join.natural => {
                right.iter().flat_map(|s| s.columns.iter()).map(|o| o.name.clone()).collect()
            }
            Constraint::None | Constraint::On(_) => Vec::new(),
        };
        for name in names {
            if let (Some(a), Some(b)) = (exact(left, &name), exact(right, &name)) {
                self.join(a, b);
            }
        }
    }

    fn source(&mut self, source: &Source, env: &Env, outer: Option<&Scope<'_>>, sources: &mut Vec<Bound>) {
        let name = source.name().map(|n| n.text.clone());
        let bound = match &source.kind {
            SourceKind::Nested(from) => return self.from(from, env, outer, sources),
            SourceKind::Subquery(query) => {
                let columns = self.query(query, env, outer).unwrap_or_default();
                let keys = Rc::new(keys::of_query(query, self.sql, &self.found, &columns));
                Bound { name, table: None, columns: Rc::new(columns), keys, outer: false, span: source.span }
            }
            SourceKind::Table { schema, name: table, args } => {
                // The arguments of a function may name the sources before it.
                let scope = Scope { sources, aliases: &[], outer };
                args.iter().flatten().for_each(|e| self.expr(e, &scope, env, false));
                let cte = env.iter().rev().find(|(name, _)| schema.is_none() && table.is(name));
                let at = if cte.is_none() && args.is_none() { self.names.table(&table.text) } else { None };
                let Relation { columns, keys } = match (cte, at) {
                    (Some((_, relation)), _) => relation.clone(),
                    (None, Some(at)) => self.table(at),
                    (None, None) => Relation::default(),
                };
                Bound { name, table: at, columns, keys, outer: false, span: source.span }
            }
        };
        sources.push(bound);
    }

    fn table(&self, table: usize) -> Relation {
        let known = &self.names.tables[table];
        let columns = known.columns.iter().enumerate().map(|(column, c)| {
            let origin = Origin::of(ColumnAt { table, column });
            Output { name: c.name.clone(), origin }
        });
        let keys =
            std::iter::once(&known.primary_key).chain(&known.unique_keys).filter(|key| !key.is_empty());
        Relation { columns: Rc::new(columns.collect()), keys: Rc::new(keys.cloned().collect()) }
    }

    fn expr(&mut self, expr: &Expr, scope: &Scope<'_>, env: &Env, alias_first: bool) {
        if let ExprKind::Column { table, column } = &expr.kind
            && let Some(found) =
                scope.find(table.as_ref().map(|t| t.text.as_str()), &column.text, alias_first)
        {
            self.found.origins.insert(expr.span.start, found);
        }
        for node in below(expr) {
            match node {
                Node::Expr(inner) => self.expr(inner, scope, env, alias_first),
                Node::Query(query) => {
                    let outputs = self.query(query, env, Some(scope));
                    if let (ExprKind::In { expr, .. }, Some(outputs)) = (&expr.kind, outputs) {
                        self.equate_in(expr, &outputs);
                    }
                }
            }
        }
        if let ExprKind::Binary { op: BinaryOp::Eq | BinaryOp::Is, left, right, .. } = &expr.kind {
            for (left, right) in left.row().iter().zip(right.row()) {
                if let (Some(a), Some(b)) = (self.found.origin(left).exact, self.found.origin(right).exact) {
                    self.join(a, b);
                }
            }
        }
    }

    /// Notes that what stands before IN takes its values from the query after it.
    fn equate_in(&mut self, expr: &Expr, outputs: &[Output]) {
        for (expr, output) in expr.row().iter().zip(outputs) {
            if let (Some(a), Some(b)) = (self.found.origin(expr).exact, output.origin.exact) {
                self.join(a, b);
            }
        }
    }
}

/// Whether a query reads from a table of that name, somewhere within.
fn mentions(query: &Query, table: &str) -> bool {
    let selects = all_queries(query).into_iter().flat_map(Query::cores).filter_map(|core| match core {
        Core::Select(select) => select.from.as_ref(),
        Core::Values(_) => None,
    });
    selects.flat_map(FromClause::sources).any(|s| match &s.kind {
        SourceKind::Table { name, .. } => name.is(table),
        SourceKind::Subquery(_) | SourceKind::Nested(_) => false,
    })
}

fn order_and_limit(query: &Query) -> Vec<&Expr> {
    let exprs = query_exprs(query).into_iter();
    exprs.filter(|(place, _)| matches!(place, Place::OrderBy | Place::Limit)).map(|(_, e)| e).collect()
}
