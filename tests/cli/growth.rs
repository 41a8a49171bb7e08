//! `explain` and how its cost grows, as others call it.

use serde_json::Value as Json;

use crate::place::Place;

#[test]
fn growth_is_drawn_where_it_is_asked_for() {
    let place = Place::new();
    let indexed =
        "create index i on orders (user_id); select id from orders where user_id = 7 order by created_at";
    let calls: [(&[&str], &str); 9] = [
        (&["explain", "--grow", "-c", "select user_id, count(*) from orders group by user_id"], ""),
        (&["explain", "--grow", "history", "--accessible", "-c", indexed], ""),
        (
            &[
                "explain",
                "--grow",
                "users",
                "--sizes",
                "500,2k,8k",
                "-c",
                "select count(*) from users a, users b",
            ],
            "",
        ),
        (&["explain", "--grow", "-c", "delete from payments"], ""),
        (&["explain", "--grow", "-c", "create unique index i on orders (user_id); select 1"], ""),
        (&["explain", "--grow", "sideways", "-c", "select 1"], ""),
        (&["explain", "--sizes", "2k,many", "-c", "select 1"], ""),
        (&["explain", "--sizes", "20M", "-c", "select 1"], ""),
        (&["explain", "--grow", "--db", "own.db", "-c", "select 1"], ""),
    ];
    insta::assert_snapshot!(place.transcript(&calls));
}

#[test]
fn growth_stands_in_the_json_of_every_query_on_a_schema() {
    let place = Place::new();
    let explained = |args: &[&str]| -> Json {
        let args = [&["explain", "--format", "json"], args].concat();
        serde_json::from_str(&place.run(&args, "").stdout).unwrap()
    };
    let sql = "select o.id from orders o join order_items i on i.order_id = o.id";
    let grown = &explained(&["-c", sql])["growth"];
    assert_eq!((&grown["class"], &grown["grows"]), (&Json::from("linear"), &Json::from("both")));
    assert_eq!(grown["sizes"], serde_json::json!([2000, 8000, 32000]));
    assert_eq!(grown["steps"].as_array().map(Vec::len), Some(3));
    assert_eq!(grown["flips"], serde_json::json!([]));
    // The same data as --rows makes, so the same figures.
    let at = explained(&["--rows", "8000", "-c", sql]);
    assert_eq!((&at["cost"]["steps"], &at["cost"]["pages"]), (&grown["steps"][1], &grown["pages"][1]));
    assert_eq!(explained(&["-c", sql])["growth"], *grown);

    let never = explained(&[
        "-c",
        "with recursive n (i) as (select 1 union all select i + 1 from n) select max(i) from n limit 9",
        "--deadline",
        "0.3",
    ]);
    assert_eq!(never["growth"]["class"], "unknown");
    assert_eq!(explained(&["-c", "update users set name = 'x'"])["growth"], Json::Null);
    assert_eq!(
        explained(&["-c", "update users set name = 'x'"])["no_growth"],
        "only queries are measured, and this changes data"
    );
}

#[test]
fn advice_on_a_large_database_of_ones_own_is_measured_on_a_sample() {
    use sqldojo::engine::{Sandbox, Settings, Source};
    let place = Place::new();
    let path = place.path().join("own.db");
    let own = Sandbox::open(Source::Empty, Settings::trusted("2026-03-15".parse().unwrap())).unwrap();
    own.script(
        "CREATE TABLE calls (id INTEGER PRIMARY KEY, caller INT, seconds INT, note TEXT);
         INSERT INTO calls SELECT value, value * 7919 % 9973, value % 600, 'a note' FROM generate_series(1, 150000)",
    )
    .unwrap();
    own.write_to(&path).unwrap();
    let before = std::fs::read(&path).unwrap();
    let sql = "SELECT sum(seconds) FROM calls WHERE caller = 77";
    insta::assert_snapshot!(place.transcript(&[(&["advise", "--db", "own.db", "-c", sql], "")]));
    let json = place.run(&["advise", "--db", "own.db", "--format", "json", "-c", sql], "").stdout;
    let json: Json = serde_json::from_str(&json).unwrap();
    assert_eq!(json["sample"], serde_json::json!({ "one_in": 5 }));
    assert_eq!(json["advice"][0]["sql"], "CREATE INDEX calls_caller_seconds ON calls (caller, seconds)");
    assert!(std::fs::read(&path).unwrap() == before, "it was changed");
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1, "something is left beside it");
    // Of data that is made, none is more than is measured on.
    let made = place.run(
        &["advise", "--rows", "2000", "--format", "json", "-c", "SELECT max(created_at) FROM orders"],
        "",
    );
    let json: Json = serde_json::from_str(&made.stdout).unwrap();
    assert_eq!((&json["sample"], &json["tables"]), (&Json::Null, &serde_json::json!([["orders", 2000]])));
}
