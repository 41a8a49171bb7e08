//! The command line: what may be said, one file a command, and one place for exit codes. The only part of the
//! program, with the prompt, that asks the environment anything.

mod args;
mod commands;
mod console;
mod exit;

use std::{ffi::OsString, panic, process::ExitCode};

use clap::{ColorChoice, CommandFactory, FromArgMatches, error::ErrorKind};

use self::{args::Cli, console::Console, exit::Exit};

/// Runs the program with the given arguments and returns its exit status.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    panic::catch_unwind(|| guarded(&args)).unwrap_or_else(|_| {
        console::complain(&[
            "error: a fault of the program, not of your SQL".to_owned(),
            "Hint: the lines above say where; please report them with what you did".to_owned(),
        ]);
        Exit::Fault.into()
    })
}

fn guarded(args: &[OsString]) -> ExitCode {
    let command = Cli::command().color(clap_colors(args));
    let cli = match command.try_get_matches_from(args).and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => {
            // Where it cannot be written, nobody reads it.
            let _ = error.print();
            return match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Done.into(),
                _ => Exit::Fault.into(),
            };
        }
    };
    let console = Console::new(&cli.globals);
    match commands::dispatch(cli, &console) {
        Ok(exit) => exit.into(),
        Err(error) => {
            console::complain(&error.lines());
            error.exit().into()
        }
    }
}

/// What `--color` says, for messages about arguments that could not be read.
fn clap_colors(args: &[OsString]) -> ColorChoice {
    let mut words = args.iter().filter_map(|arg| arg.to_str());
    while let Some(word) = words.next() {
        let value = match word.strip_prefix("--color") {
            Some("") => words.next(),
            Some(rest) => rest.strip_prefix('='),
            None => continue,
        };
        return match value {
            Some("always") => ColorChoice::Always,
            Some("never") => ColorChoice::Never,
            Some(_) | None => ColorChoice::Auto,
        };
    }
    ColorChoice::Auto
}
