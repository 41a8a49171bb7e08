//! Practice without a terminal: what is typed goes in, what is shown comes out. Knows no keys and no screen.

pub mod commands;
