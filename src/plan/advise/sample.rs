//! A part of a database that is large: so many rows that trying indexes takes no time, chosen so that rows which are
//! joined stay together. Whole groups are kept, not rows here and there: a user who is in the sample has all orders
//! there, and these all their lines. What rows of the sample refer to is there too.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
};

use super::{
    index::name,
    links::{Edge, read},
};
use crate::{
    engine::{Access, Failure, Loader, Sandbox, Settings, Source},
    schema::introspect::{Affinity, Schema, TableInfo},
    value::{Value, ValueRef},
};

/// How large a sample is.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// Up to so many rows in the tables that are read, all of them are taken.
    pub whole: u64,
    /// How many rows a sample has, about.
    pub rows: u64,
}

/// What figures are measured on.
pub const MEASURED: Extent = Extent { whole: 100_000, rows: 30_000 };
/// What indexes are searched on.
const SEARCHED: Extent = Extent { whole: 25_000, rows: 12_000 };
/// Tables of so few rows are taken whole.
const SMALL: u64 = 1000;
/// From how many places a table is read that nothing is joined to, at the most.
const SLICES: u64 = 2000;
/// How many rows are there, at the least, of the kind that a statement compares with constants.
const WANTED: u64 = 20;
/// How far these places are apart, at the least.
const STRETCH: u64 = 64;

/// How many bytes of a file are mapped into memory while it is read.
const MAPPED: u64 = 2 << 30;

/// Which rows of a table are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Take {
    /// None: no statement reads it.
    Nothing,
    /// All.
    Whole,
    /// Short stretches, evenly spread.
    Slices,
    /// Those whose column (`None`: rowid) has a hash below the threshold.
    Hashed(Option<usize>),
    /// Those that refer to rows taken of another table, by this column.
    With(Edge),
}

/// What is taken of a database, and how to get it.
pub struct Sample {
    schema: Schema,
    takes: Vec<Take>,
    edges: Vec<Edge>,
    /// Of 65,536 hashes, how many are taken.
    threshold: u64,
    rows: Vec<u64>,
    /// For each table, what statements compare with constants: some rows of that kind must be there.
    wanted: Vec<Vec<String>>,
}

/// Rows by their value of a column, which may be of any kind.
type Keys = BTreeMap<String, Value>;

impl Sample {
    /// What to take of a database so that these statements find what they need; `None` where that is no more than
    /// the database holds anyway, or where the schema is of a kind that cannot be copied table by table.
    ///
    /// # Errors
    /// What the engine says, unless it is that a statement is wrong: that is told of later.
    pub fn plan(source: &Sandbox, statements: &[&str], extent: Extent) -> Result<Option<Sample>, Failure> {
        let Ok(schema) = Schema::read(source) else { return Ok(None) };
        let odd = source.with_access(Access::Trusted, |source| {
            source.table("SELECT 1 FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL%' OR type = 'trigger'")
        })?;
        if !odd.rows.is_empty() {
            return Ok(None);
        }
        source.take_reads();
        // What fails here may be right once the statements before it have run.
        let mut any = false;
        for statement in statements {
            any |= source.prepare(statement).map_or(true, |prepared| !prepared.reads_only());
        }
        let reads = source.take_reads();
        let is_read =
            |table: &TableInfo| any || reads.iter().any(|read| read.eq_ignore_ascii_case(&table.name));
        let mut rows = Vec::new();
        for table in &schema.tables {
            rows.push(if is_read(table) { about(source, table)? } else { 0 });
        }
        let large: u64 = rows.iter().filter(|rows| **rows > SMALL).sum();
        if large <= extent.whole {
            return Ok(None);
        }
        let takes = rows.iter().zip(&schema.tables).map(|(rows, table)| match *rows {
            _ if !is_read(table) => Take::Nothing,
            0..=SMALL => Take::Whole,
            _ => Take::Slices,
        });
        let (edges, mut wanted) = read(&schema, statements);
        for (table, wanted) in schema.tables.iter().zip(&mut wanted) {
            let asks = |test: &String| format!("SELECT rowid FROM {} WHERE {test}", name(&table.name));
            wanted.retain(|test| !table.without_rowid && source.prepare(&asks(test)).is_ok());
        }
        let mut sample = Sample {
            takes: takes.collect(),
            edges,
            wanted,
            threshold: (extent.rows * 65_536).div_ceil(large).max(8),
            rows,
            schema,
        };
        Ok(sample.settle().then_some(sample))
    }

    /// Less of the data of a sandbox, in memory, for a search that builds many indexes; `None` where there is little.
    ///
    /// # Errors
    /// Memory that is not there.
    pub fn less(source: &Sandbox, query: &str) -> Result<Option<Sandbox>, Failure> {
        let Some(sample) = Sample::plan(source, &[query], SEARCHED)? else { return Ok(None) };
        let target = Sandbox::open(Source::Empty, Settings::learner(source.now(), source.deadline()))?;
        sample.fill(source, &target)?;
        Ok(Some(target))
    }

    /// Settles for each large table what its rows go by. Tells whether that can be done.
    fn settle(&mut self) -> bool {
        self.edges.retain(|edge| {
            self.takes[edge.child] != Take::Nothing && self.takes[edge.parent] != Take::Nothing
        });
        for child in 0..self.takes.len() {
            let large = |at: usize| matches!(self.takes[at], Take::Slices | Take::Hashed(_) | Take::With(_));
            if !large(child) {
                continue;
            }
            let parents =
                self.edges.iter().filter(|e| e.child == child && e.parent != child && large(e.parent));
            let chosen =
                parents.filter(|e| !self.hangs_on(e.parent, child)).max_by_key(|e| self.rows[e.parent]);
            if let Some(edge) = chosen.copied() {
                self.takes[child] = Take::With(edge);
                if self.takes[edge.parent] == Take::Slices {
                    let whole =
                        self.schema.tables[edge.parent].columns[edge.key].affinity == Affinity::Integer;
                    self.takes[edge.parent] = Take::Hashed(whole.then_some(edge.key));
                }
            }
        }
        // Without a rowid there is nothing to go by but a key of whole numbers.
        self.schema.tables.iter().zip(&mut self.takes).all(|(table, take)| {
            if !table.without_rowid || !matches!(take, Take::Slices | Take::Hashed(None)) {
                return true;
            }
            let first = table.primary_key.first().copied();
            let first = first.filter(|at| table.columns[*at].affinity == Affinity::Integer);
            *take = Take::Hashed(first);
            first.is_some()
        })
    }

    /// Whether the rows taken of one table go by those of another.
    fn hangs_on(&self, mut table: usize, other: usize) -> bool {
        while let Take::With(edge) = self.takes[table] {
            if edge.parent == other {
                return true;
            }
            table = edge.parent;
        }
        false
    }

    /// One row in how many is taken, about.
    pub fn one_in(&self) -> u64 {
        65_536_u64.div_ceil(self.threshold)
    }

    /// Fills an empty database with the schema and the rows.
    ///
    /// # Errors
    /// What the engine says.
    pub fn fill(&self, source: &Sandbox, target: &Sandbox) -> Result<(), Failure> {
        source.with_access(Access::Trusted, |source| {
            // Whole tables are read: pages are better looked at where they are than copied.
            source.script(&format!("PRAGMA mmap_size = {MAPPED}"))?;
            let copied = target.with_access(Access::Trusted, |target| self.copy(source, target));
            // Pages that are looked at where they are go uncounted, and statements are measured here afterwards.
            copied.and(source.script("PRAGMA mmap_size = 0"))
        })
    }

    fn copy(&self, source: &Sandbox, target: &Sandbox) -> Result<(), Failure> {
        let made = source.table(
            "SELECT type, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
             ORDER BY type <> 'table', type <> 'index'",
        )?;
        let create = |of: &str| -> Result<(), Failure> {
            for row in &made.rows {
                if let [Value::Text(kind), Value::Text(sql)] = row.as_slice()
                    && kind == of
                {
                    target.script(sql)?;
                }
            }
            Ok(())
        };
        create("table")?;
        target.script("PRAGMA foreign_keys = off; BEGIN")?;
        let mut done: Vec<Option<Copied>> = (0..self.takes.len()).map(|_| None).collect();
        while let Some(next) = (0..done.len()).find(|at| {
            done[*at].is_none()
                && match self.takes[*at] {
                    Take::With(edge) => done[edge.parent].is_some(),
                    Take::Nothing | Take::Whole | Take::Slices | Take::Hashed(_) => true,
                }
        }) {
            done[next] = Some(self.table(next, source, target)?);
        }
        let mut done: Vec<Copied> = done.into_iter().flatten().collect();
        // Children stand behind their parents, so what one pass fetches may ask for what the next one looks at.
        for parent in (0..done.len()).rev() {
            self.referred(parent, &mut done, source, target)?;
        }
        for edge in &self.edges {
            source.script(&format!("DROP TABLE IF EXISTS temp.kept_{}_{}", edge.parent, edge.key))?;
        }
        create("index")?;
        create("view")?;
        target.script("COMMIT; PRAGMA foreign_keys = on")?;
        let stats = source.table("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'")?;
        if stats.rows.is_empty() { Ok(()) } else { target.script("ANALYZE") }
    }

    /// Copies the rows of one table, and remembers those of their values that others go by.
    fn table(&self, at: usize, source: &Sandbox, target: &Sandbox) -> Result<Copied, Failure> {
        let mut copied = self.nothing_yet(at);
        if self.takes[at] == Take::Nothing {
            return Ok(copied);
        }
        let info = &self.schema.tables[at];
        let sql = format!("SELECT {} FROM {}", copied.list(info), self.filter(at));
        copied.load(info, &sql, &[], source, target)?;
        let keys: BTreeSet<usize> = self
            .takes
            .iter()
            .filter_map(|take| match take {
                Take::With(edge) if edge.parent == at && !self.is_direct(*edge) => Some(edge.key),
                Take::With(_) | Take::Nothing | Take::Whole | Take::Slices | Take::Hashed(_) => None,
            })
            .collect();
        for key in keys {
            let table = format!("kept_{at}_{key}");
            source.script(&format!("CREATE TEMP TABLE {table} (key PRIMARY KEY) WITHOUT ROWID"))?;
            let mut loader = Loader::new(source, &table, &["key".to_owned()])?;
            for value in copied.values.get(&key).into_iter().flat_map(Keys::values) {
                loader.row(&[value.as_ref()])?;
            }
            loader.flush()?;
        }
        Ok(copied)
    }

    fn nothing_yet(&self, at: usize) -> Copied {
        let mut values: BTreeMap<usize, Keys> = BTreeMap::new();
        for edge in &self.edges {
            if edge.child == at {
                values.entry(edge.column).or_default();
            }
            if edge.parent == at {
                values.entry(edge.key).or_default();
            }
        }
        Copied { columns: self.schema.tables[at].insertable(), values }
    }

    /// Whether the rows that go with a parent's can be told without looking at the parent.
    fn is_direct(&self, edge: Edge) -> bool {
        self.takes[edge.parent] == Take::Hashed(Some(edge.key))
            && self.wanted[edge.parent].is_empty()
            && self.schema.tables[edge.child].columns[edge.column].affinity == Affinity::Integer
    }

    /// The table, and the condition under which its rows are taken.
    fn filter(&self, at: usize) -> String {
        let info = &self.schema.tables[at];
        let table = name(&info.name);
        let hashed = |column: &str| format!("((({column} * 2654435769) >> 16) & 65535) < {}", self.threshold);
        // A few rows of the kind that is looked for: a sample without them would find that there is nothing to save.
        let wanted = self.wanted[at].iter();
        let wanted = wanted.fold(String::new(), |before, test| {
            before + &format!(" OR rowid IN (SELECT rowid FROM {table} WHERE {test} LIMIT {WANTED})")
        });
        match self.takes[at] {
            Take::Nothing | Take::Whole => table,
            Take::Hashed(None) => format!("{table} WHERE {}{wanted}", hashed("rowid")),
            Take::Hashed(Some(column)) => {
                format!("{table} WHERE {}{wanted}", hashed(&name(&info.columns[column].name)))
            }
            Take::With(edge) => {
                let column = name(&info.columns[edge.column].name);
                let taken = if self.is_direct(edge) {
                    hashed(&column)
                } else {
                    format!("{column} IN (SELECT key FROM temp.kept_{}_{})", edge.parent, edge.key)
                };
                let alone = if info.columns[edge.column].not_null || info.without_rowid {
                    String::new()
                } else {
                    format!(" OR ({column} IS NULL AND {})", hashed("rowid"))
                };
                format!("{table} WHERE {taken}{alone}{wanted}")
            }
            Take::Slices => {
                let stride = self.rows[at].div_ceil(SLICES).max(STRETCH);
                let length = (stride * self.threshold).div_ceil(65_536);
                let last = self.rows[at] / stride;
                let slices = format!(
                    "(SELECT min(rowid) AS first FROM {table}) CROSS JOIN generate_series(0, {last}) AS slice \
                     CROSS JOIN {table} AS t WHERE t.rowid BETWEEN first + slice.value * {stride} \
                     AND first + slice.value * {stride} + {}",
                    length.saturating_sub(1)
                );
                if wanted.is_empty() {
                    slices
                } else {
                    format!("{table} WHERE rowid IN (SELECT t.rowid FROM {slices}){wanted}")
                }
            }
        }
    }

    /// Fetches the rows of a table that rows of others refer to and that are not there yet.
    fn referred(
        &self,
        parent: usize,
        done: &mut [Copied],
        source: &Sandbox,
        target: &Sandbox,
    ) -> Result<(), Failure> {
        if matches!(self.takes[parent], Take::Whole | Take::Nothing) {
            return Ok(());
        }
        let info = &self.schema.tables[parent];
        for edge in self.edges.iter().filter(|edge| edge.parent == parent) {
            let sql = format!(
                "SELECT {} FROM {} WHERE {} = :key",
                done[parent].list(info),
                name(&info.name),
                name(&info.columns[edge.key].name)
            );
            // What is fetched may refer to further rows of the same table; a key that is nowhere is asked for once.
            let mut asked: BTreeSet<String> = BTreeSet::new();
            loop {
                let there = done[parent].values.get(&edge.key);
                let is_there = |key: &String| there.is_some_and(|keys| keys.contains_key(key));
                let wanted = done[edge.child].values.get(&edge.column).into_iter().flatten();
                let missing: Vec<Value> = wanted
                    .filter(|(key, _)| !is_there(key) && asked.insert((*key).clone()))
                    .map(|(_, value)| value.clone())
                    .collect();
                if missing.is_empty() {
                    break;
                }
                done[parent].load(info, &sql, &missing, source, target)?;
            }
        }
        Ok(())
    }
}

/// What has been copied of a table.
struct Copied {
    /// The columns that are copied.
    columns: Vec<usize>,
    /// The values of the columns by which tables hang together.
    values: BTreeMap<usize, Keys>,
}

impl Copied {
    fn list(&self, info: &TableInfo) -> String {
        let columns = self.columns.iter().map(|at| name(&info.columns[*at].name));
        columns.collect::<Vec<_>>().join(", ")
    }

    /// Copies what a query gives, once, or once for each key.
    fn load(
        &mut self,
        info: &TableInfo,
        sql: &str,
        keys: &[Value],
        source: &Sandbox,
        target: &Sandbox,
    ) -> Result<(), Failure> {
        let names: Vec<String> = self.columns.iter().map(|at| info.columns[*at].name.clone()).collect();
        let mut loader = Loader::new(target, &info.name, &names)?;
        let mut statement = source.prepare(sql)?;
        let mut failed = None;
        let mut run = |key: Option<&Value>| -> Result<(), Failure> {
            if let Some(key) = key {
                statement.bind(1, key.as_ref())?;
            }
            statement.run(|row| {
                let values: Vec<ValueRef<'_>> = row.iter().collect();
                for (column, known) in &mut self.values {
                    let at = self.columns.iter().position(|own| own == column);
                    if let Some(value) =
                        at.map(|at| values[at].to_value()).filter(|value| *value != Value::Null)
                    {
                        known.insert(value.to_string(), value);
                    }
                }
                match loader.row(&values) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(failure) => {
                        failed = Some(failure);
                        ControlFlow::Break(())
                    }
                }
            })?;
            failed.take().map_or(Ok(()), Err)
        };
        if sql.ends_with(":key") {
            keys.iter().try_for_each(|key| run(Some(key)))?;
        } else {
            run(None)?;
        }
        loader.flush()
    }
}

/// How many rows a table has: counted, or told from its first and last rowid, which is no less.
fn about(source: &Sandbox, table: &TableInfo) -> Result<u64, Failure> {
    let named = name(&table.name);
    let asked = if table.without_rowid {
        format!("SELECT count(*) FROM {named}")
    } else {
        format!("SELECT (SELECT max(rowid) FROM {named}) - (SELECT min(rowid) FROM {named}) + 1")
    };
    let told = source.with_access(Access::Trusted, |source| source.table(&asked))?;
    Ok(match told.rows.first().and_then(|row| row.first()) {
        Some(Value::Integer(rows)) => rows.unsigned_abs(),
        _ => 0,
    })
}
