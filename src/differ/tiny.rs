//! A tiny database: a day and a few rows for each table.

use crate::{
    moment::Moment,
    schema::introspect::Schema,
    value::{Row, Table, Value},
};

/// Rows for every table of a schema, and what 'now' is.
#[derive(Debug, Clone, PartialEq)]
pub struct TinyDb {
    /// What 'now' is.
    pub now: Moment,
    /// The rows of each table of the schema, in the schema's order; a row has a value for each column that an
    /// INSERT may name.
    pub tables: Vec<Vec<Row>>,
}

impl TinyDb {
    /// A database with no rows.
    pub fn empty(schema: &Schema, now: Moment) -> TinyDb {
        TinyDb { now, tables: vec![Vec::new(); schema.tables.len()] }
    }

    /// How many rows it has in all.
    pub fn rows(&self) -> usize {
        self.tables.iter().map(Vec::len).sum()
    }

    /// The same rows, each table's in reverse.
    #[must_use]
    pub fn reversed(&self) -> TinyDb {
        let tables = self.tables.iter().map(|rows| rows.iter().rev().cloned().collect()).collect();
        TinyDb { now: self.now, tables }
    }

    /// The same rows in an order in which they load one by one: by id where the id is the rowid, which decides the
    /// order anyway, and rows after those of the same table that they refer to.
    #[must_use]
    pub fn in_load_order(&self, schema: &Schema) -> TinyDb {
        let mut db = self.clone();
        for (at, (table, rows)) in schema.tables.iter().zip(&mut db.tables).enumerate() {
            let insertable = table.insertable();
            let place = |column: usize| insertable.iter().position(|known| *known == column);
            if let Some(id) = table.rowid_alias.and_then(place) {
                rows.sort_by_key(|row| match row[id] {
                    Value::Integer(id) => id,
                    Value::Null | Value::Real(_) | Value::Text(_) | Value::Blob(_) => i64::MAX,
                });
            }
            let own: Vec<Vec<(usize, usize)>> = table
                .foreign_keys
                .iter()
                .filter(|key| key.parent == at)
                .filter_map(|key| {
                    let pairs = key.columns.iter().zip(&key.parent_columns);
                    pairs.map(|(from, to)| Some((place(*from)?, place(*to)?))).collect()
                })
                .collect();
            let refers = |row: &Row, up: &Row| {
                own.iter()
                    .any(|key| key.iter().all(|(from, to)| !row[*from].is_null() && row[*from] == up[*to]))
            };
            let mut waiting = std::mem::take(rows);
            while !waiting.is_empty() {
                let ready = (0..waiting.len())
                    .find(|i| (0..waiting.len()).all(|j| *i == j || !refers(&waiting[*i], &waiting[j])));
                rows.push(waiting.remove(ready.unwrap_or(0)));
            }
        }
        db
    }

    /// Whether every foreign key finds its row or is NULL in part.
    pub fn references_hold(&self, schema: &Schema) -> bool {
        schema.tables.iter().zip(&self.tables).all(|(table, rows)| {
            let insertable = table.insertable();
            let place = |column: usize| insertable.iter().position(|at| *at == column);
            table.foreign_keys.iter().all(|key| {
                let own: Option<Vec<usize>> = key.columns.iter().map(|column| place(*column)).collect();
                let parent = &schema.tables[key.parent];
                let theirs = parent.insertable();
                let there: Option<Vec<usize>> = key
                    .parent_columns
                    .iter()
                    .map(|column| theirs.iter().position(|at| at == column))
                    .collect();
                let (Some(own), Some(there)) = (own, there) else { return true };
                rows.iter().all(|row| {
                    own.iter().any(|at| row[*at].is_null())
                        || self.tables[key.parent].iter().any(|up| {
                            own.iter().zip(&there).all(|(a, b)| super::compare::same_value(&row[*a], &up[*b]))
                        })
                })
            })
        })
    }

    /// The tables that have rows, with the names of their columns.
    pub fn named(&self, schema: &Schema) -> Vec<(String, Table)> {
        let named = schema.tables.iter().zip(&self.tables).filter(|(_, rows)| !rows.is_empty());
        named
            .map(|(table, rows)| {
                let columns = table.insertable().iter().map(|at| table.columns[*at].name.clone()).collect();
                (table.name.clone(), Table { columns, rows: rows.clone() })
            })
            .collect()
    }
}
