//! A recipe once it is checked: every name resolved to a position, every weight summed up. Whoever holds these
//! types need not check them again.

use crate::{schema::calendar::Format, value::Value};

/// Rows that one source gives one table.
#[derive(Debug, Clone)]
pub(crate) struct Fill {
    /// The fill's name; the table's too, unless several fills share a table.
    pub(crate) name: String,
    /// Position in [`super::Recipe::tables`].
    pub(crate) table: usize,
    /// Where the rows come from.
    pub(crate) source: Source,
    /// Fills that add rows for each row of this one, in order.
    pub(crate) children: Vec<usize>,
    /// What stands in each column, in the order in which it is made.
    pub(crate) columns: Vec<Column>,
    /// The columns that are written.
    pub(crate) written: Vec<usize>,
    /// The column whose moments ascend from row to row, if there is one.
    pub(crate) clock: Option<usize>,
    /// Columns that other fills look up by row.
    pub(crate) kept: Vec<usize>,
    /// Whether another fill refers to rows of this one.
    pub(crate) is_target: bool,
    /// Columns whose product is summed over the rows of one parent.
    pub(crate) summed: Vec<usize>,
    /// Whether a column looks at the row before it.
    pub(crate) looks_back: bool,
}

/// Where the rows of a fill come from.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// The fill has so many rows.
    Rows(Size),
    /// Each row of another fill gives a number of rows.
    Each {
        /// The fill that gives them.
        parent: usize,
        /// How many.
        number: Number,
    },
}

/// How many rows one row of a parent gives.
#[derive(Debug, Clone)]
pub(crate) enum Number {
    /// A whole number.
    Count(Make),
    /// As many as there are words in a text; each row then knows its word.
    Steps(Make),
}

/// How many rows a fill has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Where the lead has its default size.
    pub(crate) default: u64,
    /// Rows for each row of the lead.
    pub(crate) share: f64,
    /// At least so many.
    pub(crate) least: u64,
    /// At most so many.
    pub(crate) most: u64,
}

/// A column of a fill.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// Its name; one that begins with `_` is not written.
    pub(crate) name: String,
    /// How its values are made.
    pub(crate) make: Make,
}

/// A probability, as the part of all 64-bit numbers that lie below it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    /// From a number between 0 and 1.
    pub(crate) fn new(p: f64) -> Self {
        // 2^64: the cast takes 1.0 to the largest number.
        Self((p * 18_446_744_073_709_551_616.0) as u64)
    }
}

/// Things to draw one of, each with a weight.
#[derive(Debug, Clone)]
pub(crate) struct Weighted<T> {
    /// The things.
    pub(crate) items: Vec<T>,
    /// For each thing the sum of the weights up to and including its own.
    pub(crate) bounds: Vec<u64>,
}

impl<T> Weighted<T> {
    /// Sums the weights up.
    pub(crate) fn new(pairs: impl IntoIterator<Item = (u32, T)>) -> Self {
        let mut total = 0;
        let (bounds, items) = pairs
            .into_iter()
            .filter(|(weight, _)| *weight > 0)
            .map(|(weight, item)| {
                total += u64::from(weight);
                (total, item)
            })
            .unzip();
        Self { items, bounds }
    }

    /// The sum of all weights; 0 if there is nothing to draw.
    pub(crate) fn total(&self) -> u64 {
        self.bounds.last().copied().unwrap_or(0)
    }
}

/// How a value is made.
#[derive(Debug, Clone)]
pub(crate) enum Make {
    /// NULL.
    Null,
    /// The next number of the table (its position in [`super::Recipe::tables`]).
    Sequence { table: usize, gap: Chance },
    /// Always the same value.
    Value(Literal),
    /// One of some words.
    Words(Weighted<String>),
    /// Words dealt like cards: each deck holds each word as often as its weight says.
    Deal { slot: usize, deck: Vec<String> },
    /// One of some numbers.
    Numbers(Weighted<i64>),
    /// A number between two bounds, both included, in steps from the first; the leaner, the nearer to that.
    Range { from: Operand, to: Operand, lean: u8, step: i64 },
    /// An amount in cents that looks like a price.
    Price { from: i64, to: i64, lean: u8, endings: Vec<i64>, euros: bool },
    /// A share of another amount, in percent, with the endings of a price.
    Scaled { of: Path, from: i64, to: i64, endings: Vec<i64> },
    /// Text with places to fill in.
    Pattern { parts: Vec<Part>, case: Case, unique: Option<usize> },
    /// A name from the country that stands in another column.
    Person { country: Path },
    /// An address made of the row's person, different from all others.
    Email { of: Path, domains: Weighted<String>, unique: usize },
    /// A row of another fill.
    Ref(Ref),
    /// The value of another column.
    Copy(Path),
    /// The product of columns of a sibling fill, summed over the rows that the parent gave it so far.
    Sum { of: usize, otherwise: Box<Make> },
    /// Moments that ascend from row to row.
    Time(Box<Time>),
    /// A moment some time after another one.
    Later { than: Operand, least: i64, most: i64, lean: u8, cap: Option<Operand>, format: Format },
    /// The word that the number of rows was counted from.
    Step,
    /// One of several ways.
    Mix(Weighted<Make>),
    /// A way for each word of another column.
    By { column: Path, when: Vec<(String, Make)>, otherwise: Box<Make> },
    /// One of two ways, by a condition.
    If { test: Test, then: Box<Make>, otherwise: Box<Make> },
    /// By the place among the rows that one parent gave.
    Place { first: Option<Box<Make>>, last: Option<Box<Make>>, otherwise: Box<Make> },
}

impl Make {
    /// Calls back for each reference inside.
    pub(crate) fn references<'r>(&'r self, found: &mut impl FnMut(&'r Ref)) {
        match self {
            Make::Ref(reference) => found(reference),
            Make::Mix(ways) => ways.items.iter().for_each(|way| way.references(found)),
            Make::By { when, otherwise, .. } => {
                for (_, way) in when {
                    way.references(found);
                }
                otherwise.references(found);
            }
            Make::If { then, otherwise, .. } => {
                then.references(found);
                otherwise.references(found);
            }
            Make::Place { first, last, otherwise } => {
                [first, last].into_iter().flatten().for_each(|way| way.references(found));
                otherwise.references(found);
            }
            Make::Sum { otherwise, .. } => otherwise.references(found),
            Make::Null
            | Make::Sequence { .. }
            | Make::Value(_)
            | Make::Words(_)
            | Make::Deal { .. }
            | Make::Numbers(_)
            | Make::Range { .. }
            | Make::Price { .. }
            | Make::Scaled { .. }
            | Make::Pattern { .. }
            | Make::Person { .. }
            | Make::Email { .. }
            | Make::Copy(_)
            | Make::Time(_)
            | Make::Later { .. }
            | Make::Step => {}
        }
    }
}

/// A condition on the row.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    /// The first number or moment is smaller than the second; never true where one is NULL.
    Less(Operand, Operand),
    /// The column is NULL.
    Null(Path),
}

/// A constant.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    /// A moment, with the way it is written.
    Time(i64, Format),
    /// Anything else.
    Plain(Value),
}

/// A constant or a column.
#[derive(Debug, Clone)]
pub(crate) enum Operand {
    /// A constant number or moment.
    Fixed(i64),
    /// A column.
    Column(Path),
}

/// A column that a value is taken from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Path {
    /// In which row.
    pub(crate) from: From,
    /// Which column of it.
    pub(crate) column: usize,
    /// Where that column refers to a row of another fill: the fill, and the column of that row among its kept ones.
    pub(crate) through: Option<(usize, usize)>,
}

/// A row that a value is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    /// The row being made.
    Own,
    /// The row that this one was made for.
    Parent,
    /// The row made before this one for the same parent.
    Previous,
}

/// A piece of a pattern.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    /// As it stands.
    Text(String),
    /// One of the words of a list.
    List(Vec<String>),
    /// The value of a column.
    Column(Path),
    /// So many hexadecimal digits.
    Hex(usize),
    /// So many decimal digits.
    Digits(usize),
    /// So many letters and digits, small and capital ones told apart.
    Code(usize),
}

/// In which letters a pattern is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    /// As it stands.
    Kept,
    /// As it stands, capitalised, all capitals, or capitals up to an `@`: as people type their addresses.
    Mixed,
}

/// How a row of another fill is chosen.
#[derive(Debug, Clone)]
pub(crate) struct Ref {
    /// Which sampler is used.
    pub(crate) slot: usize,
    /// The fill referred to.
    pub(crate) fill: usize,
    /// Weights fall as rank to this power, in quarters: 0 is uniform, 4 is one over the rank.
    pub(crate) skew: u8,
    /// Rows (from 0) with a fixed part of all draws.
    pub(crate) share: Vec<(u32, Chance)>,
    /// Only rows whose kept column (its moments ascend) is not after this.
    pub(crate) born: Option<(usize, Operand)>,
    /// Only rows whose kept column is NULL or after this.
    pub(crate) gone: Option<(usize, Operand)>,
    /// Different rows for the rows of one parent.
    pub(crate) distinct: bool,
    /// How often a row of the same parent is nevertheless repeated.
    pub(crate) again: Chance,
    /// Another row than the one that this column refers to.
    pub(crate) unlike: Option<Path>,
    /// At most so many times the mean for one row.
    pub(crate) cap: Option<f64>,
}

/// How rows spread over time.
#[derive(Debug, Clone)]
pub(crate) struct Time {
    /// First day, counted from 1970-01-01.
    pub(crate) from: i64,
    /// The moment before which all lie.
    pub(crate) to: i64,
    /// How many times as many rows a year later.
    pub(crate) growth: f64,
    /// The part of all rows that falls into the first 30 days.
    pub(crate) start: f64,
    /// Weights, Monday first.
    pub(crate) weekdays: [f64; 7],
    /// Weights, January first.
    pub(crate) months: [f64; 12],
    /// Weights of the hours.
    pub(crate) hours: [u32; 24],
    /// How far a day's weight strays, between 0 and 1.
    pub(crate) noise: f64,
    /// Days (counted from 1970-01-01) without a row.
    pub(crate) quiet: Vec<i64>,
    /// How it is written.
    pub(crate) format: Format,
}

/// A row given as a case.
#[derive(Debug, Clone)]
pub(crate) struct FixedRow {
    /// The fill it belongs to.
    pub(crate) fill: usize,
    /// Where it stands.
    pub(crate) place: Place,
    /// Its position in [`super::Recipe::labels`].
    pub(crate) label: Option<usize>,
    /// How many such rows there are.
    pub(crate) times: u32,
    /// Whether no drawn reference may point to it.
    pub(crate) reserved: bool,
    /// The columns that are given, by position; the others are made as usual.
    pub(crate) cells: Vec<(usize, Cell)>,
    /// For each child fill that is given (by its position): its rows. The others are made as usual.
    pub(crate) children: Vec<(usize, Vec<FixedRow>)>,
}

/// Where a fixed row stands among the rows of its fill.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    /// At one of these rows (from 0), which the seed picks.
    Within(u32, u32),
    /// Where its moment belongs.
    At(i64),
    /// Among the rows of its parent.
    Child,
}

/// A value that a case gives.
#[derive(Debug, Clone)]
pub(crate) enum Cell {
    /// Made by a recipe of its own.
    Make(Make),
    /// The id of a labelled row.
    Label(usize),
    /// A column of a labelled row, with its letters changed.
    LabelColumn(usize, usize, Letters),
    /// The id of each row of a set: the row is repeated for each.
    Set(usize),
}

/// What is done to the letters of a text taken from a labelled row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Letters {
    /// Nothing.
    Kept,
    /// All capitals.
    Upper,
    /// All small.
    Lower,
    /// The first of each word a capital.
    Title,
}

/// Rows of a fill that have some properties.
#[derive(Debug, Clone)]
pub(crate) struct Set {
    /// The fill.
    pub(crate) fill: usize,
    /// Columns and what must stand in them (`None`: NULL).
    pub(crate) test: Vec<(usize, Option<String>)>,
    /// So many of them, counted from the last, are left out.
    pub(crate) except: usize,
}
