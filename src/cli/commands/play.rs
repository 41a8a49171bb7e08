//! `sqldojo play`.

use clap::Args;

use super::{catalog, world};
use crate::{
    cli::{
        args::{Data, Globals, Patience},
        console::Console,
        exit::{Error, Exit},
    },
    repl::Goal,
};

/// The prompt with no exercise: a schema to play with
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sqldojo play
  sqldojo play --rows 1000000     with a million orders")]
pub(in crate::cli) struct Play {
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    patience: Patience,
}

impl Play {
    pub(super) fn run(self, globals: &Globals, console: &Console) -> Result<Exit, Error> {
        world(globals, &self.data.schema)?;
        super::prompt(globals, console, catalog(globals)?, Goal::Play, self.data, &self.patience)
    }
}
