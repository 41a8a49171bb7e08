//! Values and tables as JSON: integers exact, reals to the last bit, and objects where JSON has no form.

use serde_json::{Value as Json, json};

use super::cell::push_hex;
use crate::value::{Table, Value, ValueRef};

/// Appends a value as JSON. A blob is `{"blob": "hex"}`, an infinite real `{"real": "Infinity"}`.
pub fn push(value: ValueRef<'_>, out: &mut Vec<u8>) {
    match value {
        ValueRef::Null => out.extend_from_slice(b"null"),
        ValueRef::Integer(i) => out.extend_from_slice(itoa::Buffer::new().format(i).as_bytes()),
        ValueRef::Real(r) if r.is_finite() => {
            serde_json::to_writer(&mut *out, &r).expect("writing to memory succeeds");
        }
        ValueRef::Real(r) => {
            let name = if r > 0.0 { "Infinity" } else { "-Infinity" };
            out.extend_from_slice(format!(r#"{{"real":"{name}"}}"#).as_bytes());
        }
        ValueRef::Text(text) => push_str(&String::from_utf8_lossy(text), out),
        ValueRef::Blob(bytes) => {
            out.extend_from_slice(br#"{"blob":""#);
            push_hex(bytes, out);
            out.extend_from_slice(br#""}"#);
        }
    }
}

/// Appends a text as a JSON string.
pub fn push_str(text: &str, out: &mut Vec<u8>) {
    serde_json::to_writer(out, text).expect("writing to memory succeeds");
}

/// A value as a JSON value.
pub fn value(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Integer(i) => json!(i),
        Value::Real(r) if r.is_finite() => json!(r),
        Value::Real(r) => json!({ "real": if *r > 0.0 { "Infinity" } else { "-Infinity" } }),
        Value::Text(text) => json!(text),
        Value::Blob(bytes) => {
            let mut hex = Vec::new();
            push_hex(bytes, &mut hex);
            json!({ "blob": String::from_utf8(hex).expect("digits are UTF-8") })
        }
    }
}

/// A table as `{"columns": […], "rows": [[…], …]}`.
pub fn table(table: &Table) -> Json {
    let rows: Vec<Json> = table.rows.iter().map(|row| row.iter().map(value).collect()).collect();
    json!({ "columns": table.columns, "rows": rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_json_agree() {
        for (given, want) in [
            (Value::Null, "null"),
            (Value::Integer(i64::MAX), "9223372036854775807"),
            (Value::Real(0.1 + 0.2), "0.30000000000000004"),
            (Value::Real(5.0), "5.0"),
            (Value::Real(f64::INFINITY), r#"{"real":"Infinity"}"#),
            (Value::Real(f64::NEG_INFINITY), r#"{"real":"-Infinity"}"#),
            (Value::Text("a\"\n\u{1}é".into()), "\"a\\\"\\n\\u0001é\""),
            (Value::Blob(vec![0, 255]), r#"{"blob":"00ff"}"#),
        ] {
            let mut out = Vec::new();
            push(given.as_ref(), &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), want);
            assert_eq!(value(&given).to_string(), want);
        }
    }
}
