//! Grading a whole class: `grade --submissions`.

use std::{
    collections::HashMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{catalog, world};
use crate::{
    catalog::Catalog,
    cli::{
        args::{Format, Globals},
        console::{self, Console, read_script},
        exit::{Error, Exit},
    },
    judge::{
        Options, Verdict,
        batch::{Judged, Subject, Submission, batch},
    },
    render::{
        class::{self, Graded},
        report,
    },
};

/// One line of a file of submissions.
#[derive(Debug, Deserialize)]
struct Line {
    id: Json,
    exercise: String,
    sql: String,
}

/// A submission as it came in: its id, and what is to be judged or why it cannot be.
struct Entry {
    id: Json,
    exercise: String,
    sql: Result<String, String>,
}

/// Grades a file or a folder of submissions.
pub(super) fn grade(
    path: &Path,
    jobs: usize,
    options: &Options,
    globals: &Globals,
    console: &Console,
) -> Result<Exit, Error> {
    let format = match console.format {
        None | Some(Format::Json | Format::Jsonl) => Form::Jsonl,
        Some(Format::Junit) => Form::Junit,
        Some(Format::Gradescope) => Form::Gradescope,
        Some(Format::Text) => Form::Text,
        Some(other) => {
            return Err(Error::fault(format!("grade --submissions has no format {}", other.name()))
                .hint("text, jsonl, junit and gradescope are there"));
        }
    };
    let entries = if path.is_dir() { folder(path)? } else { lines(&read_script(path)?) };
    let catalog = catalog(globals)?;
    let (subjects, places) = subjects(&catalog, &entries, globals)?;
    let mut submissions = Vec::new();
    // For each entry, why it is not judged, if it is not.
    let mut refusals: Vec<Option<String>> = Vec::new();
    for entry in &entries {
        refusals.push(match (&entry.sql, places.get(&entry.exercise)) {
            (Err(reason), _) => Some(reason.clone()),
            (Ok(_), None) => Some(format!("no exercise is called '{}'", entry.exercise)),
            (Ok(sql), Some(subject)) => {
                submissions.push(Submission { subject: *subject, sql: sql.clone() });
                None
            }
        });
    }
    let mut out = console::stdout();
    let bar = console::progress_bar(submissions.len() as u64, "answers");
    let mut exit = Exit::Done;
    let mut graded: Vec<Graded> = Vec::new();
    let mut write_error = None;
    {
        let mut at = 0;
        let mut say = |entry: &Entry, judged: &Judged| {
            if !matches!(judged, Ok(report) if report.verdict == Verdict::Correct) {
                exit = Exit::Wrong;
            }
            let sql = entry.sql.as_deref().unwrap_or("");
            match format {
                Form::Jsonl => {
                    if let Err(error) = writeln!(out, "{}", line(&entry.id, &entry.exercise, judged, sql)) {
                        write_error.get_or_insert(error);
                    }
                }
                Form::Text | Form::Junit | Form::Gradescope => {
                    let id = entry.id.as_str().map_or_else(|| entry.id.to_string(), str::to_owned);
                    graded.push(Graded { id, exercise: entry.exercise.clone(), judged: judged.clone() });
                }
            }
        };
        // Entries that cannot be judged are answered where they stand, between those that can.
        let pass = |at: &mut usize, say: &mut dyn FnMut(&Entry, &Judged)| {
            while let Some(Some(reason)) = refusals.get(*at) {
                say(&entries[*at], &Err(reason.clone()));
                *at += 1;
            }
        };
        pass(&mut at, &mut say);
        batch(&subjects, &submissions, options, jobs, |_, judged| {
            bar.inc(1);
            say(&entries[at], judged);
            at += 1;
            pass(&mut at, &mut say);
        });
    }
    bar.finish_and_clear();
    if let Some(error) = write_error {
        return Err(error.into());
    }
    match format {
        Form::Jsonl => {}
        Form::Text => out.write_all(class::text(&graded).as_bytes())?,
        Form::Junit => out.write_all(class::junit(&graded).as_bytes())?,
        Form::Gradescope => writeln!(out, "{}", class::gradescope(&graded))?,
    }
    out.flush()?;
    Ok(exit)
}

enum Form {
    Jsonl,
    Text,
    Junit,
    Gradescope,
}

/// One line of output.
fn line(id: &Json, exercise: &str, judged: &Judged, sql: &str) -> Json {
    let mut json = json!({ "id": id });
    match (judged, &mut json) {
        (Ok(judged), Json::Object(out)) => {
            if let Json::Object(rest) = report::json(judged, sql) {
                out.extend(rest);
            }
        }
        (Err(reason), Json::Object(out)) => {
            out.insert("exercise".into(), json!(exercise));
            out.insert("verdict".into(), json!("error"));
            out.insert("message".into(), json!(reason));
        }
        _ => {}
    }
    json
}

fn lines(text: &str) -> Vec<Entry> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| match serde_json::from_str::<Line>(line) {
            Ok(line) => Entry { id: line.id, exercise: line.exercise, sql: Ok(line.sql) },
            Err(reason) => {
                let json = serde_json::from_str::<Json>(line).unwrap_or(Json::Null);
                let id = json.get("id").cloned().unwrap_or(Json::Null);
                let exercise = json.get("exercise").and_then(Json::as_str).unwrap_or("").to_owned();
                Entry { id, exercise, sql: Err(format!("the line is no submission: {reason}")) }
            }
        })
        .collect()
}

/// The files `ID.sql` and `STUDENT/ID.sql` of a folder, by name.
fn folder(path: &Path) -> Result<Vec<Entry>, Error> {
    let list = |folder: &Path| -> Result<Vec<PathBuf>, Error> {
        let cannot = |error| Error::fault(format!("{} cannot be read: {error}", folder.display()));
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder).map_err(cannot)? {
            paths.push(entry.map_err(cannot)?.path());
        }
        paths.sort();
        Ok(paths)
    };
    let mut files: Vec<(Option<String>, PathBuf)> = Vec::new();
    for inner in list(path)? {
        if inner.is_dir() {
            let student = inner.file_name().map(|name| name.to_string_lossy().into_owned());
            files.extend(list(&inner)?.into_iter().map(|file| (student.clone(), file)));
        } else {
            files.push((None, inner));
        }
    }
    files.retain(|(_, file)| file.extension().is_some_and(|e| e == "sql"));
    let entries = files.into_iter().map(|(student, file)| {
        let exercise = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let id = student.map_or_else(|| exercise.clone(), |student| format!("{student}/{exercise}"));
        let sql = read_script(&file).map_err(|error| error.lines().join("; "));
        Entry { id: json!(id), exercise, sql }
    });
    Ok(entries.collect())
}

/// The exercises that the submissions name, each once, with its schema.
fn subjects(
    catalog: &Catalog,
    entries: &[Entry],
    globals: &Globals,
) -> Result<(Vec<Subject>, HashMap<String, usize>), Error> {
    let mut subjects = Vec::new();
    let mut places = HashMap::new();
    for entry in entries {
        if places.contains_key(&entry.exercise) {
            continue;
        }
        if let Some(exercise) = catalog.get(&entry.exercise)? {
            let world = world(globals, &exercise.schema)?.with_hints()?;
            places.insert(entry.exercise.clone(), subjects.len());
            subjects.push(Subject { exercise, world });
        }
    }
    Ok((subjects, places))
}
