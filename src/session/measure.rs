//! What the last query costs and would cost: `.cost`, `.grow` and `.advise`. Each measures on data of its own, so the
//! learner's data and transaction stay as they are.

use std::{
    fmt::Display,
    io::{self, Write as _},
};

use tempfile::TempPath;

use super::{
    Output, Session,
    answer::Query,
    away::{Leash, away},
    changes::Changes,
    commands::Call,
    run::cost_words,
    screens,
};
use crate::{
    cost::Cost,
    engine::{Failure, FailureKind, Sandbox, Settings, Source},
    plan::{
        advise::{Options, Sample, advise_from},
        grow::{self, GrowError, Trial, grow},
        growth::{Grows, Growth, parse_size},
    },
    render::{
        advice,
        cell::{count, width},
        chart,
        fault::Place,
        text::{left, right},
    },
    schema::world::{self, MOST_ROWS, Size},
    sql::{
        facts::{StatementKind, statement_kind},
        lexer::{TokenKind, tokens},
    },
    value::Value,
};

/// On narrower screens growth is told in sentences.
const CHART: usize = 60;

/// How many rows the leading table has where indexes are built.
const ADVISED: u64 = 20_000;

impl Session {
    /// Shows what the last query cost, beside the try before it and the reference.
    pub(super) fn cost(&mut self, out: &mut Output<'_>) -> io::Result<()> {
        let Some(query) = self.last.query.clone() else {
            return self.complain("no query has run yet", out);
        };
        let solved = self.exercise.as_ref().is_some_and(|e| self.progress.tried(&e.id).solved);
        let reference = if solved { self.reference_cost() } else { None };
        let mut lines = vec![("yours", query.cost)];
        lines.extend(self.last.before.as_ref().map(|before| ("before", before.cost)));
        lines.extend(reference.map(|cost| ("reference", cost)));
        costs(&lines, screens::look(&self.view.style).width, out)
    }

    /// Shows how the cost of the last query grows.
    pub(super) fn grow(&mut self, call: &Call<'_>, out: &mut Output<'_>) -> io::Result<()> {
        let mut grows = Grows::Both;
        let mut sizes = grow::SIZES.to_vec();
        for word in call.arguments() {
            match (Grows::named(&word.to_lowercase()), parse_size(&word)) {
                (Some(named), _) => grows = named,
                (None, Some(rows)) if (1..=MOST_ROWS).contains(&rows) => sizes.push(rows),
                (None, _) => {
                    let reason = format!("write .grow [history|users|both] [1M]: '{word}' is none of these");
                    return self.complain(&reason, out);
                }
            }
        }
        let Some(query) = self.last_select("grow", out)? else { return Ok(()) };
        let Some(changes) = self.changes(out)? else { return Ok(()) };
        let (world, seed, deadline) = (self.shop.world().clone(), self.shop.seed(), self.deadline);
        let (sql, parameters, setup) = (query.sql.clone(), self.parameters.clone(), changes.setup.clone());
        let analyze = changes.analyzed;
        let largest = sizes.iter().copied().max().unwrap_or_default();
        if self.prompted && largest > 100_000 {
            writeln!(out, "{} rows take a while; Ctrl-C stops", count(largest))?;
            out.flush()?;
        }
        let grown = away(&self.brake, move |leash: &Leash| {
            grow(&Trial {
                setup: &setup,
                analyze,
                parameters: &parameters,
                grows,
                sizes: &sizes,
                deadline,
                watch: &|sandbox| leash.hold(sandbox),
                ..Trial::new(&world, seed, &sql)
            })
        });
        match grown {
            None => self.stopped(&query.sql, out),
            Some(Ok(growth)) => {
                self.say_changes(&changes, out)?;
                self.growth(&growth, out)
            }
            Some(Err(GrowError::Query(failure))) if failure.kind == FailureKind::Sql => {
                self.complain(&format!("only the schema's own tables can grow: {failure}"), out)
            }
            Some(Err(GrowError::Query(failure))) => self.failed(Place::alone(&query.sql), &failure, out),
            Some(Err(GrowError::Setup(at, failure))) => {
                let what = changes.setup.get(at).map_or("ANALYZE", String::as_str);
                self.complain(&format!("on data of another size, {what} fails: {failure}"), out)
            }
            Some(Err(error @ (GrowError::NoData(_) | GrowError::Data(_)))) => {
                self.complain(&error.to_string(), out)
            }
        }
    }

    fn growth(&self, growth: &Growth, out: &mut Output<'_>) -> io::Result<()> {
        let look = screens::look(&self.view.style);
        let text = if look.ascii || look.width < CHART {
            chart::growth_spoken(growth, look)
        } else {
            chart::growth_figures(growth, look)
        };
        write!(out, "{text}")
    }

    /// Shows which indexes help the last query, or a query that is given.
    pub(super) fn advise(&mut self, call: &Call<'_>, out: &mut Output<'_>) -> io::Result<()> {
        let query = match call.rest {
            "" => self.last_select("advise", out)?.map(|query| query.sql),
            sql => Some(sql.to_owned()),
        };
        let Some(sql) = query else { return Ok(()) };
        let bound = bound(&sql, &self.parameters);
        let prepared = match self.shop.open() {
            Ok(sandbox) => sandbox.prepare(&bound).map(drop),
            Err(error) => Err(Failure::fault(error.to_string())),
        };
        if let Err(failure) = prepared {
            return self.failed(Place::alone(&bound), &failure, out);
        }
        let Some(changes) = self.changes(out)? else { return Ok(()) };
        let (world, seed) = (self.shop.world().clone(), self.shop.seed());
        let settings = Settings::learner(world.today, self.deadline);
        let own = if changes.fits(&world, settings, &bound) {
            None
        } else {
            match self.copied() {
                Ok(copy) => Some(copy),
                Err(failure) => return self.failed(Place::alone(&bound), &failure, out),
            }
        };
        let (run_first, asked) = (changes.clone(), bound.clone());
        let is_own = own.is_some();
        let found = away(&self.brake, move |leash: &Leash| {
            let sandbox = match own {
                Some(copy) => opened(copy, settings)?,
                None => world::writable(&world, &Size::Rows(ADVISED), seed, settings)
                    .map_err(|error| Failure::fault(error.to_string()))?,
            };
            leash.hold(&sandbox);
            if !is_own {
                run_first.make(&sandbox)?;
            }
            let less = Sample::less(&sandbox, &asked)?;
            if let Some(less) = &less {
                leash.hold(less);
            }
            advise_from(less.as_ref(), &sandbox, &asked, &Options::default())
        });
        match found {
            None => self.stopped(&sql, out),
            Some(Ok(found)) => {
                self.say_changes(&changes, out)?;
                write!(out, "{}", advice::advice(&found, screens::look(&self.view.style)))
            }
            Some(Err(failure)) => self.failed(Place::alone(&bound), &failure, out),
        }
    }

    /// The last query, if it is a SELECT; else what to do is said.
    fn last_select(&mut self, name: &str, out: &mut Output<'_>) -> io::Result<Option<Query>> {
        match self.last.query.clone() {
            Some(query) if statement_kind(&query.sql) == StatementKind::Query => Ok(Some(query)),
            Some(_) => {
                let reason = format!("the last statement was no SELECT: run a query, then .{name}");
                self.complain(&reason, out).map(|()| None)
            }
            None => {
                let reason = format!("no query has run yet: run a SELECT, then .{name}");
                self.complain(&reason, out).map(|()| None)
            }
        }
    }

    /// How the schema stands against what it was at first.
    fn changes(&mut self, out: &mut Output<'_>) -> io::Result<Option<Changes>> {
        let world = self.shop.world().clone();
        let found = match self.shop.open() {
            Ok(sandbox) => Changes::of(sandbox, &world),
            Err(error) => Err(Failure::fault(error.to_string())),
        };
        match found {
            Ok(changes) => Ok(Some(changes)),
            Err(failure) => self.complain(&failure.to_string(), out).map(|()| None),
        }
    }

    /// Says what was made on the other data too: what the exercise brings along, and what is the learner's own.
    fn say_changes(&self, changes: &Changes, out: &mut Output<'_>) -> io::Result<()> {
        let brought: Vec<String> =
            self.given_indexes().into_iter().map(|name| format!("index {name}")).collect();
        let (given, mut own): (Vec<String>, Vec<String>) =
            changes.named.iter().cloned().partition(|named| brought.contains(named));
        own.extend(brought.iter().filter(|one| !given.contains(one)).map(|gone| format!("no {gone}")));
        for (whose, named) in [("with what the exercise gives: ", given), ("with what you changed: ", own)] {
            if !named.is_empty() {
                let line = format!("{whose}{}", named.join(", "));
                writeln!(out, "{}\n", screens::fill(&line, "  ", &self.view.style))?;
            }
        }
        Ok(())
    }

    /// A copy of the learner's database in a file of its own.
    fn copied(&mut self) -> Result<TempPath, Failure> {
        let fault = |error: &dyn Display| Failure::fault(error.to_string());
        let copy = tempfile::NamedTempFile::new().map_err(|error| fault(&error))?.into_temp_path();
        let sandbox = self.shop.open().map_err(|error| fault(&error))?;
        sandbox.write_to(&copy).map_err(|failure| match failure.kind {
            FailureKind::Busy => Failure {
                message: "the data cannot be copied while a transaction changes it: COMMIT or ROLLBACK first"
                    .to_owned(),
                ..failure
            },
            _ => failure,
        })?;
        Ok(copy)
    }

    /// Says that Ctrl-C was pressed.
    fn stopped(&mut self, sql: &str, out: &mut Output<'_>) -> io::Result<()> {
        let message = "interrupted".to_owned();
        let failure = Failure { kind: FailureKind::Interrupted, message, offset: None, code: 9 };
        self.failed(Place::alone(sql), &failure, out)
    }
}

fn opened(copy: TempPath, settings: Settings) -> Result<Sandbox, Failure> {
    let mut sandbox = Sandbox::open(Source::Private(&copy), settings)?;
    sandbox.keep(Box::new(copy));
    Ok(sandbox)
}

/// A statement with values in place of its parameters; NULL where there is none.
pub(super) fn bound(sql: &str, values: &[(String, Value)]) -> String {
    let mut out = String::new();
    for token in tokens(sql) {
        let text = token.text(sql);
        if token.kind == TokenKind::Parameter {
            let bare = text.trim_start_matches([':', '@', '$']);
            let value = values.iter().find(|(name, _)| name == bare).map(|(_, value)| value);
            out.push_str(&value.unwrap_or(&Value::Null).to_string());
        } else {
            out.push_str(text);
        }
    }
    out
}

/// Costs under each other, the first beside each of the others, or below it where there is no room.
fn costs(lines: &[(&str, Cost)], columns: usize, out: &mut Output<'_>) -> io::Result<()> {
    let [(_, own), others @ ..] = lines else { return Ok(()) };
    if others.is_empty() {
        return writeln!(out, "{}", cost_words(*own));
    }
    let names = lines.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    let row = |name: &str, steps: &str, pages: &str| {
        format!("{}  {}  {}", left(name, names), right(steps, 12), right(pages, 9))
    };
    writeln!(out, "{}", row("", "steps", "pages"))?;
    for (at, (name, cost)) in lines.iter().enumerate() {
        let figures = row(name, &count(cost.steps), &count(cost.pages));
        let beside = format!("yours costs {} as much", times(*own, *cost));
        match at {
            0 => writeln!(out, "{figures}")?,
            _ if width(&figures) + 3 + width(&beside) <= columns => writeln!(out, "{figures}   {beside}")?,
            _ => writeln!(out, "{figures}\n  {beside}")?,
        }
    }
    Ok(())
}

/// How many times one cost is another.
fn times(one: Cost, other: Cost) -> String {
    let ratio = one.total() as f64 / other.total().max(1) as f64;
    if ratio < 9.95 { format!("{ratio:.1} ×") } else { format!("{ratio:.0} ×") }
}
