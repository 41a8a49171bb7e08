//! Schemas: their DDL, what SQLite reports of them, the data they are filled with, and where that is kept.

pub mod hints;
pub mod introspect;
pub mod world;
