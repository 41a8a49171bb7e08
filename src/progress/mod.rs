//! What the learner has done: which exercises are solved, and where practice goes on. Kept in one small JSON file,
//! written whole or not at all. Knows no engine and shows nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::judge::Verdict;

/// The file's name in the folder of the program's data.
const FILE: &str = "progress.json";

/// What is remembered, and where it is kept.
#[derive(Debug, Default)]
pub struct Progress {
    /// The folder; `None`: nothing is kept beyond this run.
    folder: Option<PathBuf>,
    notes: Notes,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Notes {
    /// The exercise that was open last.
    #[serde(default)]
    last: Option<String>,
    /// What was tried on each exercise.
    #[serde(default)]
    exercises: BTreeMap<String, Tried>,
}

/// What was tried on one exercise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// How many answers were judged until the first right one, that one included.
    #[serde(default)]
    pub tries: u32,
    /// Whether one was right.
    #[serde(default)]
    pub solved: bool,
    /// Whether the solution was looked at before.
    #[serde(default)]
    pub shown: bool,
}

impl Progress {
    /// Reads what a folder remembers. A folder or file that is not there yet remembers nothing.
    ///
    /// # Errors
    /// Why the file cannot be read; [`Progress::default`] goes on without it.
    pub fn open(folder: &Path) -> Result<Progress, String> {
        let notes = read(&folder.join(FILE))?;
        Ok(Progress { folder: Some(folder.to_owned()), notes })
    }

    /// The exercises that are solved.
    pub fn solved(&self) -> BTreeSet<&str> {
        self.notes.exercises.iter().filter(|(_, tried)| tried.solved).map(|(id, _)| id.as_str()).collect()
    }

    /// What was tried on an exercise.
    pub fn tried(&self, exercise: &str) -> Tried {
        self.notes.exercises.get(exercise).copied().unwrap_or_default()
    }

    /// The exercise that was open last.
    pub fn last(&self) -> Option<&str> {
        self.notes.last.as_deref()
    }

    /// Remembers which exercise is open.
    ///
    /// # Errors
    /// Why that could not be written; it holds for this run all the same.
    pub fn open_exercise(&mut self, exercise: &str) -> Result<(), String> {
        if self.last() == Some(exercise) {
            return Ok(());
        }
        self.change(|notes| notes.last = Some(exercise.to_owned()))
    }

    /// Remembers a verdict. Answers that do not run are no tries, and nothing counts once an exercise is solved.
    ///
    /// # Errors
    /// Why that could not be written; it holds for this run all the same.
    pub fn record(&mut self, exercise: &str, verdict: Verdict) -> Result<(), String> {
        let solved = match verdict {
            Verdict::Correct => true,
            Verdict::Wrong | Verdict::Limit => false,
            Verdict::Error => return Ok(()),
        };
        if self.tried(exercise).solved {
            return Ok(());
        }
        self.change(|notes| {
            let tried = notes.exercises.entry(exercise.to_owned()).or_default();
            tried.tries = tried.tries.saturating_add(1);
            tried.solved = solved;
        })
    }

    /// Remembers that the solution was shown before the exercise was solved.
    ///
    /// # Errors
    /// Why that could not be written; it holds for this run all the same.
    pub fn show_solution(&mut self, exercise: &str) -> Result<(), String> {
        if self.tried(exercise).solved {
            return Ok(());
        }
        self.change(|notes| notes.exercises.entry(exercise.to_owned()).or_default().shown = true)
    }

    /// Applies a change to what is remembered here, and to what the file holds by now: another session may have
    /// written it meanwhile.
    fn change(&mut self, change: impl Fn(&mut Notes)) -> Result<(), String> {
        change(&mut self.notes);
        let Some(folder) = &self.folder else { return Ok(()) };
        let file = folder.join(FILE);
        let mut theirs = read(&file)?;
        change(&mut theirs);
        write(folder, &file, &theirs).map_err(|error| {
            format!("progress cannot be kept: {} cannot be written ({error})", file.display())
        })?;
        self.notes = theirs;
        Ok(())
    }
}

fn read(file: &Path) -> Result<Notes, String> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Notes::default());
        }
        Err(error) => {
            return Err(format!("progress is not kept: {} cannot be read ({error})", file.display()));
        }
    };
    serde_json::from_str(&text).map_err(|error| {
        format!("progress is not kept: {} is not in order ({error}); move it away", file.display())
    })
}

fn write(folder: &Path, file: &Path, notes: &Notes) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut text = serde_json::to_string_pretty(notes)?;
    text.push('\n');
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(text.as_bytes())?;
    new.persist(file).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_run_learns_the_next_one_knows() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("sqldojo");
        let mut first = Progress::open(&folder).unwrap();
        assert_eq!((first.last(), first.solved().len()), (None, 0));
        first.open_exercise("a").unwrap();
        first.record("a", Verdict::Wrong).unwrap();
        first.record("a", Verdict::Error).unwrap();
        first.record("a", Verdict::Correct).unwrap();
        first.record("a", Verdict::Wrong).unwrap();
        first.record("b", Verdict::Limit).unwrap();
        first.show_solution("b").unwrap();
        first.open_exercise("b").unwrap();

        let second = Progress::open(&folder).unwrap();
        assert_eq!(second.last(), Some("b"));
        assert_eq!(second.solved().into_iter().collect::<Vec<_>>(), ["a"]);
        assert_eq!(second.tried("a"), Tried { tries: 2, solved: true, shown: false });
        assert_eq!(second.tried("b"), Tried { tries: 1, solved: false, shown: true });
        assert_eq!(second.tried("c"), Tried::default());
    }

    #[test]
    fn two_sessions_lose_nothing_of_each_other() {
        let home = tempfile::tempdir().unwrap();
        let mut one = Progress::open(home.path()).unwrap();
        let mut two = Progress::open(home.path()).unwrap();
        one.record("a", Verdict::Correct).unwrap();
        two.record("b", Verdict::Correct).unwrap();
        assert_eq!(two.solved().into_iter().collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_told_and_the_run_goes_on() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        fs::write(&file, "no folder").unwrap();
        let mut progress = Progress::open(&file).unwrap();
        let told = progress.record("a", Verdict::Correct).unwrap_err();
        assert!(told.starts_with("progress cannot be kept: "), "{told}");
        assert_eq!(progress.solved().len(), 1);
    }

    #[test]
    fn a_file_that_is_not_in_order_is_left_alone() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join(FILE);
        fs::write(&file, "{\"last\": 5}").unwrap();
        let told = Progress::open(home.path()).unwrap_err();
        assert!(told.contains("is not in order") && told.ends_with("move it away"), "{told}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "{\"last\": 5}");
        let mut nothing = Progress::default();
        nothing.record("a", Verdict::Correct).unwrap();
        assert_eq!(nothing.solved().len(), 1);
    }
}
