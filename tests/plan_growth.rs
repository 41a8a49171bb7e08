//! Growth classes of real queries, measured on the engine at three sizes.

use std::fmt::Write as _;

use rusqlite::{Connection, StatementStatus};
use sqldojo::plan::Plan;
use sqldojo::plan::growth::{Class, Grows, Growth, Measured, Outcome};

mod plan;

const SHOP: &str = include_str!("../schemas/shop.sql");
const SIZES: [u64; 3] = [1000, 4000, 16_000];
const BUDGET: u64 = 2_500_000;

/// `n` orders, a seventh as many users, two and a half as many items; numbers by a stride, so that no order helps.
fn shop(n: u64) -> Connection {
    let conn = Connection::open_in_memory().expect("memory is there");
    let data = format!(
        "CREATE TEMP TABLE counted AS WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {n} * 3)
           SELECT i FROM c;
         INSERT INTO users SELECT i, 'name ' || (i * 7919 % 1000), 'mail' || i || '@mail.example',
           substr('DEVNFRUS', 1 + i % 4 * 2, 2), nullif(i / 2, 0), date('2023-01-01', '+' || (i % 1000) || ' days')
           FROM temp.counted WHERE i <= {n} / 7;
         INSERT INTO products SELECT i, 'product ' || i, 'category ' || (i % 9), 100 + i, NULL
           FROM temp.counted WHERE i <= {n} / 20;
         INSERT INTO orders SELECT i, 1 + i * 7919 % ({n} / 7), iif(i % 10 = 0, 'pending', 'paid'),
           datetime('2023-03-15', '+' || (i * 104729 % 1576800) || ' minutes') FROM temp.counted WHERE i <= {n};
         INSERT INTO order_items SELECT i, 1 + i * 31 % {n}, 1 + i * 7919 % ({n} / 20), 1 + i % 3, 100 + i % 977
           FROM temp.counted WHERE i <= {n} * 5 / 2;
         CREATE INDEX orders_time ON orders (created_at);
         CREATE INDEX orders_user ON orders (user_id, created_at);
         DROP TABLE temp.counted;"
    );
    conn.execute_batch(SHOP).and_then(|()| conn.execute_batch(&data)).expect("the data fits the schema");
    conn
}

fn run(conn: &mut Connection, n: u64, sql: &str) -> Measured {
    let every = 1000;
    let mut left = BUDGET / every;
    let handler = move || {
        left = left.saturating_sub(1);
        left == 0
    };
    conn.progress_handler(i32::try_from(every).expect("it is small"), Some(handler)).expect("it can be set");
    let mut statement = conn.prepare(sql).expect(sql);
    let mut rows = statement.raw_query();
    let mut count = 0;
    let ended = loop {
        match rows.next() {
            Ok(Some(_)) => count += 1,
            Ok(None) => break true,
            Err(_) => break false,
        }
    };
    drop(rows);
    let steps = u64::from(statement.get_status(StatementStatus::VmStep).unsigned_abs());
    let outcome = if ended {
        Outcome::Done { steps, pages: 0, rows: count }
    } else {
        Outcome::Stopped { steps: BUDGET }
    };
    Measured { n, outcome }
}

#[test]
fn classes_of_real_queries() {
    use Class::{Constant, Linear, MoreThanLinear, NLogN, Quadratic, Unknown};
    let cases = [
        (Constant, "SELECT name FROM users WHERE id = 5"),
        (Constant, "SELECT id FROM users WHERE email = 'mail7@mail.example'"),
        (Constant, "SELECT id, created_at FROM orders WHERE user_id = 7 ORDER BY created_at DESC LIMIT 10"),
        (Constant, "SELECT id, created_at FROM orders ORDER BY created_at DESC LIMIT 20"),
        (Constant, "SELECT id FROM orders WHERE created_at < '2025-09-01' ORDER BY created_at DESC LIMIT 20"),
        (Constant, "SELECT max(created_at) FROM orders"),
        (
            Constant,
            "SELECT o.id, sum(i.quantity) FROM orders o JOIN order_items i ON i.id = o.id WHERE o.user_id = 3",
        ),
        (Constant, "SELECT id FROM order_items LIMIT 5"),
        (Linear, "SELECT id FROM order_items WHERE quantity = 9"),
        (Linear, "SELECT count(*), sum(user_id) FROM orders WHERE status = 'paid'"),
        (Linear, "SELECT id FROM orders WHERE strftime('%Y-%m', created_at) = '2025-11'"),
        (Linear, "SELECT id FROM orders WHERE created_at >= '2025-02-01' AND created_at < '2025-06-01'"),
        (Linear, "SELECT id, created_at FROM orders ORDER BY created_at"),
        (Linear, "SELECT user_id, count(*) FROM orders GROUP BY user_id"),
        (Linear, "SELECT DISTINCT status FROM orders"),
        (Linear, "SELECT id, user_id FROM orders WHERE status = 'none' ORDER BY id % 7"),
        (Linear, "SELECT id FROM orders ORDER BY status LIMIT 10"),
        (Linear, "SELECT o.id, u.name FROM orders o JOIN users u ON u.id = o.user_id"),
        (Linear, "SELECT u.id FROM users u WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.user_id = u.id)"),
        (Linear, "SELECT u.id, (SELECT count(*) FROM orders o WHERE o.user_id = u.id) AS n FROM users u"),
        (Linear, "SELECT o.id FROM orders o JOIN order_items i ON i.order_id = o.id WHERE i.quantity = 2"),
        (NLogN, "SELECT id, name FROM users ORDER BY name, id"),
        (
            NLogN,
            "SELECT product_id, sum(quantity) AS n FROM order_items GROUP BY product_id ORDER BY n DESC LIMIT 5",
        ),
        (NLogN, "SELECT status, count(*) FROM orders GROUP BY status"),
        (NLogN, "SELECT id, row_number() OVER (PARTITION BY product_id ORDER BY id) FROM order_items"),
        (NLogN, "SELECT name FROM users UNION SELECT status FROM orders"),
        (
            NLogN,
            "SELECT u.id, u.name, sum(i.quantity * i.unit_price_cents) AS spend FROM users u JOIN orders o ON o.user_id = u.id \
             JOIN order_items i ON i.order_id = o.id WHERE o.created_at >= '2025-02-01' AND o.created_at < '2025-03-01' \
             GROUP BY u.id ORDER BY spend DESC, u.id LIMIT 5",
        ),
        (Quadratic, "SELECT count(*) FROM products a, products b WHERE a.price_cents < b.price_cents"),
        (Quadratic, "SELECT count(*) FROM users a JOIN products p ON a.id % 10 = p.id % 10"),
        (MoreThanLinear, "SELECT count(*) FROM products p JOIN orders o ON p.id % 10 = o.id % 13"),
        (Unknown, "SELECT count(*) FROM orders a, orders b WHERE a.status < b.status"),
    ];
    let mut shops = SIZES.map(|n| (n, shop(n)));
    let facts = plan::facts(&shops[0].1);
    let mut wrong = String::new();
    for (class, sql) in cases {
        let measured: Vec<Measured> = shops.iter_mut().map(|(n, conn)| run(conn, *n, sql)).collect();
        let plans: Vec<(u64, Plan)> =
            shops.iter().map(|(n, conn)| (*n, Plan::read(&plan::explain(conn, sql), sql, &facts))).collect();
        let plans: Vec<(u64, &Plan)> = plans.iter().map(|(n, plan)| (*n, plan)).collect();
        let growth = Growth::new(measured, &plans, Grows::Both);
        if growth.class != class {
            writeln!(wrong, "{:?}, not {class:?}: {sql}\n    {:?}", growth.class, growth.measured)
                .expect("a String takes it");
        }
    }
    assert_eq!(wrong, "");
}
