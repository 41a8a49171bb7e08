//! A table's CHECKs one by one: which columns each speaks of, and which of them a row would break, asked of SQLite
//! without inserting the row. A CHECK that cannot be asked alone is left to the INSERT. Knows no domain.

use std::ops::ControlFlow;

use crate::{
    engine::{Failure, FailureKind, Prepared, Sandbox},
    schema::introspect::{Affinity, TableInfo},
    sql::{
        keywords::Keyword,
        lexer::{Token, TokenKind, significant, unquote},
    },
    value::{Value, ValueRef},
};

/// One CHECK, or one of the conditions that a CHECK joins by AND.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Check {
    /// Its expression.
    pub(super) text: String,
    /// The columns it names, by their places in a row that is inserted.
    pub(super) columns: Vec<usize>,
}

/// The CHECKs of a table that can be asked one by one, and the statement that asks.
pub(super) struct Judge<'s> {
    pub(super) checks: Vec<Check>,
    /// Whether these are all CHECKs of the table.
    pub(super) complete: bool,
    statement: Prepared<'s>,
}

/// The most CHECKs of a table that are looked at: an answer is a set of bits.
const MOST: usize = 64;

impl<'s> Judge<'s> {
    /// Reads the CHECKs of a table from the text that made it.
    pub(super) fn new(sandbox: &'s Sandbox, sql: &str, table: &TableInfo) -> Option<Judge<'s>> {
        let (mut checks, written) = read(sql, table);
        let mut statement = prepare(sandbox, &checks, table);
        if statement.is_none() {
            checks.retain(|check| prepare(sandbox, std::slice::from_ref(check), table).is_some());
            statement = prepare(sandbox, &checks, table);
        }
        Some(Judge { complete: checks.len() == written, checks, statement: statement? })
    }

    /// Which CHECKs a row breaks, as bits in the order of `checks`.
    ///
    /// # Errors
    /// A fault that is not of the row.
    pub(super) fn broken(&mut self, row: &[Value]) -> Result<u64, Failure> {
        for (at, value) in row.iter().enumerate() {
            self.statement.bind(at + 1, value.as_ref())?;
        }
        self.ask()
    }

    /// Which CHECKs the row asked about last breaks with other values in some places.
    ///
    /// # Errors
    /// A fault that is not of the row.
    pub(super) fn broken_with(&mut self, row: &[Value], places: &[usize]) -> Result<u64, Failure> {
        for at in places {
            self.statement.bind(at + 1, row[*at].as_ref())?;
        }
        self.ask()
    }

    fn ask(&mut self) -> Result<u64, Failure> {
        let mut broken = 0;
        let asked = self.statement.sweep(|row| {
            broken = match row.get(0) {
                ValueRef::Integer(bits) => bits as u64,
                ValueRef::Null | ValueRef::Real(_) | ValueRef::Text(_) | ValueRef::Blob(_) => 0,
            };
            ControlFlow::Break(())
        });
        match asked {
            Ok(()) => Ok(broken),
            // A function that cannot take such a value: the INSERT would fail with it.
            Err(failure) if failure.kind == FailureKind::Sql => Ok(u64::MAX),
            Err(failure) => Err(failure),
        }
    }

    /// The CHECKs that speak of one column alone, as bits.
    pub(super) fn alone(&self, place: usize) -> u64 {
        self.bits(|check| check.columns == [place])
    }

    fn bits(&self, wanted: impl Fn(&Check) -> bool) -> u64 {
        self.checks.iter().enumerate().fold(0, |bits, (at, check)| bits | u64::from(wanted(check)) << at)
    }
}

/// The CHECKs of a table by its text, and how many there are with those that cannot be asked alone.
fn read(sql: &str, table: &TableInfo) -> (Vec<Check>, usize) {
    let tokens = significant(sql);
    let places = table.insertable();
    let (mut checks, mut written) = (Vec::new(), 0);
    for (at, token) in tokens.iter().enumerate() {
        let opens = tokens.get(at + 1).is_some_and(|next| next.is_op(sql, "("));
        if !token.is_keyword(Keyword::Check) || !opens {
            continue;
        }
        let mut depth = 0;
        let close = tokens[at + 1..].iter().position(|token| {
            depth += i32::from(token.is_op(sql, "(")) - i32::from(token.is_op(sql, ")"));
            depth == 0
        });
        let Some(close) = close.map(|close| at + 1 + close) else { continue };
        for part in conjuncts(sql, &tokens[at + 2..close]) {
            let named = part.iter().enumerate().filter_map(|(inner, token)| {
                let called = part.get(inner + 1).is_some_and(|next| next.is_op(sql, "("));
                let name = matches!(
                    token.kind,
                    TokenKind::Identifier | TokenKind::QuotedIdentifier | TokenKind::Keyword(_)
                );
                (name && !called).then(|| table.column(&unquote(token.text(sql)))).flatten()
            });
            // A column that SQLite computes is not there before the row is.
            let columns: Option<Vec<usize>> =
                named.map(|column| places.iter().position(|place| *place == column)).collect();
            written += 1;
            if let (Some(mut columns), Some(first), Some(last)) = (columns, part.first(), part.last())
                && checks.len() < MOST
            {
                columns.sort_unstable();
                columns.dedup();
                checks.push(Check { text: sql[first.span.start..last.span.end].to_owned(), columns });
            }
        }
    }
    (checks, written)
}

/// The parts of a condition that stand between its uppermost ANDs: a CHECK refuses a row if one of them is false.
fn conjuncts<'t>(sql: &str, tokens: &'t [Token]) -> Vec<&'t [Token]> {
    let (mut parts, mut start, mut depth, mut between) = (Vec::new(), 0, 0, 0);
    for (at, token) in tokens.iter().enumerate() {
        if token.is_op(sql, "(") || token.is_keyword(Keyword::Case) {
            depth += 1;
        } else if token.is_op(sql, ")") || token.is_keyword(Keyword::End) {
            depth -= 1;
        } else if depth == 0 && token.is_keyword(Keyword::Or) {
            // AND binds more than OR: such a condition stays whole.
            return vec![tokens];
        } else if depth == 0 && token.is_keyword(Keyword::Between) {
            between += 1;
        } else if depth == 0 && token.is_keyword(Keyword::And) {
            if between > 0 {
                between -= 1;
            } else {
                parts.push(&tokens[start..at]);
                start = at + 1;
            }
        }
    }
    parts.push(&tokens[start..]);
    parts
}

fn prepare<'s>(sandbox: &'s Sandbox, checks: &[Check], table: &TableInfo) -> Option<Prepared<'s>> {
    if checks.is_empty() {
        return None;
    }
    let asked = checks.iter().enumerate();
    let asked: Vec<String> =
        asked.map(|(bit, check)| format!("(((NOT ({}\n)) IS TRUE) << {bit})", check.text)).collect();
    let columns: Vec<String> = table
        .insertable()
        .iter()
        .enumerate()
        .map(|(place, column)| {
            let about = &table.columns[*column];
            let name = about.name.replace('"', "\"\"");
            let place = place + 1;
            // A cast gives the value the affinity that the column has; values fit it already.
            match about.affinity {
                Affinity::Integer => format!("CAST(?{place} AS INTEGER) AS \"{name}\""),
                Affinity::Text => format!("CAST(?{place} AS TEXT) AS \"{name}\""),
                Affinity::Real => format!("CAST(?{place} AS REAL) AS \"{name}\""),
                Affinity::Blob | Affinity::Numeric => format!("?{place} AS \"{name}\""),
            }
        })
        .collect();
    sandbox.prepare(&format!("SELECT {} FROM (SELECT {})", asked.join(" | "), columns.join(", "))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::{Settings, Source},
        schema::introspect::Schema,
    };

    #[test]
    fn checks_are_asked_one_by_one() {
        let settings = Settings::trusted("2026-03-15".parse().unwrap());
        let sandbox = Sandbox::open(Source::Empty, settings).unwrap();
        let ddl = "CREATE TABLE t (a INTEGER CHECK (a BETWEEN 1 AND 3 AND a <> 2), last TEXT, b TEXT
            CONSTRAINT form CHECK (b IS date(b) AND b > last), c AS (a + 1) CHECK (c < 9),
            CHECK ((a = 1) = (b IS NOT NULL) OR last IS NULL AND a > 0))";
        sandbox.script(ddl).unwrap();
        let schema = Schema::read(&sandbox).unwrap();
        let mut judge = Judge::new(&sandbox, ddl, &schema.tables[0]).unwrap();
        let said: Vec<(&str, &[usize])> =
            judge.checks.iter().map(|check| (check.text.as_str(), check.columns.as_slice())).collect();
        assert_eq!(
            said,
            [
                ("a BETWEEN 1 AND 3", &[0][..]),
                ("a <> 2", &[0]),
                ("b IS date(b)", &[2]),
                ("b > last", &[1, 2]),
                ("(a = 1) = (b IS NOT NULL) OR last IS NULL AND a > 0", &[0, 1, 2]),
            ]
        );
        assert!(!judge.complete, "one speaks of a column that SQLite computes");
        let mut broken = |a: i64, last: Value, b: Value| judge.broken(&[Value::Integer(a), last, b]).unwrap();
        assert_eq!(broken(1, "2025-01-01".into(), "2025-01-02".into()), 0);
        assert_eq!(broken(2, Value::Null, Value::Null), 0b10);
        assert_eq!(broken(4, "2025-01-03".into(), "2025-01-02".into()), 0b11001);
        assert_eq!(broken(1, Value::Null, "x".into()), 0b100);
        assert_eq!((judge.alone(0), judge.alone(1), judge.alone(2)), (0b11, 0, 0b100));
    }
}
