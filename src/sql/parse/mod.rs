//! From tokens to the tree: SQLite's grammar of queries, with its own precedences. A text that SQLite refuses may
//! still parse here (names, types and numbers of arguments are not looked at); one that it accepts should.
//!
//! The parser is our own because edits, warnings and twins are made on the learner's text, so every node must know its
//! bytes and bind as in SQLite; printing a general parser's tree back would change what the text means.

mod expr;
mod query;

use super::ast::{Expr, Name, Query};
use super::keywords::Keyword;
use super::lexer::{Span, Token, TokenKind, significant, unquote};

/// Higher trees than this are not built: the sandbox refuses them too, and they are walked by recursion.
const MAX_HEIGHT: u16 = 200;

/// SQLite joins no more tables than 64.
const MAX_JOINS: usize = 64;

/// SQLite puts no more queries than 500 into one.
const MAX_ARMS: usize = 500;

/// Rules are not nested deeper than this, so that the stack of a small thread does.
const MAX_DEPTH: u16 = 80;

/// Where a text stops being a query, and what was expected there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// The byte at which the token stands that does not fit.
    pub offset: usize,
    /// What was expected in its place.
    pub expected: &'static str,
}

/// Parses one query: `[WITH …] SELECT …` or VALUES, with or without semicolons at its end.
pub fn parse_query(sql: &str) -> Result<Query, ParseError> {
    let mut parser = Parser { sql, tokens: significant(sql), at: 0, depth: 0, highest: 0 };
    while parser.eat_op(";").is_some() {}
    let query = parser.query()?;
    while parser.eat_op(";").is_some() {}
    match parser.peek() {
        None => Ok(query),
        Some(_) => parser.fail("the end of the statement"),
    }
}

type Parsed<T> = Result<T, ParseError>;

struct Parser<'a> {
    sql: &'a str,
    tokens: Vec<Token>,
    at: usize,
    depth: u16,
    /// The highest tree built so far in the query being read.
    highest: u16,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<Token> {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> Option<Token> {
        self.tokens.get(self.at + ahead).copied()
    }

    fn text(&self, token: Token) -> &'a str {
        token.text(self.sql)
    }

    fn fail<T>(&self, expected: &'static str) -> Parsed<T> {
        let offset = self.peek().map_or(self.sql.len(), |t| t.span.start);
        Err(ParseError { offset, expected })
    }

    /// The place right before the next token: where a span that begins there begins.
    fn start(&self) -> usize {
        self.peek().map_or(self.sql.len(), |t| t.span.start)
    }

    /// The span from `start` to the end of the last token read.
    fn since(&self, start: usize) -> Span {
        Span::new(start, self.at.checked_sub(1).map_or(start, |i| self.tokens[i].span.end))
    }

    fn next_is(&self, keyword: Keyword) -> bool {
        self.next_is_at(0, keyword)
    }

    fn next_is_at(&self, ahead: usize, keyword: Keyword) -> bool {
        self.peek_at(ahead).is_some_and(|t| t.is_keyword(keyword))
    }

    fn next_is_op(&self, ahead: usize, op: &str) -> bool {
        self.peek_at(ahead).is_some_and(|t| t.is_op(self.sql, op))
    }

    fn eat(&mut self, keyword: Keyword) -> Option<Span> {
        self.next_is(keyword).then(|| self.advance())
    }

    fn eat_op(&mut self, op: &str) -> Option<Span> {
        self.next_is_op(0, op).then(|| self.advance())
    }

    /// Steps over the next token, which must be there.
    fn advance(&mut self) -> Span {
        self.at += 1;
        self.tokens[self.at - 1].span
    }

    fn expect(&mut self, keyword: Keyword) -> Parsed<Span> {
        match self.eat(keyword) {
            Some(span) => Ok(span),
            None => self.fail(keyword.as_str()),
        }
    }

    fn expect_op(&mut self, op: &'static str) -> Parsed<Span> {
        match self.eat_op(op) {
            Some(span) => Ok(span),
            None => self.fail(op),
        }
    }

    /// Runs a rule one level deeper, or refuses.
    fn deeper<T>(&mut self, rule: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            return self.fail("less nesting");
        }
        self.depth += 1;
        let result = rule(self);
        self.depth -= 1;
        result
    }

    /// Reads `rule` once and again after each comma.
    fn list<T>(&mut self, mut rule: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut out = vec![rule(self)?];
        while self.eat_op(",").is_some() {
            out.push(rule(self)?);
        }
        Ok(out)
    }

    fn exprs(&mut self) -> Parsed<Vec<Expr>> {
        self.list(Self::expr)
    }

    /// Whether a token can be a name where one is expected.
    fn can_be_name(token: Token) -> bool {
        match token.kind {
            TokenKind::Identifier | TokenKind::QuotedIdentifier => true,
            TokenKind::Keyword(k) => k.may_be_name(),
            TokenKind::String
            | TokenKind::Number
            | TokenKind::Blob
            | TokenKind::Parameter
            | TokenKind::Operator
            | TokenKind::Comment
            | TokenKind::OpenComment
            | TokenKind::Space
            | TokenKind::Illegal
            | TokenKind::Unterminated => false,
        }
    }

    fn name(&mut self) -> Parsed<Name> {
        match self.peek() {
            Some(token) if Self::can_be_name(token) || token.kind == TokenKind::String => {
                Ok(self.take_name(token))
            }
            _ => self.fail("a name"),
        }
    }

    fn take_name(&mut self, token: Token) -> Name {
        let span = self.advance();
        Name { text: unquote(self.text(token)), span }
    }

    /// Reads an alias, with or without AS.
    fn alias(&mut self) -> Parsed<Option<Name>> {
        if self.eat(Keyword::As).is_some() {
            return self.name().map(Some);
        }
        let Some(token) = self.peek() else { return Ok(None) };
        let fits = match token.kind {
            TokenKind::Identifier | TokenKind::QuotedIdentifier | TokenKind::String => true,
            TokenKind::Keyword(Keyword::Window) => !self.is_window_clause(),
            TokenKind::Keyword(k) => k.may_be_name() && !begins_more(k),
            TokenKind::Number
            | TokenKind::Blob
            | TokenKind::Parameter
            | TokenKind::Operator
            | TokenKind::Comment
            | TokenKind::OpenComment
            | TokenKind::Space
            | TokenKind::Illegal
            | TokenKind::Unterminated => false,
        };
        Ok(fits.then(|| self.take_name(token)))
    }

    /// Whether WINDOW, which comes next, begins a clause: a name and AS follow.
    fn is_window_clause(&self) -> bool {
        self.peek_at(1).is_some_and(Self::can_be_name) && self.next_is_at(2, Keyword::As)
    }
}

/// Whether a keyword that may be a name goes on with the clause rather than being an alias without AS.
fn begins_more(keyword: Keyword) -> bool {
    use Keyword as K;
    matches!(
        keyword,
        K::Cross
            | K::Full
            | K::Indexed
            | K::Inner
            | K::Left
            | K::Natural
            | K::Outer
            | K::Right
            | K::Like
            | K::Glob
            | K::Match
            | K::Regexp
    )
}
