//! Whole outputs of every mode.

use super::{Collector, Mode, Style, write};
use crate::value::{Table, Value};

fn shown(table: &Table, mode: Mode, style: &Style) -> String {
    let mut out = Vec::new();
    write(table, mode, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn odd_values() -> Table {
    let text = |t: &str| Value::Text(t.into());
    Table {
        columns: ["id", "name", "amount", "n|b", "name"].map(str::to_owned).to_vec(),
        rows: vec![
            vec![1.into(), text("Ana"), 2.5.into(), Value::Null, text("plain")],
            vec![20.into(), text("山田 太郎"), 1e20.into(), text("a|b"), text("wide")],
            vec![(-3).into(), text("e\u{301}mile 👩‍💻"), Value::Null, text("<i>&\"x\""), text("a, \"b\"\nc")],
            vec![4.into(), text(""), (0.1 + 0.2).into(), Value::Blob(vec![0, 171]), text("\u{1b}[2J")],
            vec![i64::MAX.into(), text("שלום"), f64::INFINITY.into(), 7.into(), text(" spaced ")],
        ],
    }
}

#[test]
fn every_mode_with_odd_values() {
    let table = odd_values();
    let mut all = String::new();
    for (name, mode) in Mode::ALL {
        all.extend(["— ", name, "\n", &shown(&table, mode, &Style::default())]);
    }
    let spoken = Style { accessible: true, ..Style::default() };
    all.extend(["— box, accessible\n", &shown(&table, Mode::Box, &spoken)]);
    insta::assert_snapshot!(all);
}

#[test]
fn every_mode_with_no_rows() {
    let table = Table { columns: vec!["id".into(), "name".into()], rows: Vec::new() };
    let mut all = String::new();
    for (name, mode) in Mode::ALL {
        all.extend(["— ", name, "\n", &shown(&table, mode, &Style::default())]);
    }
    insta::assert_snapshot!(all);
}

#[test]
fn wide_tables_fold_and_very_wide_ones_turn() {
    let mut table = odd_values();
    table.rows.truncate(3);
    table.rows[0][1] = "a name that goes on and on until it has to be folded somewhere".into();
    let mut all = String::new();
    for width in [60, 72, 80, 200] {
        let style = Style { width: Some(width), ..Style::default() };
        let text = shown(&table, Mode::Box, &style);
        let widest = text.lines().map(crate::render::cell::width).max().unwrap();
        assert!(width == 60 || widest <= width, "{widest} columns in {width}");
        all.extend(["— ", &width.to_string(), "\n", &text]);
    }
    insta::assert_snapshot!(all);
}

#[test]
fn settings_of_a_style() {
    let mut table = odd_values();
    table.rows.truncate(3);
    let mut all = String::new();
    for (about, mode, style) in [
        ("null", Mode::Box, Style { null: Some("∅".into()), ..Style::default() }),
        ("no names", Mode::Box, Style { headers: Some(false), ..Style::default() }),
        ("names", Mode::List, Style { headers: Some(true), ..Style::default() }),
        ("no names", Mode::Csv, Style { headers: Some(false), ..Style::default() }),
        ("limit", Mode::Box, Style { limit: Some(1), ..Style::default() }),
        ("limit", Mode::Line, Style { limit: Some(2), ..Style::default() }),
        ("a terminal", Mode::List, Style { width: Some(80), ..Style::default() }),
        ("colour", Mode::Table, Style { color: true, ..Style::default() }),
    ] {
        let text = shown(&table, mode, &style).replace('\u{1b}', "␛");
        all.extend(["— ", about, ", ", mode.name(), "\n", &text]);
    }
    insta::assert_snapshot!(all);
}

#[test]
fn many_rows_come_out_as_they_went_in() {
    for mode in [Mode::Table, Mode::Json] {
        let style = Style { spill: Some(tempfile::tempfile), ..Style::default() };
        let columns = ["n".to_owned(), "text".to_owned()];
        let mut collector = Collector::new(mode, &style, &columns);
        let mut out = Vec::new();
        let long = "x".repeat(100);
        for n in 0..20_000 {
            let row = [Value::Integer(n), Value::Text(format!("{n}{}", if n % 7 == 0 { &long } else { "" }))];
            collector.row(row.iter().map(Value::as_ref), &mut out).unwrap();
        }
        assert_eq!((collector.rows(), out.len()), (20_000, 0));
        collector.finish(&mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        if mode == Mode::Json {
            let json: serde_json::Value = serde_json::from_str(&out).unwrap();
            assert_eq!(json["rows"][14_000], serde_json::json!([14_000, format!("14000{long}")]));
        } else {
            assert_eq!(out.lines().count(), 20_004);
            let widths: Vec<_> = out.lines().map(str::len).collect();
            assert!(widths.iter().all(|width| *width == widths[0]));
            assert_eq!(out.lines().nth(20_001).unwrap().trim_end_matches([' ', '|']), "| 19998 | 19998");
        }
    }
}

#[test]
fn a_result_that_fails_half_way_is_not_half_shown_unless_it_was_on_its_way() {
    for (mode, want) in [(Mode::Box, ""), (Mode::Json, ""), (Mode::List, "1\n"), (Mode::Csv, "a\n1\n")] {
        let mut collector = Collector::new(mode, &Style::default(), &["a".to_owned()]);
        let mut out = Vec::new();
        collector.row([Value::Integer(1)].iter().map(Value::as_ref), &mut out).unwrap();
        collector.abandon(&mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), want, "{}", mode.name());
    }
}
