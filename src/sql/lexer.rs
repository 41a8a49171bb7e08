//! Tokens: SQLite's lexical grammar, losslessly. Every byte of the input belongs to exactly one token, whatever
//! the input; what SQLite would refuse is a token too. Knows nothing of statements.

use super::keywords::Keyword;

/// A stretch of a text, in bytes: from `start` up to and without `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// A span from `start` up to `end`.
    pub fn new(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether `other` lies within this span.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The text of the span, in the text it was made for.
    pub fn text(self, sql: &str) -> &str {
        &sql[self.start..self.end]
    }
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A word of the language. Where the grammar allows it, it may still serve as a name.
    Keyword(Keyword),
    /// A bare name.
    Identifier,
    /// A name in `"…"`, `[…]` or `` `…` ``.
    QuotedIdentifier,
    /// Text in `'…'`.
    String,
    /// An integer, a fraction, or a hexadecimal integer.
    Number,
    /// Bytes, `x'…'`.
    Blob,
    /// `?`, `?1`, `:a`, `@a`, `$a`.
    Parameter,
    /// An operator or a mark: `+`, `<=`, `->>`, `(`, `,`, `.`, `;` …
    Operator,
    /// `-- …` up to the end of the line, or `/* … */`.
    Comment,
    /// A `/*` that is never closed: SQLite reads it as a comment up to the end of the input.
    OpenComment,
    /// White space.
    Space,
    /// Bytes that are no token of SQLite.
    Illegal,
    /// A string, a quoted name or a blob whose closing mark is missing.
    Unterminated,
}

impl TokenKind {
    /// Whether the parser of SQLite never sees it: white space and comments.
    pub fn is_trivia(self) -> bool {
        match self {
            TokenKind::Comment | TokenKind::OpenComment | TokenKind::Space => true,
            TokenKind::Keyword(_)
            | TokenKind::Identifier
            | TokenKind::QuotedIdentifier
            | TokenKind::String
            | TokenKind::Number
            | TokenKind::Blob
            | TokenKind::Parameter
            | TokenKind::Operator
            | TokenKind::Illegal
            | TokenKind::Unterminated => false,
        }
    }
}

/// One token and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub span: Span,
}

impl Token {
    /// The token's text.
    pub fn text(self, sql: &str) -> &str {
        self.span.text(sql)
    }

    /// Whether it is this operator or mark.
    pub fn is_op(self, sql: &str, op: &str) -> bool {
        self.kind == TokenKind::Operator && self.text(sql) == op
    }

    /// Whether it is this keyword.
    pub fn is_keyword(self, keyword: Keyword) -> bool {
        self.kind == TokenKind::Keyword(keyword)
    }

    /// Whether it is a name as written: bare or quoted (keywords that serve as names excepted).
    pub fn is_name(self) -> bool {
        matches!(self.kind, TokenKind::Identifier | TokenKind::QuotedIdentifier)
    }
}

/// Yields the tokens of a text, one after the other.
pub fn tokens(sql: &str) -> Tokens<'_> {
    Tokens { sql, at: 0 }
}

/// Collects the tokens that SQLite's parser would see: all but white space and comments.
pub fn significant(sql: &str) -> Vec<Token> {
    tokens(sql).filter(|t| !t.kind.is_trivia()).collect()
}

/// Returns the name that a token spells: quotes taken off and doubled ones made single.
pub fn unquote(text: &str) -> String {
    let Some(first) = text.chars().next() else { return String::new() };
    let close = match first {
        '"' | '`' | '\'' => first,
        '[' => return text[1..].strip_suffix(']').unwrap_or(&text[1..]).to_owned(),
        _ => return text.to_owned(),
    };
    let inner = text[1..].strip_suffix(close).unwrap_or(&text[1..]);
    let doubled = [close, close].iter().collect::<String>();
    inner.replace(&doubled, close.encode_utf8(&mut [0; 4]))
}

/// An iterator over tokens.
#[derive(Debug, Clone)]
pub struct Tokens<'a> {
    sql: &'a str,
    at: usize,
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let rest = &self.sql.as_bytes()[self.at..];
        if rest.is_empty() {
            return None;
        }
        let (kind, len) = scan(rest);
        let start = self.at;
        self.at = start + len.clamp(1, rest.len());
        // A token may only end within a character where the input has one that SQLite has no use for.
        while !self.sql.is_char_boundary(self.at) {
            self.at += 1;
        }
        let span = Span::new(start, self.at);
        let kind = match kind {
            TokenKind::Identifier => Keyword::find(span.text(self.sql)).map_or(kind, TokenKind::Keyword),
            other => other,
        };
        Some(Token { kind, span })
    }
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\x0c' | b'\r')
}

fn is_name_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'$' || b >= 0x80
}

/// The length of the run at the start of `bytes` for which `f` holds.
fn run(bytes: &[u8], f: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|&b| !f(b)).unwrap_or(bytes.len())
}

/// Reads the token at the start of `z`, which is not empty; words are identifiers here.
fn scan(z: &[u8]) -> (TokenKind, usize) {
    let second = z.get(1).copied().unwrap_or(0);
    match z[0] {
        b if is_space(b) => (TokenKind::Space, run(z, is_space)),
        b'-' if second == b'-' => (TokenKind::Comment, run(z, |b| b != b'\n')),
        b'-' if second == b'>' => (TokenKind::Operator, if z.get(2) == Some(&b'>') { 3 } else { 2 }),
        b'/' if second == b'*' => block_comment(z),
        b'=' | b'!' if second == b'=' => (TokenKind::Operator, 2),
        b'<' if matches!(second, b'=' | b'>' | b'<') => (TokenKind::Operator, 2),
        b'>' if matches!(second, b'=' | b'>') => (TokenKind::Operator, 2),
        b'|' if second == b'|' => (TokenKind::Operator, 2),
        b'\'' => quoted(z, TokenKind::String),
        b'"' | b'`' => quoted(z, TokenKind::QuotedIdentifier),
        b'[' => match z.iter().position(|&b| b == b']') {
            Some(end) => (TokenKind::QuotedIdentifier, end + 1),
            None => (TokenKind::Unterminated, z.len()),
        },
        b'0'..=b'9' => number(z),
        b'.' if second.is_ascii_digit() => number(z),
        b'-' | b'+' | b'*' | b'/' | b'%' | b'(' | b')' | b';' | b',' | b'&' | b'~' | b'|' | b'.' | b'='
        | b'<' | b'>' => (TokenKind::Operator, 1),
        b'?' => (TokenKind::Parameter, 1 + run(&z[1..], |b| b.is_ascii_digit())),
        b'$' | b'@' | b'#' | b':' => parameter(z),
        b'x' | b'X' if second == b'\'' => blob(z),
        0xef if z.starts_with("\u{feff}".as_bytes()) => (TokenKind::Space, 3),
        b if is_name_byte(b) => (TokenKind::Identifier, run(z, is_name_byte)),
        _ => (TokenKind::Illegal, 1),
    }
}

fn block_comment(z: &[u8]) -> (TokenKind, usize) {
    match z[2..].windows(2).position(|w| w == b"*/") {
        Some(end) => (TokenKind::Comment, end + 4),
        None => (TokenKind::OpenComment, z.len()),
    }
}

/// Reads up to the closing mark, which is the opening one; two of them stand for one.
fn quoted(z: &[u8], kind: TokenKind) -> (TokenKind, usize) {
    let mut i = 1;
    loop {
        i += run(&z[i..], |b| b != z[0]);
        match (z.get(i), z.get(i + 1)) {
            (None, _) => return (TokenKind::Unterminated, z.len()),
            (Some(_), Some(&next)) if next == z[0] => i += 2,
            (Some(_), _) => return (kind, i + 1),
        }
    }
}

fn number(z: &[u8]) -> (TokenKind, usize) {
    // Digits may be parted by single underscores, which SQLite checks later: all of them are read here.
    let digits = |from: usize| run(&z[from..], |b| b.is_ascii_digit() || b == b'_');
    let at = |i: usize| z.get(i).copied().unwrap_or(0);
    let mut i;
    if z[0] == b'0' && matches!(at(1), b'x' | b'X') && at(2).is_ascii_hexdigit() {
        i = 2 + run(&z[2..], |b| b.is_ascii_hexdigit() || b == b'_');
    } else {
        i = digits(0);
        if at(i) == b'.' {
            i += 1;
            if at(i).is_ascii_digit() {
                i += digits(i);
            }
        }
        let sign = usize::from(matches!(at(i + 1), b'+' | b'-'));
        if matches!(at(i), b'e' | b'E') && at(i + 1 + sign).is_ascii_digit() {
            i += 1 + sign;
            i += digits(i);
        }
    }
    let tail = run(&z[i..], is_name_byte);
    let underscores_part_digits = z[..i].iter().enumerate().all(|(k, &b)| {
        b != b'_' || (k > 0 && z[k - 1].is_ascii_hexdigit() && k + 1 < i && z[k + 1].is_ascii_hexdigit())
    });
    if tail == 0 && underscores_part_digits { (TokenKind::Number, i) } else { (TokenKind::Illegal, i + tail) }
}

/// Reads a named parameter as SQLite does, `$a::b(c)` of Tcl included.
fn parameter(z: &[u8]) -> (TokenKind, usize) {
    let mut letters = 0;
    let mut i = 1;
    while let Some(&b) = z.get(i) {
        if is_name_byte(b) {
            letters += 1;
            i += 1;
        } else if b == b'(' && letters > 0 {
            i += 1 + run(&z[i + 1..], |b| !is_space(b) && b != b')');
            if z.get(i) != Some(&b')') {
                return (TokenKind::Illegal, i);
            }
            return (TokenKind::Parameter, i + 1);
        } else if b == b':' && z.get(i + 1) == Some(&b':') {
            i += 2;
        } else {
            break;
        }
    }
    if letters == 0 { (TokenKind::Illegal, i) } else { (TokenKind::Parameter, i) }
}

fn blob(z: &[u8]) -> (TokenKind, usize) {
    let i = 2 + run(&z[2..], |b| b.is_ascii_hexdigit());
    if z.get(i) == Some(&b'\'') && i % 2 == 0 {
        return (TokenKind::Blob, i + 1);
    }
    match z[i..].iter().position(|&b| b == b'\'') {
        Some(end) => (TokenKind::Illegal, i + end + 1),
        None => (TokenKind::Unterminated, z.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kinds(sql: &str) -> Vec<(TokenKind, &str)> {
        tokens(sql).filter(|t| t.kind != TokenKind::Space).map(|t| (t.kind, t.text(sql))).collect()
    }

    #[test]
    fn one_token_each() {
        #[allow(clippy::enum_glob_use, reason = "a table of kinds")]
        use TokenKind::*;
        for (sql, kind) in [
            ("select", Keyword(super::Keyword::Select)),
            ("SeLeCt", Keyword(super::Keyword::Select)),
            ("selects", Identifier),
            ("_a$1é", Identifier),
            ("x", Identifier),
            ("\"a\"\"b\"", QuotedIdentifier),
            ("[a b]", QuotedIdentifier),
            ("`a b`", QuotedIdentifier),
            ("''", String),
            ("'it''s'", String),
            ("'a", Unterminated),
            ("'a''", Unterminated),
            ("\"a", Unterminated),
            ("[a", Unterminated),
            ("1", Number),
            ("1.", Number),
            (".5", Number),
            ("1.5e-3", Number),
            ("1E5", Number),
            ("0xFf", Number),
            ("1_000", Number),
            ("1__0", Illegal),
            ("1_", Illegal),
            ("12abc", Illegal),
            ("0x", Illegal),
            ("1e", Illegal),
            ("x'0aFF'", Blob),
            ("X''", Blob),
            ("x'0'", Illegal),
            ("x'zz'", Illegal),
            ("x'00", Unterminated),
            ("?", Parameter),
            ("?12", Parameter),
            (":a", Parameter),
            ("@a1", Parameter),
            ("$a::b(c)", Parameter),
            (":", Illegal),
            ("#1", Parameter),
            ("->>", Operator),
            ("->", Operator),
            ("<>", Operator),
            ("!=", Operator),
            ("==", Operator),
            ("||", Operator),
            ("<<", Operator),
            ("!", Illegal),
            ("^", Illegal),
            ("\u{0}", Illegal),
            ("-- a", Comment),
            ("/* a\n*/", Comment),
            ("/*/", OpenComment),
            ("/* a", OpenComment),
            (" \t\r\n", Space),
            ("\u{feff}", Space),
            ("\u{a0}", Identifier),
        ] {
            let all: Vec<_> = tokens(sql).map(|t| (t.kind, t.text(sql))).collect();
            assert_eq!(all, [(kind, sql)]);
        }
    }

    #[test]
    fn tokens_in_a_row() {
        #[allow(clippy::enum_glob_use, reason = "a table of kinds")]
        use TokenKind::*;
        assert_eq!(
            kinds("a.b>=1-- c\n,x::text 5-3->>'k'/**/1..2"),
            [
                (Identifier, "a"),
                (Operator, "."),
                (Identifier, "b"),
                (Operator, ">="),
                (Number, "1"),
                (Comment, "-- c"),
                (Operator, ","),
                (Identifier, "x"),
                (Illegal, ":"),
                (Parameter, ":text"),
                (Number, "5"),
                (Operator, "-"),
                (Number, "3"),
                (Operator, "->>"),
                (String, "'k'"),
                (Comment, "/**/"),
                (Number, "1."),
                (Number, ".2"),
            ]
        );
    }

    #[test]
    fn names_without_their_quotes() {
        for (text, name) in [
            ("a", "a"),
            ("\"a\"\"b\"", "a\"b"),
            ("[a\"b]", "a\"b"),
            ("`a``b`", "a`b"),
            ("'a''b'", "a'b"),
            ("", ""),
        ] {
            assert_eq!(unquote(text), name);
        }
    }

    /// Bits of SQL and of noise, from which hard inputs are put together.
    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "select", "'", "''", "\"", "[", "]", "`", "/*", "*/", "--", "\n", " ", ";", "x'", "0f", "1", ".",
            "e+", "_", ":", "::", "$", "(", ")", "?", "é", "\u{feff}", "\u{0}", "-", ">", "=", "!", "|",
            "0x", "😀", "\\",
        ]);
        prop::collection::vec(piece, 0..40).prop_map(|v| v.concat())
    }

    proptest! {
        #[test]
        fn tokens_put_together_are_the_input(sql in prop_oneof![pieces(), any::<String>()]) {
            let mut at = 0;
            for token in tokens(&sql) {
                prop_assert_eq!(token.span.start, at);
                prop_assert!(token.span.end > at);
                at = token.span.end;
                unquote(token.text(&sql));
            }
            prop_assert_eq!(at, sql.len());
        }
    }

    #[test]
    fn a_megabyte_of_anything_is_read_in_linear_time() {
        for unit in ["'", "\"a", "[", "/*", "x'", "1_", "$a(", "::", "a", "-"] {
            let sql = unit.repeat(1_000_000 / unit.len());
            assert!(tokens(&sql).count() > 0);
        }
    }
}
