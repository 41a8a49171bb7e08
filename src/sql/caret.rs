//! Where in a statement an error stands: the line and the columns under which a caret goes. Counts characters; how wide
//! they stand on a screen is for whoever draws them.

use super::lexer::{Span, Token, TokenKind, significant, unquote};

/// A place to put a caret under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caret {
    /// The number of the line, from 1.
    pub line: usize,
    /// The line's text without its end.
    pub text: String,
    /// The first character meant, from 0.
    pub start: usize,
    /// One past the last character meant; more than `start`, perhaps one past the line's end.
    pub end: usize,
}

/// Finds the place an error means: by the byte offset that SQLite gives, else by the name or token that its message
/// quotes, else, for input that stops too early, the end. `None` where nothing tells.
pub fn caret(sql: &str, offset: Option<usize>, message: &str) -> Option<Caret> {
    let tokens = significant(sql);
    let span = match offset {
        Some(offset) => at_offset(sql, &tokens, offset.min(sql.len())),
        None if message.contains("incomplete input") => {
            let end = tokens.last().map_or(0, |t| t.span.end);
            Span::new(end, end)
        }
        None => named(sql, &tokens, message)?,
    };
    Some(of_span(sql, span))
}

/// The caret for a span: its first line.
pub fn of_span(sql: &str, span: Span) -> Caret {
    let start = floor(sql, span.start);
    let line_start = sql[..start].rfind('\n').map_or(0, |i| i + 1);
    let line_end = sql[start..].find('\n').map_or(sql.len(), |i| start + i);
    let end = floor(sql, span.end).clamp(start, line_end);
    let text = sql[line_start..line_end].trim_end_matches('\r').to_owned();
    let column = sql[line_start..start].chars().count();
    let width = sql[start..end].trim_end().chars().count().max(1);
    Caret { line: 1 + sql[..line_start].matches('\n').count(), text, start: column, end: column + width }
}

fn floor(sql: &str, mut at: usize) -> usize {
    at = at.min(sql.len());
    while !sql.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The token at an offset, a qualified name whole.
fn at_offset(sql: &str, tokens: &[Token], offset: usize) -> Span {
    let Some(at) = tokens.iter().position(|t| t.span.end > offset) else { return Span::new(offset, offset) };
    if tokens[at].span.start > offset {
        return Span::new(offset, offset);
    }
    let mut last = at;
    while tokens[at].is_name()
        && tokens.get(last + 1).is_some_and(|t| t.is_op(sql, "."))
        && tokens.get(last + 2).is_some_and(|t| t.is_name())
    {
        last += 2;
    }
    // SQLite points into a token only where it gives up on it half-way.
    Span::new(offset, tokens[last].span.end)
}

/// The first token that the message names after its colon, or quotes.
fn named(sql: &str, tokens: &[Token], message: &str) -> Option<Span> {
    let name = match message.split('"').nth(1) {
        Some(quoted) => quoted,
        None => message.rsplit(": ").next().filter(|_| message.contains(": "))?.trim_end_matches("()"),
    };
    let last = name.rsplit('.').next().unwrap_or(name);
    let is = |t: &&Token| {
        matches!(t.kind, TokenKind::Identifier | TokenKind::QuotedIdentifier | TokenKind::Keyword(_))
            && unquote(t.text(sql)).eq_ignore_ascii_case(last)
    };
    tokens.iter().find(is).map(|t| t.span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets() {
        for (sql, offset, message, expected) in [
            ("select date_trunc('month', x)", Some(7), "no such function: date_trunc", Some((1, 7, 17))),
            ("select 1,\n  nme\nfrom users", Some(12), "no such column: nme", Some((2, 2, 5))),
            ("select u.nme from users u", Some(7), "no such column: u.nme", Some((1, 7, 12))),
            ("select é, nme", Some(11), "no such column: nme", Some((1, 10, 13))),
            ("select x\r\nfrom t where", None, "incomplete input", Some((2, 12, 13))),
            ("select x\nfrom usr", None, "no such table: usr", Some((2, 5, 8))),
            ("select x\nfrom main.usr", None, "no such table: main.usr", Some((2, 10, 13))),
            ("select 'abc\ndef", Some(7), "unrecognized token: \"'abc\ndef\"", Some((1, 7, 11))),
            ("select id::text", Some(9), "unrecognized token: \":\"", Some((1, 9, 10))),
            ("select a\nfrom t x y", None, "near \"y\": syntax error", Some((2, 9, 10))),
            ("select rn", None, "misuse of aliased window function rn", None),
            ("", None, "incomplete input", Some((1, 0, 1))),
            ("é", Some(1), "", Some((1, 0, 1))),
            ("select 1", Some(99), "", Some((1, 8, 9))),
            ("select (1, 2)", None, "row value misused", None),
        ] {
            let caret = caret(sql, offset, message);
            assert_eq!(caret.as_ref().map(|c| (c.line, c.start, c.end)), expected, "{sql}");
            if let Some(caret) = caret {
                assert_eq!(caret.text, sql.lines().nth(caret.line - 1).unwrap_or(""));
            }
        }
    }
}
