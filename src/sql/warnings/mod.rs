//! What SQLite accepts in silence and hardly anybody means. A warning is a remark, never a verdict: each rule is drawn so
//! narrowly that a right answer gets none.

mod dates;
mod grouping;
mod joins;
mod values;

use super::ast::{Core, Expr, Query, Select};
use super::lexer::Span;
use super::names::SchemaNames;
use super::parse::parse_query;
use super::resolve::{Resolution, resolve};
use super::visit::{all_queries, each_expr, query_exprs};

/// A remark on a statement that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What it is about.
    pub code: WarningCode,
    /// One sentence.
    pub message: String,
    /// What it is about in the text.
    pub span: Span,
}

macro_rules! codes {
    ($($variant:ident $text:literal $doc:literal),+ $(,)?) => {
        /// What a warning is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum WarningCode {
            $(#[doc = $doc] $variant,)+
        }

        impl WarningCode {
            /// The code as programs see it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(WarningCode::$variant => $text,)+
                }
            }
        }
    };
}

codes! {
    BareColumn "bare-column" "A column under GROUP BY that is neither grouped by nor aggregated.",
    BesideMinMax "beside-min-max" "A bare column beside MIN or MAX: SQLite takes it from that row, others refuse it.",
    UnquotedDate "unquoted-date" "A date without quotes, which is a subtraction.",
    DateArithmetic "date-arithmetic" "A number added to a date's text.",
    CastAsDate "cast-as-date" "A cast to DATE, which makes a number.",
    TextIsNoNumber "text-is-no-number" "A date part, which is text, compared with a number.",
    BetweenDays "between-days" "BETWEEN on times with a day as its end.",
    NullComparison "null-comparison" "A comparison with NULL.",
    NotInNull "not-in-null" "NOT IN over values that may be NULL.",
    TextPlus "text-plus" "A text added with +.",
    TextAsCondition "text-as-condition" "A text as an operand of AND or OR.",
    ChainedComparison "chained-comparison" "A comparison of a comparison.",
    IntegerDivision "integer-division" "A division of counts or sums, which drops the fraction.",
    DistinctSum "distinct-sum" "A sum or average of distinct values.",
    ConstantKey "constant-key" "A text as a key of ORDER BY or GROUP BY.",
    CountStar "count-star" "COUNT(*) of groups that LEFT JOIN keeps, which is 1 for none.",
    LimitWithoutOrder "limit-without-order" "LIMIT without ORDER BY.",
    SameUnion "same-union" "A UNION of two equal queries.",
    Cartesian "cartesian" "Tables that no condition joins.",
    SelfComparison "self-comparison" "A column compared with itself.",
    OuterJoinUndone "outer-join-undone" "A condition in WHERE that drops what LEFT JOIN kept.",
}

/// Warnings for a query, in the order of its text; none where it does not parse.
pub fn warnings(sql: &str, names: &SchemaNames) -> Vec<Warning> {
    let Ok(query) = parse_query(sql) else { return Vec::new() };
    let resolution = resolve(&query, sql, names);
    let mut notes = Notes { sql, names, found: &resolution, out: Vec::new() };
    for inner in all_queries(&query) {
        values::query(&mut notes, inner);
        for (place, expr) in query_exprs(inner) {
            values::key(&mut notes, place, expr);
            each_expr(expr, &mut |e| {
                dates::expr(&mut notes, e);
                values::expr(&mut notes, e);
            });
        }
        for select in selects(inner) {
            grouping::select(&mut notes, select);
            joins::select(&mut notes, select);
        }
    }
    grouping::limits(&mut notes, &query);
    let mut out = notes.out;
    out.sort_by_key(|w| (w.span, w.code));
    out.dedup();
    out
}

fn selects(query: &Query) -> impl Iterator<Item = &Select> {
    query.cores().filter_map(|core| match core {
        Core::Select(select) => Some(&**select),
        Core::Values(_) => None,
    })
}

/// What has been noticed so far, and what the rules look at.
struct Notes<'a> {
    sql: &'a str,
    names: &'a SchemaNames,
    found: &'a Resolution,
    out: Vec<Warning>,
}

impl<'a> Notes<'a> {
    fn warn(&mut self, code: WarningCode, span: Span, message: impl Into<String>) {
        self.out.push(Warning { code, message: message.into(), span });
    }

    fn text(&self, expr: &Expr) -> &'a str {
        expr.span.text(self.sql)
    }
}
