//! Commands whose time comes in a later version: their names are taken already.

use std::ffi::OsString;

use clap::Args;

use crate::cli::exit::{Error, Exit};

macro_rules! later {
    ($($(#[$help:meta])* $name:ident;)*) => {$(
        $(#[$help])*
        #[derive(Debug, Args)]
        pub(in crate::cli) struct $name {
            /// Whatever it will take.
            #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
            rest: Vec<OsString>,
        }
    )*};
}

later! {
    /// One exercise against the clock (not yet)
    Challenge;
    /// A whole interview against the clock (not yet)
    Interview;
    /// What is due for another look (not yet)
    Review;
    /// Your progress as a page to share (not yet)
    Report;
    /// Grade a file at each save (not yet)
    Watch;
    /// Start a new exercise (not yet)
    New;
}

/// What such a command answers.
pub(super) fn answer(command: &str) -> Result<Exit, Error> {
    Err(Error::fault(format!("not yet: {command} comes with a later version"))
        .hint("`sqldojo --help` lists what works today"))
}
