//! The expressions of the tree, and the windows that functions run over.

use super::{Clause, GroupBy, Name, OrderBy, Query};
use crate::sql::lexer::Span;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// Where it stands, its own parentheses included.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
    /// How many levels the tree has from here down.
    pub(in crate::sql) height: u16,
}

impl Expr {
    /// The members of a row value; an expression that is none is its own only member.
    pub fn row(&self) -> &[Expr] {
        match &self.kind {
            ExprKind::Row(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// The expression without the parentheses around it.
    pub fn bare(&self) -> &Expr {
        match &self.kind {
            ExprKind::Row(items) if items.len() == 1 => items[0].bare(),
            _ => self,
        }
    }
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// `NULL`.
    Null,
    /// A number as written.
    Number,
    /// A string, without its quotes.
    String(String),
    /// `x'…'`.
    Blob,
    /// `CURRENT_DATE`, `CURRENT_TIME`, `CURRENT_TIMESTAMP`.
    Now,
    /// `?`, `:a` …
    Parameter,
    /// A column, perhaps of a named source. `TRUE` and `FALSE` are columns too until SQLite finds none.
    Column {
        /// The source's name or alias.
        table: Option<Name>,
        /// The column.
        column: Name,
    },
    /// An operator before its operand.
    Unary {
        /// The operator.
        op: UnaryOp,
        /// Where it stands.
        op_span: Span,
        /// Its operand.
        expr: Box<Expr>,
    },
    /// An operator between two operands.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Where it stands, all its words.
        op_span: Span,
        /// The left operand.
        left: Box<Expr>,
        /// The right operand.
        right: Box<Expr>,
    },
    /// `x [NOT] LIKE|GLOB|REGEXP|MATCH y [ESCAPE z]`.
    Like {
        /// Where NOT, if any, and the word stand.
        op_span: Span,
        /// Whether it says NOT.
        not: bool,
        /// Whether the word is LIKE.
        like: bool,
        /// What is matched.
        left: Box<Expr>,
        /// The pattern.
        right: Box<Expr>,
        /// The escape.
        escape: Option<Box<Expr>>,
    },
    /// `x [NOT] BETWEEN low AND high`.
    Between {
        /// Where NOT, if any, and BETWEEN stand.
        op_span: Span,
        /// Whether it says NOT.
        not: bool,
        /// What is tested.
        expr: Box<Expr>,
        /// The lower end, which belongs to the range.
        low: Box<Expr>,
        /// The upper end, which belongs to it too.
        high: Box<Expr>,
    },
    /// `x [NOT] IN …`.
    In {
        /// Where NOT, if any, and IN stand.
        op_span: Span,
        /// Whether it says NOT.
        not: bool,
        /// What is tested.
        expr: Box<Expr>,
        /// Among what.
        set: InSet,
    },
    /// `x ISNULL`, `x IS NULL`, `x NOTNULL`, `x NOT NULL`, `x IS NOT NULL`.
    IsNull {
        /// Where the words stand.
        op_span: Span,
        /// Whether it asks for what is not NULL.
        not: bool,
        /// What is tested.
        expr: Box<Expr>,
    },
    /// `EXISTS (…)`.
    Exists(Box<Query>),
    /// A query in parentheses.
    Subquery(Box<Query>),
    /// A function.
    Call(Box<Call>),
    /// `CAST (x AS type)`.
    Cast {
        /// What is cast.
        expr: Box<Expr>,
        /// The type's name as written.
        type_span: Span,
    },
    /// `CASE …`.
    Case {
        /// What the arms are compared with.
        operand: Option<Box<Expr>>,
        /// WHEN and THEN.
        arms: Vec<CaseArm>,
        /// ELSE.
        otherwise: Option<Box<Expr>>,
    },
    /// `x COLLATE name`.
    Collate {
        /// What is compared so.
        expr: Box<Expr>,
        /// The collation.
        collation: Name,
    },
    /// `(x)`, or a row value `(x, y)`.
    Row(Vec<Expr>),
}

/// One arm of a CASE.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseArm {
    /// From WHEN to the end of the result.
    pub span: Span,
    /// The condition, or what the operand is compared with.
    pub when: Expr,
    /// The result.
    pub then: Expr,
}

/// The right side of IN.
#[derive(Debug, Clone, PartialEq)]
pub enum InSet {
    /// `(1, 2, 3)`.
    List(Vec<Expr>),
    /// `(SELECT …)`.
    Query(Box<Query>),
    /// A table, or a table-valued function.
    Table(Name),
}

/// An operator before its operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    /// `NOT`.
    Not,
    /// `-`.
    Minus,
    /// `+`.
    Plus,
    /// `~`.
    BitNot,
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is named for the operator it is")]
pub enum BinaryOp {
    Or,
    And,
    Eq,
    Ne,
    Is,
    IsNot,
    Lt,
    Le,
    Gt,
    Ge,
    BitAnd,
    BitOr,
    ShiftLeft,
    ShiftRight,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Concat,
    Arrow,
}

impl BinaryOp {
    /// How strongly it binds: the higher, the closer.
    pub fn strength(self) -> u8 {
        use BinaryOp as B;
        match self {
            B::Or => 1,
            B::And => 2,
            B::Eq | B::Ne | B::Is | B::IsNot => EQUALITY,
            B::Lt | B::Le | B::Gt | B::Ge => 5,
            B::BitAnd | B::BitOr | B::ShiftLeft | B::ShiftRight => 6,
            B::Add | B::Subtract => 7,
            B::Multiply | B::Divide | B::Modulo => 8,
            B::Concat | B::Arrow => 9,
        }
    }

    /// Whether it compares two values.
    pub fn is_comparison(self) -> bool {
        use BinaryOp as B;
        matches!(self, B::Eq | B::Ne | B::Is | B::IsNot | B::Lt | B::Le | B::Gt | B::Ge)
    }

    /// Whether it computes a number.
    pub fn is_arithmetic(self) -> bool {
        use BinaryOp as B;
        matches!(self, B::Add | B::Subtract | B::Multiply | B::Divide | B::Modulo)
    }
}

/// How strongly NOT binds.
pub(in crate::sql) const NOT: u8 = 3;
/// How strongly `=`, IS, IN, LIKE and BETWEEN bind.
pub(in crate::sql) const EQUALITY: u8 = 4;
/// How strongly COLLATE binds.
pub(in crate::sql) const COLLATE: u8 = 10;
/// How strongly a sign binds.
pub(in crate::sql) const SIGN: u8 = 11;

/// A call of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The function.
    pub name: Name,
    /// The word DISTINCT before the arguments.
    pub distinct: Option<Span>,
    /// Whether the argument is `*`.
    pub star: bool,
    /// The arguments.
    pub args: Vec<Expr>,
    /// What stands between the parentheses.
    pub inside: Span,
    /// ORDER BY within the parentheses.
    pub order_by: Option<OrderBy>,
    /// `FILTER (WHERE …)`.
    pub filter: Option<Clause>,
    /// `OVER …`.
    pub over: Option<Over>,
}

/// `OVER …`.
#[derive(Debug, Clone, PartialEq)]
pub struct Over {
    /// From OVER to its end.
    pub span: Span,
    /// The window.
    pub window: WindowRef,
}

/// The window a function runs over.
#[derive(Debug, Clone, PartialEq)]
pub enum WindowRef {
    /// The name of one from the WINDOW clause.
    Named(Name),
    /// One defined on the spot.
    Defined(Window),
}

/// A name of the WINDOW clause and what it stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedWindow {
    /// Its name.
    pub name: Name,
    /// Its definition.
    pub window: Window,
}

/// The definition of a window.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// The definition with its parentheses.
    pub span: Span,
    /// The window it extends.
    pub base: Option<Name>,
    /// PARTITION BY.
    pub partition_by: Option<GroupBy>,
    /// ORDER BY.
    pub order_by: Option<OrderBy>,
    /// The frame.
    pub frame: Option<Frame>,
}

/// What a frame counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameUnit {
    /// `ROWS`.
    Rows,
    /// `RANGE`.
    Range,
    /// `GROUPS`.
    Groups,
}

/// `ROWS|RANGE|GROUPS … [EXCLUDE …]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// All of it.
    pub span: Span,
    /// What it counts in.
    pub unit: FrameUnit,
    /// That word.
    pub unit_span: Span,
    /// Where it begins.
    pub start: Bound,
    /// Where it ends, if it says so.
    pub end: Option<Bound>,
    /// Whether it says EXCLUDE.
    pub exclude: bool,
}

/// An end of a frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// All of it.
    pub span: Span,
    /// What it is.
    pub kind: BoundKind,
}

/// What an end of a frame is.
#[derive(Debug, Clone, PartialEq)]
pub enum BoundKind {
    /// `UNBOUNDED PRECEDING`.
    UnboundedPreceding,
    /// `n PRECEDING`.
    Preceding(Box<Expr>),
    /// `CURRENT ROW`.
    CurrentRow,
    /// `n FOLLOWING`.
    Following(Box<Expr>),
    /// `UNBOUNDED FOLLOWING`.
    UnboundedFollowing,
}
