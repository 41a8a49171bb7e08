//! How near the search comes to what its work takes in SQLite alone: `cargo bench --bench floor [-- TURNS]`.
//!
//! The same databases are loaded and the same two queries run on them by the search and by a loop in C (floor.c, built
//! with `cc` and linked with the SQLite that is in this program too), turn by turn in one run, each on one core. What
//! counts is databases a second of processor. The C loop reads its rows from a list: it makes up none, keeps none and
//! guards against nothing.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use sqldojo::{
    differ::{Brief, Budget, Outcome, compare::Order, examine, search},
    value::Value,
};

const SCHEMA: &str = "
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL);
CREATE TABLE orders (
  id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id), status TEXT NOT NULL
);
CREATE TABLE items (
  id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders (id),
  quantity INTEGER NOT NULL, cents INTEGER NOT NULL
);";

/// Two queries that are the same, so that nothing but the search runs.
const REFERENCE: &str = "
SELECT u.country, count(*), sum(i.quantity * i.cents)
FROM users AS u JOIN orders AS o ON o.user_id = u.id JOIN items AS i ON i.order_id = o.id
WHERE o.status = 'paid' GROUP BY u.country";
const ANSWER: &str = "
SELECT country, count(*), sum(cents * quantity)
FROM items AS i JOIN orders AS o ON o.id = i.order_id JOIN users AS u ON u.id = o.user_id
WHERE o.status IN ('paid') GROUP BY country";

/// Databases that the C loop is given, and how often it goes through them.
const LISTED: u64 = 2_000;
const ROUNDS: u64 = 50;

/// The share of the C loop's speed that the search is to reach.
const GOAL: f64 = 0.75;

/// Time that this thread has run, in seconds; the wall's where the system does not tell.
fn cpu(since: Instant) -> f64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanos.map_or_else(|| since.elapsed().as_secs_f64(), |nanos| nanos / 1e9)
}

/// Databases as the search makes them, a row a line.
fn listed(brief: &Brief<'_>) -> String {
    let mut text = String::new();
    examine(brief, |examiner| {
        for number in 0..LISTED {
            let db = examiner.numbered(number)?;
            for (at, row) in
                db.tables.iter().enumerate().flat_map(|(at, rows)| rows.iter().map(move |r| (at, r)))
            {
                let _ = write!(text, "{at}");
                for value in row {
                    let _ = match value {
                        Value::Null => write!(text, "\tn"),
                        Value::Integer(i) => write!(text, "\ti{i}"),
                        Value::Real(r) => write!(text, "\tr{r}"),
                        Value::Text(t) => write!(text, "\tt{t}"),
                        Value::Blob(_) => unreachable!("the schema has no blobs"),
                    };
                }
                text.push('\n');
            }
            text.push_str(";\n");
        }
        Ok(())
    })
    .expect("the reference runs");
    text
}

/// The C loop, linked with the SQLite that this program was linked with.
fn built(folder: &Path) -> PathBuf {
    let own = std::env::current_exe().expect("a program knows where it is");
    let builds = own.ancestors().nth(2).expect("it stands in target/PROFILE/deps").join("build");
    let archives = fs::read_dir(builds).expect("cargo builds there").filter_map(|entry| {
        let archive = entry.ok()?.path().join("out/libsqlite3.a");
        Some((fs::metadata(&archive).ok()?.modified().ok()?, archive))
    });
    let (_, archive) = archives.max().expect("SQLite is built from source");
    let floor = folder.join("floor");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/floor.c");
    let done = Command::new("cc")
        .args(["-O3", "-o"])
        .args([&floor, &source, &archive])
        .args(["-lpthread", "-ldl", "-lm"])
        .status();
    assert!(done.expect("cc is there").success(), "floor.c does not build");
    floor
}

fn main() {
    let start = Instant::now();
    let turns: usize = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(9);
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let brief = Brief {
        ddl: SCHEMA,
        hints: &[],
        reference: REFERENCE,
        order: &Order::Any,
        now: "2026-03-15 12:00:00".parse().expect("it is a moment"),
        day_moves: false,
        parameters: &[],
        seed: 1,
    };
    let mut words = Vec::new();
    for (name, text) in [
        ("schema.sql", SCHEMA),
        ("reference.sql", REFERENCE),
        ("answer.sql", ANSWER),
        ("databases", &listed(&brief)),
    ] {
        words.push(folder.path().join(name));
        fs::write(words.last().expect("one was pushed"), text).expect("it can be written");
    }
    let floor = built(folder.path());
    let mut rates = Vec::new();
    for _ in 0..turns {
        let before = cpu(start);
        let databases = LISTED * ROUNDS;
        let outcome = search(&brief, ANSWER, &[], Budget { databases, millis: 600_000 });
        let ours = databases as f64 / (cpu(start) - before);
        assert!(matches!(outcome, Ok(Outcome::Same(effort)) if effort.databases == databases), "{outcome:?}");
        let told = Command::new(&floor).args(&words).arg(ROUNDS.to_string()).output().expect("floor runs");
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        let [theirs, different, rows] = told.split_whitespace().collect::<Vec<_>>()[..] else {
            panic!("floor fails: {told}")
        };
        assert_eq!(different, "0");
        let theirs: f64 = theirs.parse().expect("it is a number");
        println!(
            "search {ours:8.0}   C {theirs:8.0} databases a second, {rows} rows each   × {:.2}",
            ours / theirs
        );
        rates.push((ours, theirs));
    }
    let best = |of: fn(&(f64, f64)) -> f64| rates.iter().map(of).fold(0.0, f64::max);
    let mut ratios: Vec<f64> = rates.iter().map(|(ours, theirs)| ours / theirs).collect();
    ratios.sort_by(f64::total_cmp);
    println!(
        "best of {turns}: × {:.2}; median × {:.2}; goal ≥ {GOAL}",
        best(|rates| rates.0) / best(|rates| rates.1),
        ratios[turns / 2]
    );
}
