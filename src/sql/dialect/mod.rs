//! Hints for SQL that fails: how SQLite says what Postgres, MySQL and SQL Server say, with the learner's own words put
//! in, and the mistakes behind messages that do not name them. Knows no schema: near names are `suggest`'s.

mod calls;
mod dates;
mod mistakes;
mod phrases;

use super::keywords::Keyword;
use super::lexer::{Span, Token, TokenKind, significant};

/// Longer statements, in tokens, are no learner's: phrases are looked for in each of their parts.
const LONGEST: usize = 5_000;

/// At most so many hints: a learner reads two, not ten.
const MOST: usize = 3;

/// Hints for a statement that SQLite refused with `message` at the byte `offset`, the one for that place first. Each is
/// one sentence; there may be none.
pub fn hints(sql: &str, message: &str, offset: Option<usize>) -> Vec<String> {
    let text = Text { sql, tokens: significant(sql) };
    if text.tokens.len() > LONGEST {
        return Vec::new();
    }
    let mut found: Vec<(Span, String)> = Vec::new();
    for at in 0..text.tokens.len() {
        found.extend(phrases::at(&text, at));
        found.extend(calls::at(&text, at));
    }
    let here = |span: &Span| offset.is_some_and(|o| span.start <= o && o <= span.end);
    // A phrase within another is rewritten with it, unless the other's hint still holds it.
    let outer = found.clone();
    found.retain(|(span, _)| {
        let around = outer.iter().filter(|(o, _)| o.contains(*span) && o != span);
        around.into_iter().all(|(_, hint)| hint.contains(span.text(sql)))
    });
    found.sort_by_key(|(span, _)| (!here(span), span.start));
    let mut hints: Vec<String> = Vec::new();
    let certain = mistakes::certain(&text, message, offset);
    let general = mistakes::general(&text, message, offset);
    let phrases = found.into_iter().map(|(_, hint)| hint);
    for hint in certain.into_iter().chain(phrases) {
        if hints.len() < MOST && !hints.contains(&hint) {
            hints.push(hint);
        }
    }
    // A general remark helps only where no phrase explains the error.
    if hints.is_empty() {
        hints.extend(general);
    }
    hints
}

/// A statement and its tokens.
struct Text<'a> {
    sql: &'a str,
    tokens: Vec<Token>,
}

impl<'a> Text<'a> {
    /// The text of a token in lower case, or nothing past the end.
    fn word(&self, at: usize) -> String {
        self.tokens.get(at).map_or(String::new(), |t| t.text(self.sql).to_ascii_lowercase())
    }

    fn is(&self, at: usize, text: &str) -> bool {
        self.tokens.get(at).is_some_and(|t| t.text(self.sql).eq_ignore_ascii_case(text))
    }

    fn is_keyword(&self, at: usize, keyword: Keyword) -> bool {
        self.tokens.get(at).is_some_and(|t| t.is_keyword(keyword))
    }

    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|t| t.kind)
    }

    /// The text from the start of one token to the end of another.
    fn slice(&self, from: usize, to: usize) -> &'a str {
        match (self.tokens.get(from), self.tokens.get(to)) {
            (Some(a), Some(b)) if from <= to => &self.sql[a.span.start..b.span.end],
            _ => "",
        }
    }

    fn span(&self, from: usize, to: usize) -> Span {
        let to = to.min(self.tokens.len() - 1);
        self.tokens[from.min(to)].span.to(self.tokens[to].span)
    }

    /// The place of the parenthesis that closes the one at `open`; the end of the text if none does.
    fn closing(&self, open: usize) -> usize {
        if !self.is(open, "(") {
            return open;
        }
        let mut depth = 0_usize;
        for at in open..self.tokens.len() {
            if self.is(at, "(") {
                depth += 1;
            } else if self.is(at, ")") {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
        }
        self.tokens.len()
    }

    /// The arguments between the parenthesis at `open` and the one that closes it, as written.
    fn args(&self, open: usize) -> Vec<&'a str> {
        let close = self.closing(open);
        let mut out = Vec::new();
        let mut depth = 0_usize;
        let mut from = open + 1;
        for at in open + 1..close {
            if self.is(at, "(") {
                depth += 1;
            } else if self.is(at, ")") {
                depth -= 1;
            } else if depth == 0 && self.is(at, ",") {
                out.push(if at > from { self.slice(from, at - 1) } else { "" });
                from = at + 1;
            }
        }
        if close > from {
            out.push(self.slice(from, close - 1));
        }
        out
    }

    /// The first token of the operand that ends at `end`: a name, a call, a constant or what is in parentheses.
    fn operand_start(&self, end: usize) -> usize {
        let mut at = end;
        if self.is(at, ")") {
            let mut depth = 0_usize;
            loop {
                if self.is(at, ")") {
                    depth += 1;
                } else if self.is(at, "(") {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                if at == 0 {
                    return 0;
                }
                at -= 1;
            }
            let called = at > 0 && self.is_word(at - 1);
            if !called {
                return at;
            }
            at -= 1;
        }
        while at >= 2 && self.is(at - 1, ".") && self.is_word(at - 2) {
            at -= 2;
        }
        at
    }

    /// Whether a token is a name or a keyword that may serve as one.
    fn is_word(&self, at: usize) -> bool {
        match self.kind(at) {
            Some(TokenKind::Identifier | TokenKind::QuotedIdentifier) => true,
            Some(TokenKind::Keyword(k)) => k.may_be_name(),
            _ => false,
        }
    }
}

/// The text without quotes of a string as written, if it is one.
fn string(text: &str) -> Option<String> {
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    Some(inner.replace("''", "'"))
}
