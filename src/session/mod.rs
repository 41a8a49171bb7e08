//! Practice without a terminal: what is typed goes in, what is shown comes out. Knows no keys and no screen, and is
//! told the time.

mod answer;
mod asking;
mod away;
mod changes;
pub mod commands;
mod data;
mod dots;
pub mod gather;
mod indexes;
mod measure;
mod output;
mod run;
mod screens;
mod settings;
mod shop;
#[cfg(test)]
mod tests;
mod unused;
mod words;

use std::{io, path::PathBuf, time::Duration};

use self::{
    answer::Last,
    asking::Asking,
    settings::View,
    shop::{Make, Shop},
};
pub use self::{output::Output, shop::Brake, words::Words};
use crate::{
    catalog::{Catalog, Exercise},
    plan::quiz::looks_like_one,
    progress::Progress,
    render::{
        fault::Place,
        table::{Mode, Style},
    },
    schema::{
        cache::Cache,
        world::{self, Size},
    },
    value::Value,
};

/// The exercise that practice starts with the first time.
pub const FIRST: &str = "top-spenders";

/// What a session starts from.
pub struct Options {
    /// The exercises.
    pub catalog: Catalog,
    /// Folders with further schemas.
    pub packs: Vec<PathBuf>,
    /// Where made data is kept.
    pub cache: Cache,
    /// What to practise.
    pub start: Start,
    /// What the learner has done so far.
    pub progress: Progress,
    /// The seed of the data.
    pub seed: u64,
    /// How long a statement may run.
    pub deadline: Option<Duration>,
    /// The form of results.
    pub mode: Mode,
    /// How wide and how colourful.
    pub style: Style,
    /// Whether somebody sits at a prompt: results are cut, times are shown, and what one can do next is said.
    pub prompted: bool,
    /// The time since some moment, which never goes back.
    pub clock: fn() -> Duration,
}

/// What to practise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// An exercise by name; `None`: the one that was open last.
    Exercise(Option<String>),
    /// A schema with data and no exercise.
    Free {
        /// The schema's name.
        schema: String,
        /// How much data.
        size: Size,
    },
}

/// What comes after an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// The next input.
    Ask,
    /// The end.
    Leave,
    /// The statements of a file, which come next.
    Read(PathBuf),
    /// A statement for the editor.
    Edit(String),
}

/// How the session stands, for the exit code of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    /// Nothing went wrong.
    #[default]
    Done,
    /// The last answer was wrong.
    Wrong,
    /// A command could not be carried out, or the program is at fault.
    Fault,
    /// SQL failed or is not permitted.
    Failed,
    /// A limit was reached.
    Limit,
    /// A statement was interrupted.
    Interrupted,
}

/// What a learner has been told once, and need not be told again.
#[derive(Debug, Default)]
struct Told {
    /// What to do after a wrong answer.
    way_on: bool,
    /// How the interviewer goes on.
    more_questions: bool,
    /// What else can be asked of a query's cost.
    measures: bool,
}

/// One learner at one prompt.
pub struct Session {
    catalog: Catalog,
    packs: Vec<PathBuf>,
    cache: Cache,
    exercise: Option<Exercise>,
    /// Whether answers are compared without being asked.
    compares: bool,
    shop: Shop,
    brake: Brake,
    progress: Progress,
    deadline: Option<Duration>,
    view: View,
    parameters: Vec<(String, Value)>,
    last: Last,
    asking: Asking,
    words: Option<Words>,
    prompted: bool,
    told: Told,
    status: Status,
    clock: fn() -> Duration,
    /// When the exercise was opened.
    opened: Duration,
}

impl Session {
    /// Starts a session; its database is made in the background.
    ///
    /// # Errors
    /// No exercise or schema of that name, or files that are not in order; one line for the user.
    pub fn start(options: Options) -> Result<Session, String> {
        let Options { catalog, packs, cache, start, progress, seed, deadline, mode, style, prompted, clock } =
            options;
        let named = matches!(start, Start::Exercise(Some(_)));
        let (exercise, schema, size) = match start {
            Start::Free { schema, size } => (None, schema, size),
            Start::Exercise(id) => {
                let exercise = match id {
                    Some(id) => screens::exercise_named(&catalog, &id)?,
                    None => left_off(&catalog, &progress)?,
                };
                let schema = exercise.schema.clone();
                let size = indexes::size(&exercise);
                (Some(exercise), schema, size)
            }
        };
        let given = exercise.as_ref().map_or_else(String::new, indexes::given);
        let world = world::find_with(&schema, &packs, cache.clone()).map_err(|error| error.to_string())?;
        let brake = Brake::default();
        let shop = Shop::start(Make { world, size, given, seed, deadline }, brake.clone());
        let mut session = Session {
            catalog,
            packs,
            cache,
            exercise: None,
            compares: prompted || named,
            shop,
            brake,
            progress,
            deadline,
            view: View::new(mode, style, prompted),
            parameters: exercise.as_ref().map_or_else(Vec::new, indexes::parameters),
            last: Last::default(),
            asking: Asking::default(),
            words: None,
            prompted,
            told: Told::default(),
            status: Status::default(),
            clock,
            opened: clock(),
        };
        session.exercise = exercise;
        session.sit_down();
        Ok(session)
    }

    /// What stops a running statement from another thread.
    pub fn brake(&self) -> Brake {
        self.brake.clone()
    }

    /// How the session stands.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Tells the session how many columns and lines the terminal has now.
    pub fn set_size(&mut self, columns: usize, lines: usize) {
        self.view.style.width = Some(columns);
        self.view.fit(lines);
    }

    /// How wide and how colourful the session writes.
    pub fn style(&self) -> &Style {
        &self.view.style
    }

    /// What stands before the cursor, without the mark behind it: the exercise's name or the schema's, and a star
    /// while a transaction is open.
    pub fn prompt(&self) -> String {
        let name = match &self.exercise {
            Some(exercise) => &exercise.id,
            None => &self.shop.world().name,
        };
        format!("{name}{}", if self.shop.in_transaction() { "*" } else { "" })
    }

    /// Writes what stands above the first prompt.
    ///
    /// # Errors
    /// What `out` says.
    pub fn greet(&mut self, out: &mut Output<'_>) -> io::Result<()> {
        screens::banner(self, out)?;
        let id = self.exercise.as_ref().map(|exercise| exercise.id.clone());
        if let Some(id) = id {
            screens::exercise(self, out)?;
            self.put_question(out)?;
            let kept = self.progress.open_exercise(&id);
            self.warn(kept, out)?;
        }
        Ok(())
    }

    /// Takes one input: a command, or statements.
    ///
    /// # Errors
    /// What `out` says.
    pub fn input(&mut self, input: &str, out: &mut Output<'_>) -> io::Result<Next> {
        if commands::is_command(input) {
            return self.command(input, out);
        }
        if looks_like_one(input) {
            return self.reply(input, out).map(|()| Next::Ask);
        }
        for statement in crate::sql::split::split(input) {
            let place =
                Place { script: input, start: statement.span.start, statement: statement.text, file: None };
            self.statement(place, out)?;
            if self.status == Status::Interrupted {
                break;
            }
        }
        Ok(Next::Ask)
    }

    /// While the database that an input needs is being made: how many rows are there, of how many.
    pub fn waits(&self, input: &str) -> Option<(u64, u64)> {
        let needs = match commands::parse(input) {
            _ if looks_like_one(input) => false,
            _ if !commands::is_command(input) => true,
            Ok(call) => call.action.needs_data(),
            Err(_) => false,
        };
        self.shop.making().filter(|_| needs)
    }

    /// What Tab offers.
    pub fn words(&mut self) -> &Words {
        if self.words.is_none() {
            self.words = Some(Words::read(self));
        }
        self.words.get_or_insert_default()
    }

    /// Says what has become of progress.
    fn warn(&mut self, kept: Result<(), String>, out: &mut Output<'_>) -> io::Result<()> {
        match kept {
            Err(reason) => {
                let line = screens::fill(&format!("warning: {reason}"), "  ", &self.view.style);
                writeln!(out.complaints()?, "{line}")
            }
            Ok(()) => Ok(()),
        }
    }

    /// Goes to another exercise.
    fn go(&mut self, exercise: Exercise, out: &mut Output<'_>) -> io::Result<()> {
        let (size, given) = (indexes::size(&exercise), indexes::given(&exercise));
        let same = exercise.schema == self.shop.world().name
            && size == *self.shop.size()
            && given == self.shop.given();
        // Indexes of another exercise would be an answer to this one.
        if !same || (size != Size::Learner && self.shop.is_touched()) {
            match world::find_with(&exercise.schema, &self.packs, self.cache.clone()) {
                Ok(world) => {
                    let seed = self.shop.seed();
                    let make = Make { world, size, given, seed, deadline: self.deadline };
                    self.shop = Shop::start(make, self.brake.clone());
                    self.words = None;
                }
                Err(error) => return self.complain(&error.to_string(), out),
            }
        }
        let kept = self.progress.open_exercise(&exercise.id);
        for (name, value) in indexes::parameters(&exercise) {
            self.parameters.retain(|(known, _)| *known != name);
            self.parameters.push((name, value));
        }
        self.exercise = Some(exercise);
        self.compares = true;
        self.last = Last::default();
        self.opened = (self.clock)();
        self.sit_down();
        self.warn(kept, out)?;
        screens::exercise(self, out)?;
        if self.prompted { self.put_question(out) } else { Ok(()) }
    }

    /// Says that a command could not be carried out.
    ///
    /// # Errors
    /// What `out` says.
    pub fn complain(&mut self, reason: &str, out: &mut Output<'_>) -> io::Result<()> {
        self.status = Status::Fault;
        writeln!(out.complaints()?, "{}", screens::fill(reason, "  ", &self.view.style))
    }
}

/// The exercise that was open last, or the first one; one that is gone or not in order is passed over.
fn left_off(catalog: &Catalog, progress: &Progress) -> Result<Exercise, String> {
    if let Some(Ok(Some(exercise))) = progress.last().map(|id| catalog.get(id)) {
        return Ok(exercise);
    }
    screens::exercise_named(catalog, FIRST)
}
