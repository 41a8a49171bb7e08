//! Checks the cases: rows that a recipe gives one by one, with the rows of their children.

use super::{
    Fault,
    check::{Checker, at, ordered},
    columns,
    model::{Cell, FixedRow, Letters, Literal, Make, Place},
    raw,
};
use crate::value::Value;
use std::ops::Range;

/// A row of a case, not yet checked: its fill, its place in the file, and what it says.
pub(super) type CaseRow = (usize, Range<usize>, raw::Row);

/// Gathers the rows of all cases, and notes their labels.
pub(super) fn labels(checker: &mut Checker, cases: Vec<raw::Case>) -> Result<Vec<CaseRow>, Fault> {
    let mut found = Vec::new();
    for case in cases {
        for (key, rows) in ordered(case.rows) {
            let fill = at(&key.span(), checker.fill(key.get_ref()))?;
            if checker.fills[fill].parent.is_some() {
                let message = format!("rows of {} stand in a row of their parent", key.get_ref());
                return Err(Fault::new(&key.span(), message));
            }
            for row in rows {
                let place = row.keys().map(toml::Spanned::span).min_by_key(|span| span.start);
                let place = place.ok_or_else(|| Fault::new(&key.span(), "a row says nothing"))?;
                if let Some(cell) = row.get("_label") {
                    let raw::Cell::Text(label) = cell else {
                        return Err(Fault::new(&place, "_label is a name: expected text"));
                    };
                    let taken = checker.labels.iter().any(|(_, known)| known == label);
                    if taken || checker.sets.contains(label) {
                        return Err(Fault::new(&place, format!("the name {label:?} is taken")));
                    }
                    checker.labels.push((fill, label.clone()));
                }
                found.push((fill, place, row));
            }
        }
    }
    Ok(found)
}

/// Checks the rows. `sizes` are the default numbers of rows of the fills.
pub(super) fn rows(
    checker: &mut Checker,
    found: Vec<CaseRow>,
    sizes: &[u64],
) -> Result<Vec<FixedRow>, Fault> {
    found.into_iter().map(|(fill, place, row)| fixed(checker, fill, &place, row, Some(sizes))).collect()
}

/// One row; `sizes` are there for rows that no parent has.
fn fixed(
    checker: &mut Checker,
    fill: usize,
    place: &Range<usize>,
    row: raw::Row,
    sizes: Option<&[u64]>,
) -> Result<FixedRow, Fault> {
    let mut fixed = FixedRow {
        fill,
        place: Place::Child,
        label: None,
        times: 1,
        reserved: false,
        cells: Vec::new(),
        children: Vec::new(),
    };
    let mut within = None;
    let mut drawn = None;
    for (key, cell) in ordered(row) {
        let span = key.span();
        match (key.get_ref().as_str(), cell) {
            ("_label", raw::Cell::Text(label)) if sizes.is_some() => {
                fixed.label = checker.labels.iter().position(|(_, known)| *known == label);
            }
            ("_at", cell) if sizes.is_some() => within = Some(at(&span, rows_at(&cell))?),
            ("_times", raw::Cell::Integer(times @ 1..=1_000)) if sizes.is_some() => {
                fixed.times = times as u32;
            }
            ("_drawn", raw::Cell::Bool(wanted)) if sizes.is_some() => drawn = Some(wanted),
            (name, cell) => {
                let child =
                    checker.fills.iter().position(|known| known.name == name && known.parent == Some(fill));
                match (child, cell) {
                    (Some(child), raw::Cell::List(items)) => {
                        let rows = items
                            .into_iter()
                            .map(|item| match item {
                                raw::Item::Row(row) => self::fixed(checker, child, &span, row, None),
                                raw::Item::Number(_) => Err(Fault::new(&span, "expected rows")),
                            })
                            .collect::<Result<_, _>>()?;
                        fixed.children.push((child, rows));
                    }
                    (Some(_), _) => return Err(Fault::new(&span, "expected a list of rows")),
                    (None, cell) => {
                        let column = at(&span, checker.column(fill, name))?;
                        let cell = at(&span, value(checker, fill, column, cell))?;
                        fixed.cells.push((column, cell));
                    }
                }
            }
        }
    }
    fixed.reserved = !drawn.unwrap_or(fixed.label.is_none());
    let Some(sizes) = sizes else { return Ok(fixed) };
    let moment = fixed.cells.iter().find_map(|(column, cell)| match cell {
        Cell::Make(Make::Value(Literal::Time(seconds, _))) if checker.clocks[fill] == Some(*column) => {
            Some(*seconds)
        }
        _ => None,
    });
    fixed.place = match (within, moment) {
        (Some((low, high)), _) if 0 < low && low <= high && high <= sizes[fill] => {
            Place::Within(low as u32 - 1, high as u32 - 1)
        }
        (Some(_), _) => {
            let message = format!("_at: expected row numbers from 1 to {}", sizes[fill]);
            return Err(Fault::new(place, message));
        }
        (None, Some(seconds)) => Place::At(seconds),
        (None, None) => {
            return Err(Fault::new(
                place,
                "where does this row stand? expected _at, or the moment of its column of time",
            ));
        }
    };
    Ok(fixed)
}

/// `_at = 7` or `_at = [20, 30]`.
fn rows_at(cell: &raw::Cell) -> Result<(u64, u64), String> {
    let number =
        |number: i64| u64::try_from(number).map_err(|_| "_at: expected row numbers from 1".to_owned());
    match cell {
        raw::Cell::Integer(row) => Ok((number(*row)?, number(*row)?)),
        raw::Cell::List(items) => match items.as_slice() {
            [raw::Item::Number(low), raw::Item::Number(high)] => Ok((number(*low)?, number(*high)?)),
            _ => Err("_at: expected a row number or two, from and to".into()),
        },
        raw::Cell::Real(_) | raw::Cell::Bool(_) | raw::Cell::Text(_) | raw::Cell::Make(_) => {
            Err("_at: expected a row number or two, from and to".into())
        }
    }
}

fn value(checker: &mut Checker, fill: usize, column: usize, cell: raw::Cell) -> Result<Cell, String> {
    let plain = |value| Ok(Cell::Make(Make::Value(columns::literal(value))));
    match cell {
        raw::Cell::Integer(number) => plain(Value::Integer(number)),
        raw::Cell::Real(number) => plain(Value::Real(number)),
        raw::Cell::Text(text) => match text.strip_prefix('@') {
            // A moment is given in the one way and written in the column's.
            None => match columns::literal(Value::Text(text)) {
                Literal::Time(moment, format) => {
                    let format = checker.formats[fill]
                        .filter(|_| checker.clocks[fill] == Some(column))
                        .unwrap_or(format);
                    Ok(Cell::Make(Make::Value(Literal::Time(moment, format))))
                }
                literal @ Literal::Plain(_) => Ok(Cell::Make(Make::Value(literal))),
            },
            Some("null") => Ok(Cell::Make(Make::Null)),
            Some(name) => named(checker, name),
        },
        raw::Cell::Make(make) => columns::make(checker, fill, column, *make).map(Cell::Make),
        raw::Cell::Bool(_) | raw::Cell::List(_) => {
            Err("expected a value, \"@name\" or a column's recipe".into())
        }
    }
}

/// `label`, `label.column`, `label.column:upper` or the name of a set.
fn named(checker: &mut Checker, name: &str) -> Result<Cell, String> {
    if let Some(set) = checker.sets.iter().position(|known| known == name) {
        return Ok(Cell::Set(set));
    }
    let (label, column) = match name.split_once('.') {
        Some((label, column)) => (label, Some(column)),
        None => (name, None),
    };
    let Some(index) = checker.labels.iter().position(|(_, known)| known == label) else {
        return Err(format!("no row is labelled {label:?} and no set has this name"));
    };
    let Some(column) = column else { return Ok(Cell::Label(index)) };
    let (column, letters) = match column.split_once(':') {
        None => (column, Letters::Kept),
        Some((column, "upper")) => (column, Letters::Upper),
        Some((column, "lower")) => (column, Letters::Lower),
        Some((column, "title")) => (column, Letters::Title),
        Some((_, other)) => return Err(format!("{other:?}: expected upper, lower or title")),
    };
    Ok(Cell::LabelColumn(index, checker.column(checker.labels[index].0, column)?, letters))
}
