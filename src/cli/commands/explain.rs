//! `sqldojo explain`.

use std::{io::Write as _, ops::ControlFlow};

use clap::Args;
use serde_json::json;

use super::{
    bench::Bench,
    grow::{Fault, Grow},
};
use crate::{
    cli::{
        args::{Data, Globals, Own, Patience, Script},
        console::{self, Console, TextOrJson},
        exit::{Error, Exit},
    },
    cost::Cost,
    engine::{Failure, FailureKind, Sandbox},
    judge::rewrite,
    plan::{
        Plan, gather,
        why::{self, Cause},
    },
    render::{
        chart,
        fault::Place,
        plan::{Look, sentences, tree},
        why::{self as causes, Length},
    },
    sql::split::{Statement, split},
};

/// The plan of a query, in a tree and in words, with what it costs
#[derive(Debug, Args)]
#[command(
    after_help = "The last statement is explained; those before it, such as CREATE INDEX, are run first,
on a copy of the data.

An index that could serve and is not used is named below the plan with its cause, and
with a query that would use it where one was found that gives the same.

With --grow the query also runs on 2,000, 8,000 and 32,000 rows, and the figures say
how its cost grows: with everything in proportion (both), with what happens while users
and products stay as many (history), or with users and what they do (users). A run is
stopped after 5 million steps.

Examples:
  sqldojo explain -c 'SELECT * FROM orders WHERE user_id = 7'
  sqldojo explain --grow history -c 'SELECT * FROM orders WHERE user_id = 7'
  sqldojo explain --rows 100000 -c 'CREATE INDEX i ON orders (user_id);
    SELECT * FROM orders WHERE user_id = 7'
  sqldojo explain --db app.db -f slow.sql --format json"
)]
pub(in crate::cli) struct Explain {
    #[command(flatten)]
    script: Script,
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    own: Own,
    #[command(flatten)]
    patience: Patience,
    #[command(flatten)]
    grow: Grow,
}

impl Explain {
    pub(super) fn run(self, globals: &Globals, console: &Console) -> Result<Exit, Error> {
        let format = console.text_or_json("explain")?;
        let (script, name) = self.script.read()?;
        let statements = split(&script);
        let Some((explained, before)) = statements.split_last() else {
            return Err(Error::fault("there is no statement to explain").hint("give one with -c"));
        };
        let mut bench = Bench::new(globals, &self.data, &self.own, self.patience.deadline())?;
        let failed = |bench: &Bench, failure: &Failure, statement: &Statement<'_>| {
            let place = Place {
                script: &script,
                start: statement.span.start,
                statement: statement.text,
                file: name.as_deref(),
            };
            console.failed(failure, &place, &bench.hints(statement.text, failure))
        };
        for statement in before {
            let ran =
                bench.for_statement(statement.text)?.run(statement.text, &[], |_| ControlFlow::Continue(()));
            ran.map_err(|failure| failed(&bench, &failure, statement))?;
        }
        let sandbox = bench.for_statement(explained.text)?;
        let plan = gather::explain(sandbox, explained.text);
        let reads = sandbox.prepare(explained.text).is_ok_and(|prepared| prepared.reads_only());
        let ran = sandbox.run(explained.text, &[], |_| ControlFlow::Continue(()));
        let plan = plan.map_err(|failure| failed(&bench, &failure, explained))?;
        let (cost, note) = match ran {
            Ok(done) => (Some(done.cost), None),
            Err(failure) if failure.kind == FailureKind::Interrupted => {
                return Err(failed(&bench, &failure, explained));
            }
            // The plan holds all the same.
            Err(failure) => (None, Some(failure.message)),
        };
        let growth = if self.grow.is_asked() || format != TextOrJson::Text {
            let found = self.grow.measure(&bench, explained, before, reads, self.patience.deadline());
            found.map_err(|fault| match fault {
                Fault::Interrupted(failure) => failed(&bench, &failure, explained),
                Fault::Data(error) => error.into(),
            })?
        } else {
            Err(None)
        };
        let hints = bench.hints_of_values()?;
        let sandbox = bench.for_statement(explained.text)?;
        let causes =
            |sandbox: &Sandbox| why::why(sandbox, explained.text, &plan, cost, &[], why::Look::Rewrites);
        let mut found = causes(sandbox);
        // Whether ANALYZE would help can be tried on a copy only.
        let mistaken =
            found.iter().flat_map(|found| &found.not_used).any(|unused| unused.cause == Cause::Misjudged);
        let sandbox = if mistaken && sandbox.is_shared() {
            let copy = bench.copied()?;
            found = causes(copy);
            copy
        } else {
            bench.for_statement(explained.text)?
        };
        let held = found.and_then(|found| rewrite::hold(sandbox, found, &hints, globals.seed));
        let held = held.map_err(|failure| failed(&bench, &failure, explained))?;
        let mut out = console::stdout();
        match format {
            TextOrJson::Text => {
                let look = Look { ascii: console.accessible, width: console.page() };
                let mut text = text(&plan, cost, note.as_deref(), look);
                let causes = causes::text(&held, Length::Long, look);
                if !causes.is_empty() {
                    text.extend(["\n", &causes]);
                }
                match &growth {
                    Ok(growth) => text.extend(["\n", &chart::growth_figures(growth, look)]),
                    Err(Some(why)) => text.extend(["\nno growth: ", why, "\n"]),
                    Err(None) => {}
                }
                out.write_all(text.as_bytes())?;
            }
            TextOrJson::Json | TextOrJson::Jsonl => {
                let Plan { verdict, nodes } = &plan;
                let (growth, why) = match growth {
                    Ok(growth) => (Some(growth), None),
                    Err(why) => (None, why),
                };
                let found = json!({
                    "plan": nodes, "verdict": verdict, "cost": cost, "note": note,
                    "not_used": held.not_used, "rewrite": held.rewrite, "refused": held.refused,
                    "growth": growth, "no_growth": why,
                });
                writeln!(out, "{found}")?;
            }
        }
        out.flush()?;
        Ok(Exit::Done)
    }
}

fn text(plan: &Plan, cost: Option<Cost>, note: Option<&str>, look: Look) -> String {
    let mut text = tree(plan, "this statement", cost, look);
    text.push('\n');
    text.push_str(sentences(plan, look).trim_end());
    text.push('\n');
    if let Some(note) = note {
        text.extend(["\nno cost: ", note, "\n"]);
    }
    text
}
