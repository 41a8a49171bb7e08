//! One value as a screen shows it: numbers as the sqlite3 shell writes them, text with whatever could disturb a
//! terminal made visible, and how wide it stands.

use std::{fmt::Write as _, io::Write as _, str};

use unicode_width::UnicodeWidthStr;

use crate::value::ValueRef;

/// What a cell's text is, as far as its place on the screen depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text of one column a byte.
    Ascii,
    /// An integer or a real number.
    Number,
    /// NULL. Its text is the screen's affair.
    Null,
    /// Text whose width must be measured.
    Wide,
}

/// Appends a value's text and says what it is; NULL appends nothing.
pub fn push(value: ValueRef<'_>, out: &mut Vec<u8>) -> Kind {
    match value {
        ValueRef::Null => Kind::Null,
        ValueRef::Integer(i) => {
            out.extend_from_slice(itoa::Buffer::new().format(i).as_bytes());
            Kind::Number
        }
        ValueRef::Real(r) => {
            push_real(r, out);
            Kind::Number
        }
        ValueRef::Text(text) => push_text(text, out),
        ValueRef::Blob(bytes) => {
            out.extend_from_slice(b"x'");
            push_hex(bytes, out);
            out.push(b'\'');
            Kind::Ascii
        }
    }
}

/// A value's text with `null` for NULL.
pub fn text(value: ValueRef<'_>, null: &str) -> String {
    let mut out = Vec::new();
    match push(value, &mut out) {
        Kind::Null => null.to_owned(),
        Kind::Ascii | Kind::Number | Kind::Wide => {
            String::from_utf8(out).expect("what is not UTF-8 was replaced")
        }
    }
}

/// How many columns a text takes on the terminal.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// Text with control characters and marks that turn the writing direction made visible.
pub fn visible(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    push_text(text.as_bytes(), &mut out);
    String::from_utf8(out).expect("what is not UTF-8 was replaced")
}

fn push_text(text: &[u8], out: &mut Vec<u8>) -> Kind {
    // No early end: this way the compiler looks at many bytes at once.
    if text.iter().fold(true, |plain, byte| plain & (b' '..=b'~').contains(byte)) {
        out.extend_from_slice(text);
        return Kind::Ascii;
    }
    let start = out.len();
    let mut shown = String::with_capacity(text.len() + 8);
    for c in String::from_utf8_lossy(text).chars() {
        match c {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if disturbs(c) => {
                write!(shown, "\\u{{{:x}}}", u32::from(c)).expect("writing to a String succeeds");
            }
            c => shown.push(c),
        }
    }
    out.extend_from_slice(shown.as_bytes());
    if out[start..].is_ascii() { Kind::Ascii } else { Kind::Wide }
}

/// Whether a character moves the cursor, changes the terminal's state or the direction of what follows, or
/// cannot be seen at all.
fn disturbs(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Appends bytes as hexadecimal digits.
pub fn push_hex(bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
}

/// A real number in 15 significant digits, as the sqlite3 shell writes it: always with a point or an exponent.
pub fn real(r: f64) -> String {
    let mut out = Vec::new();
    push_real(r, &mut out);
    String::from_utf8(out).expect("digits are UTF-8")
}

fn push_real(r: f64, out: &mut Vec<u8>) {
    if r.is_infinite() {
        out.extend_from_slice(if r > 0.0 { b"Inf" } else { b"-Inf" });
        return;
    }
    // -d.dddddddddddddde-ddd
    let mut scientific = [0u8; 32];
    let mut rest = &mut scientific[..];
    write!(rest, "{:.14e}", r.abs()).expect("no real needs more than 32 bytes so");
    let length = 32 - rest.len();
    let at = scientific.iter().position(|byte| *byte == b'e').expect("the format writes an exponent");
    let exponent = str::from_utf8(&scientific[at + 1..length]).expect("digits are UTF-8");
    let exponent: i32 = exponent.parse().expect("the exponent is a number");
    // The digits without the point, and without zeros at the end.
    scientific.copy_within(2..at, 1);
    let digits = &scientific[..at - 1];
    let used = digits.iter().rposition(|digit| *digit != b'0').map_or(1, |last| last + 1);
    let digits = &digits[..used];
    if r.is_sign_negative() {
        out.push(b'-');
    }
    match exponent {
        0..15 => {
            let whole = exponent as usize + 1;
            out.extend_from_slice(&digits[..whole.min(used)]);
            out.resize(out.len() + whole.saturating_sub(used), b'0');
            out.push(b'.');
            out.extend_from_slice(digits.get(whole..).filter(|part| !part.is_empty()).unwrap_or(b"0"));
        }
        -4..0 => {
            out.extend_from_slice(b"0.");
            out.resize(out.len() + exponent.unsigned_abs() as usize - 1, b'0');
            out.extend_from_slice(digits);
        }
        _ => {
            out.extend_from_slice(&[digits[0], b'.']);
            out.extend_from_slice(if used > 1 { &digits[1..] } else { b"0" });
            let sign = if exponent < 0 { '-' } else { '+' };
            write!(out, "e{sign}{:02}", exponent.abs()).expect("writing to memory succeeds");
        }
    }
}

/// A count with commas between thousands.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected texts are those of the sqlite3 shell 3.40.
    #[test]
    fn reals_as_the_shell_writes_them() {
        for (r, want) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (3.0, "3.0"),
            (0.1 + 0.2, "0.3"),
            (100.0 / 3.0, "33.3333333333333"),
            (-2.5, "-2.5"),
            (1e14, "100000000000000.0"),
            (1e15, "1.0e+15"),
            (123_456_789_012_345.6, "123456789012346.0"),
            (1.5e300, "1.5e+300"),
            (0.0001, "0.0001"),
            (0.000_012_5, "1.25e-05"),
            (f64::INFINITY, "Inf"),
            (f64::NEG_INFINITY, "-Inf"),
            (1e23, "1.0e+23"),
        ] {
            assert_eq!(real(r), want, "{r:e}");
        }
    }

    #[test]
    fn what_disturbs_a_terminal_is_made_visible() {
        for (text, want, columns) in [
            ("plain", "plain", 5),
            ("a\nb\tc\r", "a\\nb\\tc\\r", 9),
            ("\u{1b}[31m", "\\u{1b}[31m", 10),
            ("\u{202e}abc", "\\u{202e}abc", 11),
            ("日本", "日本", 4),
            ("e\u{301}", "e\u{301}", 1),
            ("👩‍💻", "👩‍💻", 2),
            ("שלום", "שלום", 4),
            ("a\u{0}b", "a\\u{0}b", 7),
        ] {
            let shown = super::text(ValueRef::Text(text.as_bytes()), "");
            assert_eq!((shown.as_str(), width(&shown)), (want, columns));
        }
        assert_eq!(super::text(ValueRef::Text(b"a\xffb"), ""), "a\u{fffd}b");
        assert_eq!(super::text(ValueRef::Blob(b"\x00\xff"), ""), "x'00ff'");
        assert_eq!(super::text(ValueRef::Integer(i64::MIN), ""), "-9223372036854775808");
        assert_eq!(super::text(ValueRef::Null, "∅"), "∅");
    }

    #[test]
    fn counts() {
        for (n, want) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(count(n), want);
        }
    }
}
