//! An SQL error as a learner sees it: what, the line with a caret, and what to write instead.

use unicode_width::UnicodeWidthChar;

use super::{cell, text};
use crate::{
    engine::{Failure, FailureKind},
    sql::caret::{Caret, caret},
};

/// Where a statement stands.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// All that was read.
    pub script: &'a str,
    /// Where in it the statement begins, in bytes.
    pub start: usize,
    /// The statement.
    pub statement: &'a str,
    /// The file it came from.
    pub file: Option<&'a str>,
}

impl<'a> Place<'a> {
    /// A statement that stands alone.
    pub fn alone(statement: &'a str) -> Place<'a> {
        Place { script: statement, start: 0, statement, file: None }
    }
}

/// How the lines look.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// How wide they may be.
    pub width: usize,
    /// Whether somebody listens: a column's number instead of a caret.
    pub accessible: bool,
}

/// A tab stands as this.
const TAB: &str = "    ";

/// The lines of an error: the message, the excerpt if it is known where, and hints.
pub fn lines(failure: &Failure, place: &Place<'_>, hints: &[String], look: Look) -> Vec<String> {
    let at = spot(failure, place);
    let line = at.as_ref().map_or_else(|| line_number(place.script, place.start), |at| at.line);
    let many = place.statement.len() < place.script.trim().len();
    // SQLite quotes a token that never ends in full.
    let whole = cell::visible(&failure.message);
    let message = if failure.message.contains('\n') || cell::width(&whole) > 400 {
        text::cut(&whole, look.width.saturating_sub(7).max(50), "…")
    } else {
        whole
    };
    let first = match (place.file, &at) {
        (Some(file), _) => format!("error: {file}:{line}: {message}"),
        (None, None) if many && place.script.contains('\n') => {
            format!("error: {message} (in the statement on line {line})")
        }
        (None, _) => format!("error: {message}"),
    };
    let mut lines: Vec<String> =
        text::wrap(&first, look.width, "", "  ").lines().map(str::to_owned).collect();
    if let Some(at) = &at {
        excerpt(at, look, &mut lines);
    }
    for hint in hints {
        lines.extend(text::wrap(hint, look.width, "  ", "    ").lines().map(str::to_owned));
    }
    lines
}

/// The one-based line on which a byte stands.
fn line_number(script: &str, at: usize) -> usize {
    script.get(..at).unwrap_or(script).matches('\n').count() + 1
}

/// The stretch of the script that the error is about, where that is known.
fn spot(failure: &Failure, place: &Place<'_>) -> Option<Caret> {
    let told = match failure.kind {
        FailureKind::Sql => true,
        FailureKind::Denied => failure.offset.is_some(),
        FailureKind::Deadline
        | FailureKind::Interrupted
        | FailureKind::Steps
        | FailureKind::TooLarge
        | FailureKind::Constraint
        | FailureKind::Busy
        | FailureKind::BusySnapshot
        | FailureKind::Fault => false,
    };
    let mut caret = caret(place.statement, failure.offset, &failure.message).filter(|_| told)?;
    if caret.line == 1 {
        let before = &place.script[..place.start];
        let shift = before.rsplit('\n').next().unwrap_or(before).chars().count();
        (caret.start, caret.end) = (caret.start + shift, caret.end + shift);
    }
    caret.line += line_number(place.script, place.start) - 1;
    caret.text = place.script.lines().nth(caret.line - 1).unwrap_or_default().into();
    Some(caret)
}

fn excerpt(at: &Caret, look: Look, lines: &mut Vec<String>) {
    let shown = |text: String| cell::visible(&text.replace('\t', TAB));
    let part = |from: usize, to: usize| shown(at.text.chars().skip(from).take(to - from).collect());
    let (before, marked, after) = (part(0, at.start), part(at.start, at.end), part(at.end, usize::MAX));
    if look.accessible {
        lines.push(format!("  line {}, column {}: {before}{marked}{after}", at.line, at.start + 1));
        return;
    }
    let gutter = format!("  {} │ ", at.line);
    let room = look.width.saturating_sub(cell::width(&gutter)).max(20);
    let (before, marked, after) = window(&before, &marked, &after, room);
    let blank = " ".repeat(cell::width(&gutter) - 2);
    lines.push(format!("{gutter}{before}{marked}{after}").trim_end().to_owned());
    let carets = "^".repeat(cell::width(&marked).max(1));
    lines.push(format!("{blank}│ {}{carets}", " ".repeat(cell::width(&before))));
}

/// Cuts a line so that what is marked is seen with something on both sides.
fn window(before: &str, marked: &str, after: &str, room: usize) -> (String, String, String) {
    let total = cell::width(before) + cell::width(marked) + cell::width(after);
    if total <= room {
        return (before.to_owned(), marked.to_owned(), after.to_owned());
    }
    let marked = front(marked, room / 2);
    let left = room - cell::width(&marked);
    let before_room = left.saturating_sub(cell::width(after).min(left / 2));
    let before =
        if cell::width(before) <= before_room { before.to_owned() } else { back(before, before_room) };
    let after = front(after, left.saturating_sub(cell::width(&before)));
    (before, marked, after)
}

/// The beginning of a text, in so many columns.
fn front(text: &str, room: usize) -> String {
    if cell::width(text) <= room {
        return text.to_owned();
    }
    let mut used = 1;
    let fits = text.chars().take_while(|c| {
        used += c.width().unwrap_or(0);
        used <= room
    });
    fits.chain(['…']).collect()
}

/// The end of a text, in so many columns.
fn back(text: &str, room: usize) -> String {
    let mut used = 1;
    let kept: Vec<char> = text
        .chars()
        .rev()
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used <= room
        })
        .collect();
    ['…'].into_iter().chain(kept.into_iter().rev()).collect()
}
