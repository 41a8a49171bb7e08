//! The interviewer's questions on a query: made from the query, its plan and what would help it, each answered by
//! running before it is asked.

use std::collections::VecDeque;

use super::{Bench, Case, Form, Question, Setting, Solved, Trouble, Watch, ignored};
use crate::{
    schema::world::{Size, World},
    value::Value,
};

/// A question with its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The question.
    pub question: Question,
    /// Its answer.
    pub solved: Solved,
}

/// What a question may be about, in the order in which they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Topic {
    /// Whether it uses an index, on the learner's own data.
    Uses,
    /// Which index would help most.
    Helps,
    /// (a, b) or (b, a).
    Order,
    /// How much the best one saves.
    Saves,
    /// Whether it still sorts with it.
    Sorts,
    /// Whether it still reads the table with it.
    Covered,
    /// How it grows.
    Grows,
    /// Which UPDATEs change the index.
    Updates,
    /// Which of two indexes can go.
    Spare,
    /// Why an index is ignored.
    Ignored,
    /// Of which index inserts change most pages.
    Inserts,
}

const TOPICS: [Topic; 11] = [
    Topic::Uses,
    Topic::Helps,
    Topic::Order,
    Topic::Ignored,
    Topic::Saves,
    Topic::Sorts,
    Topic::Covered,
    Topic::Grows,
    Topic::Updates,
    Topic::Spare,
    Topic::Inserts,
];

/// What advice left behind: indexes as they are written, `orders (user_id)`.
#[derive(Debug, Default)]
struct Found {
    /// The set that helps most; empty where none does.
    best: Vec<String>,
    /// What was tried and is not part of it.
    others: Vec<Vec<String>>,
}

/// Questions on one query, one after the other.
pub struct Follow {
    world: World,
    seed: u64,
    sql: String,
    setup: Vec<String>,
    topics: VecDeque<Topic>,
    lab: Option<Bench>,
    found: Option<Found>,
}

impl Follow {
    /// Questions on a query over a world's data; `setup` makes the indexes that its author has made.
    pub fn new(world: World, seed: u64, sql: String, setup: Vec<String>) -> Follow {
        Follow { world, seed, sql, setup, topics: TOPICS.into(), lab: None, found: None }
    }

    /// The next question that can be asked of this query; `None`: there is no more.
    ///
    /// # Errors
    /// Data that cannot be had, or Ctrl-C; the question comes again when asked for again.
    pub fn next(&mut self, watch: &Watch) -> Result<Option<Asked>, Trouble> {
        while let Some(topic) = self.topics.front().copied() {
            let asked = self.ask(topic, watch);
            match asked {
                Err(trouble) if trouble.is_interrupted() || matches!(trouble, Trouble::World(_)) => {
                    return Err(trouble);
                }
                // What cannot be asked of this query is passed over.
                Err(_) | Ok(None) => drop(self.topics.pop_front()),
                Ok(Some(asked)) => {
                    self.topics.pop_front();
                    return Ok(Some(asked));
                }
            }
        }
        Ok(None)
    }

    fn open(&self, size: &Size, watch: &Watch) -> Result<Bench, Trouble> {
        let mut bench = Bench::open(&self.world, size, self.seed, watch.clone())?;
        bench.prepare(&self.setup)?;
        Ok(bench)
    }

    fn ask(&mut self, topic: Topic, watch: &Watch) -> Result<Option<Asked>, Trouble> {
        if topic == Topic::Uses {
            let here = self.open(&Size::Learner, watch)?;
            let question = plain(Form::UsesIndex { sql: self.sql.clone() });
            return solved(question, &here).map(Some);
        }
        let lab = match self.lab.take() {
            Some(lab) => lab.watched_by(watch.clone()),
            None => self.open(&self.world.laboratory()?, watch)?,
        };
        let asked = self.ask_in(topic, &lab);
        self.lab = Some(lab);
        asked
    }

    fn ask_in(&mut self, topic: Topic, lab: &Bench) -> Result<Option<Asked>, Trouble> {
        if self.found.is_none() {
            self.found = Some(advice(lab, &self.sql)?);
        }
        let Some(found) = &self.found else { return Ok(None) };
        let question = match topic {
            Topic::Uses => None,
            Topic::Helps => return self.helps(found, lab),
            // What reads no table has nothing to grow with.
            Topic::Grows if lab.plan(&self.sql)?.accesses().all(|access| access.table().is_none()) => None,
            Topic::Grows => Some(plain(Form::Growth { sql: self.sql.clone() })),
            Topic::Ignored => ignored::ask(lab, &self.sql)?,
            Topic::Order | Topic::Saves | Topic::Sorts | Topic::Covered => {
                self.with_best(topic, found, lab)?
            }
            Topic::Updates => updates(found, lab)?,
            Topic::Spare => self.spare(found),
            Topic::Inserts => inserts(found, lab)?,
        };
        question.map(|question| solved(question, lab)).transpose()
    }

    /// Which of three helps most, or whether any does.
    fn helps(&self, found: &Found, lab: &Bench) -> Result<Option<Asked>, Trouble> {
        let mut others = found.others.iter();
        loop {
            let mut sets: Vec<Vec<String>> =
                others.clone().take(2 + usize::from(found.best.is_empty())).cloned().collect();
            if sets.is_empty() {
                return Ok(None);
            }
            if !found.best.is_empty() {
                sets.push(found.best.clone());
            }
            // Where they stand must not tell which it is.
            sets.sort();
            if found.best.is_empty() {
                sets.push(Vec::new());
            }
            let question = plain(Form::HelpsMost { sql: self.sql.clone(), sets });
            match solved(
                Question { ask: Some("Which index would help it most?".to_owned()), ..question },
                lab,
            ) {
                // Two of them lie too close together: another one may not.
                Err(Trouble::Open(_)) => drop(others.next()),
                asked => return asked.map(Some),
            }
        }
    }

    /// What is asked of the index that helps most.
    fn with_best(&self, topic: Topic, found: &Found, lab: &Bench) -> Result<Option<Question>, Trouble> {
        let Some(first) = found.best.first() else { return Ok(None) };
        let sql = || self.sql.clone();
        let named = found.best.join(" + ");
        let with = |ask: String, form: Form| Question {
            setting: Setting { indexes: found.best.clone(), analyze: false },
            ask: Some(ask),
            form,
            note: None,
        };
        Ok(match topic {
            Topic::Order => swapped(first).filter(|_| found.best.len() == 1).map(|swapped| {
                let sets = vec![vec![first.clone()], vec![swapped]];
                let ask = Some("Which order of the columns helps more?".to_owned());
                Question { ask, ..plain(Form::HelpsMost { sql: sql(), sets }) }
            }),
            Topic::Saves => Some(plain(Form::Times {
                dear: Case { sql: sql(), indexes: Vec::new() },
                cheap: Case { sql: sql(), indexes: found.best.clone() },
            })),
            Topic::Sorts if lab.plan(&self.sql)?.sorts().next().is_some() => {
                let ask = format!("With {named}: does it still have to sort?");
                Some(with(ask, Form::Sorts { sql: sql() }))
            }
            Topic::Covered => {
                let table = table_of(first).to_owned();
                let ask = format!("With {named}: does it still read the table {table} itself?");
                Some(with(ask, Form::TableRead { sql: sql(), table: Some(table) }))
            }
            Topic::Sorts
            | Topic::Uses
            | Topic::Helps
            | Topic::Grows
            | Topic::Updates
            | Topic::Spare
            | Topic::Ignored
            | Topic::Inserts => None,
        })
    }

    /// The best index and one that is its beginning.
    fn spare(&self, found: &Found) -> Option<Question> {
        let [best] = found.best.as_slice() else { return None };
        let columns = columns_of(best)?;
        let first = columns.first().filter(|_| columns.len() > 1)?;
        let short = format!("{} ({first})", table_of(best));
        Some(Question {
            setting: Setting { indexes: vec![short.clone(), best.clone()], analyze: false },
            ask: Some("For this query: which of the two can go?".to_owned()),
            form: Form::Spare { queries: vec![self.sql.clone()] },
            note: None,
        })
    }
}

pub(super) fn plain(form: Form) -> Question {
    Question { setting: Setting::default(), ask: None, form, note: None }
}

fn solved(question: Question, bench: &Bench) -> Result<Asked, Trouble> {
    let solved = question.solve(bench)?;
    Ok(Asked { question, solved })
}

fn advice(lab: &Bench, sql: &str) -> Result<Found, Trouble> {
    let advice = lab.advise(sql)?;
    let set = |sql: &str| -> Vec<String> {
        let on = |create: &str| create.find(" ON ").map(|at| create[at + 4..].to_owned());
        sql.split("; ").filter_map(on).collect()
    };
    let mut proposed = advice.advice.iter().map(|proposal| set(&proposal.sql));
    let best = proposed.next().unwrap_or_default();
    // Of several that help only together each alone is the best question; then what is far off comes first.
    let parts = best.iter().filter(|_| best.len() > 1).map(|index| vec![index.clone()]);
    let parts: Vec<Vec<String>> = parts.collect();
    let rejected = advice.rejected.iter().map(|rejection| set(&rejection.sql));
    let mut others: Vec<Vec<String>> = Vec::new();
    for other in parts.into_iter().chain(rejected).chain(proposed) {
        if other != best && !other.is_empty() && !others.contains(&other) {
            others.push(other);
        }
    }
    Ok(Found { best, others })
}

/// The table of `orders (user_id)`.
fn table_of(index: &str) -> &str {
    index.split(" (").next().unwrap_or(index).trim_matches('"')
}

/// The columns of `orders (user_id, created_at)`, where it has no more than plain ones.
fn columns_of(index: &str) -> Option<Vec<&str>> {
    let list = index.split_once(" (")?.1.strip_suffix(')')?;
    let columns: Vec<&str> = list.split(", ").collect();
    let plain = |column: &&str| column.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    columns.iter().all(plain).then_some(columns)
}

/// The same index with its first two columns the other way round.
fn swapped(index: &str) -> Option<String> {
    let mut columns = columns_of(index).filter(|columns| columns.len() > 1)?;
    columns.swap(0, 1);
    Some(format!("{} ({})", table_of(index), columns.join(", ")))
}

/// The table's columns: name, and whether it is a part of the primary key.
pub(super) fn columns(lab: &Bench, table: &str) -> Result<Vec<(String, bool)>, Trouble> {
    let listed =
        lab.table(&format!("SELECT name, pk FROM pragma_table_info('{}')", table.replace('\'', "''")))?;
    let column = |row: &Vec<Value>| match &row[0] {
        Value::Text(name) => Some((name.clone(), row[1] != Value::Integer(0))),
        Value::Null | Value::Integer(_) | Value::Real(_) | Value::Blob(_) => None,
    };
    Ok(listed.rows.iter().filter_map(column).collect())
}

/// UPDATEs of one row, column by column.
fn updates(found: &Found, lab: &Bench) -> Result<Option<Question>, Trouble> {
    let Some(index) = found.best.first() else { return Ok(None) };
    let table = table_of(index);
    let middle = lab.table(&format!("SELECT max(rowid) / 2 FROM \"{table}\""))?;
    let Some(Value::Integer(row)) = middle.rows.first().map(|row| &row[0]) else { return Ok(None) };
    let keys = lab.table(&format!(
        "SELECT name FROM pragma_table_info('{}') WHERE pk > 0 AND upper(type) = 'INTEGER'",
        table.replace('\'', "''")
    ))?;
    // A key of one INTEGER column is the rowid under another name.
    let key = match keys.rows.as_slice() {
        [only] => match &only[0] {
            Value::Text(name) => name.clone(),
            Value::Null | Value::Integer(_) | Value::Real(_) | Value::Blob(_) => "rowid".to_owned(),
        },
        _ => "rowid".to_owned(),
    };
    let mut statements = Vec::new();
    for (column, _) in columns(lab, table)?.iter().filter(|(_, is_key)| !is_key) {
        let other = lab.table(&format!(
            "SELECT \"{column}\" FROM \"{table}\" WHERE \"{column}\" <> \
             (SELECT \"{column}\" FROM \"{table}\" WHERE rowid = {row}) LIMIT 1"
        ))?;
        let Some(value) = other.rows.first().map(|row| &row[0]) else { continue };
        let sql = format!("UPDATE {table} SET {column} = {value} WHERE {key} = {row}");
        // A value that another row holds too may be refused.
        if lab.undone(|| lab.run(&sql)).is_ok() {
            statements.push(sql);
        }
    }
    statements.truncate(4);
    Ok((statements.len() > 1).then(|| Question {
        setting: Setting { indexes: vec![index.clone()], analyze: false },
        ask: Some(format!("Which of these would change the index {index}?")),
        form: Form::Pays { statements },
        note: None,
    }))
}

/// A thousand rows more, like those that are there.
fn inserts(found: &Found, lab: &Bench) -> Result<Option<Question>, Trouble> {
    let Some(index) = found.best.first() else { return Ok(None) };
    let table = table_of(index);
    let columns = columns(lab, table)?;
    let names: Vec<&str> = columns.iter().filter(|(_, key)| !key).map(|(name, _)| name.as_str()).collect();
    let names = names.join(", ");
    let sql = format!("INSERT INTO {table} ({names}) SELECT {names} FROM {table} LIMIT 1000");
    let mut indexes: Vec<String> = std::iter::once(&found.best)
        .chain(&found.others)
        .filter_map(|set| set.first().filter(|other| set.len() == 1 && table_of(other) == table))
        .cloned()
        .collect();
    indexes.truncate(3);
    indexes.sort();
    Ok((indexes.len() > 1).then(|| Question {
        ask: Some(format!("A thousand rows like the first come into {table} again: of which index does that change most pages?")),
        ..plain(Form::Inserts { sql, indexes, least: false })
    }))
}
