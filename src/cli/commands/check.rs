//! `sqldojo check`.

use std::{fs, io::Write as _, path::PathBuf};

use clap::Args;
use serde_json::json;

use super::world_of;
use crate::{
    catalog::{Catalog, Exercise, ExerciseKind, KILLERS},
    cli::{
        args::Globals,
        console::{self, Console, TextOrJson},
        exit::{Error, Exit},
    },
    judge::{
        JudgeError,
        check::{Checked, check},
        killers,
    },
    parallel,
    render::check::{summary, text},
    schema::world::World,
};

/// Check a pack of exercises, or the program's own: do right answers agree, are wrong ones refuted, is every
/// single edit of a reference told from it?
#[derive(Debug, Args)]
#[command(
    after_help = "Exits with 0 where all is in order and 1 where something is not; an edit that is alive is shown, and
is for the author to look at.

An edit of a reference that no database tells from it is shown as alive. If it means the same, say so in
the exercise:
  [[equivalent]]
  edit = \"line 3: `>=` becomes `>`\"
  why = \"quantities are never 0\"

Examples:
  sqldojo check
  sqldojo check my-pack --format json
  sqldojo check --only top-spenders"
)]
pub(in crate::cli) struct Check {
    /// A folder with exercises; the program's own where none is given
    #[arg(value_name = "PACK")]
    pack: Option<PathBuf>,
    /// Only these exercises; may be given again
    #[arg(long, value_name = "ID")]
    only: Vec<String>,
    /// Write the killer suites to PACK/exercises/killers.list; with no PACK, to exercises/killers.list here
    #[arg(long)]
    write: bool,
    /// How many exercises are checked at a time
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
}

impl Check {
    pub(super) fn run(self, globals: &Globals, console: &Console) -> Result<Exit, Error> {
        let format = console.text_or_json("check")?;
        let mut packs = globals.packs.clone();
        packs.extend(self.pack.clone());
        let catalog = Catalog::with_packs(&packs)?;
        let mut exercises = match &self.pack {
            Some(pack) => Catalog::of_pack(pack)?,
            None => catalog.exercises()?,
        };
        if let Some(unknown) = self.only.iter().find(|id| !exercises.iter().any(|e| e.id == **id)) {
            return Err(Error::fault(format!("no exercise is called '{unknown}'")));
        }
        exercises.retain(|exercise| self.only.is_empty() || self.only.contains(&exercise.id));
        let worlds = exercises
            .iter()
            .map(|exercise| Ok(world_of(&packs, &exercise.schema)?.with_hints()?))
            .collect::<Result<Vec<World>, Error>>()?;

        let bar = console::progress_bar(exercises.len() as u64, "exercises");
        let mut out = console::stdout();
        let mut all: Vec<Checked> = Vec::new();
        let mut failed: Option<Error> = None;
        let jobs = self.jobs.unwrap_or_else(parallel::cores);
        parallel::in_order(
            exercises.len(),
            jobs,
            |at| check(&exercises[at], &worlds[at]),
            |_, checked: Result<Checked, JudgeError>| {
                bar.inc(1);
                let said = checked.map_err(Error::from).and_then(|checked| {
                    if format == TextOrJson::Text {
                        bar.suspend(|| out.write_all(text(&checked).as_bytes()))?;
                    }
                    all.push(checked);
                    Ok(())
                });
                failed = said.err();
                failed.is_none()
            },
        );
        bar.finish_and_clear();
        if let Some(error) = failed {
            return Err(error);
        }
        match format {
            TextOrJson::Text => out.write_all(summary(&all).as_bytes())?,
            TextOrJson::Json => writeln!(out, "{}", json!({ "format": 1, "exercises": all }))?,
            TextOrJson::Jsonl => all.iter().try_for_each(|checked| writeln!(out, "{}", json!(checked)))?,
        }
        out.flush()?;
        if self.write {
            self.keep(&exercises, &worlds, &all)?;
        }
        let fine = all.iter().all(|checked| checked.faults.is_empty());
        Ok(if fine { Exit::Done } else { Exit::Wrong })
    }

    /// Writes the suites of what was checked, and leaves those of other exercises as they are.
    fn keep(&self, exercises: &[Exercise], worlds: &[World], all: &[Checked]) -> Result<(), Error> {
        let folder = self.pack.clone().unwrap_or_default().join("exercises");
        let path = folder.join(KILLERS);
        let mut suites = killers::read(&fs::read_to_string(&path).unwrap_or_default());
        for ((exercise, world), checked) in exercises.iter().zip(worlds).zip(all) {
            let Some(query) = exercise.kind.query() else { continue };
            // A suite that is empty says nothing that is worth a line.
            if checked.killers.is_empty() && matches!(exercise.kind, ExerciseKind::Tune(_)) {
                continue;
            }
            let suite = (killers::fingerprint(query, world), checked.killers.clone());
            suites.insert(exercise.id.clone(), suite);
        }
        let cannot = |error| Error::fault(format!("{} cannot be written: {error}", path.display()));
        let mut file = tempfile::NamedTempFile::new_in(&folder).map_err(cannot)?;
        file.write_all(killers::write(&suites).as_bytes()).map_err(cannot)?;
        file.persist(&path).map_err(|error| cannot(error.error))?;
        Ok(())
    }
}
