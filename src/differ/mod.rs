//! Do two statements differ? Compares results, and searches for a database on which they do not agree.
//! Knows nothing of exercises.

mod arena;
mod brief;
mod checks;
mod class;
mod clues;
pub mod compare;
pub mod difference;
mod domain;
mod extremes;
mod fill;
mod learn;
mod reads;
mod repair;
mod ring;
mod rows;
mod screen;
mod search;
mod shrink;
pub mod suite;
mod texts;
mod times;
pub mod tiny;

pub use screen::Screened;
pub use search::{Brief, Budget, Effort, Examiner, Found, Known, Outcome, SearchError, examine, search};
