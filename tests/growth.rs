//! Growth classes of real queries, found by the runner on the schemas' own data.

use std::fmt::Write as _;

use sqldojo::{
    engine::Sandbox,
    plan::{
        grow::{GrowError, Trial, grow},
        growth::{Class, Grows, Growth},
    },
    schema::{
        cache::Cache,
        world::{self, World},
    },
    value::Value,
};
use tempfile::TempDir;

/// A schema whose data is kept for one test.
fn world(name: &str) -> (World, TempDir) {
    let folder = tempfile::tempdir().expect("there is room for data");
    let cache = Cache::at(folder.path().to_owned());
    (world::find_with(name, &[], cache).expect("it is one of ours"), folder)
}

const TIME: &str = "CREATE INDEX orders_time ON orders (created_at)";
const USER: &str = "CREATE INDEX orders_user ON orders (user_id, created_at)";
const LINES: &str = "CREATE INDEX lines ON order_items (order_id)";

fn told(growth: &Growth) -> String {
    let mut out = growth.words();
    for (n, steps, pages) in growth.points() {
        write!(out, "\n    {n}: {steps} steps, {pages} pages").expect("it is a String");
    }
    for remark in growth.remarks() {
        write!(out, "\n    {remark}").expect("it is a String");
    }
    out
}

#[test]
fn classes() {
    use Class::{Constant, Linear, MoreThanQuadratic, NLogN, Quadratic, Unknown};
    use Grows::{Both, History, Users};
    let cases: &[(Class, Grows, &[&str], &str)] = &[
        (Constant, Both, &[], "SELECT name FROM users WHERE id = 5"),
        (Constant, Both, &[], "SELECT id, total FROM (SELECT id, 1 AS total FROM orders WHERE id = 17)"),
        (Constant, Both, &[], "SELECT id FROM users WHERE email = 'nobody@mail.example'"),
        (Constant, Both, &[], "SELECT id FROM order_items LIMIT 5"),
        (Constant, Both, &[], "SELECT max(id) FROM orders"),
        (Constant, Both, &[], "SELECT 1"),
        (Constant, Both, &[TIME], "SELECT id FROM orders ORDER BY created_at DESC LIMIT 20"),
        (Constant, Both, &[TIME], "SELECT max(created_at) FROM orders"),
        (
            Constant,
            Both,
            &[TIME],
            "SELECT id FROM orders WHERE (created_at, id) < ('2025-09-01', 0) ORDER BY created_at DESC, id DESC \
             LIMIT 20",
        ),
        (Constant, Both, &[LINES], "SELECT sum(quantity) FROM order_items WHERE order_id = 100"),
        (
            Constant,
            Both,
            &[LINES],
            "SELECT o.id, p.name FROM orders o JOIN order_items i ON i.order_id = o.id JOIN products p \
             ON p.id = i.product_id WHERE o.id = 12",
        ),
        (Constant, History, &[], "SELECT country, count(*) FROM users GROUP BY country"),
        (Constant, History, &[], "SELECT count(*) FROM users a JOIN users b ON b.referrer_id = a.id"),
        (Constant, Users, &[], "SELECT category, avg(price_cents) FROM products GROUP BY category"),
        (Linear, Users, &[], "SELECT country, count(*) FROM users WHERE name > 'M' AND country = 'DE'"),
        (Linear, Both, &[], "SELECT count(*) FROM orders"),
        (Linear, Both, &[], "SELECT id FROM order_items WHERE quantity = 9"),
        (Linear, Both, &[], "SELECT count(*), sum(user_id) FROM orders WHERE status = 'paid'"),
        (Linear, Both, &[], "SELECT id FROM orders WHERE strftime('%Y-%m', created_at) = '2025-11'"),
        (
            Linear,
            Both,
            &[TIME],
            "SELECT user_id FROM orders WHERE created_at >= '2025-02' AND created_at < '2025-03'",
        ),
        (Linear, Both, &[TIME], "SELECT id, created_at FROM orders ORDER BY created_at"),
        (
            Linear,
            Both,
            &[TIME],
            "SELECT id FROM orders ORDER BY created_at LIMIT 20 OFFSET (SELECT count(*) / 2 FROM orders)",
        ),
        (Linear, Both, &[], "SELECT id FROM orders ORDER BY created_at DESC, id LIMIT 20"),
        (Linear, Both, &[], "SELECT DISTINCT status FROM orders"),
        (Linear, Both, &[USER], "SELECT user_id, count(*) FROM orders GROUP BY user_id"),
        (Linear, Both, &[], "SELECT o.id, u.name FROM orders o JOIN users u ON u.id = o.user_id"),
        (
            Linear,
            Both,
            &[USER],
            "SELECT u.id FROM users u WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.user_id = u.id)",
        ),
        (
            Linear,
            Both,
            &[USER],
            "SELECT u.id, (SELECT count(*) FROM orders o WHERE o.user_id = u.id) AS n FROM users u",
        ),
        (Linear, History, &[USER], "SELECT count(DISTINCT date(created_at)) FROM orders WHERE user_id = 1"),
        (Linear, Both, &[], "SELECT id FROM orders WHERE status = 'none' ORDER BY id % 7"),
        (
            Linear,
            Both,
            &[],
            "WITH t AS (SELECT user_id, status FROM orders) SELECT count(*) FROM t WHERE status = 'paid'",
        ),
        (NLogN, Both, &[], "SELECT id, name FROM users ORDER BY name, id"),
        (NLogN, Both, &[], "SELECT status, count(*) FROM orders GROUP BY status"),
        (NLogN, Both, &[], "SELECT user_id, max(created_at) FROM orders GROUP BY user_id"),
        (
            NLogN,
            Both,
            &[],
            "SELECT product_id, sum(quantity) AS n FROM order_items GROUP BY product_id ORDER BY n DESC LIMIT 5",
        ),
        (
            NLogN,
            Both,
            &[],
            "SELECT id, row_number() OVER (PARTITION BY product_id ORDER BY id) FROM order_items",
        ),
        (NLogN, Both, &[], "SELECT id, rank() OVER (ORDER BY created_at) FROM orders"),
        (NLogN, Both, &[], "SELECT name FROM users UNION SELECT status FROM orders"),
        (
            NLogN,
            Both,
            &[TIME, LINES],
            "SELECT u.id, u.name, sum(i.quantity * i.unit_price_cents) AS spend FROM users u JOIN orders o \
             ON o.user_id = u.id JOIN order_items i ON i.order_id = o.id WHERE o.created_at >= '2026-02-01' \
             AND o.created_at < '2026-03-01' GROUP BY u.id ORDER BY spend DESC, u.id LIMIT 5",
        ),
        // The shop's products stay as many up to 25,000 orders.
        (
            Constant,
            Both,
            &[],
            "SELECT count(*) FROM products a, products b WHERE a.price_cents < b.price_cents",
        ),
        (Quadratic, Both, &[], "SELECT count(*) FROM users a JOIN users b ON a.id % 10 = b.id % 10"),
        (Quadratic, Both, &[], "SELECT count(*) FROM orders a, orders b WHERE a.status < b.status"),
        (Quadratic, Both, &[], "SELECT count(*) FROM orders a JOIN orders b ON b.created_at < a.created_at"),
        (
            Quadratic,
            Both,
            &[],
            "SELECT count(*) FROM users u WHERE (SELECT count(*) FROM orders o WHERE +o.user_id = u.id) > 30",
        ),
        (
            Quadratic,
            Both,
            &[],
            "SELECT o.id, (SELECT count(*) FROM orders p WHERE p.created_at <= o.created_at) FROM orders o",
        ),
        (Linear, History, &[], "SELECT count(*) FROM users u JOIN orders o ON +o.user_id > u.id"),
        (Quadratic, Users, &[], "SELECT count(*) FROM users u JOIN orders o ON +o.user_id > u.id"),
        (MoreThanQuadratic, Both, &[], "SELECT count(*) FROM users a, users b, users c"),
        (Unknown, Both, &[], "SELECT count(*) FROM order_items a, order_items b, order_items c"),
    ];
    let (shop, _folder) = world("shop");
    let mut wrong = String::new();
    for (class, grows, setup, sql) in cases {
        let setup: Vec<String> = setup.iter().map(|sql| (*sql).to_owned()).collect();
        let growth = grow(&Trial { setup: &setup, grows: *grows, ..Trial::new(&shop, 1, sql) }).unwrap();
        if growth.class != *class {
            writeln!(wrong, "{:?}, not {class:?}: {sql}\n    {}", growth.class, told(&growth)).unwrap();
        }
    }
    assert_eq!(wrong, "");
}

/// Two runs give the same figures to the digit, however many sizes are tried at once, and what is shown names the
/// plan's changes and what was stopped.
#[test]
fn figures_repeat() {
    let (shop, _folder) = world("shop");
    let cases: [(Grows, &[u64], &str); 4] = [
        (Grows::Both, &[2000, 8000, 32_000], "SELECT user_id, count(*) FROM orders GROUP BY user_id"),
        (
            Grows::History,
            &[2000, 8000, 32_000],
            "SELECT u.id FROM users u JOIN orders o ON o.user_id = u.id WHERE u.country = 'DE'",
        ),
        (Grows::Users, &[2000, 8000], "SELECT count(*) FROM users a, users b, products p"),
        (Grows::Both, &[500, 2000, 8000], "SELECT count(*) FROM users a JOIN orders o ON +o.user_id = a.id"),
    ];
    let all = |jobs: usize| {
        let told = cases.map(|(grows, sizes, sql)| {
            let trial = Trial { grows, sizes, jobs, ..Trial::new(&shop, 1, sql) };
            format!("{sql}\n    {}\n", told(&grow(&trial).unwrap()))
        });
        told.concat()
    };
    let alone = all(1);
    assert_eq!(alone, all(3));
    insta::assert_snapshot!(alone);
}

#[test]
fn setup_parameters_and_statistics() {
    let (shop, _folder) = world("shop");
    let partial = "CREATE INDEX pending ON orders (created_at) WHERE status = 'pending'".to_owned();
    let sql = "SELECT id FROM orders WHERE status = :status AND created_at > '2026-03-14 12'";
    let bound = [("status".to_owned(), Value::Text("pending".to_owned()))];
    let mut out = String::new();
    for (parameters, analyze) in [(&bound[..], false), (&bound[..], true), (&[][..], false)] {
        let setup = std::slice::from_ref(&partial);
        let trial = Trial { setup, parameters, analyze, ..Trial::new(&shop, 1, sql) };
        writeln!(out, "{}", told(&grow(&trial).unwrap())).unwrap();
    }
    insta::assert_snapshot!(out);
}

#[test]
fn what_cannot_be_grown() {
    let (shop, _folder) = world("shop");
    let bad = ["CREATE UNIQUE INDEX u ON orders (user_id)".to_owned()];
    let failed = grow(&Trial { setup: &bad, ..Trial::new(&shop, 1, "SELECT 1") }).unwrap_err();
    assert!(matches!(failed, GrowError::Setup(0, _)), "{failed}");
    let failed = grow(&Trial::new(&shop, 1, "SELECT nme FROM users")).unwrap_err();
    assert_eq!(failed.to_string(), "no such column: nme");

    // Stopped from outside as Ctrl-C does, whatever runs.
    let watch = |sandbox: &Sandbox| {
        let interrupter = sandbox.interrupter();
        std::thread::spawn(move || {
            for _ in 0..500 {
                std::thread::sleep(std::time::Duration::from_millis(2));
                interrupter.interrupt();
            }
        });
    };
    let sql = "SELECT count(*) FROM order_items a, order_items b";
    let failed = grow(&Trial { watch: &watch, budget: u64::MAX, ..Trial::new(&shop, 1, sql) }).unwrap_err();
    assert!(failed.is_interrupted(), "{failed}");
}

#[test]
fn a_deadline_is_told_of() {
    let (shop, _folder) = world("shop");
    let deadline = Some(std::time::Duration::from_millis(300));
    let sql = "SELECT count(*) FROM order_items a, order_items b";
    let trial = Trial { deadline, budget: u64::MAX, sizes: &[32_000], ..Trial::new(&shop, 1, sql) };
    assert_eq!(grow(&trial).unwrap().remarks(), ["At 2 k, 8 k and 32 k it ran out of time"]);
}
