//! The kinds of edits, and what a hint says of each.

/// The clauses of a query, in the order in which they are looked at for a hint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clause {
    /// FROM and its joins.
    From,
    /// WHERE.
    Where,
    /// GROUP BY.
    GroupBy,
    /// HAVING.
    Having,
    /// The result columns, windows and DISTINCT.
    Select,
    /// ORDER BY.
    OrderBy,
    /// LIMIT and OFFSET.
    Limit,
    /// UNION and the like, in WITH or anywhere.
    With,
}

impl Clause {
    /// What a hint calls it.
    pub fn as_str(self) -> &'static str {
        match self {
            Clause::From => "FROM",
            Clause::Where => "WHERE",
            Clause::GroupBy => "GROUP BY",
            Clause::Having => "HAVING",
            Clause::Select => "SELECT",
            Clause::OrderBy => "ORDER BY",
            Clause::Limit => "LIMIT",
            Clause::With => "UNION",
        }
    }
}

macro_rules! kinds {
    ($($variant:ident $code:literal $change:literal),+ $(,)?) => {
        /// What an edit changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EditKind {
            $(#[doc = concat!("Changes ", $change, ".")] $variant,)+
        }

        impl EditKind {
            /// All kinds.
            pub const ALL: &[EditKind] = &[$(EditKind::$variant,)+];

            /// The kind as programs see it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(EditKind::$variant => $code,)+
                }
            }

            /// What it changes, as a hint says it: `look at WHERE: which values lie on the boundary`.
            pub fn change(self) -> &'static str {
                match self {
                    $(EditKind::$variant => $change,)+
                }
            }
        }
    };
}

kinds! {
    JoinKind "join-kind" "which rows the join keeps",
    DropJoin "drop-join" "which tables are joined",
    MovePredicate "move-predicate" "whether a condition stands in ON or in WHERE",
    Comparison "comparison" "how two values are compared",
    Boundary "boundary" "whether the boundary itself belongs to it",
    Between "between" "which ends of the range belong to it",
    AndOr "and-or" "whether AND or OR joins the conditions",
    AddPredicate "add-predicate" "a condition that is missing",
    DropPredicate "drop-predicate" "a condition too many",
    NegatePredicate "negate-predicate" "whether a condition holds or not",
    InExists "in-exists" "whether it is in the set or not in it",
    ListItem "list-item" "which values are in the list",
    NullTest "null-test" "what happens to NULL",
    NullEquality "null-equality" "how NULL is compared",
    Coalesce "coalesce" "what stands in the place of NULL",
    Distinct "distinct" "whether equal rows count once",
    CountArgument "count-argument" "what is counted",
    Aggregate "aggregate" "the aggregate function",
    AggregateFilter "aggregate-filter" "which rows are aggregated",
    GroupingKey "grouping-key" "what is grouped by",
    Having "having" "which groups are kept",
    OrderKey "order-key" "what is ordered by",
    OrderDirection "order-direction" "which way it is ordered",
    OrderKeyAdded "order-key-added" "a key that is missing",
    Limit "limit" "how many rows are kept",
    Frame "frame" "which rows the window's frame holds",
    Partition "partition" "what the window is partitioned by",
    WindowOrder "window-order" "what the window is ordered by",
    WindowFunction "window-function" "the window function",
    SetOperation "set-operation" "how the queries are put together",
    DateModifier "date-modifier" "the modifiers of a date",
    DateFormat "date-format" "the format of a date",
    Division "division" "whether the fraction is kept",
    Arithmetic "arithmetic" "how the value is computed",
    CaseArm "case-arm" "the arms of CASE",
    Number "number" "a number",
    Text "text" "a text",
    Column "column" "which column is meant",
    ColumnOrder "column-order" "the order of the columns",
    FunctionArgument "function-argument" "a function or its arguments",
}

impl EditKind {
    /// Whether the edit only ever helps to repair an answer: a further key changes nothing where the order is total.
    pub fn repairs_only(self) -> bool {
        matches!(self, EditKind::OrderKeyAdded | EditKind::AddPredicate)
    }
}
