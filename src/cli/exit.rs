//! How a run ends: exit codes, and errors as "what, where" with hints below.

use std::{fmt, io, process::ExitCode};

use super::console::interrupted;
use crate::{
    catalog::CatalogError,
    engine::{Failure, FailureKind},
    judge::{JudgeError, Verdict},
    schema::world::WorldError,
    session::Status,
};

/// The exit codes that other programs may rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// Done, correct, no difference found; or nobody reads on.
    Done,
    /// Wrong, different.
    Wrong,
    /// Bad usage, bad configuration, a bad pack, or a fault of the program.
    Fault,
    /// The SQL failed or is not permitted.
    Sql,
    /// A limit was reached.
    Limit,
    /// Ctrl-C.
    Interrupted,
}

impl Exit {
    /// The code.
    pub(super) fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Wrong => 1,
            Exit::Fault => 2,
            Exit::Sql => 3,
            Exit::Limit => 4,
            Exit::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

impl From<Status> for Exit {
    fn from(status: Status) -> Exit {
        match status {
            Status::Done => Exit::Done,
            Status::Wrong => Exit::Wrong,
            Status::Fault => Exit::Fault,
            Status::Failed => Exit::Sql,
            Status::Limit => Exit::Limit,
            Status::Interrupted => Exit::Interrupted,
        }
    }
}

impl From<FailureKind> for Exit {
    fn from(kind: FailureKind) -> Exit {
        match kind {
            FailureKind::Sql
            | FailureKind::Denied
            | FailureKind::Constraint
            | FailureKind::Busy
            | FailureKind::BusySnapshot => Exit::Sql,
            FailureKind::Deadline | FailureKind::Steps | FailureKind::TooLarge => Exit::Limit,
            FailureKind::Interrupted => Exit::Interrupted,
            FailureKind::Fault => Exit::Fault,
        }
    }
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Exit {
        match verdict {
            Verdict::Correct => Exit::Done,
            Verdict::Wrong => Exit::Wrong,
            Verdict::Error => Exit::Sql,
            Verdict::Limit => Exit::Limit,
        }
    }
}

/// Why a command did not come to its end.
#[derive(Debug)]
pub(super) enum Error {
    /// Something failed; the lines say what, where and what to do.
    Failed { exit: Exit, message: String, hints: Vec<String> },
    /// Whoever read the output went away, which is their right.
    ClosedPipe,
    /// What failed has been shown already.
    Shown(Exit),
}

impl Error {
    /// A fault of usage, of files or of the program.
    pub(super) fn fault(message: impl Into<String>) -> Error {
        Error::Failed { exit: Exit::Fault, message: message.into(), hints: Vec::new() }
    }

    /// Adds what to do.
    pub(super) fn hint(self, hint: impl Into<String>) -> Error {
        match self {
            Error::Failed { exit, message, mut hints } => {
                hints.push(hint.into());
                Error::Failed { exit, message, hints }
            }
            other @ (Error::ClosedPipe | Error::Shown(_)) => other,
        }
    }

    /// The code it ends with.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Error::Failed { exit, .. } | Error::Shown(exit) => *exit,
            Error::ClosedPipe => Exit::Done,
        }
    }

    /// What is written to standard error.
    pub(super) fn lines(&self) -> Vec<String> {
        match self {
            Error::Failed { message, hints, .. } => {
                let hints = hints.iter().map(|hint| format!("Hint: {hint}"));
                [format!("error: {message}")].into_iter().chain(hints).collect()
            }
            Error::ClosedPipe | Error::Shown(_) => Vec::new(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join("\n"))
    }
}

impl From<io::Error> for Error {
    /// Standard output is what a command writes to; files say of themselves what failed.
    fn from(error: io::Error) -> Error {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Error::ClosedPipe,
            _ if interrupted() => Error::Shown(Exit::Interrupted),
            _ => Error::fault(format!("the output cannot be written: {error}")),
        }
    }
}

impl From<CatalogError> for Error {
    fn from(error: CatalogError) -> Error {
        Error::fault(error.to_string())
    }
}

impl From<WorldError> for Error {
    fn from(error: WorldError) -> Error {
        let exit = match &error {
            WorldError::Engine(failure) => Exit::from(failure.kind),
            WorldError::Unknown(..) | WorldError::Bad(_) | WorldError::Disk(_) => Exit::Fault,
        };
        Error::Failed { exit, message: error.to_string(), hints: Vec::new() }
    }
}

impl From<JudgeError> for Error {
    fn from(error: JudgeError) -> Error {
        Error::fault(error.to_string())
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Error {
        Error::Failed { exit: failure.kind.into(), message: failure.message, hints: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_others_rely_on() {
        for (exit, code) in [
            (Exit::Done, 0),
            (Exit::Wrong, 1),
            (Exit::Fault, 2),
            (Exit::Sql, 3),
            (Exit::Limit, 4),
            (Exit::Interrupted, 130),
        ] {
            assert_eq!(exit.code(), code);
        }
        assert_eq!(Error::from(io::Error::from(io::ErrorKind::BrokenPipe)).exit(), Exit::Done);
        assert_eq!(Error::fault("a").hint("b").lines(), ["error: a", "Hint: b"]);
    }
}
