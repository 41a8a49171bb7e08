//! SQL as text: tokens, statements, what a query says and how it may be edited. Knows no engine, no schema but the
//! names it is given, and no exercises; nothing here runs SQL.

pub mod keywords;
pub mod lexer;
pub mod split;
