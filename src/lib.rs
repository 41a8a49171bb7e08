//! sqldojo: practise SQL in the terminal, judged by a search for the database on which an answer is wrong.
//!
//! `ARCHITECTURE.md` maps the modules; each imports from lower floors only, which a test keeps true.

pub mod catalog;
pub mod cli;
pub mod cost;
pub mod differ;
mod embedded;
pub mod engine;
pub mod judge;
pub mod moment;
pub mod parallel;
pub mod plan;
pub mod progress;
pub mod random;
pub mod render;
pub mod repl;
pub mod schema;
pub mod session;
pub mod sql;
pub mod value;
