//! Shrinking a counterexample to one that a person takes in at a glance: fewest rows first, then plain values, at
//! every step still legal and still telling the two statements apart.

use jiff::{ToSpan, civil::DateTime};

use super::{
    ring::{Bout, Evidence, Rings},
    search::{Brief, SearchError},
    times,
    tiny::TinyDb,
};
use crate::{
    moment::Moment,
    schema::hints::TimeFormat,
    schema::introspect::Schema,
    value::{Row, Value},
};

/// What runs of both statements shrinking may take, each counted by the rows it loads and a few more.
const WORK: usize = 60_000;

/// The least that a run counts.
const RUN: usize = 15;

struct Shrinker<'r, 'a, 's> {
    rings: &'r mut Rings<'a, 's>,
    schema: &'r Schema,
    best: Evidence,
    work: usize,
}

/// Shrinks the database behind a piece of evidence.
///
/// # Errors
/// A fault of the engine.
pub(super) fn shrink(
    rings: &mut Rings<'_, '_>,
    schema: &Schema,
    brief: &Brief<'_>,
    evidence: Evidence,
) -> Result<Evidence, SearchError> {
    let mut shrinker = Shrinker { rings, schema, best: evidence, work: 0 };
    shrinker.rows()?;
    if brief.day_moves {
        shrinker.day(brief.now)?;
    }
    loop {
        let before = shrinker.best.db.clone();
        shrinker.ids()?;
        shrinker.values()?;
        shrinker.rows()?;
        if shrinker.best.db == before || shrinker.work >= WORK {
            break;
        }
    }
    Ok(shrinker.best)
}

impl Shrinker<'_, '_, '_> {
    /// Takes a smaller or plainer database if it is legal and still tells the statements apart as well.
    fn accept(&mut self, db: &TinyDb) -> Result<bool, SearchError> {
        if self.work >= WORK || *db == self.best.db || !db.references_hold(self.schema) {
            return Ok(false);
        }
        self.work += db.rows().max(RUN);
        // Where the answer is plainly wrong, one run on one side rules most candidates out.
        if self.best.is_plain() {
            let loaded = self.rings.forward.arena.load(db)?;
            if !loaded || matches!(self.rings.bout(false), Bout::Same | Bout::Void) {
                return Ok(false);
            }
        }
        let Some(evidence) = self.rings.weigh(db)? else { return Ok(false) };
        let as_good = evidence.by_luck <= self.best.by_luck && evidence.unsteady <= self.best.unsteady;
        // The kind of wrong may become plainer, but an order that is merely unlucky must not replace wrong rows.
        if as_good {
            self.best = evidence;
        }
        Ok(as_good)
    }

    fn rows(&mut self) -> Result<(), SearchError> {
        loop {
            let before = self.best.db.rows();
            for table in (0..self.best.db.tables.len()).rev() {
                let mut chunk = self.best.db.tables[table].len();
                while chunk > 0 {
                    let mut at = 0;
                    while at < self.best.db.tables[table].len() {
                        let mut db = self.best.db.clone();
                        let end = (at + chunk).min(db.tables[table].len());
                        db.tables[table].drain(at..end);
                        drop_orphans(&mut db, self.schema);
                        if !self.accept(&db)? {
                            at += chunk;
                        }
                    }
                    chunk /= 2;
                }
            }
            if self.best.db.rows() == before || self.work >= WORK {
                return Ok(());
            }
        }
    }

    /// Tries plainer days, the schema's own first.
    fn day(&mut self, usual: Moment) -> Result<(), SearchError> {
        let noon = Moment::noon(self.best.db.now.date());
        for now in [usual, noon] {
            let mut db = self.best.db.clone();
            db.now = now;
            if self.accept(&db)? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Renumbers the values of whole columns that are keys or refer to keys: 1, 2, 3, in the order they have.
    fn ids(&mut self) -> Result<(), SearchError> {
        for group in groups(self.schema) {
            let mut ids: Vec<i64> = Vec::new();
            for (table, column) in &group {
                ids.extend(self.best.db.tables[*table].iter().filter_map(|row| match row.get(*column) {
                    Some(Value::Integer(i)) => Some(*i),
                    _ => None,
                }));
            }
            ids.sort_unstable();
            ids.dedup();
            if ids.iter().zip(1..).all(|(id, plain)| *id == plain) {
                continue;
            }
            let mut db = self.best.db.clone();
            for (table, column) in &group {
                for row in &mut db.tables[*table] {
                    if let Some(Value::Integer(i)) = row.get(*column)
                        && let Ok(at) = ids.binary_search(i)
                    {
                        row[*column] = Value::Integer(at as i64 + 1);
                    }
                }
            }
            self.accept(&db)?;
        }
        Ok(())
    }

    fn values(&mut self) -> Result<(), SearchError> {
        for table in 0..self.best.db.tables.len() {
            for at in 0..self.best.db.tables[table].len() {
                for column in 0..self.best.db.tables[table][at].len() {
                    let Some(value) =
                        self.best.db.tables[table].get(at).and_then(|row| row.get(column)).cloned()
                    else {
                        continue;
                    };
                    let near = self.neighbours(table, column);
                    for plain in plainer(&value, &near, self.best.db.now) {
                        let mut db = self.best.db.clone();
                        db.tables[table][at][column] = plain;
                        if self.accept(&db)? {
                            break;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// The other values of a column: a value that stands there already is plainer than a new one.
    fn neighbours(&self, table: usize, column: usize) -> Vec<Value> {
        self.best.db.tables[table].iter().filter_map(|row: &Row| row.get(column).cloned()).take(3).collect()
    }
}

/// Removes rows whose parents are gone, until none is left.
pub(super) fn drop_orphans(db: &mut TinyDb, schema: &Schema) {
    loop {
        let mut dropped = false;
        for (at, table) in schema.tables.iter().enumerate() {
            for key in &table.foreign_keys {
                let own = table.insertable();
                let theirs = schema.tables[key.parent].insertable();
                let place = |list: &[usize], column: usize| list.iter().position(|known| *known == column);
                let places: Option<Vec<(usize, usize)>> = key
                    .columns
                    .iter()
                    .zip(&key.parent_columns)
                    .map(|(a, b)| Some((place(&own, *a)?, place(&theirs, *b)?)))
                    .collect();
                let Some(places) = places else { continue };
                let parents = db.tables[key.parent].clone();
                let before = db.tables[at].len();
                db.tables[at].retain(|row| {
                    places.iter().any(|(a, _)| row[*a].is_null())
                        || parents.iter().any(|up| places.iter().all(|(a, b)| row[*a] == up[*b]))
                });
                dropped |= db.tables[at].len() < before;
            }
        }
        if !dropped {
            return;
        }
    }
}

/// Columns that hold the same ids: each key with all that refers to it, by table and place in a row.
pub(super) fn groups(schema: &Schema) -> Vec<Vec<(usize, usize)>> {
    let mut groups: Vec<Vec<(usize, usize)>> = Vec::new();
    let place =
        |table: usize, column: usize| schema.tables[table].insertable().iter().position(|at| *at == column);
    for (table, info) in schema.tables.iter().enumerate() {
        if let Some(at) = info.rowid_alias.and_then(|column| place(table, column)) {
            groups.push(vec![(table, at)]);
        }
    }
    // Children after parents, so that a key that is itself a reference joins its parent's group.
    for (table, info) in schema.tables.iter().enumerate() {
        for key in &info.foreign_keys {
            for (own, theirs) in key.columns.iter().zip(&key.parent_columns) {
                let (Some(own), Some(theirs)) = (place(table, *own), place(key.parent, *theirs)) else {
                    continue;
                };
                let (own, theirs) = ((table, own), (key.parent, theirs));
                let of =
                    |groups: &[Vec<(usize, usize)>], member| groups.iter().position(|g| g.contains(&member));
                match (of(&groups, theirs), of(&groups, own)) {
                    (Some(a), Some(b)) if a != b => {
                        let moved = groups.remove(a.max(b));
                        groups[a.min(b)].extend(moved);
                    }
                    (Some(a), None) => groups[a].push(own),
                    (None, Some(b)) => groups[b].push(theirs),
                    (None, None) => groups.push(vec![theirs, own]),
                    (Some(_), Some(_)) => {}
                }
            }
        }
    }
    groups
}

/// How plain a value is: the less, the plainer. Shrinking only ever steps down, so that it comes to an end.
fn rank(value: &Value, now: Moment) -> [i64; 4] {
    let place = |at: Option<usize>, size: usize| at.map_or(10 + size as i64, |at| at as i64);
    match value {
        Value::Null => [0; 4],
        Value::Integer(i) => {
            let known = [1, 2, 3, 10, 0].iter().position(|known| known == i);
            [place(known, i.to_string().len()), 0, 0, 0]
        }
        Value::Real(r) => {
            let known = [1.0, 2.0, 0.5].iter().position(|known: &f64| known.total_cmp(r).is_eq());
            [place(known, value.to_string().len()), 0, 0, 0]
        }
        Value::Text(text) => {
            if let Some((at, _)) = times::read(text) {
                let hour = [12, 0, 23].iter().position(|h| *h == at.hour()).unwrap_or(5) as i64;
                let exact = i64::from(at.minute() > 0) + i64::from(at.second() > 0);
                let far = i64::from(at.date().since(now.date()).map_or(0, |span| span.get_days().abs()));
                [i64::from(far > 400), hour + exact, i64::from(at.day().min(2)), far]
            } else {
                let known = ["a", "b", "c"].iter().position(|known| known == text);
                let odd = text.chars().filter(|c| !c.is_ascii_lowercase()).count();
                [place(known, text.chars().count()), odd as i64, 0, 0]
            }
        }
        Value::Blob(bytes) => [bytes.len() as i64, 0, 0, 0],
    }
}

/// Plainer values to try in place of one, the plainest first.
fn plainer(value: &Value, near: &[Value], now: Moment) -> Vec<Value> {
    let mut list: Vec<Value> = match value {
        Value::Null => return Vec::new(),
        Value::Integer(_) => [1, 2, 3, 10, 0].map(Value::Integer).into(),
        Value::Real(r) => [1.0, 2.0, 0.5, r.trunc()].map(Value::Real).into(),
        Value::Text(text) => match times::read(text) {
            Some((at, format)) => plainer_times(at, format, now),
            None => ["a", "b", "c"].map(Value::from).into(),
        },
        Value::Blob(_) => vec![Value::Blob(vec![0])],
    };
    list.extend(near.iter().cloned());
    let own = rank(value, now);
    list.retain(|plain| rank(plain, now) < own);
    list
}

fn plainer_times(at: DateTime, format: TimeFormat, now: Moment) -> Vec<Value> {
    let noon = |at: DateTime| at.date().at(12, 0, 0, 0);
    let mut times = vec![
        noon(now.civil()),
        noon(at),
        at.date().at(0, 0, 0, 0),
        at.date().first_of_month().at(12, 0, 0, 0),
    ];
    times.extend(at.checked_add(1.day()).ok().map(noon));
    times.into_iter().map(|at| Value::Text(times::write(at, format))).collect()
}
