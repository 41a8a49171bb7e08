//! Questions about plans off a terminal: shown, graded, checked, answered line by line.

use serde_json::{Value as Json, json};

use crate::place::Place;

const RIGHT: &str = "1 search\n2 search\n3 scan\n4 scan\n5 scan\n6 search\n";

/// A snapshot without figures that change with the build of the engine.
macro_rules! snapshot {
    ($text:expr) => {
        insta::with_settings!({ filters => vec![(r"[\d,]+ (step|page get)s?", "[N] ${1}s")] }, {
            insta::assert_snapshot!($text);
        });
    };
}

#[test]
fn a_quiz_is_shown_and_answers_in_a_file_are_graded() {
    let place = Place::new();
    let calls: [(&[&str], &str); 9] = [
        (&["show", "what-a-write-pays"], ""),
        (&["grade", "scan-or-search", "-"], RIGHT),
        (&["grade", "scan-or-search", "-"], "search; scan; scan; scan -- surely\n6) search"),
        (&["grade", "scan-or-search", "-", "--accessible"], "1 scan"),
        (&["grade", "scan-or-search", "-"], "1 search\n2 perhaps"),
        (&["grade", "scan-or-search", "-"], "7 search"),
        (&["grade", "scan-or-search", "-"], ""),
        (&["grade", "what-a-write-pays", "-"], "1 c\n2 d\n3 none\n4 d and a\n5 b,d\n6 c d"),
        (&["check", "--only", "or-arms"], ""),
    ];
    snapshot!(place.transcript(&calls));
}

#[test]
fn a_quiz_in_json() {
    let place = Place::new();
    let read = |args: &[&str], stdin: &str| -> Json {
        serde_json::from_str(&place.run(args, stdin).stdout).expect("it prints JSON")
    };
    let shown = read(&["show", "or-arms", "--format", "json"], "");
    assert_eq!(shown["kind"], "plan-quiz");
    assert_eq!(
        shown["questions"][3],
        json!({
            "ask": "One scan, or a search for each arm of the OR?",
            "given": ["index payments (order_id)", "index payments (created_at)"],
            "sql": ["SELECT * FROM payments WHERE order_id = 500 OR created_at >= '2026-03-10'"],
            "options": [
                { "key": "scan", "text": "", "is_sql": false },
                { "key": "arms", "text": "", "is_sql": false },
            ],
            "several": false,
        })
    );
    let graded = read(&["grade", "or-arms", "-", "--format", "json"], "scan\nscan\nscan\nscan");
    assert_eq!(
        (&graded["verdict"], &graded["message"]),
        (&json!("wrong"), &json!("3 of 5 right; wrong: 4; not answered: 5"))
    );
    let checks = graded["checks"].as_array().expect("there is a check for each question");
    let passed: Vec<&Json> = checks.iter().map(|check| &check["passed"]).collect();
    assert_eq!(passed, [true, true, true, false, false]);
    assert_eq!(checks[4], json!({ "rule": "question 5", "passed": false, "said": "5: not answered" }));
    let lines = "{\"id\": 1, \"exercise\": \"or-arms\", \"sql\": \"scan\\nscan\\nscan\\narms\\nscan\"}\n\
                 {\"id\": 2, \"exercise\": \"or-arms\", \"sql\": \"select 1\"}\n";
    let ran = place.run(&["grade", "--submissions", "-"], lines);
    let verdicts: Vec<Json> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Json>(line).expect("it prints JSON")["verdict"].clone())
        .collect();
    assert_eq!(verdicts, ["correct", "error"]);
}

#[test]
fn a_quiz_is_answered_by_a_script() {
    let place = Place::new();
    let calls: [(&[&str], &str); 3] = [
        (&["practice", "skip-scan"], "scan\nselect count(*) from orders;\nsearch\nscan\n30\n"),
        (&["practice", "skip-scan"], ".skip\nsearch\nscan\n.answer\nscan\n"),
        (&["practice", "skip-scan", "--accessible"], "search\nyes\n"),
    ];
    snapshot!(place.transcript(&calls));
}

#[test]
fn a_quiz_that_is_not_in_order_says_where() {
    let place = Place::new();
    let quiz = |questions: &str| {
        format!(
            "id = \"mine\"\ntitle = \"Mine\"\ntrack = \"plans\"\nkind = \"plan-quiz\"\nlevel = 1\nminutes = 5\n\
             schema = \"shop\"\nstatement = \"Which?\"\nhints = [\"a\", \"b\"]\nexplanation = \"So.\"\n{questions}"
        )
    };
    let folder = place.path().join("pack/exercises/plans");
    std::fs::create_dir_all(&folder).expect("it can be written");
    let mut all = String::new();
    for questions in [
        "",
        "[[question]]\nform = \"sorts\"\n",
        "[[question]]\nform = \"sort\"\nsql = \"SELECT 1\"\n",
        "[[question]]\nform = \"sorts\"\nsql = \"SELECT 1\"\noptions = [\"orders (id)\"]\n",
        "[[question]]\nform = \"why-ignored\"\nsql = \"SELECT 1\"\n[[question.cause]]\nsay = \"a\"\n[[question.cause]]\nsay = \"b\"\n",
        "[[question]]\nform = \"scan-or-search\"\nsql = \"SELECT * FROM order\"\n",
        "[[question]]\nform = \"cheapest\"\nstatements = [\"SELECT 1\", \"SELECT 2\"]\n",
        "[[question]]\nform = \"helps-most\"\nsql = \"SELECT id FROM orders WHERE status = 'paid'\"\n\
         options = [\"orders (nothing)\", \"none\"]\n",
        "[[question]]\nform = \"sorts\"\nsql = \"SELECT id FROM orders\"\n\
         [[question]]\nform = \"sorts\"\nsql = \"SELECT id FROM users ORDER BY id\"\n",
    ] {
        std::fs::write(folder.join("mine.toml"), quiz(questions)).expect("it can be written");
        all += &place.transcript(&[(&["check", "pack"], "")]);
    }
    let all =
        all.replace(&place.path().canonicalize().expect("it is there").display().to_string(), "[place]");
    insta::assert_snapshot!(all);
}
