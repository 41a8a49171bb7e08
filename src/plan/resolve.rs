//! Brings the lines of a plan, the statement's text and the schema together: which table a name stands for, which
//! columns an index holds, how much a step has to do. Knows nothing of words.

use super::input::{IndexFacts, IndexOrigin, RawNode, SchemaFacts, is_rowid};
use super::node::{
    Access, Kind, Method, Reading, Sort, Subquery, SubqueryForm, Target, Term, TermTest, Via, Work,
};
use super::parse::{self, Names};
use super::query::{Asks, Limit, Named, QueryText, Scope};

/// A step whose names are resolved.
#[derive(Debug)]
pub(super) struct Step {
    pub id: i64,
    pub parent: i64,
    pub estimate: i64,
    pub detail: String,
    pub kind: Kind,
    /// The step under which the SELECT stands that this step belongs to, 0 for the outermost.
    pub select: i64,
    /// The place of that SELECT in the statement's text, where it was found.
    pub scope: Option<usize>,
}

/// Resolves every row.
pub(super) fn steps(rows: &[RawNode], text: &QueryText, facts: &SchemaFacts) -> Vec<Step> {
    let mut steps = read(rows, text, facts);
    find_scopes(&mut steps, text);
    for step in &mut steps {
        let scope = step.scope.map(|scope| &text.scopes[scope]);
        match &mut step.kind {
            Kind::Access(access) => {
                find_target(access, scope, text, facts);
                find_index(access, facts);
                // The engine calls it a search whenever min() or max() is asked for, be there an end to look at or not.
                if access.reads_one_end() && !has_end(access, scope, facts) {
                    access.method = Method::Scan;
                }
                access.several_values = may_have_lists(access, scope, text);
                access.counts_only =
                    access.method == Method::Scan && access.table().is_some() && step.estimate == 0;
            }
            Kind::BloomFilter(filter) => {
                filter.table = match target(&filter.source, scope, text, facts, |_| true) {
                    Target::Table { table, .. } => Some(table),
                    Target::Result | Target::Function | Target::Values { .. } => None,
                };
            }
            Kind::InOperator { index: Some(index), table } => {
                *table = facts.index(index).map(|index| index.table.clone());
            }
            Kind::Sort(Sort::OrderBy { keeps, .. }) => {
                // A LIMIT does not shorten what a window function has to see.
                *keeps = match scope.filter(|scope| !scope.windows).map(|scope| scope.limit) {
                    Some(Limit::Rows(n)) => Some(n),
                    Some(Limit::Some | Limit::None) | None => None,
                };
            }
            Kind::Sort(_)
            | Kind::CreateBloomFilter
            | Kind::Coroutine { .. }
            | Kind::Materialize { .. }
            | Kind::Subquery(_)
            | Kind::Reuse { .. }
            | Kind::InOperator { index: None, .. }
            | Kind::Compound
            | Kind::LeftMost
            | Kind::Arm { .. }
            | Kind::Merge { .. }
            | Kind::Left
            | Kind::Right
            | Kind::Setup
            | Kind::RecursiveStep
            | Kind::MultiIndexOr
            | Kind::OrArm { .. }
            | Kind::RightJoin { .. }
            | Kind::ConstantRows { .. }
            | Kind::Raw => {}
        }
    }
    find_second_readings(&mut steps, text);
    find_early_stops(&mut steps, text);
    find_work(&mut steps, text);
    steps
}

fn read(rows: &[RawNode], text: &QueryText, facts: &SchemaFacts) -> Vec<Step> {
    let plain = text.names().map(str::to_owned);
    let schema = facts.tables.iter().map(|t| &t.name).chain(facts.views.iter().map(|v| &v.name));
    let qualified = schema.flat_map(|name| [name.clone(), format!("main.{name}"), format!("temp.{name}")]);
    let subqueries = rows.iter().filter_map(|row| {
        let name =
            row.detail.strip_prefix("CO-ROUTINE ").or_else(|| row.detail.strip_prefix("MATERIALIZE "))?;
        Some(name.to_owned())
    });
    let names = Names::new(
        plain.chain(qualified).chain(subqueries),
        facts.indexes.iter().map(|index| index.name.clone()),
    );
    let mut steps: Vec<Step> = Vec::with_capacity(rows.len());
    for row in rows {
        let above = steps.iter().find(|step| step.id == row.parent);
        let parent = above.map_or(0, |step| step.id);
        let select = above.map_or(0, |step| match step.kind {
            // The arms of an OR and the second pass of a RIGHT JOIN belong to the SELECT around them.
            Kind::MultiIndexOr | Kind::OrArm { .. } | Kind::RightJoin { .. } => step.select,
            _ => step.id,
        });
        // The tree is walked by these numbers, so whatever comes in, each is its own and none is 0.
        let taken = row.id <= 0 || steps.iter().any(|step| step.id == row.id);
        let free = || steps.iter().map(|step| step.id).max().unwrap_or(0).saturating_add(1);
        steps.push(Step {
            id: if taken { free() } else { row.id },
            parent,
            estimate: row.estimate,
            detail: row.detail.clone(),
            kind: parse::line(&row.detail, &names),
            select,
            scope: None,
        });
    }
    steps
}

/// Finds for each SELECT of the plan the one of the text whose names fit best: all names there, fewest others,
/// and none that was taken before.
fn find_scopes(steps: &mut [Step], text: &QueryText) {
    let mut selects: Vec<i64> = Vec::new();
    for step in steps.iter() {
        if !selects.contains(&step.select) {
            selects.push(step.select);
        }
    }
    let mut taken = vec![false; text.scopes.len()];
    for select in selects {
        let names: Vec<String> = steps
            .iter()
            .filter(|step| step.select == select)
            .filter_map(|step| Some(short(&step.kind.as_access()?.source)))
            .filter(|name| text.scopes.iter().any(|scope| scope.get(name).is_some()))
            .map(str::to_owned)
            .collect();
        let best = (0..text.scopes.len())
            .filter(|&s| !names.is_empty() && names.iter().all(|name| text.scopes[s].get(name).is_some()))
            .min_by_key(|&s| (text.scopes[s].names.len(), taken[s]));
        // A statement of one SELECT needs no names to be found.
        let best = best.or_else(|| (text.scopes.len() == 1).then_some(0));
        // A SELECT whose subquery was merged into it has names of both: each is looked for by itself.
        let merged = if best.is_none() {
            text.scopes.iter().position(|s| names.iter().any(|n| s.get(n).is_some()))
        } else {
            None
        };
        for step in steps.iter_mut().filter(|step| step.select == select) {
            let own = step.kind.as_access().map(|access| short(&access.source));
            let own = own.and_then(|name| text.scopes.iter().position(|scope| scope.get(name).is_some()));
            step.scope = best.or(own).or(merged);
        }
        if let Some(scope) = best {
            taken[scope] = true;
        }
    }
}

/// The name without `main.` or the name of another database before it.
fn short(name: &str) -> &str {
    name.split_once('.').map_or(name, |(_, last)| last)
}

fn find_target(access: &mut Access, scope: Option<&Scope>, text: &QueryText, facts: &SchemaFacts) {
    if let Via::Virtual { .. } = access.via {
        access.target = Target::Function;
        return;
    }
    if let Target::Values { .. } = access.target {
        return;
    }
    // An index names its table better than an alias does that may stand for several.
    if let Via::Index { index, .. } = &access.via
        && let Some(index) = facts.index(index)
    {
        access.target = table_target(&index.table, facts);
    } else {
        let terms = &access.terms;
        access.target = target(&access.source, scope, text, facts, |table| {
            let known = facts.table(table);
            let mut columns = terms.iter().flat_map(|term| &term.columns);
            columns.all(|column| column == "<expr>" || known.is_none_or(|t| t.has_column(column)))
        });
    }
    let named = text.scopes.iter().any(|scope| scope.get(short(&access.source)).is_some());
    access.behind_the_scenes = text.parsed && text.writes.is_some() && access.table().is_some() && !named;
}

fn target(
    source: &str,
    scope: Option<&Scope>,
    text: &QueryText,
    facts: &SchemaFacts,
    fits: impl Fn(&str) -> bool,
) -> Target {
    let name = short(source);
    let here = scope.and_then(|scope| scope.get(name));
    let anywhere = text.scopes.iter().filter_map(|scope| scope.get(name));
    let named = here.into_iter().chain(anywhere).find(|named| match named {
        Named::Table(table) => fits(table),
        Named::Result | Named::Function => true,
    });
    match named {
        Some(Named::Table(table)) => table_target(table, facts),
        Some(Named::Function) => Target::Function,
        Some(Named::Result) => Target::Result,
        None => table_target(name, facts),
    }
}

fn table_target(name: &str, facts: &SchemaFacts) -> Target {
    match facts.table(name) {
        Some(table) => Target::Table { table: table.name.clone(), table_rows: table.rows },
        None if name.starts_with("sqlite_") => Target::Table { table: name.to_owned(), table_rows: None },
        None => Target::Result,
    }
}

fn find_index(access: &mut Access, facts: &SchemaFacts) {
    let key = access.table().and_then(|table| facts.table(table)?.integer_key.clone());
    if let (Via::IntegerKey, Some(key)) = (&access.via, key) {
        for column in access.terms.iter_mut().flat_map(|term| &mut term.columns) {
            column.clone_from(&key);
        }
    }
    if let Via::Index { index, keys, unique, partial, constraint, .. } = &mut access.via
        && let Some(known) = facts.index(index)
    {
        *keys = known.keys.iter().map(|key| key.text().to_owned()).collect();
        *unique = known.unique;
        *partial = known.partial.is_some();
        *constraint = known.origin != IndexOrigin::Created;
        name_expressions(&mut access.terms, known);
        let given = access.terms.iter().filter(|term| term.test == TermTest::Equal).count();
        access.work.rows_on_average = given.checked_sub(1).and_then(|at| known.rows_per_key.get(at).copied());
    }
}

/// Whether what `min()` or `max()` is asked of stands at an end of what is read; said of what is not known, too.
fn has_end(access: &Access, scope: Option<&Scope>, facts: &SchemaFacts) -> bool {
    let (Some(column), Some(table)) = (scope.and_then(|scope| scope.extreme.as_ref()), access.table()) else {
        return true;
    };
    match &access.via {
        Via::Rows => facts.table(table).is_none_or(|table| table.is_integer_key(column)),
        Via::Index { keys, .. } => keys.first().is_none_or(|key| key.eq_ignore_ascii_case(column)),
        Via::IntegerKey | Via::TableKey | Via::Automatic { .. } | Via::Virtual { .. } => true,
    }
}

/// The plan writes `<expr>` where the index knows the expression. Terms stand in the order of the key, a range's two
/// bounds at the same place.
fn name_expressions(terms: &mut [Term], index: &IndexFacts) {
    let mut place = 0;
    for term in terms {
        for (offset, column) in term.columns.iter_mut().enumerate() {
            if column == "<expr>"
                && let Some(key) = index.keys.get(place + offset)
            {
                key.text().clone_into(column);
            }
        }
        place += match term.test {
            TermTest::Equal | TermTest::Any => term.columns.len(),
            TermTest::Above | TermTest::Below => 0,
        };
    }
}

/// A statement that writes and reads a name twice in one place reads it the second time for a foreign key.
fn find_second_readings(steps: &mut [Step], text: &QueryText) {
    if text.writes.is_none() {
        return;
    }
    let mut seen: Vec<(i64, String)> = Vec::new();
    for step in steps {
        if let Kind::Access(access) = &mut step.kind {
            let place = (step.parent, access.source.clone());
            access.behind_the_scenes |= seen.contains(&place);
            seen.push(place);
        }
    }
}

/// Whether IN may stand behind a comparison of the search. A text that did not parse may hold anything.
fn may_have_lists(access: &Access, scope: Option<&Scope>, text: &QueryText) -> bool {
    if access.method == Method::Scan || access.behind_the_scenes {
        return false;
    }
    if !text.parsed {
        return true;
    }
    // A condition that was pushed into the SELECT from another one is looked for in all of them.
    let source = short(&access.source);
    let here = scope.into_iter().chain(text.scopes.iter().filter(|_| scope.is_none()));
    here.flat_map(|scope| &scope.tests).filter(|test| test.asks == Asks::OneOf).any(|test| {
        let is_ours = test.qualifier.as_ref().is_none_or(|qualifier| qualifier.eq_ignore_ascii_case(source));
        let mut columns = access.terms.iter().flat_map(|term| &term.columns);
        is_ours
            && columns.any(|column| match &test.wrapped {
                Some(around) => same_text(column, around),
                None => {
                    column.eq_ignore_ascii_case(&test.column) || (is_rowid(column) && is_rowid(&test.column))
                }
            })
    })
}

/// Whether two expressions are spelt alike but for blanks and case.
fn same_text(one: &str, other: &str) -> bool {
    let letters = |text: &str| {
        text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect::<String>()
    };
    letters(one) == letters(other)
}

/// Marks reading that ends before all rows are seen: a LIMIT, or a subquery of which one row is wanted, with
/// nothing between that needs every row.
fn find_early_stops(steps: &mut [Step], text: &QueryText) {
    let selects: Vec<i64> = steps.iter().map(|step| step.select).collect();
    for select in selects {
        let inside = || steps.iter().filter(|step| step.select == select);
        let sorts_all = inside().any(|step| {
            matches!(step.kind, Kind::Sort(Sort::OrderBy { last_terms: None, .. } | Sort::GroupBy))
        });
        let scope = inside().find_map(|step| step.scope).map(|scope| &text.scopes[scope]);
        let one_row_wanted = steps.iter().any(|step| {
            step.id == select
                && matches!(step.kind, Kind::Subquery(Subquery { form: SubqueryForm::Scalar, .. }))
        });
        let cut = scope.is_some_and(|scope| scope.limit != Limit::None) || one_row_wanted;
        let groups_all =
            scope.is_none_or(|scope| scope.windows || (scope.aggregates && scope.group_by.is_empty()));
        let cut = cut && !sorts_all && !groups_all;
        for step in steps.iter_mut().filter(|step| step.select == select) {
            let scope = step.scope.map(|scope| &text.scopes[scope]);
            if let Kind::Access(access) = &mut step.kind
                && (cut || access.exists)
            {
                access.reading = early(access, scope);
            }
        }
    }
}

/// A reading that may end early does so soon if nothing is left out on the way, or the rows come in an order that
/// was chosen for it.
fn early(access: &Access, scope: Option<&Scope>) -> Reading {
    let source = short(&access.source);
    let filtered = scope.is_none_or(|scope| {
        let is_ours =
            |name: &Option<String>| name.as_ref().is_none_or(|name| name.eq_ignore_ascii_case(source));
        scope.tests.iter().any(|test| is_ours(&test.qualifier) && is_ours(&test.only))
    });
    let in_order = match access.via {
        Via::Index { .. } => {
            scope.is_some_and(|scope| !scope.order_by.is_empty() || !scope.group_by.is_empty())
        }
        Via::Rows | Via::IntegerKey | Via::TableKey | Via::Automatic { .. } | Via::Virtual { .. } => false,
    };
    if filtered && !in_order { Reading::EarlyAtBest } else { Reading::Early }
}

/// Bounds the runs and rows of each access from the numbers of rows of the tables: a loop inside another runs at
/// most once for each row that those around it can give.
fn find_work(steps: &mut [Step], text: &QueryText) {
    for at in 0..steps.len() {
        let Kind::Access(access) = &steps[at].kind else { continue };
        let outermost = !steps[..at]
            .iter()
            .any(|before| before.parent == steps[at].parent && before.kind.as_access().is_some());
        let scope = steps[at].scope.filter(|_| outermost).map(|scope| &text.scopes[scope]);
        let rows = rows_of_a_run(access, scope);
        let (runs, exact_runs) = runs(steps, at, text);
        if let Kind::Access(access) = &mut steps[at].kind {
            access.work = Work { runs, rows, exact_runs, ..access.work };
        }
    }
}

/// The rows that one run reads at most; of a reading that ends early, those that LIMIT and OFFSET let through, if
/// nothing but this access decides on them.
fn rows_of_a_run(access: &Access, scope: Option<&Scope>) -> Option<u64> {
    if access.finds_one() || access.reads_one_end() {
        return Some(1);
    }
    match access.method {
        Method::Scan if access.reading == Reading::Early => match scope?.limit {
            Limit::Rows(n) if scope?.group_by.is_empty() => {
                Some(access.table_rows().map_or(n, |rows| rows.min(n)))
            }
            Limit::Rows(_) | Limit::Some | Limit::None => None,
        },
        Method::Scan => access.table_rows(),
        Method::Search => None,
    }
}

/// How often a step runs at most, and whether that is exact: known where all loops around it are.
fn runs(steps: &[Step], at: usize, text: &QueryText) -> (Option<u64>, bool) {
    let step = &steps[at];
    let mut runs = Some(1_u64);
    let mut exact = true;
    for before in &steps[..at] {
        if before.parent != step.parent {
            continue;
        }
        if let Kind::Access(access) = &before.kind
            && !access.behind_the_scenes
        {
            let rows = access.work.rows;
            let all_pass = access.reading == Reading::Whole
                && before.scope.is_some_and(|scope| text.scopes[scope].tests.is_empty());
            exact &= rows == Some(1) || all_pass;
            runs = runs.zip(rows).map(|(runs, rows)| runs.saturating_mul(rows));
        }
    }
    let Some(above) = steps[..at].iter().position(|s| s.id == step.parent) else { return (runs, exact) };
    let (outer, outer_exact) = match &steps[above].kind {
        Kind::RecursiveStep => (None, false),
        Kind::Subquery(Subquery { correlated: true, .. }) => (self::runs(steps, above, text).0, false),
        Kind::Subquery(Subquery { correlated: false, .. })
        | Kind::Coroutine { .. }
        | Kind::Materialize { .. }
        | Kind::RightJoin { .. } => (Some(1), true),
        _ => self::runs(steps, above, text),
    };
    (runs.zip(outer).map(|(a, b)| a.saturating_mul(b)), exact && outer_exact)
}
