//! Practice that is killed at any point loses nothing that was answered.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use sqldojo::{
    judge::Verdict,
    progress::{Answer, Progress, Stamp},
};

/// Where a writer keeps its progress; it is this program itself.
const HOME: &str = "SQLDOJO_TEST_WRITER_HOME";

/// How many answers a writer gives; without a number, it goes on until it is killed.
const ANSWERS: &str = "SQLDOJO_TEST_WRITER_ANSWERS";

/// Opens a folder: nothing may be the matter with it.
fn opened(folder: &Path) -> Progress {
    let (progress, said) = Progress::open(folder, Stamp::default, std::process::id());
    assert_eq!(said, Vec::<String>::new());
    progress
}

/// Answers as fast as it can, and prints a line when an answer is on the disk.
#[test]
fn writer() {
    let Some(folder) = std::env::var_os(HOME) else { return };
    let mut progress = opened(Path::new(&folder));
    let answers = std::env::var(ANSWERS).map_or(100_000, |n| n.parse().expect("it is a number"));
    for n in 0..answers {
        let exercise = format!("{n}");
        let answer = Answer {
            exercise: &exercise,
            sql: "select 1",
            verdict: Verdict::Correct,
            mismatch: None,
            judged: true,
            taken: Duration::ZERO,
            hints: 0,
            cost: None,
            reference: None,
        };
        progress.record(&answer).expect("it is kept");
        println!("kept");
        std::io::stdout().flush().expect("it is read");
    }
}

/// Starts a process, kills it so long after its first line that begins with `mark`, and counts such lines.
fn killed(command: &mut Command, input: &str, mark: &str, after: Duration) -> usize {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("it was asked for");
    let mut lines = BufReader::new(child.stdout.take().expect("it was asked for")).lines();
    let mut heard = 0;
    thread::scope(|scope| {
        // Whoever is killed reads no more.
        scope.spawn(move || stdin.write_all(input.as_bytes()));
        let mut line = || lines.next().and_then(Result::ok).map(|line| usize::from(line.contains(mark)));
        while heard == 0 {
            heard += line().expect("it says something before it ends");
        }
        thread::sleep(after);
        child.kill().expect("it runs");
        while let Some(more) = line() {
            heard += more;
        }
        child.wait().expect("it ends");
    });
    heard
}

fn a_writer(home: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("it has a name"));
    command.args(["--exact", "writer", "--nocapture"]).env(HOME, home);
    command
}

#[test]
fn processes_that_write_at_once_lose_nothing() {
    let home = tempfile::tempdir().expect("there is a folder for temporary files");
    let start = || a_writer(home.path()).env(ANSWERS, "20").stdout(Stdio::null()).spawn().expect("it starts");
    let writers = [start(), start(), start()];
    for mut writer in writers {
        assert!(writer.wait().expect("it ends").success());
    }
    let history = opened(home.path()).history().expect("it can be read");
    assert_eq!((history.sessions.len(), history.attempts.len()), (3, 60));
}

#[test]
fn a_killed_writer_has_kept_what_it_said_it_kept() {
    let home = tempfile::tempdir().expect("there is a folder for temporary files");
    let mut before = 0;
    for n in 0..200 {
        // From at once to in the midst of the tenth answer or so, at another point each time.
        let after = Duration::from_micros(n * 7_919 % 20_000);
        let heard = killed(&mut a_writer(home.path()), "", "kept", after);
        let kept = opened(home.path()).history().expect("it can be read").attempts.len() - before;
        assert!((heard..=heard + 1).contains(&kept), "{heard} heard, {kept} kept, kill {n}");
        before += kept;
    }
    let beside: Vec<_> = std::fs::read_dir(home.path())
        .expect("it can be read")
        .map(|entry| entry.expect("it too").file_name())
        .filter(|name| name.to_string_lossy().contains("damaged"))
        .collect();
    assert_eq!(beside, Vec::<std::ffi::OsString>::new());
}

#[test]
fn practice_that_is_killed_has_kept_every_verdict_that_was_printed() {
    let home = tempfile::tempdir().expect("there is a folder for temporary files");
    let answers = "select email, count(*) from users group by email having count(*) > 1;\n".repeat(2_000);
    let mut before = 0;
    for n in 0..8 {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sqldojo"));
        command
            .args(["practice", "duplicate-emails"])
            .env_clear()
            .env("HOME", home.path())
            .env("XDG_CACHE_HOME", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"));
        let heard = killed(&mut command, &answers, "✗", Duration::from_micros(n * 7_919 % 50_000));
        let history = opened(&home.path().join(".local/share/sqldojo")).history().expect("it can be read");
        let kept = history.attempts.len() - before;
        // What was kept may not have been flushed to the pipe.
        assert!(kept >= heard, "{heard} verdicts, {kept} kept, kill {n}");
        assert!(history.attempts.iter().all(|one| one.sql.ends_with("> 1") || one.sql.ends_with("> 1;")));
        before += kept;
    }
}
