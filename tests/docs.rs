//! What `docs/` shows is what the program does.

use std::{fs, path::Path};

/// To write the file again: `SQLDOJO_WRITE_DOCS=1 cargo test --test docs`.
#[test]
fn the_published_schema_is_the_one_that_files_are_read_by() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/exercise.schema.json");
    let made = sqldojo::catalog::json_schema() + "\n";
    if std::env::var_os("SQLDOJO_WRITE_DOCS").is_some() {
        fs::write(&file, &made).expect("docs/ can be written");
    }
    let kept = fs::read_to_string(&file).expect("docs/exercise.schema.json is there");
    assert!(kept == made, "docs/exercise.schema.json is old: SQLDOJO_WRITE_DOCS=1 cargo test --test docs");
}
