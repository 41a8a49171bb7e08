//! One value a line: the shell's line mode, and the form for those who listen.

use super::{BUFFER, DIM, Mode, Style};
use crate::{
    render::cell::{self, Kind},
    value::ValueRef,
};

/// A result written one value a line.
pub(super) struct Lines {
    pub(super) buffer: Vec<u8>,
    /// Each column's name, with what stands before and after it.
    labels: Vec<String>,
    null: String,
    spoken: bool,
    rows: u64,
}

impl Lines {
    /// Names to the right, `=`, values; an empty line between rows.
    pub(super) fn new(style: &Style, columns: &[String]) -> Lines {
        let names: Vec<String> = columns.iter().map(|name| cell::visible(name)).collect();
        let widest = names.iter().map(|name| cell::width(name)).max().unwrap_or(0);
        let labels =
            names.iter().map(|name| format!("{}{name} = ", " ".repeat(widest - cell::width(name)))).collect();
        Lines::with(style, labels, false)
    }

    /// "row 1", then `name: value`: no marks that are read aloud for nothing, no columns to count.
    pub(super) fn spoken(style: &Style, columns: &[String]) -> Lines {
        let labels = columns.iter().map(|name| format!("{}: ", cell::visible(name))).collect();
        Lines::with(style, labels, true)
    }

    fn with(style: &Style, labels: Vec<String>, spoken: bool) -> Lines {
        let null = style.null(Mode::Line);
        let null = if style.color { format!("{}{null}{}", DIM.0, DIM.1) } else { null.to_owned() };
        Lines { buffer: Vec::with_capacity(BUFFER + 4096), labels, null, spoken, rows: 0 }
    }

    fn start(&mut self) {
        self.rows += 1;
        if self.spoken {
            self.buffer.extend_from_slice(format!("row {}\n", self.rows).as_bytes());
        } else if self.rows > 1 {
            self.buffer.push(b'\n');
        }
    }

    pub(super) fn row<'v>(&mut self, values: impl Iterator<Item = ValueRef<'v>>) {
        self.start();
        for (label, value) in self.labels.iter().zip(values) {
            self.buffer.extend_from_slice(label.as_bytes());
            if cell::push(value, &mut self.buffer) == Kind::Null {
                self.buffer.extend_from_slice(self.null.as_bytes());
            }
            self.buffer.push(b'\n');
        }
    }

    /// Takes a row whose cells are text already; an empty option is NULL.
    pub(super) fn texts<'v>(&mut self, texts: impl Iterator<Item = Option<&'v str>>) {
        self.start();
        for (label, text) in self.labels.iter().zip(texts) {
            self.buffer.extend_from_slice(label.as_bytes());
            self.buffer.extend_from_slice(text.unwrap_or(&self.null).as_bytes());
            self.buffer.push(b'\n');
        }
    }
}
