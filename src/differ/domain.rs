//! Which values each column may draw: classes of columns that share their values, the constants that matter to
//! them, and a plain pool beside.

use std::collections::HashMap;

use jiff::civil::DateTime;

use super::{
    clues::{Clues, ColumnAt},
    times,
};
use crate::{
    moment::Moment,
    random::Random,
    schema::hints::{ColumnHint, TimeFormat},
    schema::introspect::{Affinity, ColumnInfo, Schema},
    value::Value,
};

/// The values that a schema's columns draw from.
#[derive(Debug, Clone)]
pub struct Domain {
    /// For each table, for each column, its class.
    class_of: Vec<Vec<usize>>,
    classes: Vec<Class>,
    /// Constants whose column is not known.
    loose: Vec<Value>,
    /// How many rows a LIMIT, OFFSET or count calls for.
    pub rows: usize,
}

/// Columns that share their values.
#[derive(Debug, Clone, Default)]
struct Class {
    /// Constants, and their neighbours.
    constants: Vec<Value>,
    /// Constants that are times, and times round them.
    moments: Vec<DateTime>,
    /// A plain pool.
    pool: Vec<Value>,
    /// How its times are written, if it holds times.
    format: Option<TimeFormat>,
    /// Whether a CHECK refuses some of the pool, so that new values had better not be invented.
    closed: bool,
    /// Whether one of its columns must be different in every row.
    unique: bool,
    /// What its columns hold.
    affinity: Option<Affinity>,
}

impl Domain {
    /// Puts together what the schema, its hints and the clues tell.
    pub fn new(schema: &Schema, hints: &[ColumnHint], clues: &Clues) -> Domain {
        let mut domain = Domain::classes(schema, clues);
        for (table, info) in schema.tables.iter().enumerate() {
            for (column, about) in info.columns.iter().enumerate() {
                let hint = hints.iter().find(|hint| {
                    hint.table.eq_ignore_ascii_case(&info.name)
                        && hint.column.eq_ignore_ascii_case(&about.name)
                });
                let class = &mut domain.classes[domain.class_of[table][column]];
                class.unique |= info.uniques.iter().any(|key| key == &[column]);
                let beside =
                    clues.beside.iter().filter(|(at, _)| *at == (table, column)).map(|(_, value)| value);
                class.format = class.format.or_else(|| format_of(about, hint, beside));
                class.affinity = class.affinity.or(Some(about.affinity));
                class.describe(about, hint);
            }
        }
        for (at, value) in &clues.beside {
            let class = domain.class_of[at.0][at.1];
            domain.classes[class].add_constant(value);
        }
        for class in &mut domain.classes {
            let affinity = class.affinity;
            class.constants.retain(|value| fits(affinity, value));
            class.pool.retain(|value| fits(affinity, value));
        }
        domain.loose.clone_from(&clues.loose);
        domain.rows = clues.rows;
        domain
    }

    /// The domain with what an answer's clues add. What was pruned stays so: a constant of the answer that the
    /// constraints refuse is only drawn in vain now and then.
    pub fn with(&self, answer: &Clues) -> Domain {
        let mut domain = self.clone();
        for (a, b) in &answer.equal {
            domain.join(domain.class_of[a.0][a.1], domain.class_of[b.0][b.1]);
        }
        for (at, value) in &answer.beside {
            let class = domain.class_of[at.0][at.1];
            let class = &mut domain.classes[class];
            if !class.constants.contains(value) {
                class.add_constant(value);
                let affinity = class.affinity;
                class.constants.retain(|value| fits(affinity, value));
            }
        }
        domain.loose.extend(answer.loose.iter().cloned());
        domain.rows = domain.rows.max(answer.rows);
        domain
    }

    /// Makes two classes one, if they hold the same kind of values.
    fn join(&mut self, a: usize, b: usize) {
        let (keep, gone) = (a.min(b), a.max(b));
        let same = |a: &Class, b: &Class| a.affinity == b.affinity && a.format == b.format;
        if keep == gone || !same(&self.classes[keep], &self.classes[gone]) {
            return;
        }
        let gone_class = self.classes[gone].clone();
        let class = &mut self.classes[keep];
        class.constants.extend(gone_class.constants);
        class.moments.extend(gone_class.moments);
        class.pool.extend(gone_class.pool);
        class.closed &= gone_class.closed;
        class.unique |= gone_class.unique;
        for places in &mut self.class_of {
            for place in places.iter_mut().filter(|place| **place == gone) {
                *place = keep;
            }
        }
    }

    /// How many classes there are.
    pub fn len(&self) -> usize {
        self.classes.len()
    }

    fn classes(schema: &Schema, clues: &Clues) -> Domain {
        let mut places: HashMap<ColumnAt, usize> = HashMap::new();
        for (table, info) in schema.tables.iter().enumerate() {
            for column in 0..info.columns.len() {
                places.insert((table, column), places.len());
            }
        }
        let mut parent: Vec<usize> = (0..places.len()).collect();
        let mut join = |a: ColumnAt, b: ColumnAt| {
            let (a, b) = (root(&parent, places[&a]), root(&parent, places[&b]));
            parent[a.max(b)] = a.min(b);
        };
        for (table, info) in schema.tables.iter().enumerate() {
            for key in &info.foreign_keys {
                for (own, theirs) in key.columns.iter().zip(&key.parent_columns) {
                    join((table, *own), (key.parent, *theirs));
                }
            }
        }
        for (a, b) in &clues.equal {
            join(*a, *b);
        }
        let mut numbers: HashMap<usize, usize> = HashMap::new();
        let class_of = schema
            .tables
            .iter()
            .enumerate()
            .map(|(table, info)| {
                (0..info.columns.len())
                    .map(|column| {
                        let next = numbers.len();
                        *numbers.entry(root(&parent, places[&(table, column)])).or_insert(next)
                    })
                    .collect()
            })
            .collect();
        Domain { class_of, classes: vec![Class::default(); numbers.len()], loose: Vec::new(), rows: 0 }
    }

    /// The class of a column.
    pub fn class(&self, table: usize, column: usize) -> usize {
        self.class_of[table][column]
    }

    /// How a column writes its times, if it holds times.
    pub fn format(&self, table: usize, column: usize) -> Option<TimeFormat> {
        self.classes[self.class(table, column)].format
    }

    /// Makes a column's class write its times in another way, or hold none.
    pub fn set_format(&mut self, table: usize, column: usize, format: Option<TimeFormat>) {
        let class = self.class(table, column);
        self.classes[class].format = format;
    }

    /// All values that a column's class may draw, without its times.
    pub fn candidates(&self, table: usize, column: usize) -> Vec<Value> {
        let class = &self.classes[self.class(table, column)];
        let mut all: Vec<Value> =
            class.constants.iter().chain(&class.pool).chain(&self.loose).cloned().collect();
        let mut seen: Vec<Value> = Vec::new();
        all.retain(|value| {
            let new = !seen.contains(value);
            if new {
                seen.push(value.clone());
            }
            new
        });
        all
    }

    /// The constants of a column's class.
    pub fn constants(&self, table: usize, column: usize) -> &[Value] {
        &self.classes[self.class(table, column)].constants
    }

    /// Keeps of a class's values those that `keep` holds good.
    pub fn prune(&mut self, table: usize, column: usize, keep: impl Fn(&Value) -> bool) {
        let class = self.class(table, column);
        let class = &mut self.classes[class];
        class.closed |= class.pool.iter().any(|value| !keep(value));
        class.constants.retain(|value| keep(value));
        if class.pool.iter().any(&keep) {
            class.pool.retain(|value| keep(value));
        }
    }

    /// Draws the values of every class for one database: few, so that rows collide.
    pub fn draw(
        &self,
        used: &[bool],
        now: Moment,
        day_moves: bool,
        rows: usize,
        random: &mut Random,
    ) -> Vec<Vec<Value>> {
        let shared = times::cluster(now, rows, random);
        self.classes
            .iter()
            .zip(used)
            .map(|(class, used)| {
                if *used {
                    class.draw(&self.loose, now, day_moves, rows, &shared, random)
                } else {
                    Vec::new()
                }
            })
            .collect()
    }
}

fn root(parent: &[usize], mut at: usize) -> usize {
    while parent[at] != at {
        at = parent[at];
    }
    at
}

/// Whether a column of this affinity holds such a value when the data keeps to its declared types.
fn fits(affinity: Option<Affinity>, value: &Value) -> bool {
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

fn format_of<'v>(
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

impl Class {
    fn describe(&mut self, about: &ColumnInfo, hint: Option<&ColumnHint>) {
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
            Affinity::Blob => [ints(&[1, 2, 3, 0]), texts(&["a", "b"])].concat(),
        });
    }

    fn add_constant(&mut self, value: &Value) {
        match value {
            Value::Integer(c) => {
                let c = *c;
                for near in [c, c, c.saturating_add(1), c.saturating_sub(1)] {
                    self.constants.push(Value::Integer(near));
                }
                if c.abs() > 3 {
                    self.constants.extend([c / 2, c / 3, c / 4].map(Value::Integer));
                }
            }
            Value::Real(r) => {
                self.constants.extend([*r, *r, r + 0.5, r - 0.5, r / 2.0].map(Value::Real));
                self.constants.push(Value::Integer(*r as i64));
            }
            Value::Text(text) => match times::read(text) {
                Some((at, _)) if self.format.is_some() => self.moments.extend(times::around(at)),
                _ => self.add_text(text),
            },
            Value::Null | Value::Blob(_) => {}
        }
    }

    fn add_text(&mut self, text: &str) {
        if let Ok(number) = text.parse::<i64>() {
            self.constants.push(Value::Integer(number));
        }
        let push = |class: &mut Class, text: String| class.constants.push(Value::Text(text));
        if text.contains(['%', '_']) && text.len() > 1 {
            // A LIKE pattern: what it matches, and what it just misses.
            for (any, one) in [("", "x"), ("x", "y"), ("x y", "z")] {
                push(self, text.replace('%', any).replace('_', one));
            }
            push(self, text.replace(['%', '_'], ""));
            push(self, format!("x{}", text.replace('%', "").replace('_', "x")));
            push(self, text.replace('%', "").replace('_', "x").to_uppercase());
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

    fn draw(
        &self,
        loose: &[Value],
        now: Moment,
        day_moves: bool,
        rows: usize,
        shared: &[DateTime],
        random: &mut Random,
    ) -> Vec<Value> {
        let size = if self.unique { rows + 2 } else { 1 + random.below(6.max(rows)) };
        if let Some(format) = self.format {
            return self.draw_times(format, now, day_moves, size, shared, random);
        }
        let mut drawn = Vec::with_capacity(size);
        for _ in 0..size {
            let roll = random.below(100);
            let from = if roll < 60 && !self.constants.is_empty() {
                &self.constants
            } else if (60..70).contains(&roll) && !self.closed && !loose.is_empty() {
                match random.pick(loose) {
                    Some(value) if fits(self.affinity, value) => {
                        drawn.push(value.clone());
                        continue;
                    }
                    _ => &self.pool,
                }
            } else if self.pool.is_empty() {
                &self.constants
            } else {
                &self.pool
            };
            drawn.push(random.pick(from).cloned().unwrap_or(Value::Null));
        }
        if self.unique {
            drawn.extend(self.pool.iter().cloned());
            drawn.extend((0..rows).map(|i| match self.pool.first() {
                Some(Value::Text(_)) => Value::Text(format!("a{i}")),
                _ => Value::Integer(i as i64 + 1),
            }));
        }
        drawn
    }

    fn draw_times(
        &self,
        format: TimeFormat,
        now: Moment,
        day_moves: bool,
        size: usize,
        shared: &[DateTime],
        random: &mut Random,
    ) -> Vec<Value> {
        let fresh;
        let cluster = if random.percent(50) {
            shared
        } else {
            fresh = times::cluster(now, size, random);
            &fresh
        };
        // Where the day moves, what stands beside the column in the text says little about the hidden days.
        let constants = if day_moves { 10 } else { 55 };
        let only_constants = random.percent(constants / 2);
        // Now and then all of the cluster, in its order: days in a row stay so.
        if random.percent(25) {
            return cluster.iter().map(|at| Value::Text(times::write(*at, format))).collect();
        }
        (0..size)
            .map(|_| {
                let constant = !self.moments.is_empty() && (only_constants || random.percent(constants / 2));
                let from = if constant { &self.moments } else { cluster };
                random.pick(from).map_or(Value::Null, |at| Value::Text(times::write(*at, format)))
            })
            .collect()
    }
}
