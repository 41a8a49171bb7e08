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
        let shown = self.shown().into_iter().map(|shown| shown.map(|row| &texts[row]));
        for row in std::iter::once(Ok(&names)).chain(shown) {
            let row = match row {
                Ok(row) => row,
                Err(left_out) => {
                    lines.push(format!("{}… {left_out} more rows", " ".repeat(indent)));
                    continue;
                }
            };
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
        for shown in self.shown() {
            match shown {
                Ok(at) => {
                    lines.push(format!("{}, row {}", self.name, at + 1));
                    let values = names.iter().zip(&texts[at]);
                    lines.extend(values.map(|(name, text)| format!("  {name}: {text}")));
                }
                Err(left_out) => lines.push(format!("{}: {left_out} more rows", self.name)),
            }
        }
        lines
    }

    /// The rows that are shown, by place, and how many are left out between them: of many rows the first, the last,
    /// and those with a mark.
    fn shown(&self) -> Vec<Result<usize, usize>> {
        let all = self.rows.len();
        let is_marked = |row: &usize| self.marked.get(*row).is_some_and(|cells| cells.contains(&true));
        let marked: Vec<usize> = (0..all).filter(is_marked).take(FEW / 3).collect();
        let mut shown = Vec::new();
        let mut left_out = 0;
        for row in 0..all {
            if all <= FEW || row < FEW / 3 || row + 3 >= all || marked.contains(&row) {
                shown.extend((left_out > 0).then_some(Err(left_out)));
                left_out = 0;
                shown.push(Ok(row));
            } else {
                left_out += 1;
            }
        }
        shown
    }
}

/// More rows than this are not shown whole.
const FEW: usize = 18;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_rows_the_first_the_last_and_the_marked() {
        let columns = ["n".to_owned()];
        let rows: Vec<Row> = (1..=40).map(|n| vec![Value::Integer(n)]).collect();
        let mut marked = vec![vec![false]; 40];
        marked[20] = vec![true];
        let block = Block { name: "t", columns: &columns, rows: &rows, marked };
        let shown = [
            "t    n",
            "     1",
            "     2",
            "     3",
            "     4",
            "     5",
            "     6",
            "   … 14 more rows",
            "   *21",
            "   … 16 more rows",
            "    38",
            "    39",
            "    40",
        ];
        assert_eq!(block.lines(80), shown);
        let few = Block { name: "t", columns: &columns, rows: &rows[..18], marked: Vec::new() };
        assert_eq!(few.lines(80).len(), 19);
    }
}
