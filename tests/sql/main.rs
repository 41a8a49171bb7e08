//! What `sql` says about queries, held against SQLite.

mod dialect;
mod edits;
mod parse;
mod shop;
mod soup;
mod tiebreak;
mod warnings;
