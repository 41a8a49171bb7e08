//! A terminal that can do no more than print lines (TERM=dumb): a prompt, and lines read as they come.

use std::io::{self, BufRead as _, Write as _};

use super::drive::{Stop, drive};
use crate::session::{Next, Output, Session, Status, gather};

/// Runs until the learner leaves.
pub(super) fn run(mut session: Session) -> io::Result<Status> {
    let stop = Stop::on_ctrl_c(session.brake(), false);
    let mut stdout = io::stdout();
    let mut out = Output::one(&mut stdout);
    session.greet(&mut out)?;
    let mut text = String::new();
    loop {
        let prompt = session.prompt();
        if text.is_empty() {
            write!(out, "\n{prompt}> ")?;
        } else {
            write!(out, "{:>width$}", "...> ", width = prompt.len() + 2)?;
        }
        out.flush()?;
        let mut bytes = Vec::new();
        let read = io::stdin().lock().read_until(b'\n', &mut bytes)?;
        if stop.take() {
            text.clear();
        }
        if read == 0 {
            writeln!(out)?;
            return Ok(Status::Done);
        }
        text.push_str(&String::from_utf8_lossy(&bytes));
        if gather::is_ready(&text) {
            match drive(&mut session, &std::mem::take(&mut text), &stop, &mut out)? {
                Next::Leave => return Ok(Status::Done),
                Next::Edit(_) => session.complain(".edit needs a terminal with more abilities", &mut out)?,
                Next::Ask | Next::Read(_) => {}
            }
        }
    }
}
