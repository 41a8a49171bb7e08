//! Results, exercises, reports and plans as text, JSON and the like. Everything here is handed its data: nothing
//! opens a database, asks the clock or the environment, or writes anywhere but to the writer it is given.

pub mod advice;
mod block;
pub mod cell;
pub mod chart;
pub mod check;
pub mod class;
pub mod exercise;
pub mod fault;
pub mod highlight;
pub mod json;
pub mod plan;
pub mod progress;
pub mod quiz;
pub mod report;
pub mod rules;
pub mod table;
pub mod text;
pub mod why;
