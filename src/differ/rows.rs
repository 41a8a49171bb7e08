//! The rows of one table of a random database: how they are made, how they refer to others, and how one that SQLite
//! has refused is mended.

use super::{
    arena::Arena,
    class::{Drawn, NULL},
    fill::{Filler, Place, TablePlan},
    times,
    tiny::TinyDb,
};
use crate::{
    engine::Failure,
    moment::Moment,
    random::Random,
    schema::introspect::{Affinity, TableInfo},
    value::{Row, Value},
};

/// How the rows of one table of one database are made.
pub(super) struct Job<'t> {
    pub(super) table: usize,
    pub(super) info: &'t TableInfo,
    pub(super) plan: &'t TablePlan,
    /// What is looked at for each value of a column that an INSERT names.
    pub(super) places: &'t [Place],
    /// The values of each class of columns.
    pub(super) draws: &'t [Drawn],
    pub(super) ids: Ids,
    pub(super) references: Vec<Reference>,
    /// For each column, how it takes the values of its class.
    pub(super) takings: Vec<Taking>,
    /// How many of a hundred values are NULL.
    pub(super) nulls: usize,
    /// How many of a hundred rows repeat the one before.
    pub(super) doubles: usize,
    pub(super) next_id: i64,
}

/// How a reference picks its parent, in one table of one database.
#[derive(Clone, Copy)]
pub(super) enum Reference {
    /// Any parent.
    Any,
    /// The first child takes the first parent, the second the second …
    Turn,
    /// All take the same.
    One(usize),
    /// Each takes the row before it.
    Last,
}

/// How ids come, in one table of one database.
#[derive(Clone, Copy)]
pub(super) enum Ids {
    /// 1, 2, 3 …
    Plain,
    /// With gaps.
    Gaps,
    /// From the values of the column's class.
    Drawn,
}

/// How a plain column takes its values, in one table of one database.
#[derive(Debug, Clone, Copy)]
pub(super) enum Taking {
    /// Any of them.
    Any,
    /// One after the other.
    Turn,
    /// Always the same.
    One(usize),
}

/// What became of a row that was refused.
pub(super) enum Mended {
    /// Its CHECKs hold now.
    Yes,
    /// No luck.
    No,
    /// Its CHECKs held all the time: a key clashes.
    Clashes,
}

/// Changes that are tried to make the CHECKs of a row hold.
const CHANGES: usize = 12;

/// Changes that change nothing before a row is given up.
const IN_VAIN: usize = 4;

/// From which attempt on a row starts from one that is known to pass.
const MODELLED: usize = 4;

impl Filler<'_> {
    /// Makes a row, its references and its id excepted, in the place of another one or of none.
    pub(super) fn row(&self, job: &Job<'_>, db: &TinyDb, attempt: usize, row: &mut Row, random: &mut Random) {
        let plan = job.plan;
        let last = db.tables[job.table].last();
        let double = last.is_some() && random.percent(job.doubles);
        let stock = &plan.stock;
        let model = (attempt >= MODELLED && !stock.is_empty())
            .then(|| (&stock[random.below(stock.len())], random.below(plan.columns.len())));
        row.resize(plan.columns.len(), Value::Null);
        let mut times = 0;
        for (at, place) in job.places.iter().enumerate() {
            let value = match (&model, last) {
                _ if plan.id == Some(at) => &NULL,
                (Some((model, fresh)), _) if place.plain && *fresh != at => &model[at],
                (None, Some(last)) if double && place.plain => &last[at],
                _ if place.nullable && random.percent(job.nulls) => &NULL,
                _ => {
                    let values = &job.draws[place.class];
                    let pick = match job.takings[at] {
                        Taking::Any => random.below(values.len()),
                        Taking::Turn => db.tables[job.table].len() % values.len().max(1),
                        Taking::One(one) => one,
                    };
                    times += usize::from(place.is_time);
                    // Two times of one row are often as far apart as a statement says.
                    if place.is_time
                        && times > 1
                        && !double
                        && random.percent(30)
                        && let Some(time) = self.time_beside(job, at, &row[..at], random)
                    {
                        row[at] = time;
                        continue;
                    }
                    values.get(pick).unwrap_or(&NULL)
                }
            };
            row[at].put(value);
        }
    }

    /// A time that goes with another one of the same row.
    fn time_beside(&self, job: &Job<'_>, at: usize, row: &[Value], random: &mut Random) -> Option<Value> {
        let format = self.domain.format(job.table, job.plan.columns[at])?;
        let others = row.iter().enumerate().filter(|(other, _)| *other != at).filter_map(|(other, value)| {
            self.domain.format(job.table, job.plan.columns[other])?;
            match value {
                Value::Text(text) => times::read(text),
                Value::Null | Value::Integer(_) | Value::Real(_) | Value::Blob(_) => None,
            }
        });
        let others: Vec<_> = others.collect();
        let (other, _) = random.pick(&others)?;
        Some(Value::Text(times::write(times::beside(*other, &self.domain.shifts, random), format)))
    }

    /// An id for the next row.
    pub(super) fn id(
        &self,
        job: &Job<'_>,
        at: usize,
        next: i64,
        attempt: usize,
        random: &mut Random,
    ) -> Value {
        let values = &job.draws[self.domain.class(job.table, job.plan.columns[at])];
        match (job.ids, values.get(random.below(values.len()))) {
            (Ids::Drawn, Some(Value::Integer(i))) if attempt < 5 => Value::Integer(*i),
            (Ids::Gaps, _) => Value::Integer(next.saturating_add(random.between(0, 2))),
            (Ids::Plain | Ids::Drawn, _) => Value::Integer(next),
        }
    }

    /// Lets the row's references point at rows that are there; `false` where one must and none can.
    pub(super) fn refer(
        &self,
        job: &Job<'_>,
        number: usize,
        row: &mut Row,
        db: &TinyDb,
        random: &mut Random,
    ) -> bool {
        let mut set = 0_u64;
        for (which, how) in job.references.iter().enumerate() {
            if !self.point(job, (which, *how), number, &mut set, row, db, random) {
                return false;
            }
        }
        true
    }

    /// Lets one reference point at a row. `set` has a bit for each column that an earlier reference has settled.
    #[allow(clippy::too_many_arguments)]
    fn point(
        &self,
        job: &Job<'_>,
        (which, how): (usize, Reference),
        number: usize,
        set: &mut u64,
        row: &mut Row,
        db: &TinyDb,
        random: &mut Random,
    ) -> bool {
        let (info, plan) = (job.info, job.plan);
        let key = &info.foreign_keys[which];
        let Some(places) = &plan.references[which] else { return true };
        let settled = |set: u64, at: usize| set >> at.min(63) & 1 == 1;
        let free = |set: u64, at: &usize| !info.columns[plan.columns[*at]].not_null && !settled(set, *at);
        let optional = places.iter().any(|at| free(*set, at));
        let parents = &db.tables[key.parent];
        let own_tree = key.parent == job.table;
        if optional
            && (parents.is_empty()
                || random.percent(job.nulls.max(match how {
                    Reference::Last => 5,
                    Reference::Any | Reference::Turn | Reference::One(_) if own_tree => 25,
                    Reference::Any | Reference::Turn | Reference::One(_) => 0,
                })))
        {
            // Of a key of several columns some or all are NULL.
            let nullable: Vec<usize> = places.iter().copied().filter(|at| free(*set, at)).collect();
            let one =
                (nullable.len() > 1 && random.percent(50)).then(|| nullable[random.below(nullable.len())]);
            for at in nullable {
                if one.is_none_or(|one| one == at) {
                    row[at] = Value::Null;
                }
            }
            return true;
        }
        let theirs = &self.tables[key.parent].columns;
        let chosen = match how {
            _ if parents.is_empty() => None,
            Reference::Any => parents.get(random.below(parents.len())),
            Reference::Turn => parents.get(number % parents.len()),
            Reference::One(at) => parents.get(at % parents.len()),
            Reference::Last => parents.last(),
        };
        let there = |column: &usize| theirs.iter().position(|known| known == column);
        let fits = |parent: &Row| {
            places.iter().zip(&key.parent_columns).all(|(at, column)| {
                !settled(*set, *at) || there(column).is_some_and(|there| parent[there] == row[*at])
            })
        };
        let parent =
            chosen.filter(|parent| fits(parent)).or_else(|| parents.iter().find(|parent| fits(parent)));
        match parent {
            Some(parent) => {
                for (at, column) in places.iter().zip(&key.parent_columns) {
                    if let Some(there) = there(column) {
                        row[*at].put(&parent[there]);
                        *set |= 1 << (*at).min(63);
                    }
                }
                // A parent whose key is NULL in part is no parent.
                optional || !places.iter().any(|at| row[*at].is_null())
            }
            // The first row of a table that refers to itself may be its own parent.
            None if own_tree && parents.is_empty() => {
                for (at, column) in places.iter().zip(&key.parent_columns) {
                    if let Some(own) = plan.columns.iter().position(|known| known == column) {
                        row[*at] = row[own].clone();
                    }
                }
                true
            }
            None if optional => {
                for at in places {
                    if free(*set, at) {
                        row[*at] = Value::Null;
                    }
                }
                true
            }
            None => false,
        }
    }

    /// Whether all references of a row find their rows, or are NULL in part.
    pub(super) fn refers(&self, job: &Job<'_>, row: &Row, db: &TinyDb) -> bool {
        job.info.foreign_keys.iter().zip(&job.plan.references).all(|(key, places)| {
            let Some(places) = places else { return true };
            let theirs = &self.tables[key.parent].columns;
            let holds = |parent: &Row| {
                places.iter().zip(&key.parent_columns).all(|(at, column)| {
                    let there = theirs.iter().position(|known| known == column);
                    there.is_some_and(|there| parent[there] == row[*at])
                })
            };
            places.iter().any(|at| row[*at].is_null())
                || db.tables[key.parent].iter().any(holds)
                || (key.parent == job.table && holds(row))
        })
    }

    /// Changes a row that was refused until its CHECKs hold, if they can be asked.
    pub(super) fn mend(
        &self,
        job: &Job<'_>,
        row: &mut Row,
        arena: &mut Arena<'_>,
        db: &TinyDb,
        random: &mut Random,
    ) -> Result<Mended, Failure> {
        let Some(judge) = arena.judge(job.table, job.info)? else {
            return Ok(if job.plan.stock.is_empty() { Mended::Clashes } else { Mended::No });
        };
        let mut broken = judge.broken(row)?;
        if broken == 0 {
            return Ok(if job.plan.stock.is_empty() { Mended::Clashes } else { Mended::No });
        }
        let mut in_vain = 0;
        for _ in 0..CHANGES {
            let bits = judge.checks.iter().enumerate().filter(|(bit, _)| broken >> bit & 1 == 1);
            let Some((_, check)) = bits.clone().nth(random.below(bits.count())) else { break };
            let Some(at) = random.pick(&check.columns).copied() else { break };
            let before = row.clone();
            self.change(job, at, row, db, random);
            let changed: Vec<usize> = (0..row.len()).filter(|at| row[*at] != before[*at]).collect();
            if changed.is_empty() {
                in_vain += 1;
                if in_vain == IN_VAIN {
                    break;
                }
                continue;
            }
            broken = judge.broken_with(row, &changed)?;
            if broken == 0 {
                return Ok(Mended::Yes);
            }
        }
        Ok(Mended::No)
    }

    /// Puts another value in one place of a row.
    fn change(&self, job: &Job<'_>, at: usize, row: &mut Row, db: &TinyDb, random: &mut Random) {
        let column = job.plan.columns[at];
        let which =
            job.plan.references.iter().position(|places| places.as_ref().is_some_and(|p| p.contains(&at)));
        let nullable = !job.info.columns[column].not_null;
        if let Some(which) = which {
            if nullable && random.percent(50) {
                row[at] = Value::Null;
            } else {
                self.point(job, (which, Reference::Any), 0, &mut 0, row, db, random);
            }
            return;
        }
        if job.plan.id == Some(at) {
            return;
        }
        let values = &job.draws[self.domain.class(job.table, column)];
        row[at] = if nullable && random.percent(35) {
            Value::Null
        } else if self.domain.format(job.table, column).is_some() && random.percent(50) {
            self.time_beside(job, at, row, random).unwrap_or(Value::Null)
        } else if self.domain.format(job.table, column).is_none() && random.percent(30) {
            self.domain.one(job.table, column, random).clone()
        } else {
            values.get(random.below(values.len())).cloned().unwrap_or(Value::Null)
        };
    }

    /// Puts another value in one column of each key of a row: one of them is taken.
    pub(super) fn freshen(
        &self,
        job: &Job<'_>,
        row: &mut Row,
        attempt: usize,
        next_id: i64,
        db: &TinyDb,
        random: &mut Random,
    ) {
        let (info, plan) = (job.info, job.plan);
        for key in &info.uniques {
            let places: Vec<usize> = key
                .iter()
                .filter_map(|column| plan.columns.iter().position(|known| known == column))
                .collect();
            let own: Vec<usize> = places
                .iter()
                .copied()
                .filter(|at| !plan.references.iter().flatten().any(|reference| reference.contains(at)))
                .collect();
            // A column that refers to nothing is free to change; where all refer, they refer elsewhere.
            let Some(at) = random.pick(if own.is_empty() { &places } else { &own }).copied() else {
                continue;
            };
            let column = plan.columns[at];
            if plan.id == Some(at) {
                row[at] = Value::Integer(next_id.saturating_add(i64::from(attempt > 0)));
            } else if own.is_empty() {
                self.change(job, at, row, db, random);
            } else if let Some(format) = self.domain.format(job.table, column) {
                let now: Moment = db.now;
                let cluster = times::cluster(now, &self.domain.shifts, random);
                let time = random.pick(&cluster).copied().unwrap_or(now.civil());
                row[at] = Value::Text(times::write(time, format));
            } else {
                let count = db.tables[job.table].len() as i64;
                row[at] = match info.columns[column].affinity {
                    Affinity::Integer | Affinity::Numeric | Affinity::Real if random.percent(50) => {
                        Value::Integer(random.between(1, count + 2))
                    }
                    Affinity::Integer
                    | Affinity::Numeric
                    | Affinity::Real
                    | Affinity::Text
                    | Affinity::Blob => self.domain.one(job.table, column, random).clone(),
                };
            }
        }
    }

    /// Now and then points a table's reference to itself at any row, so that rows can stand in a ring.
    pub(super) fn close_ring(
        &self,
        job: &Job<'_>,
        arena: &mut Arena<'_>,
        db: &mut TinyDb,
        random: &mut Random,
    ) -> Result<(), Failure> {
        let table = job.table;
        let own = job.info.foreign_keys.iter().position(|key| key.parent == table);
        let Some(which) = own.filter(|_| db.tables[table].len() > 1 && random.percent(12)) else {
            return Ok(());
        };
        let Some(places) = &job.plan.references[which] else { return Ok(()) };
        let before = db.tables[table].clone();
        let (child, parent) = (random.below(before.len()), random.below(before.len()));
        for (at, column) in places.iter().zip(&job.info.foreign_keys[which].parent_columns) {
            if let Some(there) = job.plan.columns.iter().position(|known| known == column) {
                db.tables[table][child][*at] = before[parent][there].clone();
            }
        }
        if db.references_hold(self.schema) && arena.reload(table, &db.tables[table])? {
            return Ok(());
        }
        db.tables[table] = before;
        arena.reload(table, &db.tables[table])?;
        Ok(())
    }
}
