//! Whatever is typed, nothing panics, and what is said points into the text.

use crate::shop::answers;
use proptest::prelude::*;
use sqldojo::sql::{
    caret::caret,
    dialect::hints,
    edits::{donated, edits},
    facts::{facts, statement_kind},
    names::SchemaNames,
    split::{is_complete, normalize, split},
    suggest::suggestion,
    tiebreak::twins,
    warnings::warnings,
};

const NAMES: &str = "users (id*, name, referrer_id?)
    orders (id*, user_id, status, created_at)";

/// Reads a text in every way there is.
fn read(sql: &str, offset: usize) {
    let names = SchemaNames::from_lines(NAMES);
    let at = Some(offset);
    for message in [
        "near \"x\": syntax error",
        "incomplete input",
        "no such column: u.x",
        "misuse of aggregate: count()",
    ] {
        hints(sql, message, at);
        suggestion(sql, message, at, &names);
        caret(sql, at, message);
        caret(sql, None, message);
    }
    for constant in facts(sql, &names).constants {
        assert!(constant.span.end <= sql.len());
    }
    statement_kind(sql);
    is_complete(sql);
    normalize(sql);
    for statement in split(sql) {
        twins(statement.text, 2, &names);
        edits(statement.text, &names);
        donated(statement.text, "select id from orders where status = 'paid'", &names);
        for warning in warnings(statement.text, &names) {
            assert!(warning.span.end <= statement.text.len());
        }
    }
}

const WORDS: &[&str] = &[
    "select",
    "from",
    "where",
    "and",
    "or",
    "not",
    "in",
    "(",
    ")",
    ",",
    "users",
    "orders",
    "u",
    "id",
    "name",
    "status",
    ".",
    "*",
    "=",
    "<>",
    "<",
    "1",
    "2.5",
    "'paid'",
    "'2026-02-01'",
    "count",
    "sum",
    "max",
    "over",
    "partition by",
    "order by",
    "desc",
    "group by",
    "having",
    "limit",
    "join",
    "left join",
    "on",
    "using",
    "union",
    "case",
    "when",
    "then",
    "else",
    "end",
    "null",
    "is",
    "between",
    "like",
    "exists",
    "with",
    "as",
    "interval",
    "extract",
    "::",
    "date",
    "date_trunc",
    "now",
    "-",
    "+",
    "/",
    ";",
    "--",
    "/*",
    "'",
    "\"",
    "[",
    "é",
    "distinct",
    "top",
    "fetch",
    "first",
    "array",
    "any",
    "~",
    "&&",
    "values",
    "recursive",
    "rows",
    "unbounded",
    "preceding",
    "\n",
    "strftime",
    "coalesce",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn words_in_any_order(words in prop::collection::vec(prop::sample::select(WORDS), 0..25), at in 0_usize..200) {
        read(&words.join(" "), at);
        read(&words.concat(), at);
    }

    #[test]
    fn answers_with_a_piece_changed(which in any::<usize>(), at in any::<usize>(), word in prop::sample::select(WORDS)) {
        let answers = answers_once();
        let sql = &answers[which % answers.len()];
        let mut at = at % sql.len();
        while !sql.is_char_boundary(at) {
            at -= 1;
        }
        read(&format!("{}{word}{}", &sql[..at], &sql[at..]), at);
        read(&sql[..at], at);
    }

    #[test]
    fn any_characters(text in any::<String>(), at in 0_usize..40) {
        read(&text, at);
    }
}

fn answers_once() -> &'static [String] {
    static ANSWERS: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();
    ANSWERS.get_or_init(|| answers().into_iter().map(|a| a.sql).collect())
}

/// Statements as long as a script, of the shapes that would hurt most.
#[test]
fn long_statements_do_not_hang() {
    for (lead, unit) in [
        ("select ", "1,"),
        ("select * from orders where id in (1", ", 2"),
        ("select * from orders where status in ('a'", ", 'b'"),
        ("select * from orders where id = 1", " or id = 2"),
        ("select 1", " union select 1"),
        ("select * from orders o", ", orders"),
        ("select 1", " + 1"),
        ("", "offset 1 "),
        ("", "top ("),
        ("", "(select "),
        ("with a as (select 1)", ", a as (select * from a)"),
        ("", "date_trunc('month', "),
        ("select case", " when id = 1 then 2"),
        ("", "x::int "),
    ] {
        let sql = format!("{lead}{}", unit.repeat(50_000 / unit.len()));
        read(&sql, 20_000);
    }
}
