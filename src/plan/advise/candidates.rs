//! Which indexes are worth a try for what a query asks of a table: heads of what is compared for equality, tails of a
//! range, an order or a group, with and without the other columns and a condition. Measures nothing.

use super::{
    index::{Filter, Index, Part, Role},
    wants::Wants,
};
use crate::schema::introspect::Schema;

/// The most parts that an index is led by.
const KEYS: usize = 4;
/// The most parts of an index that carries columns.
const CARRIED: usize = 7;

/// How many kinds of index of one source are tried.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// By what they are led.
    pub plain: usize,
    /// With columns carried.
    pub covering: usize,
    /// With a condition.
    pub partial: usize,
}

/// What may be known of the data.
pub(super) trait Figures {
    /// How many values a column has.
    fn distinct(&self, table: usize, column: usize) -> u64;
}

/// Indexes that do no more than find, order or group.
pub(super) fn plain(wants: &Wants, schema: &Schema, figures: &dyn Figures, room: Room) -> Vec<Index> {
    let mut equal = wants.equal.clone();
    // What tells most rows apart leads.
    equal.sort_by_key(|part| {
        std::cmp::Reverse(part.column.map_or(u64::MAX, |at| figures.distinct(wants.table, at)))
    });
    let mut heads: Vec<Vec<Part>> = vec![equal.clone()];
    for join in &wants.join {
        heads.push([std::slice::from_ref(join), &equal].concat());
        heads.push(vec![join.clone()]);
    }
    heads.push(Vec::new());
    if equal.len() > 1 {
        heads.extend(equal.iter().map(|part| vec![part.clone()]));
        heads.push(equal.iter().rev().cloned().collect());
    }
    heads.extend(wants.join.iter().map(|join| [&equal[..], std::slice::from_ref(join)].concat()));
    let mut tails: Vec<Vec<Part>> = wants.range.iter().map(|part| vec![part.clone()]).collect();
    tails.extend(wants.after.iter().cloned());
    tails.extend(wants.order.iter().cloned());
    tails.extend(wants.group.iter().cloned());
    tails.extend(wants.extreme.iter().map(|part| vec![part.clone()]));
    tails.push(Vec::new());
    let mut found = Vec::new();
    for head in &heads {
        for tail in &tails {
            keep(wants.table, head.iter().chain(tail).cloned().collect(), None, schema, &mut found);
        }
    }
    found.truncate(room.plain);
    found
}

/// The same indexes with the columns that the query reads beside, so that it need not look at the table.
pub(super) fn covering(wants: &Wants, plain: &[Index], schema: &Schema, room: Room) -> Vec<Index> {
    let mut found: Vec<Index> = Vec::new();
    for index in plain {
        let parts = [&index.parts[..], &carried(wants, &index.parts, None, schema)].concat();
        if parts.len() > index.parts.len() && parts.len() <= CARRIED {
            keep(wants.table, parts, index.filter.as_ref(), schema, &mut found);
        }
    }
    found.truncate(room.covering);
    // Where nothing can be found by, a narrow copy of the table may still be less to read.
    let all = carried(wants, &[], None, schema);
    if all.len() <= KEYS && all.len() * 2 <= schema.tables[wants.table].columns.len() {
        keep(wants.table, all, None, schema, &mut found);
    }
    found.retain(|index| !plain.iter().any(|other| other.same(index)));
    found
}

/// The same indexes over the rows alone that a condition of the query lets through.
pub(super) fn partial(
    wants: &Wants,
    plain: &[Index],
    filters: &[Filter],
    schema: &Schema,
    room: Room,
) -> Vec<Index> {
    let mut found = Vec::new();
    for filter in filters {
        let without = |parts: &[Part]| -> Vec<Part> {
            parts.iter().filter(|part| part.column != Some(filter.column)).cloned().collect()
        };
        let mut bodies: Vec<Vec<Part>> = plain.iter().map(|index| without(&index.parts)).collect();
        bodies.push(carried(wants, &[], Some(filter), schema));
        for body in bodies {
            let carried = carried(wants, &body, Some(filter), schema);
            let whole = [&body[..], &carried].concat();
            keep(wants.table, body, Some(filter), schema, &mut found);
            if whole.len() <= CARRIED {
                keep(wants.table, whole, Some(filter), schema, &mut found);
            }
        }
    }
    found.truncate(room.partial);
    found
}

/// For an OR: an index for each arm, all needed at once.
pub(super) fn arms(either: &[Wants], schema: &Schema, figures: &dyn Figures) -> Vec<Index> {
    let room = Room { plain: 1, covering: 0, partial: 0 };
    either.iter().filter_map(|arm| plain(arm, schema, figures, room).pop()).collect()
}

/// A simpler form of an index: without what it carries, or without its first part. `None` where there is none.
pub(super) fn simpler(index: &Index, first: bool) -> Option<Index> {
    let parts = index.parts.iter().filter(|part| part.role != Role::Carried).skip(usize::from(first));
    let parts: Vec<Part> = parts.cloned().collect();
    let less = !parts.is_empty() && parts.len() < index.parts.len();
    less.then(|| Index { parts, ..index.clone() })
}

fn carried(wants: &Wants, parts: &[Part], filter: Option<&Filter>, schema: &Schema) -> Vec<Part> {
    let table = &schema.tables[wants.table];
    let held = |at: usize| {
        table.rowid_alias == Some(at)
            || parts.iter().any(|part| part.column == Some(at))
            || filter.is_some_and(|filter| filter.column == at)
    };
    wants.needed.iter().filter(|at| !held(**at)).map(|at| Part::column(table, *at, Role::Carried)).collect()
}

/// Keeps an index that is none yet and that the table's own keys do not do as well.
fn keep(table: usize, parts: Vec<Part>, filter: Option<&Filter>, schema: &Schema, found: &mut Vec<Index>) {
    let rowid = schema.tables[table].rowid_alias;
    let mut own: Vec<Part> = Vec::new();
    for part in parts {
        if own.iter().all(|before| before.text != part.text) {
            own.push(part);
        }
    }
    let is_rowid = |part: &Part| rowid.is_some() && part.column == rowid;
    // Every index ends with the rowid anyway.
    while own.last().is_some_and(|part| is_rowid(part) && !part.descending) {
        own.pop();
    }
    let carried = own.iter().filter(|part| part.role == Role::Carried).count();
    let key = &schema.tables[table].primary_key;
    let leads: Vec<usize> = own.iter().filter_map(|part| part.column).take(key.len()).collect();
    let is_key = !key.is_empty() && leads == *key;
    let index = Index { table, parts: own, filter: filter.cloned() };
    let fits = !index.parts.is_empty() && index.parts.len() - carried <= KEYS;
    if fits && !is_rowid(&index.parts[0]) && !is_key && !found.iter().any(|other| other.same(&index)) {
        found.push(index);
    }
}
