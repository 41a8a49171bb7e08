//! What a query asks of each table that it reads: what it compares, joins, orders, groups and returns. Reads the tree
//! and the schema; proposes nothing.

use std::collections::BTreeSet;

use super::{
    index::{Part, Role, name},
    shape::{disjuncts, has_parameter, has_query, is_literal, push},
};
use crate::{
    schema::introspect::Schema,
    sql::{
        aggregates::{aggregates, columns, conjuncts, grouping_key, has_aggregate, item_expr},
        ast::{
            BinaryOp, Call, Constraint, Core, Expr, ExprKind, FromClause, InSet, ItemKind, OrderBy, Query,
            Select, UnaryOp, WindowRef,
        },
        resolve::{Resolution, resolve},
        visit::{Node, all_queries, below, each_expr, query_exprs, select_exprs},
    },
};

/// A condition that may become that of a partial index.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Condition {
    /// As CREATE INDEX takes it.
    pub text: String,
    /// The column it is about.
    pub column: usize,
    /// Whether it asks for NULL or its absence.
    pub null: bool,
}

/// What a query asks of one table under one name.
#[derive(Debug, Clone, Default)]
pub(super) struct Wants {
    /// The table, by its place in the schema.
    pub table: usize,
    /// Where the source stands in the text.
    scope: usize,
    /// What is compared with constants.
    pub equal: Vec<Part>,
    /// What equals something of other tables.
    pub join: Vec<Part>,
    /// Ranges.
    pub range: Vec<Part>,
    /// Row values that are compared.
    pub after: Vec<Vec<Part>>,
    /// Orders that are asked for, of ORDER BY and windows.
    pub order: Vec<Vec<Part>>,
    /// Groups.
    pub group: Vec<Vec<Part>>,
    /// What the least or greatest of is asked for.
    pub extreme: Vec<Part>,
    /// What may become the condition of a partial index.
    pub conditions: Vec<Condition>,
    /// Columns that are read.
    pub needed: BTreeSet<usize>,
}

/// What a query asks of its tables.
#[derive(Debug, Clone, Default)]
pub(super) struct Reading {
    /// For each source.
    pub wants: Vec<Wants>,
    /// For each OR, what each arm asks for.
    pub either: Vec<Vec<Wants>>,
    /// Whether a LIMIT may choose among rows that stand equal.
    pub limited: bool,
}

/// Reads a query.
pub(super) fn read(query: &Query, sql: &str, schema: &Schema) -> Reading {
    let names = schema.names();
    let found = resolve(query, sql, &names);
    let queries = all_queries(query);
    let mut reader = Reader { sql, schema, found: &found, reading: Reading::default() };
    for query in &queries {
        for core in query.cores() {
            if let Core::Select(select) = core {
                reader.sources(select);
            }
        }
    }
    for (a, b) in &found.joined {
        for (here, there) in [(a, b), (b, a)] {
            let other = format!(
                "{}.{}",
                schema.tables[there.table].name, schema.tables[there.table].columns[there.column].name
            );
            let part = Part::column(&schema.tables[here.table], here.column, Role::Join(other));
            for wants in reader.reading.wants.iter_mut().filter(|wants| wants.table == here.table) {
                push(&mut wants.join, part.clone());
                wants.needed.insert(here.column);
            }
        }
    }
    for query in &queries {
        reader.reading.limited |= query.limit.is_some();
        reader.query(query);
    }
    reader.reading
}

/// Where a part belongs: the place of its source among the wants.
type Placed = (usize, Part);

struct Reader<'a> {
    sql: &'a str,
    schema: &'a Schema,
    found: &'a Resolution,
    reading: Reading,
}

impl Reader<'_> {
    fn sources(&mut self, select: &Select) {
        for source in self.found.sources(select) {
            if let Some(table) = source.table {
                self.reading.wants.push(Wants { table, scope: source.span.start, ..Wants::default() });
            }
        }
    }

    /// The wants and the column that a column's expression means, where its source is a table of this SELECT.
    fn own(&self, expr: &Expr, select: &Select) -> Option<(usize, usize)> {
        let (at, column) = self.found.place_of(expr).or_else(|| self.starred(expr, select))?;
        let source = self.found.sources(select).get(at)?;
        let exact = self.found.column(expr).and_then(|origin| origin.exact);
        let wants = match source.table {
            Some(table) if column < self.schema.tables[table].columns.len() => {
                return self
                    .reading
                    .wants
                    .iter()
                    .position(|w| w.scope == source.span.start)
                    .map(|w| (w, column));
            }
            _ => exact,
        }?;
        // A subquery passes the column on: a condition may be pushed down to where it comes from.
        let at = self.reading.wants.iter().position(|w| w.table == wants.table)?;
        Some((at, wants.column))
    }

    /// The source, and the place in it, of a name in ORDER BY that means a column which a star gives.
    fn starred(&self, expr: &Expr, select: &Select) -> Option<(usize, usize)> {
        let ExprKind::Column { table: None, column } = &expr.kind else { return None };
        let exact = self.found.column(expr)?.exact?;
        let mut sources = self.found.sources(select).iter().enumerate();
        sources.find_map(|(at, source)| {
            let place = source.place(&column.text)?;
            (source.columns[place].origin.exact == Some(exact)).then_some((at, place))
        })
    }

    fn query(&mut self, query: &Query) {
        for (_, expr) in query_exprs(query) {
            let mut seen = Vec::new();
            each_expr(expr, &mut |e| {
                if let ExprKind::Column { .. } = e.kind {
                    seen.push(e);
                }
            });
            for column in seen {
                self.need(column);
            }
        }
        for core in query.cores() {
            if let Core::Select(select) = core {
                self.select(select);
            }
        }
        if let (Some(order), Some(select)) = (&query.order_by, query.single_select()) {
            self.order(order, select);
        }
    }

    /// Notes that a column is read, under whatever name its table goes.
    fn need(&mut self, expr: &Expr) {
        let Some(at) = self.found.column(expr).and_then(|origin| origin.exact) else { return };
        for wants in self.reading.wants.iter_mut().filter(|wants| wants.table == at.table) {
            wants.needed.insert(at.column);
        }
    }

    fn select(&mut self, select: &Select) {
        for item in &select.items {
            if let ItemKind::Star(of) = &item.kind {
                for source in self.found.sources(select) {
                    let named = of.as_ref().is_none_or(|of| source.name.as_ref().is_some_and(|n| of.is(n)));
                    if let (true, Some(table)) = (named, source.table) {
                        let all = 0..self.schema.tables[table].columns.len();
                        for wants in self.reading.wants.iter_mut().filter(|w| w.scope == source.span.start) {
                            wants.needed.extend(all.clone());
                        }
                    }
                }
            }
        }
        if let Some(filter) = &select.filter {
            self.condition(&filter.expr, select);
        }
        if let Some(from) = &select.from {
            self.from(from, select);
        }
        if let Some(group) = &select.group_by {
            let keys: Vec<&Expr> = group.keys.iter().filter_map(|key| self.meant(key, select)).collect();
            self.group(&keys, select);
        }
        if select.distinct.is_some() {
            let items: Vec<&Expr> = select.items.iter().filter_map(item_expr).collect();
            self.group(&items, select);
        }
        for (_, expr) in select_exprs(select) {
            let mut calls: Vec<&Call> = Vec::new();
            each_expr(expr, &mut |e| {
                if let ExprKind::Call(call) = &e.kind {
                    calls.push(call);
                }
            });
            for call in calls {
                self.call(call, select);
            }
            self.subqueries(expr, select);
        }
    }

    /// What a column in a subquery's place is compared with: `x IN (SELECT y …)` joins x and y.
    fn subqueries(&mut self, expr: &Expr, select: &Select) {
        if let ExprKind::In { expr: left, set: InSet::Query(query), .. } = &expr.bare().kind {
            if let Some((at, part)) = self.part(left, select, Role::Join("a subquery".to_owned())) {
                push(&mut self.reading.wants[at].join, part);
            }
            if let Some(inner) = query.single_select()
                && let [item] = inner.items.as_slice()
                && let Some(expr) = item_expr(item)
                && let Some((at, part)) = self.part(expr, inner, Role::Join("what IN compares".to_owned()))
            {
                push(&mut self.reading.wants[at].join, part);
            }
        }
        for node in below(expr) {
            match node {
                Node::Expr(inner) => self.subqueries(inner, select),
                Node::Query(_) => {}
            }
        }
    }

    fn call(&mut self, call: &Call, select: &Select) {
        if let Some(WindowRef::Defined(window)) = call.over.as_ref().map(|over| &over.window) {
            let keys = window.partition_by.iter().flat_map(|p| &p.keys).map(|key| (key, false));
            let order = window.order_by.iter().flat_map(|o| &o.keys).map(|key| (&key.expr, key.descending));
            let keys: Vec<(&Expr, bool)> = keys.chain(order).collect();
            self.ordered(&keys, select);
        }
        let [arg] = call.args.as_slice() else { return };
        let name = call.name.text.to_ascii_lowercase();
        if aggregates(call)
            && (matches!(name.as_str(), "min" | "max") || call.distinct.is_some())
            && let Some((at, part)) = self.part(arg, select, Role::Extreme)
        {
            let role = if call.distinct.is_some() { Role::Group } else { Role::Extreme };
            push(&mut self.reading.wants[at].extreme, Part { role, ..part });
        }
    }

    fn group(&mut self, keys: &[&Expr], select: &Select) {
        let placed: Vec<Placed> = keys.iter().map_while(|key| self.part(key, select, Role::Group)).collect();
        let Some(&(at, _)) = placed.first() else { return };
        let parts: Vec<Part> =
            placed.into_iter().take_while(|(place, _)| *place == at).map(|(_, part)| part).collect();
        push(&mut self.reading.wants[at].group, parts);
    }

    fn order(&mut self, order: &OrderBy, select: &Select) {
        let keys = order.keys.iter().map_while(|key| Some((self.meant(&key.expr, select)?, key.descending)));
        let keys: Vec<(&Expr, bool)> = keys.collect();
        self.ordered(&keys, select);
    }

    /// What a key of ORDER BY or GROUP BY means: itself, or the result column of that name.
    fn meant<'e>(&self, key: &'e Expr, select: &'e Select) -> Option<&'e Expr> {
        let key = grouping_key(key, select, self.sql)?;
        let ExprKind::Column { table: None, column } = &key.kind else { return Some(key) };
        if self.found.place_of(key).is_some() {
            return Some(key);
        }
        let named = select.items.iter().filter_map(item_expr).find(|item| match &item.kind {
            ExprKind::Column { column: other, .. } => other.is(&column.text),
            _ => false,
        });
        Some(named.unwrap_or(key))
    }

    fn ordered(&mut self, keys: &[(&Expr, bool)], select: &Select) {
        let placed: Vec<Placed> = keys
            .iter()
            .map_while(|(key, descending)| {
                let (at, part) = self.part(key, select, Role::Order)?;
                Some((at, Part { descending: *descending, ..part }))
            })
            .collect();
        let Some(&(at, _)) = placed.first() else { return };
        let mut parts: Vec<Part> =
            placed.into_iter().take_while(|(place, _)| *place == at).map(|(_, part)| part).collect();
        // An index is read from either end.
        if parts.iter().all(|part| part.descending) {
            for part in &mut parts {
                part.descending = false;
            }
        }
        push(&mut self.reading.wants[at].order, parts);
    }

    fn from(&mut self, from: &FromClause, select: &Select) {
        for join in &from.joins {
            if let Constraint::On(on) = &join.constraint {
                self.condition(&on.expr, select);
            }
        }
    }

    fn condition(&mut self, condition: &Expr, select: &Select) {
        for part in conjuncts(condition) {
            match &part.kind {
                ExprKind::Binary { op: BinaryOp::Or, .. } => self.either(part, select),
                _ => self.term(part, select),
            }
        }
    }

    /// The arms of an OR, each with what it asks for by itself.
    fn either(&mut self, expr: &Expr, select: &Select) {
        let mut arms = Vec::new();
        disjuncts(expr, &mut arms);
        let bare: Vec<Wants> = self
            .reading
            .wants
            .iter()
            .map(|w| Wants { table: w.table, scope: w.scope, ..Wants::default() })
            .collect();
        let found: Vec<Wants> = arms
            .iter()
            .filter_map(|arm| {
                let reading = Reading { wants: bare.clone(), ..Reading::default() };
                let mut reader = Reader { sql: self.sql, schema: self.schema, found: self.found, reading };
                reader.condition(arm, select);
                reader
                    .reading
                    .wants
                    .into_iter()
                    .find(|w| !(w.equal.is_empty() && w.join.is_empty() && w.range.is_empty()))
            })
            .collect();
        if found.len() == arms.len() {
            self.reading.either.push(found);
        }
    }

    fn term(&mut self, term: &Expr, select: &Select) {
        match &term.kind {
            ExprKind::Binary { op, left, right, .. } if op.is_comparison() => {
                if left.bare().row().len() > 1 {
                    self.row_value(*op, left.bare().row(), select);
                    return;
                }
                self.comparison(*op, left, right, term, select);
                self.comparison(*op, right, left, term, select);
            }
            ExprKind::Between { not: false, expr, low, high, .. } => {
                if let Some((at, part)) = self.part(expr, select, Role::Range)
                    && !self.reads(low, at, select)
                    && !self.reads(high, at, select)
                {
                    push(&mut self.reading.wants[at].range, part);
                }
            }
            ExprKind::In { not: false, expr, set: InSet::List(list), .. } => {
                if let Some((at, part)) = self.part(expr, select, Role::In)
                    && !list.iter().any(|item| self.reads(item, at, select))
                {
                    self.partial(at, &part, term, list.iter().all(is_literal));
                    push(&mut self.reading.wants[at].equal, part);
                }
            }
            ExprKind::IsNull { expr, not, .. } => {
                if let Some((at, part)) = self.part(expr, select, Role::Equal) {
                    self.partial(at, &part, term, true);
                    let wants = &mut self.reading.wants[at];
                    if !not {
                        push(&mut wants.equal, part);
                    }
                }
            }
            ExprKind::Like { not: false, like: true, left, right, escape: None, .. } => {
                if let (Some((at, part)), ExprKind::String(pattern)) =
                    (self.part(left, select, Role::Prefix), &right.bare().kind)
                    && !pattern.starts_with(['%', '_'])
                {
                    let text = format!("{} COLLATE NOCASE", part.text);
                    push(&mut self.reading.wants[at].range, Part { text, ..part });
                }
            }
            _ => {}
        }
    }

    fn comparison(&mut self, op: BinaryOp, side: &Expr, other: &Expr, term: &Expr, select: &Select) {
        let equal = matches!(op, BinaryOp::Eq | BinaryOp::Is);
        let role = match op {
            BinaryOp::Eq | BinaryOp::Is => match columns(other).first() {
                None => Role::Equal,
                Some(column) => Role::Join(column.span.text(self.sql).to_owned()),
            },
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => Role::Range,
            _ => return,
        };
        let Some((at, part)) = self.part(side, select, role) else { return };
        if self.reads(other, at, select) {
            return;
        }
        let joins = matches!(part.role, Role::Join(_));
        if equal && !joins {
            self.partial(at, &part, term, is_literal(other));
        }
        let wants = &mut self.reading.wants[at];
        let list = match (equal, joins) {
            (true, true) => &mut wants.join,
            (true, false) => &mut wants.equal,
            (false, _) => &mut wants.range,
        };
        push(list, part);
    }

    fn row_value(&mut self, op: BinaryOp, row: &[Expr], select: &Select) {
        if !matches!(op, BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge) {
            return;
        }
        let placed: Vec<Placed> = row.iter().map_while(|e| self.part(e, select, Role::After)).collect();
        let Some(&(at, _)) = placed.first() else { return };
        let parts = placed.into_iter().take_while(|(place, _)| *place == at).map(|(_, part)| part).collect();
        push(&mut self.reading.wants[at].after, parts);
    }

    /// Notes a condition that a partial index may have.
    fn partial(&mut self, at: usize, part: &Part, term: &Expr, literal: bool) {
        if let (true, Some(column)) = (literal, part.column) {
            let null = matches!(term.kind, ExprKind::IsNull { .. });
            let condition = Condition { text: self.unqualified(term), column, null };
            push(&mut self.reading.wants[at].conditions, condition);
        }
    }

    /// An expression as part of an index: a column, or something made of columns of one table and nothing else.
    fn part(&self, expr: &Expr, select: &Select, role: Role) -> Option<Placed> {
        let expr = expr.bare();
        if let ExprKind::Column { .. } = expr.kind {
            let (at, column) = self.own(expr, select)?;
            let table = &self.schema.tables[self.reading.wants[at].table];
            return Some((at, Part::column(table, column, role)));
        }
        let columns = columns(expr);
        let mut places = columns.iter().map(|column| self.own(column, select));
        let at = places.next()??.0;
        let whole = !has_aggregate(expr) && !has_query(expr) && !has_parameter(expr);
        // `+column` is a way to say that no index is wanted.
        let unary = matches!(expr.kind, ExprKind::Unary { op: UnaryOp::Plus, .. });
        if !whole || unary || !places.all(|place| place.is_some_and(|(other, _)| other == at)) {
            return None;
        }
        Some((at, Part { text: self.unqualified(expr), column: None, descending: false, role }))
    }

    /// Whether an expression reads the source of these wants.
    fn reads(&self, expr: &Expr, at: usize, select: &Select) -> bool {
        columns(expr).iter().any(|column| self.own(column, select).is_some_and(|(place, _)| place == at))
    }

    /// An expression's text without the names of tables.
    fn unqualified(&self, expr: &Expr) -> String {
        let mut text = String::new();
        let mut next = expr.span.start;
        for column in columns(expr) {
            if let ExprKind::Column { table: Some(_), column: bare } = &column.kind {
                text.push_str(&self.sql[next..column.span.start]);
                text.push_str(&name(&bare.text));
                next = column.span.end;
            }
        }
        text.push_str(&self.sql[next..expr.span.end]);
        // Spaces within a string are part of what it says.
        if text.contains('\'') { text } else { text.split_whitespace().collect::<Vec<_>>().join(" ") }
    }
}
