//! Schemas: their DDL, what SQLite reports of them, the data they are filled with, and where that is kept.

pub mod cache;
pub mod calendar;
pub mod generate;
pub mod hints;
pub mod introspect;
pub mod recipe;
pub mod world;
