//! An answer is on the disk before anything is said of it.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use super::{super::Session, Options, Output, exercise, options};
use crate::progress::{Progress, Stamp};

/// What is written, and how many answers were on the disk when each verdict came.
struct Witness {
    folder: PathBuf,
    seen: Vec<usize>,
}

impl Write for Witness {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if String::from_utf8_lossy(bytes).contains(['✓', '✗']) {
            let (progress, _) = Progress::open(&self.folder, Stamp::default, 1);
            self.seen.push(progress.history().unwrap().attempts.len());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_answer_is_on_the_disk_before_its_verdict_is_shown() {
    let home = tempfile::tempdir().unwrap();
    let (progress, said) = Progress::open(home.path(), Stamp::default, 0);
    assert_eq!(said, Vec::<String>::new());
    let mut session = Session::start(Options { progress, ..options(exercise("duplicate-emails")) }).unwrap();
    let mut witness = Witness { folder: home.path().to_owned(), seen: Vec::new() };
    for sql in [
        "select email, count(*) from users group by email having count(*) > 1",
        "select lower(email), count(*) from users where email not like 'a%' group by 1 having count(*) > 1 order by 1",
        "select lower(email), count(*) from users group by 1 having count(*) > 1 order by 1",
    ] {
        session.input(sql, &mut Output::one(&mut witness)).unwrap();
    }
    assert_eq!(witness.seen, [1, 2, 3]);
    let (progress, _) = Progress::open(home.path(), Stamp::default, 1);
    let kept = progress.history().unwrap().attempts;
    let kept: Vec<(&str, bool, Option<&str>, bool)> = kept
        .iter()
        .map(|one| (one.verdict.name(), one.judged, one.mismatch.as_deref(), one.reference.is_some()))
        .collect();
    insta::assert_debug_snapshot!(kept);
}
