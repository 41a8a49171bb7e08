//! The dot commands: one table from which they are parsed, completed and explained. Runs none of them.

use std::fmt;

/// What a dot command does. The table [`COMMANDS`] names each once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Shows the exercise.
    Show,
    /// Judges the last query.
    Check,
    /// Shows the rows that differ.
    Diff,
    /// Shows the database on which the answer is wrong.
    Why,
    /// Shows the next hint.
    Hint,
    /// Shows the solution.
    Solution,
    /// Asks a question on the last query, or the open one again.
    Ask,
    /// Shows the answer of the open question.
    Answer,
    /// Passes over the open question.
    Skip,
    /// Goes to the next exercise.
    Next,
    /// Goes to the exercise before.
    Prev,
    /// Goes to an exercise by name.
    Goto,
    /// Lists the exercises.
    List,
    /// Lists tables and views.
    Tables,
    /// Shows CREATE statements.
    Schema,
    /// psql's `\d`: the tables, or one table's columns.
    Describe,
    /// Lists indexes.
    Indexes,
    /// Brings the pristine data back.
    Reset,
    /// Shows the plan of a query.
    Plan,
    /// Shows what the last query cost.
    Cost,
    /// Shows how the cost of the last query grows.
    Grow,
    /// Shows which indexes help the last query.
    Advise,
    /// Sets, lists and clears parameters.
    Parameter,
    /// Prints the last result whole.
    All,
    /// Chooses the form of results.
    Mode,
    /// Turns the names of columns on and off.
    Headers,
    /// Chooses how NULL looks.
    NullValue,
    /// psql's `\x`: one column a line, on and off.
    Expanded,
    /// Turns the time of each statement on and off.
    Timer,
    /// Turns the plan with each query on and off.
    Eqp,
    /// Turns steps and page gets on and off.
    Stats,
    /// Runs the statements of a file.
    Read,
    /// Opens the editor.
    Edit,
    /// Explains the commands.
    Help,
    /// Leaves.
    Quit,
}

impl Action {
    /// Whether it looks at the learner's data.
    pub fn needs_data(self) -> bool {
        COMMANDS.iter().any(|command| command.action == self && command.group == Group::Data)
            || matches!(self, Action::All)
    }
}

/// What an argument may be: what Tab offers for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    /// Nothing is offered.
    Free,
    /// One of these words.
    Words(&'static [&'static str]),
    /// The form of results.
    Mode,
    /// The name of a table or view.
    Table,
    /// The name of an exercise.
    Exercise,
    /// The name of a command.
    Command,
    /// A file.
    File,
    /// SQL.
    Sql,
}

/// Where a command stands in `.help`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// The exercise and its verdict.
    Exercise,
    /// The data, and how queries run on it.
    Data,
    /// How results look.
    Output,
    /// The prompt itself.
    Session,
}

impl Group {
    /// The groups in the order of `.help`, each with its heading.
    pub const ALL: [(Group, &'static str); 4] = [
        (Group::Exercise, "The exercise"),
        (Group::Data, "The data"),
        (Group::Output, "Results"),
        (Group::Session, "The prompt"),
    ];
}

/// One command of the table.
#[derive(Debug, Clone, Copy)]
pub struct Command {
    /// What it is called.
    pub name: &'static str,
    /// What it is called too.
    pub aliases: &'static [&'static str],
    /// Its arguments as `.help` writes them.
    pub usage: &'static str,
    /// What it does, in a few words.
    pub about: &'static str,
    /// Where it stands in `.help`.
    pub group: Group,
    /// What it does.
    pub action: Action,
    /// What Tab offers after it.
    pub argument: Argument,
}

const fn command(
    group: Group,
    action: Action,
    name: &'static str,
    aliases: &'static [&'static str],
    usage: &'static str,
    argument: Argument,
    about: &'static str,
) -> Command {
    Command { name, aliases, usage, about, group, action, argument }
}

const ON_OFF: Argument = Argument::Words(&["on", "off"]);

/// All commands, in the order of `.help`.
#[rustfmt::skip]
pub const COMMANDS: &[Command] = &[
    command(Group::Exercise, Action::Show, ".show", &[], "[ID]", Argument::Exercise, "the exercise again"),
    command(Group::Exercise, Action::Check, ".check", &[], "", Argument::Free, "judge the last query"),
    command(Group::Exercise, Action::Diff, ".diff", &[], "", Argument::Free, "the rows that differ, beside each other"),
    command(Group::Exercise, Action::Why, ".why", &[], "", Argument::Free, "the database on which it was wrong, again"),
    command(Group::Exercise, Action::Hint, ".hint", &[], "", Argument::Free, "a way on, one step at a time"),
    command(Group::Exercise, Action::Solution, ".solution", &[], "", Argument::Free, "an answer, and the idea behind it"),
    command(Group::Exercise, Action::Ask, ".ask", &[], "", Argument::Free, "a question of the interviewer on the last query"),
    command(Group::Exercise, Action::Answer, ".answer", &[], "", Argument::Free, "the answer of the open question"),
    command(Group::Exercise, Action::Skip, ".skip", &[], "", Argument::Free, "pass over the open question"),
    command(Group::Exercise, Action::Next, ".next", &[], "", Argument::Free, "the next exercise that is not solved"),
    command(Group::Exercise, Action::Prev, ".prev", &[], "", Argument::Free, "the exercise before this one"),
    command(Group::Exercise, Action::Goto, ".goto", &[], "ID", Argument::Exercise, "another exercise"),
    command(Group::Exercise, Action::List, ".list", &[], "[PATTERN]", Argument::Exercise, "the exercises"),
    command(Group::Data, Action::Tables, ".tables", &["\\dt"], "[PATTERN]", Argument::Table, "tables with rows and columns"),
    command(Group::Data, Action::Schema, ".schema", &[], "[TABLE]", Argument::Table, "CREATE statements"),
    command(Group::Data, Action::Describe, "\\d", &[], "[TABLE]", Argument::Table, "the tables, or one table's columns"),
    command(Group::Data, Action::Indexes, ".indexes", &["\\di", ".indices"], "[TABLE]", Argument::Table, "indexes and their columns"),
    command(Group::Data, Action::Reset, ".reset", &[], "", Argument::Free, "the data as it was at first"),
    command(Group::Data, Action::Plan, ".plan", &[], "[more] [SQL]", Argument::Sql, "how the last query runs; more: in full"),
    command(Group::Data, Action::Cost, ".cost", &[], "", Argument::Free, "what the last query cost, beside the try before"),
    command(Group::Data, Action::Grow, ".grow", &[], "[WHAT] [1M]", Argument::Words(&["history", "users", "both", "1M"]), "how its cost grows: with history, users or both"),
    command(Group::Data, Action::Advise, ".advise", &[], "[SQL]", Argument::Sql, "the indexes that help it, measured"),
    command(Group::Data, Action::Parameter, ".parameter", &[".param"], "set NAME VALUE | list | unset NAME | clear", Argument::Words(&["set", "list", "unset", "clear"]), "values for :names in SQL"),
    command(Group::Output, Action::All, ".all", &[], "", Argument::Free, "every row of the last result"),
    command(Group::Output, Action::Mode, ".mode", &[], "[MODE]", Argument::Mode, "box, table, list, csv, json, markdown …"),
    command(Group::Output, Action::Expanded, "\\x", &[], "", Argument::Free, "each column on a line of its own, on or off"),
    command(Group::Output, Action::Headers, ".headers", &[".header"], "on|off", ON_OFF, "names of columns"),
    command(Group::Output, Action::NullValue, ".nullvalue", &[], "TEXT", Argument::Free, "what stands for NULL"),
    command(Group::Output, Action::Timer, ".timer", &["\\timing"], "on|off", ON_OFF, "rows and time after each statement"),
    command(Group::Output, Action::Stats, ".stats", &[], "on|off", ON_OFF, "steps of the engine after each statement"),
    command(Group::Output, Action::Eqp, ".eqp", &[], "on|off", ON_OFF, "the plan with each query"),
    command(Group::Session, Action::Read, ".read", &["\\i"], "FILE", Argument::File, "run the statements of a file"),
    command(Group::Session, Action::Edit, ".edit", &["\\e"], "", Argument::Free, "the last statement in your editor"),
    command(Group::Session, Action::Help, ".help", &["\\?", "help"], "[PATTERN]", Argument::Command, "this list"),
    command(Group::Session, Action::Quit, ".quit", &["\\q", ".exit", "quit", "exit"], "", Argument::Free, "leave"),
];

/// A command as it was typed: which one, and its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call<'a> {
    /// What to do.
    pub action: Action,
    /// All that stands behind the name, trimmed.
    pub rest: &'a str,
}

impl Call<'_> {
    /// The arguments: split at spaces, quotes taken off.
    pub fn arguments(&self) -> Vec<String> {
        words(self.rest)
    }
}

/// A word that starts like a command and is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The word.
    pub word: String,
    /// The command that looks most like it.
    pub nearest: Option<&'static str>,
    /// The commands that start so, where it is a beginning that several share.
    pub starting: Vec<&'static str>,
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.starting.is_empty() {
            return write!(f, "no one command starts with {}: {}", self.word, self.starting.join(", "));
        }
        write!(f, "no command is called {}", self.word)?;
        match self.nearest {
            Some(nearest) => write!(f, ": did you mean {nearest}?"),
            None => f.write_str(": .help lists them"),
        }
    }
}

/// Whether a text is a command rather than SQL: it starts with a dot or a backslash, or is a bare `exit`, `quit`
/// or `help`.
pub fn is_command(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(['.', '\\']) || is_bare(text)
}

/// Whether a text is one of the words that need no dot.
fn is_bare(text: &str) -> bool {
    let word = text.trim_end_matches(';').trim_end();
    COMMANDS
        .iter()
        .flat_map(|command| command.aliases)
        .any(|alias| !alias.starts_with(['.', '\\']) && alias.eq_ignore_ascii_case(word))
}

/// Reads a command: its name in full, an alias, or a beginning that only one command has.
///
/// # Errors
/// There is none of that name.
pub fn parse(text: &str) -> Result<Call<'_>, Unknown> {
    let text = text.trim();
    let text = if is_bare(text) { text.trim_end_matches(';').trim_end() } else { text };
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let trimmed = word.trim_end_matches(';');
    let call = |action| Call { action, rest: rest.trim().trim_end_matches(';').trim_end() };
    let action = match find(trimmed) {
        Some(command) => Some(command.action),
        // `\d+` and the like: psql's marks for more detail.
        None => trimmed.strip_suffix('+').and_then(find).map(|command| command.action),
    };
    action.map(call).ok_or_else(|| Unknown {
        word: trimmed.to_owned(),
        nearest: nearest(trimmed, names()),
        starting: starting(trimmed).map(|command| command.name).collect(),
    })
}

/// The command of a name, an alias, or a beginning that no other command shares.
pub fn find(word: &str) -> Option<&'static Command> {
    let is = |name: &str| name.eq_ignore_ascii_case(word);
    let exact = COMMANDS.iter().find(|c| is(c.name) || c.aliases.iter().any(|alias| is(alias)));
    exact.or_else(|| {
        let mut found = starting(word);
        found.next().filter(|_| found.next().is_none())
    })
}

/// The commands that start with a word of at least two characters.
fn starting(word: &str) -> impl Iterator<Item = &'static Command> {
    let starts =
        move |name: &str| name.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    COMMANDS
        .iter()
        .filter(move |c| word.len() > 1 && (starts(c.name) || c.aliases.iter().any(|alias| starts(alias))))
}

/// All names and aliases.
pub fn names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().flat_map(|command| std::iter::once(command.name).chain(command.aliases.iter().copied()))
}

/// The name that looks most like a word, if one does.
pub fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let word = word.to_ascii_lowercase();
    names
        .map(|name| (strsim::damerau_levenshtein(&word, &name.to_ascii_lowercase()), name))
        .filter(|(distance, name)| *distance <= 1 + name.len().min(word.len()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Splits at spaces; what stands in single or double quotes is one word.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut chars = text.chars().peekable();
    loop {
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        let Some(first) = chars.peek().copied() else { return words };
        let mut word = String::new();
        if first == '\'' || first == '"' {
            chars.next();
            while let Some(c) = chars.next() {
                if c != first {
                    word.push(c);
                } else if chars.next_if_eq(&first).is_some() {
                    word.push(first);
                } else {
                    break;
                }
            }
        } else {
            while let Some(c) = chars.next_if(|c| !c.is_whitespace()) {
                word.push(c);
            }
        }
        words.push(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_help_fits() {
        let mut seen = std::collections::BTreeSet::new();
        for name in names() {
            assert!(seen.insert(name.to_ascii_lowercase()), "{name} stands twice in the table");
        }
        for command in COMMANDS {
            assert!(!command.about.is_empty() && !command.about.ends_with('.'), "{}", command.name);
        }
    }

    #[test]
    fn commands_as_they_are_typed() {
        for (typed, want) in [
            (".tables", "Tables []"),
            ("  .TABLES ;", "Tables []"),
            (".tables;", "Tables []"),
            (".tab us%", "Tables [\"us%\"]"),
            ("\\dt", "Tables []"),
            ("\\d users", "Describe [\"users\"]"),
            ("\\d+ users", "Describe [\"users\"]"),
            ("\\x", "Expanded []"),
            (".mode csv", "Mode [\"csv\"]"),
            (".nullvalue ''", "NullValue [\"\"]"),
            (".nullvalue 'it''s null'", "NullValue [\"it's null\"]"),
            (".param set :a \"x y\"", "Parameter [\"set\", \":a\", \"x y\"]"),
            (".exit", "Quit []"),
            ("EXIT;", "Quit []"),
            ("quit ;", "Quit []"),
            ("help", "Help []"),
            ("\\?", "Help []"),
            (".tabels", "no command is called .tabels: did you mean .tables?"),
            (".shcema users", "no command is called .shcema: did you mean .schema?"),
            ("\\dq", "no command is called \\dq: did you mean \\dt?"),
            (".xyzzy", "no command is called .xyzzy: .help lists them"),
            (".s", "no one command starts with .s: .show, .solution, .skip, .schema, .stats"),
            (".", "no command is called .: .help lists them"),
        ] {
            let got = match parse(typed) {
                Ok(call) => format!("{:?} {:?}", call.action, call.arguments()),
                Err(unknown) => unknown.to_string(),
            };
            assert_eq!(got, want, "{typed}");
            assert!(is_command(typed), "{typed}");
        }
        for sql in ["select 1", "exit from", "help me", "", "-- .tables"] {
            assert!(!is_command(sql), "{sql}");
        }
    }
}
