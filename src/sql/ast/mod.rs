//! The syntax tree of a query. Every node knows the bytes it stands on, so that whoever edits or points at a query
//! works on the text as it was written and nothing is ever printed back from the tree.

mod expr;

pub use expr::*;

use super::lexer::Span;

/// A name, without its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name itself.
    pub text: String,
    /// Where it stands, quotes included.
    pub span: Span,
}

impl Name {
    /// Whether both are the same name to SQLite, which does not tell the letters A–Z from a–z.
    pub fn is(&self, other: &str) -> bool {
        self.text.eq_ignore_ascii_case(other)
    }
}

/// A whole query: `[WITH …] core {UNION … core} [ORDER BY …] [LIMIT …]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// All of it.
    pub span: Span,
    /// The common table expressions.
    pub with: Option<With>,
    /// The first SELECT or VALUES.
    pub first: Core,
    /// What is combined with it, from left to right.
    pub rest: Vec<Arm>,
    /// The order of the whole.
    pub order_by: Option<OrderBy>,
    /// The limit of the whole.
    pub limit: Option<Limit>,
    /// How many levels of expressions the tree has from here down.
    pub(in crate::sql) height: u16,
}

impl Query {
    /// All SELECTs and VALUES of the query's own level, from left to right.
    pub fn cores(&self) -> impl Iterator<Item = &Core> {
        std::iter::once(&self.first).chain(self.rest.iter().map(|arm| &arm.core))
    }

    /// The SELECT, where the query is one and no compound.
    pub fn single_select(&self) -> Option<&Select> {
        match &self.first {
            Core::Select(select) if self.rest.is_empty() => Some(select),
            Core::Select(_) | Core::Values(_) => None,
        }
    }
}

/// `WITH …`.
#[derive(Debug, Clone, PartialEq)]
pub struct With {
    /// From WITH to the last parenthesis.
    pub span: Span,
    /// Whether it says RECURSIVE.
    pub recursive: bool,
    /// The tables it makes.
    pub ctes: Vec<Cte>,
}

/// One common table expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Cte {
    /// All of it.
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// The names of its columns, if it lists them.
    pub columns: Vec<Name>,
    /// What it holds.
    pub query: Query,
}

/// How two parts of a compound are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetOp {
    /// `UNION`.
    Union,
    /// `UNION ALL`.
    UnionAll,
    /// `INTERSECT`.
    Intersect,
    /// `EXCEPT`.
    Except,
}

/// A further part of a compound.
#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    /// The operator.
    pub op: SetOp,
    /// Where the operator stands.
    pub op_span: Span,
    /// The part.
    pub core: Core,
}

/// A SELECT or VALUES.
#[derive(Debug, Clone, PartialEq)]
pub enum Core {
    /// `SELECT …`.
    Select(Box<Select>),
    /// `VALUES …`.
    Values(Values),
}

impl Core {
    /// All of it.
    pub fn span(&self) -> Span {
        match self {
            Core::Select(select) => select.span,
            Core::Values(values) => values.span,
        }
    }
}

/// `VALUES (…), (…)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    /// All of it.
    pub span: Span,
    /// The rows.
    pub rows: Vec<Vec<Expr>>,
}

/// One SELECT.
#[derive(Debug, Clone, PartialEq)]
pub struct Select {
    /// From SELECT to the end of its last clause.
    pub span: Span,
    /// The word SELECT.
    pub keyword: Span,
    /// The word DISTINCT.
    pub distinct: Option<Span>,
    /// What is selected.
    pub items: Vec<Item>,
    /// FROM and its joins.
    pub from: Option<FromClause>,
    /// WHERE.
    pub filter: Option<Clause>,
    /// GROUP BY.
    pub group_by: Option<GroupBy>,
    /// HAVING.
    pub having: Option<Clause>,
    /// WINDOW definitions.
    pub windows: Vec<NamedWindow>,
}

/// A word and the expression it governs: WHERE, HAVING, ON, FILTER.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// Word, expression, and the parentheses of a FILTER.
    pub span: Span,
    /// The expression.
    pub expr: Expr,
}

/// `GROUP BY …`.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupBy {
    /// From GROUP to the last key.
    pub span: Span,
    /// The keys.
    pub keys: Vec<Expr>,
}

/// One result column, or the star for many.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Expression and alias.
    pub span: Span,
    /// What it is.
    pub kind: ItemKind,
    /// The name after AS, or without it.
    pub alias: Option<Name>,
}

/// What a result column is made of.
#[derive(Debug, Clone, PartialEq)]
pub enum ItemKind {
    /// `*`, or `t.*`.
    Star(Option<Name>),
    /// An expression.
    Expr(Expr),
}

/// `FROM …`, or what stands in parentheses in one.
#[derive(Debug, Clone, PartialEq)]
pub struct FromClause {
    /// From FROM (or the first source) to the last join's condition.
    pub span: Span,
    /// The leftmost source.
    pub first: Source,
    /// What is joined to it, from left to right.
    pub joins: Vec<Join>,
}

impl FromClause {
    /// The sources of this level, nested parentheses opened, from left to right.
    pub fn sources(&self) -> Vec<&Source> {
        fn collect<'a>(from: &'a FromClause, out: &mut Vec<&'a Source>) {
            for source in std::iter::once(&from.first).chain(from.joins.iter().map(|j| &j.source)) {
                match &source.kind {
                    SourceKind::Nested(inner) => collect(inner, out),
                    SourceKind::Table { .. } | SourceKind::Subquery(_) => out.push(source),
                }
            }
        }
        let mut out = Vec::new();
        collect(self, &mut out);
        out
    }
}

/// One source of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Source and alias.
    pub span: Span,
    /// What it is.
    pub kind: SourceKind,
    /// Its alias.
    pub alias: Option<Name>,
}

impl Source {
    /// The name by which columns are reached: the alias, else the table's name.
    pub fn name(&self) -> Option<&Name> {
        match (&self.alias, &self.kind) {
            (Some(alias), _) => Some(alias),
            (None, SourceKind::Table { name, .. }) => Some(name),
            (None, SourceKind::Subquery(_) | SourceKind::Nested(_)) => None,
        }
    }
}

/// What a source of rows is.
#[derive(Debug, Clone, PartialEq)]
pub enum SourceKind {
    /// A table, a view, a common table expression, or a table-valued function with its arguments.
    Table {
        /// `main`, `temp` …
        schema: Option<Name>,
        /// The table's name.
        name: Name,
        /// The arguments of a table-valued function.
        args: Option<Vec<Expr>>,
    },
    /// A query in parentheses.
    Subquery(Box<Query>),
    /// Joins in parentheses.
    Nested(Box<FromClause>),
}

/// The kind of a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinKind {
    /// A comma.
    Comma,
    /// `JOIN`, `INNER JOIN`.
    Inner,
    /// `CROSS JOIN`.
    Cross,
    /// `LEFT JOIN`.
    Left,
    /// `RIGHT JOIN`.
    Right,
    /// `FULL JOIN`.
    Full,
}

/// A further source and how it is joined.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// Operator, source and condition.
    pub span: Span,
    /// The kind.
    pub kind: JoinKind,
    /// Whether it says NATURAL.
    pub natural: bool,
    /// The comma, or the words up to JOIN.
    pub op_span: Span,
    /// What is joined.
    pub source: Source,
    /// On what.
    pub constraint: Constraint,
}

/// The condition of a join.
#[derive(Debug, Clone, PartialEq)]
pub enum Constraint {
    /// None is written.
    None,
    /// `ON …`.
    On(Clause),
    /// `USING (…)`.
    Using {
        /// All of it.
        span: Span,
        /// The columns.
        columns: Vec<Name>,
    },
}

/// `ORDER BY …`.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderBy {
    /// From ORDER to the last key.
    pub span: Span,
    /// The keys.
    pub keys: Vec<OrderKey>,
}

/// One key of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderKey {
    /// Expression, direction and place of NULLs.
    pub span: Span,
    /// The expression.
    pub expr: Expr,
    /// Whether it descends.
    pub descending: bool,
    /// The word ASC or DESC.
    pub direction: Option<Span>,
    /// `NULLS FIRST` or `NULLS LAST`.
    pub nulls: Option<Span>,
}

/// `LIMIT … [OFFSET …]`, or `LIMIT offset, count`.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// All of it.
    pub span: Span,
    /// How many rows.
    pub count: Expr,
    /// How many are skipped before.
    pub offset: Option<Expr>,
}
