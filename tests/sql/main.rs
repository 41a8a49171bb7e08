//! What `sql` says about queries, held against SQLite.

mod parse;
mod shop;
mod tiebreak;
