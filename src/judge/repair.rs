//! One edit away, or two: which change of a wrong answer makes it agree with the reference. It is for hints alone; no
//! verdict rests on it.

use std::time::Instant;

use super::{JudgeError, Options, report::Repair};
use crate::{
    differ::{Examiner, SearchError, tiny::TinyDb},
    sql::edits::{Clause, Edit, EditKind, donated, edits},
};

/// Databases on which a mended answer must agree beside the killers: few where a verdict waits for the hint, more where
/// the hint itself was asked for.
const CLOSE: [u64; 2] = [60, 2_000];

/// How many first edits of two are followed: those that mend most.
const FOLLOWED: usize = 10;

/// Looks for an edit, or for two of them, after which no difference is found: on databases that are `known`, and on
/// others. Of an answer that is right by luck, only a sort key is looked for.
///
/// # Errors
/// The schema is at fault.
pub(super) fn repair(
    examiner: &mut Examiner<'_, '_>,
    [answer, reference]: [&str; 2],
    known: &[TinyDb],
    by_luck: bool,
    options: &Options,
) -> Result<Option<Repair>, JudgeError> {
    let since = Instant::now();
    let left = || options.repair_millis.saturating_sub(since.elapsed().as_millis() as u64);
    let close = CLOSE[usize::from(options.repair_edits > 1)];
    let faulty = |error: SearchError| JudgeError::Exercise(error.to_string());
    let singles = candidates(examiner, answer, reference, by_luck);
    if let Some(at) = examiner.repair(&texts(&singles), known, close, left()).map_err(faulty)? {
        return Ok(Some(told(&[&singles[at]])));
    }
    if options.repair_edits < 2 || by_luck {
        return Ok(None);
    }
    let before = examiner.screen(&[answer], known).map_err(faulty)?[0].passed;
    let mut nearer: Vec<(usize, &Edit)> = examiner
        .screen(&texts(&singles), known)
        .map_err(faulty)?
        .iter()
        .map(|screened| screened.passed)
        .zip(&singles)
        .filter(|(passed, _)| *passed > before)
        .collect();
    nearer.sort_by_key(|(passed, _)| std::cmp::Reverse(*passed));
    for (_, first) in nearer.into_iter().take(FOLLOWED) {
        if left() == 0 {
            break;
        }
        let seconds = candidates(examiner, &first.sql, reference, false);
        if let Some(at) = examiner.repair(&texts(&seconds), known, close, left()).map_err(faulty)? {
            let mut both = [first, &seconds[at]];
            both.sort_by_key(|edit| edit.clause);
            return Ok(Some(told(&both)));
        }
    }
    Ok(None)
}

fn texts(edits: &[Edit]) -> Vec<&str> {
    edits.iter().map(|edit| edit.sql.as_str()).collect()
}

/// Edits to try, in the order in which hints lead: from FROM to LIMIT, what changes one place before what changes
/// several, numbers last, since `> 9` may agree where `>= 10` was meant, and what makes the shorter text first.
fn candidates(examiner: &Examiner<'_, '_>, answer: &str, reference: &str, by_luck: bool) -> Vec<Edit> {
    let names = examiner.schema().names();
    let mut found = edits(answer, &names);
    if by_luck {
        // What hangs on luck is mended by a sort key, and by nothing that happens to agree.
        found.retain(|edit| edit.kind.repairs_only());
    } else {
        found.extend(donated(answer, reference, &names));
    }
    found.sort_by_key(|edit: &Edit| -> (Clause, usize, bool, usize) {
        (edit.clause, edit.times, edit.kind == EditKind::Number, edit.sql.len())
    });
    found
}

fn told(edits: &[&Edit]) -> Repair {
    let join = |parts: Vec<&str>, between: &str| {
        let mut parts = parts;
        parts.dedup();
        parts.join(between)
    };
    Repair {
        edits: edits.len(),
        place: join(edits.iter().map(|edit| edit.place.as_str()).collect(), ", and at "),
        change: join(edits.iter().map(|edit| edit.kind.change()).collect(), ", and about "),
        edit: join(edits.iter().map(|edit| edit.description.as_str()).collect(), "; "),
    }
}
