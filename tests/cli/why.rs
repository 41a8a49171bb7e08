//! `explain` and the indexes that a query leaves alone, as others call it.

use serde_json::Value as Json;

use crate::place::Place;

#[test]
fn causes_and_rewrites_are_shown() {
    let place = Place::new();
    let created = "create index by_time on orders (created_at); ";
    let user = "create index by_user on orders (user_id); ";
    let calls = [
        format!("{created}select id, user_id from orders where strftime('%Y-%m', created_at) = '2025-11'"),
        format!("{created}select min(created_at), max(created_at) from orders"),
        "select id from users where lower(email) = 'anna@mail.example'".to_owned(),
        format!("{user}select id, status from orders where :user is null or user_id = :user"),
        format!(
            "{created}create index by_status on orders (status);
             select id, user_id from orders where status = 'paid' and created_at >= '2026-03-13'"
        ),
        format!("{user}select id, status from orders where user_id = 7"),
    ];
    let mut all: Vec<[&str; 3]> = calls.iter().map(|sql| ["explain", "-c", sql.as_str()]).collect();
    all.push(["explain", "--accessible", "-c"]);
    let accessible = [all[6][0], all[6][1], all[6][2], calls[0].as_str()];
    let mut transcript: Vec<(&[&str], &str)> = all[..6].iter().map(|call| (call.as_slice(), "")).collect();
    transcript.push((&accessible, ""));
    insta::assert_snapshot!(place.transcript(&transcript));
}

#[test]
fn causes_stand_in_the_json() {
    let place = Place::new();
    let explained = |args: &[&str]| -> Json {
        let args = [&["explain", "--format", "json"], args].concat();
        serde_json::from_str(&place.run(&args, "").stdout).unwrap()
    };
    let sql = "create index i on orders (created_at);
        select id, user_id from orders where date(created_at) = '2026-03-02'";
    let json = explained(&["-c", sql]);
    let unused = &json["not_used"][0];
    for (field, want) in [
        ("index", "i"),
        ("table", "orders"),
        ("keys", "created_at"),
        ("cause", "function"),
        ("brief", "date() hides the column"),
    ] {
        assert_eq!(unused[field], want, "{field}");
    }
    let rewrite = &unused["rewrite"];
    assert_eq!(rewrite["kind"], "range");
    assert_eq!(
        rewrite["sql"],
        "select id, user_id from orders where created_at >= '2026-03-02' AND created_at < '2026-03-03'"
    );
    assert!(rewrite["after"]["steps"].as_u64() < rewrite["before"]["steps"].as_u64());
    assert_eq!(rewrite["databases"], 1500);
    assert_eq!(explained(&["-c", sql]), json, "the same each time");
    assert_eq!(explained(&["-c", "select 1"])["not_used"], serde_json::json!([]));
}

/// A file that is only read is copied to see what ANALYZE would do, and stays as it is.
#[test]
fn somebodys_own_database_has_its_causes_too() {
    use sqldojo::engine::{Sandbox, Settings, Source};
    let place = Place::new();
    let path = place.path().join("own.db");
    let own = Sandbox::open(Source::Empty, Settings::trusted("2026-03-15".parse().unwrap())).unwrap();
    own.script(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT, kind TEXT, n INT);
         INSERT INTO t SELECT value, datetime('2025-01-01', value || ' hours'), iif(value % 9, 'a', 'b'), value
           FROM generate_series(1, 3000);
         CREATE INDEX by_at ON t (at); CREATE INDEX by_kind ON t (kind)",
    )
    .unwrap();
    own.write_to(&path).unwrap();
    let before = std::fs::read(&path).unwrap();
    let sql = "select n from t where kind = 'a' and at > '2025-05-05'";
    let calls: [(&[&str], &str); 2] = [
        (&["explain", "--db", "own.db", "-c", sql], ""),
        (&["explain", "--db", "own.db", "-c", "select n from t where strftime('%Y-%m', at) = '2025-02'"], ""),
    ];
    insta::assert_snapshot!(place.transcript(&calls));
    assert!(std::fs::read(&path).unwrap() == before);
}
