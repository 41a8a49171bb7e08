//! Answers that a clever and lazy learner would write: each must be refuted, on whatever data the learner sees.

use sqldojo::{
    catalog::{Catalog, ExerciseKind},
    judge::{Options, Verdict, judge},
    schema::world,
};

/// Judges answers made of an exercise's reference by putting one text in the place of another.
fn accepted(id: &str, attacks: &[(&str, &str)]) -> Vec<String> {
    let exercise = Catalog::builtin().get(id).expect("the files are in order").expect("it is there");
    let ExerciseKind::Query(query) = &exercise.kind else { panic!("{id} asks for a query") };
    let world = world::find(&exercise.schema, &[]).expect("the schema is there");
    // By the search alone: the learner's data is one more chance to notice.
    let options = Options { millis: 60_000, repair_millis: 0, on_data: false, ..Options::default() };
    let mut passed = Vec::new();
    for (from, to) in attacks {
        let answer = query.reference().replace(from, to);
        assert_ne!(answer, query.reference(), "{id} has no {from}");
        let report = judge(&exercise, &world, &answer, &options).expect("the exercise is in order");
        if report.verdict != Verdict::Wrong {
            passed.push(format!("{id}: {to}: {:?}", report.verdict));
        }
    }
    passed
}

const NONE: [String; 0] = [];

#[test]
fn what_stops_at_a_number_is_taken_beyond_it() {
    let streak =
        [("MAX(days) AS days", "min(7, MAX(days)) AS days"), ("MAX(days) AS days", "min(20, MAX(days))")];
    assert_eq!(accepted("buying-streak", &streak), NONE);
    let join = "u.referrer_id = t.id";
    let tree = [
        (join, "u.referrer_id = t.id AND t.depth < 12"),
        (join, "u.referrer_id = t.id AND t.depth < 50"),
        (join, "u.referrer_id = t.id LIMIT 60"),
    ];
    assert_eq!(accepted("referral-tree", &tree), NONE);
    assert_eq!(accepted("running-spend", &[("UNBOUNDED PRECEDING", "40 PRECEDING")]), NONE);
    assert_eq!(
        accepted("revenue-growth", &[("FROM months\nORDER BY month", "FROM months ORDER BY month LIMIT 36")]),
        NONE
    );
    assert_eq!(accepted("duplicate-emails", &[("COUNT(*) AS users", "min(5, COUNT(*)) AS users")]), NONE);
    assert_eq!(accepted("category-share", &[("ORDER BY category", "ORDER BY category LIMIT 12")]), NONE);
    assert_eq!(
        accepted(
            "top-products",
            &[("ORDER BY category, place, id", "ORDER BY category, place, id LIMIT 60")]
        ),
        NONE
    );
}

#[test]
fn what_takes_numbers_by_their_digits_or_size_meets_larger_ones() {
    let latest = "ROW_NUMBER() OVER (\n      PARTITION BY user_id ORDER BY created_at DESC, id DESC\n    )";
    let digits = "ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY created_at || printf('%04d', id) DESC)";
    assert_eq!(accepted("latest-order", &[(latest, digits)]), NONE);
    let books = "category = 'books' AND discontinued_at IS NULL";
    assert_eq!(accepted("bought-every-book", &[(books, &format!("{books} AND id <= 1000"))]), NONE);
}

#[test]
fn what_hangs_on_chance_has_bad_luck() {
    let rare = "WHERE abs(random()) % 100000 <> 0 AND referrer_id = 1";
    assert_eq!(accepted("referral-tree", &[("WHERE referrer_id = 1", rare)]), NONE);
}
