//! Runs statements in the learner's database and writes what they return.

use std::{
    io::{self, Write},
    ops::ControlFlow,
    time::Duration,
};

use super::{Output, Session, Status, answer::Query, indexes, screens};
use crate::{
    cost::Cost,
    engine::{Done, Failure, FailureKind, Prepared},
    plan::gather,
    render::{cell::count, fault::Place, table::Collector},
    schema::world::WorldError,
    sql::{
        dialect,
        keywords::Keyword,
        lexer::significant,
        suggest,
        warnings::{self, WarningCode},
    },
    value::{Table, Value, ValueRef},
};

/// What statements that change rows start with.
const CHANGES: [Keyword; 5] =
    [Keyword::Insert, Keyword::Update, Keyword::Delete, Keyword::Replace, Keyword::With];

/// How many rows of an answer are kept to be compared; far more than any exercise asks for.
const KEPT: usize = 100_000;

/// A statement that came to its end.
struct Ran {
    done: Done,
    /// Its result, if it has columns: all rows up to [`KEPT`].
    table: Option<Table>,
    reads_only: bool,
    elapsed: Duration,
}

impl Session {
    /// Runs one statement, shows its result, and compares it where an exercise asks for one.
    pub(super) fn statement(&mut self, place: Place<'_>, out: &mut Output<'_>) -> io::Result<()> {
        self.status = Status::Done;
        let sql = place.statement;
        match self.execute(sql, out)? {
            Err(failure) => self.failed(place, &failure, out),
            Ok(ran) => {
                if !ran.reads_only {
                    self.shop.touch();
                    self.words = None;
                }
                let builds = !ran.reads_only && indexes::is_about_an_index(sql);
                self.finished(sql, ran, out)?;
                if builds && self.compares { self.judge_indexes(false, out) } else { Ok(()) }
            }
        }
    }

    /// Runs one statement and writes its rows. `Ok(Err)`: the learner's statement failed.
    fn execute(&mut self, sql: &str, out: &mut Output<'_>) -> io::Result<Result<Ran, Failure>> {
        let clock = self.clock;
        let wanted = self.wanted_columns();
        if let Err(failure) = self.make_ready(sql) {
            return Ok(Err(failure));
        }
        let sandbox = match self.shop.open() {
            Ok(sandbox) => sandbox,
            Err(error) => return Ok(Err(Failure::fault(error.to_string()))),
        };
        let mut statement = match sandbox.prepare(sql) {
            Ok(statement) => statement,
            Err(failure) => return Ok(Err(failure)),
        };
        if let Err(failure) = statement.bind_named(&self.parameters) {
            return Ok(Err(failure));
        }
        note_unbound(&statement, &self.parameters, out)?;
        let reads_only = statement.reads_only();
        let since = clock();
        if statement.columns() == 0 {
            let ran = statement.run(|_| ControlFlow::Continue(()));
            let elapsed = clock().saturating_sub(since);
            return Ok(ran.map(|done| Ran { done, table: None, reads_only, elapsed }));
        }

        let columns = statement.column_names();
        let keeps = wanted == Some(columns.len()) && reads_only && !statement.is_explain();
        let mut table = Table { columns, rows: Vec::new() };
        let mut collector = Collector::new(self.view.mode, &self.view.style, &table.columns);
        let mut paused = sandbox.interrupter().paused(&mut *out);
        let (mut shown, limit) = (0, self.view.rows());
        let mut beyond: Vec<Value> = Vec::new();
        let mut broken = Ok(());
        let ran = statement.run(|row| {
            shown += 1;
            if shown <= limit {
                broken = collector.row(row.iter(), &mut paused);
            } else if shown - 1 == limit {
                beyond = row.iter().map(ValueRef::to_value).collect();
            }
            if keeps && table.rows.len() < KEPT {
                table.rows.push(row.iter().map(ValueRef::to_value).collect());
            }
            if broken.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        let elapsed = clock().saturating_sub(since);
        broken?;
        Ok(match ran {
            Ok(done) => {
                let more = done.rows.saturating_sub(limit);
                if more == 1 {
                    // To say that it is missing takes as much room.
                    collector.row(beyond.iter().map(Value::as_ref), out)?;
                }
                collector.finish(out)?;
                if more > 1 {
                    writeln!(out, "… {} (.all shows all)", plural(more, "more row"))?;
                }
                Ok(Ran { done, table: Some(table), reads_only, elapsed })
            }
            Err(failure) => {
                collector.abandon(out)?;
                Err(failure)
            }
        })
    }

    /// Copies data that is shared with other processes before a statement changes it.
    fn make_ready(&mut self, sql: &str) -> Result<(), Failure> {
        if !self.shop.is_shared() {
            return Ok(());
        }
        let failed = |error: WorldError| Failure::fault(error.to_string());
        let reads = {
            let statement = self.shop.open().map_err(failed)?.prepare(sql)?;
            statement.reads_only() && !starts_with(sql, &[Keyword::Begin, Keyword::Savepoint])
        };
        if reads { Ok(()) } else { self.shop.unshare().map_err(failed) }
    }

    /// Says how a statement ended, and what it is worth as an answer.
    fn finished(&mut self, sql: &str, ran: Ran, out: &mut Output<'_>) -> io::Result<()> {
        let Ran { done, table, reads_only, elapsed } = ran;
        let mut parts = Vec::new();
        if self.view.timer {
            parts.push(match &table {
                Some(_) => plural(done.rows, "row"),
                // Dropping a table counts its rows too, which nobody changed.
                None if starts_with(sql, &CHANGES) => format!("{} changed", plural(done.changes, "row")),
                None => "done".to_owned(),
            });
            parts.push(screens::milliseconds(elapsed));
        }
        if self.view.stats {
            parts.push(plural(done.cost.steps, "step"));
        }
        let is_query = table.is_some() && reads_only;
        let asked = self.wanted_columns().filter(|_| self.compares && is_query && is_select(sql));
        if let (Some(asked), Some(table)) = (asked, &table)
            && asked != table.columns.len()
            && self.prompted
        {
            let have = plural(table.columns.len() as u64, "column");
            parts.push(format!("{have}, the exercise asks for {asked}"));
        }
        if !parts.is_empty() {
            let line = parts.join(" · ");
            writeln!(out, "{}", screens::fill(&line, "", &self.view.style))?;
        }
        if is_query && self.prompted {
            let answers = table.as_ref().is_some_and(|table| asked == Some(table.columns.len()));
            for warning in warnings::warnings(sql, &self.words().schema) {
                // Who looks around may look at any five rows.
                if answers || warning.code != WarningCode::LimitWithoutOrder {
                    let line = format!("warning: {}", warning.message);
                    writeln!(out, "{}", screens::fill(&line, "  ", &self.view.style))?;
                }
            }
        }
        if is_query {
            let columns = table.as_ref().map(|table| table.columns.len());
            let is_try = is_select(sql) && self.wanted_columns().is_none_or(|wanted| columns == Some(wanted));
            let query = Query { sql: sql.to_owned(), cost: done.cost, is_try };
            let last = self.last.query.replace(query).filter(|last| last.is_try && last.sql != sql);
            self.last.before = last.or(self.last.before.take());
        }
        if self.view.eqp && is_query && is_select(sql) {
            self.plan(sql, None, out)?;
        }
        match (asked, table) {
            (Some(asked), Some(table)) if asked == table.columns.len() => {
                self.compare(sql, &table, done.rows, out)
            }
            _ => Ok(()),
        }
    }

    /// Writes every row of the last query.
    pub(super) fn all(&mut self, out: &mut Output<'_>) -> io::Result<()> {
        let Some(query) = self.last.query.clone() else {
            return self.complain("no query has run yet", out);
        };
        let before = std::mem::replace(&mut self.view.shown, u64::MAX);
        let ran = self.execute(&query.sql, out);
        self.view.shown = before;
        match ran? {
            Ok(_) => Ok(()),
            Err(failure) => self.failed(Place::alone(&query.sql), &failure, out),
        }
    }

    /// Shows the plan of a query; `cost`: what it cost when it ran.
    pub(super) fn plan(&mut self, sql: &str, cost: Option<Cost>, out: &mut Output<'_>) -> io::Result<()> {
        let plan = match self.shop.open() {
            Ok(sandbox) => gather::explain_with(sandbox, sql, &self.parameters),
            Err(error) => Err(Failure::fault(error.to_string())),
        };
        match plan {
            Ok(plan) => screens::plan(self, &plan, cost, out),
            Err(failure) => self.failed(Place::alone(sql), &failure, out),
        }
    }

    /// Shows why a statement failed.
    pub(super) fn failed(
        &mut self,
        place: Place<'_>,
        failure: &Failure,
        out: &mut Output<'_>,
    ) -> io::Result<()> {
        let sql = place.statement;
        self.status = match failure.kind {
            FailureKind::Interrupted => Status::Interrupted,
            FailureKind::Deadline | FailureKind::Steps | FailureKind::TooLarge => Status::Limit,
            FailureKind::Fault => Status::Fault,
            FailureKind::Sql
            | FailureKind::Denied
            | FailureKind::Constraint
            | FailureKind::Busy
            | FailureKind::BusySnapshot => Status::Failed,
        };
        let mut hints = Vec::new();
        if failure.kind == FailureKind::Sql {
            hints = dialect::hints(sql, &failure.message, failure.offset);
            let names = &self.words().schema;
            hints.extend(suggest::suggestion(sql, &failure.message, failure.offset, names));
        }
        screens::failure(self, place, failure, &hints, out)
    }
}

/// Whether a statement is a query of data: not EXPLAIN, not PRAGMA.
fn is_select(sql: &str) -> bool {
    starts_with(sql, &[Keyword::Select, Keyword::With, Keyword::Values])
}

/// Whether a statement starts with one of these words.
fn starts_with(sql: &str, words: &[Keyword]) -> bool {
    let first = significant(sql).into_iter().find(|token| !token.is_op(sql, "("));
    first.is_some_and(|token| words.iter().any(|word| token.is_keyword(*word)))
}

/// Says which parameters have no value, since SQLite takes NULL for them in silence.
fn note_unbound(
    statement: &Prepared<'_>,
    known: &[(String, crate::value::Value)],
    out: &mut Output<'_>,
) -> io::Result<()> {
    let unbound: Vec<String> = statement
        .parameters()
        .into_iter()
        .map(|name| if name.is_empty() { "?".to_owned() } else { name })
        .filter(|name| !known.iter().any(|(known, _)| known == name.trim_start_matches([':', '@', '$'])))
        .collect();
    match unbound.first() {
        None => Ok(()),
        Some(name) => writeln!(
            out.complaints()?,
            "note: no value for {}, so NULL (.parameter set {name} VALUE)",
            unbound.join(", ")
        ),
    }
}

/// "1 row", "5 rows".
pub(super) fn plural(n: u64, what: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{} {what}{s}", count(n))
}

/// What a statement cost, in words.
pub(super) fn cost_words(cost: Cost) -> String {
    format!("{} · {}", plural(cost.steps, "step"), plural(cost.pages, "page get"))
}
