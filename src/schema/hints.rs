//! What a schema's author says of a column's values, beside what its DDL says.

/// Hints for one column.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ColumnHint {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// Words it may hold.
    pub words: Vec<String>,
    /// The one format of its times.
    pub format: Option<TimeFormat>,
    /// Its least and largest usual value.
    pub range: Option<(i64, i64)>,
}

/// How a column writes a time. A column has one format: `>` and `>=` of a bare date would differ otherwise where
/// they cannot in life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeFormat {
    /// 'YYYY-MM-DD HH:MM:SS'
    DateTime,
    /// 'YYYY-MM-DD'
    Date,
    /// 'YYYY-MM'
    Month,
    /// 'HH:MM:SS'
    Time,
}
