//! One file a command.

pub(super) mod advise;
mod bench;
pub(super) mod check;
mod class;
pub(super) mod diff;
pub(super) mod explain;
pub(super) mod grade;
mod grow;
pub(super) mod later;
pub(super) mod list;
pub(super) mod play;
pub(super) mod practice;
pub(super) mod progress;
pub(super) mod run;
pub(super) mod show;

use std::{
    io::{self, IsTerminal as _},
    path::PathBuf,
};

use super::{
    args::{Cli, Command, Data, Globals, Patience},
    console::{self, Console},
    exit::{Error, Exit},
};
use crate::{
    catalog::{Catalog, Exercise},
    progress::Progress,
    render::text::wrap,
    repl::{self, Goal, Options},
    schema::world::{self, World, WorldError},
};

/// Runs the command that was given.
pub(super) fn dispatch(cli: Cli, console: &Console) -> Result<Exit, Error> {
    let globals = &cli.globals;
    match cli.command {
        None => practice::Practice::default().run(globals, console),
        Some(command) => match command {
            Command::Practice(command) => command.run(globals, console),
            Command::Play(command) => command.run(globals, console),
            Command::List(command) => command.run(globals, console),
            Command::Show(command) => command.run(globals, console),
            Command::Run(command) => command.run(globals, console),
            Command::Grade(command) => command.run(globals, console),
            Command::Explain(command) => command.run(globals, console),
            Command::Diff(command) => command.run(globals, console),
            Command::Advise(command) => command.run(globals, console),
            Command::Challenge(_) => later::answer("challenge"),
            Command::Interview(_) => later::answer("interview"),
            Command::Review(_) => later::answer("review"),
            Command::Progress(command) => command.run(globals, console),
            Command::Report(_) => later::answer("report"),
            Command::Watch(_) => later::answer("watch"),
            Command::Check(command) => command.run(globals, console),
            Command::New(_) => later::answer("new"),
        },
    }
}

/// The exercises of the binary and of the packs.
fn catalog(globals: &Globals) -> Result<Catalog, Error> {
    Ok(Catalog::with_packs(&globals.packs)?)
}

/// One exercise; where none is called so, the nearest names.
fn exercise(catalog: &Catalog, id: &str) -> Result<Exercise, Error> {
    if let Some(exercise) = catalog.get(id)? {
        return Ok(exercise);
    }
    let ids = catalog.ids();
    let error = Error::fault(format!("no exercise is called '{id}'"));
    Err(match nearest(id, ids.iter().map(String::as_str)).as_slice() {
        [] => error.hint("`sqldojo list` names them all"),
        names => error.hint(format!("did you mean {}?", names.join(" or "))),
    })
}

/// What the learner has done so far; where something is the matter with it, a warning.
fn progress(console: &Console) -> Progress {
    let Some(folder) = console::data_folder() else { return Progress::default() };
    let (progress, said) = Progress::open(&folder, console::now, std::process::id());
    for line in said {
        let line = wrap(&format!("warning: {line}"), console.page(), "", "  ");
        console::complain(&[line.trim_end().to_owned()]);
    }
    progress
}

/// A schema; where none is called so, the nearest names.
fn world(globals: &Globals, name: &str) -> Result<World, Error> {
    world_of(&globals.packs, name)
}

/// A schema of these packs.
fn world_of(packs: &[PathBuf], name: &str) -> Result<World, Error> {
    world::find(name, packs).map_err(|error| match &error {
        WorldError::Unknown(_, names) => {
            let near = nearest(name, names.iter().map(String::as_str)).join(" or ");
            let error = Error::from(error);
            if near.is_empty() { error } else { error.hint(format!("did you mean {near}?")) }
        }
        WorldError::Bad(_) | WorldError::Engine(_) | WorldError::Disk(_) => error.into(),
    })
}

/// Sits the learner down at the prompt.
fn prompt(
    globals: &Globals,
    console: &Console,
    catalog: Catalog,
    goal: Goal,
    data: Data,
    patience: &Patience,
) -> Result<Exit, Error> {
    let options = Options {
        catalog,
        goal,
        progress: progress(console),
        schema: data.schema,
        rows: data.rows,
        seed: globals.seed,
        mode: console.mode()?,
        style: console.style(),
        deadline: patience.deadline(),
        interactive: console.terminal && io::stdin().is_terminal(),
    };
    repl::start(options).map(Exit::from).map_err(Error::fault)
}

/// Up to three names that look like one that was typed, the likest first.
fn nearest<'n>(typed: &str, names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let typed = typed.to_lowercase();
    let mut near: Vec<(f64, &str)> = names
        .map(|name| {
            let part = if typed.len() > 2 && name.contains(&typed) { 0.9 } else { 0.0 };
            (strsim::jaro_winkler(&typed, name).max(part), name)
        })
        .filter(|(likeness, _)| *likeness > 0.75)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    near.truncate(3);
    near.into_iter().map(|(_, name)| name).collect()
}
