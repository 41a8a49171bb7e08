//! Values and tables as SQL gives them back. Knows no engine: whoever shows, compares or keeps results
//! works with these plain types alone.

use std::fmt;

/// A value that is owned.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// SQL NULL.
    #[default]
    Null,
    /// A 64-bit integer.
    Integer(i64),
    /// A double. Never NaN: SQLite turns NaN into NULL.
    Real(f64),
    /// Text. Bytes that are no UTF-8 were replaced by U+FFFD on the way in.
    Text(String),
    /// A byte string.
    Blob(Vec<u8>),
}

/// A value that is borrowed from a row while a statement runs. `Text` holds the bytes as the engine has them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ValueRef<'a> {
    /// SQL NULL.
    Null,
    /// A 64-bit integer.
    Integer(i64),
    /// A double.
    Real(f64),
    /// Text, as a rule UTF-8, though SQL can make other bytes (`CAST(x'ff' AS TEXT)`).
    Text(&'a [u8]),
    /// A byte string.
    Blob(&'a [u8]),
}

impl ValueRef<'_> {
    /// Copies the value.
    pub fn to_value(self) -> Value {
        match self {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(i) => Value::Integer(i),
            ValueRef::Real(r) => Value::Real(r),
            ValueRef::Text(t) => Value::Text(String::from_utf8_lossy(t).into_owned()),
            ValueRef::Blob(b) => Value::Blob(b.to_vec()),
        }
    }
}

impl Value {
    /// Borrows the value.
    pub fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Value::Null => ValueRef::Null,
            Value::Integer(i) => ValueRef::Integer(*i),
            Value::Real(r) => ValueRef::Real(*r),
            Value::Text(t) => ValueRef::Text(t.as_bytes()),
            Value::Blob(b) => ValueRef::Blob(b),
        }
    }

    /// Takes another value's place; a text keeps the memory that it has.
    pub fn put(&mut self, value: &Value) {
        match (self, value) {
            (Value::Text(own), Value::Text(text)) => own.clone_from(text),
            (own, value) => *own = value.clone(),
        }
    }

    /// Whether the value is NULL.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }
}

impl From<i64> for Value {
    fn from(i: i64) -> Self {
        Value::Integer(i)
    }
}

impl From<f64> for Value {
    fn from(r: f64) -> Self {
        Value::Real(r)
    }
}

impl From<&str> for Value {
    fn from(t: &str) -> Self {
        Value::Text(t.to_owned())
    }
}

/// The value as an SQL literal: what one would type to get it back.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("NULL"),
            Value::Integer(i) => write!(f, "{i}"),
            Value::Real(r) if r.is_infinite() => f.write_str(if *r > 0.0 { "9e999" } else { "-9e999" }),
            Value::Real(r) => write!(f, "{r:?}"),
            Value::Text(t) => write!(f, "'{}'", t.replace('\'', "''")),
            Value::Blob(b) => {
                f.write_str("x'")?;
                b.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
                f.write_str("'")
            }
        }
    }
}

/// One row of a result.
pub type Row = Vec<Value>;

/// A whole result: the names of its columns and its rows, in the order in which they came.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Column names as the statement gives them.
    pub columns: Vec<String>,
    /// Rows, each as long as `columns`.
    pub rows: Vec<Row>,
}
