//! What a Rust file says outside its comments and strings: its words, and the modules of the crate it names.

/// A word or a sign of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The line it stands on, counted from 1.
    pub line: usize,
    /// A name, a keyword, `::`, or another single sign.
    pub text: String,
    /// Whether it stands in tests.
    pub tested: bool,
}

/// A file of `src`.
pub struct Source {
    /// Its name from the package's root.
    pub name: String,
    /// The module it belongs to: the first name below `src`.
    pub module: String,
    /// The modules of the crate that it names, by `crate::` or by a way up to the root, with the line.
    pub imports: Vec<(usize, String)>,
    /// Its words and signs.
    pub tokens: Vec<Token>,
}

impl Source {
    /// Reads a file.
    pub fn read(name: String, text: &str) -> Source {
        let path: Vec<&str> = name.trim_start_matches("src/").trim_end_matches(".rs").split('/').collect();
        let module = path[0].to_owned();
        let depth = match path.last() {
            Some(&"lib" | &"main") if path.len() == 1 => 0,
            Some(&"mod") => path.len() - 1,
            _ => path.len(),
        };
        let mut tokens = tokens(text);
        mark_tests(&mut tokens, path.contains(&"tests"));
        let imports = imports(&tokens, depth);
        Source { name, module, imports, tokens }
    }

    /// The lines on which these tokens stand in a row, parted by spaces; in tests only if asked for.
    pub fn lines_with(&self, phrase: &str, tests_too: bool) -> Vec<usize> {
        let words: Vec<&str> = phrase.split(' ').collect();
        let stands =
            |window: &&[Token]| window.iter().map(|token| token.text.as_str()).eq(words.iter().copied());
        let found = self.tokens.windows(words.len()).filter(stands);
        found
            .map(|window| &window[0])
            .filter(|first| tests_too || !first.tested)
            .map(|first| first.line)
            .collect()
    }
}

fn token(line: usize, text: &str) -> Token {
    Token { line, text: text.to_owned(), tested: false }
}

/// Marks what stands in a file of tests, or in a `#[cfg(test)] mod … { … }`.
fn mark_tests(tokens: &mut [Token], whole: bool) {
    let texts: Vec<String> = tokens.iter().map(|token| token.text.clone()).collect();
    let head = ["cfg", "(", "test", ")", "]", "mod"];
    let (mut depth, mut within) = (0, None);
    for (at, token) in tokens.iter_mut().enumerate() {
        if within.is_none() && at >= 8 && texts[at] == "{" && texts[at - 7..at - 1] == head {
            within = Some(depth);
        }
        match texts[at].as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        token.tested = whole || within.is_some();
        if within == Some(depth) && texts[at] == "}" {
            within = None;
        }
    }
}

/// Words and signs, without comments, strings, characters and lifetimes.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block_comment(rest),
            '"' => string(rest, 0),
            'r' | 'b' | 'c' if literal_prefix(rest).is_some() => literal_prefix(rest).unwrap_or(1),
            '\'' => quote(rest),
            c if c.is_alphanumeric() || c == '_' => {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                tokens.push(token(line, &rest[..end]));
                end
            }
            ':' if rest.starts_with("::") => {
                tokens.push(token(line, "::"));
                2
            }
            c => {
                if !c.is_whitespace() {
                    tokens.push(token(line, &rest[..c.len_utf8()]));
                }
                c.len_utf8()
            }
        };
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    tokens
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        match &text[at..] {
            rest if rest.starts_with("/*") => (depth, at) = (depth + 1, at + 2),
            rest if rest.starts_with("*/") => (depth, at) = (depth - 1, at + 2),
            rest => at += rest.chars().next().map_or(1, char::len_utf8),
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// The length of a string whose opening quote stands at `start`.
fn string(text: &str, start: usize) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip_while(|(at, _)| *at <= start) {
        match c {
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    text.len()
}

/// The length of a literal with letters before its quote, raw or not; `None` where there is only a name.
fn literal_prefix(text: &str) -> Option<usize> {
    let letters = text.find(|c: char| !c.is_ascii_alphabetic())?;
    let (prefix, rest) = text.split_at(letters);
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    let opens = rest[hashes..].starts_with('"');
    match prefix {
        "r" | "br" | "cr" if opens => {
            let start = letters + hashes + 1;
            let close = format!("\"{}", "#".repeat(hashes));
            Some(text[start..].find(&close).map_or(text.len(), |at| start + at + close.len()))
        }
        "b" | "c" if opens && hashes == 0 => Some(string(text, letters)),
        "b" if rest.starts_with('\'') => Some(letters + quote(rest)),
        _ => None,
    }
}

/// The length of a character, or of the quote alone before a lifetime's name.
fn quote(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some((after, c))) => {
            let from = after + c.len_utf8();
            text[from..].find('\'').map_or(text.len(), |at| from + at + 1)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

/// The modules named by `crate::a`, `crate::{a::…, b::…}` and by as many `super::` as lead to the root.
fn imports(tokens: &[Token], depth: usize) -> Vec<(usize, String)> {
    let is = |at: usize, text: &str| tokens.get(at).is_some_and(|token| token.text == text);
    let mut imports = Vec::new();
    // For each open brace, whether it is a module's.
    let mut braces: Vec<bool> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let inline = braces.iter().filter(|module| **module).count();
        let mut next = at + 1;
        match tokens[at].text.as_str() {
            "{" => braces.push(at >= 2 && is(at - 2, "mod")),
            "}" => {
                braces.pop();
            }
            "crate" if is(at + 1, "::") => named(tokens, at + 2, &mut imports),
            "super" => {
                let mut levels = 1;
                while is(next, "::") && is(next + 1, "super") {
                    levels += 1;
                    next += 2;
                }
                if levels == depth + inline && is(next, "::") {
                    named(tokens, next + 1, &mut imports);
                }
            }
            _ => {}
        }
        at = next;
    }
    imports
}

/// The first names of the paths that begin at `at`: one, or those of a group in braces.
fn named(tokens: &[Token], at: usize, imports: &mut Vec<(usize, String)>) {
    let mut push = |token: &Token| imports.push((token.line, token.text.clone()));
    let Some(first) = tokens.get(at) else { return };
    if first.text != "{" {
        push(first);
        return;
    }
    let (mut depth, mut fresh) = (0, false);
    for token in &tokens[at..] {
        match token.text.as_str() {
            "{" => {
                depth += 1;
                fresh = depth == 1;
            }
            "}" => {
                depth -= 1;
                if depth == 0 {
                    return;
                }
            }
            "," => fresh = depth == 1,
            _ if fresh => {
                push(token);
                fresh = false;
            }
            _ => {}
        }
    }
}

#[test]
fn modules_are_found_in_every_spelling() {
    let text = r##"
        //! crate::comment
        use crate::{a::{b, c}, d, e::*};
        use super::{super::f, sibling};
        /* crate::g /* crate::h */ crate::i */
        fn work<'a>(x: &'a crate::j::T) -> char {
            let _ = ("crate::k \" crate::l", r#"crate::"m"#, b'\'', '"', '\u{27}', $crate::n!());
            super::super::super::nothing();
        }
        mod inner {
            use super::super::super::o::P;
            fn again() { super::super::sibling(); }
        }
    "##;
    let found = Source::read("src/x/y.rs".to_owned(), text);
    let names: Vec<(usize, &str)> = found.imports.iter().map(|(line, name)| (*line, name.as_str())).collect();
    assert_eq!(found.module, "x");
    assert_eq!(names, [(3, "a"), (3, "d"), (3, "e"), (6, "j"), (7, "n"), (11, "o")]);
}

#[test]
fn phrases_are_found_outside_of_comments_and_strings() {
    let text = "unsafe_code r\"unsafe\" // unsafe\n'unsafe unsafe { std::env::var }\n#[cfg(test)]\nmod t { fn f() { unsafe } }\nunsafe";
    let found = Source::read("src/x.rs".to_owned(), text);
    assert_eq!(found.lines_with("unsafe", true), [2, 2, 4, 5]);
    assert_eq!(found.lines_with("unsafe", false), [2, 2, 5]);
    assert_eq!(found.lines_with("env ::", false), [2]);
}
