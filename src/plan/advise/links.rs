//! How the tables of a schema hang together for some statements, and which rows these look for. Reads text and schema.

use super::{index::Role, wants};
use crate::{schema::introspect::Schema, sql::parse::parse_query};

/// A column that refers to the key of another table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edge {
    pub child: usize,
    pub column: usize,
    pub parent: usize,
    pub key: usize,
}

/// How tables hang together, by foreign keys and by the joins of the statements where one side is a key; and what the
/// statements compare with constants, by table.
pub(super) fn read(schema: &Schema, statements: &[&str]) -> (Vec<Edge>, Vec<Vec<String>>) {
    let mut edges: Vec<Edge> = Vec::new();
    let mut wanted: Vec<Vec<String>> = vec![Vec::new(); schema.tables.len()];
    let mut keep = |edge: Edge| {
        if !edges.contains(&edge) {
            edges.push(edge);
        }
    };
    for (child, table) in schema.tables.iter().enumerate() {
        for key in &table.foreign_keys {
            if let ([column], [to]) = (key.columns.as_slice(), key.parent_columns.as_slice()) {
                keep(Edge { child, column: *column, parent: key.parent, key: *to });
            }
        }
    }
    let is_key = |table: usize, column: usize| {
        let table = &schema.tables[table];
        table.rowid_alias == Some(column) || table.uniques.iter().any(|key| *key == [column])
    };
    for statement in statements {
        let Ok(query) = parse_query(statement) else { continue };
        for asked in wants::read(&query, statement, schema).wants {
            let tests: Vec<&str> = asked.conditions.iter().map(|condition| condition.text.as_str()).collect();
            if !tests.is_empty() {
                wanted[asked.table].push(format!("({})", tests.join(") AND (")));
            }
            for part in &asked.join {
                let (Some(column), Role::Join(other)) = (part.column, &part.role) else { continue };
                let Some((table, key)) = other.split_once('.') else { continue };
                let Some(parent) = schema.table(table) else { continue };
                let Some(key) = schema.tables[parent].column(key) else { continue };
                if is_key(parent, key) && !is_key(asked.table, column) {
                    keep(Edge { child: asked.table, column, parent, key });
                }
            }
        }
    }
    (edges, wanted)
}
