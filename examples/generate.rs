//! Generates what a recipe describes, to look at its rows or to measure how fast they come:
//!
//! `cargo run --release --example generate -- schemas/shop.toml --rows 1000000`
//! `cargo run --example generate -- schemas/shop.toml --variant lab --seed 7 --show 5`

use sqldojo::{
    schema::{
        generate::{RowSink, generate},
        recipe::{Recipe, Scale},
    },
    value::ValueRef,
};
use std::{convert::Infallible, env, error::Error, fs, hint::black_box, time::Instant};

/// Counts the rows of each table, and prints the first ones as SQL.
struct Show<'r> {
    recipe: &'r Recipe,
    counts: Vec<u64>,
    shown: u64,
}

impl RowSink for Show<'_> {
    type Error = Infallible;

    fn row(&mut self, table: usize, values: &[ValueRef<'_>]) -> Result<(), Infallible> {
        self.counts[table] += 1;
        black_box(values);
        if self.counts[table] <= self.shown {
            let shape = &self.recipe.tables()[table];
            let values: Vec<String> = values.iter().map(|value| value.to_value().to_string()).collect();
            println!(
                "INSERT INTO {} ({}) VALUES ({});",
                shape.name,
                shape.columns.join(", "),
                values.join(", ")
            );
        }
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let file = args.next().ok_or("expected the file of a recipe")?;
    let (mut variant, mut scale, mut seed, mut show) = (None, Scale::default(), 1, 0);
    while let Some(flag) = args.next() {
        let value = args.next().ok_or("expected a value after each flag")?;
        match flag.as_str() {
            "--variant" => variant = Some(value),
            "--rows" => scale = Scale::rows(value.parse()?),
            "--seed" => seed = value.parse()?,
            "--show" => show = value.parse()?,
            _ => return Err(format!("{flag}: expected --variant, --rows, --seed or --show").into()),
        }
    }
    let text = fs::read_to_string(&file)?;
    let start = Instant::now();
    let recipe = Recipe::parse(&file, &text, variant.as_deref())?;
    let parsed = start.elapsed();
    let mut sink = Show { recipe: &recipe, counts: vec![0; recipe.tables().len()], shown: show };
    let start = Instant::now();
    generate(&recipe, &scale, seed, &mut sink)?;
    let generated = start.elapsed();
    for (shape, count) in recipe.tables().iter().zip(&sink.counts) {
        eprintln!("{count:>10}  {}", shape.name);
    }
    let rows: u64 = sink.counts.iter().sum();
    let each = generated.as_nanos() as f64 / rows as f64;
    eprintln!("read in {parsed:.1?}; {rows} rows in {generated:.1?}, {each:.0} ns each");
    Ok(())
}
