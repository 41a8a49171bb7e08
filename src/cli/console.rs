//! The process's surroundings: is there a terminal, how wide, with colours? Standard output and error, and Ctrl-C.

use std::{
    io::{self, IsTerminal as _, Read, StdoutLock, Write},
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use etcetera::base_strategy::{BaseStrategy as _, Xdg};

use super::{
    args::{ColorWhen, Format, Globals},
    exit::Error,
};
use crate::{
    engine::{Failure, Interrupter, Sandbox},
    progress::Stamp,
    render::{
        fault::{self, Look, Place},
        report::Page,
        table::{Mode, Style},
    },
};

/// What the program knows of the place where it runs, and what was asked of it.
#[derive(Debug)]
pub(super) struct Console {
    /// How output is wanted, if anything was said of it.
    pub(super) format: Option<Format>,
    /// Whether standard output is a terminal.
    pub(super) terminal: bool,
    /// Whether colours may be used on standard output.
    pub(super) color: bool,
    /// Whether somebody listens instead of looking.
    pub(super) accessible: bool,
    width: Option<usize>,
}

/// The width of a page where there is no terminal.
const PAGE: usize = 80;

impl Console {
    pub(super) fn new(globals: &Globals) -> Console {
        let stdout = io::stdout();
        let terminal = stdout.is_terminal();
        let color = match globals.color {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never,
        };
        let width = terminal.then(|| terminal_size::terminal_size().map_or(PAGE, |(w, _)| usize::from(w.0)));
        Console { format: globals.format, terminal, color, accessible: globals.accessible, width }
    }

    /// How wide a screen of text may be.
    pub(super) fn page(&self) -> usize {
        self.width.unwrap_or(PAGE)
    }

    /// Text, or JSON in one of its two forms; other formats are an error that names `command`.
    pub(super) fn text_or_json(&self, command: &str) -> Result<TextOrJson, Error> {
        match self.format {
            None | Some(Format::Text) => Ok(TextOrJson::Text),
            Some(Format::Json) => Ok(TextOrJson::Json),
            Some(Format::Jsonl) => Ok(TextOrJson::Jsonl),
            Some(other) => Err(Error::fault(format!("{command} has no format {}", other.name()))
                .hint("it has text, json and jsonl")),
        }
    }

    /// How the results of statements are written: a box on a terminal, and off it plain lists, as the sqlite3
    /// shell does for scripts.
    ///
    /// # Errors
    /// A format that is only for verdicts.
    pub(super) fn mode(&self) -> Result<Mode, Error> {
        Ok(match self.format.unwrap_or(Format::Text) {
            Format::Text if self.terminal || self.accessible => Mode::Box,
            Format::Text | Format::List => Mode::List,
            Format::Box => Mode::Box,
            Format::Table => Mode::Table,
            Format::Column => Mode::Column,
            Format::Line => Mode::Line,
            Format::Csv => Mode::Csv,
            Format::Json => Mode::Json,
            Format::Jsonl => Mode::Jsonl,
            Format::Markdown => Mode::Markdown,
            Format::Html => Mode::Html,
            other @ (Format::Junit | Format::Gradescope) => {
                let name = other.name();
                return Err(Error::fault(format!("results of statements have no format {name}"))
                    .hint("it is for verdicts: sqldojo grade --submissions"));
            }
        })
    }

    /// Shows why a statement failed, and how the program ends for it.
    pub(super) fn failed(&self, failure: &Failure, place: &Place<'_>, hints: &[String]) -> Error {
        let look = Look { width: self.page(), accessible: self.accessible };
        complain(&fault::lines(failure, place, hints, look));
        Error::Shown(failure.kind.into())
    }

    /// How a verdict looks.
    pub(super) fn report_page(&self) -> Page {
        Page { width: self.page().min(PAGE), color: self.color, accessible: self.accessible }
    }

    /// How results look.
    pub(super) fn style(&self) -> Style {
        Style {
            width: self.width,
            color: self.color,
            accessible: self.accessible,
            null: None,
            headers: None,
            limit: None,
            spill: Some(tempfile::tempfile),
        }
    }
}

/// What a screen with a JSON twin is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextOrJson {
    Text,
    Json,
    Jsonl,
}

/// Standard output for rows, which Ctrl-C stops too.
#[derive(Debug)]
pub(super) struct Out;

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if interrupted() {
            return Err(io::Error::other("interrupted"));
        }
        io::stdout().lock().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stdout().lock().flush()
    }
}

/// The folder where the learner's progress is kept; `None`: there is no home.
pub(super) fn data_folder() -> Option<PathBuf> {
    Xdg::new().ok().map(|xdg| xdg.data_dir().join("sqldojo"))
}

/// What time it is, by the learner's clock.
pub(super) fn now() -> Stamp {
    let now = jiff::Zoned::now();
    let east = now.offset().seconds() / 60;
    Stamp::new(now.timestamp().as_millisecond(), i64::from(east)).unwrap_or_default()
}

/// Standard output, for one command.
pub(super) fn stdout() -> io::BufWriter<StdoutLock<'static>> {
    io::BufWriter::with_capacity(64 << 10, io::stdout().lock())
}

/// Writes lines to standard error. Where that cannot be written to, nobody is told.
pub(super) fn complain(lines: &[String]) {
    let mut text = lines.join("\n");
    if !text.is_empty() {
        text.push('\n');
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }
}

/// A bar on standard error that tells how far a long work has come; nothing off a terminal.
pub(super) fn progress_bar(total: u64, what: &'static str) -> indicatif::ProgressBar {
    let style = indicatif::ProgressStyle::with_template("{wide_bar} {human_pos} of {human_len} {msg}")
        .expect("the template is in order");
    indicatif::ProgressBar::new(total).with_style(style).with_message(what)
}

/// The most that is read of a script.
const LARGEST_SCRIPT: u64 = 64 << 20;

/// Reads a script from a file, or from standard input where the name is `-`.
///
/// # Errors
/// A file that cannot be read, is too large, or is not UTF-8.
pub(super) fn read_script(path: &Path) -> Result<String, Error> {
    let stdin = path == Path::new("-");
    let name = if stdin { "standard input".to_owned() } else { path.display().to_string() };
    let mut bytes = Vec::new();
    let read = if stdin {
        io::stdin().lock().take(LARGEST_SCRIPT + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(LARGEST_SCRIPT + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| Error::fault(format!("{name} cannot be read: {error}")))?;
    if bytes.len() as u64 > LARGEST_SCRIPT {
        return Err(Error::fault(format!("{name} is larger than {} MB", LARGEST_SCRIPT >> 20)));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = String::from_utf8_lossy(&error.as_bytes()[..at]).matches('\n').count() + 1;
        Error::fault(format!("{name}:{line}: byte {at} is not UTF-8"))
            .hint("save the SQL as UTF-8; bytes of any kind are written x'ff' in SQL")
    })?;
    // Editors on Windows like to put a mark in front.
    Ok(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned))
}

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// What Ctrl-C stops.
static RUNNING: Mutex<Vec<Interrupter>> = Mutex::new(Vec::new());

/// Once a statement takes its time, Ctrl-C stops what runs in the sandbox; pressed again, it ends the program.
/// Before that it ends the program as it ends any other.
pub(super) fn interrupt_on_ctrl_c(sandbox: &Sandbox) {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner).clear();
    interrupt_this_too(sandbox);
}

/// Lets Ctrl-C stop what runs in this sandbox as well, beside the others.
pub(super) fn interrupt_this_too(sandbox: &Sandbox) {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner).push(sandbox.interrupter());
    sandbox.at_length(listen);
}

/// Starts to listen for Ctrl-C, which takes a thread.
fn listen() {
    // It is set already, or Ctrl-C ends the program as ever.
    let _ = ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(super::exit::Exit::Interrupted.code()));
        }
        for running in &*RUNNING.lock().unwrap_or_else(PoisonError::into_inner) {
            running.interrupt();
        }
    });
}

/// Whether Ctrl-C was pressed.
pub(super) fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}
