//! The sandbox that a command's statements run in: empty until one needs data, shared until one writes.

use std::{
    fmt::Display,
    fs::{self, File},
    io::{self, IsTerminal as _},
    path::{Path, PathBuf},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use tempfile::TempDir;

use super::world;
use crate::{
    cli::{
        args::{Data, Globals, Own},
        console::{interrupt_on_ctrl_c, interrupt_this_too},
        exit::Error,
    },
    engine::{Access, Failure, FailureKind, Sandbox, Settings, Source},
    plan::advise::{MEASURED, Sample},
    schema::{
        hints::ColumnHint,
        introspect::Schema,
        world::{self as worlds, Size, World},
    },
    sql::{dialect, suggest::suggestion},
};

/// The sandbox that statements run in.
pub(super) struct Bench {
    origin: Origin,
    settings: Settings,
    sandbox: Sandbox,
    /// Whether the data is in it.
    filled: bool,
}

/// Where the data comes from.
enum Origin {
    /// A schema, filled as its recipe says.
    World(Box<World>, Size, u64),
    /// Somebody's own database, which stays as it is.
    File(PathBuf),
}

impl Bench {
    /// For statements on a schema's data, or on somebody's own database. That is not opened yet.
    ///
    /// # Errors
    /// There is no such schema or file.
    pub(super) fn new(
        globals: &Globals,
        data: &Data,
        own: &Own,
        deadline: Option<Duration>,
    ) -> Result<Bench, Error> {
        let world = world(globals, &data.schema)?;
        let settings = Settings::learner(world.today, deadline);
        let origin = if let Some(file) = &own.db {
            File::open(file).map_err(|error| unreadable(file, &error))?;
            Origin::File(file.clone())
        } else {
            let size = data.rows.map_or(Size::Learner, Size::Rows);
            Origin::World(Box::new(world), size, globals.seed)
        };
        let sandbox = Sandbox::open(Source::Empty, settings)?;
        interrupt_on_ctrl_c(&sandbox);
        Ok(Bench { origin, settings, sandbox, filled: false })
    }

    /// A sandbox in which the statement finds what it needs: data if it names any, data of its own if it writes.
    ///
    /// # Errors
    /// Data that cannot be had.
    pub(super) fn for_statement(&mut self, sql: &str) -> Result<&Sandbox, Error> {
        // What can be prepared where nothing is, and only reads, is the same with and without data.
        if !self.filled && self.sandbox.with_access(Access::Answer, |empty| empty.prepare(sql).is_err()) {
            self.sandbox = self.fill()?;
            self.filled = true;
            interrupt_on_ctrl_c(&self.sandbox);
        }
        if self.sandbox.is_shared() && self.sandbox.prepare(sql).is_ok_and(|prepared| !prepared.reads_only())
        {
            let begun = !self.sandbox.is_autocommit();
            self.sandbox = self.own()?;
            interrupt_on_ctrl_c(&self.sandbox);
            if begun {
                self.sandbox.script("BEGIN")?;
            }
        }
        Ok(&self.sandbox)
    }

    /// A sandbox with a copy of the data, in which anything may be changed.
    ///
    /// # Errors
    /// Data that cannot be had.
    pub(super) fn copied(&mut self) -> Result<&Sandbox, Error> {
        if !self.filled {
            // Making data shows how far it has come.
            self.sandbox = self.fill()?;
        }
        if !self.filled || self.sandbox.is_shared() {
            self.sandbox = self.own()?;
            interrupt_on_ctrl_c(&self.sandbox);
        }
        self.filled = true;
        Ok(&self.sandbox)
    }

    /// In place of somebody's own database, a sample of it, if it is large: the sandbox then holds that, and one row in
    /// how many is told.
    ///
    /// # Errors
    /// A database that cannot be read.
    pub(super) fn sampled(&mut self, statements: &[&str]) -> Result<Option<u64>, Error> {
        let Origin::File(file) = &self.origin else { return Ok(None) };
        let failed = |failure: Failure| unreadable(file, &failure);
        let source = self.fill()?;
        interrupt_on_ctrl_c(&source);
        let trusted = Settings { deadline: None, ..self.settings };
        source.set_deadline(None);
        let Some(sample) = Sample::plan(&source, statements, MEASURED).map_err(failed)? else {
            return Ok(None);
        };
        let target = Sandbox::open(Source::Empty, trusted).map_err(failed)?;
        sample.fill(&source, &target).map_err(failed)?;
        target.set_deadline(self.settings.deadline);
        interrupt_on_ctrl_c(&target);
        self.sandbox = target;
        self.filled = true;
        Ok(Some(sample.one_in()))
    }

    /// Less of the same data, as it stands now; nothing where there is little.
    ///
    /// # Errors
    /// Memory that is not there.
    pub(super) fn less(&self, query: &str) -> Result<Option<Sandbox>, Error> {
        let less = Sample::less(&self.sandbox, query)?;
        if let Some(less) = &less {
            interrupt_this_too(less);
        }
        Ok(less)
    }

    /// The schema whose data it is, and the seed of that data; nothing where it is somebody's own database.
    pub(super) fn world(&self) -> Option<(&World, u64)> {
        match &self.origin {
            Origin::World(world, _, seed) => Some((world, *seed)),
            Origin::File(_) => None,
        }
    }

    /// Why a statement failed there, what may have been meant, and how SQLite says it.
    pub(super) fn hints(&self, sql: &str, failure: &Failure) -> Vec<String> {
        if failure.kind != FailureKind::Sql {
            return Vec::new();
        }
        if sql.starts_with('.') {
            return vec!["dot commands work at the prompt: sqldojo play".to_owned()];
        }
        let names = Schema::read(&self.sandbox).map(|schema| schema.names()).unwrap_or_default();
        let near = suggestion(sql, &failure.message, failure.offset, &names);
        near.into_iter().chain(dialect::hints(sql, &failure.message, failure.offset)).collect()
    }

    /// What the schema's author says of its values, where there is one.
    ///
    /// # Errors
    /// A recipe that is not in order.
    pub(super) fn hints_of_values(&self) -> Result<Vec<ColumnHint>, Error> {
        match &self.origin {
            Origin::World(world, _, _) => Ok(world.as_ref().clone().with_hints()?.hints),
            Origin::File(_) => Ok(Vec::new()),
        }
    }

    /// The data, which may be that of other processes too.
    fn fill(&self) -> Result<Sandbox, Error> {
        let settings = self.settings;
        match &self.origin {
            Origin::World(world, size, seed) => {
                let mut bar = None;
                let mut progress = |done, all| advance(&mut bar, done, all);
                Ok(worlds::open_with(world, size, *seed, settings, &mut progress)?)
            }
            // Read as it stands, a file lacks what its log still holds.
            Origin::File(file) if has_log(file) => self.own(),
            Origin::File(file) => {
                Sandbox::open(Source::Shared(file), settings).map_err(|failure| unreadable(file, &failure))
            }
        }
    }

    /// A copy of the data, which can be written.
    fn own(&self) -> Result<Sandbox, Error> {
        let settings = self.settings;
        match &self.origin {
            Origin::World(world, size, seed) => Ok(worlds::writable(world, size, *seed, settings)?),
            Origin::File(file) => {
                let folder = copy(file).map_err(|error| unreadable(file, &error))?;
                let mut sandbox = Sandbox::open(Source::Private(&folder.path().join(COPY)), settings)
                    .map_err(|failure| unreadable(file, &failure))?;
                sandbox.keep(Box::new(folder));
                Ok(sandbox)
            }
        }
    }
}

fn unreadable(file: &Path, why: &dyn Display) -> Error {
    Error::fault(format!("{} cannot be read: {why}", file.display()))
}

/// What a copy is called in its folder.
const COPY: &str = "copy.db";

/// A name with what SQLite adds to it for the log of changes.
fn log_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

fn has_log(file: &Path) -> bool {
    fs::metadata(log_of(file)).is_ok_and(|log| log.len() > 0)
}

/// Copies a database and its log into a folder that goes when it is dropped.
fn copy(file: &Path) -> io::Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let copy = folder.path().join(COPY);
    fs::copy(file, &copy)?;
    if has_log(file) {
        fs::copy(log_of(file), log_of(&copy))?;
    }
    Ok(folder)
}

/// Shows on a terminal how far the making of data has come.
fn advance(bar: &mut Option<ProgressBar>, done: u64, all: u64) {
    if bar.is_none() && io::stderr().is_terminal() {
        let style = ProgressStyle::with_template("making data {bar:30} {percent}%  {eta} left")
            .expect("the template is in order");
        *bar = Some(ProgressBar::new(all).with_style(style));
    }
    if let Some(bar) = bar {
        bar.set_position(done);
        if done >= all {
            bar.finish_and_clear();
        }
    }
}
