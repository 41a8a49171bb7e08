//! What `sql` says about queries, held against SQLite.

mod dialect;
mod parse;
mod shop;
mod tiebreak;
mod warnings;
