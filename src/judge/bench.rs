//! The data on which plans and costs are measured: a copy of the exercise's own, with the given indexes, in which
//! whatever an answer builds is taken back. Knows no rules.

use std::time::Duration;

use super::JudgeError;
use crate::{
    catalog,
    cost::Cost,
    engine::{Access, Failure, FailureKind, Sandbox, Settings},
    plan::{Plan, gather},
    schema::world::{Size, World, writable},
    value::{Table, Value},
};

/// How long one statement may run.
const DEADLINE: Duration = Duration::from_secs(10);

/// Which data, of all that could be made.
const SEED: u64 = 1;

/// The data, open.
pub(super) struct Bench {
    sandbox: Sandbox,
}

/// A query that ran.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    pub cost: Cost,
    /// What it returned; `None` where it was stopped, so that it costs more than that.
    pub table: Option<Table>,
}

/// An index that CREATE INDEX made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Built {
    pub name: String,
    pub table: String,
    /// Its parts as they are written, spaces and case evened out.
    pub parts: Vec<String>,
    /// Its condition.
    pub filter: Option<String>,
}

impl Built {
    /// `orders (user_id, created_at)`, with its condition.
    pub fn brief(&self) -> String {
        let filter = self.filter.as_ref().map_or_else(String::new, |filter| format!(" WHERE {filter}"));
        format!("{} ({}){filter}", self.table, self.parts.join(", "))
    }

    /// The statement that drops it.
    pub fn drop(&self) -> String {
        format!("DROP INDEX \"{}\"", self.name.replace('"', "\"\""))
    }

    /// What leads it, without COLLATE, ASC and DESC.
    pub fn lead(&self) -> &str {
        let first = self.parts.first().map_or("", String::as_str);
        let end = [" collate ", " asc", " desc"].iter().filter_map(|word| first.find(word)).min();
        &first[..end.unwrap_or(first.len())]
    }
}

/// A piece of SQL with its spaces, the case of its words and quotes around names evened out; text in quotes stays.
pub(super) fn even(text: &str) -> String {
    let mut out = String::new();
    let mut quoted = false;
    for c in text.chars() {
        quoted ^= c == '\'';
        match c {
            _ if quoted => out.push(c),
            '"' | '`' | '[' | ']' => {}
            c if c.is_whitespace() => {
                if !out.ends_with([' ', '(']) {
                    out.push(' ');
                }
            }
            ')' | ',' => {
                out.truncate(out.trim_end().len());
                out.push(c);
            }
            c => out.extend(c.to_lowercase()),
        }
    }
    out.trim().to_owned()
}

impl Bench {
    /// Opens a copy of the data and builds the given indexes.
    ///
    /// # Errors
    /// Data that cannot be made, or indexes that cannot.
    pub(super) fn open(world: &World, bench: &catalog::Bench) -> Result<Bench, JudgeError> {
        let settings = Settings::learner(world.today, Some(DEADLINE));
        let sandbox = writable(world, &Size::Variant(bench.variant.clone()), SEED, settings)?;
        sandbox.script(&bench.given).map_err(|failure| {
            JudgeError::Exercise(format!("the given indexes cannot be built: {failure}"))
        })?;
        Ok(Bench { sandbox })
    }

    /// Does some work and takes back all that it changed.
    pub(super) fn undone<T>(&self, work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
        self.sandbox.script("SAVEPOINT judged")?;
        let done = work();
        // A failure may have ended the transaction, and there is nothing left to take back.
        if !self.sandbox.is_autocommit() {
            self.sandbox.script("ROLLBACK TO judged; RELEASE judged")?;
        }
        done
    }

    /// Runs one statement that builds or drops something.
    pub(super) fn build(&self, sql: &str) -> Result<(), Failure> {
        self.sandbox.table(sql).map(drop)
    }

    /// Runs a query under a budget of steps.
    pub(super) fn run(
        &self,
        sql: &str,
        parameters: &[(String, Value)],
        budget: Option<u64>,
    ) -> Result<Run, Failure> {
        self.sandbox.set_steps(budget);
        let before = self.sandbox.page_gets();
        let ran = self.sandbox.with_access(Access::Answer, |sandbox| {
            let mut statement = sandbox.prepare(sql)?;
            statement.bind_named(parameters)?;
            statement.table()
        });
        self.sandbox.set_steps(None);
        match ran {
            Ok((table, done)) => Ok(Run { cost: done.cost, table: Some(table) }),
            Err(failure) if matches!(failure.kind, FailureKind::Steps) => {
                let pages = self.sandbox.page_gets().wrapping_sub(before) & u64::from(u32::MAX);
                Ok(Run { cost: Cost { steps: budget.unwrap_or_default(), pages }, table: None })
            }
            Err(failure) => Err(failure),
        }
    }

    /// The plan of a query.
    pub(super) fn plan(&self, sql: &str, parameters: &[(String, Value)]) -> Result<Plan, Failure> {
        gather::explain_with(&self.sandbox, sql, parameters)
    }

    /// The indexes that CREATE INDEX made, by name.
    pub(super) fn indexes(&self) -> Result<Vec<Built>, Failure> {
        let listed = self.trusted(
            "SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name",
        )?;
        let built = |row: &Vec<Value>| match row.as_slice() {
            [Value::Text(name), Value::Text(table), Value::Text(sql)] => {
                let (parts, filter) = gather::definition(sql);
                Some(Built {
                    name: name.clone(),
                    table: table.to_ascii_lowercase(),
                    parts: parts.iter().map(|part| even(part)).collect(),
                    filter: filter.map(|filter| even(&filter)),
                })
            }
            _ => None,
        };
        Ok(listed.rows.iter().filter_map(built).collect())
    }

    /// How many bytes the pages of these indexes take.
    pub(super) fn bytes(&self, indexes: &[Built]) -> Result<u64, Failure> {
        let names: Vec<String> =
            indexes.iter().map(|index| Value::Text(index.name.clone()).to_string()).collect();
        let sum = self.trusted(&format!(
            "SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name IN ({})",
            names.join(", ")
        ))?;
        Ok(match sum.rows.first().map(|row| &row[0]) {
            Some(Value::Integer(bytes)) => bytes.unsigned_abs(),
            _ => 0,
        })
    }

    /// What writing costs: one statement, `rows` times, with `:n` counting from 1; all of it is taken back.
    pub(super) fn write(&self, sql: &str, rows: i64) -> Result<Cost, Failure> {
        self.undone(|| {
            let mut sum = Cost::default();
            for n in 1..=rows {
                let bound = [("n".to_owned(), Value::Integer(n))];
                let done = self.sandbox.run(sql, &bound, |_| std::ops::ControlFlow::Continue(()))?;
                sum.steps += done.cost.steps;
                sum.pages += done.cost.pages;
            }
            Ok(sum)
        })
    }

    fn trusted(&self, sql: &str) -> Result<Table, Failure> {
        self.sandbox.with_access(Access::Trusted, |sandbox| sandbox.table(sql))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_compared_by_what_they_say() {
        assert_eq!(even(" Lower( Email )\n COLLATE  NoCase "), "lower(email) collate nocase");
        assert_eq!(even("strftime('%Y-%m' , Created_At)"), "strftime('%Y-%m', created_at)");
        let index = |part: &str| Built {
            name: "i".into(),
            table: "users".into(),
            parts: vec![even(part)],
            filter: None,
        };
        assert_eq!(index("Email COLLATE NOCASE DESC").lead(), "email");
        assert_eq!(index("created_at DESC").lead(), "created_at");
        assert_eq!(index("lower(email)").lead(), "lower(email)");
    }
}
