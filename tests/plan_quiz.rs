//! Questions about plans: every form, put and answered by running on the laboratory's data of the shop.

use sqldojo::{
    catalog::{Catalog, ExerciseKind},
    plan::quiz::{Bench, Case, Cause, Form, Measure, Question, Setting},
    schema::world,
};

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn question(indexes: &[&str], form: Form) -> Question {
    Question { setting: Setting { indexes: texts(indexes), analyze: false }, ask: None, form, note: None }
}

fn told(question: &Question, bench: &Bench) -> String {
    let posed = question.pose();
    let mut lines = vec![posed.ask.clone()];
    lines.extend(posed.given.iter().map(|given| format!("  given {given}")));
    lines.extend(posed.sql.iter().map(|sql| format!("  {sql}")));
    let options: Vec<String> =
        posed.options.iter().map(|option| format!("{} {}", option.key, option.text)).collect();
    lines.push(format!("  {}", options.join(" | ")));
    match question.solve(bench) {
        Ok(solved) => {
            let keys: Vec<&str> = solved.answer.iter().map(|at| posed.options[*at].key.as_str()).collect();
            lines.push(format!("  = {}", keys.join(" ")));
            lines.extend(solved.reveal.iter().map(|line| format!("  {line}")));
            lines.push(format!("  [{}]", solved.line.unwrap_or_default()));
        }
        Err(trouble) => lines.push(format!("  open: {trouble}")),
    }
    lines.push(String::new());
    lines.join("\n")
}

/// A snapshot without figures that change with the build of the engine.
macro_rules! snapshot {
    ($text:expr) => {
        insta::with_settings!({ filters => vec![(r"[\d,]+ (step|page get)s?", "[N] ${1}s")] }, {
            insta::assert_snapshot!($text);
        });
    };
}

fn bench() -> Bench {
    let world = world::find("shop", &[]).expect("it is there");
    Bench::laboratory(&world, 1).expect("its data can be made")
}

/// A change of an exercise, of the data or of the engine that changes an answer shows here.
#[test]
fn every_quiz_has_its_answers() {
    let mut lines = Vec::new();
    for exercise in Catalog::builtin().exercises().expect("all files are in order") {
        let ExerciseKind::PlanQuiz(quiz) = &exercise.kind else { continue };
        let world = world::find(&exercise.schema, &[]).expect("it is there");
        let bench = Bench::laboratory(&world, 1).expect("its data can be made");
        let answers = quiz.questions.iter().map(|question| {
            let (posed, solved) = (question.pose(), question.solve(&bench).expect("it has an answer"));
            let keys: Vec<&str> = solved.answer.iter().map(|at| posed.options[*at].key.as_str()).collect();
            keys.join("+")
        });
        lines.push(format!("{}: {}", exercise.id, answers.collect::<Vec<_>>().join(", ")));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn every_form() {
    let bench = bench();
    let seek = |sql: &str| Form::Seek { sql: sql.to_owned(), table: None };
    let by_user = "orders (user_id, created_at)";
    let of_user = "SELECT user_id, created_at FROM orders WHERE user_id = 7";
    let month = "SELECT count(*) FROM orders WHERE created_at >= '2026-02-01' AND created_at < '2026-03-01'";
    let paid = "INSERT INTO orders (user_id, status, created_at) \
                SELECT 1 + value * 7919 % 4000, 'paid', datetime('now', '+' || value || ' seconds') \
                FROM generate_series(1, 1000)";
    let update = |set: &str| format!("UPDATE orders SET {set} WHERE id = 500");
    let questions = [
        question(&[], seek("SELECT * FROM users WHERE id = 5")),
        question(&[], seek("SELECT * FROM orders WHERE user_id = 5")),
        question(
            &[],
            Form::Seek {
                sql: "SELECT * FROM orders AS o JOIN users AS u ON u.id = o.user_id".into(),
                table: Some("users".into()),
            },
        ),
        question(&[by_user], Form::UsesIndex { sql: of_user.into() }),
        question(&[], Form::UsesIndex { sql: of_user.into() }),
        question(&[by_user], Form::TableRead { sql: of_user.into(), table: None }),
        question(
            &[by_user],
            Form::TableRead { sql: "SELECT * FROM orders WHERE user_id = 7".into(), table: None },
        ),
        question(&[by_user], Form::Sorts { sql: format!("{of_user} ORDER BY created_at") }),
        question(&[], Form::Sorts { sql: format!("{of_user} ORDER BY created_at") }),
        question(
            &["payments (order_id)", "payments (created_at)"],
            Form::Arms {
                sql: "SELECT * FROM payments WHERE order_id = 5 OR created_at > '2026-03-14'".into(),
            },
        ),
        question(
            &["payments (order_id)"],
            Form::Arms {
                sql: "SELECT * FROM payments WHERE order_id = 5 OR created_at > '2026-03-14'".into(),
            },
        ),
        question(
            &[],
            Form::Automatic {
                sql: "SELECT u.id, o.id FROM users AS u LEFT JOIN orders AS o ON o.user_id = u.id".into(),
            },
        ),
        question(&[], Form::Growth { sql: "SELECT * FROM orders WHERE id = 77".into() }),
        question(&[], Form::Growth { sql: "SELECT id FROM orders ORDER BY created_at".into() }),
        question(
            &[by_user],
            Form::Dearest {
                statements: texts(&[of_user, month, "SELECT * FROM users WHERE id = 5"]),
                measure: Measure::Cost,
                least: false,
            },
        ),
        question(
            &[],
            Form::Dearest { statements: texts(&[of_user, of_user]), measure: Measure::Pages, least: true },
        ),
        question(
            &[],
            Form::Times {
                dear: Case { sql: of_user.into(), indexes: Vec::new() },
                cheap: Case { sql: of_user.into(), indexes: texts(&[by_user]) },
            },
        ),
        question(
            &[],
            Form::HelpsMost {
                sql: month.into(),
                sets: vec![texts(&["orders (user_id)"]), texts(&["orders (created_at)"]), Vec::new()],
            },
        ),
        question(
            &[],
            Form::HelpsMost { sql: month.into(), sets: vec![texts(&["orders (user_id)"]), Vec::new()] },
        ),
        question(
            &["by_email ON users (email COLLATE NOCASE)"],
            Form::Cause {
                sql: "SELECT id FROM users WHERE lower(email) = 'user5@mail.example'".into(),
                causes: vec![
                    Cause {
                        say: "the column stands inside a function".into(),
                        sql: Some(
                            "SELECT id FROM users WHERE email = 'user5@mail.example' COLLATE NOCASE".into(),
                        ),
                        ..Cause::default()
                    },
                    Cause { say: "ANALYZE has not run".into(), analyze: true, ..Cause::default() },
                ],
            },
        ),
        question(
            &[],
            Form::Inserts {
                sql: paid.into(),
                indexes: texts(&[
                    "orders (created_at)",
                    "orders (user_id)",
                    "orders (id) WHERE status = 'pending'",
                ]),
                least: false,
            },
        ),
        question(
            &["orders (created_at)", "orders (user_id)", "orders (id) WHERE status = 'pending'"],
            Form::Touches { sql: update("user_id = 8, status = 'shipped'") },
        ),
        question(
            &["orders (user_id, status)"],
            Form::Pays {
                statements: vec![
                    update("user_id = 8"),
                    update("created_at = '2026-01-01 00:00:00'"),
                    update("status = 'cancelled'"),
                ],
            },
        ),
        question(
            &["orders (user_id)", by_user, "orders (created_at)"],
            Form::Spare { queries: texts(&[of_user, month]) },
        ),
        question(&[by_user], Form::Seek { sql: "SELECT nothing FROM orders".into(), table: None }),
    ];
    let all: Vec<String> = questions.iter().map(|question| told(question, &bench)).collect();
    let again: Vec<String> = questions.iter().map(|question| told(question, &bench)).collect();
    assert_eq!(all, again, "a question leaves no trace");
    snapshot!(all.join("\n"));
}
