//! Why an index is not used, and what would use it: each cause and each rewrite on a small database of its own, held
//! to the plan and the cost that are measured, not to words.

use std::ops::ControlFlow;

use sqldojo::{
    cost::Cost,
    engine::{Access, Sandbox, Settings, Source},
    judge::rewrite::{Held, hold},
    plan::{
        Plan, gather,
        node::{Method, Via},
        why::{Look, why},
    },
    value::Row,
};

mod why {
    pub mod refusals;
    pub mod rewrites;
    pub mod times;
}

/// A table of orders, of people, and of tags, filled so that every query has something to find.
const TABLES: &str = "
    CREATE TABLE people (
      id INTEGER PRIMARY KEY, email TEXT NOT NULL, name TEXT COLLATE NOCASE, country TEXT NOT NULL, boss INTEGER
    );
    CREATE TABLE orders (
      id INTEGER PRIMARY KEY, person INTEGER NOT NULL, status TEXT NOT NULL, at TEXT NOT NULL, total INTEGER NOT NULL,
      note TEXT, paid INTEGER, day TEXT, epoch INTEGER NOT NULL
    );
    CREATE TABLE tags (id INTEGER PRIMARY KEY, code TEXT NOT NULL, number INTEGER NOT NULL, free);
    INSERT INTO people SELECT value, 'P' || value || '@mail.example', 'Name ' || value,
      substr('VNUSGBDEFR', value % 5 * 2 + 1, 2), nullif(value / 10, 0) FROM generate_series(1, 400);
    INSERT INTO orders SELECT value, value * 7 % 400 + 1, iif(value % 50 = 0, 'pending', iif(value % 9 = 0, 'sent', 'paid')),
      datetime('2024-01-01', (value * 5) || ' hours'), value * 13 % 1000, iif(value % 3 = 0, 'n' || value, NULL),
      iif(value % 40 = 0, NULL, value % 300), date('2024-01-01', value || ' hours'), 1704067200 + value * 3600
      FROM generate_series(1, 3000);
    INSERT INTO tags SELECT value, printf('%04d-%d', value, value % 7), value, value FROM generate_series(1, 2000);
";

fn open(setup: &str) -> Sandbox {
    let now = "2025-09-15 10:00:00".parse().expect("it is a moment");
    let sandbox = Sandbox::open(Source::Empty, Settings::learner(now, None)).expect("it opens");
    sandbox.with_access(Access::Trusted, |sandbox| {
        sandbox.script(TABLES).expect("the tables are in order");
        sandbox.script(setup).expect(setup);
    });
    sandbox
}

fn explained(sandbox: &Sandbox, sql: &str) -> Held {
    let plan = gather::explain(sandbox, sql).expect(sql);
    let cost = sandbox.run(sql, &[], |_| ControlFlow::Continue(())).ok().map(|done| done.cost);
    let found = why(sandbox, sql, &plan, cost, &[], Look::Rewrites).expect(sql);
    assert!(sandbox.is_autocommit(), "{sql}: a transaction is left open");
    hold(sandbox, found, &[], 1).expect(sql)
}

fn rows(sandbox: &Sandbox, sql: &str) -> Vec<Row> {
    sandbox.table(sql).expect(sql).rows
}

fn cost(sandbox: &Sandbox, sql: &str) -> Cost {
    sandbox.run(sql, &[], |_| ControlFlow::Continue(())).expect(sql).cost
}

/// Whether a plan searches an index.
fn searches(sandbox: &Sandbox, sql: &str, name: &str) -> bool {
    let plan: Plan = gather::explain(sandbox, sql).expect(sql);
    plan.accesses().any(|access| {
        access.method == Method::Search && matches!(&access.via, Via::Index { index, .. } if index == name)
    })
}

/// What must be found for an index: the setup that makes it, the query, the cause.
const CAUSES: &[(&str, &str, &str)] = &[
    (
        "CREATE INDEX i ON orders (at)",
        "SELECT id, total FROM orders WHERE strftime('%m', at) = '11'",
        "function",
    ),
    (
        "CREATE INDEX i ON orders (at)",
        "SELECT count(*) FROM orders WHERE date(at) = '2024-11-05'",
        "function",
    ),
    (
        "CREATE INDEX i ON people (email)",
        "SELECT id FROM people WHERE lower(email) = 'p7@mail.example'",
        "function",
    ),
    (
        "CREATE INDEX i ON orders (at)",
        "SELECT id, total FROM orders WHERE CAST(strftime('%Y', at) AS INT) = 2024",
        "function",
    ),
    ("CREATE INDEX i ON orders (total)", "SELECT id, at FROM orders WHERE total + 1 = 8", "arithmetic"),
    (
        "CREATE INDEX i ON orders (status)",
        "SELECT id, at FROM orders WHERE status || '' = 'pending'",
        "arithmetic",
    ),
    (
        "CREATE INDEX i ON orders (person)",
        "SELECT id, at FROM orders WHERE CAST(person AS TEXT) = '8'",
        "cast",
    ),
    ("CREATE INDEX i ON orders (person)", "SELECT id, at FROM orders WHERE +person = 8", "unary-plus"),
    (
        "CREATE INDEX i ON orders (paid)",
        "SELECT id, at FROM orders WHERE CASE WHEN paid = 3 THEN 1 END",
        "expression",
    ),
    (
        "CREATE INDEX i ON orders (strftime('%Y-%m', at))",
        "SELECT id, total FROM orders WHERE substr(at, 1, 7) = '2024-11'",
        "other-expression",
    ),
    (
        "CREATE INDEX i ON orders (lower(status))",
        "SELECT id, at FROM orders WHERE status = 'pending'",
        "other-expression",
    ),
    (
        "CREATE INDEX i ON people (email)",
        "SELECT id, name FROM people WHERE email = 'X' COLLATE NOCASE",
        "collation",
    ),
    (
        "CREATE INDEX i ON people (email COLLATE NOCASE)",
        "SELECT id, name FROM people WHERE email = 'X'",
        "collation",
    ),
    (
        "CREATE INDEX i ON people (name COLLATE BINARY)",
        "SELECT id, email FROM people WHERE name = 'X'",
        "collation",
    ),
    ("CREATE INDEX i ON people (email)", "SELECT id, name FROM people WHERE email LIKE 'P7%'", "like-case"),
    (
        "CREATE INDEX i ON people (name)",
        "SELECT id, email FROM people WHERE name GLOB 'Name 7*'",
        "glob-case",
    ),
    ("CREATE INDEX i ON people (email)", "SELECT id, name FROM people WHERE email LIKE '%7'", "wildcard"),
    ("CREATE INDEX i ON people (email)", "SELECT id, name FROM people WHERE email GLOB '*7'", "wildcard"),
    (
        "CREATE INDEX i ON people (name)",
        "SELECT id, email FROM people WHERE name LIKE :p || '%'",
        "pattern-parameter",
    ),
    (
        "CREATE INDEX i ON tags (code); CREATE INDEX n ON tags (number)",
        "SELECT a.id FROM tags a JOIN tags b ON a.code = b.number WHERE b.id < 20",
        "types",
    ),
    ("CREATE INDEX i ON tags (code)", "SELECT id, free FROM tags WHERE code = CAST('5' AS INTEGER)", "types"),
    ("CREATE INDEX i ON orders (person)", "SELECT id, at FROM orders WHERE person = 7 OR note = 'n9'", "or"),
    (
        "CREATE INDEX i ON people (country)",
        "SELECT o.id, p.email FROM orders o JOIN people p ON p.id = o.person WHERE p.country = 'VN' OR o.total = 7",
        "or-across-tables",
    ),
    (
        "CREATE INDEX i ON orders (person)",
        "SELECT id, at FROM orders WHERE :person IS NULL OR person = :person",
        "optional-filter",
    ),
    (
        "CREATE INDEX i ON orders (status, person)",
        "SELECT id, at FROM orders WHERE person = 7",
        "leading-column",
    ),
    ("CREATE INDEX i ON orders (status)", "SELECT id, at FROM orders WHERE status <> 'paid'", "unequal"),
    (
        "CREATE INDEX i ON orders (status)",
        "SELECT id, at FROM orders WHERE status NOT IN ('paid', 'sent')",
        "unequal",
    ),
    (
        "CREATE INDEX i ON people (name)",
        "SELECT id, email FROM people WHERE name NOT LIKE 'Name 1%'",
        "unequal",
    ),
    ("CREATE INDEX i ON orders (total)", "SELECT id, at FROM orders WHERE total > paid", "same-row"),
    (
        "CREATE INDEX i ON orders (status)",
        "SELECT o.id, p.email FROM orders o LEFT JOIN people p ON p.id = o.person AND o.status = 'pending'",
        "outer-join",
    ),
    (
        "CREATE INDEX i ON orders (person) WHERE status = 'pending'",
        "SELECT id, at FROM orders WHERE person = 7",
        "partial-condition",
    ),
    (
        "CREATE INDEX i ON orders (person) WHERE status = 'pending'",
        "SELECT id, at FROM orders WHERE person = 7 AND status = :status",
        "parameter",
    ),
    (
        "CREATE INDEX i ON orders (person) WHERE status = 'pending'",
        "SELECT id, at FROM orders WHERE status = 'pending' AND person + 1 = 8",
        "arithmetic",
    ),
    (
        "CREATE INDEX i ON orders (person)",
        "SELECT id, at FROM orders NOT INDEXED WHERE person = 7",
        "forbidden",
    ),
    ("CREATE INDEX i ON orders (at)", "SELECT id, total FROM orders ORDER BY date(at)", "order-expression"),
    (
        "CREATE INDEX i ON orders (person, at)",
        "SELECT id, total FROM orders ORDER BY person, at DESC",
        "directions",
    ),
    (
        "CREATE INDEX i ON orders (status, note)",
        "SELECT id, total FROM orders ORDER BY status, note NULLS LAST",
        "nulls",
    ),
    (
        "CREATE INDEX i ON orders (status); ANALYZE",
        "SELECT id, at FROM orders WHERE status IN ('paid', 'sent', 'x')",
        "dearer",
    ),
    (
        "CREATE INDEX i ON orders (person)",
        "SELECT o.id, p.email FROM orders o JOIN people p ON p.id = o.person",
        "join-order",
    ),
    (
        "CREATE INDEX i ON orders (at); CREATE INDEX s ON orders (status)",
        "SELECT id, total FROM orders WHERE status = 'paid' AND at >= '2025-09-10'",
        "no-statistics",
    ),
    (
        "UPDATE orders SET note = iif(id % 3, 'all', 'n' || id);
         CREATE INDEX i ON orders (at); CREATE INDEX s ON orders (note); ANALYZE",
        "SELECT id, total FROM orders WHERE note = (SELECT 'all') AND at >= '2025-09-10'",
        "misjudged",
    ),
];

#[test]
fn each_cause_is_found() {
    let mut faults = Vec::new();
    for (setup, sql, cause) in CAUSES {
        let sandbox = open(setup);
        let held = explained(&sandbox, sql);
        let found: Vec<(&str, &str)> =
            held.not_used.iter().map(|unused| (unused.index.as_str(), unused.cause.name())).collect();
        let own: Vec<&str> =
            found.iter().filter(|(index, _)| *index == "i").map(|(_, cause)| *cause).collect();
        if own != [*cause] {
            faults.push(format!("{setup}: {sql}: {found:?}, not {cause}"));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

/// What is said must be so: a forced index costs what is said, and one that is called dearer is.
#[test]
fn figures_are_those_of_the_index_forced() {
    let sandbox = open("CREATE INDEX i ON orders (status); ANALYZE");
    let sql = "SELECT id, at FROM orders WHERE status IN ('paid', 'sent', 'x')";
    let held = explained(&sandbox, sql);
    let [unused] = held.not_used.as_slice() else { panic!("{:?}", held.not_used) };
    let forced = sql.replace("orders", "orders INDEXED BY i");
    assert_eq!(unused.chosen, Some(cost(&sandbox, sql)));
    assert_eq!(unused.forced, Some(cost(&sandbox, &forced)));
    assert!(unused.forced.map(Cost::total) > unused.chosen.map(Cost::total));
}

#[test]
fn an_index_that_is_used_or_has_nothing_to_do_with_the_query_is_not_spoken_of() {
    for (setup, sql) in [
        ("CREATE INDEX i ON orders (person)", "SELECT id, at FROM orders WHERE person = 7"),
        ("CREATE INDEX i ON orders (at)", "SELECT id, at FROM orders WHERE person = 7"),
        ("CREATE INDEX i ON orders (at)", "SELECT id, at FROM orders ORDER BY at LIMIT 3"),
        ("CREATE INDEX i ON orders (person)", "SELECT count(*) FROM orders"),
        ("CREATE INDEX i ON orders (person)", "SELECT person, count(*) FROM orders GROUP BY person"),
        ("CREATE INDEX i ON orders (person)", "DELETE FROM orders WHERE person + 1 = 7"),
        ("", "SELECT id, at FROM orders WHERE person = 7"),
        ("", "SELECT 1"),
    ] {
        let sandbox = open(setup);
        let held = explained(&sandbox, sql);
        assert_eq!(held.not_used, [], "{sql}");
    }
}

#[test]
fn the_database_stays_as_it_was() {
    let sandbox = open("CREATE INDEX i ON orders (status)");
    let all = "SELECT type, name, sql FROM sqlite_schema ORDER BY name";
    let schema = || sandbox.with_access(Access::Trusted, |sandbox| rows(sandbox, all));
    let before = schema();
    explained(&sandbox, "SELECT id, at FROM orders WHERE status <> 'paid' OR strftime('%m', at) = '01'");
    explained(&sandbox, "SELECT id, at FROM orders WHERE status IN ('paid', 'sent')");
    assert_eq!(schema(), before);
}
