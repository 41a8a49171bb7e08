//! `sqldojo advise`.

use std::{io::Write as _, ops::ControlFlow};

use clap::Args;
use serde_json::json;

use super::bench::Bench;
use crate::{
    cli::{
        args::{Data, Globals, Own, Patience, Script},
        console::{self, Console, TextOrJson},
        exit::{Error, Exit},
    },
    engine::Failure,
    plan::advise::{self as workload, Options, advise_from, advise_workload},
    render::{advice, fault::Place, plan::Look},
    sql::{
        facts::{StatementKind, statement_kind},
        lexer::{TokenKind, tokens},
        split::{Statement, split},
    },
};

/// How many rows the leading table has, at the most: what helps there helps on more.
const ROWS: u64 = 20_000;

/// Which indexes help a query, built and measured, and what they cost
#[derive(Debug, Args)]
#[command(
    after_help = "Candidates come from the query itself. Each is built on a copy of the data, and the query
is run with it; only what is measured to pay is proposed, best first. CREATE INDEX
and the like are run first, on the copy.

Several statements are a workload: one set of indexes is sought for all of them,
and what INSERT, UPDATE and DELETE among them cost more counts against it. A comment
such as -- weight 10 before a statement says how often it runs.

The data has 20,000 rows in its leading table unless --rows says fewer. Of a large
database of your own a sample is taken, in which rows that are joined stay together.

Examples:
  sqldojo advise -c \"SELECT id FROM orders WHERE user_id = 7 ORDER BY created_at\"
  sqldojo advise --max-indexes 2 -f workload.sql
  sqldojo advise --db app.db -f slow.sql --format json"
)]
pub(in crate::cli) struct Advise {
    #[command(flatten)]
    script: Script,
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    own: Own,
    /// The most indexes to create
    #[arg(long, value_name = "N", default_value_t = Options::default().max_indexes)]
    max_indexes: usize,
    #[command(flatten)]
    patience: Patience,
}

impl Advise {
    pub(super) fn run(self, globals: &Globals, console: &Console) -> Result<Exit, Error> {
        let format = console.text_or_json("advise")?;
        let (script, name) = self.script.read()?;
        let statements = split(&script);
        let rows = Some(self.data.rows.unwrap_or(ROWS).min(ROWS));
        let data = Data { rows, ..self.data };
        let mut bench = Bench::new(globals, &data, &self.own, self.patience.deadline())?;
        let failed = |bench: &Bench, failure: &Failure, statement: &Statement<'_>| {
            let place = Place {
                script: &script,
                start: statement.span.start,
                statement: statement.text,
                file: name.as_deref(),
            };
            console.failed(failure, &place, &bench.hints(statement.text, failure))
        };
        let asked = statements.iter().map(|statement| statement.text);
        let asked: Vec<&str> = asked.filter(|sql| is_work(statement_kind(sql))).collect();
        let one_in = bench.sampled(&asked)?;
        bench.copied()?;
        let mut work: Vec<(&Statement<'_>, workload::Statement)> = Vec::new();
        for statement in &statements {
            if is_work(statement_kind(statement.text)) {
                let weight = weight(&script, statement);
                work.push((statement, workload::Statement { sql: statement.text.to_owned(), weight }));
            } else {
                let ran = bench.copied()?.run(statement.text, &[], |_| ControlFlow::Continue(()));
                ran.map_err(|failure| failed(&bench, &failure, statement))?;
            }
        }
        if !work.iter().any(|(statement, _)| statement_kind(statement.text) == StatementKind::Query) {
            return Err(Error::fault("there is no query to advise on: indexes are advised for SELECT")
                .hint("put CREATE INDEX and the like before the query"));
        }
        let mut options = Options { max_indexes: self.max_indexes, ..Options::default() };
        if one_in.is_some() {
            // What is too dear on a sample is much too dear on the whole.
            options.patience /= 16;
        }
        let look = Look { ascii: console.accessible, width: console.page() };
        let (text, mut json) = if let [(query, _)] = work.as_slice() {
            let less = bench.less(query.text)?;
            let found = advise_from(less.as_ref(), bench.copied()?, query.text, &options)
                .map_err(|failure| failed(&bench, &failure, query))?;
            (advice::advice(&found, look), json!(found))
        } else {
            let parts: Vec<workload::Statement> = work.iter().map(|(_, part)| part.clone()).collect();
            let found = advise_workload(bench.copied()?, &parts, &options)
                .map_err(|(at, failure)| failed(&bench, &failure, work[at].0))?;
            (advice::workload(&found, look), json!(found))
        };
        let text = one_in.map_or_else(String::new, |n| format!("A sample: about one row in {n}.\n")) + &text;
        if let Some(found) = json.as_object_mut() {
            found.insert("sample".to_owned(), one_in.map_or(json!(null), |n| json!({ "one_in": n })));
        }
        let mut out = console::stdout();
        match format {
            TextOrJson::Text => out.write_all(text.as_bytes())?,
            TextOrJson::Json | TextOrJson::Jsonl => writeln!(out, "{json}")?,
        }
        out.flush()?;
        Ok(Exit::Done)
    }
}

/// Whether a statement is advised on; any other is run first.
fn is_work(kind: StatementKind) -> bool {
    match kind {
        StatementKind::Query | StatementKind::Insert | StatementKind::Update | StatementKind::Delete => true,
        StatementKind::Definition
        | StatementKind::Transaction
        | StatementKind::Explain
        | StatementKind::Upkeep
        | StatementKind::Unknown => false,
    }
}

/// How often a statement of a workload runs, as a comment before it says: `-- weight 10`.
fn weight(script: &str, statement: &Statement<'_>) -> u64 {
    let before = &script[..statement.span.start];
    let mut comments = Vec::new();
    for token in tokens(before) {
        match token.kind {
            TokenKind::Comment => comments.push(token.text(before)),
            TokenKind::Space => {}
            _ => comments.clear(),
        }
    }
    let said = comments.iter().rev().find_map(|comment| {
        let mut words = comment.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.find(|word| word.eq_ignore_ascii_case("weight"))?;
        words.next()?.parse().ok()
    });
    said.unwrap_or(1)
}
