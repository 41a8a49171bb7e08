//! Hints for statements that SQLite refuses: `hints.txt` holds each statement, what SQLite says of it and where, and the
//! hints. Run with `UPDATE_HINTS=1` in the environment to write the file anew, and read what changed.

use crate::shop::shop;
use sqldojo::{
    engine::FailureKind,
    sql::{dialect::hints, suggest::FUNCTIONS},
};
use std::fmt::Write;

const CASES: &str = include_str!("hints.txt");

#[test]
fn hints_for_what_sqlite_refuses() {
    let shop = shop(1);
    let mut shown = String::new();
    let statements: Vec<&str> = CASES.lines().filter(|l| !l.is_empty() && !l.starts_with("  ")).collect();
    assert!(statements.len() > 120);
    for sql in statements {
        let failure = shop.table(sql).expect_err(sql);
        assert_eq!(failure.kind, FailureKind::Sql, "{sql}");
        let place = failure.offset.map_or(String::new(), |at| format!(" @{at}"));
        writeln!(shown, "{sql}\n  ! {}{place}", failure.message).expect("a string takes all");
        for hint in hints(sql, &failure.message, failure.offset) {
            writeln!(shown, "  > {hint}").expect("a string takes all");
        }
        shown.push('\n');
    }
    if std::env::var_os("UPDATE_HINTS").is_some() {
        std::fs::write("tests/sql/hints.txt", &shown).expect("the file can be written");
    }
    assert_eq!(shown, CASES);
}

/// What a hint puts in the place of a call or an interval is SQL that runs; after it there may be a remark.
#[test]
fn what_hints_propose_runs() {
    let shop = shop(1);
    let mut tried = 0;
    for hint in CASES.lines().filter_map(|line| line.strip_prefix("  > ")) {
        let lead = ["() is not in SQLite: ", "EXTRACT is not in SQLite: ", "date functions in SQLite: "];
        let Some(proposal) = lead.iter().find_map(|l| Some(hint.split_once(l)?.1)) else { continue };
        let ends = proposal.match_indices(", ").map(|(at, _)| at).chain([proposal.len()]);
        let runs = ends.into_iter().any(|end| {
            let tables = ["users u", "orders o", "products"];
            tables
                .iter()
                .any(|table| shop.table(&format!("SELECT {} FROM {table}", &proposal[..end])).is_ok())
        });
        assert!(runs, "{hint}");
        tried += 1;
    }
    assert!(tried > 50, "only {tried}");
}

/// The functions that completion and suggestions know are there.
#[test]
fn functions_are_those_of_the_engine() {
    let rows = shop(1)
        .table("SELECT DISTINCT name FROM pragma_function_list WHERE name NOT LIKE '-%'")
        .expect("it is a table")
        .rows;
    let there: Vec<String> =
        rows.iter().map(|row| row[0].to_string().trim_matches('\'').to_owned()).collect();
    let missing: Vec<_> = FUNCTIONS.iter().filter(|f| !there.iter().any(|t| t == *f)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
