//! Pairs of queries that are the same on every legal database, and pairs that are not: the search refutes none of
//! the first, all of the second, and what it shows can be had from SQLite alone.

#[path = "corpus/read.rs"]
mod read;

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use read::{Expected, Pair, pairs};
use rusqlite::{Connection, types::Value as Raw};
use sqldojo::{
    differ::{Brief, Budget, Found, Outcome, compare::Order, difference::Counterexample, search},
    value::{Row, Value},
};

/// What is wrong with a pair, if anything is.
fn fault(pair: &Pair) -> Option<String> {
    let order = if pair.ordered { Order::Total } else { Order::Any };
    let brief = Brief {
        ddl: &pair.ddl,
        hints: &[],
        reference: &pair.reference,
        parameters: &[],
        order: &order,
        now: "2026-03-15 12:00:00".parse().expect("the corpus is in order"),
        day_moves: pair.any_day,
        seed: 1,
    };
    let databases = if pair.expected == Expected::Same { 1_500 } else { 20_000 };
    let outcome = match search(&brief, &pair.answer, &[], Budget { databases, millis: 60_000 }) {
        Ok(outcome) => outcome,
        Err(error) => return Some(error.to_string()),
    };
    match (pair.expected, outcome) {
        (Expected::Different, Outcome::Different(found, _)) => shows_elsewhere(pair, &found).err(),
        (Expected::Endless, Outcome::Endless(_)) => None,
        (Expected::Same, Outcome::Same(effort)) => {
            (effort.databases < 1_400).then(|| format!("only {} databases say something", effort.databases))
        }
        (expected, outcome) => Some(format!("{expected:?} expected, but {outcome:#?}")),
    }
}

/// Whether a plain connection takes the rows, all constraints on, and gives the same two results.
fn shows_elsewhere(pair: &Pair, found: &Found) -> Result<(), String> {
    let Counterexample { today, tables, expected, actual, .. } = &found.counterexample;
    let run = || -> rusqlite::Result<(Vec<Row>, rusqlite::Result<Vec<Row>>)> {
        let fresh = Connection::open_in_memory()?;
        fresh.execute_batch(&pair.ddl)?;
        fresh.execute_batch("PRAGMA foreign_keys = ON")?;
        for (table, rows) in tables {
            let columns: Vec<String> = rows.columns.iter().map(|name| format!("\"{name}\"")).collect();
            let values: Vec<String> = rows
                .rows
                .iter()
                .map(|row| format!("({})", row.iter().map(Value::to_string).collect::<Vec<_>>().join(", ")))
                .collect();
            fresh.execute_batch(&format!(
                "INSERT INTO \"{table}\" ({}) VALUES {}",
                columns.join(", "),
                values.join(", ")
            ))?;
        }
        if found.by_luck {
            fresh.execute_batch("PRAGMA reverse_unordered_selects = ON")?;
        }
        // A plain connection has no clock of its own to set.
        let on_the_day = |sql: &str| match today {
            Some(today) => sql.replace("'now'", &format!("'{today}'")),
            None => sql.to_owned(),
        };
        Ok((rows(&fresh, &on_the_day(&pair.reference))?, rows(&fresh, &on_the_day(&pair.answer))))
    };
    match run() {
        Err(error) => Err(format!("{error}\n{:#?}", found.counterexample)),
        // A twin of the answer shows what is luck in the answer: the answer itself is right there.
        Ok((reference, _)) if found.luck.is_some() && reference == expected.rows => Ok(()),
        Ok((reference, answer)) if reference != expected.rows || answer.as_ref() != Ok(&actual.rows) => {
            Err(format!("{reference:?} and {answer:?} came in place of\n{:#?}", found.counterexample))
        }
        Ok(_) => Ok(()),
    }
}

fn rows(connection: &Connection, sql: &str) -> rusqlite::Result<Vec<Row>> {
    let mut statement = connection.prepare(sql)?;
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| {
        (0..columns)
            .map(|at| {
                Ok(match row.get(at)? {
                    Raw::Null => Value::Null,
                    Raw::Integer(i) => Value::Integer(i),
                    Raw::Real(r) => Value::Real(r),
                    Raw::Text(t) => Value::Text(t),
                    Raw::Blob(b) => Value::Blob(b),
                })
            })
            .collect()
    })?;
    rows.collect()
}

#[test]
fn every_pair_is_judged_right() {
    let pairs = pairs();
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut faults = Vec::new();
        while let Some(pair) = pairs.get(next.fetch_add(1, Ordering::Relaxed)) {
            faults.extend(fault(pair).map(|fault| format!("{}\n{fault}", pair.name)));
        }
        faults
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut faults: Vec<String> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("the corpus is in order")).collect()
    });
    faults.sort();
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), pairs.len(), faults.join("\n\n"));
}

#[test]
fn the_corpus_is_large_enough_and_names_are_its_own() {
    let pairs = pairs();
    let count = |expected| pairs.iter().filter(|pair| pair.expected == expected).count();
    let schemas: BTreeSet<&str> = pairs.iter().map(|pair| pair.ddl.as_str()).collect();
    let names: BTreeSet<&str> = pairs.iter().map(|pair| pair.name.as_str()).collect();
    assert!(count(Expected::Same) >= 100 && count(Expected::Different) >= 300 && schemas.len() >= 8);
    assert_eq!(names.len(), pairs.len());
}
