//! A schema with its data: what a learner practises on.

use std::{fmt, fs, io, path::PathBuf, time::Duration};

use super::{
    cache::Cache,
    generate::{GenerateError, RowSink, generate},
    hints::ColumnHint,
    recipe::{Held, Recipe, Scale},
};
use crate::{
    embedded,
    engine::{self, Access, Failure, Loader, Sandbox, Settings, Source},
    moment::Moment,
    value::ValueRef,
};

/// A schema: its DDL, and how it is filled.
#[derive(Debug, Clone)]
pub struct World {
    /// The name it is called by.
    pub name: String,
    /// Its CREATE statements.
    pub ddl: String,
    /// What day it is there.
    pub today: Moment,
    /// What its author says of its values, for the judge's search.
    pub hints: Vec<ColumnHint>,
    /// The recipe's file name and text; `None`: the schema has no data.
    recipe: Option<(String, String)>,
    cache: Cache,
}

/// How much data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Size {
    /// The small data that a learner practises on.
    Learner,
    /// So many rows in the leading table, the others in proportion.
    Rows(u64),
    /// So many rows in the leading table, while some tables stay as they are where it has `base` rows.
    Held {
        /// Rows of the leading table.
        rows: u64,
        /// Its rows where the tables that stay have theirs.
        base: u64,
        /// What stays.
        held: Held,
    },
    /// A variant that the recipe names, such as "lab".
    Variant(String),
}

/// Why a world cannot be had.
#[derive(Debug)]
pub enum WorldError {
    /// No schema is called so; the names there are.
    Unknown(String, Vec<String>),
    /// Its files are not in order.
    Bad(String),
    /// The engine refused its data.
    Engine(Failure),
    /// The data cannot be kept.
    Disk(io::Error),
}

impl fmt::Display for WorldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WorldError::Unknown(name, names) => {
                write!(f, "no schema is called '{name}': there are {}", names.join(", "))
            }
            WorldError::Bad(message) => f.write_str(message),
            WorldError::Engine(failure) => write!(f, "the data cannot be loaded: {failure}"),
            WorldError::Disk(error) => write!(f, "the data cannot be kept: {error}"),
        }
    }
}

impl std::error::Error for WorldError {}

impl From<Failure> for WorldError {
    fn from(failure: Failure) -> Self {
        WorldError::Engine(failure)
    }
}

impl From<io::Error> for WorldError {
    fn from(error: io::Error) -> Self {
        WorldError::Disk(error)
    }
}

/// The largest file of a schema that is read from a pack.
const LARGEST_FILE: u64 = 4 << 20;

/// The variant that holds the laboratory's data.
const LAB: &str = "lab";

/// How many rows the leading table has in the laboratory where no variant says so.
const LAB_ROWS: u64 = 20_000;

/// The most rows that the leading table may be given.
pub const MOST_ROWS: u64 = 10_000_000;

/// The names of all schemas: those of the binary, then those of packs.
pub fn names(packs: &[PathBuf]) -> Vec<String> {
    let own = embedded::SCHEMAS.iter().filter_map(|(file, _)| file.strip_suffix(".sql")).map(str::to_owned);
    let theirs = packs.iter().filter_map(|pack| fs::read_dir(pack.join("schemas")).ok()).flatten().flatten();
    let theirs =
        theirs.filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".sql").map(str::to_owned));
    let mut names: Vec<String> = own.chain(theirs).collect();
    names.dedup();
    names
}

/// Finds a schema by its name.
///
/// # Errors
/// There is none, or its files are not in order.
pub fn find(name: &str, packs: &[PathBuf]) -> Result<World, WorldError> {
    find_with(name, packs, Cache::from_env())
}

/// Finds a schema by its name, and keeps its data in a cache of the caller's choice.
///
/// # Errors
/// As [`find`].
pub fn find_with(name: &str, packs: &[PathBuf], cache: Cache) -> Result<World, WorldError> {
    let simple =
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let own = |file: &str| {
        embedded::SCHEMAS.iter().find(|(known, _)| *known == file).map(|(_, text)| (*text).to_owned())
    };
    let (sql, toml) = (format!("{name}.sql"), format!("{name}.toml"));
    let mut found = own(&sql).map(|ddl| (ddl, own(&toml).map(|text| (format!("schemas/{toml}"), text))));
    for pack in packs.iter().filter(|_| simple) {
        if found.is_none() && pack.join("schemas").join(&sql).is_file() {
            let recipe = pack.join("schemas").join(&toml);
            let text = recipe.is_file().then(|| read(&recipe)).transpose()?;
            let ddl = read(&pack.join("schemas").join(&sql))?;
            found = Some((ddl, text.map(|text| (recipe.display().to_string(), text))));
        }
    }
    let (ddl, recipe) = found.ok_or_else(|| WorldError::Unknown(name.to_owned(), names(packs)))?;
    let mut world = World {
        name: name.to_owned(),
        ddl,
        today: DEFAULT_TODAY.parse().expect("it is a moment"),
        hints: Vec::new(),
        recipe,
        cache,
    };
    if let Some((file, text)) = &world.recipe {
        world.today = today(file, text)?;
    }
    Ok(world)
}

/// What day it is where no recipe says so.
const DEFAULT_TODAY: &str = "2026-03-15 12:00:00";

fn read(file: &std::path::Path) -> Result<String, WorldError> {
    let failed = |why: String| WorldError::Bad(format!("{}: {why}", file.display()));
    let size = fs::metadata(file).map_err(|error| failed(format!("cannot be read: {error}")))?.len();
    if size > LARGEST_FILE {
        return Err(failed(format!("is {size} bytes long, at most {LARGEST_FILE} are read")));
    }
    fs::read_to_string(file).map_err(|error| failed(format!("cannot be read: {error}")))
}

/// The recipe's day, by a look at its first lines: reading all of it takes longer than opening made data.
fn today(file: &str, text: &str) -> Result<Moment, WorldError> {
    let line = text.lines().find_map(|line| line.strip_prefix("today = \"")?.strip_suffix('"'));
    let day = match line {
        Some(day) => day.to_owned(),
        None => Recipe::parse(file, text, None)
            .map_err(|error| WorldError::Bad(error.to_string()))?
            .today()
            .to_owned(),
    };
    day.parse().map_err(|reason: String| WorldError::Bad(format!("{file}: {reason}")))
}

impl World {
    /// Reads the hints of the recipe, which only the judge needs.
    ///
    /// # Errors
    /// A recipe that is not in order.
    pub fn with_hints(mut self) -> Result<World, WorldError> {
        if let (true, Some(recipe)) = (self.hints.is_empty(), self.recipe(None)?) {
            self.hints = recipe.hints().to_vec();
        }
        Ok(self)
    }

    /// Whether it is filled with rows.
    pub fn has_data(&self) -> bool {
        self.recipe.is_some()
    }

    /// The data on which plans and indexes are tried: the variant "lab" where the recipe has one, else as many rows.
    ///
    /// # Errors
    /// A recipe that is not in order.
    pub fn laboratory(&self) -> Result<Size, WorldError> {
        let has = self.recipe(None)?.is_some_and(|recipe| recipe.variants().iter().any(|name| name == LAB));
        Ok(if has { Size::Variant(LAB.to_owned()) } else { Size::Rows(LAB_ROWS) })
    }

    fn recipe(&self, variant: Option<&str>) -> Result<Option<Recipe>, WorldError> {
        let Some((file, text)) = &self.recipe else { return Ok(None) };
        Recipe::parse(file, text, variant).map(Some).map_err(|error| WorldError::Bad(error.to_string()))
    }

    /// The name of the file that holds this data, by the hash of all that goes into it.
    fn file(&self, size: &Size, seed: u64) -> String {
        let mut hash = blake3::Hasher::new();
        let recipe = self.recipe.as_ref().map_or("", |(_, text)| text);
        for part in
            [env!("CARGO_PKG_VERSION"), engine::version(), &self.ddl, recipe, &format!("{size:?} {seed}")]
        {
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        format!("{}-{}.db", self.name, &hash.finalize().to_hex()[..16])
    }
}

/// Opens a sandbox on a world's data: made now, or made before. The learner's data can be written; larger data is
/// shared between processes and can only be read, until [`writable`] copies it.
///
/// # Errors
/// Data that cannot be made or loaded.
pub fn open(world: &World, size: &Size, seed: u64, settings: Settings) -> Result<Sandbox, WorldError> {
    open_with(world, size, seed, settings, &mut |_, _| {})
}

/// As [`open`], and tells how many rows of the leading table have been made, of how many.
///
/// # Errors
/// As [`open`].
pub fn open_with(
    world: &World,
    size: &Size,
    seed: u64,
    settings: Settings,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Sandbox, WorldError> {
    let name = world.file(size, seed);
    if *size == Size::Learner {
        if let Some(image) = world.cache.find(&name).and_then(|path| fs::read(path).ok())
            && let Ok(sandbox) = Sandbox::open(Source::Image(&image), settings)
        {
            return Ok(sandbox);
        }
        let mut made = Sandbox::open(Source::Empty, Settings::trusted(world.today))?;
        make(world, size, seed, &made, progress)?;
        let image = made.image()?;
        world.cache.keep(&name, &image);
        return Ok(Sandbox::open(Source::Image(&image), settings)?);
    }
    let path = file(world, size, seed, progress)?;
    Ok(Sandbox::open(Source::Shared(&path), settings)?)
}

/// A copy of a world's data that can be written, whatever its size.
///
/// # Errors
/// As [`open`], or a disk that is full.
pub fn writable(world: &World, size: &Size, seed: u64, settings: Settings) -> Result<Sandbox, WorldError> {
    if *size == Size::Learner {
        return open(world, size, seed, settings);
    }
    let copy = world.cache.copy(&file(world, size, seed, &mut |_, _| {})?)?;
    let mut sandbox = Sandbox::open(Source::Private(&copy), settings)?;
    if cfg!(unix) {
        // An open file needs no name, and one that has none does not outlive a process that is killed.
        drop(copy);
    } else {
        sandbox.keep(Box::new(copy));
    }
    Ok(sandbox)
}

/// The file that holds a world's data, made if it is not there.
///
/// # Errors
/// As [`open`].
pub fn file(
    world: &World,
    size: &Size,
    seed: u64,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<PathBuf, WorldError> {
    world.cache.make(&world.file(size, seed), |path| {
        let sandbox = Sandbox::open(Source::Private(path), Settings::trusted(world.today))?;
        make(world, size, seed, &sandbox, progress)
    })
}

/// Creates the tables and fills them.
fn make(
    world: &World,
    size: &Size,
    seed: u64,
    sandbox: &Sandbox,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), WorldError> {
    // DDL and statements of a pack are somebody else's: they may do what a learner may.
    sandbox.with_access(Access::Learner, |sandbox| sandbox.script(&world.ddl))?;
    let variant = match size {
        Size::Variant(name) => Some(name.as_str()),
        Size::Learner | Size::Rows(_) | Size::Held { .. } => None,
    };
    let Some(recipe) = world.recipe(variant)? else { return Ok(()) };
    let scale = match size {
        Size::Rows(rows) => Scale::rows(*rows),
        Size::Held { rows, base, held } => recipe.scale_held(*rows, *base, *held),
        Size::Learner | Size::Variant(_) => Scale::default(),
    };
    sandbox.script("PRAGMA cache_size = -64000; PRAGMA foreign_keys = off; BEGIN")?;
    let loaders = recipe.tables().iter().map(|shape| Loader::new(sandbox, &shape.name, &shape.columns));
    let lead = recipe.tables().iter().position(|shape| shape.name == recipe.lead()).unwrap_or(0);
    let mut load = Load {
        loaders: loaders.collect::<Result<_, _>>()?,
        lead,
        done: 0,
        total: recipe.lead_rows(&scale),
        progress,
    };
    generate(&recipe, &scale, seed, &mut load).map_err(|error| match error {
        GenerateError::Sink(failure) => WorldError::Engine(failure),
        GenerateError::Recipe(message) => WorldError::Bad(message),
    })?;
    load.loaders.iter_mut().try_for_each(Loader::flush)?;
    drop(load);
    sandbox.script("COMMIT; PRAGMA foreign_keys = on")?;
    sandbox.set_deadline(Some(AFTER));
    for after in recipe.after() {
        sandbox.with_access(Access::Learner, |sandbox| sandbox.script(&after.sql)).map_err(|failure| {
            let (file, text) = world.recipe.as_ref().expect("a recipe was read from it");
            WorldError::Bad(format!("{file}:{}: {}: {failure}", Recipe::line(text, after.at), after.about))
        })?;
    }
    sandbox.set_deadline(None);
    Ok(())
}

/// How long the statements of a recipe may run.
const AFTER: Duration = Duration::from_mins(1);

struct Load<'s, 'p> {
    loaders: Vec<Loader<'s>>,
    lead: usize,
    done: u64,
    total: u64,
    progress: &'p mut dyn FnMut(u64, u64),
}

impl RowSink for Load<'_, '_> {
    type Error = Failure;

    fn row(&mut self, table: usize, values: &[ValueRef<'_>]) -> Result<(), Failure> {
        if table == self.lead {
            self.done += 1;
            if self.done.is_multiple_of(16_384) {
                (self.progress)(self.done, self.total);
            }
        }
        self.loaders[table].row(values)
    }
}
