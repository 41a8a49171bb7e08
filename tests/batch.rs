//! Whole classes: what is said of an answer does not hang on who else hands in, on how many threads judge, or on
//! whether answers are screened together; and what leads a wrong answer on.

use Verdict::{Correct, Error, Limit, Wrong};
use sqldojo::{
    catalog::{Catalog, Exercise, ExerciseKind},
    judge::{
        Options, Report, Verdict,
        batch::{Judged, Subject, Submission, batch},
        judge,
    },
    schema::world,
};

fn subject(exercise: Exercise) -> Subject {
    let world = world::find(&exercise.schema, &[]).expect("the schema is there");
    Subject { world: world.with_hints().expect("its recipe is in order"), exercise }
}

/// By killers alone, and nothing of what it costs.
fn killers_alone() -> Options {
    Options { databases: 0, millis: u64::MAX, repair_millis: 0, on_data: false, ..Options::default() }
}

fn judged(subjects: &[Subject], submissions: &[Submission], options: &Options, jobs: usize) -> Vec<Report> {
    let mut reports = Vec::new();
    batch(subjects, submissions, options, jobs, |at, judged: &Judged| {
        assert_eq!(at, reports.len(), "answers come in the order of the submissions");
        let mut report = judged.clone().expect("the exercise is in order");
        report.searched.elapsed_ms = 0.0;
        reports.push(report);
    });
    reports
}

#[test]
fn killers_alone_tell_right_from_wrong() {
    let exercises = Catalog::builtin().exercises().expect("all files are in order");
    let subjects: Vec<Subject> = exercises.into_iter().map(subject).collect();
    let (mut submissions, mut expected) = (Vec::new(), Vec::new());
    for (at, subject) in subjects.iter().enumerate() {
        let ExerciseKind::Query(query) = &subject.exercise.kind else { continue };
        let right = query.right.iter().map(|answer| (&answer.sql, &[Correct][..]));
        // What is wrong with some is that they never end.
        let wrong = query.wrong.iter().map(|answer| (&answer.sql, &[Wrong, Limit][..]));
        for (sql, verdicts) in right.chain(wrong) {
            // With a comment it is the same answer, so it is judged once and said twice.
            submissions.push(Submission { subject: at, sql: sql.clone() });
            submissions.push(Submission { subject: at, sql: format!("-- again\n{sql};") });
            expected.extend([verdicts, verdicts]);
        }
    }
    let reports = judged(&subjects, &submissions, &killers_alone(), 1);
    let faults: Vec<String> = reports
        .iter()
        .zip(&expected)
        .zip(&submissions)
        .filter(|((report, expected), _)| !expected.contains(&report.verdict))
        .map(|((report, _), submission)| format!("{report:?}: {}", submission.sql))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(judged(&subjects, &submissions, &killers_alone(), 2), reports);
    for (one, two) in reports.iter().step_by(2).zip(reports.iter().skip(1).step_by(2)) {
        assert_eq!(one, two);
    }
}

#[test]
fn answers_that_do_not_run_touch_no_other() {
    let subjects = [subject(exercise("orders-by-status"))];
    let ExerciseKind::Query(query) = &subjects[0].exercise.kind else { panic!("it asks for a query") };
    let right = query.reference();
    let endless =
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x), 1, 1, 1 FROM n";
    let answers =
        ["SELEC", "", "SELECT nothing FROM orders", "SELECT 1; SELECT 2", "SELECT 1", endless, right];
    let submissions: Vec<Submission> =
        answers.iter().map(|sql| Submission { subject: 0, sql: (*sql).into() }).collect();
    let verdicts: Vec<Verdict> =
        judged(&subjects, &submissions, &killers_alone(), 1).iter().map(|report| report.verdict).collect();
    let alone: Vec<Verdict> = answers
        .iter()
        .map(|sql| judge(&subjects[0].exercise, &subjects[0].world, sql, &killers_alone()).unwrap().verdict)
        .collect();
    assert_eq!(verdicts, alone);
    assert_eq!(verdicts, [Error, Error, Error, Error, Wrong, Limit, Correct]);
}

fn exercise(id: &str) -> Exercise {
    Catalog::builtin().get(id).expect("the files are in order").expect("the exercise is there")
}

/// The repair of a wrong answer: how many edits, and where.
fn repair(id: &str, answer: &str, edits: usize) -> Option<(usize, String, String)> {
    let subject = subject(exercise(id));
    let options =
        Options { repair_millis: 60_000, repair_edits: edits, on_data: false, ..Options::default() };
    let report =
        judge(&subject.exercise, &subject.world, answer, &options).expect("the exercise is in order");
    assert_eq!(report.verdict, Verdict::Wrong, "{answer}");
    report.repair.map(|repair| (repair.edits, repair.place, repair.edit))
}

#[test]
fn one_edit_away() {
    let inner = "SELECT u.id, u.name, count(o.id) AS n FROM users u JOIN orders o ON o.user_id = u.id \
                 GROUP BY u.id ORDER BY n DESC, u.id";
    // No edit of the answer alone finds a condition that it lacks.
    let lacks = "SELECT o.id, NULL FROM orders o LEFT JOIN payments p ON p.order_id = o.id AND p.status = 'captured' \
                 WHERE p.id IS NULL UNION ALL SELECT NULL, id FROM payments \
                 WHERE status = 'captured' AND order_id IS NULL";
    insta::assert_debug_snapshot!([
        repair("orders-per-user", inner, 1),
        repair("unmatched-payments", lacks, 1)
    ]);
}

#[test]
fn two_edits_away() {
    let two = "SELECT u.id, u.name, count(*) AS n FROM users u LEFT JOIN orders o ON o.user_id = u.id \
               GROUP BY u.id ORDER BY n DESC";
    assert_eq!(repair("orders-per-user", two, 1), None);
    insta::assert_debug_snapshot!(repair("orders-per-user", two, 2));
}

#[test]
fn a_slow_answer_is_no_endless_one() {
    let subject = subject(exercise("orders-by-status"));
    let ExerciseKind::Query(query) = &subject.exercise.kind else { panic!("it asks for a query") };
    let slow = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 50000) \
                SELECT r.* FROM (REFERENCE) r CROSS JOIN (SELECT max(x) FROM n) ORDER BY r.status";
    let answer = slow.replace("REFERENCE", query.reference());
    let options = Options { databases: 40, repair_millis: 0, on_data: false, ..Options::default() };
    let report = judge(&subject.exercise, &subject.world, &answer, &options).expect("it is in order");
    assert_eq!(report.verdict, Verdict::Correct, "{}", report.message);
}
