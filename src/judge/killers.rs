//! Killer suites as they are kept: for each exercise the numbers of its databases, and a fingerprint of all that
//! these hang on. A suite whose fingerprint is another is not used, and `check --write` makes it anew.

use std::collections::BTreeMap;

use crate::{
    catalog::{Exercise, Query},
    schema::world::World,
};

/// Suites by exercise: the fingerprint and the numbers.
pub type Suites = BTreeMap<String, (String, Vec<u64>)>;

/// What a suite hangs on, in sixteen hexadecimal digits.
pub fn fingerprint(query: &Query, world: &World) -> String {
    let mut hash = blake3::Hasher::new();
    for part in [&world.ddl, query.reference(), &format!("{:?} {:?}", world.hints, world.today)] {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().to_hex()[..16].to_owned()
}

/// The suite that came with an exercise; none where it was made for another reference.
pub fn of(exercise: &Exercise, query: &Query, world: &World) -> Vec<u64> {
    match exercise.killers.as_deref().and_then(parse) {
        Some((_, (known, numbers))) if known == fingerprint(query, world) => numbers,
        _ => Vec::new(),
    }
}

/// Reads a file of suites.
pub fn read(text: &str) -> Suites {
    text.lines().filter_map(parse).collect()
}

fn parse(line: &str) -> Option<(String, (String, Vec<u64>))> {
    let mut words = line.split(' ');
    let (id, fingerprint) = (words.next()?, words.next()?);
    let numbers = words.map(str::parse).collect::<Result<_, _>>().ok()?;
    (!id.starts_with('#')).then(|| (id.to_owned(), (fingerprint.to_owned(), numbers)))
}

/// Writes a file of suites.
pub fn write(suites: &Suites) -> String {
    let mut text = String::from(
        "# Killer suites, written by `sqldojo check --write`: exercise, fingerprint, databases by number.\n",
    );
    for (id, (fingerprint, numbers)) in suites {
        text.extend([id, " ", fingerprint]);
        for number in numbers {
            text.extend([" ", &number.to_string()]);
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let suites: Suites =
            [("a".to_owned(), ("00ff".to_owned(), vec![1, 20])), ("b".to_owned(), ("ab".to_owned(), vec![]))]
                .into();
        assert_eq!(read(&write(&suites)), suites);
    }
}
