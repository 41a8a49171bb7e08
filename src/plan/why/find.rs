//! Goes through the sources of a query and the indexes of their tables, and finds the cause for each index that could
//! have served and does not.

use super::{
    NotUsed,
    cause::Cause,
    desk::{Desk, Pieces, Site, Use, force, qualified, use_of},
    ordering,
    terms::{self, Mention, Variant},
};
use crate::{
    cost::Cost,
    engine::{Access as Door, Failure, FailureKind},
    plan::{
        Plan,
        input::{IndexFacts, IndexKey},
    },
    sql::{
        ast::{Core, ExprKind},
        lexer::Span,
        parse::parse_query,
        visit::{all_queries, each_expr, query_exprs},
    },
};

/// What another way must save before the planner is called mistaken.
const MISTAKEN: f64 = 0.9;

/// The causes, one for each index, in the order of the query's sources.
pub(super) fn causes(desk: &Desk<'_>, plan: &Plan) -> Result<Vec<NotUsed>, Failure> {
    let mut out: Vec<NotUsed> = Vec::new();
    for query in all_queries(desk.query) {
        for core in query.cores() {
            let Core::Select(select) = core else { continue };
            for (at, source) in desk.found.sources(select).iter().enumerate() {
                let (Some(table), Some(name)) = (source.table, source.name.as_deref()) else { continue };
                let table = &desk.schema.tables[table];
                for index in desk.facts.indexes_of(&table.name) {
                    let site = Site { select, at, span: source.span, name, table, index };
                    let one = cause(desk, plan, &site, query)?;
                    // A table that is read twice may use an index once, and have one cause twice.
                    let known = out.iter().any(|known| known.index == index.name);
                    if let Some(one) = one.filter(|_| !known) {
                        out.push(one);
                    }
                }
            }
        }
    }
    Ok(out)
}

fn cause(
    desk: &Desk<'_>,
    plan: &Plan,
    site: &Site<'_>,
    query: &crate::sql::ast::Query,
) -> Result<Option<NotUsed>, Failure> {
    let used = use_of(plan, site, None);
    if used == Use::Searched {
        return Ok(None);
    }
    let mentions = terms::mentions(desk, site);
    let columns = key_columns(desk, site.index);
    let own = |mention: &&Mention<'_>| columns.iter().any(|(_, column)| *column == mention.column);
    let asked = mentions.iter().any(|mention| own(&mention));
    let orders = ordering::leads(desk, site, query);
    if !asked && !orders && !joins(desk, site, &columns) {
        return Ok(None);
    }
    let forced = desk.try_out(site, &[], true, None)?;
    let named = |cause: Cause, costs: Option<(Cost, Cost)>| NotUsed {
        index: site.index.name.clone(),
        called: String::new(),
        table: site.table.name.clone(),
        keys: site.index.key_text(),
        read_whole: used == Use::Whole,
        cause,
        brief: String::new(),
        words: String::new(),
        say: String::new(),
        chosen: costs.map(|(chosen, _)| chosen),
        forced: costs.map(|(_, forced)| forced),
        rewrite: None,
    };
    if forced == Some(Use::Searched) {
        let (cause, costs) = weighed(desk, site, &[])?;
        return Ok(Some(named(cause, costs)));
    }
    if let Some(cause) = forbidden(desk, site)? {
        return Ok(Some(named(cause, None)));
    }
    if forced.is_none() {
        let cause = unusable(desk, site, &mentions)?;
        return Ok(Some(named(cause, None)));
    }
    if let Some((cause, pieces)) = in_conditions(desk, site, &mentions, &columns, &Pieces::new())? {
        if let Cause::JoinOrder { .. } = cause {
            let (weighed, costs) = weighed(desk, site, &pieces)?;
            let cause = if weighed == Cause::Dearer { cause } else { weighed };
            return Ok(Some(named(cause, costs)));
        }
        return Ok(Some(named(cause, None)));
    }
    if orders && let Some(cause) = ordering::cause(desk, site, query)? {
        return Ok(Some(named(cause, None)));
    }
    if used == Use::Whole {
        // It gives the order or saves the table, and nothing shows that it could do more.
        return Ok(None);
    }
    if orders && ordering::settles(desk, site)? {
        let (cause, costs) = weighed(desk, site, &[])?;
        return Ok(Some(named(cause, costs)));
    }
    if !asked {
        return Ok(None);
    }
    // It can be read from end to end only, and that was not chosen either.
    Ok(Some(named(Cause::Unexplained, None)))
}

/// The columns in the key of an index, by the place of the key part and the place in the table.
pub(super) fn key_columns(desk: &Desk<'_>, index: &IndexFacts) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let Some(table) = desk.schema.table(&index.table) else { return out };
    let table = &desk.schema.tables[table];
    for (part, key) in index.keys.iter().enumerate() {
        match key {
            IndexKey::Column(name) => out.extend(table.column(name).map(|column| (part, column))),
            IndexKey::Expression(text) => {
                let Ok(query) = parse_query(&format!("SELECT {text}")) else { continue };
                for (_, expr) in query_exprs(&query) {
                    each_expr(expr, &mut |e| {
                        if let ExprKind::Column { column, .. } = &e.kind {
                            out.extend(table.column(&column.text).map(|column| (part, column)));
                        }
                    });
                }
            }
        }
    }
    out
}

/// Whether USING or NATURAL joins by the first column of an index.
fn joins(desk: &Desk<'_>, site: &Site<'_>, columns: &[(usize, usize)]) -> bool {
    let Some(table) = desk.schema.table(&site.table.name) else { return false };
    let lead = columns.iter().find(|(part, _)| *part == 0).map(|(_, column)| *column);
    let own = |at: &crate::sql::names::ColumnAt| at.table == table && Some(at.column) == lead;
    desk.found.joined.iter().any(|(a, b)| own(a) || own(b))
}

/// NOT INDEXED, or INDEXED BY another one.
fn forbidden(desk: &Desk<'_>, site: &Site<'_>) -> Result<Option<Cause>, Failure> {
    let text = site.span.text(desk.sql);
    let upper = text.to_ascii_uppercase();
    let Some(word) = upper.rfind(" NOT INDEXED").or_else(|| upper.rfind(" INDEXED BY")) else {
        return Ok(None);
    };
    let plain = (site.span, text[..word].to_owned());
    let used = desk.try_out(site, &[plain], false, None)?;
    Ok((used == Some(Use::Searched)).then_some(Cause::Forbidden))
}

/// Why the engine refuses to use a partial index at all.
fn unusable(desk: &Desk<'_>, site: &Site<'_>, mentions: &[Mention<'_>]) -> Result<Cause, Failure> {
    let Some(condition) = &site.index.partial else { return Ok(Cause::Unexplained) };
    let qualified = qualified(condition, site.name, &site.table.name);
    for variant in terms::parameters(desk, mentions, condition) {
        if desk.try_out(site, &variant.pieces, true, None)?.is_some() {
            return Ok(variant.cause);
        }
    }
    let added = terms::and(site.select, &qualified);
    let Some(used) = desk.try_out(site, &added, true, None)? else { return Ok(Cause::Unexplained) };
    if used != Use::Searched {
        // Something else may hide the column as well, and that is what one can mend.
        let columns = key_columns(desk, site.index);
        if let Some((cause, _)) = in_conditions(desk, site, mentions, &columns, &added)? {
            return Ok(cause);
        }
    }
    Ok(Cause::PartialCondition { condition: condition.clone() })
}

/// Tries the conditions that name a column of the key, one change at a time.
fn in_conditions(
    desk: &Desk<'_>,
    site: &Site<'_>,
    mentions: &[Mention<'_>],
    columns: &[(usize, usize)],
    added: &Pieces,
) -> Result<Option<(Cause, Pieces)>, Failure> {
    let lead: Vec<usize> = columns.iter().filter(|(part, _)| *part == 0).map(|(_, c)| *c).collect();
    let works = |variant: &Variant, column: &str| -> Result<bool, Failure> {
        let pieces: Pieces = added.iter().chain(&variant.pieces).cloned().collect();
        Ok(desk.try_out(site, &pieces, true, Some(column))? == Some(Use::Searched))
    };
    for mention in mentions.iter().filter(|mention| lead.contains(&mention.column)) {
        let column = &site.table.columns[mention.column].name;
        for variant in terms::variants(desk, site, mention) {
            if works(&variant, column)? {
                let cause = terms::named(desk, site, mention, variant.cause)?;
                return Ok(Some((cause, variant.pieces)));
            }
        }
    }
    // A later column finds nothing without those before it.
    let Some(IndexKey::Column(first)) = site.index.keys.first() else { return Ok(None) };
    if mentions.iter().any(|mention| lead.contains(&mention.column)) {
        return Ok(None);
    }
    for mention in mentions {
        if !columns.iter().any(|(part, column)| *part > 0 && *column == mention.column) {
            continue;
        }
        let column = &site.table.columns[mention.column].name;
        let with_lead = terms::and(site.select, &format!("{}.{first} = 1", super::desk::name(site.name)));
        let cause = Cause::LeadingColumn { lead: first.clone(), column: column.clone() };
        let variant = Variant { cause, pieces: with_lead };
        if works(&variant, column)? {
            return Ok(Some((variant.cause, variant.pieces)));
        }
    }
    Ok(None)
}

/// The index can be used and was not chosen: was that wise?
fn weighed(
    desk: &Desk<'_>,
    site: &Site<'_>,
    pieces: &[(Span, String)],
) -> Result<(Cause, Option<(Cost, Cost)>), Failure> {
    let Some(chosen) = desk.cost else { return Ok((Cause::Dearer, None)) };
    let forced: Pieces = pieces.iter().cloned().chain([force(site)]).collect();
    let Some(run) = desk.run(&desk.edited(&forced), desk.budget())? else {
        return Ok((Cause::Dearer, None));
    };
    let costs = Some((chosen, run.cost));
    let cheaper = (run.cost.total() as f64) < MISTAKEN * chosen.total() as f64;
    if run.stopped || !cheaper {
        return Ok((Cause::Dearer, costs));
    }
    let cause = if used_after_analyze(desk, site)? { Cause::NoStatistics } else { Cause::Misjudged };
    Ok((cause, costs))
}

/// Whether the planner uses the index once there are statistics. Where the database is shared, or holds some, nobody
/// can try.
fn used_after_analyze(desk: &Desk<'_>, site: &Site<'_>) -> Result<bool, Failure> {
    let there = desk.ask("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'")?;
    let analyzed = there.is_none_or(|table| !table.rows.is_empty());
    if analyzed || desk.sandbox.is_shared() {
        return Ok(false);
    }
    let script = |sql: &str| desk.sandbox.with_access(Door::Trusted, |sandbox| sandbox.script(sql));
    script("SAVEPOINT sqldojo_why")?;
    let used = match script("ANALYZE") {
        Ok(()) => desk.try_out(site, &[], false, None).map(|used| used == Some(Use::Searched)),
        Err(failure) if failure.kind == FailureKind::Interrupted => Err(failure),
        Err(_) => Ok(false),
    };
    if !desk.sandbox.is_autocommit() {
        script("ROLLBACK TO sqldojo_why; RELEASE sqldojo_why")?;
    }
    used
}
