//! How well and how fast the search does on the corpus: `cargo bench --bench search [-- SEEDS]`.
//!
//! For each pair and seed: whether it is judged right, how many databases and how much CPU time that took, and
//! how many rows the shrunk counterexample has. Then the speed: databases a second and core on pairs that are the
//! same, where nothing but the search runs.

#[path = "../tests/corpus/read.rs"]
mod read;

use std::{fs, time::Instant};

use read::{Expected, Pair, pairs};
use sqldojo::differ::{Brief, Budget, Outcome, compare::Order, search};

/// Time that this thread has run, in seconds; the wall's where the system does not tell.
fn cpu(since: Instant) -> f64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanos.map_or_else(|| since.elapsed().as_secs_f64(), |nanos| nanos / 1e9)
}

fn run(pair: &Pair, seed: u64, databases: u64) -> Outcome {
    let order = if pair.ordered { Order::Total } else { Order::Any };
    let brief = Brief {
        ddl: &pair.ddl,
        hints: &[],
        reference: &pair.reference,
        parameters: &[],
        order: &order,
        now: "2026-03-15 12:00:00".parse().expect("it is a moment"),
        day_moves: pair.any_day,
        seed,
    };
    search(&brief, &pair.answer, &[], Budget { databases, millis: 600_000 }).expect("the reference runs")
}

/// The value below which so many of a hundred lie.
fn percentile(values: &mut [f64], percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get((values.len() * percent / 100).min(values.len().saturating_sub(1))).copied().unwrap_or(0.0)
}

fn main() {
    let start = Instant::now();
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let seeds: u64 = words.iter().find_map(|word| word.parse().ok()).unwrap_or(5);
    let name = words.iter().find(|word| word.parse::<u64>().is_err());
    let mut all = pairs();
    all.retain(|pair| name.is_none_or(|name| pair.name.contains(name.as_str())));
    let (mut needed, mut millis, mut rows, mut faults) = (Vec::new(), Vec::new(), Vec::new(), 0);
    let (mut tried, mut seconds) = (0_u64, 0.0);
    for pair in &all {
        for seed in 1..=seeds {
            let before = cpu(start);
            let databases = if pair.expected == Expected::Same { 1_500 } else { 20_000 };
            let outcome = run(pair, seed, databases);
            let took = cpu(start) - before;
            match (pair.expected, &outcome) {
                (Expected::Different, Outcome::Different(found, effort)) => {
                    needed.push(effort.databases as f64);
                    millis.push(took * 1e3);
                    rows.push(found.counterexample.rows() as f64);
                    if effort.databases > 2_000 || found.counterexample.rows() > 12 {
                        let rows = found.counterexample.rows();
                        println!("seed {seed}: {} databases, {rows} rows: {}", effort.databases, pair.name);
                    }
                }
                (Expected::Endless, Outcome::Endless(_)) => {}
                (Expected::Same, Outcome::Same(effort)) => {
                    tried += effort.databases;
                    seconds += took;
                }
                (expected, _) => {
                    faults += 1;
                    println!("seed {seed}: WRONG, {expected:?} expected: {}", pair.name);
                }
            }
        }
    }
    println!("{} pairs, {seeds} seeds, {faults} judged wrong", all.len());
    for (what, values) in [("databases", &mut needed), ("ms", &mut millis), ("rows", &mut rows)] {
        println!(
            "{what}: median {:.1}, p95 {:.1}, p99 {:.1}, largest {:.1}",
            percentile(values, 50),
            percentile(values, 95),
            percentile(values, 99),
            percentile(values, 100)
        );
    }
    println!("{:.0} databases a second and core, on pairs that are the same", tried as f64 / seconds);
}
