//! What a plan and its cost are held to, as an author writes it.

use schemars::JsonSchema;
use serde::Deserialize;

/// Rules; each that is left out asks for nothing.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct RawRules {
    /// How many indexes may be added.
    pub max_indexes: Option<usize>,
    /// `orders(user_id)`: every query searches orders by an index that starts with `user_id`.
    #[serde(default)]
    pub search: Vec<String>,
    /// `orders(created_at)`: the query would search by such an index if there were one; the judge adds it and asks.
    #[serde(default)]
    pub usable: Vec<String>,
    /// Tables of which no query reads every row, or every entry of an index.
    #[serde(default)]
    pub no_full_scan: Vec<String>,
    /// Whether no query may sort.
    #[serde(default)]
    pub no_sort: bool,
    /// Whether no query may build an index for its own run.
    #[serde(default)]
    pub no_automatic_index: bool,
    /// Whether no subquery may run for each row of another.
    #[serde(default)]
    pub no_correlated: bool,
    /// Tables that are read from indexes alone.
    #[serde(default)]
    pub covering: Vec<String>,
    /// The cost of each query, at most so many times the reference's.
    pub cost_of_reference: Option<f64>,
    /// The cost of each query, at most this share of what it was before.
    pub cost_of_base: Option<f64>,
    /// The size of all added indexes together, at most, in KiB.
    pub index_kib: Option<u64>,
    /// What a write may cost.
    pub insert: Option<RawInsert>,
    /// How the cost of each query may grow with the data, at most.
    pub growth: Option<RawGrowth>,
    /// No smaller set of the given indexes may keep every query within so many times its cost with all of them.
    pub fewest: Option<f64>,
}

/// What a write may cost.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct RawInsert {
    /// An INSERT of one row; `:n` counts from 1, so that each row is another.
    pub sql: String,
    /// At most so many times what it costs without the learner's indexes.
    pub of_base: f64,
}

/// Classes of growth.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub(in crate::catalog) enum RawGrowth {
    /// Not, or hardly.
    #[serde(rename = "constant")]
    Constant,
    /// As the rows do.
    #[serde(rename = "linear")]
    Linear,
    /// As sorting does.
    #[serde(rename = "n log n")]
    NLogN,
}

/// A wrong answer, and the rule that it breaks.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct RawMistake {
    /// Why it is wrong, as the learner is told.
    pub why: String,
    /// The rule that it breaks: a key of `[rules]`, or result, used or `no_prefix`.
    pub rule: String,
    /// The statement or statements.
    pub sql: String,
}

/// The values of named parameters.
pub(in crate::catalog) type RawBind = std::collections::BTreeMap<String, RawValue>;

/// A value; there is no NULL in TOML: a parameter that is not named is NULL.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(in crate::catalog) enum RawValue {
    /// A whole number.
    Integer(i64),
    /// Another number.
    Real(f64),
    /// Text.
    Text(String),
}
