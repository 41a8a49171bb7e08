//! Edits of windows: functions, partitions, orders, frames.

use super::{At, EditKind as K, Maker};
use crate::sql::ast::{Bound, BoundKind, Call, ExprKind, Frame, FrameUnit, OrderBy, Over, Window, WindowRef};
use crate::sql::lexer::Span;

impl Maker<'_> {
    /// Edits of a call over a window.
    pub(super) fn window_call(&mut self, call: &Call, name: &str, over: &Over, at: &At<'_>) {
        let others: &[&str] = match name {
            "row_number" => &["rank", "dense_rank"],
            "rank" => &["row_number", "dense_rank"],
            "dense_rank" => &["rank", "row_number"],
            "lag" => &["lead"],
            "lead" => &["lag"],
            "first_value" => &["last_value"],
            "last_value" => &["first_value"],
            _ => &[],
        };
        self.rename(call, K::WindowFunction, others, at);
        if let ("lag" | "lead", [_, offset, ..]) = (name, call.args.as_slice()) {
            let end = Span::new(offset.span.end, call.inside.end);
            if end.start < end.end && call.args.len() > 2 {
                self.drop(at, K::FunctionArgument, Span::new(offset.span.end, call.args[2].span.end));
            }
        }
        if let WindowRef::Defined(window) = &over.window {
            let sees_frame = !matches!(
                name,
                "row_number"
                    | "rank"
                    | "dense_rank"
                    | "percent_rank"
                    | "cume_dist"
                    | "ntile"
                    | "lag"
                    | "lead"
            );
            self.window(window, sees_frame, at);
        }
    }

    /// Edits of a window's definition.
    pub(super) fn window(&mut self, window: &Window, sees_frame: bool, at: &At<'_>) {
        if let Some(partition) = &window.partition_by {
            self.drop(at, K::Partition, partition.span);
            if partition.keys.len() > 1 {
                self.list_items(&partition.keys, K::Partition, at);
            }
        }
        if let Some(order) = &window.order_by {
            if window.frame.is_none() {
                self.drop(at, K::WindowOrder, order.span);
            }
            self.order_keys(order, K::WindowOrder, at);
            match &window.frame {
                None if sees_frame => {
                    let end = order.span.end;
                    self.insert(at, K::Frame, end, " ROWS UNBOUNDED PRECEDING");
                    self.insert(
                        at,
                        K::Frame,
                        end,
                        " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
                    );
                }
                None | Some(_) => {}
            }
        }
        if let Some(frame) = &window.frame {
            self.drop(at, K::Frame, frame.span);
            self.frame(frame, at);
        }
    }

    fn frame(&mut self, frame: &Frame, at: &At<'_>) {
        let measured =
            |bound: &Bound| matches!(bound.kind, BoundKind::Preceding(_) | BoundKind::Following(_));
        let any_measured = std::iter::once(&frame.start).chain(&frame.end).any(measured);
        match frame.unit {
            FrameUnit::Rows if any_measured => self.replace(at, K::Frame, frame.unit_span, "GROUPS"),
            FrameUnit::Rows => self.replace(at, K::Frame, frame.unit_span, "RANGE"),
            FrameUnit::Range | FrameUnit::Groups => self.replace(at, K::Frame, frame.unit_span, "ROWS"),
        }
        for bound in std::iter::once(&frame.start).chain(&frame.end) {
            match &bound.kind {
                BoundKind::Preceding(n) | BoundKind::Following(n) => {
                    if let (ExprKind::Number, Ok(count)) = (&n.kind, self.text(n.span).parse::<u32>()) {
                        self.replace(at, K::Frame, n.span, (count + 1).to_string());
                        if count > 0 {
                            self.replace(at, K::Frame, n.span, (count - 1).to_string());
                        }
                    }
                }
                BoundKind::UnboundedPreceding | BoundKind::UnboundedFollowing => {
                    self.replace(at, K::Frame, bound.span, "CURRENT ROW");
                }
                BoundKind::CurrentRow if frame.end.is_some() => {
                    let first = bound.span == frame.start.span;
                    let new = if first { "UNBOUNDED PRECEDING" } else { "UNBOUNDED FOLLOWING" };
                    self.replace(at, K::Frame, bound.span, new);
                    if !first && matches!(frame.start.kind, BoundKind::UnboundedPreceding) {
                        self.replace(at, K::Frame, bound.span, "1 PRECEDING");
                    }
                }
                BoundKind::CurrentRow => {}
            }
        }
    }

    /// Keys of an order left out, turned round, in another sequence.
    pub(super) fn order_keys(&mut self, order: &OrderBy, kind: K, at: &At<'_>) {
        for (i, key) in order.keys.iter().enumerate() {
            let many = order.keys.len() > 1;
            if many {
                let span = match i {
                    0 => Span::new(key.span.start, order.keys[1].span.start),
                    _ => Span::new(order.keys[i - 1].span.end, key.span.end),
                };
                let what = format!("without `{}`", super::short(self.text(key.span)));
                self.draft(at, kind, key.span, vec![(span, String::new())], what);
            }
            if let Some(word) = key.direction {
                self.replace(at, K::OrderDirection, word, if key.descending { "ASC" } else { "DESC" });
            } else {
                self.insert(at, K::OrderDirection, key.expr.span.end, " DESC");
            }
            match key.nulls {
                Some(nulls) => {
                    let first = self.text(nulls).to_ascii_lowercase().ends_with("first");
                    self.replace(at, K::NullTest, nulls, if first { "NULLS LAST" } else { "NULLS FIRST" });
                }
                None if self.may_be_null(&key.expr) => {
                    let new = if key.descending { " NULLS FIRST" } else { " NULLS LAST" };
                    self.insert(at, K::NullTest, key.span.end, new);
                }
                None => {}
            }
            if let Some(next) = order.keys.get(i + 1) {
                self.swap(at, kind, key.span, next.span);
            }
        }
    }
}
