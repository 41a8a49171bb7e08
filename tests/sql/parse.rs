//! The parser against SQLite itself: it takes what SQLite takes, and binds operators as SQLite does.

use proptest::prelude::*;
use rusqlite::{Connection, types::Value};
use sqldojo::sql::{
    ast::{Expr, ExprKind, Query},
    parse::parse_query,
    visit::{all_queries, each_expr, query_exprs},
};

const SCHEMA: &str = "
    create table t (a integer primary key, b text, c real, d integer);
    create table u (a integer primary key, t_a integer references t (a), e text);
    create table v (n integer);
    insert into t values (1, 'x', 1.5, null), (2, 'y', 2.5, 7), (3, null, -1, 7), (4, 'x', 0, 0);
    insert into u values (1, 1, 'p'), (2, 1, 'q'), (3, 2, null), (4, null, 'p');";

fn database() -> Connection {
    let db = Connection::open_in_memory().expect("a database in memory opens");
    db.execute_batch(SCHEMA).expect("the schema is valid");
    db
}

fn run(db: &Connection, sql: &str) -> Result<Vec<Vec<Value>>, rusqlite::Error> {
    let mut statement = db.prepare(sql)?;
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| (0..columns).map(|i| row.get(i)).collect())?;
    rows.collect()
}

/// Puts parentheses round every operator's node, as the tree has it.
pub fn parenthesise(sql: &str, query: &Query) -> String {
    let mut opens = vec![0; sql.len() + 1];
    let mut closes = vec![0; sql.len() + 1];
    for query in all_queries(query) {
        for (_, expr) in query_exprs(query) {
            each_expr(expr, &mut |e: &Expr| {
                if matches!(
                    e.kind,
                    ExprKind::Unary { .. }
                        | ExprKind::Binary { .. }
                        | ExprKind::Like { .. }
                        | ExprKind::Between { .. }
                        | ExprKind::In { .. }
                        | ExprKind::IsNull { .. }
                        | ExprKind::Collate { .. }
                ) {
                    opens[e.span.start] += 1;
                    closes[e.span.end] += 1;
                }
            });
        }
    }
    let mut out = String::new();
    for (i, c) in sql.char_indices() {
        out += &")".repeat(closes[i]);
        out += &"(".repeat(opens[i]);
        out.push(c);
    }
    out + &")".repeat(closes[sql.len()])
}

#[track_caller]
fn agrees_with_sqlite(db: &Connection, sql: &str) {
    let query = parse_query(sql).unwrap_or_else(|e| panic!("{sql}\n{e:?} at {:?}", &sql[e.offset..]));
    let wrapped = parenthesise(sql, &query);
    let [plain, wrapped_rows] = [sql, &wrapped].map(|q| run(db, q).unwrap_or_else(|e| panic!("{q}\n{e}")));
    assert_eq!(plain, wrapped_rows, "{sql}\n{wrapped}");
}

const QUERIES: &str = include_str!("queries.sql");

#[test]
fn queries_that_sqlite_takes() {
    let db = database();
    let statements = sqldojo::sql::split::split(QUERIES);
    assert!(statements.len() > 60);
    for statement in statements {
        agrees_with_sqlite(&db, statement.text);
    }
}

#[test]
fn what_is_no_query_says_where() {
    for (sql, offset, expected) in [
        ("", 0, "SELECT"),
        ("update t set a = 1", 0, "SELECT"),
        ("select", 6, "an expression"),
        ("select 1 +", 10, "an expression"),
        ("select a from t where", 21, "an expression"),
        ("select a from t group a", 22, "BY"),
        ("select (1", 9, ")"),
        ("select 1; select 2", 10, "the end of the statement"),
        ("select a::text from t", 8, "the end of the statement"),
        ("select case end", 15, "WHEN"),
    ] {
        let error = parse_query(sql).unwrap_err();
        assert_eq!((error.offset, error.expected), (offset, expected), "{sql}");
    }
}

/// Nests deeply in every way there is; what matters is that nothing overflows the stack.
#[test]
fn endless_nesting_is_refused() {
    for (open, middle, close) in [
        ("(", "1", ")"),
        ("not ", "1", ""),
        ("- ", "1", ""),
        ("1+", "1", ""),
        ("1 and ", "1", ""),
        ("(select ", "1", ")"),
        ("abs(", "1", ")"),
        ("case when 1 then ", "1", " end"),
        ("1 in (", "1", ")"),
        ("exists (select 1 where ", "1", ")"),
        ("(select 1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+", "1", ")"),
        ("1 + ((select ", "1", ") + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1)"),
    ] {
        let sql = format!("select {}{middle}{}", open.repeat(5000), close.repeat(5000));
        assert_eq!(parse_query(&sql).unwrap_err().expected, "less nesting", "{open}");
        let sql = format!("select {}{middle}{}", open.repeat(9), close.repeat(9));
        assert_eq!(all_queries(&parse_query(&sql).unwrap())[0].span.end, sql.len());
    }
    let joins = format!("select 1 from {}t{}", "(".repeat(5000), ")".repeat(5000));
    assert!(parse_query(&joins).is_err());
}

/// A random expression as a string of operands and operators.
fn expression() -> impl Strategy<Value = String> {
    let operand = prop::sample::select(vec![
        "0", "1", "2", "3", "-1", "null", "'a'", "~2", "- -3", "+1", "not 1", "1.5",
    ]);
    let operator = prop::sample::select(vec![
        "+",
        "-",
        "*",
        "/",
        "%",
        "||",
        "=",
        "==",
        "<>",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "and",
        "or",
        "is",
        "is not",
        "&",
        "|",
        "<<",
        ">>",
        "like",
        "not like",
        "in (1, 2) <",
        "not in (0, null) +",
        "is null or",
        "isnull =",
        "notnull +",
        "not null <",
        "is distinct from",
        "is not distinct from",
        "between 0 and",
        "not between 1 and",
        "is null +",
        "collate nocase <",
        "glob",
        "like 'a' escape",
        "->>",
        "is not null and",
    ]);
    (operand.clone(), prop::collection::vec((operator, operand), 1..7)).prop_map(|(first, rest)| {
        rest.iter().fold(first.to_owned(), |sql, (op, x)| format!("{sql} {op} {x}"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]
    #[test]
    fn operators_bind_as_in_sqlite(expression in expression()) {
        thread_local!(static DB: Connection = database());
        let run = |sql: &str| DB.with(|db| run(db, sql));
        let sql = format!("select {expression}");
        if let Ok(expected) = run(&sql) {
            let query = parse_query(&sql).expect("what SQLite reads, we read");
            let wrapped = parenthesise(&sql, &query);
            prop_assert_eq!(run(&wrapped).map_err(|e| e.to_string()), Ok(expected), "{}", wrapped);
        }
    }

    #[test]
    fn any_text_parses_or_is_refused(sql in "(select|from|where|a|t|\\(|\\)|,|1|'x'|and|not|in|case|when|over|group by| ){0,30}") {
        if let Ok(query) = parse_query(&sql) {
            prop_assert!(all_queries(&query).iter().all(|q| q.span.end <= sql.len()));
        }
    }
}
