//! Where questions are tried: a copy of the data that belongs to us, put back after each.

use std::{cell::RefCell, collections::BTreeMap, ops::ControlFlow, sync::Arc};

use xxhash_rust::xxh3::xxh3_64;

use super::{Setting, Trouble};
use crate::{
    cost::Cost,
    engine::{Access, Failure, FailureKind, Sandbox, Settings},
    plan::{
        Plan,
        advise::{Advice, Options, advise},
        gather,
        grow::{Trial, grow},
        growth::Growth,
        why::{Look, Why, why},
    },
    schema::world::{self, Size, World},
    value::{Row, Table, Value},
};

/// The most steps that one run may take.
const PATIENCE: u64 = 10_000_000;

/// The most steps of a query that is advised on.
const ADVISED: u64 = 5_000_000;

/// A database to try things on.
pub struct Bench {
    world: World,
    seed: u64,
    /// Taken for writing only while its pages are read.
    sandbox: RefCell<Sandbox>,
    watch: Watch,
    /// What was run on the data first, which holds at every size.
    setup: Vec<String>,
}

/// Told of each sandbox that is worked in, so that somebody may stop what runs there.
pub type Watch = Arc<dyn Fn(&Sandbox) + Send + Sync>;

/// A statement that ran.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ran {
    pub cost: Cost,
    /// Whether it was stopped, so that it costs more than that.
    pub stopped: bool,
}

/// The pages of one index: their numbers, and what is on them.
type Pages = BTreeMap<usize, u64>;

impl Bench {
    /// Copies the laboratory's data of a schema, or what stands for it where there is none.
    ///
    /// # Errors
    /// Data that cannot be had.
    pub fn laboratory(world: &World, seed: u64) -> Result<Bench, Trouble> {
        Bench::open(world, &world.laboratory()?, seed, Arc::new(|_| {}))
    }

    /// Copies data of some size.
    ///
    /// # Errors
    /// Data that cannot be had.
    pub fn open(world: &World, size: &Size, seed: u64, watch: Watch) -> Result<Bench, Trouble> {
        let settings = Settings::learner(world.today, None);
        let sandbox = world::writable(world, size, seed, settings)?;
        watch(&sandbox);
        Ok(Bench { world: world.clone(), seed, sandbox: RefCell::new(sandbox), watch, setup: Vec::new() })
    }

    /// Lets somebody else stop what runs here.
    #[must_use]
    pub fn watched_by(mut self, watch: Watch) -> Bench {
        watch(&self.sandbox.borrow());
        self.watch = watch;
        self
    }

    /// Runs statements that hold from now on.
    ///
    /// # Errors
    /// What the engine says of one of them.
    pub fn prepare(&mut self, statements: &[String]) -> Result<(), Trouble> {
        for sql in statements {
            self.sandbox.borrow().script(sql)?;
            self.setup.push(sql.clone());
        }
        Ok(())
    }

    /// Which indexes help a query.
    pub(super) fn advise(&self, sql: &str) -> Result<Advice, Trouble> {
        let options = Options { max_indexes: 2, patience: ADVISED };
        Ok(advise(&self.sandbox.borrow(), sql, &options)?)
    }

    /// Which indexes are not used and why, and on wish what would use them.
    pub(super) fn why(&self, sql: &str, rewrites: bool) -> Result<Why, Trouble> {
        let plan = self.plan(sql)?;
        let look = if rewrites { Look::Rewrites } else { Look::Causes };
        let cost = if rewrites { Some(self.run(sql)?).filter(|ran| !ran.stopped) } else { None };
        Ok(why(&self.sandbox.borrow(), sql, &plan, cost.map(|ran| ran.cost), &[], look)?)
    }

    /// Asks something of our own.
    pub(super) fn table(&self, sql: &str) -> Result<Table, Trouble> {
        self.trusted(|sandbox| sandbox.table(sql))
    }

    /// Does some work where a setting holds, and puts everything back.
    pub(super) fn with<T>(
        &self,
        setting: &Setting,
        more: &[String],
        work: impl FnOnce() -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        self.script("SAVEPOINT question")?;
        let arranged = arrange(&self.sandbox.borrow(), setting, more);
        let done = arranged.and_then(|()| work());
        // A failure may have ended the transaction, and there is nothing left to take back.
        if !self.sandbox.borrow().is_autocommit() {
            self.script("ROLLBACK TO question; RELEASE question")?;
        }
        done
    }

    /// Does some work and puts everything back.
    pub(super) fn undone<T>(&self, work: impl FnOnce() -> Result<T, Trouble>) -> Result<T, Trouble> {
        self.with(&Setting::default(), &[], work)
    }

    /// Runs a statement of our own.
    fn script(&self, sql: &str) -> Result<(), Trouble> {
        self.trusted(|sandbox| sandbox.script(sql))
    }

    /// The plan of a statement.
    pub(super) fn plan(&self, sql: &str) -> Result<Plan, Trouble> {
        Ok(gather::explain(&self.sandbox.borrow(), sql)?)
    }

    /// Runs a statement to its end, or until it has taken too many steps.
    pub(super) fn run(&self, sql: &str) -> Result<Ran, Trouble> {
        run(&self.sandbox.borrow(), sql)
    }

    /// How a statement grows where a setting holds.
    pub(super) fn grow(&self, setting: &Setting, sql: &str) -> Result<Growth, Trouble> {
        let made = setting.indexes.iter().map(|index| create(index));
        let setup: Vec<String> = self.setup.iter().cloned().chain(made).collect();
        let watch = &self.watch;
        let trial = Trial {
            setup: &setup,
            analyze: setting.analyze,
            watch: &|sandbox| watch(sandbox),
            ..Trial::new(&self.world, self.seed, sql)
        };
        grow(&trial).map_err(Trouble::Grow)
    }

    /// The pages of an index as they are now, committed or not.
    pub(super) fn pages(&self, index: &str) -> Result<Pages, Trouble> {
        let asked = format!("SELECT pageno FROM dbstat WHERE name = '{}'", index.replace('\'', "''"));
        let listed = self.trusted(|sandbox| {
            let size = sandbox.table("PRAGMA page_size")?;
            Ok((size, sandbox.table(&asked)?))
        })?;
        let number = |row: &Row| match row[0] {
            Value::Integer(number) => usize::try_from(number).ok(),
            Value::Null | Value::Real(_) | Value::Text(_) | Value::Blob(_) => None,
        };
        let size = listed.0.rows.first().and_then(number).unwrap_or_default();
        let image = self.sandbox.borrow_mut().image()?;
        let page = |number: usize| {
            let data = image.get(size * (number - 1)..size * number)?;
            Some((number, xxh3_64(data)))
        };
        Ok(listed.1.rows.iter().filter_map(number).filter(|number| *number > 0).filter_map(page).collect())
    }

    fn trusted<T>(&self, work: impl FnOnce(&Sandbox) -> Result<T, Failure>) -> Result<T, Trouble> {
        Ok(self.sandbox.borrow().with_access(Access::Trusted, work)?)
    }
}

/// Creates what a setting names.
fn arrange(sandbox: &Sandbox, setting: &Setting, more: &[String]) -> Result<(), Trouble> {
    let mut made: Vec<&String> = Vec::new();
    for index in setting.indexes.iter().chain(more) {
        if !made.contains(&index) {
            sandbox.script(&create(index))?;
            made.push(index);
        }
    }
    if setting.analyze {
        sandbox.script("ANALYZE")?;
    }
    Ok(())
}

/// Runs a statement under a budget of steps.
fn run(sandbox: &Sandbox, sql: &str) -> Result<Ran, Trouble> {
    let before = sandbox.page_gets();
    sandbox.set_steps(Some(PATIENCE));
    let ran = sandbox.run(sql, &[], |_| ControlFlow::Continue(()));
    sandbox.set_steps(None);
    match ran {
        Ok(done) => Ok(Ran { cost: done.cost, stopped: false }),
        Err(failure) if failure.kind == FailureKind::Steps => {
            let pages = sandbox.page_gets().wrapping_sub(before) & u64::from(u32::MAX);
            Ok(Ran { cost: Cost { steps: PATIENCE, pages }, stopped: true })
        }
        Err(failure) => Err(failure.into()),
    }
}

/// How many pages of `after` are new or hold something else than before.
pub(super) fn changed(before: &Pages, after: &Pages) -> u64 {
    after.iter().filter(|(number, data)| before.get(number) != Some(data)).count() as u64
}

/// The name of an index and what it is on: of `by_user ON orders (user_id)` its own, else one made of its words.
pub(super) fn parts(index: &str) -> (String, &str) {
    if let Some(at) = index.to_ascii_uppercase().find(" ON ") {
        return (index[..at].trim().to_owned(), index[at + 4..].trim());
    }
    let words = index.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    (words.join("_").to_lowercase(), index.trim())
}

/// The statement that creates an index.
pub(super) fn create(index: &str) -> String {
    let (name, on) = parts(index);
    format!("CREATE INDEX \"{}\" ON {on}", name.replace('"', "\"\""))
}
