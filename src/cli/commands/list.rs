//! `sqldojo list`.

use std::io::Write as _;

use clap::Args;

use super::{catalog, progress};
use crate::{
    cli::{
        args::Globals,
        console::{self, Console, TextOrJson},
        exit::{Error, Exit},
    },
    render::exercise,
};

/// List the exercises by track, with what is solved
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sqldojo list
  sqldojo list --format json")]
pub(in crate::cli) struct List {}

impl List {
    pub(super) fn run(self, globals: &Globals, console: &Console) -> Result<Exit, Error> {
        let List {} = self;
        let format = console.text_or_json("list")?;
        let all = catalog(globals)?.summaries()?;
        let progress = progress(console);
        let solved = progress.solved();
        let mut out = console::stdout();
        match format {
            TextOrJson::Text => exercise::list(&all, &solved, console.accessible, &mut out)?,
            TextOrJson::Json => {
                let all: Vec<_> = all.iter().map(|one| exercise::summary_json(one, &solved)).collect();
                writeln!(out, "{}", serde_json::Value::from(all))?;
            }
            TextOrJson::Jsonl => {
                for one in &all {
                    writeln!(out, "{}", exercise::summary_json(one, &solved))?;
                }
            }
        }
        out.flush()?;
        Ok(Exit::Done)
    }
}
