//! `sqldojo progress`.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};

use super::{catalog, progress};
use crate::{
    cli::{
        args::Globals,
        console::{self, Console, TextOrJson},
        exit::{Error, Exit},
    },
    progress::{self as kept, BadLine, Merged, overview::Overview},
    render,
};

/// What you have done so far: tracks and levels, days, mistakes, times; copies of it, and a new beginning
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  sqldojo progress
  sqldojo progress export backup.jsonl
  sqldojo progress import backup.jsonl    takes in what is not there yet, from another machine too
  sqldojo progress reset"
)]
pub(in crate::cli) struct Progress {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    Export(Export),
    Import(Import),
    Reset(Reset),
}

/// Write all that is kept as lines of JSON: sessions, attempts with their SQL, reviews
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sqldojo progress export > backup.jsonl
  sqldojo progress export backup.jsonl    a new file, never over an old one")]
struct Export {
    /// The file; standard output where none is given
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Take in what `progress export` wrote, as far as it is not there yet
#[derive(Debug, Args)]
#[command(
    after_help = "A line that is not in order is told by its number and passed over; the others are taken in all at
once, and the exit code is 2. Taking in the same file twice changes nothing.

Examples:
  sqldojo progress import backup.jsonl
  ssh laptop sqldojo progress export | sqldojo progress import -"
)]
struct Import {
    /// The file; `-`: standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Begin anew; what was kept is set aside as a file that `progress import` reads
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sqldojo progress reset
  sqldojo progress reset --yes")]
struct Reset {
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl Progress {
    pub(super) fn run(self, globals: &Globals, console: &Console) -> Result<Exit, Error> {
        match self.what {
            None => show(globals, console),
            Some(What::Export(export)) => export.run(console),
            Some(What::Import(import)) => import.run(console),
            Some(What::Reset(reset)) => reset.run(console),
        }
    }
}

fn show(globals: &Globals, console: &Console) -> Result<Exit, Error> {
    let format = console.text_or_json("progress")?;
    let all = catalog(globals)?.summaries()?;
    let progress = progress(console);
    let history = progress.history().map_err(Error::fault)?;
    let overview = Overview::of(&history, &all, progress.now());
    let mut out = console::stdout();
    match format {
        TextOrJson::Text => {
            let page = render::progress::Page { width: console.page(), spoken: console.accessible };
            out.write_all(render::progress::text(&overview, page).as_bytes())?;
        }
        TextOrJson::Json | TextOrJson::Jsonl => writeln!(out, "{}", render::progress::json(&overview))?,
    }
    out.flush()?;
    Ok(Exit::Done)
}

impl Export {
    fn run(&self, console: &Console) -> Result<Exit, Error> {
        let history = progress(console).history().map_err(Error::fault)?;
        match &self.file {
            Some(path) if path != Path::new("-") => {
                let failed = |error: io::Error| {
                    let error = Error::fault(format!("{} cannot be written: {error}", path.display()));
                    if path.exists() { error.hint("it is there already; choose another name") } else { error }
                };
                let mut file = BufWriter::new(File::create_new(path).map_err(failed)?);
                kept::write_lines(&history, &mut file)
                    .and_then(|()| file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all())
                    .map_err(|error| {
                        Error::fault(format!("{} cannot be written: {error}", path.display()))
                    })?;
            }
            Some(_) | None => kept::write_lines(&history, &mut console::stdout())?,
        }
        Ok(Exit::Done)
    }
}

impl Import {
    fn run(&self, console: &Console) -> Result<Exit, Error> {
        let failed = |error: io::Error| {
            let name = self.file.display().to_string();
            let name = if name == "-" { "standard input" } else { &name };
            Error::fault(format!("{name} cannot be read: {error}"))
        };
        let read = if self.file == Path::new("-") {
            kept::read_lines(&mut io::stdin().lock())
        } else {
            File::open(&self.file).and_then(|file| kept::read_lines(&mut BufReader::new(file)))
        };
        let (history, bad) = read.map_err(failed)?;
        if history.is_empty() && !bad.is_empty() {
            tell(&bad);
            return Err(Error::fault("no line is in order: nothing is taken in")
                .hint("`sqldojo progress export` writes what can be taken in"));
        }
        let merged = progress(console).merge(&history).map_err(Error::fault)?;
        let mut out = console::stdout();
        writeln!(out, "{}", said(merged))?;
        out.flush()?;
        if bad.is_empty() {
            return Ok(Exit::Done);
        }
        tell(&bad);
        Ok(Exit::Fault)
    }
}

/// What an import came to.
fn said(merged: Merged) -> String {
    let Merged { attempts, sessions, others, known } = merged;
    if attempts + sessions + others == 0 {
        return "nothing is new".to_owned();
    }
    let plural = |n: usize, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
    let mut parts = vec![plural(attempts, "attempt"), plural(sessions, "session")];
    if others > 0 {
        parts.push(plural(others, "other note"));
    }
    let known = if known > 0 { format!("; {known} known already") } else { String::new() };
    format!("taken in: {}{known}", parts.join(", "))
}

/// The most bad lines that are told one by one.
const TOLD: usize = 20;

fn tell(bad: &[BadLine]) {
    let mut lines: Vec<String> =
        bad.iter().take(TOLD).map(|bad| format!("line {}: {}", bad.number, bad.reason)).collect();
    if bad.len() > TOLD {
        lines.push(format!("… and {} more", bad.len() - TOLD));
    }
    console::complain(&lines);
}

impl Reset {
    fn run(&self, console: &Console) -> Result<Exit, Error> {
        if !self.yes {
            if !(io::stdin().is_terminal() && console.terminal) {
                return Err(Error::fault("progress reset asks, and nobody is there to answer")
                    .hint("--yes resets without asking"));
            }
            let mut out = console::stdout();
            write!(out, "Begin anew? What was kept is set aside. Type yes: ")?;
            out.flush()?;
            let mut answer = String::new();
            // What cannot be read is no yes.
            let _ = io::stdin().read_line(&mut answer);
            if !["y", "yes"].contains(&answer.trim().to_lowercase().as_str()) {
                writeln!(out, "nothing is changed")?;
                out.flush()?;
                return Ok(Exit::Done);
            }
        }
        let copy = progress(console).reset().map_err(Error::fault)?;
        let mut out = console::stdout();
        match copy {
            None => writeln!(out, "nothing is kept: there is nothing to reset")?,
            Some(copy) => {
                writeln!(out, "progress begins anew; what was kept: {}", copy.display())?;
                writeln!(out, "`sqldojo progress import` takes it in again")?;
            }
        }
        out.flush()?;
        Ok(Exit::Done)
    }
}
