//! Where exercises lie: in the binary, and in the folders that `--pack` names. A pack is a folder with
//! `exercises/<track>/<id>.toml` and, if it brings schemas of its own, `schemas/<name>.sql` and `.toml`.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use super::{Exercise, Summary, TRACKS, raw::RawExercise};
use crate::embedded;

/// A folder with exercises that are not in the binary.
#[derive(Debug, Clone)]
pub struct Pack {
    root: PathBuf,
    files: Vec<PathBuf>,
    /// The list of killer suites, if there is one.
    killers: String,
}

/// The file in `exercises/` that holds the killer suites.
pub const KILLERS: &str = "killers.list";

/// All exercises there are: the binary's own, then each pack's.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    packs: Vec<Pack>,
}

/// What is wrong with an exercise file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogError {
    /// The file.
    pub file: String,
    /// The line, counted from 1, if known.
    pub line: Option<usize>,
    /// What is wrong, and what is expected.
    pub message: String,
}

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

impl std::error::Error for CatalogError {}

/// The largest file a pack may hold: far more than an exercise needs.
const LARGEST_FILE: u64 = 1 << 20;

impl Pack {
    /// Finds the exercise files of a folder. Links that lead out of it are passed over.
    ///
    /// # Errors
    /// A folder that cannot be read or has no `exercises` in it.
    pub fn open(root: &Path) -> Result<Pack, CatalogError> {
        let failed = |path: &Path, error: io::Error| CatalogError {
            file: path.display().to_string(),
            line: None,
            message: format!("cannot be read: {error}"),
        };
        let root = root.canonicalize().map_err(|error| failed(root, error))?;
        let folder = root.join("exercises");
        let mut files = Vec::new();
        for track in fs::read_dir(&folder).map_err(|error| failed(&folder, error))? {
            let track = track.map_err(|error| failed(&folder, error))?.path();
            if !track.is_dir() {
                continue;
            }
            for file in fs::read_dir(&track).map_err(|error| failed(&track, error))? {
                let file = file.map_err(|error| failed(&track, error))?.path();
                let inside = file.canonicalize().is_ok_and(|real| real.starts_with(&root));
                if inside && file.extension().is_some_and(|e| e == "toml") {
                    files.push(file);
                }
            }
        }
        files.sort();
        let killers = folder.join(KILLERS);
        let killers = if killers.is_file() { text(&killers)? } else { String::new() };
        Ok(Pack { root, files, killers })
    }

    fn read(&self, file: &Path) -> Result<Exercise, CatalogError> {
        let exercise = parse(&file.display().to_string(), &text(file)?)?;
        Ok(with_killers(exercise, &self.killers))
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

impl Catalog {
    /// The exercises of the binary alone.
    pub fn builtin() -> Catalog {
        Catalog::default()
    }

    /// The exercises of the binary and of further folders.
    ///
    /// # Errors
    /// A folder that is no pack.
    pub fn with_packs(folders: &[PathBuf]) -> Result<Catalog, CatalogError> {
        let packs = folders.iter().map(|folder| Pack::open(folder)).collect::<Result<_, _>>()?;
        Ok(Catalog { packs })
    }

    /// The exercises of one folder alone.
    ///
    /// # Errors
    /// A folder that is no pack, or the first file that is not in order.
    pub fn of_pack(folder: &Path) -> Result<Vec<Exercise>, CatalogError> {
        let pack = Pack::open(folder)?;
        pack.files.iter().map(|file| pack.read(file)).collect()
    }

    /// The packs beside the binary's own exercises.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// The ids of all exercises, in learning order: by track, then by level, then by name.
    ///
    /// # Errors
    /// The first file that is not in order.
    pub fn summaries(&self) -> Result<Vec<Summary>, CatalogError> {
        let mut all = self.exercises()?.iter().map(Exercise::summary).collect::<Vec<_>>();
        let place = |track: &str| TRACKS.iter().position(|(name, _)| *name == track);
        all.sort_by(|a, b| (place(&a.track), a.level, &a.id).cmp(&(place(&b.track), b.level, &b.id)));
        Ok(all)
    }

    /// The ids of all exercises, without a look into their files.
    pub fn ids(&self) -> Vec<String> {
        let stem =
            |name: &str| name.rsplit('/').next().and_then(|n| n.strip_suffix(".toml")).map(str::to_owned);
        let own = embedded::EXERCISES.iter().filter_map(|(name, _)| stem(name));
        let theirs =
            self.packs.iter().flat_map(|pack| &pack.files).filter_map(|file| stem(&file.to_string_lossy()));
        own.chain(theirs).collect()
    }

    /// All exercises.
    ///
    /// # Errors
    /// The first file that is not in order.
    pub fn exercises(&self) -> Result<Vec<Exercise>, CatalogError> {
        let all =
            embedded::EXERCISES.iter().filter(|(name, _)| is_toml(name)).map(|(name, text)| own(name, text));
        let theirs = self.packs.iter().flat_map(|pack| pack.files.iter().map(|file| pack.read(file)));
        all.chain(theirs).collect()
    }

    /// One exercise; `None` where no file is called so.
    ///
    /// # Errors
    /// Its file is not in order.
    pub fn get(&self, id: &str) -> Result<Option<Exercise>, CatalogError> {
        let embedded = embedded::EXERCISES
            .iter()
            .find(|(name, _)| name.rsplit('/').next() == Some(&format!("{id}.toml")));
        if let Some((name, text)) = embedded {
            return own(name, text).map(Some);
        }
        let called = |file: &&PathBuf| file.file_stem().is_some_and(|stem| stem == id);
        let found = self.packs.iter().find_map(|pack| Some((pack, pack.files.iter().find(called)?)));
        found.map(|(pack, file)| pack.read(file)).transpose()
    }
}

/// Reads an exercise of the binary.
fn own(name: &str, text: &str) -> Result<Exercise, CatalogError> {
    let killers = embedded::EXERCISES.iter().find(|(name, _)| *name == KILLERS).map_or("", |(_, text)| *text);
    Ok(with_killers(parse(&format!("exercises/{name}"), text)?, killers))
}

fn with_killers(exercise: Exercise, killers: &str) -> Exercise {
    let line = killers.lines().find(|line| line.split(' ').next() == Some(&exercise.id));
    Exercise { killers: line.map(str::to_owned), ..exercise }
}

fn is_toml(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|e| e == "toml")
}

/// Reads a file that is not too large.
fn text(file: &Path) -> Result<String, CatalogError> {
    let failed = |message: String| CatalogError { file: file.display().to_string(), line: None, message };
    let size = fs::metadata(file).map_err(|error| failed(format!("cannot be read: {error}")))?.len();
    if size > LARGEST_FILE {
        return Err(failed(format!("is {size} bytes long, at most {LARGEST_FILE} are read")));
    }
    fs::read_to_string(file).map_err(|error| failed(format!("cannot be read: {error}")))
}

/// Reads the text of one exercise file.
///
/// # Errors
/// What is wrong, with the line.
pub(super) fn parse(file: &str, text: &str) -> Result<Exercise, CatalogError> {
    let line_at = |offset: usize| text[..offset.min(text.len())].matches('\n').count() + 1;
    let raw = RawExercise::read(text).map_err(|(offset, message)| CatalogError {
        file: file.to_owned(),
        line: offset.map(line_at),
        message,
    })?;
    let line_of = |field: &str| {
        let starts = |line: &str| {
            let line = line.trim_start().trim_start_matches('[');
            line.strip_prefix(field)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        };
        text.lines().position(starts).map(|at| at + 1)
    };
    let stem = Path::new(file).file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let found = Exercise::try_from_raw(raw).map_err(|(field, message)| CatalogError {
        file: file.to_owned(),
        line: line_of(field),
        message,
    })?;
    if found.id != stem {
        return Err(CatalogError {
            file: file.to_owned(),
            line: line_of("id"),
            message: format!("id is '{}', but the file is called '{stem}'", found.id),
        });
    }
    Ok(found)
}
