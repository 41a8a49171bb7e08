//! What may be said on the command line.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::{
    commands::{advise, check, diff, explain, grade, later, list, play, practice, progress, run, show},
    console::read_script,
    exit::Error,
};

/// Practise SQL for real work and backend interviews: in your terminal, offline, with a judge that searches for
/// the database on which an answer is wrong. Without a command, practice goes on where you left off
#[derive(Debug, Parser)]
#[command(
    name = "sqldojo",
    version,
    disable_help_subcommand = true,
    max_term_width = 90,
    after_help = "\
Exit codes:
  0 correct, no difference found, done    1 wrong, different
  2 bad usage, bad pack, or a fault       3 the SQL failed or is not permitted
  4 a limit was reached                 130 interrupted

Examples:
  sqldojo                                  practise at the prompt
  sqldojo run -c 'SELECT * FROM users LIMIT 3'
  sqldojo grade top-spenders answer.sql --format json"
)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) globals: Globals,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

/// What holds for every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub(super) struct Globals {
    /// How output is written; every command has text and json
    #[arg(long, global = true, value_enum, hide_possible_values = true, value_name = "FORMAT")]
    pub(super) format: Option<Format>,
    /// When to use colours: auto, always or never
    #[arg(long, global = true, value_enum, default_value_t = ColorWhen::Auto, hide_possible_values = true,
        hide_default_value = true, value_name = "WHEN")]
    pub(super) color: ColorWhen,
    /// Draw no lines and say nothing by colour alone, for screen readers
    #[arg(long, global = true)]
    pub(super) accessible: bool,
    /// A folder with more exercises and schemas; may be given again
    #[arg(long = "pack", global = true, value_name = "DIR")]
    pub(super) packs: Vec<PathBuf>,
    /// Read no configuration file
    #[arg(long, global = true)]
    pub(super) no_config: bool,
    /// The seed of generated data and of the judge's search
    #[arg(long, global = true, value_name = "N", default_value_t = 1, hide_default_value = true)]
    pub(super) seed: u64,
}

/// How output is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people: a box on a terminal, `|` between values off it
    Text,
    Json,
    Jsonl,
    Csv,
    Markdown,
    Box,
    Table,
    Column,
    Line,
    List,
    Html,
    Junit,
    Gradescope,
}

impl Format {
    /// The name on the command line.
    pub(super) fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorWhen {
    Auto,
    Always,
    Never,
}

/// The commands; each file's doc comment is its help.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Practice(practice::Practice),
    Play(play::Play),
    List(list::List),
    Show(show::Show),
    Run(run::Run),
    Grade(grade::Grade),
    Diff(diff::Diff),
    Explain(explain::Explain),
    Advise(advise::Advise),
    Challenge(later::Challenge),
    Interview(later::Interview),
    Review(later::Review),
    Progress(progress::Progress),
    Report(later::Report),
    Watch(later::Watch),
    Check(check::Check),
    New(later::New),
}

/// Which data to work on.
#[derive(Debug, Args)]
pub(super) struct Data {
    /// The schema
    #[arg(long, value_name = "NAME", default_value = "shop")]
    pub(super) schema: String,
    /// How many rows its leading table has (orders, in the shop); the others in proportion
    #[arg(long, value_name = "N")]
    pub(super) rows: Option<u64>,
}

/// A database of the learner's own in place of a schema's data.
#[derive(Debug, Args)]
pub(super) struct Own {
    /// A database of your own instead of a schema; it is read and never changed
    #[arg(long, value_name = "FILE", conflicts_with_all = ["schema", "rows"])]
    pub(super) db: Option<PathBuf>,
}

impl Data {
    /// The shop as a learner finds it.
    pub(super) fn learner() -> Data {
        Data { schema: "shop".to_owned(), rows: None }
    }
}

/// How long to wait for a statement.
#[derive(Debug, Args)]
pub(super) struct Patience {
    /// How long a statement may run, in seconds; 0: as long as it likes
    #[arg(long, value_name = "SECONDS", default_value_t = Patience::default().deadline, value_parser = seconds, allow_negative_numbers = true)]
    deadline: f64,
}

impl Default for Patience {
    fn default() -> Self {
        Patience { deadline: 5.0 }
    }
}

impl Patience {
    /// The deadline of each statement; `None`: there is none.
    pub(super) fn deadline(&self) -> Option<Duration> {
        (self.deadline > 0.0).then(|| Duration::from_secs_f64(self.deadline))
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.0..=86_400.0).contains(&seconds) => Ok(seconds),
        Ok(_) | Err(_) => Err("seconds expected, from 0 (no deadline) to 86400".to_owned()),
    }
}

/// Where SQL comes from.
#[derive(Debug, Args)]
pub(super) struct Script {
    /// The SQL: any number of statements, parted by ;
    #[arg(short = 'c', value_name = "SQL", allow_hyphen_values = true, conflicts_with = "file")]
    sql: Option<String>,
    /// A file with the SQL; - is standard input
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Script {
    /// The SQL, and the name of the file it stands in.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(super) fn read(self) -> Result<(String, Option<String>), Error> {
        match (self.sql, self.file) {
            (Some(sql), _) => Ok((sql, None)),
            (None, Some(file)) => {
                let name = (file != Path::new("-")).then(|| file.display().to_string());
                Ok((read_script(&file)?, name))
            }
            (None, None) => Ok((read_script(Path::new("-"))?, None)),
        }
    }
}
