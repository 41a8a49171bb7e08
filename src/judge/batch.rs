//! Many answers at once: each distinct one is judged once, on as many threads as are wanted, and what goes wrong
//! with one touches no other.

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
};

use super::{
    JudgeError, Options, index::IndexDesk, query::Desk, quiz::QuizDesk, report::Report, tune::TuneDesk,
};
use crate::{
    catalog::{Exercise, ExerciseKind},
    differ::Screened,
    schema::world::World,
    sql::split::normalize,
};

/// An exercise with the schema it runs on.
pub struct Subject {
    /// The exercise.
    pub exercise: Exercise,
    /// Its schema, with hints.
    pub world: World,
}

/// An answer: the place of its exercise in the list of subjects, and its text.
pub struct Submission {
    /// The place of its exercise.
    pub subject: usize,
    /// The answer.
    pub sql: String,
}

/// What is said of a submission: a report, or why nothing can be said.
pub type Judged = Result<Report, String>;

/// Answers of one exercise that one thread judges in a row.
const CHUNK: usize = 64;

/// The same where nothing is searched: then making ready is what takes time.
const CHUNK_OF_SCREENED: usize = 256;

/// Answers that are screened together: each holds statements of its own while it is.
const SCREENED: usize = 32;

/// Judges all submissions on `jobs` threads; `done` is told of each, in their order, as soon as it and all before
/// it are judged.
pub fn batch(
    subjects: &[Subject],
    submissions: &[Submission],
    options: &Options,
    jobs: usize,
    mut done: impl FnMut(usize, &Judged),
) {
    // Answers equal but for spelling are one.
    let mut distinct: HashMap<(usize, String), Vec<usize>> = HashMap::new();
    let mut order: Vec<(usize, String)> = Vec::new();
    for (at, submission) in submissions.iter().enumerate() {
        let key = (submission.subject, normalize(&submission.sql));
        let places = distinct.entry(key.clone()).or_default();
        if places.is_empty() {
            order.push(key);
        }
        places.push(at);
    }
    let groups: Vec<Vec<usize>> = order.iter().map(|key| distinct[key].clone()).collect();
    let mut chunks: Vec<(usize, Vec<&[usize]>)> = Vec::new();
    let mut open: HashMap<usize, usize> = HashMap::new();
    let chunk = if options.databases == 0 { CHUNK_OF_SCREENED } else { CHUNK };
    for group in &groups {
        let subject = submissions[group[0]].subject;
        match open.get(&subject) {
            Some(at) if chunks[*at].1.len() < chunk => chunks[*at].1.push(group),
            _ => {
                open.insert(subject, chunks.len());
                chunks.push((subject, vec![group]));
            }
        }
    }
    let next = AtomicUsize::new(0);
    let (send, receive) = mpsc::channel::<(usize, Judged)>();
    let send = Mutex::new(send);
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, chunks.len().max(1)) {
            let send = send.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let (next, chunks) = (&next, &chunks);
            scope.spawn(move || {
                while let Some((subject, groups)) = chunks.get(next.fetch_add(1, Ordering::Relaxed)) {
                    judge_chunk(&subjects[*subject], groups, submissions, options, |group, judged| {
                        for at in group {
                            // Nobody listens any more only where the caller has gone: then there is no use in going on.
                            let _ = send.send((*at, judged.clone()));
                        }
                    });
                }
            });
        }
        drop(send);
        let mut waiting: HashMap<usize, Judged> = HashMap::new();
        let mut at = 0;
        for (place, judged) in receive {
            waiting.insert(place, judged);
            while let Some(judged) = waiting.remove(&at) {
                done(at, &judged);
                at += 1;
            }
        }
    });
}

fn judge_chunk(
    subject: &Subject,
    groups: &[&[usize]],
    submissions: &[Submission],
    options: &Options,
    mut tell: impl FnMut(&[usize], Judged),
) {
    let Subject { exercise, world } = subject;
    let mut at = 0;
    while at < groups.len() {
        // A panic ends the desk, not the chunk: the next answer gets a fresh one.
        let from = at;
        let mut each =
            |judge: &mut dyn FnMut(usize, &str) -> Result<Report, JudgeError>| -> Result<(), JudgeError> {
                while let Some(group) = groups.get(at) {
                    let (place, sql) = (at - from, &submissions[group[0]].sql);
                    at += 1;
                    let Ok(judged) = catch_unwind(AssertUnwindSafe(|| judge(place, sql))) else {
                        let message = "the judge itself failed on this answer; please report it";
                        tell(group, Err(message.into()));
                        return Ok(());
                    };
                    tell(group, judged.map_err(|error| error.to_string()));
                }
                Ok(())
            };
        let done = match &exercise.kind {
            ExerciseKind::Query(query) => Desk::new(exercise, query, world).and_then(|desk| {
                desk.sit(options, |seat| {
                    let mut screened: Vec<Option<Screened>> = Vec::new();
                    each(&mut |place, sql| {
                        if place == screened.len() {
                            let next = groups[from + place..].iter().take(SCREENED);
                            let texts: Vec<&str> =
                                next.map(|group| submissions[group[0]].sql.as_str()).collect();
                            // Of a screening that comes to grief nothing is known; each answer is judged by itself.
                            let known = catch_unwind(AssertUnwindSafe(|| seat.screen(&texts)));
                            match known {
                                Ok(known) => screened.extend(known?.into_iter().map(Some)),
                                Err(_) => screened.resize(place + texts.len(), None),
                            }
                        }
                        seat.judge(sql, screened[place])
                    })
                })
            }),
            ExerciseKind::Index(index) => {
                IndexDesk::new(exercise, index, world).and_then(|desk| each(&mut |_, sql| desk.judge(sql)))
            }
            ExerciseKind::Tune(tune) => TuneDesk::new(exercise, tune, world)
                .and_then(|desk| each(&mut |_, sql| desk.judge(sql, options))),
            ExerciseKind::PlanQuiz(quiz) => QuizDesk::new(exercise, quiz, world, options)
                .and_then(|desk| each(&mut |_, sql| desk.judge(sql))),
        };
        if let Err(error) = done {
            for group in &groups[at..] {
                tell(group, Err(error.to_string()));
            }
            return;
        }
    }
}
