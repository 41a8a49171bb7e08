//! Packs of exercises: what stands in their files (`raw`), made into exercises that can be trusted (`exercise`).
//! Reads files; opens no database.

mod exercise;
mod files;
mod index;
mod query;
mod quiz;
mod raw;
mod rules;
#[cfg(test)]
mod tests;
mod tune;

pub use exercise::{Exercise, ExerciseKind, FollowUp, Summary};
pub use files::{Catalog, CatalogError, KILLERS, Pack};
pub use index::{Index, Served};
pub use query::{Answer, BoundaryDatabase, Column, OrderRule, Query, WrongAnswer};
pub use quiz::PlanQuiz;
pub use raw::json_schema;
pub use rules::{Bench, Mistake, Parameters, Rule, Rules, TableKey};
pub use tune::Tune;

/// Tracks in learning order: their name in files and on the command line, and their title.
pub const TRACKS: [(&str, &str); 18] = [
    ("filtering", "Filtering and NULL"),
    ("joins", "Joins and anti-joins"),
    ("aggregation", "Aggregation"),
    ("dates", "Dates and half-open ranges"),
    ("subqueries", "Subqueries and CTEs"),
    ("windows", "Windows, top-N, gaps and islands"),
    ("recursion", "Recursion"),
    ("writes", "Writes, upserts, RETURNING"),
    ("schema-design", "Schema design and constraints"),
    ("migrations", "Migrations: expand, backfill, contract"),
    ("plans", "Reading plans"),
    ("indexes", "Indexes"),
    ("tuning", "Tuning and sargability"),
    ("pagination", "Pagination"),
    ("transactions", "Transactions and concurrency"),
    ("patterns", "Application patterns"),
    ("broken", "Broken queries"),
    ("cases", "Interview cases"),
];
