//! Goes through the fills of a recipe and hands their rows to a sink.

use super::{
    GenerateError, RowSink,
    dice::Dice,
    frame::{Cell, Frame, Store},
    maker::{Labelled, Maker},
    refs::Reference,
    sampler::Sampler,
    text,
    timeline::Timeline,
};
use crate::{
    schema::{
        calendar::{Stamp, Writer},
        recipe::{
            MOST_COLUMNS, Recipe, Scale,
            model::{self, Chance, FixedRow, Literal, Make, Number, Place, Source},
        },
    },
    value::{Value, ValueRef},
};
use std::collections::{BTreeMap, HashSet};

/// Generates all rows of a recipe.
pub fn generate<S: RowSink>(
    recipe: &Recipe,
    scale: &Scale,
    seed: u64,
    sink: &mut S,
) -> Result<(), GenerateError<S::Error>> {
    let plans = plans(recipe, scale, seed).map_err(GenerateError::Recipe)?;
    let maker = maker(recipe, seed, &plans);
    let mut run = Run { maker, sink, writer: Writer::default(), stamps: [[0; 19]; WIDTH] };
    for (fill, plan) in plans.into_iter().enumerate() {
        if matches!(recipe.fills[fill].source, Source::Rows(_)) {
            run.fill(fill, plan)?;
        }
    }
    Ok(())
}

/// The widest row.
const WIDTH: usize = MOST_COLUMNS;

/// What is settled of a fill before its first row.
#[derive(Debug, Default)]
struct Plan<'r> {
    rows: u64,
    timeline: Option<Timeline>,
    /// Rows that a case gives, by position.
    at: BTreeMap<u32, &'r FixedRow>,
    /// Rows that a case gives, by moment.
    moments: Vec<(i64, &'r FixedRow)>,
    /// Positions that no reference points to.
    reserved: HashSet<u32>,
}

fn plans<'r>(recipe: &'r Recipe, scale: &Scale, seed: u64) -> Result<Vec<Plan<'r>>, String> {
    let with_cases = recipe.holds_cases(scale);
    let mut dice = Dice::new(seed, "cases");
    let mut plans = Vec::new();
    for (index, fill) in recipe.fills.iter().enumerate() {
        let mut plan = Plan { rows: recipe.rows_of(index, scale), ..Plan::default() };
        if plan.rows > u64::from(u32::MAX) {
            return Err(format!("{} rows of {} are too many: at most {}", plan.rows, fill.name, u32::MAX));
        }
        let own = recipe.cases.iter().filter(|case| with_cases && case.fill == index);
        for case in own.flat_map(|case| std::iter::repeat_n(case, case.times as usize)) {
            match case.place {
                Place::Within(low, high) => {
                    let free: Vec<u32> = (low..=high).filter(|row| !plan.at.contains_key(row)).collect();
                    if free.is_empty() {
                        return Err(format!(
                            "cases of {}: rows {} to {} are all taken",
                            fill.name,
                            low + 1,
                            high + 1
                        ));
                    }
                    plan.at.insert(*dice.one(&free), case);
                }
                Place::At(moment) => plan.moments.push((moment, case)),
                Place::Child => {}
            }
        }
        plan.moments.sort_by_key(|(moment, _)| *moment);
        if let Some(Make::Time(time)) = fill.clock.map(|clock| &fill.columns[clock].make) {
            let drawn = plan.rows.saturating_sub(plan.moments.len() as u64);
            plan.timeline = Some(Timeline::new(time, drawn, Dice::new(seed, &format!("{} time", fill.name))));
        }
        plan.reserved.extend(plan.at.iter().filter(|(_, case)| case.reserved).map(|(row, _)| *row));
        if fill.is_target && plan.moments.iter().any(|(_, case)| case.reserved) {
            let mut row = 0;
            let mut turns = Turns::new(plan.timeline.clone(), &plan.moments);
            while let Some((_, case)) = turns.next() {
                if case.is_some_and(|case| case.reserved) {
                    plan.reserved.insert(row);
                }
                row += 1;
            }
        }
        plans.push(plan);
    }
    Ok(plans)
}

fn maker<'r>(recipe: &'r Recipe, seed: u64, plans: &[Plan<'r>]) -> Maker<'r> {
    let mut maker = Maker {
        recipe,
        parents: Vec::new(),
        frames: Vec::new(),
        stores: Vec::new(),
        dice: Vec::new(),
        numbers: vec![0; recipe.tables().len()],
        references: Vec::new(),
        decks: vec![Vec::new(); recipe.slots.decks],
        uniques: vec![HashSet::new(); recipe.slots.uniques],
        labels: recipe.labels.iter().map(|_| None).collect(),
        sets: vec![Vec::new(); recipe.sets.len()],
        member: None,
    };
    maker.references.resize_with(recipe.slots.refs, Reference::default);
    for (index, (fill, plan)) in recipe.fills.iter().zip(plans).enumerate() {
        maker.parents.push(match fill.source {
            Source::Each { parent, .. } => parent,
            Source::Rows(_) => index,
        });
        let cells = vec![Cell::Null; fill.columns.len()];
        maker.frames.push(Frame { previous: cells.clone(), cells, ..Frame::default() });
        maker.stores.push(Store { width: fill.kept.len(), ..Store::default() });
        maker.dice.push(Dice::new(seed, &fill.name));
        for column in &fill.columns {
            column.make.references(&mut |reference| {
                let target = &plans[reference.fill];
                let mut dice = Dice::new(seed, &format!("{}.{} ranks", fill.name, column.name));
                let kept = &mut maker.references[reference.slot];
                let drawn = matches!(recipe.fills[reference.fill].source, Source::Rows(_));
                if drawn && (reference.skew > 0 || !target.reserved.is_empty()) {
                    let reserved = |row| target.reserved.contains(&row);
                    kept.sampler = Sampler::new(target.rows as u32, reference.skew, reserved, &mut dice);
                }
                if let Some(cap) = reference.cap {
                    kept.drawn = vec![0; target.rows as usize];
                    kept.cap = (cap * plan.rows as f64 / target.rows.max(1) as f64).max(1.0) as u32;
                }
            });
        }
    }
    // Keys that count from 1 are known before their rows are there.
    for (index, plan) in plans.iter().enumerate() {
        let counted = recipe.fills.iter().filter(|fill| fill.table == recipe.fills[index].table).count() == 1
            && matches!(recipe.fills[index].columns[0].make, Make::Sequence { gap: Chance(0), .. });
        for (row, case) in plan.at.iter().filter(|_| counted) {
            if let Some(label) = case.label {
                let (id, row) = (i64::from(*row) + 1, *row);
                maker.labels[label] = Some(Labelled { id, row, cells: Vec::new(), text: String::new() });
            }
        }
    }
    // What a case gives outright must not be drawn again.
    for (_, case) in plans.iter().flat_map(|plan| plan.at.iter().map(|(row, case)| (*row, case))) {
        take(recipe, case, &mut maker.uniques);
    }
    for (_, case) in plans.iter().flat_map(|plan| &plan.moments) {
        take(recipe, case, &mut maker.uniques);
    }
    maker
}

fn take(recipe: &Recipe, case: &FixedRow, uniques: &mut [HashSet<u64>]) {
    for (column, cell) in &case.cells {
        let slot = match &recipe.fills[case.fill].columns[*column].make {
            Make::Email { unique, .. } => Some(*unique),
            Make::Pattern { unique, .. } => *unique,
            _ => None,
        };
        if let (Some(slot), model::Cell::Make(Make::Value(Literal::Plain(Value::Text(given))))) = (slot, cell)
        {
            uniques[slot].insert(text::folded(given));
        }
    }
}

/// Drawn moments and those of cases, in one sequence.
struct Turns<'p, 'r> {
    timeline: Option<Timeline>,
    next: Option<i64>,
    moments: std::iter::Peekable<std::slice::Iter<'p, (i64, &'r FixedRow)>>,
}

impl<'p, 'r> Turns<'p, 'r> {
    fn new(mut timeline: Option<Timeline>, moments: &'p [(i64, &'r FixedRow)]) -> Self {
        let next = timeline.as_mut().and_then(Iterator::next);
        Self { timeline, next, moments: moments.iter().peekable() }
    }

    fn next(&mut self) -> Option<(i64, Option<&'r FixedRow>)> {
        let next = self.next;
        if let Some((moment, case)) =
            self.moments.next_if(|(moment, _)| next.is_none_or(|next| *moment <= next))
        {
            return Some((*moment, Some(case)));
        }
        self.next = self.timeline.as_mut().and_then(Iterator::next);
        next.map(|moment| (moment, None))
    }
}

struct Run<'r, 's, S> {
    maker: Maker<'r>,
    sink: &'s mut S,
    writer: Writer,
    stamps: [Stamp; WIDTH],
}

impl<'r, S: RowSink> Run<'r, '_, S> {
    /// All rows of a fill that has rows of its own.
    fn fill(&mut self, fill: usize, plan: Plan<'r>) -> Result<(), GenerateError<S::Error>> {
        let mut turns = Turns::new(plan.timeline, &plan.moments);
        for row in 0..plan.rows as u32 {
            let turn = turns.next();
            if let Some((moment, _)) = turn {
                self.maker.frames[fill].moment = moment;
            }
            let case = plan.at.get(&row).copied().or(turn.and_then(|(_, case)| case));
            self.row(fill, case)?;
        }
        Ok(())
    }

    /// A row and the rows that come with it.
    fn row(&mut self, fill: usize, case: Option<&'r FixedRow>) -> Result<(), GenerateError<S::Error>> {
        self.maker.row(fill, case).map_err(GenerateError::Recipe)?;
        self.hand_over(fill).map_err(GenerateError::Sink)?;
        let recipe = self.maker.recipe;
        for child in &recipe.fills[fill].children {
            self.maker.frames[*child].sum = 0;
            let given = case.and_then(|case| case.children.iter().find(|(given, _)| given == child));
            match given {
                Some((_, rows)) => self.given(*child, rows)?,
                None => self.drawn(*child)?,
            }
        }
        Ok(())
    }

    /// As many rows of a child as the recipe says.
    fn drawn(&mut self, fill: usize) -> Result<(), GenerateError<S::Error>> {
        let recipe = self.maker.recipe;
        let Source::Each { number, .. } = &recipe.fills[fill].source else { return Ok(()) };
        match number {
            Number::Count(make) => {
                let count = self.maker.make(fill, make).number().unwrap_or(0).max(0) as usize;
                self.maker.frames[fill].count = count;
                for index in 0..count {
                    self.maker.frames[fill].index = index;
                    self.row(fill, None)?;
                }
            }
            Number::Steps(make) => {
                let steps = match self.maker.make(fill, make) {
                    Cell::Word(steps) => steps,
                    _ => "",
                };
                // One word is what most have.
                let words = || steps.split(' ').filter(|step| !step.is_empty());
                let single = !steps.is_empty() && !steps.as_bytes().contains(&b' ');
                self.maker.frames[fill].count = if single { 1 } else { words().count() };
                if single {
                    self.maker.frames[fill].index = 0;
                    self.maker.frames[fill].step = Some(steps);
                    self.row(fill, None)?;
                } else {
                    for (index, step) in words().enumerate() {
                        self.maker.frames[fill].index = index;
                        self.maker.frames[fill].step = Some(step);
                        self.row(fill, None)?;
                    }
                }
                self.maker.frames[fill].step = None;
            }
        }
        Ok(())
    }

    /// The rows of a child that a case gives; one that names a set stands for a row for each of its members.
    fn given(&mut self, fill: usize, rows: &'r [FixedRow]) -> Result<(), GenerateError<S::Error>> {
        let mut all = Vec::new();
        for row in rows {
            let set = row.cells.iter().find_map(|(_, cell)| match cell {
                model::Cell::Set(set) => Some(*set),
                model::Cell::Make(_) | model::Cell::Label(_) | model::Cell::LabelColumn(..) => None,
            });
            match set {
                None => all.push((row, None)),
                Some(set) => {
                    let members = &self.maker.sets[set];
                    let count = members.len().saturating_sub(self.maker.recipe.sets[set].except);
                    all.extend(members[..count].iter().map(|member| (row, Some(*member))));
                }
            }
        }
        self.maker.frames[fill].count = all.len();
        for (index, (row, member)) in all.into_iter().enumerate() {
            self.maker.frames[fill].index = index;
            self.maker.member = member;
            self.row(fill, Some(row))?;
        }
        Ok(())
    }

    /// Hands the row just made to the sink.
    fn hand_over(&mut self, fill: usize) -> Result<(), S::Error> {
        let plan = &self.maker.recipe.fills[fill];
        if plan.written.len() <= 6 { self.hand_over_in::<6>(fill) } else { self.hand_over_in::<WIDTH>(fill) }
    }

    fn hand_over_in<const N: usize>(&mut self, fill: usize) -> Result<(), S::Error> {
        let plan = &self.maker.recipe.fills[fill];
        let frame = &self.maker.frames[fill];
        let mut values = [ValueRef::Null; N];
        for ((value, column), stamp) in values.iter_mut().zip(&plan.written).zip(&mut self.stamps) {
            *value = match frame.cells[*column] {
                Cell::Null => ValueRef::Null,
                Cell::Int(number) | Cell::Ref(number, _) => ValueRef::Integer(number),
                Cell::Real(number) => ValueRef::Real(number),
                Cell::Time(moment, format) => {
                    self.writer.write(moment, format, stamp);
                    ValueRef::Text(&stamp[..format.width()])
                }
                Cell::Word(word) => ValueRef::Text(word.as_bytes()),
                Cell::Text(from, to) => ValueRef::Text(&frame.text.as_bytes()[from as usize..to as usize]),
            };
        }
        self.sink.row(plan.table, &values[..plan.written.len()])
    }
}
