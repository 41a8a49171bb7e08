//! One condition against another on one row at a time, whose column holds values that were made to part the two:
//! those on the edges of the constants, and those that a careless rewrite forgets.

use crate::{
    engine::{Access, Failure, FailureKind, Sandbox, Settings, Source},
    moment::Moment,
    plan::why::{Form, Where},
    schema::introspect::{Schema, TableInfo},
    sql::{
        keywords::Keyword,
        lexer::{TokenKind, significant, unquote},
    },
    value::{Row, Value},
};

/// Days on which calendars are odd, beside the one that it is.
const DAYS: [&str; 6] = [
    "2024-02-29 00:00:00",
    "2025-03-01 00:00:00",
    "2025-12-31 23:59:59",
    "2026-01-01 00:00:00",
    "2026-03-31 12:00:00",
    "2026-05-31 06:30:00",
];

/// How far from a moment one looks.
const SHIFTS: [&str; 12] = [
    "+0 days",
    "+1 second",
    "-1 second",
    "+1 day",
    "-1 day",
    "+1 month",
    "-1 month",
    "+1 year",
    "-1 year",
    "start of day",
    "start of month",
    "start of year",
];

/// How many rows that are there are borrowed for the other columns.
const BORROWED: u64 = 3;

/// A value of the column on which only one of the two conditions is true, as SQL writes it, with the day where that
/// matters; `None`: there is none among those tried.
pub(super) fn parts(sandbox: &Sandbox, ddl: &str, condition: &Where) -> Result<Option<String>, Failure> {
    let own = Sandbox::open(Source::Empty, Settings::trusted(sandbox.now()))?;
    own.script(ddl)?;
    own.script("PRAGMA foreign_keys = off")?;
    let schema = Schema::read(&own)?;
    let Some(table) = schema.table(&condition.table).map(|at| &schema.tables[at]) else { return Ok(None) };
    let Some(place) = table.column(&condition.column) else { return Ok(None) };
    let writable = table.insertable();
    let Some(place) = writable.iter().position(|at| *at == place) else { return Ok(None) };
    let columns: Vec<String> = writable.iter().map(|at| quoted(&table.columns[*at].name)).collect();
    let bases = bases(sandbox, table, &columns)?;
    if bases.is_empty() {
        own.script("PRAGMA ignore_check_constraints = on")?;
    }
    let uses_now = mentions_now(&condition.before) || mentions_now(&condition.after);
    let mut moments = vec![sandbox.now()];
    if uses_now {
        moments.extend(DAYS.iter().map(|day| day.parse::<Moment>().expect("it is a moment")));
    }
    let values = values(&own, condition, &moments);
    let name = quoted(&table.name);
    let insert = format!(
        "INSERT INTO {name} ({}) VALUES ({})",
        columns.join(", "),
        vec!["?"; columns.len()].join(", ")
    );
    let mut insert = own.prepare(&insert)?;
    let mut clear = own.prepare(&format!("DELETE FROM {name}"))?;
    let ask = format!(
        "SELECT count(*) FROM {name} AS {} WHERE (({}) IS TRUE) IS NOT (({}) IS TRUE)",
        quoted(&condition.source),
        condition.before,
        condition.after
    );
    // What a condition asks of other tables cannot be asked here.
    let Ok(mut ask) = own.prepare(&ask) else { return Ok(None) };
    for value in &values {
        clear.table()?;
        if !put(&mut insert, &bases, columns.len(), place, value)? {
            continue;
        }
        for moment in &moments {
            own.set_now(*moment);
            let told = match ask.table() {
                Ok((told, _)) => told,
                Err(failure) if failure.kind == FailureKind::Interrupted => return Err(failure),
                // Where one of the two fails, nothing is said of the other.
                Err(_) => continue,
            };
            if told.rows[0][0] != Value::Integer(0) {
                let day = if uses_now { format!(" and it is {moment}") } else { String::new() };
                return Ok(Some(format!("{value}{day}")));
            }
        }
    }
    Ok(None)
}

/// Rows that are there, for the other columns.
fn bases(sandbox: &Sandbox, table: &TableInfo, columns: &[String]) -> Result<Vec<Row>, Failure> {
    let told = sandbox.with_access(Access::Trusted, |sandbox| {
        sandbox.table(&format!("SELECT {} FROM {} LIMIT {BORROWED}", columns.join(", "), quoted(&table.name)))
    })?;
    Ok(told.rows)
}

/// Puts a row with the value there; `false` where no constraint lets it in.
fn put(
    insert: &mut crate::engine::Prepared<'_>,
    bases: &[Row],
    columns: usize,
    place: usize,
    value: &Value,
) -> Result<bool, Failure> {
    let blank = vec![Value::Integer(1); columns];
    let rows: Vec<&Row> = if bases.is_empty() { vec![&blank] } else { bases.iter().collect() };
    for row in rows {
        for (at, other) in row.iter().enumerate() {
            let own = if at == place { value } else { other };
            insert.bind(at + 1, own.as_ref())?;
        }
        match insert.table() {
            Ok(_) => return Ok(true),
            Err(failure) if failure.kind == FailureKind::Interrupted => return Err(failure),
            Err(_) => {}
        }
    }
    Ok(false)
}

/// The constants of both conditions: texts, and numbers as they are written.
fn constants(condition: &Where) -> (Vec<String>, Vec<String>) {
    let (mut texts, mut numbers) = (Vec::new(), Vec::new());
    for sql in [&condition.before, &condition.after] {
        for token in significant(sql) {
            match token.kind {
                TokenKind::String => texts.push(unquote(token.text(sql))),
                TokenKind::Number => numbers.push(token.text(sql).to_owned()),
                _ => {}
            }
        }
    }
    (texts, numbers)
}

fn mentions_now(sql: &str) -> bool {
    significant(sql).iter().any(|token| match token.kind {
        TokenKind::String => unquote(token.text(sql)).eq_ignore_ascii_case("now"),
        _ => {
            token.is_keyword(Keyword::CurrentDate)
                || token.is_keyword(Keyword::CurrentTime)
                || token.is_keyword(Keyword::CurrentTimestamp)
        }
    })
}

fn values(own: &Sandbox, condition: &Where, moments: &[Moment]) -> Vec<Value> {
    let mut out = vec![Value::Null];
    match condition.form {
        Some(Form::DateTime) => of_times(own, condition, "datetime", moments, &mut out),
        Some(Form::Date) => of_times(own, condition, "date", moments, &mut out),
        Some(Form::Integers | Form::Numbers | Form::Texts) | None => of_any(own, condition, &mut out),
    }
    // What a column has never held is nothing that a rewrite need be afraid of.
    out.retain(|value| match (condition.form, value) {
        (None, _)
        | (Some(_), Value::Null)
        | (Some(Form::Integers), Value::Integer(_))
        | (Some(Form::Numbers), Value::Integer(_) | Value::Real(_))
        | (Some(Form::Texts | Form::DateTime | Form::Date), Value::Text(_)) => true,
        (Some(_), _) => false,
    });
    let mut unique: Vec<Value> = Vec::new();
    for value in out {
        if !unique.contains(&value) {
            unique.push(value);
        }
    }
    unique
}

/// Times around the constants and around what is computed from now.
fn of_times(own: &Sandbox, condition: &Where, writer: &str, moments: &[Moment], out: &mut Vec<Value>) {
    let (texts, numbers) = constants(condition);
    let mut anchors: Vec<String> = texts.iter().map(|text| format!("datetime({})", literal(text))).collect();
    // '2025-11' and '2025' are no times, but their first days are.
    anchors.extend(texts.iter().map(|text| format!("datetime({} || '-01')", literal(text))));
    anchors.extend(texts.iter().map(|text| format!("datetime({} || '-01-01')", literal(text))));
    anchors.extend(numbers.iter().map(|number| format!("datetime({number}, 'unixepoch')")));
    for moment in moments {
        let now = literal(&moment.to_string());
        anchors.push(now.clone());
        for number in &numbers {
            for unit in ["seconds", "days"] {
                anchors.extend(["-", "+"].map(|sign| format!("datetime({now}, '{sign}{number} {unit}')")));
            }
        }
        anchors.extend(texts.iter().map(|text| format!("datetime({now}, {})", literal(text))));
    }
    for anchor in anchors {
        let shifted: Vec<String> =
            SHIFTS.iter().map(|shift| format!("{writer}({anchor}, '{shift}')")).collect();
        let Ok(told) = own.table(&format!("SELECT {}", shifted.join(", "))) else { continue };
        out.extend(told.rows.into_iter().flatten().filter(|value| *value != Value::Null));
    }
}

/// Values near the constants, and those that a comparison treats in its own way.
fn of_any(own: &Sandbox, condition: &Where, out: &mut Vec<Value>) {
    let (texts, numbers) = constants(condition);
    let mut exprs: Vec<String> = Vec::new();
    for text in &texts {
        let s = literal(text);
        exprs.extend([
            format!("rtrim({s}, '%*')"),
            format!("upper(rtrim({s}, '%*'))"),
            format!("lower(rtrim({s}, '%*'))"),
            s.clone(),
            format!("upper({s})"),
            format!("lower({s})"),
            format!("{s} || ' '"),
            format!("' ' || {s}"),
            format!("{s} || 'a'"),
            format!("{s} || 'Z'"),
            format!("{s} || '0'"),
            format!("'0' || {s}"),
            format!("{s} || '.0'"),
            format!("rtrim({s}, '%*') || char(1)"),
            format!("rtrim({s}, '%*') || char(1114111)"),
            format!("substr({s}, 1, length({s}) - 1)"),
            format!("substr({s}, 1, length({s}) - 1) || char(unicode(substr({s}, -1)) + 1)"),
            format!("substr({s}, 1, length({s}) - 1) || char(unicode(substr({s}, -1)) - 1)"),
            format!("CAST({s} AS NUMERIC)"),
            format!("CAST({s} AS BLOB)"),
        ]);
    }
    for n in &numbers {
        exprs.extend([
            n.clone(),
            format!("{n} + 1"),
            format!("{n} - 1"),
            format!("{n} + 0.5"),
            format!("{n} - 0.5"),
            format!("-({n})"),
            format!("CAST({n} AS TEXT)"),
            format!("'0' || {n}"),
            format!("' ' || {n}"),
            format!("{n} || ' '"),
            format!("{n} || '.0'"),
            format!("{n} || 'a'"),
        ]);
        for other in &numbers {
            exprs.extend([format!("{n} - {other}"), format!("{n} + {other}"), format!("{n} * {other}")]);
        }
    }
    exprs.extend(
        [
            "0",
            "1",
            "-1",
            "''",
            "' '",
            "'a'",
            "'A'",
            "'0'",
            "x'61'",
            "9223372036854775807",
            "-9223372036854775807",
            "1e300",
            "0.1",
        ]
        .map(str::to_owned),
    );
    for expr in exprs {
        if let Ok(told) = own.table(&format!("SELECT {expr}")) {
            out.extend(told.rows.into_iter().flatten());
        }
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
