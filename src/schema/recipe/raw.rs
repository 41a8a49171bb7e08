//! A recipe as its file has it. serde refuses unknown keys and wrong types with the place; what depends on more
//! than one key is checked in `check`.

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};
use std::{collections::BTreeMap, fmt};
use toml::Spanned;

/// A table whose keys are names that the file chooses; their places give the order.
pub(super) type Named<T> = BTreeMap<Spanned<String>, T>;
/// Words with their weights.
pub(super) type Weights = BTreeMap<String, u32>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Recipe {
    pub(super) today: Spanned<String>,
    pub(super) lead: Spanned<String>,
    #[serde(default)]
    pub(super) lists: BTreeMap<String, Vec<String>>,
    pub(super) fill: Named<Fill>,
    #[serde(default)]
    pub(super) set: Named<Set>,
    #[serde(default)]
    pub(super) case: Vec<Case>,
    #[serde(default)]
    pub(super) hints: Named<Hint>,
    #[serde(default)]
    pub(super) together: Vec<Spanned<Together>>,
    #[serde(default)]
    pub(super) after: Vec<After>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fill {
    pub(super) table: Option<Spanned<String>>,
    pub(super) rows: Option<Size>,
    pub(super) each: Option<Each>,
    pub(super) columns: Named<Make>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Size {
    pub(super) default: u64,
    #[serde(default)]
    pub(super) share: f64,
    #[serde(default)]
    pub(super) least: u64,
    pub(super) most: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Each {
    pub(super) of: Spanned<String>,
    pub(super) count: Option<Make>,
    pub(super) steps: Option<Make>,
}

/// One kind of column; the key says which.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Make {
    Null,
    Step,
    Sequence(Sequence),
    Value(toml::Value),
    Words(Weights),
    Deal(Weights),
    Numbers(Weights),
    Range(Range),
    Price(Price),
    Scaled(Scaled),
    Pattern(Pattern),
    Person(Person),
    Email(Email),
    Ref(Ref),
    Copy(String),
    Sum(Sum),
    Time(Box<Time>),
    Later(Later),
    Mix(Vec<(u32, Make)>),
    By(By),
    If(If),
    Place(Place),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sequence {
    #[serde(default)]
    pub(super) gap: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    pub(super) from: Operand,
    pub(super) to: Operand,
    #[serde(default = "one")]
    pub(super) lean: u8,
    #[serde(default = "one_step")]
    pub(super) step: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Price {
    pub(super) from: i64,
    pub(super) to: i64,
    #[serde(default = "two")]
    pub(super) lean: u8,
    #[serde(default = "price_endings")]
    pub(super) endings: Vec<i64>,
    #[serde(default)]
    pub(super) euros: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scaled {
    pub(super) of: String,
    pub(super) percent: (i64, i64),
    #[serde(default = "price_endings")]
    pub(super) endings: Vec<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pattern {
    pub(super) text: String,
    #[serde(default)]
    pub(super) unique: bool,
    #[serde(default)]
    pub(super) case: PatternCase,
}

#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub(super) enum PatternCase {
    #[default]
    Kept,
    Mixed,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    pub(super) country: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Email {
    pub(super) of: String,
    pub(super) domains: Weights,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ref {
    pub(super) to: String,
    #[serde(default)]
    pub(super) skew: f64,
    #[serde(default)]
    pub(super) share: BTreeMap<String, f64>,
    pub(super) born: Option<String>,
    pub(super) gone: Option<String>,
    pub(super) at: Option<Operand>,
    #[serde(default)]
    pub(super) distinct: bool,
    #[serde(default)]
    pub(super) again: f64,
    pub(super) cap: Option<f64>,
    pub(super) unlike: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sum {
    pub(super) of: String,
    pub(super) columns: Vec<String>,
    #[serde(rename = "else")]
    pub(super) otherwise: Box<Make>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Time {
    pub(super) from: String,
    pub(super) to: Option<String>,
    #[serde(default = "one_f")]
    pub(super) growth: f64,
    #[serde(default)]
    pub(super) start: f64,
    #[serde(default = "even")]
    pub(super) weekdays: [f64; 7],
    #[serde(default = "even")]
    pub(super) months: [f64; 12],
    #[serde(default = "even_hours")]
    pub(super) hours: [u32; 24],
    #[serde(default)]
    pub(super) noise: f64,
    #[serde(default)]
    pub(super) quiet: Vec<String>,
    #[serde(default)]
    pub(super) format: Format,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Later {
    pub(super) than: Operand,
    pub(super) least: String,
    pub(super) most: String,
    #[serde(default = "one")]
    pub(super) lean: u8,
    /// The moment that is not passed: today unless said, `"none"` for no bound.
    pub(super) cap: Option<String>,
    #[serde(default)]
    pub(super) format: Format,
}

#[derive(Debug, Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Format {
    #[default]
    Datetime,
    Date,
    Month,
    DayFirst,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct By {
    pub(super) column: String,
    pub(super) when: BTreeMap<String, Make>,
    #[serde(rename = "else")]
    pub(super) otherwise: Option<Box<Make>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct If {
    pub(super) less: Option<(Operand, Operand)>,
    pub(super) null: Option<String>,
    pub(super) then: Box<Make>,
    #[serde(rename = "else")]
    pub(super) otherwise: Box<Make>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    pub(super) first: Option<Box<Make>>,
    pub(super) last: Option<Box<Make>>,
    #[serde(rename = "else")]
    pub(super) otherwise: Box<Make>,
}

/// A number, or text that is a moment or the path of a column.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Operand {
    Number(i64),
    Text(String),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Set {
    pub(super) of: Spanned<String>,
    #[serde(rename = "where")]
    pub(super) test: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) except: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    /// For readers of the file.
    #[serde(rename = "about")]
    pub(super) _about: String,
    pub(super) rows: Named<Vec<Row>>,
}

/// A row of a case: columns, `_label`, `_at`, `_drawn`, and rows of child fills.
pub(super) type Row = Named<Cell>;

/// A value of a row of a case.
#[derive(Debug)]
pub(super) enum Cell {
    Integer(i64),
    Real(f64),
    Bool(bool),
    Text(String),
    /// A list: two row numbers, or rows of a child fill.
    List(Vec<Item>),
    Make(Box<Make>),
}

/// A member of a list in a case.
#[derive(Debug)]
pub(super) enum Item {
    Number(i64),
    Row(Row),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Hint {
    #[serde(default)]
    pub(super) words: Vec<String>,
    pub(super) format: Option<HintFormat>,
    pub(super) range: Option<(i64, i64)>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum HintFormat {
    Datetime,
    Date,
    Month,
    Time,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Together {
    pub(super) table: String,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<toml::Value>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct After {
    pub(super) about: String,
    pub(super) sql: Spanned<String>,
}

fn one() -> u8 {
    1
}
fn one_step() -> i64 {
    1
}
fn two() -> u8 {
    2
}
fn one_f() -> f64 {
    1.0
}
fn even<const N: usize>() -> [f64; N] {
    [1.0; N]
}
fn even_hours() -> [u32; 24] {
    [1; 24]
}
fn price_endings() -> Vec<i64> {
    vec![99, 99, 99, 50, 95, 0]
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CellVisitor;
        impl<'de> Visitor<'de> for CellVisitor {
            type Value = Cell;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value, the rows of a child, or a column's recipe")
            }
            fn visit_i64<E>(self, v: i64) -> Result<Cell, E> {
                Ok(Cell::Integer(v))
            }
            fn visit_f64<E>(self, v: f64) -> Result<Cell, E> {
                Ok(Cell::Real(v))
            }
            fn visit_bool<E>(self, v: bool) -> Result<Cell, E> {
                Ok(Cell::Bool(v))
            }
            fn visit_str<E>(self, v: &str) -> Result<Cell, E> {
                Ok(Cell::Text(v.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Cell, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Cell::List(items))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Cell, A::Error> {
                Make::deserialize(MapAccessDeserializer::new(map)).map(|make| Cell::Make(Box::new(make)))
            }
        }
        deserializer.deserialize_any(CellVisitor)
    }
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ItemVisitor;
        impl<'de> Visitor<'de> for ItemVisitor {
            type Value = Item;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a row, or a row's number")
            }
            fn visit_i64<E>(self, v: i64) -> Result<Item, E> {
                Ok(Item::Number(v))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Item, A::Error> {
                Row::deserialize(MapAccessDeserializer::new(map)).map(Item::Row)
            }
        }
        deserializer.deserialize_any(ItemVisitor)
    }
}
