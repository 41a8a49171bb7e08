//! A schema with its data: what a learner practises on.

use std::{fmt, path::PathBuf};

use crate::{
    embedded,
    engine::{Failure, Sandbox, Settings, Source},
    moment::Moment,
    schema::hints::ColumnHint,
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
}

/// How much data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Size {
    /// The small data that a learner practises on.
    Learner,
    /// So many rows in the leading table, the others in proportion.
    Rows(u64),
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
}

impl fmt::Display for WorldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WorldError::Unknown(name, names) => {
                write!(f, "no schema is called '{name}': there are {}", names.join(", "))
            }
            WorldError::Bad(message) => f.write_str(message),
            WorldError::Engine(failure) => write!(f, "the data cannot be loaded: {failure}"),
        }
    }
}

impl std::error::Error for WorldError {}

impl From<Failure> for WorldError {
    fn from(failure: Failure) -> Self {
        WorldError::Engine(failure)
    }
}

/// The names of all schemas.
pub fn names(_packs: &[PathBuf]) -> Vec<String> {
    embedded::SCHEMAS.iter().filter_map(|(file, _)| file.strip_suffix(".sql")).map(str::to_owned).collect()
}

/// Finds a schema by its name.
///
/// # Errors
/// There is none, or its files are not in order.
pub fn find(name: &str, packs: &[PathBuf]) -> Result<World, WorldError> {
    let file = format!("{name}.sql");
    let (_, ddl) = embedded::SCHEMAS
        .iter()
        .find(|(known, _)| *known == file)
        .ok_or_else(|| WorldError::Unknown(name.to_owned(), names(packs)))?;
    let today = "2026-03-15 12:00:00".parse().expect("it is a moment");
    Ok(World { name: name.to_owned(), ddl: (*ddl).to_owned(), today, hints: Vec::new() })
}

/// Opens a sandbox on a world's data.
///
/// # Errors
/// Data that cannot be made or loaded.
pub fn open(world: &World, _size: &Size, _seed: u64, settings: Settings) -> Result<Sandbox, WorldError> {
    let sandbox = Sandbox::open(Source::Empty, settings)?;
    sandbox.with_access(crate::engine::Access::Trusted, |sandbox| sandbox.script(&world.ddl))?;
    Ok(sandbox)
}
