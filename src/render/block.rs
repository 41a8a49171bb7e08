//! Small tables with their name to the left, beside each other as long as the page is wide enough: counterexamples
//! and the results that differ on them.

use super::{
    cell,
    table::fold::{fit, wrap},
};
use crate::value::{Row, Table, Value};

/// A small table.
pub(super) struct Block<'a> {
    /// What it is called.
    pub(super) name: &'a str,
    /// The names of its columns.
    pub(super) columns: &'a [String],
    /// Its rows.
    pub(super) rows: &'a [Row],
    /// Which cells are to be marked.
    pub(super) marked: Vec<Vec<bool>>,
}

impl<'a> Block<'a> {
    /// A table with no cell marked.
    pub(super) fn plain(name: &'a str, table: &'a Table) -> Block<'a> {
        Block { name, columns: &table.columns, rows: &table.rows, marked: Vec::new() }
    }

    fn marked(&self, row: usize, column: usize) -> bool {
        self.marked.get(row).and_then(|row| row.get(column)).copied().unwrap_or(false)
    }

    /// The cell's text; one that is marked has a star before it.
    fn text(&self, row: usize, column: usize) -> String {
        let text = cell::text(self.rows[row][column].as_ref(), "NULL");
        if self.marked(row, column) { format!("*{text}") } else { text }
    }

    /// The lines of the block, none wider than `room` if that can be.
    fn lines(&self, room: usize) -> Vec<String> {
        if self.rows.is_empty() {
            return vec![format!("{}  (no rows)", self.name)];
        }
        let indent = cell::width(self.name) + 2;
        let names: Vec<String> = self.columns.iter().map(|name| cell::visible(name)).collect();
        let texts: Vec<Vec<String>> = (0..self.rows.len())
            .map(|row| (0..names.len()).map(|column| self.text(row, column)).collect())
            .collect();
        let right: Vec<bool> = (0..names.len())
            .map(|column| {
                let number = |row: &Row| matches!(row[column], Value::Integer(_) | Value::Real(_));
                let null = |row: &Row| row[column].is_null();
                self.rows.iter().any(number) && self.rows.iter().all(|row| number(row) || null(row))
            })
            .collect();
        let wanted: Vec<(usize, bool)> = (0..names.len())
            .map(|column| {
                let cells = texts.iter().map(|row| cell::width(&row[column])).max().unwrap_or(0);
                (cells.max(cell::width(&names[column])), true)
            })
            .collect();
        let around = indent + 2 * (names.len() - 1);
        let Some(widths) = room.checked_sub(around).and_then(|room| fit(&wanted, room)) else {
            return self.values(&names, &texts);
        };
        let mut lines = Vec::new();
        for row in std::iter::once(&names).chain(&texts) {
            let cells: Vec<Vec<&str>> =
                row.iter().zip(&widths).map(|(text, width)| wrap(text, *width)).collect();
            for at in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
                let label = if lines.is_empty() { self.name } else { "" };
                let mut line = format!("{label}{}", " ".repeat(indent - cell::width(label)));
                for (column, cell) in cells.iter().enumerate() {
                    let text = cell.get(at).copied().unwrap_or("");
                    let padding = " ".repeat(widths[column] - cell::width(text));
                    let (before, after) =
                        if right[column] { (padding, String::new()) } else { (String::new(), padding) };
                    let gap = if column > 0 { "  " } else { "" };
                    line.extend([gap, &before, text, &after]);
                }
                lines.push(line.trim_end().to_owned());
            }
        }
        lines
    }

    /// One value a line, where columns do not fit beside each other.
    fn values(&self, names: &[String], texts: &[Vec<String>]) -> Vec<String> {
        let mut lines = Vec::new();
        for (at, row) in texts.iter().enumerate() {
            lines.push(format!("{}, row {}", self.name, at + 1));
            lines.extend(names.iter().zip(row).map(|(name, text)| format!("  {name}: {text}")));
        }
        lines
    }
}

/// What stands between two blocks.
const GAP: usize = 4;

/// Places blocks on a page: beside each other while there is room, then below.
pub(super) fn place(blocks: &[Block<'_>], width: usize, accessible: bool) -> Vec<String> {
    const INDENT: &str = "  ";
    let room = width.saturating_sub(INDENT.len());
    let mut page: Vec<String> = Vec::new();
    let mut shelf: Vec<String> = Vec::new();
    for block in blocks {
        let lines = block.lines(if accessible { 0 } else { room });
        let used = shelf.iter().map(|line| cell::width(line)).max().unwrap_or(0);
        let wide = lines.iter().map(|line| cell::width(line)).max().unwrap_or(0);
        if used > 0 && (accessible || used + GAP + wide > room) {
            page.append(&mut shelf);
        }
        if shelf.is_empty() {
            shelf = lines;
            continue;
        }
        shelf.resize(shelf.len().max(lines.len()), String::new());
        for (line, more) in shelf.iter_mut().zip(lines) {
            let padding = used + GAP - cell::width(line);
            line.extend([&" ".repeat(padding), more.as_str()]);
        }
    }
    page.append(&mut shelf);
    page.iter().map(|line| format!("{INDENT}{line}").trim_end().to_owned()).collect()
}
