//! The learner's own database: made on another thread while the prompt already stands, waited for by the first
//! statement that needs it, and brought back to its pristine state on wish. Runs no statement itself.

use std::{
    panic::resume_unwind,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::{
    engine::{Interrupter, Sandbox, Settings},
    schema::world::{self, Size, World, WorldError},
};

/// Stops whatever runs in the database that is open now, from any thread: what Ctrl-C holds.
#[derive(Clone, Default)]
pub struct Brake {
    held: Arc<Mutex<Option<Interrupter>>>,
    pulls: Arc<AtomicU64>,
}

impl Brake {
    /// Stops the running statement; without effect where none runs.
    pub fn pull(&self) {
        self.pulls.fetch_add(1, Ordering::Relaxed);
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(interrupter) = held.as_ref() {
            interrupter.interrupt();
        }
    }

    fn hold(&self, interrupter: Option<Interrupter>) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = interrupter;
    }

    /// How often it was pulled.
    pub(super) fn pulls(&self) -> u64 {
        self.pulls.load(Ordering::Relaxed)
    }
}

/// What a database is made of.
#[derive(Debug, Clone)]
pub(super) struct Make {
    /// The schema.
    pub world: World,
    /// How much data.
    pub size: Size,
    /// Statements that are run on it before the learner comes.
    pub given: String,
    /// Which data.
    pub seed: u64,
    /// How long a statement may run.
    pub deadline: Option<Duration>,
}

impl Make {
    /// Whether it comes from a file that others read too.
    fn is_shared(&self) -> bool {
        self.size != Size::Learner && self.given.trim().is_empty()
    }

    fn settings(&self) -> Settings {
        Settings::learner(self.world.today, self.deadline)
    }

    fn make(&self, tally: &Tally) -> Result<Sandbox, WorldError> {
        if !self.given.trim().is_empty() {
            let sandbox = world::writable(&self.world, &self.size, self.seed, self.settings())?;
            sandbox.script(&self.given)?;
            return Ok(sandbox);
        }
        world::open_with(&self.world, &self.size, self.seed, self.settings(), &mut |done, of| {
            tally.set(done, of);
        })
    }
}

/// How many rows of the leading table have been made, of how many.
#[derive(Clone, Default)]
struct Tally(Arc<(AtomicU64, AtomicU64)>);

impl Tally {
    fn set(&self, done: u64, of: u64) {
        self.0.0.store(done, Ordering::Relaxed);
        self.0.1.store(of, Ordering::Relaxed);
    }

    fn get(&self) -> (u64, u64) {
        (self.0.0.load(Ordering::Relaxed), self.0.1.load(Ordering::Relaxed))
    }
}

enum State {
    /// It is being made.
    Coming(JoinHandle<Result<Sandbox, WorldError>>),
    Here(Box<Sandbox>),
    /// It could not be made; the next statement tries again.
    Gone,
}

/// The learner's database.
pub(super) struct Shop {
    make: Make,
    state: State,
    brake: Brake,
    tally: Tally,
    touched: bool,
    /// Whether the data lies in a file that others read too, so that it must be copied before it is changed.
    shared: bool,
}

impl Shop {
    /// Starts to make a database.
    pub(super) fn start(make: Make, brake: Brake) -> Shop {
        let tally = Tally::default();
        let (order, told) = (make.clone(), tally.clone());
        let state = match thread::Builder::new().name("shop".into()).spawn(move || order.make(&told)) {
            Ok(handle) => State::Coming(handle),
            Err(_) => State::Gone,
        };
        brake.hold(None);
        Shop { make, state, brake, tally, touched: false, shared: false }
    }

    /// The schema it is of.
    pub(super) fn world(&self) -> &World {
        &self.make.world
    }

    /// How much data it holds.
    pub(super) fn size(&self) -> &Size {
        &self.make.size
    }

    /// The seed of its data.
    pub(super) fn seed(&self) -> u64 {
        self.make.seed
    }

    /// While the database is being made: how many rows are there, of how many.
    pub(super) fn making(&self) -> Option<(u64, u64)> {
        match &self.state {
            State::Coming(handle) if !handle.is_finished() => Some(self.tally.get()),
            State::Coming(_) | State::Here(_) | State::Gone => None,
        }
    }

    /// What was run on the data before the learner came.
    pub(super) fn given(&self) -> &str {
        &self.make.given
    }

    /// Whether the data must be copied before it is changed.
    pub(super) fn is_shared(&self) -> bool {
        self.make.is_shared() && (self.shared || !matches!(self.state, State::Here(_)))
    }

    /// Makes sure that the database may be changed.
    ///
    /// # Errors
    /// It cannot be copied.
    pub(super) fn unshare(&mut self) -> Result<(), WorldError> {
        if self.shared {
            let Make { world, size, seed, .. } = &self.make;
            let copy = world::writable(world, size, *seed, self.make.settings())?;
            self.put(copy);
            self.shared = false;
        }
        Ok(())
    }

    /// The database, once it is there.
    ///
    /// # Errors
    /// It cannot be made.
    pub(super) fn open(&mut self) -> Result<&Sandbox, WorldError> {
        if !matches!(self.state, State::Here(_)) {
            let made = match std::mem::replace(&mut self.state, State::Gone) {
                State::Coming(handle) => handle.join().unwrap_or_else(|panic| resume_unwind(panic)),
                State::Here(sandbox) => Ok(*sandbox),
                State::Gone => self.make.make(&self.tally),
            }?;
            self.put(made);
        }
        match &self.state {
            State::Here(sandbox) => Ok(sandbox),
            State::Coming(_) | State::Gone => unreachable!("it was just put there"),
        }
    }

    /// Brings the pristine data back. Tells whether there was anything to bring back.
    ///
    /// # Errors
    /// It cannot be made.
    pub(super) fn reset(&mut self) -> Result<bool, WorldError> {
        let changed = self.touched || !self.open()?.is_autocommit();
        if changed {
            // The old one goes first: a file may belong to it alone.
            self.state = State::Gone;
            let made = self.make.make(&self.tally)?;
            self.put(made);
        }
        Ok(changed)
    }

    /// Remembers that a statement ran that may have changed something.
    pub(super) fn touch(&mut self) {
        self.touched = true;
    }

    /// Whether statements have run that may have changed something.
    pub(super) fn is_touched(&self) -> bool {
        self.touched
    }

    /// Whether a transaction is open.
    pub(super) fn in_transaction(&self) -> bool {
        match &self.state {
            State::Here(sandbox) => !sandbox.is_autocommit(),
            State::Coming(_) | State::Gone => false,
        }
    }

    fn put(&mut self, sandbox: Sandbox) {
        self.brake.hold(Some(sandbox.interrupter()));
        self.touched = false;
        self.shared = self.make.is_shared();
        self.state = State::Here(Box::new(sandbox));
    }
}
