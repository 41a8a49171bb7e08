//! Which values each column may draw: classes of columns that share their values, and what the statements say of
//! them.

use std::collections::HashMap;

use jiff::civil::DateTime;

use super::{
    class::{Class, Drawn, Season, called_for, fits, format_of},
    clues::{Clues, ColumnAt},
    times::{self, Shift},
};
use crate::{
    moment::Moment,
    random::Random,
    schema::{
        hints::{ColumnHint, TimeFormat},
        introspect::{Affinity, Schema},
    },
    value::Value,
};

/// The values that a schema's columns draw from.
#[derive(Debug, Clone)]
pub(super) struct Domain {
    /// For each table, for each column, its class.
    class_of: Vec<Vec<usize>>,
    classes: Vec<Class>,
    /// Constants whose column is not known.
    loose: Vec<Value>,
    /// How far apart times may have to be.
    pub(super) shifts: Vec<Shift>,
    /// How many rows a LIMIT, OFFSET or count calls for.
    pub(super) rows: usize,
}

impl Domain {
    /// Puts together what the schema, its hints and the clues tell. Columns that the clues equate share no class
    /// yet: see [`Domain::unite`].
    pub(super) fn new(schema: &Schema, hints: &[ColumnHint], clues: &Clues) -> Domain {
        let mut domain = Domain::classes(schema);
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
                class.describe(about, hint);
            }
        }
        domain.add(clues);
        domain
    }

    /// The domain with what an answer's clues add, of which `passes` says whether a column's constraints take it.
    pub(super) fn with(
        &self,
        answer: &Clues,
        passes: &mut dyn FnMut(usize, usize, &Value) -> bool,
    ) -> Domain {
        let mut domain = self.clone();
        let known: Vec<usize> = domain.classes.iter().map(|class| class.constants.len()).collect();
        domain.add(answer);
        let columns = self.class_of.iter().enumerate().flat_map(|(table, places)| {
            places.iter().enumerate().map(move |(column, class)| (table, column, *class))
        });
        for (table, column, place) in columns {
            let class = &mut domain.classes[place];
            let mut fresh = class.constants.split_off(known[place].min(class.constants.len()));
            if !fresh.is_empty() && class.closed {
                fresh.extend(class.overlays());
            }
            if class.json {
                fresh.extend(class.documents(&answer.loose));
                fresh.retain(|value| !class.constants.contains(value));
            }
            class.constants.extend(fresh.into_iter().filter(|value| passes(table, column, value)));
        }
        domain.unite(&answer.equal);
        domain
    }

    /// Adds what clues tell.
    fn add(&mut self, clues: &Clues) {
        for shift in &clues.shifts {
            if !self.shifts.contains(shift) {
                self.shifts.push(*shift);
            }
        }
        self.loose.extend(clues.loose.iter().cloned());
        self.loose.extend(called_for(clues));
        for (at, value) in &clues.beside {
            let class = self.class_of[at.0][at.1];
            self.classes[class].add_constant(value, &clues.shifts);
        }
        for class in &mut self.classes {
            if !class.json && class.has_path() {
                class.constants.extend(class.documents(&clues.loose));
            }
        }
        self.rows = self.rows.max(clues.rows);
    }

    /// Lets columns that are equated share their values, if they hold the same kind.
    pub(super) fn unite(&mut self, pairs: &[(ColumnAt, ColumnAt)]) {
        for (a, b) in pairs {
            self.join(self.class_of[a.0][a.1], self.class_of[b.0][b.1]);
        }
    }

    fn join(&mut self, a: usize, b: usize) {
        let (keep, gone) = (a.min(b), a.max(b));
        let same = |a: &Class, b: &Class| a.affinity == b.affinity && a.format == b.format;
        if keep == gone || !same(&self.classes[keep], &self.classes[gone]) {
            return;
        }
        let gone_class = self.classes[gone].clone();
        self.classes[keep].absorb(gone_class);
        for places in &mut self.class_of {
            for place in places.iter_mut().filter(|place| **place == gone) {
                *place = keep;
            }
        }
    }

    /// How many classes there are.
    pub(super) fn len(&self) -> usize {
        self.classes.len()
    }

    /// One class for each column, and for the columns that refer to it.
    fn classes(schema: &Schema) -> Domain {
        let mut places: HashMap<ColumnAt, usize> = HashMap::new();
        for (table, info) in schema.tables.iter().enumerate() {
            for column in 0..info.columns.len() {
                places.insert((table, column), places.len());
            }
        }
        let mut parent: Vec<usize> = (0..places.len()).collect();
        for (table, info) in schema.tables.iter().enumerate() {
            for key in &info.foreign_keys {
                for (own, theirs) in key.columns.iter().zip(&key.parent_columns) {
                    let a = root(&parent, places[&(table, *own)]);
                    let b = root(&parent, places[&(key.parent, *theirs)]);
                    parent[a.max(b)] = a.min(b);
                }
            }
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
        Domain {
            class_of,
            classes: vec![Class::default(); numbers.len()],
            loose: Vec::new(),
            shifts: Vec::new(),
            rows: 0,
        }
    }

    /// The class of a column.
    pub(super) fn class(&self, table: usize, column: usize) -> usize {
        self.class_of[table][column]
    }

    /// How a column writes its times, if it holds times.
    pub(super) fn format(&self, table: usize, column: usize) -> Option<TimeFormat> {
        self.classes[self.class(table, column)].format
    }

    /// Makes a column's class write its times in another way, or hold none.
    pub(super) fn set_format(&mut self, table: usize, column: usize, format: Option<TimeFormat>) {
        let class = self.class(table, column);
        let class = &mut self.classes[class];
        if class.format.is_none() && format.is_some() {
            class.reread(&self.shifts);
        }
        class.format = format;
    }

    /// Whether a column holds text, by its type.
    pub(super) fn takes_text(&self, table: usize, column: usize) -> bool {
        fits(self.classes[self.class(table, column)].affinity, &Value::from("a"))
            || self.classes[self.class(table, column)].affinity == Some(Affinity::Numeric)
    }

    /// The constants and the pool of a column's class.
    pub(super) fn own(&self, table: usize, column: usize) -> Vec<Value> {
        let class = &self.classes[self.class(table, column)];
        class.constants.iter().chain(&class.pool).cloned().collect()
    }

    /// All values that a column's class may draw, without its times.
    pub(super) fn candidates(&self, table: usize, column: usize) -> Vec<Value> {
        let mut all = self.own(table, column);
        all.extend(self.loose.iter().cloned());
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

    /// The times that stand beside a column.
    pub(super) fn moments(&self, table: usize, column: usize) -> &[DateTime] {
        &self.classes[self.class(table, column)].moments
    }

    /// The constants of a column's class.
    pub(super) fn constants(&self, table: usize, column: usize) -> &[Value] {
        &self.classes[self.class(table, column)].constants
    }

    /// Keeps of a class's values those that `keep` holds good.
    pub(super) fn prune(&mut self, table: usize, column: usize, keep: impl Fn(&Value) -> bool) {
        let class = self.class(table, column);
        let class = &mut self.classes[class];
        class.closed |= class.pool.iter().any(|value| !keep(value));
        class.constants.retain(|value| keep(value));
        if class.pool.iter().any(&keep) || !class.constants.is_empty() {
            class.pool.retain(|value| keep(value));
        }
    }

    /// Keeps a column's class from inventing values.
    pub(super) fn close(&mut self, table: usize, column: usize) {
        let class = self.class(table, column);
        self.classes[class].closed = true;
    }

    /// Puts other values in place of a class's pool.
    pub(super) fn set_pool(&mut self, table: usize, column: usize, pool: Vec<Value>) {
        let class = self.class(table, column);
        self.classes[class].pool = pool;
    }

    /// What the statements' patterns ask for, in the form of the values that a column's class has.
    pub(super) fn overlays(&self, table: usize, column: usize) -> Vec<Value> {
        self.classes[self.class(table, column)].overlays()
    }

    /// Makes a column's class hold JSON, and gives the documents that come to mind.
    pub(super) fn documents(&mut self, table: usize, column: usize) -> Vec<Value> {
        let class = self.class(table, column);
        self.classes[class].json = true;
        self.classes[class].documents(&self.loose)
    }

    /// Adds constants to a column's class.
    pub(super) fn extend(&mut self, table: usize, column: usize, values: impl IntoIterator<Item = Value>) {
        let class = self.class(table, column);
        self.classes[class].constants.extend(values);
    }

    /// Another value for a column, whatever the database has drawn.
    pub(super) fn one(&self, table: usize, column: usize, random: &mut Random) -> &Value {
        self.classes[self.class(table, column)].one(&self.loose, random)
    }

    /// Draws the values of every class for one database: few, so that rows collide.
    pub(super) fn draw(
        &self,
        used: &[bool],
        now: Moment,
        day_moves: bool,
        rows: usize,
        random: &mut Random,
        draws: &mut Vec<Drawn>,
    ) {
        let shared = times::cluster(now, &self.shifts, random);
        let season = Season { loose: &self.loose, now, day_moves, rows, shifts: &self.shifts, shared };
        draws.resize_with(self.classes.len(), Drawn::default);
        for ((class, drawn), _) in self.classes.iter().zip(draws).zip(used).filter(|(_, used)| **used) {
            class.draw(&season, random, drawn);
        }
    }
}

fn root(parent: &[usize], mut at: usize) -> usize {
    while parent[at] != at {
        at = parent[at];
    }
    at
}
