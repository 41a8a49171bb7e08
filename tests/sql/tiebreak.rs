//! Adversarial twins: what is put in where, and that it shows luck and nothing else.

use crate::shop::{Random, answers, bag, names, run, shop};
use sqldojo::sql::{
    names::SchemaNames,
    tiebreak::{Luck, twins},
};

const NAMES: &str = "t (a*, b, c)
    u (x, y?)";

/// Each query with what is put in, in square brackets, for the descending twins.
#[test]
fn what_is_put_in() {
    let names = SchemaNames::from_lines(NAMES);
    let cases: &[(&str, usize, &[&str])] = &[
        ("select a from t order by b", 1, &["select a from t order by b[, 1 DESC]"]),
        (
            "select a, b from t order by b desc limit 3;",
            2,
            &["select a, b from t order by b desc[, 1 DESC, 2 DESC] limit 3;"],
        ),
        ("select a from t limit 1 -- first", 1, &["select a from t [ORDER BY 1 DESC ]limit 1 -- first"]),
        (
            "select a from t union select x from u ;",
            1,
            &["select a from t union select x from u[ ORDER BY 1 DESC] ;"],
        ),
        ("values (1), (2)", 1, &[]),
        (
            "select (select b from t order by c limit 1) from u order by 1, x",
            1,
            &[
                "select (select b from t order by c limit 1) from u order by 1, x[, 1 DESC]",
                "select (select b from t order by c[, 1 DESC] limit 1) from u order by 1, x",
            ],
        ),
        (
            "select a from t where b = (select y from u where x = a) and c in (select x from u) order by a",
            1,
            &[
                "select a from t where b = (select y from u where x = a) and c in (select x from u) order by a[, 1 DESC]",
                "select a from t where b = (select y from u where x = a[ ORDER BY 1 DESC]) and c in (select x from u) order by a",
            ],
        ),
        (
            "select a, row_number() over (partition by b order by c) from t order by a",
            2,
            &[
                "select a, row_number() over (partition by b order by c) from t order by a[, 1 DESC, 2 DESC]",
                "select a, row_number() over (partition by b order by c[, \"t\".\"rowid\" DESC]) from t order by a",
            ],
        ),
        (
            "select rank() over (order by b), sum(a) over (order by b), lag(a) over w from t join u on x = a window w as (order by b) order by 1",
            3,
            &[
                "select rank() over (order by b), sum(a) over (order by b), lag(a) over w from t join u on x = a window w as (order by b) order by 1[, 1 DESC, 2 DESC, 3 DESC]",
                "select rank() over (order by b), sum(a) over (order by b), lag(a) over w from t join u on x = a window w as (order by b[, \"t\".\"rowid\" DESC, \"u\".\"rowid\" DESC]) order by 1",
            ],
        ),
        (
            "with s as (select b, c from t) select row_number() over () from s order by 1",
            1,
            &[
                "with s as (select b, c from t) select row_number() over () from s order by 1[, 1 DESC]",
                "with s as (select b, c from t) select row_number() over ([ ORDER BY \"s\".\"b\" DESC, \"s\".\"c\" DESC]) from s order by 1",
            ],
        ),
        (
            "select b, row_number() over (order by sum(c)) from t group by 1 order by b",
            2,
            &[
                "select b, row_number() over (order by sum(c)) from t group by 1 order by b[, 1 DESC, 2 DESC]",
                "select b, row_number() over (order by sum(c)[, b DESC]) from t group by 1 order by b",
            ],
        ),
        (
            "select sum(a) over (order by b rows unbounded preceding) from t order by 1",
            1,
            &[
                "select sum(a) over (order by b rows unbounded preceding) from t order by 1[, 1 DESC]",
                "select sum(a) over (order by b[, \"t\".\"rowid\" DESC] rows unbounded preceding) from t order by 1",
            ],
        ),
        (
            "select group_concat(a, ',') from t group by b order by 1",
            1,
            &[
                "select group_concat(a, ',') from t group by b order by 1[, 1 DESC]",
                "select group_concat(a, ','[ ORDER BY a DESC]) from t group by b order by 1",
            ],
        ),
        (
            "select group_concat(a) from (select a from t order by b) order by 1",
            1,
            &["select group_concat(a) from (select a from t order by b) order by 1[, 1 DESC]"],
        ),
        (
            "select c, b + 1, count(*) from t group by b order by b",
            3,
            &[
                "select c, b + 1, count(*) from t group by b order by b[, 1 DESC, 2 DESC, 3 DESC]",
                "select [max(]c[) AS c], b + 1, count(*) from t group by b order by b",
            ],
        ),
        (
            "select a, b, c from t group by a order by a",
            3,
            &["select a, b, c from t group by a order by a[, 1 DESC, 2 DESC, 3 DESC]"],
        ),
        (
            "select c, max(a) from t group by b order by 2",
            2,
            &["select c, max(a) from t group by b order by 2[, 1 DESC, 2 DESC]"],
        ),
        (
            "with recursive n (i) as (select 1 union all select i + 1 from n limit 3) select i from n order by i",
            1,
            &[
                "with recursive n (i) as (select 1 union all select i + 1 from n limit 3) select i from n order by i[, 1 DESC]",
            ],
        ),
        ("select a::text from t", 1, &[]),
    ];
    for (sql, columns, expected) in cases {
        let twins = twins(sql, *columns, &names);
        let shown: Vec<&str> = twins.single.iter().step_by(2).map(|t| t.sql.as_str()).collect();
        let with: Vec<String> = expected.iter().map(|t| t.replace(['[', ']'], "")).collect();
        assert_eq!(shown, with, "{sql}");
        for marked in *expected {
            let without: String =
                marked.split('[').map(|part| part.rsplit(']').next().unwrap_or("")).collect();
            assert_eq!(without, *sql);
        }
        assert!(twins.single.iter().all(|t| t.span.end <= sql.len()));
    }
}

/// Where an answer is right, its order is total: no legal way of carrying it out changes the result.
#[test]
fn right_answers_owe_nothing_to_luck() {
    let mut tried = 0;
    for answer in answers().iter().filter(|a| a.right) {
        for seed in 0..30 {
            let shop = shop(seed);
            let result = run(&shop, &answer.sql).expect("a right answer runs");
            let twins = twins(&answer.sql, result.columns.len(), &names(&shop));
            for twin in &twins.single {
                let other = run(&shop, &twin.sql);
                let other = other.unwrap_or_else(|e| panic!("{}: {e}\n{}", answer.exercise, twin.sql));
                // An exercise may leave the order free; then the bag alone counts.
                let same = if twin.luck == Luck::NoOrder || twin.luck == Luck::Order {
                    bag(&result) == bag(&other)
                } else {
                    result.rows == other.rows
                };
                assert!(
                    same,
                    "{}: {:?} on seed {seed}\n{}\n{}",
                    answer.exercise, twin.luck, answer.sql, twin.sql
                );
                tried += 1;
            }
        }
    }
    assert!(tried > 500, "only {tried}");
}

/// Answers that are right by luck, and what the luck is in.
#[test]
fn luck_shows() {
    let cases = [
        ("select user_id, count(*) from orders group by user_id order by 2 desc limit 2", Luck::Order),
        ("select id from orders limit 2", Luck::NoOrder),
        (
            "select id, (select p.id from products p where p.category = 'books' order by price_cents limit 1) from users order by id",
            Luck::Subquery,
        ),
        (
            "select id, (select o.id from orders o where o.user_id = u.id) from users u order by id",
            Luck::Subquery,
        ),
        (
            "select id from (select id, row_number() over (partition by user_id order by created_at desc) rn from orders) where rn = 1 order by id",
            Luck::Window,
        ),
        (
            "select id, sum(id) over (order by created_at rows unbounded preceding) from orders order by id",
            Luck::Window,
        ),
        (
            "select id, last_value(id) over (order by status rows between unbounded preceding and unbounded following) from orders order by id",
            Luck::Window,
        ),
        (
            "select id, first_value(id) over (partition by user_id order by status) from orders order by id",
            Luck::Window,
        ),
        (
            "select user_id, n, row_number() over (order by n desc) from (select user_id, count(*) n from orders group by user_id) t order by user_id",
            Luck::Window,
        ),
        (
            "select user_id, row_number() over (order by count(*) desc) from orders group by user_id order by user_id",
            Luck::Window,
        ),
        ("select user_id, group_concat(status) from orders group by user_id order by 1", Luck::Concat),
        ("select user_id, id, created_at from orders group by user_id order by user_id", Luck::BareColumn),
        (
            "select * from (select o.user_id, status, count(*) from orders o group by 1) s where status = 'paid' order by 1",
            Luck::BareColumn,
        ),
    ];
    for (sql, luck) in cases {
        let shows = (0..40).any(|seed| {
            let shop = shop(seed);
            let result = run(&shop, sql).expect("the query runs");
            let twins = twins(sql, result.columns.len(), &names(&shop));
            let combined =
                twins.combined.iter().any(|twin| run(&shop, twin).expect("a twin runs").rows != result.rows);
            let mut single = twins.single.iter().filter(|t| t.luck == luck);
            single.any(|t| run(&shop, &t.sql).expect("a twin runs").rows != result.rows) && combined
        });
        assert!(shows, "{luck:?}: {sql}");
    }
}

/// Windows whose functions look at peers stay as they are, and those that take keys keep their meaning: where the order
/// is total already, no twin of random windows changes anything.
#[test]
fn twins_of_total_orders_change_nothing() {
    let functions = [
        "row_number()",
        "rank()",
        "dense_rank()",
        "ntile(2)",
        "lag(status)",
        "lead(id, 2)",
        "sum(id)",
        "count(*)",
        "first_value(status)",
        "last_value(id)",
        "nth_value(id, 2)",
        "max(created_at)",
        "percent_rank()",
        "cume_dist()",
        "group_concat(id)",
    ];
    let orders = ["order by created_at, id", "order by id desc", "order by status, created_at, id"];
    let frames = [
        "",
        "rows unbounded preceding",
        "rows between 1 preceding and 1 following",
        "range between unbounded preceding and unbounded following",
        "groups between 1 preceding and current row",
        "range current row",
        "rows between current row and unbounded following exclude ties",
    ];
    let mut random = Random(7);
    for seed in 0..120 {
        let window = format!(
            "partition by {} {} {}",
            random.pick(&["user_id", "status", "1"]),
            random.pick(&orders),
            random.pick(&frames)
        );
        let (f, g) = (random.pick(&functions), random.pick(&functions));
        let sql = if random.below(2) == 0 {
            format!("select id, {f} over ({window}), {g} over ({window}) from orders order by id")
        } else {
            format!("select id, {f} over w, {g} over w from orders window w as ({window}) order by id")
        };
        let shop = shop(seed);
        let result = run(&shop, &sql).expect("the query runs");
        for twin in twins(&sql, 3, &names(&shop)).single {
            assert_eq!(run(&shop, &twin.sql).expect("a twin runs").rows, result.rows, "{}", twin.sql);
        }
    }
}

/// What looks at peers would mean something else with one more key.
#[test]
fn peers_are_never_split() {
    for (f, frame) in [
        ("rank()", ""),
        ("dense_rank()", ""),
        ("cume_dist()", ""),
        ("percent_rank()", ""),
        ("sum(id)", ""),
        ("count(*)", ""),
        ("last_value(status)", ""),
        ("nth_value(id, 2)", ""),
        ("sum(id)", "range current row"),
        ("sum(id)", "groups 1 preceding"),
        ("max(id)", "rows unbounded preceding exclude group"),
        ("count(*)", "groups between current row and unbounded following"),
    ] {
        let sql = format!("select id, {f} over (order by status {frame}) from orders order by id");
        let windows: Vec<_> =
            twins(&sql, 2, &names(&shop(1))).single.into_iter().filter(|t| t.luck == Luck::Window).collect();
        assert_eq!(windows, [], "{sql}");
    }
}
