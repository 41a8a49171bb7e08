//! The rule on growth: a query runs at several sizes, with the answer's indexes, and its class is compared.

use super::{JudgeError, report::Check, rules::check};
use crate::{
    catalog::Parameters,
    plan::{
        grow::{Trial, grow},
        growth::{Class, Outcome},
        words::grouped,
    },
    schema::world::World,
    sql::split::split,
};

/// Runs a query at several sizes, after the statements that build indexes, and says whether it grows at most so.
///
/// # Errors
/// Data that cannot be made, or statements that fail there.
pub(super) fn growth(
    name: &str,
    most: Class,
    world: &World,
    setup: &[&str],
    sql: &str,
    parameters: &Parameters,
) -> Result<Check, JudgeError> {
    let setup: Vec<String> =
        setup.iter().flat_map(|script| split(script)).map(|statement| statement.text.to_owned()).collect();
    let trial = Trial { setup: &setup, parameters, ..Trial::new(world, 1, sql) };
    let grown = grow(&trial).map_err(|error| JudgeError::Exercise(error.to_string()))?;
    let sizes: Vec<String> = grown.measured.iter().map(|one| grouped(one.n)).collect();
    let steps = grown.measured.iter().map(|one| match one.outcome {
        Outcome::Done { steps, .. } => grouped(steps),
        Outcome::Stopped { steps } => format!("more than {}", grouped(steps)),
        Outcome::Late => "stopped by the clock".to_owned(),
    });
    let steps: Vec<String> = steps.collect();
    let named = if name.is_empty() { String::new() } else { format!("{name}: ") };
    let said = format!(
        "{named}growth is {}: {} steps at {} rows",
        grown.class.name(),
        steps.join(", "),
        sizes.join(", ")
    );
    let passed = rank(grown.class) <= rank(most);
    let said = if passed { said } else { format!("{said}; at most {} allowed", most.name()) };
    Ok(check("growth", passed, said))
}

/// The order of classes; what is unknown fits nowhere.
fn rank(class: Class) -> u8 {
    match class {
        Class::Constant => 0,
        Class::Linear => 1,
        Class::NLogN => 2,
        Class::MoreThanLinear => 3,
        Class::Quadratic => 4,
        Class::MoreThanQuadratic => 5,
        Class::Unknown => 6,
    }
}
