//! Every exercise of the binary: its right answers agree on the search, its wrong ones are refuted by it; where rules
//! judge, right answers keep all of them and each wrong one breaks the rule that it names.

use std::sync::Mutex;

use sqldojo::{
    catalog::{Catalog, Exercise, ExerciseKind},
    differ::{Brief, Budget, Outcome, search},
    judge::{
        Options, Verdict,
        batch::{Subject, Submission, batch},
        breaks,
    },
    parallel,
    schema::{cache::Cache, world},
};

#[test]
fn right_answers_are_right_and_wrong_ones_wrong() {
    let mut faults = Vec::new();
    for exercise in Catalog::builtin().exercises().expect("all files are in order") {
        let world = world::find(&exercise.schema, &[])
            .expect("the schema is there")
            .with_hints()
            .expect("its recipe is in order");
        // Of an exercise with rules, the right answers are judged below.
        let ExerciseKind::Query(query) = &exercise.kind else { continue };
        let order = query.comparison();
        let outcome = |answer: &str, databases| {
            let brief = Brief {
                ddl: &world.ddl,
                hints: &world.hints,
                reference: query.reference(),
                parameters: &[],
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
                // There is no result to compare; a recursion that goes round a circle is wrong all the same.
                Outcome::Endless(effort) => {
                    println!(
                        "{} never ends, {effort:?} in {:?}: {}",
                        exercise.id,
                        since.elapsed(),
                        answer.why
                    );
                }
                other => faults.push(format!("{}: '{}' is wrong, but {other:?}", exercise.id, answer.why)),
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Right and wrong answers of an exercise that rules judge; for a wrong one, the rule that it breaks.
fn answers(exercise: &Exercise) -> Vec<(String, Option<String>)> {
    let (right, wrong) = match &exercise.kind {
        ExerciseKind::Query(_) | ExerciseKind::PlanQuiz(_) => return Vec::new(),
        ExerciseKind::Index(index) => (&index.right, &index.wrong),
        ExerciseKind::Tune(tune) => (&tune.query.right, &tune.wrong),
    };
    let right = right.iter().map(|answer| (answer.sql.clone(), None));
    right.chain(wrong.iter().map(|mistake| (mistake.sql.clone(), Some(mistake.rule.clone())))).collect()
}

#[test]
fn rules_let_right_answers_pass_and_wrong_ones_break_the_rule_they_name() {
    // Larger data is made once for all of them.
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let mut subjects = Vec::new();
    let (mut submissions, mut wanted) = (Vec::new(), Vec::new());
    for exercise in Catalog::builtin().exercises().expect("all files are in order") {
        let all = answers(&exercise);
        if all.is_empty() {
            continue;
        }
        for (sql, rule) in all {
            submissions.push(Submission { subject: subjects.len(), sql });
            wanted.push((exercise.id.clone(), rule));
        }
        let cache = Cache::at(folder.path().to_owned());
        let world = world::find_with(&exercise.schema, &[], cache).expect("the schema is there");
        subjects.push(Subject { exercise, world: world.with_hints().expect("its recipe is in order") });
    }
    let options =
        Options { databases: 600, millis: 60_000, repair_millis: 0, on_data: false, ..Options::default() };
    let faults: Mutex<Vec<String>> = Mutex::default();
    batch(&subjects, &submissions, &options, parallel::cores(), |at, judged| {
        let (id, rule) = &wanted[at];
        let fine = match (judged, rule) {
            (Ok(report), None) => report.verdict == Verdict::Correct,
            (Ok(report), Some(rule)) => breaks(report, rule),
            (Err(_), _) => false,
        };
        if !fine {
            let sql = &submissions[at].sql;
            faults.lock().expect("nobody panics with it").push(format!("{id}: {rule:?}: {sql}\n{judged:?}"));
        }
    });
    let faults = faults.into_inner().expect("nobody panics with it");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
