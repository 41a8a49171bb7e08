//! Progress as lines of JSON, for a copy, for another machine, for other programs.

use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};

use super::{
    History,
    record::{Attempt, Earlier, Review, Session, Shown},
};

/// The version of the form. It grows where a reader of today could no longer make sense of a line.
const FORMAT: u32 = 1;

/// The most bytes of a line: far more than the longest statement, escaped.
const LONGEST: u64 = 1 << 20;

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line {
    Progress { format: u32 },
    Session(Session),
    Attempt(Attempt),
    Shown(Shown),
    Earlier(Earlier),
    Review(Review),
}

/// A line that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// Which one, from 1.
    pub number: usize,
    /// What is wrong with it.
    pub reason: String,
}

/// Writes everything, a line each.
///
/// # Errors
/// What `out` says.
pub fn write_lines(history: &History, out: &mut dyn Write) -> io::Result<()> {
    let lines = [Line::Progress { format: FORMAT }]
        .into_iter()
        .chain(history.sessions.iter().cloned().map(Line::Session))
        .chain(history.attempts.iter().cloned().map(Line::Attempt))
        .chain(history.shown.iter().cloned().map(Line::Shown))
        .chain(history.earlier.iter().cloned().map(Line::Earlier))
        .chain(history.reviews.iter().cloned().map(Line::Review));
    for line in lines {
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}

/// Reads lines as [`write_lines`] writes them. A line that is not in order is passed over and told.
///
/// # Errors
/// What `input` says.
pub fn read_lines(input: &mut dyn BufRead) -> io::Result<(History, Vec<BadLine>)> {
    let (mut history, mut bad) = (History::default(), Vec::new());
    for number in 1.. {
        let mut line = Vec::new();
        if io::Read::take(&mut *input, LONGEST).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let mut read = parse(&line);
        if line.len() as u64 == LONGEST && !line.ends_with(b"\n") {
            input.skip_until(b'\n')?;
            read = Err(format!("it is longer than {} KB", LONGEST >> 10));
        }
        match read {
            Ok(Some(Line::Progress { .. }) | None) => {}
            Ok(Some(Line::Session(session))) => history.sessions.push(session),
            Ok(Some(Line::Attempt(attempt))) => history.attempts.push(attempt),
            Ok(Some(Line::Shown(shown))) => history.shown.push(shown),
            Ok(Some(Line::Earlier(earlier))) => history.earlier.push(earlier),
            Ok(Some(Line::Review(review))) => history.reviews.push(review),
            Err(reason) => bad.push(BadLine { number, reason }),
        }
    }
    Ok((history, bad))
}

/// What a line says; `None`: it is blank.
fn parse(line: &[u8]) -> Result<Option<Line>, String> {
    let text = std::str::from_utf8(line).map_err(|_| "it is not UTF-8".to_owned())?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Ok(None);
    }
    let line: Line = serde_json::from_str(text).map_err(|error| {
        // The text is a line of a file, and says so itself.
        let said = error.to_string();
        said.split(" at line 1 column").next().unwrap_or(&said).to_owned()
    })?;
    match &line {
        Line::Progress { format } if *format > FORMAT => {
            Err(format!("it is of format {format}, and this program reads format {FORMAT}"))
        }
        Line::Progress { .. }
        | Line::Session(_)
        | Line::Attempt(_)
        | Line::Shown(_)
        | Line::Earlier(_)
        | Line::Review(_) => Ok(Some(line)),
    }
}
