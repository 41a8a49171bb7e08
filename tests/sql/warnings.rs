//! Warnings: each rule once or more, what must stay silent, and silence on every right answer.

use std::fmt::Write;

use crate::shop::{answers, names, run, shop};
use sqldojo::sql::warnings::{WarningCode, warnings};

/// Each query with the codes and messages of its warnings.
#[test]
fn what_is_warned_of() {
    let shop = shop(3);
    let names = names(&shop);
    let mut shown = String::new();
    for line in include_str!("warnings.txt").lines().filter(|l| !l.is_empty() && !l.starts_with("  ")) {
        run(&shop, line).unwrap_or_else(|e| panic!("{line}\n{e}"));
        shown += line;
        shown.push('\n');
        for warning in warnings(line, &names) {
            let what = warning.span.text(line);
            writeln!(
                shown,
                "  {}: {}
      ^ {what}",
                warning.code.as_str(),
                warning.message
            )
            .expect("a string takes all");
        }
        shown.push('\n');
    }
    if std::env::var_os("UPDATE_HINTS").is_some() {
        std::fs::write("tests/sql/warnings.txt", &shown).expect("the file can be written");
    }
    assert_eq!(shown, include_str!("warnings.txt"));
}

/// A warning on a right answer would be a false alarm.
#[test]
fn right_answers_get_none() {
    let names = names(&shop(1));
    let mut alarms = Vec::new();
    for answer in answers() {
        for warning in warnings(&answer.sql, &names) {
            // Beside MIN or MAX the column is well defined here, if nowhere else.
            if answer.right && warning.code != WarningCode::BesideMinMax {
                alarms.push(format!(
                    "{}: {:?} {}\n{}",
                    answer.exercise, warning.code, warning.message, answer.sql
                ));
            }
        }
    }
    assert!(alarms.is_empty(), "{}", alarms.join("\n"));
}

#[test]
fn codes_are_told_apart() {
    assert_eq!(WarningCode::NotInNull.as_str(), "not-in-null");
}
