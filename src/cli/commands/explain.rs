//! `sqldojo explain`.

use std::{
    fs,
    io::Write as _,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::json;
use tempfile::TempDir;

use super::{sandbox, world};
use crate::{
    cli::{
        args::{Data, Globals, Patience, Script},
        console::{self, Console, TextOrJson, interrupt_on_ctrl_c},
        exit::{Error, Exit},
    },
    cost::Cost,
    engine::{Failure, FailureKind, Sandbox, Settings, Source},
    plan::{Plan, gather},
    render::{
        fault::Place,
        plan::{Look, sentences, tree},
    },
    sql::split::{Statement, split},
};

/// The plan of a query, in a tree and in words, with what it costs
#[derive(Debug, Args)]
#[command(
    after_help = "The last statement is explained; those before it, such as CREATE INDEX, are run first, on a
copy of the data.

Examples:
  sqldojo explain -c 'SELECT * FROM orders WHERE user_id = 7'
  sqldojo explain --rows 100000 -c 'CREATE INDEX i ON orders (user_id);
    SELECT * FROM orders WHERE user_id = 7'
  sqldojo explain --db app.db -f slow.sql --format json"
)]
pub(in crate::cli) struct Explain {
    #[command(flatten)]
    script: Script,
    #[command(flatten)]
    data: Data,
    /// A database of your own instead of a schema; it is read and never changed
    #[arg(long, value_name = "FILE", conflicts_with_all = ["schema", "rows"])]
    db: Option<PathBuf>,
    #[command(flatten)]
    patience: Patience,
}

impl Explain {
    pub(super) fn run(self, globals: &Globals, console: &Console) -> Result<Exit, Error> {
        let format = console.text_or_json("explain")?;
        let (script, name) = self.script.read()?;
        let statements = split(&script);
        let Some((explained, before)) = statements.split_last() else {
            return Err(Error::fault("there is no statement to explain").hint("give one with -c"));
        };
        let deadline = self.patience.deadline();
        let database = match &self.db {
            None => Database::from(sandbox(globals, &self.data, |world| {
                Settings::learner(world.today, deadline)
            })?),
            Some(file) => {
                let today = world(globals, &self.data.schema)?.today;
                Database::open(file, !before.is_empty(), Settings::learner(today, deadline))?
            }
        };
        let sandbox = &database.sandbox;
        interrupt_on_ctrl_c(sandbox.interrupter());
        let failed = |failure: &Failure, statement: &Statement<'_>| {
            let place = Place {
                script: &script,
                start: statement.span.start,
                statement: statement.text,
                file: name.as_deref(),
            };
            console.failed(failure, &place, &[])
        };
        for statement in before {
            sandbox
                .run(statement.text, &[], |_| ControlFlow::Continue(()))
                .map_err(|failure| failed(&failure, statement))?;
        }
        let plan = gather::explain(sandbox, explained.text).map_err(|failure| failed(&failure, explained))?;
        let ran = sandbox.run(explained.text, &[], |_| ControlFlow::Continue(()));
        let (cost, note) = match ran {
            Ok(done) => (Some(done.cost), None),
            // The plan holds all the same.
            Err(failure) if failure.is_limit() => (None, Some(failure.message)),
            Err(failure) if failure.kind == FailureKind::Interrupted => {
                return Err(failed(&failure, explained));
            }
            Err(failure) => (None, Some(failure.message)),
        };
        let mut out = console::stdout();
        match format {
            TextOrJson::Text => {
                let look = Look { ascii: console.accessible, width: console.page() };
                out.write_all(text(&plan, cost, note.as_deref(), look).as_bytes())?;
            }
            TextOrJson::Json | TextOrJson::Jsonl => {
                let Plan { verdict, nodes } = &plan;
                writeln!(
                    out,
                    "{}",
                    json!({ "plan": nodes, "verdict": verdict, "cost": cost, "note": note })
                )?;
            }
        }
        out.flush()?;
        Ok(Exit::Done)
    }
}

fn text(plan: &Plan, cost: Option<Cost>, note: Option<&str>, look: Look) -> String {
    let mut text = tree(plan, "this statement", cost, look);
    text.push('\n');
    text.push_str(sentences(plan, look).trim_end());
    text.push('\n');
    if let Some(note) = note {
        text.extend(["\nno cost: ", note, "\n"]);
    }
    text
}

/// A database that is explained on, and the folder that holds it as long as it is open.
struct Database {
    sandbox: Sandbox,
    _folder: Option<TempDir>,
}

impl From<Sandbox> for Database {
    fn from(sandbox: Sandbox) -> Database {
        Database { sandbox, _folder: None }
    }
}

impl Database {
    /// Opens somebody's own file: in place if it is only read, else a copy of it.
    fn open(file: &Path, changes: bool, settings: Settings) -> Result<Database, Error> {
        let failed = |what: &dyn std::fmt::Display| Error::fault(format!("{}: {what}", file.display()));
        let mut beside = file.as_os_str().to_owned();
        beside.push("-wal");
        let log = fs::metadata(&beside).is_ok_and(|log| log.len() > 0);
        fs::File::open(file).map_err(|error| failed(&format!("cannot be read: {error}")))?;
        let opened = if changes || log {
            let folder =
                tempfile::tempdir().map_err(|error| failed(&format!("cannot be copied: {error}")))?;
            let copy = folder.path().join("copy.db");
            let mut copied = fs::copy(file, &copy);
            if log {
                copied = copied.and_then(|_| fs::copy(&beside, folder.path().join("copy.db-wal")));
            }
            copied.map_err(|error| failed(&format!("cannot be copied: {error}")))?;
            Sandbox::open(Source::Private(&copy), settings)
                .map(|sandbox| Database { sandbox, _folder: Some(folder) })
        } else {
            Sandbox::open(Source::Shared(file), settings).map(Database::from)
        };
        opened.map_err(|failure| failed(&failure))
    }
}
