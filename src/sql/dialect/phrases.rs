//! Phrases of other dialects that are no functions.

use super::{Text, calls, dates};
use crate::sql::keywords::Keyword as K;
use crate::sql::lexer::{Span, TokenKind, unquote};

/// The hint for a phrase that begins at a place.
pub(super) fn at(text: &Text<'_>, at: usize) -> Option<(Span, String)> {
    let (end, hint) = phrase(text, at).or_else(|| statement(text, at)).or_else(|| clause(text, at))?;
    // Operators stand for their left operand too.
    let start = match text.word(at).as_str() {
        ":" | "~" => at.checked_sub(1).map(|end| text.operand_start(end)),
        "interval" if at >= 2 && (text.is(at - 1, "-") || text.is(at - 1, "+")) => {
            Some(text.operand_start(at - 2))
        }
        _ => None,
    };
    Some((text.span(start.unwrap_or(at), end), hint))
}

/// Phrases within expressions.
fn phrase(text: &Text<'_>, at: usize) -> Option<(usize, String)> {
    let word = text.word(at);
    let before = |n: usize| at.checked_sub(n);
    Some(match word.as_str() {
        // The lexer reads x::text as x, a stray colon, and a parameter.
        ":" if text.kind(at + 1) == Some(TokenKind::Parameter) && text.word(at + 1).starts_with(':') => {
            let operand = text.slice(text.operand_start(before(1)?), before(1)?);
            let kind = text.word(at + 1)[1..].to_ascii_uppercase();
            (at + 1, cast(operand, &kind))
        }
        "interval" => interval(text, at)?,
        "ilike" => (at, "ILIKE is LIKE in SQLite, which does not tell A–Z from a–z anyway".to_owned()),
        "rlike" => (at, "RLIKE is REGEXP in SQLite".to_owned()),
        "similar" if text.is(at + 1, "to") => {
            (at + 1, "SIMILAR TO is not in SQLite: LIKE, or REGEXP".to_owned())
        }
        "~" if at > 0 && text.is_operand_end(at - 1) => {
            let star = usize::from(text.is(at + 1, "*"));
            let left = text.slice(text.operand_start(at - 1), at - 1);
            let right = text.slice(at + 1 + star, at + 1 + star);
            (at + 1 + star, format!("a regular expression is matched with REGEXP: {left} REGEXP {right}"))
        }
        "&" if text.is(at + 1, "&") => (at + 1, "&& is AND".to_owned()),
        "<=" if text.is(at + 1, ">") => {
            (at + 1, "<=> is IS: it compares, and takes NULL for a value".to_owned())
        }
        "div" if at > 0 && text.is_operand_end(at - 1) => {
            (at, "DIV is / in SQLite: between two integers it drops the fraction".to_owned())
        }
        "xor" => (at, "XOR is not in SQLite: (a OR b) AND NOT (a AND b), or a <> b for 0 and 1".to_owned()),
        "date" | "timestamp" | "time" if text.kind(at + 1) == Some(TokenKind::String) => {
            let string = text.slice(at + 1, at + 1);
            (at + 1, format!("a date is plain text in SQLite: {string} alone"))
        }
        "at" if text.is(at + 1, "time") && text.is(at + 2, "zone") => {
            (at + 3, "AT TIME ZONE is not in SQLite: the times here are UTC, leave it out".to_owned())
        }
        "sysdate" | "systimestamp" if !text.is(at + 1, "(") => {
            (at, "the current time is datetime('now')".to_owned())
        }
        "rownum" => (at, "ROWNUM is not in SQLite: LIMIT n, or row_number() OVER (ORDER BY …)".to_owned()),
        "array" if text.word(at + 1).starts_with('[') && !text.is_quantifier(at) => (
            at + 1,
            "SQLite has no arrays: IN (1, 2) tests among values, json_each('[1, 2]') makes rows".to_owned(),
        ),
        "(" if text.is(at + 1, "+") && text.is(at + 2, ")") => (at + 2, "(+) is LEFT JOIN … ON …".to_owned()),
        _ => return quotes(text, at),
    })
}

fn cast(operand: &str, kind: &str) -> String {
    match kind {
        "DATE" => format!("a cast is written differently, and dates are text: date({operand})"),
        "TIMESTAMP" | "TIMESTAMPTZ" | "DATETIME" => {
            format!("a cast is written differently, and times are text: datetime({operand})")
        }
        "INT" | "INT4" | "INT8" | "BIGINT" | "SMALLINT" => {
            format!("a cast is written CAST({operand} AS INTEGER)")
        }
        "NUMERIC" | "DECIMAL" | "FLOAT" | "FLOAT8" | "DOUBLE" => {
            format!("a cast is written CAST({operand} AS REAL)")
        }
        "VARCHAR" => format!("a cast is written CAST({operand} AS TEXT)"),
        _ => format!("a cast is written CAST({operand} AS {kind})"),
    }
}

/// `x - INTERVAL '1 month'`, `x + INTERVAL 1 DAY`.
fn interval(text: &Text<'_>, at: usize) -> Option<(usize, String)> {
    let value = text.slice(at + 1, at + 1);
    let (count, unit, end) = match super::string(value) {
        Some(inside) => match inside.trim().rsplit_once(' ') {
            Some((count, unit)) => (count.trim().to_owned(), dates::unit(unit)?, at + 1),
            None => (inside, dates::unit(&text.word(at + 2))?, at + 2),
        },
        None if text.is(at + 1, "(") => {
            let close = text.closing(at + 1);
            (text.slice(at + 1, close).to_owned(), dates::unit(&text.word(close + 1))?, close + 1)
        }
        None => (value.to_owned(), dates::unit(&text.word(at + 2))?, at + 2),
    };
    let sign = match at.checked_sub(1).map(|i| text.word(i)) {
        Some(op) if op == "-" || op == "+" => op,
        _ => {
            let modifier = dates::modifier("+", &count, unit)?;
            return Some((
                end,
                format!("INTERVAL is a modifier of date functions in SQLite: date(x, {modifier})"),
            ));
        }
    };
    let left = text.slice(text.operand_start(at.checked_sub(2)?), at - 2);
    let shifted = calls::shifted(&sign, &count, unit, left)?;
    Some((end, format!("INTERVAL is a modifier of date functions in SQLite: {shifted}")))
}

/// Quotes that only look like SQL's.
fn quotes(text: &Text<'_>, at: usize) -> Option<(usize, String)> {
    if text.kind(at) != Some(TokenKind::Identifier) {
        return None;
    }
    let word = text.slice(at, at);
    let curly = ['‘', '’', '“', '”'];
    if word.contains(curly) {
        let inner = word.trim_matches(curly);
        return Some((at, format!("curly quotes are letters to SQL: text goes in straight ones, '{inner}'")));
    }
    if word.contains(['\u{a0}', '\u{200b}']) {
        return Some((
            at,
            "there is a space here that is none to SQL (from a web page?): type it again".to_owned(),
        ));
    }
    None
}

/// Clauses.
fn clause(text: &Text<'_>, at: usize) -> Option<(usize, String)> {
    let word = text.word(at);
    let number = |i: usize| if text.is(i, "(") { text.slice(i + 1, i + 1) } else { text.slice(i, i) };
    Some(match word.as_str() {
        "top" if at > 0 && (text.is(at - 1, "select") || text.is(at - 1, "distinct")) => {
            if !(text.kind(at + 1) == Some(TokenKind::Number) || text.is(at + 1, "(")) {
                return None;
            }
            (at + 3, format!("TOP is LIMIT in SQLite, at the end of the query: LIMIT {}", number(at + 1)))
        }
        "fetch" if text.is(at + 1, "first") || text.is(at + 1, "next") => {
            let n =
                if text.kind(at + 2) == Some(TokenKind::Number) { text.slice(at + 2, at + 2) } else { "1" };
            (at + 4, format!("FETCH FIRST is LIMIT in SQLite: LIMIT {n}"))
        }
        "offset"
            if !(0..at).any(|i| text.is_keyword(i, K::Limit))
                && text.kind(at + 1) == Some(TokenKind::Number) =>
        {
            let skip = text.slice(at + 1, at + 1);
            let fetch = (at..text.tokens.len()).find(|&i| text.is(i, "fetch"));
            let n = fetch
                .filter(|&i| text.kind(i + 2) == Some(TokenKind::Number))
                .map_or("-1", |i| text.slice(i + 2, i + 2));
            (at + 1, format!("OFFSET needs a LIMIT before it, -1 for all rows: LIMIT {n} OFFSET {skip}"))
        }
        "limit" if text.is(at + 1, "all") => (at + 1, "LIMIT ALL is no LIMIT at all, or LIMIT -1".to_owned()),
        "on" if at > 0 && text.is(at - 1, "distinct") => {
            let columns = text.args(at + 1).join(", ");
            (
                text.closing(at + 1),
                format!(
                    "DISTINCT ON is not in SQLite: number the rows in a subquery with row_number() OVER (PARTITION BY {columns} ORDER BY …) and keep those with 1"
                ),
            )
        }
        "qualify" => (
            at + 1,
            "QUALIFY is not in SQLite: put the query into FROM (…) and filter the window's column in WHERE"
                .to_owned(),
        ),
        "lateral" => (
            at + 1,
            "LATERAL is not in SQLite: a correlated subquery in SELECT, or row_number() in a subquery"
                .to_owned(),
        ),
        "with" if text.is(at + 1, "rollup") => {
            (at + 1, "WITH ROLLUP is not in SQLite: add the total with UNION ALL SELECT …".to_owned())
        }
        "grouping" if text.is(at + 1, "sets") => (
            at + 1,
            "GROUPING SETS is not in SQLite: one query for each set, put together with UNION ALL".to_owned(),
        ),
        "minus" if text.is(at + 1, "select") => (at + 1, "MINUS is EXCEPT in SQLite".to_owned()),
        "for" if text.is(at + 1, "update") || text.is(at + 1, "share") => (
            at + 1,
            "SQLite locks no rows: leave FOR UPDATE out, and begin the transaction with BEGIN IMMEDIATE"
                .to_owned(),
        ),
        "dual" if at > 0 && text.is(at - 1, "from") => {
            (at, "SQLite needs no FROM dual: leave it out".to_owned())
        }
        "auto_increment" | "serial" | "bigserial" | "identity"
            if (0..at).any(|i| text.is_keyword(i, K::Create)) =>
        {
            (at, "a column that numbers its rows is declared id INTEGER PRIMARY KEY".to_owned())
        }
        "duplicate" if text.is(at + 1, "key") => {
            (at + 2, "ON DUPLICATE KEY UPDATE is ON CONFLICT (key) DO UPDATE SET …".to_owned())
        }
        "ignore" if at > 0 && text.is(at - 1, "insert") => {
            (at, "INSERT IGNORE is INSERT OR IGNORE, or … ON CONFLICT DO NOTHING".to_owned())
        }
        "#" => (at, "a comment begins with -- in SQL".to_owned()),
        "using" if text.kind(at + 1) == Some(TokenKind::Identifier) => (
            at + 1,
            format!("USING takes its columns in parentheses: USING ({})", text.slice(at + 1, at + 1)),
        ),
        _ => return None,
    })
}

/// Statements that SQLite has other words for.
fn statement(text: &Text<'_>, at: usize) -> Option<(usize, String)> {
    if at > 0 {
        return None;
    }
    let last = |n: usize| unquote(text.slice(n, n));
    Some(match text.word(0).as_str() {
        "show" if text.is(1, "tables") => {
            (1, "the tables are listed by .tables, or SELECT name FROM sqlite_schema".to_owned())
        }
        "show" => (1, "SHOW is not in SQLite: .tables and .schema show what there is".to_owned()),
        "describe" | "desc" => (1, format!("a table's columns are shown by .schema {}", last(1))),
        "use" => (1, "there is one database, and it is open already".to_owned()),
        "truncate" => {
            let table = if text.is(1, "table") { last(2) } else { last(1) };
            (2, format!("TRUNCATE is DELETE without WHERE: DELETE FROM {table}"))
        }
        "start" if text.is(1, "transaction") => (1, "START TRANSACTION is BEGIN".to_owned()),
        "explain" if text.is(1, "analyze") || text.is(1, "analyse") => {
            (1, "EXPLAIN ANALYZE is not in SQLite: EXPLAIN QUERY PLAN, or .plan".to_owned())
        }
        "create" if text.is(1, "or") && text.is(2, "replace") => {
            (2, "CREATE OR REPLACE is not in SQLite: DROP … IF EXISTS first".to_owned())
        }
        "merge" => (0, "MERGE is not in SQLite: INSERT … ON CONFLICT (key) DO UPDATE SET …".to_owned()),
        "delete" if !text.is(1, "from") => {
            (1, "DELETE takes one table and no join: DELETE FROM t WHERE id IN (SELECT …)".to_owned())
        }
        "update"
            if (1..text.tokens.len()).take_while(|&i| !text.is(i, "set")).any(|i| text.is(i, "join")) =>
        {
            (
                text.tokens.len() - 1,
                "a join in UPDATE comes after SET: UPDATE t SET … FROM other WHERE …".to_owned(),
            )
        }
        _ => return None,
    })
}

impl Text<'_> {
    /// Whether an operand may end with the token, so that what follows is an operator between two.
    fn is_operand_end(&self, at: usize) -> bool {
        self.is(at, ")")
            || self.is_word(at)
            || matches!(self.kind(at), Some(TokenKind::Number | TokenKind::String | TokenKind::Parameter))
    }

    /// Whether `ANY (` or the like stands right before.
    fn is_quantifier(&self, at: usize) -> bool {
        at >= 2 && self.is(at - 1, "(") && ["any", "some", "all"].iter().any(|q| self.is(at - 2, q))
    }
}
