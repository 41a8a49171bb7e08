//! Databases that random filling hardly ever makes: runs of many rows, for answers that stop at some number, and keys
//! on both sides of a power of ten, for answers that take a number for its digits. Each is made of a tiny database.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;

use super::{arena::Arena, shrink, times, tiny::TinyDb};
use crate::{
    engine::Failure,
    random::Random,
    schema::introspect::{Affinity, Schema, TableInfo},
    sql::lexer::{TokenKind, significant},
    value::{Row, Value},
};

/// The longest run that is made: more rows than this a person does not look at, and the data at the prompt has.
const LONGEST: usize = 120;

/// The most rows of one database.
const MOST_ROWS: usize = 400;

/// What to make extreme in databases that an answer is tried on.
pub(super) struct Extremes {
    /// Numbers at which the answer may stop: those that it has and the reference has not.
    caps: Vec<usize>,
    random: Random,
}

impl Extremes {
    /// Learns where an answer may stop.
    pub(super) fn new(answer: &str, reference: &str, seed: u64) -> Extremes {
        let known = numbers(reference);
        let caps = numbers(answer).into_iter().filter(|n| !known.contains(n)).collect();
        Extremes { caps, random: Random::new(seed ^ 0x6578_7472) }
    }

    /// Whether a database of this number is to be made extreme: now and then, and more often at first and where there
    /// is a number to stop at.
    pub(super) fn due(&self, index: u64) -> bool {
        let often = if self.caps.is_empty() { 24 } else { 6 };
        index % if index < 400 { often } else { 16 * often } == often / 2
    }

    /// Makes an extreme database of a tiny one and loads it; `None` where there is nothing to make it of.
    ///
    /// # Errors
    /// A fault of the engine.
    pub(super) fn load(
        &mut self,
        arena: &mut Arena<'_>,
        schema: &Schema,
        reads: &[bool],
        db: &TinyDb,
    ) -> Result<Option<TinyDb>, Failure> {
        let mut db = db.clone();
        let cap = self.random.pick(&self.caps).copied();
        match cap {
            Some(cap) if self.random.percent(85) => {
                let rows = cap + 1 + self.random.below(3);
                if !run(&mut db, schema, reads, rows, &mut self.random) {
                    return Ok(None);
                }
            }
            Some(_) | None => far(&mut db, schema, &mut self.random),
        }
        if settle(arena, schema, &mut db)? { Ok(Some(db)) } else { Ok(None) }
    }
}

/// The whole numbers of a statement at which something may stop.
fn numbers(sql: &str) -> BTreeSet<usize> {
    let tokens = significant(sql).into_iter().filter(|token| token.kind == TokenKind::Number);
    tokens.filter_map(|token| token.text(sql).parse().ok()).filter(|n| (3..=LONGEST).contains(n)).collect()
}

/// Loads a database without the rows that a constraint refuses; `false` where that cannot be done.
fn settle(arena: &mut Arena<'_>, schema: &Schema, db: &mut TinyDb) -> Result<bool, Failure> {
    for _ in 0..3 {
        arena.clear()?;
        arena.sandbox().set_now(db.now);
        let before = db.rows();
        for (table, rows) in db.tables.iter_mut().enumerate() {
            let mut kept = Vec::with_capacity(rows.len());
            for row in rows.drain(..) {
                if arena.insert(table, &row)? {
                    kept.push(row);
                }
            }
            *rows = kept;
        }
        if db.rows() == before {
            return Ok(true);
        }
        shrink::drop_orphans(db, schema);
    }
    Ok(false)
}

/// Makes one row of a table into a run of so many, with what refers to it, each a step on from the one before.
fn run(db: &mut TinyDb, schema: &Schema, reads: &[bool], rows: usize, random: &mut Random) -> bool {
    let tables: Vec<usize> =
        (0..schema.tables.len()).filter(|at| reads[*at] && !db.tables[*at].is_empty()).collect();
    let Some(&table) = random.pick(&tables) else { return false };
    let template = random.below(db.tables[table].len());
    let way = Way {
        step: [Step::None, Step::Hour, Step::Day, Step::Day, Step::Month, Step::Month][random.below(6)],
        chained: random.percent(50),
        spelled: random.percent(50),
        vary: random.percent(35).then(|| random.below(schema.tables[table].columns.len())),
    };
    let followers = if random.percent(70) { followers(db, schema, table, template) } else { Vec::new() };
    let mut keys = Keys::of(db, schema);
    let mut last = db.tables[table][template].clone();
    for at in 1..=rows {
        if db.rows() + followers.len() >= MOST_ROWS {
            break;
        }
        let (old, mut new) = (db.tables[table][template].clone(), db.tables[table][template].clone());
        way.step_on(&schema.tables[table], table, &last, &mut new, at, &mut keys);
        for (child, row) in &followers {
            let mut row = row.clone();
            let info = &schema.tables[*child];
            keys.renew(info, *child, &mut row, at, way.spelled);
            for (own, theirs) in links(schema, *child, table).into_iter().flatten() {
                if row[own] == old[theirs] {
                    row[own] = new[theirs].clone();
                }
            }
            db.tables[*child].push(row);
        }
        last.clone_from(&new);
        db.tables[table].push(new);
    }
    true
}

/// How far each row of a run is from the one before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    None,
    Hour,
    Day,
    Month,
}

/// How the rows of a run differ.
struct Way {
    step: Step,
    /// Whether each refers to the one before, where the table refers to itself.
    chained: bool,
    /// Whether texts that must differ do so in the case of their letters.
    spelled: bool,
    /// A column whose values are all to differ.
    vary: Option<usize>,
}

impl Way {
    fn step_on(&self, info: &TableInfo, table: usize, last: &Row, row: &mut Row, at: usize, keys: &mut Keys) {
        let insertable = info.insertable();
        for (place, column) in insertable.iter().enumerate() {
            if let Value::Text(text) = &row[place]
                && let Some((time, format)) = times::read(text)
            {
                let by = match self.step {
                    Step::None => 0.hours(),
                    Step::Hour => (at as i64).hours(),
                    Step::Day => (at as i64).days(),
                    Step::Month => (at as i64).months(),
                };
                row[place] = Value::Text(times::write(time.checked_add(by).unwrap_or(time), format));
            } else if self.vary == Some(*column) {
                row[place] = varied(&row[place], at, false);
            }
        }
        keys.renew(info, table, row, at, self.spelled);
        for key in info.foreign_keys.iter().filter(|key| key.parent == table && self.chained) {
            let place = |column: &usize| insertable.iter().position(|known| known == column);
            for (own, theirs) in key.columns.iter().zip(&key.parent_columns) {
                if let (Some(own), Some(theirs)) = (place(own), place(theirs)) {
                    row[own] = last[theirs].clone();
                }
            }
        }
    }
}

/// The rows of other tables that refer to a row.
fn followers(db: &TinyDb, schema: &Schema, table: usize, template: usize) -> Vec<(usize, Row)> {
    let row = &db.tables[table][template];
    let mut found = Vec::new();
    for child in (0..schema.tables.len()).filter(|child| *child != table) {
        for link in links(schema, child, table) {
            let refers =
                |other: &&Row| !link.is_empty() && link.iter().all(|(own, up)| other[*own] == row[*up]);
            found.extend(db.tables[child].iter().filter(refers).take(2).map(|row| (child, row.clone())));
        }
    }
    found
}

/// How a table refers to another: for each foreign key the places in its rows and in the other's.
fn links(schema: &Schema, child: usize, parent: usize) -> Vec<Vec<(usize, usize)>> {
    let (own, theirs) = (schema.tables[child].insertable(), schema.tables[parent].insertable());
    let place = |list: &[usize], column: usize| list.iter().position(|known| *known == column);
    let keys = schema.tables[child].foreign_keys.iter().filter(|key| key.parent == parent);
    keys.map(|key| {
        let pairs = key.columns.iter().zip(&key.parent_columns);
        pairs.filter_map(|(a, b)| Some((place(&own, *a)?, place(&theirs, *b)?))).collect()
    })
    .collect()
}

/// The greatest whole number of each column, so that new keys are new.
struct Keys(BTreeMap<(usize, usize), i64>);

impl Keys {
    fn of(db: &TinyDb, schema: &Schema) -> Keys {
        let mut greatest = BTreeMap::new();
        for (table, rows) in db.tables.iter().enumerate() {
            for place in 0..schema.tables[table].insertable().len() {
                let numbers = rows.iter().filter_map(|row| match row[place] {
                    Value::Integer(i) => Some(i),
                    Value::Null | Value::Real(_) | Value::Text(_) | Value::Blob(_) => None,
                });
                greatest.insert((table, place), numbers.max().unwrap_or(0));
            }
        }
        Keys(greatest)
    }

    /// Gives a row keys that no other has. What refers elsewhere stays, unless it is a whole key.
    fn renew(&mut self, info: &TableInfo, table: usize, row: &mut Row, at: usize, spelled: bool) {
        let insertable = info.insertable();
        let refers = |column: &usize| info.foreign_keys.iter().any(|key| key.columns.contains(column));
        for unique in &info.uniques {
            let free: Vec<&usize> = unique.iter().filter(|column| !refers(column)).collect();
            let Some(column) = free.last().copied().or(unique.last()) else { continue };
            let Some(place) = insertable.iter().position(|known| known == column) else { continue };
            if info.columns[*column].affinity == Affinity::Integer || info.rowid_alias == Some(*column) {
                let greatest = self.0.entry((table, place)).or_default();
                *greatest = greatest.saturating_add(1);
                row[place] = Value::Integer(*greatest);
            } else {
                row[place] = varied(&row[place], at, spelled);
            }
        }
    }
}

/// Another value for each number: of a text, in the case of its letters if it has enough of them, or behind it.
fn varied(value: &Value, at: usize, spelled: bool) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::Integer(i) => Value::Integer(i.saturating_add(at as i64)),
        Value::Real(r) => Value::Real(r + at as f64),
        Value::Blob(blob) => Value::Blob([blob.as_slice(), &at.to_be_bytes()].concat()),
        Value::Text(text) => {
            let letters = text.chars().filter(char::is_ascii_alphabetic).count();
            if !spelled || letters >= usize::BITS as usize || 1_usize << letters <= at {
                return Value::Text(format!("{text}{at}"));
            }
            let mut bits = at;
            let turned = text.chars().map(|c| {
                if !c.is_ascii_alphabetic() {
                    return c;
                }
                let turn = bits & 1 == 1;
                bits >>= 1;
                match (turn, c.is_ascii_uppercase()) {
                    (false, _) => c,
                    (true, true) => c.to_ascii_lowercase(),
                    (true, false) => c.to_ascii_uppercase(),
                }
            });
            Value::Text(turned.collect())
        }
    }
}

/// Moves keys, in the order that they have, to both sides of a power of ten.
fn far(db: &mut TinyDb, schema: &Schema, random: &mut Random) {
    for group in shrink::groups(schema) {
        if !random.percent(70) {
            continue;
        }
        let mut ids = BTreeSet::new();
        for (table, place) in &group {
            ids.extend(db.tables[*table].iter().filter_map(|row| match row[*place] {
                Value::Integer(i) => Some(i),
                Value::Null | Value::Real(_) | Value::Text(_) | Value::Blob(_) => None,
            }));
        }
        let middle = 10_i64.pow([1, 2, 3, 3, 4, 5, 6, 6][random.below(8)]);
        let first = (middle - random.between(0, ids.len() as i64)).max(1);
        let moved: BTreeMap<i64, i64> = ids.into_iter().zip(first..).collect();
        for (table, place) in &group {
            for row in &mut db.tables[*table] {
                if let Value::Integer(i) = row[*place] {
                    row[*place] = Value::Integer(moved[&i]);
                }
            }
        }
    }
}
