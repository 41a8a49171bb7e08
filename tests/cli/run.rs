//! `sqldojo run`.

use std::{io::Read as _, process::Stdio};

use crate::place::Place;

#[test]
fn statements_in_every_format() {
    let place = Place::new();
    place.file("two.sql", "select 1 as a;\n\n-- and\nselect 2 as b, null, 'x', x'00ff', 0.5, 9e999");
    let mut calls: Vec<(Vec<&str>, &str)> = Vec::new();
    for format in
        ["text", "json", "jsonl", "csv", "markdown", "box", "table", "column", "line", "list", "html"]
    {
        calls.push((vec!["run", "-f", "two.sql", "--format", format], ""));
    }
    calls.push((vec!["run", "-f", "two.sql", "--accessible"], ""));
    calls.push((vec!["run"], "select 1;"));
    calls.push((vec!["run"], "select 1"));
    calls.push((vec!["run", "-f", "-"], "\u{feff}select 1 -- with a mark before it\n;;"));
    calls.push((vec!["run"], ""));
    calls.push((vec!["run", "-c", "-- a comment\nselect 'it'"], ""));
    calls.push((
        vec![
            "run",
            "--format",
            "json",
            "-c",
            "create table t (a); insert into t values (1) returning a; select max(a) from t",
        ],
        "",
    ));
    calls.push((vec!["run", "-c", "select count(*) > 100 from orders; select date('now')"], ""));
    let calls: Vec<(&[&str], &str)> = calls.iter().map(|(args, stdin)| (args.as_slice(), *stdin)).collect();
    insta::assert_snapshot!(place.transcript(&calls));
}

#[test]
fn errors_say_where_and_what_to_do() {
    let place = Place::new();
    place.file("report.sql", "select 1;\nselect nmae\nfrom users;\nselect 2;\n");
    place.file("latin1.sql", b"select 'caf\xe9'");
    let calls: [(&[&str], &str); 11] = [
        (&["run", "-f", "report.sql"], ""),
        (&["run", "-f", "latin1.sql"], ""),
        (&["run", "-c", "select date_trunc('month', created_at) from orders"], ""),
        (&["run", "-c", "selct 1"], ""),
        (&["run", "-c", "select 'abc"], ""),
        (&["run", "-c", "select \"abc\""], ""),
        (&["run", "-c", "insert into users select * from users"], ""),
        (&["run", "-c", ".tables"], ""),
        (&["run", "--accessible", "-c", "select nmae from users"], ""),
        (&["run", "--format", "json", "-c", "select 1; select nmae from users"], ""),
        (
            &[
                "run",
                "--deadline",
                "0.2",
                "--format",
                "json",
                "-c",
                "select value from generate_series(1, 1000000000)",
            ],
            "",
        ),
    ];
    insta::assert_snapshot!(place.transcript(&calls));
}

#[test]
fn every_run_starts_from_the_same_data() {
    let place = Place::new();
    let count = |args: &[&str], first: &str| {
        let sql = format!("{first} select count(*) from order_items");
        let args = [&["run", "-c", sql.as_str()], args].concat();
        place.run(&args, "").stdout
    };
    for args in [&[][..], &["--rows", "3000"]] {
        let before = count(args, "");
        assert_eq!(count(args, "begin; delete from order_items;"), "0\n");
        assert_eq!(count(args, "begin; delete from order_items; rollback;"), before);
        assert_eq!(count(args, ""), before);
    }
    assert_ne!(count(&["--seed", "2"], ""), count(&["--seed", "1"], ""));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let place = Place::new();
    for format in ["list", "box", "json", "csv"] {
        let sql = "select value, hex(zeroblob(50)) from generate_series(1, 100000)";
        let mut command = place.command();
        command.args(["run", "--format", format, "-c", sql]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut start = [0; 100];
        let mut reader = child.stdout.take().unwrap();
        reader.read_exact(&mut start).unwrap();
        drop(reader);
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            (output.status.code(), String::from_utf8(output.stderr).unwrap()),
            (Some(0), String::new())
        );
    }
    let mut command = place.command();
    command.arg("list").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn colours_come_when_they_are_asked_for() {
    let place = Place::new();
    let sql = ["run", "--format", "box", "-c", "select null as a"];
    let plain = place.run(&sql, "").stdout;
    let with = |color: &[&str], name: &str, value: &str| {
        let mut command = place.command();
        command.args(sql).args(color).env(name, value);
        crate::place::finish(&mut command, b"").stdout
    };
    assert!(!plain.contains('\u{1b}'));
    assert_eq!(with(&[], "NO_COLOR", "1"), plain);
    assert_eq!(with(&["--color", "never"], "CLICOLOR_FORCE", "1"), plain);
    for colored in [with(&[], "CLICOLOR_FORCE", "1"), with(&["--color=always"], "NO_COLOR", "1")] {
        assert_eq!(colored.replace("\u{1b}[2m", "").replace("\u{1b}[1m", "").replace("\u{1b}[0m", ""), plain);
        assert_ne!(colored, plain);
    }
}
