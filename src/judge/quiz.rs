//! The kind plan-quiz: a line for each question, held against what running says.

use std::cell::RefCell;

use super::{
    JudgeError, Options,
    check::Checked,
    report::{Check, Report, Verdict},
};
use crate::{
    catalog::{Exercise, PlanQuiz},
    engine::FailureKind,
    plan::quiz::{Bench, Posed, Question, Solved, Trouble},
    schema::world::{Size, World},
};

/// A quiz made ready: each question is answered by running when an answer to it is first judged.
pub(super) struct QuizDesk<'e> {
    exercise: &'e Exercise,
    quiz: &'e PlanQuiz,
    bench: Bench,
    solved: RefCell<Vec<Option<Solved>>>,
}

/// The data that a quiz is tried on.
///
/// # Errors
/// Data that cannot be had.
pub(super) fn bench(quiz: &PlanQuiz, world: &World, seed: u64) -> Result<Bench, JudgeError> {
    Bench::open(world, &Size::Variant(quiz.data.clone()), seed, std::sync::Arc::new(|_| {})).map_err(failed)
}

fn failed(trouble: Trouble) -> JudgeError {
    match trouble {
        Trouble::World(error) => JudgeError::World(error),
        Trouble::Failure(_) | Trouble::Grow(_) | Trouble::Open(_) => {
            JudgeError::Exercise(trouble.to_string())
        }
    }
}

impl<'e> QuizDesk<'e> {
    /// Makes ready.
    ///
    /// # Errors
    /// Data that cannot be had.
    pub(super) fn new(
        exercise: &'e Exercise,
        quiz: &'e PlanQuiz,
        world: &World,
        options: &Options,
    ) -> Result<QuizDesk<'e>, JudgeError> {
        let bench = bench(quiz, world, options.data_seed)?;
        Ok(QuizDesk { exercise, quiz, bench, solved: RefCell::new(vec![None; quiz.questions.len()]) })
    }

    /// Judges one answer: right only if each question is answered, and answered right.
    ///
    /// # Errors
    /// A question of the exercise that has no answer.
    pub(super) fn judge(&self, text: &str) -> Result<Report, JudgeError> {
        let mut report = Report::new(&self.exercise.id);
        let posed: Vec<Posed> = self.quiz.questions.iter().map(Question::pose).collect();
        let answers = match answers(text, &posed) {
            Ok(answers) => answers,
            Err((message, offset)) => {
                report.fail(Verdict::Error, FailureKind::Sql, message, Some(offset));
                return Ok(report);
            }
        };
        let (mut checks, mut wrong, mut missing) = (Vec::new(), Vec::new(), Vec::new());
        for (at, answer) in answers.iter().enumerate() {
            let number = at + 1;
            let (passed, said) = match answer {
                None => {
                    missing.push(number.to_string());
                    (false, format!("{number}: not answered"))
                }
                Some(chosen) => {
                    let solved = self.solved(at)?;
                    let passed = *chosen == solved.answer;
                    if !passed {
                        wrong.push(number.to_string());
                    }
                    (passed, format!("{number}: {}", told(&posed[at], &solved)))
                }
            };
            checks.push(Check { rule: format!("question {number}"), passed, said });
        }
        let right = checks.iter().filter(|check| check.passed).count();
        report.message = format!("{right} of {} right", checks.len());
        for (what, numbers) in [("wrong", wrong), ("not answered", missing)] {
            if !numbers.is_empty() {
                report.message.extend(["; ", what, ": ", &numbers.join(", ")]);
            }
        }
        if right < checks.len() {
            report.verdict = Verdict::Wrong;
        }
        report.checks = checks;
        Ok(report)
    }

    fn solved(&self, at: usize) -> Result<Solved, JudgeError> {
        if let Some(solved) = &self.solved.borrow()[at] {
            return Ok(solved.clone());
        }
        let solved = self.quiz.questions[at].solve(&self.bench).map_err(|trouble| {
            JudgeError::Exercise(format!("{}: question {}: {trouble}", self.exercise.id, at + 1))
        })?;
        self.solved.borrow_mut()[at] = Some(solved.clone());
        Ok(solved)
    }
}

/// The right answer and what shows it, in one line.
fn told(posed: &Posed, solved: &Solved) -> String {
    let keys: Vec<&str> = solved.answer.iter().map(|at| posed.options[*at].key.as_str()).collect();
    let keys = if keys.is_empty() { "none".to_owned() } else { keys.join(" ") };
    let line = solved.line.iter().map(|line| format!("Plan: {line}."));
    let sentences: Vec<String> = solved.reveal.iter().cloned().chain(line).collect();
    format!("{keys}. {}", sentences.join(" "))
}

/// What was answered to each question, as places of options; `None` where nothing was.
type Answers = Vec<Option<Vec<usize>>>;

/// Reads an answer: a line for each question, with its number in front or in the order of the questions.
///
/// # Errors
/// A line that answers nothing: why, and where it begins.
fn answers(text: &str, posed: &[Posed]) -> Result<Answers, (String, usize)> {
    let mut answers: Answers = vec![None; posed.len()];
    let (mut next, mut offset, mut any) = (0, 0, false);
    for piece in text.split_inclusive(['\n', ';']) {
        let begins = offset + (piece.len() - piece.trim_start().len());
        offset += piece.len();
        let line = piece.trim_end_matches(['\n', ';']);
        let line = line.split("--").next().unwrap_or_default();
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        any = true;
        let (at, rest) = numbered(line).unwrap_or((next, line));
        let Some(question) = posed.get(at) else {
            return Err((
                format!("there is no question {}: the last one is {}", at + 1, posed.len()),
                begins,
            ));
        };
        if answers[at].is_some() {
            return Err((format!("question {} is answered twice", at + 1), begins));
        }
        let chosen = question.read(rest).map_err(|why| (format!("question {}: {why}", at + 1), begins))?;
        answers[at] = Some(chosen);
        next = at + 1;
    }
    if any {
        Ok(answers)
    } else {
        Err((
            "there is no answer in this file: write a line for each question, such as '1 yes'".to_owned(),
            0,
        ))
    }
}

/// The question that a line names, counted from 0, and the rest: `2 b`, `2) b`, `2: b`. A number alone is an answer.
fn numbered(line: &str) -> Option<(usize, &str)> {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number: usize = line[..digits].parse().ok()?;
    let rest = line[digits..].trim_start_matches([' ', '\t', '.', ':', ')', '=', '-']);
    (!rest.is_empty() && rest.len() < line.len() - digits && number > 0).then(|| (number - 1, rest))
}

/// Checks a quiz: each question has one answer, and not all have the same.
pub(super) fn check(exercise: &Exercise, quiz: &PlanQuiz, world: &World) -> Result<Checked, JudgeError> {
    let mut checked = Checked::new(exercise, 0, 0);
    checked.questions = quiz.questions.len();
    let bench = bench(quiz, world, 1)?;
    let mut keys = Vec::new();
    for (at, question) in quiz.questions.iter().enumerate() {
        let posed = question.pose();
        for (place, option) in posed.options.iter().enumerate() {
            if posed.options[..place].iter().any(|other| !other.text.is_empty() && other.text == option.text)
            {
                checked.faults.push(format!("question {}: two options are '{}'", at + 1, option.text));
            }
        }
        match question.solve(&bench) {
            Ok(solved) => keys.push(told(&posed, &Solved { reveal: Vec::new(), line: None, ..solved })),
            Err(trouble) => checked.faults.push(format!("question {}: {trouble}", at + 1)),
        }
    }
    if keys.len() > 1 && keys.iter().all(|key| *key == keys[0]) {
        let same = keys[0].trim_end_matches(['.', ' ']);
        checked.faults.push(format!("the answer is always '{same}': nobody has to think"));
    }
    Ok(checked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::quiz::{Case, Form, Setting};

    fn read(text: &str) -> String {
        let sql = || "SELECT 1".to_owned();
        let case = || Case { sql: sql(), indexes: Vec::new() };
        let forms = [
            Form::Seek { sql: sql(), table: None },
            Form::Times { dear: case(), cheap: case() },
            Form::Pays { statements: vec![sql(), sql()] },
        ];
        let posed: Vec<Posed> = forms
            .into_iter()
            .map(|form| Question { setting: Setting::default(), ask: None, form, note: None }.pose())
            .collect();
        match answers(text, &posed) {
            Ok(answers) => format!("{answers:?}"),
            Err((message, at)) => format!("{message} (at {at})"),
        }
    }

    #[test]
    fn answer_files() {
        for (text, want) in [
            ("1 search\n2 30\n3 a b\n", "[Some([1]), Some([1]), Some([0, 1])]"),
            ("search\n30\nnone", "[Some([1]), Some([1]), Some([])]"),
            ("-- mine\n3) b\n\n1: scan # sure\n", "[Some([0]), None, Some([1])]"),
            ("1 scan; 2. 3", "[Some([0]), Some([0]), None]"),
            ("3 = a\n2 x300", "[None, Some([2]), Some([0])]"),
            ("", "there is no answer in this file: write a line for each question, such as '1 yes' (at 0)"),
            ("1 scan\n1 search", "question 1 is answered twice (at 7)"),
            ("4 a", "there is no question 4: the last one is 3 (at 0)"),
            ("1 scan\n  2 lots", "question 2: 'lots' is no answer here: 3 / 30 / 300 (at 9)"),
            ("SELECT 1", "question 1: 'SELECT 1' is no answer here: scan / search (at 0)"),
        ] {
            assert_eq!(read(text), want, "{text}");
        }
    }
}
