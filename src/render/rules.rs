//! What indexes and faster queries are held to, in words, and what the judge found.

use serde_json::{Value as Json, json};

use super::{cell::count, text::wrap};
use crate::{
    catalog::{Parameters, Rule, Rules},
    judge::report::Check,
    plan::growth::Class,
};

/// A rule in a few words.
pub fn words(rule: &Rule) -> String {
    match rule {
        Rule::MaxIndexes(1) => "at most 1 index".to_owned(),
        Rule::MaxIndexes(n) => format!("at most {n} indexes"),
        Rule::Search(key) => format!("searches {} by {}", key.table, key.lead),
        Rule::Usable(key) => format!("could use an index on {} ({})", key.table, key.lead),
        Rule::NoFullScan(table) => format!("{table} not read whole"),
        Rule::NoSort => "no sort".to_owned(),
        Rule::NoAutomaticIndex => "no automatic index".to_owned(),
        Rule::NoCorrelated => "no correlated subquery".to_owned(),
        Rule::Covering(table) => format!("{table} read from an index alone"),
        Rule::CostOfReference(factor) => format!("cost at most {factor} × the reference's"),
        Rule::CostOfBase(share) => format!("cost at most {} % of what it is now", percent(*share)),
        Rule::IndexKib(kib) => format!("at most {} KiB of index", count(*kib)),
        Rule::Insert { of_base, .. } => format!("an INSERT at most {of_base} × as dear as now"),
        Rule::Growth(class) => match class {
            Class::Constant => "cost does not grow with the data".to_owned(),
            Class::Linear => "cost grows at most as the data does".to_owned(),
            Class::NLogN => "cost grows at most as n log n".to_owned(),
            Class::MoreThanLinear | Class::Quadratic | Class::MoreThanQuadratic | Class::Unknown => {
                "cost grows in whatever way".to_owned()
            }
        },
        Rule::Fewest(factor) => format!("as few indexes as keep each query within {factor} × its cost"),
    }
}

/// The rules in words, each once.
pub fn all_words(rules: &Rules) -> Vec<String> {
    rules.0.iter().map(words).collect()
}

/// The rules as JSON.
pub fn rules_json(rules: &Rules) -> Json {
    rules.0.iter().map(|rule| json!({ "rule": rule.name(), "words": words(rule) })).collect()
}

/// Values of parameters in words: ":u = 77, :q = 'tea'".
pub fn values(parameters: &Parameters) -> String {
    let one = |(name, value): &(String, crate::value::Value)| format!(":{name} = {value}");
    parameters.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Values of parameters as JSON.
pub fn values_json(parameters: &Parameters) -> Json {
    let one = |(name, value): &(String, crate::value::Value)| (name.clone(), super::json::value(value));
    Json::Object(parameters.iter().map(one).collect())
}

fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if (percent - percent.round()).abs() < 0.05 { format!("{percent:.0}") } else { format!("{percent:.1}") }
}

/// What the judge found, one check a line; the first broken one is left out where it stands above, as the message.
pub fn checks(all: &[Check], message: &str, width: usize, accessible: bool) -> Vec<String> {
    let first = all.iter().position(|check| !check.passed).filter(|at| all[*at].said == message);
    let mut shown: Vec<&Check> =
        all.iter().enumerate().filter(|(at, _)| Some(*at) != first).map(|(_, check)| check).collect();
    // Below a message that is one of them, the other broken ones come first; else they stand in their order.
    if first.is_some() {
        shown.sort_by_key(|check| check.passed);
    }
    let line = |check: &Check| {
        let mark = match (accessible, check.passed) {
            (false, true) => "  ✓ ",
            (false, false) => "  ✗ ",
            (true, true) => "  holds: ",
            (true, false) => "  broken: ",
        };
        wrap(&check.said, width, mark, "    ").trim_end().to_owned()
    };
    shown.into_iter().map(line).collect()
}
