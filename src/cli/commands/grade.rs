//! `sqldojo grade`.

use std::{io::Write as _, path::PathBuf};

use clap::Args;

use super::{catalog, exercise, world};
use crate::{
    cli::{
        args::Globals,
        console::{self, Console, TextOrJson, read_script},
        exit::{Error, Exit},
    },
    judge::{self, Options},
    render::report,
};

/// Judge an answer: is it right on every database?
#[derive(Debug, Args)]
#[command(after_help = "Exits with 0 where it is correct, 1 where it is wrong, 3 where it fails, 4 where it
runs into a limit.

Examples:
  sqldojo grade top-spenders answer.sql
  sqldojo grade top-spenders - --format json < answer.sql")]
pub(in crate::cli) struct Grade {
    /// The exercise
    #[arg(value_name = "ID")]
    id: String,
    /// A file with the answer; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Grade {
    pub(super) fn run(self, globals: &Globals, console: &Console) -> Result<Exit, Error> {
        let format = console.text_or_json("grade")?;
        let exercise = exercise(&catalog(globals)?, &self.id)?;
        let world = world(globals, &exercise.schema)?;
        let sql = read_script(&self.file)?;
        let options = Options { seed: globals.seed, ..Options::default() };
        let report = judge::judge(&exercise, &world, &sql, &options)?;
        let mut out = console::stdout();
        match format {
            TextOrJson::Text => {
                out.write_all(report::text(&report, &sql, console.report_page()).as_bytes())?;
            }
            TextOrJson::Json | TextOrJson::Jsonl => writeln!(out, "{}", report::json(&report, &sql))?,
        }
        out.flush()?;
        Ok(report.verdict.into())
    }
}
