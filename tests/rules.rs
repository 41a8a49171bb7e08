//! What the judge says of indexes and of faster queries, as a learner reads it.

use std::{fmt::Write as _, sync::LazyLock};

use sqldojo::{
    catalog::{Catalog, Exercise},
    judge::{Options, judge},
    render::report::{Page, text},
    schema::{cache::Cache, world},
};
use tempfile::TempDir;

/// Larger data is made once for all tests.
static MADE: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("there is a folder"));

fn said(id: &str, sql: &str) -> String {
    judged(&Catalog::builtin().get(id).expect("it is in order").expect("it is there"), sql)
}

fn judged(exercise: &Exercise, sql: &str) -> String {
    let cache = Cache::at(MADE.path().to_owned());
    let world = world::find_with(&exercise.schema, &[], cache).expect("the schema is there");
    let options = Options { databases: 300, millis: 60_000, repair_millis: 0, ..Options::default() };
    let report = judge(exercise, &world, sql, &options).expect("the exercise is in order");
    text(&report, sql, Page { width: 80, color: false, accessible: false })
}

/// A snapshot in which no figure depends on the release of the engine.
macro_rules! snapshot {
    ($answers:expr) => {
        let mut all = String::new();
        for (id, sql) in $answers {
            writeln!(all, "— {id}: {sql}\n{}", said(id, sql)).expect("writing to a String succeeds");
        }
        hold!(all);
    };
}

macro_rules! hold {
    ($all:expr) => {
        insta::with_settings!({ filters => vec![
            (r"found in [\d,.]+ ms|found at once", "found in [N] ms"),
            (r"\d+ random databases", "[N] random databases"),
            (r"cost [\d,]+ is [\d.,]+", "cost [N] is [N]"),
            (r"cost [\d.,]+ × the", "cost [N] × the"),
            (r"(reference's|of the) [\d,]+", "$1 [N]"),
            (r"stopped at cost [\d,]+, more than [\d.,]+", "stopped at cost [N], more than [N]"),
            (r"[\d.]+ × what it (did|was)", "[N] × what it $1"),
            (r"(?s)growth is ([a-z ]+): .{1,120}? steps\s+at\s+[\d,\s]+ rows", "growth is $1: [N] steps at [N] rows"),
            (r"[\d,]+ KiB of index", "[N] KiB of index"),
        ]}, { insta::assert_snapshot!($all) });
    };
}

#[test]
fn an_answer_builds_indexes_and_nothing_else() {
    snapshot!([
        ("fk-index", ""),
        ("fk-index", "SELECT id FROM orders WHERE user_id = 77"),
        ("fk-index", "CREATE INDEX a ON orders (user_id); DELETE FROM orders"),
        ("fk-index", "CREATE UNIQUE INDEX a ON orders (user_id)"),
        ("fk-index", "DROP INDEX a"),
        ("fk-index", "CREATE INDEX a ON orders (usr_id)"),
        ("fk-index", "CREATE INDEX a ON orders (user_id); CREATE INDEX a ON orders (status)"),
        ("fk-index", "CREATE INDEX a ON sqlite_schema (name)"),
        ("fk-index", "CREATE INDEX a ON orders (user_id, hex(zeroblob(20000)))"),
        ("fk-index", "create index if not exists main.a on orders (user_id) -- done"),
        ("which-can-go", "CREATE INDEX a ON orders (user_id)"),
        ("which-can-go", "DROP INDEX nothing"),
        ("which-can-go", "DROP TABLE orders"),
    ]);
}

#[test]
fn nobody_waits_for_a_hundred_statements() {
    let many = said("fk-index", &"CREATE INDEX a ON orders (user_id);".repeat(21));
    assert!(many.starts_with("error: an answer has at most 20 statements\n"), "{many}");
}

#[test]
fn indexes_and_their_rules() {
    snapshot!([
        ("user-feed", "CREATE INDEX a ON orders (user_id)"),
        ("user-feed", "CREATE INDEX a ON orders (user_id, created_at DESC)"),
        ("case-blind-email", "CREATE INDEX a ON users (lower(\"email\") DESC)"),
        ("user-feed", "CREATE INDEX a ON orders (user_id, created_at)"),
        ("user-feed", "CREATE INDEX a ON orders (user_id, created_at); CREATE INDEX b ON orders (user_id)"),
        ("count-buyers", "CREATE INDEX a ON orders (user_id, created_at)"),
        ("count-buyers", "CREATE INDEX a ON orders (created_at)"),
        ("prefix-search", "CREATE INDEX a ON products (name)"),
        ("rare-status", "CREATE INDEX a ON orders (status, created_at)"),
        ("month-expression", "CREATE INDEX a ON orders (created_at)"),
        ("top-spenders-index", "CREATE INDEX a ON orders (created_at)"),
        ("queue-index", "CREATE INDEX a ON jobs (priority DESC, run_at) WHERE state = 'queued'"),
        ("which-can-go", "DROP INDEX by_user"),
        ("which-can-go", "DROP INDEX by_user_time; DROP INDEX by_status_time"),
        (
            "which-can-go",
            "DROP INDEX by_user; DROP INDEX by_status; DROP INDEX by_time; DROP INDEX by_id_status"
        ),
    ]);
}

#[test]
fn faster_queries_and_their_rules() {
    snapshot!([
        ("wrapped-date", "SELECT count(*) FROM orders WHERE created_at LIKE '2026-02-10%'"),
        ("wrapped-date", "SELECT 5"),
        ("min-and-max", "SELECT 1, 2"),
        (
            "wrapped-date",
            "SELECT count(*) FROM orders INDEXED BY orders_by_time \
             WHERE created_at >= '2026-02-10' AND created_at < '2026-02-11'"
        ),
        ("wrapped-date", "SELECT count(*) FROM orders WHERE created_at > '2026-02-10'"),
        (
            "wrapped-date",
            "SELECT count(*) FROM orders WHERE created_at BETWEEN '2026-02-10' AND '2026-02-11'"
        ),
        ("wrapped-date", "SELECT count(*) FROM order WHERE created_at > '2026-02-10'"),
        ("wrapped-date", "DELETE FROM orders"),
        ("min-and-max", "SELECT min(created_at), max(created_at) FROM orders"),
        (
            "correlated-report",
            "SELECT id, (SELECT count(*) FROM orders WHERE user_id = u.id), \
          (SELECT max(created_at) FROM orders WHERE user_id = u.id) FROM users AS u"
        ),
        ("or-null-parameter", "SELECT id FROM orders WHERE user_id = :u"),
        ("or-null-parameter", "SELECT id FROM orders WHERE user_id = coalesce(:u, user_id)"),
        (
            "page-at-depth",
            "SELECT id, created_at FROM orders ORDER BY created_at DESC, id DESC LIMIT 20 OFFSET 15000"
        ),
    ]);
}

/// A tune exercise with every rule that no exercise of the binary has.
const RULES: &str = r#"
id = "ad-hoc"
title = "All rules"
track = "tuning"
kind = "tune"
level = 1
minutes = 4
schema = "shop"
statement = "Users from a country with orders."
hints = ["One.", "Two."]
explanation = "So."
slow = "SELECT u.id FROM users AS u JOIN orders AS o ON o.user_id = u.id WHERE u.country = 'DE' GROUP BY u.id"
[[columns]]
name = "id"
meaning = "an id"
[rules]
usable = ["orders(user_id)"]
no_automatic_index = true
no_correlated = true
covering = ["users"]
growth = "linear"
[[right]]
style = "in"
sql = "SELECT id FROM users WHERE country = 'DE' AND id IN (SELECT user_id FROM orders)"
[[wrong]]
why = "No."
rule = "result"
sql = "SELECT 1"
[[wrong]]
why = "No."
rule = "result"
sql = "SELECT 2"
[[wrong]]
why = "No."
rule = "result"
sql = "SELECT 3"
"#;

#[test]
fn rules_that_no_exercise_has_yet() {
    let folder = tempfile::tempdir().expect("there is a folder");
    let track = folder.path().join("exercises/tuning");
    std::fs::create_dir_all(&track).expect("it can be made");
    std::fs::write(track.join("ad-hoc.toml"), RULES).expect("it can be written");
    let exercises = Catalog::of_pack(folder.path()).expect("it is in order");
    let mut all = String::new();
    for sql in [
        "SELECT id FROM users WHERE country = 'DE' AND id IN (SELECT user_id FROM orders)",
        "SELECT id FROM users AS u WHERE country = 'DE' AND EXISTS (SELECT 1 FROM orders WHERE user_id + 0 = u.id)",
        "SELECT id FROM users AS u WHERE country = 'DE' \
         AND (SELECT max(id) FROM orders WHERE user_id = u.id) IS NOT NULL",
        "SELECT DISTINCT u.id FROM users AS u CROSS JOIN orders AS o ON o.user_id = u.id WHERE u.country = 'DE'",
    ] {
        writeln!(all, "— {sql}\n{}", judged(&exercises[0], sql)).expect("writing to a String succeeds");
    }
    hold!(all);
}
