//! What the plan is read from: the engine's rows and what is known of the schema, as plain data.
//! Knows no engine: whoever has a database open fills these in.

/// One row of EXPLAIN QUERY PLAN, as the engine gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawNode {
    /// The step's own number.
    pub id: i64,
    /// The number of the step above it, 0 for none.
    pub parent: i64,
    /// The third column: what the planner thinks one run of this loop costs, as ten times a binary logarithm.
    pub estimate: i64,
    /// The text.
    pub detail: String,
}

/// What is known of the tables and indexes that a statement may read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchemaFacts {
    /// The tables.
    pub tables: Vec<TableFacts>,
    /// The indexes, those that a UNIQUE or PRIMARY KEY makes among them.
    pub indexes: Vec<IndexFacts>,
    /// The views, for the names in their bodies.
    pub views: Vec<ViewFacts>,
}

/// One table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableFacts {
    /// Its name.
    pub name: String,
    /// How many rows it holds, where that was counted.
    pub rows: Option<u64>,
    /// Its columns, in order.
    pub columns: Vec<String>,
    /// The column that is the INTEGER PRIMARY KEY, if there is one.
    pub integer_key: Option<String>,
    /// Whether it was made WITHOUT ROWID.
    pub without_rowid: bool,
}

/// One view.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ViewFacts {
    /// Its name.
    pub name: String,
    /// The CREATE VIEW statement.
    pub sql: String,
}

/// One index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexFacts {
    /// Its name.
    pub name: String,
    /// The table it belongs to.
    pub table: String,
    /// Its key, from the left.
    pub keys: Vec<IndexKey>,
    /// Whether no two rows may share a key.
    pub unique: bool,
    /// The condition of a partial index.
    pub partial: Option<String>,
    /// What made it.
    pub origin: IndexOrigin,
    /// From ANALYZE: how many rows share the first key column, the first two, and so on. Empty without it.
    pub rows_per_key: Vec<u64>,
}

/// One part of an index's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexKey {
    /// A column.
    Column(String),
    /// An expression, as its text.
    Expression(String),
}

/// What made an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexOrigin {
    /// CREATE INDEX.
    Created,
    /// A UNIQUE constraint.
    Unique,
    /// A PRIMARY KEY that is not the rowid.
    PrimaryKey,
}

impl IndexKey {
    /// The column's name, or the expression's text.
    pub fn text(&self) -> &str {
        match self {
            IndexKey::Column(name) | IndexKey::Expression(name) => name,
        }
    }

    fn is_column(&self, column: &str) -> bool {
        match self {
            IndexKey::Column(name) => name.eq_ignore_ascii_case(column),
            IndexKey::Expression(_) => false,
        }
    }
}

impl IndexFacts {
    /// Whether `column` stands first in the key.
    pub fn led_by(&self, column: &str) -> bool {
        self.keys.first().is_some_and(|key| key.is_column(column))
    }

    /// The key as one would write it: `user_id, created_at`.
    pub fn key_text(&self) -> String {
        self.keys.iter().map(IndexKey::text).collect::<Vec<_>>().join(", ")
    }
}

impl TableFacts {
    /// Whether the table has this column, `rowid` and the like included.
    pub fn has_column(&self, column: &str) -> bool {
        self.columns.iter().any(|c| c.eq_ignore_ascii_case(column))
            || (!self.without_rowid && is_rowid(column))
    }

    /// Whether this column is the key by which the table itself is stored.
    pub fn is_integer_key(&self, column: &str) -> bool {
        !self.without_rowid
            && (is_rowid(column)
                || self.integer_key.as_ref().is_some_and(|key| key.eq_ignore_ascii_case(column)))
    }
}

impl SchemaFacts {
    /// The table of this name, whatever its case.
    pub fn table(&self, name: &str) -> Option<&TableFacts> {
        self.tables.iter().find(|t| t.name.eq_ignore_ascii_case(name))
    }

    /// The index of this name, whatever its case.
    pub fn index(&self, name: &str) -> Option<&IndexFacts> {
        self.indexes.iter().find(|i| i.name.eq_ignore_ascii_case(name))
    }

    /// The indexes of a table.
    pub fn indexes_of<'a>(&'a self, table: &'a str) -> impl Iterator<Item = &'a IndexFacts> {
        self.indexes.iter().filter(move |i| i.table.eq_ignore_ascii_case(table))
    }

    /// Whether some index could find rows of `table` by `column`: it leads a key, or is the table's own key.
    pub fn can_find_by(&self, table: &str, column: &str) -> bool {
        self.table(table).is_some_and(|t| t.is_integer_key(column))
            || self.indexes_of(table).any(|i| i.led_by(column))
    }
}

/// Whether a name stands for the rowid.
pub(super) fn is_rowid(column: &str) -> bool {
    ["rowid", "_rowid_", "oid"].iter().any(|name| name.eq_ignore_ascii_case(column))
}
