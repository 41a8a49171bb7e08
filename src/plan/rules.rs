//! What rules ask of a plan: yes or no, or the steps in question. Judges nothing: which answer is wanted is the
//! asker's affair.

use super::Plan;
use super::node::{Access, Kind, Method, Node, Sort, Subquery, TermTest, Via};

/// What a sort is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// ORDER BY.
    OrderBy,
    /// GROUP BY.
    GroupBy,
    /// DISTINCT, that of an aggregate too.
    Distinct,
    /// ORDER BY inside an aggregate.
    Aggregate,
}

/// Which sorts of a plan have to do with all rows, so that they cost n log n where n grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sorters {
    /// One is fed by rows that are read: for GROUP BY, for a window, for one side of UNION.
    pub of_rows_read: bool,
    /// One is fed by the rows of the result: ORDER BY without LIMIT. It grows only if the result does.
    pub of_result: bool,
}

impl Sort {
    /// What the sort is for.
    pub fn purpose(&self) -> Purpose {
        match self {
            Sort::OrderBy { .. } => Purpose::OrderBy,
            Sort::GroupBy => Purpose::GroupBy,
            Sort::Distinct | Sort::AggregateDistinct { .. } => Purpose::Distinct,
            Sort::AggregateOrder { .. } => Purpose::Aggregate,
        }
    }
}

impl Plan {
    /// Accesses that read every row of a table, or every entry of one of its indexes, at least where few rows match.
    pub fn full_scans(&self) -> impl Iterator<Item = &Access> {
        self.accesses().filter(|access| access.is_full_scan())
    }

    /// Full scans of tables of more than `rows` rows; a table whose rows nobody counted is taken to be large.
    pub fn full_scans_above(&self, rows: u64) -> impl Iterator<Item = &Access> {
        self.full_scans().filter(move |access| access.table_rows().is_none_or(|n| n > rows))
    }

    /// The accesses of one table, under whatever alias.
    pub fn accesses_of<'a>(&'a self, table: &'a str) -> impl Iterator<Item = &'a Access> {
        self.accesses()
            .filter(move |access| access.table().is_some_and(|name| name.eq_ignore_ascii_case(table)))
    }

    /// The sorts, and what else needs a temporary tree.
    pub fn sorts(&self) -> impl Iterator<Item = &Sort> {
        self.nodes.iter().filter_map(|node| if let Kind::Sort(sort) = &node.kind { Some(sort) } else { None })
    }

    /// Whether there is a sort for this purpose.
    pub fn sorts_for(&self, purpose: Purpose) -> bool {
        self.sorts().any(|sort| sort.purpose() == purpose)
    }

    /// Whether rows of `table` are found by a lasting index, or by the table's own key, that starts with `column`:
    /// by a value or a bound of it, or at one of its ends.
    pub fn uses_index_led_by(&self, table: &str, column: &str) -> bool {
        let is = |name: &str| name.eq_ignore_ascii_case(column);
        self.accesses_of(table).filter(|access| access.method == Method::Search).any(|access| {
            let asked = access.terms.first().is_some_and(|term| {
                term.test != TermTest::Any && term.columns.first().is_some_and(|name| is(name))
            });
            match &access.via {
                Via::Index { keys, .. } => {
                    keys.first().is_some_and(|key| is(key)) && (asked || access.reads_one_end())
                }
                Via::IntegerKey | Via::TableKey => asked,
                Via::Rows | Via::Automatic { .. } | Via::Virtual { .. } => false,
            }
        })
    }

    /// Accesses through an index that is built for this run alone.
    pub fn automatic_indexes(&self) -> impl Iterator<Item = &Access> {
        self.accesses().filter(|access| matches!(access.via, Via::Automatic { .. }))
    }

    /// Subqueries that run anew for each row outside.
    pub fn correlated(&self) -> impl Iterator<Item = &Subquery> {
        self.nodes.iter().filter_map(|node| match &node.kind {
            Kind::Subquery(subquery) if subquery.correlated => Some(subquery),
            _ => None,
        })
    }

    /// Whether `table` is read, and never itself: lasting indexes give all that is needed of it.
    pub fn covering(&self, table: &str) -> bool {
        let mut any = false;
        let all = self.accesses_of(table).all(|access| {
            any = true;
            matches!(access.via, Via::Index { covering: true, .. })
        });
        any && all
    }

    /// The names of the lasting indexes in use, each once, in the order of the plan.
    pub fn indexes_used(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for node in &self.nodes {
            let (Kind::Access(Access { via: Via::Index { index: name, .. }, .. })
            | Kind::InOperator { index: Some(name), .. }) = &node.kind
            else {
                continue;
            };
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// Which sorts have to do with all rows.
    pub fn sorters(&self) -> Sorters {
        let mut sorters = Sorters::default();
        for node in &self.nodes {
            let Kind::Sort(sort) = &node.kind else { continue };
            if !self.is_fed_by_many(node) {
                continue;
            }
            match sort {
                Sort::OrderBy { last_terms: None, keeps: None } if node.parent == 0 => {
                    sorters.of_result = true;
                }
                Sort::OrderBy { last_terms: None, keeps: None }
                | Sort::GroupBy
                | Sort::AggregateOrder { .. } => {
                    sorters.of_rows_read = true;
                }
                // Small pieces, few rows, or a tree of the different values only.
                Sort::OrderBy { .. } | Sort::Distinct | Sort::AggregateDistinct { .. } => {}
            }
        }
        sorters
    }

    /// Whether the loops beside a sort can give more than a row or two.
    fn is_fed_by_many(&self, sort: &Node) -> bool {
        self.children(sort.parent).any(|node| match &node.kind {
            Kind::Access(access) => !access.finds_one() && !access.reads_one_end(),
            Kind::MultiIndexOr => true,
            _ => false,
        })
    }

    /// The accesses in a form that compares: which way each table is read, whatever the order and the aliases.
    pub fn ways(&self) -> Vec<String> {
        let mut ways: Vec<String> = self.accesses().filter_map(way).collect();
        ways.sort_unstable();
        ways
    }
}

/// `the automatic index on orders`, `the scan of orders`; nothing for what is no table of the schema.
fn way(access: &Access) -> Option<String> {
    if let Via::Automatic { .. } = access.via {
        return Some(format!("the automatic index on {}", access.table().unwrap_or("a subquery's rows")));
    }
    let table = access.table()?;
    Some(match (&access.via, access.method) {
        (Via::Index { index, covering: true, .. }, Method::Scan) => {
            format!("the scan of index {index} in place of {table}")
        }
        (Via::Index { index, covering: false, .. }, Method::Scan) => {
            format!("the scan of {table} in the order of {index}")
        }
        (Via::Index { index, .. }, Method::Search) => format!("the search of {table} in {index}"),
        (_, Method::Search) => format!("the search of {table} by primary key"),
        (_, Method::Scan) => format!("the scan of {table}"),
    })
}
