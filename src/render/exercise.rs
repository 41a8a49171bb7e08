//! Exercises as a learner meets them: the list, and the statement of one. Never an answer.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    io::{self, Write},
};

use serde_json::{Value as Json, json};

use super::{cell, quiz, report::Page, rules, text::wrap};
use crate::catalog::{Exercise, ExerciseKind, OrderRule, Query, Served, Summary, TRACKS};

/// The list as text: a heading for each track, and a line for each of its exercises.
///
/// # Errors
/// What `out` says.
pub fn list(
    all: &[Summary],
    solved: &BTreeSet<&str>,
    accessible: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let widest = all.iter().map(|one| cell::width(&one.id)).max().unwrap_or(0);
    let mut track = None;
    for one in all {
        if track != Some(&one.track) {
            if track.is_some() {
                writeln!(out)?;
            }
            track = Some(&one.track);
            let title = TRACKS.iter().find(|(name, _)| *name == one.track).map_or("", |(_, title)| title);
            writeln!(out, "{title}")?;
        }
        let done = solved.contains(one.id.as_str());
        let Summary { id, title, level, minutes, .. } = one;
        if accessible {
            let status = if done { "solved" } else { "open" };
            writeln!(out, "{id}: {title}, level {level}, {minutes} min, {status}")?;
        } else {
            let mark = if done { '✓' } else { ' ' };
            writeln!(out, "{mark} {id:widest$}  level {level}  {minutes:>2} min  {title}")?;
        }
    }
    Ok(())
}

/// One exercise of the list as JSON.
pub fn summary_json(one: &Summary, solved: &BTreeSet<&str>) -> Json {
    let mut json = serde_json::to_value(one).expect("a summary is plain data");
    let status = if solved.contains(one.id.as_str()) { "solved" } else { "open" };
    json["status"] = Json::from(status);
    json
}

/// The statement as the prompt and `show` give it.
pub fn screen(exercise: &Exercise, width: usize) -> String {
    let Exercise { id, level, minutes, track, statement, kind, .. } = exercise;
    let mut text = format!("{id} · level {level} · {minutes} min · {track}\n");
    for (at, paragraph) in statement.trim_end().split("\n\n").enumerate() {
        if at > 0 {
            text.push('\n');
        }
        // Lines that were broken by hand stay as they are where they fit.
        if paragraph.lines().all(|line| cell::width(line) <= width) {
            text.extend([paragraph, "\n"]);
        } else {
            text.push_str(&wrap(paragraph, width, "", ""));
        }
    }
    match kind {
        ExerciseKind::Query(query) => result(query, width, &mut text),
        ExerciseKind::Index(index) => {
            for query in &index.queries {
                let label = if query.name.is_empty() { "query" } else { &query.name };
                let bound = rules::values(&query.parameters);
                written(label, &query.sql, &bound, &mut text);
            }
            written("there is", &index.bench.given, "", &mut text);
            labelled("rules", &rules::all_words(&index.rules), " ·", width, &mut text);
        }
        ExerciseKind::Tune(tune) => {
            written("slow", &tune.slow, &rules::values(&tune.parameters[0]), &mut text);
            written("there is", &tune.bench.given, "", &mut text);
            result(&tune.query, width, &mut text);
            labelled("rules", &rules::all_words(&tune.rules), " ·", width, &mut text);
        }
        ExerciseKind::PlanQuiz(_) => {}
    }
    text
}

/// The questions of a plan-quiz one below the other, for those who answer in a file; nothing for other kinds.
pub fn questions(exercise: &Exercise, page: Page) -> String {
    let ExerciseKind::PlanQuiz(plan_quiz) = &exercise.kind else { return String::new() };
    let mut text = String::new();
    for (at, question) in plan_quiz.questions.iter().enumerate() {
        text.push('\n');
        for line in quiz::question(&question.pose(), &format!("{}: ", at + 1), "", page) {
            text.extend([&line, "\n"]);
        }
    }
    text.push_str("\nAnswer with a line for each question: its number and what you say, such as\n1 yes\n");
    text
}

/// The columns of a result and their order.
fn result(query: &Query, width: usize, text: &mut String) {
    let columns = query.columns.iter().map(|column| match &column.unit {
        Some(unit) => format!("{} ({unit})", column.name),
        None => column.name.clone(),
    });
    labelled("columns", &columns.collect::<Vec<_>>(), " ·", width, text);
    let order = match &query.order {
        None => vec!["any".to_owned()],
        Some(rule) => order_words(rule),
    };
    labelled("order", &order, ",", width, text);
}

/// A label, and a statement below it as it was written, with the values of its parameters.
fn written(label: &str, sql: &str, bound: &str, text: &mut String) {
    if sql.trim().is_empty() {
        return;
    }
    let with = if bound.is_empty() { String::new() } else { format!("  ({bound})") };
    writeln!(text, "  {label}{with}").expect("writing to a String succeeds");
    for line in sql.trim().lines() {
        writeln!(text, "    {line}").expect("writing to a String succeeds");
    }
}

/// The keys of an order in words, one each.
fn order_words(rule: &OrderRule) -> Vec<String> {
    let mut words: Vec<String> = rule
        .by
        .iter()
        .enumerate()
        .map(|(at, key)| {
            let then = if at > 0 { "then " } else { "" };
            match key.strip_suffix(" desc") {
                Some(key) => format!("{then}{key} (highest first)"),
                None => format!("{then}{key}"),
            }
        })
        .collect();
    if !rule.total {
        words.push("then any".to_owned());
    }
    words
}

/// A label, and words beside it that fold to the width.
fn labelled(label: &str, words: &[String], between: &str, width: usize, text: &mut String) {
    const INDENT: usize = 12;
    let mut line = format!("  {label:<width$}", width = INDENT - 2);
    let mut used = INDENT;
    for (at, word) in words.iter().enumerate() {
        let word = if at + 1 < words.len() { format!("{word}{between}") } else { word.clone() };
        let wide = cell::width(&word);
        if used > INDENT && used + 1 + wide > width {
            writeln!(text, "{line}").expect("writing to a String succeeds");
            line = " ".repeat(INDENT);
            used = INDENT;
        }
        if used > INDENT {
            line.push(' ');
            used += 1;
        }
        line.push_str(&word);
        used += wide;
    }
    writeln!(text, "{line}").expect("writing to a String succeeds");
}

/// The statement as JSON.
pub fn json(exercise: &Exercise, solved: &BTreeSet<&str>) -> Json {
    let mut json = summary_json(&exercise.summary(), solved);
    json["any_day"] = Json::from(exercise.any_day);
    json["statement"] = Json::from(exercise.statement.as_str());
    match &exercise.kind {
        ExerciseKind::Query(query) => result_json(query, &mut json),
        ExerciseKind::Index(index) => {
            let query = |query: &Served| {
                let bound = rules::values_json(&query.parameters);
                json!({ "name": query.name, "sql": query.sql, "parameters": bound })
            };
            json["queries"] = index.queries.iter().map(query).collect();
            json["given"] = Json::from(index.bench.given.trim());
            json["drops"] = Json::from(index.drops);
            json["rules"] = rules::rules_json(&index.rules);
        }
        ExerciseKind::Tune(tune) => {
            json["slow"] = Json::from(tune.slow.as_str());
            json["parameters"] = tune.parameters.iter().map(rules::values_json).collect();
            json["given"] = Json::from(tune.bench.given.trim());
            result_json(&tune.query, &mut json);
            json["rules"] = rules::rules_json(&tune.rules);
        }
        ExerciseKind::PlanQuiz(plan_quiz) => {
            json["questions"] = plan_quiz.questions.iter().map(|question| json!(question.pose())).collect();
        }
    }
    json
}

fn result_json(Query { columns, order, .. }: &Query, json: &mut Json) {
    json["columns"] = columns
        .iter()
        .map(|column| json!({ "name": column.name, "meaning": column.meaning, "unit": column.unit }))
        .collect();
    json["order"] = order.as_ref().map_or(Json::Null, |rule| json!({ "by": rule.by, "total": rule.total }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Catalog, Column};

    #[test]
    fn statements_fit_their_page() {
        let mut exercise = Catalog::builtin().get("top-spenders").unwrap().unwrap();
        exercise.title = "A title".into();
        exercise.minutes = 12;
        exercise.statement = "What is asked for, in lines that were broken by hand where it seemed fit.\n\
                              A second line of the first paragraph.\n\nA second paragraph."
            .into();
        let ExerciseKind::Query(query) = &mut exercise.kind else { unreachable!("it is a query") };
        let column = |name: &str, unit: Option<&str>| Column {
            name: name.into(),
            meaning: format!("the {name}"),
            unit: unit.map(str::to_owned),
        };
        query.columns = vec![column("user id", None), column("name", None), column("spend", Some("cents"))];
        query.order = Some(OrderRule {
            by: vec!["spend desc".into(), "user id".into()],
            total: true,
            columns: vec![2, 0],
        });
        let mut all = String::new();
        for width in [80, 40] {
            all.extend(["— ", &width.to_string(), "\n", &screen(&exercise, width)]);
        }
        let ExerciseKind::Query(query) = &mut exercise.kind else { unreachable!("it is a query") };
        query.order = None;
        all.extend(["— any order\n", &screen(&exercise, 80)]);
        let json = json(&exercise, &BTreeSet::from(["top-spenders"]));
        all.push_str(&serde_json::to_string_pretty(&json).unwrap());
        insta::assert_snapshot!(all);
    }

    #[test]
    fn the_list_has_a_heading_for_each_track() {
        let one = |id: &str, track: &str, level| Summary {
            id: id.into(),
            title: "A title".into(),
            track: track.into(),
            kind: "query".into(),
            level,
            minutes: 8,
            schema: "shop".into(),
        };
        let all = [one("a", "joins", 1), one("bcd", "joins", 2), one("e", "dates", 5)];
        let solved = BTreeSet::from(["bcd"]);
        let text = |accessible| {
            let mut out = Vec::new();
            list(&all, &solved, accessible, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(
            text(false),
            "Joins and anti-joins\n  a    level 1   8 min  A title\n✓ bcd  level 2   8 min  A title\n\n\
             Dates and half-open ranges\n  e    level 5   8 min  A title\n"
        );
        assert_eq!(
            text(true),
            "Joins and anti-joins\na: A title, level 1, 8 min, open\nbcd: A title, level 2, 8 min, solved\n\n\
             Dates and half-open ranges\ne: A title, level 5, 8 min, open\n"
        );
        assert_eq!(
            summary_json(&all[1], &solved).to_string(),
            r#"{"id":"bcd","title":"A title","track":"joins","kind":"query","level":2,"minutes":8,"schema":"shop","status":"solved"}"#
        );
    }
}
