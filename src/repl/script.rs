//! Off a terminal: a script is read line by line, with no banner and no prompt.

use std::io::{self, BufRead as _, Write as _};

use super::drive::{Stop, drive};
use crate::session::{Next, Output, Session, Status, gather::Gather};

/// Runs what standard input holds. How the last failure was decides how the script ended.
pub(super) fn run(mut session: Session) -> io::Result<Status> {
    let stop = Stop::on_ctrl_c(session.brake(), true);
    let mut results = io::BufWriter::new(io::stdout().lock());
    let mut complaints = io::stderr();
    let mut out = Output::two(&mut results, &mut complaints);
    let mut ended = Status::Done;
    let mut gather = Gather::default();
    let mut input = io::stdin().lock();
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let more = input.read_until(b'\n', &mut bytes)? > 0;
        let line = String::from_utf8_lossy(&bytes);
        let line = line.trim_start_matches('\u{feff}').trim_end_matches(['\n', '\r']);
        if let Some(whole) = if more { gather.line(line) } else { gather.rest() } {
            let next = drive(&mut session, &whole, &stop, &mut out)?;
            out.flush()?;
            let left = match next {
                Next::Leave => true,
                Next::Edit(_) => session.complain(".edit needs a terminal", &mut out).map(|()| false)?,
                Next::Ask | Next::Read(_) => false,
            };
            // A failure stays; a right answer makes up for a wrong one before it.
            ended = match (ended, session.status()) {
                (Status::Done | Status::Wrong, now) => now,
                (before, Status::Done | Status::Wrong) => before,
                (_, now) => now,
            };
            if left {
                break;
            }
            if stop.take() {
                ended = Status::Interrupted;
                break;
            }
        }
        if !more {
            break;
        }
    }
    out.flush()?;
    Ok(ended)
}
