//! A table's CHECKs one by one: which columns each speaks of, and which of them a row would break, asked of SQLite
//! without inserting the row. A CHECK that cannot be asked alone is left to the INSERT. Knows no domain.

use std::ops::ControlFlow;

use crate::{
    engine::{Failure, FailureKind, Prepared, Sandbox},
    schema::introspect::{Affinity, TableInfo},
    sql::{
        keywords::Keyword,
        lexer::{TokenKind, significant, unquote},
    },
    value::{Value, ValueRef},
};

/// One CHECK.
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
        let (mut broken, count) = (0, self.checks.len());
        let asked = self.statement.sweep(|row| {
            for at in 0..count {
                let holds = matches!(row.get(at), ValueRef::Integer(0) | ValueRef::Null);
                broken |= u64::from(!holds) << at;
            }
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
        written += 1;
        let mut depth = 0;
        let close = tokens[at + 1..].iter().position(|token| {
            depth += i32::from(token.is_op(sql, "(")) - i32::from(token.is_op(sql, ")"));
            depth == 0
        });
        let Some(close) = close.map(|close| at + 1 + close) else { continue };
        let named = tokens[at + 2..close].iter().enumerate().filter_map(|(inner, token)| {
            let called = tokens[at + 2 + inner + 1].is_op(sql, "(");
            let name = matches!(
                token.kind,
                TokenKind::Identifier | TokenKind::QuotedIdentifier | TokenKind::Keyword(_)
            );
            (name && !called).then(|| table.column(&unquote(token.text(sql)))).flatten()
        });
        // A column that SQLite computes is not there before the row is.
        let columns: Option<Vec<usize>> =
            named.map(|column| places.iter().position(|place| *place == column)).collect();
        if let Some(mut columns) = columns
            && checks.len() < MOST
        {
            columns.sort_unstable();
            columns.dedup();
            let text = sql[tokens[at + 2].span.start..tokens[close].span.start].trim().to_owned();
            checks.push(Check { text, columns });
        }
    }
    (checks, written)
}

fn prepare<'s>(sandbox: &'s Sandbox, checks: &[Check], table: &TableInfo) -> Option<Prepared<'s>> {
    if checks.is_empty() {
        return None;
    }
    let asked: Vec<String> = checks.iter().map(|check| format!("NOT ({}\n)", check.text)).collect();
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
    sandbox.prepare(&format!("SELECT {} FROM (SELECT {})", asked.join(", "), columns.join(", "))).ok()
}
