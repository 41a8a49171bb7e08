//! What the sandbox holds against, and what it gives.

use std::{
    ops::ControlFlow,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use super::{Access, Failure, FailureKind, Sandbox, Settings, Source};
use crate::{moment::Moment, value::Value};

fn noon() -> Moment {
    "2026-03-15 12:00:00".parse().unwrap()
}

fn learner() -> Sandbox {
    Sandbox::open(Source::Empty, Settings::learner(noon(), Some(Duration::from_millis(300)))).unwrap()
}

fn one(sandbox: &Sandbox, sql: &str) -> String {
    match sandbox.table(sql) {
        Ok(table) => {
            table.rows.first().and_then(|row| row.first()).map_or("(no row)".into(), Value::to_string)
        }
        Err(failure) => format!("{:?}: {failure}", failure.kind),
    }
}

fn failure(sandbox: &Sandbox, sql: &str) -> Failure {
    sandbox.run(sql, &[], |_| ControlFlow::Continue(())).expect_err(sql)
}

#[test]
fn every_form_of_now_is_the_pinned_moment() {
    let sandbox = learner();
    sandbox
        .script("CREATE TABLE t (a, at TEXT DEFAULT CURRENT_TIMESTAMP, day DEFAULT (date('now')))")
        .unwrap();
    sandbox.script("INSERT INTO t (a) VALUES (1)").unwrap();
    for (sql, want) in [
        ("SELECT date('now')", "'2026-03-15'"),
        ("SELECT date()", "'2026-03-15'"),
        ("SELECT datetime()", "'2026-03-15 12:00:00'"),
        ("SELECT time('now')", "'12:00:00'"),
        ("SELECT CURRENT_DATE", "'2026-03-15'"),
        ("SELECT CURRENT_TIME", "'12:00:00'"),
        ("SELECT CURRENT_TIMESTAMP", "'2026-03-15 12:00:00'"),
        ("SELECT datetime('now', 'localtime')", "'2026-03-15 12:00:00'"),
        ("SELECT datetime('2026-07-01 10:00:00', 'utc')", "'2026-07-01 10:00:00'"),
        ("SELECT unixepoch('now')", "1773576000"),
        ("SELECT julianday('now') - julianday('2026-03-15')", "0.5"),
        ("SELECT strftime('%Y-%m', 'now')", "'2026-03'"),
        ("SELECT timediff('now', '2026-03-14 12:00:00')", "'+0000-00-01 00:00:00.000'"),
        ("SELECT at || day FROM t", "'2026-03-15 12:00:002026-03-15'"),
    ] {
        assert_eq!(one(&sandbox, sql), want, "{sql}");
    }
}

#[test]
fn attacks_end_in_time_with_a_message() {
    let sandbox = learner();
    sandbox.script("CREATE TABLE big AS SELECT value AS x FROM generate_series(1, 3000)").unwrap();
    let cases = [
        (
            "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT count(*) FROM r",
            FailureKind::Deadline,
        ),
        ("SELECT count(*) FROM big a, big b, big c, big d", FailureKind::Deadline),
        ("SELECT sum(value) FROM generate_series(1, 1000000000000000000)", FailureKind::Deadline),
        ("SELECT length(randomblob(1000000000))", FailureKind::TooLarge),
        ("SELECT length(hex(zeroblob(400000000)))", FailureKind::TooLarge),
        ("SELECT length(printf('%1000000000d', 1))", FailureKind::TooLarge),
        (
            "WITH RECURSIVE r(x) AS (SELECT 'x' UNION ALL SELECT x || x FROM r) SELECT max(length(x)) FROM r",
            FailureKind::TooLarge,
        ),
        ("SELECT 'x' GLOB replace(hex(zeroblob(50000)), '0', '*a')", FailureKind::TooLarge),
        ("ATTACH 'x.db' AS x", FailureKind::Denied),
        ("ATTACH 'x' || '.db' AS x", FailureKind::Denied),
        ("DETACH main", FailureKind::Denied),
        ("VACUUM INTO 'x.db'", FailureKind::Denied),
        ("PRAGMA writable_schema = on", FailureKind::Denied),
        ("PRAGMA journal_mode = wal", FailureKind::Denied),
        ("PRAGMA temp_store_directory = '/tmp'", FailureKind::Denied),
        ("PRAGMA max_page_count = 1000000000", FailureKind::Denied),
        ("SELECT load_extension('x')", FailureKind::Denied),
        ("CREATE VIRTUAL TABLE v USING fts5(x)", FailureKind::Denied),
        ("SELECT 'abc", FailureKind::Sql),
        ("SELECT \"no such name\"", FailureKind::Sql),
    ];
    for (sql, kind) in cases {
        let since = Instant::now();
        let failure = failure(&sandbox, sql);
        assert_eq!(failure.kind, kind, "{sql}: {failure}");
        assert!(since.elapsed() < Duration::from_secs(2), "{sql} took {:?}", since.elapsed());
        assert_eq!(one(&sandbox, "SELECT 1"), "1", "the session goes on after {sql}");
    }
    let long = format!("SELECT '{}'", "x".repeat(1_000_000));
    assert_eq!(failure(&sandbox, &long).kind, FailureKind::TooLarge);
    assert!(!std::path::Path::new("x.db").exists());
}

#[test]
fn the_database_cannot_outgrow_its_pages() {
    let settings = Settings { pages: 100, ..Settings::learner(noon(), None) };
    let sandbox = Sandbox::open(Source::Empty, settings).unwrap();
    let filled =
        failure(&sandbox, "CREATE TABLE t AS SELECT randomblob(1000) FROM generate_series(1, 10000)");
    assert_eq!(filled.kind, FailureKind::TooLarge);
    assert_eq!(one(&sandbox, "SELECT 1"), "1");
}

#[test]
fn a_learner_may_do_what_sql_does_to_data() {
    let sandbox = learner();
    for sql in [
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)",
        "CREATE INDEX i ON t (v)",
        "CREATE VIEW w AS SELECT * FROM t",
        "CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET v = upper(v) WHERE id = new.id; END",
        "BEGIN",
        "INSERT INTO t (v) VALUES ('a') RETURNING id",
        "SAVEPOINT s",
        "UPDATE t SET v = 'b'",
        "ROLLBACK TO s",
        "COMMIT",
        "ALTER TABLE t ADD COLUMN n INTEGER",
        "ALTER TABLE t RENAME COLUMN n TO m",
        "ALTER TABLE t DROP COLUMN m",
        "ANALYZE",
        "REINDEX t",
        "EXPLAIN QUERY PLAN SELECT * FROM t WHERE v = 'A'",
        "PRAGMA table_info(t)",
        "PRAGMA foreign_keys = off",
        "SELECT * FROM sqlite_schema",
        "CREATE TEMP TABLE x AS SELECT * FROM w",
        "DROP TABLE x",
        "DELETE FROM t",
        "DROP TABLE t",
    ] {
        sandbox
            .run(sql, &[], |_| ControlFlow::Continue(()))
            .unwrap_or_else(|failure| panic!("{sql}: {failure}"));
    }
}

#[test]
fn an_answer_only_reads_tables() {
    let sandbox = learner();
    sandbox.script("CREATE TABLE t (a)").unwrap();
    sandbox.with_access(Access::Answer, |sandbox| {
        for sql in [
            "SELECT sql FROM sqlite_schema",
            "SELECT * FROM sqlite_master",
            "SELECT * FROM pragma_table_info('t')",
            "PRAGMA table_info(t)",
            "INSERT INTO t VALUES (1)",
            "WITH x AS (SELECT 1) DELETE FROM t",
            "CREATE TABLE u (a)",
            "BEGIN",
            "SELECT total_changes()",
        ] {
            assert_eq!(sandbox.prepare(sql).err().map(|f| f.kind), Some(FailureKind::Denied), "{sql}");
        }
        for sql in ["SELECT a FROM t", "VALUES (1), (2)", "WITH x AS (SELECT 1) SELECT * FROM x"] {
            assert!(sandbox.prepare(sql).is_ok(), "{sql}");
        }
    });
    assert!(sandbox.prepare("INSERT INTO t VALUES (1)").is_ok());
}

#[test]
fn functions_that_sqlite_leaves_out() {
    let sandbox = learner();
    for (sql, want) in [
        ("SELECT median(value) FROM generate_series(1, 4)", "2.5"),
        ("SELECT median(NULL)", "NULL"),
        ("SELECT median(value) FROM generate_series(1, 4) WHERE value > 9", "NULL"),
        ("SELECT percentile(value, 25) FROM generate_series(1, 5)", "2.0"),
        ("SELECT percentile_cont(value, 0.5) FROM generate_series(1, 4)", "2.5"),
        ("SELECT percentile_disc(value, 0.5) FROM generate_series(1, 4)", "2.0"),
        ("SELECT percentile(1, 101)", "Sql: the second argument of percentile() is not between 0 and 100"),
        (
            "SELECT group_concat(m) FROM (SELECT median(value) OVER (ORDER BY value ROWS 1 PRECEDING) AS m FROM generate_series(1, 3))",
            "'1.0,1.5,2.5'",
        ),
        ("SELECT sqrt(9)", "3.0"),
        ("SELECT ln(0)", "NULL"),
        ("SELECT power(2, 10)", "1024.0"),
        ("SELECT ceil(2)", "2"),
        ("SELECT floor(-2.5)", "-3.0"),
        ("SELECT mod(7, 4)", "3.0"),
        ("SELECT 'order 66' REGEXP '^order [0-9]+$'", "1"),
        ("SELECT 'x' REGEXP NULL", "NULL"),
        ("SELECT count(*) FROM generate_series(1, 10, 3)", "4"),
    ] {
        assert_eq!(one(&sandbox, sql), want, "{sql}");
    }
    assert_eq!(
        failure(&sandbox, "SELECT 'x' REGEXP '('").message,
        "the pattern of REGEXP is not valid: unclosed group"
    );
}

#[test]
fn cost_is_the_same_in_every_run() {
    let sandbox = learner();
    sandbox.script("CREATE TABLE t AS SELECT value AS v FROM generate_series(1, 1000)").unwrap();
    let mut statement = sandbox.prepare("SELECT sum(v) FROM t WHERE v > 10").unwrap();
    let costs: Vec<_> = (0..3).map(|_| statement.table().unwrap().1.cost).collect();
    assert!(costs[0].steps > 1000 && costs[0].pages > 0, "{costs:?}");
    assert!(costs.iter().all(|cost| *cost == costs[0]), "{costs:?}");
}

#[test]
fn a_budget_of_steps_ends_a_statement() {
    let sandbox = learner();
    sandbox.set_steps(Some(10_000));
    assert_eq!(
        failure(&sandbox, "SELECT sum(value) FROM generate_series(1, 1000000)").kind,
        FailureKind::Steps
    );
    sandbox.set_steps(None);
    assert_eq!(one(&sandbox, "SELECT sum(value) FROM generate_series(1, 1000)"), "500500");
}

#[test]
fn an_image_comes_back_as_it_was() {
    let mut sandbox = learner();
    sandbox.script("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)").unwrap();
    let image = sandbox.image().unwrap();
    let copy = Sandbox::open(Source::Image(&image), Settings::learner(noon(), None)).unwrap();
    copy.script("INSERT INTO t SELECT value FROM generate_series(1, 100000)").unwrap();
    assert_eq!(one(&copy, "SELECT count(*) FROM t"), "100002");
    assert_eq!(one(&sandbox, "SELECT count(*) FROM t"), "2");
    assert_eq!(one(&copy, "SELECT date('now')"), "'2026-03-15'", "the clock holds in a copy");
}

#[test]
fn a_shared_file_is_read_and_never_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odd name?#%.db");
    let sandbox = learner();
    sandbox.script("CREATE TABLE t (a); INSERT INTO t VALUES (7)").unwrap();
    sandbox.write_to(&path).unwrap();
    let shared = Sandbox::open(Source::Shared(&path), Settings::learner(noon(), None)).unwrap();
    assert_eq!(one(&shared, "SELECT a FROM t"), "7");
    assert_eq!(one(&shared, "SELECT datetime('now')"), "'2026-03-15 12:00:00'");
    assert_eq!(failure(&shared, "INSERT INTO t VALUES (8)").kind, FailureKind::Fault);
    let private = Sandbox::open(Source::Private(&path), Settings::learner(noon(), None)).unwrap();
    private.script("INSERT INTO t VALUES (8)").unwrap();
    assert_eq!(one(&private, "SELECT count(*) FROM t"), "2");
}

#[test]
fn an_interrupt_ends_the_statement_and_not_the_session() {
    let sandbox =
        Sandbox::open(Source::Empty, Settings::learner(noon(), Some(Duration::from_secs(30)))).unwrap();
    let interrupter = sandbox.interrupter();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        interrupter.interrupt();
    });
    let failure = failure(&sandbox, "SELECT sum(value) FROM generate_series(1, 1000000000000)");
    thread.join().unwrap();
    assert_eq!(failure.kind, FailureKind::Interrupted);
    assert_eq!(one(&sandbox, "SELECT 1"), "1");
}

#[test]
fn a_short_statement_is_not_watched_and_a_long_one_is() {
    static CALLED: AtomicUsize = AtomicUsize::new(0);
    let sandbox = learner();
    sandbox.at_length(|| {
        CALLED.fetch_add(1, Ordering::Relaxed);
    });
    let called = |sql: &str| {
        sandbox.table(sql).unwrap();
        CALLED.swap(0, Ordering::Relaxed)
    };
    assert_eq!(called("SELECT 1"), 0);
    assert_eq!(called("SELECT value FROM generate_series(1, 10000)"), 1);
    assert_eq!(called("SELECT instr('abc', 'c')"), 1, "a function may be slow from the first step on");
    assert_eq!(called("SELECT 1"), 0);
}

#[test]
fn a_statement_that_is_too_large_says_how_large() {
    let long = format!("SELECT '{}'", "x".repeat(1_000_000));
    assert_eq!(
        failure(&learner(), &long).message,
        "the statement is too large: 1000009 bytes, and the sandbox takes 100000"
    );
}
