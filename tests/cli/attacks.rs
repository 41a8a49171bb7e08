//! What a sandbox is there for: each attack ends in time, says why, and leaves nothing behind.

use std::time::{Duration, Instant};

use crate::place::Place;

/// What an attack ends with.
const SQL: Option<i32> = Some(3);
const LIMIT: Option<i32> = Some(4);

#[test]
fn attacks_end_in_time_with_a_message_and_leave_no_file() {
    let place = Place::new();
    let large = format!("select '{}'", "x".repeat(1_000_000));
    let deep = format!("select {}1", "1 + ".repeat(500));
    let wide = vec!["select 1"; 100].join(" union ");
    let deadline = "error: stopped after 0.5 s, the deadline of a statement";
    let size = "error: a text, blob or statement is larger than the sandbox allows";
    let attach =
        "error: ATTACH, DETACH and VACUUM INTO are not permitted: the sandbox has one database and no files";
    let cases: Vec<(&str, Option<i32>, &str)> = vec![
        (
            "with recursive r(x) as (select 1 union all select x + 1 from r) select count(*) from r",
            LIMIT,
            deadline,
        ),
        ("select count(*) from orders a, orders b, orders c, order_items d, order_items e", LIMIT, deadline),
        ("select * from orders a, orders b, orders c order by random()", LIMIT, deadline),
        ("select sum(value) from generate_series(1, 1000000000000000000)", LIMIT, deadline),
        ("select randomblob(1000000000)", LIMIT, size),
        ("select hex(zeroblob(400000000))", LIMIT, size),
        ("select printf('%1000000000d', 1)", LIMIT, size),
        (
            "with recursive r(x) as (select 'x' union all select x || x from r) select max(length(x)) from r",
            LIMIT,
            size,
        ),
        ("attach 'x.db' as x", SQL, attach),
        (
            "attach 'x' || '.db' as x",
            SQL,
            "error: not permitted in the sandbox: it has one database and no files",
        ),
        ("vacuum into 'x.db'", SQL, attach),
        ("pragma writable_schema = on", SQL, "error: PRAGMA writable_schema is not permitted in the sandbox"),
        (
            "pragma journal_mode = wal",
            SQL,
            "error: PRAGMA journal_mode can be read in the sandbox, but not set",
        ),
        (
            "pragma temp_store_directory = '.'",
            SQL,
            "error: PRAGMA temp_store_directory is not permitted in the sandbox",
        ),
        ("select load_extension('x')", SQL, "error: load_extension() is not permitted in the sandbox"),
        ("select writefile('x', 'y')", SQL, "error: no such function: writefile"),
        ("update sqlite_schema set sql = ''", SQL, "error: table sqlite_master may not be modified"),
        ("create virtual table t using fts5(x)", SQL, "error: virtual tables cannot be made in the sandbox"),
        (&large, LIMIT, "error: the statement is too large: 1000009 bytes, and the sandbox takes 100000"),
        (&deep, SQL, "error: Expression tree is too large (maximum depth 200)"),
        (&wide, SQL, "error: too many terms in compound SELECT"),
        ("select 'abc", SQL, "error: unrecognized token: \"'abc\""),
        ("select 1 /* never closed", Some(0), ""),
        ("\u{1b}[2J\u{202e}", SQL, "error: unrecognized token: \"\\u{1b}\""),
    ];
    // The data is made before the clock is watched.
    assert_eq!(place.run(&["run", "-c", "select count(*) > 0 from orders"], "").stdout, "1\n");
    for (sql, code, message) in cases {
        let since = Instant::now();
        let ran = place.run(&["run", "--deadline", "0.5"], sql);
        let took = since.elapsed();
        let shown: String = sql.chars().take(60).collect();
        // The message alone: what follows it stands on lines of its own, or further in.
        let told = ran.stderr.split("\n  1 │").next().unwrap_or("").replace("\n  ", " ");
        assert_eq!((told.trim_end(), ran.code), (message, code), "{shown}");
        // 0.5 s of deadline, 0.5 s that it may be late, and a busy machine.
        assert!(took < Duration::from_secs(6), "{shown}: {took:?}");
    }
    let ran = place.run(&["run"], b"select '\xff\xfe'");
    assert_eq!(
        (ran.stderr.lines().next(), ran.code),
        (Some("error: standard input:1: byte 8 is not UTF-8"), Some(2))
    );
    let ran = place.run(&["run"], b"select 1;\0select 2");
    assert_eq!(ran.code, SQL, "{}", ran.stderr);
    let left: Vec<_> =
        std::fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, Vec::<std::ffi::OsString>::new());
}
