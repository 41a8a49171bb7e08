//! Answers that lie in sizes: what costs more, by how much, what helps, what can go, how it grows. Where sizes lie
//! too close together, there is no answer.

use super::{
    Bench, Case, GAP, Measure, Setting, Solved, Trouble,
    bench::Ran,
    pose::{CLASSES, TIMES},
    solve::{counted, sentence},
};
use crate::plan::{growth::Class, node::Kind, words::grouped};

/// How many times as large or as small as a factor one is that still is called so.
const CLEAR: f64 = 2.5;
/// A loss this small is none.
const NOTHING: f64 = 1.05;

/// What a run cost, in words: `64,922 steps, 177 page gets`.
pub(super) fn figures(ran: Ran) -> String {
    let over = if ran.stopped { "over " } else { "" };
    format!("{over}{}, {}", counted(ran.cost.steps, "step"), counted(ran.cost.pages, "page get"))
}

/// How many times as much, in words: `1.4 ×`, `31 ×`.
fn ratio(more: u64, less: u64) -> String {
    let times = more as f64 / less.max(1) as f64;
    if times < 9.95 { format!("{times:.1} ×") } else { format!("{} ×", grouped(times.round() as u64)) }
}

/// `a`, `b`: how an option is called where it is told of.
fn letter(at: usize) -> char {
    char::from(b'a' + u8::try_from(at.min(25)).expect("it is at most 25"))
}

fn size(ran: Ran, measure: Measure) -> u64 {
    match measure {
        Measure::Cost => ran.cost.total(),
        Measure::Pages => ran.cost.pages,
    }
}

/// The place of the largest or smallest of some sizes, if it stands apart from the others.
pub(super) fn extreme(sizes: &[u64], least: bool) -> Result<usize, Trouble> {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|at| if least { sizes[*at] } else { u64::MAX - sizes[*at] });
    let [first, second, ..] = order.as_slice() else {
        return Err(Trouble::Open("there is nothing to compare".to_owned()));
    };
    let (less, more) = if least { (sizes[*first], sizes[*second]) } else { (sizes[*second], sizes[*first]) };
    if (more as f64) < GAP * less as f64 || more == less {
        let why = format!(
            "{} and {} lie too close together: {} and {}, {}",
            letter(*first),
            letter(*second),
            grouped(sizes[*first]),
            grouped(sizes[*second]),
            ratio(more, less)
        );
        return Err(Trouble::Open(why));
    }
    Ok(*first)
}

pub(super) fn dearest(
    bench: &Bench,
    setting: &Setting,
    statements: &[String],
    measure: Measure,
    least: bool,
) -> Result<Solved, Trouble> {
    bench.with(setting, &[], || {
        let (mut sizes, mut reveal, mut lines) = (Vec::new(), Vec::new(), Vec::new());
        for (at, sql) in statements.iter().enumerate() {
            let plan = bench.plan(sql)?;
            let ran = bench.undone(|| bench.run(sql))?;
            sizes.push(size(ran, measure));
            reveal.push(format!("{}: {}. {}", letter(at), figures(ran), sentence(&plan.verdict.text)));
            lines.push(plan.nodes.first().map(|node| node.detail.clone()));
        }
        let at = extreme(&sizes, least)?;
        Ok(Solved { answer: vec![at], reveal, line: lines.swap_remove(at) })
    })
}

pub(super) fn times(bench: &Bench, setting: &Setting, dear: &Case, cheap: &Case) -> Result<Solved, Trouble> {
    let run = |case: &Case| {
        bench.with(setting, &case.indexes, || {
            let plan = bench.plan(&case.sql)?;
            let line = plan.accesses().next().and(plan.nodes.first()).map(|node| node.detail.clone());
            Ok((bench.run(&case.sql)?, line, plan.verdict.text))
        })
    };
    let ((more, line, how), (less, _, other)) = (run(dear)?, run(cheap)?);
    let (high, low) = (more.cost.total(), less.cost.total().max(1));
    if (high as f64) < GAP * low as f64 {
        return Err(Trouble::Open(format!("the first costs only {} the second", ratio(high, low))));
    }
    let answer = nearest(high as f64 / low as f64)?;
    let reveal = vec![
        format!("{} against {}: {}.", figures(more), figures(less), ratio(high, low)),
        format!("The one: {}. The other: {}.", lower(&how), lower(&other)),
    ];
    Ok(Solved { answer: vec![answer], reveal, line })
}

/// A text whose first letter is made small, as it stands within a sentence.
fn lower(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
    format!("{first}{}", chars.as_str())
}

/// The factor that a measured one is like.
fn nearest(times: f64) -> Result<usize, Trouble> {
    let like = |factor: &u64| {
        let factor = *factor as f64;
        times < factor * CLEAR && times > factor / CLEAR
    };
    TIMES
        .iter()
        .position(like)
        .ok_or_else(|| Trouble::Open(format!("{times:.1} × is like none of the factors")))
}

pub(super) fn helps_most(
    bench: &Bench,
    setting: &Setting,
    sql: &str,
    sets: &[Vec<String>],
) -> Result<Solved, Trouble> {
    let base = bench.with(setting, &[], || bench.run(sql))?;
    let mut reveal = vec![format!("As it stands: {}.", figures(base))];
    let (mut costs, mut lines) = (Vec::new(), Vec::new());
    for (at, set) in sets.iter().enumerate() {
        let (ran, line) = bench.with(setting, set, || {
            let line = bench.plan(sql)?.nodes.first().map(|node| node.detail.clone());
            Ok((bench.run(sql)?, line))
        })?;
        costs.push(ran.cost.total());
        lines.push(line);
        if !set.is_empty() {
            let same = if ran.cost == base.cost { ": nothing changes" } else { "" };
            reveal.push(format!("{}: {}{same}.", letter(at), figures(ran)));
        }
    }
    let none = sets.iter().position(Vec::is_empty);
    let least = costs.iter().enumerate().filter(|(at, _)| Some(*at) != none).map(|(_, cost)| *cost).min();
    let base = base.cost.total();
    let at = match (none, least) {
        (Some(none), Some(least)) if least as f64 * NOTHING >= base as f64 => none,
        _ => {
            let at = extreme(&costs, true)?;
            if base as f64 <= GAP * costs[at] as f64 {
                return Err(Trouble::Open(format!(
                    "the best of them saves too little: {} as much without it",
                    ratio(base, costs[at])
                )));
            }
            at
        }
    };
    Ok(Solved { answer: vec![at], reveal, line: lines.swap_remove(at) })
}

pub(super) fn spare(bench: &Bench, setting: &Setting, queries: &[String]) -> Result<Solved, Trouble> {
    let cost = |indexes: Vec<String>| {
        let setting = Setting { indexes, analyze: setting.analyze };
        bench.with(&setting, &[], || {
            queries.iter().try_fold(0, |sum, sql| Ok(sum + bench.run(sql)?.cost.total()))
        })
    };
    let all: u64 = cost(setting.indexes.clone())?;
    let (they, verb, their) = if queries.len() == 1 {
        ("the query", "costs", "it costs")
    } else {
        ("the queries", "cost", "they cost")
    };
    let mut reveal = Vec::new();
    let mut free = Vec::new();
    for (at, index) in setting.indexes.iter().enumerate() {
        let rest = setting.indexes.iter().filter(|other| *other != index).cloned().collect();
        let without = cost(rest)?;
        if without as f64 <= NOTHING * all as f64 {
            free.push(at);
            reveal.push(format!("Without {index} {they} {verb} no more."));
        } else if (without as f64) < GAP * all as f64 {
            let why = format!("without {index} the queries cost {} as much", ratio(without, all));
            return Err(Trouble::Open(why));
        } else {
            reveal.push(format!("Without {index} {their} {} as much.", ratio(without, all)));
        }
    }
    match free.len() {
        1 => Ok(Solved { answer: free, reveal, line: None }),
        0 => Err(Trouble::Open("none of the indexes can go".to_owned())),
        n => Err(Trouble::Open(format!("{n} of the indexes can go"))),
    }
}

pub(super) fn growth(bench: &Bench, setting: &Setting, sql: &str) -> Result<Solved, Trouble> {
    let growth = bench.grow(setting, sql)?;
    let answer = match growth.class {
        Class::Constant | Class::Linear | Class::NLogN | Class::Quadratic => {
            CLASSES.iter().position(|class| *class == growth.class.name())
        }
        Class::MoreThanLinear | Class::MoreThanQuadratic | Class::Unknown => None,
    };
    let answer = answer.ok_or_else(|| Trouble::Open(format!("its growth is {}", growth.class.name())))?;
    let points: Vec<(u64, u64, u64)> = growth.points().collect();
    // A count of whole pages takes the same few steps at any size.
    let still = growth.class != Class::Constant && points.windows(2).all(|pair| pair[0].1 == pair[1].1);
    let point = |(n, steps, pages): &(u64, u64, u64)| {
        let what = if still { counted(*pages, "page get") } else { counted(*steps, "step") };
        format!("{what} at {} rows", grouped(*n))
    };
    let points: Vec<String> = points.iter().map(point).collect();
    let mut reveal = vec![format!("It is {}.", growth.words()), sentence(&points.join(", "))];
    reveal.extend(growth.remarks().iter().map(|remark| sentence(remark)));
    let plan = bench.with(setting, &[], || bench.plan(sql))?;
    let sort = plan.nodes.iter().find(|node| matches!(node.kind, Kind::Sort(_)));
    let line = sort.or(plan.nodes.first()).map(|node| node.detail.clone());
    Ok(Solved { answer: vec![answer], reveal, line })
}
