//! One sandboxed database: how it is opened, and what holds for every statement that runs in it.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    collections::BTreeSet,
    fmt::Write as _,
    ops::ControlFlow,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU8, Ordering},
    },
    time::Duration,
};

use rusqlite::{
    Connection, MAIN_DB, OpenFlags,
    config::DbConfig,
    hooks::{AuthAction, Authorization},
    limits::Limit,
};

use super::{
    Access, Done, Failure, FailureKind, Interrupter, Prepared, RowView,
    access::decide,
    deadline::{Control, Stop, TICK, arm},
    ffi, functions,
};
use crate::{
    moment::Moment,
    value::{Table, Value},
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
#[derive(Debug, Clone, Copy)]
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

/// A database that a learner's SQL may be let loose on.
pub struct Sandbox {
    pub(super) conn: Connection,
    pub(super) interrupter: Interrupter,
    access: Arc<AtomicU8>,
    refusal: Arc<Mutex<Option<String>>>,
    reads: Arc<Mutex<BTreeSet<String>>>,
    /// Whether the statement that was prepared last calls a function.
    calls: Arc<AtomicBool>,
    now: Cell<Moment>,
    /// The same in the unit in which SQLite asks for it.
    now_ms: Cell<i64>,
    pub(super) deadline: Cell<Option<Duration>>,
    pub(super) steps: Cell<Option<u64>>,
    parameters: RefCell<Vec<(String, Value)>>,
    shared: bool,
    /// What must outlive the connection; fields are dropped in this order.
    guard: Option<Box<dyn Any + Send>>,
}

/// The most memory SQLite takes in this process, whatever runs.
const HEAP: i64 = 2 << 30;

/// The most bytes of a statement.
const LONGEST_SQL: i32 = 100_000;

/// Limits on what one statement may hold, chosen so that no single call of a function outlives a deadline by
/// more than a tenth of a second.
const LIMITS: [(Limit, i32); 9] = [
    (Limit::SQLITE_LIMIT_LENGTH, 200_000),
    (Limit::SQLITE_LIMIT_SQL_LENGTH, LONGEST_SQL),
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
        ffi::pin_clock(settings.now.julian_ms());
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
        // It pays where a statement runs many times, and costs more than a short one takes.
        if settings.access == Access::Answer {
            ffi::enlarge_lookaside(&conn);
        }
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
        let interrupter = Interrupter { control, handle: Arc::new(conn.get_interrupt_handle()) };
        let ticking = interrupter.clone();
        conn.progress_handler(TICK, Some(move || ticking.tick()))?;
        let access = Arc::new(AtomicU8::new(settings.access as u8));
        let refusal = Arc::new(Mutex::new(None));
        let reads = Arc::new(Mutex::new(BTreeSet::new()));
        let calls = Arc::new(AtomicBool::new(false));
        let (asked, told, read) = (Arc::clone(&access), Arc::clone(&refusal), Arc::clone(&reads));
        let called = Arc::clone(&calls);
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
            if let AuthAction::Function { .. } = context.action {
                called.store(true, Ordering::Relaxed);
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
            calls,
            now: Cell::new(settings.now),
            now_ms: Cell::new(settings.now.julian_ms()),
            deadline: Cell::new(settings.deadline),
            steps: Cell::new(settings.steps),
            parameters: RefCell::default(),
            shared: matches!(source, Source::Shared(_)),
            guard: None,
        })
    }

    /// What stops this sandbox's statements from another thread.
    pub fn interrupter(&self) -> Interrupter {
        self.interrupter.clone()
    }

    /// Calls `hook` once a statement is about to take its time: the moment to listen for Ctrl-C.
    pub fn at_length(&self, hook: fn()) {
        self.interrupter.at_length(hook);
    }

    /// Whether it was opened on a shared file, which cannot be written.
    pub fn is_shared(&self) -> bool {
        self.shared
    }

    /// Keeps something, such as a temporary file, until the sandbox is closed.
    pub fn keep(&mut self, guard: Box<dyn Any + Send>) {
        self.guard = Some(guard);
    }

    /// What 'now' is.
    pub fn now(&self) -> Moment {
        self.now.get()
    }

    /// Makes SQLite's clock on this thread tell this sandbox's time.
    pub(super) fn pin_clock(&self) {
        ffi::pin_clock(self.now_ms.get());
    }

    /// Moves the clock.
    pub fn set_now(&self, now: Moment) {
        self.now.set(now);
        self.now_ms.set(now.julian_ms());
    }

    /// How long a statement may run.
    pub fn deadline(&self) -> Option<Duration> {
        self.deadline.get()
    }

    /// Changes how long a statement may run.
    pub fn set_deadline(&self, deadline: Option<Duration>) {
        self.deadline.set(deadline);
    }

    /// Makes `random()` give unlikely numbers, for those who ask whether a result hangs on chance.
    ///
    /// # Errors
    /// The engine refuses the function.
    pub fn make_unlucky(&self) -> Result<(), Failure> {
        functions::unlucky(&self.conn).map_err(|error| self.explain_failure(error))
    }

    /// Changes how many steps a statement may take.
    pub fn set_steps(&self, steps: Option<u64>) {
        self.steps.set(steps);
    }

    /// Gives named parameters the values that they have in every statement prepared from now on.
    pub fn set_parameters(&self, parameters: &[(String, Value)]) {
        self.parameters.replace(parameters.to_vec());
    }

    /// How many pages have been got from the page cache since it was opened.
    pub fn page_gets(&self) -> u64 {
        ffi::page_gets(&self.conn)
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
        let trusted = self.access.load(Ordering::Relaxed) == Access::Trusted as u8;
        if !trusted && sql.len() > LONGEST_SQL as usize {
            return Err(Failure {
                kind: FailureKind::TooLarge,
                message: format!(
                    "the statement is too large: {} bytes, and the sandbox takes {LONGEST_SQL}",
                    sql.len()
                ),
                offset: None,
                code: 18,
            });
        }
        self.pin_clock();
        self.interrupter.control.start(self.steps.get());
        self.calls.store(false, Ordering::Relaxed);
        match self.conn.prepare(sql) {
            Ok(statement) => {
                let calls = self.calls.load(Ordering::Relaxed);
                let columns = statement.column_count();
                let mut prepared = Prepared { columns, sandbox: self, statement, calls };
                let parameters = self.parameters.borrow();
                if !parameters.is_empty() {
                    prepared.bind_named(&parameters)?;
                }
                Ok(prepared)
            }
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
        parameters: &[(String, Value)],
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
        self.pin_clock();
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
