//! `sqldojo grade`.

use std::{io::Write as _, path::PathBuf};

use clap::Args;

use super::{catalog, class, exercise, world};
use crate::{
    cli::{
        args::Globals,
        console::{self, Console, TextOrJson, read_script},
        exit::{Error, Exit},
    },
    judge::{self, Options},
    parallel,
    render::report,
};

/// Judge an answer: is it right on every database?
#[derive(Debug, Args)]
#[command(after_help = "Exits with 0 where it is correct, 1 where it is wrong, 3 where it fails, 4 where it
runs into a limit; with --submissions, 1 where one of them is not correct.

A folder of submissions holds files ID.sql, or STUDENT/ID.sql.

Examples:
  sqldojo grade top-spenders answer.sql
  sqldojo grade top-spenders - --format json < answer.sql
  sqldojo grade --submissions class.jsonl --jobs 2 > verdicts.jsonl
  sqldojo grade --submissions homework/ --format junit > results.xml")]
pub(in crate::cli) struct Grade {
    /// The exercise
    #[arg(value_name = "ID", required_unless_present = "submissions", conflicts_with = "submissions")]
    id: Option<String>,
    /// A file with the answer; - is standard input
    #[arg(value_name = "FILE", required_unless_present = "submissions", conflicts_with = "submissions")]
    file: Option<PathBuf>,
    /// Many answers: a line of JSON each, {"id", "exercise", "sql"}, or a folder of files; - is standard input
    #[arg(long, value_name = "FILE.jsonl|DIR")]
    submissions: Option<PathBuf>,
    /// How many threads judge submissions
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// How many random databases to try after the killers; 0: the killers alone, and nothing of what it costs
    #[arg(long, value_name = "N")]
    search: Option<u64>,
}

impl Grade {
    pub(super) fn run(self, globals: &Globals, console: &Console) -> Result<Exit, Error> {
        let mut options = Options { seed: globals.seed, ..Options::default() };
        if let Some(databases) = self.search {
            options =
                Options { databases, millis: u64::MAX, on_data: databases > 0, repair_millis: 0, ..options };
        }
        if let Some(path) = &self.submissions {
            return class::grade(path, self.jobs.unwrap_or_else(parallel::cores), &options, globals, console);
        }
        let (Some(id), Some(file)) = (&self.id, &self.file) else {
            return Err(Error::fault("an exercise and a file with the answer are needed, or --submissions"));
        };
        let format = console.text_or_json("grade")?;
        let exercise = exercise(&catalog(globals)?, id)?;
        let world = world(globals, &exercise.schema)?;
        let sql = read_script(file)?;
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
