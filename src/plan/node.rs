//! The typed steps of a plan: what each line of EXPLAIN QUERY PLAN says, as data.

use std::fmt;

use serde::{Serialize, Serializer};

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Node {
    /// The step's own number.
    pub id: i64,
    /// The number of the step above it, 0 for none.
    pub parent: i64,
    /// The engine's text.
    pub detail: String,
    /// What the step does, in one plain sentence without a full stop.
    pub words: String,
    /// Why it does so, or what follows from it.
    pub why: Option<String>,
    /// What one would say about it in an interview.
    pub more: String,
    /// What the planner thinks one run of the loop costs, as ten times a binary logarithm.
    pub estimate: i64,
    /// What kind of step it is.
    #[serde(flatten)]
    pub kind: Kind,
}

/// What a step is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Kind {
    /// Rows are read from a table, or from something that stands for one.
    Access(Access),
    /// A temporary tree sorts rows or sets repeats apart.
    Sort(Sort),
    /// A Bloom filter is asked before a look-up.
    BloomFilter(BloomFilter),
    /// A Bloom filter is filled beside a list.
    CreateBloomFilter,
    /// A subquery that hands over its rows one by one.
    Coroutine {
        /// The subquery's name.
        name: String,
    },
    /// A subquery whose rows are stored first.
    Materialize {
        /// The subquery's name.
        name: String,
    },
    /// A subquery inside an expression.
    Subquery(Subquery),
    /// A subquery that was computed already and is used again.
    Reuse {
        /// Its number.
        number: u32,
        /// Whether it gives a list or one value.
        form: SubqueryForm,
    },
    /// An IN whose list is an index or a table that is there already.
    InOperator {
        /// The index that is searched; none where the table's own key is.
        index: Option<String>,
        /// The table, where it is known.
        table: Option<String>,
    },
    /// Queries joined by UNION ALL, one after the other.
    Compound,
    /// The first arm of a compound query.
    LeftMost,
    /// A further arm of a compound query.
    Arm {
        /// The operator before the arm.
        operator: SetOperator,
        /// Whether the arms are told apart in a temporary tree.
        temp_b_tree: bool,
    },
    /// Two sorted arms walked side by side.
    Merge {
        /// The operator.
        operator: SetOperator,
    },
    /// The left arm of a merge.
    Left,
    /// The right arm of a merge.
    Right,
    /// The first rows of a recursive query.
    Setup,
    /// What is done with each row of a recursive query.
    RecursiveStep,
    /// Several indexes are searched for the arms of an OR.
    MultiIndexOr,
    /// One arm of such an OR.
    OrArm {
        /// Its number, from 1.
        number: u32,
    },
    /// The second pass of a RIGHT or FULL JOIN: rows that found no partner.
    RightJoin {
        /// The table whose rows are looked for.
        table: String,
    },
    /// Rows that stand in the statement itself.
    ConstantRows {
        /// How many.
        rows: u64,
    },
    /// A line of a form that is not known: its text says what it says.
    Raw,
}

/// How rows of one source are reached.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a word of the line or of the statement, free of the others"
)]
pub struct Access {
    /// Everything, or what a key finds.
    pub method: Method,
    /// The name as the plan writes it: the alias, or the table's name.
    pub source: String,
    /// What the name stands for.
    #[serde(flatten)]
    pub target: Target,
    /// The way to the rows.
    #[serde(flatten)]
    pub via: Via,
    /// What the key is compared with, from the left.
    pub terms: Vec<Term>,
    /// Whether the columns may be compared with several values each, as IN does: the plan writes that as `=` too.
    pub several_values: bool,
    /// Whether it is the right side of a LEFT JOIN.
    pub left_join: bool,
    /// Whether the step stands for an EXISTS, so that the first match ends it.
    pub exists: bool,
    /// How much of it a run reads.
    pub reading: Reading,
    /// Whether only the number of rows is taken, page by page.
    pub counts_only: bool,
    /// Whether the statement does not name the table: a foreign key or a trigger reads it.
    pub behind_the_scenes: bool,
    /// How often the step is run, and how many rows a run reads, where the schema says so much.
    pub work: Work,
}

/// Everything, or what a key finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Every row is read.
    Scan,
    /// Rows are found by a key.
    Search,
}

/// How much a run reads of what it scans or finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// All of it.
    Whole,
    /// A LIMIT, or that one row is enough, ends it after a few rows.
    Early,
    /// The same, but rows are left out on the way: where few match, it reads all.
    EarlyAtBest,
}

/// What the name of a source stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "target", rename_all = "lowercase")]
pub enum Target {
    /// A table of the schema.
    Table {
        /// Its name in the schema.
        table: String,
        /// How many rows it holds, where known.
        table_rows: Option<u64>,
    },
    /// The rows of a subquery, a common table expression, a view, or a join in parentheses.
    Result,
    /// A table-valued function or a virtual table.
    Function,
    /// Rows of a VALUES clause.
    Values {
        /// How many.
        rows: u64,
    },
}

/// The way to the rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "via", rename_all = "kebab-case")]
pub enum Via {
    /// The rows as they are stored.
    Rows,
    /// The integer key by which the table is stored.
    IntegerKey,
    /// The primary key of a table WITHOUT ROWID.
    TableKey,
    /// An index.
    Index {
        /// Its name.
        index: String,
        /// Its key, from the left; empty where the schema does not know it.
        keys: Vec<String>,
        /// Whether it holds every column that is needed.
        covering: bool,
        /// Whether no two rows share a key.
        unique: bool,
        /// Whether it holds only some of the rows.
        partial: bool,
        /// Whether a UNIQUE or PRIMARY KEY constraint made it.
        constraint: bool,
    },
    /// An index that is built for this one run.
    Automatic {
        /// Whether it holds only some of the rows.
        partial: bool,
    },
    /// A plan of a virtual table's own.
    Virtual {
        /// Its number and text.
        plan: String,
    },
}

/// One comparison of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The columns, several for a row value. `<expr>` stands for an expression.
    pub columns: Vec<String>,
    /// What is asked of them.
    pub test: TermTest,
}

/// What a search asks of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermTest {
    /// One value, or each of a list.
    Equal,
    /// Values from a bound upwards.
    Above,
    /// Values up to a bound.
    Below,
    /// Each value there is, one after the other: a skip-scan.
    Any,
}

/// How much a step does, as far as the numbers of rows say it.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Work {
    /// At most so many runs.
    pub runs: Option<u64>,
    /// Rows that one run reads, at most.
    pub rows: Option<u64>,
    /// Whether `runs` is exact, not only a bound.
    pub exact_runs: bool,
    /// Rows that share the columns given, on average, where ANALYZE counted them.
    pub rows_on_average: Option<u64>,
}

/// A temporary tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "purpose", rename_all = "kebab-case")]
pub enum Sort {
    /// Rows are put in the order asked for.
    OrderBy {
        /// Only so many of the last terms are left to sort: the rows come in the order of the others.
        last_terms: Option<u32>,
        /// Only so many rows are kept, because of a LIMIT.
        keeps: Option<u64>,
    },
    /// Rows of a group are brought together.
    GroupBy,
    /// Repeats are told apart.
    Distinct,
    /// Repeats inside an aggregate are told apart.
    AggregateDistinct {
        /// The aggregate.
        function: String,
    },
    /// The rows of an aggregate are put in order.
    AggregateOrder {
        /// The aggregate.
        function: String,
    },
}

/// A Bloom filter in front of a look-up.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BloomFilter {
    /// The name of the source as the plan writes it.
    pub source: String,
    /// The table behind it, where there is one.
    pub table: Option<String>,
    /// What is compared.
    pub terms: Vec<Term>,
}

/// A subquery inside an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Subquery {
    /// Its number.
    pub number: u32,
    /// One value, or a list.
    pub form: SubqueryForm,
    /// Whether it depends on the row outside and so runs for each of them.
    pub correlated: bool,
}

/// What a subquery gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SubqueryForm {
    /// One value, or whether there is a row.
    Scalar,
    /// A list for IN.
    List,
}

/// An operator between two queries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum SetOperator {
    /// Rows of either, once each.
    #[serde(rename = "UNION")]
    Union,
    /// Rows of both, as they come.
    #[serde(rename = "UNION ALL")]
    UnionAll,
    /// Rows that stand in both.
    #[serde(rename = "INTERSECT")]
    Intersect,
    /// Rows of the first that are not in the second.
    #[serde(rename = "EXCEPT")]
    Except,
}

impl SetOperator {
    /// The operator's spelling.
    pub fn sql(self) -> &'static str {
        match self {
            SetOperator::Union => "UNION",
            SetOperator::UnionAll => "UNION ALL",
            SetOperator::Intersect => "INTERSECT",
            SetOperator::Except => "EXCEPT",
        }
    }
}

impl Kind {
    /// The access, if it is one.
    pub fn as_access(&self) -> Option<&Access> {
        if let Kind::Access(access) = self { Some(access) } else { None }
    }
}

impl Access {
    /// The table of the schema that is read, if it is one.
    pub fn table(&self) -> Option<&str> {
        match &self.target {
            Target::Table { table, .. } => Some(table),
            Target::Result | Target::Function | Target::Values { .. } => None,
        }
    }

    /// How many rows the table holds, where known.
    pub fn table_rows(&self) -> Option<u64> {
        match &self.target {
            Target::Table { table_rows, .. } => *table_rows,
            Target::Values { rows } => Some(*rows),
            Target::Result | Target::Function => None,
        }
    }

    /// Whether every row of a table, or every entry of one of its indexes, is read, at least where few rows match.
    pub fn is_full_scan(&self) -> bool {
        self.method == Method::Scan && self.table().is_some() && self.reading != Reading::Early
    }

    /// Whether the table itself is left alone because an index holds all that is needed.
    pub fn is_covering(&self) -> bool {
        match self.via {
            Via::Index { covering, .. } => covering,
            Via::Automatic { .. } => true,
            Via::Rows | Via::IntegerKey | Via::TableKey | Via::Virtual { .. } => false,
        }
    }

    /// Whether one run finds at most one row: every column of a unique key is given.
    pub fn finds_one(&self) -> bool {
        if self.several_values {
            return false;
        }
        let given: usize =
            self.terms.iter().filter(|t| t.test == TermTest::Equal).map(|t| t.columns.len()).sum();
        match &self.via {
            Via::IntegerKey => given > 0,
            Via::Index { unique, keys, .. } => *unique && !keys.is_empty() && given >= keys.len(),
            Via::Rows => self.method == Method::Search,
            Via::TableKey | Via::Automatic { .. } | Via::Virtual { .. } => false,
        }
    }

    /// Whether one run reads one end of an index and stops there, as `min()` and `max()` do.
    pub fn reads_one_end(&self) -> bool {
        self.method == Method::Search && self.terms.is_empty()
    }

    /// The first column that the search gives a value or a bound for.
    pub fn leading_column(&self) -> Option<&str> {
        self.terms.first().and_then(|term| term.columns.first()).map(String::as_str)
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.columns.join(",");
        let sign = match self.test {
            TermTest::Any => return write!(f, "ANY({columns})"),
            TermTest::Equal => '=',
            TermTest::Above => '>',
            TermTest::Below => '<',
        };
        match self.columns.len() {
            1 => write!(f, "{columns}{sign}?"),
            n => write!(f, "({columns}){sign}({})", vec!["?"; n].join(",")),
        }
    }
}

impl Serialize for Term {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
