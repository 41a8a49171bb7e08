//! Plan steps in plain words: one sentence each, its reason, and what one would say in an interview.
//! Knows the typed steps and the schema; draws nothing.

use super::input::SchemaFacts;
use super::node::{Access, Kind, Target, Via};
use super::query::QueryText;
use super::resolve::Step;

mod access;
mod steps;

/// What is said of one step.
pub(super) struct Said {
    pub words: String,
    pub why: Option<String>,
    pub more: String,
}

/// A number with its thousands parted: `5,127`.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 row`, `5,127 rows`.
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { many })
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

/// Says every step.
pub(super) fn say(steps: &[Step], text: &QueryText, facts: &SchemaFacts) -> Vec<Said> {
    let speaker = Speaker { steps, text, facts };
    (0..steps.len()).map(|at| speaker.step(at)).collect()
}

/// How an access is called: its table, with the alias where the table is read under several names.
pub(super) fn called<'a>(access: &Access, all: impl Iterator<Item = &'a Access>) -> String {
    let source = access.source.rsplit('.').next().unwrap_or(&access.source);
    match &access.target {
        Target::Table { table, .. } => {
            let several = all
                .filter(|a| a.table() == Some(table))
                .any(|other| !other.source.eq_ignore_ascii_case(&access.source));
            if several && !source.eq_ignore_ascii_case(table) {
                format!("{table} {source}")
            } else {
                table.clone()
            }
        }
        Target::Values { rows } => format!("{} in the statement", counted(*rows, "row", "rows")),
        Target::Result | Target::Function => named(source),
    }
}

/// `index orders_user`, with its columns on wish. The index behind a constraint has a name that nobody gave it, so it
/// is called by its columns.
pub(super) fn index_called(via: &Via, with_columns: bool) -> String {
    match via {
        Via::Index { keys, constraint: true, .. } => format!("the unique key ({})", keys.join(", ")),
        Via::Index { index, keys, constraint: false, .. } if with_columns && !keys.is_empty() => {
            format!("index {index} ({})", keys.join(", "))
        }
        Via::Index { index, constraint: false, .. } => format!("index {index}"),
        Via::Rows | Via::IntegerKey | Via::TableKey | Via::Automatic { .. } | Via::Virtual { .. } => {
            "the table itself".to_owned()
        }
    }
}

/// `(subquery-1)` is a name that only the engine uses.
pub(super) fn named(source: &str) -> String {
    if source.starts_with("(subquery-") {
        "a subquery".to_owned()
    } else if source.starts_with("(join-") {
        "the join in parentheses".to_owned()
    } else {
        source.to_owned()
    }
}

struct Speaker<'a> {
    steps: &'a [Step],
    text: &'a QueryText,
    facts: &'a SchemaFacts,
}

impl Speaker<'_> {
    fn accesses(&self) -> impl Iterator<Item = &Access> {
        self.steps.iter().filter_map(|step| step.kind.as_access())
    }

    fn step(&self, at: usize) -> Said {
        let step = &self.steps[at];
        match &step.kind {
            Kind::Access(access) => self.access(at, access),
            Kind::Sort(sort) => self.sort(at, sort),
            other => self.plain(at, other),
        }
    }

    /// `, once for each row of orders`, for a loop inside another.
    fn each(&self, at: usize) -> String {
        self.around(at).map_or_else(String::new, |outer| format!(", once for each {outer}"))
    }

    /// `, again for each row of orders`: reading everything over and over.
    fn each_again(&self, at: usize) -> String {
        self.around(at).map_or_else(String::new, |outer| format!(", again for each {outer}"))
    }

    /// What the loops around this one read, those left out that give one row: `row of orders`.
    fn around(&self, at: usize) -> Option<String> {
        let step = &self.steps[at];
        let mut outer: Vec<&Access> = Vec::new();
        for before in self.steps[..at].iter().filter(|before| before.parent == step.parent) {
            if let Kind::Access(access) = &before.kind
                && !access.behind_the_scenes
                && access.work.rows != Some(1)
            {
                outer.push(access);
            }
        }
        let written = self
            .text
            .writes
            .as_ref()
            .filter(|_| step.kind.as_access().is_some_and(|access| access.behind_the_scenes));
        match (outer.as_slice(), written) {
            (_, Some(table)) => Some(format!("row of {table} that is written")),
            ([], None) => {
                let above = self.steps[..at].iter().position(|above| above.id == step.parent)?;
                matches!(self.steps[above].kind, Kind::OrArm { .. } | Kind::MultiIndexOr)
                    .then(|| self.around(above))?
            }
            ([Access { target: Target::Values { rows }, .. }], None) => {
                Some(format!("of the {} in the statement", counted(*rows, "row", "rows")))
            }
            ([one], None) => Some(format!("row of {}", called(one, self.accesses()))),
            (several, None) => {
                let names: Vec<String> =
                    several.iter().map(|access| called(access, self.accesses())).collect();
                Some(format!("row that {} give together", listed(&names)))
            }
        }
    }

    /// Whether the step under which this one's SELECT stands is of a kind.
    fn select_is(&self, at: usize, is: impl Fn(&Kind) -> bool) -> bool {
        self.steps.iter().any(|step| step.id == self.steps[at].select && is(&step.kind))
    }

    /// Whether the step right above is of a kind.
    fn above_is(&self, at: usize, is: impl Fn(&Kind) -> bool) -> bool {
        self.steps.iter().any(|step| step.id == self.steps[at].parent && is(&step.kind))
    }
}
