//! Why a table is read whole: what the statement asks of its columns against the indexes there are.
//! Knows the text and the schema, and tries nothing: what only trying can tell is not claimed here.

use super::input::{IndexFacts, SchemaFacts, TableFacts};
use super::node::Access;
use super::query::{Asks, Named, QueryText, Scope, Test};
use super::resolve::Step;
use super::words::listed;

/// Why, and what to say of it at length.
#[derive(Default)]
pub(super) struct Reason {
    pub why: Option<String>,
    pub more: Option<String>,
    /// Whether something is asked of the table that stands in the way of an index, or lacks one.
    pub in_the_way: bool,
}

/// Why the scan at `at` is a scan.
pub(super) fn of_scan(
    steps: &[Step],
    at: usize,
    access: &Access,
    text: &QueryText,
    facts: &SchemaFacts,
) -> Reason {
    let step = &steps[at];
    let (Some(scope), Some(table)) =
        (step.scope.filter(|_| text.parsed), access.table().and_then(|table| facts.table(table)))
    else {
        return Reason::default();
    };
    if access.behind_the_scenes {
        return Reason::default();
    }
    let scope = &text.scopes[scope];
    let tests: Vec<&Test> = scope.tests.iter().filter(|test| is_of(test, access, table, scope)).collect();
    let found = Found::sort(&tests, table, facts);
    let in_the_way = !found.is_empty();
    let is_loop = |step: &Step| step.kind.as_access().is_some_and(|access| !access.behind_the_scenes);
    let inner = steps[..at].iter().any(|before| before.parent == step.parent && is_loop(before));
    let outer = steps[at + 1..].iter().any(|after| after.parent == step.parent && is_loop(after));
    // Who starts a join is whom nothing narrows better: say what the others lack.
    let elsewhere = if !inner && outer && found.only_joins() { lacking(access, scope, facts) } else { None };
    if in_the_way {
        let why = match elsewhere {
            Some(others) => format!("{}, nor on {others} to start from", found.why(table, facts)),
            None => found.why(table, facts),
        };
        return Reason { why: Some(why), more: found.more(table), in_the_way };
    }
    if let Some(others) = elsewhere {
        let why = format!("the join starts here, for want of an index on {others}");
        return Reason { why: Some(why), more: None, in_the_way };
    }
    let why = if inner && !found.joined {
        "nothing ties it to the rows outside: every row meets every row"
    } else if outer {
        "the join starts here: every row of it is wanted"
    } else {
        "nothing in the query narrows it down"
    };
    Reason { why: Some(why.to_owned()), more: None, in_the_way }
}

/// Columns of the other tables of a join that are compared with values and that no index leads with:
/// `status or created_at of orders`.
fn lacking(access: &Access, scope: &Scope, facts: &SchemaFacts) -> Option<String> {
    let mut by_table: Vec<(String, Vec<String>)> = Vec::new();
    for (name, named) in &scope.names {
        let Named::Table(table) = named else { continue };
        let Some(table) = facts.table(table) else { continue };
        if name.eq_ignore_ascii_case(&access.source) {
            continue;
        }
        let mut columns: Vec<String> = Vec::new();
        for test in &scope.tests {
            let narrows = matches!(test.asks, Asks::Equal | Asks::OneOf | Asks::Range)
                && !test.joins
                && !test.under_or
                && test.wrapped.is_none()
                && test.only.is_none();
            let is_its = match &test.qualifier {
                Some(qualifier) => qualifier.eq_ignore_ascii_case(name),
                None => table.has_column(&test.column),
            };
            if narrows && is_its && !columns.contains(&test.column) {
                columns.push(test.column.clone());
            }
        }
        if !columns.is_empty() && columns.iter().all(|column| !facts.can_find_by(&table.name, column)) {
            by_table.push((table.name.clone(), columns));
        }
    }
    let (table, columns) = by_table.first()?;
    Some(format!("{} of {table}", either(columns)))
}

fn is_of(test: &Test, access: &Access, table: &TableFacts, scope: &Scope) -> bool {
    let source = access.source.rsplit('.').next().unwrap_or(&access.source);
    let may_be = test.only.as_ref().is_none_or(|only| only.eq_ignore_ascii_case(source));
    may_be
        && match &test.qualifier {
            Some(qualifier) => qualifier.eq_ignore_ascii_case(source),
            None => table.has_column(&test.column) && scope.get(source).is_some(),
        }
}

/// The tests on one table by what stands in the way of an index.
#[derive(Default)]
struct Found {
    /// (column, the expression around it)
    wrapped: Vec<(String, String)>,
    missing: Vec<String>,
    missing_join: Vec<String>,
    unused: Vec<String>,
    under_or: Vec<String>,
    prefix: Vec<String>,
    infix: Vec<String>,
    unequal: Vec<String>,
    /// Whether a join could find its rows by an index, were it the inner loop.
    joined: bool,
}

impl Found {
    fn sort(tests: &[&Test], table: &TableFacts, facts: &SchemaFacts) -> Self {
        let mut found = Found::default();
        for test in tests {
            let column = test.column.clone();
            let indexed = facts.can_find_by(&table.name, &column);
            let place = match (&test.wrapped, test.asks) {
                (_, Asks::Unequal) => &mut found.unequal,
                (Some(around), Asks::Equal | Asks::OneOf | Asks::Range | Asks::Like { .. }) => {
                    let pair = (column, around.clone());
                    if !found.wrapped.contains(&pair) {
                        found.wrapped.push(pair);
                    }
                    continue;
                }
                (None, Asks::Like { from_start: true }) => &mut found.prefix,
                (None, Asks::Like { from_start: false }) => &mut found.infix,
                (None, Asks::Equal | Asks::OneOf | Asks::Range) if test.under_or && !indexed => {
                    &mut found.under_or
                }
                (None, Asks::Equal | Asks::OneOf | Asks::Range) if test.joins && indexed => {
                    found.joined = true;
                    continue;
                }
                (None, Asks::Equal | Asks::OneOf | Asks::Range) if test.joins => &mut found.missing_join,
                (None, Asks::Equal | Asks::OneOf | Asks::Range) if indexed => &mut found.unused,
                (None, Asks::Equal | Asks::OneOf | Asks::Range) => &mut found.missing,
            };
            if !place.contains(&column) {
                place.push(column);
            }
        }
        found
    }

    /// Whether nothing but joins asks for rows of it.
    fn only_joins(&self) -> bool {
        [&self.missing, &self.unused, &self.under_or, &self.prefix, &self.infix]
            .iter()
            .all(|columns| columns.is_empty())
            && self.wrapped.is_empty()
    }

    fn is_empty(&self) -> bool {
        self.wrapped.is_empty()
            && [
                &self.missing,
                &self.missing_join,
                &self.unused,
                &self.under_or,
                &self.prefix,
                &self.infix,
                &self.unequal,
            ]
            .iter()
            .all(|columns| columns.is_empty())
    }

    fn why(&self, table: &TableFacts, facts: &SchemaFacts) -> String {
        let mut parts: Vec<String> = Vec::new();
        if let Some((column, around)) = self.wrapped.first() {
            parts.push(format!(
                "{column} stands inside {around}, so an index on {column} alone cannot serve it"
            ));
        }
        if !self.missing.is_empty() {
            parts.push(format!("no index on {}", either(&self.missing)));
        }
        if !self.under_or.is_empty() {
            parts.push(format!(
                "an OR needs an index for each arm, and {} {} none",
                listed(&self.under_or),
                if self.under_or.len() == 1 { "has" } else { "have" }
            ));
        }
        if let Some(column) = self.unused.first() {
            let mut indexes: Vec<&IndexFacts> =
                facts.indexes_of(&table.name).filter(|index| index.led_by(column)).collect();
            indexes.sort_by_key(|index| index.partial.is_some());
            parts.push(match indexes.first() {
                Some(IndexFacts { name, partial: None, .. }) => {
                    format!("index {name} on {column} is there and is not used")
                }
                Some(IndexFacts { name, partial: Some(condition), .. }) => {
                    format!("the only index on {column}, {name}, holds no rows but those where {condition}")
                }
                None => format!("the primary key {column} is not used"),
            });
        }
        if let Some(column) = self.infix.first() {
            parts.push(format!("a pattern that begins with a wildcard can match anywhere in {column}"));
        }
        if let Some(column) = self.prefix.first() {
            parts.push(format!("LIKE ignores case, so it needs an index on {column} COLLATE NOCASE"));
        }
        if !self.missing_join.is_empty() {
            parts.push(format!("no index on {}", either(&self.missing_join)));
        }
        if parts.is_empty() && !self.unequal.is_empty() {
            parts.push(format!("what {} must not be leaves most rows in", listed(&self.unequal)));
        }
        parts.truncate(2);
        parts.join("; ")
    }

    fn more(&self, table: &TableFacts) -> Option<String> {
        let name = &table.name;
        if let Some((column, around)) = self.wrapped.first() {
            return Some(format!(
                "An index on {name} ({column}) is sorted by {column}, not by {around}, so it is of no use here. Write the condition so \
                 that {column} stands alone (a month is a half-open range: >= its first day and < the next month's), or index \
                 the expression itself."
            ));
        }
        if let Some(column) = self.missing.first().or_else(|| self.missing_join.first()) {
            return Some(format!(
                "There is no index that starts with {column}, so the engine has to look at every row of {name}. An index \
                 on {name} ({column}) would let it go to the rows it wants; that pays where those are few, and costs \
                 a little on every write."
            ));
        }
        if !self.under_or.is_empty() {
            return Some(format!(
                "An OR is served by several indexes, one an arm. One arm without an index makes the whole a scan of {name}; two queries \
                 joined by UNION show it plainly."
            ));
        }
        if let Some(column) = self.unused.first() {
            return Some(format!(
                "An index on {name} ({column}) exists and the planner does not take it: the condition may match a large part of the \
                 rows, compare values of another type or collation, or be one that a sorted list cannot answer."
            ));
        }
        if self.infix.is_empty() && self.prefix.is_empty() {
            return None;
        }
        Some(format!(
            "An index is sorted from the first letter on, so it helps with a known beginning only. For LIKE it has to be COLLATE NOCASE, \
             for GLOB plain. A pattern with a wildcard in front reads all of {name}; full-text search is the tool for that."
        ))
    }
}

/// `a`, `a or b`.
fn either(columns: &[String]) -> String {
    match columns {
        [before @ .., last] if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        _ => columns.concat(),
    }
}
