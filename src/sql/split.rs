//! Statements of a script: where each begins and ends, whether what has been typed so far is complete, and the form
//! in which two spellings of one statement are the same text. Knows tokens, no syntax beyond `CREATE TRIGGER … END;`.

use super::keywords::Keyword;
use super::lexer::{Span, Token, TokenKind, tokens};

/// One statement of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement<'a> {
    /// From its first token to its last, without the semicolon and the comments around it.
    pub span: Span,
    /// The text of the span.
    pub text: &'a str,
    /// Whether a semicolon follows.
    pub terminated: bool,
}

/// Where a reader stands, as in `sqlite3_complete`: only a trigger holds semicolons of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Between statements.
    Start,
    /// In a statement that ends at the next semicolon.
    Normal,
    /// After EXPLAIN: a CREATE may follow.
    Explain,
    /// After CREATE, perhaps TEMP: a TRIGGER may follow.
    Create,
    /// In CREATE TRIGGER.
    Trigger,
    /// In CREATE TRIGGER, after a semicolon.
    TriggerSemi,
    /// In CREATE TRIGGER, after `; END`.
    TriggerEnd,
}

impl State {
    /// The state after a token that is neither white space nor comment.
    fn after(self, token: Token, sql: &str) -> State {
        let keyword = match token.kind {
            TokenKind::Keyword(k) => Some(k),
            _ => None,
        };
        if token.is_op(sql, ";") {
            return match self {
                State::Start | State::Normal | State::Explain | State::Create | State::TriggerEnd => {
                    State::Start
                }
                State::Trigger | State::TriggerSemi => State::TriggerSemi,
            };
        }
        match self {
            State::Start if keyword == Some(Keyword::Explain) => State::Explain,
            State::Start | State::Explain if keyword == Some(Keyword::Create) => State::Create,
            State::Explain if matches!(keyword, Some(Keyword::Query | Keyword::Plan)) => State::Explain,
            State::Create if keyword == Some(Keyword::Trigger) => State::Trigger,
            State::Create if matches!(keyword, Some(Keyword::Temp | Keyword::Temporary)) => State::Create,
            State::Start | State::Normal | State::Explain | State::Create => State::Normal,
            State::TriggerSemi if keyword == Some(Keyword::End) => State::TriggerEnd,
            State::Trigger | State::TriggerSemi | State::TriggerEnd => State::Trigger,
        }
    }
}

/// Splits a script into its statements; empty ones and comments alone are none.
pub fn split(sql: &str) -> Vec<Statement<'_>> {
    let mut found = Vec::new();
    let mut state = State::Start;
    let mut open: Option<Span> = None;
    let close = |span: Option<Span>, terminated| {
        span.map(|span| Statement { span, text: span.text(sql), terminated })
    };
    for token in tokens(sql).filter(|t| !t.kind.is_trivia()) {
        state = state.after(token, sql);
        if state == State::Start {
            found.extend(close(open.take(), true));
        } else {
            open = Some(open.map_or(token.span, |span| span.to(token.span)));
        }
    }
    found.extend(close(open, false));
    found
}

/// Whether the text ends with a complete statement, as `sqlite3_complete` says: its last token is a semicolon that
/// ends a statement, and nothing but white space and closed comments follows.
pub fn is_complete(sql: &str) -> bool {
    // No statement at all is not complete either.
    let mut state = None;
    for token in tokens(sql) {
        match token.kind {
            TokenKind::OpenComment | TokenKind::Unterminated => return false,
            TokenKind::Comment | TokenKind::Space => {}
            TokenKind::Keyword(_)
            | TokenKind::Identifier
            | TokenKind::QuotedIdentifier
            | TokenKind::String
            | TokenKind::Number
            | TokenKind::Blob
            | TokenKind::Parameter
            | TokenKind::Operator
            | TokenKind::Illegal => state = Some(state.unwrap_or(State::Start).after(token, sql)),
        }
    }
    state == Some(State::Start)
}

/// Brings a script into the form in which texts that differ only in white space, comments, the case of keywords and
/// bare names, and semicolons at the ends are equal. The result is SQL of the same meaning.
pub fn normalize(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    for (i, statement) in split(sql).iter().enumerate() {
        if i > 0 {
            out.push_str(" ;");
        }
        for token in tokens(statement.text).filter(|t| !t.kind.is_trivia()) {
            if !out.is_empty() {
                out.push(' ');
            }
            let text = token.text(statement.text);
            match token.kind {
                TokenKind::Keyword(_) | TokenKind::Identifier => {
                    out.extend(text.chars().map(|c| c.to_ascii_lowercase()));
                }
                TokenKind::QuotedIdentifier
                | TokenKind::String
                | TokenKind::Number
                | TokenKind::Blob
                | TokenKind::Parameter
                | TokenKind::Operator
                | TokenKind::Comment
                | TokenKind::OpenComment
                | TokenKind::Space
                | TokenKind::Illegal
                | TokenKind::Unterminated => out.push_str(text),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn scripts_and_their_statements() {
        let trigger =
            "create temp trigger t after insert on a begin select case when 1 then 2 end; select 3; end";
        let explained = "explain query plan create trigger t after insert on a begin select 1; end";
        let both = format!("{trigger}; {explained}; select 1");
        let cases: &[(&str, &[&str])] = &[
            ("", &[]),
            (" ;; -- nothing\n;/* no */", &[]),
            ("select 1", &["select 1"]),
            ("select 1;", &["select 1"]),
            (" /* a */ select 1 /* b */ ; -- c", &["select 1"]),
            ("select ';' ; select \";\" -- ;\n", &["select ';'", "select \";\" "]),
            ("select 1 -- one;\n+ 2; select 3", &["select 1 -- one;\n+ 2", "select 3"]),
            (
                "begin; select case when 1 then 2 end; end;",
                &["begin", "select case when 1 then 2 end", "end"],
            ),
            (&both, &[trigger, explained, "select 1"]),
            ("select 'a; select 2;", &["select 'a; select 2;"]),
            ("select create trigger; select 2", &["select create trigger", "select 2"]),
        ];
        for (script, expected) in cases {
            let texts: Vec<_> = split(script).iter().map(|s| s.text).collect();
            let expected: Vec<_> = expected.iter().map(|t| t.trim_end()).collect();
            assert_eq!(texts, expected, "{script}");
        }
    }

    #[test]
    fn a_statement_knows_where_it_stands_and_whether_it_is_ended() {
        assert_eq!(
            split("select 1 ;\n select é "),
            [
                Statement { span: Span::new(0, 8), text: "select 1", terminated: true },
                Statement { span: Span::new(12, 21), text: "select é", terminated: false },
            ]
        );
    }

    /// The expected values are `sqlite3_complete`'s own, but for the last two: it does not see EXPLAIN QUERY PLAN.
    #[test]
    fn complete_as_sqlite_says() {
        for (sql, complete) in [
            ("", false),
            ("-- a", false),
            ("select 1", false),
            (";", true),
            ("select 1;", true),
            ("select 1; -- a", true),
            ("select 1; /* a */ ", true),
            ("select 1; /* a", false),
            ("select 1; /*/", false),
            ("select 1; select", false),
            ("select ';", false),
            ("select ';'", false),
            ("select [;", false),
            ("select \"a;\";", true),
            ("create trigger t begin select 1;", false),
            ("create trigger t begin select 1; end", false),
            ("create trigger t begin select 1; end;", true),
            ("create trigger t begin select 1; end x;", false),
            ("create temporary trigger t begin select 1; end /* */ ;", true),
            ("create table trigger;", true),
            ("explain create trigger t begin select 1;", false),
            ("explain query plan create trigger t begin select 1;", false),
        ] {
            assert_eq!(is_complete(sql), complete, "{sql}");
        }
    }

    #[test]
    fn spellings_of_one_statement() {
        for (a, b) in [
            ("SELECT Id FROM Users;", "select id\nfrom users -- all"),
            ("select count(*)from t", "Select Count ( * ) From t ;;"),
            ("select 1;select 2", "select 1 ; /* then */ select 2;"),
        ] {
            assert_eq!(normalize(a), normalize(b));
        }
        for (a, b) in [
            ("select 'A'", "select 'a'"),
            ("select \"A\"", "select \"a\""),
            ("select 'a b'", "select 'a  b'"),
            ("select 1; select 2", "select 1 select 2"),
            ("select :A", "select :a"),
            ("select 1 2", "select 12"),
        ] {
            assert_ne!(normalize(a), normalize(b));
        }
        assert_eq!(normalize("SELECT\tA.b,'X' ; "), "select a . b , 'X'");
    }

    proptest! {
        #[test]
        fn a_normal_form_is_its_own(sql in "(select|;|'|a b|--|\n|/\\*|\\*/|create trigger|begin|end|1|\\.| ){0,20}") {
            let once = normalize(&sql);
            prop_assert_eq!(normalize(&once), once.clone());
            prop_assert_eq!(split(&once).len(), split(&sql).len());
        }
    }
}
