//! From a recipe as its file has it to one whose every name is resolved: all that serde cannot see is checked here.

use super::{
    After, Fault, Recipe, Shape, Slots, Together, cases, columns,
    model::{Column, Fill, Number, Set, Size, Source},
    raw,
};
use crate::{
    schema::{
        calendar::{self, Format},
        hints::{ColumnHint, TimeFormat},
    },
    value::Value,
};
use std::ops::Range;
use toml::Spanned;

/// The names of a fill and of what is in it.
pub(super) struct Names {
    pub(super) name: String,
    pub(super) table: String,
    /// The table's position among all.
    pub(super) table_index: usize,
    pub(super) columns: Vec<String>,
    /// For each column the fill that it refers to.
    pub(super) targets: Vec<Option<usize>>,
    pub(super) parent: Option<usize>,
}

/// What every check may look up, and what it leaves behind.
pub(super) struct Checker {
    pub(super) fills: Vec<Names>,
    pub(super) lists: std::collections::BTreeMap<String, Vec<String>>,
    pub(super) labels: Vec<(usize, String)>,
    pub(super) sets: Vec<String>,
    pub(super) now: i64,
    /// For each fill the columns that others look up.
    pub(super) kept: Vec<Vec<usize>>,
    /// For each fill the column whose moments ascend.
    pub(super) clocks: Vec<Option<usize>>,
    /// How that column is written.
    pub(super) formats: Vec<Option<Format>>,
    /// For each fill the columns whose product is summed.
    pub(super) summed: Vec<Vec<usize>>,
    /// For each fill whether another refers to it.
    pub(super) is_target: Vec<bool>,
    /// For each fill whether a column looks at the row before.
    pub(super) looks_back: Vec<bool>,
    pub(super) slots: Slots,
}

/// SQL rows are handed over in an array of this size.
pub(crate) const MOST_COLUMNS: usize = 16;

impl Checker {
    pub(super) fn fill(&self, name: &str) -> Result<usize, String> {
        self.fills.iter().position(|fill| fill.name == name).ok_or_else(|| {
            let known: Vec<_> = self.fills.iter().map(|fill| fill.name.as_str()).collect();
            format!("there is no fill {name:?}: expected one of {}", known.join(", "))
        })
    }

    pub(super) fn column(&self, fill: usize, name: &str) -> Result<usize, String> {
        let names = &self.fills[fill];
        names.columns.iter().position(|column| column == name).ok_or_else(|| {
            format!("{} has no column {name:?}: expected one of {}", names.name, names.columns.join(", "))
        })
    }

    /// The fill whose rows are counted, of which this one's rows are children or children's children.
    pub(super) fn root(&self, mut fill: usize) -> usize {
        while let Some(parent) = self.fills[fill].parent {
            fill = parent;
        }
        fill
    }

    /// The position of a column among those kept for look-ups.
    pub(super) fn keep(&mut self, fill: usize, column: usize) -> usize {
        let kept = &mut self.kept[fill];
        kept.iter().position(|known| *known == column).unwrap_or_else(|| {
            kept.push(column);
            kept.len() - 1
        })
    }
}

/// The entries of a table in the order of the file.
pub(super) fn ordered<T>(named: raw::Named<T>) -> Vec<(Spanned<String>, T)> {
    let mut entries: Vec<_> = named.into_iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

/// Puts the place to a message.
pub(super) fn at<T>(place: &Range<usize>, result: Result<T, String>) -> Result<T, Fault> {
    result.map_err(|message| Fault::new(place, message))
}

pub(super) fn check(raw: raw::Recipe) -> Result<Recipe, Fault> {
    let (now, format) = calendar::parse(raw.today.get_ref()).ok_or_else(|| {
        Fault::new(&raw.today.span(), "today is no moment: expected \"YYYY-MM-DD HH:MM:SS\"")
    })?;
    if format != Format::DateTime {
        return Err(Fault::new(&raw.today.span(), "today has no time: expected \"YYYY-MM-DD HH:MM:SS\""));
    }

    // First all names, so that anything may speak of anything.
    let fills: Vec<_> = ordered(raw.fill)
        .into_iter()
        .map(|(key, fill)| {
            let raw::Fill { table, rows, each, columns } = fill;
            (key, table, rows, each, ordered(columns))
        })
        .collect();
    let count = fills.len();
    let mut checker = Checker {
        fills: fills
            .iter()
            .map(|(key, table, _, _, columns)| Names {
                name: key.get_ref().clone(),
                table: table.as_ref().unwrap_or(key).get_ref().clone(),
                table_index: 0,
                columns: columns.iter().map(|(name, _)| name.get_ref().clone()).collect(),
                targets: Vec::new(),
                parent: None,
            })
            .collect(),
        lists: raw.lists,
        labels: Vec::new(),
        sets: raw.set.keys().map(|key| key.get_ref().clone()).collect(),
        now,
        kept: vec![Vec::new(); count],
        clocks: vec![None; count],
        formats: vec![None; count],
        summed: vec![Vec::new(); count],
        is_target: vec![false; count],
        looks_back: vec![false; count],
        slots: Slots::default(),
    };
    for (index, (_, _, _, each, columns)) in fills.iter().enumerate() {
        if let Some(each) = each {
            let parent = at(&each.of.span(), checker.fill(each.of.get_ref()))?;
            if parent >= index {
                return Err(Fault::new(
                    &each.of.span(),
                    "the rows of a fill come with those of an earlier one",
                ));
            }
            checker.fills[index].parent = Some(parent);
        }
        let mut targets = Vec::new();
        for (name, make) in columns {
            let target = columns::target(make).map(|target| checker.fill(target));
            targets.push(at(&name.span(), target.transpose())?);
        }
        checker.fills[index].targets = targets;
    }
    let lead = at(&raw.lead.span(), checker.fill(raw.lead.get_ref()))?;
    let tables = shapes(&checker, &fills)?;
    for names in &mut checker.fills {
        let table = tables.iter().position(|shape| shape.name == names.table);
        names.table_index = table.expect("each fill's table was gathered just now");
    }
    let rows: Vec<u64> = fills.iter().map(|fill| fill.2.as_ref().map_or(0, |size| size.default)).collect();
    let case_rows = cases::labels(&mut checker, raw.case)?;

    let mut made = Vec::new();
    for (index, (key, _, size, each, columns)) in fills.into_iter().enumerate() {
        let place = key.span();
        let source = match (size, each) {
            (Some(size), None) => Source::Rows(at(&place, check_size(&size))?),
            (None, Some(each)) => Source::Each {
                parent: checker.fills[index].parent.expect("set from the same key above"),
                number: at(&each.of.span(), number(&mut checker, index, each.count, each.steps))?,
            },
            (Some(_), Some(_)) | (None, None) => {
                return Err(Fault::new(&place, "expected either rows or each"));
            }
        };
        let mut made_columns: Vec<Column> = Vec::new();
        for (position, (name, make)) in columns.into_iter().enumerate() {
            let make = at(&name.span(), columns::column(&mut checker, index, position, make))?;
            made_columns.push(Column { name: name.into_inner(), make });
        }
        made.push(Fill {
            name: key.into_inner(),
            table: checker.fills[index].table_index,
            source,
            children: (0..count).filter(|child| checker.fills[*child].parent == Some(index)).collect(),
            written: (0..made_columns.len()).filter(|c| !made_columns[*c].name.starts_with('_')).collect(),
            columns: made_columns,
            clock: checker.clocks[index],
            kept: Vec::new(),
            is_target: false,
            summed: Vec::new(),
            looks_back: false,
        });
    }
    if matches!(made[lead].source, Source::Each { .. }) {
        return Err(Fault::new(&raw.lead.span(), "the lead is a fill that has rows of its own"));
    }
    let cases = cases::rows(&mut checker, case_rows, &rows)?;
    let sets = sets(&mut checker, raw.set)?;
    for (index, fill) in made.iter_mut().enumerate() {
        fill.kept = std::mem::take(&mut checker.kept[index]);
        fill.is_target = checker.is_target[index];
        fill.summed = std::mem::take(&mut checker.summed[index]);
        fill.looks_back = checker.looks_back[index];
    }
    Ok(Recipe {
        today: raw.today.into_inner(),
        now,
        lead,
        hints: hints(&tables, raw.hints)?,
        together: together(&tables, raw.together)?,
        after: raw
            .after
            .into_iter()
            .map(|after| After {
                about: after.about,
                at: after.sql.span().start,
                sql: after.sql.into_inner(),
            })
            .collect(),
        tables,
        variants: Vec::new(),
        fills: made,
        cases,
        labels: checker.labels,
        sets,
        slots: checker.slots,
    })
}

type NamedFill = (
    Spanned<String>,
    Option<Spanned<String>>,
    Option<raw::Size>,
    Option<raw::Each>,
    Vec<(Spanned<String>, raw::Make)>,
);

/// The tables in the order in which they first get rows.
fn shapes(checker: &Checker, fills: &[NamedFill]) -> Result<Vec<Shape>, Fault> {
    let mut tables: Vec<Shape> = Vec::new();
    for (names, fill) in checker.fills.iter().zip(fills) {
        let columns: Vec<_> = names.columns.iter().filter(|name| !name.starts_with('_')).cloned().collect();
        if columns.is_empty() || names.columns.len() > MOST_COLUMNS {
            let message =
                format!("a fill has 1 to {MOST_COLUMNS} columns, and this one {}", names.columns.len());
            return Err(Fault::new(&fill.0.span(), message));
        }
        match tables.iter().find(|shape| shape.name == names.table) {
            None => tables.push(Shape { name: names.table.clone(), columns }),
            Some(shape) if shape.columns == columns => {}
            Some(shape) => {
                let message = format!(
                    "the fills of {} must write the same columns in the same order: expected {}",
                    shape.name,
                    shape.columns.join(", ")
                );
                return Err(Fault::new(&fill.0.span(), message));
            }
        }
    }
    Ok(tables)
}

fn check_size(size: &raw::Size) -> Result<Size, String> {
    if !(0.0..=1_000.0).contains(&size.share) {
        return Err("share is the number of rows for each row of the lead: expected 0 to 1000".into());
    }
    let most = size.most.unwrap_or(u64::from(u32::MAX));
    if size.least > size.default || size.default > most {
        return Err("expected least <= default <= most".into());
    }
    Ok(Size { default: size.default, share: size.share, least: size.least, most })
}

fn number(
    checker: &mut Checker,
    fill: usize,
    count: Option<raw::Make>,
    steps: Option<raw::Make>,
) -> Result<Number, String> {
    match (count, steps) {
        (Some(count), None) => columns::make(checker, fill, 0, count).map(Number::Count),
        (None, Some(steps)) => columns::make(checker, fill, 0, steps).map(Number::Steps),
        (Some(_), Some(_)) | (None, None) => Err("expected either count or steps".into()),
    }
}

fn sets(checker: &mut Checker, raw: raw::Named<raw::Set>) -> Result<Vec<Set>, Fault> {
    // In the order of their names, as `Checker::sets` has them.
    raw.into_values()
        .map(|set| {
            let place = set.of.span();
            let fill = at(&place, checker.fill(set.of.get_ref()))?;
            let mut test = Vec::new();
            for (column, value) in set.test {
                let column = at(&place, checker.column(fill, &column))?;
                test.push((column, (value != "@null").then_some(value)));
            }
            Ok(Set { fill, test, except: set.except })
        })
        .collect()
}

fn hints(tables: &[Shape], raw: raw::Named<raw::Hint>) -> Result<Vec<ColumnHint>, Fault> {
    ordered(raw)
        .into_iter()
        .map(|(key, hint)| {
            // A table that statements at the end fill is known to the schema alone.
            let known = key.get_ref().split_once('.').filter(|(table, column)| {
                let shape = tables.iter().find(|shape| shape.name == *table);
                shape.is_none_or(|shape| shape.columns.iter().any(|known| known == column))
            });
            let Some((table, column)) = known else {
                let message = format!("{:?} names no column: expected \"table.column\"", key.get_ref());
                return Err(Fault::new(&key.span(), message));
            };
            let format = hint.format.map(|format| match format {
                raw::HintFormat::Datetime => TimeFormat::DateTime,
                raw::HintFormat::Date => TimeFormat::Date,
                raw::HintFormat::Month => TimeFormat::Month,
                raw::HintFormat::Time => TimeFormat::Time,
            });
            Ok(ColumnHint {
                table: table.to_owned(),
                column: column.to_owned(),
                words: hint.words,
                format,
                range: hint.range,
            })
        })
        .collect()
}

fn together(tables: &[Shape], raw: Vec<Spanned<raw::Together>>) -> Result<Vec<Together>, Fault> {
    raw.into_iter()
        .map(|spanned| {
            let place = spanned.span();
            let raw = spanned.into_inner();
            let known = tables.iter().find(|shape| shape.name == raw.table);
            if !known.is_some_and(|shape| raw.columns.iter().all(|column| shape.columns.contains(column))) {
                return Err(Fault::new(&place, "expected a table of the recipe and columns of it"));
            }
            if let Some(row) = raw.rows.iter().find(|row| row.len() != raw.columns.len()) {
                let message = format!("a row has {} values for {} columns", row.len(), raw.columns.len());
                return Err(Fault::new(&place, message));
            }
            let rows = raw.rows.into_iter().map(|row| row.into_iter().map(value).collect()).collect();
            Ok(Together { table: raw.table, columns: raw.columns, rows: at(&place, rows)? })
        })
        .collect()
}

/// A constant of the file as SQL has it; `"@null"` is NULL.
pub(super) fn value(raw: toml::Value) -> Result<Value, String> {
    match raw {
        toml::Value::String(text) if text == "@null" => Ok(Value::Null),
        toml::Value::String(text) => Ok(Value::Text(text)),
        toml::Value::Integer(number) => Ok(Value::Integer(number)),
        toml::Value::Float(number) => Ok(Value::Real(number)),
        toml::Value::Boolean(_)
        | toml::Value::Datetime(_)
        | toml::Value::Array(_)
        | toml::Value::Table(_) => Err(format!("expected a number or a string, not {}", raw.type_str())),
    }
}

pub(super) fn format(raw: raw::Format) -> Format {
    match raw {
        raw::Format::Datetime => Format::DateTime,
        raw::Format::Date => Format::Date,
        raw::Format::Month => Format::Month,
        raw::Format::DayFirst => Format::DayFirst,
    }
}
