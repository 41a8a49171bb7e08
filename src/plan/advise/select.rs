//! The search for what helps one query: single indexes first, then sets of them, then what is left of those that
//! pay when a smaller one does as well. Nothing is proposed that was not measured.

use super::{
    Advice, Options, Proposal, Rejection,
    candidates::{self, Figures, Room},
    index::{Filter, Index, name},
    lab::{Lab, Run},
    wants::{Reading, Wants},
    words, writes,
};
use crate::{cost::Cost, engine::Failure};

/// What a query with indexes may cost, relative to what it costs now.
const PAYS: f64 = 0.7;
/// How much more than after ANALYZE alone a query with indexes may cost.
const HARMLESS: f64 = 1.25;
/// A query that costs no more than this needs no index.
const CHEAP: u64 = 300;
/// Costs this close count as the same.
const SAME: f64 = 1.05;
/// How much worse than the best a smaller index may be and still be worth a line.
const NEAR: f64 = 4.0;
/// The most pieces of advice.
const PROPOSALS: usize = 3;
/// The most sets that a query brings into a workload.
const WISHES: usize = 6;
/// The most indexes whose failure is reported.
const REJECTIONS: usize = 8;
/// A condition that holds for less than this part of the rows makes an index so small that it counts as one column.
const FEW: f64 = 0.6;
/// The most values of a column on which an index is made partial.
const VALUES: u64 = 20;

/// A set of indexes that was built and measured.
#[derive(Debug, Clone)]
pub(super) struct Tried {
    pub indexes: Vec<Index>,
    /// Which of them the plan names.
    pub used: bool,
    pub run: Run,
    pub bytes: u64,
    /// Whether the query gave other rows.
    pub differs: bool,
    /// Whether the planner makes something of it only once ANALYZE has run.
    pub needs_analyze: bool,
}

impl Tried {
    fn total(&self) -> u64 {
        self.run.cost.total()
    }

    /// How much there is to it. A condition that leaves most rows in narrows what the index serves for little.
    fn parts(&self) -> usize {
        let condition = |index: &Index| match &index.filter {
            None => 0,
            Some(filter) if filter.share < FEW => 1,
            Some(_) => 2,
        };
        self.indexes.iter().map(|index| index.parts.len() + 1 + condition(index)).sum()
    }

    /// Whether it saves enough.
    fn pays(&self, costs: Costs) -> bool {
        let fine = self.used && !self.run.stopped && !self.differs;
        // What was stopped costs more than was seen, by nobody knows how much, and its pages were not all got yet.
        if costs.plain.stopped && costs.base.stopped {
            return fine && 2 * self.run.cost.steps <= costs.plain.cost.steps;
        }
        let enough = (self.total() as f64) < PAYS * costs.plain.cost.total() as f64;
        // ANALYZE alone may let the planner build an index for each run, which is as good as one that stays; yet few
        // run ANALYZE, and without it the index makes all the difference.
        let over = self.total() as f64 / costs.base.cost.total().max(1) as f64;
        let saver = self.total() * 10 <= costs.plain.cost.total();
        let harmless = over <= if saver { NEAR } else { HARMLESS };
        fine && enough && harmless
    }

    fn is(&self, indexes: &[Index]) -> bool {
        self.indexes.len() == indexes.len() && indexes.iter().all(|i| self.indexes.iter().any(|o| o.same(i)))
    }
}

pub(super) struct Search<'a> {
    lab: &'a Lab<'a>,
    sql: &'a str,
    /// What it costs with the figures of ANALYZE and no new index.
    base: Run,
    limited: bool,
    max: usize,
    pub tried: Vec<Tried>,
}

/// What the query costs without a new index.
#[derive(Debug, Clone, Copy)]
pub(super) struct Costs {
    /// As it stands.
    pub plain: Run,
    /// Once ANALYZE has given the planner its figures.
    pub base: Run,
}

/// What a search found.
pub(super) struct Found {
    pub costs: Costs,
    pub tried: Vec<Tried>,
    /// What is proposed, best first.
    pub chosen: Vec<Tried>,
    /// What would be if it did not need ANALYZE.
    late: Vec<Tried>,
    /// The search on less data, where there was one; its figures are not those of this data.
    searched: Option<Box<Found>>,
}

/// Builds, measures and chooses.
pub(super) fn search(
    lab: &Lab<'_>,
    sql: &str,
    reading: &Reading,
    options: &Options,
) -> Result<Found, Failure> {
    // The query as it stands, first of all: what is wrong with it is said before anything is built.
    let plain = lab.run(sql, options.patience)?;
    let plan = lab.plan(sql)?;
    let (base, tried) = lab.undone(|| {
        lab.script("ANALYZE")?;
        let base = if lab.plan(sql)? == plan { plain } else { lab.run(sql, options.patience)? };
        let mut search =
            Search { lab, sql, base, limited: reading.limited, max: options.max_indexes, tried: Vec::new() };
        if plain.cost.total() > CHEAP && options.max_indexes > 0 {
            search.all(reading)?;
        }
        Ok((base, search.tried))
    })?;
    let costs = Costs { plain, base };
    let (chosen, late) = choose(lab, sql, &tried, costs)?;
    Ok(Found { costs, tried, chosen, late, searched: None })
}

/// Measures on more data what a search on less of it found to pay. Where nothing paid there, searches here.
pub(super) fn confirm(
    lab: &Lab<'_>,
    sql: &str,
    reading: &Reading,
    searched: Found,
    options: &Options,
) -> Result<Found, Failure> {
    let mut sets: Vec<Vec<Index>> = Vec::new();
    for tried in searched.chosen.iter().chain(searched.paying()) {
        if !sets.iter().any(|set| tried.is(set)) {
            sets.push(tried.indexes.clone());
        }
    }
    sets.truncate(WISHES);
    if sets.is_empty() {
        return search(lab, sql, reading, options);
    }
    let plain = lab.run(sql, options.patience)?;
    let plan = lab.plan(sql)?;
    let (base, tried) = lab.undone(|| {
        lab.script("ANALYZE")?;
        let base = if lab.plan(sql)? == plan { plain } else { lab.run(sql, options.patience)? };
        let (limited, max) = (reading.limited, options.max_indexes);
        let mut confirmed = Search { lab, sql, base, limited, max, tried: Vec::new() };
        for set in sets {
            confirmed.measure(set)?;
        }
        Ok((base, confirmed.tried))
    })?;
    let costs = Costs { plain, base };
    let (chosen, late) = choose(lab, sql, &tried, costs)?;
    Ok(Found { costs, tried, chosen, late, searched: Some(Box::new(searched)) })
}

impl Found {
    /// All that pay, whether they are proposed or not; the best first.
    pub fn paying(&self) -> Vec<&Tried> {
        let mut paying: Vec<&Tried> = self
            .tried
            .iter()
            .filter(|t| t.pays(self.costs) && !self.late.iter().any(|l| l.is(&t.indexes)))
            .collect();
        paying.sort_by_key(|t| (t.total(), t.parts()));
        paying.truncate(WISHES);
        paying
    }

    /// What is said of it, with what the proposals cost those who write.
    pub fn report(&self, lab: &Lab<'_>, reading: &Reading) -> Result<Advice, Failure> {
        let mut advice = Vec::new();
        for best in &self.chosen {
            let writes = writes::more(lab, &best.indexes)?;
            let sql: Vec<String> = best.indexes.iter().map(|index| index.sql(&lab.schema)).collect();
            let brief: Vec<String> = best.indexes.iter().map(|index| index.brief(&lab.schema)).collect();
            advice.push(Proposal {
                sql: sql.join("; "),
                brief: brief.join(" + "),
                steps: best.run.cost.steps,
                pages: best.run.cost.pages,
                bytes: best.bytes,
                insert_steps: writes.insert,
                writes,
                why: self.why(lab, best),
            });
        }
        let mut tables: Vec<(String, u64)> = Vec::new();
        for wants in &reading.wants {
            let table = (lab.schema.tables[wants.table].name.clone(), lab.rows(wants.table));
            if !tables.contains(&table) {
                tables.push(table);
            }
        }
        let verdict = advice.is_empty().then(|| words::verdict(self.costs, &self.tried, reading, CHEAP));
        Ok(Advice {
            baseline: self.costs.plain.cost,
            stopped: self.costs.plain.stopped,
            analyzed: (self.costs.base != self.costs.plain && !self.costs.base.stopped)
                .then_some(self.costs.base.cost),
            rejected: self.rejected(lab),
            advice,
            verdict,
            tables,
            tried: self.searched.as_ref().map_or(0, |searched| searched.tried.len()) + self.tried.len(),
        })
    }

    /// Why a set helps.
    pub fn why(&self, lab: &Lab<'_>, best: &Tried) -> String {
        let all = self.searched.as_deref().unwrap_or(self);
        words::why(lab, best, self.costs, (&all.tried, all.costs))
    }

    /// What was tried alone and is not part of any advice, the simplest first.
    fn rejected(&self, lab: &Lab<'_>) -> Vec<Rejection> {
        let all = self.searched.as_deref().unwrap_or(self);
        let proposed = |index: &Index| self.chosen.iter().any(|c| c.indexes.iter().any(|i| i.same(index)));
        let singles = all.tried.iter().filter(|t| t.indexes.len() == 1 && !proposed(&t.indexes[0]));
        let mut singles: Vec<&Tried> = singles.collect();
        singles.sort_by_key(|t| (t.indexes[0].filter.is_some(), t.parts()));
        singles.truncate(REJECTIONS);
        let best = all.chosen.first().map(|best| best.run.cost);
        let one = |t: &Tried| {
            let needs = self.late.iter().chain(&all.late).any(|other| other.is(&t.indexes));
            Rejection {
                sql: t.indexes[0].sql(&lab.schema),
                brief: t.indexes[0].brief(&lab.schema),
                why: words::reason(t, needs, best, all.costs, PAYS, self.searched.is_none()),
            }
        };
        singles.into_iter().map(one).collect()
    }
}

impl Search<'_> {
    fn budget(&self) -> u64 {
        let steps = self.tried.iter().filter(|t| !t.run.stopped).map(|t| t.run.cost.steps);
        let least = steps.chain([self.base.cost.steps]).min().unwrap_or(self.base.cost.steps);
        // What took all of the patience must be beaten, not matched.
        let most = if self.base.stopped { self.base.cost.steps } else { u64::MAX };
        (3 * least + 10_000).min(most)
    }

    /// Builds a set and measures the query with it, unless that has been done.
    fn measure(&mut self, mut indexes: Vec<Index>) -> Result<(), Failure> {
        indexes.retain(|index| !self.lab.has(index));
        if indexes.is_empty() || indexes.len() > self.max || self.tried.iter().any(|tried| tried.is(&indexes))
        {
            return Ok(());
        }
        let budget = self.budget();
        let (lab, sql, base) = (self.lab, self.sql, self.base);
        let done = lab.undone(|| {
            let Some(bytes) = lab.create(&indexes, true)? else { return Ok(None) };
            let used = lab.used(sql, indexes.len())?.iter().all(|used| *used);
            let changed = used || indexes.len() > 1;
            let run = if changed { lab.run(sql, budget)? } else { base };
            Ok(Some((used, run, bytes)))
        })?;
        if let Some((used, run, bytes)) = done {
            let differs = !self.limited && !run.agrees(&base);
            self.tried.push(Tried { indexes, used, run, bytes, differs, needs_analyze: false });
        }
        Ok(())
    }

    fn all(&mut self, reading: &Reading) -> Result<(), Failure> {
        let several = reading.wants.len() > 1;
        let room = if several {
            Room { plain: 8, covering: 4, partial: 4 }
        } else {
            Room { plain: 14, covering: 10, partial: 10 }
        };
        let mut plain_all: Vec<Index> = Vec::new();
        let mut rich_all: Vec<Index> = Vec::new();
        for wants in &reading.wants {
            let mut plain = candidates::plain(wants, &self.lab.schema, self.lab, room);
            plain.retain(|index| !self.lab.has(index));
            for index in &plain {
                self.measure(vec![index.clone()])?;
            }
            // What did best alone is most likely to do better with more in it.
            let mut ranked = plain.clone();
            ranked.sort_by_key(|index| self.cost_of(std::slice::from_ref(index)));
            let filters = self.filters(wants)?;
            let covering = candidates::covering(wants, &ranked, &self.lab.schema, room);
            let partial = candidates::partial(wants, &ranked, &filters, &self.lab.schema, room);
            for index in covering.iter().chain(&partial) {
                self.measure(vec![index.clone()])?;
            }
            plain_all.extend(plain);
            rich_all.extend(covering.into_iter().chain(partial));
        }
        for either in &reading.either {
            let arms = candidates::arms(either, &self.lab.schema, self.lab);
            if arms.len() == either.len() {
                self.measure(arms)?;
            }
        }
        if several {
            self.planners_choice(&plain_all)?;
            self.planners_choice(&[&plain_all[..], &rich_all[..]].concat())?;
            self.pairs()?;
            self.grow()?;
            self.simplify()?;
        }
        self.prune()
    }

    fn cost_of(&self, indexes: &[Index]) -> u64 {
        self.tried.iter().find(|tried| tried.is(indexes)).map_or(u64::MAX, Tried::total)
    }

    /// The conditions that a partial index of this source may have, with the part of the rows they let through.
    fn filters(&self, wants: &Wants) -> Result<Vec<Filter>, Failure> {
        let table = &self.lab.schema.tables[wants.table];
        let mut filters = Vec::new();
        for condition in &wants.conditions {
            if condition.null || self.lab.distinct(wants.table, condition.column) <= VALUES {
                let asked = format!("SELECT count(*) FROM {} WHERE {}", name(&table.name), condition.text);
                let share = self.lab.number(&asked)? as f64 / self.lab.rows(wants.table).max(1) as f64;
                filters.push(Filter { text: condition.text.clone(), column: condition.column, share });
            }
        }
        Ok(filters)
    }

    /// Builds all at once and tries the set that the planner picks out of them.
    fn planners_choice(&mut self, indexes: &[Index]) -> Result<(), Failure> {
        let (lab, sql) = (self.lab, self.sql);
        let used = lab.undone(|| match lab.create(indexes, true)? {
            Some(_) => lab.used(sql, indexes.len()),
            None => Ok(Vec::new()),
        })?;
        let picked = indexes.iter().zip(used).filter(|(_, used)| *used).map(|(index, _)| index.clone());
        self.measure(picked.collect())
    }

    /// The single indexes of each table, the best first, two at the most.
    fn best_singles(&self, most: usize) -> Vec<Vec<Index>> {
        let mut tables: Vec<Vec<&Tried>> = vec![Vec::new(); self.lab.schema.tables.len()];
        for tried in self.tried.iter().filter(|tried| tried.indexes.len() == 1) {
            tables[tried.indexes[0].table].push(tried);
        }
        tables
            .into_iter()
            .filter(|tried| !tried.is_empty())
            .map(|mut tried| {
                tried.sort_by_key(|tried| tried.total());
                tried.iter().take(most).map(|tried| tried.indexes[0].clone()).collect()
            })
            .collect()
    }

    fn pairs(&mut self) -> Result<(), Failure> {
        let best = self.best_singles(2);
        for (at, ones) in best.iter().enumerate() {
            for others in &best[at + 1..] {
                for one in ones {
                    for other in others {
                        self.measure(vec![one.clone(), other.clone()])?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Adds to the best set so far what makes it better still.
    fn grow(&mut self) -> Result<(), Failure> {
        for _ in 1..self.max {
            let Some(best) = self.tried.iter().filter(|t| !t.differs).min_by_key(|t| (t.total(), t.parts()))
            else {
                return Ok(());
            };
            let (cost, set) = (best.total(), best.indexes.clone());
            for index in self.best_singles(3).into_iter().flatten() {
                if set.iter().all(|own| own.table != index.table) {
                    self.measure([&set[..], &[index]].concat())?;
                }
            }
            if self.tried.iter().map(Tried::total).min().is_none_or(|least| least as f64 > 0.9 * cost as f64)
            {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Tries the best set with simpler indexes in it.
    fn simplify(&mut self) -> Result<(), Failure> {
        let sets = self.tried.iter().filter(|t| !t.differs && t.indexes.len() > 1);
        let Some(best) = sets.min_by_key(|t| (t.total(), t.parts())).cloned() else { return Ok(()) };
        let bare = |index: &Index| candidates::simpler(index, false).unwrap_or_else(|| index.clone());
        let set: Vec<Index> = best.indexes.iter().map(bare).collect();
        self.measure(set.clone())?;
        for (at, index) in best.indexes.iter().enumerate() {
            if let Some(simpler) = candidates::simpler(index, true) {
                let mut set = set.clone();
                set[at] = simpler;
                self.measure(set)?;
            }
        }
        Ok(())
    }

    /// Tries the sets that pay without each of their members.
    fn prune(&mut self) -> Result<(), Failure> {
        let limit = PAYS * self.base.cost.total() as f64;
        let mut sets: Vec<(u64, Vec<Index>)> = self
            .tried
            .iter()
            .filter(|tried| tried.indexes.len() > 1 && (tried.total() as f64) < limit)
            .map(|tried| (tried.total(), tried.indexes.clone()))
            .collect();
        sets.sort_by_key(|(total, _)| *total);
        for (_, set) in sets.into_iter().take(3) {
            for without in 0..set.len() {
                let mut rest = set.clone();
                rest.remove(without);
                self.measure(rest)?;
            }
        }
        Ok(())
    }
}

/// The sets that are proposed, and those that would be if they did not need ANALYZE.
fn choose(
    lab: &Lab<'_>,
    sql: &str,
    tried: &[Tried],
    costs: Costs,
) -> Result<(Vec<Tried>, Vec<Tried>), Failure> {
    let plain = costs.plain;
    let mut open: Vec<&Tried> = tried.iter().filter(|t| t.pays(costs)).collect();
    let (mut chosen, mut late): (Vec<Tried>, Vec<Tried>) = (Vec::new(), Vec::new());
    while let Some(best) = open.iter().map(|t| t.total()).min().filter(|_| chosen.len() < PROPOSALS) {
        let close = open.iter().filter(|t| t.total() as f64 <= SAME * best as f64);
        let Some(mut pick) =
            close.min_by_key(|t| (t.indexes.len(), t.parts(), t.bytes, t.total())).copied().cloned()
        else {
            break;
        };
        open.retain(|other| !other.is(&pick.indexes));
        // Whoever creates it may never run ANALYZE.
        let run = lab.undone(|| match lab.create(&pick.indexes, false)? {
            Some(_) => lab.run(sql, 3 * plain.cost.steps + 10_000),
            None => Ok(plain),
        })?;
        // Of a run that was stopped only the steps say how much it was at least.
        let figure = |cost: Cost| if plain.stopped { cost.steps } else { cost.total() };
        if run.stopped || figure(run.cost) > figure(plain.cost) {
            late.push(pick);
            continue;
        }
        pick.needs_analyze = figure(run.cost) as f64 > PAYS * figure(plain.cost) as f64;
        // What comes after costs more to read and must be smaller for it.
        open.retain(|other| {
            (other.bytes as f64) < 0.8 * pick.bytes as f64
                && other.total() > pick.total()
                && (other.total() as f64) < NEAR * pick.total() as f64
                && other.indexes.len() <= pick.indexes.len()
        });
        chosen.push(pick);
    }
    Ok((chosen, late))
}

/// What a set costs in one figure, for those who compare.
pub(super) fn factor(before: Cost, after: Cost) -> f64 {
    before.total() as f64 / after.total().max(1) as f64
}
