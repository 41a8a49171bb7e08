//! What a history comes to: how far the tracks and levels are solved, on which days, with which mistakes. Plain figures;
//! the same from the same history, catalogue and moment.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{ToSpan as _, civil::Date};
use serde::Serialize;

use super::{Attempt, History, Stamp};
use crate::{
    catalog::{Summary, TRACKS},
    judge::Verdict,
};

/// All the figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overview {
    /// The version of this form.
    pub format: u32,
    /// The learner's day today.
    pub today: Date,
    /// How many exercises are solved.
    pub solved: usize,
    /// How many there are.
    pub exercises: usize,
    /// How many answers were given.
    pub attempts: usize,
    /// In how many sessions.
    pub sessions: usize,
    /// How many exercises were solved at the first try.
    pub first_try: usize,
    /// Tracks in learning order.
    pub tracks: Vec<Track>,
    /// Levels from 1.
    pub levels: Vec<Level>,
    /// Days on end.
    pub streak: Streak,
    /// Days with answers, the oldest first.
    pub calendar: Vec<Day>,
    /// Kinds of mistakes, the most frequent first.
    pub mistakes: Vec<Mistake>,
    /// Exercises answered again on a later day.
    pub reviews: Reviews,
}

/// How far a track is solved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Track {
    /// The name in files.
    pub track: String,
    /// The title.
    pub title: String,
    /// How many of its exercises are solved.
    pub solved: usize,
    /// How many it has.
    pub exercises: usize,
}

/// How far a level is solved, and how long that takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Level {
    /// From 1, easy, to 5, expert.
    pub level: u8,
    /// How many of its exercises are solved.
    pub solved: usize,
    /// How many there are.
    pub exercises: usize,
    /// How long an exercise was open before it was solved, in milliseconds: the median.
    pub median_ms: Option<u64>,
}

/// Days on end with at least one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Streak {
    /// Up to today, or to yesterday while today has none.
    pub days: usize,
    /// The most there have been.
    pub longest: usize,
    /// Whether today has one.
    pub today: bool,
}

/// A day with answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Day {
    /// The learner's day.
    pub date: Date,
    /// How many answers.
    pub attempts: usize,
    /// How many exercises were solved for the first time.
    pub solved: usize,
}

/// A kind of mistake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// What a verdict calls it: a mismatch, or the rule that was broken.
    pub mismatch: String,
    /// In how many answers.
    pub attempts: usize,
    /// On how many exercises.
    pub exercises: usize,
}

/// Exercises answered again on a later day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Reviews {
    /// How often.
    pub count: usize,
    /// How often the first answer was right, and without hints.
    pub remembered: usize,
}

impl Overview {
    /// Works the figures out for the exercises of a catalogue. Exercises that are gone count as days and mistakes.
    pub fn of(history: &History, catalog: &[Summary], now: Stamp) -> Overview {
        let first_right = first_right(&history.attempts);
        let solved: BTreeSet<&str> = first_right
            .keys()
            .copied()
            .chain(history.earlier.iter().filter(|known| known.solved).map(|known| known.exercise.as_str()))
            .collect();
        let share = |pick: &dyn Fn(&Summary) -> bool| {
            let all = catalog.iter().filter(|one| pick(one));
            let done = all.clone().filter(|one| solved.contains(one.id.as_str())).count();
            (done, all.count())
        };
        let tracks = TRACKS.iter().filter_map(|(name, title)| {
            let (solved, exercises) = share(&|one| one.track == *name);
            let (track, title) = ((*name).to_owned(), (*title).to_owned());
            (exercises > 0).then_some(Track { track, title, solved, exercises })
        });
        let levels = (1..=5).filter_map(|level| {
            let (solved, exercises) = share(&|one| one.level == level);
            let of_level = catalog.iter().filter(|one| one.level == level);
            let mut times: Vec<u64> =
                of_level.filter_map(|one| first_right.get(one.id.as_str())).map(|right| right.ms).collect();
            times.sort_unstable();
            let median_ms = times.get(times.len() / 2).copied();
            (exercises > 0).then_some(Level { level, solved, exercises, median_ms })
        });
        let calendar = calendar(&history.attempts, &first_right);
        let earlier_first = history.earlier.iter().filter(|known| known.solved && known.tries == 1).count();
        let (solved_here, exercises) = share(&|_| true);
        Overview {
            format: 1,
            today: now.day(),
            solved: solved_here,
            exercises,
            attempts: history.attempts.len(),
            sessions: history.attempts.iter().map(|one| &one.session).collect::<BTreeSet<_>>().len(),
            first_try: first_right.values().filter(|right| right.tries == 1).count() + earlier_first,
            tracks: tracks.collect(),
            levels: levels.collect(),
            streak: streak(&calendar, now.day()),
            calendar,
            mistakes: mistakes(&history.attempts),
            reviews: Reviews {
                count: history.reviews.len(),
                remembered: history.reviews.iter().filter(|review| review.remembered).count(),
            },
        }
    }
}

/// The answer that solved each exercise.
fn first_right(attempts: &[Attempt]) -> BTreeMap<&str, &Attempt> {
    let mut first = BTreeMap::new();
    for attempt in attempts.iter().filter(|one| one.judged && one.verdict == Verdict::Correct) {
        first.entry(attempt.exercise.as_str()).or_insert(attempt);
    }
    first
}

fn calendar(attempts: &[Attempt], first_right: &BTreeMap<&str, &Attempt>) -> Vec<Day> {
    let mut days: BTreeMap<Date, Day> = BTreeMap::new();
    for attempt in attempts {
        let date = attempt.at.day();
        let day = days.entry(date).or_insert(Day { date, attempts: 0, solved: 0 });
        day.attempts += 1;
        let solves = first_right.get(attempt.exercise.as_str()).is_some_and(|first| *first == attempt);
        day.solved += usize::from(solves);
    }
    days.into_values().collect()
}

fn streak(calendar: &[Day], today: Date) -> Streak {
    let (mut longest, mut run, mut before) = (0, 0, None);
    // A clock that was wrong once may have left days to come.
    for day in calendar.iter().map(|day| day.date).filter(|day| *day <= today) {
        run = if before.is_some_and(|before: Date| next(before) == Some(day)) { run + 1 } else { 1 };
        longest = longest.max(run);
        before = Some(day);
    }
    let is_on = before.is_some_and(|last| last == today || next(last) == Some(today));
    Streak { days: if is_on { run } else { 0 }, longest, today: before == Some(today) }
}

fn next(day: Date) -> Option<Date> {
    day.checked_add(1.day()).ok()
}

fn mistakes(attempts: &[Attempt]) -> Vec<Mistake> {
    let mut kinds: BTreeMap<&str, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for attempt in attempts.iter().filter(|one| one.verdict == Verdict::Wrong) {
        if let Some(mismatch) = &attempt.mismatch {
            let kind = kinds.entry(mismatch).or_default();
            kind.0 += 1;
            kind.1.insert(&attempt.exercise);
        }
    }
    let mut all: Vec<Mistake> = kinds
        .into_iter()
        .map(|(mismatch, (attempts, exercises))| Mistake {
            mismatch: mismatch.to_owned(),
            attempts,
            exercises: exercises.len(),
        })
        .collect();
    all.sort_by(|a, b| b.attempts.cmp(&a.attempts).then_with(|| a.mismatch.cmp(&b.mismatch)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::{Earlier, Session};

    /// An exercise that was solved, in a few words.
    fn done(
        exercise: &str,
        at: &str,
        verdict: Verdict,
        mismatch: Option<&str>,
        ms: u64,
        tries: u32,
    ) -> Attempt {
        Attempt {
            session: at[..10].to_owned(),
            number: 1,
            at: at.parse().unwrap(),
            exercise: exercise.to_owned(),
            sql: "select 1".to_owned(),
            verdict,
            mismatch: mismatch.map(str::to_owned),
            judged: true,
            ms,
            tries,
            hints: 0,
            cost: None,
            reference: None,
        }
    }

    fn summary(id: &str, track: &str, level: u8) -> Summary {
        Summary {
            id: id.to_owned(),
            title: id.to_owned(),
            track: track.to_owned(),
            kind: "query".to_owned(),
            level,
            minutes: 5,
            schema: "shop".to_owned(),
        }
    }

    #[test]
    fn figures_of_a_history() {
        let (right, wrong) = (Verdict::Correct, Verdict::Wrong);
        let history = History {
            sessions: vec![Session {
                name: "earlier".into(),
                began: Stamp::default(),
                seen: Stamp::default(),
                exercise: None,
            }],
            attempts: vec![
                done("a", "2026-02-26T10:00:00Z", wrong, Some("order"), 1, 1),
                done("a", "2026-02-27T10:00:00Z", right, None, 90_000, 2),
                done("b", "2026-02-28T10:00:00Z", right, None, 30_000, 1),
                done("c", "2026-02-28T10:01:00Z", wrong, Some("missing-rows"), 1, 1),
                done("gone", "2026-03-02T10:00:00Z", wrong, Some("missing-rows"), 1, 1),
                done("b", "2026-03-03T10:00:00Z", wrong, Some("order"), 1, 1),
                done("c", "2026-03-03T11:00:00Z", wrong, Some("missing-rows"), 1, 2),
            ],
            earlier: vec![Earlier { exercise: "d".into(), tries: 1, solved: true, shown: false }],
            ..History::default()
        };
        let catalog = [
            summary("a", "joins", 1),
            summary("b", "joins", 1),
            summary("c", "filtering", 2),
            summary("d", "joins", 2),
        ];
        let figures = |now: &str| Overview::of(&history, &catalog, now.parse().unwrap());
        let overview = figures("2026-03-04T08:00:00+01:00");
        insta::assert_snapshot!(serde_json::to_string_pretty(&overview).unwrap());
        let streak = |now: &str| {
            let streak = figures(now).streak;
            (streak.days, streak.longest, streak.today)
        };
        assert_eq!(streak("2026-03-03T23:00:00Z"), (2, 3, true));
        assert_eq!(streak("2026-03-05T00:00:00Z"), (0, 3, false));
        // For those who are a day ahead, it is over; a clock that was wrong leaves days to come, which do not count.
        assert_eq!(streak("2026-03-04T23:30:00+12:00"), (2, 3, false));
        assert_eq!(streak("2026-02-27T12:00:00Z"), (2, 2, true));
        let nothing = Overview::of(&History::default(), &[], Stamp::default());
        assert_eq!((nothing.streak.days, nothing.tracks.len(), nothing.attempts), (0, 0, 0));
    }
}
