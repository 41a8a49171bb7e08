//! Advice on indexes, held to what it promises: every proposal is created for real, on data of its own, and the query
//! measured before and after, with and without ANALYZE.

use std::ops::ControlFlow;

use sqldojo::{
    cost::Cost,
    engine::{Sandbox, Settings},
    plan::advise::{Options, Statement, advise, advise_workload},
    schema::{
        cache::Cache,
        world::{self, Size, World},
    },
};

const QUERIES: &str = include_str!("advise/queries.sql");
const ORDERS: u64 = 5000;

fn shop(folder: &tempfile::TempDir) -> World {
    world::find_with("shop", &[], Cache::at(folder.path().to_owned())).expect("the shop is there")
}

fn open(world: &World, orders: u64) -> Sandbox {
    let settings = Settings::learner(world.today, None);
    world::writable(world, &Size::Rows(orders), 1, settings).expect("its data can be made")
}

fn cost(sandbox: &Sandbox, sql: &str) -> Cost {
    sandbox.run(sql, &[], |_| ControlFlow::Continue(())).expect(sql).cost
}

/// What each query must gain at the least; `None`: no index pays.
fn cases() -> Vec<(Option<f64>, &'static str)> {
    let mut cases = Vec::new();
    let mut gain = None;
    for line in QUERIES.lines() {
        match line.strip_prefix("-- ") {
            Some(said) => {
                gain =
                    said.split_once("at least ").map(|(_, factor)| factor.parse().expect("it is a number"));
            }
            None => cases.push((gain, line.trim_end_matches(';'))),
        }
    }
    cases
}

#[test]
fn advice_gains_what_it_promises_and_never_harms() {
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let world = shop(&folder);
    let lab = open(&world, ORDERS);
    let cases = cases();
    assert_eq!(cases.len(), 20);
    let mut faults = Vec::new();
    for (gain, sql) in cases {
        let before = cost(&lab, sql).total();
        let found = advise(&lab, sql, &Options::default()).expect(sql);
        assert!(lab.is_autocommit(), "{sql}: a transaction is left open");
        if found.advice.is_empty() != gain.is_none() {
            faults.push(format!(
                "{sql}: {:?} {:?}",
                found.advice.first().map(|best| &best.sql),
                found.verdict
            ));
        }
        for (at, proposal) in found.advice.iter().enumerate() {
            let own = open(&world, ORDERS);
            own.script(&proposal.sql).expect("what is proposed can be created");
            let unanalyzed = cost(&own, sql).total();
            own.script("ANALYZE").expect("it may run");
            let after = cost(&own, sql);
            let least = if at == 0 { gain.unwrap_or(1.0) } else { 1.0 };
            if unanalyzed > before || (after.total() as f64) * least > before as f64 {
                faults.push(format!("{}: {before} to {unanalyzed} and {}", proposal.sql, after.total()));
            }
            assert_eq!(after.steps, proposal.steps, "{}: not what was said", proposal.sql);
        }
    }
    assert_eq!(faults, Vec::<String>::new());
    let left = lab.table("SELECT name FROM sqlite_schema WHERE type = 'index' OR name LIKE 'sqlite_stat%'");
    let left: Vec<String> =
        left.expect("it can be asked").rows.iter().map(|row| row[0].to_string()).collect();
    assert_eq!(left, ["'sqlite_autoindex_users_1'"], "something is left of what was tried");
}

#[test]
fn a_small_table_and_an_index_that_is_there_need_none() {
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let lab = open(&shop(&folder), 1000);
    lab.script(
        "CREATE TABLE few (a, b);
         INSERT INTO few SELECT value, value % 3 FROM generate_series(1, 10);
         CREATE INDEX there ON orders (user_id, created_at)",
    )
    .expect("it is in order");
    for (sql, verdict) in [
        ("SELECT a FROM few WHERE b = 1 ORDER BY a", "No index pays, because there is nothing to save"),
        ("SELECT count(*) FROM orders WHERE user_id = 7", "No index pays, because there is nothing to save"),
        ("SELECT 1", "No index pays, because there is nothing to save"),
    ] {
        let found = advise(&lab, sql, &Options::default()).expect(sql);
        assert_eq!(found.advice, [], "{sql}");
        let said = found.verdict.unwrap_or_default();
        assert_eq!(said.split(':').next(), Some(verdict), "{sql}");
    }
}

#[test]
fn a_workload_weighs_what_is_read_against_what_is_written() {
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let lab = open(&shop(&folder), 2000);
    let read = "SELECT id FROM orders WHERE user_id = 7";
    let write = "INSERT INTO orders (user_id, status, created_at) VALUES (5, 'paid', '2026-03-15 10:00:00')";
    let weighed = |reads: u64, writes: u64| -> Vec<String> {
        let statements = [
            Statement { sql: read.to_owned(), weight: reads },
            Statement { sql: write.to_owned(), weight: writes },
        ];
        let found = advise_workload(&lab, &statements, &Options::default()).expect("both run");
        found.sums.advice.into_iter().map(|proposal| proposal.sql).collect()
    };
    assert_eq!(weighed(1, 1), ["CREATE INDEX orders_user_id ON orders (user_id)"]);
    assert_eq!(weighed(1, 100_000), Vec::<String>::new());
}

#[test]
fn the_order_of_a_star_is_served() {
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let lab = open(&shop(&folder), ORDERS);
    for (sql, want) in [
        ("SELECT * FROM orders WHERE user_id = 7 ORDER BY created_at", "orders (user_id, created_at"),
        (
            "SELECT o.* FROM users u JOIN orders o ON o.user_id = u.id WHERE u.id = 7 ORDER BY created_at DESC LIMIT 3",
            "orders (user_id, created_at",
        ),
    ] {
        let found = advise(&lab, sql, &Options::default()).expect(sql);
        let brief: Vec<&str> = found.advice.iter().map(|advice| advice.brief.as_str()).collect();
        assert!(brief.iter().any(|brief| brief.starts_with(want)), "{sql}: {brief:?}");
    }
}
