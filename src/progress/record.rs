//! What is kept, as plain data, and the tables it is kept in.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Stamp;
use crate::{
    engine::{Form, OwnFile, Trouble},
    judge::Verdict,
    value::{Row, Value},
};

/// "SQDJ", the mark of the file.
const APPLICATION: i32 = 0x5351_444A;

/// The tables, version by version. What has been released never changes: what is to be otherwise is another step.
const STEPS: &[&str] = &[
    // An attempt is known by its session and its number in it, so that what comes in twice is taken once. A moment is
    // two columns: milliseconds since 1970 in UTC, and the minutes by which the learner's clock was ahead.
    "CREATE TABLE session (
       name TEXT NOT NULL PRIMARY KEY,
       began INTEGER NOT NULL, began_east INTEGER NOT NULL,
       seen INTEGER NOT NULL, seen_east INTEGER NOT NULL,
       exercise TEXT
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE attempt (
       session TEXT NOT NULL REFERENCES session, number INTEGER NOT NULL,
       at INTEGER NOT NULL, east INTEGER NOT NULL,
       exercise TEXT NOT NULL, sql TEXT NOT NULL,
       verdict TEXT NOT NULL CHECK (verdict IN ('correct', 'wrong', 'error', 'limit')),
       mismatch TEXT, judged INTEGER NOT NULL CHECK (judged IN (0, 1)),
       ms INTEGER NOT NULL, tries INTEGER NOT NULL, hints INTEGER NOT NULL,
       steps INTEGER, pages INTEGER, reference_steps INTEGER, reference_pages INTEGER,
       UNIQUE (session, number)
     ) STRICT;
     CREATE INDEX attempt_in_time ON attempt (at, session, number, exercise, verdict, judged);
     CREATE TABLE shown (
       exercise TEXT NOT NULL PRIMARY KEY,
       at INTEGER NOT NULL, east INTEGER NOT NULL
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE earlier (
       exercise TEXT NOT NULL PRIMARY KEY,
       tries INTEGER NOT NULL, solved INTEGER NOT NULL, shown INTEGER NOT NULL
     ) STRICT, WITHOUT ROWID;",
    "CREATE TABLE review (
       session TEXT NOT NULL, number INTEGER NOT NULL,
       exercise TEXT NOT NULL, at INTEGER NOT NULL, east INTEGER NOT NULL,
       days INTEGER NOT NULL, remembered INTEGER NOT NULL CHECK (remembered IN (0, 1)),
       PRIMARY KEY (session, number)
     ) STRICT, WITHOUT ROWID;",
];

/// What the file looks like, and how long it is waited for.
pub(super) const FORM: Form =
    Form { application: APPLICATION, steps: STEPS, patience: Duration::from_secs(2), pages: None };

/// One run of the program in which something was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// What it is called; no two are called the same.
    pub name: String,
    /// When it began.
    pub began: Stamp,
    /// When something was last done in it.
    pub seen: Stamp,
    /// The exercise that was open last.
    #[serde(default)]
    pub exercise: Option<String>,
}

/// An answer, and what was said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The session's name.
    pub session: String,
    /// Which one of that session it is, from 1.
    pub number: u32,
    /// When.
    pub at: Stamp,
    /// The exercise.
    pub exercise: String,
    /// The answer as it was typed.
    pub sql: String,
    /// What was said of it.
    pub verdict: Verdict,
    /// What kind of wrong it was, or the rule that it broke.
    #[serde(default)]
    pub mismatch: Option<String>,
    /// Whether the judge has seen it; otherwise it was wrong on the learner's own data already, which is no try.
    pub judged: bool,
    /// How long the exercise had been open, in milliseconds.
    pub ms: u64,
    /// How many tries had been made on the exercise, this one included, if it is one.
    pub tries: u32,
    /// How many hints had been shown.
    pub hints: u32,
    /// Virtual-machine steps and page gets of the answer, where it ran.
    #[serde(default)]
    pub cost: Option<(u64, u64)>,
    /// Those of the reference on the same data.
    #[serde(default)]
    pub reference: Option<(u64, u64)>,
}

/// A solution that was looked at before the exercise was solved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The exercise.
    pub exercise: String,
    /// When that was first.
    pub at: Stamp,
}

/// What is known of an exercise from before attempts were kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    /// The exercise.
    pub exercise: String,
    /// How many tries were made until it was solved.
    pub tries: u32,
    /// Whether it was solved.
    pub solved: bool,
    /// Whether the solution was looked at before.
    pub shown: bool,
}

/// An exercise that was solved on an earlier day and is answered again: the first answer of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The session of the attempt.
    pub session: String,
    /// The attempt's number in it.
    pub number: u32,
    /// The exercise.
    pub exercise: String,
    /// When.
    pub at: Stamp,
    /// How many days after it was last solved.
    pub days: i64,
    /// Whether the answer was right, and without hints.
    pub remembered: bool,
}

/// All that is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Sessions, the oldest first.
    pub sessions: Vec<Session>,
    /// Attempts, the oldest first.
    pub attempts: Vec<Attempt>,
    /// Solutions that were looked at, by exercise.
    pub shown: Vec<Shown>,
    /// What is known from before, by exercise.
    pub earlier: Vec<Earlier>,
    /// Answers given again, the oldest first.
    pub reviews: Vec<Review>,
}

/// How much of something was new.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Merged {
    /// Attempts that were not known.
    pub attempts: usize,
    /// Sessions that were not known.
    pub sessions: usize,
    /// Whatever else was not known.
    pub others: usize,
    /// What was there already.
    pub known: usize,
}

impl History {
    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        *self == History::default()
    }

    /// Reads everything.
    pub(super) fn read(store: &OwnFile) -> Result<History, Trouble> {
        let rows = store.rows(
            "SELECT session, number, at, east, exercise, sql, verdict, mismatch, judged, ms, tries, hints,
                    steps, pages, reference_steps, reference_pages
             FROM attempt ORDER BY at, session, number",
            &[],
        )?;
        let attempts = each(&rows, |row| {
            Some(Attempt {
                session: text(row, 0)?,
                number: number(row, 1)?,
                at: stamp(row, 2)?,
                exercise: text(row, 4)?,
                sql: text(row, 5)?,
                verdict: verdict(row, 6)?,
                mismatch: text(row, 7),
                judged: flag(row, 8)?,
                ms: number(row, 9)?,
                tries: number(row, 10)?,
                hints: number(row, 11)?,
                cost: number(row, 12).zip(number(row, 13)),
                reference: number(row, 14).zip(number(row, 15)),
            })
        })?;
        Ok(History { attempts, ..History::read_without_attempts(store)? })
    }

    /// Reads everything but the attempts, which are the most of it.
    pub(super) fn read_without_attempts(store: &OwnFile) -> Result<History, Trouble> {
        let all = |sql: &str| store.rows(sql, &[]);
        Ok(History {
            attempts: Vec::new(),
            sessions: each(
                &all(
                    "SELECT name, exercise, began, began_east, seen, seen_east FROM session ORDER BY began, name",
                )?,
                |row| {
                    Some(Session {
                        name: text(row, 0)?,
                        exercise: text(row, 1),
                        began: stamp(row, 2)?,
                        seen: stamp(row, 4)?,
                    })
                },
            )?,
            shown: each(&all("SELECT exercise, at, east FROM shown ORDER BY exercise")?, |row| {
                Some(Shown { exercise: text(row, 0)?, at: stamp(row, 1)? })
            })?,
            earlier: each(
                &all("SELECT exercise, tries, solved, shown FROM earlier ORDER BY exercise")?,
                |row| {
                    Some(Earlier {
                        exercise: text(row, 0)?,
                        tries: number(row, 1)?,
                        solved: flag(row, 2)?,
                        shown: flag(row, 3)?,
                    })
                },
            )?,
            reviews: each(
                &all("SELECT session, number, exercise, at, east, days, remembered
                     FROM review ORDER BY at, session, number")?,
                |row| {
                    Some(Review {
                        session: text(row, 0)?,
                        number: number(row, 1)?,
                        exercise: text(row, 2)?,
                        at: stamp(row, 3)?,
                        days: number(row, 5)?,
                        remembered: flag(row, 6)?,
                    })
                },
            )?,
        })
    }

    /// Puts everything in that is not there yet.
    pub(super) fn write(&self, store: &OwnFile) -> Result<Merged, Trouble> {
        let mut merged = Merged::default();
        let mut count = |new: bool, kind: fn(&mut Merged) -> &mut usize| {
            *(if new { kind(&mut merged) } else { &mut merged.known }) += 1;
        };
        for session in &self.sessions {
            let is_new = store
                .rows("SELECT 1 FROM session WHERE name = ?", &[Value::Text(session.name.clone())])?
                .is_empty();
            session.write(store)?;
            count(is_new, |merged| &mut merged.sessions);
        }
        for attempt in &self.attempts {
            count(attempt.write(store)?, |merged| &mut merged.attempts);
        }
        for shown in &self.shown {
            count(shown.write(store)?, |merged| &mut merged.others);
        }
        for earlier in &self.earlier {
            count(earlier.write(store)?, |merged| &mut merged.others);
        }
        for review in &self.reviews {
            count(review.write(store)?, |merged| &mut merged.others);
        }
        Ok(merged)
    }

    /// Takes everything out.
    pub(super) fn clear(store: &OwnFile) -> Result<(), Trouble> {
        for table in ["review", "attempt", "session", "shown", "earlier"] {
            store.run(&format!("DELETE FROM {table}"), &[])?;
        }
        Ok(())
    }
}

impl Session {
    /// Keeps it, or how long it has gone on and where it stands.
    pub(super) fn write(&self, store: &OwnFile) -> Result<(), Trouble> {
        let values = [
            Value::Text(self.name.clone()),
            Value::Integer(self.began.unix_ms()),
            Value::Integer(self.began.minutes_east()),
            Value::Integer(self.seen.unix_ms()),
            Value::Integer(self.seen.minutes_east()),
            maybe(self.exercise.as_deref()),
        ];
        store.run(
            "INSERT INTO session (name, began, began_east, seen, seen_east, exercise)
             VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT (name) DO UPDATE SET
               began_east = iif(excluded.began < began, excluded.began_east, began_east),
               began = min(began, excluded.began),
               exercise = iif(excluded.seen >= seen, coalesce(excluded.exercise, exercise),
                              coalesce(exercise, excluded.exercise)),
               seen_east = iif(excluded.seen > seen, excluded.seen_east, seen_east),
               seen = max(seen, excluded.seen)",
            &values,
        )?;
        Ok(())
    }
}

impl Attempt {
    /// Keeps it, if it is not there yet, and its session, if nothing else has told of it.
    pub(super) fn write(&self, store: &OwnFile) -> Result<bool, Trouble> {
        let (ms, east) = (Value::Integer(self.at.unix_ms()), Value::Integer(self.at.minutes_east()));
        store.run(
            "INSERT OR IGNORE INTO session (name, began, began_east, seen, seen_east, exercise)
             VALUES (?1, ?2, ?3, ?2, ?3, ?4)",
            &[
                Value::Text(self.session.clone()),
                ms.clone(),
                east.clone(),
                Value::Text(self.exercise.clone()),
            ],
        )?;
        let part = |cost: Option<(u64, u64)>, pick: fn((u64, u64)) -> u64| {
            cost.map_or(Value::Null, |cost| whole(pick(cost)))
        };
        let values = [
            Value::Text(self.session.clone()),
            Value::Integer(i64::from(self.number)),
            ms,
            east,
            Value::Text(self.exercise.clone()),
            Value::Text(self.sql.clone()),
            Value::Text(self.verdict.name().to_owned()),
            maybe(self.mismatch.as_deref()),
            Value::Integer(i64::from(self.judged)),
            whole(self.ms),
            Value::Integer(i64::from(self.tries)),
            Value::Integer(i64::from(self.hints)),
            part(self.cost, |cost| cost.0),
            part(self.cost, |cost| cost.1),
            part(self.reference, |cost| cost.0),
            part(self.reference, |cost| cost.1),
        ];
        let added = store.run(
            "INSERT INTO attempt (session, number, at, east, exercise, sql, verdict, mismatch, judged, ms, tries, hints,
                                  steps, pages, reference_steps, reference_pages)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (session, number) DO NOTHING",
            &values,
        )?;
        Ok(added > 0)
    }
}

impl Shown {
    pub(super) fn write(&self, store: &OwnFile) -> Result<bool, Trouble> {
        let values = [
            Value::Text(self.exercise.clone()),
            Value::Integer(self.at.unix_ms()),
            Value::Integer(self.at.minutes_east()),
        ];
        let added =
            store.run("INSERT INTO shown VALUES (?, ?, ?) ON CONFLICT (exercise) DO NOTHING", &values)?;
        Ok(added > 0)
    }
}

impl Earlier {
    pub(super) fn write(&self, store: &OwnFile) -> Result<bool, Trouble> {
        let values = [
            Value::Text(self.exercise.clone()),
            Value::Integer(i64::from(self.tries)),
            Value::Integer(i64::from(self.solved)),
            Value::Integer(i64::from(self.shown)),
        ];
        let added = store
            .run("INSERT INTO earlier VALUES (?, ?, ?, ?) ON CONFLICT (exercise) DO NOTHING", &values)?;
        Ok(added > 0)
    }
}

impl Review {
    pub(super) fn write(&self, store: &OwnFile) -> Result<bool, Trouble> {
        let values = [
            Value::Text(self.session.clone()),
            Value::Integer(i64::from(self.number)),
            Value::Text(self.exercise.clone()),
            Value::Integer(self.at.unix_ms()),
            Value::Integer(self.at.minutes_east()),
            Value::Integer(self.days),
            Value::Integer(i64::from(self.remembered)),
        ];
        let added = store.run(
            "INSERT INTO review (session, number, exercise, at, east, days, remembered)
             VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (session, number) DO NOTHING",
            &values,
        )?;
        Ok(added > 0)
    }
}

/// Rows as records; one that cannot be read was not written by this program.
fn each<T>(rows: &[Row], read: impl Fn(&Row) -> Option<T>) -> Result<Vec<T>, Trouble> {
    rows.iter()
        .map(|row| read(row).ok_or_else(|| Trouble::Damaged("a row holds what cannot be".to_owned())))
        .collect()
}

fn text(row: &Row, at: usize) -> Option<String> {
    match &row[at] {
        Value::Text(text) => Some(text.clone()),
        Value::Null | Value::Integer(_) | Value::Real(_) | Value::Blob(_) => None,
    }
}

fn number<N: TryFrom<i64>>(row: &Row, at: usize) -> Option<N> {
    match &row[at] {
        Value::Integer(i) => N::try_from(*i).ok(),
        Value::Null | Value::Real(_) | Value::Text(_) | Value::Blob(_) => None,
    }
}

fn flag(row: &Row, at: usize) -> Option<bool> {
    number::<i64>(row, at).map(|flag| flag != 0)
}

fn stamp(row: &Row, at: usize) -> Option<Stamp> {
    Stamp::new(number(row, at)?, number(row, at + 1)?)
}

pub(super) fn verdict(row: &Row, at: usize) -> Option<Verdict> {
    let name = text(row, at)?;
    [Verdict::Correct, Verdict::Wrong, Verdict::Error, Verdict::Limit].into_iter().find(|v| v.name() == name)
}

fn maybe(text: Option<&str>) -> Value {
    text.map_or(Value::Null, |text| Value::Text(text.to_owned()))
}

/// A count; one that no file can hold is kept as the largest.
fn whole(count: u64) -> Value {
    Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}
