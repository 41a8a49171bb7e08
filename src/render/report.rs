//! A report as a learner reads it, and as JSON.

use serde_json::{Map, Value as Json, json};

use super::{
    block::{self, Block},
    cell::count,
    fault::{self, Look, Place},
    json, rules,
    text::wrap,
};
use crate::{
    differ::{
        compare::same_value,
        difference::{Counterexample, Difference},
    },
    engine::Failure,
    judge::{
        Report, Verdict,
        report::{Costs, Fault},
    },
    value::{Row, Table},
};

/// How a report looks.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// How wide it may be.
    pub width: usize,
    /// Whether colours may be used.
    pub color: bool,
    /// Whether somebody listens instead of looking.
    pub accessible: bool,
}

impl Page {
    pub(super) fn right(self, text: &str) -> String {
        self.head("✓ ", "\x1b[32m", text)
    }

    pub(super) fn wrong(self, text: &str) -> String {
        self.head("✗ ", "\x1b[31m", text)
    }

    /// A first line, with a mark for those who look.
    fn head(self, mark: &str, color: &str, text: &str) -> String {
        let mark = if self.accessible { "" } else { mark };
        let folded = wrap(text, self.width, mark, "  ").trim_end().to_owned();
        match (self.color, folded.strip_prefix(mark)) {
            (true, Some(rest)) if !mark.is_empty() => format!("{color}{mark}\x1b[0m{rest}"),
            _ => folded,
        }
    }

    fn look(self) -> Look {
        Look { width: self.width, accessible: self.accessible }
    }
}

/// A report on the answer `sql`, as lines that end with line feeds.
pub fn text(report: &Report, sql: &str, page: Page) -> String {
    let mut lines = Vec::new();
    match report.verdict {
        Verdict::Correct => {
            lines.push(page.right(&report.message));
            if report.checks.is_empty() {
                lines.extend(report.costs.and_then(cost_beside));
            }
            lines.extend(rules::checks(&report.checks, &report.message, page.width, page.accessible));
        }
        Verdict::Wrong => wrong(report, page, &mut lines),
        Verdict::Error | Verdict::Limit => match &report.fault {
            Some(fault) => lines.extend(fault_lines(fault, sql, page.look())),
            None => lines.push(page.wrong(&report.message)),
        },
    }
    if !report.hints.is_empty() && report.fault.is_none() {
        lines.push(String::new());
    }
    for (label, texts) in [("", &report.hints), ("warning: ", &report.warnings)] {
        for text in texts {
            lines.extend(paragraph(&format!("{label}{text}"), page.width));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

/// Text folded between words, two columns in.
fn paragraph(text: &str, width: usize) -> Vec<String> {
    wrap(text, width, "  ", "  ").lines().map(str::to_owned).collect()
}

/// "cost 1.1 × the reference", where both cost anything.
fn cost_beside(costs: Costs) -> Option<String> {
    let (answer, reference) = (costs.answer.total(), costs.reference.total());
    (answer > 0 && reference > 0)
        .then(|| format!("  cost {:.1} × the reference", answer as f64 / reference as f64))
}

fn fault_lines(fault: &Fault, sql: &str, look: Look) -> Vec<String> {
    let failure = Failure { kind: fault.kind, message: fault.message.clone(), offset: fault.offset, code: 0 };
    fault::lines(&failure, &Place::alone(sql), &[], look)
}

fn wrong(report: &Report, page: Page, lines: &mut Vec<String>) {
    if let Some(difference) = &report.difference {
        lines.push(page.wrong(&format!("not yet: {}", difference.sentence)));
        if report.counterexample.is_none() {
            pairs(difference, &[], page, lines);
        }
    }
    let Some((found, lucky)) = report
        .counterexample
        .as_ref()
        .map(|found| (found, false))
        .or(report.luck.as_ref().map(|luck| (luck, true)))
    else {
        if report.difference.is_none() {
            lines.push(page.wrong(&format!("not yet: {}", report.message)));
            lines.extend(rules::checks(&report.checks, &report.message, page.width, page.accessible));
        }
        return;
    };
    let rows = match found.rows() {
        0 => "an empty one".to_owned(),
        1 => "1 row".to_owned(),
        n => format!("{} rows", count(n as u64)),
    };
    let found_in = match report.searched.elapsed_ms {
        ms if ms < 1.0 => "found at once".to_owned(),
        ms => format!("found in {ms:.0} ms"),
    };
    match (&report.difference, lucky) {
        (None, false) => {
            lines.push(
                page.wrong(&format!(
                    "right on the data here, wrong on a smaller database ({rows}, {found_in})"
                )),
            );
        }
        (None, true) => lines.push(page.wrong(&format!("right here by luck ({rows}, {found_in})"))),
        (Some(_), _) => {
            lines.push(String::new());
            lines.push(format!("  the smallest database found on which it shows ({rows}, {found_in})"));
        }
    }
    lines.push(String::new());
    counterexample(found, page, lines);
    if report.difference.is_none() || lucky {
        lines.push(String::new());
        lines.extend(paragraph(&report.message, page.width));
    }
}

/// The first rows that differ on the data that the learner sees. `names`: what the columns are called, if known.
pub fn pairs(difference: &Difference, names: &[String], page: Page, lines: &mut Vec<String>) {
    if difference.pairs.is_empty() {
        return;
    }
    let side = |rows: Vec<&Row>| -> Table {
        let columns = rows.first().map_or(0, |row| row.len());
        Table {
            columns: (0..columns)
                .map(|at| names.get(at).cloned().unwrap_or_else(|| format!("column {}", at + 1)))
                .collect(),
            rows: rows.into_iter().cloned().collect(),
        }
    };
    let expected = side(difference.pairs.iter().filter_map(|(expected, _)| expected.as_ref()).collect());
    let actual = side(difference.pairs.iter().filter_map(|(_, actual)| actual.as_ref()).collect());
    lines.push(String::new());
    results(&expected, &actual, difference, page, lines);
}

/// A database on which an answer is wrong, and what both statements give there.
pub fn counterexample(found: &Counterexample, page: Page, lines: &mut Vec<String>) {
    if let Some(today) = &found.today {
        lines.push(format!("  today is {}", day(today)));
    }
    let (filled, empty): (Vec<_>, Vec<_>) =
        found.tables.iter().partition(|(_, table)| !table.rows.is_empty());
    let blocks: Vec<Block<'_>> = filled.iter().map(|(name, table)| Block::plain(name, table)).collect();
    lines.extend(block::place(&blocks, page.width, page.accessible));
    if !empty.is_empty() {
        let names: Vec<&str> = empty.iter().map(|(name, _)| name.as_str()).collect();
        lines.extend(paragraph(&format!("no rows in {}", names.join(", ")), page.width));
    }
    if found.today.is_some() || !found.tables.is_empty() {
        lines.push(String::new());
    }
    results(&found.expected, &found.actual, &found.difference, page, lines);
}

/// What was expected and what came, with a star before what differs.
fn results(expected: &Table, actual: &Table, difference: &Difference, page: Page, lines: &mut Vec<String>) {
    let nothing = expected.rows.is_empty() || actual.rows.is_empty();
    let marks = |table: &Table, mut pairs: Vec<(Option<&Row>, Option<&Row>)>| {
        let marks = |row: &Row| {
            let Some(at) = pairs.iter().position(|(mine, _)| *mine == Some(row)) else {
                return Vec::new();
            };
            match pairs.remove(at).1 {
                // Beside "(no rows)" every row differs, which needs no marks.
                None if nothing => Vec::new(),
                None => vec![true; row.len()],
                Some(other) => {
                    let same = |at: usize| other.get(at).is_some_and(|other| same_value(&row[at], other));
                    (0..row.len()).map(|at| !same(at)).collect()
                }
            }
        };
        table.rows.iter().map(marks).collect::<Vec<_>>()
    };
    let (theirs, yours) = difference
        .pairs
        .iter()
        .map(|(expected, actual)| (expected.as_ref(), actual.as_ref()))
        .map(|(expected, actual)| ((expected, actual), (actual, expected)))
        .unzip();
    let blocks = [
        Block {
            name: "expected",
            columns: &expected.columns,
            rows: &expected.rows,
            marked: marks(expected, theirs),
        },
        Block { name: "yours", columns: &actual.columns, rows: &actual.rows, marked: marks(actual, yours) },
    ];
    lines.extend(block::place(&blocks, page.width, page.accessible));
}

/// A day without its time, where that is the noon at which every day is looked at.
fn day(today: &str) -> &str {
    today.strip_suffix(" 12:00:00").unwrap_or(today)
}

/// A report as the JSON that other programs rely on. `sql` is the answer.
pub fn json(report: &Report, sql: &str) -> Json {
    let mut object = Map::new();
    object.insert("format".into(), json!(1));
    object.insert("exercise".into(), json!(report.exercise));
    verdict_json(report, sql, &mut object);
    Json::Object(object)
}

/// A report on two queries as JSON: as [`json()`], without an exercise, and with verdicts that do not speak of right
/// and wrong.
pub fn diff_json(report: &Report, sql: &str) -> Json {
    let mut object = Map::new();
    object.insert("format".into(), json!(1));
    verdict_json(report, sql, &mut object);
    let verdict = match report.verdict {
        Verdict::Correct => "no-difference-found",
        Verdict::Wrong => "different",
        Verdict::Error => "error",
        Verdict::Limit => "limit",
    };
    object.insert("verdict".into(), json!(verdict));
    Json::Object(object)
}

/// A report on two queries, as lines that end with line feeds. `sql` is the answer.
pub fn diff_text(report: &Report, sql: &str, page: Page) -> String {
    let mut lines = Vec::new();
    match report.verdict {
        Verdict::Correct => lines.push(page.right(&report.message)),
        Verdict::Wrong => {
            lines.push(page.wrong(&format!("different: {}", report.message)));
            if let Some(found) = report.counterexample.as_ref().or(report.luck.as_ref()) {
                lines.push(String::new());
                counterexample(found, page, &mut lines);
            }
        }
        Verdict::Error | Verdict::Limit => match &report.fault {
            Some(fault) => lines.extend(fault_lines(fault, sql, page.look())),
            None => lines.push(page.wrong(&report.message)),
        },
    }
    lines.push(String::new());
    lines.join("\n")
}

/// All of a report but what it is about.
fn verdict_json(report: &Report, sql: &str, object: &mut Map<String, Json>) {
    let fault = report.fault.as_ref().map(|fault| {
        let before = &sql[..sql.floor_char_boundary(fault.offset.unwrap_or(0))];
        let line = fault.offset.map(|_| before.matches('\n').count() + 1);
        let column = fault.offset.map(|_| before.rsplit('\n').next().unwrap_or("").chars().count() + 1);
        json!({ "message": fault.message, "line": line, "column": column })
    });
    let cost = report.costs.map(|costs| {
        json!({
            "steps": costs.answer.steps, "pages": costs.answer.pages,
            "reference_steps": costs.reference.steps, "reference_pages": costs.reference.pages,
        })
    });
    for (key, value) in [
        ("verdict", json!(report.verdict)),
        ("message", json!(report.message)),
        ("mismatch", json!(report.mismatch)),
        ("counterexample", report.counterexample.as_ref().map_or(Json::Null, counterexample_json)),
        ("luck", report.luck.as_ref().map_or(Json::Null, counterexample_json)),
        ("difference", report.difference.as_ref().map_or(Json::Null, difference_json)),
        ("error", fault.unwrap_or(Json::Null)),
        ("searched", json!(report.searched)),
        (
            "partial_credit",
            report
                .killers_passed
                .map_or(Json::Null, |(passed, of)| json!({ "killers_passed": passed, "killers": of })),
        ),
        ("cost", cost.unwrap_or(Json::Null)),
        ("checks", json!(report.checks)),
        ("hints", json!(report.hints)),
        ("warnings", json!(report.warnings)),
    ] {
        object.insert(key.to_owned(), value);
    }
}

/// A counterexample as JSON.
pub fn counterexample_json(found: &Counterexample) -> Json {
    let tables: Map<String, Json> =
        found.tables.iter().map(|(name, table)| (name.clone(), json::table(table))).collect();
    json!({
        "today": found.today.as_deref().map(day),
        "rows": found.rows(),
        "tables": tables,
        "expected": json::table(&found.expected),
        "actual": json::table(&found.actual),
    })
}

fn difference_json(difference: &Difference) -> Json {
    let row = |row: &Option<Row>| {
        row.as_ref().map_or(Json::Null, |row| row.iter().map(json::value).collect::<Vec<_>>().into())
    };
    let pairs: Vec<Json> =
        difference.pairs.iter().map(|(e, a)| json!({ "expected": row(e), "actual": row(a) })).collect();
    json!({ "mismatch": difference.mismatch, "sentence": difference.sentence, "rows": pairs })
}
