//! What keys do where the plain editor would stumble over the blanks at the start of a line, and Enter, which knows
//! when a statement ends. rustyline overrules the counts of the commands that come from here, so none has any.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use rustyline::{
    At, CharSearch, Cmd, ConditionalEventHandler, Event, EventContext, EventHandler, KeyCode, KeyEvent,
    Modifiers, Movement, RepeatCount, Word,
};

use super::indent::{Indent, LAST};
use crate::session::gather;

/// A key's meaning: the text, the cursor's place in it, and the indentation, give a command; `None`: the usual one.
type Meaning = fn(&str, usize, &Indent) -> Option<Cmd>;

/// The keys that mean something of their own here. Ctrl-C sets `dropped`, and what was typed comes back as if it had
/// been accepted: as an error, it would take along what was typed behind it.
pub(super) fn bindings(indent: &Indent, dropped: &Arc<AtomicBool>) -> Vec<(Event, EventHandler)> {
    let plain = |code| KeyEvent(code, Modifiers::NONE);
    let table: [(&[KeyEvent], Meaning); 8] = [
        (&[plain(KeyCode::Enter), KeyEvent::ctrl('M'), KeyEvent::ctrl('J')], enter),
        (&[plain(KeyCode::Backspace), KeyEvent::ctrl('H')], backspace),
        (&[plain(KeyCode::Delete), KeyEvent::ctrl('D')], delete),
        (&[plain(KeyCode::Left), KeyEvent::ctrl('B')], left),
        (&[plain(KeyCode::Right), KeyEvent::ctrl('F')], right),
        (&[plain(KeyCode::Home), KeyEvent::ctrl('A')], home),
        (&[KeyEvent::ctrl('U')], kill_to_start),
        (&[KeyEvent::ctrl('K')], delete),
    ];
    let mut all = Vec::new();
    for (keys, meaning) in table {
        for key in keys {
            let handler = Key { indent: indent.clone(), meaning };
            all.push((Event::from(*key), EventHandler::Conditional(Box::new(handler))));
        }
    }
    let drop = EventHandler::Conditional(Box::new(Drop(Arc::clone(dropped))));
    all.push((Event::from(KeyEvent::ctrl('C')), drop));
    all
}

struct Drop(Arc<AtomicBool>);

impl ConditionalEventHandler for Drop {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, _: &EventContext<'_>) -> Option<Cmd> {
        self.0.store(true, Ordering::Relaxed);
        Some(Cmd::AcceptLine)
    }
}

struct Key {
    indent: Indent,
    meaning: Meaning,
}

impl ConditionalEventHandler for Key {
    fn handle(&self, _: &Event, n: RepeatCount, positive: bool, context: &EventContext<'_>) -> Option<Cmd> {
        if n != 1 || !positive {
            return None;
        }
        (self.meaning)(context.line(), context.pos(), &self.indent)
    }
}

/// Enter runs what is complete, and goes on in a new line otherwise.
fn enter(text: &str, at: usize, indent: &Indent) -> Option<Cmd> {
    let bare = indent.strip(text);
    if gather::is_ready(&bare) || (at == text.len() && gather::interrupting(&bare).is_some()) {
        None
    } else {
        Some(Cmd::Insert(1, indent.line_start()))
    }
}

/// Where the cursor stands, on a line that begins with blanks.
enum Place {
    /// Right behind the blanks.
    Start,
    /// Further on.
    Within,
}

fn place(text: &str, at: usize, indent: &Indent) -> Option<Place> {
    let line = text[..at].rfind('\n')?;
    match text[line..at].strip_prefix(&indent.line_start())? {
        "" => Some(Place::Start),
        _ => Some(Place::Within),
    }
}

/// Back to the end of the line above.
const LINE_ABOVE: Movement = Movement::ViCharSearch(1, CharSearch::Backward('\n'));

/// Back to the first character behind the blanks.
const LINE_START: Movement = Movement::ViCharSearch(1, CharSearch::BackwardAfter(LAST));

/// Whether the cursor stands at the end of a line whose successor begins with blanks.
fn before_break(text: &str, at: usize, indent: &Indent) -> bool {
    text[at..].starts_with(&indent.line_start())
}

fn backspace(text: &str, at: usize, indent: &Indent) -> Option<Cmd> {
    match place(text, at, indent)? {
        Place::Start => Some(Cmd::Kill(LINE_ABOVE)),
        Place::Within => None,
    }
}

fn delete(text: &str, at: usize, indent: &Indent) -> Option<Cmd> {
    let blanks = Movement::ViCharSearch(1, CharSearch::Forward(LAST));
    before_break(text, at, indent).then_some(Cmd::Kill(blanks))
}

fn left(text: &str, at: usize, indent: &Indent) -> Option<Cmd> {
    match place(text, at, indent)? {
        Place::Start => Some(Cmd::Move(LINE_ABOVE)),
        Place::Within => None,
    }
}

fn right(text: &str, at: usize, indent: &Indent) -> Option<Cmd> {
    let word = Movement::ForwardWord(1, At::Start, Word::Big);
    before_break(text, at, indent).then_some(Cmd::Move(word))
}

/// Home goes to the line's first character, and from there to that of the whole text.
fn home(text: &str, at: usize, indent: &Indent) -> Option<Cmd> {
    Some(Cmd::Move(match place(text, at, indent)? {
        Place::Start => Movement::BeginningOfBuffer,
        Place::Within => LINE_START,
    }))
}

fn kill_to_start(text: &str, at: usize, indent: &Indent) -> Option<Cmd> {
    Some(Cmd::Kill(match place(text, at, indent)? {
        Place::Start => LINE_ABOVE,
        Place::Within => LINE_START,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cursor stands at `|`; blanks are two.
    fn pressed(meaning: Meaning, text: &str) -> String {
        let indent = Indent::default();
        indent.set(2);
        let text = text.replace("\n  ", &indent.line_start());
        let at = text.find('|').unwrap();
        let text = text.replace('|', "");
        meaning(&text, at, &indent).map_or("as usual".to_owned(), |cmd| format!("{cmd:?}"))
    }

    #[test]
    fn enter_runs_what_is_complete() {
        for (text, want) in [
            ("select 1;|", "as usual"),
            ("select 1|", "Insert(1, \"\\n \\u{2007}\")"),
            ("select |1;", "as usual"),
            ("select ';|", "Insert(1, \"\\n \\u{2007}\")"),
            (".help|", "as usual"),
            ("|", "as usual"),
            ("select\n  .tables|", "as usual"),
            ("select\n  .tables|\n  from", "Insert(1, \"\\n \\u{2007}\")"),
            ("quit|", "as usual"),
        ] {
            assert_eq!(pressed(enter, text), want, "{text}");
        }
    }

    #[test]
    fn blanks_are_passed_over_at_once() {
        const ABOVE: &str = "(ViCharSearch(1, Backward('\\n')))";
        const START: &str = "(ViCharSearch(1, BackwardAfter('\\u{2007}')))";
        for (meaning, text, name, movement) in [
            (backspace as Meaning, "a\n  |b", "Kill", ABOVE),
            (backspace, "a\n  b|", "", ""),
            (backspace, "a|\n  b", "", ""),
            (backspace, "a\n|b", "", ""),
            (delete, "a|\n  b", "Kill", "(ViCharSearch(1, Forward('\\u{2007}')))"),
            (delete, "a|\nb", "", ""),
            (delete, "|", "", ""),
            (left, "a\n  |b", "Move", ABOVE),
            (left, "a|\n  b", "", ""),
            (right, "a|\n  b", "Move", "(ForwardWord(1, Start, Big))"),
            (right, "a\n  b|", "", ""),
            (home, "a\n  bc|", "Move", START),
            (home, "a\n  |b", "Move", "(BeginningOfBuffer)"),
            (home, "a|b", "", ""),
            (kill_to_start, "a\n  bc|d", "Kill", START),
            (kill_to_start, "a\n  |d", "Kill", ABOVE),
            (kill_to_start, "ab|", "", ""),
        ] {
            let want = if name.is_empty() { "as usual".to_owned() } else { format!("{name}{movement}") };
            assert_eq!(pressed(meaning, text), want, "{text}");
        }
    }
}
