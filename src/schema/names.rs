//! What the readers of SQL need to know of a schema.

use super::introspect::{Schema, TableInfo};
use crate::sql::names::{ColumnNames, SchemaNames, TableNames};

impl From<&Schema> for SchemaNames {
    /// Tables and columns keep their places.
    fn from(schema: &Schema) -> SchemaNames {
        SchemaNames { tables: schema.tables.iter().map(table).collect() }
    }
}

fn table(info: &TableInfo) -> TableNames {
    let columns = info.columns.iter().enumerate().map(|(at, column)| ColumnNames {
        name: column.name.clone(),
        nullable: !column.not_null && info.rowid_alias != Some(at),
    });
    let columns: Vec<ColumnNames> = columns.collect();
    let never_null = |key: &&Vec<usize>| key.iter().all(|at| !columns[*at].nullable);
    let unique_keys =
        info.uniques.iter().filter(|key| **key != info.primary_key).filter(never_null).cloned().collect();
    TableNames {
        name: info.name.clone(),
        primary_key: info.primary_key.clone(),
        unique_keys,
        has_rowid: info.has_rowid,
        columns,
    }
}
