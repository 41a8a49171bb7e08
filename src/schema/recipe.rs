//! Recipes: the files `schemas/*.toml`, which say how a schema's tables are filled, what day is today, and which
//! values a search for counterexamples should try. This module reads and checks them; `generate` follows them.
//! It knows neither SQL nor an engine: that a recipe fits its schema is found out where both are at hand.
//!
//! # The file
//! `today` is the moment that is now, `lead` the fill whose rows `--rows` counts.
//!
//! `[fill.NAME]` gives rows to the table of that name (or to `table`, where several fills share one), in the order
//! of the file. Either `rows = { default, share, least, most }` says how many there are: `default` at the lead's
//! default size, `share` for each row of the lead where the lead is larger or smaller. Or `each = { of, count }`
//! gives every row of another fill so many, and `each = { of, steps }` as many as a text has words (`"failed
//! captured"`), each of which the column `"step"` then writes.
//!
//! `[fill.NAME.columns]` says what stands in each column, made in the order of the file. The first one is the key
//! that others refer to. A name that begins with `_` is looked up by others and not written. Kinds:
//!
//! | kind | value |
//! |---|---|
//! | `"null"` | NULL |
//! | `sequence = { gap }` | the table's next number, now and then with a gap before it |
//! | `value = 5` | always the same |
//! | `words = { a = 3, b = 1 }` | a word by weight |
//! | `deal = { a = 3, b = 1 }` | so many of each in every deck, in random order |
//! | `numbers = { 1 = 70, 2 = 30 }` | a number by weight |
//! | `range = { from, to, lean, step }` | a number between two, the nearer to `from` the higher `lean` (1 to 4) |
//! | `price = { from, to, lean, endings, euros }` | cents (or euros) that look like a price |
//! | `scaled = { of, percent, endings }` | a part of another amount, from and to a percentage |
//! | `pattern = { text, unique, case }` | text with `{list}`, `{column}`, `{hex:8}`, `{digits:4}`, `{code:6}` in it |
//! | `person = { country }` | a name from the country in that column |
//! | `email = { of, domains }` | an address made of that name, unlike all others |
//! | `ref = { to, skew, share, born, gone, at, distinct, again, cap, unlike }` | the key of a row of another fill: some more often than others (`skew`), one row with a fixed part (`share`), only those that were there (`born`) and not yet gone (`gone`) at a moment (`at`), different ones for one parent (`distinct`) but now and then (`again`), none more often than `cap` times the mean, another one than a column has (`unlike`) |
//! | `copy = "parent.id"` | the value of a column: of this row, its `parent`, the `previous` row of that parent, or of the row that a column refers to (`product_id.price_cents`) |
//! | `sum = { of, columns, else }` | the product of columns of an earlier sibling fill, summed over the parent |
//! | `time = { from, to, growth, start, weekdays, months, hours, noise, quiet, format }` | moments that ascend from row to row |
//! | `later = { than, least, most, lean, cap, format }` | a moment so long after another, not after `cap` (now, unless said) |
//! | `"step"` | see `each` |
//! | `mix = [[9, …], [1, …]]` | one of several kinds by weight |
//! | `by = { column, when = { word = … }, else = … }` | a kind for each word of a column |
//! | `if = { less = [a, b], then, else }`, `if = { null = a, then, else }` | by a condition |
//! | `place = { first, last, else }` | by the place among the rows of one parent |
//!
//! `[[case]]` gives rows one by one, which are there at every size that is not below the default: where `_at` says
//! (a row number, or two for the seed to choose between), or at the moment that the column of `time` has. What a
//! row does not say is made as usual. `_label` gives it a name: `"@name"` is then its key, `"@name.column"` a copy
//! (`:upper`, `:lower`, `:title` change letters), and no drawn reference points to it unless `_drawn = true`.
//! `_times` makes several such rows. A case may name a row of its own table that comes later, where that stands `_at`
//! a number and the key is a `sequence` without gaps.
//! A child fill's name holds a list of rows; one that names a `[set.NAME]` (`of`, `where`, `except`) stands for a
//! row for each of its members. `"@null"` is NULL.
//!
//! `[hints]` and `[[together]]` are for the search, `[[after]]` holds statements that run once all rows are there
//! (they change data alone, and say nothing random). `[variant.NAME]` replaces columns, or whole keys.

mod cases;
mod check;
mod columns;
mod held;
pub(crate) mod model;
mod raw;

pub(crate) use check::MOST_COLUMNS;
pub use held::Held;

use crate::{schema::hints::ColumnHint, value::Value};
use model::{Fill, FixedRow, Set, Size, Source};
use serde::Deserialize;
use std::{fmt, ops::Range};
use toml::de::{DeTable, DeValue};

/// A checked recipe: how the tables of one schema are filled.
#[derive(Debug, Clone)]
pub struct Recipe {
    today: String,
    now: i64,
    lead: usize,
    tables: Vec<Shape>,
    variants: Vec<String>,
    hints: Vec<ColumnHint>,
    together: Vec<Together>,
    after: Vec<After>,
    pub(crate) fills: Vec<Fill>,
    pub(crate) cases: Vec<FixedRow>,
    /// Fill and name of each labelled row.
    pub(crate) labels: Vec<(usize, String)>,
    pub(crate) sets: Vec<Set>,
    pub(crate) slots: Slots,
}

/// How many things of each kind the generator keeps a state for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Slots {
    /// References.
    pub(crate) refs: usize,
    /// Decks of cards.
    pub(crate) decks: usize,
    /// Columns whose values all differ.
    pub(crate) uniques: usize,
}

/// A table and the columns that a recipe gives it, in the order in which rows have them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// The table's name.
    pub name: String,
    /// The columns' names; the schema's other columns keep their defaults.
    pub columns: Vec<String>,
}

/// Values of several columns that go together, where a schema's checks make unrelated ones rare.
#[derive(Debug, Clone, PartialEq)]
pub struct Together {
    /// The table.
    pub table: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// Values for them.
    pub rows: Vec<Vec<Value>>,
}

/// A statement that runs in the sandbox once all rows are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// What it is for.
    pub about: String,
    /// The statement.
    pub sql: String,
    /// The byte of the file at which it begins; [`Recipe::line`] tells the line.
    pub at: usize,
}

/// How large the data shall be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scale {
    lead: Option<u64>,
    fills: Vec<(String, u64)>,
}

impl Scale {
    /// So many rows of the recipe's lead table, the others in proportion.
    pub fn rows(lead: u64) -> Self {
        Self { lead: Some(lead), fills: Vec::new() }
    }

    /// Gives one table its own number of rows, whatever the proportion. A table whose rows come with those of
    /// another takes no notice.
    #[must_use]
    pub fn with(mut self, table: &str, rows: u64) -> Self {
        self.fills.retain(|(name, _)| name != table);
        self.fills.push((table.to_owned(), rows));
        self
    }
}

/// What is wrong with a recipe, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipeError {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what is expected.
    pub message: String,
}

impl fmt::Display for RecipeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

impl std::error::Error for RecipeError {}

/// What is wrong and at which byte of the text.
#[derive(Debug)]
struct Fault {
    at: usize,
    message: String,
}

impl Fault {
    fn new(at: &Range<usize>, message: impl Into<String>) -> Self {
        Self { at: at.start, message: message.into() }
    }
}

impl From<toml::de::Error> for Fault {
    fn from(error: toml::de::Error) -> Self {
        // Serde speaks of the types of this program; an author of recipes knows keys and values only.
        let message = error.message().trim_end().replace('\n', ": ");
        Self { at: error.span().map_or(0, |span| span.start), message }
    }
}

impl Recipe {
    /// Reads a recipe, or one of its variants. `file` is named in errors only.
    pub fn parse(file: &str, text: &str, variant: Option<&str>) -> Result<Self, RecipeError> {
        read(text, variant).map_err(|fault| RecipeError {
            file: file.to_owned(),
            line: line(text, fault.at),
            message: fault.message,
        })
    }

    /// The moment that is now, `YYYY-MM-DD HH:MM:SS`.
    pub fn today(&self) -> &str {
        &self.today
    }

    /// The moment that is now, in seconds since 1970.
    pub fn now(&self) -> i64 {
        self.now
    }

    /// The tables that get rows. A row of a table may follow one of a later table, yet never one that refers to it.
    pub fn tables(&self) -> &[Shape] {
        &self.tables
    }

    /// The table whose rows a size counts.
    pub fn lead(&self) -> &str {
        &self.tables[self.fills[self.lead].table].name
    }

    /// How many rows of the lead table there will be.
    pub fn lead_rows(&self, scale: &Scale) -> u64 {
        self.rows_of(self.lead, scale)
    }

    /// Names of the variants that the file holds.
    pub fn variants(&self) -> &[String] {
        &self.variants
    }

    /// What a search should know of the columns' values.
    pub fn hints(&self) -> &[ColumnHint] {
        &self.hints
    }

    /// Values of several columns that go together.
    pub fn together(&self) -> &[Together] {
        &self.together
    }

    /// The line of the recipe's text on which a byte stands, for messages about what follows the reading.
    pub fn line(text: &str, at: usize) -> usize {
        line(text, at)
    }

    /// Statements that run once all rows are there.
    pub fn after(&self) -> &[After] {
        &self.after
    }

    /// How many rows a fill has; 0 for one whose rows come with those of another.
    pub(crate) fn rows_of(&self, fill: usize, scale: &Scale) -> u64 {
        let Source::Rows(size) = &self.fills[fill].source else { return 0 };
        if let Some((_, rows)) = scale.fills.iter().find(|(name, _)| *name == self.fills[fill].name) {
            return *rows;
        }
        let Some(lead) = scale.lead else { return size.default };
        if fill == self.lead {
            return lead;
        }
        size.at(lead, self.default_of(self.lead))
    }

    /// Whether the fixed cases have their place among so many rows.
    pub(crate) fn holds_cases(&self, scale: &Scale) -> bool {
        (0..self.fills.len()).all(|fill| self.rows_of(fill, scale) >= self.default_of(fill))
    }

    fn default_of(&self, fill: usize) -> u64 {
        match &self.fills[fill].source {
            Source::Rows(size) => size.default,
            Source::Each { .. } => 0,
        }
    }
}

impl Size {
    /// Rows where the lead has so many: in proportion, though never below the default where the lead is not.
    fn at(&self, lead: u64, default_lead: u64) -> u64 {
        if self.share == 0.0 {
            return self.default;
        }
        let shared = (self.share * lead as f64) as u64;
        if lead >= default_lead {
            shared.max(self.default).min(self.most)
        } else {
            shared.clamp(self.least.min(self.default), self.default)
        }
    }
}

/// The line of a byte, from 1.
fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

fn read(text: &str, variant: Option<&str>) -> Result<Recipe, Fault> {
    let mut document = DeTable::parse(text)?;
    let mut variants = Vec::new();
    if let Some((key, found)) = document.get_mut().remove_entry("variant") {
        let DeValue::Table(found) = found.into_inner() else {
            return Err(Fault::new(&key.span(), "variant is a table of recipes: expected [variant.NAME]"));
        };
        for (name, changes) in found {
            if variant == Some(name.get_ref()) {
                merge(document.get_mut(), changes.into_inner(), &name.span(), &["fill", "*", "columns"])?;
            }
            variants.push(name.into_inner().into_owned());
        }
    }
    if let Some(wanted) = variant.filter(|wanted| variants.iter().all(|known| known != wanted)) {
        let message = format!("there is no variant {wanted:?}: expected one of {variants:?}");
        return Err(Fault { at: 0, message });
    }
    let raw = raw::Recipe::deserialize(toml::Deserializer::from(document))?;
    let mut recipe = check::check(raw)?;
    recipe.variants = variants;
    Ok(recipe)
}

/// Puts the keys of a variant over those of the recipe. Along `path` tables are merged key by key; everything
/// else is replaced as a whole, so that a column changes its kind cleanly.
fn merge<'i>(
    base: &mut DeTable<'i>,
    changes: DeValue<'i>,
    at: &Range<usize>,
    path: &[&str],
) -> Result<(), Fault> {
    let DeValue::Table(changes) = changes else {
        return Err(Fault::new(at, "expected a table here"));
    };
    for (key, value) in changes {
        let along = path.first().is_some_and(|step| *step == "*" || *step == key.get_ref());
        match base.get_mut(&key) {
            Some(old) if along => {
                let DeValue::Table(old) = old.get_mut() else {
                    return Err(Fault::new(&key.span(), "this is no table in the recipe itself"));
                };
                merge(old, value.into_inner(), &key.span(), &path[1..])?;
            }
            // The key keeps its place among the recipe's, which is the order of fills and columns.
            Some(old) => *old = value,
            None => {
                base.insert(key, value);
            }
        }
    }
    Ok(())
}
#[cfg(test)]
mod tests;
