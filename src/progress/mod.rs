//! What the learner has done: every session, every attempt, every solution looked at. Kept in one database file of the
//! program's own, which no learner's SQL reaches; shows nothing, and is told the time.

mod file;
mod lines;
mod old;
pub mod overview;
mod record;
mod stamp;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use self::file::Place;
pub use self::{
    lines::{BadLine, read_lines, write_lines},
    record::{Attempt, Earlier, History, Merged, Review, Session, Shown},
    stamp::{Clock, Stamp},
};
use crate::{
    cost::Cost,
    engine::{OwnFile, Trouble},
    judge::Verdict,
    value::Value,
};

/// What is remembered, and where it is kept.
#[derive(Debug)]
pub struct Progress {
    /// Where; `None`: nothing is kept beyond this run.
    place: Option<Place>,
    clock: Clock,
    session: Session,
    /// How many attempts this session has.
    attempts: u32,
    known: Known,
    /// What this run has done.
    run: History,
    /// The part of it that is not kept yet.
    waiting: History,
    /// Why nothing is kept, as it was told last, as long as that is so.
    said: Option<String>,
}

/// What was tried on one exercise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tried {
    /// How many answers were judged until the first right one, that one included.
    pub tries: u32,
    /// Whether one was right.
    pub solved: bool,
    /// Whether the solution was looked at before.
    pub shown: bool,
}

/// An answer that has been looked at, and all that is to be remembered of it.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// The exercise.
    pub exercise: &'a str,
    /// The answer as it was typed.
    pub sql: &'a str,
    /// What is said of it.
    pub verdict: Verdict,
    /// What kind of wrong it is, or the rule that it breaks.
    pub mismatch: Option<&'a str>,
    /// Whether the judge has seen it; otherwise it is wrong on the learner's own data already, which is no try.
    pub judged: bool,
    /// How long the exercise has been open.
    pub taken: Duration,
    /// How many hints have been shown.
    pub hints: usize,
    /// What it cost, where it ran.
    pub cost: Option<Cost>,
    /// What the reference costs on the same data.
    pub reference: Option<Cost>,
}

/// What the file comes to, as far as practice asks for it.
#[derive(Debug, Clone, Default)]
struct Known {
    exercises: BTreeMap<String, Exercise>,
    last: Option<String>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Exercise {
    tried: Tried,
    /// When it was last answered.
    answered: Option<Stamp>,
    /// When that was last right.
    right: Option<Stamp>,
}

impl Default for Progress {
    /// Keeps nothing beyond this run, and knows no time.
    fn default() -> Progress {
        Progress::begin(None, Stamp::default, 0)
    }
}

impl Progress {
    fn begin(place: Option<Place>, clock: Clock, process: u32) -> Progress {
        let now = clock();
        // No other process has this number in this millisecond.
        let name = format!("{:x}-{process:x}", now.unix_ms());
        Progress {
            place,
            clock,
            session: Session { name, began: now, seen: now, exercise: None },
            attempts: 0,
            known: Known::default(),
            run: History::default(),
            waiting: History::default(),
            said: None,
        }
    }

    /// Opens what a folder remembers. A file that is not there is begun when there is something to keep. Also says, a
    /// line each, what the learner should hear: whatever stands there, practice goes on.
    ///
    /// `process` tells this run from others that begin in the same millisecond.
    pub fn open(folder: &Path, clock: Clock, process: u32) -> (Progress, Vec<String>) {
        let place = Place::new(folder);
        let mut progress = Progress::begin(Some(place.clone()), clock, process);
        let mut said = Vec::new();
        if place.is_there() == Ok(false) {
            match old::read(folder) {
                Ok(old) => progress.known = Known::of(&old),
                Err(reason) => said.push(reason),
            }
            return (progress, said);
        }
        let load = || place.with(|store| store.check().and_then(|()| Known::read(store)));
        let loaded = load().or_else(|trouble| {
            let Trouble::Damaged(why) = trouble else { return Err(trouble) };
            said.push(progress.set_aside(&why)?);
            load()
        });
        match loaded {
            Ok(loaded) => progress.known = loaded.value,
            Err(trouble) => said.extend(progress.told(&trouble).err()),
        }
        (progress, said)
    }

    /// The exercises that are solved.
    pub fn solved(&self) -> BTreeSet<&str> {
        let solved = self.known.exercises.iter().filter(|(_, exercise)| exercise.tried.solved);
        solved.map(|(id, _)| id.as_str()).collect()
    }

    /// What was tried on an exercise.
    pub fn tried(&self, exercise: &str) -> Tried {
        self.known.exercises.get(exercise).map(|known| known.tried).unwrap_or_default()
    }

    /// The exercise that was open last.
    pub fn last(&self) -> Option<&str> {
        self.known.last.as_deref()
    }

    /// Remembers which exercise is open.
    ///
    /// # Errors
    /// Why that could not be written, unless that was told last; it holds for this run all the same.
    pub fn open_exercise(&mut self, exercise: &str) -> Result<(), String> {
        self.known.last = Some(exercise.to_owned());
        if self.session.exercise.as_deref() == Some(exercise) {
            return Ok(());
        }
        self.session.exercise = Some(exercise.to_owned());
        self.keep(&History::default())
    }

    /// Remembers an answer. Once this returns, it is on the disk, or the learner is told why not.
    ///
    /// # Errors
    /// Why it could not be written, unless that was told last; it holds for this run all the same, and is written as
    /// soon as that goes.
    pub fn record(&mut self, answer: &Answer<'_>) -> Result<(), String> {
        let at = (self.clock)();
        let before = self.known.exercises.get(answer.exercise).copied().unwrap_or_default();
        self.known.answered(answer.exercise, answer.verdict, answer.judged, at);
        self.attempts += 1;
        let cost = |cost: Cost| (cost.steps, cost.pages);
        let attempt = Attempt {
            session: self.session.name.clone(),
            number: self.attempts,
            at,
            exercise: answer.exercise.to_owned(),
            sql: answer.sql.to_owned(),
            verdict: answer.verdict,
            mismatch: answer.mismatch.map(str::to_owned),
            judged: answer.judged,
            ms: u64::try_from(answer.taken.as_millis()).unwrap_or(u64::MAX),
            tries: self.tried(answer.exercise).tries,
            hints: u32::try_from(answer.hints).unwrap_or(u32::MAX),
            cost: answer.cost.map(cost),
            reference: answer.reference.map(cost),
        };
        let mut new = History::default();
        new.reviews.extend(review(&attempt, before));
        new.attempts.push(attempt);
        self.keep(&new)
    }

    /// Remembers that the solution was shown before the exercise was solved.
    ///
    /// # Errors
    /// Why that could not be written, unless that was told last; it holds for this run all the same.
    pub fn show_solution(&mut self, exercise: &str) -> Result<(), String> {
        let tried = self.tried(exercise);
        if tried.solved || tried.shown {
            return Ok(());
        }
        self.known.exercises.entry(exercise.to_owned()).or_default().tried.shown = true;
        let shown = Shown { exercise: exercise.to_owned(), at: (self.clock)() };
        self.keep(&History { shown: vec![shown], ..History::default() })
    }

    /// All that is kept.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn history(&self) -> Result<History, String> {
        let Some(place) = &self.place else { return Ok(self.run.clone()) };
        match place.is_there() {
            Ok(false) => old::read(place.folder()),
            Ok(true) => {
                place.with(History::read).map(|read| read.value).map_err(|trouble| unread(place, &trouble))
            }
            Err(trouble) => Err(unread(place, &trouble)),
        }
    }

    /// What time it is.
    pub fn now(&self) -> Stamp {
        (self.clock)()
    }

    /// Takes in what was kept elsewhere, all at once. What is there already stays as it is.
    ///
    /// # Errors
    /// Why that cannot be written; then nothing has been taken in.
    pub fn merge(&self, history: &History) -> Result<Merged, String> {
        let Some(place) = &self.place else { return Err("there is no home to keep progress in".to_owned()) };
        let merged = place.with(|store| store.change(|store| history.write(store)));
        merged.map(|merged| merged.value).map_err(|trouble| unwritten(place, &trouble))
    }

    /// Forgets everything, once all of it stands in a file of lines beside, which [`read_lines`] reads: that file.
    /// `None`: there was nothing to forget.
    ///
    /// # Errors
    /// Why that cannot be done; then nothing is forgotten.
    pub fn reset(&self) -> Result<Option<PathBuf>, String> {
        let Some(place) = &self.place else { return Ok(None) };
        let done = place.is_there().and_then(|there| {
            if !there && old::read(place.folder()).unwrap_or_default().is_empty() {
                return Ok(None);
            }
            // Nobody else can keep anything between the copy and the end.
            let reset = place.with(|store| {
                store.change(|store| {
                    let history = History::read(store)?;
                    if history.is_empty() {
                        return Ok(None);
                    }
                    let copy = copy_beside(place.folder(), &history)
                        .map_err(|error| Trouble::Closed(format!("no copy can be made: {error}")))?;
                    History::clear(store)?;
                    Ok(Some(copy))
                })
            })?;
            Ok(reset.value)
        });
        done.map_err(|trouble| unwritten(place, &trouble))
    }

    /// Keeps what is new, and what could not be kept before.
    fn keep(&mut self, new: &History) -> Result<(), String> {
        self.session.seen = (self.clock)();
        for history in [&mut self.run, &mut self.waiting] {
            history.sessions = vec![self.session.clone()];
            history.attempts.extend_from_slice(&new.attempts);
            history.shown.extend_from_slice(&new.shown);
            history.reviews.extend_from_slice(&new.reviews);
        }
        match self.write() {
            Ok(()) => Ok(()),
            Err(Trouble::Damaged(why)) => {
                match self.set_aside(&why).and_then(|said| self.write().map(|()| said)) {
                    Ok(said) => Err(said),
                    Err(trouble) => self.told(&trouble),
                }
            }
            Err(trouble) => self.told(&trouble),
        }
    }

    /// Writes what waits. A file that had to be begun for it gets all of this run.
    fn write(&mut self) -> Result<(), Trouble> {
        let Some(place) = &self.place else { return Ok(()) };
        let written = place.with(|store| {
            store.change(|store| self.waiting.write(store))?;
            // It is kept, whatever comes of reading what other sessions have kept meanwhile.
            Ok(Known::read(store).ok())
        })?;
        if written.fresh && self.run != self.waiting {
            place.with(|store| store.change(|store| self.run.write(store)))?;
        }
        self.waiting = History::default();
        self.said = None;
        // A file that has just been begun knows less than this run.
        if let Some(known) = written.value.filter(|_| !written.fresh) {
            self.known = Known { last: self.known.last.take(), ..known };
        }
        Ok(())
    }

    /// Sets a damaged file aside: what to say of it.
    fn set_aside(&self, why: &str) -> Result<String, Trouble> {
        let Some(place) = &self.place else { return Ok(String::new()) };
        let path = place.path();
        let aside = place.set_aside().map_err(|trouble| match trouble {
            Trouble::Closed(reason) => Trouble::Closed(format!("{why}; it cannot be set aside: {reason}")),
            other => other,
        })?;
        let aside = aside.as_deref().and_then(Path::file_name).map(Path::new);
        Ok(match aside {
            Some(aside) => format!(
                "{} is damaged ({why}): it is set aside as {}, and progress begins anew",
                path.display(),
                aside.display()
            ),
            None => format!("{} was damaged ({why}): it has been set aside already", path.display()),
        })
    }

    /// Tells of a trouble, unless that has just been done. Where a file is not to be touched, this run keeps nothing.
    fn told(&mut self, trouble: &Trouble) -> Result<(), String> {
        let Some(place) = &self.place else { return Ok(()) };
        let said = unwritten(place, trouble);
        match trouble {
            Trouble::Newer(..) | Trouble::Foreign => self.place = None,
            Trouble::Damaged(_) | Trouble::Busy | Trouble::Full | Trouble::Closed(_) => {}
        }
        if self.said.as_ref() == Some(&said) {
            return Ok(());
        }
        self.said = Some(said.clone());
        Err(said)
    }
}

impl Drop for Progress {
    /// Whoever kept the file locked may be done by now. Why something waits has been told.
    fn drop(&mut self) {
        if !self.waiting.is_empty() {
            let _ = self.write();
        }
    }
}

/// Whether an attempt is the first look of a day at an exercise that was solved before.
fn review(attempt: &Attempt, before: Exercise) -> Option<Review> {
    let (day, right, answered) = (attempt.at.day(), before.right?.day(), before.answered?.day());
    if attempt.verdict == Verdict::Error || answered >= day {
        return None;
    }
    let days = day.since(right).ok()?.get_days();
    Some(Review {
        session: attempt.session.clone(),
        number: attempt.number,
        exercise: attempt.exercise.clone(),
        at: attempt.at,
        days: i64::from(days),
        remembered: attempt.verdict == Verdict::Correct && attempt.hints == 0,
    })
}

/// Writes everything into a new file.
fn copy_beside(folder: &Path, history: &History) -> std::io::Result<PathBuf> {
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    write_lines(history, &mut std::io::BufWriter::new(&mut new))?;
    new.flush()?;
    new.as_file().sync_all()?;
    for n in 1_u32.. {
        let path = folder.join(format!("progress.before-reset-{n}.jsonl"));
        match new.persist_noclobber(&path) {
            Ok(_) => return Ok(path),
            Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => new = error.file,
            Err(error) => return Err(error.error),
        }
    }
    Err(std::io::Error::other("there are too many already"))
}

/// Why nothing can be read.
fn unread(place: &Place, trouble: &Trouble) -> String {
    format!("{} cannot be read: {trouble}", place.path().display())
}

/// Why nothing is kept, and what becomes of it.
fn unwritten(place: &Place, trouble: &Trouble) -> String {
    let path = place.path();
    let path = path.display();
    match trouble {
        Trouble::Newer(..) => {
            format!("progress is not kept: {path} is from a later sqldojo ({trouble}); it is left as it is")
        }
        Trouble::Foreign => {
            format!("progress is not kept: {path} belongs to another program; move it away")
        }
        Trouble::Busy => format!(
            "progress waits: another program keeps {path} locked; it is written with the next answer that can be"
        ),
        Trouble::Full => format!("progress waits: there is no room for {path}"),
        Trouble::Damaged(why) | Trouble::Closed(why) => {
            format!("progress cannot be kept: {path} ({why})")
        }
    }
}

impl Known {
    /// Reads what practice asks for.
    fn read(store: &OwnFile) -> Result<Known, Trouble> {
        let strange = || Trouble::Damaged("a row holds what cannot be".to_owned());
        let mut known = Known::of(&History::read_without_attempts(store)?);
        let rows = store.rows(
            "SELECT exercise, verdict, judged, at, east FROM attempt ORDER BY at, session, number",
            &[],
        )?;
        for row in rows {
            let [Value::Text(exercise), _, Value::Integer(judged), Value::Integer(at), Value::Integer(east)] =
                row.as_slice()
            else {
                return Err(strange());
            };
            let verdict = record::verdict(&row, 1).ok_or_else(strange)?;
            let at = Stamp::new(*at, *east).ok_or_else(strange)?;
            known.answered(exercise, verdict, *judged != 0, at);
        }
        Ok(known)
    }

    /// What a history comes to.
    fn of(history: &History) -> Known {
        let mut known = Known::default();
        for earlier in &history.earlier {
            let Earlier { exercise, tries, solved, shown } = earlier.clone();
            known.exercises.entry(exercise).or_default().tried = Tried { tries, solved, shown };
        }
        for shown in &history.shown {
            known.exercises.entry(shown.exercise.clone()).or_default().tried.shown = true;
        }
        for attempt in &history.attempts {
            known.answered(&attempt.exercise, attempt.verdict, attempt.judged, attempt.at);
        }
        let last = history.sessions.iter().filter(|session| session.exercise.is_some());
        known.last = last.max_by_key(|session| session.seen).and_then(|session| session.exercise.clone());
        known
    }

    /// Answers that do not run are no tries, and none counts once an exercise is solved.
    fn answered(&mut self, exercise: &str, verdict: Verdict, judged: bool, at: Stamp) {
        let right = match verdict {
            Verdict::Correct => true,
            Verdict::Wrong | Verdict::Limit => false,
            Verdict::Error => return,
        };
        let known = self.exercises.entry(exercise.to_owned()).or_default();
        known.answered = Some(at);
        if judged {
            if !known.tried.solved {
                known.tried.tries = known.tried.tries.saturating_add(1);
                known.tried.solved = right;
            }
            if right {
                known.right = Some(at);
            }
        }
    }
}
