//! The row being made: its values before they are handed over, and what the rows beside it need of it.

use crate::schema::calendar::Format;

/// A value of a row being made. Text lies in the row's own buffer or in the recipe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell<'r> {
    Null,
    Int(i64),
    Real(f64),
    Time(i64, Format),
    Word(&'r str),
    /// From and to in the buffer.
    Text(u32, u32),
    /// An id, and the position of its row.
    Ref(i64, u32),
}

impl<'r> Cell<'r> {
    /// The number or moment, to reckon with.
    pub(super) fn number(self) -> Option<i64> {
        match self {
            Cell::Int(number) | Cell::Time(number, _) | Cell::Ref(number, _) => Some(number),
            Cell::Null | Cell::Real(_) | Cell::Word(_) | Cell::Text(..) => None,
        }
    }

    /// The text, which may lie in `buffer`.
    pub(super) fn text<'t>(self, buffer: &'t str) -> Option<&'t str>
    where
        'r: 't,
    {
        match self {
            Cell::Word(word) => Some(word),
            Cell::Text(from, to) => Some(&buffer[from as usize..to as usize]),
            Cell::Null | Cell::Int(_) | Cell::Real(_) | Cell::Time(..) | Cell::Ref(..) => None,
        }
    }
}

/// Which of all names a person has: country, given name, family name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person {
    pub(super) country: usize,
    pub(super) given: usize,
    pub(super) family: usize,
}

/// What is known of the row being made in one fill.
#[derive(Debug, Default)]
pub(super) struct Frame<'r> {
    pub(super) cells: Vec<Cell<'r>>,
    pub(super) text: String,
    /// The row before, where a column looks at it.
    pub(super) previous: Vec<Cell<'r>>,
    pub(super) previous_text: String,
    /// The position of the row among those of its parent, and how many these are.
    pub(super) index: usize,
    pub(super) count: usize,
    /// The word that stands for this row among the steps it was counted from.
    pub(super) step: Option<&'r str>,
    /// The moment that is this row's turn.
    pub(super) moment: i64,
    /// How many rows there were so far.
    pub(super) serial: u32,
    /// The sum over the rows of the current parent so far.
    pub(super) sum: i64,
    pub(super) person: Option<Person>,
}

/// What stays of the rows of a fill that others refer to.
#[derive(Debug, Default)]
pub(super) struct Store<'r> {
    pub(super) ids: Vec<i64>,
    /// The kept columns, row by row.
    pub(super) cells: Vec<Cell<'r>>,
    /// How many columns are kept.
    pub(super) width: usize,
    pub(super) text: String,
}

impl<'r> Store<'r> {
    /// A kept column of a row.
    #[inline]
    pub(super) fn cell(&self, row: usize, column: usize) -> Cell<'r> {
        self.cells.get(row * self.width + column).copied().unwrap_or(Cell::Null)
    }
}
