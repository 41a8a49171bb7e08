//! Text: patterns, names of people, addresses.

use super::{
    dice::Dice,
    frame::{Cell, Person},
    maker::{Maker, copy},
    people::{self, COUNTRIES},
};
use crate::schema::{
    calendar::Writer,
    recipe::model::{Case, Part, Path, Weighted},
};
use std::{
    fmt::Write as _,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

/// So often a text that was there before is drawn anew; then a number is put behind it.
const TRIES: usize = 12;

impl<'r> Maker<'r> {
    /// Fills a pattern in.
    pub(super) fn pattern(
        &mut self,
        fill: usize,
        parts: &'r [Part],
        case: Case,
        unique: Option<usize>,
    ) -> Cell<'r> {
        let mut text = String::new();
        for attempt in 0.. {
            text.clear();
            for part in parts {
                self.part(fill, part, &mut text);
            }
            if attempt > TRIES {
                write!(text, " {}", attempt - TRIES + 1).expect("a string takes everything");
            }
            if unique.is_none_or(|slot| self.uniques[slot].insert(folded(&text))) {
                break;
            }
        }
        match case {
            Case::Kept => {}
            Case::Mixed => mixed(&mut text, &mut self.dice[fill]),
        }
        copy(&mut self.frames[fill].text, &text)
    }

    fn part(&mut self, fill: usize, part: &'r Part, text: &mut String) {
        const LETTERS: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let (letters, size) = match part {
            Part::Text(piece) => return text.push_str(piece),
            Part::List(words) => return text.push_str(self.dice[fill].one(words).as_str()),
            Part::Column(path) => {
                let (cell, buffer) = self.look(fill, path);
                return show(cell, buffer, text);
            }
            Part::Digits(size) => (&LETTERS[..10], *size),
            Part::Hex(size) => (&LETTERS[..16], *size),
            Part::Code(size) => (&LETTERS[..], *size),
        };
        for _ in 0..size {
            text.push(char::from(*self.dice[fill].one(letters)));
        }
    }

    /// A name from a country.
    pub(super) fn person(&mut self, fill: usize, country: &Path) -> Cell<'r> {
        let (cell, buffer) = self.look(fill, country);
        let country = people::country(cell.text(buffer).unwrap_or_default());
        let names = &COUNTRIES[country];
        let dice = &mut self.dice[fill];
        let given = dice.below(names.given.len() as u64) as usize;
        let family = dice.below(names.family.len() as u64) as usize;
        let frame = &mut self.frames[fill];
        frame.person = Some(Person { country, given, family });
        let (given, family) = (people::both(names.given[given]).0, people::both(names.family[family]).0);
        let (first, space, second) = match names.code {
            // Where no space parts the names.
            "KR" => (family, "", given),
            _ if names.family_first => (family, " ", given),
            _ => (given, " ", family),
        };
        let from = frame.text.len();
        frame.text.extend([first, space, second]);
        Cell::Text(from as u32, frame.text.len() as u32)
    }

    /// An address that nobody else has, whatever the letter case.
    pub(super) fn email(
        &mut self,
        fill: usize,
        of: &Path,
        domains: &'r Weighted<String>,
        unique: usize,
    ) -> Cell<'r> {
        let (mut given, mut family) = (String::new(), String::new());
        let (first, second) = if let Some(person) = self.frames[fill].person {
            let names = &COUNTRIES[person.country];
            (people::both(names.given[person.given]).1, people::both(names.family[person.family]).1)
        } else {
            // A name that was given, not drawn.
            let (cell, buffer) = self.look(fill, of);
            let name = cell.text(buffer).unwrap_or_default();
            name.split_once(' ').unwrap_or((name, ""))
        };
        people::fold(first, &mut given);
        people::fold(second, &mut family);
        if given.is_empty() {
            given.push_str("user");
        }
        let mut text = String::new();
        let dice = &mut self.dice[fill];
        let form = dice.below(8);
        let mut bound = 0;
        loop {
            text.clear();
            match form {
                0 => text.extend([family.as_str(), ".", &given]),
                1 => text.extend([given.get(..1).unwrap_or_default(), ".", &family]),
                2 => text.extend([given.as_str(), &family]),
                3 => text.push_str(&given),
                _ => text.extend([given.as_str(), ".", &family]),
            }
            let plain = text.trim_matches('.').len();
            if plain < text.len() {
                text = text.trim_matches('.').to_owned();
            }
            // A bare first name is taken everywhere; further numbers come only where an address is taken.
            if bound > 0 || form == 3 {
                bound = (bound * 10).clamp(100, 1_000_000_000);
                write!(text, "{}", 1 + dice.below(bound)).expect("a string takes everything");
            } else {
                bound = 10;
            }
            text.push('@');
            text.push_str(dice.pick(domains).as_str());
            if self.uniques[unique].insert(folded(&text)) {
                return copy(&mut self.frames[fill].text, &text);
            }
        }
    }
}

/// A hash of text that is the same whatever the letter case.
pub(super) fn folded(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.chars().flat_map(char::to_lowercase).for_each(|letter| letter.hash(&mut hasher));
    hasher.finish()
}

/// Appends a value as text.
fn show(cell: Cell<'_>, buffer: &str, text: &mut String) {
    match cell {
        Cell::Null => {}
        Cell::Int(number) | Cell::Ref(number, _) => {
            write!(text, "{number}").expect("a string takes everything");
        }
        Cell::Real(number) => write!(text, "{number}").expect("a string takes everything"),
        Cell::Time(moment, format) => {
            let mut stamp = [0; 19];
            Writer::default().write(moment, format, &mut stamp);
            text.push_str(std::str::from_utf8(&stamp[..format.width()]).expect("digits and signs"));
        }
        Cell::Word(_) | Cell::Text(..) => text.push_str(cell.text(buffer).unwrap_or_default()),
    }
}

/// Appends text with the first letter of each word a capital.
pub(super) fn title(text: &str, out: &mut String) {
    let mut start = true;
    for letter in text.chars() {
        if start {
            out.extend(letter.to_uppercase());
        } else {
            out.push(letter);
        }
        start = !letter.is_alphanumeric();
    }
}

/// Writes an address as people type it.
fn mixed(text: &mut str, dice: &mut Dice) {
    match dice.below(4) {
        0 => {}
        1 => {
            if let Some(first) = text.get_mut(..1) {
                first.make_ascii_uppercase();
            }
        }
        2 => text.make_ascii_uppercase(),
        _ => {
            let at = text.find('@').unwrap_or(text.len());
            text[..at].make_ascii_uppercase();
        }
    }
}
