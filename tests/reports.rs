//! Verdicts as learners read them, and as JSON.

use sqldojo::{
    cost::Cost,
    differ::difference::{Counterexample, Difference, Mismatch},
    engine::FailureKind,
    judge::{
        Report, Verdict,
        report::{Check, Costs, Fault, Searched},
    },
    render::{
        cell::width,
        report::{Page, json, text},
    },
    value::{Row, Table, Value},
};

const ANSWER: &str = "select country,\n       count(*) from orders";

fn table(columns: &[&str], rows: Vec<Row>) -> Table {
    Table { columns: columns.iter().map(|name| (*name).to_owned()).collect(), rows }
}

fn row(values: &[&str]) -> Row {
    values
        .iter()
        .map(|value| match (*value, value.parse::<i64>(), value.parse::<f64>()) {
            ("NULL", _, _) => Value::Null,
            (_, Ok(i), _) => i.into(),
            (_, _, Ok(r)) => r.into(),
            (text, _, _) => text.into(),
        })
        .collect()
}

fn report(verdict: Verdict, message: &str) -> Report {
    Report {
        exercise: "an-exercise".into(),
        verdict,
        message: message.into(),
        mismatch: None,
        difference: None,
        counterexample: None,
        luck: None,
        searched: Searched { databases: 9407, killers: 7, days: 14, elapsed_ms: 61.4 },
        killers_passed: None,
        costs: Some(Costs {
            answer: Cost { steps: 1000, pages: 40 },
            reference: Cost { steps: 800, pages: 40 },
        }),
        checks: Vec::new(),
        fault: None,
        repair: None,
        hints: Vec::new(),
        warnings: Vec::new(),
    }
}

/// What the rules of an index exercise say.
fn checks(hold: bool) -> Vec<Check> {
    let check = |rule: &str, passed, said: &str| Check { rule: rule.into(), passed, said: said.into() };
    vec![
        check("max_indexes", true, "1 index added"),
        if hold {
            check("no_sort", true, "nothing is sorted")
        } else {
            check("no_sort", false, "the plan sorts for ORDER BY: the rows come by (user_id)")
        },
        if hold {
            check("cost_of_reference", true, "cost 2,000 is 1.2 × the reference's 1,800")
        } else {
            check(
                "cost_of_reference",
                false,
                "stopped at cost 12,345,678, more than 6,859 × the reference's 1,800; at most 3 × allowed",
            )
        },
    ]
}

/// Two users, an order, and results of which a cell, a row and nothing differ.
fn counterexample(
    expected: Vec<Row>,
    actual: Vec<Row>,
    pairs: Vec<(Option<Row>, Option<Row>)>,
) -> Counterexample {
    Counterexample {
        today: Some("2026-03-31 12:00:00".into()),
        tables: vec![
            (
                "users".into(),
                table(
                    &["id", "name", "email", "country", "created_at"],
                    vec![
                        row(&["1", "Ana", "ana@mail.example", "PT", "2026-02-28 12:00:00"]),
                        row(&["2", "山田", "a|b\n", "NULL", "2026-02-28 12:00:00"]),
                    ],
                ),
            ),
            ("orders".into(), table(&["id", "user_id"], vec![row(&["1", "1"])])),
            ("tags".into(), table(&["user_id", "tag"], vec![row(&["1", "x"])])),
            ("payments".into(), table(&["id"], Vec::new())),
        ],
        expected: table(&["country", "orders"], expected),
        actual: table(&["country", "count(*)"], actual),
        difference: Difference {
            mismatch: Mismatch::Values,
            sentence: "wrong values in column 2 of 1 row".into(),
            pairs,
        },
    }
}

fn reports() -> Vec<(&'static str, Report)> {
    let (pt, other) = (row(&["PT", "1"]), row(&["PT", "2.5"]));
    let extra = row(&["NULL", "0"]);
    let small = counterexample(
        vec![pt.clone(), extra.clone()],
        vec![other.clone(), extra.clone()],
        vec![(Some(pt.clone()), Some(other.clone()))],
    );
    let nothing = counterexample(vec![pt.clone()], Vec::new(), vec![(Some(pt.clone()), None)]);
    let more = counterexample(vec![pt.clone()], vec![pt.clone(), extra.clone()], vec![(None, Some(extra))]);
    let shown = Difference {
        mismatch: Mismatch::Values,
        sentence: "wrong values in column 2 of 17 rows".into(),
        pairs: vec![
            (Some(row(&["DE", "12"])), Some(row(&["DE", "13"]))),
            (Some(row(&["FR", "8"])), Some(row(&["FR", "NULL"]))),
        ],
    };
    let fault = |kind, message: &str, offset| Some(Fault { kind, message: message.into(), offset });
    vec![
        (
            "correct",
            report(
                Verdict::Correct,
                "correct: no difference on 7 killers and 9,400 random databases, 14 days tried",
            ),
        ),
        (
            "wrong on another database",
            Report {
                counterexample: Some(small.clone()),
                ..report(Verdict::Wrong, "wrong values in column 2 of 1 row")
            },
        ),
        (
            "nothing comes",
            Report {
                counterexample: Some(nothing),
                hints: vec!["An inner join keeps users with an order only.".into()],
                ..report(Verdict::Wrong, "1 row of 1 missing")
            },
        ),
        (
            "a row too many",
            Report {
                counterexample: Some(more),
                warnings: vec![
                    "country stands bare under GROUP BY: it is that of any row of the group".into(),
                ],
                ..report(Verdict::Wrong, "1 row that should not be there")
            },
        ),
        (
            "wrong here, no smaller one found",
            Report { difference: Some(shown.clone()), ..report(Verdict::Wrong, &shown.sentence) },
        ),
        (
            "wrong here and on a small one",
            Report {
                difference: Some(shown),
                counterexample: Some(small.clone()),
                ..report(Verdict::Wrong, "wrong values in column 2 of 1 row")
            },
        ),
        (
            "right by luck",
            Report {
                luck: Some(small),
                ..report(
                    Verdict::Wrong,
                    "right only by luck: the result hangs on the order in which SQLite happens to read the rows",
                )
            },
        ),
        (
            "rules that hold",
            Report {
                checks: checks(true),
                ..report(Verdict::Correct, "correct: every rule holds, cost 1.2 × the reference's")
            },
        ),
        (
            "rules that are broken",
            Report { checks: checks(false), ..report(Verdict::Wrong, &checks(false)[1].said) },
        ),
        (
            "error",
            Report {
                fault: fault(FailureKind::Sql, "no such column: country", Some(7)),
                hints: vec!["did you mean users.country?".into()],
                costs: None,
                ..report(Verdict::Error, "no such column: country")
            },
        ),
        (
            "limit",
            Report {
                fault: fault(FailureKind::Steps, "the statement does not come to an end", None),
                ..report(Verdict::Limit, "the statement does not come to an end")
            },
        ),
    ]
}

#[test]
fn reports_as_text() {
    let mut all = String::new();
    for (about, report) in reports() {
        let shown = text(&report, ANSWER, Page { width: 80, color: false, accessible: false });
        assert!(shown.lines().all(|line| width(line) <= 80), "{shown}");
        all.extend(["— ", about, "\n", &shown, "\n"]);
    }
    insta::assert_snapshot!(all);
}

#[test]
fn reports_for_those_who_listen_and_on_narrow_pages() {
    let mut all = String::new();
    for (about, report) in reports().into_iter().skip(1).take(2) {
        let spoken = text(&report, ANSWER, Page { width: 80, color: false, accessible: true });
        assert!(!spoken.contains(['✗', '│', '─']), "{spoken}");
        let narrow = text(&report, ANSWER, Page { width: 40, color: false, accessible: false });
        all.extend(["— ", about, ", spoken\n", &spoken, "— ", about, ", 40 columns\n", &narrow]);
    }
    insta::assert_snapshot!(all);
}

#[test]
fn reports_as_json() {
    let all: Vec<_> = reports().iter().map(|(_, report)| json(report, ANSWER).to_string()).collect();
    insta::assert_snapshot!(all.join("\n"));
}
