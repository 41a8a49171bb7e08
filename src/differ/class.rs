//! A class of columns that share their values: the constants that matter to them, the times round those, a plain
//! pool beside, and how a few values are drawn from all that for one database.

use std::ops::Deref;

use jiff::civil::DateTime;

use super::{
    clues::Clues,
    texts,
    times::{self, Shift},
};
use crate::{
    moment::Moment,
    random::Random,
    schema::{
        hints::{ColumnHint, TimeFormat},
        introspect::{Affinity, ColumnInfo},
    },
    value::Value,
};

/// Columns that share their values.
#[derive(Debug, Clone, Default)]
pub(super) struct Class {
    /// Constants, and their neighbours.
    pub(super) constants: Vec<Value>,
    /// Constants that are times, and times round them.
    pub(super) moments: Vec<DateTime>,
    /// A plain pool.
    pub(super) pool: Vec<Value>,
    /// How its times are written, if it holds times.
    pub(super) format: Option<TimeFormat>,
    /// Whether a CHECK refuses some of the pool, so that new values had better not be invented.
    pub(super) closed: bool,
    /// Whether one of its columns must be different in every row.
    pub(super) unique: bool,
    /// Whether it holds JSON.
    pub(super) json: bool,
    /// What its columns hold.
    pub(super) affinity: Option<Affinity>,
    /// The constants as the statements say them.
    said: Vec<Value>,
}

/// A value for where there is none to borrow.
pub(super) static NULL: Value = Value::Null;

/// The values that a class has drawn for one database. Their memory is kept for the next one.
#[derive(Debug, Clone, Default)]
pub(super) struct Drawn {
    values: Vec<Value>,
    size: usize,
}

impl Drawn {
    fn push(&mut self, value: &Value) {
        match self.values.get_mut(self.size) {
            Some(slot) => slot.put(value),
            None => self.values.push(value.clone()),
        }
        self.size += 1;
    }

    fn push_time(&mut self, at: DateTime, format: TimeFormat) {
        if self.values.len() == self.size {
            self.values.push(Value::Null);
        }
        times::put(at, format, &mut self.values[self.size]);
        self.size += 1;
    }
}

impl Deref for Drawn {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.values[..self.size]
    }
}

/// What goes for all classes of a database.
pub(super) struct Season<'a> {
    /// Constants whose column is not known.
    pub(super) loose: &'a [Value],
    /// What 'now' is.
    pub(super) now: Moment,
    /// Whether it moves.
    pub(super) day_moves: bool,
    /// How many rows the largest table may have.
    pub(super) rows: usize,
    /// How far apart times may have to be.
    pub(super) shifts: &'a [Shift],
    /// Times that several columns draw from.
    pub(super) shared: Vec<DateTime>,
}

/// Constants of a class that are combined with each other, at the most.
const MOST_COMBINED: usize = 24;

impl Class {
    /// Adds what a column's type, and its author, say.
    pub(super) fn describe(&mut self, about: &ColumnInfo, hint: Option<&ColumnHint>) {
        self.affinity = self.affinity.or(Some(about.affinity));
        let words: Vec<Value> = hint
            .map(|hint| hint.words.iter().map(|word| Value::from(word.as_str())).collect())
            .unwrap_or_default();
        if let Some((low, high)) = hint.and_then(|hint| hint.range) {
            let middle = low + (high - low) / 2;
            let mut pool: Vec<i64> = vec![low, low + 1, low + 2, middle, high];
            pool.retain(|i| (low..=high).contains(i));
            self.pool = pool.into_iter().map(Value::Integer).collect();
            return;
        }
        // An author's words are examples, twice as likely as ours; CHECKs say which others will do.
        if !words.is_empty() {
            self.pool = [words.clone(), words.clone(), words].concat();
        } else if !self.pool.is_empty() {
            return;
        }
        let ints = |list: &[i64]| list.iter().map(|i| Value::Integer(*i)).collect::<Vec<_>>();
        let reals = |list: &[f64]| list.iter().map(|r| Value::Real(*r)).collect::<Vec<_>>();
        let texts = |list: &[&str]| list.iter().map(|t| Value::from(*t)).collect::<Vec<_>>();
        self.pool.extend(match about.affinity {
            Affinity::Integer => ints(&[1, 2, 3, 1, 2, 3, 0, -1, 4, 5, 10, 100]),
            Affinity::Real => [reals(&[0.5, 1.5, 2.5, 0.1]), ints(&[1, 2, 3, 0, -1, 10])].concat(),
            Affinity::Numeric => [ints(&[1, 2, 3, 0, -1, 10]), reals(&[0.5, 1.5])].concat(),
            Affinity::Text => texts(&[
                "a", "b", "c", "a", "b", "c", "A", "B", "ab", "Ab", "aB", "AB", "", "é", "1", "a_b", "axb",
                "a%b",
            ]),
            Affinity::Blob if about.declared == "BLOB" => vec![Value::Blob(vec![1]), Value::Blob(vec![2, 0])],
            Affinity::Blob => [ints(&[1, 2, 3, 0]), texts(&["a", "b"])].concat(),
        });
    }

    /// Adds a constant that stands beside one of the columns, and what lies round it.
    pub(super) fn add_constant(&mut self, value: &Value, shifts: &[Shift]) {
        if self.said.contains(value) {
            return;
        }
        self.said.push(value.clone());
        let known = self.constants.len();
        match value {
            Value::Integer(c) => self.add_integer(*c),
            Value::Real(r) => {
                self.constants.extend([*r, *r, r + 0.5, r - 0.5, r / 2.0].map(Value::Real));
                self.constants.push(Value::Integer(*r as i64));
            }
            Value::Text(text) if self.format.is_some() => self.add_time(text, shifts),
            Value::Text(text) => self.add_text(text),
            Value::Null | Value::Blob(_) => {}
        }
        let affinity = self.affinity;
        let mut at = 0;
        self.constants.retain(|value| {
            at += 1;
            at <= known || fits(affinity, value)
        });
    }

    fn add_integer(&mut self, c: i64) {
        for near in [c, c, c.saturating_add(1), c.saturating_sub(1)] {
            self.constants.push(Value::Integer(near));
        }
        if c.abs() > 3 {
            self.constants.extend([c / 2, c / 3, c / 4].map(Value::Integer));
        }
        match self.affinity {
            Some(Affinity::Real) => {
                self.constants.extend([c as f64 + 0.5, c as f64 - 0.5].map(Value::Real));
            }
            // Beside a text a number is its length, a place in it, or what it is read as.
            Some(Affinity::Text) if self.format.is_none() => {
                self.constants.push(Value::Text(c.to_string()));
                if (1..=40).contains(&c) {
                    self.constants.extend(texts::of_length(c).into_iter().map(Value::Text));
                }
            }
            Some(Affinity::Text | Affinity::Integer | Affinity::Numeric | Affinity::Blob) | None => {}
        }
        // Multiples of one constant near another: where a quotient or a remainder turns.
        let others = self.said.iter().filter_map(|said| match said {
            Value::Integer(other) if *other != c => Some(*other),
            _ => None,
        });
        let turns: Vec<i64> = others
            .take(MOST_COMBINED)
            .map(|other| (other.abs().max(c.abs()), other.abs().min(c.abs())))
            .filter(|(_, step)| *step > 1)
            .flat_map(|(far, step)| {
                let low = far / step * step;
                [low, low.saturating_add(step)]
            })
            .collect();
        self.constants.extend(turns.into_iter().map(Value::Integer));
    }

    fn add_time(&mut self, text: &str, shifts: &[Shift]) {
        let read: Vec<DateTime> = match times::read(text) {
            Some((at, _)) => vec![at],
            None => times::read_part(text),
        };
        for at in read {
            self.moments.extend(times::around(at));
            for shift in shifts.iter().take(MOST_COMBINED) {
                for there in [shift.of(at, false), shift.of(at, true)].into_iter().flatten() {
                    self.moments.extend(times::tight(there));
                }
            }
        }
    }

    /// Reads the constants once more as times: the column has turned out to hold some.
    pub(super) fn reread(&mut self, shifts: &[Shift]) {
        for value in self.said.clone() {
            if let Value::Text(text) = value {
                self.add_time(&text, shifts);
            }
        }
    }

    fn add_text(&mut self, text: &str) {
        if let Ok(number) = text.parse::<i64>() {
            self.constants.push(Value::Integer(number));
        }
        let patterned = texts::of_pattern(text);
        let push = |class: &mut Class, text: String| class.constants.push(Value::Text(text));
        if !patterned.is_empty() {
            for text in patterned {
                push(self, text);
            }
            return;
        }
        push(self, text.to_owned());
        push(self, text.to_owned());
        if !self.closed {
            push(self, format!("{text}x"));
            push(self, text.to_uppercase());
            push(self, text.to_lowercase());
            let shorter: String = text.chars().take(text.chars().count().saturating_sub(1)).collect();
            push(self, shorter);
        }
    }

    /// What the statements' patterns ask for, in the form of values that are known to pass.
    pub(super) fn overlays(&self) -> Vec<Value> {
        let texts = |values: &[Value]| -> Vec<String> {
            let texts = values.iter().filter_map(|value| match value {
                Value::Text(text) if !text.is_empty() && text.len() < 60 => Some(text.clone()),
                _ => None,
            });
            texts.take(MOST_COMBINED).collect()
        };
        let forms = texts(&[self.pool.as_slice(), &self.constants].concat());
        let said = texts(&self.said);
        let mut made: Vec<Value> = Vec::new();
        for text in said {
            for form in &forms {
                for new in texts::overlay(form, &text).into_iter().map(Value::Text) {
                    if !made.contains(&new) {
                        made.push(new);
                    }
                }
            }
        }
        made
    }

    /// JSON documents that have what the statements ask for.
    pub(super) fn documents(&self, loose: &[Value]) -> Vec<Value> {
        let (mut paths, mut words) = (Vec::new(), Vec::new());
        for value in self.said.iter().chain(loose) {
            match value {
                Value::Text(text) if text.starts_with('$') => paths.push(text.clone()),
                Value::Text(text) => words.push(serde_json::Value::from(text.as_str()).to_string()),
                Value::Integer(i) => words.extend([i.to_string(), (i.saturating_add(1)).to_string()]),
                Value::Real(_) | Value::Null | Value::Blob(_) => {}
            }
        }
        for list in [&mut paths, &mut words] {
            list.sort();
            list.dedup();
            list.truncate(MOST_COMBINED);
        }
        texts::json(&paths, &words).into_iter().map(Value::Text).collect()
    }

    /// Whether a path into a document stands beside one of the columns.
    pub(super) fn has_path(&self) -> bool {
        self.said.iter().any(|value| matches!(value, Value::Text(text) if text.starts_with('$')))
    }

    /// Takes what another class has.
    pub(super) fn absorb(&mut self, other: Class) {
        self.constants.extend(other.constants);
        self.moments.extend(other.moments);
        self.pool.extend(other.pool);
        self.said.extend(other.said);
        self.closed &= other.closed;
        self.unique |= other.unique;
        self.json |= other.json;
    }

    /// Draws values for one database: few, so that rows collide.
    pub(super) fn draw(&self, season: &Season<'_>, random: &mut Random, drawn: &mut Drawn) {
        let size = if self.unique { season.rows + 2 } else { 1 + random.below(6.max(season.rows)) };
        drawn.size = 0;
        if let Some(format) = self.format {
            self.draw_times(format, size, season, random, drawn);
            return;
        }
        for _ in 0..size {
            drawn.push(self.one(season.loose, random));
        }
        if self.unique && self.closed {
            self.pool.iter().chain(&self.constants).for_each(|value| drawn.push(value));
        } else if self.unique {
            self.pool.iter().for_each(|value| drawn.push(value));
            for i in 0..season.rows {
                drawn.push(&match self.pool.first() {
                    Some(Value::Text(_)) => Value::Text(format!("a{i}")),
                    _ => Value::Integer(i as i64 + 1),
                });
            }
        }
    }

    /// Draws one value that is no time.
    pub(super) fn one<'v>(&'v self, loose: &'v [Value], random: &mut Random) -> &'v Value {
        let roll = random.below(100);
        let from = if roll < 60 && !self.constants.is_empty() {
            &self.constants
        } else if (60..70).contains(&roll) && !self.closed && !loose.is_empty() {
            match random.pick(loose) {
                Some(value) if fits(self.affinity, value) => return value,
                _ => &self.pool,
            }
        } else if self.pool.is_empty() {
            &self.constants
        } else {
            &self.pool
        };
        random.pick(from).unwrap_or(&NULL)
    }

    fn draw_times(
        &self,
        format: TimeFormat,
        size: usize,
        season: &Season<'_>,
        random: &mut Random,
        drawn: &mut Drawn,
    ) {
        let fresh;
        let cluster = if random.percent(50) {
            &season.shared
        } else {
            fresh = times::cluster(season.now, season.shifts, random);
            &fresh
        };
        // Where the day moves, what stands beside the column in the text says little about the hidden days.
        let constants = if season.day_moves { 10 } else { 55 };
        let only_constants = random.percent(constants / 2);
        // Now and then all of the cluster, in its order: days in a row stay so.
        if random.percent(25) {
            for at in cluster {
                drawn.push_time(*at, format);
            }
            return;
        }
        for _ in 0..size {
            let constant = !self.moments.is_empty() && (only_constants || random.percent(constants / 2));
            match random.pick(if constant { &self.moments } else { cluster }) {
                Some(at) => drawn.push_time(*at, format),
                None => drawn.push(&NULL),
            }
        }
    }
}

/// Whether a column of this affinity holds such a value when the data keeps to its declared types.
pub(super) fn fits(affinity: Option<Affinity>, value: &Value) -> bool {
    match (affinity, value) {
        (None | Some(Affinity::Blob), _)
        | (_, Value::Null)
        | (Some(Affinity::Integer), Value::Integer(_))
        | (Some(Affinity::Real | Affinity::Numeric), Value::Integer(_) | Value::Real(_))
        | (Some(Affinity::Text), Value::Text(_)) => true,
        (Some(Affinity::Integer), Value::Real(_) | Value::Text(_) | Value::Blob(_))
        | (Some(Affinity::Real | Affinity::Numeric), Value::Text(_) | Value::Blob(_))
        | (Some(Affinity::Text), Value::Integer(_) | Value::Real(_) | Value::Blob(_)) => false,
    }
}

/// How a column writes its times, as its hint, its type, its name or the literals beside it suggest.
pub(super) fn format_of<'v>(
    about: &ColumnInfo,
    hint: Option<&ColumnHint>,
    beside: impl Iterator<Item = &'v Value>,
) -> Option<TimeFormat> {
    if let Some(hint) = hint
        && (hint.format.is_some() || !hint.words.is_empty() || hint.range.is_some())
    {
        return hint.format;
    }
    if matches!(about.affinity, Affinity::Integer | Affinity::Real) {
        return None;
    }
    let name = about.name.to_ascii_lowercase();
    let declared = about.declared.as_str();
    if declared.contains("TIMESTAMP") || declared.contains("DATETIME") {
        return Some(TimeFormat::DateTime);
    }
    if declared.contains("DATE") {
        return Some(TimeFormat::Date);
    }
    let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| name.ends_with(suffix));
    let literal = beside.filter_map(|value| match value {
        Value::Text(text) => times::read(text).map(|(_, format)| format),
        Value::Null | Value::Integer(_) | Value::Real(_) | Value::Blob(_) => None,
    });
    let literal = literal.reduce(|a, b| if a == TimeFormat::DateTime { a } else { b });
    if ends(&["_at", "timestamp", "datetime"]) {
        return Some(TimeFormat::DateTime);
    }
    if ends(&["_on", "date", "day"]) {
        return Some(TimeFormat::Date);
    }
    if ends(&["month"]) && literal.is_some() {
        return Some(TimeFormat::Month);
    }
    literal
}

/// Values that a statement's functions call for, whichever column they stand on.
pub(super) fn called_for(clues: &Clues) -> Vec<Value> {
    let mut values = Vec::new();
    if clues.trims {
        values.extend([" ", " a", "a ", "a b"].map(Value::from));
    }
    if clues.json {
        let loose = Class::default().documents(&clues.loose);
        values.extend(loose);
    }
    values
}
