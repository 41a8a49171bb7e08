//! Moments that ascend: how rows spread over years, weekdays and hours.

use super::dice::Dice;
use crate::schema::{
    calendar::{self, DAY},
    recipe::model::{Time, Weighted},
};

/// Gives a number of moments, earliest first.
#[derive(Debug, Clone)]
pub(super) struct Timeline {
    dice: Dice,
    /// The next day, counted from 1970-01-01, and how many moments each day from there on has.
    day: i64,
    counts: std::vec::IntoIter<u32>,
    hours: Weighted<i64>,
    /// The last day ends early.
    end: i64,
    /// What is left of the current day: seconds, latest first.
    rest: Vec<u32>,
}

impl Timeline {
    pub(super) fn new(time: &Time, rows: u64, mut dice: Dice) -> Self {
        let days = ((time.to - 1).div_euclid(DAY) - time.from + 1) as usize;
        let weights = weights(time, days, &mut dice);
        let counts = counts(&weights, rows, &mut dice);
        Self {
            dice,
            day: time.from - 1,
            counts: counts.into_iter(),
            hours: Weighted::new(
                time.hours.iter().enumerate().map(|(hour, weight)| (*weight, hour as i64 * 3_600)),
            ),
            end: time.to,
            rest: Vec::new(),
        }
    }
}

impl Iterator for Timeline {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        while self.rest.is_empty() {
            let count = self.counts.next()?;
            self.day += 1;
            let open = (self.end - self.day * DAY).min(DAY);
            for _ in 0..count {
                let mut second = self.dice.pick(&self.hours) + self.dice.below(3_600) as i64;
                if second >= open {
                    second = self.dice.below(open as u64) as i64;
                }
                self.rest.push(second as u32);
            }
            self.rest.sort_unstable_by(|a, b| b.cmp(a));
        }
        self.rest.pop().map(|second| self.day * DAY + i64::from(second))
    }
}

/// How many of all rows fall on each day: about so many as its weight says, as chance would have it.
fn counts(weights: &[f64], rows: u64, dice: &mut Dice) -> Vec<u32> {
    let mut total = 0.0;
    let until: Vec<f64> = weights
        .iter()
        .map(|weight| {
            total += weight;
            total
        })
        .collect();
    let mut counts: Vec<u32> = weights
        .iter()
        .map(|weight| dice.about(if total > 0.0 { weight / total * rows as f64 } else { 0.0 }))
        .collect();
    let mut given: u64 = counts.iter().map(|count| u64::from(*count)).sum();
    // Chance gave too many or too few: single rows go to and from days, by weight as well.
    while given != rows {
        let at = dice.unit() * total;
        let day = until.partition_point(|until| *until <= at).min(counts.len() - 1);
        if given < rows {
            counts[day] += 1;
            given += 1;
        } else if counts[day] > 0 {
            counts[day] -= 1;
            given -= 1;
        }
    }
    counts
}

/// How much of all falls on each day.
fn weights(time: &Time, days: usize, dice: &mut Dice) -> Vec<f64> {
    let mut year = 1.0;
    let mut weights: Vec<f64> = (0..days)
        .map(|index| {
            let day = time.from + index as i64;
            let into_year = index % 365;
            if into_year == 0 && index > 0 {
                year *= time.growth;
            }
            // Straight lines from year to year: a root for each day would differ from machine to machine.
            let grown = year * (1.0 + (time.growth - 1.0) * into_year as f64 / 365.0);
            let noise = 1.0 + time.noise * (2.0 * dice.unit() - 1.0);
            let open = ((time.to - day * DAY) as f64 / DAY as f64).min(1.0);
            let quiet = if time.quiet.contains(&day) { 0.0 } else { 1.0 };
            grown
                * noise
                * open
                * quiet
                * time.weekdays[calendar::weekday(day)]
                * time.months[calendar::month(day)]
        })
        .collect();
    if time.start > 0.0 {
        let first: f64 = weights.iter().take(30).sum();
        let others: f64 = weights.iter().skip(30).sum();
        if first > 0.0 && others > 0.0 {
            let factor = time.start * others / ((1.0 - time.start) * first);
            weights.iter_mut().take(30).for_each(|weight| *weight *= factor);
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::calendar::Format;

    fn time() -> Time {
        let day = |text| calendar::parse(text).expect("a moment").0;
        Time {
            from: day("2023-03-15") / DAY,
            to: day("2026-03-15 12:00:00"),
            growth: 2.0,
            start: 0.0,
            weekdays: [1.0; 7],
            months: [1.0; 12],
            hours: [1; 24],
            noise: 0.3,
            quiet: vec![day("2026-03-11") / DAY],
            format: Format::DateTime,
        }
    }

    #[test]
    fn so_many_ascending_and_within_bounds() {
        let time = time();
        for rows in [0, 1, 7, 2_000] {
            let moments: Vec<i64> = Timeline::new(&time, rows, Dice::new(1, "t")).collect();
            assert_eq!(moments.len() as u64, rows);
            assert!(moments.is_sorted());
            assert!(moments.iter().all(|m| (time.from * DAY..time.to).contains(m)));
            assert!(moments.iter().all(|m| m.div_euclid(DAY) != time.quiet[0]));
        }
    }

    #[test]
    fn each_year_has_more_than_the_one_before() {
        let time = time();
        let mut years = [0; 4];
        Timeline::new(&time, 3_000, Dice::new(1, "t"))
            .for_each(|m| years[((m / DAY - time.from) / 365) as usize] += 1);
        assert!(years[0] * 3 < years[1] * 2 && years[1] * 3 < years[2] * 2, "{years:?}");
    }

    #[test]
    fn a_start_takes_its_part() {
        let time = Time { start: 0.2, ..time() };
        let first = (time.from + 30) * DAY;
        let early = Timeline::new(&time, 1_000, Dice::new(1, "t")).filter(|m| *m < first).count();
        assert!((160..240).contains(&early), "{early}");
    }
}
