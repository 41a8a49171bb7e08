//! Learning a schema's CHECKs by asking SQLite: which values pass, in which format times are written, which forms a
//! text may have. Where CHECKs cannot be asked one by one, or triggers refuse rows, whole rows are tried instead and
//! a stock of them is kept.

use super::{arena::Arena, checks::Check, domain::Domain, fill::TablePlan, texts, times};
use crate::{
    engine::{Access, Failure},
    random::Random,
    schema::hints::TimeFormat,
    schema::introspect::Schema,
    sql::lexer::{TokenKind, significant, unquote},
    value::{Row, Value},
};

/// Rows tried in one table before its values are looked at one by one.
const TRIES: usize = 400;

/// Rows kept.
const STOCK: usize = 48;

/// Times tried in each format.
const TIMES: usize = 12;

/// So many different values are enough for a column whose form is promised.
const PLENTY: usize = 24;

/// The formats of times, the likeliest first.
const FORMATS: [TimeFormat; 4] =
    [TimeFormat::Date, TimeFormat::DateTime, TimeFormat::Month, TimeFormat::Time];

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
        if source.contains("CHECK") {
            for place in 0..tables[at].columns.len() {
                column((at, place), schema, domain, &tables[at], arena, random)?;
            }
        }
        let judged = !source.contains("CHECK") || arena.judge(at, info)?.is_some_and(|judge| judge.complete);
        if !judged || source.contains("TRIGGER") {
            table(at, schema, domain, &mut tables[at], arena, random)?;
        }
    }
    arena.clear()
}

/// Learns the CHECKs that speak of one column alone.
fn column(
    (at, place): (usize, usize),
    schema: &Schema,
    domain: &mut Domain,
    plan: &TablePlan,
    arena: &mut Arena<'_>,
    random: &mut Random,
) -> Result<(), Failure> {
    let column = plan.columns[place];
    let now = arena.sandbox().now();
    let Some(judge) = arena.judge(at, &schema.tables[at])? else { return Ok(()) };
    let alone = judge.alone(place);
    if alone == 0 {
        return Ok(());
    }
    let speaking = judge.checks.iter().enumerate().filter(|(bit, _)| alone >> bit & 1 == 1);
    let said: Vec<Check> = speaking.map(|(_, check)| check.clone()).collect();
    let mut fault = None;
    let mut passes = |value: &Value| {
        let mut row = vec![Value::Null; plan.columns.len()];
        row[place] = value.clone();
        match judge.broken(&row) {
            Ok(broken) => broken & alone == 0,
            Err(failure) => {
                fault = Some(failure);
                false
            }
        }
    };
    let good = |values: Vec<Value>, passes: &mut dyn FnMut(&Value) -> bool| -> Vec<Value> {
        values.into_iter().filter(|value| passes(value)).collect()
    };
    let mut candidates = good(domain.own(at, column), &mut passes);

    // In which format are times written? The one that names and types suggest, if it passes.
    let mut in_format = |format: TimeFormat, domain: &Domain| {
        let moments = domain.moments(at, column).iter().take(TIMES).copied().collect::<Vec<_>>();
        let drawn = (0..TIMES).filter_map(|_| times::cluster(now, &[], random).first().copied());
        let all: Vec<_> = moments.into_iter().chain(drawn).collect();
        all.iter().any(|time| passes(&Value::Text(times::write(*time, format))))
    };
    let guess = domain.format(at, column);
    if guess.is_some() || (candidates.is_empty() && domain.takes_text(at, column)) {
        let formats = guess.into_iter().chain(FORMATS);
        let format = formats.into_iter().find(|format| in_format(*format, domain));
        domain.set_format(at, column, format);
        if format.is_some() {
            return fault.map_or(Ok(()), Err);
        }
    }

    // What the CHECKs' own words suggest.
    if candidates.len() < PLENTY && domain.takes_text(at, column) {
        let mut tried: Vec<Value> = said.iter().flat_map(|check| suggested(&check.text)).collect();
        if said.iter().any(|check| check.text.to_ascii_lowercase().contains("json")) {
            tried.extend(domain.documents(at, column));
        }
        let mut found = good(tried, &mut passes);
        found.dedup();
        if !found.is_empty() {
            // Values in the same form, as many as a key needs.
            let mut next = 0;
            let forms: Vec<Value> = found.iter().chain(&candidates).cloned().collect();
            while let (Some(Value::Text(form)), true) = (forms.get(next), found.len() < PLENTY) {
                let varied =
                    texts::varied(form).into_iter().map(Value::Text).filter(|new| !found.contains(new));
                let varied: Vec<Value> = varied.take(4).collect();
                found.extend(good(varied, &mut passes));
                next += 1;
            }
            domain.set_pool(at, column, found.clone());
            candidates.extend(found);
        }
    }
    candidates.extend(good(domain.overlays(at, column), &mut passes));
    let known = domain.constants(at, column).to_vec();
    domain.prune(at, column, |value| candidates.contains(value));
    let overlaid = domain.overlays(at, column);
    domain.extend(at, column, good(overlaid, &mut passes).into_iter().filter(|new| !known.contains(new)));
    domain.close(at, column);
    fault.map_or(Ok(()), Err)
}

/// Whether the CHECKs that speak of one column alone let a value pass.
///
/// # Errors
/// A fault of the engine.
pub(super) fn passes(
    table: usize,
    column: usize,
    value: &Value,
    schema: &Schema,
    plan: &TablePlan,
    arena: &mut Arena<'_>,
) -> Result<bool, Failure> {
    let Some(place) = plan.columns.iter().position(|known| *known == column) else { return Ok(true) };
    let Some(judge) = arena.judge(table, &schema.tables[table])? else { return Ok(true) };
    let alone = judge.alone(place);
    if alone == 0 {
        return Ok(true);
    }
    let mut row = vec![Value::Null; plan.columns.len()];
    row[place] = value.clone();
    Ok(judge.broken(&row)? & alone == 0)
}

/// Texts that come to mind when one reads a CHECK: its words, what its patterns match, texts of the lengths it names.
fn suggested(check: &str) -> Vec<Value> {
    let mut values = Vec::new();
    for token in significant(check) {
        let text = token.text(check);
        match token.kind {
            TokenKind::String => {
                let text = unquote(text);
                values.extend(texts::of_pattern(&text).into_iter().map(Value::Text));
                values.push(Value::Text(text));
            }
            TokenKind::Number => {
                if let Ok(length) = text.parse::<i64>()
                    && length <= 40
                {
                    let texts = texts::of_length(length);
                    values.extend(texts.iter().map(|text| Value::Text(text.to_uppercase())));
                    values.extend(texts.into_iter().map(Value::Text));
                    values.push(Value::Text("1234567890".repeat(4)[..length.max(0) as usize].to_owned()));
                }
            }
            TokenKind::Keyword(_)
            | TokenKind::Identifier
            | TokenKind::QuotedIdentifier
            | TokenKind::Blob
            | TokenKind::Parameter
            | TokenKind::Operator
            | TokenKind::Comment
            | TokenKind::OpenComment
            | TokenKind::Space
            | TokenKind::Illegal
            | TokenKind::Unterminated => {}
        }
    }
    // A prefix and a length together: pad what was found.
    let padded: Vec<Value> = values
        .iter()
        .filter_map(|value| match value {
            Value::Text(text) if !text.is_empty() && text.len() < 20 => Some(text),
            _ => None,
        })
        .flat_map(|text| [format!("{text}47"), format!("{text}1234"), format!("{text}abcd")])
        .map(Value::Text)
        .collect();
    values.extend(padded);
    values
}

/// Tries whole rows.
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
    for _ in 0..TRIES {
        let row = propose(at, schema, domain, plan, &values, arena, random);
        if accepted(at, &row, arena)? {
            plan.stock.push(row);
        }
        if plan.stock.len() >= STOCK {
            break;
        }
    }
    if plan.stock.is_empty() {
        return Ok(());
    }
    let alone: Vec<bool> = match arena.judge(at, info)? {
        Some(judge) => (0..plan.columns.len()).map(|place| judge.alone(place) != 0).collect(),
        None => vec![false; plan.columns.len()],
    };
    for (place, column) in plan.columns.clone().into_iter().enumerate() {
        let key = info.rowid_alias == Some(column)
            || info.foreign_keys.iter().any(|key| key.columns.contains(&column));
        if key || alone[place] || domain.format(at, column).is_some() {
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

/// A row to try.
fn propose(
    at: usize,
    schema: &Schema,
    domain: &Domain,
    plan: &TablePlan,
    values: &[Vec<Value>],
    arena: &Arena<'_>,
    random: &mut Random,
) -> Row {
    let mut row = Row::new();
    for (place, column) in plan.columns.iter().enumerate() {
        let about = &schema.tables[at].columns[*column];
        row.push(if !about.not_null && random.percent(40) {
            Value::Null
        } else if let Some(format) = domain.format(at, *column) {
            let cluster = times::cluster(arena.sandbox().now(), &[], random);
            Value::Text(times::write(cluster[0], format))
        } else {
            let constants = domain.constants(at, *column);
            let from = if random.percent(60) && !constants.is_empty() { constants } else { &values[place] };
            random.pick(from).cloned().unwrap_or(Value::Null)
        });
    }
    row
}

fn accepted(table: usize, row: &Row, arena: &mut Arena<'_>) -> Result<bool, Failure> {
    let accepted = arena.insert(table, row)?;
    if accepted {
        arena.clear()?;
    }
    Ok(accepted)
}
