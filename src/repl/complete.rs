//! What Tab offers: names that fit at the cursor.

use rustyline::completion::Pair;

use crate::{
    render::table::Mode,
    session::{
        Words,
        commands::{self, Argument},
    },
    sql::{
        keywords::{KEYWORDS, Keyword},
        lexer::{Token, TokenKind, tokens, unquote},
    },
};

/// The names that fit at a place in a text, and where the word begins that they complete.
pub(super) fn complete(text: &str, at: usize, words: &Words) -> (usize, Vec<Pair>) {
    let before = &text[..at];
    if commands::is_command(before) || before.trim() == "." {
        return command(before, words);
    }
    sql(text, at, words)
}

/// A name that stands for itself.
fn pair(name: &str) -> Pair {
    Pair { display: name.to_owned(), replacement: name.to_owned() }
}

/// Whether a name starts with what was typed, whatever the case.
fn starts(name: &str, typed: &str) -> bool {
    name.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed))
}

fn command(before: &str, words: &Words) -> (usize, Vec<Pair>) {
    let blank = before.len() - before.trim_start().len();
    let Some(space) = before[blank..].find(char::is_whitespace) else {
        let typed = &before[blank..];
        let found = commands::names().filter(|name| !typed.is_empty() && starts(name, typed));
        return (blank, found.map(pair).collect());
    };
    let name = &before[blank..blank + space];
    let start = before.rfind(char::is_whitespace).map_or(0, |space| space + 1);
    let typed = &before[start..];
    let first = before[blank + space..start].trim().is_empty();
    let argument = commands::find(name).map_or(Argument::Free, |command| command.argument);
    let from = |names: &mut dyn Iterator<Item = &str>| {
        names.filter(|name| starts(name, typed)).map(pair).collect::<Vec<_>>()
    };
    let found = match argument {
        Argument::Sql => {
            let offset = blank + space;
            let (at, found) = sql(&before[offset..], before.len() - offset, words);
            return (offset + at, found);
        }
        Argument::Free => Vec::new(),
        _ if !first => Vec::new(),
        Argument::Words(list) => from(&mut list.iter().copied()),
        Argument::Mode => from(&mut Mode::ALL.iter().map(|(name, _)| *name)),
        Argument::Table => from(&mut words.tables()),
        Argument::Exercise => from(&mut words.exercises.iter().map(String::as_str)),
        Argument::Command => from(&mut commands::names()),
        Argument::File => files(typed),
    };
    (start, found)
}

/// Files and folders.
fn files(typed: &str) -> Vec<Pair> {
    let (folder, name) = typed.rsplit_once('/').map_or(("", typed), |(folder, name)| (folder, name));
    let look = match (folder, typed.starts_with('/')) {
        ("", true) => "/",
        ("", false) => ".",
        (folder, _) => folder,
    };
    let Ok(entries) = std::fs::read_dir(look) else { return Vec::new() };
    let mut found: Vec<Pair> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let mut file = entry.file_name().into_string().ok()?;
            if !file.starts_with(name) || (file.starts_with('.') && name.is_empty()) {
                return None;
            }
            if entry.path().is_dir() {
                file.push('/');
            }
            let replacement = format!("{}{file}", &typed[..typed.len() - name.len()]);
            Some(Pair { display: file, replacement })
        })
        .collect();
    found.sort_by(|a, b| a.display.cmp(&b.display));
    found
}

fn sql(text: &str, at: usize, words: &Words) -> (usize, Vec<Pair>) {
    let all: Vec<Token> = tokens(text).collect();
    let inside = |token: &&Token| token.span.start < at && at <= token.span.end;
    let quoted = all.iter().find(inside).is_some_and(|token| match token.kind {
        TokenKind::Comment => at < token.span.end || token.text(text).starts_with("--"),
        TokenKind::String
        | TokenKind::Blob
        | TokenKind::Unterminated
        | TokenKind::QuotedIdentifier
        | TokenKind::OpenComment => true,
        TokenKind::Keyword(_)
        | TokenKind::Identifier
        | TokenKind::Number
        | TokenKind::Parameter
        | TokenKind::Operator
        | TokenKind::Space
        | TokenKind::Illegal => false,
    });
    let typed_from = text[..at]
        .rfind(|c: char| !(c.is_alphanumeric() || c == '_'))
        .map_or(0, |before| before + text[before..].chars().next().map_or(1, char::len_utf8));
    let typed = &text[typed_from..at];
    if quoted || typed.starts_with(|c: char| c.is_ascii_digit()) {
        return (at, Vec::new());
    }
    // The statement in which the cursor stands.
    let end = |token: &&Token| token.is_op(text, ";");
    let from = all.iter().filter(end).map(|t| t.span.end).filter(|e| *e <= typed_from).max().unwrap_or(0);
    let to = all.iter().filter(end).map(|t| t.span.start).find(|s| *s >= at).unwrap_or(text.len());
    let here: Vec<Token> =
        all.into_iter().filter(|t| !t.kind.is_trivia() && t.span.start >= from && t.span.end <= to).collect();
    let earlier: Vec<&Token> = here.iter().filter(|token| token.span.end <= typed_from).collect();
    let sources = sources(text, &here, words);

    let mut found: Vec<Pair> = Vec::new();
    let mut offer = |name: &str, shown: &str| {
        if starts(name, typed) && !found.iter().any(|pair| pair.replacement.eq_ignore_ascii_case(shown)) {
            found.push(pair(shown));
        }
    };
    if let [.., name, dot] = earlier.as_slice()
        && dot.is_op(text, ".")
        && dot.span.end == typed_from
    {
        let name = unquote(name.text(text));
        for (_, columns) in sources.iter().filter(|(alias, _)| alias.eq_ignore_ascii_case(&name)) {
            columns.iter().for_each(|column| offer(column, &spelt(column)));
        }
        return (typed_from, found);
    }
    if after_table_word(text, &earlier) {
        words.tables().for_each(|name| offer(name, &spelt(name)));
        return (typed_from, found);
    }
    for (_, columns) in &sources {
        columns.iter().for_each(|column| offer(column, &spelt(column)));
    }
    if typed.is_empty() {
        return (typed_from, found);
    }
    for (alias, _) in &sources {
        offer(alias, &spelt(alias));
    }
    if sources.is_empty() {
        words.tables.iter().flat_map(|(_, columns)| columns).for_each(|column| offer(column, &spelt(column)));
    }
    words.tables().for_each(|name| offer(name, &spelt(name)));
    let upper = typed.chars().any(char::is_uppercase) && !typed.chars().any(char::is_lowercase);
    for keyword in KEYWORDS {
        let name = keyword.as_str();
        offer(name, &if upper { name.to_owned() } else { name.to_lowercase() });
    }
    if typed.len() > 1 {
        for name in &words.functions {
            offer(name, &format!("{}(", if upper { name.to_uppercase() } else { name.clone() }));
        }
    }
    (typed_from, found)
}

/// A name as SQL takes it: in quotes where it needs them.
fn spelt(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && Keyword::find(name).is_none_or(Keyword::may_be_name);
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// Whether a table's name comes next.
fn after_table_word(text: &str, earlier: &[&Token]) -> bool {
    let word = |token: &Token| match token.kind {
        TokenKind::Keyword(keyword) => Some(keyword),
        _ => None,
    };
    let mut back = earlier.iter().rev();
    let Some(last) = back.next() else { return false };
    match word(last) {
        Some(Keyword::From | Keyword::Join | Keyword::Into | Keyword::Update | Keyword::Table) => true,
        _ if last.is_op(text, ",") => {
            // A comma in a list of tables: FROM stands before it, and none of the words that end the list.
            let mut depth = 0;
            for token in back {
                if token.is_op(text, ")") {
                    depth += 1;
                } else if token.is_op(text, "(") {
                    if depth == 0 {
                        return false;
                    }
                    depth -= 1;
                } else if depth == 0 {
                    match word(token) {
                        Some(Keyword::From) => return true,
                        Some(
                            Keyword::Select
                            | Keyword::Where
                            | Keyword::Group
                            | Keyword::Order
                            | Keyword::By
                            | Keyword::On
                            | Keyword::Using
                            | Keyword::Set
                            | Keyword::Values
                            | Keyword::With,
                        ) => return false,
                        _ => {}
                    }
                }
            }
            false
        }
        _ => false,
    }
}

/// The tables that a statement names, each by the name that its columns are reached by.
fn sources<'w>(text: &str, here: &[Token], words: &'w Words) -> Vec<(String, &'w [String])> {
    let mut found = Vec::new();
    for (at, token) in here.iter().enumerate() {
        if !token.is_name() || here.get(at + 1).is_some_and(|next| next.is_op(text, ".")) {
            continue;
        }
        let starts_source = at > 0 && after_table_word(text, &here[..at].iter().collect::<Vec<_>>());
        let name = unquote(token.text(text));
        let Some((table, columns)) = words.tables.iter().find(|(table, _)| table.eq_ignore_ascii_case(&name))
        else {
            continue;
        };
        if !starts_source {
            continue;
        }
        let next = here.get(at + 1);
        let alias = match next {
            Some(next) if next.is_keyword(Keyword::As) => here.get(at + 2).filter(|token| token.is_name()),
            Some(next) if next.is_name() => Some(next),
            _ => None,
        };
        found.push((
            alias.map_or_else(|| table.clone(), |alias| unquote(alias.text(text))),
            columns.as_slice(),
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        let table = |name: &str, columns: &[&str]| {
            (name.to_owned(), columns.iter().map(|column| (*column).to_owned()).collect::<Vec<_>>())
        };
        Words {
            tables: vec![
                table("order_items", &["id", "order_id", "quantity"]),
                table("orders", &["id", "user_id", "status", "created_at"]),
                table("Ünder score", &["a b"]),
                table("users", &["id", "name", "email"]),
            ],
            functions: vec!["count".into(), "coalesce".into(), "upper".into()],
            exercises: vec!["latest-order".into(), "top-products".into(), "top-spenders".into()],
            ..Words::default()
        }
    }

    /// What Tab offers at `|`, and the text before it that stays.
    fn offered(text: &str) -> String {
        let at = text.find('|').unwrap();
        let text = text.replace('|', "");
        let (start, found) = complete(&text, at, &words());
        let names: Vec<&str> = found.iter().map(|pair| pair.replacement.as_str()).collect();
        format!("{}‹{}", &text[..start], names.join(" "))
    }

    #[test]
    fn what_tab_offers() {
        for (text, want) in [
            // Commands and their arguments.
            (".ta|", "‹.tables"),
            (".s|", "‹.show .solution .skip .schema .stats"),
            ("\\d|", "‹\\dt \\d \\di"),
            (".mode j|", ".mode ‹json jsonl"),
            (".mode json j|", ".mode json ‹"),
            (".timer o|", ".timer ‹on off"),
            (".schema o|", ".schema ‹order_items orders"),
            ("\\d us|", "\\d ‹users"),
            (".goto top|", ".goto ‹top-products top-spenders"),
            (".help .ti|", ".help ‹.timer"),
            (".plan select na|", ".plan select ‹name natural"),
            (".param s|", ".param ‹set"),
            // Tables.
            ("select * from |", "select * from ‹order_items orders \"Ünder score\" users"),
            ("select * from us|", "select * from ‹users"),
            ("select * from users join o|", "select * from users join ‹order_items orders"),
            ("select * from users, o|", "select * from users, ‹order_items orders"),
            ("select 1; select * from us|", "select 1; select * from ‹users"),
            ("insert into u|", "insert into ‹users"),
            ("update U|", "update ‹users"),
            ("select * from (select * from o|", "select * from (select * from ‹order_items orders"),
            // Columns.
            ("select | from users", "select ‹id name email"),
            ("select em| from users", "select ‹email"),
            ("select u.| from users u", "select u.‹id name email"),
            ("select u.n| from users as u join orders o", "select u.‹name"),
            ("select o.| from users u, orders o", "select o.‹id user_id status created_at"),
            ("select U.E| from users u", "select U.‹email"),
            ("select x.| from users u", "select x.‹"),
            (
                "select * from users where n|",
                "select * from users where ‹name natural no not nothing notnull null nulls",
            ),
            (
                "select name, e| from users; select 1",
                "select name, ‹email each else end escape except exclude exclusive exists explain",
            ),
            ("select sta|", "select ‹status"),
            ("select \"a b\".| from users", "select \"a b\".‹"),
            (
                "select a| from \"Ünder score\"",
                "select ‹\"a b\" abort action add after all alter always analyze and as asc attach autoincrement",
            ),
            // Functions and keywords, in the case that is typed.
            ("select cou| from users", "select ‹count("),
            ("select COU|", "select ‹COUNT("),
            ("SEL|", "‹SELECT"),
            ("sel|", "‹select"),
            ("select id fr| users", "select id ‹from"),
            // Nothing within text and comments, and nothing out of nothing.
            ("select 'us|'", "select 'us‹"),
            ("select 1 -- us|", "select 1 -- us‹"),
            ("select /* us| */ 1", "select /* us‹"),
            ("select 'us|", "select 'us‹"),
            ("select 1|", "select 1‹"),
            ("|", "‹"),
        ] {
            assert_eq!(offered(text), want, "{text}");
        }
    }
}
