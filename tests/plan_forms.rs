//! Every form of EXPLAIN QUERY PLAN as the engine really writes it: the lines, what they are read as, and their words.

use std::fmt::Write as _;

use rusqlite::Connection;
use sqldojo::plan::Plan;
use sqldojo::plan::node::Kind;

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

#[test]
fn every_form() {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch(SHOP).unwrap();
    let cases = cases(&conn);
    let facts = plan::facts(&conn);
    let mut out = String::new();
    for Case { title, sql } in &cases {
        let rows = plan::explain(&conn, sql);
        let read = Plan::read(&rows, sql, &facts);
        writeln!(out, "# {title}\n{sql}\n= {}", read.verdict.text).unwrap();
        for node in &read.nodes {
            let depth = plan::depth(&read, node);
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
