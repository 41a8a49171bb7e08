//! Tables with columns under each other: box, ASCII, plain columns, Markdown. Cells are kept as text in one run of
//! bytes until the widths are known.

use std::{
    io::{self, Write},
    str,
};

use super::{
    BOLD, BUFFER, DIM, Mode, Style,
    fold::{fit, wrap},
    line::Lines,
    spend,
    spool::Spool,
};
use crate::{
    render::cell::{self, Kind},
    value::ValueRef,
};

/// What stands between cells and lines: left, between, right of a row; left, fill, between, right of a rule.
struct Frame {
    row: [&'static str; 3],
    top: Option<[&'static str; 4]>,
    middle: [&'static str; 4],
    bottom: Option<[&'static str; 4]>,
}

const BOX: Frame = Frame {
    row: ["│ ", " │ ", " │"],
    top: Some(["┌─", "─", "─┬─", "─┐"]),
    middle: ["├─", "─", "─┼─", "─┤"],
    bottom: Some(["└─", "─", "─┴─", "─┘"]),
};
const RULE: [&str; 4] = ["+-", "-", "-+-", "-+"];
const TABLE: Frame = Frame { row: ["| ", " | ", " |"], top: Some(RULE), middle: RULE, bottom: Some(RULE) };
const COLUMN: Frame = Frame { row: ["", "  ", ""], top: None, middle: ["", "-", "  ", ""], bottom: None };
const MARKDOWN: Frame =
    Frame { row: ["| ", " | ", " |"], top: None, middle: ["|-", "-", "-|-", "-|"], bottom: None };

struct Column {
    name: String,
    /// How wide the widest cell or the name is.
    width: usize,
    /// Whether some cell holds text: names stand to the left then.
    text: bool,
    /// Whether some cell holds a number: NULL stands to the right then, unless there is text.
    number: bool,
}

impl Column {
    fn to_the_right(&self) -> bool {
        self.number && !self.text
    }
}

/// A table whose rows are being gathered.
pub(super) struct Grid {
    mode: Mode,
    style: Style,
    columns: Vec<Column>,
    null_width: usize,
    cells: Spool,
}

/// From this length on a cell's length stands in four bytes behind the first.
const LONG: usize = 63;

impl Grid {
    pub(super) fn new(mode: Mode, style: &Style, columns: &[String]) -> Grid {
        let headers = style.headers(mode);
        let columns = columns
            .iter()
            .map(|name| {
                let name = if headers { cell::visible(name) } else { String::new() };
                let name = if mode == Mode::Markdown { name.replace('|', "\\|") } else { name };
                Column { width: cell::width(&name), name, text: false, number: false }
            })
            .collect();
        let null_width = cell::width(style.null(mode));
        Grid { mode, style: style.clone(), columns, null_width, cells: Spool::new(style.spill) }
    }

    /// Keeps a row: for each cell its kind and length in a byte, then its text.
    pub(super) fn row<'v>(&mut self, values: impl Iterator<Item = ValueRef<'v>>) -> io::Result<()> {
        let cells = self.cells.tail();
        for (column, value) in self.columns.iter_mut().zip(values) {
            let start = cells.len();
            cells.push(0);
            let mut kind = cell::push(value, cells);
            if self.mode == Mode::Markdown && cells[start + 1..].contains(&b'|') {
                let escaped = String::from_utf8_lossy(&cells[start + 1..]).replace('|', "\\|");
                cells.truncate(start + 1);
                cells.extend_from_slice(escaped.as_bytes());
            }
            let length = cells.len() - start - 1;
            let width = match kind {
                Kind::Ascii => {
                    column.text = true;
                    length
                }
                Kind::Number => {
                    column.number = true;
                    length
                }
                Kind::Null => self.null_width,
                Kind::Wide => {
                    column.text = true;
                    let width = cell::width(text(&cells[start + 1..]));
                    if width == length {
                        kind = Kind::Ascii;
                    }
                    width
                }
            };
            column.width = column.width.max(width);
            cells[start] = tag(kind) | ((length.min(LONG) as u8) << 2);
            if length >= LONG {
                let length = u32::try_from(length).map_err(|_| io::Error::other("a cell is too long"))?;
                cells.extend_from_slice(&length.to_le_bytes());
                cells[start + 1..].rotate_right(4);
            }
        }
        self.cells.piece()
    }

    pub(super) fn finish(self, out: &mut dyn Write) -> io::Result<()> {
        let frame = match self.mode {
            Mode::Table => TABLE,
            Mode::Column => COLUMN,
            Mode::Markdown => MARKDOWN,
            Mode::Box | Mode::Line | Mode::List | Mode::Csv | Mode::Json | Mode::Jsonl | Mode::Html => BOX,
        };
        let around = cell::width(frame.row[0])
            + cell::width(frame.row[1]) * self.columns.len().saturating_sub(1)
            + cell::width(frame.row[2]);
        let wanted = around + self.columns.iter().map(|column| column.width).sum::<usize>();
        match self.style.width {
            Some(width) if width < wanted && self.mode != Mode::Markdown => {
                let widths: Vec<_> =
                    self.columns.iter().map(|column| (column.width, column.text || !column.number)).collect();
                match width.checked_sub(around).and_then(|room| fit(&widths, room)) {
                    Some(widths) => self.draw(&frame, &widths, out),
                    None => self.lines(out),
                }
            }
            Some(_) | None => {
                let widths: Vec<_> = self.columns.iter().map(|column| column.width).collect();
                self.draw(&frame, &widths, out)
            }
        }
    }

    fn draw(self, frame: &Frame, widths: &[usize], out: &mut dyn Write) -> io::Result<()> {
        let Grid { mode, style, columns, cells, .. } = self;
        let mut pen = Pen {
            frame,
            columns: &columns,
            widths,
            folds: columns.iter().zip(widths).any(|(column, width)| *width < column.width),
            null: style.null(mode),
            color: style.color && mode != Mode::Markdown,
            buffer: Vec::with_capacity(BUFFER + 4096),
        };
        if let Some(rule) = frame.top {
            pen.rule(rule);
        }
        if style.headers(mode) {
            pen.names();
            pen.middle(mode);
        }
        cells.read(|mut rows| {
            while !rows.is_empty() {
                if pen.folds {
                    pen.folded(&mut rows);
                } else {
                    pen.row(&mut rows);
                }
                spend(&mut pen.buffer, BUFFER, out)?;
            }
            Ok(())
        })?;
        if let Some(rule) = frame.bottom {
            pen.rule(rule);
        }
        spend(&mut pen.buffer, 0, out)
    }

    /// One value a line, for a table that is too wide.
    fn lines(self, out: &mut dyn Write) -> io::Result<()> {
        let names: Vec<String> = self.columns.into_iter().map(|column| column.name).collect();
        let mut lines = Lines::new(&self.style, &names);
        self.cells.read(|mut rows| {
            while !rows.is_empty() {
                let cells: Vec<_> = names.iter().map(|_| take(&mut rows)).collect();
                lines.texts(cells.iter().map(|(kind, bytes)| (*kind != Kind::Null).then(|| text(bytes))));
                spend(&mut lines.buffer, BUFFER, out)?;
            }
            Ok(())
        })?;
        spend(&mut lines.buffer, 0, out)
    }
}

fn tag(kind: Kind) -> u8 {
    match kind {
        Kind::Ascii => 0,
        Kind::Number => 1,
        Kind::Null => 2,
        Kind::Wide => 3,
    }
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).expect("cells hold UTF-8")
}

/// Reads the next cell of a row.
fn take<'b>(rows: &mut &'b [u8]) -> (Kind, &'b [u8]) {
    let (&first, rest) = rows.split_first().expect("a row has as many cells as there are columns");
    let kind = match first & 3 {
        0 => Kind::Ascii,
        1 => Kind::Number,
        2 => Kind::Null,
        _ => Kind::Wide,
    };
    let (length, rest) = match usize::from(first >> 2) {
        LONG => {
            let (length, rest) = rest.split_first_chunk().expect("a long cell bears its length");
            (u32::from_le_bytes(*length) as usize, rest)
        }
        length => (length, rest),
    };
    let (bytes, rest) = rest.split_at(length);
    *rows = rest;
    (kind, bytes)
}

struct Pen<'g> {
    frame: &'g Frame,
    columns: &'g [Column],
    widths: &'g [usize],
    folds: bool,
    null: &'g str,
    color: bool,
    buffer: Vec<u8>,
}

impl Pen<'_> {
    fn rule(&mut self, [left, fill, between, right]: [&str; 4]) {
        self.buffer.extend_from_slice(left.as_bytes());
        for (at, width) in self.widths.iter().enumerate() {
            if at > 0 {
                self.buffer.extend_from_slice(between.as_bytes());
            }
            self.buffer.extend_from_slice(fill.repeat(*width).as_bytes());
        }
        self.end(right);
    }

    /// The rule under the names; Markdown's says to which side a column stands.
    fn middle(&mut self, mode: Mode) {
        if mode != Mode::Markdown {
            return self.rule(self.frame.middle);
        }
        self.buffer.push(b'|');
        for (column, width) in self.columns.iter().zip(self.widths) {
            let mark = if column.to_the_right() { ":" } else { "-" };
            self.buffer.extend_from_slice(format!("{}{mark}|", "-".repeat(width + 1)).as_bytes());
        }
        self.buffer.push(b'\n');
    }

    fn names(&mut self) {
        let columns = self.columns;
        let texts: Vec<Vec<&str>> =
            columns.iter().zip(self.widths).map(|(column, width)| wrap(&column.name, *width)).collect();
        let bold = if self.color { BOLD } else { ("", "") };
        self.lines(&texts, |at| (columns[at].to_the_right(), bold));
    }

    /// A row whose cells all fit: the way that has to be fast.
    fn row(&mut self, rows: &mut &[u8]) {
        let [left, between, right] = self.frame.row;
        let last = self.columns.len() - 1;
        self.buffer.extend_from_slice(left.as_bytes());
        for (at, column) in self.columns.iter().enumerate() {
            if at > 0 {
                self.buffer.extend_from_slice(between.as_bytes());
            }
            let (kind, bytes) = take(rows);
            let wide = self.widths[at];
            match kind {
                Kind::Ascii => {
                    self.buffer.extend_from_slice(bytes);
                    if at < last || !right.is_empty() {
                        self.pad(wide - bytes.len());
                    }
                }
                Kind::Number => {
                    self.pad(wide - bytes.len());
                    self.buffer.extend_from_slice(bytes);
                }
                Kind::Null | Kind::Wide => {
                    let (text, side, marks) = self.shown(column, kind, bytes);
                    let padding = wide - cell::width(text);
                    if side {
                        self.pad(padding);
                    }
                    self.buffer.extend_from_slice(marks.0.as_bytes());
                    self.buffer.extend_from_slice(text.as_bytes());
                    self.buffer.extend_from_slice(marks.1.as_bytes());
                    if !side && (at < last || !right.is_empty()) {
                        self.pad(padding);
                    }
                }
            }
        }
        self.end(right);
    }

    /// A cell's text, whether it stands to the right, and its colour.
    fn shown<'b>(
        &self,
        column: &Column,
        kind: Kind,
        bytes: &'b [u8],
    ) -> (&'b str, bool, (&'static str, &'static str))
    where
        Self: 'b,
    {
        match kind {
            Kind::Null => (self.null, column.to_the_right(), if self.color { DIM } else { ("", "") }),
            Kind::Number => (text(bytes), true, ("", "")),
            Kind::Ascii | Kind::Wide => (text(bytes), false, ("", "")),
        }
    }

    /// A row of which some cells take several lines.
    fn folded(&mut self, rows: &mut &[u8]) {
        let cells: Vec<_> = self
            .columns
            .iter()
            .map(|column| {
                let (kind, bytes) = take(rows);
                self.shown(column, kind, bytes)
            })
            .collect();
        let texts: Vec<Vec<&str>> =
            cells.iter().zip(self.widths).map(|((text, _, _), width)| wrap(text, *width)).collect();
        self.lines(&texts, |at| (cells[at].1, cells[at].2));
    }

    /// Cells of one or more lines beside each other. `look` tells a cell's side and colour.
    fn lines(&mut self, texts: &[Vec<&str>], look: impl Fn(usize) -> (bool, (&'static str, &'static str))) {
        let [left, between, right] = self.frame.row;
        for line in 0..texts.iter().map(Vec::len).max().unwrap_or(0) {
            self.buffer.extend_from_slice(left.as_bytes());
            for (at, lines) in texts.iter().enumerate() {
                if at > 0 {
                    self.buffer.extend_from_slice(between.as_bytes());
                }
                let text = lines.get(line).copied().unwrap_or("");
                let (side, marks) = look(at);
                let padding = self.widths[at].saturating_sub(cell::width(text));
                if side {
                    self.pad(padding);
                }
                if !text.is_empty() {
                    self.buffer.extend_from_slice(marks.0.as_bytes());
                    self.buffer.extend_from_slice(text.as_bytes());
                    self.buffer.extend_from_slice(marks.1.as_bytes());
                }
                if !side && (at + 1 < texts.len() || !right.is_empty()) {
                    self.pad(padding);
                }
            }
            self.end(right);
        }
    }

    fn pad(&mut self, columns: usize) {
        self.buffer.resize(self.buffer.len() + columns, b' ');
    }

    fn end(&mut self, right: &str) {
        self.buffer.extend_from_slice(right.as_bytes());
        self.buffer.push(b'\n');
    }
}
