//! The prompt: keys in, screens out. What a line means is the session's affair.

mod complete;
mod drive;
mod folders;
mod helper;
mod indent;
mod interactive;
mod keys;
mod plain;
mod recall;
mod script;

use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

use crate::{
    catalog::Catalog,
    progress::Progress,
    render::table::{Mode, Style},
    schema::{cache::Cache, world::Size},
    session::{self, Session, Start, Status},
};

/// What a learner sits down to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// The exercise where the learner left off.
    Resume,
    /// A certain exercise.
    Exercise(String),
    /// No exercise: a schema to play with.
    Play,
}

/// With what the prompt starts.
pub struct Options {
    /// The exercises there are.
    pub catalog: Catalog,
    /// What to sit down to.
    pub goal: Goal,
    /// What the learner has done so far.
    pub progress: Progress,
    /// The schema to play with.
    pub schema: String,
    /// How many rows its leading table has; `None`: as many as a learner's.
    pub rows: Option<u64>,
    /// The seed of all data.
    pub seed: u64,
    /// How results are written, unless `.mode` says otherwise.
    pub mode: Mode,
    /// How they look.
    pub style: Style,
    /// How long a statement may run; `None`: as long as it likes.
    pub deadline: Option<Duration>,
    /// Whether a learner types at a terminal, rather than a script being read.
    pub interactive: bool,
}

/// Runs the prompt until the learner leaves, or a script to its end. What comes back is how the session stands then.
///
/// # Errors
/// What kept it from starting, in one line.
pub fn start(options: Options) -> Result<Status, String> {
    clock();
    let folders = folders::Folders::find();
    let interactive = options.interactive;
    let packs = options.catalog.packs().iter().map(|pack| pack.root().to_owned()).collect();
    let session = Session::start(session::Options {
        catalog: options.catalog,
        packs,
        cache: Cache::from_env(),
        start: match options.goal {
            Goal::Resume => Start::Exercise(None),
            Goal::Exercise(id) => Start::Exercise(Some(id)),
            Goal::Play => {
                Start::Free { schema: options.schema, size: options.rows.map_or(Size::Learner, Size::Rows) }
            }
        },
        progress: options.progress,
        seed: options.seed,
        deadline: options.deadline,
        mode: options.mode,
        style: options.style,
        prompted: interactive,
        clock,
    })?;
    let ended = match (interactive, std::env::var_os("TERM").is_some_and(|term| term == "dumb")) {
        (true, false) => interactive::run(session, &folders),
        (true, true) => plain::run(session),
        (false, _) => script::run(session),
    };
    match ended {
        Ok(status) => Ok(status),
        // Nobody reads on: that is their right.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(Status::Done),
        Err(error) => Err(format!("the prompt ends: {error}")),
    }
}

/// The time since the program started.
fn clock() -> Duration {
    static STARTED: OnceLock<Instant> = OnceLock::new();
    STARTED.get_or_init(Instant::now).elapsed()
}
