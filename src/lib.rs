//! sqldojo: practise SQL in the terminal, judged by a search for the database on which an answer is wrong.
//!
//! `ARCHITECTURE.md` maps the modules; each imports from lower floors only, which a test keeps true.

pub mod cli;
pub mod engine;
pub mod moment;
pub mod value;
