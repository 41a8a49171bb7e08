//! A database file of the program's own: told by its mark and version, brought forward, changed in whole transactions
//! that are durable when they end. No statement of a learner's comes here, and no sandbox opens such a file.

use std::{
    fmt,
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::{Connection, OpenFlags, config::DbConfig, ffi, params_from_iter, types};

use crate::value::{Row, Value, ValueRef};

/// What a file looks like.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// The mark in its header that tells it from other programs' files.
    pub application: i32,
    /// The scripts that lead from each version to the next; the first makes version 1 in an empty file.
    pub steps: &'static [&'static str],
    /// How long to wait for others who use it.
    pub patience: Duration,
    /// How many pages of 4 KiB it may have; `None`: as many as there is room for.
    pub pages: Option<u32>,
}

/// Why a file does not serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// A later version of the program has written it: the version it has, and the one that is known.
    Newer(i64, usize),
    /// It is a database of some other program.
    Foreign,
    /// It is no database, or a broken one: what SQLite says.
    Damaged(String),
    /// Somebody else uses it, for longer than the patience.
    Busy,
    /// There is no room for what is to be written.
    Full,
    /// It cannot be opened, read or written: what the system says.
    Closed(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Newer(has, known) => {
                write!(f, "it is of version {has}, and this program knows versions up to {known}")
            }
            Trouble::Foreign => f.write_str("it belongs to another program"),
            Trouble::Busy => f.write_str("another program keeps it locked"),
            Trouble::Full => f.write_str("there is no room left"),
            Trouble::Damaged(why) | Trouble::Closed(why) => f.write_str(why),
        }
    }
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Trouble {
        let (code, said) = match &error {
            rusqlite::Error::SqliteFailure(e, said) => (e.extended_code, said.clone()),
            rusqlite::Error::SqlInputError { error, msg, .. } => (error.extended_code, Some(msg.clone())),
            _ => (ffi::SQLITE_ERROR, Some(error.to_string())),
        };
        let said = said.unwrap_or_else(|| ffi::code_to_str(code).to_lowercase());
        match code & 0xff {
            ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED | ffi::SQLITE_PROTOCOL => Trouble::Busy,
            ffi::SQLITE_FULL => Trouble::Full,
            // SQLITE_ERROR: the program's own statements do not fit the tables that are there.
            ffi::SQLITE_NOTADB | ffi::SQLITE_CORRUPT | ffi::SQLITE_FORMAT | ffi::SQLITE_ERROR => {
                Trouble::Damaged(said)
            }
            _ => Trouble::Closed(said),
        }
    }
}

/// An open file.
///
/// It keeps SQLite's rollback journal, and syncs the folder as well when the journal goes: a change that has been
/// confirmed is on the disk, a process that is killed leaves a file that the next one mends, nothing needs memory
/// shared between processes, which a network share has not, and at rest there is one file.
pub struct OwnFile {
    conn: Connection,
    patience: Duration,
}

/// How long SQLite asks for a lock before it is asked anew. Left to itself it asks ever more seldom, and may never be
/// in time where others write one change after the other.
const TURN: Duration = Duration::from_millis(20);

impl OwnFile {
    /// Opens a file and brings it forward to the newest version. One that is not there is made; `first` puts into it
    /// what it begins with, in the transaction that makes it.
    ///
    /// # Errors
    /// What is the matter with the file, which is left as it is.
    pub fn open(
        path: &Path,
        form: &Form,
        first: impl FnOnce(&OwnFile) -> Result<(), Trouble>,
    ) -> Result<OwnFile, Trouble> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(path, flags)?;
        conn.busy_timeout(TURN.min(form.patience))?;
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        let store = OwnFile { conn, patience: form.patience };
        store.patiently(|| {
            store.conn.execute_batch(
                "PRAGMA synchronous = extra; PRAGMA temp_store = memory; PRAGMA cell_size_check = on",
            )
        })?;
        if store.version(form)? < form.steps.len() {
            if store.conn.is_readonly("main")? {
                return Err(Trouble::Closed("it may not be written".to_owned()));
            }
            store.limit(form)?;
            store.change(|store| store.bring_forward(form, first))?;
        }
        store.limit(form)?;
        Ok(store)
    }

    /// Does something again while others keep the file locked, as long as there is patience.
    fn patiently<T>(&self, work: impl Fn() -> rusqlite::Result<T>) -> Result<T, Trouble> {
        let since = Instant::now();
        loop {
            match work().map_err(Trouble::from) {
                Err(Trouble::Busy) if since.elapsed() < self.patience => {}
                done => return done,
            }
        }
    }

    fn limit(&self, form: &Form) -> Result<(), Trouble> {
        match form.pages {
            Some(pages) => {
                let sql = format!("PRAGMA max_page_count = {pages}");
                self.patiently(|| self.conn.execute_batch(&sql))
            }
            None => Ok(()),
        }
    }

    /// The version of the file; 0 of one that has just come to be.
    fn version(&self, form: &Form) -> Result<usize, Trouble> {
        let ask = |sql| self.patiently(|| self.conn.query_row(sql, [], |row| row.get::<_, i64>(0)));
        let (mark, version) = (ask("PRAGMA application_id")?, ask("PRAGMA user_version")?);
        let objects = ask("SELECT count(*) FROM sqlite_schema")?;
        if mark == 0 && version == 0 && objects == 0 {
            return Ok(0);
        }
        if mark != i64::from(form.application) {
            return Err(Trouble::Foreign);
        }
        match usize::try_from(version) {
            Ok(known) if (1..=form.steps.len()).contains(&known) => Ok(known),
            Ok(later) if later > form.steps.len() => Err(Trouble::Newer(version, form.steps.len())),
            Ok(_) | Err(_) => Err(Trouble::Damaged(format!("it claims to be of version {version}"))),
        }
    }

    /// Takes the steps that are missing. Another process may have taken them meanwhile.
    fn bring_forward(
        &self,
        form: &Form,
        first: impl FnOnce(&OwnFile) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        let has = self.version(form)?;
        for step in &form.steps[has..] {
            self.conn.execute_batch(step)?;
        }
        self.conn.execute_batch(&format!(
            "PRAGMA application_id = {}; PRAGMA user_version = {}",
            form.application,
            form.steps.len()
        ))?;
        if has == 0 { first(self) } else { Ok(()) }
    }

    /// Looks for damage in the whole file.
    ///
    /// # Errors
    /// What is broken.
    pub fn check(&self) -> Result<(), Trouble> {
        let check = || self.conn.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
        match self.patiently(check)?.as_str() {
            "ok" => Ok(()),
            broken => Err(Trouble::Damaged(broken.lines().last().unwrap_or(broken).to_owned())),
        }
    }

    /// Makes a change whole or not at all. Once this returns, it is on the disk.
    ///
    /// # Errors
    /// What `work` says, or why it cannot be kept; then nothing has changed.
    pub fn change<T>(&self, work: impl FnOnce(&OwnFile) -> Result<T, Trouble>) -> Result<T, Trouble> {
        self.patiently(|| self.conn.execute_batch("BEGIN IMMEDIATE"))?;
        let done = work(self).and_then(|done| {
            self.patiently(|| self.conn.execute_batch("COMMIT"))?;
            Ok(done)
        });
        if done.is_err() {
            // SQLite may have rolled back by itself, which it then says.
            let _ = self.conn.execute_batch("ROLLBACK");
        }
        done
    }

    /// Runs one statement and tells how many rows it changed.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn run(&self, sql: &str, values: &[Value]) -> Result<usize, Trouble> {
        let mut statement = self.conn.prepare(sql)?;
        Ok(statement.execute(params_from_iter(values.iter().map(bound)))?)
    }

    /// The rows of a query.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn rows(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Trouble> {
        self.patiently(|| self.rows_now(sql, values))
    }

    fn rows_now(&self, sql: &str, values: &[Value]) -> rusqlite::Result<Vec<Row>> {
        let mut statement = self.conn.prepare(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query(params_from_iter(values.iter().map(bound)))?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let row = (0..columns).map(|at| {
                Ok(match row.get_ref(at)? {
                    types::ValueRef::Null => Value::Null,
                    types::ValueRef::Integer(i) => Value::Integer(i),
                    types::ValueRef::Real(r) => Value::Real(r),
                    types::ValueRef::Text(text) => ValueRef::Text(text).to_value(),
                    types::ValueRef::Blob(blob) => Value::Blob(blob.to_vec()),
                })
            });
            all.push(row.collect::<Result<Row, rusqlite::Error>>()?);
        }
        Ok(all)
    }
}

fn bound(value: &Value) -> types::ToSqlOutput<'_> {
    types::ToSqlOutput::Borrowed(match value {
        Value::Null => types::ValueRef::Null,
        Value::Integer(i) => types::ValueRef::Integer(*i),
        Value::Real(r) => types::ValueRef::Real(*r),
        Value::Text(text) => types::ValueRef::Text(text.as_bytes()),
        Value::Blob(blob) => types::ValueRef::Blob(blob),
    })
}
