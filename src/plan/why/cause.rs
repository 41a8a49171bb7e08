//! What keeps the planner from an index, as data.

use serde::{Serialize, Serializer, ser::SerializeMap as _};

/// What keeps the planner from an index. Texts are those of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A function is called on the column.
    Function {
        /// The call.
        expr: String,
        /// The function.
        name: String,
        /// The column in it.
        column: String,
    },
    /// Something is computed from the column.
    Arithmetic {
        /// The expression.
        expr: String,
        /// The column in it.
        column: String,
    },
    /// The column is cast.
    Cast {
        /// The cast.
        expr: String,
        /// The column in it.
        column: String,
    },
    /// A plus stands before the column.
    UnaryPlus {
        /// The column.
        column: String,
    },
    /// The condition is an expression of another kind around the column.
    Expression {
        /// The expression.
        expr: String,
        /// The column in it.
        column: String,
    },
    /// The index holds another expression than the query asks for.
    OtherExpression {
        /// What the query asks for.
        expr: String,
        /// What the index holds.
        key: String,
    },
    /// Texts are compared by another collation than the index is ordered by.
    Collation {
        /// The collation of the index.
        index: String,
        /// The column.
        column: String,
    },
    /// LIKE makes no difference between a and A, and the index does.
    LikeCase {
        /// The column.
        column: String,
        /// The pattern.
        pattern: String,
    },
    /// GLOB tells a from A, and the index does not.
    GlobCase {
        /// The column.
        column: String,
    },
    /// The pattern begins with a wildcard.
    Wildcard {
        /// The pattern.
        pattern: String,
    },
    /// The pattern is known only when the query runs.
    PatternParameter {
        /// The parameter, or the expression.
        pattern: String,
    },
    /// The column is compared with a value of another type, so that the column is what gets converted.
    Types {
        /// The column.
        column: String,
        /// Its type.
        column_type: String,
        /// What it is compared with.
        other: String,
    },
    /// Other arms of an OR have no index.
    Or {
        /// The arms that no index serves; none where each alone is served.
        blocking: Vec<String>,
    },
    /// The arms of an OR ask different tables.
    OrAcross {
        /// The arm that asks another table.
        arm: String,
    },
    /// An arm of an OR asks no column: a filter that may be switched off.
    OptionalFilter {
        /// That arm.
        arm: String,
    },
    /// The query does not ask for the first column of the index.
    LeadingColumn {
        /// The first column.
        lead: String,
        /// The column that is asked for.
        column: String,
    },
    /// What is asked for is what a column must not be.
    Unequal {
        /// The operator.
        operator: String,
        /// The column.
        column: String,
    },
    /// The column is compared with another of the same row.
    SameRow {
        /// The column.
        column: String,
        /// What it is compared with.
        other: String,
    },
    /// The condition stands in the ON of an outer join, which keeps the rows where it is not true.
    OuterJoin {
        /// The column.
        column: String,
    },
    /// The query does not say that it wants only rows which a partial index holds.
    PartialCondition {
        /// The condition of the index.
        condition: String,
    },
    /// It says so with a parameter, whose value the planner does not know.
    Parameter {
        /// The condition of the index.
        condition: String,
        /// The parameter.
        parameter: String,
    },
    /// The query forbids it, by NOT INDEXED or by naming another index.
    Forbidden,
    /// ORDER BY asks for an expression.
    OrderExpression {
        /// The expression.
        expr: String,
        /// The column in it.
        column: String,
    },
    /// ORDER BY goes up in one column and down in another where the index does not.
    Directions,
    /// ORDER BY puts NULLs at the other end.
    Nulls,
    /// The join begins with this table, where the index would be searched for each row of the other.
    JoinOrder {
        /// The column.
        column: String,
        /// What it is compared with.
        other: String,
    },
    /// It can be searched, and costs more.
    Dearer,
    /// It can be searched and would cost less: the planner is mistaken.
    Misjudged,
    /// The same, and after ANALYZE the planner uses it.
    NoStatistics,
    /// No trial explains it.
    Unexplained,
}

impl Cause {
    /// Whether it keeps the index from giving an order, rather than from being searched.
    pub fn is_of_order(&self) -> bool {
        matches!(self, Cause::OrderExpression { .. } | Cause::Directions | Cause::Nulls)
    }

    /// Its name in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Cause::Function { .. } => "function",
            Cause::Arithmetic { .. } => "arithmetic",
            Cause::Cast { .. } => "cast",
            Cause::UnaryPlus { .. } => "unary-plus",
            Cause::Expression { .. } => "expression",
            Cause::OtherExpression { .. } => "other-expression",
            Cause::Collation { .. } => "collation",
            Cause::LikeCase { .. } => "like-case",
            Cause::GlobCase { .. } => "glob-case",
            Cause::Wildcard { .. } => "wildcard",
            Cause::PatternParameter { .. } => "pattern-parameter",
            Cause::Types { .. } => "types",
            Cause::Or { .. } => "or",
            Cause::OrAcross { .. } => "or-across-tables",
            Cause::OptionalFilter { .. } => "optional-filter",
            Cause::LeadingColumn { .. } => "leading-column",
            Cause::Unequal { .. } => "unequal",
            Cause::SameRow { .. } => "same-row",
            Cause::OuterJoin { .. } => "outer-join",
            Cause::PartialCondition { .. } => "partial-condition",
            Cause::Parameter { .. } => "parameter",
            Cause::Forbidden => "forbidden",
            Cause::OrderExpression { .. } => "order-expression",
            Cause::Directions => "directions",
            Cause::Nulls => "nulls",
            Cause::JoinOrder { .. } => "join-order",
            Cause::Dearer => "dearer",
            Cause::Misjudged => "misjudged",
            Cause::NoStatistics => "no-statistics",
            Cause::Unexplained => "unexplained",
        }
    }
}

impl Serialize for Cause {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("cause", self.name())?;
        map.end()
    }
}
