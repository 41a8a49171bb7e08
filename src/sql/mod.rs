//! SQL as text: tokens, statements, what a query says and how it may be edited. Knows no engine, no schema but the
//! names it is given, and no exercises; nothing here runs SQL.

pub mod aggregates;
pub mod ast;
pub mod caret;
pub mod dialect;
pub mod edits;
pub mod facts;
pub mod keywords;
pub mod lexer;
pub mod names;
pub mod parse;
pub mod resolve;
pub mod split;
pub mod suggest;
pub mod tiebreak;
pub mod visit;
pub mod warnings;
