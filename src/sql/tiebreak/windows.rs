//! Keys for the orders of windows, where more keys are one way of carrying out the same window.

use super::{Insertion, Luck, Maker};
use crate::sql::aggregates::{grouping_key, is_grouped};
use crate::sql::ast::{BoundKind, Call, Expr, ExprKind, Frame, FrameUnit, Query, Select, Window, WindowRef};
use crate::sql::names::ColumnAt;
use crate::sql::visit::{each_expr, select_exprs};

impl Maker<'_> {
    /// Puts further keys into each window of a SELECT that can take them.
    pub(super) fn windows(&self, select: &Select, query: &Query) -> Vec<Insertion> {
        let calls = window_calls(select, query);
        let Some(keys) = self.row_keys(select) else { return Vec::new() };
        let mut out = Vec::new();
        for call in &calls {
            if let Some(WindowRef::Defined(window)) = call.over.as_ref().map(|o| &o.window) {
                let base =
                    window.base.as_ref().and_then(|b| select.windows.iter().find(|w| w.name.is(&b.text)));
                let base_is_ordered =
                    base.is_some_and(|b| b.window.order_by.is_some() || b.window.base.is_some());
                if !base_is_ordered && takes_keys(call, window.frame.as_ref()) {
                    out.push(insertion(window, &keys));
                }
            }
        }
        for named in &select.windows {
            let window = &named.window;
            let users = |call: &&Call| match call.over.as_ref().map(|o| &o.window) {
                Some(WindowRef::Named(name)) => named.name.is(&name.text),
                Some(WindowRef::Defined(w)) => w.base.as_ref().is_some_and(|b| named.name.is(&b.text)),
                None => false,
            };
            let extended =
                select.windows.iter().any(|w| w.window.base.as_ref().is_some_and(|b| named.name.is(&b.text)));
            let frame_of = |call: &Call| match call.over.as_ref().map(|o| &o.window) {
                Some(WindowRef::Defined(w)) if w.frame.is_some() => w.frame.clone(),
                _ => window.frame.clone(),
            };
            let mut users = calls.iter().filter(|c| users(c)).peekable();
            if window.order_by.is_some()
                && window.base.is_none()
                && !extended
                && users.peek().is_some()
                && users.all(|call| takes_keys(call, frame_of(call).as_ref()))
            {
                out.push(insertion(window, &keys));
            }
        }
        out
    }

    /// Keys that tell any two rows of a SELECT's windows apart, as well as can be had; `None` where none are known.
    fn row_keys(&self, select: &Select) -> Option<Vec<String>> {
        let mut keys = Vec::new();
        if is_grouped(select) {
            let group_by = select.group_by.as_ref()?;
            let exprs = group_by.keys.iter().filter_map(|key| grouping_key(key, select, self.sql));
            keys.extend(exprs.map(|e| e.span.text(self.sql).to_owned()));
        } else {
            for source in self.resolution.sources(select) {
                let Some(name) = &source.name else { continue };
                let columns: Vec<String> = match source.table {
                    Some(table) if self.names.tables[table].has_rowid => vec!["rowid".to_owned()],
                    Some(table) => {
                        let columns = 0..self.names.tables[table].columns.len();
                        columns
                            .filter_map(|column| self.names.column(ColumnAt { table, column }))
                            .map(|c| c.name.clone())
                            .collect()
                    }
                    None => source.columns.iter().map(|o| o.name.clone()).collect(),
                };
                keys.extend(columns.iter().map(|column| format!("{}.{}", quoted(name), quoted(column))));
            }
        }
        (!keys.is_empty()).then_some(keys)
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The functions that run over windows of a SELECT; those in the query's ORDER BY included.
fn window_calls<'q>(select: &'q Select, query: &'q Query) -> Vec<&'q Call> {
    let mut out = Vec::new();
    let mut see = |expr: &'q Expr| {
        each_expr(expr, &mut |e| match &e.kind {
            ExprKind::Call(call) if call.over.is_some() => out.push(&**call),
            _ => {}
        });
    };
    for (_, expr) in select_exprs(select) {
        see(expr);
    }
    if query.rest.is_empty() {
        for key in query.order_by.iter().flat_map(|o| &o.keys) {
            see(&key.expr);
        }
    }
    out
}

fn insertion(window: &Window, keys: &[String]) -> Insertion {
    let ways = [" DESC", ""].map(|direction| {
        let keys: Vec<_> = keys.iter().map(|key| format!("{key}{direction}")).collect();
        let keys = keys.join(", ");
        vec![match (&window.order_by, &window.frame) {
            (Some(order), _) => (order.span.end, format!(", {keys}")),
            (None, Some(frame)) => (frame.span.start, format!("ORDER BY {keys} ")),
            (None, None) => (window.span.end - 1, format!(" ORDER BY {keys}")),
        }]
    });
    let span = window.order_by.as_ref().map_or(window.span, |o| o.span);
    Insertion { luck: Luck::Window, span, ways }
}

/// Whether more keys in the window's order only choose among what the function may give anyway. A key makes peers of
/// equal rows into rows of their own, so whatever looks at peers must not get one.
fn takes_keys(call: &Call, frame: Option<&Frame>) -> bool {
    let name = call.name.text.to_ascii_lowercase();
    match name.as_str() {
        // These number rows, or look at rows by their distance; they see no frame.
        "row_number" | "ntile" | "lag" | "lead" => return true,
        // These see peers.
        "rank" | "dense_rank" | "percent_rank" | "cume_dist" => return false,
        _ => {}
    }
    let Some(frame) = frame else {
        // RANGE from the partition's start to the last peer: only the first row is the same with more keys.
        return name == "first_value";
    };
    if frame.exclude {
        return false;
    }
    let from_start = matches!(frame.start.kind, BoundKind::UnboundedPreceding);
    let to_end = frame.end.as_ref().is_some_and(|end| matches!(end.kind, BoundKind::UnboundedFollowing));
    match frame.unit {
        FrameUnit::Rows => true,
        // A frame of the whole partition is the same, whatever the peers.
        FrameUnit::Range | FrameUnit::Groups => {
            from_start && (to_end || (name == "first_value" && is_plain(frame)))
        }
    }
}

/// Whether no end of the frame is at a distance, which RANGE allows with one key only.
fn is_plain(frame: &Frame) -> bool {
    std::iter::once(&frame.start).chain(&frame.end).all(|bound| match bound.kind {
        BoundKind::UnboundedPreceding | BoundKind::CurrentRow | BoundKind::UnboundedFollowing => true,
        BoundKind::Preceding(_) | BoundKind::Following(_) => false,
    })
}
