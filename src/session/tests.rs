//! Whole conversations: what is typed, and all that comes back.

use std::{fmt::Write as _, time::Duration};

mod asking;
mod indexes;
mod kept;
mod measure;
mod unused;

use super::{Next, Options, Output, Session, Start, Status, gather::Gather};
use crate::{
    catalog::Catalog,
    progress::Progress,
    render::table::{Mode, Style},
    schema::{cache::Cache, world::Size},
};

fn options(start: Start) -> Options {
    Options {
        catalog: Catalog::builtin(),
        packs: Vec::new(),
        cache: Cache::default(),
        start,
        progress: Progress::default(),
        seed: 1,
        deadline: Some(Duration::from_secs(5)),
        mode: Mode::Box,
        style: Style { width: Some(80), ..Style::default() },
        prompted: true,
        clock: || Duration::ZERO,
    }
}

fn exercise(id: &str) -> Start {
    Start::Exercise(Some(id.to_owned()))
}

fn free() -> Start {
    Start::Free { schema: "shop".into(), size: Size::Learner }
}

/// All that a session says to a script, each input after a mark.
fn said(session: &mut Session, script: &str) -> String {
    let mut all = String::new();
    let mut gather = Gather::default();
    let mut inputs: Vec<String> = script.lines().filter_map(|line| gather.line(line.trim())).collect();
    inputs.extend(gather.rest());
    for input in inputs {
        let mut bytes = Vec::new();
        let next = session.input(&input, &mut Output::one(&mut bytes)).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        write!(all, "{}> {input}\n{text}", session.prompt()).unwrap();
        if next != Next::Ask {
            writeln!(all, "[{next:?}]").unwrap();
        }
        let widest = text.lines().map(crate::render::cell::width).max().unwrap_or(0);
        let room = session.style().width.unwrap_or(usize::MAX);
        // CREATE statements are shown as they were written.
        assert!(widest <= room || input.starts_with(".schema"), "{widest} columns in {room}:\n{text}");
    }
    all
}

fn talk(options: Options, script: &str) -> String {
    let mut session = Session::start(options).unwrap();
    said(&mut session, script)
}

/// A snapshot in which nothing depends on the machine or on the build.
macro_rules! snapshot {
    ($text:expr) => {
        insta::with_settings!({ filters => vec![
            (r"(found in [\d,.]+ ms|found at once)", "found in [N] ms"),
            (r"[\d,]+ random databases", "[N] random databases"),
            (r"[\d,]+ steps?", "[N] steps"),
            (r"[\d,]+ page gets?", "[N] page gets"),
            (r"[\d.]+ × the reference", "[N] × the reference"),
            (r"(yours|before|reference)( +[\d,]+){2}", "$1 [N] [N]"),
            (r"[\d.]+ × as much", "[N] × as much"),
        ]}, { insta::assert_snapshot!($text) });
    };
}

#[test]
fn the_first_screen() {
    let greeting = |options: Options| {
        let mut session = Session::start(options).unwrap();
        let mut bytes = Vec::new();
        session.greet(&mut Output::one(&mut bytes)).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    let mut all = greeting(options(exercise("duplicate-emails")));
    let narrow = Options {
        style: Style { width: Some(40), ..Style::default() },
        ..options(exercise("duplicate-emails"))
    };
    all.extend(["——— 40 columns\n", &greeting(narrow), "——— play\n", &greeting(options(free()))]);
    let colored =
        Options { style: Style { width: Some(80), color: true, ..Style::default() }, ..options(free()) };
    all.extend(["——— colours\n", &greeting(colored).replace('\u{1b}', "␛")]);
    snapshot!(all);
}

#[test]
fn from_the_first_query_to_a_right_answer() {
    snapshot!(talk(
        options(exercise("duplicate-emails")),
        "select count(*) from users;
        .diff
        select email, count(*) from users group by email having count(*) > 1;
        .diff
        .hint
        .hint
        select lower(email), count(*) from users group by 1 having count(*) > 1
        order by 2;
        .diff
        select lower(email), count(*) from users where email not like 'a%' group by 1 having count(*) > 1
        order by 1;
        .why
        .check
        .cost
        select lower(email), count(*) from users group by 1 having count(*) > 1 order by 1;
        .cost
        .why
        .next"
    ));
}

#[test]
fn mistakes_are_told_in_place() {
    snapshot!(talk(
        options(free()),
        "selct 1;
        select nme
        from users;
        select date_trunc('month', created_at) from orders;
        select \"x\";
        select * from ordrs;
        select 1; select 2;
        insert into users (id) values (1);
        attach 'x' as y;
        select :a, ?;
        .tabels
        .goto duplicate-email
        .goto nowhere
        .schema nowhere
        .mode bix
        .timer perhaps
        .read
        .solution
        .check
        select 'open
        and never closed: a text that goes on and on, for longer than a screen is wide; would it ever end?"
    ));
}

#[test]
fn the_solution_is_shown_when_it_is_asked_for_twice() {
    snapshot!(talk(options(exercise("duplicate-emails")), ".solution\n.solution"));
}

#[test]
fn what_the_data_is_like() {
    snapshot!(talk(
        options(free()),
        ".tables
        .tables %order%
        \\d users
        \\dt pay%
        .schema payments
        .indexes
        create index by_user on orders (user_id, created_at desc) where status = 'paid';
        .indexes orders
        .reset
        .reset
        .indexes orders"
    ));
}

#[test]
fn settings_hold_until_they_are_changed() {
    snapshot!(talk(
        options(free()),
        "select id, null from users limit 2;
        .nullvalue ∅
        .mode list
        select id, null from users limit 2;
        .headers on
        .headers
        select id, null from users limit 2;
        .mode csv
        select id, null from users limit 2;
        .timer off
        .stats off
        \\x
        select id, null from users limit 2;
        \\x
        .mode
        .mode box
        .param set :from 2
        .param set name 'it''s'
        .param
        select :from + 1, @name;
        .param unset from
        .param clear
        .param list
        .eqp on
        select name from users where id = 3;"
    ));
}

#[test]
fn long_results_are_cut_and_shown_whole_on_wish() {
    let mut session = Session::start(options(free())).unwrap();
    session.set_size(80, 20);
    let cut = said(&mut session, "select value from generate_series(1, 13);");
    assert!(cut.contains("│    11 │\n└───────┘\n… 2 more rows (.all shows all)\n13 rows"), "{cut}");
    let whole = said(&mut session, ".all");
    assert!(whole.contains("│    13 │\n└───────┘\n") && !whole.contains('…'), "{whole}");
    let one_more = said(&mut session, "select value from generate_series(1, 12);");
    assert!(one_more.contains("│    12 │\n└───────┘\n12 rows"), "{one_more}");
    let csv = said(&mut session, ".mode csv\nselect value from generate_series(1, 500);");
    assert!(csv.contains("\n500\n500 rows"), "{csv}");
}

#[test]
fn changes_are_counted_and_undone() {
    snapshot!(talk(
        options(exercise("duplicate-emails")),
        "begin;
        delete from payments;
        select count(*) from payments;
        rollback;
        select count(*) from payments;
        update users set email = 'a@x';
        drop table payments;
        create table t (x);
        insert into t values (1), (2);
        drop table order_items; drop table orders; drop table users;
        select 1, 2;
        .reset
        select count(*) from payments;"
    ));
}

#[test]
fn help_comes_from_the_table() {
    let mut all = talk(options(free()), ".help\n.help plan\n.help xyzzy");
    let narrow = Options { style: Style { width: Some(40), ..Style::default() }, ..options(free()) };
    all.push_str(&talk(narrow, "help"));
    snapshot!(all);
}

#[test]
fn nothing_is_drawn_for_those_who_listen() {
    let style = Style { width: Some(80), accessible: true, ..Style::default() };
    let text = talk(
        Options { style, ..options(exercise("duplicate-emails")) },
        "select lower(email), count(*) from users group by 1 having count(*) > 2;
        select lower(email), count(*) from users where email not like 'a%' group by 1 having count(*) > 1
        order by 1;
        select nme from users;
        .plan
        .tables",
    );
    assert!(!text.contains(|c| ('\u{2500}'..='\u{259f}').contains(&c)), "{text}");
    snapshot!(text);
}

#[test]
fn a_script_says_results_only() {
    let script = Options { prompted: false, mode: Mode::List, ..options(free()) };
    let mut session = Session::start(script).unwrap();
    let (mut results, mut complaints) = (Vec::new(), Vec::new());
    let mut out = Output::two(&mut results, &mut complaints);
    for input in ["select 1, 'a';", "selct 2;", ".tabels", "select 3;"] {
        session.input(input, &mut out).unwrap();
    }
    assert_eq!(String::from_utf8(results).unwrap(), "1|a\n3\n");
    assert_eq!(
        String::from_utf8(complaints).unwrap(),
        "error: near \"selct\": syntax error\n  1 │ selct 2;\n    │ ^^^^^\n  did you mean SELECT?\n\
         no command is called .tabels: did you mean .tables?\n"
    );
}

#[test]
fn how_a_session_stands() {
    let mut session = Session::start(Options {
        deadline: Some(Duration::from_millis(50)),
        ..options(exercise("duplicate-emails"))
    })
    .unwrap();
    for (input, want) in [
        ("select 1;", Status::Done),
        ("select 1, 2;", Status::Wrong),
        ("selct;", Status::Failed),
        ("insert into users (id) values (1);", Status::Failed),
        (
            "select sum(a.value) from generate_series(1, 100000) a, generate_series(1, 100000) b;",
            Status::Limit,
        ),
        ("select length(randomblob(1000000000));", Status::Limit),
        (".goto nowhere", Status::Fault),
        ("select lower(email), count(*) from users group by 1 having count(*) > 1 order by 1;", Status::Done),
    ] {
        session.input(input, &mut Output::one(&mut Vec::new())).unwrap();
        assert_eq!(session.status(), want, "{input}");
    }
}

#[test]
fn names_that_are_not_there() {
    let told = |start: Start| Session::start(options(start)).err().unwrap();
    assert_eq!(
        told(exercise("duplicate-email2")),
        "no exercise is called duplicate-email2: did you mean duplicate-emails?"
    );
    assert_eq!(
        told(Start::Free { schema: "shoop".into(), size: Size::Learner }),
        "no schema is called 'shoop': there are bank, events, hr, legacy, links, ops, shop, stock"
    );
}
