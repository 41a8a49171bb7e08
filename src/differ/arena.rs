//! An arena: one empty database of a schema in which tiny databases are loaded, one after the other, inside one
//! transaction that never ends. Constraints are SQLite's to check, except foreign keys: those hold by the way the
//! rows are made, and are checked once more before a counterexample is shown.

use std::time::Duration;

use super::{checks::Judge, tiny::TinyDb};
use crate::{
    engine::{Access, Failure, FailureKind, Prepared, Sandbox, Settings, Source},
    moment::Moment,
    schema::introspect::{Schema, TableInfo},
    value::Value,
};

/// How many virtual-machine steps a statement may take on a tiny database.
pub const STEPS: u64 = 200_000;

/// A sandbox for an arena: the schema's tables, empty.
///
/// # Errors
/// DDL that SQLite refuses.
pub fn sandbox(ddl: &str, now: Moment, reverse_unordered: bool) -> Result<Sandbox, Failure> {
    let settings = Settings { access: Access::Answer, now, deadline: None, steps: None, pages: 4096 };
    let sandbox = Sandbox::open(Source::Empty, settings)?;
    sandbox.set_deadline(Some(Duration::from_secs(5)));
    // What a DDL may do is what a learner may do: packs and --schema come from elsewhere.
    sandbox.with_access(Access::Learner, |sandbox| sandbox.script(ddl))?;
    sandbox.set_deadline(None);
    sandbox.make_unlucky()?;
    sandbox.with_access(Access::Trusted, |sandbox| {
        sandbox.script("PRAGMA foreign_keys = off; PRAGMA recursive_triggers = off")?;
        if reverse_unordered {
            sandbox.script("PRAGMA reverse_unordered_selects = on")?;
        }
        sandbox.script("BEGIN")
    })?;
    sandbox.set_steps(Some(STEPS));
    Ok(sandbox)
}

/// The loaded side of an arena: statements that empty and fill its tables.
pub struct Arena<'s> {
    sandbox: &'s Sandbox,
    clears: Vec<Prepared<'s>>,
    inserts: Vec<Prepared<'s>>,
    filled: Vec<bool>,
    judges: Vec<Asked<'s>>,
}

/// Whether a table's CHECKs have been looked at.
enum Asked<'s> {
    NotYet,
    Known(Option<Judge<'s>>),
}

impl<'s> Arena<'s> {
    /// Prepares an arena's statements.
    ///
    /// # Errors
    /// A schema whose tables cannot be written.
    pub fn new(sandbox: &'s Sandbox, schema: &Schema) -> Result<Arena<'s>, Failure> {
        sandbox.with_access(Access::Trusted, |_| {
            let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
            let judges = schema.tables.iter().map(|_| Asked::NotYet).collect();
            let mut arena =
                Arena { sandbox, clears: Vec::new(), inserts: Vec::new(), filled: Vec::new(), judges };
            for table in &schema.tables {
                let columns: Vec<String> =
                    table.insertable().iter().map(|at| quoted(&table.columns[*at].name)).collect();
                let places = vec!["?"; columns.len()].join(", ");
                let name = quoted(&table.name);
                arena.clears.push(sandbox.prepare(&format!("DELETE FROM {name}"))?);
                arena.inserts.push(sandbox.prepare(&format!(
                    "INSERT OR IGNORE INTO {name} ({}) VALUES ({places})",
                    columns.join(", ")
                ))?);
                arena.filled.push(true);
            }
            Ok(arena)
        })
    }

    /// The sandbox, to prepare queries in.
    pub fn sandbox(&self) -> &'s Sandbox {
        self.sandbox
    }

    /// Empties all tables.
    ///
    /// # Errors
    /// A trigger that refuses.
    pub fn clear(&mut self) -> Result<(), Failure> {
        for (clear, filled) in self.clears.iter_mut().zip(&mut self.filled) {
            if *filled {
                clear.change()?;
                *filled = false;
            }
        }
        Ok(())
    }

    /// Inserts one row; `false` where a constraint refuses it.
    ///
    /// # Errors
    /// A fault that is no constraint.
    pub fn insert(&mut self, table: usize, row: &[Value]) -> Result<bool, Failure> {
        let insert = &mut self.inserts[table];
        for (at, value) in row.iter().enumerate() {
            insert.bind(at + 1, value.as_ref())?;
        }
        self.filled[table] = true;
        match insert.change() {
            Ok(changed) => Ok(changed == 1),
            Err(failure) => match failure.kind {
                // A datatype mismatch, or a trigger that raises.
                FailureKind::Constraint | FailureKind::Sql => Ok(false),
                FailureKind::Denied
                | FailureKind::Deadline
                | FailureKind::Interrupted
                | FailureKind::Steps
                | FailureKind::TooLarge
                | FailureKind::Busy
                | FailureKind::BusySnapshot
                | FailureKind::Fault => Err(failure),
            },
        }
    }

    /// What asks a table's CHECKs one by one; `None` where it has none that can be asked.
    ///
    /// # Errors
    /// A fault of the engine.
    pub(super) fn judge(
        &mut self,
        table: usize,
        info: &TableInfo,
    ) -> Result<Option<&mut Judge<'s>>, Failure> {
        if matches!(self.judges[table], Asked::NotYet) {
            let sandbox = self.sandbox;
            self.judges[table] = Asked::Known(sandbox.with_access(Access::Trusted, |_| {
                let made = sandbox.table(&format!(
                    "SELECT sql FROM sqlite_schema WHERE type = 'table' AND lower(name) = lower('{}')",
                    info.name.replace('\'', "''")
                ))?;
                Ok::<_, Failure>(match made.rows.first().map(|row| &row[0]) {
                    Some(Value::Text(sql)) => Judge::new(sandbox, sql, info),
                    _ => None,
                })
            })?);
        }
        Ok(match &mut self.judges[table] {
            Asked::Known(judge) => judge.as_mut(),
            Asked::NotYet => None,
        })
    }

    /// Empties one table and loads other rows; `false` where a constraint refuses one of them.
    ///
    /// # Errors
    /// A fault that is no constraint.
    pub fn reload(&mut self, table: usize, rows: &[Vec<Value>]) -> Result<bool, Failure> {
        self.clears[table].change()?;
        for row in rows {
            if !self.insert(table, row)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Empties the tables, sets the clock and loads a database; `false` where a constraint refuses one of its rows.
    ///
    /// # Errors
    /// A fault that is no constraint.
    pub fn load(&mut self, db: &TinyDb) -> Result<bool, Failure> {
        self.clear()?;
        self.sandbox.set_now(db.now);
        for (table, rows) in db.tables.iter().enumerate() {
            for row in rows {
                if !self.insert(table, row)? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}
