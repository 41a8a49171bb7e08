//! The words of a question and its options. Runs nothing.

use serde::Serialize;

use super::{Case, Form, Measure, Question};

/// A question as it is put.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Posed {
    /// The question.
    pub ask: String,
    /// What is given: indexes, ANALYZE.
    pub given: Vec<String>,
    /// The statements it is about, where they are no options.
    pub sql: Vec<String>,
    /// What can be answered.
    pub options: Vec<Choice>,
    /// Whether several options, or none, may be right.
    pub several: bool,
}

/// One thing that can be answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// What is typed: a letter, or a word.
    pub key: String,
    /// What it stands for, where the key does not say so itself.
    pub text: String,
    /// Whether the text is SQL.
    pub is_sql: bool,
}

/// The classes that growth is asked in.
pub(super) const CLASSES: [&str; 4] = ["constant", "linear", "n log n", "quadratic"];

/// The factors that are asked for.
pub(super) const TIMES: [u64; 3] = [3, 30, 300];

/// What a form asks, before the asker's own words and the setting.
struct Parts {
    ask: String,
    sql: Vec<String>,
    options: Vec<Choice>,
    several: bool,
}

/// Puts a question.
pub(super) fn pose(question: &Question) -> Posed {
    let Parts { ask, sql, options, several } = parts(question);
    // Where the indexes are the options, they need not be said twice.
    let chosen = matches!(question.form, Form::Touches { .. } | Form::Spare { .. });
    let indexes = question.setting.indexes.iter().filter(|_| !chosen);
    let mut given: Vec<String> = indexes.map(|index| format!("index {index}")).collect();
    if question.setting.analyze {
        given.push("ANALYZE has run".to_owned());
    }
    Posed { ask: question.ask.clone().unwrap_or(ask), given, sql, options, several }
}

fn parts(question: &Question) -> Parts {
    let one = |ask: &str, sql: &str, options| Parts {
        ask: ask.to_owned(),
        sql: vec![sql.to_owned()],
        options,
        several: false,
    };
    let yes_no = |ask: &str, sql: &str| one(ask, sql, words(&["yes", "no"]));
    let indexes = || lettered(question.setting.indexes.iter().cloned(), false);
    match &question.form {
        Form::Seek { sql, table: None } => one("Scan or search?", sql, words(&["scan", "search"])),
        Form::Seek { sql, table: Some(table) } => {
            one(&format!("Is {table} scanned or searched?"), sql, words(&["scan", "search"]))
        }
        Form::UsesIndex { sql } => yes_no("Does this query use an index?", sql),
        Form::TableRead { sql, table: None } => yes_no("Is the table itself read?", sql),
        Form::TableRead { sql, table: Some(table) } => {
            yes_no(&format!("Is the table {table} itself read?"), sql)
        }
        Form::Sorts { sql } => yes_no("Does it have to sort?", sql),
        Form::Arms { sql } => {
            one("One scan, or a search for each arm of the OR?", sql, words(&["scan", "arms"]))
        }
        Form::Automatic { sql } => yes_no("Does SQLite build an index for this one run?", sql),
        Form::Growth { sql } => one("How does its cost grow with the rows?", sql, words(&CLASSES)),
        Form::Dearest { statements, measure, least } => {
            let what = match (measure, least) {
                (Measure::Cost, false) => "costs most",
                (Measure::Cost, true) => "costs least",
                (Measure::Pages, false) => "gets most pages",
                (Measure::Pages, true) => "gets fewest pages",
            };
            Parts {
                ask: format!("Which {what}?"),
                sql: Vec::new(),
                options: lettered(statements.iter().cloned(), true),
                several: false,
            }
        }
        Form::Times { dear, cheap } => times(dear, cheap),
        Form::HelpsMost { sql, sets } => {
            let sets = sets.iter().map(|set| match set.as_slice() {
                [] => "none of them".to_owned(),
                set => set.join(" + "),
            });
            one("Which would help most?", sql, lettered(sets, false))
        }
        Form::Cause { sql, causes } => {
            let causes = lettered(causes.iter().map(|cause| cause.say.clone()), false);
            one("The index is there and is not used to find rows. Why?", sql, causes)
        }
        Form::Inserts { sql, indexes, least } => {
            let most = if *least { "fewest" } else { "most" };
            let ask = format!("Of which index would this change {most} pages?");
            one(&ask, sql, lettered(indexes.iter().cloned(), false))
        }
        Form::Touches { sql } => {
            Parts { several: true, ..one("Which of the indexes does it change?", sql, indexes()) }
        }
        Form::Pays { statements } => Parts {
            ask: "Which of these change the index?".to_owned(),
            sql: Vec::new(),
            options: lettered(statements.iter().cloned(), true),
            several: true,
        },
        Form::Spare { queries } => Parts {
            ask: "Which index can go, with no query the dearer for it?".to_owned(),
            sql: queries.clone(),
            options: indexes(),
            several: false,
        },
    }
}

fn times(dear: &Case, cheap: &Case) -> Parts {
    let (ask, sql) = if dear.sql == cheap.sql {
        let ask = format!("How many times cheaper does {} make it?", cheap.indexes.join(" + "));
        (ask, vec![dear.sql.clone()])
    } else {
        let ask = "How many times the second does the first cost?".to_owned();
        (ask, vec![dear.sql.clone(), cheap.sql.clone()])
    };
    let key =
        |times: &u64| Choice { key: times.to_string(), text: format!("about {times} times"), is_sql: false };
    Parts { ask, sql, options: TIMES.iter().map(key).collect(), several: false }
}

fn words(words: &[&str]) -> Vec<Choice> {
    words.iter().map(|word| Choice { key: (*word).to_owned(), text: String::new(), is_sql: false }).collect()
}

fn lettered(texts: impl Iterator<Item = String>, is_sql: bool) -> Vec<Choice> {
    ('a'..='z').zip(texts).map(|(letter, text)| Choice { key: letter.to_string(), text, is_sql }).collect()
}

impl Posed {
    /// Whether an answer is one of a few words rather than a letter.
    pub fn is_worded(&self) -> bool {
        self.options.iter().all(|option| option.text.is_empty())
    }
}
