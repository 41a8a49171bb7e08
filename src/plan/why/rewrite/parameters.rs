//! Parameters in a query whose rewrites are tried: a rewrite is measured and checked with values in their place, one
//! set that are all NULL and one taken from the data.

use super::column;
use crate::{
    engine::Failure,
    plan::why::{
        desk::{Desk, Pieces, edited, name},
        terms,
    },
    sql::{
        ast::{Core, Expr, ExprKind, InSet},
        lexer::{TokenKind, significant},
        visit::{all_queries, each_expr, query_exprs},
    },
    value::Value,
};

/// A value for each parameter, by its text.
pub(in crate::plan::why) struct Values(Vec<(String, Value)>);

impl Values {
    /// The values as a statement is bound to them: by bare names.
    pub fn named(&self) -> Vec<(String, Value)> {
        self.0.iter().map(|(name, value)| (bare(name), value.clone())).collect()
    }

    /// The statement with the values in the places of the parameters.
    pub fn bind(&self, sql: &str) -> String {
        let mut pieces = Pieces::new();
        for token in significant(sql) {
            if token.kind == TokenKind::Parameter {
                let text = token.text(sql);
                let value = self.0.iter().find(|(name, _)| name == text);
                pieces.push((token.span, value.map_or(&Value::Null, |(_, value)| value).to_string()));
            }
        }
        edited(sql, &pieces)
    }
}

/// The name by which a parameter is bound.
fn bare(name: &str) -> String {
    match name {
        "?" => String::new(),
        name => name.trim_start_matches([':', '@', '$']).to_owned(),
    }
}

/// The sets of values to try with, the one to measure with last; none where there are no parameters, `None` where
/// nobody can tell what they might be.
pub(in crate::plan::why) fn bindings(desk: &Desk<'_>) -> Result<Option<Vec<Values>>, Failure> {
    let mut names: Vec<&str> = Vec::new();
    for query in all_queries(desk.query) {
        for (_, expr) in query_exprs(query) {
            each_expr(expr, &mut |e| {
                if matches!(e.kind, ExprKind::Parameter) && !names.contains(&desk.text(e)) {
                    names.push(desk.text(e));
                }
            });
        }
    }
    if names.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let mut values: Vec<(String, Value)> = Vec::new();
    for name in &names {
        let given = desk.parameters.iter().find(|(given, _)| *given == bare(name));
        values.extend(given.map(|(_, value)| ((*name).to_owned(), value.clone())));
    }
    for query in all_queries(desk.query) {
        for core in query.cores() {
            let Core::Select(select) = core else { continue };
            for (condition, _) in terms::conditions(select) {
                let mut pairs: Vec<(&Expr, &Expr)> = Vec::new();
                each_expr(condition, &mut |e| match &e.kind {
                    ExprKind::Binary { op, left, right, .. } if op.is_comparison() => {
                        pairs.extend([(&**left, &**right), (&**right, &**left)]);
                    }
                    ExprKind::Between { expr, low, high, .. } => {
                        pairs.extend([(&**expr, &**low), (&**expr, &**high)]);
                    }
                    ExprKind::In { expr, set: InSet::List(items), .. } => {
                        pairs.extend(items.iter().map(|item| (&**expr, item)));
                    }
                    _ => {}
                });
                for (own, parameter) in pairs {
                    let text = desk.text(parameter.bare());
                    let known = values.iter().any(|(name, _)| name == text);
                    if known || !matches!(parameter.bare().kind, ExprKind::Parameter) {
                        continue;
                    }
                    if let Some(own) = column(desk, select, own) {
                        let (table, own) = (name(&own.table), name(&own.name));
                        let some = desk.value(&format!(
                            "(SELECT {own} FROM {table} WHERE {own} IS NOT NULL LIMIT 1 OFFSET \
                             (SELECT count(*) / 2 FROM {table} WHERE {own} IS NOT NULL))"
                        ))?;
                        let some = some.filter(|value| *value != Value::Null);
                        values.extend(some.map(|value| (text.to_owned(), value)));
                    }
                }
            }
        }
    }
    if names.iter().any(|name| !values.iter().any(|(known, _)| known == name)) {
        return Ok(None);
    }
    let none = values.iter().map(|(name, _)| (name.clone(), Value::Null)).collect();
    Ok(Some(vec![Values(none), Values(values)]))
}

/// Whether parameters that are known by their place alone keep it: a second `?` is another parameter.
pub(super) fn keeps_places(before: &str, after: &str) -> bool {
    let places = |sql: &str| {
        let tokens = significant(sql);
        tokens.iter().filter(|t| t.kind == TokenKind::Parameter && t.text(sql) == "?").count()
    };
    places(before) == places(after) && places(before) < 2
}
