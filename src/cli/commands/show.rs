//! `sqldojo show`.

use std::io::Write as _;

use clap::Args;

use super::{catalog, exercise, progress};
use crate::{
    cli::{
        args::Globals,
        console::{self, Console, TextOrJson},
        exit::{Error, Exit},
    },
    render,
};

/// Show what one exercise asks for
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sqldojo show top-spenders")]
pub(in crate::cli) struct Show {
    /// The exercise
    #[arg(value_name = "ID")]
    id: String,
}

impl Show {
    pub(super) fn run(self, globals: &Globals, console: &Console) -> Result<Exit, Error> {
        let format = console.text_or_json("show")?;
        let exercise = exercise(&catalog(globals)?, &self.id)?;
        let mut out = console::stdout();
        match format {
            TextOrJson::Text => {
                out.write_all(render::exercise::screen(&exercise, console.page()).as_bytes())?;
                out.write_all(render::exercise::questions(&exercise, console.report_page()).as_bytes())?;
            }
            TextOrJson::Json | TextOrJson::Jsonl => {
                writeln!(out, "{}", render::exercise::json(&exercise, &progress(console).solved()))?;
            }
        }
        out.flush()?;
        Ok(Exit::Done)
    }
}
