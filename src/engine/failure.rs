//! Why a statement did not run to its end.

use std::fmt;

use rusqlite::ffi;

/// What kind of end a statement came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// The text is no SQL that this engine can prepare, or a function refused its arguments.
    Sql,
    /// The sandbox does not permit it.
    Denied,
    /// It ran longer than the deadline.
    Deadline,
    /// Ctrl-C.
    Interrupted,
    /// It used up its budget of virtual-machine steps.
    Steps,
    /// A value, a statement or the database grew past a limit.
    TooLarge,
    /// A constraint refused the change.
    Constraint,
    /// Another connection holds a lock; the transaction may be tried again.
    Busy,
    /// The transaction's snapshot is older than the database; only a new transaction helps.
    BusySnapshot,
    /// A fault of the file system or of the program.
    Fault,
}

/// A statement that failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// What kind of end it came to.
    pub kind: FailureKind,
    /// SQLite's message, or the sandbox's own, without a full stop.
    pub message: String,
    /// Where in the statement, as a byte offset, if SQLite knows.
    pub offset: Option<usize>,
    /// SQLite's extended result code.
    pub code: i32,
}

impl Failure {
    /// A fault of the program or of its surroundings.
    pub fn fault(message: impl Into<String>) -> Failure {
        Failure { kind: FailureKind::Fault, message: message.into(), offset: None, code: ffi::SQLITE_ERROR }
    }

    /// Whether a limit of the sandbox ended the statement, rather than the statement itself.
    pub fn is_limit(&self) -> bool {
        match self.kind {
            FailureKind::Deadline | FailureKind::Steps | FailureKind::TooLarge => true,
            FailureKind::Sql
            | FailureKind::Denied
            | FailureKind::Interrupted
            | FailureKind::Constraint
            | FailureKind::Busy
            | FailureKind::BusySnapshot
            | FailureKind::Fault => false,
        }
    }

    /// Turns an error of rusqlite into a failure, before the sandbox adds what it knows.
    pub(super) fn from_sqlite(error: rusqlite::Error) -> Failure {
        use rusqlite::Error as E;
        let (code, message, offset) = match error {
            E::SqliteFailure(e, message) => (
                e.extended_code,
                message.unwrap_or_else(|| ffi::code_to_str(e.extended_code).to_lowercase()),
                None,
            ),
            E::SqlInputError { error, msg, offset, .. } => {
                (error.extended_code, msg, usize::try_from(offset).ok())
            }
            E::MultipleStatement => (ffi::SQLITE_ERROR, "more than one statement".to_owned(), None),
            E::NulError(_) => (ffi::SQLITE_ERROR, "a NUL character stands in the statement".to_owned(), None),
            other => (ffi::SQLITE_ERROR, other.to_string(), None),
        };
        let kind = match code & 0xff {
            ffi::SQLITE_AUTH => FailureKind::Denied,
            ffi::SQLITE_INTERRUPT => FailureKind::Interrupted,
            ffi::SQLITE_TOOBIG | ffi::SQLITE_FULL | ffi::SQLITE_NOMEM => FailureKind::TooLarge,
            ffi::SQLITE_CONSTRAINT | ffi::SQLITE_MISMATCH => FailureKind::Constraint,
            ffi::SQLITE_ERROR if message == "LIKE or GLOB pattern too complex" => FailureKind::TooLarge,
            ffi::SQLITE_BUSY if code == ffi::SQLITE_BUSY_SNAPSHOT => FailureKind::BusySnapshot,
            ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => FailureKind::Busy,
            ffi::SQLITE_ERROR | ffi::SQLITE_RANGE | ffi::SQLITE_MISUSE | ffi::SQLITE_SCHEMA => {
                FailureKind::Sql
            }
            _ => FailureKind::Fault,
        };
        let message = match code & 0xff {
            ffi::SQLITE_TOOBIG => "a text, blob or statement is larger than the sandbox allows".to_owned(),
            ffi::SQLITE_FULL => "the database is larger than the sandbox allows".to_owned(),
            ffi::SQLITE_NOMEM => "the statement wants more memory than the sandbox allows".to_owned(),
            _ => message,
        };
        Failure { kind, message, offset, code }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}
