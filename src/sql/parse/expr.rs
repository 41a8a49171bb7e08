//! Expressions, by the precedences of SQLite's grammar.

use super::{MAX_HEIGHT, ParseError, Parsed, Parser};
use crate::sql::ast::{
    BinaryOp, COLLATE, Call, CaseArm, Clause, EQUALITY, Expr, ExprKind, InSet, NOT, Over, Query, SIGN,
    UnaryOp, WindowRef,
};
use crate::sql::keywords::Keyword as K;
use crate::sql::lexer::{Span, Token, TokenKind, unquote};

/// What may follow an operand.
#[derive(Clone, Copy)]
enum Infix {
    Binary(BinaryOp),
    Like { not: bool, like: bool },
    Between { not: bool },
    In { not: bool },
    IsNull { not: bool },
    Collate,
}

impl Infix {
    fn strength(self) -> u8 {
        match self {
            Infix::Binary(op) => op.strength(),
            Infix::Like { .. } | Infix::Between { .. } | Infix::In { .. } | Infix::IsNull { .. } => EQUALITY,
            Infix::Collate => COLLATE,
        }
    }
}

impl Parser<'_> {
    pub(super) fn expr(&mut self) -> Parsed<Expr> {
        self.operand(0)
    }

    /// Reads an expression of operators that bind at least as strongly as `least`.
    fn operand(&mut self, least: u8) -> Parsed<Expr> {
        self.deeper(|p| {
            let start = p.start();
            let mut left = p.prefix()?;
            while let Some((infix, words)) = p.peek_infix() {
                if infix.strength() < least {
                    break;
                }
                left = p.infix(start, left, infix, words)?;
            }
            Ok(left)
        })
    }

    /// Makes a node of what has been read since `start`, unless the tree gets too high.
    fn node(&mut self, start: usize, kind: ExprKind) -> Parsed<Expr> {
        let height = 1 + children_height(&kind);
        if height > MAX_HEIGHT {
            return Err(ParseError { offset: start, expected: "less nesting" });
        }
        self.highest = self.highest.max(height);
        Ok(Expr { span: self.since(start), kind, height })
    }

    /// The operator that comes next, and of how many tokens it is.
    fn peek_infix(&self) -> Option<(Infix, usize)> {
        let token = self.peek()?;
        let TokenKind::Keyword(keyword) = token.kind else {
            let op =
                if token.kind == TokenKind::Operator { binary_op(self.text(token))? } else { return None };
            return Some((Infix::Binary(op), 1));
        };
        let not = keyword == K::Not;
        let words = if not { 2 } else { 1 };
        let word = if not {
            match self.peek_at(1)?.kind {
                TokenKind::Keyword(next) => next,
                _ => return None,
            }
        } else {
            keyword
        };
        Some(match word {
            K::Or if !not => (Infix::Binary(BinaryOp::Or), 1),
            K::And if !not => (Infix::Binary(BinaryOp::And), 1),
            K::Is if !not => {
                let negated = self.next_is_at(1, K::Not);
                let words = 1 + usize::from(negated);
                let distinct = self.next_is_at(words, K::Distinct) && self.next_is_at(words + 1, K::From);
                let op = if negated == distinct { BinaryOp::Is } else { BinaryOp::IsNot };
                (Infix::Binary(op), words + if distinct { 2 } else { 0 })
            }
            K::Isnull if !not => (Infix::IsNull { not: false }, 1),
            K::Notnull if !not => (Infix::IsNull { not: true }, 1),
            K::Null if not => (Infix::IsNull { not: true }, 2),
            K::Like => (Infix::Like { not, like: true }, words),
            K::Glob | K::Regexp | K::Match => (Infix::Like { not, like: false }, words),
            K::Between => (Infix::Between { not }, words),
            K::In => (Infix::In { not }, words),
            K::Collate if !not => (Infix::Collate, 1),
            _ => return None,
        })
    }

    fn infix(&mut self, start: usize, left: Expr, infix: Infix, words: usize) -> Parsed<Expr> {
        let op_start = self.start();
        self.at += words;
        let op_span = self.since(op_start);
        let left = Box::new(left);
        let kind = match infix {
            Infix::Binary(op) => {
                let right = self.operand(op.strength() + 1)?;
                match (op, &right.kind) {
                    (BinaryOp::Is | BinaryOp::IsNot, ExprKind::Null) if words < 3 => {
                        let op_span = op_span.to(right.span);
                        ExprKind::IsNull { op_span, not: op == BinaryOp::IsNot, expr: left }
                    }
                    _ => ExprKind::Binary { op, op_span, left, right: Box::new(right) },
                }
            }
            Infix::Like { not, like } => {
                let right = Box::new(self.operand(EQUALITY + 1)?);
                let escape = match self.eat(K::Escape) {
                    Some(_) => Some(Box::new(self.operand(EQUALITY + 1)?)),
                    None => None,
                };
                ExprKind::Like { op_span, not, like, left, right, escape }
            }
            Infix::Between { not } => {
                let low = Box::new(self.operand(NOT)?);
                self.expect(K::And)?;
                let high = Box::new(self.operand(EQUALITY + 1)?);
                ExprKind::Between { op_span, not, expr: left, low, high }
            }
            Infix::In { not } => ExprKind::In { op_span, not, expr: left, set: self.in_set()? },
            Infix::IsNull { not } => ExprKind::IsNull { op_span, not, expr: left },
            Infix::Collate => ExprKind::Collate { expr: left, collation: self.name()? },
        };
        self.node(start, kind)
    }

    fn in_set(&mut self) -> Parsed<InSet> {
        if self.eat_op("(").is_none() {
            let mut name = self.name()?;
            if self.eat_op(".").is_some() {
                name = self.name()?;
            }
            if self.eat_op("(").is_some() {
                self.exprs()?;
                self.expect_op(")")?;
            }
            return Ok(InSet::Table(name));
        }
        let set = if self.at_query() {
            InSet::Query(Box::new(self.query()?))
        } else if self.next_is_op(0, ")") {
            InSet::List(Vec::new())
        } else {
            InSet::List(self.exprs()?)
        };
        self.expect_op(")")?;
        Ok(set)
    }

    fn prefix(&mut self) -> Parsed<Expr> {
        let start = self.start();
        let (op, strength) = match self.peek() {
            Some(t) if t.is_keyword(K::Not) => (UnaryOp::Not, NOT),
            Some(t) if t.is_op(self.sql, "-") => (UnaryOp::Minus, SIGN),
            Some(t) if t.is_op(self.sql, "+") => (UnaryOp::Plus, SIGN),
            Some(t) if t.is_op(self.sql, "~") => (UnaryOp::BitNot, SIGN),
            _ => return self.primary(),
        };
        let op_span = self.advance();
        let expr = Box::new(self.operand(strength)?);
        self.node(start, ExprKind::Unary { op, op_span, expr })
    }

    fn primary(&mut self) -> Parsed<Expr> {
        let start = self.start();
        let Some(token) = self.peek() else { return self.fail("an expression") };
        let leaf = match token.kind {
            TokenKind::Number => Some(ExprKind::Number),
            TokenKind::String => Some(ExprKind::String(unquote(self.text(token)))),
            TokenKind::Blob => Some(ExprKind::Blob),
            TokenKind::Parameter => Some(ExprKind::Parameter),
            TokenKind::Keyword(K::Null) => Some(ExprKind::Null),
            TokenKind::Keyword(K::CurrentDate | K::CurrentTime | K::CurrentTimestamp) => Some(ExprKind::Now),
            _ => None,
        };
        if let Some(kind) = leaf {
            self.advance();
            return self.node(start, kind);
        }
        if self.eat_op("(").is_some() {
            let kind = if self.at_query() {
                ExprKind::Subquery(Box::new(self.query()?))
            } else {
                ExprKind::Row(self.exprs()?)
            };
            self.expect_op(")")?;
            return self.node(start, kind);
        }
        if self.eat(K::Exists).is_some() {
            let query = self.query_in_parentheses()?;
            return self.node(start, ExprKind::Exists(Box::new(query)));
        }
        if self.next_is(K::Case) {
            return self.case();
        }
        if self.next_is(K::Cast) && self.next_is_op(1, "(") {
            return self.cast();
        }
        if Self::can_be_name(token) {
            return if self.next_is_op(1, "(") { self.call() } else { self.column() };
        }
        self.fail("an expression")
    }

    fn query_in_parentheses(&mut self) -> Parsed<Query> {
        self.expect_op("(")?;
        let query = self.query()?;
        self.expect_op(")")?;
        Ok(query)
    }

    /// Reads `column`, `table.column` or `schema.table.column`.
    fn column(&mut self) -> Parsed<Expr> {
        let start = self.start();
        let mut table = None;
        let mut column = self.name()?;
        for _ in 0..2 {
            if self.eat_op(".").is_some() {
                table = Some(column);
                column = self.name()?;
            }
        }
        self.node(start, ExprKind::Column { table, column })
    }

    fn case(&mut self) -> Parsed<Expr> {
        let start = self.expect(K::Case)?.start;
        let operand = if self.next_is(K::When) { None } else { Some(Box::new(self.expr()?)) };
        let mut arms = Vec::new();
        while let Some(word) = self.eat(K::When) {
            let when = self.expr()?;
            self.expect(K::Then)?;
            let then = self.expr()?;
            arms.push(CaseArm { span: self.since(word.start), when, then });
        }
        if arms.is_empty() {
            return self.fail("WHEN");
        }
        let otherwise = match self.eat(K::Else) {
            Some(_) => Some(Box::new(self.expr()?)),
            None => None,
        };
        self.expect(K::End)?;
        self.node(start, ExprKind::Case { operand, arms, otherwise })
    }

    fn cast(&mut self) -> Parsed<Expr> {
        let start = self.expect(K::Cast)?.start;
        self.expect_op("(")?;
        let expr = Box::new(self.expr()?);
        self.expect(K::As)?;
        let type_start = self.start();
        // A type is names and perhaps sizes in parentheses, or nothing at all.
        while self.peek().is_some_and(Self::can_be_name) {
            self.advance();
        }
        if self.eat_op("(").is_some() {
            self.exprs()?;
            self.expect_op(")")?;
        }
        let type_span = if self.start() == type_start {
            Span::new(type_start, type_start)
        } else {
            self.since(type_start)
        };
        self.expect_op(")")?;
        self.node(start, ExprKind::Cast { expr, type_span })
    }

    fn call(&mut self) -> Parsed<Expr> {
        let start = self.start();
        let name = self.name()?;
        let inside_start = self.expect_op("(")?.end;
        let distinct = self.eat(K::Distinct);
        if distinct.is_none() {
            self.eat(K::All);
        }
        let star = self.eat_op("*").is_some();
        let empty = star || self.next_is_op(0, ")") || self.next_is(K::Order);
        let args = if empty { Vec::new() } else { self.exprs()? };
        let mut order_by = self.order_by()?;
        let inside = Span::new(inside_start, self.expect_op(")")?.start);
        if self.peek().is_some_and(|t| self.is_within(t)) && self.next_is_at(1, K::Group) {
            self.advance();
            self.advance();
            self.expect_op("(")?;
            order_by = self.order_by()?;
            self.expect_op(")")?;
        }
        let filter = self.filter()?;
        let over = self.over()?;
        let call = Call { name, distinct, star, args, inside, order_by, filter, over };
        self.node(start, ExprKind::Call(Box::new(call)))
    }

    fn is_within(&self, token: Token) -> bool {
        token.kind == TokenKind::Identifier && self.text(token).eq_ignore_ascii_case("within")
    }

    fn filter(&mut self) -> Parsed<Option<Clause>> {
        if !(self.next_is(K::Filter) && self.next_is_op(1, "(")) {
            return Ok(None);
        }
        let start = self.advance().start;
        self.advance();
        let Some(clause) = self.clause(K::Where)? else { return self.fail("WHERE") };
        self.expect_op(")")?;
        Ok(Some(Clause { span: self.since(start), expr: clause.expr }))
    }

    fn over(&mut self) -> Parsed<Option<Over>> {
        let follows = self.next_is_op(1, "(") || self.peek_at(1).is_some_and(Self::can_be_name);
        if !(self.next_is(K::Over) && follows) {
            return Ok(None);
        }
        let start = self.advance().start;
        let window = if self.next_is_op(0, "(") {
            WindowRef::Defined(self.window()?)
        } else {
            WindowRef::Named(self.name()?)
        };
        Ok(Some(Over { span: self.since(start), window }))
    }
}

fn binary_op(text: &str) -> Option<BinaryOp> {
    Some(match text {
        "=" | "==" => BinaryOp::Eq,
        "<>" | "!=" => BinaryOp::Ne,
        "<" => BinaryOp::Lt,
        "<=" => BinaryOp::Le,
        ">" => BinaryOp::Gt,
        ">=" => BinaryOp::Ge,
        "&" => BinaryOp::BitAnd,
        "|" => BinaryOp::BitOr,
        "<<" => BinaryOp::ShiftLeft,
        ">>" => BinaryOp::ShiftRight,
        "+" => BinaryOp::Add,
        "-" => BinaryOp::Subtract,
        "*" => BinaryOp::Multiply,
        "/" => BinaryOp::Divide,
        "%" => BinaryOp::Modulo,
        "||" => BinaryOp::Concat,
        "->" | "->>" => BinaryOp::Arrow,
        _ => return None,
    })
}

/// The height of the highest tree right below a node. What stands in windows, filters and inner orders counts like
/// arguments; queries carry their own height.
fn children_height(kind: &ExprKind) -> u16 {
    let of = |expr: &Expr| expr.height;
    let opt = |expr: &Option<Box<Expr>>| expr.as_ref().map_or(0, |e| e.height);
    let max = |exprs: &[Expr]| exprs.iter().map(of).max().unwrap_or(0);
    match kind {
        ExprKind::Null
        | ExprKind::Number
        | ExprKind::String(_)
        | ExprKind::Blob
        | ExprKind::Now
        | ExprKind::Parameter
        | ExprKind::Column { .. } => 0,
        ExprKind::Unary { expr, .. }
        | ExprKind::IsNull { expr, .. }
        | ExprKind::Cast { expr, .. }
        | ExprKind::Collate { expr, .. } => expr.height,
        ExprKind::Binary { left, right, .. } => left.height.max(right.height),
        ExprKind::Like { left, right, escape, .. } => left.height.max(right.height).max(opt(escape)),
        ExprKind::Between { expr, low, high, .. } => expr.height.max(low.height).max(high.height),
        ExprKind::In { expr, set, .. } => expr.height.max(match set {
            InSet::List(items) => max(items),
            InSet::Query(query) => query.height,
            InSet::Table(_) => 0,
        }),
        ExprKind::Exists(query) | ExprKind::Subquery(query) => query.height,
        ExprKind::Call(call) => call_height(call),
        ExprKind::Case { operand, arms, otherwise } => arms
            .iter()
            .map(|arm| arm.when.height.max(arm.then.height))
            .fold(opt(operand).max(opt(otherwise)), u16::max),
        ExprKind::Row(items) => max(items),
    }
}

fn call_height(call: &Call) -> u16 {
    let mut highest = call.args.iter().map(|e| e.height).max().unwrap_or(0);
    let mut see = |expr: &Expr| highest = highest.max(expr.height);
    call.order_by.iter().flat_map(|o| &o.keys).for_each(|k| see(&k.expr));
    call.filter.iter().for_each(|f| see(&f.expr));
    if let Some(Over { window: WindowRef::Defined(window), .. }) = &call.over {
        window.partition_by.iter().flat_map(|p| &p.keys).for_each(&mut see);
        window.order_by.iter().flat_map(|o| &o.keys).for_each(|k| see(&k.expr));
    }
    highest
}
