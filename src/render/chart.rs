//! How the cost of a query grows, as a chart on log-log paper: a straight line is a power, and the dotted one is
//! linear growth. Draws what it is handed.

use crate::plan::growth::{Growth, size};

use super::cell::{count, width};
use super::plan::Look;
use super::text::{left, right, wrap};

/// Columns of the paper.
const WIDE: usize = 44;
/// Lines of the paper.
const HIGH: usize = 9;

/// The chart under its heading, and what else is to be said: changes of plan, runs that were stopped.
pub fn growth(growth: &Growth, look: Look) -> String {
    let mut out = heading(growth, look);
    let points: Vec<(u64, u64)> = growth.points().map(|(n, steps, _)| (n, steps)).collect();
    let stopped: Vec<(u64, u64)> = growth.stopped().collect();
    if !points.is_empty() {
        out.push_str(&paper(&points, &stopped, growth.grows.words(), look));
    }
    for remark in growth.remarks() {
        out.push_str(&wrap(&format!("{}.", words(&remark, look)), look.width, "", ""));
    }
    out
}

/// The chart and the figures under it: what it cost at each size.
pub fn growth_figures(of: &Growth, look: Look) -> String {
    let mut out = growth(of, look);
    let points: Vec<(u64, u64, u64)> = of.points().collect();
    let widest = |column: fn(&(u64, u64, u64)) -> u64| {
        points.iter().map(|point| width(&count(column(point)))).max().unwrap_or(0)
    };
    let (rows, steps, pages) = (widest(|p| p.0), widest(|p| p.1), widest(|p| p.2));
    if !points.is_empty() {
        out.push('\n');
    }
    for (n, cost, gets) in &points {
        let (n, cost, gets) =
            (right(&count(*n), rows), right(&count(*cost), steps), right(&count(*gets), pages));
        out.extend([n.as_str(), " rows  ", &cost, " steps  ", &gets, " pages\n"]);
    }
    out
}

/// The same in sentences, for a screen that is read aloud.
pub fn growth_spoken(growth: &Growth, look: Look) -> String {
    let mut out = wrap(
        &format!("{}, where {}.", words(&growth.words(), look), growth.grows.words()),
        look.width,
        "",
        "",
    );
    for (n, steps, pages) in growth.points() {
        let line = format!("At {} rows: {} steps, {} pages.", count(n), count(steps), count(pages));
        out.push_str(&wrap(&line, look.width, "", ""));
    }
    for remark in growth.remarks() {
        out.push_str(&wrap(&format!("{}.", words(&remark, look)), look.width, "", ""));
    }
    out
}

fn words(text: &str, look: Look) -> String {
    if look.ascii { text.replace('×', "x").replace('·', "-") } else { text.to_owned() }
}

/// What is drawn on the left, what it comes to on the right.
fn heading(growth: &Growth, look: Look) -> String {
    let what = "steps, log-log; dotted: linear";
    let class = words(&growth.words(), look);
    let room = look.width.min(78).saturating_sub(width(what));
    if width(&class) + 2 > room {
        return format!("{what}\n{}", wrap(&class, look.width, "", ""));
    }
    format!("{what}{}\n", right(&class, room))
}

/// One direction of the paper: powers of ten from `low` to `high` over so many places.
struct Axis {
    low: f64,
    high: f64,
    places: usize,
}

impl Axis {
    /// The place of a value, counted from the low end.
    fn place(&self, value: f64) -> usize {
        let share = (value.max(1.0).log10() - self.low) / (self.high - self.low);
        (share.clamp(0.0, 1.0) * (self.places - 1) as f64).round() as usize
    }
}

fn paper(points: &[(u64, u64)], stopped: &[(u64, u64)], grows: &str, look: Look) -> String {
    let all = || points.iter().chain(stopped);
    let sizes = all().map(|(n, _)| (*n).max(1) as f64);
    let (smallest, largest) = sizes.fold((f64::MAX, 1.0_f64), |(low, high), n| (low.min(n), high.max(n)));
    let steps = all().map(|(_, steps)| (*steps).max(1) as f64);
    let (least, most) = steps.fold((f64::MAX, 1.0_f64), |(low, high), v| (low.min(v), high.max(v)));
    // A margin on both sides, so that no point stands on the axis; one size alone stands in the middle.
    let margin = ((largest.log10() - smallest.log10()) * 0.12).max(0.1);
    let x = Axis { low: smallest.log10() - margin, high: largest.log10() + margin, places: WIDE };
    let low = least.log10().floor();
    let y = Axis { low, high: most.log10().ceil().max(low + 1.0), places: HIGH };

    let mut grid = vec![vec![' '; WIDE]; HIGH];
    if let Some((n, steps)) = points.first() {
        for column in x.place(*n as f64)..=x.place(largest) {
            let at = 10_f64.powf(x.low + (x.high - x.low) * column as f64 / (WIDE - 1) as f64);
            let linear = *steps as f64 * at / (*n).max(1) as f64;
            if column % 2 == 0 && linear.log10() <= y.high {
                let line = &mut grid[y.place(linear)];
                line[column] = if look.ascii { '.' } else { '·' };
            }
        }
    }
    for (n, steps) in stopped {
        grid[y.place(*steps as f64)][x.place(*n as f64)] = if look.ascii { '^' } else { '▲' };
    }
    for (n, steps) in points {
        grid[y.place(*steps as f64)][x.place(*n as f64)] = if look.ascii { 'o' } else { '●' };
    }

    let mut out = String::new();
    for (place, row) in grid.iter().enumerate().rev() {
        let label = decade_at(place, &y);
        let axis = match (label.is_empty(), look.ascii) {
            (true, false) => '│',
            (false, false) => '┤',
            (_, true) => '|',
        };
        let drawn: String = row.iter().collect();
        out.push_str(format!("{} {axis}{drawn}", right(&label, 5)).trim_end());
        out.push('\n');
    }
    out.push_str(&bottom(all().map(|(n, _)| *n), &x, grows, look));
    out
}

/// The power of ten that stands at a place, if one does.
fn decade_at(place: usize, y: &Axis) -> String {
    let mut power = y.low;
    while power <= y.high {
        if y.place(10_f64.powf(power)) == place {
            return size(10_f64.powf(power) as u64);
        }
        power += 1.0;
    }
    String::new()
}

/// The lower edge with the sizes under it, and what grows.
fn bottom(sizes: impl Iterator<Item = u64>, x: &Axis, grows: &str, look: Look) -> String {
    let mut edge = vec![if look.ascii { '-' } else { '─' }; WIDE];
    let mut labels = String::new();
    for n in sizes {
        let at = x.place(n as f64);
        edge[at] = if look.ascii { '+' } else { '┬' };
        let text = size(n);
        let start = at.saturating_sub(width(&text) / 2);
        // A label that would touch the one before is left out; its mark on the edge stays.
        if labels.is_empty() || start > width(&labels) {
            labels = format!("{}{text}", left(&labels, start));
        }
    }
    let corner = if look.ascii { '+' } else { '└' };
    let edge: String = edge.into_iter().collect();
    let labels = format!("{}{}", " ".repeat(7), left(&labels, WIDE));
    let line = format!("{labels} {grows}");
    let labels =
        if width(&line) <= look.width { line } else { format!("{}\n       {grows}", labels.trim_end()) };
    format!("{}{corner}{edge}\n{labels}\n", " ".repeat(6))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::growth::{Class, Flip, Grows, Measured, Outcome};

    fn of(class: Class, runs: &[(u64, u64)], stopped: &[u64]) -> Growth {
        let done = runs.iter().map(|(n, steps)| Measured {
            n: *n,
            outcome: Outcome::Done { steps: *steps, pages: steps / 50, rows: 5 },
        });
        let stopped =
            stopped.iter().map(|n| Measured { n: *n, outcome: Outcome::Stopped { steps: 5_000_000 } });
        Growth { class, grows: Grows::Both, measured: done.chain(stopped).collect(), flips: Vec::new() }
    }

    #[test]
    fn charts() {
        let mut sorted = of(Class::NLogN, &[(2000, 31_204), (8000, 131_800), (32_000, 560_112)], &[]);
        sorted.grows = Grows::History;
        sorted.flips.push(Flip {
            from: 2000,
            to: 8000,
            gone: vec!["the automatic index on orders".to_owned()],
            come: vec!["the search of orders in orders_user".to_owned()],
        });
        let constant = of(Class::Constant, &[(2000, 21), (8000, 21), (32_000, 21)], &[]);
        let quadratic = of(Class::Quadratic, &[(2000, 40_210), (8000, 640_390)], &[32_000]);
        let million = of(
            Class::Linear,
            &[(2000, 8000), (8000, 32_000), (32_000, 128_000), (1_000_000, 4_000_000)],
            &[],
        );
        let alone = of(Class::Unknown, &[(2000, 4_100_000)], &[8000, 32_000]);
        let nothing = of(Class::Unknown, &[], &[2000]);
        let ascii = Look { ascii: true, width: 60 };
        let mut out = String::new();
        for each in [&sorted, &constant, &quadratic, &million, &alone, &nothing] {
            out.push_str(&growth(each, Look::default()));
            out.push('\n');
        }
        out.push_str(&growth(&sorted, ascii));
        out.push('\n');
        out.push_str(&growth_spoken(&sorted, ascii));
        insta::assert_snapshot!(out);
    }
}
