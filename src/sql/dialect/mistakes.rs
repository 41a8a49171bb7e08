//! Mistakes that are nobody's dialect: what a message of SQLite means for the one who wrote the statement.

use super::{Text, calls};
use crate::sql::keywords::Keyword as K;
use crate::sql::lexer::{TokenKind, unquote};

/// Hints that the message alone makes certain.
pub(super) fn certain(text: &Text<'_>, message: &str, offset: Option<usize>) -> Option<String> {
    let here = offset.and_then(|o| text.tokens.iter().position(|t| t.span.start <= o && o < t.span.end));
    if message.contains("should this be a string literal in single-quotes") {
        let name = here.map(|at| unquote(text.slice(at, at)))?;
        return Some(format!(
            "double quotes are for names, text goes in single ones: '{}'",
            name.replace('\'', "''")
        ));
    }
    if message.starts_with("misuse of aggregate") {
        let at = here?;
        return Some(match clause_at(text, at)? {
            K::Where => {
                let call = text.slice(at, text.closing(at + 1));
                format!(
                    "WHERE looks at single rows, before they are grouped: put {call} into HAVING, after GROUP BY"
                )
            }
            K::On => {
                "a join's condition looks at single rows: aggregate in a subquery and join that".to_owned()
            }
            K::Group => {
                "rows cannot be grouped by what is only known of a group: aggregate in a subquery first"
                    .to_owned()
            }
            _ => "an aggregate of an aggregate needs two steps: the inner one in a subquery".to_owned(),
        });
    }
    if message.starts_with("misuse of window function")
        || message.starts_with("misuse of aliased window function")
    {
        return Some(
            "windows are computed after WHERE, GROUP BY and HAVING: put the query into FROM (…) and filter outside"
                .to_owned(),
        );
    }
    if let Some(name) = message.strip_prefix("misuse of aliased aggregate ") {
        return Some(format!("{name} is only known after grouping: test it in HAVING"));
    }
    if let Some(name) = message.strip_prefix("ambiguous column name: ") {
        return Some(format!("several tables have a column {name}: write whose it is, as in table.{name}"));
    }
    if message.starts_with("HAVING clause on a non-aggregate query") {
        return Some("HAVING tests groups: without GROUP BY a condition on rows goes into WHERE".to_owned());
    }
    if message.starts_with("DISTINCT aggregates must have exactly one argument") {
        return Some("with DISTINCT the separator is always a comma: group_concat(DISTINCT x)".to_owned());
    }
    if message == "wrong number of arguments to function count()"
        && text.tokens.iter().any(|t| t.is_keyword(K::Distinct))
    {
        return Some(
            "several columns are counted from a subquery: SELECT count(*) FROM (SELECT DISTINCT a, b FROM …)"
                .to_owned(),
        );
    }
    if message.contains("should come after") && message.contains("not before") {
        return Some("ORDER BY and LIMIT belong to the whole, after the last SELECT; a part of it goes into a subquery".to_owned());
    }
    if let Some(name) = message.strip_prefix("no such column: ") {
        return aliased(text, name);
    }
    None
}

/// Hints for what went wrong most likely.
pub(super) fn general(text: &Text<'_>, message: &str, offset: Option<usize>) -> Option<String> {
    if message.contains("incomplete input") {
        return Some(incomplete(text));
    }
    let at = offset.and_then(|o| text.tokens.iter().position(|t| t.span.start <= o && o < t.span.end))?;
    if message.starts_with("unrecognized token") {
        let opens = text.sql[text.tokens[at].span.start..].chars().next();
        return match (text.kind(at), opens) {
            (Some(TokenKind::Unterminated), Some('\'')) => Some("the text's closing ' is missing".to_owned()),
            (Some(TokenKind::Unterminated), Some(mark)) => Some(format!(
                "the name's closing {} is missing",
                match mark {
                    '[' => ']',
                    other => other,
                }
            )),
            _ => None,
        };
    }
    if !message.contains("syntax error") {
        return None;
    }
    let before = at.checked_sub(1);
    let clause = match text.kind(at) {
        Some(TokenKind::Keyword(k @ (K::From | K::Where | K::Group | K::Having | K::Order | K::Limit))) => {
            Some(k)
        }
        _ => None,
    };
    if let (Some(clause), Some(before)) = (clause, before) {
        if text.is(before, ",") {
            return Some(format!("there is a comma too many before {}", clause.as_str()));
        }
        if open_parentheses(text, at) > 0 && !subquery_open(text, at) {
            return Some(format!("a parenthesis is not closed before {}", clause.as_str()));
        }
        if comes_late(text, at, clause) {
            return Some("the order of clauses is WHERE, GROUP BY, HAVING, ORDER BY, LIMIT".to_owned());
        }
    }
    if text.is(at, ")") && open_parentheses(text, at) == 0 {
        return Some("there is a closing parenthesis too many".to_owned());
    }
    if before.is_some_and(|b| text.kind(b) == Some(TokenKind::String)) && text.is_word(at) {
        return Some("a quote within text is written twice: 'O''Brien'".to_owned());
    }
    // In `a b.c` SQLite takes b for an alias and stops at the dot.
    let at = if text.is(at, ".") { at.saturating_sub(1) } else { at };
    let before = at.checked_sub(1);
    let operand = |i: usize| text.is_word(i) || calls::is_string(text.slice(i, i));
    if before.is_some_and(operand) && operand(at) && clause_at(text, at) == Some(K::Select) {
        return Some("a comma is missing between two columns".to_owned());
    }
    if let (TokenKind::Keyword(k), Some(before)) = (text.tokens[at].kind, before)
        && !k.may_be_name()
        && (text.is(before, ",")
            || text.is(before, ".")
            || text.is_keyword(before, K::As)
            || text.is_keyword(before, K::From))
    {
        return Some(format!("{} is a word of SQL: as a name it goes in double quotes", k.as_str()));
    }
    None
}

fn incomplete(text: &Text<'_>) -> String {
    let open = open_parentheses(text, text.tokens.len());
    match open {
        0 => match text.tokens.last() {
            Some(last) => format!("something is missing after {}", last.text(text.sql)),
            None => "there is no statement".to_owned(),
        },
        1 => "a parenthesis is not closed".to_owned(),
        n => format!("{n} parentheses are not closed"),
    }
}

/// How many parentheses are open before a place; none if more were closed than opened.
fn open_parentheses(text: &Text<'_>, at: usize) -> usize {
    let mut open = 0_usize;
    for i in 0..at {
        if text.is(i, "(") {
            open += 1;
        } else if text.is(i, ")") {
            open = open.saturating_sub(1);
        }
    }
    open
}

/// The place of the innermost parenthesis that is open at a place.
fn innermost(text: &Text<'_>, at: usize) -> Option<usize> {
    let mut open = Vec::new();
    for i in 0..at.min(text.tokens.len()) {
        if text.is(i, "(") {
            open.push(i);
        } else if text.is(i, ")") {
            open.pop();
        }
    }
    open.pop()
}

/// Whether the innermost open parenthesis holds a query, which has clauses of its own.
fn subquery_open(text: &Text<'_>, at: usize) -> bool {
    innermost(text, at).is_some_and(|open| text.is(open + 1, "select") || text.is(open + 1, "with"))
}

/// The clause that a place stands in: the last word that begins one, in the same parentheses or around them.
fn clause_at(text: &Text<'_>, at: usize) -> Option<K> {
    let mut clauses: Vec<Option<K>> = vec![None];
    for i in 0..at {
        if text.is(i, "(") {
            clauses.push(clauses.last().copied().flatten());
        } else if text.is(i, ")") && clauses.len() > 1 {
            clauses.pop();
        } else if let Some(TokenKind::Keyword(
            k @ (K::Select | K::From | K::Where | K::On | K::Group | K::Having | K::Order | K::Limit),
        )) = text.kind(i)
            && let Some(last) = clauses.last_mut()
        {
            *last = Some(k);
        }
    }
    clauses.pop().flatten()
}

/// Whether a clause that must come later stands before the one at a place, in the same parentheses.
fn comes_late(text: &Text<'_>, at: usize, clause: K) -> bool {
    const ORDER: &[K] = &[K::From, K::Where, K::Group, K::Having, K::Order, K::Limit];
    let rank = |k: K| ORDER.iter().position(|o| *o == k);
    let from = innermost(text, at).map_or(0, |open| open + 1);
    let mut depth = 0_usize;
    (from..at).any(|i| {
        if text.is(i, "(") {
            depth += 1;
        } else if text.is(i, ")") {
            depth = depth.saturating_sub(1);
        }
        match text.kind(i) {
            Some(TokenKind::Keyword(k)) if depth == 0 => rank(k).is_some_and(|r| Some(r) >= rank(clause)),
            _ => false,
        }
    })
}

/// A table that has an alias is known by the alias alone.
fn aliased(text: &Text<'_>, name: &str) -> Option<String> {
    let (table, column) = name.split_once('.')?;
    let at = (1..text.tokens.len()).find(|&i| {
        let from = text.is_keyword(i - 1, K::From) || text.is_keyword(i - 1, K::Join) || text.is(i - 1, ",");
        from && unquote(text.slice(i, i)).eq_ignore_ascii_case(table)
    })?;
    let alias = if text.is_keyword(at + 1, K::As) { at + 2 } else { at + 1 };
    let is_alias = text.is_keyword(at + 1, K::As) || text.kind(alias) == Some(TokenKind::Identifier);
    let alias = text.slice(alias, alias);
    is_alias.then(|| format!("{table} is called {alias} in this query: {alias}.{column}"))
}
