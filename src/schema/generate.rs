//! Generates the rows that a recipe describes: same recipe, scale and seed, same rows, on every machine. Knows
//! neither SQL nor an engine: rows go into a sink, one by one, and nothing is allocated for a usual row.

mod dice;
mod frame;
mod maker;
mod people;
mod refs;
mod run;
mod sampler;
mod text;
mod timeline;

pub use run::generate;

use crate::value::ValueRef;
use std::fmt;

/// Takes rows.
pub trait RowSink {
    /// Why a row cannot be taken.
    type Error;

    /// Takes a row of a table, given by its position in [`crate::schema::recipe::Recipe::tables`], with the columns
    /// named there. Rows of several tables come mixed, a row always after those that it refers to.
    fn row(&mut self, table: usize, values: &[ValueRef<'_>]) -> Result<(), Self::Error>;
}

/// Why generating ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GenerateError<E> {
    /// The sink took a row no more.
    Sink(E),
    /// The recipe contradicts itself.
    Recipe(String),
}

impl<E: fmt::Display> fmt::Display for GenerateError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GenerateError::Sink(error) => error.fmt(f),
            GenerateError::Recipe(message) => f.write_str(message),
        }
    }
}

impl<E: std::error::Error + 'static> std::error::Error for GenerateError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            GenerateError::Sink(error) => Some(error),
            GenerateError::Recipe(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
