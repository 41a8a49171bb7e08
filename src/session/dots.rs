//! Carries out the dot commands that concern the exercise and the prompt.

use std::io::{self, Write as _};

use super::{
    Next, Output, Session,
    commands::{self, Action, Call},
    data, screens,
};
use crate::{catalog::Summary, render::exercise};

impl Session {
    /// Carries out a command.
    pub(super) fn command(&mut self, text: &str, out: &mut Output<'_>) -> io::Result<Next> {
        let call = match commands::parse(text) {
            Ok(call) => call,
            Err(unknown) => return self.complain(&unknown.to_string(), out).map(|()| Next::Ask),
        };
        match call.action {
            Action::Quit => return Ok(Next::Leave),
            Action::Read => match call.arguments().first() {
                Some(file) => return Ok(Next::Read(file.into())),
                None => self.complain("write .read FILE", out),
            },
            Action::Edit => {
                let text = self.last.query.as_ref().map(|query| format!("{};", query.sql));
                return Ok(Next::Edit(text.unwrap_or_default()));
            }
            Action::Help => self.help(&call, out),
            Action::Show => self.show(&call, out),
            Action::Check if self.asks_questions() => self.quiz_so_far(out),
            Action::Check if self.asks_for_indexes() => self.judge_indexes(true, out),
            Action::Check => match self.last.query.clone() {
                Some(query) => self.judge(&query.sql, out),
                None => self.complain("no query has run yet: nothing to judge", out),
            },
            Action::Diff => match self.last.difference.take() {
                Some(difference) => {
                    let shown = screens::difference(self, &difference, out);
                    self.last.difference = Some(difference);
                    shown
                }
                None => writeln!(out, "nothing differs so far"),
            },
            Action::Why => {
                self.study(false);
                match self.last.report.take() {
                    Some(report) => {
                        let shown = screens::why(self, &report, out);
                        self.last.report = Some(report);
                        shown
                    }
                    None => writeln!(out, "no verdict yet: .check judges the last query"),
                }
            }
            Action::Hint => self.hint(out),
            Action::Solution => self.solution(out),
            Action::Ask => self.ask(out),
            Action::Answer => self.answer_question(out),
            Action::Skip => self.skip(out),
            Action::Next => self.step(true, out),
            Action::Prev => self.step(false, out),
            Action::Goto => match call.arguments().first() {
                Some(id) => match screens::exercise_named(&self.catalog, id) {
                    Ok(exercise) => self.go(exercise, out),
                    Err(reason) => self.complain(&reason, out),
                },
                None => self.complain("write .goto ID; .list shows the ids", out),
            },
            Action::List => self.list(&call, out),
            Action::Tables | Action::Schema | Action::Describe | Action::Indexes | Action::Parameter => {
                data::command(self, &call, out)
            }
            Action::Reset => self.reset(out),
            Action::Plan => self.plan_of(call.rest, out),
            Action::Cost => self.cost(out),
            Action::Grow => self.grow(&call, out),
            Action::Advise => self.advise(&call, out),
            Action::All => self.all(out),
            Action::Mode
            | Action::Headers
            | Action::NullValue
            | Action::Expanded
            | Action::Timer
            | Action::Eqp
            | Action::Stats => self.set(&call, out),
        }?;
        Ok(Next::Ask)
    }

    fn help(&mut self, call: &Call<'_>, out: &mut Output<'_>) -> io::Result<()> {
        let arguments = call.arguments();
        if screens::help(arguments.first().map(String::as_str), &self.view.style, out)? {
            return Ok(());
        }
        let pattern = arguments.first().map_or("", String::as_str);
        self.complain(&format!("no command has '{pattern}' in it: .help lists them all"), out)
    }

    fn show(&mut self, call: &Call<'_>, out: &mut Output<'_>) -> io::Result<()> {
        match (call.arguments().first(), &self.exercise) {
            (Some(id), _) => match screens::exercise_named(&self.catalog, id) {
                Ok(exercise) => screens::statement(&exercise, &self.view.style, out),
                Err(reason) => self.complain(&reason, out),
            },
            (None, Some(_)) => screens::exercise(self, out),
            (None, None) => self.complain("no exercise is open: .list shows them, .goto ID opens one", out),
        }
    }

    /// The exercises in learning order.
    fn summaries(&mut self, out: &mut Output<'_>) -> io::Result<Option<Vec<Summary>>> {
        match self.catalog.summaries() {
            Ok(all) => Ok(Some(all)),
            Err(error) => self.complain(&error.to_string(), out).map(|()| None),
        }
    }

    fn list(&mut self, call: &Call<'_>, out: &mut Output<'_>) -> io::Result<()> {
        let Some(mut all) = self.summaries(out)? else { return Ok(()) };
        if let Some(pattern) = call.arguments().first() {
            let pattern = pattern.to_lowercase();
            all.retain(|s| {
                [&s.id, &s.track, &s.title, &s.kind].iter().any(|text| text.to_lowercase().contains(&pattern))
            });
            if all.is_empty() {
                return self
                    .complain(&format!("no exercise has '{pattern}' in it: .list shows them all"), out);
            }
        }
        exercise::list(&all, &self.progress.solved(), self.view.style.accessible, out)
    }

    /// Goes to the next exercise that is not solved, or to the one before this one.
    fn step(&mut self, forward: bool, out: &mut Output<'_>) -> io::Result<()> {
        let Some(all) = self.summaries(out)? else { return Ok(()) };
        let here = self.exercise.as_ref().map(|exercise| exercise.id.as_str());
        let next = neighbour(&all, here, forward, |id| self.progress.tried(id).solved);
        match next {
            None => self.complain("there are no exercises", out),
            Some(id) => match screens::exercise_named(&self.catalog, &id) {
                Ok(exercise) => self.go(exercise, out),
                Err(reason) => self.complain(&reason, out),
            },
        }
    }

    fn hint(&mut self, out: &mut Output<'_>) -> io::Result<()> {
        self.study(true);
        let Some(exercise) = &self.exercise else {
            return self.complain("no exercise is open: .list shows them, .goto ID opens one", out);
        };
        // A hint on the learner's own query comes before those on the exercise.
        if !self.last.way.is_empty() {
            let step = self.last.way.remove(0);
            self.last.led += 1;
            return writeln!(out, "{}", screens::fill(&step, "  ", &self.view.style));
        }
        let all = exercise.hints.len();
        let at = self.last.hints;
        let line = |at: usize, hint: &str| format!("hint {} of {all}: {}", at + 1, hint.trim());
        if let Some(hint) = exercise.hints.get(at) {
            writeln!(out, "{}", screens::fill(&line(at, hint), "  ", &self.view.style))?;
            self.last.hints += 1;
            return Ok(());
        }
        for (at, hint) in exercise.hints.iter().enumerate() {
            writeln!(out, "{}", screens::fill(&line(at, hint), "  ", &self.view.style))?;
        }
        writeln!(out, "that was all: .solution shows an answer")
    }

    /// Shows the solution; of an exercise that is not solved, only when asked for it twice.
    fn solution(&mut self, out: &mut Output<'_>) -> io::Result<()> {
        let Some(exercise) = self.exercise.clone() else {
            return self.complain("no exercise is open: .list shows them, .goto ID opens one", out);
        };
        let tried = self.progress.tried(&exercise.id);
        if !tried.solved && !self.last.solution_asked && self.prompted {
            self.last.solution_asked = true;
            let hints = match exercise.hints.len() - self.last.hints.min(exercise.hints.len()) {
                0 => String::new(),
                left => format!(", {} left", super::run::plural(left as u64, "hint")),
            };
            let line = format!(
                "not solved yet ({}{hints}): .solution once more shows an answer",
                screens::tries(tried.tries)
            );
            return writeln!(out, "{}", screens::fill(&line, "  ", &self.view.style));
        }
        self.last.solution_asked = true;
        let kept = self.progress.show_solution(&exercise.id);
        self.quiz_answers(out)?;
        screens::solution(self, &exercise, out)?;
        self.warn(kept, out)
    }

    fn reset(&mut self, out: &mut Output<'_>) -> io::Result<()> {
        self.words = None;
        match self.shop.reset() {
            Ok(true) => writeln!(out, "{} is as it was at first", self.shop.world().name),
            Ok(false) => writeln!(out, "{} is as it was: nothing has changed", self.shop.world().name),
            Err(error) => self.complain(&error.to_string(), out),
        }
    }
}

/// The exercise beside this one: forward the next that is not solved, if one is left.
fn neighbour(
    all: &[Summary],
    here: Option<&str>,
    forward: bool,
    solved: impl Fn(&str) -> bool,
) -> Option<String> {
    let n = all.len();
    let at = here.and_then(|id| all.iter().position(|s| s.id == id));
    let place = |steps: usize| match (at, forward) {
        (Some(at), true) => (at + steps) % n,
        (Some(at), false) => (at + n - steps % n) % n,
        (None, true) => steps - 1,
        (None, false) => n - steps,
    };
    let beside = (1..=n).map(|steps| &all[place(steps)].id);
    let open = beside.clone().find(|id| !forward || !solved(id));
    open.or_else(|| beside.clone().next()).cloned()
}

/// The exercise that `.next` goes to.
pub(super) fn next_of(session: &Session) -> Option<String> {
    let all = session.catalog.summaries().ok()?;
    let here = session.exercise.as_ref().map(|exercise| exercise.id.as_str());
    neighbour(&all, here, true, |id| session.progress.tried(id).solved)
        .filter(|id| Some(id.as_str()) != here && !session.progress.tried(id).solved)
}
