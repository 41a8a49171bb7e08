//! Small random shops to run queries on, and the answers of the exercises.

use sqldojo::{
    catalog::{Catalog, ExerciseKind},
    engine::{Sandbox, Settings, Source},
    moment::Moment,
    schema::introspect::Schema,
    sql::names::SchemaNames,
    value::{Row, Table},
};

/// Opens a shop with a few random rows; the same seed gives the same rows.
pub fn shop(seed: u64) -> Sandbox {
    let today = Moment::noon("2026-03-15".parse().expect("a day"));
    let sandbox = Sandbox::open(Source::Empty, Settings::trusted(today)).expect("an empty database opens");
    sandbox.script(include_str!("../../schemas/shop.sql")).expect("the shop's DDL is valid");
    let mut random = Random(seed.wrapping_mul(2).wrapping_add(1));
    let days = ["2026-01-31 23:59:59", "2026-02-01 00:00:00", "2026-02-28 12:00:00", "2026-03-01 00:00:00"];
    let mut sql: Vec<String> = Vec::new();
    let users = 1 + random.below(6);
    for id in 1..=users {
        let referrer = if id > 1 && random.below(2) == 0 {
            (1 + random.below(id - 1)).to_string()
        } else {
            "NULL".into()
        };
        let name = random.pick(&["Ana", "Bo", "Cy"]);
        let (country, at) = (random.pick(&["DE", "FR", "IN"]), random.pick(&days));
        sql.push(format!(
            "INSERT INTO users VALUES ({id}, '{name}', 'u{id}@x.y', '{country}', {referrer}, '{at}');"
        ));
    }
    let products = 1 + random.below(5);
    for id in 1..=products {
        let (category, gone) =
            (random.pick(&["books", "toys"]), random.pick(&["NULL", "'2026-02-28 12:00:00'"]));
        let price = 1 + random.below(3);
        sql.push(format!("INSERT INTO products VALUES ({id}, 'p{id}', '{category}', {price}, {gone});"));
    }
    let orders = random.below(9);
    for id in 1..=orders {
        let (user, at) = (1 + random.below(users), random.pick(&days));
        let status = random.pick(&["paid", "paid", "shipped", "pending", "cancelled"]);
        sql.push(format!("INSERT INTO orders VALUES ({id}, {user}, '{status}', '{at}');"));
    }
    if orders > 0 {
        for id in 1..=random.below(12) {
            let (order, product) = (1 + random.below(orders), 1 + random.below(products));
            let (quantity, price) = (1 + random.below(2), 1 + random.below(3));
            sql.push(format!(
                "INSERT INTO order_items VALUES ({id}, {order}, {product}, {quantity}, {price});"
            ));
        }
        for id in 1..=random.below(6) {
            let order =
                if random.below(3) == 0 { "NULL".into() } else { (1 + random.below(orders)).to_string() };
            let (status, at) = (random.pick(&["captured", "failed"]), random.pick(&days));
            sql.push(format!("INSERT INTO payments VALUES ({id}, {order}, 5, '{status}', '{at}');"));
        }
    }
    sandbox.script(&sql.concat()).expect("the rows keep the shop's constraints");
    sandbox
}

/// The names of the shop as SQLite reports them.
pub fn names(sandbox: &Sandbox) -> SchemaNames {
    Schema::read(sandbox).expect("the shop's schema can be read").names()
}

/// Runs a query; an error of SQLite is a message.
pub fn run(sandbox: &Sandbox, sql: &str) -> Result<Table, String> {
    sandbox.table(sql).map_err(|failure| failure.to_string())
}

/// Rows in an order of their own, to compare bags.
pub fn bag(table: &Table) -> Vec<String> {
    let mut rows: Vec<String> = table.rows.iter().map(|row: &Row| format!("{row:?}")).collect();
    rows.sort();
    rows
}

/// An answer of an exercise on the shop.
pub struct Answer {
    /// The exercise.
    pub exercise: String,
    /// The query.
    pub sql: String,
    /// Whether it is right.
    pub right: bool,
}

/// All answers to the exercises on the shop that ask for a query.
pub fn answers() -> Vec<Answer> {
    let exercises = Catalog::builtin().exercises().expect("all files are in order");
    let mut out = Vec::new();
    for exercise in exercises.iter().filter(|e| e.schema == "shop") {
        let ExerciseKind::Query(query) = &exercise.kind else { continue };
        let id = || exercise.id.clone();
        out.extend(query.right.iter().map(|a| Answer { exercise: id(), sql: a.sql.clone(), right: true }));
        out.extend(query.wrong.iter().map(|a| Answer { exercise: id(), sql: a.sql.clone(), right: false }));
    }
    out
}

/// A small generator of numbers (`SplitMix64`).
pub struct Random(pub u64);

impl Random {
    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    /// One of the choices.
    pub fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len() as u64) as usize]
    }
}
