//! Modes that write each row without knowing the next: list, CSV, lines of JSON, HTML; and the one line of JSON,
//! which is kept back so that nobody reads half of it.

use std::io::{self, Write};

use super::{BUFFER, Mode, Style, spool::Spool};
use crate::{
    render::{
        cell::{self, Kind},
        json,
    },
    value::ValueRef,
};

/// A result that is written row by row.
pub(super) struct Stream {
    pub(super) buffer: Vec<u8>,
    mode: Mode,
    null: Vec<u8>,
    /// Whether a terminal reads it, which some bytes would disturb.
    terminal: bool,
    /// Column names as keys of JSON objects, each once.
    keys: Vec<Vec<u8>>,
    scratch: Vec<u8>,
}

impl Stream {
    pub(super) fn new(mode: Mode, style: &Style, columns: &[String]) -> Stream {
        let null = style.null(mode).as_bytes().to_vec();
        let keys = if mode == Mode::Jsonl { keys(columns) } else { Vec::new() };
        let mut stream = Stream {
            buffer: Vec::with_capacity(BUFFER + 4096),
            mode,
            null,
            terminal: style.width.is_some(),
            keys,
            scratch: Vec::new(),
        };
        if mode == Mode::Html {
            stream.buffer.extend_from_slice(b"<table>\n");
        }
        if style.headers(mode) && mode != Mode::Jsonl {
            let names = columns.iter().map(|name| ValueRef::Text(name.as_bytes()));
            if mode == Mode::Html { stream.html("th", names) } else { stream.row(names) }
        }
        stream
    }

    pub(super) fn row<'v>(&mut self, values: impl Iterator<Item = ValueRef<'v>>) {
        match self.mode {
            Mode::Csv => self.csv(values),
            Mode::Jsonl => self.object(values),
            Mode::Html => self.html("td", values),
            Mode::List
            | Mode::Box
            | Mode::Table
            | Mode::Column
            | Mode::Line
            | Mode::Json
            | Mode::Markdown => {
                self.list(values);
            }
        }
    }

    pub(super) fn finish(&mut self) {
        if self.mode == Mode::Html {
            self.buffer.extend_from_slice(b"</table>\n");
        }
    }

    fn list<'v>(&mut self, values: impl Iterator<Item = ValueRef<'v>>) {
        for (at, value) in values.enumerate() {
            if at > 0 {
                self.buffer.push(b'|');
            }
            match value {
                ValueRef::Text(text) if !self.terminal => self.buffer.extend_from_slice(text),
                value => {
                    if cell::push(value, &mut self.buffer) == Kind::Null {
                        self.buffer.extend_from_slice(&self.null);
                    }
                }
            }
        }
        self.buffer.push(b'\n');
    }

    /// Text as it is; a field is quoted where a reader would else read another one.
    fn csv<'v>(&mut self, values: impl Iterator<Item = ValueRef<'v>>) {
        for (at, value) in values.enumerate() {
            if at > 0 {
                self.buffer.push(b',');
            }
            match value {
                ValueRef::Null => self.buffer.extend_from_slice(&self.null),
                ValueRef::Text(text) => {
                    let text = String::from_utf8_lossy(text);
                    // An empty text is quoted, which tells it from NULL.
                    if text.is_empty() || text.contains([',', '"', '\n', '\r']) || text.trim() != text {
                        self.buffer.push(b'"');
                        self.buffer.extend_from_slice(text.replace('"', "\"\"").as_bytes());
                        self.buffer.push(b'"');
                    } else {
                        self.buffer.extend_from_slice(text.as_bytes());
                    }
                }
                ValueRef::Real(r) if r.is_finite() => json::push(value, &mut self.buffer),
                ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Blob(_) => {
                    cell::push(value, &mut self.buffer);
                }
            }
        }
        self.buffer.push(b'\n');
    }

    fn object<'v>(&mut self, values: impl Iterator<Item = ValueRef<'v>>) {
        self.buffer.push(b'{');
        for (at, (value, key)) in values.zip(&self.keys).enumerate() {
            if at > 0 {
                self.buffer.push(b',');
            }
            self.buffer.extend_from_slice(key);
            self.buffer.push(b':');
            json::push(value, &mut self.buffer);
        }
        self.buffer.extend_from_slice(b"}\n");
    }

    fn html<'v>(&mut self, tag: &str, values: impl Iterator<Item = ValueRef<'v>>) {
        self.buffer.extend_from_slice(b"<tr>");
        for value in values {
            self.scratch.clear();
            let number = match cell::push(value, &mut self.scratch) {
                Kind::Null => {
                    self.scratch.extend_from_slice(&self.null);
                    false
                }
                Kind::Number => true,
                Kind::Ascii | Kind::Wide => false,
            };
            let right = if number { " align=\"right\"" } else { "" };
            self.buffer.extend_from_slice(format!("<{tag}{right}>").as_bytes());
            for byte in &self.scratch {
                match byte {
                    b'<' => self.buffer.extend_from_slice(b"&lt;"),
                    b'>' => self.buffer.extend_from_slice(b"&gt;"),
                    b'&' => self.buffer.extend_from_slice(b"&amp;"),
                    b'"' => self.buffer.extend_from_slice(b"&quot;"),
                    other => self.buffer.push(*other),
                }
            }
            self.buffer.extend_from_slice(format!("</{tag}>").as_bytes());
        }
        self.buffer.extend_from_slice(b"</tr>\n");
    }
}

/// Column names as JSON strings; one that comes again gets a number, so that no value is lost.
fn keys(columns: &[String]) -> Vec<Vec<u8>> {
    let mut used: Vec<String> = Vec::new();
    for name in columns {
        let mut key = name.clone();
        let mut again = 2;
        while used.contains(&key) {
            key = format!("{name}_{again}");
            again += 1;
        }
        used.push(key);
    }
    used.iter()
        .map(|key| {
            let mut text = Vec::new();
            json::push_str(key, &mut text);
            text
        })
        .collect()
}

pub(super) fn json_start(style: &Style, columns: &[String]) -> Spool {
    let mut spool = Spool::new(style.spill);
    let out = spool.tail();
    out.extend_from_slice(br#"{"columns":["#);
    for (at, name) in columns.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        json::push_str(name, out);
    }
    out.extend_from_slice(br#"],"rows":["#);
    spool
}

pub(super) fn json_row<'v>(
    spool: &mut Spool,
    first: bool,
    values: impl Iterator<Item = ValueRef<'v>>,
) -> io::Result<()> {
    let out = spool.tail();
    out.extend_from_slice(if first { b"[" } else { b",[" });
    for (at, value) in values.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        json::push(value, out);
    }
    out.push(b']');
    spool.piece()
}

pub(super) fn json_finish(mut spool: Spool, out: &mut dyn Write) -> io::Result<()> {
    spool.tail().extend_from_slice(b"]}\n");
    spool.read(|bytes| out.write_all(bytes))
}
