//! How the learner's schema stands against the one the data was made with: what other data needs, so that a query runs
//! there as it does here. Rows that were changed are not looked at.

use std::{collections::BTreeMap, ops::ControlFlow};

use crate::{
    engine::{Access, Failure, Sandbox, Settings, Source},
    schema::world::World,
    value::{Table, Value},
};

/// Indexes and views that came or went, as statements.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// The statements, in the order in which they work.
    pub setup: Vec<String>,
    /// What they do, in a few words each.
    pub named: Vec<String>,
    /// Whether ANALYZE has run.
    pub analyzed: bool,
}

/// An index or a view, by its kind and name: its table and its statement.
type Objects = BTreeMap<(String, String), (String, String)>;

impl Changes {
    /// What the learner changed.
    ///
    /// # Errors
    /// What the engine says.
    pub(super) fn of(sandbox: &Sandbox, world: &World) -> Result<Changes, Failure> {
        let settings = Settings::learner(world.today, None);
        let first = Sandbox::open(Source::Empty, settings)?;
        first.script(&world.ddl)?;
        let tables = ask(&first, "SELECT name FROM sqlite_schema WHERE type = 'table'")?;
        let tables: Vec<&str> = tables.rows.iter().map(|row| text(&row[0])).collect();
        let (before, after) = (objects(&first)?, objects(sandbox)?);
        let stats = ask(sandbox, "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'")?;

        let mut changes = Changes { analyzed: !stats.rows.is_empty(), ..Changes::default() };
        for (object, found) in &before {
            let (kind, name) = object;
            if after.get(object) != Some(found) {
                changes.setup.push(format!("DROP {kind} \"{}\"", name.replace('"', "\"\"")));
                if !after.contains_key(object) {
                    changes.named.push(format!("no {kind} {name}"));
                }
            }
        }
        // Views may stand on views: the engine asks for what is below only when they are used.
        for ((kind, name), (table, sql)) in &after {
            let is_new = before.get(&(kind.clone(), name.clone())).is_none_or(|(_, known)| known != sql);
            let known = kind == "view" || tables.iter().any(|known| known.eq_ignore_ascii_case(table));
            if is_new && known {
                changes.setup.push(sql.clone());
                changes.named.push(format!("{kind} {name}"));
            }
        }
        if changes.analyzed {
            changes.named.push("ANALYZE".to_owned());
        }
        Ok(changes)
    }

    /// Makes the changes in another database of the same schema.
    ///
    /// # Errors
    /// What the engine says.
    pub(super) fn make(&self, sandbox: &Sandbox) -> Result<(), Failure> {
        for statement in &self.setup {
            sandbox.run(statement, &[], |_| ControlFlow::Continue(()))?;
        }
        if self.analyzed { sandbox.script("ANALYZE") } else { Ok(()) }
    }

    /// Whether a query runs on the schema's own data with these changes.
    pub(super) fn fits(&self, world: &World, settings: Settings, sql: &str) -> bool {
        world.has_data()
            && Sandbox::open(Source::Empty, settings).is_ok_and(|sandbox| {
                sandbox.script(&world.ddl).is_ok()
                    && self.make(&sandbox).is_ok()
                    && sandbox.prepare(sql).is_ok()
            })
    }
}

fn ask(sandbox: &Sandbox, sql: &str) -> Result<Table, Failure> {
    sandbox.with_access(Access::Trusted, |sandbox| sandbox.table(sql))
}

fn objects(sandbox: &Sandbox) -> Result<Objects, Failure> {
    let listed = ask(
        sandbox,
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE type IN ('index', 'view') AND sql IS NOT NULL",
    )?;
    let own = |value: &Value| text(value).to_owned();
    Ok(listed.rows.iter().map(|row| ((own(&row[0]), own(&row[1])), (own(&row[2]), own(&row[3])))).collect())
}

fn text(value: &Value) -> &str {
    match value {
        Value::Text(text) => text,
        Value::Null | Value::Integer(_) | Value::Real(_) | Value::Blob(_) => "",
    }
}
