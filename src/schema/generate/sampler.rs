//! Draws of rows by weight, from all rows or from the first so many of them.

use super::dice::Dice;

/// Rows with weights that fall by rank; ranks are dealt to rows at random.
#[derive(Debug)]
pub(super) struct Sampler {
    /// The weight of all rows before a row.
    before: Vec<f64>,
    /// For each of so many equal parts of the whole weight: a row at or before the one it begins in.
    guide: Vec<u32>,
}

impl Sampler {
    /// `skew` is the power of the rank in quarters; a row that is reserved is never drawn.
    pub(super) fn new(rows: u32, skew: u8, reserved: impl Fn(u32) -> bool, dice: &mut Dice) -> Self {
        let mut ranks: Vec<u32> = (0..rows).collect();
        dice.shuffle(&mut ranks);
        // The first ranks start a little below the peak: nobody buys a tenth of everything.
        let offset = 1.0 + f64::from(rows) / 50.0;
        let mut sum = 0.0;
        let mut before = Vec::with_capacity(rows as usize + 1);
        before.push(0.0);
        for (row, rank) in ranks.iter().enumerate() {
            if !reserved(row as u32) {
                sum += 1.0 / power(f64::from(*rank) + offset, skew);
            }
            before.push(sum);
        }
        let mut row = 0;
        let guide = (0..rows)
            .map(|part| {
                let begin = f64::from(part) / f64::from(rows) * sum;
                while row + 1 < rows && before[row as usize + 1] <= begin {
                    row += 1;
                }
                row
            })
            .collect();
        Self { before, guide }
    }

    /// A row, counted from 0, of the first `rows`; `None` if all of them are reserved.
    pub(super) fn draw(&self, rows: usize, dice: &mut Dice) -> Option<u32> {
        let rows = rows.min(self.guide.len());
        let all = self.before[rows];
        if all <= 0.0 {
            return None;
        }
        let at = dice.unit() * all;
        let whole = self.before[self.guide.len()];
        let part = (at / whole * self.guide.len() as f64) as usize;
        let mut row = self.guide[part.min(self.guide.len() - 1)] as usize;
        // Rounding may have led one part too far.
        while row > 0 && self.before[row] > at {
            row -= 1;
        }
        while row + 1 < rows && self.before[row + 1] <= at {
            row += 1;
        }
        Some(row as u32)
    }
}

/// A power in quarters, from roots alone: they are the same on every machine.
fn power(base: f64, quarters: u8) -> f64 {
    let fourth_root = base.sqrt().sqrt();
    (0..quarters).fold(1.0, |product, _| product * fourth_root)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_fall_and_reserved_rows_stay_out() {
        let mut dice = Dice::new(3, "s");
        let sampler = Sampler::new(100, 4, |row| row % 10 == 0, &mut dice);
        let mut counts = [0_u32; 100];
        for _ in 0..100_000 {
            counts[sampler.draw(100, &mut dice).expect("not all are reserved") as usize] += 1;
        }
        assert!(counts.iter().step_by(10).all(|count| *count == 0));
        counts.sort_unstable();
        assert!(counts[10] > 100 && counts[99] > 10 * counts[10], "{counts:?}");
    }

    #[test]
    fn only_the_first_rows_are_drawn() {
        let mut dice = Dice::new(3, "s");
        let sampler = Sampler::new(1_000, 2, |row| row == 0, &mut dice);
        assert_eq!(sampler.draw(1, &mut dice), None);
        assert!((0..10_000).all(|_| (1..7).contains(&sampler.draw(7, &mut dice).expect("some are free"))));
    }
}
