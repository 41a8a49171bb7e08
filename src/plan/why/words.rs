//! The causes in words: one sentence with figures, and one for an interview.

use super::{NotUsed, cause::Cause, desk::Desk};
use crate::{
    cost::Cost,
    plan::{
        input::{IndexFacts, IndexOrigin},
        words::{counted, grouped, listed},
    },
};

/// Fills in the sentences of a cause.
pub(super) fn say(desk: &Desk<'_>, unused: &mut NotUsed) {
    let index = desk.facts.index(&unused.index);
    unused.called = match index {
        Some(index) if index.origin != IndexOrigin::Created => format!("the unique key ({})", unused.keys),
        Some(_) | None => format!("{} ({})", unused.index, unused.keys),
    };
    let rows = desk.rows(&unused.table);
    let costs = unused.chosen.zip(unused.forced);
    unused.brief = brief(&unused.cause);
    unused.words = words(&unused.cause, &Said { index, table: &unused.table, rows, costs });
    unused.say = interview(&unused.cause, costs).to_owned();
}

fn brief(cause: &Cause) -> String {
    match cause {
        Cause::Function { name, .. } => format!("{name}() hides the column"),
        Cause::Arithmetic { .. } => "something is computed from the column".to_owned(),
        Cause::Cast { .. } => "CAST hides the column".to_owned(),
        Cause::UnaryPlus { .. } => "a plus stands before the column".to_owned(),
        Cause::Expression { .. } => "the condition is no comparison of the column".to_owned(),
        Cause::OtherExpression { .. } => "the query asks for another expression".to_owned(),
        Cause::Collation { .. } => "the query compares by another collation".to_owned(),
        Cause::LikeCase { .. } => "LIKE makes no difference between a and A".to_owned(),
        Cause::GlobCase { .. } => "GLOB tells a from A, and the index does not".to_owned(),
        Cause::Wildcard { .. } => "the pattern begins with a wildcard".to_owned(),
        Cause::PatternParameter { .. } => "the pattern is known only when the query runs".to_owned(),
        Cause::Types { .. } => "the types that are compared differ".to_owned(),
        Cause::Or { blocking } if blocking.is_empty() => "the arms of the OR do not go together".to_owned(),
        Cause::Or { .. } => "no index serves the other side of the OR".to_owned(),
        Cause::OrAcross { .. } => "the other side of the OR asks another table".to_owned(),
        Cause::OptionalFilter { .. } => "the filter may be switched off".to_owned(),
        Cause::LeadingColumn { lead, .. } => format!("the query does not ask for {lead}, its first column"),
        Cause::Unequal { operator, .. } => format!("{operator} asks what must not be"),
        Cause::SameRow { .. } => "the column is compared with another of its row".to_owned(),
        Cause::OuterJoin { .. } => "the condition is the ON of an outer join".to_owned(),
        Cause::PartialCondition { condition } => format!("it holds only rows with {condition}"),
        Cause::Parameter { condition, parameter } => {
            format!("it holds only rows with {condition}, and {parameter} may be anything")
        }
        Cause::Forbidden => "the query forbids it".to_owned(),
        Cause::OrderExpression { .. } => "the order is that of an expression".to_owned(),
        Cause::Directions => "the order goes up in one column and down in another".to_owned(),
        Cause::Nulls => "the order has its NULLs at the other end".to_owned(),
        Cause::JoinOrder { .. } => "the join goes the other way".to_owned(),
        Cause::Dearer => "the planner thinks it dearer".to_owned(),
        Cause::Misjudged => "the planner thinks it dearer, and is mistaken".to_owned(),
        Cause::NoStatistics => "there are no statistics: ANALYZE".to_owned(),
        Cause::Unexplained => "no trial tells why".to_owned(),
    }
}

/// What there is to say it with.
struct Said<'a> {
    index: Option<&'a IndexFacts>,
    table: &'a str,
    rows: Option<u64>,
    costs: Option<(Cost, Cost)>,
}

impl Said<'_> {
    fn all_rows(&self) -> String {
        match self.rows {
            Some(rows) => counted(rows, "row", "rows"),
            None => "all rows".to_owned(),
        }
    }

    /// `8,701 steps and 9 pages against 4,021 and 2,004`.
    fn against(&self) -> String {
        self.costs.map_or_else(
            || "it was not measured".to_owned(),
            |(chosen, forced)| {
                format!(
                    "forced, it takes {} and {}, against {} and {} without it",
                    counted(forced.steps, "step", "steps"),
                    counted(forced.pages, "page", "pages"),
                    grouped(chosen.steps),
                    grouped(chosen.pages),
                )
            },
        )
    }
}

fn words(cause: &Cause, said: &Said<'_>) -> String {
    let rows = said.all_rows();
    match cause {
        Cause::Function { expr, name, column } => format!(
            "{name}() hides the column: the index holds {column} and not {expr}, so that is computed row by row, for up to {rows} of {}; with {column} alone it can be searched",
            said.table
        ),
        Cause::Arithmetic { expr, column } => format!(
            "something is computed from the column: the index holds {column} and not {expr}, so that is computed row by row, for up to {rows} of {}; with {column} alone it can be searched",
            said.table
        ),
        Cause::Cast { expr, column } => format!(
            "CAST hides the column: the index holds {column} and not {expr}; with {column} alone it can be searched"
        ),
        Cause::UnaryPlus { column } => format!(
            "the plus before {column} makes an expression of it, which is how one forbids an index in SQLite; without it the index can be searched"
        ),
        Cause::Expression { expr, column } => format!(
            "{expr} is no comparison of {column} by itself; with one the index can be searched"
        ),
        Cause::OtherExpression { expr, key } => format!(
            "the index holds {key} and the query asks for {expr}: an index on an expression serves that very expression only"
        ),
        Cause::Collation { index, column } => format!(
            "the index is ordered by {index}, and {column} is compared or sorted by another collation; by {index} it can be searched"
        ),
        Cause::LikeCase { column, pattern } => format!(
            "LIKE takes a and A for the same, and an index on {column} tells them apart, so {pattern} is no range in it; GLOB, or an index with COLLATE NOCASE, can be searched"
        ),
        Cause::GlobCase { column } => format!(
            "GLOB tells a from A, and the index on {column}, which is NOCASE, does not; LIKE can be searched in it"
        ),
        Cause::Wildcard { pattern } => format!(
            "{pattern} begins with a wildcard, so the matches may stand anywhere in the index; with a fixed beginning it can be searched"
        ),
        Cause::PatternParameter { pattern } => format!(
            "the pattern {pattern} is not known when the query is planned; with a pattern in the text, whose beginning is fixed, the index can be searched"
        ),
        Cause::Types { column, column_type, other } => format!(
            "{column} is {column_type} and {other} is not, so it is {column} that would have to be converted, row by row; with {other} cast to the column's type it can be searched"
        ),
        Cause::Or { blocking } if blocking.is_empty() => {
            "the arms of the OR can be searched one by one, but not together in this query".to_owned()
        }
        Cause::Or { blocking } => format!(
            "no index serves the other side of the OR, {}: rows that only it lets through could be anywhere in the table; without it the index can be searched",
            listed(blocking)
        ),
        Cause::OrAcross { arm } => format!(
            "the other side of the OR, {arm}, asks another table: whether a row is let through is known only once the two are joined; alone, this side can be searched"
        ),
        Cause::OptionalFilter { arm } => format!(
            "{arm} asks no column: one plan must serve the case where all rows are let through; alone, the other side can be searched"
        ),
        Cause::LeadingColumn { lead, column } => format!(
            "the index is ordered by {lead} first, which the query gives no value for: entries of one {column} stand all over it; with a value for {lead} it can be searched"
        ),
        Cause::Unequal { operator, column } => format!(
            "{operator} asks what {column} must not be, which leaves rows at both ends of the index; asked for equality it can be searched"
        ),
        Cause::SameRow { column, other } => format!(
            "{column} is compared with {other} of the same row, so there is no value to look for; with a fixed one it can be searched"
        ),
        Cause::OuterJoin { column } => format!(
            "the condition on {column} stands in the ON of an outer join, which keeps the rows that it is not true for; in an inner join it can be searched"
        ),
        Cause::PartialCondition { condition } => format!(
            "the index holds only rows with {condition}, and the query does not ask for those alone; with this condition added it can be used"
        ),
        Cause::Parameter { condition, parameter } => format!(
            "the index holds only rows with {condition}, and what {parameter} will be is not known when the query is planned; with the value in the text it can be used"
        ),
        Cause::Forbidden => "the query forbids it, by NOT INDEXED or by naming another index".to_owned(),
        Cause::OrderExpression { expr, column } => format!(
            "rows are sorted by {expr}, which the index does not hold; by {column} alone it gives the order"
        ),
        Cause::Directions => {
            "ORDER BY goes up in one column and down in another, and the index goes one way in both; read from either end, it cannot give that order".to_owned()
        }
        Cause::Nulls => {
            "ORDER BY puts NULLs at the other end than the index, where NULL is the least value".to_owned()
        }
        Cause::JoinOrder { column, other } => format!(
            "the join goes the other way, from {column} to {other}; begun at {other}, it could search the index: {}",
            said.against()
        ),
        Cause::Dearer => match said.costs {
            None => "it can be used, and the planner thinks it dearer".to_owned(),
            Some((chosen, forced)) => {
                let judged = if forced.total() >= chosen.total() { "rightly" } else { "and it is next to no cheaper" };
                format!("the planner thinks it dearer, {judged}: {}{}", said.against(), average(said))
            }
        },
        Cause::Misjudged => {
            format!("the planner thinks it dearer, and is mistaken: {}", said.against())
        }
        Cause::NoStatistics => format!(
            "without statistics the planner takes it for the dearer way: {}; after ANALYZE it is used",
            said.against()
        ),
        Cause::Unexplained => {
            "none of the changes that were tried makes the planner search it, so the cause is not known".to_owned()
        }
    }
}

/// `, and a value of status has 500 rows of 2,000 on average`, where ANALYZE has counted.
fn average(said: &Said<'_>) -> String {
    match (said.index, said.rows) {
        (Some(index), Some(rows)) => match (index.keys.first(), index.rows_per_key.first()) {
            (Some(key), Some(average)) if rows > 0 => format!(
                "; ANALYZE has found {} of {} to a value of {} on average",
                counted(*average, "row", "rows"),
                grouped(rows),
                key.text()
            ),
            _ => String::new(),
        },
        _ => String::new(),
    }
}

fn interview(cause: &Cause, costs: Option<(Cost, Cost)>) -> &'static str {
    match cause {
        Cause::Function { .. } => {
            "An index stores the column, not what a function makes of it. I compare the bare column with a range, or I index the expression."
        }
        Cause::Arithmetic { .. } => {
            "I keep the column alone on its side and move the arithmetic to the constant."
        }
        Cause::Cast { .. } | Cause::Types { .. } => {
            "Comparing different types converts one side. If that is the column, its index is lost, so keys that are joined should have one type."
        }
        Cause::UnaryPlus { .. } | Cause::Forbidden => {
            "Somebody has switched the index off by hand. I would measure whether that is still right."
        }
        Cause::Expression { .. } => {
            "An index serves a column compared with a value, so I would state the condition that way."
        }
        Cause::OtherExpression { .. } => {
            "An expression index is matched by the expression itself, so query and index must say the same."
        }
        Cause::Collation { .. } => {
            "An index is sorted by one collation and serves comparisons by that one only."
        }
        Cause::LikeCase { .. } => {
            "In SQLite, LIKE ignores the case of ASCII letters, so a prefix search needs a NOCASE index; GLOB or a range can use the plain one."
        }
        Cause::GlobCase { .. } => {
            "GLOB needs an index that tells upper from lower case, which NOCASE does not."
        }
        Cause::Wildcard { .. } => {
            "A B-tree finds what a text begins with. For what it contains I would look at full-text search."
        }
        Cause::PatternParameter { .. } => {
            "The plan is made before the parameter has a value, so a pattern in it is no range yet."
        }
        Cause::Or { .. } => {
            "An OR is served by indexes only if every arm has one. I would index the other arm too, or split the query into a UNION."
        }
        Cause::OrAcross { .. } => {
            "An OR across two tables is decided after the join. Split into a UNION, each half begins with its own index."
        }
        Cause::OptionalFilter { .. } => {
            "An optional filter in SQL gets one plan for both cases. I would send two statements, or the halves joined by UNION ALL."
        }
        Cause::LeadingColumn { .. } => {
            "An index on (a, b) is like a phone book by surname: of no use for a first name alone."
        }
        Cause::Unequal { .. } => {
            "What must not be is most of the table as a rule, and then a scan is right; for the rare rest a partial index helps."
        }
        Cause::SameRow { .. } => {
            "Two columns of one row compared give no key to look for; an index on their difference would."
        }
        Cause::OuterJoin { .. } => {
            "ON of an outer join only decides who finds a partner; it leaves no row of the outer side out."
        }
        Cause::PartialCondition { .. } => {
            "A partial index serves a query only if the query's own condition implies that of the index."
        }
        Cause::Parameter { .. } => {
            "The planner must prove that the query stays within a partial index, and a parameter proves nothing."
        }
        Cause::OrderExpression { .. } => {
            "An index gives the order of its own keys. I would order by the column, or index the expression."
        }
        Cause::Directions => {
            "For ORDER BY a, b DESC the index must be on (a, b DESC), or the other way round."
        }
        Cause::Nulls => "NULL sorts first in SQLite; NULLS LAST is another order than that of the index.",
        Cause::JoinOrder { .. } => {
            "An index helps the inner table of a join. Which table is inner, the planner decides by cost."
        }
        Cause::Dearer => match costs {
            Some((chosen, forced)) if forced.pages > chosen.pages => {
                "Every index hit is one more look-up in the table, so when many rows match, or a better way is there, the planner is right to leave it."
            }
            Some(_) | None => "There is a better way to these rows, and the planner has found it.",
        },
        Cause::Misjudged => {
            "The planner estimates each condition by itself. Where columns hang together it may be wrong, and then only measuring tells."
        }
        Cause::NoStatistics => {
            "I would run ANALYZE before anything else: the planner only guesses without it."
        }
        Cause::Unexplained => {
            "I would compare the plan with the index forced, and change one thing at a time."
        }
    }
}
