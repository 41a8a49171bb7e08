//! The plan of a statement: the tree of EXPLAIN QUERY PLAN with names resolved, in words, and judged.
//! Knows no exercise. Only `gather`, `grow` and `advise` know the engine: to all others rows and facts come in as plain
//! data, and what goes out is plain data that `render` draws.

pub mod advise;
pub mod gather;
pub mod grow;
pub mod growth;
pub mod input;
pub mod node;
mod parse;
mod query;
pub mod quiz;
mod reasons;
mod resolve;
pub mod rules;
pub mod verdict;
pub mod why;
pub mod words;

use serde::Serialize;

use input::{RawNode, SchemaFacts};
use node::Node;
use query::QueryText;
use verdict::Verdict;

/// A plan that was read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// The answer to "does this query use an index?".
    pub verdict: Verdict,
    /// The steps, in the order in which the engine lists them; each stands after the one above it.
    pub nodes: Vec<Node>,
}

impl Plan {
    /// Reads the engine's rows. Never fails: a line of a form that is not known stays as its text, and a statement
    /// that does not parse gives its names alone.
    pub fn read(rows: &[RawNode], sql: &str, facts: &SchemaFacts) -> Self {
        let text = QueryText::read(sql, facts);
        let steps = resolve::steps(rows, &text, facts);
        let said = words::say(&steps, &text, facts);
        let nodes: Vec<Node> = steps
            .into_iter()
            .zip(said)
            .map(|(step, said)| Node {
                id: step.id,
                parent: step.parent,
                detail: step.detail,
                words: said.words,
                why: said.why,
                more: said.more,
                estimate: step.estimate,
                kind: step.kind,
            })
            .collect();
        Plan { verdict: verdict::judge(&nodes), nodes }
    }

    /// The steps right under `parent`; 0 stands for the whole.
    pub fn children(&self, parent: i64) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(move |node| node.parent == parent)
    }

    /// The accesses of the plan with their steps.
    pub fn accesses(&self) -> impl Iterator<Item = &node::Access> {
        self.nodes.iter().filter_map(|node| node.kind.as_access())
    }
}
