//! Functions of other dialects and what takes their place.

use super::{Text, dates, string};
use crate::sql::lexer::Span;

/// What takes a function's place: `{0}` is its first argument as written, `{*}` all of them.
#[rustfmt::skip]
const SIMPLE: &[(&[&str], usize, &str)] = &[
    (&["now", "getdate", "sysdate", "sysdatetime", "getutcdate", "current_timestamp", "localtimestamp"], 0, "datetime('now')"),
    (&["curdate", "current_date", "today"], 0, "date('now')"),
    (&["curtime", "current_time"], 0, "time('now')"),
    (&["to_date"], 1, "date({0}), if it is written as YYYY-MM-DD"),
    (&["nvl"], 2, "coalesce({0}, {1})"),
    (&["isnull"], 2, "coalesce({0}, {1})"),
    (&["isnull"], 1, "{0} IS NULL"),
    (&["nvl2"], 3, "iif({0} IS NOT NULL, {1}, {2})"),
    (&["left"], 2, "substr({0}, 1, {1})"),
    (&["right"], 2, "substr({0}, -{1})"),
    (&["len", "char_length", "character_length", "datalength"], 1, "length({0})"),
    (&["lcase"], 1, "lower({0})"),
    (&["ucase"], 1, "upper({0})"),
    (&["initcap"], 1, "upper(substr({0}, 1, 1)) || lower(substr({0}, 2))"),
    (&["strpos"], 2, "instr({0}, {1})"),
    (&["charindex", "locate"], 2, "instr({1}, {0})"),
    (&["mid"], 3, "substr({0}, {1}, {2})"),
    (&["split_part"], 3, "substr({0}, 1, instr({0}, {1}) - 1), for the part before the first mark"),
    (&["repeat"], 2, "replace(printf('%.*c', {1}, 'x'), 'x', {0})"),
    (&["ascii"], 1, "unicode({0})"),
    (&["chr"], 1, "char({0})"),
    (&["greatest"], 2, "max({*}), which with several arguments compares them"),
    (&["least"], 2, "min({*}), which with several arguments compares them"),
    (&["regexp_like", "regexp_matches", "regexp_match"], 2, "{0} REGEXP {1}"),
    (&["array_agg"], 1, "json_group_array({0}), or group_concat({0}) for text"),
    (&["json_agg", "jsonb_agg", "json_arrayagg"], 1, "json_group_array({0})"),
    (&["json_object_agg", "json_objectagg"], 2, "json_group_object({0}, {1})"),
    (&["json_build_object", "jsonb_build_object"], 2, "json_object({*})"),
    (&["listagg"], 2, "group_concat({0}, {1})"),
    (&["bool_or"], 1, "max({0})"),
    (&["bool_and", "every"], 1, "min({0})"),
    (&["count_if", "countif"], 1, "count(*) FILTER (WHERE {0})"),
    (&["any_value"], 1, "min({0})"),
    (&["variance", "var_pop"], 1, "avg({0} * {0}) - avg({0}) * avg({0})"),
    (&["stddev", "stddev_pop", "std", "stdev"], 1, "sqrt(avg({0} * {0}) - avg({0}) * avg({0}))"),
    (&["last_day", "eomonth"], 1, "date({0}, 'start of month', '+1 month', '-1 day')"),
    (&["from_unixtime", "to_timestamp"], 1, "datetime({0}, 'unixepoch')"),
    (&["unix_timestamp"], 1, "unixepoch({0})"),
    (&["unix_timestamp"], 0, "unixepoch()"),
    (&["make_date", "datefromparts"], 3, "printf('%04d-%02d-%02d', {0}, {1}, {2})"),
    (&["to_number"], 1, "CAST({0} AS REAL)"),
    (&["rand"], 0, "random(), an integer of 64 bits"),
    (&["newid", "uuid", "gen_random_uuid"], 0, "lower(hex(randomblob(16)))"),
    (&["isnumeric"], 1, "typeof({0}) IN ('integer', 'real')"),
    (&["lpad"], 3, "substr('00000' || {0}, -{1}), or printf('%05d', {0}) for a number"),
    (&["rpad"], 3, "printf('%-{1}s', {0})"),
    (&["rollup", "cube"], 1, "SELECT … GROUP BY {*} UNION ALL SELECT … without it: one query for each level"),
    (&["unnest"], 1, "a row for each value with json_each: FROM json_each('[1, 2]')"),
    (&["array_length", "cardinality"], 1, "json_array_length({0})"),
    (&["age"], 1, "julianday('now') - julianday({0}), in days"),
    (&["age"], 2, "julianday({0}) - julianday({1}), in days"),
    (&["dayname"], 1, "strftime('%w', {0}), 0 for Sunday"),
    (&["monthname"], 1, "strftime('%m', {0}), with a CASE for the names"),
];

/// Functions that name the part they take.
const PARTS: &[&str] = &[
    "year",
    "quarter",
    "month",
    "week",
    "day",
    "hour",
    "minute",
    "second",
    "dayofweek",
    "weekday",
    "dayofyear",
];

/// The hint for a call whose name stands at a place.
pub(super) fn at(text: &Text<'_>, at: usize) -> Option<(Span, String)> {
    let after_dot = at > 0 && text.is(at - 1, ".");
    let named = text.tokens.get(at)?;
    let is_word = matches!(
        named.kind,
        crate::sql::lexer::TokenKind::Identifier | crate::sql::lexer::TokenKind::Keyword(_)
    );
    if after_dot || !is_word || !text.is(at + 1, "(") {
        return None;
    }
    let name = text.word(at);
    let args = text.args(at + 1);
    let close = text.closing(at + 1);
    let instead = instead(text, at, &name, &args)?;
    let span = text.span(at, close);
    let hint = match name.as_str() {
        // These are there, in another form.
        "any" | "some" | "all" | "group_concat" | "string_agg" | "substring" | "substr" | "trim"
        | "percentile_cont" | "percentile_disc" => format!("in SQLite: {instead}"),
        _ => format!("{} is not in SQLite: {instead}", shown(&name)),
    };
    Some((span, hint))
}

/// A function's name as a hint writes it.
fn shown(name: &str) -> String {
    if matches!(name, "rollup" | "cube" | "extract" | "convert") {
        name.to_ascii_uppercase()
    } else {
        format!("{name}()")
    }
}

fn instead(text: &Text<'_>, at: usize, name: &str, args: &[&str]) -> Option<String> {
    if let Some(instead) = with_units(name, args) {
        return Some(instead);
    }
    match (name, args) {
        ("extract", [inside]) => {
            let (part, moment) = split_word(inside, "from")?;
            return dates::part(part, &dates::moment(moment));
        }
        ("to_char", [x, format]) => {
            return Some(match dates::format(format) {
                Some(format) => format!("strftime({format}, {})", dates::moment(x)),
                None if format.contains(['9', '0']) => format!("printf('%.2f', {x})"),
                None => format!("strftime('%Y-%m-%d', {})", dates::moment(x)),
            });
        }
        ("date_format", [x, format]) => {
            let format = dates::percent_format(format).unwrap_or_else(|| "'%Y-%m-%d'".to_owned());
            return Some(format!("strftime({format}, {})", dates::moment(x)));
        }
        ("position", [inside]) => {
            let (part, whole) = split_word(inside, "in")?;
            return Some(format!("instr({whole}, {part})"));
        }
        ("substring" | "substr", [inside]) => {
            let (whole, range) = split_word(inside, "from")?;
            let (from, length) = split_word(range, "for").unwrap_or((range, ""));
            let length = if length.is_empty() { String::new() } else { format!(", {length}") };
            return Some(format!("substr({whole}, {from}{length})"));
        }
        ("trim", [inside]) => {
            let (what, whole) = split_word(inside, "from")?;
            let (side, what) = what.split_once(char::is_whitespace).unwrap_or(("both", what));
            let name = match side.to_ascii_lowercase().as_str() {
                "leading" => "ltrim",
                "trailing" => "rtrim",
                _ => "trim",
            };
            return Some(format!("{name}({whole}, {})", what.trim()));
        }
        ("convert", [kind, x]) => return Some(format!("CAST({x} AS {kind})")),
        ("percentile_cont" | "percentile_disc", [fraction]) => {
            let group = text.closing(at + 1) + 1;
            if text.is(group, "within") {
                let order = text.args(group + 2);
                let (_, x) = split_word(order.first()?, "by")?;
                return Some(format!("{name}({x}, {fraction}), or median({x}) for the middle"));
            }
            return None;
        }
        ("group_concat" | "string_agg", [inside]) => {
            let (value, separator) = split_word(inside, "separator")?;
            return Some(format!("group_concat({value}, {separator})"));
        }
        ("any" | "some" | "all", _) => return quantified(text, at),
        ("top", _) => return None,
        _ => {}
    }
    let fits = |needed: usize| args.len() == needed || (needed > 0 && args.len() > needed);
    let (_, _, template) = SIMPLE.iter().find(|(names, needed, _)| names.contains(&name) && fits(*needed))?;
    let mut out = template.replace("{*}", &args.join(", "));
    for (i, arg) in args.iter().enumerate() {
        out = out.replace(&format!("{{{i}}}"), &dates::moment(arg));
    }
    Some(out)
}

/// Functions that take a unit of time.
fn with_units(name: &str, args: &[&str]) -> Option<String> {
    match (name, args) {
        ("date_trunc" | "datetrunc", [unit, moment]) => {
            dates::truncated(dates::unit(unit)?, &dates::moment(moment))
        }
        ("date_part" | "datepart", [part, moment]) => dates::part(part, &dates::moment(moment)),
        (_, [moment]) if PARTS.contains(&name) => dates::part(name, &dates::moment(moment)),
        ("dateadd" | "timestampadd", [unit, count, moment]) => {
            shifted("+", count, dates::unit(unit)?, moment)
        }
        ("date_add" | "adddate" | "date_sub" | "subdate", [moment, interval]) => {
            let sign = if name.contains("sub") { "-" } else { "+" };
            let rest = interval.get(8..).filter(|_| interval.to_ascii_lowercase().starts_with("interval"));
            let (count, unit) = match rest {
                Some(rest) => rest.trim().rsplit_once(char::is_whitespace)?,
                None => (*interval, "day"),
            };
            shifted(sign, count.trim(), dates::unit(unit.trim())?, moment)
        }
        ("datediff" | "timestampdiff" | "date_diff", [unit, from, to]) if dates::unit(unit).is_some() => {
            let (from, to) = (dates::moment(from), dates::moment(to));
            Some(match dates::unit(unit)? {
                "day" => format!("julianday(date({to})) - julianday(date({from}))"),
                "hour" | "minute" | "second" => format!("unixepoch({to}) - unixepoch({from}), in seconds"),
                "week" => format!("(julianday({to}) - julianday({from})) / 7"),
                "year" => format!("strftime('%Y', {to}) - strftime('%Y', {from})"),
                _ => format!(
                    "12 * (strftime('%Y', {to}) - strftime('%Y', {from})) + strftime('%m', {to}) - strftime('%m', {from})"
                ),
            })
        }
        ("datediff", [to, from]) => {
            let (from, to) = (dates::moment(from), dates::moment(to));
            Some(format!("julianday(date({to})) - julianday(date({from}))"))
        }
        _ => None,
    }
}

/// A moment moved by so many of a unit.
pub(super) fn shifted(sign: &str, count: &str, unit: &str, moment: &str) -> Option<String> {
    let modifier = dates::modifier(sign, count, unit)?;
    let function = if dates::is_day(moment) && !dates::is_time(unit) { "date" } else { "datetime" };
    Some(format!("{function}({}, {modifier})", dates::moment(moment)))
}

/// `x = ANY (…)`, `x > ALL (SELECT …)`.
fn quantified(text: &Text<'_>, at: usize) -> Option<String> {
    let operator = text.word(at.checked_sub(1)?);
    let left = text.slice(text.operand_start(at.checked_sub(2)?), at - 2);
    let open = at + 1;
    let close = text.closing(open);
    let inside = if close > open + 1 { text.slice(open + 1, close - 1) } else { "" };
    let is_array = text.is(open + 1, "array");
    let values = inside.get(5..).unwrap_or("").trim().trim_matches(['[', ']']);
    let all = text.is(at, "all");
    Some(match operator.as_str() {
        "=" | "==" if !all && is_array => format!("{left} IN ({values})"),
        "=" | "==" if !all => format!("{left} IN ({inside})"),
        "<>" | "!=" if all => format!("{left} NOT IN ({inside})"),
        ">" | ">=" if all => format!("compare with the largest: {left} {operator} (SELECT max(…) …)"),
        "<" | "<=" if all => format!("compare with the smallest: {left} {operator} (SELECT min(…) …)"),
        ">" | ">=" => format!("compare with the smallest: {left} {operator} (SELECT min(…) …)"),
        "<" | "<=" => format!("compare with the largest: {left} {operator} (SELECT max(…) …)"),
        _ => return None,
    })
}

/// Splits a text at a word that stands on its own, in whatever case.
fn split_word<'t>(text: &'t str, word: &str) -> Option<(&'t str, &'t str)> {
    let tokens = crate::sql::lexer::significant(text);
    let at = tokens.iter().find(|t| t.text(text).eq_ignore_ascii_case(word))?;
    Some((text[..at.span.start].trim(), text[at.span.end..].trim()))
}

/// Whether a text is a constant string; used where a hint would else repeat a guess.
pub(super) fn is_string(text: &str) -> bool {
    string(text).is_some()
}
