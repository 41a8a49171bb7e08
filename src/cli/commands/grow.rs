//! What `explain` is asked of a query's growth, and how that is found out.

use std::time::Duration;

use clap::Args;

use super::bench::Bench;
use crate::{
    cli::console,
    engine::{Failure, FailureKind},
    plan::{
        grow::{GrowError, SIZES, Trial, grow},
        growth::{Grows, Growth, parse_size},
        words::grouped,
    },
    schema::world::{MOST_ROWS, WorldError},
    sql::split::Statement,
};

/// What shall grow, and how far.
#[derive(Debug, Args)]
pub(super) struct Grow {
    /// Show how the cost grows: with both (all tables), history or users
    #[arg(long, value_name = "WHAT", num_args = 0..=1, default_missing_value = "both", value_parser = grows,
        conflicts_with = "db")]
    grow: Option<Grows>,
    /// The sizes to measure at, in rows of the leading table, such as 2k,32k,1M
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = size, conflicts_with = "db")]
    sizes: Vec<u64>,
}

/// Reads what grows.
fn grows(text: &str) -> Result<Grows, String> {
    Grows::named(text).ok_or_else(|| "both, history or users is expected".to_owned())
}

/// Reads a size.
fn size(text: &str) -> Result<u64, String> {
    let rows = parse_size(text).ok_or("a number such as 2000, 32k or 1M is expected")?;
    if (1..=MOST_ROWS).contains(&rows) {
        Ok(rows)
    } else {
        Err(format!("from 1 to {} rows can be measured", grouped(MOST_ROWS)))
    }
}

/// Why the command ends here.
pub(super) enum Fault {
    /// Somebody pressed Ctrl-C.
    Interrupted(Failure),
    /// The data cannot be made.
    Data(WorldError),
}

impl Grow {
    /// Whether the command line says anything of growth.
    pub(super) fn is_asked(&self) -> bool {
        self.grow.is_some() || !self.sizes.is_empty()
    }

    /// How a statement grows after those before it, or why nothing can be said of that.
    pub(super) fn measure(
        &self,
        bench: &Bench,
        statement: &Statement<'_>,
        before: &[Statement<'_>],
        reads: bool,
        deadline: Option<Duration>,
    ) -> Result<Result<Growth, Option<String>>, Fault> {
        let no = |why: &str| Ok(Err(Some(why.to_owned())));
        let Some((world, seed)) = bench.world() else {
            return no("a database of your own has one size only");
        };
        if !reads {
            return no("only queries are measured, and this changes data");
        }
        let setup: Vec<String> = before.iter().map(|statement| statement.text.to_owned()).collect();
        let trial = Trial {
            setup: &setup,
            grows: self.grow.unwrap_or(Grows::Both),
            sizes: if self.sizes.is_empty() { &SIZES } else { &self.sizes },
            deadline,
            watch: &console::interrupt_this_too,
            ..Trial::new(world, seed, statement.text)
        };
        match grow(&trial) {
            Ok(growth) => Ok(Ok(growth)),
            Err(GrowError::Setup(_, failure) | GrowError::Query(failure))
                if failure.kind == FailureKind::Interrupted =>
            {
                Err(Fault::Interrupted(failure))
            }
            Err(GrowError::Data(error)) => Err(Fault::Data(error)),
            Err(error @ (GrowError::NoData(_) | GrowError::Setup(..) | GrowError::Query(_))) => {
                no(&error.to_string())
            }
        }
    }
}
