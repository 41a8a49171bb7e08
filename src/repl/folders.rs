//! Where the prompt keeps things: the XDG folders, on every platform.

use std::path::PathBuf;

use etcetera::base_strategy::{BaseStrategy, Xdg};

/// The folders of this program; none where the user has no home.
#[derive(Debug, Default)]
pub(super) struct Folders {
    /// What was typed.
    pub state: Option<PathBuf>,
}

impl Folders {
    pub(super) fn find() -> Folders {
        match Xdg::new() {
            Ok(xdg) => Folders { state: xdg.state_dir().map(|folder| folder.join("sqldojo")) },
            Err(_) => Folders::default(),
        }
    }
}
