//! Puts the exercises and schemas into the binary: a table of file names and contents, sorted by name.

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    fixed_address();
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("embedded.rs");
    let mut out = fs::File::create(out)?;
    for (name, folder) in [("EXERCISES", "exercises"), ("SCHEMAS", "schemas")] {
        println!("cargo::rerun-if-changed={folder}");
        let mut files = Vec::new();
        gather(&root.join(folder), &mut files)?;
        files.sort();
        writeln!(out, "/// The files of `{folder}/`: their names from there on, and what stands in them.")?;
        writeln!(out, "pub(crate) const {name}: &[(&str, &str)] = &[")?;
        for file in files {
            let short = file
                .strip_prefix(root.join(folder))
                .expect("it lies there")
                .to_string_lossy()
                .replace('\\', "/");
            writeln!(out, "    ({short:?}, include_str!({:?})),", file.display().to_string())?;
        }
        writeln!(out, "];")?;
    }
    Ok(())
}

/// Links release builds for Linux at a fixed address. Wherever else it stood, the loader would have to write twenty
/// thousand addresses into a third of a megabyte first, which takes longer than all the rest of a short run.
fn fixed_address() {
    let set = |name: &str, value: &str| env::var(name).is_ok_and(|is| is == value);
    if set("PROFILE", "release") && set("CARGO_CFG_TARGET_OS", "linux") && set("CARGO_CFG_TARGET_ENV", "gnu")
    {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "toml" || e == "sql" || e == "list") {
            files.push(path);
        }
    }
    Ok(())
}
