//! Laws of the judge that hold whatever the queries are: a query is no other than itself, results compare as the rules
//! say, what a counterexample promises is kept, and the same seed finds the same.

#[path = "judge_laws/compose.rs"]
mod compose;

use std::cell::Cell;

use compose::{PLAIN, Query, Style, World};
use proptest::{
    prelude::*,
    test_runner::{RngSeed, TestRunner},
};
use rusqlite::{Connection, types::Value as Raw};
use serde_json::Value as Json;
use sqldojo::{
    differ::{
        Brief, Budget, Effort, Outcome,
        compare::{Order, compare},
        examine, search,
    },
    judge::{
        Options, Report, Verdict,
        pair::{Pair, diff},
    },
    render::{json, report::diff_json},
    sql::{edits::edits, names::SchemaNames},
    value::{Row, Table, Value},
};

fn worlds() -> [World; 3] {
    let ddl_of =
        |corpus: &'static str| corpus.split("\n-- == ").next().expect("a file begins with its schema");
    [
        World::new(
            "shop",
            include_str!("../schemas/shop.sql"),
            "orders: id# user_id# status$ created_at@
             users: id# name$ country$ referrer_id# created_at@
             order_items: id# order_id# product_id# quantity# unit_price_cents#
             products: id# name$ category$ price_cents# discontinued_at@
             payments: id# order_id# amount_cents# status$ created_at@
             orders.user_id = users.id
             order_items.order_id = orders.id
             order_items.product_id = products.id
             payments.order_id = orders.id
             users.referrer_id = users.id",
        ),
        World::new(
            "ladder",
            ddl_of(include_str!("corpus/ladder.sql")),
            "halls: region$ number# hall# name$
             sites: region$ number# staff#
             racks: id# region$ number# hall# height#
             cables: id# rack_id# next_id#
             terms: book$ entry# b_book$ b_entry#
             halls.region,number = sites.region,number
             racks.region,number,hall = halls.region,number,hall
             cables.rack_id = racks.id
             cables.next_id = cables.id
             terms.b_book,b_entry = terms.book,entry",
        ),
        World::new(
            "keyless",
            ddl_of(include_str!("corpus/keyless.sql")),
            "staff: badge$ dept$ pay#
             shifts: badge$ dept$ hours# day@
             rooms: dept$ room#
             shifts.badge = staff.badge
             shifts.badge,dept = staff.badge,dept
             rooms.dept = staff.dept
             rooms.dept = shifts.dept
             staff.pay = shifts.hours",
        ),
    ]
}

/// Runs a law over cases that are the same every time.
fn hold<S: Strategy>(cases: u32, strategy: S, law: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    if let Err(error) = TestRunner::new(config).run(&strategy, law) {
        panic!("{error}");
    }
}

/// The place of a world, and the numbers that compose a query.
fn numbers() -> impl Strategy<Value = (usize, Vec<u16>)> {
    (0_usize..3, prop::collection::vec(any::<u16>(), 0..60))
}

fn brief<'a>(world: &World, reference: &'a str, order: &'a Order) -> Brief<'a> {
    Brief {
        ddl: world.ddl,
        hints: &[],
        reference,
        parameters: &[],
        order,
        now: "2026-03-15 12:00:00".parse().expect("it is a moment"),
        day_moves: false,
        seed: 1,
    }
}

fn order_of(query: &Query) -> Order {
    if query.ordered { Order::Total } else { Order::Any }
}

fn budget(databases: u64) -> Budget {
    Budget { databases, millis: 60_000 }
}

/// How far a search went that finds no difference.
fn same(world: &World, reference: &str, answer: &str, order: &Order) -> Result<Effort, TestCaseError> {
    match search(&brief(world, reference, order), answer, &[], budget(120)) {
        Ok(Outcome::Same(effort)) => Ok(effort),
        other => Err(TestCaseError::fail(format!("{}\n{reference}\n{answer}\n{other:#?}", world.name))),
    }
}

#[test]
fn a_query_is_no_other_than_itself() {
    let worlds = worlds();
    let (tried, told) = (Cell::new(0), Cell::new(0));
    hold(150, (numbers(), any::<bool>()), |((at, numbers), loose)| {
        let query = Query::compose(&worlds[at], &numbers, loose);
        let sql = query.sql(&PLAIN);
        let effort = same(&worlds[at], &sql, &sql, &order_of(&query))?;
        tried.set(tried.get() + 1);
        told.set(told.get() + u64::from(effort.databases >= 100));
        Ok(())
    });
    // Nearly all databases say something of nearly all queries.
    assert!(told.get() * 10 >= tried.get() * 9, "{} of {}", told.get(), tried.get());
}

#[test]
fn writing_a_query_otherwise_changes_nothing() {
    let worlds = worlds();
    hold(200, (numbers(), 1_usize..8), |((at, numbers), how)| {
        let query = Query::compose(&worlds[at], &numbers, false);
        let aliases = if how & 1 == 0 { PLAIN.aliases } else { ["z", "\"a b\"", "t2"] };
        let style = Style { aliases, reversed: how & 2 != 0, wrapped: how & 4 != 0 && !query.ordered };
        let (plain, other) = (query.sql(&PLAIN), query.sql(&style));
        same(&worlds[at], &plain, &other, &order_of(&query))?;
        same(&worlds[at], &other, &plain, &order_of(&query)).map(|_| ())
    });
}

/// A value, from few.
fn value() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        Value::Null,
        Value::Integer(5),
        Value::Real(5.0),
        Value::Integer(0),
        Value::Real(-0.0),
        Value::Real(0.5),
        Value::Real(0.5 + 4e-10),
        Value::Real(0.5 + 8e-10),
        Value::Real(5.000_000_002),
        Value::Real(f64::INFINITY),
        Value::Real(f64::NEG_INFINITY),
        Value::Integer(i64::MAX),
        Value::Text("5".into()),
        Value::Text("a".into()),
        Value::Blob(b"a".to_vec()),
        Value::Text(String::new()),
        Value::Blob(Vec::new()),
    ])
}

fn table(rows: Vec<Row>) -> Table {
    Table { columns: (0..2).map(|at| format!("c{at}")).collect(), rows }
}

fn rows(most: usize) -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec(prop::collection::vec(value(), 2), 0..most)
}

#[test]
fn comparing_is_fair_to_both_sides() {
    let orders = [Order::Any, Order::Total, Order::Keys(vec![0])];
    hold(3_000, (rows(5), rows(5), 0_usize..3), |(one, other, order)| {
        let (one, other) = (table(one), table(other));
        let differs = |a: &Table, b: &Table| compare(a, b, &orders[order]).is_some();
        prop_assert_eq!(differs(&one, &other), differs(&other, &one));
        prop_assert!(!differs(&one, &one) && !differs(&other, &other));
        Ok(())
    });
}

#[test]
fn a_bag_has_no_order_but_counts() {
    hold(2_000, (rows(6), prop::collection::vec(value(), 2), any::<u64>()), |(rows, row, at)| {
        let one = table(rows.clone());
        let mut moved = rows;
        sqldojo::random::Random::new(at).shuffle(&mut moved);
        prop_assert!(compare(&one, &table(moved.clone()), &Order::Any).is_none());
        moved.push(row);
        let more = table(moved);
        prop_assert!(compare(&one, &more, &Order::Any).is_some());
        prop_assert!(compare(&more, &one, &Order::Any).is_some());
        Ok(())
    });
}

#[test]
fn a_result_is_another_where_one_value_is() {
    // Which of the values are the same.
    let equal = |a: &Value, b: &Value| {
        let number = |value: &Value| match value {
            Value::Integer(i) => Some((*i as f64, Some(*i))),
            Value::Real(r) => Some((*r, None)),
            Value::Null | Value::Text(_) | Value::Blob(_) => None,
        };
        match (number(a), number(b)) {
            (Some((_, Some(a))), Some((_, Some(b)))) => a == b,
            (Some((a, _)), Some((b, _))) if a.is_finite() && b.is_finite() => {
                let whole = a.fract() == 0.0 && b.fract() == 0.0;
                (a - b).abs() <= if whole { 0.0 } else { 1e-9 * a.abs().max(b.abs()) }
            }
            (Some((a, _)), Some((b, _))) => a.total_cmp(&b).is_eq(),
            (None, None) => a == b,
            (Some(_), None) | (None, Some(_)) => false,
        }
    };
    hold(3_000, (rows(4), value(), value(), 0_usize..3), |(rows, a, b, order)| {
        let order = [Order::Any, Order::Total, Order::Keys(vec![1])][order].clone();
        let with = |value: &Value| {
            let mut rows = rows.clone();
            rows.push(vec![value.clone(), Value::Integer(1)]);
            table(rows)
        };
        let differs = compare(&with(&a), &with(&b), &order).is_some();
        prop_assert_eq!(differs, !equal(&a, &b), "{} {}", a, b);
        Ok(())
    });
}

/// A connection that has nothing of ours, with the rows of a counterexample and every constraint on.
fn fresh(ddl: &str, tables: &serde_json::Map<String, Json>) -> rusqlite::Result<Connection> {
    let fresh = Connection::open_in_memory()?;
    fresh.execute_batch(ddl)?;
    fresh.execute_batch("PRAGMA foreign_keys = ON")?;
    for (name, table) in tables {
        let list = |value: &Json| value.as_array().cloned().unwrap_or_default();
        let columns: Vec<String> =
            list(&table["columns"]).iter().map(|c| format!("\"{}\"", c.as_str().unwrap_or(""))).collect();
        for row in list(&table["rows"]) {
            let values: Vec<String> = list(&row).iter().map(literal).collect();
            fresh.execute_batch(&format!(
                "INSERT INTO \"{name}\" ({}) VALUES ({})",
                columns.join(", "),
                values.join(", ")
            ))?;
        }
    }
    let count = |sql: &str| fresh.query_row(sql, [], |row| row.get::<_, i64>(0));
    assert_eq!(count("SELECT count(*) FROM pragma_foreign_key_check")?, 0);
    assert_eq!(count("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'")?, 0);
    Ok(fresh)
}

/// A value of JSON as an SQL literal.
fn literal(value: &Json) -> String {
    match value {
        Json::Null => "NULL".to_owned(),
        Json::String(text) => format!("'{}'", text.replace('\'', "''")),
        Json::Object(blob) => format!("x'{}'", blob["blob"].as_str().expect("it is a blob")),
        Json::Bool(_) | Json::Number(_) | Json::Array(_) => value.to_string(),
    }
}

fn run(connection: &Connection, sql: &str) -> rusqlite::Result<Table> {
    let mut statement = connection.prepare(sql)?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let count = columns.len();
    let rows = statement.query_map([], |row| {
        (0..count)
            .map(|at| {
                Ok(match row.get(at)? {
                    Raw::Null => Value::Null,
                    Raw::Integer(i) => Value::Integer(i),
                    Raw::Real(r) => Value::Real(r),
                    Raw::Text(t) => Value::Text(t),
                    Raw::Blob(b) => Value::Blob(b),
                })
            })
            .collect()
    })?;
    Ok(Table { columns, rows: rows.collect::<rusqlite::Result<_>>()? })
}

fn names(world: &World) -> SchemaNames {
    let now = "2026-03-15 12:00:00".parse().expect("it is a moment");
    let brief = Brief {
        ddl: world.ddl,
        hints: &[],
        reference: "SELECT 1",
        parameters: &[],
        order: &Order::Any,
        now,
        day_moves: false,
        seed: 1,
    };
    examine(&brief, |examiner| Ok(examiner.schema().names())).expect("the schema is in order")
}

/// A query and one of its single edits, judged.
fn judged(
    world: &World,
    names: &SchemaNames,
    numbers: &[u16],
    which: usize,
) -> Option<(String, String, bool, Report)> {
    let query = Query::compose(world, numbers, false);
    let reference = query.sql(&PLAIN);
    let edits = edits(&reference, names);
    let answer = edits.get(which % edits.len().max(1))?.sql.clone();
    let pair = Pair {
        schema: world.ddl,
        reference: &reference,
        answer: &answer,
        ordered: query.ordered,
        today: None,
    };
    let options = Options { databases: 300, millis: 60_000, ..Options::default() };
    let mut report = diff(&pair, &options).expect("the reference runs");
    report.searched.elapsed_ms = 0.0;
    Some((reference, answer, query.ordered, report))
}

#[test]
fn a_counterexample_keeps_its_promise() {
    let worlds = worlds();
    let names: Vec<SchemaNames> = worlds.iter().map(names).collect();
    let shown = Cell::new(0);
    hold(250, (numbers(), any::<usize>()), |((at, numbers), which)| {
        let Some((reference, answer, ordered, report)) = judged(&worlds[at], &names[at], &numbers, which)
        else {
            return Ok(());
        };
        if report.counterexample.is_none() {
            prop_assert!(
                report.verdict != Verdict::Wrong || report.luck.is_some(),
                "{}\n{}",
                reference,
                answer
            );
            return Ok(());
        }
        shown.set(shown.get() + 1);
        let found = &diff_json(&report, &answer)["counterexample"];
        let fresh = fresh(worlds[at].ddl, found["tables"].as_object().expect("tables have names"))
            .map_err(|error| TestCaseError::fail(format!("{error}\n{found:#}")))?;
        let expected = run(&fresh, &reference).expect("the reference runs");
        prop_assert_eq!(json::table(&expected), found["expected"].clone(), "{}\n{:#}", reference, found);
        match run(&fresh, &answer) {
            Ok(actual) => {
                let order = if ordered { Order::Total } else { Order::Any };
                prop_assert_eq!(json::table(&actual), found["actual"].clone(), "{}\n{:#}", answer, found);
                prop_assert!(compare(&expected, &actual, &order).is_some(), "{}\n{}", reference, answer);
            }
            Err(error) => prop_assert!(found["actual"]["rows"] == serde_json::json!([]), "{}", error),
        }
        Ok(())
    });
    assert!(shown.get() >= 150, "{}", shown.get());
}

#[test]
fn the_same_seed_finds_the_same() {
    let worlds = worlds();
    let names: Vec<SchemaNames> = worlds.iter().map(names).collect();
    hold(60, (numbers(), any::<usize>()), |((at, numbers), which)| {
        let judged = || judged(&worlds[at], &names[at], &numbers, which);
        prop_assert_eq!(judged(), judged());
        Ok(())
    });
}

#[test]
fn what_was_judged_before_changes_nothing() {
    let worlds = worlds();
    let names: Vec<SchemaNames> = worlds.iter().map(names).collect();
    hold(40, (numbers(), any::<usize>()), |((at, numbers), which)| {
        let query = Query::compose(&worlds[at], &numbers, false);
        let (reference, order) = (query.sql(&PLAIN), order_of(&query));
        let edits = edits(&reference, &names[at]);
        if edits.is_empty() {
            return Ok(());
        }
        let brief = brief(&worlds[at], &reference, &order);
        let (first, second) = (&edits[which % edits.len()].sql, &edits[(which / 7) % edits.len()].sql);
        let told = |outcome: Outcome| format!("{outcome:?}");
        let alone = search(&brief, second, &[], budget(150)).map(told);
        let after = examine(&brief, |examiner| {
            examiner.answer(first, &[], budget(150))?;
            examiner.answer(second, &[], budget(150)).map(told)
        });
        prop_assert_eq!(alone, after);
        Ok(())
    });
}
