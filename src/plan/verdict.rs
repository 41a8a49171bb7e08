//! The plan in one line: does this query use an index?

use serde::Serialize;

use super::node::{Access, Kind, Method, Node, Reading, Sort, Target, Term, TermTest, Via};
use super::words::{counted, grouped, index_called, listed, named};

/// Whether a query uses an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum IndexUse {
    /// It does, and reads no table whole.
    Yes,
    /// It does, and also reads something whole.
    Partly,
    /// It reads an index from end to end, in place of its table or for its order, and finds nothing by it.
    ReadWhole,
    /// It finds rows by primary keys and reads no table whole.
    PrimaryKeyOnly,
    /// It reads tables whole; at most a primary key helps.
    No,
    /// It reads no table.
    NothingRead,
}

/// The answer in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Whether it uses an index.
    pub uses_index: IndexUse,
    /// One sentence without a full stop.
    pub text: String,
}

/// What a plan does, gathered by what is said of it.
#[derive(Default)]
struct Doings {
    /// Indexes in which rows are found, or one end read.
    indexes: Vec<String>,
    primary_keys: Vec<String>,
    /// Tables that are read whole.
    scans: Vec<String>,
    /// Indexes that are read whole.
    whole_indexes: Vec<String>,
    automatic: Vec<String>,
    early: Vec<String>,
    others: Vec<String>,
    sorts: usize,
    distinct: bool,
    correlated: usize,
}

/// Judges a plan from its steps.
pub(super) fn judge(nodes: &[Node]) -> Verdict {
    let mut doings = Doings::default();
    for node in nodes {
        match &node.kind {
            Kind::Access(access) => doings.add(access),
            Kind::InOperator { table: Some(table), index: None } => {
                push(&mut doings.primary_keys, table.clone());
            }
            Kind::InOperator { table: Some(table), index: Some(_) } => {
                push(&mut doings.indexes, table.clone());
            }
            Kind::Sort(Sort::OrderBy { .. } | Sort::GroupBy | Sort::AggregateOrder { .. }) => {
                doings.sorts += 1;
            }
            Kind::Sort(Sort::Distinct | Sort::AggregateDistinct { .. }) => doings.distinct = true,
            Kind::Subquery(subquery) => doings.correlated += usize::from(subquery.correlated),
            Kind::InOperator { table: None, .. }
            | Kind::BloomFilter(_)
            | Kind::CreateBloomFilter
            | Kind::Coroutine { .. }
            | Kind::Materialize { .. }
            | Kind::Reuse { .. }
            | Kind::Compound
            | Kind::LeftMost
            | Kind::Arm { .. }
            | Kind::Merge { .. }
            | Kind::Left
            | Kind::Right
            | Kind::Setup
            | Kind::RecursiveStep
            | Kind::MultiIndexOr
            | Kind::OrArm { .. }
            | Kind::RightJoin { .. }
            | Kind::ConstantRows { .. }
            | Kind::Raw => {}
        }
    }
    Verdict { uses_index: doings.uses_index(), text: doings.text() }
}

impl Doings {
    fn add(&mut self, access: &Access) {
        if let Via::Automatic { .. } = access.via {
            let name = access.table().map_or_else(|| named(&access.source), str::to_owned);
            let columns: Vec<&str> =
                access.terms.iter().flat_map(|t| &t.columns).map(String::as_str).collect();
            push(&mut self.automatic, format!("{name} ({})", columns.join(", ")));
            return;
        }
        match &access.target {
            Target::Table { table, .. } => self.add_table(access, table),
            Target::Function => push(&mut self.others, access.source.clone()),
            Target::Result | Target::Values { .. } => {}
        }
    }

    fn add_table(&mut self, access: &Access, table: &str) {
        let all = |one: &str, many: &str| match access.table_rows() {
            Some(1) => format!("the one {one}"),
            Some(n) => format!("all {} {many}", grouped(n)),
            None => format!("every {one}"),
        };
        let again = match access.reading {
            Reading::Whole | Reading::Early => again(access),
            Reading::EarlyAtBest => format!(" at worst{}", again(access)),
        };
        match (&access.via, access.method) {
            (Via::Index { keys, .. }, _) if access.terms.is_empty() && !access.is_full_scan() => {
                push(&mut self.indexes, with_columns(table, keys));
            }
            (Via::Index { .. }, Method::Search) => {
                push(&mut self.indexes, with_columns(table, &asked(&access.terms)));
            }
            (Via::Index { covering: true, .. }, Method::Scan) => {
                push(
                    &mut self.whole_indexes,
                    format!(
                        "{} of {} on {table}{again}",
                        all("entry", "entries"),
                        index_called(&access.via, false)
                    ),
                );
            }
            (Via::Index { covering: false, .. }, Method::Scan) => {
                push(
                    &mut self.whole_indexes,
                    format!(
                        "{} of {table} in the order of {}{again}",
                        all("row", "rows"),
                        index_called(&access.via, false)
                    ),
                );
            }
            (Via::IntegerKey | Via::TableKey | Via::Rows, Method::Search) => {
                push(&mut self.primary_keys, table.to_owned());
            }
            (Via::Rows | Via::IntegerKey | Via::TableKey, Method::Scan)
                if access.reading == Reading::Early =>
            {
                push(&mut self.early, table.to_owned());
            }
            (Via::Rows | Via::IntegerKey | Via::TableKey, Method::Scan) => {
                push(&mut self.scans, format!("{} of {table}{again}", all("row", "rows")));
            }
            (Via::Automatic { .. } | Via::Virtual { .. }, Method::Scan | Method::Search) => {}
        }
    }

    fn uses_index(&self) -> IndexUse {
        let whole = !(self.scans.is_empty() && self.automatic.is_empty() && self.early.is_empty());
        if !self.indexes.is_empty() {
            if whole || !self.whole_indexes.is_empty() { IndexUse::Partly } else { IndexUse::Yes }
        } else if !self.whole_indexes.is_empty() {
            IndexUse::ReadWhole
        } else if whole {
            IndexUse::No
        } else if !self.primary_keys.is_empty() {
            IndexUse::PrimaryKeyOnly
        } else {
            IndexUse::NothingRead
        }
    }

    fn text(&self) -> String {
        let keys = |word: &str| match self.primary_keys.as_slice() {
            [] => None,
            tables => Some(format!("{word}{} by primary key", listed(tables))),
        };
        let mut parts: Vec<String> = Vec::new();
        let uses = self.uses_index();
        match uses {
            IndexUse::Yes | IndexUse::Partly => {
                let word = if self.indexes.len() == 1 { "an index" } else { "indexes" };
                parts.push(format!("Uses {word} on {}", listed(&self.indexes)));
                parts.extend(keys("finds "));
                parts.extend(group("reads ", &self.whole_indexes));
                parts.extend(group("scans ", &self.scans));
            }
            IndexUse::ReadWhole => {
                parts.push(format!("Uses an index, but reads it whole: {}", listed(&self.whole_indexes)));
                parts.extend(keys("finds "));
                parts.extend(group("scans ", &self.scans));
            }
            IndexUse::No => {
                let but = match self.primary_keys.as_slice() {
                    [] => String::new(),
                    [one] => format!(" but the primary key of {one}"),
                    tables => format!(" but the primary keys of {}", listed(tables)),
                };
                let whole = group("scans ", &self.scans)
                    .or_else(|| self.early_text())
                    .or_else(|| self.automatic_text());
                parts.push(format!("No index{but}: {}", whole.unwrap_or_default()));
            }
            IndexUse::PrimaryKeyOnly => {
                parts.push(format!("{}, and needs no index", keys("Finds ").unwrap_or_default()));
            }
            IndexUse::NothingRead => parts.push(match self.others.as_slice() {
                [] => "No table is read".to_owned(),
                others => format!("Reads {}, which no index of the schema serves", listed(others)),
            }),
        }
        let said = |text: &String| parts[0].ends_with(text.as_str());
        let early = self.early_text().filter(|text| !said(text));
        let automatic = self.automatic_text().filter(|text| !said(text));
        parts.extend(early);
        parts.extend(automatic);
        match self.correlated {
            0 => {}
            1 => parts.push("computes a subquery for each row".to_owned()),
            n => parts.push(format!("computes {n} subqueries for each row")),
        }
        match self.sorts {
            0 => {}
            1 => parts.push("sorts once".to_owned()),
            2 => parts.push("sorts twice".to_owned()),
            n => parts.push(format!("sorts {n} times")),
        }
        if self.distinct {
            parts.push("sets repeats apart".to_owned());
        }
        parts.join(", ")
    }

    fn early_text(&self) -> Option<String> {
        Some(format!("{} until enough rows are found", group("reads ", &self.early)?))
    }

    fn automatic_text(&self) -> Option<String> {
        Some(format!("{} for this run alone", group("builds an index on ", &self.automatic)?))
    }
}

fn group(verb: &str, items: &[String]) -> Option<String> {
    (!items.is_empty()).then(|| format!("{verb}{}", listed(items)))
}

/// Said where a whole reading happens more than once.
fn again(access: &Access) -> String {
    let work = access.work;
    let behind = if access.behind_the_scenes { " behind the scenes" } else { "" };
    match work.runs {
        Some(1) => behind.to_owned(),
        Some(n) if work.exact_runs => format!(" {}{behind}", counted(n, "time", "times")),
        Some(n) => format!(" up to {}{behind}", counted(n, "time", "times")),
        None => format!(" again and again{behind}"),
    }
}

/// The columns that a search gives values for.
fn asked(terms: &[Term]) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for term in terms.iter().filter(|term| term.test != TermTest::Any) {
        for column in &term.columns {
            if !columns.contains(column) {
                columns.push(column.clone());
            }
        }
    }
    columns
}

fn with_columns(table: &str, columns: &[String]) -> String {
    if columns.is_empty() { table.to_owned() } else { format!("{table} ({})", columns.join(", ")) }
}

fn push(list: &mut Vec<String>, item: String) {
    if !list.contains(&item) {
        list.push(item);
    }
}
