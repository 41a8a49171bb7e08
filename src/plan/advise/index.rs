//! An index that might be created: its parts, each with the reason for which it is there, and its condition. Knows
//! no query and no engine.

use std::fmt::Write as _;

use crate::schema::introspect::{Schema, TableInfo};

/// Why a part stands in an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role {
    /// It is compared with a constant by `=` or IS.
    Equal,
    /// It is looked for in a list.
    In,
    /// It equals a column of another table, named here, or what a subquery gives.
    Join(String),
    /// It is a range.
    Range,
    /// It is matched by LIKE with a pattern whose beginning is known.
    Prefix,
    /// It is part of a comparison of row values.
    After,
    /// It is a key of ORDER BY.
    Order,
    /// It is a key of GROUP BY or DISTINCT.
    Group,
    /// Its least or greatest value is asked for.
    Extreme,
    /// The query reads it.
    Carried,
}

/// One part of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// As CREATE INDEX takes it: a column or an expression, and its collation.
    pub text: String,
    /// The column's place, if it is one.
    pub column: Option<usize>,
    /// Whether it descends.
    pub descending: bool,
    /// Why it is there.
    pub role: Role,
}

impl Part {
    /// A column of a table.
    pub fn column(table: &TableInfo, column: usize, role: Role) -> Part {
        let text = name(&table.columns[column].name);
        Part { text, column: Some(column), descending: false, role }
    }
}

/// The condition of a partial index.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Filter {
    /// As CREATE INDEX takes it.
    pub text: String,
    /// The column that it is about.
    pub column: usize,
    /// Which part of the rows it holds for.
    pub share: f64,
}

/// An index that might be created.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Index {
    /// The table, by its place in the schema.
    pub table: usize,
    /// What it is made of.
    pub parts: Vec<Part>,
    /// Which rows are in it.
    pub filter: Option<Filter>,
}

impl Index {
    /// Whether both hold the same in the same order.
    pub fn same(&self, other: &Index) -> bool {
        self.table == other.table && self.body() == other.body() && self.condition() == other.condition()
    }

    fn condition(&self) -> Option<&str> {
        self.filter.as_ref().map(|filter| filter.text.as_str())
    }

    fn body(&self) -> Vec<(&str, bool)> {
        self.parts.iter().map(|part| (part.text.as_str(), part.descending)).collect()
    }

    /// The parts as CREATE INDEX lists them.
    pub fn list(&self) -> String {
        let mut list = String::new();
        for (at, part) in self.parts.iter().enumerate() {
            let (comma, order) = (if at > 0 { ", " } else { "" }, if part.descending { " DESC" } else { "" });
            write!(list, "{comma}{}{order}", part.text).expect("writing to a String succeeds");
        }
        list
    }

    /// What it is made of, without a name: `orders (user_id, created_at)`.
    pub fn brief(&self, schema: &Schema) -> String {
        let table = &schema.tables[self.table].name;
        match &self.filter {
            None => format!("{} ({})", name(table), self.list()),
            Some(filter) => format!("{} ({}) WHERE {}", name(table), self.list(), filter.text),
        }
    }

    /// The statement that creates it.
    pub fn sql(&self, schema: &Schema) -> String {
        format!("CREATE INDEX {} ON {}", name(&self.name(schema)), self.brief(schema))
    }

    /// A name that says what is in it.
    pub fn name(&self, schema: &Schema) -> String {
        let mut words = vec![plain(&schema.tables[self.table].name)];
        words.extend(self.parts.iter().map(|part| plain(&part.text)));
        if let Some(filter) = &self.filter {
            words.push("where".to_owned());
            words.push(plain(&filter.text));
        }
        let mut name = words.join("_");
        name.truncate(60);
        name.trim_end_matches('_').to_owned()
    }
}

/// The letters and digits of a text, parted by single underscores.
fn plain(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("_").to_lowercase()
}

/// A name as SQL takes it: quoted where it must be.
pub(in crate::plan) fn name(name: &str) -> String {
    use crate::sql::keywords::Keyword;
    let bare = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && Keyword::find(name).is_none();
    if bare { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}
