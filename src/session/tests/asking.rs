//! Questions at the prompt: those of a plan-quiz, and the interviewer's after a right answer.

use tempfile::TempDir;

use super::{exercise, free, options, said};
use crate::{
    render::table::Style,
    schema::cache::Cache,
    session::{Options, Output, Session, Start, Status},
};

/// A session whose larger data goes with the test.
fn session(start: Start, style: Style) -> (Session, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::at(folder.path().to_owned());
    (Session::start(Options { cache, style, ..options(start) }).unwrap(), folder)
}

fn wide() -> Style {
    Style { width: Some(80), ..Style::default() }
}

fn greeting(session: &mut Session) -> String {
    let mut bytes = Vec::new();
    session.greet(&mut Output::one(&mut bytes)).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// A snapshot in which nothing depends on the machine or on the build.
macro_rules! snapshot {
    ($text:expr) => {
        insta::with_settings!({ filters => vec![
            (r"[\d,]+ random databases", "[N] random databases"),
            (r"\d+ days\s+tried", "[N] days tried"),
            (r"[\d,]+\s+(step|page get)s?\b", "[N] ${1}s"),
            (r"[\d.]+ × the reference", "[N] × the reference"),
            (r"\.next goes on to \S+", ".next goes on to [ID]"),
        ]}, { insta::assert_snapshot!($text) });
    };
}

#[test]
fn a_quiz_from_the_first_question_to_the_verdict_and_once_more() {
    let (mut session, _folder) = session(exercise("skip-scan"), wide());
    let mut all = greeting(&mut session);
    all += &said(
        &mut session,
        "yes
        search
        .ask
        select status, count(*) from orders group by status;
        .skip
        scan
        .answer
        .check
        search
        .check
        .hint
        .ask
        scan
        search
        scan
        30
        scan
        .solution",
    );
    snapshot!(all);
    assert!(session.progress.tried("skip-scan").solved);
}

#[test]
fn the_interviewer_asks_after_a_right_answer_and_is_never_in_the_way() {
    let (mut session, _folder) = session(exercise("top-spenders"), wide());
    let right = "select u.id, u.name, sum(i.quantity * i.unit_price_cents) as spend
        from orders o join order_items i on i.order_id = o.id join users u on u.id = o.user_id
        where o.status in ('paid', 'shipped') and o.created_at >= date('now', 'start of month', '-1 month')
        and o.created_at < date('now', 'start of month')
        group by u.id order by spend desc, u.id limit 5;";
    let asked = said(
        &mut session,
        &format!(
            "y
            .skip
            {right}
            perhaps;
            n
            c
            y
            .answer
            .ask
            .skip
            .ask
            .answer
            .ask
            y
            .ask
            .answer
            .ask
            a
            .ask
            .ask
            select count(*) from users;
            n
            .goto duplicate-emails
            n"
        ),
    );
    snapshot!(asked);
}

#[test]
fn the_interviewer_asks_of_any_query_on_wish() {
    let (mut session, _folder) = session(free(), Style { accessible: true, ..wide() });
    snapshot!(said(
        &mut session,
        ".ask
        select id, status from orders where user_id = 7 order by created_at desc limit 5;
        .ask
        y
        .ask
        b
        .ask
        .answer
        .ask
        30
        .ask
        .answer
        .ask
        .answer
        .ask
        .answer
        .ask
        .answer
        .ask
        .answer
        .ask
        .answer
        .ask
        .answer
        .ask"
    ));
}

#[test]
fn the_interviewer_asks_why_an_index_is_ignored() {
    let (mut session, _folder) = session(free(), wide());
    snapshot!(said(
        &mut session,
        "select count(*) from orders where strftime('%Y-%m', created_at) = '2026-02';
        .ask
        .answer
        .ask
        .answer
        .ask
        .answer
        .ask
        .answer"
    ));
}

/// The learner's own indexes and values hold for the questions too, growth among them.
#[test]
fn the_interviewer_knows_what_the_learner_has_made() {
    let (mut session, _folder) = session(free(), wide());
    snapshot!(said(
        &mut session,
        "create index mine on orders (user_id);
        .param set who 5
        select id from orders where user_id = :who;
        .ask
        .answer
        .ask
        .answer
        .ask"
    ));
}

#[test]
fn how_a_session_stands_behind_questions() {
    let (mut session, _folder) = session(exercise("skip-scan"), wide());
    for (input, want) in [
        ("search", Status::Wrong),
        ("search", Status::Done),
        ("perhaps", Status::Failed),
        ("yes", Status::Fault),
        ("scan", Status::Done),
        ("30", Status::Wrong),
    ] {
        session.input(input, &mut Output::one(&mut Vec::new())).unwrap();
        assert_eq!(session.status(), want, "{input}");
    }
}
