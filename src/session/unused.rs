//! `.plan`: how a query runs, which indexes it leaves alone and why; `.plan more`: in full, with the query that would
//! use them.

use std::io::{self, Write as _};

use super::{Output, Session, screens};
use crate::{
    cost::Cost,
    engine::Failure,
    judge::rewrite::{Held, hold},
    plan::{
        Plan, gather,
        why::{Look, why},
    },
    render::{
        fault::Place,
        plan::at_length,
        why::{self as causes, Length},
    },
};

impl Session {
    /// Shows how the last query runs, or the one that is given.
    pub(super) fn plan_of(&mut self, rest: &str, out: &mut Output<'_>) -> io::Result<()> {
        let (length, sql) = match rest.strip_prefix("more") {
            Some(sql) if sql.is_empty() || sql.starts_with(char::is_whitespace) => (Length::Long, sql.trim()),
            Some(_) | None => (Length::Short, rest),
        };
        match (sql, self.last.query.clone()) {
            ("", None) if self.asks_for_indexes() => self.plan_served(out),
            ("", None) => self.complain("no query has run yet: .plan SELECT … works too", out),
            ("", Some(query)) => {
                self.explain(&query.sql, Some(query.cost), length, out)?;
                screens::after_a_plan(self, out)
            }
            (sql, _) => self.explain(sql, None, length, out),
        }
    }

    /// The plan, and why indexes are not used.
    fn explain(
        &mut self,
        sql: &str,
        cost: Option<Cost>,
        length: Length,
        out: &mut Output<'_>,
    ) -> io::Result<()> {
        let (plan, held) = match self.found(sql, cost, length) {
            Ok(found) => found,
            Err(failure) => return self.failed(Place::alone(sql), &failure, out),
        };
        let look = screens::look(&self.view.style);
        match (length, self.view.style.accessible) {
            (Length::Short, _) => screens::plan(self, &plan, cost, out)?,
            (Length::Long, false) => {
                screens::plan(self, &plan, cost, out)?;
                write!(out, "\n{}", at_length(&plan, look))?;
            }
            (Length::Long, true) => {
                writeln!(out, "{}", screens::fill(&plan.verdict.text, "", &self.view.style))?;
                write!(out, "{}", at_length(&plan, look))?;
            }
        }
        let said = causes::text(&held, length, look);
        if !said.is_empty() {
            write!(out, "\n{said}")?;
            if length == Length::Short && self.prompted {
                writeln!(out, "{}", screens::dim("  .plan more says more", &self.view.style))?;
            }
        }
        Ok(())
    }

    fn found(&mut self, sql: &str, cost: Option<Cost>, length: Length) -> Result<(Plan, Held), Failure> {
        let hints = match length {
            Length::Short => Vec::new(),
            Length::Long => {
                let world = self.shop.world().clone().with_hints();
                world.map_err(|error| Failure::fault(error.to_string()))?.hints
            }
        };
        let seed = self.shop.seed();
        let parameters = self.parameters.clone();
        let sandbox = self.shop.open().map_err(|error| Failure::fault(error.to_string()))?;
        let plan = gather::explain_with(sandbox, sql, &parameters)?;
        let look = match length {
            Length::Short => Look::Causes,
            Length::Long => Look::Rewrites,
        };
        let found = why(sandbox, sql, &plan, cost, &parameters, look)?;
        let held = hold(sandbox, found, &hints, seed)?;
        Ok((plan, held))
    }
}
