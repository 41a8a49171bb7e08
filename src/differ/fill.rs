//! Random tiny databases that obey every constraint: keys and references by the way rows are made, everything
//! else by asking SQLite.

use super::{arena::Arena, clues::Clues, domain::Domain, learn, tiny::TinyDb};
use crate::{
    engine::Failure,
    moment::Moment,
    random::Random,
    schema::hints::ColumnHint,
    schema::introspect::{Schema, TableInfo},
    value::{Row, Value},
};

/// What is learned of a schema, and of the reference, before any answer comes.
pub(super) struct Learned {
    domain: Domain,
    tables: Vec<TablePlan>,
}

/// Makes tiny databases of one schema for one pair of statements.
pub(super) struct Filler<'a> {
    schema: &'a Schema,
    domain: Domain,
    tables: &'a [TablePlan],
    /// Which tables get rows.
    wanted: Vec<bool>,
    /// Which classes of columns these tables draw from.
    used: Vec<bool>,
}

/// What is known of a table before any row is made.
pub(super) struct TablePlan {
    /// The columns an INSERT names.
    pub(super) columns: Vec<usize>,
    /// Rows that SQLite has accepted, for tables whose CHECKs refuse most.
    pub(super) stock: Vec<Row>,
    /// For each column that an INSERT names: whether it is of no key and no reference.
    pub(super) plain: Vec<bool>,
}

/// How a reference picks its parent, in one table of one database.
#[derive(Clone, Copy)]
enum Reference {
    /// Any parent.
    Any,
    /// The first child takes the first parent, the second the second …
    Turn,
    /// All take the same.
    One(usize),
}

/// How a plain column takes its values, in one table of one database.
#[derive(Clone, Copy)]
enum Taking {
    /// Any of them.
    Any,
    /// One after the other.
    Turn,
    /// Always the same.
    One(usize),
}

/// How ids come, in one table of one database.
#[derive(Clone, Copy)]
enum Ids {
    /// 1, 2, 3 …
    Plain,
    /// With gaps.
    Gaps,
    /// From the values of the column's class.
    Drawn,
}

/// How large the largest table is.
const SIZES: [usize; 9] = [1, 2, 3, 4, 4, 6, 8, 8, 12];

/// The most rows that a LIMIT or a count may call for in one table.
const MOST_ROWS: usize = 40;

impl Learned {
    /// Learns from SQLite which values the schema's constraints let pass.
    ///
    /// # Errors
    /// A fault of the engine.
    pub(super) fn new(
        schema: &Schema,
        hints: &[ColumnHint],
        clues: &Clues,
        arena: &mut Arena<'_>,
        seed: u64,
    ) -> Result<Learned, Failure> {
        let mut domain = Domain::new(schema, hints, clues);
        let mut tables: Vec<TablePlan> = schema.tables.iter().map(TablePlan::new).collect();
        learn::learn(schema, &mut domain, &mut tables, arena, &mut Random::new(seed ^ 0x5eed))?;
        Ok(Learned { domain, tables })
    }
}

impl<'a> Filler<'a> {
    /// Makes ready for one answer, whose clues join those of the reference. `wanted` says which tables get rows.
    pub(super) fn new(
        schema: &'a Schema,
        learned: &'a Learned,
        answer: &Clues,
        wanted: Vec<bool>,
    ) -> Filler<'a> {
        let domain = learned.domain.with(answer);
        let mut used = vec![false; domain.len()];
        for (table, plan) in learned.tables.iter().enumerate().filter(|(table, _)| wanted[*table]) {
            plan.columns.iter().for_each(|column| used[domain.class(table, *column)] = true);
        }
        Filler { schema, domain, tables: &learned.tables, wanted, used }
    }

    /// Makes one database; its rows stand in the arena when it returns.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn fill(
        &self,
        arena: &mut Arena<'_>,
        now: Moment,
        day_moves: bool,
        random: &mut Random,
    ) -> Result<TinyDb, Failure> {
        arena.clear()?;
        arena.sandbox().set_now(now);
        let mut largest = SIZES[random.below(SIZES.len())];
        let count = self.tables.len();
        let called = self.domain.rows.min(MOST_ROWS);
        // Some databases give one table more rows than a LIMIT or a count asks for; others all of them.
        let crowded = (called > 3 && random.percent(40)).then(|| random.below(count + 1));
        if crowded.is_some() {
            largest = largest.max(called + random.below(3));
        }
        let draws = self.domain.draw(&self.used, now, day_moves, largest, random);
        let nulls = [0, 0, 10, 30, 60][random.below(5)];
        let doubles = [0, 0, 30, 60][random.below(4)];
        let mut db = TinyDb::empty(self.schema, now);
        for table in (0..count).filter(|table| self.wanted[*table]) {
            let crowd = crowded.is_some_and(|which| which == table || which == count);
            let rows = if crowd {
                called + random.below(3)
            } else if random.percent(6) {
                0
            } else if random.percent(50) {
                largest
            } else {
                1 + random.below(largest)
            };
            let crowd_of_one = crowd && random.percent(60);
            self.fill_table(table, rows, crowd_of_one, &draws, (nulls, doubles), arena, &mut db, random)?;
        }
        Ok(db)
    }

    #[allow(clippy::too_many_arguments)]
    fn fill_table(
        &self,
        table: usize,
        rows: usize,
        crowd_of_one: bool,
        draws: &[Vec<Value>],
        (nulls, doubles): (usize, usize),
        arena: &mut Arena<'_>,
        db: &mut TinyDb,
        random: &mut Random,
    ) -> Result<(), Failure> {
        let info = &self.schema.tables[table];
        let plan = &self.tables[table];
        let ids = match random.below(20) {
            0..=11 => Ids::Plain,
            12..=16 => Ids::Gaps,
            _ => Ids::Drawn,
        };
        let references: Vec<Reference> = info
            .foreign_keys
            .iter()
            .map(|key| match random.below(10) {
                _ if crowd_of_one && random.percent(50) => {
                    Reference::One(random.below(db.tables[key.parent].len()))
                }
                0..=4 => Reference::Any,
                5..=8 => Reference::Turn,
                _ => Reference::One(random.below(db.tables[key.parent].len())),
            })
            .collect();
        // A crowd has its group held constant: one value for most columns, most of the time.
        let takings: Vec<Taking> = plan
            .columns
            .iter()
            .map(|column| {
                let values = draws[self.domain.class(table, *column)].len();
                match random.below(100) {
                    0..=54 if crowd_of_one => Taking::One(random.below(values)),
                    55..=79 if crowd_of_one => Taking::Turn,
                    0..=11 => Taking::Turn,
                    _ => Taking::Any,
                }
            })
            .collect();
        let mut next_id = 1;
        for number in 0..rows {
            let mut accepted = false;
            for attempt in 0..10 {
                let mut row = Vec::with_capacity(plan.columns.len());
                let last = db.tables[table].last();
                let double = last.is_some() && random.percent(doubles);
                // After a few refusals, start from a row that is known to pass.
                let model = (attempt >= 3 && !plan.stock.is_empty())
                    .then(|| (&plan.stock[random.below(plan.stock.len())], random.below(plan.columns.len())));
                for (at, column) in plan.columns.iter().enumerate() {
                    let about = &info.columns[*column];
                    row.push(match (&model, last) {
                        _ if info.rowid_alias == Some(*column) => Value::Null,
                        (Some((model, fresh)), _) if plan.plain[at] && *fresh != at => model[at].clone(),
                        (None, Some(last)) if double && plan.plain[at] => last[at].clone(),
                        _ if !about.not_null && random.percent(nulls) => Value::Null,
                        _ => {
                            let values = &draws[self.domain.class(table, *column)];
                            let pick = match takings[at] {
                                Taking::Any => random.below(values.len()),
                                Taking::Turn => number % values.len().max(1),
                                Taking::One(one) => one,
                            };
                            values.get(pick).cloned().unwrap_or(Value::Null)
                        }
                    });
                }
                if let Some(column) = info.rowid_alias
                    && let Some(at) = plan.columns.iter().position(|known| *known == column)
                {
                    let values = &draws[self.domain.class(table, column)];
                    row[at] = match (ids, values.get(random.below(values.len()))) {
                        (Ids::Drawn, Some(Value::Integer(i))) if attempt < 5 => Value::Integer(*i),
                        (Ids::Gaps, _) => Value::Integer(next_id + random.between(0, 2)),
                        (Ids::Plain | Ids::Drawn, _) => Value::Integer(next_id),
                    };
                }
                if !self.refer(table, number, &references, nulls, &mut row, db, random) {
                    continue;
                }
                if arena.insert(table, &row)? {
                    if let Some(Value::Integer(id)) = info
                        .rowid_alias
                        .and_then(|column| plan.columns.iter().position(|known| *known == column))
                        .map(|at| &row[at])
                    {
                        next_id = next_id.max(id.saturating_add(1));
                    }
                    db.tables[table].push(row);
                    accepted = true;
                    break;
                }
                if matches!(ids, Ids::Gaps | Ids::Plain) {
                    // The id may be the one that is taken.
                    next_id += i64::from(attempt > 5);
                }
            }
            if !accepted && number > 2 {
                break;
            }
        }
        Ok(())
    }

    /// Lets the row's references point at rows that are there; `false` where one must and none can.
    #[allow(clippy::too_many_arguments)]
    fn refer(
        &self,
        table: usize,
        number: usize,
        references: &[Reference],
        nulls: usize,
        row: &mut Row,
        db: &TinyDb,
        random: &mut Random,
    ) -> bool {
        let info = &self.schema.tables[table];
        let plan = &self.tables[table];
        let mut set = vec![false; row.len()];
        for (key, how) in info.foreign_keys.iter().zip(references) {
            let places: Option<Vec<usize>> = key
                .columns
                .iter()
                .map(|column| plan.columns.iter().position(|known| known == column))
                .collect();
            let Some(places) = places else { continue };
            let optional = places.iter().any(|at| !info.columns[plan.columns[*at]].not_null && !set[*at]);
            let null = |row: &mut Row| {
                let free = places.iter().find(|at| !info.columns[plan.columns[**at]].not_null && !set[**at]);
                free.map(|at| row[*at] = Value::Null).is_some()
            };
            let parents = &db.tables[key.parent];
            if optional
                && (parents.is_empty() || random.percent(nulls.max(if key.parent == table { 25 } else { 0 })))
            {
                if !null(row) {
                    return false;
                }
                continue;
            }
            let theirs = &self.tables[key.parent].columns;
            let chosen = match how {
                _ if parents.is_empty() => None,
                Reference::Any => parents.get(random.below(parents.len())),
                Reference::Turn => parents.get(number % parents.len()),
                Reference::One(at) => parents.get(at % parents.len()),
            };
            let fits = |parent: &Row| {
                places.iter().zip(&key.parent_columns).all(|(at, column)| {
                    let there = theirs.iter().position(|known| known == column);
                    !set[*at] || there.is_some_and(|there| parent[there] == row[*at])
                })
            };
            let parent =
                chosen.filter(|parent| fits(parent)).or_else(|| parents.iter().find(|parent| fits(parent)));
            match parent {
                Some(parent) => {
                    for (at, column) in places.iter().zip(&key.parent_columns) {
                        if let Some(there) = theirs.iter().position(|known| known == column) {
                            row[*at] = parent[there].clone();
                            set[*at] = true;
                        }
                    }
                    // A parent whose key is NULL in part is no parent.
                    if places.iter().any(|at| row[*at].is_null()) && !optional {
                        return false;
                    }
                }
                // The first row of a table that refers to itself may be its own parent.
                None if key.parent == table && parents.is_empty() => {
                    for (at, column) in places.iter().zip(&key.parent_columns) {
                        if let Some(own) = plan.columns.iter().position(|known| known == column) {
                            row[*at] = row[own].clone();
                        }
                    }
                }
                None if optional => {
                    if !null(row) {
                        return false;
                    }
                }
                None => return false,
            }
        }
        true
    }
}

impl TablePlan {
    fn new(info: &TableInfo) -> TablePlan {
        let columns = info.insertable();
        let plain = columns
            .iter()
            .map(|column| {
                !info.uniques.iter().any(|key| key.contains(column))
                    && !info.foreign_keys.iter().any(|key| key.columns.contains(column))
            })
            .collect();
        TablePlan { columns, stock: Vec::new(), plain }
    }
}
