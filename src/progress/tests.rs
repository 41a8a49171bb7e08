//! What is kept, and what becomes of it when the file does not serve.

use std::{cell::Cell, fs, path::Path};

use tempfile::{TempDir, tempdir};

use super::{
    Answer, Earlier, History, Merged, Progress, Stamp, Tried, file::Place, read_lines, record::FORM,
    write_lines,
};
use crate::{
    cost::Cost,
    engine::{Form, OwnFile, Trouble},
    judge::Verdict,
};

thread_local! {
    static NOW: Cell<i64> = const { Cell::new(1_772_352_000_000) };
}

/// A clock that goes on by a second whenever it is looked at, an hour ahead of UTC.
fn clock() -> Stamp {
    NOW.set(NOW.get() + 1_000);
    Stamp::new(NOW.get(), 60).unwrap()
}

/// Sets the clock.
fn at(moment: &str) {
    NOW.set(moment.parse::<Stamp>().unwrap().unix_ms());
}

/// Opens a folder where nothing is the matter.
fn open(folder: &Path) -> Progress {
    let (progress, said) = Progress::open(folder, clock, 7);
    assert_eq!(said, Vec::<String>::new());
    progress
}

/// Opens a folder where something is the matter.
fn opened(folder: &Path) -> (Progress, String) {
    let (progress, said) = Progress::open(folder, clock, 7);
    assert_eq!(said.len(), 1, "{said:?}");
    (progress, said[0].replace(&folder.display().to_string(), "HOME"))
}

fn answer(exercise: &str, verdict: Verdict) -> Answer<'_> {
    Answer {
        exercise,
        sql: "select 1",
        verdict,
        mismatch: (verdict == Verdict::Wrong).then_some("missing-rows"),
        judged: true,
        taken: std::time::Duration::from_secs(90),
        hints: 0,
        cost: Some(Cost { steps: 12, pages: 3 }),
        reference: None,
    }
}

fn database(folder: &TempDir) -> std::path::PathBuf {
    folder.path().join("progress.db")
}

/// A home in which a little has been done.
fn lived_in() -> TempDir {
    let home = tempdir().unwrap();
    let mut progress = open(home.path());
    progress.open_exercise("a").unwrap();
    progress.record(&answer("a", Verdict::Wrong)).unwrap();
    progress.record(&answer("a", Verdict::Correct)).unwrap();
    progress.show_solution("b").unwrap();
    home
}

#[test]
fn what_one_run_learns_the_next_one_knows() {
    let home = tempdir().unwrap();
    let folder = home.path().join("sqldojo");
    let mut first = open(&folder);
    assert_eq!((first.last(), first.solved().len()), (None, 0));
    assert!(!folder.exists(), "looking makes no file");
    first.open_exercise("a").unwrap();
    first.record(&Answer { judged: false, ..answer("a", Verdict::Wrong) }).unwrap();
    for verdict in [Verdict::Wrong, Verdict::Error, Verdict::Correct, Verdict::Wrong] {
        first.record(&answer("a", verdict)).unwrap();
    }
    first.record(&answer("b", Verdict::Limit)).unwrap();
    first.show_solution("a").unwrap();
    first.show_solution("b").unwrap();
    first.open_exercise("b").unwrap();

    let second = open(&folder);
    for progress in [&first, &second] {
        assert_eq!(progress.last(), Some("b"));
        assert_eq!(progress.solved().into_iter().collect::<Vec<_>>(), ["a"]);
        assert_eq!(progress.tried("a"), Tried { tries: 2, solved: true, shown: false });
        assert_eq!(progress.tried("b"), Tried { tries: 1, solved: false, shown: true });
        assert_eq!(progress.tried("c"), Tried::default());
    }
    let history = second.history().unwrap();
    let attempts: Vec<(u32, &str, u32)> =
        history.attempts.iter().map(|one| (one.number, one.verdict.name(), one.tries)).collect();
    assert_eq!(
        attempts,
        [
            (1, "wrong", 0),
            (2, "wrong", 1),
            (3, "error", 1),
            (4, "correct", 2),
            (5, "wrong", 2),
            (6, "limit", 1)
        ]
    );
    assert_eq!((history.sessions.len(), history.attempts[3].cost), (1, Some((12, 3))));
}

#[test]
fn two_sessions_at_once_lose_nothing() {
    let home = tempdir().unwrap();
    let work = |process: u32| {
        let (mut progress, said) = Progress::open(home.path(), clock, process);
        assert_eq!(said, Vec::<String>::new());
        for n in 0..30 {
            progress.record(&answer(&format!("{process}-{n}"), Verdict::Correct)).unwrap();
        }
    };
    std::thread::scope(|scope| {
        for process in 0..3 {
            scope.spawn(move || work(process));
        }
    });
    let progress = open(home.path());
    assert_eq!(progress.solved().len(), 90);
    assert_eq!(progress.history().unwrap().sessions.len(), 3);
}

#[test]
fn one_session_sees_what_the_other_has_done() {
    let home = tempdir().unwrap();
    let (mut one, mut two) = (open(home.path()), open(home.path()));
    one.record(&answer("a", Verdict::Correct)).unwrap();
    two.record(&answer("b", Verdict::Correct)).unwrap();
    assert_eq!(two.solved().into_iter().collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn what_cannot_be_written_waits_until_it_can() {
    let home = tempdir().unwrap();
    let folder = home.path().join("file");
    fs::write(&folder, "no folder").unwrap();
    let mut progress = open(&folder);
    let told = progress.record(&answer("a", Verdict::Correct)).unwrap_err();
    assert!(told.starts_with("progress cannot be kept: "), "{told}");
    assert_eq!(progress.solved().len(), 1);
    fs::remove_file(&folder).unwrap();
    progress.record(&answer("b", Verdict::Correct)).unwrap();
    assert_eq!(open(&folder).solved().len(), 2);
}

#[test]
fn a_home_that_may_only_be_read_is_read() {
    let home = lived_in();
    let file = database(&home);
    let writable = |yes: bool| {
        for path in [file.as_path(), home.path()] {
            let mut permissions = fs::metadata(path).unwrap().permissions();
            #[allow(clippy::permissions_set_readonly_false, reason = "the folder is this test's own")]
            permissions.set_readonly(!yes);
            fs::set_permissions(path, permissions).unwrap();
        }
    };
    writable(false);
    let mut progress = open(home.path());
    assert_eq!(progress.solved().len(), 1);
    let kept = progress.record(&answer("b", Verdict::Correct));
    assert_eq!(progress.solved().len(), 2);
    let after = open(home.path()).solved().len();
    writable(true);
    match kept {
        Err(told) => assert!(told.starts_with("progress cannot be kept: ") && after == 1, "{told}"),
        // The system lets its administrator write everywhere.
        Ok(()) => assert_eq!(after, 2),
    }
}

#[test]
fn a_full_disk_is_told_and_what_was_done_is_written_later() {
    let home = tempdir().unwrap();
    let mut progress = open(home.path());
    let mut place = Place::new(home.path());
    place.narrowed(12);
    progress.place = Some(place);
    let long = "-".repeat(3_000);
    let record =
        |progress: &mut Progress| progress.record(&Answer { sql: &long, ..answer("a", Verdict::Wrong) });
    let told = (0..50).find_map(|_| record(&mut progress).err()).expect("the room has an end");
    assert!(told.starts_with("progress waits: there is no room for "), "{told}");
    assert_eq!(record(&mut progress), Ok(()), "it is told once");
    progress.place = Some(Place::new(home.path()));
    record(&mut progress).unwrap();
    assert_eq!(open(home.path()).tried("a").tries, progress.tried("a").tries);
}

#[test]
fn a_locked_file_is_waited_for_a_moment() {
    let home = lived_in();
    let mut progress = open(home.path());
    let mut hurried = Place::new(home.path());
    hurried.hurried();
    progress.place = Some(hurried);
    let holder = Place::new(home.path());
    let kept =
        holder.with(|store| store.change(|_| Ok(progress.record(&answer("b", Verdict::Correct))))).unwrap();
    assert!(kept.value.unwrap_err().starts_with("progress waits: another program keeps "));
    assert_eq!(open(home.path()).solved().len(), 1);
    // What still waits when the session ends is written then.
    drop(progress);
    assert_eq!(open(home.path()).solved().len(), 2);
}

#[test]
fn a_damaged_file_is_set_aside() {
    let whole = fs::read(database(&lived_in())).unwrap();
    let page = 4096;
    let mut torn = whole.clone();
    torn[page..2 * page].fill(0x5A);
    let mut header = whole.clone();
    header[0] = b'X';
    for damaged in [b"no database at all".to_vec(), header, torn, whole[..2 * page].to_vec()] {
        let home = tempdir().unwrap();
        let aside = |n: u32| home.path().join(format!("progress.db.damaged-{n}"));
        fs::write(database(&home), &damaged).unwrap();
        fs::write(home.path().join("progress.db-journal"), "of the damaged one").unwrap();
        fs::write(aside(1), "an older one").unwrap();
        let (mut progress, told) = opened(home.path());
        assert!(
            told.starts_with("HOME/progress.db is damaged (")
                && told.ends_with("): it is set aside as progress.db.damaged-2, and progress begins anew"),
            "{told}"
        );
        assert_eq!(progress.solved().len(), 0);
        progress.record(&answer("b", Verdict::Correct)).unwrap();
        assert_eq!(open(home.path()).solved().len(), 1);
        assert_eq!(fs::read(aside(1)).unwrap(), b"an older one");
        assert!(fs::read(aside(2)).unwrap() == damaged, "it is left as it was");
        assert!(!home.path().join("progress.db-journal").exists());
    }
}

#[test]
fn a_file_that_is_damaged_meanwhile_costs_this_run_nothing() {
    let home = tempdir().unwrap();
    let mut progress = open(home.path());
    progress.record(&answer("a", Verdict::Correct)).unwrap();
    fs::write(database(&home), "no database at all").unwrap();
    let told = progress.record(&answer("b", Verdict::Correct)).unwrap_err();
    assert!(told.ends_with("it is set aside as progress.db.damaged-1, and progress begins anew"), "{told}");
    progress.record(&answer("c", Verdict::Correct)).unwrap();
    assert_eq!(progress.solved().len(), 3);
    assert_eq!(open(home.path()).solved().len(), 3);
    // Nor does one that is gone.
    fs::remove_file(database(&home)).unwrap();
    progress.record(&answer("d", Verdict::Correct)).unwrap();
    assert_eq!(open(home.path()).solved().len(), 4);
}

#[test]
fn what_is_not_ours_is_left_alone() {
    let foreign = Form { application: 1, ..FORM };
    for (form, sql, want) in [
        (
            Form { steps: &["CREATE TABLE t (x)", "", "", "", "", "", "", "", ""], ..FORM },
            "",
            "progress is not kept: HOME/progress.db is from a later sqldojo (it is of version 9, and this program \
             knows versions up to 2); it is left as it is",
        ),
        (foreign, "", "progress is not kept: HOME/progress.db belongs to another program; move it away"),
        (
            FORM,
            "PRAGMA application_id = 0",
            "progress is not kept: HOME/progress.db belongs to another program; move it away",
        ),
    ] {
        let home = tempdir().unwrap();
        let store = OwnFile::open(&database(&home), &form, |_| Ok(())).unwrap();
        if !sql.is_empty() {
            store.run(sql, &[]).unwrap();
        }
        drop(store);
        let before = fs::read(database(&home)).unwrap();
        let (mut progress, told) = opened(home.path());
        assert_eq!(told, want);
        progress.record(&answer("a", Verdict::Correct)).unwrap();
        assert_eq!(progress.solved().len(), 1);
        assert!(fs::read(database(&home)).unwrap() == before);
    }
}

#[cfg(unix)]
#[test]
fn whatever_stands_there_practice_goes_on() {
    use std::os::unix::{fs::symlink, net::UnixListener};
    type Put = fn(&Path) -> std::io::Result<()>;
    let puts: [Put; 5] = [
        |path| fs::create_dir(path),
        |path| UnixListener::bind(path).map(drop),
        |path| symlink(path, path),
        |path| symlink("/dev/null", path),
        |path| symlink(path.parent().unwrap(), path),
    ];
    for put in puts {
        let home = tempdir().unwrap();
        put(&database(&home)).unwrap();
        let (mut progress, told) = opened(home.path());
        assert!(told.starts_with("progress cannot be kept: HOME/progress.db ("), "{told}");
        assert_eq!(progress.record(&answer("a", Verdict::Correct)), Ok(()), "it has been told");
        assert_eq!(progress.solved().len(), 1);
        assert!(fs::symlink_metadata(database(&home)).is_ok(), "it is still there");
    }
    // A link to a file is followed.
    let (home, elsewhere) = (tempdir().unwrap(), lived_in());
    symlink(database(&elsewhere), database(&home)).unwrap();
    assert_eq!(open(home.path()).solved().len(), 1);
}

#[test]
fn the_json_file_of_before_is_taken_over_once_and_left_there() {
    let old = r#"{"last": "b", "exercises": {"a": {"tries": 3, "solved": true}, "b": {"tries": 1, "shown": true}}}"#;
    let home = tempdir().unwrap();
    let file = home.path().join("progress.json");
    fs::write(&file, old).unwrap();
    let solved = Tried { tries: 3, solved: true, shown: false };
    let shown = Tried { tries: 1, solved: false, shown: true };
    let mut progress = open(home.path());
    assert_eq!((progress.tried("a"), progress.tried("b"), progress.last()), (solved, shown, Some("b")));
    assert_eq!(progress.history().unwrap().earlier.len(), 2);
    progress.record(&answer("b", Verdict::Correct)).unwrap();
    assert_eq!(progress.tried("b"), Tried { tries: 2, solved: true, shown: true });
    assert_eq!(fs::read_to_string(&file).unwrap(), old);

    fs::write(&file, "{\"last\": \"z\"}").unwrap();
    let again = open(home.path());
    assert_eq!((again.tried("a"), again.last()), (solved, Some("b")));
}

#[test]
fn a_json_file_that_is_not_in_order_is_told_and_left_there() {
    let home = tempdir().unwrap();
    fs::write(home.path().join("progress.json"), "{\"last\": 5}").unwrap();
    let (mut progress, told) = opened(home.path());
    assert!(told.starts_with("nothing is taken over from HOME/progress.json: "), "{told}");
    progress.record(&answer("a", Verdict::Correct)).unwrap();
    assert_eq!(open(home.path()).solved().len(), 1);
    assert_eq!(fs::read_to_string(home.path().join("progress.json")).unwrap(), "{\"last\": 5}");
}

#[test]
fn a_file_of_version_1_is_brought_forward() {
    let home = tempdir().unwrap();
    let first = Form { steps: &FORM.steps[..1], ..FORM };
    let store = OwnFile::open(&database(&home), &first, |_| Ok(())).unwrap();
    for sql in [
        "INSERT INTO session VALUES ('s', 1, 0, 2, 0, 'a')",
        "INSERT INTO attempt (session, number, at, east, exercise, sql, verdict, judged, ms, tries, hints)
         VALUES ('s', 1, 1, 0, 'a', 'select 1', 'correct', 1, 5, 1, 0)",
    ] {
        store.run(sql, &[]).unwrap();
    }
    assert!(matches!(History::read(&store), Err(Trouble::Damaged(_))), "version 1 knows no reviews");
    drop(store);
    let mut progress = open(home.path());
    assert_eq!((progress.solved().len(), progress.last()), (1, Some("a")));
    progress.record(&answer("a", Verdict::Correct)).unwrap();
    let history = open(home.path()).history().unwrap();
    assert_eq!((history.attempts.len(), history.reviews.len()), (2, 1));
}

#[test]
fn an_exercise_answered_on_a_later_day_is_a_review() {
    let home = tempdir().unwrap();
    let mut progress = open(home.path());
    let mut on = |moment: &str, verdict, hints| {
        at(moment);
        progress.record(&Answer { hints, ..answer("a", verdict) }).unwrap();
    };
    on("2026-03-01T22:00:00+01:00", Verdict::Wrong, 0);
    on("2026-03-01T22:10:00+01:00", Verdict::Correct, 0);
    on("2026-03-01T23:10:00+01:00", Verdict::Correct, 0);
    // The learner's midnight is meant, not that of UTC.
    on("2026-03-02T00:10:00+01:00", Verdict::Error, 0);
    on("2026-03-02T00:11:00+01:00", Verdict::Correct, 0);
    on("2026-03-02T00:12:00+01:00", Verdict::Correct, 0);
    on("2026-03-09T12:00:00+01:00", Verdict::Correct, 2);
    on("2026-03-10T12:00:00+01:00", Verdict::Wrong, 0);
    let reviews = progress.history().unwrap().reviews;
    let reviews: Vec<_> = reviews.iter().map(|one| (one.number, one.days, one.remembered)).collect();
    assert_eq!(reviews, [(5, 1, true), (7, 7, false), (8, 1, false)]);
}

fn lines(history: &History) -> String {
    let mut bytes = Vec::new();
    write_lines(history, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn lines_go_out_and_come_in_once() {
    at("2026-03-01T10:00:00+01:00");
    let home = lived_in();
    let mut progress = open(home.path());
    progress.record(&Answer { sql: "select 'ä\u{0}\n\"'", ..answer("a", Verdict::Correct) }).unwrap();
    let mut history = progress.history().unwrap();
    history.earlier = vec![Earlier { exercise: "z".into(), tries: 1, solved: true, shown: false }];
    let text = lines(&history);
    insta::assert_snapshot!(text);

    let (read, bad) = read_lines(&mut text.as_bytes()).unwrap();
    assert_eq!((&read, bad.len()), (&history, 0));
    let other = tempdir().unwrap();
    let there = open(other.path());
    let merged = there.merge(&read).unwrap();
    assert_eq!(merged, Merged { attempts: 3, sessions: 2, others: 2, known: 0 });
    assert_eq!(there.merge(&read).unwrap(), Merged { known: 7, ..Merged::default() });
    assert_eq!(there.history().unwrap(), history);
    assert_eq!(open(other.path()).solved().len(), 2);
}

#[test]
fn lines_that_are_not_in_order_are_told_by_their_number() {
    let home = lived_in();
    let good = lines(&open(home.path()).history().unwrap());
    let long = "x".repeat(3 << 20);
    let text = format!(
        "\u{feff}{good}\n\nnot json\n{{\"type\":\"dream\"}}\n{{\"type\":\"shown\",\"exercise\":\"q\",\"at\":\"soon\"}}\n{long}\n\
         {{\"type\":\"progress\",\"format\":2}}\n{{\"type\":\"attempt\",\"session\":\"s\"}}\n{{\"type\":\"shown\",\"exerc"
    );
    let (read, bad) = read_lines(&mut text.as_bytes()).unwrap();
    assert_eq!((read.attempts.len(), read.shown.len()), (2, 1));
    let told: Vec<String> = bad.iter().map(|bad| format!("{}: {}", bad.number, bad.reason)).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_reset_leaves_a_copy_that_brings_everything_back() {
    let home = lived_in();
    let progress = open(home.path());
    let before = progress.history().unwrap();
    let copy = progress.reset().unwrap().expect("there was something");
    assert_eq!(copy, home.path().join("progress.before-reset-1.jsonl"));
    let anew = open(home.path());
    assert_eq!((anew.solved().len(), anew.last(), anew.reset().unwrap()), (0, None, None));
    let (read, _) = read_lines(&mut fs::read(copy).unwrap().as_slice()).unwrap();
    anew.merge(&read).unwrap();
    assert_eq!(anew.history().unwrap(), before);
    assert_eq!(anew.reset().unwrap(), Some(home.path().join("progress.before-reset-2.jsonl")));
}
