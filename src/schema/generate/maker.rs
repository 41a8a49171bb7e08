//! Makes the values of a row, column by column, from what the recipe says of them.

use super::{
    dice::Dice,
    frame::{Cell, Frame, Store},
    refs::Reference,
    text,
};
use crate::{
    schema::{
        calendar::{DAY, Format},
        recipe::{
            Recipe,
            model::{self, FixedRow, From, Letters, Literal, Make, Operand, Path, Test},
        },
    },
    value::Value,
};
use std::collections::HashSet;

/// A row that has a label: where it will be, and what stands in it once it is there.
#[derive(Debug)]
pub(super) struct Labelled<'r> {
    pub(super) id: i64,
    pub(super) row: u32,
    pub(super) cells: Vec<Cell<'r>>,
    pub(super) text: String,
}

/// All that making rows needs to remember.
#[derive(Debug)]
pub(super) struct Maker<'r> {
    pub(super) recipe: &'r Recipe,
    /// For each fill its parent, or itself.
    pub(super) parents: Vec<usize>,
    pub(super) frames: Vec<Frame<'r>>,
    pub(super) stores: Vec<Store<'r>>,
    pub(super) dice: Vec<Dice>,
    /// The last number of each table.
    pub(super) numbers: Vec<i64>,
    pub(super) references: Vec<Reference>,
    /// For each deck the cards that are left.
    pub(super) decks: Vec<Vec<&'r str>>,
    /// Hashes of the values that must not come again.
    pub(super) uniques: Vec<HashSet<u64>>,
    pub(super) labels: Vec<Option<Labelled<'r>>>,
    /// The rows of each set so far: ids and positions.
    pub(super) sets: Vec<Vec<(i64, u32)>>,
    /// The member of a set that the row being made stands for.
    pub(super) member: Option<(i64, u32)>,
}

impl<'r> Maker<'r> {
    /// Makes a row of a fill; what a case gives of it stands in `fixed`. Says what is wrong with the recipe where a
    /// case speaks of a row that is not there.
    pub(super) fn row(&mut self, fill: usize, fixed: Option<&'r FixedRow>) -> Result<(), String> {
        let recipe = self.recipe;
        let plan = &recipe.fills[fill];
        let frame = &mut self.frames[fill];
        if plan.looks_back {
            std::mem::swap(&mut frame.cells, &mut frame.previous);
            std::mem::swap(&mut frame.text, &mut frame.previous_text);
        }
        frame.text.clear();
        frame.person = None;
        for (position, column) in plan.columns.iter().enumerate() {
            let cell = match fixed {
                None => self.make_here(fill, &column.make),
                Some(fixed) => self.given(fill, fixed, position)?,
            };
            self.frames[fill].cells[position] = cell;
        }
        if !plan.summed.is_empty() {
            let frame = &mut self.frames[fill];
            let number = |column: &usize| frame.cells[*column].number().unwrap_or(0);
            frame.sum += plan.summed.iter().map(number).product::<i64>();
        }
        if plan.is_target {
            self.remember(fill);
        }
        if let Some(label) = fixed.and_then(|fixed| fixed.label) {
            let frame = &self.frames[fill];
            self.labels[label] = Some(Labelled {
                id: frame.cells[0].number().unwrap_or(0),
                row: frame.serial,
                cells: frame.cells.clone(),
                text: frame.text.clone(),
            });
        }
        self.frames[fill].serial += 1;
        Ok(())
    }

    /// Keeps of the row what other fills will look up.
    #[inline(never)]
    fn remember(&mut self, fill: usize) {
        let recipe = self.recipe;
        let (frame, store) = (&self.frames[fill], &mut self.stores[fill]);
        let id = frame.cells[0].number().unwrap_or(0);
        store.ids.push(id);
        for column in &recipe.fills[fill].kept {
            let cell = match frame.cells[*column] {
                Cell::Text(from, to) => copy(&mut store.text, &frame.text[from as usize..to as usize]),
                cell => cell,
            };
            store.cells.push(cell);
        }
        for (set, members) in recipe.sets.iter().zip(&mut self.sets) {
            let belongs = set.fill == fill
                && set.test.iter().all(|(column, wanted)| match wanted {
                    None => frame.cells[*column] == Cell::Null,
                    Some(wanted) => frame.cells[*column].text(&frame.text) == Some(wanted),
                });
            if belongs {
                members.push((id, frame.serial));
            }
        }
    }

    /// The value that a case gives to a column, if it does; otherwise what the recipe makes.
    #[inline(never)]
    fn given(&mut self, fill: usize, fixed: &'r FixedRow, position: usize) -> Result<Cell<'r>, String> {
        let Some((_, cell)) = fixed.cells.iter().find(|(given, _)| *given == position) else {
            return Ok(self.make(fill, &self.recipe.fills[fill].columns[position].make));
        };
        let missing = |label: usize| {
            format!("the row labelled {:?} comes after one that speaks of it", self.recipe.labels[label].1)
        };
        match cell {
            model::Cell::Make(make) => Ok(self.make(fill, make)),
            model::Cell::Label(label) => match &self.labels[*label] {
                Some(row) => Ok(Cell::Ref(row.id, row.row)),
                None => Err(missing(*label)),
            },
            model::Cell::LabelColumn(label, column, letters) => {
                let there = self.labels[*label].as_ref().filter(|row| !row.cells.is_empty());
                let Some(row) = there else { return Err(missing(*label)) };
                let Some(found) = row.cells[*column].text(&row.text) else { return Ok(row.cells[*column]) };
                let buffer = &mut self.frames[fill].text;
                let from = buffer.len();
                match letters {
                    Letters::Kept => buffer.push_str(found),
                    Letters::Upper => buffer.push_str(&found.to_uppercase()),
                    Letters::Lower => buffer.push_str(&found.to_lowercase()),
                    Letters::Title => text::title(found, buffer),
                }
                Ok(Cell::Text(from as u32, buffer.len() as u32))
            }
            model::Cell::Set(_) => Ok(self.member.map_or(Cell::Null, |(id, row)| Cell::Ref(id, row))),
        }
    }

    /// The value that a recipe makes.
    pub(super) fn make(&mut self, fill: usize, make: &'r Make) -> Cell<'r> {
        self.make_here(fill, make)
    }

    /// The value that a recipe makes, in the loop over a row's columns. What most columns are is done here, the rest
    /// elsewhere: a small body is what makes millions of rows fast.
    #[expect(clippy::inline_always, reason = "measured: a tenth of the time of all rows")]
    #[inline(always)]
    fn make_here(&mut self, fill: usize, make: &'r Make) -> Cell<'r> {
        let mut make = make;
        loop {
            match make {
                Make::Null => return Cell::Null,
                Make::Sequence { table, gap } => {
                    if self.dice[fill].chance(*gap) {
                        self.numbers[*table] += 1 + self.dice[fill].below(3) as i64;
                    }
                    self.numbers[*table] += 1;
                    return Cell::Int(self.numbers[*table]);
                }
                Make::Words(words) => return Cell::Word(self.dice[fill].pick(words).as_str()),
                Make::Numbers(numbers) => return Cell::Int(*self.dice[fill].pick(numbers)),
                Make::Ref(reference) => return self.refer(fill, reference),
                Make::Copy(path) => match self.cell(fill, path) {
                    Cell::Text(from, to) => return self.copied(fill, path, from, to),
                    cell => return cell,
                },
                Make::Mix(ways) => make = self.dice[fill].pick(ways),
                Make::If { test, then, otherwise } => {
                    let holds = match test {
                        Test::Less(a, b) => match (self.number(fill, a), self.number(fill, b)) {
                            (Some(a), Some(b)) => a < b,
                            _ => false,
                        },
                        Test::Null(path) => self.cell(fill, path) == Cell::Null,
                    };
                    make = if holds { then } else { otherwise };
                }
                Make::By { column, when, otherwise } => {
                    let (cell, buffer) = self.look(fill, column);
                    let found = match (cell.text(buffer), cell.number()) {
                        (Some(text), _) => when.iter().find(|(word, _)| word == text),
                        (None, Some(number)) => when.iter().find(|(word, _)| word.parse() == Ok(number)),
                        (None, None) => None,
                    };
                    make = found.map_or(otherwise, |(_, way)| way);
                }
                Make::Place { first, last, otherwise } => {
                    let frame = &self.frames[fill];
                    make = match (first, last) {
                        (Some(first), _) if frame.index == 0 => first,
                        (_, Some(last)) if frame.index + 1 == frame.count => last,
                        _ => otherwise,
                    };
                }
                Make::Sum { of, otherwise } => match self.frames[*of].sum {
                    0 => make = otherwise,
                    sum => return Cell::Int(sum),
                },
                Make::Step => return self.frames[fill].step.map_or(Cell::Null, Cell::Word),
                Make::Time(time) => {
                    let moment = self.frames[fill].moment;
                    let moment = if time.format == Format::DateTime { moment } else { day(moment) };
                    return Cell::Time(moment, time.format);
                }
                Make::Value(_)
                | Make::Deal { .. }
                | Make::Range { .. }
                | Make::Price { .. }
                | Make::Scaled { .. }
                | Make::Pattern { .. }
                | Make::Person { .. }
                | Make::Email { .. }
                | Make::Later { .. } => return self.reckon(fill, make),
            }
        }
    }

    /// The values that take some reckoning.
    #[inline(never)]
    fn reckon(&mut self, fill: usize, make: &'r Make) -> Cell<'r> {
        match make {
            Make::Value(Literal::Time(moment, format)) => Cell::Time(*moment, *format),
            Make::Value(Literal::Plain(value)) => match value {
                Value::Null | Value::Blob(_) => Cell::Null,
                Value::Integer(number) => Cell::Int(*number),
                Value::Real(number) => Cell::Real(*number),
                Value::Text(text) => Cell::Word(text),
            },
            Make::Deal { slot, deck } => {
                let left = &mut self.decks[*slot];
                if left.is_empty() {
                    left.extend(deck.iter().map(String::as_str));
                    self.dice[fill].shuffle(left);
                }
                left.pop().map_or(Cell::Null, Cell::Word)
            }
            Make::Range { from, to, lean, step } => match (self.number(fill, from), self.number(fill, to)) {
                (Some(from), Some(to)) => {
                    let steps = between(0, (to - from) / step, self.dice[fill].leaning(*lean));
                    Cell::Int(from + steps * step)
                }
                _ => Cell::Null,
            },
            Make::Price { from, to, lean, endings, euros } => {
                let dice = &mut self.dice[fill];
                let cents = price(between(*from, *to, dice.leaning(*lean)), *dice.one(endings), *from, *to);
                if *euros { Cell::Real(cents as f64 / 100.0) } else { Cell::Int(cents) }
            }
            Make::Scaled { of, from, to, endings } => match self.cell(fill, of).number() {
                Some(amount) => {
                    let dice = &mut self.dice[fill];
                    let percent = between(*from, *to, dice.unit());
                    Cell::Int(price(amount * percent / 100, *dice.one(endings), 1, i64::MAX))
                }
                None => Cell::Null,
            },
            Make::Pattern { parts, case, unique } => self.pattern(fill, parts, *case, *unique),
            Make::Person { country } => self.person(fill, country),
            Make::Email { of, domains, unique } => self.email(fill, of, domains, *unique),
            Make::Later { than, least, most, lean, cap, format } => {
                let Some(than) = self.number(fill, than) else { return Cell::Null };
                let room =
                    cap.as_ref().and_then(|cap| self.number(fill, cap)).map_or(i64::MAX, |cap| cap - than);
                let most = (*most).min(room);
                let after = if *least <= most {
                    between(*least, most, self.dice[fill].leaning(*lean))
                } else {
                    room.max(0)
                };
                let moment = than + after;
                Cell::Time(if *format == Format::DateTime { moment } else { day(moment) }, *format)
            }
            Make::Null
            | Make::Sequence { .. }
            | Make::Words(_)
            | Make::Numbers(_)
            | Make::Ref(_)
            | Make::Copy(_)
            | Make::Mix(_)
            | Make::If { .. }
            | Make::By { .. }
            | Make::Place { .. }
            | Make::Sum { .. }
            | Make::Step
            | Make::Time(_) => self.make(fill, make),
        }
    }

    /// The number or moment that an operand stands for.
    #[inline]
    pub(super) fn number(&self, fill: usize, operand: &Operand) -> Option<i64> {
        match operand {
            Operand::Fixed(number) => Some(*number),
            Operand::Column(path) => self.cell(fill, path).number(),
        }
    }

    /// The row that a path leads to: its values and the buffer in which their text lies.
    #[inline]
    fn from(&self, fill: usize, from: From) -> (&[Cell<'r>], &str) {
        let frame = &self.frames[fill];
        match from {
            From::Own => (&frame.cells, &frame.text),
            From::Previous => (&frame.previous, &frame.previous_text),
            From::Parent => {
                let parent = &self.frames[self.parents[fill]];
                (&parent.cells, &parent.text)
            }
        }
    }

    /// The value at a path. Where it is text, [`Maker::look`] tells where that lies.
    #[expect(clippy::inline_always, reason = "measured: a tenth of the time of all rows")]
    #[inline(always)]
    pub(super) fn cell(&self, fill: usize, path: &Path) -> Cell<'r> {
        if path.from == From::Previous && self.frames[fill].index == 0 {
            return Cell::Null;
        }
        let cell = self.from(fill, path.from).0[path.column];
        match (path.through, cell) {
            (None, _) => cell,
            (Some((target, column)), Cell::Ref(_, row)) => self.stores[target].cell(row as usize, column),
            (Some(_), _) => Cell::Null,
        }
    }

    /// The value at a path, and the buffer in which its text lies.
    pub(super) fn look(&self, fill: usize, path: &Path) -> (Cell<'r>, &str) {
        let buffer = match path.through {
            None => self.from(fill, path.from).1,
            Some((target, _)) => &self.stores[target].text,
        };
        (self.cell(fill, path), buffer)
    }

    /// Moves text from one buffer of the maker to another, which may be the same one.
    fn copied(&mut self, fill: usize, path: &Path, from: u32, to: u32) -> Cell<'r> {
        let text = self.look(fill, path).1[from as usize..to as usize].to_owned();
        copy(&mut self.frames[fill].text, &text)
    }
}

/// Appends text to a buffer and says where it lies.
pub(super) fn copy<'r>(buffer: &mut String, text: &str) -> Cell<'r> {
    let from = buffer.len();
    buffer.push_str(text);
    Cell::Text(from as u32, buffer.len() as u32)
}

/// The number that lies so far from `from` to `to`, both included.
fn between(from: i64, to: i64, part: f64) -> i64 {
    from + (part * ((to - from) as f64 + 1.0)) as i64
}

/// The start of a moment's day.
fn day(moment: i64) -> i64 {
    moment.div_euclid(DAY) * DAY
}

/// An amount of about so many cents that ends as prices do, within bounds.
fn price(cents: i64, ending: i64, from: i64, to: i64) -> i64 {
    let price = cents / 100 * 100 + ending;
    if price > to && price - 100 >= from {
        price - 100
    } else if price < from && price + 100 <= to {
        price + 100
    } else {
        price.clamp(from, to)
    }
}
