//! Advice in plain words: why these columns in this order, why not those, why nothing.

use super::{
    index::{Index, Role},
    lab::Lab,
    select::{Costs, Tried, factor},
    wants::Reading,
};
use crate::{
    cost::Cost,
    plan::words::{grouped, listed},
};

/// Why a set of indexes helps. What each helps alone is told from `all` that was tried, and from the costs there.
pub(super) fn why(lab: &Lab<'_>, best: &Tried, costs: Costs, (tried, before): (&[Tried], Costs)) -> String {
    let mut said: Vec<String> = best
        .indexes
        .iter()
        .map(|index| {
            let one = reasons(index);
            if best.indexes.len() > 1 {
                format!("{}: {one}", lab.schema.tables[index.table].name)
            } else {
                one
            }
        })
        .collect();
    if best.indexes.len() > 1 {
        let alone: Vec<f64> = best
            .indexes
            .iter()
            .filter_map(|index| tried.iter().find(|t| t.indexes.len() == 1 && t.indexes[0].same(index)))
            .map(|t| if t.run.stopped { 1.0 } else { factor(before.base.cost, t.run.cost) })
            .collect();
        let helps = alone.iter().filter(|gain| **gain > 1.0 / 0.7).count();
        said.push(match (helps, best.indexes.len()) {
            (0, 2) => "Neither helps alone".to_owned(),
            (0, _) => "None of them helps alone".to_owned(),
            (_, 2) => "Each adds to what the other saves".to_owned(),
            (_, _) => "Each adds to what the others save".to_owned(),
        });
    }
    if best.needs_analyze {
        said.push(
            "Run ANALYZE after creating it: without figures the planner does not see that it pays".to_owned(),
        );
    }
    let analyzed = costs.base.cost;
    if !costs.base.stopped && analyzed.total() < best.run.cost.total() {
        said.push(format!(
            "ANALYZE alone brings the query to {} steps and {} pages: the planner then builds its own index for each run",
            grouped(analyzed.steps),
            grouped(analyzed.pages)
        ));
    }
    said.join(". ")
}

/// Why the parts of an index stand there.
fn reasons(index: &Index) -> String {
    let mut said: Vec<String> = Vec::new();
    let leads = |at: usize, lead: &str, after: &str| if at == 0 { lead.to_owned() } else { after.to_owned() };
    let carried: Vec<String> =
        index.parts.iter().filter(|part| part.role == Role::Carried).map(|part| part.text.clone()).collect();
    let orders: Vec<String> =
        index.parts.iter().filter(|part| part.role == Role::Order).map(|part| part.text.clone()).collect();
    let groups: Vec<String> =
        index.parts.iter().filter(|part| part.role == Role::Group).map(|part| part.text.clone()).collect();
    let afters: Vec<String> =
        index.parts.iter().filter(|part| part.role == Role::After).map(|part| part.text.clone()).collect();
    let mut grouped_said = [false; 3];
    for (at, part) in index.parts.iter().enumerate() {
        let what = &part.text;
        let computed = if part.column.is_none() {
            "; the index holds it ready made, for queries that write it the same way"
        } else {
            ""
        };
        let mut once = |which: usize, text: String| {
            if !std::mem::replace(&mut grouped_said[which], true) {
                said.push(text);
            }
        };
        match &part.role {
            Role::Equal => said.push(format!(
                "{what} is compared by ={}{computed}",
                leads(at, ", so it leads", ", and what equals a value comes before what does not")
            )),
            Role::In => said.push(format!(
                "{what} is looked for in a list{}{computed}",
                leads(at, ", so one search for each value", "")
            )),
            Role::Join(other) => {
                said.push(format!("{what} finds the rows that belong to each {other}{computed}"));
            }
            Role::Range => said.push(format!(
                "{what} is a range{}{computed}",
                leads(at, ", so only that stretch is read", ", so it comes after what is compared by =")
            )),
            Role::Prefix => said.push(format!(
                "{what}: LIKE looks for a beginning and does not tell a from A, nor may the index"
            )),
            Role::After => once(0, format!("{} are compared as one value, in this order", listed(&afters))),
            Role::Order => {
                once(1, format!("{} stands in the order of ORDER BY, so nothing is sorted", listed(&orders)));
            }
            Role::Group => {
                once(2, format!("{} keeps equal rows together, so nothing is sorted", listed(&groups)));
            }
            Role::Extreme => said.push(format!("the least and the greatest {what} stand at its ends")),
            Role::Carried => {}
        }
    }
    if !carried.is_empty() {
        let verb = if carried.len() == 1 { "is" } else { "are" };
        said.push(format!("{} {verb} carried along, so the table is not read at all", listed(&carried)));
    }
    if let Some(filter) = &index.filter {
        said.push(format!(
            "only rows with {} are in it, {} of the table",
            filter.text,
            percent(filter.share)
        ));
    }
    said.join("; ")
}

fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 1.0 { format!("{percent:.1} %") } else { format!("{percent:.0} %") }
}

/// Why an index is not proposed; with figures where they are those of the advice.
pub(super) fn reason(
    tried: &Tried,
    needs_analyze: bool,
    best: Option<Cost>,
    costs: Costs,
    pays: f64,
    figures: bool,
) -> String {
    let cost = tried.run.cost;
    let share = cost.total() as f64 / costs.base.cost.total().max(1) as f64;
    if needs_analyze {
        "it pays only once ANALYZE has run: before that, the planner makes the query slower with it"
            .to_owned()
    } else if tried.differs {
        "the result changes: the query leaves open which rows it gives".to_owned()
    } else if !tried.used {
        "the plan does not change".to_owned()
    } else if tried.run.stopped || share > 1.0 {
        let than = if costs.base == costs.plain { "" } else { " than after ANALYZE alone" };
        format!("the planner uses it, and the query costs more{than}")
    } else if share >= pays {
        format!("it saves {} only", percent(1.0 - share))
    } else {
        match best {
            Some(best) if best.total() < cost.total() && !figures => {
                "it helps, and the advice helps more".to_owned()
            }
            Some(best) if best.total() < cost.total() => {
                format!(
                    "it helps, to {} steps and {} pages, and the advice helps more",
                    grouped(cost.steps),
                    grouped(cost.pages)
                )
            }
            Some(_) if tried.indexes[0].filter.is_some() => {
                "it does as well, yet for this one value alone".to_owned()
            }
            Some(_) | None => "it helps no more than the advice, and is larger".to_owned(),
        }
    }
}

/// Why no index pays.
pub(super) fn verdict(costs: Costs, tried: &[Tried], reading: &Reading, cheap: u64) -> String {
    let cost = costs.plain.cost;
    if cost.total() <= cheap {
        return format!(
            "No index pays, because there is nothing to save: the query takes {} steps and {} pages",
            grouped(cost.steps),
            grouped(cost.pages)
        );
    }
    if reading.wants.is_empty() {
        return "No index is advised, because the query names no table: of a view, take the SELECT that it is made of"
            .to_owned();
    }
    if tried.is_empty() {
        return "No index pays, because nothing is compared, joined, ordered or grouped that an index could lead with"
            .to_owned();
    }
    let used: Vec<&Tried> = tried.iter().filter(|t| t.used).collect();
    let after = costs.base.cost;
    if !costs.base.stopped && (after.total() as f64) < 0.7 * cost.total() as f64 {
        return format!(
            "No index pays, because ANALYZE alone brings the query to {} steps and {} pages",
            grouped(after.steps),
            grouped(after.pages)
        );
    }
    match used.iter().map(|t| t.run.cost.total()).min() {
        None => format!(
            "No index pays, because the planner uses none of the {} that were tried: what it would find by them is too much, or no index can find it",
            tried.len()
        ),
        Some(least) if least >= cost.total() => {
            "No index pays, because the query costs no less with any that was tried".to_owned()
        }
        Some(least) => format!(
            "No index pays, because the best that was tried saves {} only, which its size and its upkeep are not worth",
            percent(1.0 - least as f64 / cost.total() as f64)
        ),
    }
}
