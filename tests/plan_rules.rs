//! What rules ask of plans, on the engine's own plans.

use rusqlite::Connection;
use sqldojo::plan::Plan;
use sqldojo::plan::rules::{Purpose, Sorters};
use sqldojo::plan::verdict::IndexUse;

mod plan;

fn read(indexes: &str, sql: &str) -> Plan {
    let conn = Connection::open_in_memory().expect("memory is there");
    conn.execute_batch(include_str!("../schemas/shop.sql")).expect("the shop's schema is valid");
    conn.execute_batch(indexes).expect(indexes);
    Plan::read(&plan::explain(&conn, sql), sql, &plan::facts(&conn))
}

fn scanned(plan: &Plan) -> Vec<&str> {
    plan.full_scans().filter_map(|access| access.table()).collect()
}

const BY_USER: &str = "CREATE INDEX by_user ON orders (user_id, created_at)";

#[test]
fn full_scans_and_their_size() {
    let plan =
        read("", "SELECT u.name FROM users u JOIN orders o ON o.user_id = u.id WHERE o.status = 'paid'");
    assert_eq!(scanned(&plan), ["orders"]);
    assert_eq!(plan.full_scans_above(2014).count(), 0);
    assert_eq!(plan.full_scans_above(2013).count(), 1);
    // A few rows off the end of an index are no scan; a few that have to be looked for are.
    assert_eq!(scanned(&read(BY_USER, "SELECT user_id FROM orders ORDER BY user_id LIMIT 5")), [""; 0]);
    assert_eq!(scanned(&read("", "SELECT id FROM orders WHERE status = 'paid' LIMIT 5")), ["orders"]);
    assert_eq!(scanned(&read("", "SELECT id FROM orders LIMIT 5")), [""; 0]);
    // Nor are a subquery's rows a table.
    let plan = read("", "SELECT * FROM (SELECT count(*) AS n FROM users GROUP BY country) WHERE n > 3");
    assert_eq!(scanned(&plan), ["users"]);
}

#[test]
fn indexes_by_their_columns_and_aliases() {
    let plan =
        read(BY_USER, "SELECT x.id FROM users AS o JOIN orders AS x ON x.user_id = o.id WHERE o.id = 3");
    assert!(plan.uses_index_led_by("orders", "user_id") && plan.uses_index_led_by("Users", "ID"));
    assert!(!plan.uses_index_led_by("orders", "created_at") && !plan.uses_index_led_by("orders", "id"));
    assert_eq!(plan.indexes_used(), ["by_user"]);
    let plan = read(BY_USER, "SELECT max(user_id) FROM orders");
    assert!(plan.uses_index_led_by("orders", "user_id"));
    let plan = read(BY_USER, "SELECT user_id FROM orders");
    assert!(!plan.uses_index_led_by("orders", "user_id"), "reading all of an index finds nothing");
    // The same alias for two tables: the index and the columns tell them apart.
    let plan = read(
        BY_USER,
        "SELECT (SELECT count(*) FROM orders x WHERE x.user_id = u.id), (SELECT max(id) FROM payments x) FROM users u",
    );
    assert_eq!(
        plan.accesses().filter_map(|a| a.table()).collect::<Vec<_>>(),
        ["users", "orders", "payments"]
    );
}

#[test]
fn covering() {
    let covered = read(BY_USER, "SELECT created_at FROM orders WHERE user_id = 3");
    assert!(covered.covering("orders") && !covered.covering("users"));
    assert!(!read(BY_USER, "SELECT status FROM orders WHERE user_id = 3").covering("orders"));
    let either = "SELECT created_at FROM orders WHERE user_id = 3 OR id = 4";
    assert!(!read(BY_USER, either).covering("orders"), "one arm reads the table");
}

#[test]
fn sorts_automatic_indexes_and_subqueries() {
    let plan =
        read("", "SELECT DISTINCT country, count(DISTINCT name) FROM users GROUP BY country ORDER BY 2");
    let purposes = [Purpose::OrderBy, Purpose::GroupBy, Purpose::Distinct, Purpose::Aggregate];
    assert_eq!(purposes.map(|purpose| plan.sorts_for(purpose)), [true, true, true, false]);
    let plan = read("", "SELECT u.id, p.id FROM users u LEFT JOIN payments p ON p.order_id = u.id");
    assert_eq!(
        plan.automatic_indexes().filter_map(|access| access.table()).collect::<Vec<_>>(),
        ["payments"]
    );
    assert!(!plan.uses_index_led_by("payments", "order_id"), "an index for one run is none that was made");
    let plan = read(
        "",
        "SELECT id, (SELECT count(*) FROM orders o WHERE o.user_id = u.id), (SELECT 1) FROM users u",
    );
    assert_eq!(plan.correlated().map(|subquery| subquery.number).collect::<Vec<_>>(), [1]);
}

#[test]
fn sorters() {
    let cases = [
        ("SELECT id FROM users ORDER BY name", (false, true)),
        ("SELECT id FROM users ORDER BY name LIMIT 5", (false, false)),
        ("SELECT id FROM users WHERE id = 3 ORDER BY name", (false, false)),
        ("SELECT country, count(*) FROM users GROUP BY country", (true, false)),
        ("SELECT country, count(*) AS n FROM users GROUP BY country ORDER BY n", (true, true)),
        ("SELECT DISTINCT country FROM users", (false, false)),
        ("SELECT id, rank() OVER (ORDER BY name) FROM users LIMIT 3", (true, false)),
        ("SELECT name FROM users UNION SELECT name FROM products", (true, false)),
    ];
    for (sql, (of_rows_read, of_result)) in cases {
        assert_eq!(read("", sql).sorters(), Sorters { of_rows_read, of_result }, "{sql}");
    }
}

#[test]
fn a_text_that_does_not_parse_still_has_its_tables() {
    let conn = Connection::open_in_memory().expect("memory is there");
    conn.execute_batch(include_str!("../schemas/shop.sql")).expect("the shop's schema is valid");
    let rows = plan::explain(&conn, "SELECT o.id FROM orders o JOIN users u ON u.id = o.user_id");
    let plan =
        Plan::read(&rows, "SELECT o.id, FROM orders o JOIN users u ON u.id = o.user_id", &plan::facts(&conn));
    assert_eq!(plan.verdict.text, "No index but the primary key of users: scans all 2,014 rows of orders");
    assert_eq!(plan.verdict.uses_index, IndexUse::No);
}

mod whatever_comes_in {
    use proptest::prelude::*;
    use sqldojo::plan::Plan;
    use sqldojo::plan::input::{RawNode, SchemaFacts, TableFacts};
    use sqldojo::render::plan::{Look, at_length, tree};

    /// Pieces of plans and of SQL, and what is neither.
    const PIECES: [&str; 40] = [
        "SCAN ",
        "SEARCH ",
        "t",
        "é日",
        " ",
        " USING ",
        "INDEX ",
        "COVERING ",
        "AUTOMATIC ",
        "PARTIAL ",
        "PRIMARY KEY",
        "INTEGER ",
        "(",
        ")",
        "a=?",
        " AND ",
        "(a,b)>(?,?)",
        "ANY(",
        "<expr>",
        "LEFT-JOIN",
        " EXISTS",
        "MERGE (",
        "UNION",
        " ALL",
        "CORRELATED ",
        "LIST ",
        "SCALAR ",
        "SUBQUERY ",
        "7",
        "99999999999999999999",
        "USE TEMP B-TREE FOR ",
        "ORDER BY",
        "LAST ",
        " TERMS OF ",
        "BLOOM FILTER ON ",
        "VIRTUAL TABLE INDEX ",
        "-ROW VALUES CLAUSE",
        "SELECT * FROM ",
        " WHERE ",
        "'",
    ];

    fn text() -> impl Strategy<Value = String> {
        prop::collection::vec(prop::sample::select(&PIECES[..]), 0..9).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn is_read_and_drawn(rows in prop::collection::vec((-1..9_i64, -1..9_i64, text()), 0..8), sql in text()) {
            let rows: Vec<RawNode> = rows
                .into_iter()
                .map(|(id, parent, detail)| RawNode { id, parent, estimate: 0, detail })
                .collect();
            let table = TableFacts { name: "t".to_owned(), rows: Some(7), columns: vec!["a".to_owned()], ..TableFacts::default() };
            let facts = SchemaFacts { tables: vec![table], ..SchemaFacts::default() };
            let plan = Plan::read(&rows, &sql, &facts);
            prop_assert_eq!(plan.nodes.len(), rows.len());
            let drawn = tree(&plan, &sql, None, Look::default()) + &at_length(&plan, Look::default());
            prop_assert!(drawn.lines().count() > rows.len());
        }
    }
}
