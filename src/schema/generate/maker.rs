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

/// A row that has a label, once it is there.
#[derive(Debug)]
pub(super) struct Labelled<'r> {
    id: i64,
    row: u32,
    cells: Vec<Cell<'r>>,
    text: String,
}

/// All that making rows needs to remember.
#[derive(Debug)]
pub(super) struct Maker<'r> {
    pub(super) recipe: &'r Recipe,
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
            let given = fixed.and_then(|fixed| fixed.cells.iter().find(|(given, _)| *given == position));
            let cell = match given {
                None => self.make(fill, &column.make),
                Some((_, cell)) => self.given(fill, cell)?,
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
    fn remember(&mut self, fill: usize) {
        let recipe = self.recipe;
        let (frame, store) = (&self.frames[fill], &mut self.stores[fill]);
        let id = frame.cells[0].number().unwrap_or(0);
        store.ids.push(id);
        for (place, column) in recipe.fills[fill].kept.iter().enumerate() {
            let cell = match frame.cells[*column] {
                Cell::Text(from, to) => copy(&mut store.text, &frame.text[from as usize..to as usize]),
                cell => cell,
            };
            store.columns[place].push(cell);
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

    /// The value that a case gives.
    fn given(&mut self, fill: usize, cell: &'r model::Cell) -> Result<Cell<'r>, String> {
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
                let Some(row) = &self.labels[*label] else { return Err(missing(*label)) };
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
        match make {
            Make::Null => Cell::Null,
            Make::Sequence { gap } => {
                let table = self.recipe.fills[fill].table;
                if self.dice[fill].chance(*gap) {
                    self.numbers[table] += 1 + self.dice[fill].below(3) as i64;
                }
                self.numbers[table] += 1;
                Cell::Int(self.numbers[table])
            }
            Make::Value(Literal::Time(moment, format)) => Cell::Time(*moment, *format),
            Make::Value(Literal::Plain(value)) => match value {
                Value::Null | Value::Blob(_) => Cell::Null,
                Value::Integer(number) => Cell::Int(*number),
                Value::Real(number) => Cell::Real(*number),
                Value::Text(text) => Cell::Word(text),
            },
            Make::Words(words) => Cell::Word(self.dice[fill].pick(words).as_str()),
            Make::Deal { slot, deck } => {
                let left = &mut self.decks[*slot];
                if left.is_empty() {
                    left.extend(deck.iter().map(String::as_str));
                    self.dice[fill].shuffle(left);
                }
                left.pop().map_or(Cell::Null, Cell::Word)
            }
            Make::Numbers(numbers) => Cell::Int(*self.dice[fill].pick(numbers)),
            Make::Range { from, to, lean } => match (self.number(fill, from), self.number(fill, to)) {
                (Some(from), Some(to)) => Cell::Int(between(from, to, self.dice[fill].leaning(*lean))),
                _ => Cell::Null,
            },
            Make::Price { from, to, lean, endings, euros } => {
                let dice = &mut self.dice[fill];
                let cents = price(between(*from, *to, dice.leaning(*lean)), *dice.one(endings), *from, *to);
                if *euros { Cell::Real(cents as f64 / 100.0) } else { Cell::Int(cents) }
            }
            Make::Scaled { of, from, to, endings } => match self.look(fill, of).0.number() {
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
            Make::Ref(reference) => self.refer(fill, reference),
            Make::Copy(path) => self.copied(fill, path),
            Make::Sum { of, otherwise } => match self.frames[*of].sum {
                0 => self.make(fill, otherwise),
                sum => Cell::Int(sum),
            },
            Make::Time(time) => {
                let moment = self.frames[fill].moment;
                Cell::Time(if time.format == Format::DateTime { moment } else { day(moment) }, time.format)
            }
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
            Make::Step => self.frames[fill].step.map_or(Cell::Null, Cell::Word),
            Make::Mix(ways) => {
                let way = self.dice[fill].pick(ways);
                self.make(fill, way)
            }
            Make::By { column, when, otherwise } => {
                let (cell, buffer) = self.look(fill, column);
                let found = match (cell.text(buffer), cell.number()) {
                    (Some(text), _) => when.iter().find(|(word, _)| word == text),
                    (None, Some(number)) => when.iter().find(|(word, _)| word.parse() == Ok(number)),
                    (None, None) => None,
                };
                self.make(fill, found.map_or(otherwise, |(_, way)| way))
            }
            Make::If { test, then, otherwise } => {
                let holds = match test {
                    Test::Less(a, b) => match (self.number(fill, a), self.number(fill, b)) {
                        (Some(a), Some(b)) => a < b,
                        _ => false,
                    },
                    Test::Null(path) => self.look(fill, path).0 == Cell::Null,
                };
                self.make(fill, if holds { then } else { otherwise })
            }
            Make::Place { first, last, otherwise } => {
                let frame = &self.frames[fill];
                let way = match (first, last) {
                    (Some(first), _) if frame.index == 0 => first,
                    (_, Some(last)) if frame.index + 1 == frame.count => last,
                    _ => otherwise,
                };
                self.make(fill, way)
            }
        }
    }

    /// The number or moment that an operand stands for.
    pub(super) fn number(&self, fill: usize, operand: &Operand) -> Option<i64> {
        match operand {
            Operand::Fixed(number) => Some(*number),
            Operand::Column(path) => self.look(fill, path).0.number(),
        }
    }

    /// The value at a path, and the buffer in which its text lies.
    pub(super) fn look(&self, fill: usize, path: &Path) -> (Cell<'r>, &str) {
        let (cells, buffer) = match path.from {
            From::Own => (&self.frames[fill].cells, &self.frames[fill].text),
            From::Previous if self.frames[fill].index == 0 => return (Cell::Null, ""),
            From::Previous => (&self.frames[fill].previous, &self.frames[fill].previous_text),
            From::Parent => {
                let model::Source::Each { parent, .. } = self.recipe.fills[fill].source else {
                    return (Cell::Null, "");
                };
                (&self.frames[parent].cells, &self.frames[parent].text)
            }
        };
        let cell = cells[path.column];
        match (path.through, cell) {
            (None, _) => (cell, buffer),
            (Some((target, column)), Cell::Ref(_, row)) => {
                let store = &self.stores[target];
                (store.columns[column].get(row as usize).copied().unwrap_or(Cell::Null), &store.text)
            }
            (Some(_), _) => (Cell::Null, ""),
        }
    }

    fn copied(&mut self, fill: usize, path: &Path) -> Cell<'r> {
        let (cell, buffer) = self.look(fill, path);
        let Cell::Text(from, to) = cell else { return cell };
        // The text moves from one buffer of the maker to another, which may be the same one.
        let text = buffer[from as usize..to as usize].to_owned();
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
