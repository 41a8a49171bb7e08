//! A result as a table, in every output mode. Rows come one by one; what must know all of them before it can show
//! the first keeps them small. Knows no engine and no terminal: whoever calls says how wide and how colourful.

pub(super) mod fold;
mod grid;
mod line;
mod spool;
mod stream;
#[cfg(test)]
mod tests;

use std::io::{self, Write};

use self::{grid::Grid, line::Lines, spool::Spool, stream::Stream};
pub use spool::Spill;

use super::cell::count;
use crate::value::{Table, ValueRef};

/// How a result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Lines drawn around cells.
    Box,
    /// As `Box`, drawn in ASCII.
    Table,
    /// Columns set apart by space.
    Column,
    /// One `name = value` a line.
    Line,
    /// Values parted by `|`, as the sqlite3 shell does for scripts.
    List,
    /// Comma-separated values, RFC 4180 but for the line's end.
    Csv,
    /// One line: `{"columns": […], "rows": [[…], …]}`.
    Json,
    /// One object a row and line.
    Jsonl,
    /// A table of Markdown.
    Markdown,
    /// A table of HTML.
    Html,
}

impl Mode {
    /// Every mode with its name.
    pub const ALL: [(&'static str, Mode); 10] = [
        ("box", Mode::Box),
        ("table", Mode::Table),
        ("column", Mode::Column),
        ("line", Mode::Line),
        ("list", Mode::List),
        ("csv", Mode::Csv),
        ("json", Mode::Json),
        ("jsonl", Mode::Jsonl),
        ("markdown", Mode::Markdown),
        ("html", Mode::Html),
    ];

    /// The mode's name on the command line.
    pub fn name(self) -> &'static str {
        Mode::ALL.into_iter().find(|(_, mode)| *mode == self).map_or("", |(name, _)| name)
    }

    /// The mode of a name.
    pub fn named(name: &str) -> Option<Mode> {
        Mode::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, mode)| mode)
    }

    /// Whether people read it, so that NULL is spelt out and long results may be cut.
    pub fn is_for_people(self) -> bool {
        match self {
            Mode::Box | Mode::Table | Mode::Column | Mode::Line => true,
            Mode::List | Mode::Csv | Mode::Json | Mode::Jsonl | Mode::Markdown | Mode::Html => false,
        }
    }
}

/// What holds for every result that is shown.
#[derive(Debug, Clone, Default)]
pub struct Style {
    /// How many columns the terminal has: wide tables are folded to it. `None`: as wide as it gets.
    pub width: Option<usize>,
    /// Whether colours may be used. Nothing is said by colour alone.
    pub color: bool,
    /// Whether somebody listens instead of looking: no lines are drawn.
    pub accessible: bool,
    /// What stands for NULL; `None`: what the mode is used to.
    pub null: Option<String>,
    /// Whether column names are shown; `None`: what the mode is used to.
    pub headers: Option<bool>,
    /// How many rows are shown; the rest is counted. `None`: all.
    pub limit: Option<u64>,
    /// Where rows go that are too many for memory; `None`: they stay there.
    pub spill: Option<Spill>,
}

impl Style {
    fn null(&self, mode: Mode) -> &str {
        let usual = match mode {
            Mode::Box | Mode::Table | Mode::Column | Mode::Line | Mode::Markdown | Mode::Html => "NULL",
            Mode::List | Mode::Csv | Mode::Json | Mode::Jsonl => "",
        };
        self.null.as_deref().unwrap_or(usual)
    }

    fn headers(&self, mode: Mode) -> bool {
        self.headers.unwrap_or(mode != Mode::List)
    }
}

/// Dim, and back to normal.
const DIM: (&str, &str) = ("\x1b[2m", "\x1b[0m");
/// Bold, and back to normal.
const BOLD: (&str, &str) = ("\x1b[1m", "\x1b[0m");

/// How many bytes are gathered before they are written.
const BUFFER: usize = 64 << 10;

enum Body {
    Grid(Grid),
    Stream(Stream),
    Lines(Lines),
    Json(Spool),
}

/// Takes the rows of one result and writes them.
pub struct Collector {
    body: Body,
    limit: u64,
    rows: u64,
}

impl Collector {
    /// Makes ready for a result with the named columns.
    pub fn new(mode: Mode, style: &Style, columns: &[String]) -> Collector {
        let body = match mode {
            Mode::Box | Mode::Table | Mode::Column | Mode::Line if style.accessible => {
                Body::Lines(Lines::spoken(style, columns))
            }
            Mode::Box | Mode::Table | Mode::Column | Mode::Markdown => {
                Body::Grid(Grid::new(mode, style, columns))
            }
            Mode::Line => Body::Lines(Lines::new(style, columns)),
            Mode::List | Mode::Csv | Mode::Jsonl | Mode::Html => {
                Body::Stream(Stream::new(mode, style, columns))
            }
            Mode::Json => Body::Json(stream::json_start(style, columns)),
        };
        Collector { body, limit: style.limit.unwrap_or(u64::MAX), rows: 0 }
    }

    /// Takes a row. Modes that need not know the rest write it to `out` now and then.
    ///
    /// # Errors
    /// What `out` says, or a disk that is full.
    pub fn row<'v>(
        &mut self,
        values: impl Iterator<Item = ValueRef<'v>>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        self.rows += 1;
        if self.rows > self.limit {
            return Ok(());
        }
        match &mut self.body {
            Body::Grid(grid) => grid.row(values),
            Body::Stream(stream) => {
                stream.row(values);
                spend(&mut stream.buffer, BUFFER, out)
            }
            Body::Lines(lines) => {
                lines.row(values);
                spend(&mut lines.buffer, BUFFER, out)
            }
            Body::Json(spool) => stream::json_row(spool, self.rows == 1, values),
        }
    }

    /// How many rows have come so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Writes what is still kept, and how many rows are not shown.
    ///
    /// # Errors
    /// What `out` says.
    pub fn finish(self, out: &mut dyn Write) -> io::Result<()> {
        match self.body {
            Body::Grid(grid) => grid.finish(out)?,
            Body::Stream(mut stream) => {
                stream.finish();
                spend(&mut stream.buffer, 0, out)?;
            }
            Body::Lines(mut lines) => spend(&mut lines.buffer, 0, out)?,
            Body::Json(spool) => stream::json_finish(spool, out)?,
        }
        match self.rows.saturating_sub(self.limit) {
            0 => Ok(()),
            1 => writeln!(out, "… 1 more row"),
            more => writeln!(out, "… {} more rows", count(more)),
        }
    }

    /// Ends a result that failed half-way: what was written piece by piece is completed, the rest dropped.
    ///
    /// # Errors
    /// What `out` says.
    pub fn abandon(self, out: &mut dyn Write) -> io::Result<()> {
        match self.body {
            Body::Grid(_) | Body::Json(_) => Ok(()),
            Body::Stream(mut stream) => spend(&mut stream.buffer, 0, out),
            Body::Lines(mut lines) => spend(&mut lines.buffer, 0, out),
        }
    }
}

/// Writes a whole table that is there already.
///
/// # Errors
/// What `out` says.
pub fn write(table: &Table, mode: Mode, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut collector = Collector::new(mode, style, &table.columns);
    for row in &table.rows {
        collector.row(row.iter().map(crate::value::Value::as_ref), out)?;
    }
    collector.finish(out)
}

/// Writes the buffer once it holds more than `limit` bytes. Whole rows leave, which a terminal shows better.
fn spend(buffer: &mut Vec<u8>, limit: usize, out: &mut dyn Write) -> io::Result<()> {
    if buffer.len() > limit {
        out.write_all(buffer)?;
        buffer.clear();
    }
    Ok(())
}
