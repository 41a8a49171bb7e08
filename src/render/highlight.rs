//! SQL in colours, token by token. The colours are those of the terminal's own palette that stand out on light and
//! dark grounds alike; nothing is said by them alone.

use std::fmt::Write as _;

use crate::sql::lexer::{Token, TokenKind, tokens};

/// Back to normal.
pub const RESET: &str = "\x1b[0m";
/// What stands in the background: hints, marks, comments.
pub const DIM: &str = "\x1b[2m";
/// What stands out without being good or bad.
pub const BOLD: &str = "\x1b[1m";
/// What is right.
pub const GREEN: &str = "\x1b[32m";
/// What is wrong.
pub const RED: &str = "\x1b[31m";

/// The escape sequence for a token; `None`: as it is.
fn color(token: Token) -> Option<&'static str> {
    match token.kind {
        TokenKind::Keyword(_) => Some(BOLD),
        TokenKind::String | TokenKind::Blob => Some(GREEN),
        TokenKind::Number | TokenKind::Parameter => Some("\x1b[35m"),
        TokenKind::Comment | TokenKind::OpenComment => Some(DIM),
        TokenKind::Illegal | TokenKind::Unterminated => Some(RED),
        TokenKind::Identifier | TokenKind::QuotedIdentifier | TokenKind::Operator | TokenKind::Space => None,
    }
}

/// The tokens of SQL, each with the escape sequence of its colour, if it has one. The two bytes of `marked`, which
/// are brackets that belong together, stand out.
pub fn pieces(
    sql: &str,
    marked: Option<(usize, usize)>,
) -> impl Iterator<Item = (Option<&'static str>, &str)> {
    tokens(sql).map(move |token| {
        let bracket = marked.is_some_and(|(a, b)| token.span.start == a || token.span.start == b);
        (if bracket { Some("\x1b[1;36m") } else { color(token) }, token.text(sql))
    })
}

/// SQL with its tokens in colour. Without the escape sequences it is the same text.
pub fn sql(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() * 2);
    for (start, text) in pieces(sql, None) {
        match start {
            Some(start) => write!(out, "{start}{text}{RESET}").expect("writing to a String succeeds"),
            None => out.push_str(text),
        }
    }
    out
}

/// The brackets that belong together, of which one stands at or just before a place in a text.
pub fn brackets(sql: &str, at: usize) -> Option<(usize, usize)> {
    let all: Vec<Token> =
        tokens(sql).filter(|t| t.kind == TokenKind::Operator && matches!(t.text(sql), "(" | ")")).collect();
    let here =
        all.iter().position(|t| t.span.start == at).or_else(|| all.iter().position(|t| t.span.end == at))?;
    let opens = |token: &Token| token.text(sql) == "(";
    let forward = opens(&all[here]);
    let mut depth = 0_usize;
    let mut rest: Box<dyn Iterator<Item = &Token>> =
        if forward { Box::new(all[here..].iter()) } else { Box::new(all[..=here].iter().rev()) };
    let partner = rest.find(|token| {
        if opens(token) == forward {
            depth += 1;
        } else {
            depth -= 1;
        }
        depth == 0
    })?;
    Some((all[here].span.start, partner.span.start))
}

/// Text in a colour, where colours may be used.
pub fn paint(text: &str, start: &str, color: bool) -> String {
    if color { format!("{start}{text}{RESET}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_leave_the_text_as_it_is() {
        let text = "select 'a' as x, 1.5 -- note\nfrom t where (a = :b) and 'open";
        let shown = sql(text).replace('\x1b', "␛");
        assert_eq!(
            shown,
            "␛[1mselect␛[0m ␛[32m'a'␛[0m ␛[1mas␛[0m x, ␛[35m1.5␛[0m ␛[2m-- note␛[0m\n\
             ␛[1mfrom␛[0m t ␛[1mwhere␛[0m (a = ␛[35m:b␛[0m) ␛[1mand␛[0m ␛[31m'open␛[0m"
        );
    }

    #[test]
    fn brackets_that_belong_together() {
        let text = "f(a, (b), ')')";
        for (at, want) in [
            (1, Some((1, 13))),
            (2, Some((1, 13))),
            (5, Some((5, 7))),
            (8, Some((7, 5))),
            (14, Some((13, 1))),
            (4, None),
            (11, None),
        ] {
            assert_eq!(brackets(text, at), want, "{at}");
        }
        assert_eq!(brackets("((a", 0), None);
    }
}
