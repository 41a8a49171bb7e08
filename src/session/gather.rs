//! Lines become inputs: SQL runs at its semicolon, a command at the end of its line. Knows nothing of what they do.

use super::commands;
use crate::plan::quiz::looks_like_one;
use crate::sql::{
    lexer::{TokenKind, tokens},
    split::{is_complete, split},
};

/// From how many bytes on a text that does not end is looked at less and less often, since each look takes it all in.
const LONG: usize = 20_000;

/// The longest statement that the engine takes, and a bit: up to here a semicolon at a line's end is always looked at.
const USUAL: usize = 110_000;

/// From how many bytes on a text that does not end is run as it is.
const LONGEST: usize = 64 << 20;

/// Lines that do not make up a whole input yet.
#[derive(Debug, Default)]
pub struct Gather {
    text: String,
    /// How long the text gets before it is looked at again.
    next_look: usize,
}

impl Gather {
    /// Takes a line and gives back the input that it completes.
    pub fn line(&mut self, line: &str) -> Option<String> {
        if self.text.is_empty() {
            if commands::is_command(line) || looks_like_one(line) {
                return Some(line.trim().to_owned());
            }
            if line.trim().is_empty() {
                return None;
            }
            self.next_look = 0;
        } else {
            self.text.push('\n');
        }
        self.text.push_str(line);
        let ends = line.trim_end().ends_with(';') && self.text.len() < USUAL;
        if !line.contains(';') || (self.text.len() < self.next_look && !ends) {
            return None;
        }
        if is_complete(&self.text) || self.text.len() > LONGEST {
            return Some(std::mem::take(&mut self.text));
        }
        if self.text.len() > LONG {
            self.next_look = self.text.len() / 20 * 21;
        }
        None
    }

    /// What is left at the end: a last statement may lack its semicolon.
    pub fn rest(&mut self) -> Option<String> {
        let rest = std::mem::take(&mut self.text);
        (!split(&rest).is_empty()).then_some(rest)
    }

    /// Whether nothing waits for a further line: comments alone do not.
    fn is_done(&self) -> bool {
        is_complete(&self.text) || (split(&self.text).is_empty() && !is_open(&self.text))
    }
}

/// Whether a text would run if Enter were pressed behind it.
pub fn is_ready(text: &str) -> bool {
    let mut gather = Gather::default();
    for line in text.lines() {
        gather.line(line);
    }
    gather.is_done()
}

/// A text whose last line is a command in the midst of a statement: the lines before it, and the command.
pub fn interrupting(text: &str) -> Option<(&str, &str)> {
    let (before, last) = text.rsplit_once('\n')?;
    let word = last.split_whitespace().next()?.trim_end_matches(';');
    let known = commands::is_command(last) && commands::find(word).is_some();
    (known && !is_open(before) && !is_ready(before)).then_some((before, last.trim()))
}

/// Whether a string, a name or a comment is still open at the end.
fn is_open(text: &str) -> bool {
    tokens(text).last().is_some_and(|t| matches!(t.kind, TokenKind::OpenComment | TokenKind::Unterminated))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(text: &str) -> Vec<String> {
        let mut gather = Gather::default();
        let mut found: Vec<String> = text.lines().filter_map(|line| gather.line(line)).collect();
        found.extend(gather.rest());
        found
    }

    #[test]
    fn lines_become_inputs() {
        for (text, want) in [
            ("select 1;", vec!["select 1;"]),
            ("select 1", vec!["select 1"]),
            ("select\n\n1;\nselect 2", vec!["select\n\n1;", "select 2"]),
            ("select 1; select 2;", vec!["select 1; select 2;"]),
            (".tables\nselect 1;\nquit", vec![".tables", "select 1;", "quit"]),
            ("-- a note\nselect 1;", vec!["-- a note\nselect 1;"]),
            ("-- a note", vec![]),
            ("select ';\n.tables\n';", vec!["select ';\n.tables\n';"]),
            (
                "create trigger t after insert on x begin\n select 1;\n select 2;\nend;\n.help",
                vec!["create trigger t after insert on x begin\n select 1;\n select 2;\nend;", ".help"],
            ),
            ("select 'open", vec!["select 'open"]),
        ] {
            assert_eq!(inputs(text), want, "{text}");
        }
    }

    #[test]
    fn when_enter_runs() {
        for text in [
            "",
            "  ",
            ".help",
            "exit",
            "select 1;",
            "select 1; -- note",
            "-- note",
            ".tables\nselect 1;",
            "select 1;\nselect 2;\n",
            "/* a\n b */",
            ";",
        ] {
            assert!(is_ready(text), "{text:?}");
        }
        for text in
            ["select 1", "select 1; select", "/* a", "select ';", "-- note\nselect", "select 1;\nselect 2"]
        {
            assert!(!is_ready(text), "{text:?}");
        }
    }

    #[test]
    fn a_command_in_the_midst_of_a_statement() {
        assert_eq!(interrupting("select\n.tables"), Some(("select", ".tables")));
        assert_eq!(interrupting("select a\nfrom b\n  quit"), Some(("select a\nfrom b", "quit")));
        for text in
            ["select\n.5", "select '\n.tables", ".tables", "select 1;\n.tables", "select a\nfrom exit"]
        {
            assert_eq!(interrupting(text), None, "{text}");
        }
    }

    #[test]
    fn long_texts_end_where_they_end() {
        let comments = "-- a comment; no end\n".repeat(20_000);
        let long = format!("select 1\n{comments}+ 1;");
        assert!(is_ready(&long));
        assert_eq!(inputs(&long), [long.as_str()]);
        assert!(!is_ready(&long[..long.len() - 1]));
    }
}
