//! `sqldojo practice`.

use clap::Args;

use super::{catalog, exercise};
use crate::{
    cli::{
        args::{Data, Globals, Patience},
        console::Console,
        exit::{Error, Exit},
    },
    repl::Goal,
};

/// Practise at the prompt: an exercise, or where you left off
#[derive(Debug, Default, Args)]
#[command(after_help = "Examples:
  sqldojo practice                where you left off
  sqldojo practice top-spenders")]
pub(in crate::cli) struct Practice {
    /// The exercise
    #[arg(value_name = "ID")]
    id: Option<String>,
    #[command(flatten)]
    patience: Patience,
}

impl Practice {
    pub(super) fn run(self, globals: &Globals, console: &Console) -> Result<Exit, Error> {
        let catalog = catalog(globals)?;
        let goal = match self.id {
            None => Goal::Resume,
            Some(id) => Goal::Exercise(exercise(&catalog, &id)?.id),
        };
        super::prompt(globals, console, catalog, goal, Data::learner(), &self.patience)
    }
}
