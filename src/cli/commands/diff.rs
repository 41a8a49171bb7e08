//! `sqldojo diff`.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use clap::Args;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::{
    cli::{
        args::Globals,
        console::{self, Console, TextOrJson, read_script},
        exit::{Error, Exit},
    },
    judge::{
        Options, Verdict,
        pair::{Pair, diff},
    },
    moment::Moment,
    parallel,
    render::report,
};

/// Do two queries mean the same? Looks for the smallest database on which they differ.
#[derive(Debug, Args)]
#[command(
    after_help = "Exits with 0 where no difference is found, 1 where they differ, 3 where the answer fails,
4 where it runs into a limit.

Where one of the two asks what day it is and --today is not given, the day moves.

Examples:
  sqldojo diff --schema tables.sql before.sql after.sql
  sqldojo diff --schema tables.sql before.sql after.sql --ordered --today 2026-03-31
  sqldojo diff --pairs pairs.jsonl --jobs 2"
)]
pub(in crate::cli) struct Diff {
    /// A file with CREATE statements
    #[arg(long, value_name = "DDL.sql", required_unless_present = "pairs", conflicts_with = "pairs")]
    schema: Option<PathBuf>,
    /// A file with the query that is right
    #[arg(value_name = "REFERENCE.sql", required_unless_present = "pairs", conflicts_with = "pairs")]
    reference: Option<PathBuf>,
    /// A file with the query that may mean something else
    #[arg(value_name = "ANSWER.sql", required_unless_present = "pairs", conflicts_with = "pairs")]
    answer: Option<PathBuf>,
    /// The order of the rows counts, as far as the reference settles it
    #[arg(long)]
    ordered: bool,
    /// What day it is: YYYY-MM-DD or YYYY-MM-DD HH:MM:SS
    #[arg(long, value_name = "DATE")]
    today: Option<Moment>,
    /// Many pairs: a line of JSON each, {"id", "schema", "reference", "answer", "ordered"}; - is standard input
    #[arg(long, value_name = "FILE.jsonl")]
    pairs: Option<PathBuf>,
    /// How many threads judge pairs
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// How many random databases to try at the most
    #[arg(long, value_name = "N")]
    search: Option<u64>,
}

/// One line of a file of pairs.
#[derive(Debug, Deserialize)]
struct Line {
    id: Json,
    schema: String,
    reference: String,
    answer: String,
    #[serde(default)]
    ordered: bool,
    today: Option<String>,
}

impl Diff {
    pub(super) fn run(self, globals: &Globals, console: &Console) -> Result<Exit, Error> {
        let mut options =
            Options { seed: globals.seed, on_data: false, repair_millis: 0, ..Options::default() };
        if let Some(databases) = self.search {
            options = Options { databases, millis: u64::MAX, ..options };
        }
        match &self.pairs {
            Some(file) => self.many(file, &options),
            None => self.one(&options, console),
        }
    }

    fn one(&self, options: &Options, console: &Console) -> Result<Exit, Error> {
        let format = console.text_or_json("diff")?;
        let read = |file: &Option<PathBuf>| {
            read_script(file.as_deref().expect("clap asks for it where there are no --pairs"))
        };
        let (schema, reference, answer) = (read(&self.schema)?, read(&self.reference)?, read(&self.answer)?);
        let pair = Pair {
            schema: &schema,
            reference: &reference,
            answer: &answer,
            ordered: self.ordered,
            today: self.today,
        };
        let report = diff(&pair, options)?;
        let mut out = console::stdout();
        match format {
            TextOrJson::Text => {
                out.write_all(report::diff_text(&report, &answer, console.report_page()).as_bytes())?;
            }
            TextOrJson::Json | TextOrJson::Jsonl => writeln!(out, "{}", report::diff_json(&report, &answer))?,
        }
        out.flush()?;
        Ok(report.verdict.into())
    }

    fn many(&self, file: &Path, options: &Options) -> Result<Exit, Error> {
        let text = read_script(file)?;
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let mut out = console::stdout();
        let mut failed = None;
        let mut exit = Exit::Done;
        let jobs = self.jobs.unwrap_or_else(parallel::cores);
        let bar = console::progress_bar(lines.len() as u64, "pairs");
        parallel::in_order(
            lines.len(),
            jobs,
            |at| judge_line(lines[at], self.today, options),
            |_, (json, verdict)| {
                bar.inc(1);
                if verdict == Verdict::Wrong {
                    exit = Exit::Wrong;
                }
                match writeln!(out, "{json}") {
                    Ok(()) => true,
                    Err(error) => {
                        failed = Some(error);
                        false
                    }
                }
            },
        );
        bar.finish_and_clear();
        if let Some(error) = failed {
            return Err(error.into());
        }
        out.flush()?;
        Ok(exit)
    }
}

/// Judges one line; whatever is wrong with it is said in its own answer.
fn judge_line(line: &str, today: Option<Moment>, options: &Options) -> (Json, Verdict) {
    let error = |id: Json, message: String| {
        (json!({ "id": id, "verdict": "error", "message": message }), Verdict::Error)
    };
    let line: Line = match serde_json::from_str(line) {
        Ok(line) => line,
        Err(reason) => {
            let id = serde_json::from_str::<Json>(line).ok().and_then(|json| json.get("id").cloned());
            return error(id.unwrap_or(Json::Null), format!("the line is no pair: {reason}"));
        }
    };
    let day = match line.today.as_deref().map(str::parse::<Moment>).transpose() {
        Ok(day) => day.or(today),
        Err(reason) => return error(line.id, reason),
    };
    let pair = Pair {
        schema: &line.schema,
        reference: &line.reference,
        answer: &line.answer,
        ordered: line.ordered,
        today: day,
    };
    match diff(&pair, options) {
        Ok(report) => {
            let mut json = json!({ "id": line.id });
            if let (Json::Object(out), Json::Object(rest)) =
                (&mut json, report::diff_json(&report, &line.answer))
            {
                out.extend(rest);
            }
            (json, report.verdict)
        }
        Err(reason) => error(line.id, reason.to_string()),
    }
}
