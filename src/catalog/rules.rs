//! What plans and costs are held to, and the data on which that is measured.

use super::{
    exercise::Nonsense,
    raw::rules::{RawBind, RawGrowth, RawMistake, RawRules, RawValue},
};
use crate::{plan::growth::Class, value::Value};

/// The data on which plans and costs are measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bench {
    /// The variant of the schema's data.
    pub variant: String,
    /// CREATE INDEX statements of the indexes that are there.
    pub given: String,
}

/// Values of named parameters, without the sign before the name; those that nobody names are NULL.
pub type Parameters = Vec<(String, Value)>;

/// A table, and what leads an index of it: a column, or an expression as its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableKey {
    /// The table.
    pub table: String,
    /// The first part of the index.
    pub lead: String,
}

/// One rule.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// So many indexes may be added.
    MaxIndexes(usize),
    /// The table is searched by an index with this lead.
    Search(TableKey),
    /// It would be if there were one.
    Usable(TableKey),
    /// The table is not read whole.
    NoFullScan(String),
    /// Nothing is sorted.
    NoSort,
    /// No index is built for one run.
    NoAutomaticIndex,
    /// No subquery runs for each row of another.
    NoCorrelated,
    /// The table is read from indexes alone.
    Covering(String),
    /// The cost is at most so many times the reference's.
    CostOfReference(f64),
    /// The cost is at most this share of what it was.
    CostOfBase(f64),
    /// The added indexes take at most so many KiB.
    IndexKib(u64),
    /// A write costs at most so many times what it did.
    Insert {
        /// An INSERT of one row, with `:n` to tell rows apart.
        sql: String,
        /// The factor.
        of_base: f64,
    },
    /// The cost grows at most so.
    Growth(Class),
    /// No smaller set of the given indexes keeps every query within so many times its cost.
    Fewest(f64),
}

impl Rule {
    /// Its name in files and in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Rule::MaxIndexes(_) => "max_indexes",
            Rule::Search(_) => "search",
            Rule::Usable(_) => "usable",
            Rule::NoFullScan(_) => "no_full_scan",
            Rule::NoSort => "no_sort",
            Rule::NoAutomaticIndex => "no_automatic_index",
            Rule::NoCorrelated => "no_correlated",
            Rule::Covering(_) => "covering",
            Rule::CostOfReference(_) => "cost_of_reference",
            Rule::CostOfBase(_) => "cost_of_base",
            Rule::IndexKib(_) => "index_kib",
            Rule::Insert { .. } => "insert",
            Rule::Growth(_) => "growth",
            Rule::Fewest(_) => "fewest",
        }
    }

    /// The number that something is multiplied by.
    fn factor(&self) -> Option<f64> {
        match self {
            Rule::CostOfReference(factor) | Rule::CostOfBase(factor) | Rule::Fewest(factor) => Some(*factor),
            Rule::Insert { of_base, .. } => Some(*of_base),
            Rule::MaxIndexes(_)
            | Rule::Search(_)
            | Rule::Usable(_)
            | Rule::NoFullScan(_)
            | Rule::NoSort
            | Rule::NoAutomaticIndex
            | Rule::NoCorrelated
            | Rule::Covering(_)
            | Rule::IndexKib(_)
            | Rule::Growth(_) => None,
        }
    }
}

/// The rules of an exercise, in the order in which they are judged.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rules(pub Vec<Rule>);

/// A wrong answer, and the rule that it breaks.
#[derive(Debug, Clone)]
pub struct Mistake {
    /// Why it is wrong.
    pub why: String,
    /// The name of the rule.
    pub rule: String,
    /// The statements.
    pub sql: String,
}

/// Rules that hold for every index exercise without being written down.
pub(super) const OF_INDEXES: [&str; 3] = ["used", "no_prefix", "result"];

impl Rules {
    /// Makes sense of what a file says.
    pub(super) fn try_from_raw(raw: RawRules) -> Result<Rules, Nonsense> {
        let mut rules = Vec::new();
        rules.extend(raw.max_indexes.map(Rule::MaxIndexes));
        for text in &raw.search {
            rules.push(Rule::Search(table_key("search", text)?));
        }
        for text in &raw.usable {
            rules.push(Rule::Usable(table_key("usable", text)?));
        }
        rules.extend(raw.no_full_scan.into_iter().map(Rule::NoFullScan));
        let when = |set: bool, rule: Rule| set.then_some(rule);
        rules.extend(when(raw.no_sort, Rule::NoSort));
        rules.extend(when(raw.no_automatic_index, Rule::NoAutomaticIndex));
        rules.extend(when(raw.no_correlated, Rule::NoCorrelated));
        rules.extend(raw.covering.into_iter().map(Rule::Covering));
        rules.extend(raw.cost_of_reference.map(Rule::CostOfReference));
        rules.extend(raw.cost_of_base.map(Rule::CostOfBase));
        rules.extend(raw.index_kib.map(Rule::IndexKib));
        rules.extend(raw.insert.map(|insert| Rule::Insert { sql: insert.sql, of_base: insert.of_base }));
        rules.extend(raw.growth.map(|growth| {
            Rule::Growth(match growth {
                RawGrowth::Constant => Class::Constant,
                RawGrowth::Linear => Class::Linear,
                RawGrowth::NLogN => Class::NLogN,
            })
        }));
        rules.extend(raw.fewest.map(Rule::Fewest));
        for rule in &rules {
            if let Some(factor) = rule.factor().filter(|factor| !(factor.is_finite() && *factor > 0.0)) {
                return Err((rule.name(), format!("{} is {factor}, a number above 0 expected", rule.name())));
            }
        }
        if rules.is_empty() {
            return Err(("rules", "[rules] is empty: what is the answer held to?".into()));
        }
        Ok(Rules(rules))
    }

    /// Whether there is a rule of this name.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|rule| rule.name() == name)
    }
}

/// Reads `orders(user_id)`.
fn table_key(field: &'static str, text: &str) -> Result<TableKey, Nonsense> {
    let parts = text.split_once('(').and_then(|(table, rest)| Some((table, rest.strip_suffix(')')?)));
    match parts.map(|(table, lead)| (table.trim(), lead.trim())) {
        Some((table, lead)) if !table.is_empty() && !lead.is_empty() => {
            Ok(TableKey { table: table.to_owned(), lead: lead.to_owned() })
        }
        _ => Err((field, format!("'{text}' is no table with a key: write \"orders(user_id)\""))),
    }
}

/// Makes sense of wrong answers: each breaks a rule that there is.
pub(super) fn mistakes(raw: Vec<RawMistake>, known: &[&str]) -> Result<Vec<Mistake>, Nonsense> {
    raw.into_iter()
        .map(|raw| {
            if known.contains(&raw.rule.as_str()) {
                return Ok(Mistake { why: raw.why, rule: raw.rule, sql: raw.sql });
            }
            let message = format!(
                "a wrong answer breaks the rule '{}', which is none of {}",
                raw.rule,
                known.join(", ")
            );
            Err(("wrong", message))
        })
        .collect()
}

/// The values of a set of parameters.
pub(super) fn parameters(raw: RawBind) -> Parameters {
    let value = |value: RawValue| match value {
        RawValue::Integer(i) => Value::Integer(i),
        RawValue::Real(r) => Value::Real(r),
        RawValue::Text(t) => Value::Text(t),
    };
    raw.into_iter().map(|(name, raw)| (name, value(raw))).collect()
}
