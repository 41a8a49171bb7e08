//! A statement that writes, as the query that finds its rows: what is read in an UPDATE, a DELETE, an INSERT or a
//! CREATE … AS stands in the text as a query would, but for a few words. Knows tokens alone.

use crate::sql::keywords::Keyword;
use crate::sql::lexer::{Token, significant, unquote};

/// The query in a statement.
pub(super) struct AsQuery {
    /// Its text; empty where the statement reads nothing of its own.
    pub query: String,
    /// The table that is written.
    pub writes: Option<String>,
}

/// Rewrites a statement as a query.
pub(super) fn as_query(sql: &str) -> AsQuery {
    let all = significant(sql);
    let explained =
        |word: &&Token| [Keyword::Explain, Keyword::Query, Keyword::Plan].iter().any(|k| word.is_keyword(*k));
    let skipped = all.iter().take_while(explained).count();
    let words = Words { sql, tokens: &all[skipped..] };
    let main = words.find(0, |token| MAIN.iter().any(|keyword| token.is_keyword(*keyword)));
    let Some(main) = main else {
        return AsQuery { query: words.from(0).to_owned(), writes: None };
    };
    let with = words.between(0, main);
    let first = words.tokens[main];
    if first.is_keyword(Keyword::Delete) {
        words.delete(main, with)
    } else if first.is_keyword(Keyword::Update) {
        words.update(main, with)
    } else if first.is_keyword(Keyword::Insert) || first.is_keyword(Keyword::Replace) {
        words.insert(main, with)
    } else if first.is_keyword(Keyword::Create) {
        let body = words.keyword(main, Keyword::As).map_or("", |at| words.from(at + 1));
        AsQuery { query: body.to_owned(), writes: None }
    } else {
        AsQuery { query: words.from(0).to_owned(), writes: None }
    }
}

/// The word with which a statement begins, whatever WITH stands before it.
const MAIN: [Keyword; 7] = [
    Keyword::Select,
    Keyword::Values,
    Keyword::Insert,
    Keyword::Replace,
    Keyword::Update,
    Keyword::Delete,
    Keyword::Create,
];

struct Words<'a> {
    sql: &'a str,
    tokens: &'a [Token],
}

impl Words<'_> {
    /// The first token from `start` on that stands outside all parentheses and is wanted.
    fn find(&self, start: usize, wanted: impl Fn(&Token) -> bool) -> Option<usize> {
        let mut depth = 0_usize;
        for (at, token) in self.tokens.iter().enumerate().skip(start) {
            if token.is_op(self.sql, "(") {
                depth += 1;
            } else if token.is_op(self.sql, ")") {
                depth = depth.saturating_sub(1);
            } else if depth == 0 && wanted(token) {
                return Some(at);
            }
        }
        None
    }

    fn keyword(&self, start: usize, keyword: Keyword) -> Option<usize> {
        self.find(start, |token| token.is_keyword(keyword))
    }

    fn is(&self, at: usize, keyword: Keyword) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is_keyword(keyword))
    }

    fn start(&self, at: usize) -> usize {
        self.tokens.get(at).map_or(self.sql.len(), |token| token.span.start)
    }

    fn from(&self, at: usize) -> &str {
        &self.sql[self.start(at)..]
    }

    fn between(&self, from: usize, to: usize) -> &str {
        let (from, to) = (self.start(from), self.start(to));
        if from < to { &self.sql[from..to] } else { "" }
    }

    /// The table whose name begins at `at`, without the database before it.
    fn table(&self, at: usize) -> Option<String> {
        let dot = self.tokens.get(at + 1).is_some_and(|token| token.is_op(self.sql, "."));
        self.tokens.get(if dot { at + 2 } else { at }).map(|token| unquote(token.text(self.sql)))
    }

    /// Where RETURNING or the end of the statement stands.
    fn end(&self, start: usize) -> usize {
        self.find(start, |token| token.is_keyword(Keyword::Returning) || token.is_op(self.sql, ";"))
            .unwrap_or(self.tokens.len())
    }

    fn delete(&self, main: usize, with: &str) -> AsQuery {
        let table = main + 1 + usize::from(self.is(main + 1, Keyword::From));
        let rest = self.between(table, self.end(table));
        AsQuery { query: format!("{with} SELECT * FROM {rest}"), writes: self.table(table) }
    }

    fn update(&self, main: usize, with: &str) -> AsQuery {
        let table = main + 1 + if self.is(main + 1, Keyword::Or) { 2 } else { 0 };
        let end = self.end(table);
        let Some(set) = self.keyword(table, Keyword::Set) else {
            return AsQuery { query: self.from(main).to_owned(), writes: self.table(table) };
        };
        let filter = self.keyword(set, Keyword::Where).unwrap_or(end).min(end);
        let from =
            self.keyword(set, Keyword::From).filter(|at| *at < filter && !self.is(at - 1, Keyword::Distinct));
        let sources = from.map_or_else(String::new, |at| format!(", {}", self.between(at + 1, filter)));
        // What is set stands as result columns: there may be subqueries in it.
        let query = format!(
            "{with} SELECT {} FROM {} {sources} {}",
            self.between(set + 1, from.unwrap_or(filter)),
            self.between(table, set),
            self.between(filter, end),
        );
        AsQuery { query, writes: self.table(table) }
    }

    fn insert(&self, main: usize, with: &str) -> AsQuery {
        let Some(into) = self.keyword(main, Keyword::Into) else {
            return AsQuery { query: self.from(main).to_owned(), writes: None };
        };
        let conflict = self
            .find(into, |token| token.is_keyword(Keyword::On))
            .filter(|at| self.is(at + 1, Keyword::Conflict))
            .unwrap_or(self.tokens.len());
        let end = self.end(into).min(conflict);
        let begin = self.find(into, |token| {
            [Keyword::Select, Keyword::Values, Keyword::With].iter().any(|keyword| token.is_keyword(*keyword))
        });
        let query = match begin.filter(|at| *at < end && !self.is(at - 1, Keyword::Default)) {
            Some(begin) => format!("{with} {}", self.between(begin, end)),
            None => String::new(),
        };
        AsQuery { query, writes: self.table(into + 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::parse::parse_query;

    #[test]
    fn statements_that_write_read_as_queries() {
        let cases = [
            ("SELECT 1", "SELECT 1", ""),
            ("EXPLAIN QUERY PLAN SELECT 1", "SELECT 1", ""),
            ("DELETE FROM orders", " SELECT * FROM orders", "orders"),
            (
                "WITH x AS (SELECT 1) DELETE FROM main.\"o\" AS p WHERE id IN x RETURNING id",
                "WITH x AS (SELECT 1)  SELECT * FROM main.\"o\" AS p WHERE id IN x ",
                "o",
            ),
            (
                "UPDATE OR IGNORE t SET a = (SELECT 1), b = 2 FROM u JOIN v ON u.x = v.x WHERE t.id = u.id;",
                " SELECT a = (SELECT 1), b = 2  FROM t  , u JOIN v ON u.x = v.x  WHERE t.id = u.id",
                "t",
            ),
            ("UPDATE t SET a = 1", " SELECT a = 1 FROM t   ", "t"),
            ("INSERT INTO t (a) SELECT b FROM u ON CONFLICT DO NOTHING", " SELECT b FROM u ", "t"),
            ("REPLACE INTO t VALUES (1, (SELECT 2)) RETURNING a", " VALUES (1, (SELECT 2)) ", "t"),
            (
                "CREATE VIEW v (a) AS WITH x AS (SELECT 1) SELECT * FROM x",
                "WITH x AS (SELECT 1) SELECT * FROM x",
                "",
            ),
        ];
        for (sql, query, writes) in cases {
            let read = as_query(sql);
            assert_eq!(
                (read.query.as_str(), read.writes.unwrap_or_default().as_str()),
                (query, writes),
                "{sql}"
            );
            assert!(parse_query(query).is_ok(), "{query}");
        }
        for (sql, writes) in
            [("INSERT INTO t DEFAULT VALUES", Some("t")), ("", None), ("UPDATE", None), ("INSERT", None)]
        {
            assert_eq!(as_query(sql).writes.as_deref(), writes, "{sql}");
        }
    }
}
