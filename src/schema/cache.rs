//! Where made data is kept: one file for each schema, size and seed, named by the hash of all that goes into it.
//! A file appears whole or not at all; two processes that want the same one make it once.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use etcetera::base_strategy::{BaseStrategy, Xdg};

/// A folder for made data; without one, data is made anew each time.
#[derive(Debug, Clone, Default)]
pub struct Cache {
    folder: Option<PathBuf>,
}

impl Cache {
    /// The folder in `XDG_CACHE_HOME`.
    pub fn from_env() -> Cache {
        Cache { folder: Xdg::new().ok().map(|xdg| xdg.cache_dir().join("sqldojo")) }
    }

    /// A folder of the caller's choice.
    pub fn at(folder: PathBuf) -> Cache {
        Cache { folder: Some(folder) }
    }

    /// The file of a name, if it has been made.
    pub fn find(&self, name: &str) -> Option<PathBuf> {
        let path = self.folder.as_ref()?.join(name);
        path.is_file().then_some(path)
    }

    /// Keeps a small file. That it cannot be kept is no error: it can be made again.
    pub fn keep(&self, name: &str, bytes: &[u8]) {
        let Some(folder) = &self.folder else { return };
        let write = || -> io::Result<()> {
            fs::create_dir_all(folder)?;
            let mut file = tempfile::Builder::new().prefix(BUILDING).tempfile_in(folder)?;
            file.write_all(bytes)?;
            file.persist(folder.join(name))?;
            Ok(())
        };
        let _ = write();
    }

    /// Makes a large file by `make`, which is given the path to fill, unless it is there already. Where another
    /// process makes it, waits for that.
    ///
    /// # Errors
    /// A folder that cannot be written, or what `make` returns.
    pub fn make<E: From<io::Error>>(
        &self,
        name: &str,
        make: impl FnOnce(&Path) -> Result<(), E>,
    ) -> Result<PathBuf, E> {
        let folder = self.folder.clone().unwrap_or_else(std::env::temp_dir);
        fs::create_dir_all(&folder)?;
        let path = folder.join(name);
        if path.is_file() {
            return Ok(path);
        }
        let mut lock = fd_lock::RwLock::new(File::create(folder.join(format!("{name}.lock")))?);
        let _held = lock.write()?;
        if path.is_file() {
            return Ok(path);
        }
        // Under the lock nobody else builds this file: what is left of a killed build can go.
        let building = folder.join(format!("{BUILDING}{name}"));
        for left in [building.clone(), journal(&building)] {
            if left.exists() {
                fs::remove_file(left)?;
            }
        }
        let made = make(&building);
        if let Err(error) = made {
            let _ = fs::remove_file(&building);
            return Err(error);
        }
        fs::rename(&building, &path)?;
        Ok(path)
    }

    /// A copy of a file that goes when the guard is dropped.
    ///
    /// # Errors
    /// A disk that is full.
    pub fn copy(&self, of: &Path) -> io::Result<tempfile::TempPath> {
        let folder = of.parent().map_or_else(std::env::temp_dir, Path::to_path_buf);
        let copy = tempfile::Builder::new().prefix(".copy-").tempfile_in(folder)?.into_temp_path();
        fs::copy(of, &copy)?;
        Ok(copy)
    }
}

/// What the name of a file begins with until it is whole.
const BUILDING: &str = ".building-";

fn journal(of: &Path) -> PathBuf {
    let mut name = of.as_os_str().to_owned();
    name.push("-journal");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn a_file_is_made_once_whoever_asks() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path().to_owned());
        let made = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let path = cache.make("data.db", |path| {
                        made.fetch_add(1, Ordering::SeqCst);
                        fs::write(path, "half")?;
                        std::thread::sleep(std::time::Duration::from_millis(30));
                        fs::write(path, "whole")
                    });
                    assert_eq!(fs::read_to_string(path.unwrap()).unwrap(), "whole");
                });
            }
        });
        assert_eq!(made.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn what_a_killed_build_left_does_not_matter() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".building-data.db"), "torn").unwrap();
        let cache = Cache::at(folder.path().to_owned());
        let fails: io::Result<_> = cache.make("data.db", |_| Err(io::Error::other("no")));
        assert!(fails.is_err());
        assert_eq!(cache.find("data.db"), None);
        let path = cache.make("data.db", |path| fs::write(path, "whole")).unwrap();
        assert_eq!(fs::read_to_string(path).unwrap(), "whole");
    }
}
