//! Questions that are open at the prompt: those of a plan-quiz, and the interviewer's on the last query. Answers are
//! found on data of their own and away from the prompt, so Ctrl-C stops them.

use std::{
    collections::VecDeque,
    io::{self, Write as _},
    sync::Arc,
};

use super::{
    Output, Session, Status, answer::Heard, away::away, changes::Changes, indexes, measure::bound, screens,
};
use crate::{
    catalog::{ExerciseKind, FollowUp, PlanQuiz},
    engine::Sandbox,
    judge::Verdict,
    plan::quiz::{Asked, Bench, Follow, Posed, Question, Solved, Trouble, Watch},
    render::quiz,
    sql::facts::{StatementKind, statement_kind},
};

/// How many questions the interviewer asks without being asked for more.
const UNASKED: usize = 3;

/// Questions that are open or to come.
#[derive(Default)]
pub(super) struct Asking {
    quiz: Option<Quiz>,
    interview: Option<Interview>,
    open: Option<Open>,
}

/// A plan-quiz under way.
struct Quiz {
    questions: Vec<Question>,
    /// The questions to come, by their places.
    left: VecDeque<usize>,
    /// Whether each was answered right, where it was answered.
    right: Vec<Option<bool>>,
    bench: Option<Bench>,
}

/// The interviewer on one query.
struct Interview {
    /// `None` while it looks for the next question.
    follow: Option<Follow>,
    talk: VecDeque<FollowUp>,
    /// How many more come without being asked for.
    unasked: usize,
    /// How many questions about the plan were asked since the last one to talk about.
    in_a_row: usize,
}

/// What looking for a question came to.
enum Looked {
    Found(Box<Asked>),
    Nothing,
    /// Ctrl-C was pressed.
    Stopped,
}

/// The question that is open.
enum Open {
    Quiz(usize, Posed),
    Plan(Posed, Box<Solved>),
    Talk(FollowUp),
}

impl Quiz {
    fn new(quiz: &PlanQuiz) -> Quiz {
        let questions = quiz.questions.clone();
        let n = questions.len();
        Quiz { questions, left: (0..n).collect(), right: vec![None; n], bench: None }
    }

    fn next(&self) -> Option<Open> {
        let at = *self.left.front()?;
        Some(Open::Quiz(at, self.questions[at].pose()))
    }
}

impl Session {
    /// Makes the questions of the exercise ready, and forgets those of the one before.
    pub(super) fn sit_down(&mut self) {
        self.asking = Asking::default();
        if let Some(ExerciseKind::PlanQuiz(quiz)) = self.exercise.as_ref().map(|exercise| &exercise.kind) {
            let quiz = Quiz::new(quiz);
            self.asking.open = quiz.next();
            self.asking.quiz = Some(quiz);
        }
    }

    /// Shows the question that is open.
    pub(super) fn put_question(&mut self, out: &mut Output<'_>) -> io::Result<()> {
        let page = screens::report_page(&self.view.style);
        let lines = match (&self.asking.open, &self.asking.quiz) {
            (Some(Open::Quiz(at, posed)), Some(quiz)) => {
                let head = format!("{} of {}: ", at + 1, quiz.questions.len());
                quiz::question(posed, &head, ".skip", page)
            }
            (Some(Open::Quiz(..)) | None, _) => Vec::new(),
            (Some(Open::Plan(posed, _)), _) => {
                let posed = Posed { sql: self.others_sql(&posed.sql), given: Vec::new(), ..posed.clone() };
                quiz::question(&posed, "The interviewer: ", ".skip", page)
            }
            (Some(Open::Talk(talk)), _) => {
                let ask = format!("The interviewer: {}   .answer / .skip", talk.ask.trim());
                screens::fill(&ask, "  ", &self.view.style).lines().map(str::to_owned).collect()
            }
        };
        if !lines.is_empty() {
            writeln!(out)?;
        }
        lines.iter().try_for_each(|line| writeln!(out, "{line}"))
    }

    /// The statements of a question without the learner's own query, which stands above.
    fn others_sql(&self, sql: &[String]) -> Vec<String> {
        let own = self.last.query.as_ref().map(|query| query.sql.trim());
        sql.iter().filter(|sql| Some(sql.trim()) != own).cloned().collect()
    }

    /// Takes what may be an answer to the open question.
    pub(super) fn reply(&mut self, text: &str, out: &mut Output<'_>) -> io::Result<()> {
        match self.asking.open.take() {
            None => self.complain("no question is open: .ask asks one", out),
            Some(Open::Talk(talk)) => {
                self.asking.open = Some(Open::Talk(talk));
                self.complain("say it aloud; .answer shows what was hoped for, .skip goes on", out)
            }
            Some(Open::Plan(posed, solved)) => match posed.read(text) {
                Err(reason) => {
                    self.asking.open = Some(Open::Plan(posed, solved));
                    self.complain(&reason, out)
                }
                Ok(chosen) => {
                    self.status = Status::Done;
                    self.reveal(&posed, &solved, Some(&chosen), out)?;
                    self.next_unasked(out)
                }
            },
            Some(Open::Quiz(at, posed)) => {
                let chosen = match posed.read(text) {
                    Ok(chosen) => chosen,
                    Err(reason) => {
                        self.asking.open = Some(Open::Quiz(at, posed));
                        return self.complain(&reason, out);
                    }
                };
                self.settle(at, posed, Some(&chosen), out)
            }
        }
    }

    /// Shows the answer of a question of the quiz, and goes on to the next.
    fn settle(
        &mut self,
        at: usize,
        posed: Posed,
        chosen: Option<&[usize]>,
        out: &mut Output<'_>,
    ) -> io::Result<()> {
        if !self.prompted {
            self.asking.open = Some(Open::Quiz(at, posed.clone()));
            self.put_question(out)?;
        }
        let solved = match self.solve(at) {
            None => {
                self.asking.open = Some(Open::Quiz(at, posed));
                self.status = Status::Interrupted;
                return writeln!(out, "\ninterrupted");
            }
            Some(Err(trouble)) => {
                self.asking.open = Some(Open::Quiz(at, posed));
                return self.complain(&format!("question {} has no answer here: {trouble}", at + 1), out);
            }
            Some(Ok(solved)) => solved,
        };
        self.reveal(&posed, &solved, chosen, out)?;
        let right = chosen == Some(solved.answer.as_slice());
        self.status = if right { Status::Done } else { Status::Wrong };
        let Some(quiz) = &mut self.asking.quiz else { return Ok(()) };
        quiz.right[at] = Some(right);
        quiz.left.retain(|other| *other != at);
        self.asking.open = quiz.next();
        if self.asking.open.is_some() {
            if self.prompted { self.put_question(out) } else { Ok(()) }
        } else {
            self.quiz_done(out)
        }
    }

    /// Finds the answer of a question of the quiz; `None`: Ctrl-C was pressed.
    fn solve(&mut self, at: usize) -> Option<Result<Solved, Trouble>> {
        let quiz = self.asking.quiz.as_mut()?;
        let (question, bench) = (quiz.questions[at].clone(), quiz.bench.take());
        let (world, seed) = (self.shop.world().clone(), self.shop.seed());
        let size = self.exercise.as_ref().map(indexes::size)?;
        let (bench, solved) = away(&self.brake, move |leash| {
            let own = leash.clone();
            let watch: Watch = Arc::new(move |sandbox: &Sandbox| own.hold(sandbox));
            let bench = match bench {
                Some(bench) => bench.watched_by(watch),
                None => match Bench::open(&world, &size, seed, watch) {
                    Ok(bench) => bench,
                    Err(trouble) => return (None, Err(trouble)),
                },
            };
            let solved = question.solve(&bench);
            (Some(bench), solved)
        })?;
        if let Some(quiz) = &mut self.asking.quiz {
            quiz.bench = bench;
        }
        match solved {
            Err(trouble) if trouble.is_interrupted() => None,
            solved => Some(solved),
        }
    }

    fn reveal(
        &self,
        posed: &Posed,
        solved: &Solved,
        chosen: Option<&[usize]>,
        out: &mut Output<'_>,
    ) -> io::Result<()> {
        let lines = quiz::reveal(posed, solved, chosen, screens::report_page(&self.view.style));
        lines.iter().try_for_each(|line| writeln!(out, "{line}"))
    }

    /// Whether the exercise is a quiz.
    pub(super) fn asks_questions(&self) -> bool {
        self.asking.quiz.is_some()
    }

    /// Says how many questions of the quiz are answered, and shows the open one.
    pub(super) fn quiz_so_far(&mut self, out: &mut Output<'_>) -> io::Result<()> {
        let Some(quiz) = &self.asking.quiz else { return Ok(()) };
        let (all, open) = (quiz.questions.len(), quiz.left.len());
        let right = quiz.right.iter().filter(|right| **right == Some(true)).count();
        writeln!(out, "{} of {all} answered, {right} of them right", all - open)?;
        self.put_question(out)
    }

    /// Says how a quiz went, and remembers it.
    fn quiz_done(&mut self, out: &mut Output<'_>) -> io::Result<()> {
        let (Some(quiz), Some(exercise)) = (&self.asking.quiz, &self.exercise) else { return Ok(()) };
        let numbers = |wanted: bool| -> Vec<String> {
            let answered = quiz.right.iter().enumerate().filter(|(_, right)| **right == Some(wanted));
            answered.map(|(at, _)| (at + 1).to_string()).collect()
        };
        let (right, wrong) = (numbers(true), numbers(false));
        let answers = format!("-- right: {}; not right: {}", right.join(", "), wrong.join(", "));
        let right = right.len();
        let all = quiz.questions.len();
        let id = exercise.id.clone();
        let verdict = if right == all { Verdict::Correct } else { Verdict::Wrong };
        let before = self.progress.tried(&id).solved;
        let kept = self.remember(&Heard {
            sql: &answers,
            verdict,
            mismatch: (verdict != Verdict::Correct).then_some("quiz"),
            judged: true,
            costs: None,
        });
        let line = match verdict {
            Verdict::Correct => format!("correct: {right} of {all} right"),
            Verdict::Wrong | Verdict::Error | Verdict::Limit => {
                format!(
                    "{right} of {all} right; not right: {}   .ask asks all of them again",
                    wrong.join(", ")
                )
            }
        };
        writeln!(out)?;
        screens::quiz_verdict(self, verdict == Verdict::Correct, &line, out)?;
        self.status = if verdict == Verdict::Correct { Status::Done } else { Status::Wrong };
        if verdict == Verdict::Correct && self.prompted {
            screens::solved(self, before, out)?;
        }
        self.warn(kept, out)
    }

    /// Passes over the open question.
    pub(super) fn skip(&mut self, out: &mut Output<'_>) -> io::Result<()> {
        match self.asking.open.take() {
            None => self.complain("no question is open: .ask asks one", out),
            Some(Open::Talk(_) | Open::Plan(..)) => self.next_unasked(out),
            Some(Open::Quiz(..)) => {
                if let Some(quiz) = &mut self.asking.quiz {
                    // It comes again at the end.
                    quiz.left.rotate_left(1);
                    self.asking.open = quiz.next();
                }
                if self.prompted { self.put_question(out) } else { Ok(()) }
            }
        }
    }

    /// Shows the answer of the open question.
    pub(super) fn answer_question(&mut self, out: &mut Output<'_>) -> io::Result<()> {
        match self.asking.open.take() {
            None => self.complain("no question is open: .ask asks one", out),
            Some(Open::Talk(talk)) => {
                screens::talk(self, &talk, out)?;
                self.next_unasked(out)
            }
            Some(Open::Plan(posed, solved)) => {
                self.reveal(&posed, &solved, None, out)?;
                self.next_unasked(out)
            }
            Some(Open::Quiz(at, posed)) => self.settle(at, posed, None, out),
        }
    }

    /// Asks: the open question again, the next one, or a first one on the last query.
    pub(super) fn ask(&mut self, out: &mut Output<'_>) -> io::Result<()> {
        if let Some(quiz) = &mut self.asking.quiz {
            if quiz.left.is_empty() {
                let n = quiz.questions.len();
                quiz.left = (0..n).collect();
                quiz.right = vec![None; n];
            }
            self.asking.open = quiz.next();
            return self.put_question(out);
        }
        if self.asking.open.is_some() {
            return self.put_question(out);
        }
        if self.asking.interview.is_none() {
            let query = self.last.query.as_ref().map(|query| query.sql.clone());
            match query.filter(|sql| statement_kind(sql) == StatementKind::Query) {
                Some(sql) => self.interview(&sql),
                None => return self.complain("no query has run yet: run a SELECT, then .ask", out),
            }
        }
        if let Some(interview) = &mut self.asking.interview {
            interview.unasked = 1;
        }
        self.next_unasked(out)?;
        if self.asking.open.is_none() && self.status != Status::Interrupted {
            writeln!(out, "no more questions on this query")?;
        }
        Ok(())
    }

    /// The interviewer begins, after a right answer.
    pub(super) fn interview_begins(&mut self, sql: &str, out: &mut Output<'_>) -> io::Result<()> {
        // The verdict stands before the first question is looked for.
        out.flush()?;
        self.interview(sql);
        self.next_unasked(out)
    }

    /// Makes ready what the interviewer asks of a query.
    fn interview(&mut self, sql: &str) {
        let world = self.shop.world().clone();
        let setup = match self.shop.open() {
            Ok(sandbox) => Changes::of(sandbox, &world).map_or_else(|_| Vec::new(), |changes| changes.setup),
            Err(_) => Vec::new(),
        };
        let follow = Follow::new(world, self.shop.seed(), bound(sql, &self.parameters), setup);
        let talk = self.exercise.as_ref().map_or_else(VecDeque::new, |e| e.follow_ups.clone().into());
        self.asking.open = None;
        self.asking.interview = Some(Interview { follow: Some(follow), talk, unasked: UNASKED, in_a_row: 0 });
    }

    /// Puts the next of the questions that come unasked, if any is left of them.
    fn next_unasked(&mut self, out: &mut Output<'_>) -> io::Result<()> {
        let Some(interview) = &mut self.asking.interview else { return Ok(()) };
        if interview.unasked == 0 {
            if !self.told.more_questions {
                self.told.more_questions = true;
                writeln!(out, "  .ask for another question")?;
            }
            return Ok(());
        }
        interview.unasked -= 1;
        let talks = interview.in_a_row >= 2 && !interview.talk.is_empty();
        let asked = if talks { Looked::Nothing } else { self.next_asked() };
        let Some(interview) = &mut self.asking.interview else { return Ok(()) };
        self.asking.open = match asked {
            Looked::Stopped => {
                self.asking.interview = None;
                self.status = Status::Interrupted;
                return writeln!(out, "\ninterrupted");
            }
            Looked::Found(asked) => {
                interview.in_a_row += 1;
                Some(Open::Plan(asked.question.pose(), Box::new(asked.solved)))
            }
            Looked::Nothing => {
                interview.in_a_row = 0;
                interview.talk.pop_front().map(Open::Talk)
            }
        };
        self.put_question(out)
    }

    /// Looks for the next question about the plan.
    fn next_asked(&mut self) -> Looked {
        let Some(mut follow) = self.asking.interview.as_mut().and_then(|i| i.follow.take()) else {
            return Looked::Nothing;
        };
        let done = away(&self.brake, move |leash| {
            let own = leash.clone();
            let watch: Watch = Arc::new(move |sandbox: &Sandbox| own.hold(sandbox));
            let asked = follow.next(&watch);
            (follow, asked)
        });
        let Some((follow, asked)) = done else { return Looked::Stopped };
        if let Some(interview) = &mut self.asking.interview {
            interview.follow = Some(follow);
        }
        match asked {
            Ok(Some(asked)) => Looked::Found(Box::new(asked)),
            Err(trouble) if trouble.is_interrupted() => Looked::Stopped,
            // Without data there is nothing to ask.
            Ok(None) | Err(_) => Looked::Nothing,
        }
    }

    /// Each question of the quiz with its answer.
    pub(super) fn quiz_answers(&mut self, out: &mut Output<'_>) -> io::Result<()> {
        let n = self.asking.quiz.as_ref().map_or(0, |quiz| quiz.questions.len());
        for at in 0..n {
            let Some(posed) = self.asking.quiz.as_ref().map(|quiz| quiz.questions[at].pose()) else { break };
            match self.solve(at) {
                None => {
                    self.status = Status::Interrupted;
                    return writeln!(out, "\ninterrupted");
                }
                Some(Err(trouble)) => {
                    self.complain(&format!("question {} has no answer here: {trouble}", at + 1), out)?;
                }
                Some(Ok(solved)) => {
                    let page = screens::report_page(&self.view.style);
                    let lines = quiz::question(&posed, &format!("{} of {n}: ", at + 1), "", page);
                    lines.iter().try_for_each(|line| writeln!(out, "{line}"))?;
                    self.reveal(&posed, &solved, None, out)?;
                    writeln!(out)?;
                }
            }
        }
        Ok(())
    }
}
