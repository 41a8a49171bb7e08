//! Exercises that are measured on the lab data: what data they bring along, and the indexes that a learner has made
//! there, which are the answer to an index exercise.

use std::io::{self, Write as _};

use super::{Output, Session};
use crate::{
    catalog::{Exercise, ExerciseKind},
    engine::{Access, Failure},
    schema::world::Size,
    sql::{
        keywords::Keyword,
        lexer::{significant, unquote},
        split::split,
    },
    value::Value,
};

/// How much data an exercise runs on.
pub(super) fn size(exercise: &Exercise) -> Size {
    match &exercise.kind {
        ExerciseKind::Query(_) => Size::Learner,
        ExerciseKind::Index(index) => Size::Variant(index.bench.variant.clone()),
        ExerciseKind::Tune(tune) => Size::Variant(tune.bench.variant.clone()),
        ExerciseKind::PlanQuiz(quiz) => Size::Variant(quiz.data.clone()),
    }
}

/// What is built on the data before the learner comes.
pub(super) fn given(exercise: &Exercise) -> String {
    match &exercise.kind {
        ExerciseKind::Query(_) => String::new(),
        ExerciseKind::Index(index) => index.bench.given.clone(),
        ExerciseKind::Tune(tune) => tune.bench.given.clone(),
        ExerciseKind::PlanQuiz(quiz) => quiz.given.script(),
    }
}

/// The values that an exercise gives to parameters.
pub(super) fn parameters(exercise: &Exercise) -> Vec<(String, Value)> {
    match &exercise.kind {
        ExerciseKind::Query(_) | ExerciseKind::PlanQuiz(_) => Vec::new(),
        ExerciseKind::Index(index) => {
            index.queries.iter().flat_map(|query| query.parameters.iter().cloned()).collect()
        }
        ExerciseKind::Tune(tune) => tune.parameters[0].clone(),
    }
}

/// Whether a statement creates or drops an index.
pub(super) fn is_about_an_index(sql: &str) -> bool {
    name(sql).is_some()
}

/// The name of the index that a statement creates or drops.
fn name(sql: &str) -> Option<String> {
    let tokens = significant(sql);
    let is = |at: usize, word| tokens.get(at).is_some_and(|token| token.is_keyword(word));
    let mut at = match (is(0, Keyword::Create) || is(0, Keyword::Drop), is(1, Keyword::Unique)) {
        (false, _) => return None,
        (true, unique) => 1 + usize::from(unique),
    };
    if !is(at, Keyword::Index) {
        return None;
    }
    while is(at, Keyword::Index) || is(at, Keyword::If) || is(at, Keyword::Not) || is(at, Keyword::Exists) {
        at += 1;
    }
    // A name may stand behind that of its schema.
    if tokens.get(at + 1).is_some_and(|token| token.is_op(sql, ".")) {
        at += 2;
    }
    tokens.get(at).map(|token| unquote(token.text(sql)))
}

impl Session {
    /// Whether the exercise asks for indexes.
    pub(super) fn asks_for_indexes(&self) -> bool {
        matches!(self.exercise.as_ref().map(|exercise| &exercise.kind), Some(ExerciseKind::Index(_)))
    }

    /// Judges the indexes that are there beyond the given ones, and the given ones that are gone. `asked`: whether
    /// the learner wants to hear that there are none.
    pub(super) fn judge_indexes(&mut self, asked: bool, out: &mut Output<'_>) -> io::Result<()> {
        if !self.asks_for_indexes() {
            return Ok(());
        }
        match self.indexes_in_force() {
            Err(failure) => self.complain(&failure.to_string(), out),
            Ok(answer) if !answer.is_empty() => self.judge(&answer, out),
            Ok(_) if asked => self.complain("no index was made or dropped yet: nothing to judge", out),
            Ok(_) => Ok(()),
        }
    }

    /// The names of the indexes that the exercise brings along.
    pub(super) fn given_indexes(&self) -> Vec<String> {
        split(self.shop.given()).iter().filter_map(|statement| name(statement.text)).collect()
    }

    /// What makes the indexes of the data as it is now of the given ones.
    fn indexes_in_force(&mut self) -> Result<String, Failure> {
        let given = self.given_indexes();
        let sandbox = self.shop.open().map_err(|error| Failure::fault(error.to_string()))?;
        let there = sandbox.with_access(Access::Trusted, |sandbox| {
            sandbox.table(
                "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid",
            )
        })?;
        let is_named = |name: &str, row: &[Value]| matches!(&row[0], Value::Text(there) if there.eq_ignore_ascii_case(name));
        let gone = given.iter().filter(|name| !there.rows.iter().any(|row| is_named(name, row)));
        let mut answer: Vec<String> =
            gone.map(|name| format!("DROP INDEX \"{}\";", name.replace('"', "\"\""))).collect();
        for row in there.rows.iter().filter(|row| !given.iter().any(|name| is_named(name, row))) {
            if let Value::Text(sql) = &row[1] {
                answer.push(format!("{sql};"));
            }
        }
        Ok(answer.join("\n"))
    }

    /// Shows the plans of the queries that the exercise's indexes serve.
    pub(super) fn plan_served(&mut self, out: &mut Output<'_>) -> io::Result<()> {
        let queries = match self.exercise.as_ref().map(|exercise| &exercise.kind) {
            Some(ExerciseKind::Index(index)) => index.queries.clone(),
            Some(ExerciseKind::Query(_) | ExerciseKind::Tune(_) | ExerciseKind::PlanQuiz(_)) | None => {
                Vec::new()
            }
        };
        for (at, query) in queries.iter().enumerate() {
            if at > 0 {
                writeln!(out)?;
            }
            if !query.name.is_empty() {
                writeln!(out, "{}", query.name)?;
            }
            self.plan(&query.sql, None, out)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn names_of_indexes() {
        for (sql, want) in [
            ("CREATE INDEX a ON t (b)", Some("a")),
            ("create unique index if not exists \"a b\" on t (b)", Some("a b")),
            ("DROP INDEX main.a", Some("a")),
            ("DROP INDEX IF EXISTS a", Some("a")),
            ("CREATE TABLE a (b)", None),
            ("SELECT 1", None),
        ] {
            assert_eq!(name(sql).as_deref(), want, "{sql}");
        }
    }
}
