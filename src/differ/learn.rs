//! Learning a schema's CHECKs by asking SQLite: which values pass, in which format times are written, and a stock
//! of whole rows where columns are tied together.

use super::{arena::Arena, domain::Domain, fill::TablePlan, times};
use crate::{
    engine::{Access, Failure},
    random::Random,
    schema::hints::TimeFormat,
    schema::introspect::Schema,
    value::{Row, Value},
};

/// Rows tried in one table before its values are looked at one by one.
const TRIES: usize = 400;

/// Rows kept.
const STOCK: usize = 48;

/// Learns, and prunes the domain of values that never pass.
///
/// # Errors
/// A fault of the engine.
pub(super) fn learn(
    schema: &Schema,
    domain: &mut Domain,
    tables: &mut [TablePlan],
    arena: &mut Arena<'_>,
    random: &mut Random,
) -> Result<(), Failure> {
    let sources = arena.sandbox().with_access(Access::Trusted, |sandbox| {
        sandbox.table("SELECT lower(tbl_name), group_concat(upper(sql), ' ') FROM sqlite_schema GROUP BY 1")
    })?;
    for (at, info) in schema.tables.iter().enumerate() {
        let name = Value::Text(info.name.to_ascii_lowercase());
        let source = sources.rows.iter().find(|row| row[0] == name).map_or(&Value::Null, |row| &row[1]);
        let Value::Text(source) = source else { continue };
        if ["CHECK", "STRICT", "TRIGGER"].iter().any(|word| source.contains(word)) {
            table(at, schema, domain, &mut tables[at], arena, random)?;
        }
    }
    arena.clear()
}

fn table(
    at: usize,
    schema: &Schema,
    domain: &mut Domain,
    plan: &mut TablePlan,
    arena: &mut Arena<'_>,
    random: &mut Random,
) -> Result<(), Failure> {
    let info = &schema.tables[at];
    let values: Vec<Vec<Value>> = plan.columns.iter().map(|column| domain.candidates(at, *column)).collect();
    // First with the formats of times that names and types suggest, then with any.
    for guess in [false, true] {
        let mut written: Vec<Option<TimeFormat>> = Vec::new();
        for _ in 0..TRIES {
            let (row, formats) = propose(at, schema, domain, plan, &values, guess, arena, random);
            if accepted(at, &row, arena)? {
                plan.stock.push(row);
                written = formats;
            }
            if plan.stock.len() >= STOCK || (guess && !plan.stock.is_empty()) {
                break;
            }
        }
        for (column, format) in plan.columns.iter().zip(&written) {
            if guess && format.is_some() {
                domain.set_format(at, *column, *format);
            }
        }
        if !plan.stock.is_empty() && !guess {
            break;
        }
    }
    if plan.stock.is_empty() {
        return Ok(());
    }
    for (place, column) in plan.columns.clone().into_iter().enumerate() {
        let key = info.rowid_alias == Some(column)
            || info.foreign_keys.iter().any(|key| key.columns.contains(&column));
        if key || domain.format(at, column).is_some() {
            continue;
        }
        let mut good = Vec::new();
        for value in &values[place] {
            for _ in 0..16 {
                let mut row = plan.stock[random.below(plan.stock.len())].clone();
                row[place] = value.clone();
                if accepted(at, &row, arena)? {
                    good.push(value.clone());
                    break;
                }
            }
        }
        domain.prune(at, column, |value| good.contains(value));
    }
    Ok(())
}

/// A row to try, and the formats in which its times are written.
#[allow(clippy::too_many_arguments)]
fn propose(
    at: usize,
    schema: &Schema,
    domain: &Domain,
    plan: &TablePlan,
    values: &[Vec<Value>],
    guess: bool,
    arena: &Arena<'_>,
    random: &mut Random,
) -> (Row, Vec<Option<TimeFormat>>) {
    let all = [TimeFormat::DateTime, TimeFormat::Date, TimeFormat::Month, TimeFormat::Time];
    let (mut row, mut formats) = (Row::new(), Vec::new());
    for (place, column) in plan.columns.iter().enumerate() {
        let about = &schema.tables[at].columns[*column];
        let mut format = domain.format(at, *column);
        if guess && format.is_some() {
            format = random.pick(&all).copied();
        }
        row.push(if !about.not_null && random.percent(40) {
            Value::Null
        } else if let Some(format) = format {
            let cluster = times::cluster(arena.sandbox().now(), 1, random);
            Value::Text(times::write(cluster[0], format))
        } else {
            let constants = domain.constants(at, *column);
            let from = if random.percent(60) && !constants.is_empty() { constants } else { &values[place] };
            random.pick(from).cloned().unwrap_or(Value::Null)
        });
        formats.push(format);
    }
    (row, formats)
}

fn accepted(table: usize, row: &Row, arena: &mut Arena<'_>) -> Result<bool, Failure> {
    let accepted = arena.insert(table, row)?;
    if accepted {
        arena.clear()?;
    }
    Ok(accepted)
}
