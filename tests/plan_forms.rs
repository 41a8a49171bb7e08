//! Every form of EXPLAIN QUERY PLAN as the engine really writes it: the lines, what they are read as, and their words.

use std::fmt::Write as _;

use rusqlite::Connection;
use sqldojo::cost::Cost;
use sqldojo::plan::Plan;
use sqldojo::plan::input::SchemaFacts;
use sqldojo::plan::node::{Kind, Node};
use sqldojo::render::cell::width;
use sqldojo::render::plan::{Look, at_length, sentences, tree};

mod plan;

const SHOP: &str = include_str!("../schemas/shop.sql");
const FORMS: &str = include_str!("plan/forms.sql");

struct Case {
    title: &'static str,
    sql: &'static str,
}

fn cases(conn: &Connection) -> Vec<Case> {
    let mut title = "";
    let mut cases = Vec::new();
    for line in FORMS.lines() {
        if let Some(setup) = line.strip_prefix(".setup ") {
            conn.execute_batch(setup).expect(setup);
        } else if let Some(text) = line.strip_prefix("-- ") {
            title = text;
        } else if !line.is_empty() {
            cases.push(Case { title, sql: line.trim_end_matches(';') });
        }
    }
    cases
}

/// How deep a step stands.
fn depth(plan: &Plan, node: &Node) -> usize {
    match plan.nodes.iter().find(|above| above.id == node.parent) {
        Some(above) => 1 + depth(plan, above),
        None => 0,
    }
}

fn shop() -> (Connection, Vec<Case>, SchemaFacts) {
    let conn = Connection::open_in_memory().expect("memory is there");
    conn.execute_batch(SHOP).expect("the shop's schema is valid");
    let cases = cases(&conn);
    let facts = plan::facts(&conn);
    (conn, cases, facts)
}

#[test]
fn every_form() {
    let (conn, cases, facts) = shop();
    let mut out = String::new();
    for Case { title, sql } in &cases {
        let rows = plan::explain(&conn, sql);
        let read = Plan::read(&rows, sql, &facts);
        writeln!(out, "# {title}\n{sql}\n= {}", read.verdict.text).unwrap();
        for node in &read.nodes {
            let depth = depth(&read, node);
            writeln!(
                out,
                "{:indent$}{}\n{:indent$}    {}",
                "",
                node.detail,
                "",
                node.words,
                indent = depth * 2
            )
            .unwrap();
            if let Some(why) = &node.why {
                writeln!(out, "{:indent$}    {why}", "", indent = depth * 2).unwrap();
            }
            assert_ne!(node.kind, Kind::Raw, "not read: {}", node.detail);
        }
        out.push('\n');
    }
    insta::assert_snapshot!(out);
}

/// Top-spenders in five spellings, and the answers of the screens.
const DRAWN: [(&str, &str); 8] = [
    (
        "top-spenders",
        "SELECT u.id, u.name, sum(i.quantity * i.unit_price_cents) AS spend FROM users u JOIN orders o ON o.user_id = u.id \
         JOIN order_items i ON i.order_id = o.id WHERE o.status IN ('paid', 'shipped') AND o.created_at >= '2026-02-01' \
         AND o.created_at < '2026-03-01' GROUP BY u.id ORDER BY spend DESC, u.id LIMIT 5",
    ),
    (
        "a month by a function",
        "SELECT count(*), min(user_id) FROM orders WHERE strftime('%Y-%m', created_at) = '2025-11'",
    ),
    (
        "never paid",
        "SELECT o.id FROM orders o WHERE o.status = 'paid' AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id)",
    ),
    ("every pair", "SELECT count(*) FROM users a, products b"),
    ("either", "SELECT id FROM users WHERE id = 7 OR email = 'ann@mail.example'"),
    ("two sides", "SELECT name FROM users UNION SELECT name FROM products ORDER BY 1"),
    ("each one's share", "SELECT id, sum(id) OVER (PARTITION BY status ORDER BY id) FROM orders LIMIT 3"),
    (
        "WITH a very long title that has to give way to the cost of the query at its right",
        "SELECT o.user_id, a_rather_long_name_for_a_source.unit_price_cents FROM orders o JOIN order_items \
         a_rather_long_name_for_a_source ON a_rather_long_name_for_a_source.order_id = o.id ORDER BY o.created_at",
    ),
];

#[test]
fn drawn() {
    let conn = Connection::open_in_memory().expect("memory is there");
    conn.execute_batch(SHOP).expect("the shop's schema is valid");
    let facts = plan::facts(&conn);
    let mut out = String::new();
    for (title, sql) in DRAWN {
        let read = Plan::read(&plan::explain(&conn, sql), sql, &facts);
        let cost = Some(Cost { steps: 31_204, pages: 412 });
        writeln!(out, "{sql}\n\n{}", tree(&read, title, cost, Look::default())).expect("a String takes it");
    }
    let (title, sql) = DRAWN[0];
    let read = Plan::read(&plan::explain(&conn, sql), sql, &facts);
    let ascii = Look { ascii: true, width: 60 };
    for part in [tree(&read, title, None, ascii), sentences(&read, ascii), at_length(&read, Look::default())]
    {
        writeln!(out, "{part}").expect("a String takes it");
    }
    insta::assert_snapshot!(out);
}

#[test]
fn nothing_is_wider_than_the_screen() {
    let (conn, cases, facts) = shop();
    for Case { sql, .. } in &cases {
        let read = Plan::read(&plan::explain(&conn, sql), sql, &facts);
        for ascii in [false, true] {
            let look = Look { ascii, width: 72 };
            let drawn = tree(&read, "title", Some(Cost::default()), look) + &sentences(&read, look);
            for line in drawn.lines() {
                assert!(width(line) <= 72, "{line}");
                assert!(!ascii || line.replace('…', "").is_ascii(), "{line}");
            }
        }
    }
}

#[test]
fn as_json() {
    let conn = Connection::open_in_memory().expect("memory is there");
    conn.execute_batch(SHOP).expect("the shop's schema is valid");
    let (_, sql) = DRAWN[0];
    let read = Plan::read(&plan::explain(&conn, sql), sql, &plan::facts(&conn));
    let json = serde_json::to_string_pretty(&read).expect("a plan is plain data");
    insta::assert_snapshot!(json.lines().take(70).collect::<Vec<_>>().join("\n"));
}
