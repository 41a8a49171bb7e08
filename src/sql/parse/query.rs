//! Queries: WITH, compounds, SELECT and its clauses.

use super::{MAX_ARMS, MAX_HEIGHT, MAX_JOINS, Parsed, Parser};
use crate::sql::ast::{
    Arm, Bound, BoundKind, Clause, Constraint, Core, Cte, Expr, Frame, FrameUnit, FromClause, GroupBy, Item,
    ItemKind, Join, JoinKind, Limit, NamedWindow, OrderBy, OrderKey, Query, Select, SetOp, Source,
    SourceKind, Values, Window, With,
};
use crate::sql::keywords::Keyword as K;

impl Parser<'_> {
    pub(super) fn query(&mut self) -> Parsed<Query> {
        self.deeper(Self::query_here)
    }

    fn query_here(&mut self) -> Parsed<Query> {
        let start = self.start();
        let outside = std::mem::take(&mut self.highest);
        let with = if self.next_is(K::With) { Some(self.with()?) } else { None };
        let first = self.core()?;
        let mut rest = Vec::new();
        while let Some((op, op_span)) = self.set_op() {
            if rest.len() == MAX_ARMS {
                return self.fail("fewer queries in one");
            }
            rest.push(Arm { op, op_span, core: self.core()? });
        }
        let order_by = self.order_by()?;
        let limit = self.limit()?;
        let height = 1 + self.highest;
        if height > MAX_HEIGHT {
            return self.fail("less nesting");
        }
        self.highest = outside.max(height);
        Ok(Query { span: self.since(start), with, first, rest, order_by, limit, height })
    }

    /// Whether a query begins here.
    pub(super) fn at_query(&self) -> bool {
        self.next_is(K::Select) || self.next_is(K::Values) || self.next_is(K::With)
    }

    fn with(&mut self) -> Parsed<With> {
        let start = self.expect(K::With)?.start;
        let recursive = self.eat(K::Recursive).is_some();
        let ctes = self.list(|p| {
            let start = p.start();
            let name = p.name()?;
            let mut columns = Vec::new();
            if p.eat_op("(").is_some() {
                columns = p.list(Self::name)?;
                p.expect_op(")")?;
            }
            p.expect(K::As)?;
            p.eat(K::Not);
            p.eat(K::Materialized);
            p.expect_op("(")?;
            let query = p.query()?;
            p.expect_op(")")?;
            Ok(Cte { span: p.since(start), name, columns, query })
        })?;
        Ok(With { span: self.since(start), recursive, ctes })
    }

    fn set_op(&mut self) -> Option<(SetOp, crate::sql::lexer::Span)> {
        let start = self.start();
        let op = if self.eat(K::Union).is_some() {
            if self.eat(K::All).is_some() { SetOp::UnionAll } else { SetOp::Union }
        } else if self.eat(K::Intersect).is_some() {
            SetOp::Intersect
        } else if self.eat(K::Except).is_some() {
            SetOp::Except
        } else {
            return None;
        };
        Some((op, self.since(start)))
    }

    fn core(&mut self) -> Parsed<Core> {
        let start = self.start();
        if self.eat(K::Values).is_some() {
            let rows = self.list(|p| {
                p.expect_op("(")?;
                let row = p.exprs()?;
                p.expect_op(")")?;
                Ok(row)
            })?;
            return Ok(Core::Values(Values { span: self.since(start), rows }));
        }
        let keyword = self.expect(K::Select)?;
        let distinct = self.eat(K::Distinct);
        if distinct.is_none() {
            self.eat(K::All);
        }
        let items = self.list(Self::item)?;
        let from = if self.next_is(K::From) {
            let start = self.advance().start;
            Some(self.joins(start)?)
        } else {
            None
        };
        let filter = self.clause(K::Where)?;
        let group_by = if self.next_is(K::Group) {
            let start = self.advance().start;
            Some(self.keys(start)?)
        } else {
            None
        };
        let having = self.clause(K::Having)?;
        let mut windows = Vec::new();
        if self.next_is(K::Window) && self.is_window_clause() {
            self.advance();
            windows = self.list(|p| {
                let name = p.name()?;
                p.expect(K::As)?;
                Ok(NamedWindow { name, window: p.window()? })
            })?;
        }
        let span = self.since(start);
        Ok(Core::Select(Box::new(Select {
            span,
            keyword,
            distinct,
            items,
            from,
            filter,
            group_by,
            having,
            windows,
        })))
    }

    /// Reads a word and the expression it governs, where the word comes next.
    pub(super) fn clause(&mut self, word: K) -> Parsed<Option<Clause>> {
        let start = self.start();
        if self.eat(word).is_none() {
            return Ok(None);
        }
        let expr = self.expr()?;
        Ok(Some(Clause { span: self.since(start), expr }))
    }

    /// Reads BY and its keys; the word before it has been read.
    fn keys(&mut self, start: usize) -> Parsed<GroupBy> {
        self.expect(K::By)?;
        let keys = self.exprs()?;
        Ok(GroupBy { span: self.since(start), keys })
    }

    fn item(&mut self) -> Parsed<Item> {
        let start = self.start();
        let kind = if self.eat_op("*").is_some() {
            ItemKind::Star(None)
        } else if self.peek().is_some_and(Self::can_be_name)
            && self.next_is_op(1, ".")
            && self.next_is_op(2, "*")
        {
            let table = self.name()?;
            self.advance();
            self.advance();
            ItemKind::Star(Some(table))
        } else {
            ItemKind::Expr(self.expr()?)
        };
        let alias = match kind {
            ItemKind::Star(_) => None,
            ItemKind::Expr(_) => self.alias()?,
        };
        Ok(Item { span: self.since(start), kind, alias })
    }

    fn joins(&mut self, start: usize) -> Parsed<FromClause> {
        let first = self.source()?;
        let mut joins = Vec::new();
        while let Some(join) = self.join()? {
            if joins.len() == MAX_JOINS {
                return self.fail("fewer joins");
            }
            joins.push(join);
        }
        Ok(FromClause { span: self.since(start), first, joins })
    }

    fn join(&mut self) -> Parsed<Option<Join>> {
        let start = self.start();
        let mut kind = JoinKind::Inner;
        let (mut natural, mut left, mut right) = (false, false, false);
        if self.eat_op(",").is_some() {
            kind = JoinKind::Comma;
        } else {
            let first = self.at;
            loop {
                if self.eat(K::Natural).is_some() {
                    natural = true;
                } else if self.eat(K::Left).is_some() {
                    left = true;
                } else if self.eat(K::Right).is_some() {
                    right = true;
                } else if self.eat(K::Full).is_some() {
                    (left, right) = (true, true);
                } else if self.eat(K::Cross).is_some() {
                    kind = JoinKind::Cross;
                } else if self.eat(K::Inner).is_none() && self.eat(K::Outer).is_none() {
                    break;
                }
            }
            if self.eat(K::Join).is_none() {
                return if self.at == first { Ok(None) } else { self.fail("JOIN") };
            }
            kind = match (left, right) {
                (true, true) => JoinKind::Full,
                (true, false) => JoinKind::Left,
                (false, true) => JoinKind::Right,
                (false, false) => kind,
            };
        }
        let op_span = self.since(start);
        let source = self.source()?;
        let constraint_start = self.start();
        let constraint = if let Some(on) = self.clause(K::On)? {
            Constraint::On(on)
        } else if self.eat(K::Using).is_some() {
            self.expect_op("(")?;
            let columns = self.list(Self::name)?;
            self.expect_op(")")?;
            Constraint::Using { span: self.since(constraint_start), columns }
        } else {
            Constraint::None
        };
        Ok(Some(Join { span: self.since(start), kind, natural, op_span, source, constraint }))
    }

    fn source(&mut self) -> Parsed<Source> {
        self.deeper(Self::source_here)
    }

    fn source_here(&mut self) -> Parsed<Source> {
        let start = self.start();
        let kind = if self.eat_op("(").is_some() {
            let kind = if self.at_query() {
                SourceKind::Subquery(Box::new(self.query()?))
            } else {
                let inner = self.start();
                let nested = self.joins(inner)?;
                self.highest += 1;
                SourceKind::Nested(Box::new(nested))
            };
            self.expect_op(")")?;
            kind
        } else {
            let mut name = self.name()?;
            let mut schema = None;
            if self.eat_op(".").is_some() {
                schema = Some(name);
                name = self.name()?;
            }
            let args = if self.eat_op("(").is_some() {
                let args = if self.next_is_op(0, ")") { Vec::new() } else { self.exprs()? };
                self.expect_op(")")?;
                Some(args)
            } else {
                None
            };
            SourceKind::Table { schema, name, args }
        };
        let alias = self.alias()?;
        if self.eat(K::Indexed).is_some() {
            self.expect(K::By)?;
            self.name()?;
        } else if self.next_is(K::Not) && self.next_is_at(1, K::Indexed) {
            self.advance();
            self.advance();
        }
        Ok(Source { span: self.since(start), kind, alias })
    }

    pub(super) fn order_by(&mut self) -> Parsed<Option<OrderBy>> {
        let start = self.start();
        if self.eat(K::Order).is_none() {
            return Ok(None);
        }
        self.expect(K::By)?;
        let keys = self.list(|p| {
            let start = p.start();
            let expr = p.expr()?;
            let descending = p.next_is(K::Desc);
            let direction = p.eat(K::Asc).or_else(|| p.eat(K::Desc));
            let nulls_start = p.start();
            let nulls = if p.eat(K::Nulls).is_some() {
                if p.eat(K::First).is_none() {
                    p.expect(K::Last)?;
                }
                Some(p.since(nulls_start))
            } else {
                None
            };
            Ok(OrderKey { span: p.since(start), expr, descending, direction, nulls })
        })?;
        Ok(Some(OrderBy { span: self.since(start), keys }))
    }

    fn limit(&mut self) -> Parsed<Option<Limit>> {
        let start = self.start();
        if self.eat(K::Limit).is_none() {
            return Ok(None);
        }
        let first = self.expr()?;
        let (count, offset) = if self.eat(K::Offset).is_some() {
            (first, Some(self.expr()?))
        } else if self.eat_op(",").is_some() {
            (self.expr()?, Some(first))
        } else {
            (first, None)
        };
        Ok(Some(Limit { span: self.since(start), count, offset }))
    }

    pub(super) fn window(&mut self) -> Parsed<Window> {
        let start = self.expect_op("(")?.start;
        let base = match self.peek() {
            Some(token)
                if Self::can_be_name(token)
                    && ![K::Partition, K::Rows, K::Range, K::Groups].iter().any(|&k| self.next_is(k)) =>
            {
                Some(self.name()?)
            }
            _ => None,
        };
        let partition_by = match self.eat(K::Partition) {
            Some(word) => Some(self.keys(word.start)?),
            None => None,
        };
        let order_by = self.order_by()?;
        let frame = self.frame()?;
        self.expect_op(")")?;
        Ok(Window { span: self.since(start), base, partition_by, order_by, frame })
    }

    fn frame(&mut self) -> Parsed<Option<Frame>> {
        let start = self.start();
        let unit = if self.eat(K::Rows).is_some() {
            FrameUnit::Rows
        } else if self.eat(K::Range).is_some() {
            FrameUnit::Range
        } else if self.eat(K::Groups).is_some() {
            FrameUnit::Groups
        } else {
            return Ok(None);
        };
        let unit_span = self.since(start);
        let (from, end) = if self.eat(K::Between).is_some() {
            let from = self.bound()?;
            self.expect(K::And)?;
            (from, Some(self.bound()?))
        } else {
            (self.bound()?, None)
        };
        let exclude = self.eat(K::Exclude).is_some();
        if exclude {
            if self.eat(K::No).is_some() {
                self.expect(K::Others)?;
            } else if self.eat(K::Current).is_some() {
                self.expect(K::Row)?;
            } else if self.eat(K::Group).is_none() {
                self.expect(K::Ties)?;
            }
        }
        Ok(Some(Frame { span: self.since(start), unit, unit_span, start: from, end, exclude }))
    }

    fn bound(&mut self) -> Parsed<Bound> {
        let start = self.start();
        let kind = if self.next_is(K::Current) && self.next_is_at(1, K::Row) {
            self.advance();
            self.advance();
            BoundKind::CurrentRow
        } else {
            let unbounded = self.next_is(K::Unbounded)
                && (self.next_is_at(1, K::Preceding) || self.next_is_at(1, K::Following));
            let distance: Option<Expr> = if unbounded {
                self.advance();
                None
            } else {
                Some(self.expr()?)
            };
            let preceding = self.eat(K::Preceding).is_some();
            if !preceding {
                self.expect(K::Following)?;
            }
            match (distance, preceding) {
                (None, true) => BoundKind::UnboundedPreceding,
                (None, false) => BoundKind::UnboundedFollowing,
                (Some(n), true) => BoundKind::Preceding(Box::new(n)),
                (Some(n), false) => BoundKind::Following(Box::new(n)),
            }
        };
        Ok(Bound { span: self.since(start), kind })
    }
}
