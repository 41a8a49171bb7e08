//! What a query costs where there is more data: a class from a few measured sizes, and where its plan changes.
//! Pure arithmetic: whoever runs the query hands in the counters.

use serde::{Serialize, Serializer};

use super::Plan;
use super::rules::Sorters;
use super::words::{grouped, listed};

/// Slopes on log-log paper below this are taken for constant; look-ups and what little grows beside them.
const CONSTANT: f64 = 0.75;
/// Below this for linear.
const LINEAR: f64 = 1.25;
/// From this on for quadratic.
const QUADRATIC: f64 = 1.75;
/// From this on for more than quadratic.
const BEYOND: f64 = 2.5;
/// Fewer pages than this are the way down a tree and say nothing of growth.
const FEW_PAGES: u64 = 32;

/// One size at which the query ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// How many rows the table that grows held.
    pub n: u64,
    /// How it went.
    pub outcome: Outcome,
}

/// How a run went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It came to its end.
    Done {
        /// Virtual-machine steps.
        steps: u64,
        /// Page-cache gets.
        pages: u64,
        /// Rows in the result.
        rows: u64,
    },
    /// It was stopped after so many steps.
    Stopped {
        /// The budget.
        steps: u64,
    },
    /// Its time ran out, which says nothing of its steps.
    Late,
}

/// What grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grows {
    /// Everything, in proportion.
    Both,
    /// What happens: orders, their lines, payments. Users stay.
    History,
    /// Users and all they do.
    Users,
}

/// How the cost grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Class {
    /// Not, or hardly.
    #[serde(rename = "constant")]
    Constant,
    /// As the rows do.
    #[serde(rename = "linear")]
    Linear,
    /// As sorting does.
    #[serde(rename = "n log n")]
    NLogN,
    /// Faster than the rows; how much was not seen.
    #[serde(rename = "more than linear")]
    MoreThanLinear,
    /// As the square of the rows.
    #[serde(rename = "quadratic")]
    Quadratic,
    /// Faster than the square.
    #[serde(rename = "more than quadratic")]
    MoreThanQuadratic,
    /// Too little was seen to say.
    #[serde(rename = "unknown")]
    Unknown,
}

/// How a query grows, and from what that is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Growth {
    /// The class.
    pub class: Class,
    /// What grew.
    pub grows: Grows,
    /// The sizes, smallest first.
    pub measured: Vec<Measured>,
    /// Where the plan changes.
    pub flips: Vec<Flip>,
}

/// A change of plan between two sizes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flip {
    /// The last size with the plan before.
    pub from: u64,
    /// The first size with the plan after.
    pub to: u64,
    /// Ways of reading that go.
    pub gone: Vec<String>,
    /// Ways of reading that come.
    pub come: Vec<String>,
}

/// A run that came to its end.
#[derive(Debug, Clone, Copy)]
struct Point {
    n: u64,
    steps: u64,
    pages: u64,
    rows: u64,
}

/// Classes a query by the slope between the two largest sizes at which it came to its end. Steps hide logarithms, so
/// a linear slope with a sort of all rows is called n log n.
pub fn classify(measured: &[Measured], sorters: Sorters) -> Class {
    let mut points: Vec<Point> = Vec::new();
    let mut stopped: Option<(u64, u64)> = None;
    let mut by_size: Vec<&Measured> = measured.iter().collect();
    by_size.sort_by_key(|m| m.n);
    for Measured { n, outcome } in by_size.into_iter().copied() {
        match outcome {
            Outcome::Done { steps, pages, rows } => points.push(Point { n, steps, pages, rows }),
            // What came to its end at a larger size than where it was stopped is no sign of growth.
            Outcome::Stopped { steps } => stopped = stopped.or(Some((n, steps))),
            Outcome::Late => {}
        }
    }
    let seen = match points.as_slice() {
        [.., before, last] => by_slope(before, last, sorters),
        [_] | [] => Class::Unknown,
    };
    match (points.last(), stopped.filter(|(n, _)| points.last().is_some_and(|last| *n > last.n))) {
        (Some(last), Some((n, budget))) => beyond(seen, last, n, budget),
        (Some(_) | None, _) => seen,
    }
}

fn by_slope(before: &Point, last: &Point, sorters: Sorters) -> Class {
    let slope = |value: fn(&Point) -> u64| slope((before.n, value(before)), (last.n, value(last)));
    let mut class = of_slope(slope(|point| point.steps));
    // A count of whole pages takes the same few steps at any size.
    if class == Class::Constant && last.pages >= FEW_PAGES {
        class = of_slope(slope(|point| point.pages));
    }
    let result_grows = slope(|point| point.rows) >= CONSTANT;
    if class == Class::Linear && (sorters.of_rows_read || (sorters.of_result && result_grows)) {
        return Class::NLogN;
    }
    class
}

fn of_slope(slope: f64) -> Class {
    if slope < CONSTANT {
        Class::Constant
    } else if slope < LINEAR {
        Class::Linear
    } else if slope < QUADRATIC {
        Class::MoreThanLinear
    } else if slope < BEYOND {
        Class::Quadratic
    } else {
        Class::MoreThanQuadratic
    }
}

/// The slope on log-log paper.
fn slope((n1, v1): (u64, u64), (n2, v2): (u64, u64)) -> f64 {
    let ratio = |a: u64, b: u64| (b.max(1) as f64 / a.max(1) as f64).ln();
    let width = ratio(n1, n2);
    if width > 0.0 { ratio(v1, v2) / width } else { 0.0 }
}

/// A run that was stopped is no slope: it says "more than linear", and that only where linear growth would have
/// fitted the budget.
fn beyond(seen: Class, last: &Point, n: u64, budget: u64) -> Class {
    // A sort grows a little faster than its rows: that much is not held against it.
    let linear = last.steps as f64 * (n as f64 / last.n.max(1) as f64) * 1.2;
    if linear > budget as f64 || rank(seen) > rank(Class::MoreThanLinear) {
        seen
    } else {
        Class::MoreThanLinear
    }
}

fn rank(class: Class) -> u8 {
    match class {
        Class::Unknown => 0,
        Class::Constant => 1,
        Class::Linear => 2,
        Class::NLogN => 3,
        Class::MoreThanLinear => 4,
        Class::Quadratic => 5,
        Class::MoreThanQuadratic => 6,
    }
}

impl Class {
    /// The class in words.
    pub fn name(self) -> &'static str {
        match self {
            Class::Constant => "constant",
            Class::Linear => "linear",
            Class::NLogN => "n log n",
            Class::MoreThanLinear => "more than linear",
            Class::Quadratic => "quadratic",
            Class::MoreThanQuadratic => "more than quadratic",
            Class::Unknown => "unknown",
        }
    }

    /// Whether a query of this class is within a bound; what is not known is within none.
    pub fn within(self, bound: Class) -> bool {
        self != Class::Unknown && rank(self) <= rank(bound)
    }
}

impl Grows {
    /// All that may grow, each by its name.
    pub const ALL: [(&'static str, Grows); 3] =
        [("both", Grows::Both), ("history", Grows::History), ("users", Grows::Users)];

    /// What is meant by a name, or by the beginning of one.
    pub fn named(name: &str) -> Option<Grows> {
        let known = |(known, _): &&(&str, Grows)| !name.is_empty() && known.starts_with(name);
        Self::ALL.iter().find(known).map(|(_, grows)| *grows)
    }

    /// What there is ten times as much of.
    fn noun(self) -> &'static str {
        match self {
            Grows::Both => "rows",
            Grows::History => "history",
            Grows::Users => "users",
        }
    }

    /// What grows and what stays.
    pub fn words(self) -> &'static str {
        match self {
            Grows::Both => "all tables grow",
            Grows::History => "history grows, users stay",
            Grows::Users => "users and all they do grow",
        }
    }
}

impl Growth {
    /// Classes what was measured, with the plan at each size.
    pub fn new(mut measured: Vec<Measured>, plans: &[(u64, &Plan)], grows: Grows) -> Self {
        measured.sort_by_key(|m| m.n);
        let largest = plans.iter().max_by_key(|(n, _)| *n);
        let sorters = largest.map_or_else(Sorters::default, |(_, plan)| plan.sorters());
        Growth { class: classify(&measured, sorters), grows, measured, flips: flips(plans) }
    }

    /// How many times the work there is at ten times the rows, where the class says so.
    pub fn tenfold(&self) -> Option<f64> {
        let largest = self.measured.iter().map(|m| m.n).max().unwrap_or(0).max(2) as f64;
        match self.class {
            Class::Constant => Some(1.0),
            Class::Linear => Some(10.0),
            // To a tenth: logarithms differ in their last digits from machine to machine.
            Class::NLogN => Some((100.0 * (largest * 10.0).ln() / largest.ln()).round() / 10.0),
            Class::Quadratic => Some(100.0),
            Class::MoreThanLinear | Class::MoreThanQuadratic | Class::Unknown => None,
        }
    }

    /// The class and what it means, in one line.
    pub fn words(&self) -> String {
        let noun = self.grows.noun();
        let class = self.class.name();
        match (self.class, self.tenfold()) {
            (Class::Constant, _) => format!("{class}: ten times the {noun}, about the same work"),
            (Class::Unknown, _) => "too little came to its end to say how it grows".to_owned(),
            (_, Some(times)) => format!("{class}: ten times the {noun}, {times:.0} × the work"),
            (Class::MoreThanQuadratic, None) => format!("{class}: ten times the {noun}, over 100 × the work"),
            (_, None) => format!("{class}: ten times the {noun}, far over 10 × the work"),
        }
    }

    /// Every other thing to say: changes of plan, and what did not come to its end.
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks: Vec<String> = self.flips.iter().map(Flip::words).collect();
        let mut stopped: Vec<(u64, Vec<String>)> = Vec::new();
        for (n, steps) in self.stopped() {
            match stopped.iter_mut().find(|(budget, _)| *budget == steps) {
                Some((_, sizes)) => sizes.push(size(n)),
                None => stopped.push((steps, vec![size(n)])),
            }
        }
        remarks.extend(stopped.into_iter().map(|(steps, sizes)| {
            format!("At {} it was stopped after {} steps", listed(&sizes), grouped(steps))
        }));
        let late: Vec<String> = self.late().map(size).collect();
        if !late.is_empty() {
            remarks.push(format!("At {} it ran out of time", listed(&late)));
        }
        remarks
    }

    /// The runs that came to their end: size, steps, pages.
    pub fn points(&self) -> impl Iterator<Item = (u64, u64, u64)> {
        self.measured.iter().filter_map(|Measured { n, outcome }| match outcome {
            Outcome::Done { steps, pages, .. } => Some((*n, *steps, *pages)),
            Outcome::Stopped { .. } | Outcome::Late => None,
        })
    }

    /// The runs that were stopped: size, and steps by then.
    pub fn stopped(&self) -> impl Iterator<Item = (u64, u64)> {
        self.measured.iter().filter_map(|Measured { n, outcome }| match outcome {
            Outcome::Stopped { steps } => Some((*n, *steps)),
            Outcome::Done { .. } | Outcome::Late => None,
        })
    }

    /// The sizes at which time ran out.
    pub fn late(&self) -> impl Iterator<Item = u64> {
        self.measured.iter().filter(|m| m.outcome == Outcome::Late).map(|m| m.n)
    }
}

impl Serialize for Growth {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut out = serializer.serialize_struct("Growth", 10)?;
        out.serialize_field("class", &self.class)?;
        out.serialize_field("grows", &self.grows)?;
        out.serialize_field("sizes", &self.points().map(|(n, _, _)| n).collect::<Vec<_>>())?;
        out.serialize_field("steps", &self.points().map(|(_, steps, _)| steps).collect::<Vec<_>>())?;
        out.serialize_field("pages", &self.points().map(|(_, _, pages)| pages).collect::<Vec<_>>())?;
        out.serialize_field("stopped", &self.stopped().map(|(n, _)| n).collect::<Vec<_>>())?;
        out.serialize_field("late", &self.late().collect::<Vec<_>>())?;
        out.serialize_field("tenfold", &self.tenfold())?;
        out.serialize_field("words", &self.words())?;
        out.serialize_field("flips", &self.flips)?;
        out.end()
    }
}

/// Where the plan changes from one size to the next.
pub fn flips(plans: &[(u64, &Plan)]) -> Vec<Flip> {
    let mut by_size: Vec<(u64, Vec<String>)> = plans.iter().map(|(n, plan)| (*n, plan.ways())).collect();
    by_size.sort_by_key(|(n, _)| *n);
    let mut flips = Vec::new();
    for pair in by_size.windows(2) {
        let [(from, before), (to, after)] = pair else { continue };
        let (gone, come) = (without(before, after), without(after, before));
        if !(gone.is_empty() && come.is_empty()) {
            flips.push(Flip { from: *from, to: *to, gone, come });
        }
    }
    flips
}

/// What stands in `these` more often than in `those`.
fn without(these: &[String], those: &[String]) -> Vec<String> {
    let mut left: Vec<&String> = those.iter().collect();
    let mut out = Vec::new();
    for way in these {
        match left.iter().position(|other| *other == way) {
            Some(at) => drop(left.swap_remove(at)),
            None => out.push(way.clone()),
        }
    }
    out
}

impl Flip {
    /// The change in one line.
    pub fn words(&self) -> String {
        let verb = |ways: &[String], one: &str, many: &str| match ways.len() {
            0 => None,
            1 => Some(format!("{} {one}", listed(ways))),
            _ => Some(format!("{} {many}", listed(ways))),
        };
        let parts: Vec<String> =
            verb(&self.gone, "goes", "go").into_iter().chain(verb(&self.come, "comes", "come")).collect();
        format!("At {} the plan changes: {}", size(self.to), parts.join(", "))
    }
}

/// A size in a few letters: `2 k`, `1 M`.
pub fn size(n: u64) -> String {
    let short = |unit: u64, letter: &str| {
        let tenths = (n + unit / 20) / (unit / 10);
        if tenths.is_multiple_of(10) {
            format!("{} {letter}", tenths / 10)
        } else {
            format!("{}.{} {letter}", tenths / 10, tenths % 10)
        }
    };
    match n {
        0..1000 => n.to_string(),
        1000..1_000_000 => short(1000, "k"),
        1_000_000..1_000_000_000 => short(1_000_000, "M"),
        1_000_000_000.. => short(1_000_000_000, "G"),
    }
}

/// The number that such letters stand for: `2000`, `32k`, `1 M`.
pub fn parse_size(text: &str) -> Option<u64> {
    let text = text.trim();
    let (digits, unit) = match text.chars().last()? {
        'k' | 'K' => (&text[..text.len() - 1], 1000),
        'm' | 'M' => (&text[..text.len() - 1], 1_000_000),
        _ => (text, 1),
    };
    digits.trim_end().replace([',', '_'], "").parse::<u64>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests;
