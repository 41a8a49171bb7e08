//! The file that progress is kept in: where it lies, who may open it when, and how a damaged one is set aside. It is
//! opened anew for everything that is done, so that it may come, go and be brought forward while sessions run.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use super::{
    old,
    record::{FORM, History},
};
use crate::engine::{Form, OwnFile, Trouble};

/// The file's name in the folder of the program's data.
const NAME: &str = "progress.db";

/// Where progress is kept.
#[derive(Debug, Clone)]
pub(super) struct Place {
    folder: PathBuf,
    form: Form,
}

/// What came of opening a file and working on it.
pub(super) struct Worked<T> {
    /// What the work gave.
    pub value: T,
    /// Whether the file has been begun for it.
    pub fresh: bool,
}

impl Place {
    pub(super) fn new(folder: &Path) -> Place {
        Place { folder: folder.to_owned(), form: FORM }
    }

    /// The same with no more room than so many pages.
    #[cfg(test)]
    pub(super) fn narrowed(&mut self, pages: u32) {
        self.form.pages = Some(pages);
    }

    /// The same for somebody with less patience.
    #[cfg(test)]
    pub(super) fn hurried(&mut self) {
        self.form.patience = Duration::from_millis(20);
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.join(NAME)
    }

    /// Whether the file is there.
    ///
    /// # Errors
    /// Something else stands in its place, or nobody may look.
    pub(super) fn is_there(&self) -> Result<bool, Trouble> {
        match fs::metadata(self.path()) {
            Ok(found) if found.is_file() => Ok(true),
            Ok(_) => Err(Trouble::Closed("something else than a file stands there".to_owned())),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                Ok(false)
            }
            Err(error) => Err(closed(&error)),
        }
    }

    /// Opens the file, and begins one where there is none.
    ///
    /// # Errors
    /// What is the matter with it, or what `work` says.
    pub(super) fn with<T>(
        &self,
        work: impl FnOnce(&OwnFile) -> Result<T, Trouble>,
    ) -> Result<Worked<T>, Trouble> {
        let _held = self.hold(false)?;
        self.with_held(work)
    }

    fn with_held<T>(&self, work: impl FnOnce(&OwnFile) -> Result<T, Trouble>) -> Result<Worked<T>, Trouble> {
        self.is_there()?;
        let mut fresh = false;
        let store = OwnFile::open(&self.path(), &self.form, |store| {
            fresh = true;
            // A file from before that is not in order has been told of when progress was opened.
            old::read(&self.folder).unwrap_or_default().write(store).map(drop)
        })?;
        let value = work(&store)?;
        Ok(Worked { value, fresh })
    }

    /// Gives a damaged file another name, where nobody has done so meanwhile: the name.
    ///
    /// # Errors
    /// It cannot be renamed, or something else is the matter with it.
    pub(super) fn set_aside(&self) -> Result<Option<PathBuf>, Trouble> {
        let _held = self.hold(true)?;
        match self.with_held(|store| store.check().and_then(|()| History::read(store))) {
            Ok(_) => return Ok(None),
            Err(Trouble::Damaged(_)) => {}
            Err(other) => return Err(other),
        }
        let file = fs::canonicalize(self.path()).map_err(|error| closed(&error))?;
        let taken = |path: &Path| fs::symlink_metadata(path).is_ok();
        let beside = ["-journal", "-wal", "-shm"];
        let aside = (1_u32..=u32::MAX)
            .map(|n| with_suffix(&file, &format!(".damaged-{n}")))
            .find(|name| !taken(name) && !beside.iter().any(|suffix| taken(&with_suffix(name, suffix))))
            .expect("no folder holds so many files");
        // A journal that stayed would be taken for that of the next file.
        for suffix in beside {
            let (from, to) = (with_suffix(&file, suffix), with_suffix(&aside, suffix));
            if taken(&from) {
                fs::rename(from, to).map_err(|error| closed(&error))?;
            }
        }
        fs::rename(&file, &aside).map_err(|error| closed(&error))?;
        Ok(Some(aside))
    }

    /// Keeps the file under its name: many hold it so at once, and whoever renames it holds it alone. Where no lock
    /// can be had, as in a folder that may only be read, it goes without.
    fn hold(&self, alone: bool) -> Result<Option<File>, Trouble> {
        fs::create_dir_all(&self.folder).map_err(|error| closed(&error))?;
        let path = with_suffix(&self.path(), ".lock");
        if fs::metadata(&path).is_ok_and(|found| !found.is_file()) {
            return Ok(None);
        }
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let Ok(file) = file.or_else(|_| File::open(&path)) else { return Ok(None) };
        let since = Instant::now();
        loop {
            match if alone { file.try_lock() } else { file.try_lock_shared() } {
                Ok(()) => return Ok(Some(file)),
                Err(TryLockError::Error(_)) => return Ok(None),
                Err(TryLockError::WouldBlock) if since.elapsed() > self.form.patience => {
                    return Err(Trouble::Busy);
                }
                Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(2)),
            }
        }
    }
}

fn closed(error: &io::Error) -> Trouble {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Trouble::Full,
        _ => Trouble::Closed(error.to_string()),
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
