//! What a query is worth as an answer: compared with the reference on the learner's own data at once, and judged on
//! others where it matches there.

use std::io;

use super::{Output, Session, Status, run::plural, screens};
use crate::{
    catalog::{self, Exercise, ExerciseKind},
    cost::Cost,
    differ::{
        compare::compare,
        difference::{Difference, Mismatch},
    },
    engine::{Access, Failure},
    judge::{self, Costs, Report, Verdict},
    progress,
    value::Table,
};

/// What the session remembers of the exercise that is open.
#[derive(Default)]
pub(super) struct Last {
    /// The last query that ran.
    pub query: Option<Query>,
    /// The try before it.
    pub before: Option<Query>,
    /// How its result differed from the reference's, here or on another database.
    pub difference: Option<Difference>,
    /// What the judge said of it.
    pub report: Option<Report>,
    /// What the reference gives on the pristine data, and what it costs there.
    expected: Option<(Table, Cost)>,
    /// How many hints were shown.
    pub hints: usize,
    /// The steps that lead to the edit which mends the last query, from the place to the edit itself.
    pub way: Vec<String>,
    /// Whether such an edit was looked for.
    pub sought: bool,
    /// How many of these steps were shown.
    pub led: usize,
    /// Whether the solution was asked for once.
    pub solution_asked: bool,
}

/// A query that ran.
#[derive(Debug, Clone)]
pub(super) struct Query {
    pub sql: String,
    pub cost: Cost,
    /// Whether it has the columns that are asked for, or nothing is asked.
    pub is_try: bool,
}

/// What is about to be said of an answer.
pub(super) struct Heard<'a> {
    /// The answer; of a quiz, which questions are right, as a comment.
    pub sql: &'a str,
    pub verdict: Verdict,
    /// What kind of wrong it is, or the rule that it breaks.
    pub mismatch: Option<&'a str>,
    /// Whether the judge has seen it.
    pub judged: bool,
    pub costs: Option<Costs>,
}

/// How long `.hint` may look for what mends a query, in milliseconds.
const HINT_MILLIS: u64 = 1_500;

impl Session {
    /// The exercise, if an answer is one statement that reads.
    fn asked(&self) -> Option<(&Exercise, &catalog::Query)> {
        let exercise = self.exercise.as_ref()?;
        exercise.kind.query().map(|query| (exercise, query))
    }

    /// How many columns an answer has.
    pub(super) fn wanted_columns(&self) -> Option<usize> {
        self.asked().map(|(_, query)| query.columns.len())
    }

    /// Finds out what the reference gives on the learner's data as it is now, and what it costs there.
    fn ask_reference(&mut self) -> Result<(), Failure> {
        if self.shop.is_touched() || self.last.expected.is_none() {
            let Some((_, query)) = self.asked() else { return Ok(()) };
            let reference = query.reference().to_owned();
            let sandbox = self.shop.open().map_err(|error| Failure::fault(error.to_string()))?;
            let (table, done) = sandbox.with_access(Access::Answer, |sandbox| {
                let mut statement = sandbox.prepare(&reference)?;
                statement.bind_named(&self.parameters)?;
                statement.table()
            })?;
            self.last.expected = Some((table, done.cost));
        }
        Ok(())
    }

    /// What the reference costs on the learner's data, where it runs.
    pub(super) fn reference_cost(&mut self) -> Option<Cost> {
        self.ask_reference().ok()?;
        self.last.expected.as_ref().map(|(_, cost)| *cost)
    }

    /// Compares a result with the reference's on the learner's data, and judges the query where they agree.
    pub(super) fn compare(
        &mut self,
        sql: &str,
        table: &Table,
        rows: u64,
        out: &mut Output<'_>,
    ) -> io::Result<()> {
        let Some((_, query)) = self.asked() else { return Ok(()) };
        let order = query.comparison();
        if let Err(failure) = self.ask_reference() {
            let reason = if self.shop.is_touched() {
                format!(
                    "not compared: the data was changed, and the reference fails on it: {failure} (.reset)"
                )
            } else {
                format!("not compared: the reference fails: {failure}")
            };
            return self.complain(&reason, out);
        }
        let difference = match &self.last.expected {
            None => return Ok(()),
            Some((expected, _)) if rows > table.rows.len() as u64 => Some(Difference {
                mismatch: Mismatch::ExtraRows,
                sentence: format!("{}, {} expected", plural(rows, "row"), expected.rows.len()),
                pairs: Vec::new(),
            }),
            Some((expected, _)) => compare(expected, table, &order),
        };
        match difference {
            None => self.judge(sql, out),
            Some(difference) => {
                self.status = Status::Wrong;
                let kept = self.remember(&Heard {
                    sql,
                    verdict: Verdict::Wrong,
                    mismatch: Some(difference.mismatch.name()),
                    judged: false,
                    costs: None,
                });
                screens::not_yet(self, &difference, out)?;
                self.warn(kept, out)?;
                self.last.difference = Some(difference);
                self.last.report = None;
                self.last.way.clear();
                self.last.sought = false;
                Ok(())
            }
        }
    }

    /// Judges the last query in silence, where it is known to be wrong: for `.why`, if it has not been judged, and for
    /// `.hint`, if nobody has looked for what mends it. It is no try.
    pub(super) fn study(&mut self, hint: bool) {
        let (Some(exercise), Some(query)) = (self.exercise.clone(), self.last.query.clone()) else { return };
        let open = self.last.report.is_none() || (hint && !self.last.sought);
        if self.last.difference.is_none() || !open {
            return;
        }
        let repair_millis = if hint { HINT_MILLIS } else { 0 };
        let options = judge::Options {
            repair_millis,
            repair_edits: 2,
            on_data: false,
            data_seed: self.shop.seed(),
            ..judge::Options::default()
        };
        if let Ok(report) = judge::judge(&exercise, self.shop.world(), &query.sql, &options) {
            self.last.sought = hint;
            self.last.way = report.repair.as_ref().map_or_else(Vec::new, |repair| {
                let edits = if repair.edits == 1 { "one edit" } else { "two edits" };
                vec![
                    format!("{edits} away: look at {}", repair.place),
                    format!("it is about {}", repair.change),
                    format!("the edit: {}", repair.edit),
                ]
            });
            if self.last.report.is_none() {
                self.last.report = Some(Report { warnings: Vec::new(), hints: Vec::new(), ..report });
            }
        }
    }

    /// Remembers a report on a query of which nobody has asked what mends it.
    fn keep(&mut self, report: Report) {
        self.last.way.clear();
        self.last.sought = false;
        self.last.report = Some(report);
    }

    /// Judges a query on every database the judge can think of.
    pub(super) fn judge(&mut self, sql: &str, out: &mut Output<'_>) -> io::Result<()> {
        let Some(exercise) = self.exercise.clone() else {
            return self.complain("no exercise is open: .list shows them, .goto ID opens one", out);
        };
        // At a prompt the verdict comes at once, and what mends the answer is looked for when .hint asks.
        let usual = judge::Options::default();
        let repair_millis = if self.prompted { 0 } else { usual.repair_millis };
        let options = judge::Options { data_seed: self.shop.seed(), repair_millis, ..usual };
        let report = match judge::judge(&exercise, self.shop.world(), sql, &options) {
            // At a prompt, what SQLite accepts in silence was said when the query ran, and .hint leads on if asked.
            Ok(report) if self.prompted => {
                let hints = if report.verdict == Verdict::Wrong { Vec::new() } else { report.hints };
                Report { warnings: Vec::new(), hints, ..report }
            }
            Ok(report) => report,
            Err(error) => return self.complain(&format!("{} cannot be judged: {error}", exercise.id), out),
        };
        let solved_before = self.progress.tried(&exercise.id).solved;
        let broken = report.checks.iter().find(|check| !check.passed).map(|check| check.rule.as_str());
        let kept = self.remember(&Heard {
            sql,
            verdict: report.verdict,
            mismatch: report.mismatch.map(Mismatch::name).or(broken),
            judged: true,
            costs: report.costs,
        });
        self.status = match report.verdict {
            Verdict::Correct => Status::Done,
            Verdict::Wrong => Status::Wrong,
            Verdict::Error => Status::Failed,
            Verdict::Limit => Status::Limit,
        };
        screens::verdict(self, sql, &report, out)?;
        match report.verdict {
            Verdict::Correct if self.prompted => screens::solved(self, solved_before, out)?,
            Verdict::Wrong if self.prompted && !self.told.way_on => {
                self.told.way_on = true;
                screens::way_on(&self.view.style, out)?;
            }
            Verdict::Correct | Verdict::Wrong | Verdict::Error | Verdict::Limit => {}
        }
        self.last.difference = match (&report.difference, &report.counterexample) {
            (Some(difference), _) => Some(difference.clone()),
            (None, Some(found)) => Some(found.difference.clone()),
            (None, None) => None,
        };
        let right = report.verdict == Verdict::Correct;
        self.keep(report);
        self.warn(kept, out)?;
        if right && self.prompted && matches!(exercise.kind, ExerciseKind::Query(_)) {
            self.interview_begins(sql, out)?;
        }
        Ok(())
    }

    /// Keeps an answer before the learner hears of it.
    pub(super) fn remember(&mut self, heard: &Heard<'_>) -> Result<(), String> {
        let Some(exercise) = &self.exercise else { return Ok(()) };
        self.progress.record(&progress::Answer {
            exercise: &exercise.id,
            sql: heard.sql,
            verdict: heard.verdict,
            mismatch: heard.mismatch,
            judged: heard.judged,
            taken: self.since_opened(),
            hints: self.last.hints + self.last.led,
            cost: heard.costs.map(|costs| costs.answer),
            reference: heard.costs.map(|costs| costs.reference),
        })
    }

    /// How long the exercise has been open.
    pub(super) fn since_opened(&self) -> std::time::Duration {
        (self.clock)().saturating_sub(self.opened)
    }
}
