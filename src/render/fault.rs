//! An SQL error as a learner sees it: what, the line with a caret, and what to write instead.

use unicode_width::UnicodeWidthChar;

use super::{cell, text};
use crate::{
    engine::{Failure, FailureKind},
    sql::lexer::{self, Token, TokenKind},
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
    let at = spot(failure, place.statement).map(|(start, end)| (place.start + start, place.start + end));
    let line = line_number(place.script, at.map_or(place.start, |(start, _)| start));
    let many = place.statement.len() < place.script.trim().len();
    // SQLite quotes a token that never ends in full.
    let whole = cell::visible(&failure.message);
    let message = if failure.message.contains('\n') || cell::width(&whole) > 400 {
        text::cut(&whole, look.width.saturating_sub(7).max(50), "…")
    } else {
        whole
    };
    let first = match (place.file, at) {
        (Some(file), _) => format!("error: {file}:{line}: {message}"),
        (None, None) if many && place.script.contains('\n') => {
            format!("error: {message} (in the statement on line {line})")
        }
        (None, _) => format!("error: {message}"),
    };
    let mut lines: Vec<String> =
        text::wrap(&first, look.width, "", "  ").lines().map(str::to_owned).collect();
    if let Some((start, end)) = at {
        excerpt(place.script, line, start, end, look, &mut lines);
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

/// The stretch of the statement that the error is about: where the engine says, else the name in its message.
fn spot(failure: &Failure, statement: &str) -> Option<(usize, usize)> {
    match failure.kind {
        FailureKind::Sql | FailureKind::Denied => {}
        FailureKind::Deadline
        | FailureKind::Interrupted
        | FailureKind::Steps
        | FailureKind::TooLarge
        | FailureKind::Constraint
        | FailureKind::Busy
        | FailureKind::BusySnapshot
        | FailureKind::Fault => return None,
    }
    let tokens = lexer::significant(statement);
    if let Some(offset) = failure.offset {
        let at = tokens.iter().position(|token| token.span.start <= offset && offset < token.span.end);
        return match at {
            Some(at) => Some((tokens[at].span.start, whole_name(&tokens[at..], statement))),
            None => Some((offset.min(statement.len()), offset.min(statement.len()))),
        };
    }
    if failure.message == "incomplete input" {
        return Some((statement.len(), statement.len()));
    }
    let (what, name) = failure.message.rsplit_once(": ")?;
    if !(what.starts_with("no such ") || what.starts_with("ambiguous ")) {
        return None;
    }
    let name = name.rsplit('.').next().unwrap_or(name);
    tokens
        .iter()
        .find(|token| {
            let text = token.span.text(statement);
            matches!(token.kind, TokenKind::Identifier | TokenKind::QuotedIdentifier | TokenKind::Keyword(_))
                && lexer::unquote(text).eq_ignore_ascii_case(name)
        })
        .map(|token| (token.span.start, token.span.end))
}

/// Where the name ends that begins with the first token: `users.nme` is one name.
fn whole_name(tokens: &[Token], statement: &str) -> usize {
    let mut end = tokens[0].span.end;
    if tokens[0].is_name() {
        for pair in tokens[1..].chunks_exact(2) {
            if !pair[0].is_op(statement, ".") || !pair[1].is_name() {
                break;
            }
            end = pair[1].span.end;
        }
    }
    end
}

fn excerpt(script: &str, number: usize, start: usize, end: usize, look: Look, lines: &mut Vec<String>) {
    let from = script[..start].rfind('\n').map_or(0, |at| at + 1);
    let to = script[start..].find('\n').map_or(script.len(), |at| start + at);
    let line = script[from..to].trim_end();
    let end = end.min(from + line.len()).max(start.min(from + line.len()));
    let shown = |text: &str| cell::visible(&text.replace('\t', TAB));
    let (before, marked, after) = {
        let start = start.min(from + line.len());
        (shown(&script[from..start]), shown(&script[start..end]), shown(&script[end..from + line.len()]))
    };
    if look.accessible {
        lines.push(format!("  line {number}, column {}: {before}{marked}{after}", start - from + 1));
        return;
    }
    let gutter = format!("  {number} │ ");
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
