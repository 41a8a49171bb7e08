//! Carries out the dot commands that look at the data: tables, their CREATE statements, indexes, parameters.

use std::io::{self, Write as _};

use super::{
    Output, Session,
    commands::{Action, Call},
    screens,
};
use crate::{
    engine::{Access, Failure, Sandbox},
    render::{
        cell::count,
        table::{self, Mode},
    },
    value::{Row, Table, Value},
};

/// Carries out one of these commands.
pub(super) fn command(session: &mut Session, call: &Call<'_>, out: &mut Output<'_>) -> io::Result<()> {
    let arguments = call.arguments();
    let first = arguments.first().map(String::as_str);
    match (call.action, first) {
        (Action::Tables, _) | (Action::Describe, None) => tables(session, first, out),
        (Action::Describe, Some(name)) => describe(session, name, out),
        (Action::Indexes, _) => indexes(session, first, out),
        (Action::Parameter, _) => parameter(session, &arguments, out),
        _ => schema(session, first, out),
    }
}

/// Asks the database as the program itself.
fn ask<T>(
    session: &mut Session,
    work: impl FnOnce(&Sandbox) -> Result<T, Failure>,
    out: &mut Output<'_>,
) -> io::Result<Option<T>> {
    let answer = match session.shop.open() {
        Ok(sandbox) => sandbox.with_access(Access::Trusted, work),
        Err(error) => Err(Failure::fault(error.to_string())),
    };
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(failure) => session.complain(&failure.to_string(), out).map(|()| None),
    }
}

fn text(value: &Value) -> &str {
    match value {
        Value::Text(text) => text,
        Value::Null | Value::Integer(_) | Value::Real(_) | Value::Blob(_) => "",
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn literal(text: &str) -> String {
    Value::from(text).to_string()
}

/// Tables and views: how many rows, which columns.
fn tables(session: &mut Session, pattern: Option<&str>, out: &mut Output<'_>) -> io::Result<()> {
    let listed = ask(
        session,
        |sandbox| {
            let listed = sandbox.table(&format!(
                "SELECT l.name, l.type, (SELECT group_concat(c.name, ', ') FROM pragma_table_xinfo(l.name) AS c
                   WHERE c.hidden <> 1)
                 FROM pragma_table_list AS l
                 WHERE l.schema IN ('main', 'temp') AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND l.name LIKE {}
                 ORDER BY l.name",
                literal(pattern.unwrap_or("%"))
            ))?;
            let mut all = Vec::new();
            for row in &listed.rows {
                let name = text(&row[0]);
                // A view whose tables are gone still has a name.
                let rows = sandbox.table(&format!("SELECT count(*) FROM {}", quoted(name))).ok();
                let rows = match rows.as_ref().and_then(|table| table.rows.first()?.first()) {
                    Some(Value::Integer(n)) => count(*n as u64),
                    Some(Value::Null | Value::Real(_) | Value::Text(_) | Value::Blob(_)) | None => "?".into(),
                };
                let kind = if text(&row[1]) == "view" { "view" } else { "rows" };
                all.push((name.to_owned(), format!("{rows} {kind}"), text(&row[2]).to_owned()));
            }
            Ok(all)
        },
        out,
    )?;
    match listed {
        None => Ok(()),
        Some(all) if all.is_empty() => match pattern {
            Some(pattern) => session.complain(&format!("no table is called like '{pattern}'"), out),
            None => session.complain("there are no tables: .reset brings them back", out),
        },
        Some(all) => screens::tables(&all, &session.view.style, out),
    }
}

/// CREATE statements as they were given.
fn schema(session: &mut Session, name: Option<&str>, out: &mut Output<'_>) -> io::Result<()> {
    let filter = name.map_or_else(String::new, |name| format!("AND tbl_name LIKE {}", literal(name)));
    let sql = format!(
        "SELECT sql FROM (SELECT *, 0 AS place FROM sqlite_schema UNION ALL SELECT *, 1 FROM sqlite_temp_schema)
         WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' {filter}
         ORDER BY place, rowid"
    )
    .replace("SELECT *, 0", "SELECT rowid, *, 0")
    .replace("SELECT *, 1", "SELECT rowid, *, 1");
    let Some(found) = ask(session, |sandbox| sandbox.table(&sql), out)? else { return Ok(()) };
    if found.rows.is_empty() {
        return no_table(session, name, out);
    }
    let style = session.view.style.clone();
    for row in &found.rows {
        writeln!(out, "{};", screens::sql(text(&row[0]), &style))?;
    }
    Ok(())
}

fn no_table(session: &mut Session, name: Option<&str>, out: &mut Output<'_>) -> io::Result<()> {
    let Some(name) = name else { return session.complain("there are no tables", out) };
    let guess = super::commands::nearest(name, session.words().tables())
        .map_or_else(|| ".tables lists them".to_owned(), |near| format!("did you mean {near}?"));
    session.complain(&format!("no table is called {name}: {guess}"), out)
}

/// The columns of one table, and its indexes.
fn describe(session: &mut Session, name: &str, out: &mut Output<'_>) -> io::Result<()> {
    let sql = format!(
        "SELECT name AS \"column\", lower(type) AS type,
           trim(iif(pk > 0, 'primary key', iif(\"notnull\", 'not null', ''))
             || coalesce((SELECT ' → ' || f.\"table\" || coalesce(' (' || f.\"to\" || ')', '')
                          FROM pragma_foreign_key_list({0}) AS f WHERE f.\"from\" = c.name), '')) AS notes,
           dflt_value AS \"default\"
         FROM pragma_table_xinfo({0}) AS c WHERE hidden <> 1 ORDER BY cid",
        literal(name)
    );
    let Some(found) = ask(session, |sandbox| sandbox.table(&sql), out)? else { return Ok(()) };
    if found.rows.is_empty() {
        return no_table(session, Some(name), out);
    }
    show(session, &drop_empty(found), out)?;
    indexes(session, Some(name), out)
}

/// Leaves a column out in which nothing stands.
fn drop_empty(mut table: Table) -> Table {
    let empty = |value: &Value| value.is_null() || *value == Value::Text(String::new());
    for at in (0..table.columns.len()).rev() {
        if table.rows.iter().all(|row| empty(&row[at])) {
            table.columns.remove(at);
            table.rows.iter_mut().for_each(|row| drop(row.remove(at)));
        }
    }
    let blank = |value: &mut Value| {
        if value.is_null() {
            *value = Value::Text(String::new());
        }
    };
    table.rows.iter_mut().flatten().for_each(blank);
    table
}

fn show(session: &Session, found: &Table, out: &mut Output<'_>) -> io::Result<()> {
    let mode = if session.view.mode == Mode::Line { Mode::Box } else { session.view.mode };
    table::write(found, mode, &session.view.style, out)
}

/// Indexes: those that were made, and those that constraints bring along.
fn indexes(session: &mut Session, name: Option<&str>, out: &mut Output<'_>) -> io::Result<()> {
    let filter =
        name.map_or_else(String::new, |name| format!("WHERE lower(t.name) = lower({})", literal(name)));
    let sql = format!(
        "SELECT t.name AS \"table\", i.name AS \"index\",
           (SELECT group_concat(coalesce(x.name, '<expression>') || iif(x.\"desc\", ' desc', ''), ', ')
            FROM pragma_index_xinfo(i.name) AS x WHERE x.key) AS columns,
           trim(iif(i.\"unique\", 'unique', '') || iif(i.partial, ' partial', '')
             || iif(i.origin = 'c', '', ' by constraint')) AS notes
         FROM (SELECT name FROM sqlite_schema WHERE type = 'table') AS t
         JOIN pragma_index_list(t.name) AS i {filter}
         ORDER BY t.name, i.name"
    );
    let Some(found) = ask(session, |sandbox| sandbox.table(&sql), out)? else { return Ok(()) };
    if found.rows.is_empty() {
        return match name {
            Some(name) => writeln!(out, "{name} has no index"),
            None => writeln!(out, "no table has an index"),
        };
    }
    show(session, &drop_empty(found), out)
}

fn parameter(session: &mut Session, arguments: &[String], out: &mut Output<'_>) -> io::Result<()> {
    let bare = |name: &str| name.trim_start_matches([':', '@', '$']).to_owned();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["set", name, value @ ..] if !value.is_empty() => {
            let given = value.join(" ");
            // As in the sqlite3 shell: an expression of SQL, or else text.
            let value = session
                .shop
                .open()
                .ok()
                .and_then(|sandbox| sandbox.table(&format!("SELECT {given}")).ok())
                .and_then(|table| table.rows.into_iter().next()?.into_iter().next())
                .unwrap_or_else(|| Value::Text(given.clone()));
            let name = bare(name);
            session.parameters.retain(|(known, _)| *known != name);
            session.parameters.push((name, value));
            Ok(())
        }
        ["unset", name] => {
            let name = bare(name);
            session.parameters.retain(|(known, _)| *known != name);
            Ok(())
        }
        ["clear"] => {
            session.parameters.clear();
            Ok(())
        }
        [] | ["list"] if session.parameters.is_empty() => {
            writeln!(out, "no parameter has a value: .parameter set :name VALUE")
        }
        [] | ["list"] => {
            let row = |(name, value): &(String, Value)| -> Row {
                vec![format!(":{name}").as_str().into(), value.clone()]
            };
            let rows = session.parameters.iter().map(row).collect();
            show(session, &Table { columns: vec!["name".into(), "value".into()], rows }, out)
        }
        _ => session.complain("write .parameter set :name VALUE, unset :name, list or clear", out),
    }
}
