//! Edits of whole clauses: joins, conditions, groups, orders, limits, UNION.

use super::literals::quoted;
use super::predicates::chain;
use super::{At, Clause, EditKind as K, Maker, Role};
use crate::sql::aggregates::{grouping_key, is_grouped, item_expr};
use crate::sql::ast::{
    BinaryOp, Constraint, Expr, ExprKind, FromClause, GroupBy, Join, JoinKind, Query, Select, SetOp, Source,
    SourceKind,
};
use crate::sql::lexer::Span;
use crate::sql::resolve::Fixed;
use crate::sql::visit::{Node, below, each_expr, select_exprs};

impl Maker<'_> {
    /// Edits of a SELECT's clauses.
    pub(super) fn select<'q>(
        &mut self,
        select: &'q Select,
        query: &Query,
        role: Role,
        at: &dyn Fn(Clause) -> At<'q>,
    ) {
        if let Some(from) = &select.from {
            self.from(from, select, &at(Clause::From));
        }
        if let Some(filter) = &select.filter {
            let place = at(Clause::Where);
            if members(&filter.expr).len() == 1 {
                self.drop(&place, K::DropPredicate, filter.span);
            }
            self.negate_single(&filter.expr, &place);
            self.move_into_joins(select, filter.span, &filter.expr, &place);
        }
        if let Some(group_by) = &select.group_by {
            self.grouping(select, group_by, &at(Clause::GroupBy));
        }
        if let Some(having) = &select.having {
            let place = at(Clause::Having);
            self.drop(&place, K::Having, having.span);
            self.negate_single(&having.expr, &place);
        }
        let place = at(Clause::Select);
        for named in &select.windows {
            self.window(&named.window, true, &place);
        }
        // How often a row is there does not matter to IN and EXISTS, and a key makes each row different anyway.
        if matches!(role, Role::Outermost | Role::Inner) {
            match select.distinct {
                Some(word) => self.drop(&place, K::Distinct, word),
                None if !is_grouped(select) && query.rest.is_empty() && !self.shows_key(select) => {
                    self.insert(&place, K::Distinct, select.keyword.end, " DISTINCT");
                }
                None => {}
            }
        }
        if role == Role::Outermost && query.rest.is_empty() {
            for pair in select.items.windows(2) {
                self.swap(&place, K::ColumnOrder, pair[0].span, pair[1].span);
            }
        }
    }

    /// Whether the result of a SELECT from one source shows a key of it.
    fn shows_key(&self, select: &Select) -> bool {
        let [source] = self.found.sources(select) else { return false };
        let shown: Vec<usize> = select
            .items
            .iter()
            .filter_map(item_expr)
            .filter_map(|e| self.found.place_of(e))
            .map(|(_, column)| column)
            .collect();
        source.keys.iter().any(|key| key.iter().all(|column| shown.contains(column)))
    }

    /// A clause's only condition turned round; members of AND and OR are turned round one by one.
    fn negate_single(&mut self, expr: &Expr, at: &At<'_>) {
        if !matches!(&expr.kind, ExprKind::Binary { op, .. } if op.strength() < 3) {
            self.negate(expr, at);
        }
    }

    /// Edits of joins.
    fn from(&mut self, from: &FromClause, select: &Select, at: &At<'_>) {
        self.nested_from(&from.first, select, at);
        for join in &from.joins {
            let table = table_name(&join.source);
            let place = at.place.replacen("FROM", &format!("the join of {table}"), 1);
            let at = At { place, ..at.clone() };
            self.nested_from(&join.source, select, &at);
            let natural = if join.natural { "NATURAL " } else { "" };
            let others: &[&str] = match join.kind {
                JoinKind::Inner if !matches!(join.constraint, Constraint::None) || join.natural => {
                    &["LEFT JOIN"]
                }
                JoinKind::Left => &["JOIN"],
                JoinKind::Right => &["JOIN", "LEFT JOIN"],
                JoinKind::Full => &["LEFT JOIN", "RIGHT JOIN", "JOIN"],
                JoinKind::Inner | JoinKind::Comma | JoinKind::Cross => &[],
            };
            for new in others {
                self.replace(&at, K::JoinKind, join.op_span, format!("{natural}{new}"));
            }
            match &join.constraint {
                Constraint::On(on) => {
                    self.negate_single(&on.expr, &at);
                    if members(&on.expr).len() == 1 {
                        self.replace(&at, K::DropPredicate, on.expr.span, "1");
                    } else if join.kind != JoinKind::Inner {
                        self.move_out_of_join(select, &on.expr, &at);
                    }
                }
                Constraint::Using { columns, .. } if columns.len() > 1 => {
                    for (i, column) in columns.iter().enumerate() {
                        let span = match i {
                            0 => Span::new(column.span.start, columns[1].span.start),
                            _ => Span::new(columns[i - 1].span.end, column.span.end),
                        };
                        self.drop(&at, K::DropPredicate, span);
                    }
                }
                Constraint::Using { .. } | Constraint::None => {}
            }
            if self.is_unused(join, select) {
                self.drop(&at, K::DropJoin, join.span);
            }
        }
    }

    fn nested_from(&mut self, source: &Source, select: &Select, at: &At<'_>) {
        match &source.kind {
            SourceKind::Nested(inner) => self.from(inner, select, at),
            SourceKind::Table { .. } | SourceKind::Subquery(_) => {}
        }
    }

    /// Whether no column of the joined source is named outside of its own condition.
    fn is_unused(&self, join: &Join, select: &Select) -> bool {
        let sources = self.found.sources(select);
        let Some(at) = sources.iter().position(|s| s.span == join.source.span) else { return false };
        let has_star = select.items.iter().any(|item| item_expr(item).is_none());
        let on = match &join.constraint {
            Constraint::On(on) => on.span,
            Constraint::Using { .. } => return false,
            Constraint::None => Span::new(join.span.end, join.span.end),
        };
        let mut used = has_star || join.natural;
        for (_, expr) in select_exprs(select) {
            each_expr(expr, &mut |e| {
                used |= self.found.source_of(e) == Some(at) && !on.contains(e.span);
                // A query within may name the source too.
                used |= below(e).iter().any(|node| matches!(node, Node::Query(_)));
            });
        }
        !used
    }

    /// Conditions of WHERE moved into the outer join whose table they test.
    fn move_into_joins(&mut self, select: &Select, clause: Span, filter: &Expr, at: &At<'_>) {
        let sources = self.found.sources(select);
        let parts = members(filter);
        for (i, part) in parts.iter().enumerate() {
            let mut source = None;
            each_expr(part, &mut |e| {
                if self.found.is_outer(e) {
                    source = source.or(self.found.source_of(e));
                }
            });
            let joins = select.from.iter().flat_map(|f| &f.joins);
            let join = joins.into_iter().find(|j| source.is_some_and(|s| sources[s].span == j.source.span));
            let Some(Constraint::On(on)) = join.map(|j| &j.constraint) else { continue };
            let text = self.wrapped(part);
            let gone = match (parts.as_slice(), i) {
                ([_], _) => clause,
                (_, 0) => Span::new(part.span.start, parts[1].span.start),
                _ => Span::new(parts[i - 1].span.end, part.span.end),
            };
            let on_text = self.wrapped_condition(&on.expr);
            let pieces = vec![(on.expr.span, format!("{on_text} AND {text}")), (gone, String::new())];
            let what = format!("`{}` moves from WHERE into ON", super::short(self.text(part.span)));
            self.draft(at, K::MovePredicate, part.span, pieces, what);
        }
    }

    /// Conditions of an outer join's ON moved into WHERE.
    fn move_out_of_join(&mut self, select: &Select, on: &Expr, at: &At<'_>) {
        let parts = members(on);
        for (i, part) in parts.iter().enumerate() {
            let gone = match i {
                0 => Span::new(part.span.start, parts[1].span.start),
                _ => Span::new(parts[i - 1].span.end, part.span.end),
            };
            let text = self.wrapped(part);
            let put = match (&select.filter, &select.from) {
                (Some(filter), _) => {
                    let kept = self.wrapped_condition(&filter.expr);
                    (filter.expr.span, format!("{kept} AND {text}"))
                }
                (None, Some(from)) => (Span::new(from.span.end, from.span.end), format!(" WHERE {text}")),
                (None, None) => continue,
            };
            let what = format!("`{}` moves from ON into WHERE", super::short(self.text(part.span)));
            self.draft(at, K::MovePredicate, part.span, vec![(gone, String::new()), put], what);
        }
    }

    /// A condition that another can be joined to by AND.
    fn wrapped_condition(&self, expr: &Expr) -> String {
        let text = self.text(expr.span);
        let is_or = matches!(&expr.kind, ExprKind::Binary { op: BinaryOp::Or, .. });
        if is_or { format!("({text})") } else { text.to_owned() }
    }

    /// Keys of GROUP BY left out, or put in.
    fn grouping(&mut self, select: &Select, group_by: &GroupBy, at: &At<'_>) {
        let keys: Vec<&Expr> =
            group_by.keys.iter().filter_map(|key| grouping_key(key, select, self.sql)).collect();
        let fixed = Fixed::by(&keys, select, self.sql, self.found);
        for i in 0..group_by.keys.len() {
            // A key that the others determine makes no more groups.
            let rest: Vec<&Expr> = (0..keys.len()).filter(|k| *k != i).map(|k| keys[k]).collect();
            let determined = keys.get(i).is_some_and(|whole| {
                Fixed::by(&rest, select, self.sql, self.found).holds(whole, self.sql, self.found)
            });
            if group_by.keys.len() > 1 && !determined {
                self.list_item(&group_by.keys, i, K::GroupingKey, at);
            }
        }
        // What might be grouped by too: columns that stand bare in the query, and the keys of the sources.
        let mut new: Vec<(String, bool)> = Vec::new();
        for (_, expr) in select_exprs(select) {
            if let ExprKind::Column { .. } = expr.bare().kind
                && self.found.place_of(expr.bare()).is_some()
            {
                let determined = fixed.holds(expr.bare(), self.sql, self.found);
                new.push((self.text(expr.bare().span).to_owned(), determined));
            }
        }
        for (place, source) in self.found.sources(select).iter().enumerate() {
            let key = source.keys.iter().find(|k| !k.is_empty()).map(|k| k[0]);
            if let (Some(name), Some(column)) = (&source.name, key.and_then(|k| source.columns.get(k))) {
                let determined = fixed.has_row(place, source);
                new.push((format!("{}.{}", quoted(name), quoted(&column.name)), determined));
            }
        }
        let known: Vec<&str> = group_by.keys.iter().map(|k| self.text(k.span)).collect();
        for (text, determined) in new.iter().filter(|(t, _)| !known.contains(&t.as_str())) {
            if !determined {
                self.insert(at, K::GroupingKey, group_by.span.end, &format!(", {text}"));
            }
            if let [only] = group_by.keys.as_slice() {
                self.replace(at, K::GroupingKey, only.span, text.clone());
            }
        }
    }

    /// Edits of what follows the last SELECT, and of UNION.
    pub(super) fn tail<'q>(
        &mut self,
        query: &'q Query,
        role: Role,
        recursive: bool,
        at: &dyn Fn(Clause) -> At<'q>,
    ) {
        let place = at(Clause::With);
        for (i, arm) in query.rest.iter().enumerate() {
            let others: &[&str] = match arm.op {
                SetOp::Union => &["UNION ALL", "INTERSECT"],
                SetOp::UnionAll => &["UNION"],
                SetOp::Intersect => &["EXCEPT", "UNION"],
                SetOp::Except => &["INTERSECT", "UNION"],
            };
            for new in others {
                self.replace(&place, K::SetOperation, arm.op_span, *new);
            }
            if !recursive {
                self.drop(&place, K::SetOperation, arm.op_span.to(arm.core.span()));
                if i == 0 {
                    let first = Span::new(query.first.span().start, arm.core.span().start);
                    self.drop(&place, K::SetOperation, first);
                }
            }
        }
        let exprs: Vec<&Expr> = query.order_by.iter().flat_map(|o| &o.keys).map(|k| &k.expr).collect();
        let place = at(Clause::OrderBy);
        let place = At { select: query.single_select(), ..place };
        for expr in exprs {
            self.expr(expr, &place);
        }
        let matters = match role {
            Role::Outermost => true,
            Role::Inner | Role::Set => query.limit.is_some(),
            Role::Exists => false,
        };
        match &query.order_by {
            Some(order) if matters => {
                self.order_keys(order, K::OrderKey, &place);
                self.drop(&place, K::OrderKey, order.span);
                self.added_keys(query, order.span.end, ", ", &place);
            }
            None if matches!(query.first, crate::sql::ast::Core::Select(_)) && matters => {
                let end = query.limit.as_ref().map_or(query.span.end, |l| l.span.start);
                let lead = if query.limit.is_some() { "ORDER BY " } else { " ORDER BY " };
                self.added_keys(query, end, lead, &place);
            }
            Some(_) | None => {}
        }
        if let Some(limit) = &query.limit {
            let place = at(Clause::Limit);
            self.drop(&place, K::Limit, limit.span);
            if let Some(offset) = &limit.offset
                && offset.span.start > limit.count.span.start
            {
                self.drop(&place, K::Limit, Span::new(limit.count.span.end, offset.span.end));
            }
            for expr in std::iter::once(&limit.count).chain(&limit.offset) {
                self.expr(expr, &place);
            }
        }
    }

    /// Keys that the order may lack: each result column, either way.
    fn added_keys(&mut self, query: &Query, end: usize, lead: &str, at: &At<'_>) {
        let crate::sql::ast::Core::Select(select) = &query.first else { return };
        let tail = if lead.starts_with('O') { " " } else { "" };
        for (i, item) in select.items.iter().enumerate() {
            if item_expr(item).is_none() {
                break;
            }
            for direction in ["", " DESC"] {
                self.insert(at, K::OrderKeyAdded, end, &format!("{lead}{}{direction}{tail}", i + 1));
            }
        }
    }
}

/// What a hint calls a source.
pub(super) fn table_name(source: &Source) -> &str {
    match (&source.kind, &source.alias) {
        (SourceKind::Table { name, .. }, _) => &name.text,
        (SourceKind::Subquery(_) | SourceKind::Nested(_), Some(alias)) => &alias.text,
        (SourceKind::Subquery(_) | SourceKind::Nested(_), None) => "a subquery",
    }
}

/// The conditions that AND joins, each with its parentheses.
fn members(expr: &Expr) -> Vec<&Expr> {
    let mut out = Vec::new();
    chain(expr, BinaryOp::And, &mut out);
    out
}
