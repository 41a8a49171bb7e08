//! What rustyline asks while somebody types: colours, suggestions, completion.

use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
    rc::Rc,
};

use rustyline::{
    CompletionType, Context,
    completion::{Completer, Pair},
    highlight::{CmdKind, Highlighter},
    hint::{Hint, Hinter},
    history::SearchDirection,
    validate::Validator,
};

use super::{complete, indent::Indent};
use crate::{
    render::{
        cell,
        highlight::{self, BOLD, DIM, RESET},
    },
    session::{Session, commands},
};

/// Answers while somebody types.
pub(super) struct Helper {
    session: Rc<RefCell<Session>>,
    indent: Indent,
    color: bool,
    /// Grey text that nobody typed is no help where it is not grey, or where it is read aloud.
    suggests: bool,
    /// The brackets that stand out.
    brackets: Cell<Option<(usize, usize)>>,
    /// How many names of a list are still to be written, and how many rows the edited text takes below its first.
    listing: Cell<(usize, usize)>,
}

impl Helper {
    pub(super) fn new(session: Rc<RefCell<Session>>, indent: Indent) -> Helper {
        let (color, accessible) = {
            let session = session.borrow();
            (session.style().color, session.style().accessible)
        };
        Helper {
            session,
            indent,
            color,
            suggests: color && !accessible,
            brackets: Cell::new(None),
            listing: Cell::new((0, 0)),
        }
    }

    /// How many rows of the screen the text takes below its first.
    fn rows(&self, text: &str) -> usize {
        let columns = self.session.borrow().style().width.unwrap_or(usize::MAX).max(1);
        let mut before = self.indent.width();
        let mut rows = 0;
        for line in text.split('\n') {
            rows += 1 + (before + cell::width(line)) / columns;
            before = 0;
        }
        rows - 1
    }

    /// The text with colours and with marks in place of the blanks.
    fn shown(&self, text: &str) -> String {
        let text = Indent::plain(text);
        let text = text.as_str();
        let blanks = self.indent.plain_line_start();
        let mark = self.indent.mark();
        if !self.color {
            return text.replace(&blanks, &format!("\n{mark}"));
        }
        if commands::is_command(text) {
            let (word, rest) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
            let known = commands::find(word.trim_end_matches(';')).is_some();
            return if known { format!("{BOLD}{word}{RESET}{rest}") } else { text.to_owned() };
        }
        let mut out = String::with_capacity(text.len() * 2);
        for (start, piece) in highlight::pieces(text, self.brackets.get()) {
            let color = start.unwrap_or_default();
            out.push_str(color);
            out.push_str(&piece.replace(&blanks, &format!("{RESET}\n{DIM}{mark}{RESET}{color}")));
            if start.is_some() {
                out.push_str(RESET);
            }
        }
        out
    }
}

impl rustyline::Helper for Helper {}

// Enter asks `keys::enter`; there is nothing left to validate.
impl Validator for Helper {}

impl Highlighter for Helper {
    fn highlight<'l>(&self, line: &'l str, _pos: usize) -> Cow<'l, str> {
        Cow::Owned(self.shown(line))
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(highlight::paint(hint, DIM, self.color))
    }

    /// rustyline draws the text anew over as many rows as it took before, which would be those of the list: blank
    /// rows behind the last name take their place.
    fn highlight_candidate<'c>(&self, candidate: &'c str, _: CompletionType) -> Cow<'c, str> {
        let (left, rows) = self.listing.get();
        self.listing.set((left.saturating_sub(1), rows));
        if left == 1 {
            Cow::Owned(format!("{candidate}{}", "\n".repeat(rows)))
        } else {
            Cow::Borrowed(candidate)
        }
    }

    fn highlight_char(&self, line: &str, pos: usize, kind: CmdKind) -> bool {
        if !self.color {
            return false;
        }
        let before = self.brackets.get();
        let now = match kind {
            CmdKind::ForcedRefresh => None,
            CmdKind::MoveCursor | CmdKind::Other => {
                highlight::brackets(&Indent::plain(line), Indent::plain(&line[..pos]).len())
            }
        };
        self.brackets.set(now);
        kind != CmdKind::MoveCursor || now != before
    }
}

/// A suggestion: its first line is shown, all of it is taken over.
pub(super) struct Suggestion {
    shown: String,
    whole: String,
}

impl Hint for Suggestion {
    fn display(&self) -> &str {
        &self.shown
    }

    fn completion(&self) -> Option<&str> {
        Some(&self.whole)
    }
}

impl Hinter for Helper {
    type Hint = Suggestion;

    fn hint(&self, line: &str, pos: usize, context: &Context<'_>) -> Option<Suggestion> {
        if !self.suggests || pos < line.len() || line.trim().len() < 2 {
            return None;
        }
        let last = context.history().len().checked_sub(1)?;
        let found = context.history().starts_with(line, last, SearchDirection::Reverse).ok()??;
        let whole = found.entry.get(line.len()..).filter(|rest| !rest.is_empty())?.to_owned();
        let shown = match whole.split_once('\n') {
            Some((first, _)) => format!("{first} …"),
            None => whole.clone(),
        };
        Some(Suggestion { shown, whole })
    }
}

impl Completer for Helper {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let before = Indent::plain(&line[..pos]);
        let (start, found) =
            complete::complete(&Indent::plain(line), before.len(), self.session.borrow_mut().words());
        self.listing.set((found.len(), self.rows(line)));
        // The word that is completed stands behind the blanks.
        Ok((pos - (before.len() - start), found))
    }
}
