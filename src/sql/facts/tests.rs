//! Facts of queries on the shop, as one line for each fact.

use super::*;
use crate::sql::names::SHOP;

fn shown(sql: &str) -> String {
    let names = SchemaNames::from_lines(SHOP);
    let column = |at: &ColumnAt| {
        let table = &names.tables[at.table];
        format!("{}.{}", table.name, table.columns[at.column].name)
    };
    let facts = facts(sql, &names);
    let mut lines = Vec::new();
    for c in &facts.constants {
        let columns: Vec<_> = c.columns.iter().map(column).collect();
        let scaled = if c.scaled { " scaled" } else { "" };
        lines.push(format!("{} {:?}{scaled} {}", c.value, c.role, columns.join(" ")).trim_end().to_owned());
    }
    lines.extend(facts.equated.iter().map(|(a, b)| format!("{} = {}", column(a), column(b))));
    lines.extend(facts.compared.iter().map(|(a, b)| format!("{} ~ {}", column(a), column(b))));
    lines.extend(facts.order.iter().map(|o| {
        let down = if o.descending { " desc" } else { "" };
        format!("by {}{down} -> {:?}", o.text, o.output)
    }));
    let mut tail = Vec::new();
    tail.extend(facts.tables.iter().map(|&t| names.tables[t].name.clone()));
    tail.extend(facts.functions.iter().map(|f| format!("{f}()")));
    for (word, on) in [
        ("unparsed", !facts.parsed),
        ("now", facts.uses_now),
        ("random", facts.uses_random),
        ("ordered", facts.ordered && facts.order.is_empty()),
        ("limit", facts.limit),
        ("distinct", facts.distinct),
        ("compound", facts.compound),
    ] {
        tail.extend(on.then(|| word.to_owned()));
    }
    if let Some(n) = facts.columns {
        tail.push(n.to_string());
    }
    lines.push(tail.join(" "));
    lines.join("\n")
}

#[test]
fn facts_of_queries() {
    let cases = [
        ("select 1", "1 Passed\n1"),
        ("select * from users", "users 6"),
        (
            "select *, o.* from users join orders o on o.user_id = users.id",
            "orders.user_id = users.id\nusers orders 14",
        ),
        (
            "SELECT u.id FROM users u JOIN orders o USING (id) WHERE o.status IN ('paid', 'shipped') AND u.id <> -5",
            "'paid' Compared orders.status\n'shipped' Compared orders.status\n-5 Compared users.id\n\
             users.id = orders.id\nusers orders 1",
        ),
        (
            "select id from orders where created_at between '2026-02-01' and date('now', 'start of month')",
            "'2026-02-01' Compared orders.created_at\n'now' Compared orders.created_at\n\
             'start of month' Modifier\norders date() now 1",
        ),
        (
            "select strftime('%Y-%m', created_at) m, count(*) from orders group by m having count(*) > 3 order by m, 2 desc",
            "'%Y-%m' Modifier orders.created_at\n3 Rows\nby m -> Some(0)\nby 2 desc -> Some(1)\norders count() strftime() 2",
        ),
        (
            "with s as (select user_id as uid, sum(quantity * unit_price_cents) spend from orders o join order_items i \
             on o.id = i.order_id group by 1) select s.uid, u.name from s join users u on u.id = s.uid where spend >= 100 * 2 \
             order by spend desc, s.uid limit 5 offset 1",
            "100 Compared scaled order_items.quantity order_items.unit_price_cents\n\
             2 Compared scaled order_items.quantity order_items.unit_price_cents\n5 Rows\n1 Rows\n\
             orders.id = order_items.order_id\nusers.id = orders.user_id\n\
             by spend desc -> None\nby s.uid -> Some(0)\nusers orders order_items sum() limit 2",
        ),
        (
            "select name from products where name like 'A%' and price_cents * 2 > 10 or discontinued_at is not null",
            "'A%' Pattern products.name\n2 Compared scaled products.price_cents\n10 Compared scaled products.price_cents\n\
             products 1",
        ),
        (
            "select id from users u where not exists (select 1 from orders where user_id = u.id and status = 'paid')",
            "1 Passed\n'paid' Compared orders.status\norders.user_id = users.id\nusers orders 1",
        ),
        (
            "select id from users where referrer_id in (select id from users where country = 'DE') and id not in (1, 2)",
            "'DE' Compared users.country\n1 Compared users.id\n2 Compared users.id\nusers.referrer_id = users.id\nusers 1",
        ),
        (
            "select o.id from orders o, payments p where o.created_at < p.created_at and lower(o.status) = upper(p.status)",
            "orders.created_at ~ payments.created_at\norders.status ~ payments.status\norders payments lower() upper() 1",
        ),
        (
            "select user_id from (select user_id, row_number() over (partition by user_id order by created_at desc) rn \
             from orders) t where rn <= 2",
            "2 Rows\norders row_number() 1",
        ),
        (
            "with recursive t (id, depth) as (select id, 1 from users where referrer_id = 1 union all select u.id, \
             depth + 1 from users u join t on u.referrer_id = t.id where depth < 9) select id, depth from t order by depth, id",
            "1 Passed\n1 Compared users.referrer_id\n1 Arithmetic scaled\n9 Compared\nusers.referrer_id = users.id\n\
             by depth -> Some(1)\nby id -> Some(0)\nusers 2",
        ),
        (
            "select case status when 'paid' then 1 else 0 end from orders union select random() order by 1",
            "'paid' Compared orders.status\n1 Passed\n0 Passed\nby 1 -> Some(0)\norders random() random compound 1",
        ),
        (
            "select distinct julianday() - julianday(created_at, '-1 day'), CURRENT_DATE from orders where x'0aff' = id",
            "'-1 day' Modifier scaled orders.created_at\nx'0aff' Compared orders.id\norders julianday() now distinct 2",
        ),
        (
            "select u.id from users u left join (select user_id, max(created_at) at from orders group by user_id) l \
             on l.user_id = u.id where l.at >= '2026-01-01' or (u.id, u.country) = (3, 'FR')",
            "'2026-01-01' Compared orders.created_at\n3 Compared users.id\n'FR' Compared users.country\n\
             orders.user_id = users.id\nusers orders max() 1",
        ),
        ("select value from json_each('[1]') where value > 0", "'[1]' Passed\n0 Compared\n1"),
        ("select j.* from json_each('[1]') j", "'[1]' Passed\n"),
        (
            "select id::text from users u join orders o on o.user_id = u.id where country = 'DE' and o.id > 4 limit 5",
            "'DE' Compared users.country\n4 Compared orders.id\n5 Rows orders.id\norders.user_id = users.id\n\
             users orders unparsed limit",
        ),
        (
            "select date_trunc('month', now()) from orders order by to_char(created_at, 'now')",
            "'month' Passed\n'now' Passed\nby to_char(created_at, 'now') -> None\n\
             orders date_trunc() now() to_char() now 1",
        ),
        ("", "unparsed"),
    ];
    for (sql, expected) in cases {
        assert_eq!(shown(sql), expected, "{sql}");
    }
}

#[test]
fn kinds_of_statements() {
    for (sql, kind) in [
        ("select 1", StatementKind::Query),
        ("/* a */ values (1)", StatementKind::Query),
        ("with a as (delete) select 1", StatementKind::Query),
        ("with a as (select 1) insert into t select * from a", StatementKind::Insert),
        ("replace into t values (1)", StatementKind::Insert),
        ("update t set a = (select 1)", StatementKind::Update),
        ("with a (x) as (select 1) delete from t", StatementKind::Delete),
        ("create table t (a)", StatementKind::Definition),
        ("end", StatementKind::Transaction),
        ("explain query plan select 1", StatementKind::Explain),
        ("pragma user_version", StatementKind::Upkeep),
        ("selct 1", StatementKind::Unknown),
        ("(select 1)", StatementKind::Unknown),
        ("", StatementKind::Unknown),
    ] {
        assert_eq!(statement_kind(sql), kind, "{sql}");
    }
}
