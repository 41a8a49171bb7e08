//! Every exercise of the binary: its right answers agree on the search, its wrong ones are refuted by it.

use sqldojo::{
    catalog::{Catalog, ExerciseKind},
    differ::{Brief, Budget, Outcome, search},
    schema::world,
};

#[test]
fn right_answers_are_right_and_wrong_ones_wrong() {
    let mut faults = Vec::new();
    for exercise in Catalog::builtin().exercises().expect("all files are in order") {
        let world = world::find(&exercise.schema, &[])
            .expect("the schema is there")
            .with_hints()
            .expect("its recipe is in order");
        let ExerciseKind::Query(query) = &exercise.kind;
        let order = query.comparison();
        let outcome = |answer: &str, databases| {
            let brief = Brief {
                ddl: &world.ddl,
                hints: &world.hints,
                reference: query.reference(),
                order: &order,
                now: world.today,
                day_moves: exercise.any_day,
                seed: 1,
            };
            search(&brief, answer, &[], Budget { databases, millis: 60_000 }).expect("the reference runs")
        };
        for answer in &query.right[1..] {
            let since = std::time::Instant::now();
            match outcome(&answer.sql, 3_000) {
                Outcome::Same(effort) => {
                    println!("{} {}: {effort:?} in {:?}", exercise.id, answer.style, since.elapsed());
                }
                other => faults.push(format!("{}: '{}' is right, but {other:#?}", exercise.id, answer.style)),
            }
        }
        for answer in &query.wrong {
            let since = std::time::Instant::now();
            match outcome(&answer.sql, 20_000) {
                Outcome::Different(found, effort) => println!(
                    "{} {:?} luck {} rows {} after {} in {:?}: {}",
                    exercise.id,
                    found.counterexample.difference.mismatch,
                    found.by_luck,
                    found.counterexample.rows(),
                    effort.databases,
                    since.elapsed(),
                    answer.why,
                ),
                other => faults.push(format!("{}: '{}' is wrong, but {other:?}", exercise.id, answer.why)),
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
