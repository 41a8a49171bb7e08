//! Draws of rows by weight.

use super::dice::Dice;

/// Rows with weights that fall by rank; ranks are dealt to rows at random.
///
/// Vose's alias method: the rows' weights are cut into as many equal slots as there are rows, each of which holds
/// its own row up to a threshold and one other row above it. A draw costs one number and one look.
#[derive(Debug)]
pub(super) struct Sampler {
    slots: Vec<Slot>,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    /// The part of the slot, of 2^32, that is its own row's.
    own: u32,
    other: u32,
}

impl Sampler {
    /// `skew` is the power of the rank in quarters; a row that is reserved is never drawn. `None` if all are.
    pub(super) fn new(rows: u32, skew: u8, reserved: impl Fn(u32) -> bool, dice: &mut Dice) -> Option<Self> {
        let mut ranks: Vec<u32> = (0..rows).collect();
        dice.shuffle(&mut ranks);
        // The first ranks start a little below the peak: nobody buys a tenth of everything.
        let offset = 1.0 + f64::from(rows) / 50.0;
        let mut weights: Vec<f64> = ranks
            .iter()
            .enumerate()
            .map(
                |(row, rank)| {
                    if reserved(row as u32) { 0.0 } else { 1.0 / power(f64::from(*rank) + offset, skew) }
                },
            )
            .collect();
        let total: f64 = weights.iter().sum();
        if total <= 0.0 {
            return None;
        }
        let scale = f64::from(rows) / total;
        for weight in &mut weights {
            *weight *= scale;
        }
        let mut slots: Vec<Slot> = (0..rows).map(|row| Slot { own: u32::MAX, other: row }).collect();
        let (mut small, mut large): (Vec<u32>, Vec<u32>) =
            (0..rows).partition(|row| weights[*row as usize] < 1.0);
        while let (Some(less), Some(more)) = (small.pop(), large.pop()) {
            let weight = weights[less as usize];
            slots[less as usize] = Slot { own: (weight * 4_294_967_296.0) as u32, other: more };
            weights[more as usize] -= 1.0 - weight;
            if weights[more as usize] < 1.0 { small.push(more) } else { large.push(more) }
        }
        // What rounding leaves over is full, but for reserved rows, which must not come up at all.
        let free = (0..rows).find(|row| !reserved(*row)).expect("some weight is above 0");
        for row in small.into_iter().filter(|row| reserved(*row)) {
            slots[row as usize] = Slot { own: 0, other: free };
        }
        Some(Self { slots })
    }

    /// A row, counted from 0.
    pub(super) fn draw(&self, dice: &mut Dice) -> u32 {
        let (row, part) = dice.row_and_part(self.slots.len() as u32);
        let slot = self.slots[row as usize];
        if part < slot.own { row } else { slot.other }
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
        let sampler = Sampler::new(100, 4, |row| row % 10 == 0, &mut dice).expect("not all are reserved");
        let mut counts = [0_u32; 100];
        for _ in 0..100_000 {
            counts[sampler.draw(&mut dice) as usize] += 1;
        }
        assert!(counts.iter().step_by(10).all(|count| *count == 0));
        counts.sort_unstable();
        assert!(counts[10] > 100 && counts[99] > 10 * counts[10], "{counts:?}");
    }

    #[test]
    fn rows_that_are_all_reserved_are_not_drawn() {
        assert!(Sampler::new(3, 0, |_| true, &mut Dice::new(3, "s")).is_none());
    }
}
