//! Texts that matter beside a pattern, a length or a path: what a pattern matches and what it just misses, texts of
//! a length, small JSON documents. Knows no columns.

/// Texts for a pattern of LIKE or GLOB: some that it matches, some that it just misses.
pub fn of_pattern(pattern: &str) -> Vec<String> {
    let mut texts = if pattern.contains(['*', '?', '[']) { glob(pattern) } else { Vec::new() };
    if pattern.contains(['%', '_']) && pattern.len() > 1 {
        texts.extend(like(pattern));
    }
    texts
}

fn like(pattern: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for (any, one) in [("", "x"), ("x", "y"), ("x y", "z")] {
        texts.push(pattern.replace('%', any).replace('_', one));
    }
    texts.push(pattern.replace(['%', '_'], ""));
    texts.push(format!("x{}", pattern.replace('%', "").replace('_', "x")));
    texts.push(format!("{}x", pattern.replace('%', "").replace('_', "x")));
    texts.push(pattern.replace('%', "").replace('_', "x").to_uppercase());
    // An escaped sign means itself.
    for escape in ['\\', '!', '^', '#'] {
        let signs = [format!("{escape}%"), format!("{escape}_")];
        if signs.iter().any(|sign| pattern.contains(sign.as_str())) {
            let held = pattern.replace(&signs[0], "\u{1}").replace(&signs[1], "\u{2}");
            let plain = held.replace('%', "a").replace('_', "b");
            texts.push(plain.replace('\u{1}', "%").replace('\u{2}', "_"));
            texts.push(plain.replace(['\u{1}', '\u{2}'], "x"));
        }
    }
    texts
}

/// One place of a GLOB pattern: the characters that may stand there, the first choice first.
enum Place {
    Any,
    One(Vec<char>),
}

fn places(pattern: &str) -> Option<Vec<Place>> {
    let mut places = Vec::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        places.push(match c {
            '*' => Place::Any,
            '?' => Place::One(vec!['x', 'y', '1']),
            '[' => {
                let negated = chars.next_if_eq(&'^').is_some();
                let mut set = Vec::new();
                let mut first = true;
                loop {
                    match chars.next()? {
                        ']' if !first => break,
                        low => {
                            let mut ahead = chars.clone();
                            match (ahead.next(), ahead.next()) {
                                (Some('-'), Some(high)) if high != ']' => {
                                    chars.nth(1);
                                    let middle = char::from_u32(u32::midpoint(low as u32, high as u32));
                                    set.extend([low, high, middle.unwrap_or(low)]);
                                }
                                _ => set.push(low),
                            }
                        }
                    }
                    first = false;
                }
                if negated {
                    set = "x0 -A".chars().filter(|c| !set.contains(c)).collect();
                }
                Place::One(set)
            }
            c => Place::One(vec![c]),
        });
    }
    Some(places)
}

fn glob(pattern: &str) -> Vec<String> {
    let Some(places) = places(pattern) else { return Vec::new() };
    let mut texts: Vec<String> = ["", "x", "x1"]
        .iter()
        .enumerate()
        .flat_map(|(turn, any)| [(turn, *any), (turn + 1, *any)])
        .map(|(turn, any)| {
            let mut text = String::new();
            for (at, place) in places.iter().enumerate() {
                match place {
                    Place::Any => text.push_str(any),
                    Place::One(set) if set.is_empty() => {}
                    // One text has the first choice everywhere, others mix.
                    Place::One(set) => text.push(set[if turn == 0 { 0 } else { (turn + at) % set.len() }]),
                }
            }
            text
        })
        .collect();
    texts.extend(texts.first().map(|text| text.to_lowercase()));
    texts.extend(texts.first().map(|text| text.to_uppercase()));
    texts.extend(texts.first().map(|text| format!("{text}x")));
    texts.sort();
    texts.dedup();
    texts
}

/// A text that is known to pass, with the fixed parts of a pattern written over its start and its end: what a
/// statement asks for, in the form that the schema promises.
pub fn overlay(text: &str, pattern: &str) -> Vec<String> {
    let Some(places) = places(&pattern.replace('%', "*").replace('_', "?")) else { return Vec::new() };
    let letters: Vec<char> = text.chars().collect();
    let fixed = |place: &Place| match place {
        Place::One(set) => match set.as_slice() {
            [only] => Some(*only),
            ['x', 'y', '1'] | [] => None,
            [.., last] => Some(*last),
        },
        Place::Any => None,
    };
    let write = |from_end: bool| {
        let mut letters = letters.clone();
        if from_end {
            letters.reverse();
        }
        let mut order: Vec<&Place> = places.iter().collect();
        if from_end {
            order.reverse();
        }
        let part = order.into_iter().take_while(|place| !matches!(place, Place::Any));
        for (letter, place) in letters.iter_mut().zip(part) {
            *letter = fixed(place).unwrap_or(*letter);
        }
        if from_end {
            letters.reverse();
        }
        letters.into_iter().collect::<String>()
    };
    let mut texts = vec![write(false), write(true)];
    texts.retain(|new| new != text);
    texts.dedup();
    texts
}

/// Texts in the same form: each letter or digit put one further, one at a time.
pub fn varied(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let next = |c: char| match c {
        'z' => 'a',
        'Z' => 'A',
        '9' => '0',
        'a'..='y' | 'A'..='Y' | '0'..='8' => char::from(c as u8 + 1),
        other => other,
    };
    (0..letters.len())
        .rev()
        .filter(|at| letters[*at].is_ascii_alphanumeric())
        .map(|at| letters.iter().enumerate().map(|(i, c)| if i == at { next(*c) } else { *c }).collect())
        .collect()
}

/// Texts round a length: one letter less, just as many, one more.
pub fn of_length(length: i64) -> Vec<String> {
    let letters = "abcdefghijklmnopqrstuvwxyz".chars().cycle();
    let length = usize::try_from(length).unwrap_or(0).min(60);
    let text = |n: usize| letters.clone().take(n).collect::<String>();
    [length.saturating_sub(1), length, length, length + 1].into_iter().map(text).collect()
}

/// The longest path or word that goes into a document.
const LONGEST: usize = 40;

/// Small JSON documents: lists of the words, and objects that have the fields of the paths. Words are written as JSON
/// already: `"red"`, `18`.
pub fn json(paths: &[String], words: &[String]) -> Vec<String> {
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| word.len() < LONGEST).collect();
    let word = |at: usize| words.get(at).copied().unwrap_or(r#""a""#);
    let mut documents: Vec<String> =
        ["[]", r#"["a"]"#, r#"["a","b"]"#, r#"["a","a"]"#, "{}"].map(str::to_owned).into();
    for word in &words {
        documents.push(format!("[{word}]"));
        documents.push(format!("[{word},{word}]"));
        documents.push(format!("[\"a\",{word}]"));
        documents.push(format!("[{word},\"a\"]"));
        // A text that holds the word and is another one.
        documents.push(format!("[\"x{}\"]", word.trim_matches('"')));
    }
    let fields: Vec<&str> = paths
        .iter()
        .filter_map(|path| path.strip_prefix("$.").or(Some(path.as_str())))
        .map(|path| path.trim_matches('"'))
        .filter(|field| {
            !field.is_empty()
                && field.len() < LONGEST
                && field.chars().all(|c| c.is_alphanumeric() || c == '_')
        })
        .collect();
    for field in &fields {
        documents.push(format!("{{\"{field}\":null}}"));
        documents.push(format!("{{\"{field}\":\"a\"}}"));
        documents.extend(words.iter().map(|word| format!("{{\"{field}\":{word}}}")));
    }
    if let [first, second, ..] = fields[..] {
        documents.push(format!("{{\"{first}\":{},\"{second}\":{}}}", word(0), word(1)));
    }
    documents
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_give_texts_that_match_and_texts_that_miss() {
        assert_eq!(
            of_pattern("[A-C][0-9]-*"),
            ["A0-", "A0-x", "A9-x1", "B0-x", "B0-x1", "C4-", "C4-x", "a0-"].map(str::to_owned)
        );
        assert_eq!(of_pattern("ann_%"), ["annx", "annyx", "annzx y", "ann", "xannx", "annxx", "ANNX"]);
        assert_eq!(of_pattern("plain"), [""; 0]);
    }

    #[test]
    fn overlays_keep_the_form() {
        assert_eq!(overlay("QZ-09", "AB-%"), ["AB-09"]);
        assert_eq!(overlay("QZ-09", "*-1[0-8]"), ["QZ-14"]);
        assert_eq!(overlay("QZ-09", "A_-1_"), ["AZ-19"]);
    }

    #[test]
    fn documents_have_what_is_asked_for() {
        let documents = json(&["$.colour".to_owned()], &["\"red\"".to_owned()]);
        for wanted in [r#"{"colour":"red"}"#, r#"{"colour":null}"#, r#"["red"]"#, r#"["red","red"]"#, "{}"] {
            assert!(documents.iter().any(|known| known == wanted), "{wanted}");
        }
    }
}
