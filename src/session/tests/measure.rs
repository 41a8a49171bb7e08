//! `.cost`, `.grow` and `.advise`: what they say, and that the learner's data stays as it is.

use tempfile::TempDir;

use super::{exercise, free, options, said};
use crate::{
    render::table::Style,
    schema::cache::Cache,
    session::{Options, Output, Session, Start, Status},
};

/// A session whose data of other sizes goes with the test.
fn session(start: Start, style: Style) -> (Session, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::at(folder.path().to_owned());
    (Session::start(Options { cache, style, ..options(start) }).unwrap(), folder)
}

fn wide() -> Style {
    Style { width: Some(80), ..Style::default() }
}

#[test]
fn growth_at_the_prompt() {
    let (mut session, _folder) = session(free(), wide());
    let mut all = said(
        &mut session,
        ".grow
        pragma user_version;
        .grow
        select count(*) from orders where user_id = :who and status <> 'paid';
        .param set who 7
        .grow history
        .grow sideways
        .grow 20M
        create index by_user on orders (user_id);
        analyze;
        begin;
        .grow h 500
        rollback;
        create table t (a);
        select a from t;
        .grow
        select count(*) from orders a, orders b;
        .grow",
    );
    session.view.style.width = Some(40);
    all += &said(&mut session, ".grow users");
    insta::assert_snapshot!(all);
}

#[test]
fn advice_at_the_prompt() {
    let (mut session, _folder) = session(free(), wide());
    insta::assert_snapshot!(said(
        &mut session,
        ".advise
        select id, created_at from orders where user_id = :who order by created_at desc limit 10;
        .param set who 7
        .advise
        begin;
        create index mine on orders (user_id, created_at);
        update orders set created_at = '2026-01-01' where id < 100;
        .advise
        .advise select nme from orders
        .advise delete from orders
        create table t (a, b);
        .advise select b from t where a = 1
        commit;
        insert into t select id, user_id from orders;
        .advise select b from t where a = 1
        select count(*) from orders where created_at = '2026-01-01';
        .indexes orders"
    ));
}

#[test]
fn growth_for_those_who_listen() {
    let (mut session, _folder) = session(free(), Style { accessible: true, ..wide() });
    insta::assert_snapshot!(said(
        &mut session,
        "select status, count(*) from orders group by status;
        .grow"
    ));
}

#[test]
fn costs_beside_each_other() {
    let start = Start::Exercise(Some("duplicate-emails".to_owned()));
    assert_eq!(start, exercise("duplicate-emails"));
    let (mut session, _folder) = session(start, wide());
    let said = said(
        &mut session,
        ".cost
        select lower(email), count(*) from users group by 1 having count(*) > 1 order by 2, 1 limit 0;
        .cost
        select count(*) from users;
        select lower(email), count(*) from users, (select 1 union select 2) group by 1 having count(*) > 2 order by 1;
        .cost
        select lower(email), count(*) from users group by 1 having count(*) > 1 order by 1;
        .cost
        select lower(email), count(*) from users group by 1 having count(*) > 1 order by 1;
        .cost",
    );
    // How far a search gets depends on the machine.
    insta::with_settings!({ filters => vec![(r"\d+ random databases", "[N] random databases")] }, {
        insta::assert_snapshot!(said);
    });
}

#[test]
fn ctrl_c_brings_the_prompt_back() {
    let (mut session, _folder) = session(free(), wide());
    said(&mut session, "select count(*) from order_items a, order_items b where a.id < 3;");
    session.last.query.as_mut().unwrap().sql = "select count(*) from order_items a, order_items b".to_owned();
    for command in [".grow", ".grow 1M", ".advise"] {
        let brake = session.brake();
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let puller = std::thread::spawn(move || {
            let pause = std::time::Duration::from_millis(20);
            while stopped.recv_timeout(pause) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                brake.pull();
            }
        });
        let mut bytes = Vec::new();
        session.input(command, &mut Output::one(&mut bytes)).unwrap();
        drop(stop);
        assert_eq!(session.status(), Status::Interrupted, "{}", String::from_utf8_lossy(&bytes));
        puller.join().unwrap();
    }
    assert!(said(&mut session, "select 1;").contains("1 row"));
}

#[test]
fn costs_and_advice_fit_a_narrow_screen() {
    let start = Start::Exercise(Some("duplicate-emails".to_owned()));
    let (mut session, _folder) = session(start, Style { width: Some(40), ..wide() });
    let said = said(
        &mut session,
        "select lower(email), count(*) from users group by 1 having count(*) > 2 order by 1;
        select lower(email), count(*) from users group by 1 having count(*) > 1 order by 1;
        .cost
        .advise select id, created_at from orders where user_id = 7 order by created_at",
    );
    let advised = said.split_once("as much").expect("costs are compared").1;
    assert!(advised.contains("1  orders (user_id, created_at):"), "{advised}");
    let typed = |line: &&str| line.starts_with("duplicate-emails>");
    for line in said.lines().skip_while(|line| !line.contains("pages")).filter(|line| !typed(line)) {
        assert!(crate::render::cell::width(line) <= 40, "{line}");
    }
}
