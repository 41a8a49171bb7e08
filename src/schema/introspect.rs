//! A schema as SQLite itself reports it: tables, columns, keys. Nothing is read from the DDL's text.

use std::collections::HashMap;

use crate::{
    engine::{Access, Failure, Sandbox},
    sql::names::{ColumnNames, SchemaNames, TableNames},
    value::{Table as Rows, Value},
};

/// The tables of a schema, parents before children.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schema {
    /// The tables, in an order in which they can be loaded.
    pub tables: Vec<TableInfo>,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableInfo {
    /// Its name.
    pub name: String,
    /// Its columns, generated ones too.
    pub columns: Vec<ColumnInfo>,
    /// The columns of its primary key, by place.
    pub primary_key: Vec<usize>,
    /// The column that is the rowid itself (INTEGER PRIMARY KEY).
    pub rowid_alias: Option<usize>,
    /// Keys on whole columns: the primary key, UNIQUE, unique indexes.
    pub uniques: Vec<Vec<usize>>,
    /// Whether it is WITHOUT ROWID.
    pub without_rowid: bool,
    /// What it refers to.
    pub foreign_keys: Vec<ForeignKey>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnInfo {
    /// Its name.
    pub name: String,
    /// Its type as declared, in upper case.
    pub declared: String,
    /// Its affinity (<https://sqlite.org/datatype3.html>).
    pub affinity: Affinity,
    /// Whether NULL is refused.
    pub not_null: bool,
    /// Whether SQLite computes it.
    pub generated: bool,
}

/// Column affinities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Affinity {
    Integer,
    Text,
    Blob,
    Real,
    Numeric,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// The columns that refer.
    pub columns: Vec<usize>,
    /// The table referred to, by place in [`Schema::tables`].
    pub parent: usize,
    /// The columns referred to.
    pub parent_columns: Vec<usize>,
}

impl Schema {
    /// Reads the schema of a sandbox's database.
    ///
    /// # Errors
    /// A schema that SQLite cannot report, such as a foreign key to a table that is not there.
    pub fn read(sandbox: &Sandbox) -> Result<Schema, Failure> {
        sandbox.with_access(Access::Trusted, read)
    }

    /// The schema's names, for those who read statements.
    pub fn names(&self) -> SchemaNames {
        let tables = self.tables.iter().map(|table| TableNames {
            name: table.name.clone(),
            columns: table
                .columns
                .iter()
                .enumerate()
                .map(|(at, column)| ColumnNames {
                    name: column.name.clone(),
                    nullable: !column.not_null && table.rowid_alias != Some(at),
                })
                .collect(),
            primary_key: table.primary_key.clone(),
            unique_keys: table
                .uniques
                .iter()
                .filter(|key| key.iter().all(|at| table.columns[*at].not_null))
                .cloned()
                .collect(),
            has_rowid: !table.without_rowid,
        });
        SchemaNames { tables: tables.collect() }
    }

    /// The place of a table, whatever the case of its name.
    pub fn table(&self, name: &str) -> Option<usize> {
        self.tables.iter().position(|table| table.name.eq_ignore_ascii_case(name))
    }
}

impl From<&Schema> for SchemaNames {
    fn from(schema: &Schema) -> SchemaNames {
        schema.names()
    }
}

impl TableInfo {
    /// The place of a column, whatever the case of its name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// The places of the columns that an INSERT may name.
    pub fn insertable(&self) -> Vec<usize> {
        (0..self.columns.len()).filter(|at| !self.columns[*at].generated).collect()
    }
}

fn quoted(name: &str) -> String {
    format!("'{}'", name.replace('\'', "''"))
}

fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Integer(i) => i.to_string(),
        Value::Null | Value::Real(_) | Value::Blob(_) => String::new(),
    }
}

fn int(value: &Value) -> i64 {
    match value {
        Value::Integer(i) => *i,
        Value::Null | Value::Real(_) | Value::Text(_) | Value::Blob(_) => 0,
    }
}

fn read(sandbox: &Sandbox) -> Result<Schema, Failure> {
    let listed = sandbox.table(
        "SELECT l.name, l.wr FROM pragma_table_list AS l WHERE l.schema = 'main' AND l.type = 'table' \
         AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
         ORDER BY (SELECT m.rowid FROM sqlite_schema AS m WHERE m.name = l.name AND m.type = 'table')",
    )?;
    let mut tables = Vec::new();
    for row in &listed.rows {
        tables.push(columns(sandbox, &text(&row[0]), int(&row[1]) == 1)?);
    }
    let mut references = Vec::new();
    for table in &mut tables {
        uniques(sandbox, table)?;
        references.push(sandbox.table(&format!(
            "SELECT id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list({}) ORDER BY id, seq",
            quoted(&table.name)
        ))?);
    }
    let order = load_order(&tables, &references);
    let place: HashMap<usize, usize> = order.iter().enumerate().map(|(new, old)| (*old, new)).collect();
    let mut keys = Vec::new();
    for (at, list) in references.iter().enumerate() {
        keys.push(foreign_keys(&tables, at, list, &place)?);
    }
    for (table, keys) in tables.iter_mut().zip(keys) {
        table.foreign_keys = keys;
    }
    let mut slots: Vec<Option<TableInfo>> = tables.into_iter().map(Some).collect();
    let tables =
        order.iter().map(|at| slots[*at].take().expect("each table stands in the order once")).collect();
    Ok(Schema { tables })
}

fn columns(sandbox: &Sandbox, name: &str, without_rowid: bool) -> Result<TableInfo, Failure> {
    let listed = sandbox.table(&format!(
        "SELECT name, upper(type), \"notnull\", pk, hidden FROM pragma_table_xinfo({}) WHERE hidden <> 1",
        quoted(name)
    ))?;
    let mut columns = Vec::new();
    let mut key = Vec::new();
    for (at, row) in listed.rows.iter().enumerate() {
        let declared = text(&row[1]);
        columns.push(ColumnInfo {
            name: text(&row[0]),
            affinity: affinity(&declared),
            declared,
            not_null: int(&row[2]) != 0,
            generated: int(&row[4]) >= 2,
        });
        if int(&row[3]) > 0 {
            key.push((int(&row[3]), at));
        }
    }
    key.sort_unstable();
    let primary_key: Vec<usize> = key.into_iter().map(|(_, at)| at).collect();
    let rowid_alias = match primary_key.as_slice() {
        [only] if !without_rowid && columns[*only].declared == "INTEGER" => Some(*only),
        _ => None,
    };
    Ok(TableInfo {
        name: name.to_owned(),
        columns,
        uniques: if primary_key.is_empty() { Vec::new() } else { vec![primary_key.clone()] },
        primary_key,
        rowid_alias,
        without_rowid,
        foreign_keys: Vec::new(),
    })
}

fn affinity(declared: &str) -> Affinity {
    let has = |part: &str| declared.contains(part);
    if has("INT") {
        Affinity::Integer
    } else if has("CHAR") || has("CLOB") || has("TEXT") {
        Affinity::Text
    } else if has("BLOB") || declared.is_empty() || declared == "ANY" {
        Affinity::Blob
    } else if has("REAL") || has("FLOA") || has("DOUB") {
        Affinity::Real
    } else {
        Affinity::Numeric
    }
}

fn uniques(sandbox: &Sandbox, table: &mut TableInfo) -> Result<(), Failure> {
    let listed = sandbox.table(&format!(
        "SELECT l.name, i.cid FROM pragma_index_list({}) AS l, pragma_index_info(l.name) AS i \
         WHERE l.\"unique\" = 1 AND l.partial = 0 ORDER BY l.seq, i.seqno",
        quoted(&table.name)
    ))?;
    let mut indexes: Vec<(String, Vec<i64>)> = Vec::new();
    for row in &listed.rows {
        let name = text(&row[0]);
        match indexes.last_mut() {
            Some((last, places)) if *last == name => places.push(int(&row[1])),
            _ => indexes.push((name, vec![int(&row[1])])),
        }
    }
    for (_, places) in indexes {
        // -1 is the rowid, -2 an expression: neither is a key on columns.
        let whole: Option<Vec<usize>> = places.into_iter().map(|at| usize::try_from(at).ok()).collect();
        if let Some(key) = whole
            && !table.uniques.contains(&key)
        {
            table.uniques.push(key);
        }
    }
    Ok(())
}

/// Parents before children; where tables refer to each other in a ring, the ring is cut at the first of them.
fn load_order(tables: &[TableInfo], references: &[Rows]) -> Vec<usize> {
    let find = |name: &str| tables.iter().position(|table| table.name.eq_ignore_ascii_case(name));
    let mut order: Vec<usize> = Vec::new();
    while order.len() < tables.len() {
        let ready = |at: &usize| {
            !order.contains(at)
                && references[*at].rows.iter().all(|row| match find(&text(&row[1])) {
                    Some(parent) => parent == *at || order.contains(&parent),
                    None => true,
                })
        };
        let first =
            (0..tables.len()).find(ready).or_else(|| (0..tables.len()).find(|at| !order.contains(at)));
        order.push(first.expect("a table is left"));
    }
    order
}

fn foreign_keys(
    tables: &[TableInfo],
    at: usize,
    listed: &Rows,
    place: &HashMap<usize, usize>,
) -> Result<Vec<ForeignKey>, Failure> {
    let mut keys: Vec<(i64, ForeignKey)> = Vec::new();
    for row in &listed.rows {
        let (id, parent, from, to) = (int(&row[0]), text(&row[1]), text(&row[2]), &row[3]);
        let wrong = || {
            Failure::fault(format!("{} ({from}) refers to {parent}, which has no such key", tables[at].name))
        };
        let parent_at =
            tables.iter().position(|table| table.name.eq_ignore_ascii_case(&parent)).ok_or_else(wrong)?;
        let new = keys.last().is_none_or(|(last, _)| *last != id);
        if new {
            keys.push((
                id,
                ForeignKey { columns: Vec::new(), parent: place[&parent_at], parent_columns: Vec::new() },
            ));
        }
        let (_, key) = keys.last_mut().expect("one was pushed");
        let parent_column = match to {
            // No column named: the parent's primary key.
            Value::Null => tables[parent_at].primary_key.get(key.columns.len()).copied(),
            named => tables[parent_at].column(&text(named)),
        };
        key.columns.push(tables[at].column(&from).ok_or_else(wrong)?);
        key.parent_columns.push(parent_column.ok_or_else(wrong)?);
    }
    Ok(keys.into_iter().map(|(_, key)| key).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Settings, Source};

    fn schema(ddl: &str) -> Schema {
        let now = "2026-03-15".parse().unwrap();
        let sandbox = Sandbox::open(Source::Empty, Settings::learner(now, None)).unwrap();
        sandbox.script(ddl).unwrap();
        Schema::read(&sandbox).unwrap()
    }

    #[test]
    fn keys_and_references_are_read() {
        let schema = schema(
            "CREATE TABLE child (a INT, b TEXT NOT NULL, up REFERENCES child (id), id INTEGER PRIMARY KEY,
               d AS (a + 1), FOREIGN KEY (b, a) REFERENCES pair);
             CREATE TABLE pair (y INT, x TEXT, z, PRIMARY KEY (x, y)) WITHOUT ROWID;
             CREATE UNIQUE INDEX u ON child (a, b); CREATE UNIQUE INDEX e ON child (lower(b));
             CREATE UNIQUE INDEX p ON child (b) WHERE a IS NULL;",
        );
        let names: Vec<&str> = schema.tables.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(names, ["pair", "child"]);
        let (pair, child) = (&schema.tables[0], &schema.tables[1]);
        assert_eq!((pair.primary_key.clone(), pair.rowid_alias), (vec![1, 0], None));
        assert!(pair.columns[0].not_null, "a key of a table WITHOUT ROWID is never NULL");
        assert_eq!((child.primary_key.clone(), child.rowid_alias), (vec![3], Some(3)));
        assert_eq!(child.uniques, [vec![3], vec![0, 1]]);
        assert_eq!(child.insertable(), [0, 1, 2, 3]);
        let keys: Vec<_> = child
            .foreign_keys
            .iter()
            .map(|key| (key.parent, key.columns.clone(), key.parent_columns.clone()))
            .collect();
        assert_eq!(keys, [(0, vec![1, 0], vec![1, 0]), (1, vec![2], vec![3])]);
    }

    #[test]
    fn the_shop_loads_parents_first() {
        let schema = schema(include_str!("../../schemas/shop.sql"));
        let names: Vec<&str> = schema.tables.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(names, ["users", "products", "orders", "order_items", "payments"]);
    }
}
