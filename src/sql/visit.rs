//! Ways through the tree: the expressions of a query's own level, what stands right below an expression, and all
//! queries within one. In the order of the text.

use super::ast::{
    Constraint, Core, Expr, ExprKind, FromClause, InSet, ItemKind, OrderBy, Query, Select, Source,
    SourceKind, Window, WindowRef,
};

/// The clause of its query that an expression stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// FROM: an ON condition, or an argument of a table-valued function.
    From,
    /// WHERE.
    Where,
    /// A key of GROUP BY.
    GroupBy,
    /// HAVING.
    Having,
    /// A result column, or a value of VALUES.
    Select,
    /// A key or a bound in the WINDOW clause.
    Window,
    /// A key of the query's ORDER BY.
    OrderBy,
    /// LIMIT or OFFSET.
    Limit,
}

/// What stands right below an expression.
#[derive(Debug, Clone, Copy)]
pub enum Node<'a> {
    /// A part of it.
    Expr(&'a Expr),
    /// A query in it.
    Query(&'a Query),
}

/// The uppermost expressions of a SELECT, each with its clause.
pub fn select_exprs(select: &Select) -> Vec<(Place, &Expr)> {
    let mut out = Vec::new();
    for item in &select.items {
        match &item.kind {
            ItemKind::Star(_) => {}
            ItemKind::Expr(expr) => out.push((Place::Select, expr)),
        }
    }
    if let Some(from) = &select.from {
        from_exprs(from, &mut out);
    }
    out.extend(select.filter.iter().map(|c| (Place::Where, &c.expr)));
    out.extend(select.group_by.iter().flat_map(|g| &g.keys).map(|e| (Place::GroupBy, e)));
    out.extend(select.having.iter().map(|c| (Place::Having, &c.expr)));
    for named in &select.windows {
        let mut exprs = Vec::new();
        window_exprs(&named.window, &mut exprs);
        out.extend(exprs.into_iter().map(|e| (Place::Window, e)));
    }
    out
}

/// The uppermost expressions of a query's own level, each with its clause.
pub fn query_exprs(query: &Query) -> Vec<(Place, &Expr)> {
    let mut out = Vec::new();
    for core in query.cores() {
        match core {
            Core::Select(select) => out.extend(select_exprs(select)),
            Core::Values(values) => out.extend(values.rows.iter().flatten().map(|e| (Place::Select, e))),
        }
    }
    out.extend(query.order_by.iter().flat_map(|o| &o.keys).map(|k| (Place::OrderBy, &k.expr)));
    if let Some(limit) = &query.limit {
        out.push((Place::Limit, &limit.count));
        out.extend(limit.offset.iter().map(|e| (Place::Limit, e)));
    }
    out
}

fn from_exprs<'a>(from: &'a FromClause, out: &mut Vec<(Place, &'a Expr)>) {
    source_exprs(&from.first, out);
    for join in &from.joins {
        source_exprs(&join.source, out);
        match &join.constraint {
            Constraint::On(on) => out.push((Place::From, &on.expr)),
            Constraint::None | Constraint::Using { .. } => {}
        }
    }
}

fn source_exprs<'a>(source: &'a Source, out: &mut Vec<(Place, &'a Expr)>) {
    match &source.kind {
        SourceKind::Table { args, .. } => out.extend(args.iter().flatten().map(|e| (Place::From, e))),
        SourceKind::Subquery(_) => {}
        SourceKind::Nested(from) => from_exprs(from, out),
    }
}

fn order_exprs<'a>(order_by: Option<&'a OrderBy>, out: &mut Vec<&'a Expr>) {
    out.extend(order_by.iter().flat_map(|o| &o.keys).map(|k| &k.expr));
}

fn window_exprs<'a>(window: &'a Window, out: &mut Vec<&'a Expr>) {
    out.extend(window.partition_by.iter().flat_map(|p| &p.keys));
    order_exprs(window.order_by.as_ref(), out);
}

/// What stands right below an expression.
pub fn below(expr: &Expr) -> Vec<Node<'_>> {
    let mut out = Vec::new();
    let mut exprs = Vec::new();
    match &expr.kind {
        ExprKind::Null
        | ExprKind::Number
        | ExprKind::String(_)
        | ExprKind::Blob
        | ExprKind::Now
        | ExprKind::Parameter
        | ExprKind::Column { .. } => {}
        ExprKind::Unary { expr, .. }
        | ExprKind::IsNull { expr, .. }
        | ExprKind::Cast { expr, .. }
        | ExprKind::Collate { expr, .. } => exprs.push(&**expr),
        ExprKind::Binary { left, right, .. } => exprs.extend([&**left, &**right]),
        ExprKind::Like { left, right, escape, .. } => {
            exprs.extend([&**left, &**right]);
            exprs.extend(escape.as_deref());
        }
        ExprKind::Between { expr, low, high, .. } => exprs.extend([&**expr, &**low, &**high]),
        ExprKind::In { expr, set, .. } => {
            out.push(Node::Expr(expr));
            match set {
                InSet::List(items) => exprs.extend(items),
                InSet::Query(query) => out.push(Node::Query(query)),
                InSet::Table(_) => {}
            }
        }
        ExprKind::Exists(query) | ExprKind::Subquery(query) => out.push(Node::Query(query)),
        ExprKind::Call(call) => {
            exprs.extend(&call.args);
            order_exprs(call.order_by.as_ref(), &mut exprs);
            exprs.extend(call.filter.iter().map(|f| &f.expr));
            match call.over.as_ref().map(|o| &o.window) {
                Some(WindowRef::Defined(window)) => window_exprs(window, &mut exprs),
                Some(WindowRef::Named(_)) | None => {}
            }
        }
        ExprKind::Case { operand, arms, otherwise } => {
            exprs.extend(operand.as_deref());
            exprs.extend(arms.iter().flat_map(|arm| [&arm.when, &arm.then]));
            exprs.extend(otherwise.as_deref());
        }
        ExprKind::Row(items) => exprs.extend(items),
    }
    out.extend(exprs.into_iter().map(Node::Expr));
    out
}

/// Calls `f` on the expression and all below it, without entering queries.
pub fn each_expr<'a>(expr: &'a Expr, f: &mut dyn FnMut(&'a Expr)) {
    f(expr);
    for node in below(expr) {
        match node {
            Node::Expr(inner) => each_expr(inner, f),
            Node::Query(_) => {}
        }
    }
}

/// Whether `f` holds for the expression or one below it, queries not entered.
pub fn any_expr<'a>(expr: &'a Expr, f: &dyn Fn(&'a Expr) -> bool) -> bool {
    let mut found = false;
    each_expr(expr, &mut |e| found |= f(e));
    found
}

/// The queries right below a query: of its WITH, its FROM clauses and its expressions.
pub fn queries_below(query: &Query) -> Vec<&Query> {
    let mut out: Vec<&Query> = query.with.iter().flat_map(|w| &w.ctes).map(|cte| &cte.query).collect();
    for core in query.cores() {
        if let Core::Select(select) = core {
            for source in select.from.iter().flat_map(FromClause::sources) {
                match &source.kind {
                    SourceKind::Subquery(inner) => out.push(inner),
                    SourceKind::Table { .. } | SourceKind::Nested(_) => {}
                }
            }
        }
    }
    for (_, expr) in query_exprs(query) {
        each_expr(expr, &mut |e| {
            out.extend(below(e).into_iter().filter_map(|node| match node {
                Node::Query(inner) => Some(inner),
                Node::Expr(_) => None,
            }));
        });
    }
    out.sort_by_key(|q| q.span.start);
    out
}

/// The query and all queries within it, each before those below it.
pub fn all_queries(query: &Query) -> Vec<&Query> {
    let mut out = vec![query];
    let mut next = 0;
    while let Some(&query) = out.get(next) {
        out.extend(queries_below(query));
        next += 1;
    }
    out
}
