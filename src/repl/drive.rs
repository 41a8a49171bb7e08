//! Drives a session: hands it input after input, reads the files it asks for, and lets Ctrl-C stop what runs.

use std::{
    fs::File,
    io::{self, Read as _, Write as _},
    path::Path,
    process,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::session::{Brake, Next, Output, Session, gather::Gather};

/// The longest file that `.read` takes.
const LONGEST_FILE: u64 = 64 << 20;

/// How deep files may read files.
const DEEPEST: usize = 8;

/// What Ctrl-C did and may do.
#[derive(Debug, Clone, Default)]
pub(super) struct Stop {
    pressed: Arc<AtomicBool>,
    busy: Arc<AtomicBool>,
}

impl Stop {
    /// From now on, Ctrl-C stops what is under way; where nothing is, it ends the program if `idle_ends`.
    pub(super) fn on_ctrl_c(brake: Brake, idle_ends: bool) -> Stop {
        let stop = Stop::default();
        let handler = stop.clone();
        // Where no handler can be set, Ctrl-C ends the program, as it does anyway.
        let _ = ctrlc::set_handler(move || {
            handler.pressed.store(true, Ordering::Relaxed);
            if handler.busy.load(Ordering::Relaxed) {
                brake.pull();
            } else if idle_ends {
                process::exit(130);
            }
        });
        stop
    }

    /// Whether Ctrl-C was pressed since this was last asked.
    pub(super) fn take(&self) -> bool {
        self.pressed.swap(false, Ordering::Relaxed)
    }
}

/// Hands a text to the session, input by input. Ctrl-C stops the rest of it too.
///
/// # Errors
/// What `out` says.
pub(super) fn drive(
    session: &mut Session,
    text: &str,
    stop: &Stop,
    out: &mut Output<'_>,
) -> io::Result<Next> {
    stop.pressed.store(false, Ordering::Relaxed);
    stop.busy.store(true, Ordering::Relaxed);
    let next = each(session, text, stop, 0, out);
    stop.busy.store(false, Ordering::Relaxed);
    next
}

fn each(
    session: &mut Session,
    text: &str,
    stop: &Stop,
    depth: usize,
    out: &mut Output<'_>,
) -> io::Result<Next> {
    let mut gather = Gather::default();
    let mut lines = text.lines();
    loop {
        let line = lines.next();
        let input = match line {
            Some(line) => gather.line(line),
            None => gather.rest(),
        };
        let Some(input) = input else {
            if line.is_none() {
                return Ok(Next::Ask);
            }
            continue;
        };
        if !wait(session, &input, stop) {
            writeln!(out, "\ninterrupted; the data goes on being made")?;
            return Ok(Next::Ask);
        }
        if stop.pressed.load(Ordering::Relaxed) {
            return Ok(Next::Ask);
        }
        let next = match session.input(&input, out)? {
            Next::Read(_) if depth == DEEPEST => {
                session.complain(&format!("files read files more than {DEEPEST} deep"), out)?;
                Next::Ask
            }
            Next::Read(file) => match read(&file) {
                Ok(text) => each(session, &text, stop, depth + 1, out)?,
                Err(reason) => {
                    session.complain(&reason, out)?;
                    Next::Ask
                }
            },
            next @ (Next::Ask | Next::Leave | Next::Edit(_)) => next,
        };
        if next != Next::Ask {
            return Ok(next);
        }
    }
}

/// Waits for the data that an input needs, and shows how far it is where somebody can see it and it takes long.
/// Ctrl-C ends the waiting: no.
fn wait(session: &Session, input: &str, stop: &Stop) -> bool {
    let bar = ProgressBar::hidden();
    let since = Instant::now();
    while let Some((done, of)) = session.waits(input) {
        if stop.pressed.load(Ordering::Relaxed) {
            bar.finish_and_clear();
            return false;
        }
        if bar.is_hidden() && since.elapsed() > Duration::from_millis(300) {
            let style = ProgressStyle::with_template("making data {bar:30} {percent:>3} %  {eta}")
                .expect("the template is well-formed");
            bar.set_style(style);
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.set_length(of.max(1));
        bar.set_position(done);
        thread::sleep(Duration::from_millis(if since.elapsed().as_millis() < 50 { 1 } else { 20 }));
    }
    bar.finish_and_clear();
    true
}

/// Reads a file of statements.
fn read(file: &Path) -> Result<String, String> {
    let shown = file.display();
    let mut bytes = Vec::new();
    File::open(file)
        .and_then(|open| open.take(LONGEST_FILE + 1).read_to_end(&mut bytes))
        .map_err(|error| format!("{shown} cannot be read: {error}"))?;
    if bytes.len() as u64 > LONGEST_FILE {
        return Err(format!("{shown} is larger than {} MB", LONGEST_FILE >> 20));
    }
    Ok(String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').to_owned())
}
