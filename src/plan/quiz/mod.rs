//! Predict, then reveal: questions about how statements run, whose answers are found by running them on a throw-away
//! copy of the data, never read from a file. Knows no exercise and draws nothing.

mod bench;
mod compare;
mod follow;
mod ignored;
mod pose;
mod reply;
mod solve;
mod writes;

use serde::Serialize;

pub use bench::{Bench, Watch};
pub use follow::{Asked, Follow};
pub use pose::{Choice, Posed};
pub use reply::looks_like_one;

use super::grow::GrowError;
use crate::{
    engine::{Failure, FailureKind},
    schema::world::WorldError,
};

/// Sizes that differ by less than this factor are not asked about.
pub const GAP: f64 = 1.5;

/// What there is beside the tables when a question is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Setting {
    /// Indexes: `orders (user_id, created_at)`, or with a name, `by_user ON orders (user_id)`.
    pub indexes: Vec<String>,
    /// Whether ANALYZE has run.
    pub analyze: bool,
}

/// A question as it is set: what it is about, and nothing of its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// What there is.
    pub setting: Setting,
    /// The question in words of the asker's own; the form has words for it otherwise.
    pub ask: Option<String>,
    /// What is asked, and about which statements.
    pub form: Form,
    /// What the asker adds when the answer is shown.
    pub note: Option<String>,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// Is the table scanned or searched?
    Seek {
        /// The statement.
        sql: String,
        /// The table in question; the only one, or the first, where none is named.
        table: Option<String>,
    },
    /// Does the statement find rows by an index (a primary key is none)?
    UsesIndex {
        /// The statement.
        sql: String,
    },
    /// Is the table itself read, or is all that is needed in an index?
    TableRead {
        /// The statement.
        sql: String,
        /// The table in question; the only one, or the first, where none is named.
        table: Option<String>,
    },
    /// Is there a sort?
    Sorts {
        /// The statement.
        sql: String,
    },
    /// An OR: one scan, or a search for each arm?
    Arms {
        /// The statement.
        sql: String,
    },
    /// Does the engine build an index for this one run?
    Automatic {
        /// The statement.
        sql: String,
    },
    /// How does its cost grow with the rows?
    Growth {
        /// The statement.
        sql: String,
    },
    /// Which of several statements costs most, or least?
    Dearest {
        /// The statements.
        statements: Vec<String>,
        /// What is compared.
        measure: Measure,
        /// Whether the cheapest is meant instead.
        least: bool,
    },
    /// How many times as much does the first cost as the second?
    Times {
        /// The dearer.
        dear: Case,
        /// The cheaper.
        cheap: Case,
    },
    /// Which of several sets of indexes makes the statement cheapest?
    HelpsMost {
        /// The statement.
        sql: String,
        /// The sets; an empty one stands for "none of them".
        sets: Vec<Vec<String>>,
    },
    /// An index is there and is not used: why? One change lets it be used.
    Cause {
        /// The statement.
        sql: String,
        /// Causes, each with the change that takes it away.
        causes: Vec<Cause>,
    },
    /// Of which index do inserts change most pages, or fewest?
    Inserts {
        /// What inserts the rows.
        sql: String,
        /// The indexes, each tried alone.
        indexes: Vec<String>,
        /// Whether the one with the fewest is meant.
        least: bool,
    },
    /// Which of the given indexes does a write change?
    Touches {
        /// The write.
        sql: String,
    },
    /// Which of several writes change a given index?
    Pays {
        /// The writes.
        statements: Vec<String>,
    },
    /// Which of the given indexes can go, with no query dearer for it?
    Spare {
        /// The queries.
        queries: Vec<String>,
    },
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Measure {
    /// Steps and page gets in one figure.
    #[default]
    Cost,
    /// Page gets alone.
    Pages,
}

/// A statement with indexes of its own, on top of the question's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The statement.
    pub sql: String,
    /// What is there for it alone.
    pub indexes: Vec<String>,
}

/// Why an index may be ignored, and what would show that it is so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cause {
    /// The cause in words.
    pub say: String,
    /// The statement without it.
    pub sql: Option<String>,
    /// The indexes without it.
    pub indexes: Option<Vec<String>>,
    /// Whether it goes with ANALYZE.
    pub analyze: bool,
}

/// The answer, as running told it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Solved {
    /// The places of the right options; exactly these, where several may be right.
    pub answer: Vec<usize>,
    /// Plain sentences, with what was measured.
    pub reveal: Vec<String>,
    /// The line of the plan that shows it, where one does.
    pub line: Option<String>,
}

/// Why a question has no answer.
#[derive(Debug)]
pub enum Trouble {
    /// A statement fails, or was interrupted.
    Failure(Failure),
    /// The data cannot be had.
    World(WorldError),
    /// It cannot be tried at several sizes.
    Grow(GrowError),
    /// What was measured leaves the answer open, or the question makes no sense: why.
    Open(String),
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Trouble::Failure(failure) => failure.fmt(f),
            Trouble::World(error) => error.fmt(f),
            Trouble::Grow(error) => error.fmt(f),
            Trouble::Open(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Trouble {}

impl Trouble {
    /// Whether somebody stopped it.
    pub fn is_interrupted(&self) -> bool {
        match self {
            Trouble::Failure(failure) => failure.kind == FailureKind::Interrupted,
            Trouble::Grow(error) => error.is_interrupted(),
            Trouble::World(_) | Trouble::Open(_) => false,
        }
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Trouble::Failure(failure)
    }
}

impl From<WorldError> for Trouble {
    fn from(error: WorldError) -> Self {
        Trouble::World(error)
    }
}

impl Setting {
    /// The statements that make it so.
    pub fn script(&self) -> String {
        let mut statements: Vec<String> = self.indexes.iter().map(|index| bench::create(index)).collect();
        if self.analyze {
            statements.push("ANALYZE".to_owned());
        }
        statements.join(";\n")
    }
}

impl Question {
    /// The question as it is put, with its options. Runs nothing.
    pub fn pose(&self) -> Posed {
        pose::pose(self)
    }

    /// Finds the answer.
    ///
    /// # Errors
    /// A statement that fails, Ctrl-C, or figures that leave the answer open.
    pub fn solve(&self, bench: &Bench) -> Result<Solved, Trouble> {
        let mut solved = solve::solve(self, bench)?;
        solved.reveal.extend(self.note.clone());
        Ok(solved)
    }
}
