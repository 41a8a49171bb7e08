//! What is generated, looked at as rows: that it is the same every time, that it satisfies its schema, and that it
//! holds the cases it was made for.

mod shop;
mod shop_cases;

use super::{GenerateError, RowSink, generate};
use crate::{
    schema::{
        calendar,
        recipe::{Recipe, Scale, Shape},
    },
    value::{Row, Value, ValueRef},
};
use std::convert::Infallible;

/// Keeps the rows of each table.
struct Tables(Vec<Table>);

/// The rows of a table.
struct Table {
    shape: Shape,
    rows: Vec<Row>,
}

/// A row, whose values are asked for by name.
struct Fields<'t> {
    columns: &'t [String],
    row: &'t Row,
}

impl RowSink for Tables {
    type Error = Infallible;
    fn row(&mut self, table: usize, values: &[ValueRef<'_>]) -> Result<(), Infallible> {
        self.0[table].rows.push(values.iter().map(|value| value.to_value()).collect());
        Ok(())
    }
}

impl Tables {
    fn get(&self, name: &str) -> &Table {
        self.0.iter().find(|table| table.shape.name == name).expect("the recipe fills it")
    }
}

impl Table {
    fn each(&self) -> impl Iterator<Item = Fields<'_>> {
        self.rows.iter().map(|row| Fields { columns: &self.shape.columns, row })
    }
}

impl Fields<'_> {
    fn value(&self, name: &str) -> &Value {
        &self.row[self.columns.iter().position(|column| column == name).expect("the recipe fills it")]
    }

    fn whole(&self, name: &str) -> i64 {
        let Value::Integer(number) = self.value(name) else { panic!("{name} is no whole number") };
        *number
    }

    fn text(&self, name: &str) -> String {
        let Value::Text(text) = self.value(name) else { panic!("{name} is no text") };
        text.clone()
    }

    fn moment(&self, name: &str) -> String {
        let text = self.text(name);
        assert!(text.len() == 19 && calendar::parse(&text).is_some(), "{name} is no moment: {text}");
        text
    }

    fn optional<T>(&self, name: &str, read: impl Fn(&Self, &str) -> T) -> Option<T> {
        (!self.value(name).is_null()).then(|| read(self, name))
    }
}

/// All rows of a recipe.
fn rows(recipe: &Recipe, scale: &Scale, seed: u64) -> Tables {
    let tables = recipe.tables().iter().map(|shape| Table { shape: shape.clone(), rows: Vec::new() });
    let mut tables = Tables(tables.collect());
    generate(recipe, scale, seed, &mut tables).expect("the recipe agrees with itself");
    tables
}

/// Hashes rows in the order in which they come.
struct Hash(blake3::Hasher);

impl RowSink for Hash {
    type Error = Infallible;
    fn row(&mut self, table: usize, values: &[ValueRef<'_>]) -> Result<(), Infallible> {
        let row: Vec<_> = values.iter().map(|value| value.to_value().to_string()).collect();
        self.0.update(format!("{table}({})\n", row.join(",")).as_bytes());
        Ok(())
    }
}

fn hash(recipe: &Recipe, scale: &Scale, seed: u64) -> String {
    let mut hash = Hash(blake3::Hasher::new());
    generate(recipe, scale, seed, &mut hash).expect("the recipe agrees with itself");
    hash.0.finalize().to_hex()[..16].to_owned()
}

fn parse(text: &str) -> Recipe {
    Recipe::parse("test.toml", text, None).expect("it is a recipe")
}

#[test]
fn a_sink_that_refuses_ends_it() {
    struct Refuse;
    impl RowSink for Refuse {
        type Error = &'static str;
        fn row(&mut self, _: usize, _: &[ValueRef<'_>]) -> Result<(), &'static str> {
            Err("full")
        }
    }
    let recipe = parse(
        "today = \"2026-03-15 12:00:00\"\nlead = \"a\"\n[fill.a]\nrows.default = 3\n[fill.a.columns]\nid.sequence = {}\n",
    );
    assert_eq!(generate(&recipe, &Scale::default(), 1, &mut Refuse), Err(GenerateError::Sink("full")));
}

#[test]
fn every_kind_of_column() {
    let recipe = parse(include_str!("kinds.toml"));
    let tables = rows(&recipe, &Scale::default(), 1);
    let shown: Vec<String> = tables
        .0
        .iter()
        .flat_map(|table| {
            table.rows.iter().map(|row| {
                let row: Vec<_> = row.iter().map(ToString::to_string).collect();
                format!("{}({})", table.shape.name, row.join(", "))
            })
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn sizes_follow_the_lead() {
    let recipe = parse(include_str!("kinds.toml"));
    let counts = |scale: &Scale| -> Vec<usize> {
        rows(&recipe, scale, 1).0[..2].iter().map(|table| table.rows.len()).collect()
    };
    assert_eq!(counts(&Scale::default()), [4, 6], "people and visits");
    assert_eq!(counts(&Scale::rows(6)), [4, 6]);
    assert_eq!(counts(&Scale::rows(100)), [50, 100]);
    assert_eq!(counts(&Scale::rows(3)), [2, 3], "fewer, though not under the least");
    assert_eq!(counts(&Scale::rows(100).with("people", 7)), [7, 100]);
    assert_eq!(counts(&Scale::rows(0)), [2, 0]);
}

/// Whoever changes a recipe or the generator changes these on purpose: kept data and what learners saw hang on it.
#[test]
fn the_rows_of_seed_1_of_the_small_schemas_stay_as_they_are() {
    let files = [
        ("bank", include_str!("../../../../schemas/bank.toml"), "d4b8dcdc6f5e5d2c"),
        ("hr", include_str!("../../../../schemas/hr.toml"), "36bbb58cb1e4a9c1"),
        ("events", include_str!("../../../../schemas/events.toml"), "e1b67131b314eb43"),
        ("ops", include_str!("../../../../schemas/ops.toml"), "ebdcd53d8849c25a"),
        ("stock", include_str!("../../../../schemas/stock.toml"), "b461671ee860121c"),
        ("links", include_str!("../../../../schemas/links.toml"), "07d52259d6cc90c5"),
        ("legacy", include_str!("../../../../schemas/legacy.toml"), "0b815f4bf8e35c71"),
    ];
    for (name, text, expected) in files {
        let recipe = Recipe::parse(name, text, None).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(hash(&recipe, &Scale::default(), 1), expected, "{name}");
    }
}
