//! Where indexes are built and queries measured: a database of our own, in transactions that are rolled back.

use std::{cell::RefCell, collections::BTreeMap, fmt::Write as _, ops::ControlFlow};

use xxhash_rust::xxh3::xxh3_128;

use super::{
    candidates::Figures,
    index::{Index, name},
};
use crate::{
    cost::Cost,
    engine::{Access, Failure, FailureKind, Sandbox},
    schema::introspect::Schema,
    value::{Row, Table, Value, ValueRef},
};

/// A database to try things on.
pub(super) struct Lab<'s> {
    pub sandbox: &'s Sandbox,
    pub schema: Schema,
    rows: Vec<u64>,
    /// The columns of the indexes that are there, by table, partial ones left out.
    there: Vec<Vec<Vec<String>>>,
    distinct: RefCell<BTreeMap<(usize, usize), u64>>,
}

/// A query that ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::plan) struct Run {
    pub cost: Cost,
    /// Whether it was stopped, so that it costs more than that.
    pub stopped: bool,
    rows: u64,
    bag: u128,
}

impl Run {
    /// Whether both gave the same rows, in whatever order.
    pub fn agrees(&self, other: &Run) -> bool {
        self.stopped || other.stopped || (self.rows == other.rows && self.bag == other.bag)
    }
}

/// What an index is called while it is tried.
fn trial_name(at: usize) -> String {
    format!("sqldojo_trial_{at}")
}

impl<'s> Lab<'s> {
    /// Reads the schema and counts rows.
    pub fn new(sandbox: &'s Sandbox) -> Result<Lab<'s>, Failure> {
        let schema = Schema::read(sandbox)?;
        let mut lab =
            Lab { sandbox, schema, rows: Vec::new(), there: Vec::new(), distinct: RefCell::default() };
        for table in &lab.schema.tables {
            let rows = lab.number(&format!("SELECT count(*) FROM {}", name(&table.name)))?;
            lab.rows.push(rows);
            let there = lab.indexes(&table.name)?;
            lab.there.push(there);
        }
        Ok(lab)
    }

    fn indexes(&self, table: &str) -> Result<Vec<Vec<String>>, Failure> {
        let keys = self.table(&format!(
            "SELECT l.name, x.name, x.coll, x.desc FROM pragma_index_list('{}') AS l \
             JOIN pragma_index_xinfo(l.name) AS x ON x.key WHERE NOT l.partial ORDER BY l.name, x.seqno",
            table.replace('\'', "''")
        ))?;
        let mut found: Vec<(Value, Vec<String>)> = Vec::new();
        for row in &keys.rows {
            let mut part = match &row[1] {
                Value::Text(column) => name(column),
                // What an expression is made of is not told; no candidate is like it.
                _ => "(expression)".to_owned(),
            };
            match &row[2] {
                Value::Text(collation) if collation != "BINARY" => part.extend([" COLLATE ", collation]),
                _ => {}
            }
            if row[3] == Value::Integer(1) {
                part += " DESC";
            }
            match found.last_mut() {
                Some((index, parts)) if *index == row[0] => parts.push(part),
                _ => found.push((row[0].clone(), vec![part])),
            }
        }
        Ok(found.into_iter().map(|(_, parts)| parts).collect())
    }

    /// Whether an index that is there does what this one would do.
    pub fn has(&self, index: &Index) -> bool {
        let parts: Vec<String> = index
            .parts
            .iter()
            .map(|part| if part.descending { format!("{} DESC", part.text) } else { part.text.clone() })
            .collect();
        let starts = |own: &Vec<String>| own.len() >= parts.len() && own[..parts.len()] == parts[..];
        index.filter.is_none() && self.there[index.table].iter().any(starts)
    }

    /// How many rows a table has.
    pub fn rows(&self, table: usize) -> u64 {
        self.rows[table]
    }

    /// Runs a statement of our own.
    pub fn script(&self, sql: &str) -> Result<(), Failure> {
        self.sandbox.with_access(Access::Trusted, |sandbox| sandbox.script(sql))
    }

    /// Asks something of our own.
    pub fn table(&self, sql: &str) -> Result<Table, Failure> {
        self.sandbox.with_access(Access::Trusted, |sandbox| sandbox.table(sql))
    }

    /// Asks for one number.
    pub fn number(&self, sql: &str) -> Result<u64, Failure> {
        let table = self.table(sql)?;
        Ok(match table.rows.first().and_then(|row| row.first()) {
            Some(Value::Integer(i)) => i.unsigned_abs(),
            _ => 0,
        })
    }

    /// Does some work and takes back all that it changed.
    pub fn undone<T>(&self, work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
        self.script("SAVEPOINT trial")?;
        let done = work();
        // A failure may have ended the transaction, and there is nothing left to take back.
        if !self.sandbox.is_autocommit() {
            self.script("ROLLBACK TO trial; RELEASE trial")?;
        }
        done
    }

    /// Creates indexes; `None` where one cannot be created. Gives their bytes.
    pub fn create(&self, indexes: &[Index], analyze: bool) -> Result<Option<u64>, Failure> {
        for (at, index) in indexes.iter().enumerate() {
            let trial = trial_name(at);
            let sql = format!("CREATE INDEX {trial} ON {}", index.brief(&self.schema));
            match self.script(&sql) {
                Ok(()) => {}
                Err(failure) if failure.kind == FailureKind::Interrupted => return Err(failure),
                Err(_) => return Ok(None),
            }
            if analyze {
                self.script(&format!("ANALYZE {trial}"))?;
            }
        }
        Ok(Some(
            self.number("SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name GLOB 'sqldojo_trial_*'")?,
        ))
    }

    /// The plan of a statement, line by line.
    pub fn plan(&self, sql: &str) -> Result<Vec<String>, Failure> {
        let plan = self.sandbox.table(&format!("EXPLAIN QUERY PLAN {sql}"))?;
        let line = |row: &Row| match &row[3] {
            Value::Text(text) => text.clone(),
            Value::Null | Value::Integer(_) | Value::Real(_) | Value::Blob(_) => String::new(),
        };
        Ok(plan.rows.iter().map(line).collect())
    }

    /// Which of the indexes created last the plan of a statement names.
    pub fn used(&self, sql: &str, indexes: usize) -> Result<Vec<bool>, Failure> {
        let plan = self.plan(sql)?;
        let names = |at: usize| {
            let trial = trial_name(at);
            plan.iter().any(|line| line.split_whitespace().any(|word| word == trial))
        };
        Ok((0..indexes).map(names).collect())
    }

    /// Runs a statement under a budget of steps.
    pub fn run(&self, sql: &str, budget: u64) -> Result<Run, Failure> {
        run(self.sandbox, sql, &[], budget)
    }
}

/// Runs a statement under a budget of steps.
pub(in crate::plan) fn run(
    sandbox: &Sandbox,
    sql: &str,
    parameters: &[(String, Value)],
    budget: u64,
) -> Result<Run, Failure> {
    let before = sandbox.page_gets();
    let (mut rows, mut bag, mut text) = (0_u64, 0_u128, String::new());
    sandbox.set_steps(Some(budget));
    let ran = sandbox.run(sql, parameters, |row| {
        text.clear();
        for value in row.iter() {
            encode(value, &mut text);
        }
        rows += 1;
        bag = bag.wrapping_add(xxh3_128(text.as_bytes()));
        ControlFlow::Continue(())
    });
    sandbox.set_steps(None);
    match ran {
        Ok(done) => Ok(Run { cost: done.cost, stopped: false, rows, bag }),
        Err(failure) if matches!(failure.kind, FailureKind::Steps | FailureKind::Deadline) => {
            let pages = sandbox.page_gets().wrapping_sub(before) & u64::from(u32::MAX);
            Ok(Run { cost: Cost { steps: budget, pages }, stopped: true, rows, bag })
        }
        Err(failure) => Err(failure),
    }
}

/// Fractions are compared to nine digits: another order of adding up is no other result.
fn encode(value: ValueRef<'_>, out: &mut String) {
    let written = match value {
        ValueRef::Real(r) => write!(out, "{r:.8e}|"),
        other => write!(out, "{}|", other.to_value()),
    };
    written.expect("writing to a String succeeds");
}

impl Figures for Lab<'_> {
    fn distinct(&self, table: usize, column: usize) -> u64 {
        if let Some(known) = self.distinct.borrow().get(&(table, column)) {
            return *known;
        }
        let info = &self.schema.tables[table];
        let asked =
            format!("SELECT count(DISTINCT {}) FROM {}", name(&info.columns[column].name), name(&info.name));
        let counted = self.number(&asked).unwrap_or(u64::MAX);
        self.distinct.borrow_mut().insert((table, column), counted);
        counted
    }
}
