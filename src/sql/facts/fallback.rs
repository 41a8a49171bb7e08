//! The facts of a text that does not parse: what its tokens show. A constant belongs to the column named last before
//! it in the same parentheses or outside of them.

use super::collect::number;
use super::{Constant, Facts, Role, push_new};
use crate::sql::keywords::Keyword;
use crate::sql::lexer::{Token, TokenKind, significant, unquote};
use crate::sql::names::{ColumnAt, SchemaNames};
use crate::value::Value;

pub(super) fn facts(sql: &str, names: &SchemaNames) -> Facts {
    let tokens = significant(sql);
    let mut facts = Facts::default();
    // The columns named last, one for each open parenthesis; the sources by the names they are reached by.
    let mut named: Vec<Option<ColumnAt>> = vec![None];
    let sources = sources(sql, &tokens, names);
    let mut role = Role::Compared;
    for (at, &token) in tokens.iter().enumerate() {
        let depth = named.len() - 1;
        match token.kind {
            TokenKind::Operator => match token.text(sql) {
                "(" => named.push(named[depth]),
                ")" if depth > 0 => drop(named.pop()),
                "=" | "==" => facts.equated.extend(equated(sql, &tokens, at, &sources, names)),
                _ => {}
            },
            TokenKind::Number | TokenKind::String => {
                let text = token.text(sql);
                let value = if token.kind == TokenKind::String {
                    facts.uses_now |= unquote(text).trim().eq_ignore_ascii_case("now");
                    Some(Value::Text(unquote(text)))
                } else {
                    number(text)
                };
                let columns = named[depth].into_iter().collect();
                facts.constants.extend(value.map(|value| Constant {
                    value,
                    span: token.span,
                    role,
                    columns,
                    scaled: false,
                }));
            }
            TokenKind::Keyword(keyword) => {
                role = match keyword {
                    Keyword::Limit | Keyword::Offset => Role::Rows,
                    Keyword::Like | Keyword::Glob | Keyword::Regexp => Role::Pattern,
                    Keyword::And | Keyword::Or | Keyword::Where | Keyword::Having | Keyword::Select => {
                        Role::Compared
                    }
                    _ => role,
                };
                facts.limit |= depth == 0 && keyword == Keyword::Limit;
                facts.compound |=
                    depth == 0 && matches!(keyword, Keyword::Union | Keyword::Intersect | Keyword::Except);
                facts.ordered |= depth == 0 && keyword == Keyword::Order;
                facts.uses_now |= matches!(
                    keyword,
                    Keyword::CurrentDate | Keyword::CurrentTime | Keyword::CurrentTimestamp
                );
            }
            TokenKind::Identifier | TokenKind::QuotedIdentifier => {
                let name = unquote(token.text(sql));
                if tokens.get(at + 1).is_some_and(|t| t.is_op(sql, "(")) {
                    facts.functions.push(name.to_ascii_lowercase());
                }
                if let Some(column) = column(sql, &tokens, at, &sources, names) {
                    named[depth] = Some(column);
                }
            }
            TokenKind::Blob
            | TokenKind::Parameter
            | TokenKind::Comment
            | TokenKind::OpenComment
            | TokenKind::Space
            | TokenKind::Illegal
            | TokenKind::Unterminated => {}
        }
    }
    facts.tables = sources.iter().map(|(_, table)| *table).collect();
    facts.tables.sort_unstable();
    facts.tables.dedup();
    facts.functions.sort();
    facts.functions.dedup();
    facts.uses_random = facts.functions.iter().any(|f| f == "random" || f == "randomblob");
    facts
}

/// Every table that is named, with the names by which its columns are reached, the alias first.
pub(super) fn sources(sql: &str, tokens: &[Token], names: &SchemaNames) -> Vec<(String, usize)> {
    let mut out = Vec::new();
    for (at, token) in tokens.iter().enumerate().filter(|(_, t)| t.is_name()) {
        let name = unquote(token.text(sql));
        let Some(table) = names.table(&name) else { continue };
        let mut next = at + 1;
        if tokens.get(next).is_some_and(|t| t.is_keyword(Keyword::As)) {
            next += 1;
        }
        if let Some(alias) = tokens.get(next).filter(|t| t.is_name()) {
            push_new(&mut out, (unquote(alias.text(sql)).to_ascii_lowercase(), table));
        }
        push_new(&mut out, (name.to_ascii_lowercase(), table));
    }
    out
}

/// The column that the name at a place is, qualified or not.
fn column(
    sql: &str,
    tokens: &[Token],
    at: usize,
    sources: &[(String, usize)],
    names: &SchemaNames,
) -> Option<ColumnAt> {
    let name = unquote(tokens[at].text(sql));
    let of = |table: usize| names.tables[table].column(&name).map(|column| ColumnAt { table, column });
    if at >= 2 && tokens[at - 1].is_op(sql, ".") {
        let qualifier = unquote(tokens[at - 2].text(sql)).to_ascii_lowercase();
        if let Some((_, table)) = sources.iter().find(|(source, _)| *source == qualifier) {
            return of(*table);
        }
    }
    sources.iter().find_map(|(_, table)| of(*table)).or_else(|| names.columns_named(&name).first().copied())
}

/// The columns on both sides of the `=` at a place, if there stand two.
fn equated(
    sql: &str,
    tokens: &[Token],
    at: usize,
    sources: &[(String, usize)],
    names: &SchemaNames,
) -> Option<(ColumnAt, ColumnAt)> {
    let left = at.checked_sub(1).filter(|&i| tokens[i].is_name())?;
    let mut right = at + 1;
    while tokens.get(right + 1).is_some_and(|t| t.is_op(sql, ".")) {
        right += 2;
    }
    tokens.get(right).filter(|t| t.is_name())?;
    let pair = (column(sql, tokens, left, sources, names)?, column(sql, tokens, right, sources, names)?);
    (pair.0 != pair.1).then_some(pair)
}
