//! Do two statements differ? Compares results, and (soon) searches for a database on which they do not agree.
//! Knows nothing of exercises.

pub mod compare;
pub mod difference;
