//! Chooses the rows that rows refer to.

use super::{
    dice::Dice,
    frame::{Cell, Store},
    maker::Maker,
    sampler::Sampler,
};
use crate::schema::recipe::model::Ref;

/// What one reference of the recipe remembers.
#[derive(Debug, Default)]
pub(super) struct Reference {
    /// Draws by weight; without it all rows are alike.
    pub(super) sampler: Option<Sampler>,
    /// How often each row was drawn, and how often it may be, where that is bounded.
    pub(super) drawn: Vec<u32>,
    pub(super) cap: u32,
    /// How many rows are there at the last moment asked for.
    born: usize,
    moment: i64,
    /// The parent whose rows are being made, and what they drew.
    parent: u32,
    seen: Vec<u32>,
}

/// So often a draw that does not fit is drawn anew.
const TRIES: usize = 16;

impl<'r> Maker<'r> {
    /// Chooses a row; NULL where there is none yet.
    #[inline(never)]
    pub(super) fn refer(&mut self, fill: usize, plan: &'r Ref) -> Cell<'r> {
        let there = self.stores[plan.fill].ids.len();
        let parent = self.frames[self.parents[fill]].serial;
        let moment = plan.gone.as_ref().or(plan.born.as_ref()).and_then(|(_, at)| self.number(fill, at));
        let unlike = plan.unlike.as_ref().and_then(|path| match self.cell(fill, path) {
            Cell::Ref(_, row) => Some(row),
            _ => None,
        });
        let (store, dice) = (&self.stores[plan.fill], &mut self.dice[fill]);
        let reference = &mut self.references[plan.slot];
        if there == 0 {
            return Cell::Null;
        }
        if reference.parent != parent {
            reference.parent = parent;
            reference.seen.clear();
        }
        let of = |row: u32| Cell::Ref(store.ids[row as usize], row);
        if dice.chance(plan.again) && !reference.seen.is_empty() {
            return of(*dice.one(&reference.seen));
        }
        for (row, part) in &plan.share {
            if dice.chance(*part) && (*row as usize) < there {
                return of(*row);
            }
        }
        let rows = match (&plan.born, moment) {
            (Some((column, _)), Some(moment)) => reference.born_by(store, *column, moment),
            _ => there,
        };
        let fits = |reference: &Reference, row: u32| {
            unlike != Some(row) && !(plan.distinct && reference.seen.contains(&row))
        };
        let mut row = reference.draw(rows, dice);
        for _ in 0..TRIES {
            let gone = match (&plan.gone, moment) {
                (Some((column, _)), Some(moment)) => {
                    store.cell(row as usize, *column).number().is_some_and(|gone| gone <= moment)
                }
                _ => false,
            };
            let capped = reference.drawn.get(row as usize).is_some_and(|drawn| *drawn >= reference.cap);
            if !gone && !capped && fits(reference, row) {
                break;
            }
            row = reference.draw(rows, dice);
        }
        if !fits(reference, row) {
            // Chance gave up: the next row that a schema's keys and checks can bear.
            let next = (1..rows as u32).map(|step| (row + step) % rows as u32);
            row = next.into_iter().find(|row| fits(reference, *row)).unwrap_or(row);
        }
        if let Some(drawn) = reference.drawn.get_mut(row as usize) {
            *drawn += 1;
        }
        if plan.distinct || plan.again.0 > 0 {
            reference.seen.push(row);
        }
        of(row)
    }
}

impl Reference {
    /// A row of the first `rows`.
    fn draw(&self, rows: usize, dice: &mut Dice) -> u32 {
        if let Some(sampler) = &self.sampler {
            // Rows that are not there yet are drawn anew: most are there for most of the time.
            for _ in 0..TRIES * TRIES {
                let row = sampler.draw(dice);
                if (row as usize) < rows {
                    return row;
                }
            }
        }
        dice.below(rows as u64) as u32
    }

    /// How many rows are there by a moment; at least the first one.
    fn born_by(&mut self, store: &Store<'_>, column: usize, moment: i64) -> usize {
        let rows = store.ids.len();
        let there = |row: usize| store.cell(row, column).number().is_none_or(|born| born <= moment);
        if moment < self.moment {
            let (mut low, mut high) = (0, rows);
            while low < high {
                let middle = usize::midpoint(low, high);
                if there(middle) { low = middle + 1 } else { high = middle }
            }
            return low.max(1);
        }
        self.moment = moment;
        while self.born < rows && there(self.born) {
            self.born += 1;
        }
        self.born.max(1)
    }
}
