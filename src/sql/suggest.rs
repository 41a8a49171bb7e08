//! "Did you mean": the name nearest to one that is not there, among those that are.

use super::facts::named_sources;
use super::keywords::KEYWORDS;
use super::lexer::{TokenKind, significant, unquote};
use super::names::SchemaNames;

/// The functions that SQLite and the sandbox have, but for those that serve the engine itself.
#[rustfmt::skip]
pub const FUNCTIONS: &[&str] = &[
    "abs", "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "avg", "cbrt", "ceil", "ceiling", "changes", "char",
    "coalesce", "concat", "concat_ws", "cos", "cosh", "cot", "count", "cume_dist", "date", "datetime", "degrees", "dense_rank", "exp",
    "first_value", "floor", "format", "glob", "group_concat", "hex", "if", "ifnull", "iif", "instr", "json", "json_array",
    "json_array_length", "json_extract", "json_group_array", "json_group_object", "json_insert", "json_object",
    "json_patch", "json_pretty", "json_quote", "json_remove", "json_replace", "json_set", "json_type", "json_valid",
    "julianday", "lag", "last_insert_rowid", "last_value", "lead", "length", "like", "ln", "log", "log10", "log2",
    "lower", "ltrim", "max", "median", "min", "mod", "nth_value", "ntile", "nullif", "octet_length", "percent_rank",
    "percentile", "percentile_cont", "percentile_disc", "pi", "pow", "power", "printf", "quote", "radians", "random",
    "randomblob", "rank", "regexp", "replace", "round", "row_number", "rtrim", "sign", "sin", "sinh", "sqrt",
    "strftime", "string_agg", "substr", "substring", "sum", "tan", "tanh", "time", "timediff", "total",
    "total_changes", "trim", "trunc", "typeof", "unhex", "unicode", "unixepoch", "upper", "zeroblob",
];

/// The candidate nearest to a name, if one is near: a slip of the finger or two away, or with other endings.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let name = name.to_ascii_lowercase();
    let far = match name.chars().count() {
        0..=1 => return None,
        2..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    let rank = |candidate: &str| {
        let candidate = candidate.to_ascii_lowercase();
        let distance = strsim::damerau_levenshtein(&name, &candidate);
        let starts = name.len() >= 3 && candidate.starts_with(&name);
        let is_part = name.len() >= 4 && candidate.split('_').any(|part| part == name);
        match (distance <= far, starts, is_part) {
            (true, _, _) => Some(distance),
            (false, true, _) => Some(far + 1),
            (false, false, true) => Some(far + 2),
            (false, false, false) => None,
        }
    };
    candidates.into_iter().filter_map(|c| Some((rank(c)?, c))).min_by_key(|(rank, _)| *rank).map(|(_, c)| c)
}

/// One sentence for a name that SQLite did not find, from its message and the byte at which it stopped: what was
/// probably meant, or where it is.
pub fn suggestion(sql: &str, message: &str, offset: Option<usize>, names: &SchemaNames) -> Option<String> {
    let did_you_mean = |name: &str| format!("did you mean {name}?");
    if let Some(table) = message.strip_prefix("no such table: ") {
        let table = table.rsplit('.').next().unwrap_or(table);
        let ctes = ctes(sql);
        let tables = names.tables.iter().map(|t| t.name.as_str()).chain(ctes.iter().map(String::as_str));
        return nearest(table, tables).map(did_you_mean);
    }
    if let Some(function) = message.strip_prefix("no such function: ") {
        return nearest(function, FUNCTIONS.iter().copied()).map(|f| did_you_mean(&format!("{f}()")));
    }
    if let Some(column) = message.strip_prefix("no such column: ") {
        let column = column.split(" - should this").next().unwrap_or(column);
        return column_suggestion(sql, &unquote(column), names);
    }
    let word = message.strip_prefix("near \"")?.strip_suffix("\": syntax error")?;
    // Where a statement cannot go on at a word, the word may be a keyword misspelt, or follow one.
    let tokens = significant(sql);
    let at = tokens.iter().position(|t| offset.map_or(t.text(sql) == word, |o| t.span.start == o))?;
    for at in [Some(at), at.checked_sub(1)].into_iter().flatten() {
        let token = tokens[at];
        let text = token.text(sql);
        if token.kind == TokenKind::Identifier && text.len() >= 4 {
            let keywords = KEYWORDS.iter().map(|k| k.as_str()).filter(|k| k.len() >= 4);
            if let Some(keyword) = nearest(text, keywords).filter(|k| k.len().abs_diff(text.len()) <= 1) {
                return Some(did_you_mean(keyword));
            }
        }
    }
    None
}

fn column_suggestion(sql: &str, written: &str, names: &SchemaNames) -> Option<String> {
    let (qualifier, column) = match written.rsplit_once('.') {
        Some((qualifier, column)) => (Some(qualifier.rsplit('.').next().unwrap_or(qualifier)), column),
        None => (None, written),
    };
    let sources = named_sources(sql, names);
    let columns = |table: usize| names.tables[table].columns.iter().map(|c| c.name.as_str());
    if let Some(qualifier) = qualifier {
        let Some((_, table)) = sources.iter().find(|(name, _)| name.eq_ignore_ascii_case(qualifier)) else {
            let known = sources.iter().map(|(name, _)| name.as_str());
            let holder = sources.iter().find(|(_, t)| names.tables[*t].column(column).is_some());
            let meant = nearest(qualifier, known).or(holder.map(|(name, _)| name.as_str()));
            return meant.map(|name| format!("did you mean {name}.{column}?"));
        };
        if let Some(near) = nearest(column, columns(*table)) {
            return Some(format!("did you mean {qualifier}.{near}?"));
        }
        let holder = sources.iter().find(|(_, t)| names.tables[*t].column(column).is_some());
        let holder = holder.map(|(name, _)| name.as_str()).or_else(|| has_column(column, names))?;
        return Some(format!("{qualifier} has no {column}, but {holder} has"));
    }
    let in_query = nearest(column, sources.iter().flat_map(|(_, table)| columns(*table)));
    if let Some(near) = in_query.filter(|near| !near.eq_ignore_ascii_case(column)) {
        return Some(format!("did you mean {near}?"));
    }
    has_column(column, names)
        .map(|table| format!("{column} is a column of {table}, which this query does not join"))
}

fn has_column<'n>(column: &str, names: &'n SchemaNames) -> Option<&'n str> {
    names.columns_named(column).first().map(|at| names.tables[at.table].name.as_str())
}

/// The names of the common table expressions of a text: what stands before `AS (` or `(columns) AS (`.
fn ctes(sql: &str) -> Vec<String> {
    let tokens = significant(sql);
    let is = |at: usize, text: &str| tokens.get(at).is_some_and(|t| t.text(sql).eq_ignore_ascii_case(text));
    let named =
        tokens.iter().enumerate().filter(|(at, t)| t.is_name() && is(at + 1, "as") && is(at + 2, "("));
    named.map(|(_, t)| unquote(t.text(sql))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::names::SHOP;

    #[test]
    fn what_is_meant() {
        let names = SchemaNames::from_lines(SHOP);
        for (sql, message, expected) in [
            ("select * from user", "no such table: user", Some("did you mean users?")),
            ("select * from main.ordres", "no such table: main.ordres", Some("did you mean orders?")),
            ("select * from items", "no such table: items", Some("did you mean order_items?")),
            (
                "with spend as (select 1) select * from spent",
                "no such table: spent",
                Some("did you mean spend?"),
            ),
            ("select * from x", "no such table: x", None),
            ("select nme from users", "no such column: nme", Some("did you mean name?")),
            ("select u.nmae from users u", "no such column: u.nmae", Some("did you mean u.name?")),
            (
                "select o.email from users u join orders o",
                "no such column: o.email",
                Some("o has no email, but u has"),
            ),
            (
                "select o.email from orders o",
                "no such column: o.email",
                Some("o has no email, but users has"),
            ),
            ("select usr.id from users", "no such column: usr.id", Some("did you mean users.id?")),
            (
                "select quantity from orders",
                "no such column: quantity",
                Some("quantity is a column of order_items, which this query does not join"),
            ),
            ("select price from products", "no such column: price", Some("did you mean price_cents?")),
            ("select zzz from users", "no such column: zzz", None),
            (
                "select \"Nmae\" from users",
                "no such column: \"Nmae\" - should this be a string literal in single-quotes?",
                Some("did you mean name?"),
            ),
            ("select cuont(*)", "no such function: cuont", Some("did you mean count()?")),
            ("select foo(1)", "no such function: foo", None),
            ("selct 1", "near \"selct\": syntax error", Some("did you mean SELECT?")),
            ("select id form users", "near \"users\": syntax error", Some("did you mean FROM?")),
            ("select id from users wehre id = 1", "near \"id\": syntax error", Some("did you mean WHERE?")),
            ("select id from users u ordr by id", "near \"ordr\": syntax error", Some("did you mean ORDER?")),
            ("select id from users where a b", "near \"b\": syntax error", None),
        ] {
            let offset = message.strip_prefix("near \"").and_then(|m| sql.rfind(m.split('"').next()?));
            assert_eq!(suggestion(sql, message, offset, &names).as_deref(), expected, "{sql}");
        }
    }

    #[test]
    fn near_names() {
        let candidates = ["help", "hint", "quit", "read", "reset"];
        for (name, expected) in
            [("hlep", Some("help")), ("rest", Some("reset")), ("q", None), ("quti", Some("quit")), ("", None)]
        {
            assert_eq!(nearest(name, candidates), expected, "{name}");
        }
    }
}
