//! SQL as text: tokens, statements, what a query says and how it may be edited. Knows no engine, no schema but the
//! names it is given, and no exercises; nothing here runs SQL.

pub mod ast;
pub mod keywords;
pub mod lexer;
pub mod parse;
pub mod split;
pub mod visit;
