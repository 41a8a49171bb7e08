//! The lines of a statement stand under each other, to the right of the prompt: every line but the first begins with
//! as many blanks as the prompt is wide. The blanks are part of the edited text alone; statements and history never
//! hold them.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// How wide the prompt is: shared by all who edit, show and recall.
#[derive(Debug, Clone, Default)]
pub(super) struct Indent(Arc<AtomicUsize>);

/// What stands at the end of the blanks on the screen.
const MARK: &str = "...> ";

/// The last of the blanks: a space as wide as any other that nobody types (FIGURE SPACE), so that keys find it.
pub(super) const LAST: char = '\u{2007}';

impl Indent {
    /// Says how wide the prompt is.
    pub(super) fn set(&self, width: usize) {
        self.0.store(width, Ordering::Relaxed);
    }

    /// How many blanks there are.
    pub(super) fn width(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// The text as it is edited.
    pub(super) fn add(&self, text: &str) -> String {
        text.replace('\n', &self.line_start())
    }

    /// The text without the blanks, even where only some of them are left.
    pub(super) fn strip(&self, text: &str) -> String {
        text.replace(&self.line_start(), "\n").replace(LAST, " ")
    }

    /// The text with blanks that SQL takes for blanks.
    pub(super) fn plain(text: &str) -> String {
        text.replace(LAST, " ")
    }

    /// A new line and its blanks, as [`Indent::plain`] has them.
    pub(super) fn plain_line_start(&self) -> String {
        Indent::plain(&self.line_start())
    }

    /// A new line and its blanks.
    pub(super) fn line_start(&self) -> String {
        match self.width() {
            0 => "\n".to_owned(),
            width => format!("\n{}{LAST}", " ".repeat(width - 1)),
        }
    }

    /// The place in the edited text of a place in the text without blanks.
    pub(super) fn place(&self, text: &str, at: usize) -> usize {
        at + text.get(..at).map_or(0, |before| before.matches('\n').count()) * (self.line_start().len() - 1)
    }

    /// What is shown in place of the blanks: as wide as they are.
    pub(super) fn mark(&self) -> String {
        let width = self.width();
        let mark = MARK.get(MARK.len().saturating_sub(width)..).unwrap_or(MARK);
        format!("{mark:>width$}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_come_and_go() {
        let indent = Indent::default();
        indent.set(4);
        let text = "select\n  a\n\nfrom b";
        let edited = indent.add(text);
        assert_eq!(edited, "select\n   \u{2007}  a\n   \u{2007}\n   \u{2007}from b");
        assert_eq!(indent.strip(&edited), text);
        assert_eq!(&edited[indent.place(text, 9)..=indent.place(text, 9)], "a");
        assert_eq!(indent.strip("a \u{2007}b"), "a  b");
        // What was pasted has no blanks, and loses nothing.
        assert_eq!(indent.strip(text), text);
    }

    #[test]
    fn the_mark_is_as_wide_as_the_prompt() {
        let indent = Indent::default();
        for (width, want) in [(8, "   ...> "), (5, "...> "), (3, ".> "), (0, "")] {
            indent.set(width);
            assert_eq!(indent.mark(), want);
        }
    }
}
