//! The session's screens: every line of 80 columns at the most, folded where the terminal is narrower, and whole
//! without colours.

use std::{
    io::{self, Write},
    time::Duration,
};

use super::{
    Output, Session,
    commands::{self, COMMANDS, Group},
    dots,
    run::plural,
};
use crate::{
    catalog::{Catalog, Exercise, ExerciseKind, FollowUp},
    cost::Cost,
    differ::difference::Difference,
    engine::{Failure, FailureKind},
    judge::Report,
    plan::Plan,
    render::{
        cell::{self, visible},
        exercise as render_exercise,
        fault::{self, Place},
        highlight::{self, BOLD, DIM, GREEN, RED, paint},
        plan, report,
        table::Style,
    },
};

/// The widest that running text gets.
const PAGE: usize = 80;

/// How wide text may be.
fn page(style: &Style) -> usize {
    style.width.map_or(PAGE, |width| width.clamp(20, PAGE))
}

/// Folds a line at spaces; what goes on below starts with `indent`.
pub(super) fn fill(text: &str, indent: &str, style: &Style) -> String {
    let width = page(style);
    let mut out = String::new();
    let mut used = 0;
    for (at, word) in text.split(' ').enumerate() {
        let wide = cell::width(word);
        if at > 0 && used + 1 + wide > width && used > indent.len() {
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
            out.push_str(indent);
            used = indent.len();
        } else if at > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += wide;
    }
    out
}

/// Text that was folded by hand: as it is where there is room, else folded anew. Blank lines and lines that are set
/// in stay apart.
fn refold(text: &str, style: &Style) -> String {
    if text.lines().all(|line| cell::width(line) <= page(style)) {
        return text.trim_end().to_owned();
    }
    let mut out: Vec<String> = Vec::new();
    let mut paragraph = String::new();
    for line in text.lines().chain([""]) {
        if line.trim().is_empty() || line.starts_with([' ', '-', '*']) {
            if !paragraph.is_empty() {
                out.push(fill(&std::mem::take(&mut paragraph), "", style));
            }
            if line.starts_with(['-', '*']) {
                line.clone_into(&mut paragraph);
            } else {
                out.push(line.to_owned());
            }
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line.trim());
        }
    }
    out.join("\n").trim_end().to_owned()
}

/// A time that passed: milliseconds while they are few.
pub(super) fn milliseconds(elapsed: Duration) -> String {
    let ms = elapsed.as_secs_f64() * 1000.0;
    if ms < 99.95 {
        format!("{ms:.1} ms")
    } else if ms < 999.5 {
        format!("{ms:.0} ms")
    } else {
        format!("{:.2} s", ms / 1000.0)
    }
}

/// A time that a person took.
fn minutes(elapsed: Duration) -> String {
    match elapsed.as_secs() {
        s @ 0..60 => format!("{s} s"),
        s @ 60..3600 => format!("{} min {} s", s / 60, s % 60),
        s => format!("{} h {} min", s / 3600, s / 60 % 60),
    }
}

/// "1 try", "2 tries".
pub(super) fn tries(n: u32) -> String {
    match n {
        0 => "not tried".to_owned(),
        1 => "1 try".to_owned(),
        n => format!("{n} tries"),
    }
}

/// SQL, in colours where they may be used.
pub(super) fn sql(text: &str, style: &Style) -> String {
    if style.color { highlight::sql(text) } else { text.to_owned() }
}

/// Finds an exercise by name.
///
/// # Errors
/// There is none, with the name that looks most like it, or its file is not in order.
pub(super) fn exercise_named(catalog: &Catalog, id: &str) -> Result<Exercise, String> {
    if let Some(exercise) = catalog.get(id).map_err(|error| error.to_string())? {
        return Ok(exercise);
    }
    let ids = catalog.ids();
    let starting: Vec<&String> = ids.iter().filter(|known| known.starts_with(id)).collect();
    if let ([only], false) = (starting.as_slice(), id.is_empty()) {
        return exercise_named(catalog, only);
    }
    let guess = commands::nearest(id, ids.iter().map(String::as_str))
        .map_or_else(|| ".list shows them all".to_owned(), |near| format!("did you mean {near}?"));
    Err(format!("no exercise is called {id}: {guess}"))
}

/// What stands above the first prompt.
pub(super) fn banner(session: &Session, out: &mut dyn Write) -> io::Result<()> {
    let style = &session.view.style;
    let world = session.shop.world();
    let version = env!("CARGO_PKG_VERSION");
    let line = format!("sqldojo {version} · {} · today is {}", world.name, world.today.date());
    writeln!(out, "{}", fill(&line, "", style))?;
    let keys = "SQL runs at ';'   .tables   .help for the rest   Ctrl-D leaves";
    writeln!(out, "{}", paint(&fill(keys, "", style), DIM, style.color))?;
    writeln!(out)
}

/// The exercise that is open, with a mark where it is solved.
pub(super) fn exercise(session: &Session, out: &mut dyn Write) -> io::Result<()> {
    let Some(exercise) = &session.exercise else { return Ok(()) };
    statement(exercise, &session.view.style, out)?;
    if session.progress.tried(&exercise.id).solved {
        let style = &session.view.style;
        let line = if style.accessible { "solved before" } else { "✓ solved before" };
        writeln!(out, "{}", mark(line, style))?;
    }
    Ok(())
}

/// What an exercise asks for.
pub(super) fn statement(exercise: &Exercise, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let screen = render_exercise::screen(exercise, page(style));
    let (head, rest) = screen.split_once('\n').unwrap_or((&screen, ""));
    writeln!(out, "{}", paint(&fill(head, "", style), BOLD, style.color))?;
    writeln!(out, "{}", refold(rest, style))
}

/// A short line for an answer that differs on the learner's own data.
pub(super) fn not_yet(session: &Session, difference: &Difference, out: &mut Output<'_>) -> io::Result<()> {
    let style = &session.view.style;
    let way_on = match (difference.pairs.is_empty(), session.shop.is_touched()) {
        (false, false) => " (.diff)",
        (true, false) => "",
        (false, true) => " (.diff; the data was changed: .reset)",
        (true, true) => " (the data was changed: .reset)",
    };
    let sign = if style.accessible { "" } else { "✗ " };
    let line = fill(&format!("{sign}not yet: {}{way_on}", difference.sentence), "  ", style);
    writeln!(out, "{}", mark(&line, style))
}

/// Colours the mark in front of a verdict.
fn mark(line: &str, style: &Style) -> String {
    let (sign, color) = if line.starts_with('✓') { ('✓', GREEN) } else { ('✗', RED) };
    match line.strip_prefix(sign) {
        Some(rest) => format!("{}{rest}", paint(&sign.to_string(), color, style.color)),
        None => line.to_owned(),
    }
}

/// What comes behind a right answer: how it went, and where practice goes on.
pub(super) fn solved(session: &Session, before: bool, out: &mut Output<'_>) -> io::Result<()> {
    let Some(exercise) = &session.exercise else { return Ok(()) };
    let style = &session.view.style;
    let tried = session.progress.tried(&exercise.id);
    let mut parts = vec![minutes(session.since_opened())];
    if !before {
        parts.push(tries(tried.tries));
        parts.push(match session.last.hints.min(exercise.hints.len()) + session.last.led {
            0 => "no hints".to_owned(),
            n => plural(n as u64, "hint"),
        });
    }
    writeln!(out, "{}", fill(&format!("  {}", parts.join(" · ")), "  ", style))?;
    let next = dots::next_of(session).map_or_else(String::new, |id| format!(".next goes on to {id}   "));
    let way_on = format!("  {next}.solution shows other ways");
    writeln!(out, "{}", paint(&fill(&way_on, "  ", style), DIM, style.color))
}

/// What one can do after a wrong answer.
pub(super) fn way_on(style: &Style, out: &mut Output<'_>) -> io::Result<()> {
    let line = fill("  .hint for a way on   .why shows this again", "  ", style);
    writeln!(out, "\n{}", paint(&line, DIM, style.color))
}

/// An answer, the idea behind it, and what an interviewer asks next.
pub(super) fn solution(session: &Session, exercise: &Exercise, out: &mut Output<'_>) -> io::Result<()> {
    let style = &session.view.style;
    let right = match &exercise.kind {
        ExerciseKind::Query(query) => query.right.as_slice(),
        ExerciseKind::Index(index) => &index.right,
        ExerciseKind::Tune(tune) => &tune.query.right,
        ExerciseKind::PlanQuiz(_) => &[],
    };
    for (at, answer) in right.iter().enumerate() {
        let head = if at == 0 { "One way: " } else { "Another: " };
        writeln!(out, "{}", paint(&fill(&format!("{head}{}", answer.style), "", style), BOLD, style.color))?;
        for line in sql(answer.sql.trim(), style).lines() {
            writeln!(out, "  {line}")?;
        }
        writeln!(out)?;
    }
    writeln!(out, "{}", refold(&exercise.explanation, style))?;
    for follow_up in &exercise.follow_ups {
        let ask = fill(&format!("The interviewer: {}", follow_up.ask.trim()), "  ", style);
        writeln!(out, "\n{}", paint(&ask, BOLD, style.color))?;
        talk(session, follow_up, out)?;
    }
    Ok(())
}

/// What an interviewer hopes to hear.
pub(super) fn talk(session: &Session, follow_up: &FollowUp, out: &mut Output<'_>) -> io::Result<()> {
    let style = &session.view.style;
    writeln!(out, "{}", refold(&fill(&follow_up.answer.trim().replace('\n', " "), "", style), style))?;
    match &follow_up.exercise {
        Some(id) if session.catalog.ids().contains(id) => {
            writeln!(out, "{}", fill(&format!("  .goto {id} goes on from here"), "  ", style))
        }
        Some(_) | None => Ok(()),
    }
}

/// How a quiz went, in one line.
pub(super) fn quiz_verdict(
    session: &Session,
    right: bool,
    line: &str,
    out: &mut Output<'_>,
) -> io::Result<()> {
    let style = &session.view.style;
    let sign = match (style.accessible, right) {
        (true, _) => "",
        (false, true) => "✓ ",
        (false, false) => "✗ ",
    };
    writeln!(out, "{}", mark(&fill(&format!("{sign}{line}"), "  ", style), style))
}

/// The commands, or those that have a pattern in their line. Tells whether there are any.
pub(super) fn help(pattern: Option<&str>, style: &Style, out: &mut Output<'_>) -> io::Result<bool> {
    let pattern = pattern.unwrap_or_default().to_lowercase();
    let mut any = false;
    for (group, heading) in Group::ALL {
        let mut lines = Vec::new();
        for command in COMMANDS.iter().filter(|command| command.group == group) {
            let mut left = command.name.to_owned();
            if !command.usage.is_empty() {
                left = format!("{left} {}", command.usage);
            }
            let mut about = command.about.to_owned();
            if !command.aliases.is_empty() {
                about = format!("{about} ({})", command.aliases.join(" "));
            }
            let whole = format!("{left} {about}").to_lowercase();
            if pattern.is_empty() || whole.contains(&pattern) {
                lines.push(beside(&left, &about, 22, style));
            }
        }
        if !lines.is_empty() {
            if pattern.is_empty() {
                writeln!(out, "{}{}", if any { "\n" } else { "" }, paint(heading, BOLD, style.color))?;
            }
            any = true;
            for line in lines {
                writeln!(out, "{line}")?;
            }
        }
    }
    if pattern.is_empty() {
        writeln!(out)?;
        for line in [
            "SQL runs at ';', commands at Enter. A beginning is enough: .tab for .tables.",
            "Tab completes · Ctrl-R searches what was typed · Ctrl-C stops · Ctrl-D leaves",
        ] {
            writeln!(out, "{}", fill(line, "", style))?;
        }
    }
    Ok(any)
}

/// A name, and words about it beside it that fold.
fn beside(name: &str, about: &str, column: usize, style: &Style) -> String {
    let indent = " ".repeat(column + 2);
    if cell::width(name) >= column || page(style) < 50 {
        let name = fill(&format!("  {name}"), "      ", style);
        return format!("{name}\n{}", fill(&format!("      {about}"), "      ", style));
    }
    fill(&format!("  {name:column$}{about}"), &indent, style)
}

/// Tables and views with their rows and columns.
pub(super) fn tables(
    all: &[(String, String, String)],
    style: &Style,
    out: &mut Output<'_>,
) -> io::Result<()> {
    let widest = |pick: fn(&(String, String, String)) -> &str| {
        all.iter().map(|one| cell::width(&visible(pick(one)))).max().unwrap_or(0)
    };
    let (names, counts) = (widest(|one| &one.0), widest(|one| &one.1));
    for (name, rows, columns) in all {
        let name = visible(name);
        let head = format!("{name}{}  {rows:>counts$}", " ".repeat(names - cell::width(&name)));
        if page(style) < 60 {
            writeln!(out, "{head}\n{}", fill(&format!("  {columns}"), "  ", style))?;
        } else {
            let indent = " ".repeat(names + counts + 4);
            writeln!(out, "{}", fill(&format!("{head}  {columns}"), &indent, style))?;
        }
    }
    Ok(())
}

/// Why a statement failed: the message, the line with a caret, and what to write instead.
pub(super) fn failure(
    session: &Session,
    place: Place<'_>,
    failure: &Failure,
    hints: &[String],
    out: &mut Output<'_>,
) -> io::Result<()> {
    let style = &session.view.style;
    let look = fault::Look { width: page(style), accessible: style.accessible };
    let lines = fault::lines(failure, &place, hints, look);
    let out = out.complaints()?;
    if failure.kind == FailureKind::Interrupted {
        // The terminal has shown ^C at the start of the line.
        return writeln!(out, "{}{}", if session.prompted { "\n" } else { "" }, failure.message);
    }
    for (at, line) in lines.iter().enumerate() {
        match line.strip_prefix("error:") {
            Some(rest) if at == 0 => writeln!(out, "{}{rest}", paint("error:", RED, style.color))?,
            _ => writeln!(out, "{line}")?,
        }
    }
    Ok(())
}

/// How a report looks here.
pub(super) fn report_page(style: &Style) -> report::Page {
    report::Page { width: page(style), color: style.color, accessible: style.accessible }
}

/// What the judge said.
pub(super) fn verdict(session: &Session, sql: &str, said: &Report, out: &mut Output<'_>) -> io::Result<()> {
    write!(out, "{}", report::text(said, sql, report_page(&session.view.style)))
}

/// The rows that differ, beside each other.
pub(super) fn difference(session: &Session, difference: &Difference, out: &mut Output<'_>) -> io::Result<()> {
    let style = &session.view.style;
    writeln!(out, "{}", fill(&difference.sentence, "  ", style))?;
    let mut lines = Vec::new();
    let names: Vec<String> = match session.exercise.as_ref().and_then(|exercise| exercise.kind.query()) {
        Some(query) => query.columns.iter().map(|column| column.name.clone()).collect(),
        None => Vec::new(),
    };
    report::pairs(difference, &names, report_page(style), &mut lines);
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// The database on which an answer is wrong.
pub(super) fn why(session: &Session, said: &Report, out: &mut Output<'_>) -> io::Result<()> {
    let style = &session.view.style;
    let Some(found) = said.counterexample.as_ref().or(said.luck.as_ref()) else {
        return writeln!(out, "{}", fill(&said.message, "  ", style));
    };
    let mut lines = Vec::new();
    report::counterexample(found, report_page(style), &mut lines);
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))?;
    writeln!(out)?;
    writeln!(out, "{}", fill(&format!("  {}", said.message), "  ", style))
}

/// What else can be asked once a plan has been seen, said once.
pub(super) fn after_a_plan(session: &mut Session, out: &mut Output<'_>) -> io::Result<()> {
    if !session.prompted || std::mem::replace(&mut session.told.measures, true) {
        return Ok(());
    }
    let style = &session.view.style;
    let line = fill(".advise measures which indexes help   .grow shows how the cost grows", "", style);
    writeln!(out, "{}", paint(&line, DIM, style.color))
}

/// A line that stands back.
pub(super) fn dim(line: &str, style: &Style) -> String {
    paint(line, DIM, style.color)
}

/// How plans and figures are drawn here.
pub(super) fn look(style: &Style) -> plan::Look {
    plan::Look { ascii: style.accessible, width: page(style) }
}

/// The plan of a query: does it use an index, and what does each step read?
pub(super) fn plan(
    session: &Session,
    read: &Plan,
    cost: Option<Cost>,
    out: &mut Output<'_>,
) -> io::Result<()> {
    let style = &session.view.style;
    let look = look(style);
    if style.accessible {
        writeln!(out, "{}", fill(&read.verdict.text, "", style))?;
        return write!(out, "{}", plan::sentences(read, look));
    }
    let title = session.exercise.as_ref().map_or("query", |exercise| exercise.id.as_str());
    write!(out, "{}", plan::tree(read, title, cost, look))
}
