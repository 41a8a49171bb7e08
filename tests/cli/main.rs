//! The program as others call it: exact output, errors and exit codes.

mod attacks;
mod growth;
mod packs;
mod place;
mod progress;
mod quiz;
mod run;
mod terminal;
mod why;

use place::Place;
use serde_json::Value as Json;
use sqldojo::catalog::{Catalog, ExerciseKind, Query};

/// The query that an exercise of the binary asks for.
fn query(id: &str) -> Query {
    let exercise = Catalog::builtin().get(id).expect("it is in order").expect("it is there");
    match exercise.kind {
        ExerciseKind::Query(query) => query,
        ExerciseKind::Index(_) | ExerciseKind::Tune(_) | ExerciseKind::PlanQuiz(_) => {
            panic!("{id} asks for no query")
        }
    }
}

#[test]
fn usage_that_is_wrong_says_what_is_right() {
    let place = Place::new();
    let calls: [(&[&str], &str); 12] = [
        (&["rnu"], ""),
        (&["show"], ""),
        (&["show", "status-by-contry"], ""),
        (&["show", "qwertz"], ""),
        (&["show", "status-by-country", "--format", "csv"], ""),
        (&["run", "--schema", "shpo", "-c", "select 1"], ""),
        (&["run", "--deadline", "-1", "-c", "select 1"], ""),
        (&["run", "-f", "nowhere.sql"], ""),
        (&["grade", "status-by-country", "nowhere.sql"], ""),
        (&["list", "--pack", "nowhere"], ""),
        (&["interview"], ""),
        (&["report", "--html", "x"], ""),
    ];
    // There will be more schemas.
    insta::with_settings!({filters => vec![(r"there are [a-z, ]+", "there are …")]}, {
        insta::assert_snapshot!(place.transcript(&calls));
    });
}

#[test]
fn help_of_every_command_has_examples_and_fits_a_page() {
    let place = Place::new();
    for command in ["practice", "play", "list", "show", "run", "grade", "diff", "explain", "progress"] {
        let ran = place.run(&[command, "--help"], "");
        assert_eq!((ran.stderr.as_str(), ran.code), ("", Some(0)), "{command}");
        assert!(ran.stdout.contains("Examples:\n  sqldojo"), "{command}");
        assert_eq!(ran.stdout.lines().filter(|line| line.len() > 90).count(), 0, "{command}");
    }
    assert_eq!(place.run(&["--version"], "").stdout, format!("sqldojo {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_list_and_the_statement_have_their_json() {
    let place = Place::new();
    let list: Json = serde_json::from_str(&place.run(&["list", "--format", "json"], "").stdout).unwrap();
    let lines = place.run(&["list", "--format", "jsonl"], "").stdout;
    let listed = list.as_array().unwrap();
    assert_eq!(listed.iter().map(Json::to_string).collect::<Vec<_>>(), lines.lines().collect::<Vec<_>>());
    let one = listed.iter().find(|one| one["id"] == "status-by-country").unwrap();
    assert_eq!(
        one.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["id", "title", "track", "kind", "level", "minutes", "schema", "status"]
    );
    assert_eq!((&one["title"], &one["status"]), (&"Orders by country and status".into(), &"open".into()));
    let shown: Json =
        serde_json::from_str(&place.run(&["show", "status-by-country", "--format", "json"], "").stdout)
            .unwrap();
    assert_eq!(shown["columns"].as_array().unwrap().len(), 5);
    let text = shown.to_string() + &place.run(&["show", "status-by-country"], "").stdout;
    assert!(query("status-by-country").right.iter().all(|answer| !text.contains(answer.sql.trim())));
}

#[test]
fn verdicts_have_exit_codes_and_the_promised_json() {
    let place = Place::new();
    let query = query("status-by-country");
    let cases = [
        (query.reference(), "correct", 0),
        (&query.wrong[0].sql, "wrong", 1),
        ("select nme from users", "error", 3),
        ("delete from users", "error", 3),
        ("select 1; select 2", "error", 3),
        ("", "error", 3),
        (
            "with recursive r(x) as (select 1 union all select x + 1 from r) select x, x, x, x, x from r",
            "limit",
            4,
        ),
    ];
    for (sql, verdict, code) in cases {
        let ran = place.run(&["grade", "status-by-country", "-", "--format", "json"], sql);
        assert_eq!((ran.stderr.as_str(), ran.code), ("", Some(code)), "{sql}: {}", ran.stdout);
        let report: Json = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!((&report["format"], &report["exercise"]), (&1.into(), &"status-by-country".into()));
        assert_eq!(report["verdict"], verdict, "{sql}");
        for key in ["message", "mismatch", "counterexample", "searched", "cost", "hints", "warnings"] {
            assert!(report.get(key).is_some(), "{key}");
        }
        assert_eq!(report["counterexample"].is_object(), verdict == "wrong", "{sql}");
        // What never ends takes its time, once is enough.
        if verdict != "limit" {
            assert_eq!(place.run(&["grade", "status-by-country", "-"], sql).code, Some(code));
        }
    }
    let file = place.file("answer.sql", query.reference());
    assert_eq!(place.run(&["grade", "status-by-country", file.to_str().unwrap()], "").code, Some(0));
}

#[test]
fn a_plan_after_the_index_that_changes_it() {
    let place = Place::new();
    let calls: [(&[&str], &str); 4] = [
        (&["explain", "-c", "select * from orders where user_id = 7"], ""),
        (
            &["explain", "-c", "create index i on orders (user_id); select * from orders where user_id = 7"],
            "",
        ),
        (&["explain", "-c", "select * from ordesr"], ""),
        (&["explain"], "-- nothing"),
    ];
    insta::with_settings!({filters => vec![(r"[\d,]+ steps · +[\d,]+ pages", "N steps · N pages")]}, {
        insta::assert_snapshot!(place.transcript(&calls));
    });
    let json =
        place.run(&["explain", "--format", "json", "-c", "select id from users order by id"], "").stdout;
    let json: Json = serde_json::from_str(&json).unwrap();
    assert!(json["cost"]["steps"].as_u64() > Some(300) && json["cost"]["pages"].is_u64(), "{json}");
    assert_eq!(json["plan"][0]["detail"], "SCAN users");
}

#[test]
fn somebodys_own_database_is_explained_and_not_changed() {
    use sqldojo::engine::{Sandbox, Settings, Source};
    let place = Place::new();
    let path = place.path().join("own.db");
    let settings = Settings::trusted("2026-03-15".parse().unwrap());
    let own = Sandbox::open(Source::Empty, settings).unwrap();
    own.script("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2)").unwrap();
    own.write_to(&path).unwrap();
    let before = std::fs::read(&path).unwrap();
    let script = "create index i on t (a); insert into t values (3, 4); select b from t where a = 1";
    let ran = place.run(&["explain", "--db", "own.db", "-c", script], "");
    assert_eq!((ran.stdout.lines().next(), ran.code), (Some("Uses an index on t (a)."), Some(0)));
    let ran = place.run(&["explain", "--db", "own.db", "-c", "select b from t where a = 1"], "");
    assert_eq!((ran.stdout.lines().next(), ran.code), (Some("No index: scans the one row of t."), Some(0)));
    let ran = place.run(&["run", "--db", "own.db", "-c", "delete from t; select count(*) from t"], "");
    assert_eq!((ran.stdout.as_str(), ran.code), ("0\n", Some(0)));
    assert!(std::fs::read(&path).unwrap() == before);
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1, "nothing was left beside it");
    place.file(
        "text.db",
        "no database, though long enough to look like one at the first glance: 100 bytes or more ....",
    );
    let calls: [(&[&str], &str); 2] = [
        (&["explain", "--db", "nowhere.db", "-c", "select a from t"], ""),
        (&["explain", "--db", "text.db", "-c", "select a from t"], ""),
    ];
    insta::assert_snapshot!(place.transcript(&calls));
}
