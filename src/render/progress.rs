//! What a learner has done, as a page: bars by track and level, days on end, a calendar, mistakes. With no drawing for
//! those who listen. Works nothing out.

use std::fmt::Write as _;

use jiff::{ToSpan as _, civil::Date};
use serde_json::Value as Json;

use super::{
    cell::width,
    text::{left, right, wrap},
};
use crate::progress::overview::{Day, Level, Mistake, Overview};

/// How a page looks.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// Columns.
    pub width: usize,
    /// Whether somebody listens instead of looking.
    pub spoken: bool,
}

/// The widest that a page gets.
const PAGE: usize = 80;

/// Columns of a whole bar.
const BAR: usize = 20;

/// How many weeks the calendar goes back.
const WEEKS: usize = 26;

/// How many days are read aloud.
const DAYS: usize = 30;

/// How many kinds of mistakes are shown.
const KINDS: usize = 5;

/// From how many answers on a day gets which shade.
const SHADES: [(usize, char); 5] = [(12, '█'), (6, '▓'), (3, '▒'), (1, '░'), (0, '·')];

/// All figures.
pub fn json(overview: &Overview) -> Json {
    serde_json::to_value(overview).expect("figures are plain data")
}

/// The page.
pub fn text(overview: &Overview, page: Page) -> String {
    let page = Page { width: page.width.clamp(20, PAGE), ..page };
    let mut out = heading(overview, page);
    if overview.attempts == 0 && overview.solved == 0 {
        out.push_str(&wrap("No answer yet: `sqldojo` opens the first exercise.", page.width, "", ""));
        return out;
    }
    let tracks =
        overview.tracks.iter().map(|one| (one.title.clone(), one.solved, one.exercises, String::new()));
    bars("Tracks", &tracks.collect::<Vec<_>>(), page, &mut out);
    let levels = overview.levels.iter().map(level);
    bars("Levels", &levels.collect::<Vec<_>>(), page, &mut out);
    if !overview.mistakes.is_empty() {
        mistakes(&overview.mistakes, page, &mut out);
    }
    if !overview.calendar.is_empty() {
        if page.spoken { days(&overview.calendar, &mut out) } else { calendar(overview, page, &mut out) }
    }
    out
}

fn heading(overview: &Overview, page: Page) -> String {
    let Overview { solved, exercises, first_try, attempts, sessions, streak, reviews, .. } = overview;
    let tries = if *first_try > 0 { format!(", {first_try} at the first try") } else { String::new() };
    let answers = match attempts {
        0 => String::new(),
        n => format!("; {} in {}", plural(*n, "answer"), plural(*sessions, "session")),
    };
    let mut lines = vec![format!("{solved} of {} solved{tries}{answers}", plural(*exercises, "exercise"))];
    if *attempts > 0 {
        lines.push(match (streak.days, streak.today) {
            (0, _) => format!("the longest streak was {}", plural(streak.longest, "day")),
            (days, today) => {
                let rest = if today { "" } else { ", and today has no answer yet" };
                format!("a streak of {}, the longest {}{rest}", plural(days, "day"), streak.longest)
            }
        });
    }
    if reviews.count > 0 {
        lines.push(format!(
            "{} answered again on a later day, {} right at once and without hints",
            plural(reviews.count, "exercise"),
            reviews.remembered
        ));
    }
    lines.iter().map(|line| wrap(line, page.width, "", "  ")).collect()
}

/// A level as a bar: its name, how much of it is solved, and how long that took.
fn level(level: &Level) -> (String, usize, usize, String) {
    let time = level.median_ms.map_or_else(String::new, |ms| format!("half within {}", time(ms)));
    (format!("level {}", level.level), level.solved, level.exercises, time)
}

/// Shares as bars below a heading; what is read aloud has their figures alone.
fn bars(heading: &str, all: &[(String, usize, usize, String)], page: Page, out: &mut String) {
    out.extend(["\n", heading, "\n"]);
    if page.spoken {
        for (name, solved, of, beside) in all {
            let beside = if beside.is_empty() { String::new() } else { format!(", {beside}") };
            out.push_str(&wrap(&format!("{name}: {solved} of {of}{beside}"), page.width, "", "  "));
        }
        return;
    }
    let names = all.iter().map(|one| width(&one.0)).max().unwrap_or(0);
    let shares: Vec<String> = all.iter().map(|(_, solved, of, _)| format!("{solved} of {of}")).collect();
    let widest = shares.iter().map(String::len).max().unwrap_or(0);
    let fits = 2 + names + 2 + BAR + 2 + widest <= page.width;
    for ((name, solved, of, beside), share) in all.iter().zip(shares) {
        let filled = match (*solved, *of) {
            (0, _) | (_, 0) => 0,
            // The first one shows, and only the last one fills the bar.
            (solved, of) => (solved * BAR / of).max(1),
        };
        let bar = format!("{}{}", "▇".repeat(filled), "░".repeat(BAR - filled));
        let name = if fits { left(name, names) } else { format!("{name}\n   ") };
        let line = format!("  {name}  {bar}  {}", right(&share, widest));
        out.push_str(&line);
        let beside = format!("  {beside}");
        if !beside.trim().is_empty() {
            if width(line.rsplit('\n').next().unwrap_or(&line)) + width(&beside) > page.width {
                out.push_str("\n    ");
            }
            out.push_str(&beside);
        }
        out.push('\n');
    }
}

fn mistakes(all: &[Mistake], page: Page, out: &mut String) {
    out.push_str("\nMistakes\n");
    for one in all.iter().take(KINDS) {
        let words = mistake(&one.mismatch);
        let counts = format!("{} on {}", plural(one.attempts, "answer"), plural(one.exercises, "exercise"));
        if page.spoken {
            out.push_str(&wrap(&format!("{words}: {counts}"), page.width, "", "  "));
        } else if page.width < 70 {
            out.push_str(&wrap(&format!("{words}: {counts}"), page.width, "  ", "    "));
        } else {
            out.extend(["  ", &left(&words, 40), "  ", &counts, "\n"]);
        }
    }
}

/// A kind of mistake in words.
fn mistake(mismatch: &str) -> String {
    match mismatch {
        "columns" => "other columns than asked for",
        "missing-rows" => "rows are missing",
        "extra-rows" => "rows that should not be there",
        "values" => "wrong values",
        "order" => "the wrong order",
        "duplicates" => "rows too often, or not often enough",
        "depends-on-order" => "hangs on an order that nothing promises",
        "depends-on-chance" => "another result on each run",
        "fails" => "fails on some data",
        "quiz" => "questions on plans",
        rule => return format!("the rule {}", rule.replace('_', " ")),
    }
    .to_owned()
}

/// The last weeks as columns, Monday above.
fn calendar(overview: &Overview, page: Page, out: &mut String) {
    let weeks = ((page.width - 6) / 2).min(WEEKS);
    let today = overview.today;
    let monday = |weeks_ago: usize| {
        let back = i64::from(today.weekday().to_monday_zero_offset()) + 7 * weeks_ago as i64;
        today.checked_sub(back.days()).ok()
    };
    let columns: Vec<Option<Date>> = (0..weeks).rev().map(monday).collect();
    out.push_str("\nDays\n");
    let mut months = String::from("     ");
    // A month stands over the week of its first day, the one under way over the first week, if there is room.
    let first = |at: usize| columns.get(at).copied().flatten().and_then(begins);
    for (at, monday) in columns.iter().enumerate() {
        let under_way = monday.filter(|_| at == 0 && first(1).is_none());
        let place = 5 + 2 * at;
        if let Some(day) = first(at).or(under_way).filter(|_| width(&months) <= place) {
            months.push_str(&" ".repeat(place - width(&months)));
            months.push_str(MONTHS[usize::from(day.month().unsigned_abs()) - 1]);
        }
    }
    out.extend([months.trim_end(), "\n"]);
    for (at, name) in ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].iter().enumerate() {
        let mut line = format!("{name}  ");
        for column in &columns {
            let date = column.and_then(|monday| monday.checked_add((at as i64).days()).ok());
            line.push(date.filter(|date| *date <= today).map_or(' ', |date| shade(&overview.calendar, date)));
            line.push(' ');
        }
        out.extend([line.trim_end(), "\n"]);
    }
    let key = SHADES.iter().rev().map(|(from, shade)| format!("{shade} {from}")).collect::<Vec<_>>();
    out.push_str(&wrap(&format!("{} or more answers", key.join("  ")), page.width, "     ", "     "));
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The first day of a month, if it falls into the week that begins on this Monday.
fn begins(monday: Date) -> Option<Date> {
    let sunday = monday.checked_add(6.days()).ok()?;
    (sunday.day() <= 7).then(|| sunday.first_of_month())
}

fn shade(days: &[Day], date: Date) -> char {
    let at = days.binary_search_by(|day| day.date.cmp(&date));
    let answers = at.map_or(0, |at| days[at].attempts);
    SHADES.iter().find(|(from, _)| answers >= *from).map_or('·', |(_, shade)| *shade)
}

/// The last days with answers, a line each.
fn days(all: &[Day], out: &mut String) {
    out.push_str("\nDays with answers");
    if all.len() > DAYS {
        write!(out, ", the last {DAYS} of {}", all.len()).expect("writing to a String succeeds");
    }
    out.push('\n');
    for day in all.iter().rev().take(DAYS) {
        writeln!(out, "{}: {}, {} solved", day.date, plural(day.attempts, "answer"), day.solved)
            .expect("writing to a String succeeds");
    }
}

/// A time that a person took.
fn time(ms: u64) -> String {
    match ms / 1000 {
        s @ 0..60 => format!("{s} s"),
        s @ 60..3600 => format!("{} min {} s", s / 60, s % 60),
        s => format!("{} h {} min", s / 3600, s / 60 % 60),
    }
}

fn plural(n: usize, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::overview::{Reviews, Streak, Track};

    fn overview() -> Overview {
        let track = |name: &str, title: &str, solved, exercises| Track {
            track: name.to_owned(),
            title: title.to_owned(),
            solved,
            exercises,
        };
        let level = |level, solved, exercises, median_ms| Level { level, solved, exercises, median_ms };
        let day = |date: &str, attempts, solved| Day { date: date.parse().unwrap(), attempts, solved };
        let mistake =
            |name: &str, attempts, exercises| Mistake { mismatch: name.to_owned(), attempts, exercises };
        Overview {
            format: 1,
            today: "2026-03-04".parse().unwrap(),
            solved: 15,
            exercises: 43,
            attempts: 61,
            sessions: 9,
            first_try: 6,
            tracks: vec![
                track("filtering", "Filtering and NULL", 9, 9),
                track("migrations", "Migrations: expand, backfill, contract", 1, 34),
                track("indexes", "Indexes", 0, 12),
            ],
            levels: vec![
                level(1, 12, 13, Some(45_000)),
                level(2, 3, 20, Some(754_000)),
                level(5, 0, 10, None),
            ],
            streak: Streak { days: 2, longest: 4, today: false },
            calendar: vec![
                day("2025-07-01", 30, 1),
                day("2025-09-08", 12, 3),
                day("2025-12-31", 3, 0),
                day("2026-01-01", 1, 1),
                day("2026-03-02", 6, 2),
                day("2026-03-03", 9, 0),
            ],
            mistakes: vec![
                mistake("missing-rows", 9, 4),
                mistake("depends-on-order", 2, 1),
                mistake("no_scan", 1, 1),
            ],
            reviews: Reviews { count: 3, remembered: 2 },
        }
    }

    #[test]
    fn pages() {
        let page = |width, spoken| text(&overview(), Page { width, spoken });
        for width in [20, 38, 60, 80] {
            let widest = page(width, false).lines().map(super::width).max().unwrap();
            assert!(widest <= width.max(40), "{widest} columns in {width}");
        }
        assert!(page(80, true).is_ascii());
        insta::assert_snapshot!(format!(
            "{}\n——— 46 columns\n{}\n——— spoken\n{}",
            page(200, false),
            page(46, false),
            page(80, true)
        ));
    }

    #[test]
    fn a_page_with_nothing_on_it() {
        let nothing = Overview {
            solved: 0,
            attempts: 0,
            sessions: 0,
            first_try: 0,
            streak: Streak { days: 0, longest: 0, today: false },
            calendar: Vec::new(),
            mistakes: Vec::new(),
            reviews: Reviews { count: 0, remembered: 0 },
            ..overview()
        };
        insta::assert_snapshot!(text(&nothing, Page { width: 80, spoken: false }));
    }
}
