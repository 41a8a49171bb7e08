//! Exercises on the lab data: indexes are judged as soon as they are made, and nobody's indexes stay behind.

use tempfile::TempDir;

use super::{Session, exercise, options, said};
use crate::{schema::cache::Cache, session::Options};

fn talk(id: &str, script: &str) -> String {
    let made = TempDir::new().unwrap();
    let cache = Cache::at(made.path().to_owned());
    let mut session = Session::start(Options { cache, ..options(exercise(id)) }).unwrap();
    said(&mut session, script)
}

macro_rules! snapshot {
    ($text:expr) => {
        insta::with_settings!({ filters => vec![
            (r"found in [\d,.]+ ms|found at once", "found in [N] ms"),
            (r"\d+ random databases", "[N] random databases"),
            (r"cost [\d,]+ is [\d.,]+", "cost [N] is [N]"),
            (r"cost [\d.,]+ × the", "cost [N] × the"),
            (r"reference's [\d,]+", "reference's [N]"),
            (r"[\d,]+ steps?", "[N] steps"),
            (r"\.next goes on to [\w-]+", ".next goes on to [another]"),
        ]}, { insta::assert_snapshot!($text) });
    };
}

#[test]
fn an_index_is_judged_as_soon_as_it_is_there() {
    snapshot!(talk(
        "user-feed",
        ".check
         .plan
         SELECT count(*) FROM orders;
         CREATE TABLE mine (a);
         CREATE INDEX a ON orders (user_id);
         CREATE INDEX b ON orders (user_id, created_at);
         DROP INDEX a;
         .check
         .goto fk-index
         .check
         .indexes orders
         .goto which-can-go
         DROP INDEX by_user;
         .reset
         .check"
    ));
}

#[test]
fn a_query_is_written_anew_on_the_data_that_is_measured() {
    snapshot!(talk(
        "or-null-parameter",
        ".show
         .parameter
         SELECT id FROM orders WHERE user_id = :u;
         SELECT id FROM orders WHERE :u IS NULL OR user_id = :u;
         SELECT id FROM orders WHERE user_id = :u UNION ALL SELECT id FROM orders WHERE :u IS NULL;"
    ));
}

#[test]
fn what_the_exercise_gives_is_told_from_what_the_learner_made() {
    let said = talk(
        "which-can-go",
        ".plan
         SELECT id FROM orders WHERE user_id = 77;
         DROP INDEX by_time;
         CREATE INDEX mine ON orders (status);
         .grow",
    );
    assert!(said.contains("\norders of a user\nUses an index on orders (user_id)"), "{said}");
    assert!(said.contains("with what the exercise gives: index by_id_status, index by_status,"), "{said}");
    assert!(said.contains("\nwith what you changed: index mine, no index by_time\n"), "{said}");
}
