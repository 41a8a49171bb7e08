//! Reads the corpus: a file is a schema and, after each line `-- == WHAT | ABOUT`, a reference and an answer.

use std::{fs, path::Path};

use sqldojo::sql::split::split;

/// What the search must say of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    Same,
    Different,
    Endless,
}

/// Two statements on one schema.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The file, and what the pair is about.
    pub name: String,
    pub ddl: String,
    pub expected: Expected,
    /// Whether the reference's order is total, and counts.
    pub ordered: bool,
    /// Whether the day moves.
    pub any_day: bool,
    pub reference: String,
    pub answer: String,
}

/// All pairs of all files, in the order of the files' names.
pub fn pairs() -> Vec<Pair> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the corpus is in order")
        .map(|entry| entry.expect("the corpus is in order").path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    files.iter().flat_map(|file| read(file)).collect()
}

fn read(file: &Path) -> Vec<Pair> {
    let schema = file.file_stem().expect("the corpus is in order").to_str().expect("the corpus is in order");
    let text = fs::read_to_string(file).expect("the corpus is in order");
    let mut sections = text.split("\n-- == ");
    let ddl = sections.next().expect("the corpus is in order");
    sections
        .map(|section| {
            let (head, body) = section.split_once('\n').expect("the corpus is in order");
            let (what, about) = head.split_once(": ").unwrap_or_else(|| panic!("{schema}: {head}"));
            let mut words = what.split(' ');
            let expected = match words.next() {
                Some("same") => Expected::Same,
                Some("different") => Expected::Different,
                Some("endless") => Expected::Endless,
                other => panic!("{schema}: {other:?} is no outcome"),
            };
            let flags: Vec<&str> = words.collect();
            assert!(flags.iter().all(|flag| ["ordered", "any-day"].contains(flag)), "{schema}: {head}");
            let [reference, answer] = split(body)[..] else {
                panic!("{schema}: {about}: not two statements")
            };
            Pair {
                name: format!("{schema}: {about}"),
                ddl: ddl.to_owned(),
                expected,
                ordered: flags.contains(&"ordered"),
                any_day: flags.contains(&"any-day"),
                reference: reference.text.to_owned(),
                answer: answer.text.to_owned(),
            }
        })
        .collect()
}
