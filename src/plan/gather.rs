//! What a plan is read from, asked of an open database: the engine's rows, and the facts of the schema. The one
//! file of this module that knows the engine.

use super::{
    Plan,
    input::{IndexFacts, IndexKey, IndexOrigin, RawNode, SchemaFacts, TableFacts, ViewFacts},
};
use crate::{
    engine::{Access, Failure, Sandbox},
    sql::{
        keywords::Keyword,
        lexer::{significant, unquote},
    },
    value::{Row, Value},
};

/// Asks for the plan of one statement and reads it.
///
/// # Errors
/// What the engine says of the statement.
pub fn explain(sandbox: &Sandbox, sql: &str) -> Result<Plan, Failure> {
    explain_with(sandbox, sql, &[])
}

/// As [`explain`], with values for the parameters: some plans depend on them.
///
/// # Errors
/// As [`explain`].
pub fn explain_with(sandbox: &Sandbox, sql: &str, parameters: &[(String, Value)]) -> Result<Plan, Failure> {
    let rows = raw(sandbox, sql, parameters)?;
    let facts = facts(sandbox, &rows)?;
    Ok(Plan::read(&rows, sql, &facts))
}

/// The engine's own rows for one statement.
///
/// # Errors
/// As [`explain`].
pub(super) fn raw(
    sandbox: &Sandbox,
    sql: &str,
    parameters: &[(String, Value)],
) -> Result<Vec<RawNode>, Failure> {
    const PREFIX: &str = "EXPLAIN QUERY PLAN ";
    let ask = || {
        let mut statement = sandbox.prepare(&format!("{PREFIX}{sql}"))?;
        statement.bind_named(parameters)?;
        statement.table()
    };
    let (told, _) = ask().map_err(|failure| Failure {
        offset: failure.offset.and_then(|offset| offset.checked_sub(PREFIX.len())),
        ..failure
    })?;
    let node = |row: &Row| RawNode {
        id: integer(&row[0]),
        parent: integer(&row[1]),
        estimate: integer(&row[2]),
        detail: text(&row[3]),
    };
    Ok(told.rows.iter().map(node).collect())
}

/// The facts of the schema, with the rows counted of those tables that `rows` speak of.
pub(super) fn facts(sandbox: &Sandbox, rows: &[RawNode]) -> Result<SchemaFacts, Failure> {
    sandbox.with_access(Access::Trusted, |sandbox| {
        let mut facts = SchemaFacts::default();
        let listed = sandbox.table(
            "SELECT l.name, l.type, l.wr, s.sql FROM pragma_table_list AS l \
             JOIN (SELECT name, sql FROM sqlite_schema UNION ALL SELECT name, sql FROM sqlite_temp_schema) AS s \
             ON s.name = l.name WHERE l.schema IN ('main', 'temp') AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
             ORDER BY l.name",
        )?;
        for row in &listed.rows {
            let name = text(&row[0]);
            match text(&row[1]).as_str() {
                "view" => facts.views.push(ViewFacts { name, sql: text(&row[3]) }),
                "table" => facts.tables.push(table(sandbox, name, integer(&row[2]) == 1)?),
                _ => {}
            }
        }
        let mut stats = statistics(sandbox)?;
        let named: Vec<&str> = rows.iter().filter_map(|row| row.detail.split(' ').nth(1)).collect();
        // A name that is no table's stands for one: then all of them are counted.
        let aliased = named.iter().any(|name| facts.table(name).is_none());
        for at in 0..facts.tables.len() {
            let read = indexes(sandbox, &facts.tables[at], &mut stats)?;
            facts.indexes.extend(read);
            let table = &mut facts.tables[at];
            if aliased || named.iter().any(|name| name.eq_ignore_ascii_case(&table.name)) {
                table.rows = Some(count(sandbox, &table.name)?);
            }
        }
        Ok(facts)
    })
}

fn table(sandbox: &Sandbox, name: String, without_rowid: bool) -> Result<TableFacts, Failure> {
    let listed = sandbox.table(&format!(
        "SELECT name, upper(type) = 'INTEGER' AND pk = 1 AND (SELECT max(pk) FROM pragma_table_xinfo({0})) = 1 \
         FROM pragma_table_xinfo({0}) WHERE hidden <> 1",
        literal(&name)
    ))?;
    let key = listed.rows.iter().find(|row| integer(&row[1]) == 1 && !without_rowid);
    Ok(TableFacts {
        rows: None,
        integer_key: key.map(|row| text(&row[0])),
        columns: listed.rows.iter().map(|row| text(&row[0])).collect(),
        without_rowid,
        name,
    })
}

fn count(sandbox: &Sandbox, table: &str) -> Result<u64, Failure> {
    let counted = sandbox.table(&format!("SELECT count(*) FROM \"{}\"", table.replace('"', "\"\"")))?;
    Ok(counted.rows.first().map_or(0, |row| integer(&row[0]).unsigned_abs()))
}

/// What ANALYZE left: index names and their figures.
fn statistics(sandbox: &Sandbox) -> Result<Vec<(String, String)>, Failure> {
    let there = sandbox.table("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'")?;
    if there.rows.is_empty() {
        return Ok(Vec::new());
    }
    let listed = sandbox.table("SELECT idx, stat FROM sqlite_stat1 WHERE idx IS NOT NULL")?;
    Ok(listed.rows.iter().map(|row| (text(&row[0]), text(&row[1]))).collect())
}

fn indexes(
    sandbox: &Sandbox,
    table: &TableFacts,
    stats: &mut Vec<(String, String)>,
) -> Result<Vec<IndexFacts>, Failure> {
    let listed = sandbox.table(&format!(
        "SELECT l.name, l.\"unique\", l.origin, s.sql FROM pragma_index_list({}) AS l \
         LEFT JOIN (SELECT name, sql FROM sqlite_schema UNION ALL SELECT name, sql FROM sqlite_temp_schema) AS s \
         ON s.name = l.name ORDER BY l.name",
        literal(&table.name)
    ))?;
    let read = |row: &Row| -> Result<IndexFacts, Failure> {
        let name = text(&row[0]);
        let (expressions, partial) = definition(&text(&row[3]));
        let keys = sandbox.table(&format!(
            "SELECT name FROM pragma_index_xinfo({}) WHERE \"key\" ORDER BY seqno",
            literal(&name)
        ))?;
        let keys = keys.rows.iter().enumerate().map(|(at, row)| match &row[0] {
            Value::Text(name) => IndexKey::Column(name.clone()),
            _ => IndexKey::Expression(expressions.get(at).map(|text| undirected(text)).unwrap_or_default()),
        });
        let stat = stats.iter().position(|(index, _)| *index == name).map(|at| stats.swap_remove(at).1);
        Ok(IndexFacts {
            keys: keys.collect(),
            unique: integer(&row[1]) == 1,
            partial,
            origin: match text(&row[2]).as_str() {
                "u" => IndexOrigin::Unique,
                "pk" => IndexOrigin::PrimaryKey,
                _ => IndexOrigin::Created,
            },
            rows_per_key: stat.map_or_else(Vec::new, |stat| {
                stat.split_whitespace().skip(1).map_while(|figure| figure.parse().ok()).collect()
            }),
            table: table.name.clone(),
            name,
        })
    };
    listed.rows.iter().map(read).collect()
}

/// The parts of a CREATE INDEX statement's key as they are written, and the condition of a partial index.
pub fn definition(sql: &str) -> (Vec<String>, Option<String>) {
    let tokens = significant(sql);
    let (mut depth, mut start) = (0, 0);
    let mut parts = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let word = token.text(sql);
        match word {
            "(" => {
                depth += 1;
                if depth == 1 {
                    start = token.span.end;
                }
            }
            "," if depth == 1 => {
                parts.push(sql[start..token.span.start].trim().to_owned());
                start = token.span.end;
            }
            ")" => {
                depth -= 1;
                if depth == 0 {
                    parts.push(sql[start..token.span.start].trim().to_owned());
                }
            }
            _ if depth == 0 && token.is_keyword(Keyword::Where) && !parts.is_empty() => {
                let condition = tokens.get(at + 1).map(|first| sql[first.span.start..].trim().to_owned());
                return (parts.iter().map(|part| unquote(part)).collect(), condition);
            }
            _ => {}
        }
    }
    (parts, None)
}

/// An expression without the direction behind it.
fn undirected(expression: &str) -> String {
    let last = expression.rsplit(char::is_whitespace).next().unwrap_or("");
    let directed = last.eq_ignore_ascii_case("desc") || last.eq_ignore_ascii_case("asc");
    let end = if directed { expression.len() - last.len() } else { expression.len() };
    expression[..end].trim_end().to_owned()
}

fn literal(name: &str) -> String {
    format!("'{}'", name.replace('\'', "''"))
}

fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Null | Value::Integer(_) | Value::Real(_) | Value::Blob(_) => String::new(),
    }
}

fn integer(value: &Value) -> i64 {
    match value {
        Value::Integer(i) => *i,
        Value::Null | Value::Real(_) | Value::Text(_) | Value::Blob(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Settings, Source};

    fn sandbox() -> Sandbox {
        let now = "2026-03-15".parse().unwrap();
        let sandbox = Sandbox::open(Source::Empty, Settings::learner(now, None)).unwrap();
        sandbox
            .script(
                "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE, country TEXT);
                 CREATE TABLE tags (user_id INT, tag TEXT, PRIMARY KEY (tag, user_id)) WITHOUT ROWID;
                 CREATE INDEX mail ON users (lower(email) DESC, country DESC) WHERE country <> 'x' AND id > 1;
                 CREATE VIEW germans AS SELECT * FROM users WHERE country = 'DE';
                 INSERT INTO users SELECT value, value || '@x', 'DE' FROM generate_series(1, 40);
                 ANALYZE",
            )
            .unwrap();
        sandbox
    }

    #[test]
    fn facts_of_a_schema() {
        let scan = RawNode { id: 1, parent: 0, estimate: 0, detail: "SEARCH users".into() };
        let facts = facts(&sandbox(), &[scan]).unwrap();
        let index = |name: &str, table: &str, keys: &[&str], origin, rows_per_key: &[u64]| IndexFacts {
            name: name.into(),
            table: table.into(),
            keys: keys.iter().map(|key| IndexKey::Column((*key).into())).collect(),
            unique: true,
            partial: None,
            origin,
            rows_per_key: rows_per_key.to_vec(),
        };
        assert_eq!(
            facts,
            SchemaFacts {
                tables: vec![
                    TableFacts {
                        name: "tags".into(),
                        rows: None,
                        columns: vec!["user_id".into(), "tag".into()],
                        integer_key: None,
                        without_rowid: true,
                    },
                    TableFacts {
                        name: "users".into(),
                        rows: Some(40),
                        columns: vec!["id".into(), "email".into(), "country".into()],
                        integer_key: Some("id".into()),
                        without_rowid: false,
                    },
                ],
                indexes: vec![
                    index(
                        "sqlite_autoindex_tags_1",
                        "tags",
                        &["tag", "user_id"],
                        IndexOrigin::PrimaryKey,
                        &[]
                    ),
                    IndexFacts {
                        keys: vec![
                            IndexKey::Expression("lower(email)".into()),
                            IndexKey::Column("country".into())
                        ],
                        unique: false,
                        partial: Some("country <> 'x' AND id > 1".into()),
                        ..index("mail", "users", &[], IndexOrigin::Created, &[1, 1])
                    },
                    index("sqlite_autoindex_users_1", "users", &["email"], IndexOrigin::Unique, &[1]),
                ],
                views: vec![ViewFacts {
                    name: "germans".into(),
                    sql: "CREATE VIEW germans AS SELECT * FROM users WHERE country = 'DE'".into(),
                }],
            }
        );
    }

    #[test]
    fn a_statement_that_fails_points_at_itself() {
        let failure = explain(&sandbox(), "SELECT nme FROM users").unwrap_err();
        assert_eq!((failure.message.as_str(), failure.offset), ("no such column: nme", Some(7)));
    }
}
