//! Conditions on times, and their rewrites, on a dense calendar and on many days: every day of three years at its
//! edges.

use sqldojo::{
    engine::{Access, Sandbox, Settings, Source},
    moment::Moment,
};

use crate::{explained, rows};

const CALENDAR: &str = "
    CREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT NOT NULL, day TEXT NOT NULL, x INTEGER NOT NULL);
    INSERT INTO t SELECT NULL, datetime('2024-01-01', d.value || ' days', s.value || ' seconds'),
      date('2024-01-01', d.value || ' days'), d.value
      FROM generate_series(0, 1095) AS d, json_each('[0, 1, 43199, 43200, 43201, 86399]') AS s;
    CREATE INDEX by_at ON t (at);
    CREATE INDEX by_day ON t (day);
";

/// Days that calendars are odd on, midnight and noon, and the edges of both.
const NOWS: &[&str] = &[
    "2024-02-29 00:00:00",
    "2024-02-29 12:00:00",
    "2024-03-31 23:59:59",
    "2024-12-31 12:00:01",
    "2025-01-01 00:00:00",
    "2025-03-01 00:00:01",
    "2025-05-31 12:00:00",
    "2026-03-31 11:59:59",
];

const CONDITIONS: &[&str] = &[
    "strftime('%Y-%m', at) = '2024-02'",
    "strftime('%Y-%m', at) = strftime('%Y-%m', 'now')",
    "strftime('%Y-%m', at) = strftime('%Y-%m', 'now', '-1 month')",
    "substr(at, 1, 10) = '2024-02-29'",
    "substr(at, 1, 7) = substr(date('now', '-2 months'), 1, 7)",
    "date(at) = date('now')",
    "date(at) = CURRENT_DATE",
    "date(at) = date('now', 'start of month', '-1 day')",
    "date(at) >= date('now', '-3 days') AND date(at) <= date('now')",
    "date(at) BETWEEN date('now', '-3 days') AND date('now')",
    "date(at) < '2024-01-03'",
    "date(at) > '2026-12-29'",
    "strftime('%Y-%m-%d', day) = '2024-12-31'",
    "strftime('%Y-%m', day) = strftime('%Y-%m', 'now')",
    "unixepoch(at) - unixepoch('now') > 86400 * 900",
    "unixepoch('now') - unixepoch(at) > 86400 * 700",
    "julianday(at) < julianday('now', '-80 days')",
    "datetime(at, '+12 hours') = datetime('now')",
    "datetime(at, '-1 day') < datetime('now', '-2 months')",
    "unixepoch(at) = unixepoch('now')",
    "at LIKE '2024-02-2%'",
    "datetime(at) = datetime('now')",
];

fn open(now: &str) -> Sandbox {
    let now: Moment = now.parse().expect("it is a moment");
    let sandbox = Sandbox::open(Source::Empty, Settings::learner(now, None)).expect("it opens");
    sandbox.with_access(Access::Trusted, |sandbox| sandbox.script(CALENDAR)).expect("it is in order");
    sandbox
}

fn sorted(sandbox: &Sandbox, sql: &str) -> Vec<String> {
    let mut rows: Vec<String> = rows(sandbox, sql).iter().map(|row| format!("{row:?}")).collect();
    rows.sort();
    rows
}

#[test]
fn rewrites_of_times_hold_on_every_day_at_its_edges() {
    let sandbox = open(NOWS[2]);
    let (mut faults, mut shown) = (Vec::new(), 0);
    for condition in CONDITIONS {
        let sql = format!("SELECT id, x FROM t WHERE {condition}");
        let held = explained(&sandbox, &sql);
        let found = held.not_used.iter().filter_map(|unused| unused.rewrite.as_ref()).chain(&held.rewrite);
        let found: Vec<&str> = found.map(|rewrite| rewrite.sql.as_str()).collect();
        if found.is_empty() {
            faults.push(format!("{condition}: no rewrite: {:?}", held.refused));
        }
        for rewrite in found {
            shown += 1;
            for now in NOWS {
                sandbox.set_now(now.parse().expect("it is a moment"));
                if sorted(&sandbox, &sql) != sorted(&sandbox, rewrite) {
                    faults.push(format!("{rewrite}: differs from {condition} at {now}"));
                }
            }
            sandbox.set_now(NOWS[2].parse().expect("it is a moment"));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
    assert!(shown >= CONDITIONS.len());
}
