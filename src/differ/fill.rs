//! Random tiny databases that obey every constraint: keys and references by the way rows are made, everything
//! else by asking SQLite.

use super::{
    arena::Arena,
    class::Drawn,
    clues::Clues,
    domain::Domain,
    learn,
    rows::{Ids, Job, Mended, Reference, Taking},
    tiny::TinyDb,
};
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
    pub(super) schema: &'a Schema,
    pub(super) domain: Domain,
    pub(super) tables: &'a [TablePlan],
    /// For each table, for each column that an INSERT names, what is looked at for each value.
    pub(super) places: Vec<Vec<Place>>,
    /// Which tables get rows.
    wanted: Vec<bool>,
    /// Which classes of columns these tables draw from.
    used: Vec<bool>,
}

/// What is known of a table before any row is made.
pub(super) struct TablePlan {
    /// The columns an INSERT names.
    pub(super) columns: Vec<usize>,
    /// Rows that SQLite has accepted, for tables whose rows are refused for reasons that cannot be asked for.
    pub(super) stock: Vec<Row>,
    /// For each column that an INSERT names: whether it is of no key and no reference.
    pub(super) plain: Vec<bool>,
    /// The places in a row of the columns of each foreign key, where an INSERT names them all.
    pub(super) references: Vec<Option<Vec<usize>>>,
    /// The place of the column that is the rowid itself.
    pub(super) id: Option<usize>,
}

/// What is looked at for each value of a column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The class of the column.
    pub(super) class: usize,
    /// Whether it holds times.
    pub(super) is_time: bool,
    /// Whether it may be NULL.
    pub(super) nullable: bool,
    /// Whether it is of no key and no reference.
    pub(super) plain: bool,
}

/// The database that is made, and the memory that is used again for the next one.
pub(super) struct Scratch {
    /// The database made last.
    pub(super) db: TinyDb,
    draws: Vec<Drawn>,
    /// Rows of former databases, by table.
    spare: Vec<Vec<Row>>,
    references: Vec<Reference>,
    takings: Vec<Taking>,
}

/// How large the largest table is.
const SIZES: [usize; 9] = [1, 2, 3, 4, 4, 6, 8, 8, 12];

/// The most rows that a LIMIT or a count may call for in one table.
const MOST_ROWS: usize = 40;

/// How often a row is made, mended or made anew before it is given up.
const ATTEMPTS: usize = 10;

/// How many refusals a table takes before it gets no more rows, beside two for each row.
const REFUSALS: usize = 10;

impl Scratch {
    /// Memory for databases of a schema.
    pub(super) fn new(schema: &Schema, now: Moment) -> Scratch {
        Scratch {
            db: TinyDb::empty(schema, now),
            draws: Vec::new(),
            spare: Vec::new(),
            references: Vec::new(),
            takings: Vec::new(),
        }
    }
}

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
        domain.unite(&clues.equal);
        Ok(Learned { domain, tables })
    }
}

impl<'a> Filler<'a> {
    /// Makes ready for one answer, whose clues join those of the reference. `wanted` says which tables get rows.
    ///
    /// # Errors
    /// A fault of the engine.
    pub(super) fn new(
        schema: &'a Schema,
        learned: &'a Learned,
        answer: &Clues,
        wanted: Vec<bool>,
        arena: &mut Arena<'_>,
    ) -> Result<Filler<'a>, Failure> {
        let mut fault = None;
        let domain = learned.domain.with(answer, &mut |table, column, value| {
            learn::passes(table, column, value, schema, &learned.tables[table], arena).unwrap_or_else(|e| {
                fault = Some(e);
                false
            })
        });
        if let Some(fault) = fault {
            return Err(fault);
        }
        let mut used = vec![false; domain.len()];
        for (table, plan) in learned.tables.iter().enumerate().filter(|(table, _)| wanted[*table]) {
            plan.columns.iter().for_each(|column| used[domain.class(table, *column)] = true);
        }
        let places = learned.tables.iter().zip(&schema.tables).enumerate().map(|(table, (plan, info))| {
            let place = |(column, plain): (&usize, &bool)| Place {
                class: domain.class(table, *column),
                is_time: domain.format(table, *column).is_some(),
                nullable: !info.columns[*column].not_null,
                plain: *plain,
            };
            plan.columns.iter().zip(&plan.plain).map(place).collect()
        });
        let places = places.collect();
        Ok(Filler { schema, domain, tables: &learned.tables, places, wanted, used })
    }

    /// Makes one database; its rows stand in the arena, and in `scratch`, when it returns.
    ///
    /// # Errors
    /// A fault of the engine.
    pub(super) fn fill(
        &self,
        arena: &mut Arena<'_>,
        now: Moment,
        day_moves: bool,
        random: &mut Random,
        scratch: &mut Scratch,
    ) -> Result<(), Failure> {
        arena.clear()?;
        let Scratch { db, draws, spare, references, takings } = scratch;
        db.now = now;
        spare.resize_with(self.tables.len(), Vec::new);
        for (spare, rows) in spare.iter_mut().zip(&mut db.tables) {
            spare.append(rows);
        }
        arena.sandbox().set_now(now);
        let mut largest = SIZES[random.below(SIZES.len())];
        let count = self.tables.len();
        let called = self.domain.rows.min(MOST_ROWS);
        // Some databases give one table more rows than a LIMIT or a count asks for; others all of them.
        let crowded = (called > 3 && random.percent(40)).then(|| random.below(count + 1));
        if crowded.is_some() {
            largest = largest.max(called + random.below(3));
        }
        self.domain.draw(&self.used, now, day_moves, largest, random, draws);
        let nulls = [0, 0, 10, 30, 60][random.below(5)];
        let doubles = [0, 0, 30, 60][random.below(4)];
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
            let memory = (std::mem::take(references), std::mem::take(takings));
            let job = self.job(table, crowd_of_one, draws, (nulls, doubles), db, memory, random);
            self.fill_table(&job, rows, arena, db, &mut spare[table], random)?;
            (*references, *takings) = (job.references, job.takings);
        }
        Ok(())
    }

    /// Settles how the rows of one table are made. `memory` is used again for two of its lists.
    #[allow(clippy::too_many_arguments)]
    fn job<'t>(
        &'t self,
        table: usize,
        crowd_of_one: bool,
        draws: &'t [Drawn],
        (nulls, doubles): (usize, usize),
        db: &TinyDb,
        (mut references, mut takings): (Vec<Reference>, Vec<Taking>),
        random: &mut Random,
    ) -> Job<'t> {
        let info = &self.schema.tables[table];
        let plan = &self.tables[table];
        let ids = match random.below(20) {
            0..=11 => Ids::Plain,
            12..=16 => Ids::Gaps,
            _ => Ids::Drawn,
        };
        references.clear();
        references.extend(info.foreign_keys.iter().map(|key| match random.below(10) {
            _ if crowd_of_one && random.percent(50) => {
                Reference::One(random.below(db.tables[key.parent].len()))
            }
            // A tree is broad or deep.
            0..=2 if key.parent == table => Reference::Last,
            0..=4 => Reference::Any,
            5..=8 => Reference::Turn,
            _ => Reference::One(random.below(db.tables[key.parent].len())),
        }));
        // A crowd has its group held constant: one value for most columns, most of the time.
        let places = &self.places[table];
        takings.clear();
        takings.extend(places.iter().map(|place| match random.below(100) {
            0..=54 if crowd_of_one => Taking::One(random.below(draws[place.class].len())),
            55..=79 if crowd_of_one => Taking::Turn,
            0..=11 => Taking::Turn,
            _ => Taking::Any,
        }));
        Job { table, info, plan, places, draws, ids, references, takings, nulls, doubles, next_id: 1 }
    }

    fn fill_table(
        &self,
        job: &Job<'_>,
        rows: usize,
        arena: &mut Arena<'_>,
        db: &mut TinyDb,
        spare: &mut Vec<Row>,
        random: &mut Random,
    ) -> Result<(), Failure> {
        let table = job.table;
        let mut next_id = job.next_id;
        let mut refusals = REFUSALS + 2 * rows;
        for number in 0..rows {
            let mut mended: Option<Row> = None;
            for attempt in 0..ATTEMPTS.min(refusals) {
                let row = if let Some(row) = mended.take() {
                    row
                } else {
                    let mut row = spare.pop().unwrap_or_default();
                    self.row(job, db, attempt, &mut row, random);
                    if let Some(at) = job.plan.id {
                        row[at] = self.id(job, at, next_id, attempt, random);
                    }
                    if !self.refer(job, number, &mut row, db, random) {
                        refusals -= 1;
                        spare.push(row);
                        continue;
                    }
                    row
                };
                if arena.insert(table, &row)? {
                    if let Some(Value::Integer(id)) = job.plan.id.map(|at| &row[at]) {
                        next_id = next_id.max(id.saturating_add(1));
                    }
                    db.tables[table].push(row);
                    break;
                }
                refusals -= 1;
                let mut row = row;
                match self.mend(job, &mut row, arena, db, random)? {
                    Mended::Yes => mended = Some(row),
                    Mended::No => {}
                    Mended::Clashes => {
                        self.freshen(job, &mut row, attempt, next_id, db, random);
                        mended = Some(row);
                    }
                }
                mended = mended.filter(|row| self.refers(job, row, db));
                // The id may be the one that is taken.
                next_id = next_id.saturating_add(i64::from(attempt > 5));
            }
        }
        self.close_ring(job, arena, db, random)
    }
}

impl TablePlan {
    fn new(info: &TableInfo) -> TablePlan {
        let columns = info.insertable();
        let place = |column: &usize| columns.iter().position(|known| known == column);
        let plain = columns
            .iter()
            .map(|column| {
                !info.uniques.iter().any(|key| key.contains(column))
                    && !info.foreign_keys.iter().any(|key| key.columns.contains(column))
            })
            .collect();
        let references =
            info.foreign_keys.iter().map(|key| key.columns.iter().map(place).collect()).collect();
        let id = info.rowid_alias.as_ref().and_then(place);
        TablePlan { plain, references, id, columns, stock: Vec::new() }
    }
}
