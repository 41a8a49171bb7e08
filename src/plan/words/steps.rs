//! What is said of the steps that read no table: sorts, subqueries, compounds and the rest.

use super::super::node::{Kind, SetOperator, Sort, Subquery, SubqueryForm};
use super::{Said, Speaker, counted, grouped, named};

impl Speaker<'_> {
    pub(super) fn sort(&self, at: usize, sort: &Sort) -> Said {
        match sort {
            Sort::OrderBy { last_terms, keeps } => self.order_by(at, *last_terms, *keeps),
            Sort::GroupBy => {
                let scope = self.steps[at].scope.map(|scope| &self.text.scopes[scope]);
                let keys = scope.map(|scope| scope.group_by.join(", ")).filter(|keys| !keys.is_empty());
                said(
                    keys.map_or_else(
                        || "sorts to bring groups together".to_owned(),
                        |keys| format!("sorts by {keys} to bring groups together"),
                    ),
                    Some("the rows do not come grouped from any index that is used"),
                    "GROUP BY needs equal keys side by side. An index led by the grouping columns gives them so, and \
                     then each group is finished before the next begins.",
                )
            }
            Sort::Distinct => said(
                "keeps the rows seen so far in a temporary tree, to leave out repeats".to_owned(),
                Some("DISTINCT, and no index in use brings equal rows together"),
                "Each row is looked up in a temporary tree. Where the columns are an index's first ones, repeats come \
                 side by side and no tree is needed; where a key makes rows unique, DISTINCT can go.",
            ),
            Sort::AggregateDistinct { function } => said(
                format!("keeps the values seen so far in a temporary tree, for {function}(DISTINCT …)"),
                Some("each value must count once"),
                "DISTINCT inside an aggregate needs memory for every different value. An index in the order of that \
                 column lets the engine compare with the value before instead.",
            ),
            Sort::AggregateOrder { function } => said(
                format!("sorts the rows of each group for {function}(… ORDER BY …)"),
                Some("the aggregate asks for an order of its own"),
                "The ORDER BY inside an aggregate is a sort of its own, of all rows that are aggregated.",
            ),
        }
    }

    fn order_by(&self, at: usize, last_terms: Option<u32>, keeps: Option<u64>) -> Said {
        if self.above_is(at, |kind| matches!(kind, Kind::Left | Kind::Right)) {
            return said(
                "sorts its rows".to_owned(),
                Some("a merge walks two sorted sides"),
                "UNION, INTERSECT and EXCEPT compare whole rows, so both sides are sorted by all their columns unless \
                 an index gives that order.",
            );
        }
        if self.is_for_window(at) {
            return said(
                "sorts for the window: by its PARTITION BY, then its ORDER BY".to_owned(),
                Some("the rows do not come in this order from any index that is used"),
                "A window function needs the rows of a partition together and in order. An index on the PARTITION BY \
                 columns followed by the ORDER BY columns takes the sort away.",
            );
        }
        let scope = self.steps[at].scope.map(|scope| &self.text.scopes[scope]);
        let keys: Vec<&str> =
            scope.map_or_else(Vec::new, |scope| scope.order_by.iter().map(|key| key.text.as_str()).collect());
        let computed = scope.is_some_and(|scope| scope.order_by.iter().any(|key| key.computed));
        let what = match (last_terms, keys.as_slice()) {
            (Some(n), []) => {
                format!("sorts by the last {} of the ORDER BY", counted(u64::from(n), "term", "terms"))
            }
            (Some(n), keys) => {
                let from = keys.len().saturating_sub(n as usize);
                format!("sorts by {} among rows equal before it", keys[from..].join(", "))
            }
            (None, []) => "sorts for ORDER BY".to_owned(),
            (None, keys) => format!("sorts by {}", keys.join(", ")),
        };
        let words =
            keeps.map_or_else(|| what.clone(), |n| format!("{what}, keeping the first {} only", grouped(n)));
        let why = if last_terms.is_some() {
            "the rows come in the order of the terms before, so small pieces are sorted, one after the other"
        } else if computed {
            "a key is computed, so no index on the columns holds the order"
        } else {
            "the rows do not come in this order from any index that is used"
        };
        let more = if keeps.is_some() {
            "With a LIMIT only the best rows are kept while reading, so the sort stays small; all rows still have to \
             be read first."
        } else {
            "A sort of n rows costs about n log n, and nothing can be given out before the last row is read. An index \
             whose columns stand in the order of the WHERE's equalities and then of the ORDER BY takes it away."
        };
        said(words, Some(why), more)
    }

    /// The engine feeds a window function from a subquery of its own making.
    fn is_for_window(&self, at: usize) -> bool {
        let windows = self.steps[at].scope.is_some_and(|scope| self.text.scopes[scope].windows);
        windows
            && self.select_is(
                at,
                |kind| matches!(kind, Kind::Coroutine { name } if name.starts_with("(subquery-")),
            )
    }

    pub(super) fn plain(&self, at: usize, kind: &Kind) -> Said {
        match kind {
            Kind::BloomFilter(filter) => said(
                format!(
                    "asks a Bloom filter first whether {} can have a match",
                    filter.table.clone().unwrap_or_else(|| named(&filter.source))
                ),
                Some("a quick no saves a look-up"),
                "A Bloom filter is a small table of bits made from the keys: where a bit is missing, the row has no \
                 match for sure, and the search is skipped. The planner adds it where it expects many rows without \
                 a match.",
            ),
            Kind::CreateBloomFilter => said(
                "fills a Bloom filter beside the list".to_owned(),
                Some("most values that are not in the list are then refused at once"),
                "The filter answers \"surely not\" or \"perhaps\"; only for \"perhaps\" the list itself is searched.",
            ),
            Kind::Coroutine { name } => {
                let inner = self.steps.iter().position(|step| step.select == self.steps[at].id);
                if inner.is_some_and(|inner| self.is_for_window(inner)) {
                    return said(
                        "hands the rows to the window function in its order".to_owned(),
                        None,
                        "A window function reads sorted rows one after the other; what stands under this line makes \
                         them.",
                    );
                }
                said(
                    format!("computes {} row by row, as the rows are asked for", named(name)),
                    None,
                    "A co-routine hands each row on as soon as it is made, so nothing is stored; it can be read once \
                     only.",
                )
            }
            Kind::Materialize { name } => said(
                format!("computes {} first and stores its rows", named(name)),
                Some("its rows are read more than once, or searched"),
                "Materialised means: computed once and kept in a temporary table. That is good where it is read \
                 again, and a cost where most of its rows are then thrown away.",
            ),
            Kind::Subquery(subquery) => subquery_words(*subquery),
            Kind::Reuse { number, form } => said(
                match form {
                    SubqueryForm::List => format!("uses the list of subquery {number} again"),
                    SubqueryForm::Scalar => format!("uses the value of subquery {number} again"),
                },
                Some("it was computed before"),
                "The subquery stands in the statement twice and is computed once.",
            ),
            Kind::InOperator { index, table } => in_operator(index.as_deref(), table.as_deref()),
            Kind::MultiIndexOr => said(
                "takes the arms of an OR one by one, each with an index of its own".to_owned(),
                Some("one index cannot serve an OR over different columns"),
                "Each arm is searched by its own index and rows found before are skipped. One arm without an index \
                 would make the whole a full scan.",
            ),
            Kind::OrArm { number } => said(format!("arm {number} of the OR"), None, "One side of the OR."),
            Kind::RightJoin { table } => said(
                format!("then reads {table} for rows that found no partner"),
                Some("RIGHT and FULL JOIN keep them"),
                "A RIGHT or FULL JOIN needs a second pass over the right table, for the rows that matched nothing.",
            ),
            Kind::ConstantRows { rows } => said(
                format!("makes {} from constants", counted(*rows, "row", "rows")),
                None,
                "No table is read.",
            ),
            Kind::Compound
            | Kind::LeftMost
            | Kind::Arm { .. }
            | Kind::Merge { .. }
            | Kind::Left
            | Kind::Right
            | Kind::Setup
            | Kind::RecursiveStep => parts_of_compound(kind),
            Kind::Access(_) | Kind::Sort(_) | Kind::Raw => said(
                self.steps[at].detail.clone(),
                None,
                "This line is of a form that is not known here: it is shown as the engine wrote it.",
            ),
        }
    }
}

fn said(words: String, why: Option<&str>, more: &str) -> Said {
    Said { words, why: why.map(str::to_owned), more: more.to_owned() }
}

fn parts_of_compound(kind: &Kind) -> Said {
    match kind {
        Kind::Compound => said(
            "runs several queries one after the other".to_owned(),
            None,
            "UNION ALL gives out the rows of each arm as they come: nothing is sorted or compared.",
        ),
        Kind::LeftMost => said("the first query".to_owned(), None, "The first arm of the compound query."),
        Kind::Arm { operator, temp_b_tree: true } => said(
            format!("then the next query, {}, through a temporary tree", operator.sql()),
            Some("repeats are told apart in it"),
            "UNION, INTERSECT and EXCEPT compare whole rows; UNION ALL does not, and is cheaper where no repeats can \
             occur.",
        ),
        Kind::Arm { operator, temp_b_tree: false } => said(
            format!("then the next query, {}", operator.sql()),
            None,
            "A further arm of the compound query.",
        ),
        Kind::Merge { operator } => said(
            format!("walks two sorted sides together, for {}", operator.sql()),
            Some(match operator {
                SetOperator::UnionAll => "the ORDER BY is kept by merging",
                SetOperator::Union | SetOperator::Intersect | SetOperator::Except => "equal rows then meet",
            }),
            "Both sides are produced in the same order and compared row by row. UNION always costs this; write UNION \
             ALL where no repeats can occur or repeats are wanted.",
        ),
        Kind::Left => said("the left side".to_owned(), None, "The left side of the merge."),
        Kind::Right => said("the right side".to_owned(), None, "The right side of the merge."),
        Kind::Setup => said(
            "the rows it starts with".to_owned(),
            None,
            "The part before UNION: it runs once and fills the queue.",
        ),
        _ => said(
            "for each row in the queue, the rows that follow from it".to_owned(),
            None,
            "The part after UNION runs once for every row in the queue, so a table that it joins wants an index on \
             the column it is joined by.",
        ),
    }
}

fn in_operator(index: Option<&str>, table: Option<&str>) -> Said {
    let words = match (index, table) {
        (Some(index), Some(table)) => format!("looks values up in index {index} of {table}, for IN"),
        (Some(index), None) => format!("looks values up in index {index}, for IN"),
        (None, Some(table)) => format!("looks values up by the primary key of {table}, for IN"),
        (None, None) => "looks values up by a primary key, for IN".to_owned(),
    };
    said(
        words,
        Some("the list is there already, sorted: none has to be made"),
        "IN (SELECT column FROM t) needs a sorted list; an index on that column is one, so the subquery is not run at \
         all.",
    )
}

fn subquery_words(subquery: Subquery) -> Said {
    let Subquery { number, form, correlated } = subquery;
    let what = match form {
        SubqueryForm::Scalar => "subquery",
        SubqueryForm::List => "the list of subquery",
    };
    if correlated {
        return said(
            format!("computes {what} {number} anew for each row outside"),
            Some("it is correlated: it uses a column of the row outside"),
            "A correlated subquery is a loop in disguise: it costs its own work times the number of rows outside. \
             With an index for its condition that is cheap; without one it is quadratic. A join to a grouped subquery \
             computes it once for all rows.",
        );
    }
    said(
        format!("computes {what} {number} once"),
        Some("it does not depend on the row outside"),
        match form {
            SubqueryForm::Scalar => "The value is computed at its first use and kept for all rows.",
            SubqueryForm::List => {
                "The values are put into a sorted list once; each row then looks itself up in it."
            }
        },
    )
}
