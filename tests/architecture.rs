//! The map in `ARCHITECTURE.md` against the files: who imports whom, who names rusqlite, where unsafe code stands,
//! how long files are. Reads files and runs nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

mod source;

use source::Source;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files of a folder, by their names from the package's root.
fn files(folder: &str) -> Vec<(String, String)> {
    fn gather(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("the folder can be read") {
            let path = entry.expect("its entries too").path();
            if path.is_dir() {
                gather(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    gather(&root().join(folder), &mut found);
    found.sort();
    let named = found.into_iter().map(|path| {
        let name = path.strip_prefix(root()).expect("it lies there").to_string_lossy().replace('\\', "/");
        (name, fs::read_to_string(path).expect("it is text"))
    });
    named.collect()
}

/// The files of `src`, read once for all tests.
static SOURCES: LazyLock<Vec<Source>> =
    LazyLock::new(|| files("src").into_iter().map(|(name, text)| Source::read(name, &text)).collect());

/// The floors of `ARCHITECTURE.md`: the module's name and its number.
fn floors() -> BTreeMap<String, u32> {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("the map is there");
    let table = map.split("```").nth(1).expect("it holds a table");
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        let floor = words.next()?.parse().ok()?;
        let module = words.next()?.strip_prefix("src/")?.trim_end_matches(".rs").trim_end_matches('/');
        Some((module.to_owned(), floor))
    };
    table.lines().filter_map(line).collect()
}

#[test]
fn every_module_is_on_the_map() {
    let there: BTreeSet<String> = SOURCES.iter().map(|source| source.module.clone()).collect();
    let mapped: BTreeSet<String> = floors().into_keys().chain(["lib".to_owned()]).collect();
    assert_eq!(there.difference(&mapped).collect::<Vec<_>>(), Vec::<&String>::new());
}

/// A file that no `mod` names is never compiled.
#[test]
fn every_file_is_declared() {
    let declares = |file: &str, child: &str| {
        SOURCES.iter().any(|s| s.name == file && !s.lines_with(&format!("mod {child}"), true).is_empty())
    };
    let lost = SOURCES.iter().filter(|source| {
        let path = source.name.trim_end_matches(".rs").trim_end_matches("/mod");
        let (folder, child) = path.rsplit_once('/').expect("it lies in src");
        let parents = ["lib.rs", "main.rs", "mod.rs"].map(|name| format!("{folder}/{name}"));
        !["lib", "main"].contains(&source.module.as_str())
            && !parents.iter().chain([&format!("{folder}.rs")]).any(|parent| declares(parent, child))
    });
    assert_eq!(lost.map(|source| &source.name).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn modules_import_from_lower_floors_only() {
    let floors = floors();
    let mut faults = BTreeSet::new();
    for source in SOURCES.iter() {
        // The root declares the modules and uses none.
        let own = floors.get(&source.module).copied().unwrap_or_default();
        for (line, import) in &source.imports {
            match floors.get(import) {
                _ if *import == source.module => {}
                Some(floor) if *floor < own => {}
                Some(floor) => {
                    faults
                        .insert(format!("{}:{line}: {import} (floor {floor}, not below {own})", source.name));
                }
                None => {
                    faults.insert(format!("{}:{line}: {import} is no module of the map", source.name));
                }
            }
        }
    }
    assert_eq!(faults, BTreeSet::new());
}

/// What may stand in some files only.
struct Ban {
    phrases: &'static [&'static str],
    /// Whether tests inside `src` are held to it as well.
    in_tests: bool,
    /// Whether the file of this name may have them.
    allowed: fn(&str) -> bool,
}

const BANS: &[Ban] = &[
    Ban {
        phrases: &["rusqlite", "libsqlite3_sys"],
        in_tests: true,
        allowed: |file| within(file, &["engine"]),
    },
    Ban { phrases: &["unsafe"], in_tests: true, allowed: |file| file == "src/engine/ffi.rs" },
    Ban { phrases: &["OwnFile"], in_tests: true, allowed: |file| within(file, &["engine", "progress"]) },
    Ban {
        phrases: &["Zoned :: now", "Timestamp :: now"],
        in_tests: true,
        allowed: |file| within(file, &["cli"]),
    },
    Ban {
        phrases: &["Sandbox", "Prepared", "Loader"],
        in_tests: false,
        allowed: |file| !within(file, &["catalog", "render", "progress"]),
    },
    Ban {
        phrases: &[
            "SystemTime",
            "env :: var",
            "env :: var_os",
            "env :: args_os",
            "stdin",
            "is_terminal",
            "terminal_size",
        ],
        in_tests: true,
        allowed: |file| within(file, &["main", "cli", "repl", "session"]),
    },
];

/// Whether a file belongs to one of these modules.
fn within(file: &str, modules: &[&str]) -> bool {
    file.strip_prefix("src/")
        .and_then(|rest| rest.split(['/', '.']).next())
        .is_some_and(|module| modules.contains(&module))
}

#[test]
fn dangerous_things_stand_where_they_may() {
    let mut faults = Vec::new();
    for source in SOURCES.iter() {
        for ban in BANS.iter().filter(|ban| !(ban.allowed)(&source.name)) {
            for phrase in ban.phrases {
                let lines = source.lines_with(phrase, ban.in_tests);
                faults.extend(lines.iter().map(|line| format!("{}:{line}: {phrase}", source.name)));
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn files_say_what_they_own_and_stay_short() {
    let mut faults = Vec::new();
    for (name, text) in files("src").into_iter().chain(files("tests")) {
        if !text.starts_with("//!") {
            faults.push(format!("{name} does not begin with //!"));
        }
        if text.lines().count() > 500 {
            faults.push(format!("{name} has {} lines, more than 500", text.lines().count()));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}
