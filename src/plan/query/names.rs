//! The names of a statement that does not parse. Knows tokens alone.

use super::{Named, Scope};
use crate::sql::keywords::Keyword;
use crate::sql::lexer::{Token, TokenKind, significant, unquote};

/// The names behind FROM, JOIN, INTO and UPDATE.
pub(super) fn names_alone(sql: &str) -> Scope {
    let mut scope = Scope::default();
    let tokens = significant(sql);
    let keyword = |at: usize, keywords: &[Keyword]| {
        tokens.get(at).is_some_and(|token| keywords.iter().any(|keyword| token.is_keyword(*keyword)))
    };
    let name = |at: usize| tokens.get(at).copied().filter(|token| may_be_name(*token));
    let mut listing = false;
    for at in 0..tokens.len() {
        let begins = keyword(at, &[Keyword::From, Keyword::Join, Keyword::Into, Keyword::Update]);
        listing = begins || (listing && !keyword(at, &ENDS));
        if !(begins || (listing && tokens[at].is_op(sql, ","))) {
            continue;
        }
        let mut end = at + 1;
        while tokens.get(end + 1).is_some_and(|token| token.is_op(sql, ".")) {
            end += 2;
        }
        let Some(table) = name(end) else { continue };
        let alias = name(end + 1 + usize::from(keyword(end + 1, &[Keyword::As])));
        let text = |token: Token| unquote(token.text(sql));
        scope.names.push((text(alias.unwrap_or(table)), Named::Table(text(table))));
    }
    scope
}

fn may_be_name(token: Token) -> bool {
    match token.kind {
        TokenKind::Keyword(keyword) => keyword.may_be_name(),
        _ => token.is_name(),
    }
}

/// Words that end a list of tables.
const ENDS: [Keyword; 7] = [
    Keyword::Where,
    Keyword::Group,
    Keyword::Order,
    Keyword::Set,
    Keyword::Select,
    Keyword::Limit,
    Keyword::On,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_does_not_parse_gives_its_names() {
        let scope = names_alone(
            "SELECT * FROM main.orders AS o, users u LEFT JOIN \"order items\" i ON i.order_id = o.id \
             JOIN payments WHERE o.id = ??? AND (SELECT 1 FROM products) > 1",
        );
        let names: Vec<String> =
            scope.names.iter().map(|(name, named)| format!("{name}: {named:?}")).collect();
        assert_eq!(
            names,
            [
                "o: Table(\"orders\")",
                "u: Table(\"users\")",
                "i: Table(\"order items\")",
                "payments: Table(\"payments\")",
                "products: Table(\"products\")"
            ]
        );
    }
}
