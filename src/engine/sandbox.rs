//! One sandboxed database and the statements that run in it.

use std::{
    cell::Cell,
    collections::BTreeSet,
    fmt::Write as _,
    ops::ControlFlow,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use rusqlite::{
    Connection, MAIN_DB, OpenFlags, Statement, StatementStatus,
    config::DbConfig,
    hooks::{AuthAction, Authorization},
    limits::Limit,
    types::{ToSql, ToSqlOutput, ValueRef as Raw},
};

use super::{
    Access, Failure, FailureKind, Interrupter,
    access::decide,
    deadline::{Control, Stop, TICK, arm},
    ffi, functions,
};
use crate::{
    cost::Cost,
    moment::Moment,
    value::{Table, ValueRef},
};

/// Where a sandbox's data comes from.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// An empty database in memory.
    Empty,
    /// A database image, copied into memory.
    Image(&'a [u8]),
    /// A database file that nobody changes while it is open; it is read, and cannot be written.
    Shared(&'a Path),
    /// A database file that belongs to this sandbox, read and written in place without durability.
    Private(&'a Path),
}

/// What holds for every statement of a sandbox.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Who writes the statements.
    pub access: Access,
    /// What 'now' is.
    pub now: Moment,
    /// How long a statement may run; `None`: as long as it likes.
    pub deadline: Option<Duration>,
    /// How many virtual-machine steps a statement may take.
    pub steps: Option<u64>,
    /// How many pages of 4 KiB the database may have beyond those it comes with.
    pub pages: u32,
}

impl Settings {
    /// For the program's own statements.
    pub fn trusted(now: Moment) -> Settings {
        Settings { access: Access::Trusted, now, deadline: None, steps: None, pages: u32::MAX / 2 }
    }

    /// For a learner at the prompt: a deadline, and 256 MB to grow into.
    pub fn learner(now: Moment, deadline: Option<Duration>) -> Settings {
        Settings { access: Access::Learner, now, deadline, steps: None, pages: 65_536 }
    }
}

/// A statement that ran to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// Rows returned.
    pub rows: u64,
    /// Rows inserted, updated or deleted.
    pub changes: u64,
    /// What it cost.
    pub cost: Cost,
    /// Whether the reader asked to stop before the last row.
    pub cut: bool,
}

/// A row while it stands under the cursor.
pub struct RowView<'a> {
    row: &'a rusqlite::Row<'a>,
    columns: usize,
}

impl RowView<'_> {
    /// How many columns the row has.
    pub fn len(&self) -> usize {
        self.columns
    }

    /// Whether the row has no columns, which no row of SQLite is.
    pub fn is_empty(&self) -> bool {
        self.columns == 0
    }

    /// The value in one column, counted from 0.
    pub fn get(&self, column: usize) -> ValueRef<'_> {
        match self.row.get_ref(column).expect("the column is one of the row's") {
            Raw::Null => ValueRef::Null,
            Raw::Integer(i) => ValueRef::Integer(i),
            Raw::Real(r) => ValueRef::Real(r),
            Raw::Text(t) => ValueRef::Text(t),
            Raw::Blob(b) => ValueRef::Blob(b),
        }
    }

    /// The values from left to right.
    pub fn iter(&self) -> impl Iterator<Item = ValueRef<'_>> {
        (0..self.columns).map(|column| self.get(column))
    }
}

/// Lets our own values be bound.
pub(super) struct Bind<'a>(pub(super) ValueRef<'a>);

impl ToSql for Bind<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            ValueRef::Null => Raw::Null,
            ValueRef::Integer(i) => Raw::Integer(i),
            ValueRef::Real(r) => Raw::Real(r),
            ValueRef::Text(t) => Raw::Text(t),
            ValueRef::Blob(b) => Raw::Blob(b),
        }))
    }
}

/// A database that a learner's SQL may be let loose on.
pub struct Sandbox {
    pub(super) conn: Connection,
    interrupter: Interrupter,
    access: Arc<AtomicU8>,
    refusal: Arc<Mutex<Option<String>>>,
    reads: Arc<Mutex<BTreeSet<String>>>,
    now: Cell<Moment>,
    deadline: Cell<Option<Duration>>,
    steps: Cell<Option<u64>>,
}

/// The most memory SQLite takes in this process, whatever runs.
const HEAP: i64 = 2 << 30;

/// Limits on what one statement may hold, chosen so that no single call of a function outlives a deadline by
/// more than a tenth of a second.
const LIMITS: [(Limit, i32); 9] = [
    (Limit::SQLITE_LIMIT_LENGTH, 200_000),
    (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
    (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, 200),
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 50),
    (Limit::SQLITE_LIMIT_VDBE_OP, 100_000),
    (Limit::SQLITE_LIMIT_ATTACHED, 0),
    (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 20),
    (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
];

impl Sandbox {
    /// Opens a sandbox.
    ///
    /// # Errors
    /// A fault of the file system, or an image that is no database.
    pub fn open(source: Source<'_>, settings: Settings) -> Result<Sandbox, Failure> {
        ffi::register_vfs()
            .map_err(|code| Failure::fault(format!("SQLite refuses the pinned clock (code {code})")))?;
        ffi::limit_heap(HEAP);
        ffi::pin_clock(settings.now);
        Self::connect(source, settings).map_err(Failure::from_sqlite)
    }

    fn connect(source: Source<'_>, settings: Settings) -> rusqlite::Result<Sandbox> {
        let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
        let mut conn = match source {
            Source::Empty | Source::Image(_) => {
                let flags = flags | OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
                Connection::open_in_memory_with_flags_and_vfs(flags, ffi::VFS)?
            }
            Source::Shared(path) => {
                let flags = flags | OpenFlags::SQLITE_OPEN_READ_ONLY;
                Connection::open_with_flags_and_vfs(immutable_uri(path), flags, ffi::VFS)?
            }
            Source::Private(path) => {
                let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX
                    | OpenFlags::SQLITE_OPEN_READ_WRITE
                    | OpenFlags::SQLITE_OPEN_CREATE;
                Connection::open_with_flags_and_vfs(path, flags, ffi::VFS)?
            }
        };
        ffi::enlarge_lookaside(&conn);
        if let Source::Image(image) = source {
            conn.deserialize_read_exact(MAIN_DB, image, image.len(), false)?;
        }
        if let Source::Private(_) = source {
            conn.execute_batch(
                "PRAGMA journal_mode = memory; PRAGMA synchronous = off; PRAGMA locking_mode = exclusive",
            )?;
        }
        if !matches!(settings.access, Access::Trusted) {
            for (limit, value) in LIMITS {
                conn.set_limit(limit, value)?;
            }
            conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        }
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        functions::register(&conn)?;
        let pages: u32 = match source {
            Source::Empty => 0,
            Source::Image(_) | Source::Shared(_) | Source::Private(_) => {
                conn.query_row("PRAGMA page_count", [], |row| row.get(0))?
            }
        };
        conn.execute_batch(&format!(
            "PRAGMA temp_store = memory; PRAGMA foreign_keys = on; PRAGMA max_page_count = {}",
            pages.saturating_add(settings.pages)
        ))?;

        let control = Arc::new(Control::default());
        let interrupter =
            Interrupter { control: Arc::clone(&control), handle: Arc::new(conn.get_interrupt_handle()) };
        conn.progress_handler(TICK, Some(move || control.tick()))?;
        let access = Arc::new(AtomicU8::new(settings.access as u8));
        let refusal = Arc::new(Mutex::new(None));
        let reads = Arc::new(Mutex::new(BTreeSet::new()));
        let (asked, told, read) = (Arc::clone(&access), Arc::clone(&refusal), Arc::clone(&reads));
        conn.authorizer(Some(move |context: rusqlite::hooks::AuthContext<'_>| {
            let access = match asked.load(Ordering::Relaxed) {
                0 => Access::Learner,
                1 => Access::Answer,
                _ => Access::Trusted,
            };
            if let AuthAction::Read { table_name, .. } = context.action {
                let mut read = read.lock().unwrap_or_else(PoisonError::into_inner);
                if !read.contains(table_name) {
                    read.insert(table_name.to_owned());
                }
            }
            match decide(access, &context) {
                Ok(()) => Authorization::Allow,
                Err(reason) => {
                    *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason);
                    Authorization::Deny
                }
            }
        }))?;
        Ok(Sandbox {
            conn,
            interrupter,
            access,
            refusal,
            reads,
            now: Cell::new(settings.now),
            deadline: Cell::new(settings.deadline),
            steps: Cell::new(settings.steps),
        })
    }

    /// What stops this sandbox's statements from another thread.
    pub fn interrupter(&self) -> Interrupter {
        self.interrupter.clone()
    }

    /// What 'now' is.
    pub fn now(&self) -> Moment {
        self.now.get()
    }

    /// Moves the clock.
    pub fn set_now(&self, now: Moment) {
        self.now.set(now);
    }

    /// How long a statement may run.
    pub fn deadline(&self) -> Option<Duration> {
        self.deadline.get()
    }

    /// Changes how long a statement may run.
    pub fn set_deadline(&self, deadline: Option<Duration>) {
        self.deadline.set(deadline);
    }

    /// Changes how many steps a statement may take.
    pub fn set_steps(&self, steps: Option<u64>) {
        self.steps.set(steps);
    }

    /// How many rows the last INSERT, UPDATE or DELETE changed.
    pub fn changes(&self) -> u64 {
        self.conn.changes()
    }

    /// The tables and views that the statements prepared since the last call read.
    pub fn take_reads(&self) -> BTreeSet<String> {
        std::mem::take(&mut self.reads.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Runs `work` with another right of access, such as the program's own statements in a learner's sandbox.
    pub fn with_access<T>(&self, access: Access, work: impl FnOnce(&Sandbox) -> T) -> T {
        let before = self.access.swap(access as u8, Ordering::Relaxed);
        let result = work(self);
        self.access.store(before, Ordering::Relaxed);
        result
    }

    /// Whether no transaction is open.
    pub fn is_autocommit(&self) -> bool {
        self.conn.is_autocommit()
    }

    /// Prepares one statement.
    ///
    /// # Errors
    /// What SQLite says of the text, or what the sandbox refuses.
    pub fn prepare(&self, sql: &str) -> Result<Prepared<'_>, Failure> {
        if sql.contains('\0') {
            return Err(Failure {
                kind: FailureKind::Sql,
                message: "a NUL character stands in the statement".into(),
                offset: sql.find('\0'),
                code: 1,
            });
        }
        ffi::pin_clock(self.now.get());
        self.interrupter.control.start(self.steps.get());
        match self.conn.prepare(sql) {
            Ok(statement) => Ok(Prepared { columns: statement.column_count(), sandbox: self, statement }),
            Err(error) => Err(self.explain_failure(error)),
        }
    }

    /// Runs one statement to its end and hands each row to `read`, which may stop it.
    ///
    /// # Errors
    /// Why it did not come to its end.
    pub fn run(
        &self,
        sql: &str,
        parameters: &[(String, crate::value::Value)],
        read: impl FnMut(&RowView<'_>) -> ControlFlow<()>,
    ) -> Result<Done, Failure> {
        let mut statement = self.prepare(sql)?;
        statement.bind_named(parameters)?;
        statement.run(read)
    }

    /// Runs one statement and keeps all it returns.
    ///
    /// # Errors
    /// As [`Sandbox::run`].
    pub fn table(&self, sql: &str) -> Result<Table, Failure> {
        let mut statement = self.prepare(sql)?;
        statement.table().map(|(table, _)| table)
    }

    /// Runs any number of statements and drops what they return.
    ///
    /// # Errors
    /// The first failure; the statements before it have run.
    pub fn script(&self, sql: &str) -> Result<(), Failure> {
        ffi::pin_clock(self.now.get());
        self.interrupter.control.start(self.steps.get());
        let _armed = self.deadline.get().map(|after| arm(after, &self.interrupter));
        self.conn.execute_batch(sql).map_err(|error| self.explain_failure(error))
    }

    /// The whole database as an image for [`Source::Image`].
    ///
    /// # Errors
    /// Memory that is not there.
    pub fn image(&mut self) -> Result<Vec<u8>, Failure> {
        self.conn.serialize(MAIN_DB).map(|data| data.to_vec()).map_err(Failure::from_sqlite)
    }

    /// Copies the whole database into a file, page by page.
    ///
    /// # Errors
    /// A fault of the file system.
    pub fn write_to(&self, path: &Path) -> Result<(), Failure> {
        self.conn.backup(MAIN_DB, path, None::<fn(rusqlite::backup::Progress)>).map_err(Failure::from_sqlite)
    }

    /// Adds what the sandbox knows to what SQLite says.
    pub(super) fn explain_failure(&self, error: rusqlite::Error) -> Failure {
        let mut failure = Failure::from_sqlite(error);
        let refused = self.refusal.lock().unwrap_or_else(PoisonError::into_inner).take();
        if failure.kind == FailureKind::Interrupted {
            let why = self.interrupter.control.reason();
            (failure.kind, failure.message) = match why {
                Stop::Deadline => {
                    let seconds = self.deadline.get().unwrap_or_default().as_secs_f64();
                    (FailureKind::Deadline, format!("stopped after {seconds} s, the deadline of a statement"))
                }
                Stop::Steps => {
                    let steps = self.steps.get().unwrap_or_default();
                    (FailureKind::Steps, format!("stopped after {steps} steps, the budget of a statement"))
                }
                Stop::User | Stop::No => (FailureKind::Interrupted, "interrupted".to_owned()),
            };
        } else if let Some(reason) = refused {
            failure.kind = FailureKind::Denied;
            failure.message = reason;
        }
        failure
    }
}

/// A file as a URI that SQLite opens without locks or journals (<https://sqlite.org/uri.html>).
fn immutable_uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'?' | b'#' | b'%' => write!(uri, "%{byte:02x}").expect("writing to a String succeeds"),
            _ => uri.push(byte as char),
        }
    }
    uri.push_str("?immutable=1");
    uri
}

/// A statement made ready to run, any number of times.
pub struct Prepared<'s> {
    sandbox: &'s Sandbox,
    statement: Statement<'s>,
    columns: usize,
}

impl Prepared<'_> {
    /// How many columns it returns; 0: it returns no rows.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The names of the columns it returns.
    pub fn column_names(&self) -> Vec<String> {
        self.statement.column_names().map(str::to_owned).collect()
    }

    /// Whether it leaves the database as it is.
    pub fn reads_only(&self) -> bool {
        self.statement.readonly()
    }

    /// Whether it is an EXPLAIN or EXPLAIN QUERY PLAN.
    pub fn is_explain(&self) -> bool {
        self.statement.is_explain() != 0
    }

    /// The names of its parameters, as written (`:from`); "" for one without a name.
    pub fn parameters(&self) -> Vec<String> {
        (1..=self.statement.parameter_count())
            .map(|i| self.statement.parameter_name(i).unwrap_or_default().to_owned())
            .collect()
    }

    /// Binds one parameter by its place, counted from 1.
    pub fn bind(&mut self, place: usize, value: ValueRef<'_>) -> Result<(), Failure> {
        self.statement
            .raw_bind_parameter(place, Bind(value))
            .map_err(|error| self.sandbox.explain_failure(error))
    }

    /// Binds parameters by name, whatever sign stands before it; those that nobody names are NULL.
    pub fn bind_named(&mut self, values: &[(String, crate::value::Value)]) -> Result<(), Failure> {
        for (at, name) in self.parameters().into_iter().enumerate() {
            let bare = name.trim_start_matches([':', '@', '$']);
            if let Some((_, value)) = values.iter().find(|(known, _)| known == bare) {
                self.bind(at + 1, value.as_ref())?;
            }
        }
        Ok(())
    }

    /// Runs it to its end and hands each row to `read`, which may stop it.
    ///
    /// # Errors
    /// Why it did not come to its end.
    pub fn run(&mut self, mut read: impl FnMut(&RowView<'_>) -> ControlFlow<()>) -> Result<Done, Failure> {
        let sandbox = self.sandbox;
        ffi::pin_clock(sandbox.now.get());
        sandbox.interrupter.control.start(sandbox.steps.get());
        let _armed = sandbox.deadline.get().map(|after| arm(after, &sandbox.interrupter));
        let pages = ffi::page_gets(&sandbox.conn);
        let changes = sandbox.conn.total_changes();
        self.statement.reset_status(StatementStatus::VmStep);
        let mut done = Done { rows: 0, changes: 0, cost: Cost::default(), cut: false };
        {
            let mut rows = self.statement.raw_query();
            loop {
                match rows.next() {
                    Ok(Some(row)) => {
                        done.rows += 1;
                        if read(&RowView { row, columns: self.columns }).is_break() {
                            done.cut = true;
                            break;
                        }
                    }
                    Ok(None) => break,
                    Err(error) => return Err(sandbox.explain_failure(error)),
                }
            }
        }
        done.cost.steps = u64::from(self.statement.get_status(StatementStatus::VmStep).unsigned_abs());
        done.cost.pages = ffi::page_gets(&sandbox.conn).wrapping_sub(pages) & u64::from(u32::MAX);
        done.changes = sandbox.conn.total_changes() - changes;
        Ok(done)
    }

    /// Runs it with no cost counted and no deadline of its own: the judge's inner loop. The step budget holds.
    ///
    /// # Errors
    /// Why it did not come to its end.
    pub fn sweep(&mut self, mut read: impl FnMut(&RowView<'_>) -> ControlFlow<()>) -> Result<(), Failure> {
        let sandbox = self.sandbox;
        ffi::pin_clock(sandbox.now.get());
        sandbox.interrupter.control.start(sandbox.steps.get());
        let mut rows = self.statement.raw_query();
        loop {
            match rows.next() {
                Ok(Some(row)) => {
                    if read(&RowView { row, columns: self.columns }).is_break() {
                        return Ok(());
                    }
                }
                Ok(None) => return Ok(()),
                Err(error) => return Err(sandbox.explain_failure(error)),
            }
        }
    }

    /// Runs it and keeps all it returns, with what it cost.
    ///
    /// # Errors
    /// As [`Prepared::run`].
    pub fn table(&mut self) -> Result<(Table, Done), Failure> {
        let mut table = Table { columns: self.column_names(), rows: Vec::new() };
        let done = self.run(|row| {
            table.rows.push(row.iter().map(ValueRef::to_value).collect());
            ControlFlow::Continue(())
        })?;
        Ok((table, done))
    }
}
