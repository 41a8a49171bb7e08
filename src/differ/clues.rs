//! What the statements and the schema tell about values that matter: the constants beside each column, and the
//! columns that share their values.

use std::{borrow::Cow, collections::BTreeSet};

use super::times::Shift;
use crate::{
    schema::introspect::Schema,
    sql::{
        facts::{Role, facts},
        lexer::{TokenKind, tokens, unquote},
    },
    value::Value,
};

/// A column: the places of its table and of itself.
pub type ColumnAt = (usize, usize);

/// Clues from both queries and the DDL.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Clues {
    /// Constants that stand beside a column, as they stand there.
    pub beside: Vec<(ColumnAt, Value)>,
    /// Constants whose column is not known.
    pub loose: Vec<Value>,
    /// Columns that are equated.
    pub equal: Vec<(ColumnAt, ColumnAt)>,
    /// The largest LIMIT, OFFSET or count that is asked for.
    pub rows: usize,
    /// How far apart times may have to be.
    pub shifts: Vec<Shift>,
    /// Whether white space is cut off somewhere.
    pub trims: bool,
    /// Whether JSON is taken apart somewhere.
    pub json: bool,
}

impl Clues {
    /// Adds what another set of clues knows.
    pub fn merge(&mut self, other: Clues) {
        self.beside.extend(other.beside);
        self.loose.extend(other.loose);
        self.equal.extend(other.equal);
        self.rows = self.rows.max(other.rows);
        for shift in other.shifts {
            if !self.shifts.contains(&shift) {
                self.shifts.push(shift);
            }
        }
        self.trims |= other.trims;
        self.json |= other.json;
    }

    /// Clues from a statement.
    pub fn from_query(sql: &str, schema: &Schema) -> Clues {
        let facts = facts(&with_ids(sql, schema), &schema.names());
        let mut clues = Clues {
            trims: facts.functions.iter().any(|name| name.ends_with("trim")),
            json: facts.functions.iter().any(|name| name.starts_with("json")),
            ..Clues::default()
        };
        // Numbers mean spans of time where times are turned into numbers.
        let counts_time = ["julianday", "unixepoch", "strftime", "timediff"];
        let spans = facts.functions.iter().any(|name| counts_time.contains(&name.as_str()));
        for constant in facts.constants {
            let said = match &constant.value {
                Value::Text(text) => Shift::of_modifier(text).into_iter().collect(),
                Value::Integer(n) if spans && constant.role != Role::Rows => Shift::of_number(*n),
                Value::Integer(_) | Value::Null | Value::Real(_) | Value::Blob(_) => Vec::new(),
            };
            for shift in said {
                if !clues.shifts.contains(&shift) {
                    clues.shifts.push(shift);
                }
            }
            match constant.role {
                Role::Modifier => continue,
                Role::Rows => {
                    if let Value::Integer(rows) = constant.value {
                        clues.rows = clues.rows.max(usize::try_from(rows).unwrap_or(0));
                    }
                }
                Role::Compared | Role::Pattern | Role::Arithmetic | Role::Passed => {}
            }
            for at in &constant.columns {
                clues.beside.push(((at.table, at.column), constant.value.clone()));
                if let (true, Value::Integer(sum)) = (constant.scaled, &constant.value) {
                    // A sum is reached by several rows.
                    let parts = [2, 3, 4].map(|n| Value::Integer(sum / n));
                    clues.beside.extend(parts.map(|part| ((at.table, at.column), part)));
                }
            }
            clues.loose.push(constant.value);
        }
        let pairs = facts.equated.iter().chain(&facts.compared);
        clues.equal = pairs.map(|(a, b)| ((a.table, a.column), (b.table, b.column))).collect();
        clues
    }

    /// Clues from an answer. A small number that the reference does not have may be a bound made up to fit the data
    /// at hand: it calls for more rows than that.
    pub fn from_answer(sql: &str, reference: &str, schema: &Schema) -> Clues {
        let mut clues = Clues::from_query(sql, schema);
        let known = Clues::from_query(reference, schema);
        for value in &clues.loose {
            if let Value::Integer(bound @ 3..=30) = value
                && !known.loose.contains(value)
            {
                clues.rows = clues.rows.max(*bound as usize + 1);
            }
        }
        clues
    }

    /// Clues from a text, by its tokens alone: a constant belongs to the column named last before it, in the same
    /// parentheses or outside of them.
    pub fn from_tokens(sql: &str, schema: &Schema) -> Clues {
        let mut clues = Clues::default();
        let tokens: Vec<_> = crate::sql::lexer::significant(sql);
        let mut column: Option<ColumnAt> = None;
        let mut table: Option<usize> = None;
        for (at, token) in tokens.iter().enumerate() {
            use crate::sql::lexer::TokenKind as K;
            let text = token.text(sql);
            match token.kind {
                K::String => clues.note(column, Value::Text(unquote(text))),
                K::Number => {
                    let negative = at > 0 && tokens[at - 1].text(sql) == "-";
                    if let Some(value) = number(text, negative) {
                        clues.note(column, value);
                    }
                }
                _ if token.is_name() => {
                    let name = unquote(text);
                    if let Some(found) = schema.table(&name) {
                        table = Some(found);
                    }
                    column = find(schema, &name, table).or(column);
                }
                _ => {}
            }
        }
        clues
    }

    fn note(&mut self, column: Option<ColumnAt>, value: Value) {
        match column {
            Some(column) => self.beside.push((column, value.clone())),
            None => self.loose.push(value.clone()),
        }
        self.loose.push(value);
    }
}

fn number(text: &str, negative: bool) -> Option<Value> {
    let sign = if negative { -1 } else { 1 };
    match text.replace('_', "").parse::<i64>() {
        Ok(i) => Some(Value::Integer(i * sign)),
        Err(_) => text.parse::<f64>().ok().map(|r| Value::Real(r * sign as f64)),
    }
}

/// A column of the table named last, else of any table.
fn find(schema: &Schema, name: &str, table: Option<usize>) -> Option<ColumnAt> {
    let within = |at: usize| schema.tables[at].column(name).map(|column| (at, column));
    table.and_then(within).or_else(|| (0..schema.tables.len()).find_map(within))
}

/// A statement with values in the place of its parameters: for its clues alone, it is never run.
pub(super) fn with_values(sql: &str, parameters: &[(String, Value)]) -> String {
    let mut text = String::new();
    for token in tokens(sql) {
        let word = token.text(sql);
        let named = parameters.iter().find(|(name, _)| word.strip_prefix([':', '@', '$']) == Some(name));
        match (token.kind, named) {
            (TokenKind::Parameter, Some((_, value))) => text += &value.to_string(),
            _ => text += word,
        }
    }
    text
}

/// A statement with the name of the key in the place of rowid, oid and _rowid_, where the tables that it names agree on
/// that: for its clues alone, it is never run.
fn with_ids<'t>(sql: &'t str, schema: &Schema) -> Cow<'t, str> {
    let all: Vec<_> = tokens(sql).collect();
    let names = |word: &str| all.iter().any(|token| unquote(token.text(sql)).eq_ignore_ascii_case(word));
    let rowids: Vec<&str> = ["rowid", "oid", "_rowid_"].into_iter().filter(|name| names(name)).collect();
    let keys: BTreeSet<&str> = schema
        .tables
        .iter()
        .filter(|table| !rowids.is_empty() && names(&table.name))
        .filter_map(|table| Some(table.columns[table.rowid_alias?].name.as_str()))
        .collect();
    let (Some(key), 1) = (keys.first(), keys.len()) else { return Cow::Borrowed(sql) };
    let words = all.iter().map(|token| {
        let word = token.text(sql);
        let is_rowid = token.is_name() && rowids.iter().any(|name| unquote(word).eq_ignore_ascii_case(name));
        if is_rowid { Cow::Owned(format!("\"{}\"", key.replace('"', "\"\""))) } else { Cow::Borrowed(word) }
    });
    Cow::Owned(words.collect())
}
