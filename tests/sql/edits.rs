//! Single edits: what is made of a query, that it is SQL, and that nothing but the edit changes.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::parse::parenthesise;
use crate::shop::{answers, bag, names, run, shop};
use proptest::prelude::*;
use sqldojo::sql::{
    edits::{EditKind, donated, edits},
    names::SchemaNames,
    parse::parse_query,
    split::normalize,
};

const CASES: &str = include_str!("edits.txt");

/// Each query with all of its edits: clause, kind, place and description.
#[test]
fn what_is_edited() {
    let names = names(&shop(1));
    let mut shown = String::new();
    // A condition that is missing takes another query to find.
    let mut kinds: Vec<EditKind> = EditKind::ALL.to_vec();
    kinds.retain(|k| *k != EditKind::AddPredicate);
    for case in CASES.split("\n\n").filter(|case| !case.trim().is_empty()) {
        let sql: Vec<&str> =
            case.trim_start_matches('\n').lines().take_while(|l| !l.starts_with("  - ")).collect();
        let sql = sql.join("\n");
        writeln!(shown, "{sql}").expect("a string takes all");
        for edit in edits(&sql, &names) {
            kinds.retain(|k| *k != edit.kind);
            writeln!(shown, "  - {}: {} ({})", edit.place, edit.description, edit.kind.as_str())
                .expect("a string takes all");
        }
        shown.push('\n');
    }
    if std::env::var_os("UPDATE_HINTS").is_some() {
        std::fs::write("tests/sql/edits.txt", &shown).expect("the file can be written");
    }
    assert_eq!(kinds, [], "kinds that no case shows");
    assert!(shown == CASES, "edits.txt is not what the edits are");
}

/// The corpus: right and wrong answers, and one query for each construct.
fn corpus() -> Vec<String> {
    answers().into_iter().map(|a| a.sql).collect()
}

/// Every edit parses, is new, and nearly all are queries that SQLite takes.
#[test]
fn edits_are_queries() {
    let shop = shop(2);
    // An edit may make a recursion endless.
    shop.set_steps(Some(100_000));
    let names = names(&shop);
    let (mut made, mut refused) = (0, BTreeMap::<String, (usize, String)>::new());
    for sql in corpus() {
        let edits = edits(&sql, &names);
        let mut seen = vec![normalize(&sql)];
        for edit in edits {
            parse_query(&edit.sql).unwrap_or_else(|e| panic!("{e:?}\n{}\n{}", edit.description, edit.sql));
            let normal = normalize(&edit.sql);
            assert!(!seen.contains(&normal), "{}", edit.description);
            seen.push(normal);
            made += 1;
            if let Err(failure) = shop.table(&edit.sql)
                && !failure.is_limit()
            {
                let message = failure.message;
                let entry = refused.entry(edit.kind.as_str().to_owned()).or_default();
                *entry = (entry.0 + 1, format!("{message}: {}\n{}", edit.description, edit.sql));
            }
        }
    }
    let count: usize = refused.values().map(|(n, _)| n).sum();
    println!("{made} edits, {count} refused {refused:#?}");
    assert!(count * 25 < made, "{count} of {made} are refused: {refused:#?}");
}

/// An operator changes, and no other part of the tree: in parentheses or not, the edits give the same results.
fn expression() -> impl Strategy<Value = String> {
    let operand = prop::sample::select(vec!["0", "1", "2", "3", "null", "7"]);
    let operator = prop::sample::select(vec!["+", "-", "*", "/", "and", "or", "=", "<", ">=", "%"]);
    (operand.clone(), prop::collection::vec((operator, operand), 1..6)).prop_map(|(first, rest)| {
        rest.iter().fold(first.to_owned(), |sql, (op, x)| format!("{sql} {op} {x}"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn an_edited_operator_keeps_the_tree(expression in expression()) {
        thread_local!(static DB: sqldojo::engine::Sandbox = shop(0));
        let run = |sql: &str| DB.with(|db| run(db, sql));
        let plain = format!("select {expression}");
        let wrapped = parenthesise(&plain, &parse_query(&plain).expect("it parses"));
        let results = |sql: &str| {
            let edits = edits(sql, &SchemaNames::default()).into_iter();
            let edits = edits.filter(|e| e.times == 1 && matches!(e.kind, EditKind::AndOr | EditKind::Arithmetic | EditKind::Boundary | EditKind::Comparison));
            let edits = edits.filter(|e| e.description.contains("becomes") && e.span.text(sql).len() < 4 && !e.span.text(sql).contains(|c: char| c.is_ascii_digit()));
            let mut out: Vec<String> = edits.map(|e| format!("{:?}", run(&e.sql).map(|t| bag(&t)))).collect();
            out.sort();
            out
        };
        prop_assert_eq!(results(&plain), results(&wrapped), "{}\n{}", plain, wrapped);
    }
}

/// Wrong answers, each with a right one and the edit that makes the one into the other.
#[test]
fn one_edit_away() {
    let shops: Vec<_> = (0..60).map(shop).collect();
    let names = names(&shops[0]);
    for (wrong, right, hint) in [
        (
            "select u.id, count(*) from users u left join orders o on o.user_id = u.id group by u.id order by u.id",
            "select u.id, count(o.id) from users u left join orders o on o.user_id = u.id group by u.id order by u.id",
            "the column count(*), what is counted: line 1: `*` becomes `o.id`",
        ),
        (
            "select u.id, count(o.id)\nfrom users u join orders o on o.user_id = u.id group by u.id order by u.id",
            "select id, (select count(*) from orders where user_id = u.id) from users u order by id",
            "the join of orders, which rows the join keeps: line 2: `join` becomes `left join`",
        ),
        (
            "select u.id from users u left join orders o on o.user_id = u.id where o.status = 'paid' and o.id is null order by 1",
            "select id from users u where not exists (select 1 from orders o where o.user_id = u.id and o.status = 'paid') order by 1",
            "WHERE, whether a condition stands in ON or in WHERE: line 1: `o.status = 'paid'` moves from WHERE into ON",
        ),
        (
            "select id from orders where created_at > '2026-02-01 00:00:00' order by id",
            "select id from orders where created_at >= '2026-02-01' order by id",
            "WHERE, whether the boundary itself belongs to it: line 1: `>` becomes `>=`",
        ),
        (
            "select id from orders where created_at between '2026-02-01 00:00:00' and '2026-03-01 00:00:00' order by id",
            "select id from orders where created_at >= '2026-02-01' and created_at < '2026-03-01' order by id",
            "WHERE, which ends of the range belong to it: line 1: `created_at between '2026-02-01 00:00:00' and '2026-03-01 00…` \
             becomes `created_at >= '2026-02-01 00:00:00' AND created_at < '2026-…`",
        ),
        (
            "with paid as (select * from orders) select user_id, count(*) from paid group by 1 order by 1",
            "select user_id, count(*) from orders where status = 'paid' group by user_id order by user_id",
            "WHERE in paid, a condition that is missing: line 1: with `orders.status = 'paid'`",
        ),
        (
            "select status, sum(user_id) / count(*) from orders group by status order by status",
            "select status, avg(user_id) from orders group by status order by status",
            "the column sum(user_id) / count(*), whether the fraction is kept: line 1: with `* 1.0`",
        ),
        (
            "select sum(status = 'paid'), sum(status = 'pending') from orders",
            "select count(*) filter (where status = 'paid'), count(*) filter (where status = 'pending') from orders",
            "the column sum(status = 'paid'), what stands in the place of NULL: line 1 and on: \
             `SUM(…)` becomes `COALESCE(SUM(…), 0)`, 2 times",
        ),
        (
            "select user_id, id from orders order by user_id",
            "select user_id, id from orders order by user_id, created_at desc, id",
            "",
        ),
        (
            "select id from users where referrer_id <> 1 order by id",
            "select id from users where referrer_id <> 1 or referrer_id is null order by id",
            "WHERE, how NULL is compared: line 1: `<>` becomes `IS NOT`",
        ),
    ] {
        let expected: Vec<_> = shops.iter().map(|s| run(s, right).expect("it runs").rows).collect();
        let mut found = edits(wrong, &names);
        found.extend(donated(wrong, right, &names));
        let same = |sql: &str| {
            shops.iter().zip(&expected).all(|(s, rows)| run(s, sql).is_ok_and(|t| t.rows == *rows))
        };
        assert!(!same(wrong), "{wrong}");
        let repairs: Vec<String> = found
            .iter()
            .filter(|edit| same(&edit.sql))
            .map(|edit| format!("{}, {}: {}", edit.place, edit.kind.change(), edit.description))
            .collect();
        assert!(
            repairs.contains(&hint.to_owned()) || (hint.is_empty() && repairs.is_empty()),
            "{wrong}\n{repairs:#?}"
        );
    }
}
