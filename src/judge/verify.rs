//! Checking exercises that rules judge: every right answer passes, every wrong one breaks the rule that it names.

use super::{
    JudgeError, Options,
    check::{Checked, check_query},
    index::IndexDesk,
    query::Desk,
    report::{Report, Verdict},
    tune::TuneDesk,
};
use crate::{
    catalog::{Answer, Exercise, Index, Mistake, Tune},
    schema::world::World,
};

/// How hard wrong answers are looked at.
fn options() -> Options {
    Options { databases: 3_000, millis: 20_000, repair_millis: 0, on_data: false, ..Options::default() }
}

/// Checks an index exercise.
pub(super) fn index(exercise: &Exercise, index: &Index, world: &World) -> Result<Checked, JudgeError> {
    let mut checked = Checked::new(exercise, index.right.len(), index.wrong.len());
    match IndexDesk::new(exercise, index, world) {
        Ok(desk) => answers(&index.right, &index.wrong, &mut checked, |sql| desk.judge(sql))?,
        Err(error) => checked.faults.push(error.to_string()),
    }
    Ok(checked)
}

/// Checks a tune exercise: the slow query means what the reference means and breaks a rule, and so on.
pub(super) fn tune(exercise: &Exercise, tune: &Tune, world: &World) -> Result<Checked, JudgeError> {
    let plain = tune.parameters.iter().all(Vec::is_empty);
    // Edits of a reference with parameters would have to be told from it under every set of values.
    let mut checked = if plain {
        check_query(exercise, &tune.query, world)
    } else {
        Checked::new(exercise, tune.query.right.len(), 0)
    };
    checked.wrong = tune.wrong.len();
    let desk = match TuneDesk::new(exercise, tune, world) {
        Ok(desk) => desk,
        Err(error) => {
            checked.faults.push(error.to_string());
            return Ok(checked);
        }
    };
    if tune.only_here {
        checked.faults.extend(desk.slow_differs()?);
    }
    for set in tune.parameters.iter().filter(|_| !tune.only_here) {
        let desk = Desk::new(exercise, &tune.query, world)?.with_parameters(set);
        let report = desk.sit(&options(), |seat| seat.judge(&tune.slow, None))?;
        if report.verdict != Verdict::Correct {
            checked.faults.push(format!("the slow query differs from the reference: {}", report.message));
        }
    }
    answers(&tune.query.right, &tune.wrong, &mut checked, |sql| desk.judge(sql, &options()))?;
    let slow = desk.judge(&tune.slow, &options())?;
    if slow.verdict == Verdict::Correct {
        checked.faults.push("the slow query keeps every rule as it is".to_owned());
    }
    Ok(checked)
}

fn answers(
    right: &[Answer],
    wrong: &[Mistake],
    checked: &mut Checked,
    mut judge: impl FnMut(&str) -> Result<Report, JudgeError>,
) -> Result<(), JudgeError> {
    for answer in right {
        let report = judge(&answer.sql)?;
        if report.verdict != Verdict::Correct {
            checked
                .faults
                .push(format!("the right answer '{}' does not pass: {}", answer.style, report.message));
        }
    }
    for mistake in wrong {
        let report = judge(&mistake.sql)?;
        if !breaks(&report, &mistake.rule) {
            checked.faults.push(format!(
                "the wrong answer '{}' does not break the rule {}: {}",
                mistake.why,
                mistake.rule,
                said(&report)
            ));
        }
    }
    Ok(())
}

/// Whether a report says that this rule is broken.
pub fn breaks(report: &Report, rule: &str) -> bool {
    let by_check = report.checks.iter().any(|check| !check.passed && check.rule == rule);
    let other_result = report.verdict == Verdict::Wrong && report.checks.is_empty();
    by_check || (rule == "result" && other_result)
}

/// All that a report says, for an author.
fn said(report: &Report) -> String {
    let checks = report
        .checks
        .iter()
        .map(|check| format!("{} {}: {}", if check.passed { "+" } else { "-" }, check.rule, check.said));
    std::iter::once(report.message.clone()).chain(checks).collect::<Vec<_>>().join(" | ")
}
