//! The names that Tab offers: of tables, columns, functions and exercises.

use super::Session;
use crate::{
    engine::{Access, Failure, Sandbox},
    schema::introspect::Schema,
    sql::names::{ColumnNames, SchemaNames, TableNames},
    value::{Table, Value},
};

/// Names, as they stand in the learner's database now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// Tables and views with their columns.
    pub tables: Vec<(String, Vec<String>)>,
    /// Functions.
    pub functions: Vec<String>,
    /// Exercises.
    pub exercises: Vec<String>,
    /// Tables and views as those who read SQL want them.
    pub schema: SchemaNames,
}

impl Words {
    pub(super) fn read(session: &mut Session) -> Words {
        let mut words = Words { exercises: session.catalog.ids(), ..Words::default() };
        words.exercises.sort();
        if let Ok(sandbox) = session.shop.open() {
            // Names are a convenience: without them the prompt still works.
            drop(sandbox.with_access(Access::Trusted, |sandbox| words.ask(sandbox)));
        }
        words
    }

    fn ask(&mut self, sandbox: &Sandbox) -> Result<(), Failure> {
        let columns = sandbox.table(
            "SELECT l.name, c.name FROM pragma_table_list AS l JOIN pragma_table_xinfo(l.name) AS c
             WHERE l.schema IN ('main', 'temp') AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND c.hidden <> 1
             ORDER BY l.name, c.cid",
        )?;
        for (table, column) in pairs(&columns) {
            match self.tables.last_mut() {
                Some((known, columns)) if *known == table => columns.push(column),
                Some(_) | None => self.tables.push((table, vec![column])),
            }
        }
        self.schema = Schema::read(sandbox)?.names();
        for (name, columns) in &self.tables {
            if self.schema.table(name).is_none() {
                let column = |name: &String| ColumnNames { name: name.clone(), nullable: true };
                let columns = columns.iter().map(column).collect();
                self.schema.tables.push(TableNames { name: name.clone(), columns, ..TableNames::default() });
            }
        }
        let functions = sandbox.table(
            "SELECT DISTINCT name, '' FROM pragma_function_list
             WHERE name GLOB '[a-z]*' AND name NOT IN ('fts3_tokenizer', 'load_extension')
               AND name NOT GLOB 'fts*' AND name NOT GLOB 'rtree*' AND name NOT GLOB 'sqlite_*'
             ORDER BY name",
        )?;
        self.functions = pairs(&functions).map(|(name, _)| name).collect();
        Ok(())
    }

    /// The names of tables and views.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        self.tables.iter().map(|(name, _)| name.as_str())
    }
}

fn pairs(table: &Table) -> impl Iterator<Item = (String, String)> {
    let text = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        Value::Null | Value::Integer(_) | Value::Real(_) | Value::Blob(_) => String::new(),
    };
    table.rows.iter().map(move |row| (text(&row[0]), text(&row[1])))
}
