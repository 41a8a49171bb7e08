//! Plain text fitted to a screen: broken into lines, cut, filled up. Knows widths and nothing of what the text says.

use super::cell::width;

/// Breaks a text at its blanks into lines of at most `columns`, the first begun with `first`, the others with `rest`.
/// A word that is wider than a line stands on one of its own. Ends with a newline.
pub fn wrap(text: &str, columns: usize, first: &str, rest: &str) -> String {
    let mut out = String::from(first);
    let mut at = width(first);
    let mut empty = true;
    for word in text.split_ascii_whitespace() {
        let needed = width(word);
        if !empty && at + 1 + needed > columns {
            out.push('\n');
            out.push_str(rest);
            at = width(rest);
            empty = true;
        }
        if !empty {
            out.push(' ');
            at += 1;
        }
        out.push_str(word);
        at += needed;
        empty = false;
    }
    out.push('\n');
    out
}

/// Cuts a text to `columns`, with a sign that it was cut.
pub fn cut(text: &str, columns: usize, sign: &str) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(width(sign));
    let mut out = String::new();
    for c in text.chars() {
        out.push(c);
        if width(&out) > room {
            out.pop();
            break;
        }
    }
    out.push_str(sign);
    out
}

/// Fills a text with blanks on its right up to `columns`.
pub fn left(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Fills a text with blanks on its left up to `columns`.
pub fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_cuts() {
        assert_eq!(wrap("one two three", 9, "- ", "  "), "- one two\n  three\n");
        assert_eq!(wrap("incomprehensibly wide", 8, "", "  "), "incomprehensibly\n  wide\n");
        assert_eq!(wrap("", 8, "- ", "  "), "- \n");
        assert_eq!(cut("abcdef", 6, "…"), "abcdef");
        assert_eq!(cut("abcdef", 5, "…"), "abcd…");
        assert_eq!(cut("日本語", 5, "…"), "日本…");
        assert_eq!(cut("abcdef", 4, ".."), "ab..");
        assert_eq!((left("日", 4).as_str(), right("7", 3).as_str()), ("日  ", "  7"));
    }
}
