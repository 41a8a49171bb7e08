//! What a whole class did: as a table, as `JUnit` XML, as Gradescope's results.json.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use crate::judge::{Report, Verdict};

/// One submission and what is said of it.
#[derive(Debug, Clone)]
pub struct Graded {
    /// Its id.
    pub id: String,
    /// The exercise's id.
    pub exercise: String,
    /// The report, or why there is none.
    pub judged: Result<Report, String>,
}

impl Graded {
    fn verdict(&self) -> &'static str {
        self.judged.as_ref().map_or("error", |report| report.verdict.name())
    }

    fn message(&self) -> &str {
        self.judged.as_ref().map_or_else(String::as_str, |report| &report.message)
    }

    fn is_correct(&self) -> bool {
        self.judged.as_ref().is_ok_and(|report| report.verdict == Verdict::Correct)
    }
}

/// A line each, and a line that sums up.
pub fn text(graded: &[Graded]) -> String {
    let mut out = String::new();
    let width = graded.iter().map(|one| one.id.chars().count()).max().unwrap_or(0).min(40);
    for one in graded {
        let id = &one.id;
        writeln!(out, "{id:width$}  {:7}  {}  {}", one.verdict(), one.exercise, one.message())
            .expect("writing to a String succeeds");
    }
    let correct = graded.iter().filter(|one| one.is_correct()).count();
    writeln!(out, "{correct} of {} correct", graded.len()).expect("writing to a String succeeds");
    out
}

/// `JUnit` XML: a test case for each submission (<https://github.com/testmoapp/junitxml>).
pub fn junit(graded: &[Graded]) -> String {
    let failures =
        graded.iter().filter(|one| one.judged.as_ref().is_ok_and(|r| r.verdict == Verdict::Wrong)).count();
    let errors = graded.iter().filter(|one| !one.is_correct()).count() - failures;
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\"", graded.len());
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!("<testsuites name=\"sqldojo\" {counts}>"));
    line(format!("  <testsuite name=\"submissions\" {counts}>"));
    for one in graded {
        let seconds = one.judged.as_ref().map_or(0.0, |report| report.searched.elapsed_ms / 1000.0);
        let head = format!(
            "    <testcase classname=\"{}\" name=\"{}\" time=\"{seconds:.3}\"",
            escape(&one.exercise),
            escape(&one.id)
        );
        if one.is_correct() {
            line(format!("{head}/>"));
        } else {
            let wrong = one.verdict() == "wrong";
            let tag = if wrong { "failure" } else { "error" };
            line(format!("{head}>"));
            line(format!("      <{tag} type=\"{}\" message=\"{}\"/>", one.verdict(), escape(one.message())));
            line("    </testcase>".into());
        }
    }
    line("  </testsuite>".into());
    line("</testsuites>".into());
    out
}

fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            // XML has no form for other control characters.
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Gradescope's results.json (<https://gradescope-autograders.readthedocs.io/en/latest/specs/>): a test for each
/// submission, one point each; for partial credit, `extra_data` says how many of the exercise's killer databases a
/// wrong answer passes, and of how many.
pub fn gradescope(graded: &[Graded]) -> Json {
    let tests: Vec<Json> = graded
        .iter()
        .map(|one| {
            let correct = one.is_correct();
            json!({
                "name": if one.id == one.exercise { one.id.clone() } else { format!("{} ({})", one.id, one.exercise) },
                "score": f64::from(u8::from(correct)),
                "max_score": 1.0,
                "status": if correct { "passed" } else { "failed" },
                "output": one.message(),
                "extra_data": {
                    "verdict": one.verdict(), "exercise": one.exercise,
                    "killers_passed": one.judged.as_ref().ok().and_then(|report| report.killers_passed),
                },
            })
        })
        .collect();
    let score = graded.iter().filter(|one| one.is_correct()).count();
    json!({ "score": score, "tests": tests, "output": format!("{score} of {} correct", graded.len()) })
}
