//! What has been done, shown, taken out and in, and begun anew.

use std::fs;

use serde_json::Value as Json;

use crate::place::Place;

/// Practice on another machine, long ago.
const LINES: &str = r#"{"type":"progress","format":1}
{"type":"session","name":"s","began":"2026-03-01T18:00:00+01:00","seen":"2026-03-01T18:20:00+01:00","exercise":"duplicate-emails"}
{"type":"attempt","session":"s","number":1,"at":"2026-03-01T18:10:00+01:00","exercise":"duplicate-emails","sql":"select 1","verdict":"wrong","mismatch":"missing-rows","judged":true,"ms":60000,"tries":1,"hints":0}
{"type":"attempt","session":"s","number":2,"at":"2026-03-02T18:20:00+01:00","exercise":"duplicate-emails","sql":"select 2","verdict":"correct","judged":true,"ms":90000,"tries":2,"hints":1}
"#;

/// A query that is wrong on the data at once.
const WRONG: &str = "select email, count(*) from users group by email having count(*) > 1;";

/// The transcript of some calls, in which nothing depends on how many exercises there are.
macro_rules! snapshot {
    ($place:expr, $calls:expr) => {
        let home = $place.path().display().to_string();
        insta::with_settings!({filters => vec![
            (home.as_str(), "HOME"),
            (r"of \d+( exercises solved)?\b", "of N$1"),
            (r"(?m)^.*: 0 of N\n", ""),
        ]}, { insta::assert_snapshot!($place.transcript(&$calls)) });
    };
}

#[test]
fn from_one_machine_to_another() {
    let place = Place::new();
    place.file("copy.jsonl", LINES);
    place.file("torn.jsonl", &LINES[..LINES.len() - 20]);
    place.file("other.txt", "not lines\nof ours\n");
    snapshot!(
        place,
        [
            (&["progress"][..], ""),
            (&["progress", "import", "nowhere.jsonl"], ""),
            (&["progress", "import", "other.txt"], ""),
            (&["progress", "import", "torn.jsonl"], ""),
            (&["progress", "import", "copy.jsonl"], ""),
            (&["progress", "import", "-"], LINES),
            (&["progress", "--accessible"], ""),
            (&["progress", "export"], ""),
            (&["progress", "export", "copy.jsonl"], ""),
            (&["progress", "export", "new.jsonl"], ""),
            (&["progress", "reset"], ""),
            (&["progress", "reset", "--yes"], ""),
            (&["progress", "reset", "--yes"], ""),
            (&["progress", "--format", "csv"], ""),
        ]
    );
    let copy = place.path().join(".local/share/sqldojo/progress.before-reset-1.jsonl");
    let exported = fs::read_to_string(place.path().join("new.jsonl")).unwrap();
    assert_eq!(fs::read_to_string(copy).unwrap(), exported);
}

#[test]
fn answers_are_kept_and_their_figures_have_json() {
    let place = Place::new();
    let ran = place.run(&["practice", "duplicate-emails"], WRONG);
    assert_eq!((ran.stderr.as_str(), ran.code), ("", Some(1)), "{}", ran.stdout);
    let lines = place.run(&["progress", "export"], "").stdout;
    let kept: Vec<Json> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((kept.len(), &kept[2]["type"], &kept[2]["judged"]), (3, &"attempt".into(), &false.into()));
    assert_eq!(format!("{};", kept[2]["sql"].as_str().unwrap().trim_end_matches(';')), WRONG);
    let figures: Json =
        serde_json::from_str(&place.run(&["progress", "--format", "json"], "").stdout).unwrap();
    assert_eq!((&figures["attempts"], &figures["streak"]["days"]), (&1.into(), &1.into()));
    assert_eq!(figures["mistakes"][0]["attempts"], 1);
    assert!(place.run(&["progress"], "").stdout.contains("\nMistakes\n"));
}

#[test]
fn practice_goes_on_whatever_stands_in_the_place_of_the_file() {
    let place = Place::new();
    let folder = place.path().join(".local/share/sqldojo");
    fs::create_dir_all(folder.join("progress.db")).unwrap();
    let practice = |place: &Place| {
        let ran = place.run(&["practice", "duplicate-emails"], format!("{WRONG}\n{WRONG}"));
        assert_eq!((ran.stdout.matches('✗').count(), ran.code), (2, Some(1)), "{}", ran.stdout);
        // Where lines fold depends on how long the home's name is.
        let words: Vec<&str> = ran.stderr.split_whitespace().collect();
        words
            .join(" ")
            .replace(&place.path().display().to_string(), "HOME")
            .replace(" warning:", "\nwarning:")
    };
    let mut said = practice(&place) + "\n";
    fs::remove_dir(folder.join("progress.db")).unwrap();
    fs::write(folder.join("progress.db"), "no database at all, whatever its name says").unwrap();
    said += &practice(&place);
    insta::assert_snapshot!(said);
    assert_eq!(practice(&place), "");
    assert!(folder.join("progress.db.damaged-1").is_file());
}
