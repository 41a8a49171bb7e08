//! The JSON file that kept progress before there was a database: read when the database is begun, and left there.

use std::{collections::BTreeMap, fs, io, path::Path};

use serde::Deserialize;

use super::{
    History, Stamp,
    record::{Earlier, Session},
};

/// The file's name.
const FILE: &str = "progress.json";

#[derive(Debug, Deserialize)]
struct Notes {
    #[serde(default)]
    last: Option<String>,
    #[serde(default)]
    exercises: BTreeMap<String, Tried>,
}

#[derive(Debug, Deserialize)]
struct Tried {
    #[serde(default)]
    tries: u32,
    #[serde(default)]
    solved: bool,
    #[serde(default)]
    shown: bool,
}

/// What the file tells; nothing, where there is none.
///
/// # Errors
/// Why it cannot be read, in one line.
pub(super) fn read(folder: &Path) -> Result<History, String> {
    let file = folder.join(FILE);
    // What is no file may not even end.
    if !file.is_file() {
        return Ok(History::default());
    }
    let wrong = |why: String| format!("nothing is taken over from {}: {why}", file.display());
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(History::default()),
        Err(error) => return Err(wrong(error.to_string())),
    };
    let notes: Notes = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let long_ago = Stamp::default();
    let session = notes.last.map(|last| Session {
        name: "earlier".to_owned(),
        began: long_ago,
        seen: long_ago,
        exercise: Some(last),
    });
    let earlier = notes.exercises.into_iter().map(|(exercise, tried)| {
        let Tried { tries, solved, shown } = tried;
        Earlier { exercise, tries, solved, shown }
    });
    Ok(History { sessions: session.into_iter().collect(), earlier: earlier.collect(), ..History::default() })
}
