//! What the tests of plans share: the engine's rows and the facts of a schema, as the plan's own types.

use rusqlite::Connection;
use sqldojo::plan::input::{IndexFacts, IndexKey, IndexOrigin, RawNode, SchemaFacts, TableFacts, ViewFacts};

/// Rows that the shop's tables are said to hold, so that words have numbers in them.
const ROWS: [(&str, u64); 5] =
    [("users", 300), ("products", 120), ("orders", 2014), ("order_items", 5127), ("payments", 1874)];

/// The rows of EXPLAIN QUERY PLAN.
pub(crate) fn explain(conn: &Connection, sql: &str) -> Vec<RawNode> {
    let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect(sql);
    let rows = statement.query_map([], |row| {
        Ok(RawNode { id: row.get(0)?, parent: row.get(1)?, estimate: row.get(2)?, detail: row.get(3)? })
    });
    rows.expect(sql).collect::<Result<_, _>>().expect(sql)
}

/// The facts of the schema that is open.
pub(crate) fn facts(conn: &Connection) -> SchemaFacts {
    let mut facts = SchemaFacts::default();
    let listed = "SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main' ORDER BY name";
    for (name, kind, without_rowid) in query(conn, listed, |row| (text(row, 0), text(row, 1), flag(row, 2))) {
        match kind.as_str() {
            "view" => {
                let sql = format!("SELECT sql FROM sqlite_schema WHERE name = '{name}'");
                facts.views.push(ViewFacts { name, sql: query(conn, &sql, |row| text(row, 0)).concat() });
            }
            "table" => add_table(conn, &mut facts, name, without_rowid),
            _ => {}
        }
    }
    facts
}

fn add_table(conn: &Connection, facts: &mut SchemaFacts, name: String, without_rowid: bool) {
    let sql = format!("SELECT name, upper(type) = 'INTEGER' AND pk = 1 FROM pragma_table_info('{name}')");
    let columns = query(conn, &sql, |row| (text(row, 0), flag(row, 1)));
    let sql = format!("SELECT name, \"unique\", partial, origin FROM pragma_index_list('{name}')");
    for (index, unique, partial, origin) in
        query(conn, &sql, |r| (text(r, 0), flag(r, 1), flag(r, 2), text(r, 3)))
    {
        let sql = format!("SELECT coalesce(name, '') FROM pragma_index_info('{index}')");
        let keys = query(conn, &sql, |row| text(row, 0));
        let keys = keys.into_iter().map(|key| match key.as_str() {
            "" => IndexKey::Expression("strftime('%Y-%m', created_at)".to_owned()),
            _ => IndexKey::Column(key),
        });
        facts.indexes.push(IndexFacts {
            table: name.clone(),
            keys: keys.collect(),
            unique,
            partial: partial.then(|| condition(conn, &index)),
            name: index,
            origin: match origin.as_str() {
                "u" => IndexOrigin::Unique,
                "pk" => IndexOrigin::PrimaryKey,
                _ => IndexOrigin::Created,
            },
            rows_per_key: Vec::new(),
        });
    }
    facts.tables.push(TableFacts {
        rows: ROWS.iter().find(|(table, _)| *table == name).map(|(_, rows)| *rows),
        integer_key: columns.iter().find(|(_, key)| *key && !without_rowid).map(|(name, _)| name.clone()),
        columns: columns.into_iter().map(|(name, _)| name).collect(),
        without_rowid,
        name,
    });
}

/// What stands behind WHERE in a partial index.
fn condition(conn: &Connection, index: &str) -> String {
    let sql =
        query(conn, &format!("SELECT sql FROM sqlite_schema WHERE name = '{index}'"), |row| text(row, 0))
            .concat();
    sql.split_once(" WHERE ").map_or_else(String::new, |(_, condition)| condition.to_owned())
}

fn query<T>(conn: &Connection, sql: &str, read: impl Fn(&rusqlite::Row<'_>) -> T) -> Vec<T> {
    let mut statement = conn.prepare(sql).expect(sql);
    let rows = statement.query_map([], |row| Ok(read(row)));
    rows.expect(sql).collect::<Result<_, _>>().expect(sql)
}

fn text(row: &rusqlite::Row<'_>, at: usize) -> String {
    row.get(at).expect("the column is of this type")
}

fn flag(row: &rusqlite::Row<'_>, at: usize) -> bool {
    row.get(at).expect("the column is of this type")
}
