//! Dates in SQLite's words: units, parts, formats and moments of the other dialects.

use super::string;

/// A name of a unit, without its plural and abbreviations.
pub(super) fn unit(text: &str) -> Option<&'static str> {
    let text = string(text).unwrap_or_else(|| text.to_owned()).to_ascii_lowercase();
    Some(match text.trim_end_matches('s') {
        "year" | "yyyy" | "yy" | "yr" => "year",
        "quarter" | "qq" | "q" => "quarter",
        "month" | "mm" | "mon" => "month",
        "week" | "wk" | "ww" | "isoweek" => "week",
        "day" | "dd" | "d" => "day",
        "hour" | "hh" => "hour",
        "minute" | "min" | "mi" | "n" => "minute",
        "second" | "sec" => "second",
        _ => return None,
    })
}

/// How SQLite cuts a moment down to a unit.
pub(super) fn truncated(unit: &str, moment: &str) -> Option<String> {
    Some(match unit {
        "year" => format!("date({moment}, 'start of year')"),
        "month" => format!("date({moment}, 'start of month'), or strftime('%Y-%m', {moment})"),
        "week" => format!("date({moment}, '-6 days', 'weekday 1')"),
        "day" => format!("date({moment})"),
        "hour" => format!("strftime('%Y-%m-%d %H:00:00', {moment})"),
        "minute" => format!("strftime('%Y-%m-%d %H:%M:00', {moment})"),
        "quarter" => {
            format!("strftime('%Y', {moment}) || '-Q' || (CAST(strftime('%m', {moment}) AS INTEGER) + 2) / 3")
        }
        _ => return None,
    })
}

/// How SQLite takes a part out of a moment, as a number.
pub(super) fn part(name: &str, moment: &str) -> Option<String> {
    let name = string(name).unwrap_or_else(|| name.to_owned()).to_ascii_lowercase();
    let code = match name.as_str() {
        "dow" | "dayofweek" | "weekday" => "%w",
        "isodow" => "%u",
        "doy" | "dayofyear" => "%j",
        "epoch" => return Some(format!("unixepoch({moment})")),
        _ => match unit(&name)? {
            "year" => "%Y",
            "month" => "%m",
            "week" => "%V",
            "day" => "%d",
            "hour" => "%H",
            "minute" => "%M",
            "second" => "%S",
            _ => return Some(format!("(CAST(strftime('%m', {moment}) AS INTEGER) + 2) / 3")),
        },
    };
    let note = if code == "%w" { ", 0 for Sunday" } else { "" };
    Some(format!("CAST(strftime('{code}', {moment}) AS INTEGER){note}"))
}

/// A modifier of SQLite's date functions for so many of a unit: `'-1 month'`, or `(n) || ' days'` where it is no constant.
pub(super) fn modifier(sign: &str, count: &str, unit: &str) -> Option<String> {
    let count = string(count).unwrap_or_else(|| count.to_owned());
    let (times, unit) = match unit {
        "week" => (7, "day"),
        "quarter" => (3, "month"),
        other => (1, other),
    };
    let (sign, digits) = match count.strip_prefix('-') {
        Some(rest) => (if sign == "-" { "+" } else { "-" }, rest.trim()),
        None => (sign, count.strip_prefix('+').unwrap_or(&count).trim()),
    };
    if let Ok(n) = digits.parse::<u32>() {
        let n = n.checked_mul(times)?;
        let plural = if n == 1 { "" } else { "s" };
        return Some(format!("'{sign}{n} {unit}{plural}'"));
    }
    let number = match (sign, times) {
        ("-", 1) => format!("-({count})"),
        ("-", n) => format!("-{n} * ({count})"),
        (_, 1) => format!("({count})"),
        (_, n) => format!("({n} * ({count}))"),
    };
    Some(format!("{number} || ' {unit}s'"))
}

/// Whether a modifier of that unit needs the time of day.
pub(super) fn is_time(unit: &str) -> bool {
    matches!(unit, "hour" | "minute" | "second")
}

/// A moment as SQLite's date functions take it: the current one is `'now'`, a truncated one has a modifier after it.
pub(super) fn moment(text: &str) -> String {
    let text = text.split("::").next().unwrap_or(text).trim();
    let lower = text.to_ascii_lowercase();
    let name = lower.split('(').next().unwrap_or("").trim_end();
    let arguments = lower[name.len()..].split_whitespace().collect::<String>();
    if (arguments.is_empty() || arguments == "()") && (NOW.contains(&name) || TODAY.contains(&name)) {
        return "'now'".to_owned();
    }
    if let Some((unit_name, inner)) = truncation(text)
        && let Some(modifier) = unit(unit_name).and_then(start_of)
    {
        return format!("{}, {modifier}", moment(inner));
    }
    text.to_owned()
}

/// Words for this very moment.
const NOW: &[&str] = &["now", "getdate", "sysdate", "current_timestamp", "localtimestamp", "sysdatetime"];
/// Words for this day.
const TODAY: &[&str] = &["curdate", "current_date", "today"];

/// The unit and the moment of a call of `date_trunc`.
fn truncation(text: &str) -> Option<(&str, &str)> {
    let name = text.get(..10)?;
    let inside = text[10..].trim().strip_prefix('(')?.strip_suffix(')')?;
    let (unit, moment) = inside.split_once(',')?;
    name.eq_ignore_ascii_case("date_trunc").then_some((unit.trim(), moment.trim()))
}

fn start_of(unit: &str) -> Option<&'static str> {
    match unit {
        "year" => Some("'start of year'"),
        "month" => Some("'start of month'"),
        "day" => Some("'start of day'"),
        _ => None,
    }
}

/// Whether a moment is a day without a time, as far as its text shows.
pub(super) fn is_day(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    let name = lower.split('(').next().unwrap_or("").trim_end();
    let last = name.rsplit('.').next().unwrap_or(name);
    TODAY.contains(&name)
        || matches!(name, "date" | "date_trunc")
        || lower.ends_with("::date")
        || last.ends_with("_on")
        || last.contains("date") && !NOW.contains(&name)
        || string(text.trim()).is_some_and(|s| s.len() == 10)
}

/// A format of `to_char` in SQLite's codes, quoted; none where it holds what strftime does not have.
pub(super) fn format(text: &str) -> Option<String> {
    let pattern = string(text)?;
    let mut out = String::new();
    let mut rest = pattern.as_str();
    'next: while let Some(c) = rest.chars().next() {
        for (theirs, ours) in FORMATS {
            if rest.len() >= theirs.len()
                && rest.is_char_boundary(theirs.len())
                && rest[..theirs.len()].eq_ignore_ascii_case(theirs)
            {
                out += ours;
                rest = &rest[theirs.len()..];
                continue 'next;
            }
        }
        if c.is_ascii_alphabetic() {
            return None;
        }
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    Some(format!("'{out}'"))
}

/// Codes of `to_char` and their equals in strftime, longer ones first.
const FORMATS: &[(&str, &str)] = &[
    ("YYYY", "%Y"),
    ("HH24", "%H"),
    ("HH12", "%I"),
    ("IYYY", "%G"),
    ("DDD", "%j"),
    ("MM", "%m"),
    ("DD", "%d"),
    ("HH", "%H"),
    ("MI", "%M"),
    ("SS", "%S"),
    ("IW", "%V"),
    ("T", "T"),
];

/// A format of MySQL's `DATE_FORMAT` in SQLite's codes.
pub(super) fn percent_format(text: &str) -> Option<String> {
    let pattern = string(text)?;
    let mut out = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        out += match chars.next()? {
            'i' => "%M",
            's' | 'S' => "%S",
            'T' => "%H:%M:%S",
            'c' | 'm' => "%m",
            'Y' => "%Y",
            'd' | 'e' => "%d",
            'H' | 'k' => "%H",
            'h' | 'I' => "%I",
            'j' => "%j",
            'w' => "%w",
            'v' => "%V",
            'p' => "%p",
            _ => return None,
        };
    }
    Some(format!("'{out}'"))
}
