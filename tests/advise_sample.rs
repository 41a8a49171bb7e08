//! Samples of large databases: what is joined stays together, and advice on a sample holds on the whole.

use std::ops::ControlFlow;

use sqldojo::{
    cost::Cost,
    engine::{Sandbox, Settings, Source},
    plan::advise::{Extent, Options, Sample, advise, advise_from},
    schema::{
        cache::Cache,
        world::{self, Size},
    },
    value::Value,
};

const SMALL: Extent = Extent { whole: 4000, rows: 3000 };

fn settings() -> Settings {
    Settings::learner("2026-03-15 12:00:00".parse().expect("it is a moment"), None)
}

fn empty() -> Sandbox {
    Sandbox::open(Source::Empty, settings()).expect("memory is there")
}

fn shop(orders: u64) -> (Sandbox, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("there is room");
    let cache = Cache::at(folder.path().to_owned());
    let shop = world::find_with("shop", &[], cache).expect("the shop is there");
    let sandbox = world::writable(&shop, &Size::Rows(orders), 1, settings()).expect("its data can be made");
    (sandbox, folder)
}

fn sampled(source: &Sandbox, statements: &[&str], extent: Extent) -> Option<Sandbox> {
    let sample = Sample::plan(source, statements, extent).expect("it can be planned")?;
    let target = empty();
    sample.fill(source, &target).expect("it can be filled");
    Some(target)
}

fn number(sandbox: &Sandbox, sql: &str) -> i64 {
    match sandbox.table(sql).expect(sql).rows[0][0] {
        Value::Integer(n) => n,
        _ => panic!("{sql} gives no number"),
    }
}

/// How many rows each table has.
fn counts(sandbox: &Sandbox, tables: &[&str]) -> Vec<i64> {
    tables.iter().map(|table| number(sandbox, &format!("SELECT count(*) FROM {table}"))).collect()
}

const SHOP: [&str; 5] = ["users", "products", "orders", "order_items", "payments"];

#[test]
fn who_is_in_a_sample_has_all_that_belongs_to_them() {
    let (source, _folder) = shop(12_000);
    let joined = "SELECT count(*) FROM users u JOIN orders o ON o.user_id = u.id JOIN order_items i ON i.order_id = o.id";
    let target = sampled(&source, &[joined], Extent { whole: 10_000, rows: 5000 }).expect("it is large");
    let rows = counts(&target, &SHOP);
    assert!((400..3000).contains(&rows[2]) && rows[3] > 2 * rows[2], "{rows:?}");
    assert_eq!((rows[1], rows[4]), (0, 0), "nobody reads them");
    let orphans = "SELECT (SELECT count(*) FROM orders WHERE user_id NOT IN (SELECT id FROM users)) + \
                   (SELECT count(*) FROM order_items WHERE order_id NOT IN (SELECT id FROM orders)) + \
                   (SELECT count(*) FROM users WHERE referrer_id NOT IN (SELECT id FROM users))";
    assert_eq!(number(&target, orphans), 0);
    // Every user whose orders are there has all of them, and every order all its lines.
    let of = |sandbox: &Sandbox, sql: &str| sandbox.table(sql).expect(sql).rows;
    let all = of(&source, "SELECT user_id, count(*) FROM orders GROUP BY user_id");
    let kept = of(&target, "SELECT user_id, count(*) FROM orders GROUP BY user_id");
    assert!(kept.len() > 10 && kept.iter().all(|row| all.contains(row)));
    let all = of(&source, "SELECT order_id, count(*) FROM order_items GROUP BY order_id");
    let kept = of(&target, "SELECT order_id, count(*) FROM order_items GROUP BY order_id");
    assert!(kept.len() > 300 && kept.iter().all(|row| all.contains(row)));
    // Nothing is left in the source.
    assert_eq!(number(&source, "SELECT count(*) FROM sqlite_temp_schema"), 0);
}

#[test]
fn what_a_query_looks_for_is_in_the_sample() {
    let (source, _folder) = shop(12_000);
    let extent = Extent { whole: 10_000, rows: 1000 };
    for (sql, counted) in [
        (
            "SELECT sum(id) FROM orders WHERE user_id = 1007",
            "SELECT count(*) FROM orders WHERE user_id = 1007",
        ),
        (
            "SELECT count(*) FROM users u JOIN orders o ON o.user_id = u.id JOIN order_items i ON i.order_id = o.id \
             WHERE u.id = 1007",
            "SELECT count(*) FROM users u JOIN orders o ON o.user_id = u.id WHERE u.id = 1007",
        ),
        (
            "SELECT i.quantity FROM order_items i JOIN orders o ON o.id = i.order_id JOIN users u ON u.id = o.user_id \
             WHERE o.id = 9001",
            "SELECT count(*) FROM order_items WHERE order_id = 9001",
        ),
    ] {
        let target = sampled(&source, &[sql], extent).expect("it is large");
        let (all, kept) = (number(&source, counted), number(&target, counted));
        assert!(all > 0 && kept == all.min(20), "{sql}: {kept} of {all}");
        assert!(counts(&target, &["orders"])[0] < 2000);
    }
}

#[test]
fn a_table_alone_is_sampled_in_stretches_over_all_of_it() {
    let (source, _folder) = shop(5000);
    let alone = "SELECT count(*) FROM orders WHERE created_at >= '2026-02-01'";
    let target = sampled(&source, &[alone], SMALL).expect("it is large");
    let (all, kept) = (counts(&source, &["orders"])[0], counts(&target, &["orders"])[0]);
    assert!((2000..=4500).contains(&kept) && kept < all, "{kept} of {all}");
    let late = "SELECT 100 * sum(created_at >= '2025-06-01') / count(*) FROM orders";
    assert!((number(&source, late) - number(&target, late)).abs() <= 3);
    assert!(sampled(&source, &[alone], Extent { whole: 10_000, rows: 3000 }).is_none(), "it is small enough");
}

#[test]
fn what_was_sampled_costs_what_it_cost_before() {
    let (source, _folder) = shop(12_000);
    let sql = "SELECT count(*) FROM orders WHERE status = 'paid'";
    let cost = || source.run(sql, &[], |_| ControlFlow::Continue(())).expect(sql).cost;
    let before = cost();
    assert!(before.pages > 50, "{before:?}");
    sampled(&source, &[sql], Extent { whole: 10_000, rows: 1000 }).expect("it is large");
    assert_eq!(cost(), before);
}

#[test]
fn schemas_of_other_kinds() {
    let source = empty();
    source
        .script(
            "CREATE TABLE tags (tag TEXT PRIMARY KEY, about TEXT);
             CREATE TABLE posts (id INTEGER PRIMARY KEY, tag TEXT REFERENCES tags, score INT, twice AS (score * 2));
             CREATE TABLE votes (post INT REFERENCES posts, voter INT, PRIMARY KEY (post, voter)) WITHOUT ROWID;
             CREATE INDEX scores ON posts (score DESC);
             CREATE VIEW best AS SELECT * FROM posts WHERE score > 90;
             INSERT INTO tags SELECT 'tag ' || value, 'x' FROM generate_series(1, 2000);
             INSERT INTO posts (id, tag, score) SELECT value, iif(value % 10, 'tag ' || (1 + value % 2000), NULL),
               value % 100 FROM generate_series(1, 20000);
             INSERT INTO votes SELECT 1 + value % 20000, value FROM generate_series(1, 30000);
             ANALYZE",
        )
        .expect("it is in order");
    let asked = "SELECT b.id FROM best b JOIN tags t ON t.tag = b.tag JOIN votes v ON v.post = b.id";
    let target = sampled(&source, &[asked], SMALL).expect("it is large");
    let rows = counts(&target, &["tags", "posts", "votes", "sqlite_stat1"]);
    assert!(rows[..3].iter().all(|rows| (20..5000).contains(rows)) && rows[3] > 0, "{rows:?}");
    assert_eq!(number(&target, "SELECT count(*) FROM posts WHERE tag NOT IN (SELECT tag FROM tags)"), 0);
    assert_eq!(number(&target, "SELECT count(*) FROM votes WHERE post NOT IN (SELECT id FROM posts)"), 0);
    assert!(number(&target, "SELECT count(*) FROM posts WHERE tag IS NULL") > 5);
    // What changes data may ask for any table.
    let target = sampled(&source, &["DELETE FROM votes WHERE post = 7"], SMALL).expect("it is large");
    assert!(counts(&target, &["tags", "posts", "votes"]).iter().all(|rows| *rows > 20));

    source.script("CREATE TRIGGER t AFTER DELETE ON votes BEGIN SELECT 1; END").expect("it is in order");
    assert!(sampled(&source, &[asked], SMALL).is_none(), "a trigger may look at anything");
}

#[test]
fn advice_from_a_sample_holds_on_the_whole() {
    let (source, _folder) = shop(5000);
    let cost = |sql: &str| -> Cost { source.run(sql, &[], |_| ControlFlow::Continue(())).expect(sql).cost };
    for sql in [
        "SELECT id, status, created_at FROM orders WHERE user_id = 7 ORDER BY created_at DESC LIMIT 10",
        "SELECT count(*), sum(i.quantity) FROM users u JOIN orders o ON o.user_id = u.id JOIN order_items i \
         ON i.order_id = o.id WHERE u.country = 'VN' AND u.created_at >= '2026-01-01'",
        "SELECT product_id, sum(quantity) FROM order_items GROUP BY product_id",
    ] {
        let before = cost(sql).total();
        let less = sampled(&source, &[sql], SMALL).expect("it is large");
        let found = advise_from(Some(&less), &source, sql, &Options::default()).expect(sql);
        let whole = advise(&source, sql, &Options::default()).expect(sql);
        let (best, other) = (&found.advice[0], &whole.advice[0]);
        // The figures are those of the whole, and no worse than what a search there finds.
        let total = |steps: u64, pages: u64| Cost { steps, pages }.total();
        assert_eq!(found.baseline, whole.baseline);
        let (ours, theirs) = (total(best.steps, best.pages), total(other.steps, other.pages));
        assert!(ours * 10 <= theirs * 11 && ours < before, "{} {ours}, {} {theirs}", best.sql, other.sql);
        assert!(found.rejected.iter().all(|one| !one.why.contains("steps")), "figures of other data");
    }
    assert!(source.is_autocommit());
}

#[test]
fn a_query_that_never_comes_to_its_end_gains_by_any_index_with_which_it_does() {
    let (source, _folder) = shop(4_000);
    let latest = "SELECT o.user_id, o.id FROM orders o WHERE NOT EXISTS (SELECT 1 FROM orders p \
                  WHERE p.user_id = o.user_id AND (p.created_at, p.id) > (o.created_at, o.id))";
    // So few steps that the page gets of the query with the index weigh more than all that was seen without it.
    let options = Options { patience: 300_000, ..Options::default() };
    let advice = advise(&source, latest, &options).expect("it can be advised on");
    assert!(advice.stopped);
    assert_eq!(advice.analyzed, None);
    assert_eq!(advice.advice.first().map(|best| best.brief.as_str()), Some("orders (user_id, created_at)"));
}
