//! Rewrites that suggest themselves and would be wrong: none may be shown.

use sqldojo::engine::Access;

use crate::{explained, open};

/// The setup, the query, and a part of what is said of the rewrite that was refused; nothing where none was thought of.
const WRONG: &[(&str, &str, &str)] = &[
    // Letters of the other case.
    ("CREATE INDEX i ON orders (status)", "SELECT id, at FROM orders WHERE lower(status) = 'pending'", "differ where status is 'PENDING'"),
    ("CREATE INDEX i ON people (email)", "SELECT id, name FROM people WHERE email LIKE 'P7%'", "differ where email is 'p7"),
    // Blanks at the end.
    ("CREATE INDEX i ON tags (code)", "SELECT id, free FROM tags WHERE trim(code) = '0007-0'", "differ where code is"),
    // '05' is the number 5 too.
    ("CREATE INDEX i ON tags (code)", "SELECT id, free FROM tags WHERE CAST(code AS INTEGER) = 5", ""),
    // A column without a type may hold the text and the number.
    ("CREATE INDEX i ON tags (free)", "SELECT id, code FROM tags WHERE CAST(free AS INTEGER) = 5", "differ where free is"),
    // A day without a time is midnight to unixepoch(), and another text to a comparison.
    (
        "DELETE FROM orders WHERE day = '2024-02-14'; CREATE INDEX i ON orders (day)",
        "SELECT count(*) FROM orders WHERE unixepoch('now') - unixepoch(day) > 50000000",
        "differ where day is",
    ),
    // Times in several forms.
    (
        "UPDATE orders SET at = replace(at, ' ', 'T') WHERE id % 100 = 0; CREATE INDEX i ON orders (at)",
        "SELECT id, total FROM orders WHERE strftime('%Y-%m', at) = '2024-11'",
        "",
    ),
    (
        "UPDATE orders SET at = date(at) WHERE id % 100 = 0; CREATE INDEX i ON orders (at)",
        "SELECT id, total FROM orders WHERE datetime(at, '+7 days') > datetime('now')",
        "",
    ),
    // Days that are none.
    ("CREATE INDEX i ON orders (at)", "SELECT id, total FROM orders WHERE date(at) >= '2024-02-31'", ""),
    // A month of any year is no range.
    ("CREATE INDEX i ON orders (at)", "SELECT id, total FROM orders WHERE strftime('%m', at) = '11'", ""),
    // An order that leaves rows equal, and one with NULLs, have no place after a row.
    ("CREATE INDEX i ON orders (at)", "SELECT id, total FROM orders ORDER BY at LIMIT 10 OFFSET 2000", ""),
    ("CREATE INDEX i ON orders (note, id)", "SELECT id, total FROM orders ORDER BY note, id LIMIT 10 OFFSET 2000", ""),
    // An arm that asks nothing is a slip: twice the query would not mend it.
    ("CREATE INDEX i ON orders (status)", "SELECT id, at FROM orders WHERE status = 'pending' OR 'sent'", ""),
    // A count that leaves NULLs out is no EXISTS.
    (
        "CREATE INDEX i ON orders (person)",
        "SELECT id, email FROM people p WHERE (SELECT count(o.note) FROM orders o WHERE o.person = p.id) > 0",
        "",
    ),
    // Fractions: two of them may have one sum.
    (
        "CREATE TABLE points (id INTEGER PRIMARY KEY, x REAL NOT NULL, text TEXT);
         INSERT INTO points SELECT value, value / 10.0, 'p' FROM generate_series(1, 1000); CREATE INDEX i ON points (x)",
        "SELECT id, text FROM points WHERE x + 0.1 = 0.3",
        "",
    ),
];

#[test]
fn what_would_be_wrong_is_refused() {
    let mut faults = Vec::new();
    for (setup, sql, why) in WRONG {
        let sandbox = open(setup);
        let held = explained(&sandbox, sql);
        let shown = held.not_used.iter().filter_map(|unused| unused.rewrite.as_ref()).chain(&held.rewrite);
        faults.extend(shown.map(|rewrite| format!("{sql}: {}", rewrite.sql)));
        let refused = held.refused.first().map_or("", |refused| refused.why.as_str());
        if !refused.contains(why) || refused.is_empty() != why.is_empty() {
            faults.push(format!("{sql}: refused for {refused:?}"));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

/// UNION drops rows that are equal: where the OR keeps them, only UNION ALL is right.
#[test]
fn a_union_that_drops_rows_is_not_shown() {
    let setup = "CREATE INDEX i ON people (country, email); CREATE INDEX j ON orders (person); CREATE INDEX k ON orders (total)";
    let sql = "SELECT o.status, p.country FROM orders o JOIN people p ON p.id = o.person
        WHERE (p.country = 'VN' AND p.email = 'P5@mail.example') OR o.total = 7";
    let held = explained(&open(setup), sql);
    let shown: Vec<&str> =
        held.not_used.iter().filter_map(|unused| unused.rewrite.as_ref()).map(|r| r.sql.as_str()).collect();
    assert!(!shown.is_empty());
    assert!(shown.iter().all(|sql| sql.contains("UNION ALL")), "{shown:?}");
}

/// What a constraint forbids is no reason to refuse.
#[test]
fn a_check_makes_a_rewrite_right() {
    let setup =
        "CREATE TABLE mails (id INTEGER PRIMARY KEY, mail TEXT NOT NULL CHECK (mail = lower(mail)), n INT);
        INSERT INTO mails SELECT value, 'p' || value, value FROM generate_series(1, 1000);
        CREATE INDEX i ON mails (mail)";
    for (sql, kind) in [
        ("SELECT id, n FROM mails WHERE lower(mail) = 'p77'", "bare"),
        ("SELECT id, n FROM mails WHERE mail LIKE 'p77%'", "prefix"),
    ] {
        let held = explained(&open(setup), sql);
        let rewrite =
            held.not_used[0].rewrite.as_ref().unwrap_or_else(|| panic!("{sql}: {:?}", held.refused));
        assert_eq!(serde_json::to_value(rewrite.kind).expect("it is a name"), kind);
    }
}

/// The trials leave nothing behind in a transaction of the learner's own.
#[test]
fn a_transaction_that_is_open_stays_open() {
    let sandbox = open("CREATE INDEX i ON orders (status)");
    sandbox.script("BEGIN; DELETE FROM orders WHERE id = 1").expect("it may run");
    let sql = "SELECT id, at FROM orders WHERE status <> 'paid'";
    let plan = sqldojo::plan::gather::explain(&sandbox, sql).expect(sql);
    let found = sqldojo::plan::why::why(&sandbox, sql, &plan, None, &[], sqldojo::plan::why::Look::Rewrites);
    sqldojo::judge::rewrite::hold(&sandbox, found.expect(sql), &[], 1).expect(sql);
    assert!(!sandbox.is_autocommit());
    sandbox.with_access(Access::Trusted, |sandbox| sandbox.script("ROLLBACK")).expect("it is open");
    assert_eq!(crate::rows(&sandbox, "SELECT id FROM orders WHERE id = 1").len(), 1);
}
