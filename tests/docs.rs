//! What `docs/` shows is what the program does.

use std::{fs, path::Path};

use sqldojo::{
    catalog::{Catalog, ExerciseKind},
    judge::{Options, Verdict, judge},
    schema::world,
};

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)).expect("it is there")
}

/// To write the file again: `SQLDOJO_WRITE_DOCS=1 cargo test --test docs`.
#[test]
fn the_published_schema_is_the_one_that_files_are_read_by() {
    let made = sqldojo::catalog::json_schema() + "\n";
    if std::env::var_os("SQLDOJO_WRITE_DOCS").is_some() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/exercise.schema.json");
        fs::write(file, &made).expect("docs/ can be written");
    }
    let same = read("exercise.schema.json") == made;
    assert!(same, "docs/exercise.schema.json is old: SQLDOJO_WRITE_DOCS=1 cargo test --test docs");
}

#[test]
fn the_exercise_of_the_guide_is_a_good_one() {
    let guide = read("authoring.md");
    let toml =
        guide.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("it shows one");
    let pack = tempfile::tempdir().expect("there is a folder for temporary files");
    let track = pack.path().join("exercises/joins");
    fs::create_dir_all(&track).expect("it can be written");
    fs::write(track.join("empty-orders.toml"), toml).expect("it can be written");

    let catalog = Catalog::with_packs(&[pack.path().to_owned()]).expect("it is a pack");
    let exercise = catalog.get("empty-orders").expect("the file is in order").expect("it is there");
    let world = world::find(&exercise.schema, &[]).expect("the schema is there");
    let ExerciseKind::Query(query) = &exercise.kind;
    let verdict = |sql: &str| {
        let options = Options { databases: 2_000, millis: 60_000, ..Options::default() };
        judge(&exercise, &world, sql, &options).expect("the exercise is in order").verdict
    };
    for answer in &query.right {
        assert_eq!(verdict(&answer.sql), Verdict::Correct, "{}", answer.style);
    }
    for answer in &query.wrong {
        assert_eq!(verdict(&answer.sql), Verdict::Wrong, "{}", answer.why);
    }
}
