//! Draws: the one source of chance. Same seed, same draws, on every machine: nothing here or above it uses a
//! function whose last digit a platform may choose (powers, logarithms).

use crate::schema::recipe::model::{Chance, Weighted};
use rand_xoshiro::{
    Xoshiro256PlusPlus,
    rand_core::{Rng as _, SeedableRng as _},
};

/// A stream of draws.
#[derive(Debug, Clone)]
pub(super) struct Dice(Xoshiro256PlusPlus);

impl Dice {
    /// The stream of a seed for one purpose, so that a change in one table leaves the others as they are.
    pub(super) fn new(seed: u64, purpose: &str) -> Self {
        // FNV-1a: any hash will do that stays the same for ever.
        let hash = purpose.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(Xoshiro256PlusPlus::seed_from_u64(hash ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// A number from 0 up to, not including, `bound`; 0 if that is 0.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(bound)) >> 64) as u64
    }

    /// A number from 0 up to, not including, `bound`, and how far it was to the next one, in parts of 2^32.
    pub(super) fn row_and_part(&mut self, bound: u32) -> (u32, u32) {
        let product = (self.0.next_u64() >> 32) * u64::from(bound);
        let fraction = (self.0.next_u64() >> 32) as u32;
        ((product >> 32) as u32, fraction)
    }

    /// A number from 0 up to, not including, 1.
    pub(super) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// A number from 0 up to, not including, 1, that is the nearer to 0 the higher `lean` is.
    pub(super) fn leaning(&mut self, lean: u8) -> f64 {
        let unit = self.unit();
        (1..lean).fold(unit, |product, _| product * unit)
    }

    /// How often something happens that happens so often on average.
    pub(super) fn about(&mut self, mean: f64) -> u32 {
        if mean < 8.0 {
            // Each of 32 small parts of the time has it or not.
            let part = Chance::new(mean / 32.0);
            return (0..32).map(|_| u32::from(self.chance(part))).sum();
        }
        let normal: f64 = (0..12).map(|_| self.unit()).sum::<f64>() - 6.0;
        (mean + mean.sqrt() * normal + 0.5).max(0.0) as u32
    }

    /// Whether something of this probability happens.
    pub(super) fn chance(&mut self, chance: Chance) -> bool {
        chance.0 > 0 && self.0.next_u64() <= chance.0
    }

    /// One of some things, by weight.
    pub(super) fn pick<'w, T>(&mut self, weighted: &'w Weighted<T>) -> &'w T {
        let at = self.below(weighted.total());
        let bounds = &weighted.bounds;
        let place = if bounds.len() <= 16 {
            bounds.iter().take_while(|bound| **bound <= at).count()
        } else {
            bounds.partition_point(|bound| *bound <= at)
        };
        &weighted.items[place]
    }

    /// One of some things, all alike.
    pub(super) fn one<'t, T>(&mut self, things: &'t [T]) -> &'t T {
        &things[self.below(things.len() as u64) as usize]
    }

    /// Puts things into random order.
    pub(super) fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.below(last as u64 + 1) as usize);
        }
    }
}
