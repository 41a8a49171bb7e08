//! Making a wide table narrow: how wide each column may be, and where a cell's text breaks into lines.

use unicode_width::UnicodeWidthChar;

/// A column of text is never narrower than this, unless nothing in it is wider.
const NARROWEST: usize = 10;

/// The widths at which columns fit into `room` together, as wide as can be. `widths` are those they would like;
/// only those with `true` beside them hold text and can be folded. `None`: they do not fit.
pub(in crate::render) fn fit(widths: &[(usize, bool)], room: usize) -> Option<Vec<usize>> {
    let least = |&(width, folds): &(usize, bool)| if folds { width.min(NARROWEST) } else { width };
    let mut fitted: Vec<usize> = widths.iter().map(least).collect();
    let mut left = room.checked_sub(fitted.iter().sum())?;
    // The narrowest that still wants more grows first, by one: equals share what there is.
    while left > 0 {
        let wants = (0..widths.len()).filter(|&at| fitted[at] < widths[at].0).min_by_key(|&at| fitted[at]);
        let Some(at) = wants else { break };
        fitted[at] += 1;
        left -= 1;
    }
    Some(fitted)
}

/// Breaks a text into lines no wider than `width`, between words where that leaves no line half empty.
pub(in crate::render) fn wrap(text: &str, width: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(end) = overflow(rest, width) {
        let at = match rest[..end].rfind(' ') {
            _ if rest[end..].starts_with(' ') => end,
            Some(space) if space >= end / 2 => space,
            Some(_) | None => end,
        };
        lines.push(&rest[..at]);
        rest = rest[at..].strip_prefix(' ').unwrap_or(&rest[at..]);
    }
    lines.push(rest);
    lines
}

/// Where the first character stands that does not fit, if one does not.
fn overflow(text: &str, width: usize) -> Option<usize> {
    if text.len() <= width {
        return None;
    }
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > width && at > 0 {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_share_the_room() {
        for (widths, room, want) in [
            (vec![(5, false), (6, true)], 20, Some(vec![5, 6])),
            (vec![(5, false), (40, true), (12, true)], 37, Some(vec![5, 20, 12])),
            (vec![(40, true), (40, true)], 41, Some(vec![21, 20])),
            (vec![(19, false), (19, false)], 30, None),
            (vec![(30, true), (30, true), (30, true)], 29, None),
            (vec![], 10, Some(vec![])),
        ] {
            assert_eq!(fit(&widths, room), want, "{widths:?} in {room}");
        }
    }

    #[test]
    fn lines_break_between_words_or_within_long_ones() {
        for (text, width, want) in [
            ("short", 10, vec!["short"]),
            ("two words", 5, vec!["two", "words"]),
            ("exact words", 5, vec!["exact", "words"]),
            ("a verylongwordindeed", 8, vec!["a verylo", "ngwordin", "deed"]),
            ("日本語のテキスト", 7, vec!["日本語", "のテキ", "スト"]),
            ("日", 1, vec!["日"]),
            ("", 3, vec![""]),
        ] {
            assert_eq!(wrap(text, width), want);
        }
    }
}
