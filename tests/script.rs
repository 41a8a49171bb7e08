//! Off a terminal, the prompt reads a script: results alone on standard output, and an exit code that says how it went.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

fn run(home: &Path, arguments: &[&str], script: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sqldojo"))
        .args(arguments)
        .env_clear()
        .env("HOME", home)
        .env("XDG_CACHE_HOME", home.join("cache"))
        .current_dir(home)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A script that is left before its end is not read to its end.
    let _ = child.stdin.take().expect("it is piped").write_all(script.as_bytes());
    child.wait_with_output().expect("the program ends")
}

#[test]
fn scripts_say_what_they_return_and_how_they_ended() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("two.sql"), "select 'in a file';\n.read two-more.sql\nselect 'after'")
        .unwrap();
    std::fs::write(home.path().join("two-more.sql"), ".quit").unwrap();
    let answer = "select lower(email), count(*) from users group by 1 having count(*) > 1 order by 1";
    let practice: &[&str] = &["practice", "duplicate-emails"];
    let play: &[&str] = &["play"];
    for (arguments, script, code, stdout, stderr) in [
        (play, "select 1", 0, "1\n", ""),
        (play, "select 1;\nselect 2;\n\n-- done\n", 0, "1\n2\n", ""),
        (play, "\u{feff}select 'a',\n  null;", 0, "a|\n", ""),
        (play, ".mode csv\nselect 1 as a;\n.quit\nselect 2;", 0, "a\n1\n", ""),
        (play, "exit\nselect 2;", 0, "", ""),
        (
            play,
            "select 1;\nselct;\nselect 2;",
            3,
            "1\n2\n",
            "error: near \"selct\": syntax error\n  1 │ selct;\n    │ ^^^^^\n  did you mean SELECT?\n",
        ),
        (play, ".read two.sql\nselect 'not read'", 0, "in a file\n", ""),
        (
            play,
            ".read nowhere.sql",
            2,
            "",
            "nowhere.sql cannot be read: No such file or directory (os error 2)\n",
        ),
        (play, ".edit", 2, "", ".edit needs a terminal\n"),
        (
            play,
            "select length(randomblob(1000000000))",
            4,
            "",
            "error: a text, blob or statement is larger than the sandbox allows\n",
        ),
        (&[], "select 1, 2;", 0, "1|2\n", ""),
        (practice, "select 1", 0, "1\n", ""),
    ] {
        let output = run(home.path(), arguments, script);
        assert_eq!(
            (
                output.status.code(),
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            ),
            (Some(code), stdout.into(), stderr.into()),
            "{script}"
        );
    }
    let wrong = run(home.path(), practice, "select email, count(*) from users group by 1");
    assert_eq!(wrong.status.code(), Some(1));
    let stdout = String::from_utf8_lossy(&wrong.stdout);
    assert!(stdout.lines().last().is_some_and(|line| line.starts_with("✗ not yet: ")), "{stdout}");
    let right = run(home.path(), practice, &format!("select 'x', 1;\n{answer}"));
    assert_eq!(right.status.code(), Some(0), "{right:?}");
    let unknown = run(home.path(), &["practice", "nowhere"], "");
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let home = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_sqldojo"))
        .arg("play")
        .env_clear()
        .env("HOME", home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    let _ = stdin.write_all(b"select value from generate_series(1, 100000);\n");
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}
