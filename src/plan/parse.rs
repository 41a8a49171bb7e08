//! Reads the text of one line of EXPLAIN QUERY PLAN. Knows the grammar of the lines and no schema: names come in
//! from outside, so that a table called `a USING INDEX b` is still told from an index.

use super::node::{
    Access, BloomFilter, Kind, Method, Reading, SetOperator, Sort, Subquery, SubqueryForm, Target, Term,
    TermTest, Via, Work,
};

/// The names that may stand in a line, to tell where a name with spaces in it ends.
#[derive(Debug, Default)]
pub(super) struct Names {
    sources: Vec<String>,
    indexes: Vec<String>,
}

impl Names {
    pub(super) fn new(sources: impl Iterator<Item = String>, indexes: impl Iterator<Item = String>) -> Self {
        Names { sources: longest_first(sources), indexes: longest_first(indexes) }
    }
}

fn longest_first(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.filter(|n| !n.is_empty()).collect();
    names.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    names.dedup();
    names
}

/// Reads one line; a form that is not known gives `Kind::Raw`.
pub(super) fn line(detail: &str, names: &Names) -> Kind {
    fixed(detail).or_else(|| known(detail, names)).unwrap_or(Kind::Raw)
}

/// Lines that are always the same.
fn fixed(detail: &str) -> Option<Kind> {
    Some(match detail {
        "SCAN CONSTANT ROW" => Kind::ConstantRows { rows: 1 },
        "CREATE BLOOM FILTER" => Kind::CreateBloomFilter,
        "COMPOUND QUERY" => Kind::Compound,
        "LEFT-MOST SUBQUERY" => Kind::LeftMost,
        "MULTI-INDEX OR" => Kind::MultiIndexOr,
        "LEFT" => Kind::Left,
        "RIGHT" => Kind::Right,
        "SETUP" => Kind::Setup,
        "RECURSIVE STEP" => Kind::RecursiveStep,
        _ => return None,
    })
}

fn known(detail: &str, names: &Names) -> Option<Kind> {
    if let Some(rest) = detail.strip_prefix("SCAN ") {
        return constant_rows(rest).or_else(|| access(Method::Scan, rest, names));
    }
    if let Some(rest) = detail.strip_prefix("SEARCH ") {
        return access(Method::Search, rest, names);
    }
    if let Some(rest) = detail.strip_prefix("USE TEMP B-TREE FOR ") {
        return sort(rest);
    }
    if let Some(name) = detail.strip_prefix("CO-ROUTINE ") {
        return Some(Kind::Coroutine { name: name.to_owned() });
    }
    if let Some(name) = detail.strip_prefix("MATERIALIZE ") {
        return Some(Kind::Materialize { name: name.to_owned() });
    }
    if let Some(table) = detail.strip_prefix("RIGHT-JOIN ") {
        return Some(Kind::RightJoin { table: table.to_owned() });
    }
    if let Some(rest) = detail.strip_prefix("BLOOM FILTER ON ") {
        return bloom_filter(rest);
    }
    if let Some(number) = detail.strip_prefix("INDEX ") {
        return Some(Kind::OrArm { number: number.parse().ok()? });
    }
    if let Some(rest) = detail.strip_prefix("MERGE (") {
        return Some(Kind::Merge { operator: operator(rest.strip_suffix(')')?)? });
    }
    if let Some(rest) = detail.strip_prefix("USING ") {
        return in_operator(rest.strip_suffix(" FOR IN-OPERATOR")?);
    }
    subquery(detail).or_else(|| arm(detail))
}

/// `3 CONSTANT ROWS`
fn constant_rows(rest: &str) -> Option<Kind> {
    let rows = rest.strip_suffix(" CONSTANT ROWS").or_else(|| rest.strip_suffix(" CONSTANT ROW"))?;
    Some(Kind::ConstantRows { rows: rows.parse().ok()? })
}

/// `UNION ALL`, and `UNION USING TEMP B-TREE` of older engines.
fn arm(detail: &str) -> Option<Kind> {
    let (text, temp_b_tree) = match detail.strip_suffix(" USING TEMP B-TREE") {
        Some(text) => (text, true),
        None => (detail, false),
    };
    Some(Kind::Arm { operator: operator(text)?, temp_b_tree })
}

fn operator(text: &str) -> Option<SetOperator> {
    [SetOperator::Union, SetOperator::UnionAll, SetOperator::Intersect, SetOperator::Except]
        .into_iter()
        .find(|op| op.sql() == text)
}

fn subquery(detail: &str) -> Option<Kind> {
    if let Some(rest) = detail.strip_prefix("REUSE ") {
        let (form, number) = match rest.strip_prefix("LIST SUBQUERY ") {
            Some(number) => (SubqueryForm::List, number),
            None => (SubqueryForm::Scalar, rest.strip_prefix("SUBQUERY ")?),
        };
        return Some(Kind::Reuse { number: number.parse().ok()?, form });
    }
    let (correlated, rest) = match detail.strip_prefix("CORRELATED ") {
        Some(rest) => (true, rest),
        None => (false, detail),
    };
    let (form, number) = match rest.strip_prefix("LIST SUBQUERY ") {
        Some(number) => (SubqueryForm::List, number),
        None => (SubqueryForm::Scalar, rest.strip_prefix("SCALAR SUBQUERY ")?),
    };
    Some(Kind::Subquery(Subquery { number: number.parse().ok()?, form, correlated }))
}

fn sort(purpose: &str) -> Option<Kind> {
    let order = |last_terms| Sort::OrderBy { last_terms, keeps: None };
    Some(Kind::Sort(match purpose {
        "ORDER BY" => order(None),
        "LAST TERM OF ORDER BY" => order(Some(1)),
        "GROUP BY" => Sort::GroupBy,
        "DISTINCT" => Sort::Distinct,
        _ => {
            if let Some(rest) = purpose.strip_prefix("LAST ") {
                order(Some(rest.strip_suffix(" TERMS OF ORDER BY")?.parse().ok()?))
            } else if let Some(function) = purpose.strip_suffix("(DISTINCT)") {
                Sort::AggregateDistinct { function: function.to_owned() }
            } else {
                Sort::AggregateOrder { function: purpose.strip_suffix("(ORDER BY)")?.to_owned() }
            }
        }
    }))
}

fn in_operator(rest: &str) -> Option<Kind> {
    if let Some(table) = rest.strip_prefix("ROWID SEARCH ON TABLE ") {
        return Some(Kind::InOperator { index: None, table: Some(table.to_owned()) });
    }
    Some(Kind::InOperator { index: Some(rest.strip_prefix("INDEX ")?.to_owned()), table: None })
}

/// `p (order_id=?)`: the name may hold blanks and brackets, the terms close the line.
fn bloom_filter(rest: &str) -> Option<Kind> {
    rest.match_indices(" (").find_map(|(at, _)| {
        let terms = range(&rest[at..])?;
        Some(Kind::BloomFilter(BloomFilter { source: rest[..at].to_owned(), table: None, terms }))
    })
}

/// What follows SCAN or SEARCH. A name that is known wins; else the shortest one whose remainder reads well,
/// and that has no blank, since a blank then belongs to words that are not known.
fn access(method: Method, rest: &str, names: &Names) -> Option<Kind> {
    let by_name = names.sources.iter().find_map(|name| {
        let tail = rest.strip_prefix(name.as_str())?;
        Some((name.as_str(), way(tail, &names.indexes)?))
    });
    let (source, way) = match by_name {
        Some(found) => found,
        None if rest.ends_with("-ROW VALUES CLAUSE") => (rest, Way::plain()),
        None => {
            let end = rest.find(' ').unwrap_or(rest.len());
            (&rest[..end], way(&rest[end..], &names.indexes)?)
        }
    };
    let target = match source.strip_suffix("-ROW VALUES CLAUSE").and_then(|n| n.parse().ok()) {
        Some(rows) => Target::Values { rows },
        None => Target::Result,
    };
    Some(Kind::Access(Access {
        method,
        source: source.to_owned(),
        target,
        via: way.via,
        terms: way.terms,
        several_values: false,
        left_join: way.left_join,
        exists: way.exists,
        reading: Reading::Whole,
        counts_only: false,
        behind_the_scenes: false,
        work: Work::default(),
    }))
}

/// What stands behind the name of a source.
struct Way {
    via: Via,
    terms: Vec<Term>,
    left_join: bool,
    exists: bool,
}

impl Way {
    fn plain() -> Self {
        Way { via: Via::Rows, terms: Vec::new(), left_join: false, exists: false }
    }
}

/// ` EXISTS USING COVERING INDEX i (a=?) LEFT-JOIN`, each part optional.
fn way(tail: &str, indexes: &[String]) -> Option<Way> {
    let (tail, left_join) = match tail.strip_suffix(" LEFT-JOIN") {
        Some(tail) => (tail, true),
        None => (tail, false),
    };
    let (tail, exists) = match tail.strip_prefix(" EXISTS") {
        Some(tail) => (tail, true),
        None => (tail, false),
    };
    let (via, terms) = if tail.is_empty() {
        (Via::Rows, Vec::new())
    } else if let Some(plan) = tail.strip_prefix(" VIRTUAL TABLE INDEX ") {
        (Via::Virtual { plan: plan.to_owned() }, Vec::new())
    } else {
        using(tail.strip_prefix(" USING ")?, indexes)?
    };
    Some(Way { via, terms, left_join, exists })
}

fn using(rest: &str, indexes: &[String]) -> Option<(Via, Vec<Term>)> {
    if let Some(terms) = rest.strip_prefix("INTEGER PRIMARY KEY") {
        return Some((Via::IntegerKey, range(terms)?));
    }
    if let Some(terms) = rest.strip_prefix("PRIMARY KEY") {
        return Some((Via::TableKey, optional_range(terms)?));
    }
    if let Some(terms) = rest.strip_prefix("AUTOMATIC COVERING INDEX") {
        return Some((Via::Automatic { partial: false }, optional_range(terms)?));
    }
    if let Some(terms) = rest.strip_prefix("AUTOMATIC PARTIAL COVERING INDEX") {
        return Some((Via::Automatic { partial: true }, optional_range(terms)?));
    }
    let (covering, rest) = match rest.strip_prefix("COVERING INDEX ") {
        Some(rest) => (true, rest),
        None => (false, rest.strip_prefix("INDEX ")?),
    };
    let by_name = indexes.iter().find_map(|name| {
        let terms = optional_range(rest.strip_prefix(name.as_str())?)?;
        Some((name.as_str(), terms))
    });
    let (name, terms) = by_name.unwrap_or_else(|| {
        rest.match_indices(" (")
            .find_map(|(at, _)| Some((&rest[..at], range(&rest[at..])?)))
            .unwrap_or((rest, Vec::new()))
    });
    let via = Via::Index {
        index: name.to_owned(),
        keys: Vec::new(),
        covering,
        unique: false,
        partial: false,
        constraint: false,
    };
    Some((via, terms))
}

fn optional_range(text: &str) -> Option<Vec<Term>> {
    if text.is_empty() { Some(Vec::new()) } else { range(text) }
}

/// ` (a=? AND b>?)`. A piece that is no term by itself is half of a name with AND in it.
fn range(text: &str) -> Option<Vec<Term>> {
    let inside = text.strip_prefix(" (")?.strip_suffix(')')?;
    let mut terms = Vec::new();
    let mut start = 0;
    for end in inside.match_indices(" AND ").map(|(at, _)| at).chain([inside.len()]) {
        if let Some(term) = term(&inside[start..end]) {
            terms.push(term);
            start = (end + " AND ".len()).min(inside.len());
        }
    }
    (start == inside.len() && !terms.is_empty()).then_some(terms)
}

fn term(text: &str) -> Option<Term> {
    if let Some(column) = text.strip_prefix("ANY(").and_then(|t| t.strip_suffix(')')) {
        return Some(Term { columns: vec![column.to_owned()], test: TermTest::Any });
    }
    [(TermTest::Equal, '='), (TermTest::Above, '>'), (TermTest::Below, '<')].into_iter().find_map(
        |(test, sign)| {
            if let Some(columns) = text.strip_prefix('(') {
                let (columns, marks) = columns.split_once(&format!("){sign}("))?;
                let columns: Vec<String> = columns.split(',').map(str::to_owned).collect();
                let expected = format!("{})", vec!["?"; columns.len()].join(","));
                if columns.len() > 1 && marks == expected {
                    return Some(Term { columns, test });
                }
            }
            let column = text.strip_suffix('?')?.strip_suffix(sign)?;
            Some(Term { columns: vec![column.to_owned()], test })
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(detail: &str) -> String {
        let own =
            |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>().into_iter();
        let names = Names::new(own(&["t", "a b", "x USING INDEX y"]), own(&["i", "i (a)"]));
        match line(detail, &names) {
            Kind::Access(a) => {
                let terms: Vec<String> = a.terms.iter().map(ToString::to_string).collect();
                let marks = [(a.exists, " exists"), (a.left_join, " left")];
                let marks: String = marks.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
                format!(
                    "{:?} <{}> {:?} {:?} {}{marks}",
                    a.method,
                    a.source,
                    a.target,
                    a.via,
                    terms.join(" & ")
                )
            }
            kind => format!("{kind:?}"),
        }
    }

    #[test]
    fn lines_of_other_versions_and_odd_names() {
        let lines = [
            "SCAN t",
            "SCAN a b",
            "SCAN x USING INDEX y USING COVERING INDEX i (a) (a=?) LEFT-JOIN",
            "SEARCH t EXISTS USING INDEX i (a=? AND b>? AND b<?)",
            "SEARCH t USING INDEX nobody's (a b=? AND c AND d>?)",
            "SEARCH t USING INDEX i ((a,b)>(?,?) AND (a,b)<(?,?))",
            "SEARCH t USING INDEX i (ANY(a) AND b=?)",
            "SEARCH t USING AUTOMATIC PARTIAL COVERING INDEX (a=?)",
            "SEARCH t USING PRIMARY KEY (a=?)",
            "SCAN t VIRTUAL TABLE INDEX 0x2:a b (c)",
            "SCAN unknown USING INDEX i",
            "SCAN (subquery-12)",
            "SCAN 3-ROW VALUES CLAUSE",
            "SCAN 3 CONSTANT ROWS",
            "BLOOM FILTER ON a b (x=? AND y=?)",
            "REUSE SUBQUERY 4",
            "REUSE LIST SUBQUERY 4",
            "UNION USING TEMP B-TREE",
            "USE TEMP B-TREE FOR LAST 3 TERMS OF ORDER BY",
            "USING INDEX i (a) FOR IN-OPERATOR",
            "USING ROWID SEARCH ON TABLE a b FOR IN-OPERATOR",
            "MERGE (EXCEPT)",
            // None of these is known; each stays as it is.
            "SCAN two words",
            "SCAN t USING MAGIC 5",
            "SEARCH t USING INDEX i (a~?)",
            "USE TEMP B-TREE FOR RIGHT PART OF ORDER BY",
            "MERGE (XOR)",
            "INDEX one",
            "CO-ROUTINE",
            "SCAN",
            "",
        ];
        let out: String = lines
            .iter()
            .flat_map(|detail| [*detail, "\n    ", &read(detail), "\n"].map(str::to_owned))
            .collect();
        insta::assert_snapshot!(out);
    }
}
