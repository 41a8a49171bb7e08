//! What the judge says of an answer, as plain data: kept by `progress`, shown by `render`.

use serde::{Deserialize, Serialize};

use crate::{
    cost::Cost,
    differ::{
        Effort,
        difference::{Counterexample, Difference, Mismatch},
    },
    engine::{Failure, FailureKind},
};

/// The verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// No difference from the reference was found.
    Correct,
    /// There is a database on which it is wrong.
    Wrong,
    /// The statement does not run, or is not permitted.
    Error,
    /// It ran into a limit before anything could be said.
    Limit,
}

impl Verdict {
    /// The word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Correct => "correct",
            Verdict::Wrong => "wrong",
            Verdict::Error => "error",
            Verdict::Limit => "limit",
        }
    }
}

/// How far the judge looked.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Searched {
    /// On how many databases both statements ran.
    pub databases: u64,
    /// How many of them were the exercise's own killers.
    pub killers: u64,
    /// How many days were tried.
    pub days: u64,
    /// How long it took, in milliseconds.
    pub elapsed_ms: f64,
}

/// What the answer cost beside the reference, on the same data in the same run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Costs {
    /// The answer's.
    pub answer: Cost,
    /// The reference's.
    pub reference: Cost,
}

/// Where and why the statement failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// What kind of end it came to.
    pub kind: FailureKind,
    /// What SQLite or the sandbox says.
    pub message: String,
    /// Where, as a byte offset into the answer, if known.
    pub offset: Option<usize>,
}

/// An edit of a wrong answer, or two, after which no difference is found: told in three steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// How many edits.
    pub edits: usize,
    /// Where to look: "the join of orders".
    pub place: String,
    /// What it is about: "which rows the join keeps".
    pub change: String,
    /// The edit itself.
    pub edit: String,
}

/// A rule that an answer was held to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Its name, as exercise files write it.
    pub rule: String,
    /// Whether it holds.
    pub passed: bool,
    /// What was found, with figures.
    pub said: String,
}

/// All that the judge says of one answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The exercise's id.
    pub exercise: String,
    /// The verdict.
    pub verdict: Verdict,
    /// One sentence for the learner.
    pub message: String,
    /// What kind of wrong it is.
    pub mismatch: Option<Mismatch>,
    /// The difference on the data that the learner sees, where it shows there.
    pub difference: Option<Difference>,
    /// The smallest database found on which it is wrong.
    pub counterexample: Option<Counterexample>,
    /// A database on which the answer is wrong as soon as SQLite reads tables in another order, and right as long
    /// as it does not: it cannot be promised to reproduce.
    pub luck: Option<Counterexample>,
    /// How far the judge looked.
    pub searched: Searched,
    /// On how many of the exercise's killers a wrong answer agrees with the reference, and of how many: for those
    /// who give partial credit.
    pub killers_passed: Option<(u64, u64)>,
    /// What it cost, where it ran.
    pub costs: Option<Costs>,
    /// What plans and costs were held to, in the order of the rules; empty for a plain query.
    pub checks: Vec<Check>,
    /// Why it failed, where it did.
    pub fault: Option<Fault>,
    /// The edit that mends it, where one is found in time.
    pub repair: Option<Repair>,
    /// What leads on: how SQLite says it, where to look.
    pub hints: Vec<String>,
    /// What SQLite accepts in silence and is hardly meant.
    pub warnings: Vec<String>,
}

impl Report {
    /// A report before anything is known: correct, with nothing looked at.
    pub(super) fn new(exercise: &str) -> Report {
        Report {
            exercise: exercise.to_owned(),
            verdict: Verdict::Correct,
            message: String::new(),
            mismatch: None,
            difference: None,
            counterexample: None,
            luck: None,
            searched: Searched::default(),
            killers_passed: None,
            costs: None,
            checks: Vec::new(),
            fault: None,
            repair: None,
            hints: Vec::new(),
            warnings: Vec::new(),
        }
    }

    pub(super) fn looked(&mut self, effort: Effort) {
        self.searched.databases = effort.databases;
        self.searched.killers = effort.killers;
        self.searched.days = effort.days;
    }

    pub(super) fn fail(
        &mut self,
        verdict: Verdict,
        kind: FailureKind,
        message: String,
        offset: Option<usize>,
    ) {
        self.verdict = verdict;
        self.message.clone_from(&message);
        self.fault = Some(Fault { kind, message, offset });
    }

    /// Takes a failure of the answer, which begins at byte `start` of what was submitted.
    pub(super) fn failed(&mut self, failure: &Failure, start: usize) {
        let verdict = if failure.is_limit() { Verdict::Limit } else { Verdict::Error };
        let offset = failure.offset.map(|offset| offset + start);
        self.fail(verdict, failure.kind, failure.message.clone(), offset);
    }

    /// Takes what the rules say: the first that does not hold is the message.
    pub(super) fn check(&mut self, checks: Vec<Check>) {
        self.checks = checks;
        if let Some(failed) = self.checks.iter().find(|check| !check.passed) {
            self.verdict = Verdict::Wrong;
            self.message.clone_from(&failed.said);
        }
    }

    pub(super) fn wrong(&mut self, difference: &Difference) {
        self.verdict = Verdict::Wrong;
        self.mismatch = Some(difference.mismatch);
        self.message.clone_from(&difference.sentence);
    }
}
