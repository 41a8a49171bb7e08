//! `sqldojo run`.

use std::{io::Write as _, ops::ControlFlow};

use clap::Args;

use super::bench::Bench;
use crate::{
    cli::{
        args::{Data, Globals, Own, Patience, Script},
        console::{self, Console},
        exit::{Error, Exit},
    },
    engine::{Failure, Sandbox},
    render::{
        fault::Place,
        table::{Collector, Mode, Style},
    },
    sql::split::split,
};

/// Run SQL in the sandbox and print what it returns
#[derive(Debug, Args)]
#[command(after_help = "The SQL comes from -c, from a file, or from standard input. It may change the data,
which is as before at the next run. The first statement that fails ends the run.

Formats: text (a box on a terminal, values parted by | off it), json, jsonl, csv,
  markdown, box, table, column, line, list, html

Examples:
  sqldojo run -c 'SELECT status, count(*) FROM orders GROUP BY 1'
  sqldojo run --rows 1000000 -f report.sql --format csv > report.csv
  echo 'SELECT 1' | sqldojo run")]
pub(in crate::cli) struct Run {
    #[command(flatten)]
    script: Script,
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    own: Own,
    #[command(flatten)]
    patience: Patience,
}

impl Run {
    pub(super) fn run(self, globals: &Globals, console: &Console) -> Result<Exit, Error> {
        let (script, name) = self.script.read()?;
        let statements = split(&script);
        let mut bench = Bench::new(globals, &self.data, &self.own, self.patience.deadline())?;
        let mode = console.mode()?;
        let style = console.style();
        let mut parted = false;
        for statement in &statements {
            if let Err(failure) =
                show(bench.for_statement(statement.text)?, statement.text, mode, &style, &mut parted)?
            {
                let place = Place {
                    script: &script,
                    start: statement.span.start,
                    statement: statement.text,
                    file: name.as_deref(),
                };
                return Err(console.failed(&failure, &place, &bench.hints(statement.text, &failure)));
            }
        }
        Ok(Exit::Done)
    }
}

/// Runs one statement and prints what it returns. What is wrong with the statement is a value; an error is a fault
/// of what the output goes to. `parted` is whether a result has been shown before.
fn show(
    sandbox: &Sandbox,
    sql: &str,
    mode: Mode,
    style: &Style,
    parted: &mut bool,
) -> Result<Result<(), Failure>, Error> {
    let mut prepared = match sandbox.prepare(sql) {
        Ok(prepared) => prepared,
        Err(failure) => return Ok(Err(failure)),
    };
    if prepared.columns() == 0 {
        return Ok(prepared.run(|_| ControlFlow::Continue(())).map(drop));
    }
    let mut out = sandbox.interrupter().paused(console::Out);
    // Where one result would run into the next, an empty line parts them.
    if *parted && (style.accessible || matches!(mode, Mode::Markdown | Mode::Line)) {
        writeln!(out)?;
    }
    *parted = true;
    let mut collector = Collector::new(mode, style, &prepared.column_names());
    let mut broken = None;
    let ran = prepared.run(|row| match collector.row(row.iter(), &mut out) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            broken = Some(error);
            ControlFlow::Break(())
        }
    });
    if let Some(error) = broken {
        return Err(error.into());
    }
    match &ran {
        Ok(_) => collector.finish(&mut out)?,
        Err(_) => collector.abandon(&mut out)?,
    }
    out.flush()?;
    Ok(ran.map(drop))
}
