//! Errors in SQL as a learner sees them: the engine's own messages, and where the caret stands.

use sqldojo::{
    engine::{Sandbox, Settings, Source},
    render::fault::{Look, Place, lines},
};

fn sandbox() -> Sandbox {
    let now = "2026-03-15".parse().expect("it is a day");
    let sandbox = Sandbox::open(Source::Empty, Settings::learner(now, None)).expect("it opens");
    sandbox.script("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT UNIQUE)").expect("it is SQL");
    sandbox
}

fn told(script: &str, statement: &str, look: Look) -> String {
    let sandbox = sandbox();
    let start = script.find(statement).expect("it stands there");
    let failure = sandbox.table(statement).expect_err(statement);
    let place = Place { script, start, statement, file: None };
    lines(&failure, &place, &["In SQLite: a hint".to_owned()], look).join("\n")
}

#[test]
fn errors_point_at_what_they_mean() {
    let long = format!("select {}, nme from users", ["name"; 40].join(", "));
    let wide = "select '日本', nme from users";
    let cases = [
        "select date_trunc('month', id) from users",
        "select * from usrs",
        "select users.nme from users",
        "selec 1",
        "select\n\t1 +\n\tnme\nfrom users",
        "select 'abc",
        "select (1",
        "select id from users a, users b",
        "select \"no such\" from users",
        "select 1 limit 'x'",
        "insert into users (id) select 1 union all select 1",
        "attach 'x' as y",
        "select '\u{1b}[31m' from usrs",
        wide,
        &long,
    ];
    let look = Look { width: 72, accessible: false };
    let all: Vec<String> = cases.iter().map(|sql| told(sql, sql, look)).collect();
    insta::assert_snapshot!(all.join("\n\n"));
    let spoken = Look { width: 72, accessible: true };
    assert_eq!(
        told("select 1;\nselect  nme from users", "select  nme from users", spoken),
        "error: no such column: nme\n  line 2, column 9: select  nme from users\n  In SQLite: a hint"
    );
}

#[test]
fn a_statement_of_a_file_says_where() {
    let script = "select 1;\nselect nme from users;\nselect 2";
    let statement = "select nme from users";
    let failure = sandbox().table(statement).unwrap_err();
    let place = Place { script, start: 10, statement, file: Some("a.sql") };
    let look = Look { width: 72, accessible: false };
    assert_eq!(
        lines(&failure, &place, &[], look).join("\n"),
        "error: a.sql:2: no such column: nme\n  2 │ select nme from users;\n    │        ^^^"
    );
}
