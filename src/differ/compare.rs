//! Comparing two results: by position, as bags or as sequences. A REAL without a fraction equals the INTEGER,
//! other REALs to one part in 10⁹, NULL equals NULL, and text is never a number.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_128;

use super::difference::{Difference, Mismatch};
use crate::value::{Row, Table, Value, ValueRef};

/// What order of rows counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Order {
    /// Any order will do.
    #[default]
    Any,
    /// The rows have one right sequence.
    Total,
    /// Rows that agree in these columns (counted from 0) may stand in any order among themselves.
    Keys(Vec<usize>),
}

/// How far a computed fraction may be off, relative to its size.
const TOLERANCE: f64 = 1e-9;

/// Whether two values are the same to a judge.
pub fn same_value(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Null, Value::Null) => true,
        (Value::Integer(a), Value::Integer(b)) => a == b,
        (Value::Text(a), Value::Text(b)) => a == b,
        (Value::Blob(a), Value::Blob(b)) => a == b,
        (Value::Real(a), Value::Real(b)) => same_real(*a, *b),
        (Value::Integer(i), Value::Real(r)) | (Value::Real(r), Value::Integer(i)) => match whole(*r) {
            Some(whole) => whole == *i,
            None => same_real(*i as f64, *r),
        },
        _ => false,
    }
}

fn same_real(a: f64, b: f64) -> bool {
    if let (Some(a), Some(b)) = (whole(a), whole(b)) {
        return a == b;
    }
    let near = (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()).max(1e-3);
    a.total_cmp(&b).is_eq() || (near && a.is_finite() && b.is_finite())
}

/// The integer that a REAL without a fraction equals, where one can hold it exactly.
fn whole(r: f64) -> Option<i64> {
    (r.fract() == 0.0 && r.abs() < 9.007_199_254_740_992e15).then_some(r as i64)
}

fn same_row(a: &Row, b: &Row) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_value(a, b))
}

/// Digests of a result that is read row by row: whether two results are the same, without keeping either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Digest {
    /// How many rows there were.
    pub rows: u64,
    /// The same for every order of the rows. A sum, so that rows that come twice count twice.
    pub bag: u128,
    /// Depends on the order too.
    pub sequence: u128,
}

impl Digest {
    /// Takes a row. `buffer` is scratch space, kept by the caller between rows.
    pub fn row<'v>(&mut self, values: impl Iterator<Item = ValueRef<'v>>, buffer: &mut Vec<u8>) {
        buffer.clear();
        for value in values {
            encode(value, buffer);
        }
        let hash = xxh3_128(buffer);
        self.rows += 1;
        self.bag = self.bag.wrapping_add(hash);
        self.sequence =
            self.sequence.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835).wrapping_add(hash);
    }

    /// Whether two digests are of the same result, as far as the order counts. Equal digests mean equal results;
    /// unequal ones may still be equal within the tolerance of fractions, or in the freedom of an order.
    pub fn same(&self, other: &Digest, order: &Order) -> bool {
        match order {
            Order::Any => self.rows == other.rows && self.bag == other.bag,
            Order::Total | Order::Keys(_) => self == other,
        }
    }
}

/// Type, length and bytes, so that no two rows have one encoding; 1.0 is 1 first.
fn encode(value: ValueRef<'_>, out: &mut Vec<u8>) {
    match value {
        ValueRef::Null => out.push(0),
        ValueRef::Integer(i) => {
            out.push(1);
            out.extend_from_slice(&i.to_le_bytes());
        }
        ValueRef::Real(r) => {
            if let Some(i) = whole(r) {
                encode(ValueRef::Integer(i), out);
            } else {
                out.push(2);
                out.extend_from_slice(&r.to_bits().to_le_bytes());
            }
        }
        ValueRef::Text(t) => bytes(3, t, out),
        ValueRef::Blob(b) => bytes(4, b, out),
    }
}

fn bytes(tag: u8, bytes: &[u8], out: &mut Vec<u8>) {
    out.push(tag);
    out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    out.extend_from_slice(bytes);
}

/// Compares two results.
pub fn compare(expected: &Table, actual: &Table, order: &Order) -> Option<Difference> {
    if expected.columns.len() != actual.columns.len() {
        return Some(Difference {
            mismatch: Mismatch::Columns,
            sentence: format!(
                "{} expected, {} came",
                count(expected.columns.len(), "column"),
                count(actual.columns.len(), "column")
            ),
            pairs: Vec::new(),
        });
    }
    if same_order(expected, actual, order) {
        return None;
    }
    let bags = Bags::new(expected, actual);
    if bags.missing.is_empty() && bags.extra.is_empty() {
        return Some(in_order(expected, actual));
    }
    if let Some(permutation) = permuted(expected, actual) {
        return Some(Difference {
            mismatch: Mismatch::Columns,
            sentence: format!("the right columns in another sequence: expected {permutation}"),
            pairs: Vec::new(),
        });
    }
    Some(bags.describe(expected, actual))
}

fn same_order(expected: &Table, actual: &Table, order: &Order) -> bool {
    if expected.rows.len() != actual.rows.len() {
        return false;
    }
    match order {
        Order::Any => {
            let bags = Bags::new(expected, actual);
            bags.missing.is_empty() && bags.extra.is_empty()
        }
        Order::Total => expected.rows.iter().zip(&actual.rows).all(|(a, b)| same_row(a, b)),
        Order::Keys(keys) => {
            let mut start = 0;
            while start < expected.rows.len() {
                let first = &expected.rows[start];
                let tie = |row: &&Row| keys.iter().all(|k| same_value(&row[*k], &first[*k]));
                let end = start + expected.rows[start..].iter().take_while(tie).count();
                let part = |table: &Table| Table {
                    columns: table.columns.clone(),
                    rows: table.rows[start..end].to_vec(),
                };
                let bags = Bags::new(&part(expected), &part(actual));
                if !bags.missing.is_empty() || !bags.extra.is_empty() {
                    return false;
                }
                start = end;
            }
            true
        }
    }
}

/// The rows of either side that find no partner on the other.
struct Bags {
    missing: Vec<usize>,
    extra: Vec<usize>,
}

impl Bags {
    fn new(expected: &Table, actual: &Table) -> Bags {
        let fractions: Vec<bool> = (0..expected.columns.len())
            .map(|column| {
                let fraction =
                    |row: &Row| matches!(row.get(column), Some(Value::Real(r)) if whole(*r).is_none());
                expected.rows.iter().any(fraction) || actual.rows.iter().any(fraction)
            })
            .collect();
        let mut groups: HashMap<u128, (Vec<usize>, Vec<usize>)> = HashMap::new();
        let mut buffer = Vec::new();
        let mut key = |row: &Row| {
            buffer.clear();
            for (value, fraction) in row.iter().zip(&fractions) {
                match value {
                    Value::Integer(_) | Value::Real(_) if *fraction => buffer.push(9),
                    other => encode(other.as_ref(), &mut buffer),
                }
            }
            xxh3_128(&buffer)
        };
        for (at, row) in expected.rows.iter().enumerate() {
            groups.entry(key(row)).or_default().0.push(at);
        }
        for (at, row) in actual.rows.iter().enumerate() {
            groups.entry(key(row)).or_default().1.push(at);
        }
        let mut bags = Bags { missing: Vec::new(), extra: Vec::new() };
        for (left, right) in groups.into_values() {
            let (left, right) = pair_off(expected, actual, left, right);
            bags.missing.extend(left);
            bags.extra.extend(right);
        }
        bags.missing.sort_unstable();
        bags.extra.sort_unstable();
        bags
    }

    fn describe(&self, expected: &Table, actual: &Table) -> Difference {
        let holds = |table: &Table, row: &Row| {
            table.rows.iter().take(MOST_LOOKED_AT).any(|known| same_row(known, row))
        };
        let repeated = self.missing.iter().all(|at| holds(actual, &expected.rows[*at]))
            && self.extra.iter().all(|at| holds(expected, &actual.rows[*at]));
        let (missing, extra) = (self.missing.len(), self.extra.len());
        let first = |table: &Table, at: &[usize]| {
            at.iter().take(MOST_PAIRS).map(|at| table.rows[*at].clone()).collect::<Vec<_>>()
        };
        let (left, right) = (first(expected, &self.missing), first(actual, &self.extra));
        if repeated {
            let sentence = match (missing, extra) {
                (0, n) => format!("{} too often", comes(n)),
                (n, 0) => format!("{} too seldom: equal rows count each", comes(n)),
                (n, m) => format!("{} come too seldom and {} too often", count(n, "row"), m),
            };
            return Difference { mismatch: Mismatch::Duplicates, sentence, pairs: side_by_side(left, right) };
        }
        if missing > 0
            && extra > 0
            && let Some(difference) = values(expected, actual, &self.missing, &self.extra)
        {
            return difference;
        }
        let of = expected.rows.len();
        let (mismatch, sentence) = match (missing, extra) {
            (n, 0) => (Mismatch::MissingRows, format!("{} of {of} missing", count(n, "row"))),
            (0, n) => (Mismatch::ExtraRows, format!("{} that should not be there", count(n, "row"))),
            (n, m) if n > m => (
                Mismatch::MissingRows,
                format!("{} of {of} missing, and {m} that should not be there", count(n, "row")),
            ),
            (n, m) if n < m => (
                Mismatch::ExtraRows,
                format!("{} that should not be there, and {n} of {of} missing", count(m, "row")),
            ),
            (n, _) => (Mismatch::Values, format!("{} of {of} with other values", count(n, "row"))),
        };
        Difference { mismatch, sentence, pairs: side_by_side(left, right) }
    }
}

/// How many pairs of differing rows are kept to be shown.
const MOST_PAIRS: usize = 12;

/// How many rows are looked through to see whether a row is one too many.
const MOST_LOOKED_AT: usize = 2_000;

/// Takes out rows of one group that are the same, one for one.
fn pair_off(
    expected: &Table,
    actual: &Table,
    left: Vec<usize>,
    mut right: Vec<usize>,
) -> (Vec<usize>, Vec<usize>) {
    let mut alone = Vec::new();
    let mut pairs = Vec::new();
    for at in left {
        match right.iter().position(|other| same_row(&expected.rows[at], &actual.rows[*other])) {
            Some(found) => pairs.push((at, right.remove(found))),
            None => alone.push(at),
        }
    }
    // Of three fractions the middle one may equal both others, and these not each other: a pair gives way where
    // its left side is as well off with a row that is still free.
    let unpaired = if right.is_empty() { Vec::new() } else { std::mem::take(&mut alone) };
    for at in unpaired {
        let row = &expected.rows[at];
        let swap = pairs.iter().take(MOST_LOOKED_AT).enumerate().find_map(|(place, (other, taken))| {
            let free = |free: &usize| same_row(&expected.rows[*other], &actual.rows[*free]);
            let found = same_row(row, &actual.rows[*taken]).then(|| right.iter().position(free))??;
            Some((place, found))
        });
        match swap {
            Some((place, found)) => {
                let (other, taken) = pairs[place];
                pairs[place] = (at, taken);
                pairs.push((other, right.remove(found)));
            }
            None => alone.push(at),
        }
    }
    (alone, right)
}

fn side_by_side(left: Vec<Row>, right: Vec<Row>) -> Vec<(Option<Row>, Option<Row>)> {
    let longest = left.len().max(right.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    (0..longest).map(|_| (left.next(), right.next())).collect()
}

/// Rows that differ in the same few columns: pairs them by the columns that agree.
fn values(expected: &Table, actual: &Table, missing: &[usize], extra: &[usize]) -> Option<Difference> {
    let columns = expected.columns.len();
    if missing.len() != extra.len()
        || expected.rows.len() != actual.rows.len()
        || columns < 2
        || missing.len() > 1_000
    {
        return None;
    }
    let mut pairs = Vec::new();
    let mut free: Vec<usize> = extra.to_vec();
    let mut off = vec![0_usize; columns];
    for at in missing {
        let row = &expected.rows[*at];
        let agreeing = |other: &Row| row.iter().zip(other).filter(|(a, b)| same_value(a, b)).count();
        let (place, _) = free
            .iter()
            .enumerate()
            .max_by_key(|(place, other)| (agreeing(&actual.rows[**other]), usize::MAX - place))?;
        let partner = &actual.rows[free.remove(place)];
        if agreeing(partner) == 0 {
            return None;
        }
        for (column, (a, b)) in row.iter().zip(partner).enumerate() {
            off[column] += usize::from(!same_value(a, b));
        }
        pairs.push((Some(row.clone()), Some(partner.clone())));
    }
    let wrong: Vec<usize> = (0..columns).filter(|column| off[*column] > 0).collect();
    let (Some((Some(a), Some(b))), [column, ..]) = (pairs.first(), wrong.as_slice()) else { return None };
    let names = wrong.iter().map(|column| (column + 1).to_string()).collect::<Vec<_>>().join(", ");
    let what = if wrong.len() == 1 { "column" } else { "columns" };
    let rows = count(pairs.len(), "row");
    let sentence = match (&a[*column], &b[*column]) {
        (Value::Integer(_) | Value::Real(_), Value::Text(_)) => {
            format!("{what} {names} of {rows}: text where a number is expected")
        }
        (Value::Text(_), Value::Integer(_) | Value::Real(_)) => {
            format!("{what} {names} of {rows}: a number where text is expected")
        }
        _ => format!("wrong values in {what} {names} of {rows}"),
    };
    pairs.truncate(MOST_PAIRS);
    Some(Difference { mismatch: Mismatch::Values, sentence, pairs })
}

fn in_order(expected: &Table, actual: &Table) -> Difference {
    let at = expected.rows.iter().zip(&actual.rows).position(|(a, b)| !same_row(a, b)).unwrap_or(0);
    let pairs = expected.rows[at..].iter().zip(&actual.rows[at..]).take(MOST_PAIRS);
    Difference {
        mismatch: Mismatch::Order,
        sentence: format!("the right rows in the wrong order, from row {} on", at + 1),
        pairs: pairs.map(|(a, b)| (Some(a.clone()), Some(b.clone()))).collect(),
    }
}

/// Whether the answer has the right columns in another sequence; which, by the place each should have.
fn permuted(expected: &Table, actual: &Table) -> Option<String> {
    let columns = expected.columns.len();
    if !(2..=8).contains(&columns) || expected.rows.len() != actual.rows.len() || expected.rows.is_empty() {
        return None;
    }
    let column = |table: &Table, at: usize| Table {
        columns: vec![String::new()],
        rows: table.rows.iter().take(MOST_LOOKED_AT).map(|row| vec![row[at].clone()]).collect(),
    };
    let mut places = Vec::new();
    for at in 0..columns {
        let wanted = column(expected, at);
        let found = (0..columns).filter(|other| !places.contains(other)).find(|other| {
            let bags = Bags::new(&wanted, &column(actual, *other));
            bags.missing.is_empty() && bags.extra.is_empty()
        })?;
        places.push(found);
    }
    if places.iter().enumerate().all(|(at, place)| at == *place) {
        return None;
    }
    let moved = Table {
        columns: expected.columns.clone(),
        rows: actual
            .rows
            .iter()
            .map(|row| places.iter().map(|place| row[*place].clone()).collect())
            .collect(),
    };
    let bags = Bags::new(expected, &moved);
    (bags.missing.is_empty() && bags.extra.is_empty()).then(|| {
        places.iter().map(|place| format!("your column {}", place + 1)).collect::<Vec<_>>().join(", ")
    })
}

fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

fn comes(n: usize) -> String {
    if n == 1 { "1 row comes".to_owned() } else { format!("{n} rows come") }
}

#[cfg(test)]
mod tests;
