//! What `docs/` shows is what the program does.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use regex::Regex;
use sqldojo::{
    catalog::{Catalog, ExerciseKind},
    judge::{Options, Verdict, judge},
    schema::world,
};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(path(name)).expect("it is there")
}

/// Holds a file to what it should say; with `SQLDOJO_WRITE_DOCS=1 cargo test --test docs` it is written instead.
#[track_caller]
fn hold(name: &str, made: &str, same: impl Fn(&str) -> String) {
    if std::env::var_os("SQLDOJO_WRITE_DOCS").is_some() && same(&read(name)) != same(made) {
        fs::write(path(name), made).expect("it can be written");
    }
    let (kept, made) = (same(&read(name)), same(made));
    let differs = kept.lines().zip(made.lines()).find(|(kept, made)| kept != made);
    assert_eq!(differs, None, "{name} is old: SQLDOJO_WRITE_DOCS=1 cargo test --test docs");
    assert_eq!(kept.len(), made.len(), "{name} is old: SQLDOJO_WRITE_DOCS=1 cargo test --test docs");
}

#[test]
fn the_published_schema_is_the_one_that_files_are_read_by() {
    let made = sqldojo::catalog::json_schema() + "\n";
    hold("docs/exercise.schema.json", &made, str::to_owned);
}

/// Runs the `$ sqldojo …` lines of each console block and puts what they print below them. `$ cat FILE` makes the
/// file of the lines below it; the exercise of a TOML block goes into a pack.
fn rerun(text: &str) -> String {
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let mut made = String::new();
    let mut lines = text.lines().peekable();
    let mut console = false;
    while let Some(line) = lines.next() {
        made += line;
        made.push('\n');
        if line.starts_with("```") {
            console = line == "```console";
        }
        if line == "```toml" {
            let toml: Vec<&str> = lines.clone().take_while(|line| *line != "```").collect();
            fs::create_dir_all(folder.path().join("mypack/exercises/joins")).expect("it can be made");
            fs::write(folder.path().join("mypack/exercises/joins/empty-orders.toml"), toml.join("\n"))
                .expect("it can be written");
        }
        let Some(command) = line.strip_prefix("$ ").filter(|_| console) else { continue };
        let mut shown = String::new();
        while let Some(line) = lines.next_if(|line| !line.starts_with("$ ") && *line != "```") {
            shown += line;
            shown.push('\n');
        }
        match words(command).split_first() {
            Some((first, rest)) if first == "cat" => {
                fs::write(folder.path().join(&rest[0]), &shown).expect("it can be written");
                made += &shown;
            }
            Some((first, rest)) if first == "sqldojo" => {
                made += &program(rest, folder.path(), Stdio::null());
                // The empty line before the next command.
                if shown.ends_with("\n\n") {
                    made.push('\n');
                }
            }
            _ => panic!("{command}: only sqldojo and cat are known here"),
        }
    }
    made
}

/// What the program prints.
fn program(arguments: &[String], folder: &Path, input: Stdio) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_sqldojo"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .stdin(input)
        .output()
        .expect("the program starts");
    String::from_utf8([output.stdout, output.stderr].concat()).expect("it prints text")
}

/// Splits a command at spaces outside of quotes.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in command.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c == ' ' => words.push(String::new()),
            Some(_) | None => words.last_mut().expect("it begins with one").push(c),
        }
    }
    words
}

#[test]
fn sessions_are_what_the_program_prints() {
    // Only times differ from run to run.
    let times = Regex::new(r"\d+(\.\d+)? m?s\b").expect("it is a pattern");
    for name in ["README.md", "docs/authoring.md", "docs/judging.md", "docs/plans.md"] {
        let made = rerun(&read(name));
        hold(name, &made, |text| times.replace_all(text, "… ms").into_owned());
    }
}

#[test]
fn the_exercise_of_the_guide_is_a_good_one() {
    let guide = read("docs/authoring.md");
    let toml =
        guide.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("it shows one");
    let pack = tempfile::tempdir().expect("there is a folder for temporary files");
    let track = pack.path().join("exercises/joins");
    fs::create_dir_all(&track).expect("it can be written");
    fs::write(track.join("empty-orders.toml"), toml).expect("it can be written");

    let catalog = Catalog::with_packs(&[pack.path().to_owned()]).expect("it is a pack");
    let exercise = catalog.get("empty-orders").expect("the file is in order").expect("it is there");
    let world = world::find(&exercise.schema, &[]).expect("the schema is there");
    let ExerciseKind::Query(query) = &exercise.kind else { panic!("it asks for a query") };
    let verdict = |sql: &str| {
        let options = Options { databases: 2_000, millis: 60_000, ..Options::default() };
        judge(&exercise, &world, sql, &options).expect("the exercise is in order").verdict
    };
    for answer in &query.right {
        assert_eq!(verdict(&answer.sql), Verdict::Correct, "{}", answer.style);
    }
    for answer in &query.wrong {
        assert_eq!(verdict(&answer.sql), Verdict::Wrong, "{}", answer.why);
    }
}

/// What is typed in the README's session, and what is printed below it, but for what only a terminal shows.
fn session(text: &str) -> (String, String) {
    let block =
        text.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("it shows one");
    let at_prompt = Regex::new(r"^ *(top-spenders|\.\.\.)> (.*)$").expect("it is a pattern");
    let terminal = Regex::new(r"^(\s*\d+ s · .* tr(y|ies) · .*| *\.(next|hint) .*|)$").expect("too");
    let first = block.find("top-spenders> ").expect("something is typed");
    let (mut typed, mut printed) = (Vec::new(), Vec::new());
    for line in block[first..].lines() {
        match at_prompt.captures(line) {
            Some(found) => typed.push(found[2].to_owned()),
            None if !terminal.is_match(line) => printed.push(line),
            None => {}
        }
    }
    (typed.join("\n"), printed.join("\n"))
}

#[test]
fn the_session_of_the_readme_is_a_real_one() {
    let (typed, shown) = session(&read("README.md"));
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    fs::write(folder.path().join("typed.sql"), format!(".mode box\n.timer on\n.stats on\n{typed}"))
        .expect("it can be written");
    let script = fs::File::open(folder.path().join("typed.sql")).expect("it is there");
    let printed = program(&["practice".to_owned(), "top-spenders".to_owned()], folder.path(), script.into());
    let changing = Regex::new(r"\d+(\.\d+)? m?s\b|\d+ random databases, \d+ days").expect("it is a pattern");
    // A figure with more digits may fold a line elsewhere.
    let plain = |text: &str| {
        changing.replace_all(&text.split_whitespace().collect::<Vec<_>>().join(" "), "…").into_owned()
    };
    assert_eq!(plain(&shown), plain(&printed));
}

#[test]
fn the_readme_lists_the_commands_there_are() {
    let help = program(&["--help".to_owned()], Path::new("."), Stdio::null());
    let commands =
        help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("it has");
    let readme = read("README.md");
    let lost = commands.lines().filter(|line| {
        let name = line.trim_start().split(' ').next().expect("split gives one");
        let begins = line.starts_with("  ") && !line.starts_with("   ");
        begins && line.contains("(not yet)") == readme.contains(&format!("\n| `sqldojo {name}"))
    });
    assert_eq!(lost.collect::<Vec<_>>(), Vec::<&str>::new());
}
