//! A question about a plan on the screen, and its answer. Draws what it is handed, and answers nothing.

use super::{cell::width, report::Page, text::wrap};
use crate::plan::quiz::{Posed, Solved};

/// A question: what is asked, what is given, the statements, what can be answered. `head` stands in front, such as
/// `1 of 6: `; `behind`, such as `.skip`, among what can be typed.
pub fn question(posed: &Posed, head: &str, behind: &str, page: Page) -> Vec<String> {
    let keys = posed.keys();
    let keys = if behind.is_empty() { keys } else { format!("{keys} / {behind}") };
    let alone = posed.given.is_empty() && posed.sql.is_empty() && posed.is_worded();
    let ask = format!("{head}{}", posed.ask);
    if alone && width(&ask) + 3 + width(&keys) <= page.width {
        return vec![format!("{ask}   {keys}")];
    }
    let mut lines = vec![folded(&ask, "", "  ", page)];
    if !posed.given.is_empty() {
        lines.push(folded(&format!("given: {}", posed.given.join(", ")), "  ", "    ", page));
    }
    for (at, sql) in posed.sql.iter().enumerate() {
        if at > 0 {
            lines.push(String::new());
        }
        lines.extend(sql_lines(sql, "  ", "  ", page));
    }
    if posed.is_worded() {
        lines.push(folded(&keys, "  ", "  ", page));
        return lines;
    }
    for option in &posed.options {
        let key = format!("  {}  ", option.key);
        let below = " ".repeat(key.len());
        if option.is_sql {
            lines.extend(sql_lines(&option.text, &key, &below, page));
        } else {
            lines.push(folded(&option.text, &key, &below, page));
        }
    }
    if posed.several || !behind.is_empty() {
        lines.push(folded(&keys, "  ", "  ", page));
    }
    lines
}

/// SQL as it is written, line by line; a line that is too wide is folded.
fn sql_lines(sql: &str, first: &str, below: &str, page: Page) -> Vec<String> {
    let line = |(at, line): (usize, &str)| {
        let indent = &line[..line.len() - line.trim_start().len()];
        let first = format!("{}{indent}", if at == 0 { first } else { below });
        folded(line, &first, &format!("{below}{indent}  "), page)
    };
    sql.trim().lines().enumerate().map(line).collect()
}

fn folded(text: &str, first: &str, rest: &str, page: Page) -> String {
    let mut lines = wrap(text, page.width, first, rest);
    lines.truncate(lines.trim_end().len());
    lines
}

/// What the right answer is, as it would be typed, with what it stands for.
pub fn answer(posed: &Posed, solved: &Solved) -> String {
    let told = |at: &usize| {
        let option = &posed.options[*at];
        if option.text.is_empty() || option.is_sql || posed.several {
            option.key.clone()
        } else {
            format!("{}, {}", option.key, option.text)
        }
    };
    match solved.answer.as_slice() {
        [] => "none".to_owned(),
        several => several.iter().map(told).collect::<Vec<_>>().join(" "),
    }
}

/// The answer: right or not, what was measured, the line of the plan. `chosen`: what was answered, if it was.
pub fn reveal(posed: &Posed, solved: &Solved, chosen: Option<&[usize]>, page: Page) -> Vec<String> {
    let right = answer(posed, solved);
    let mut lines = vec![match chosen {
        Some(chosen) if chosen == solved.answer => page.right(&format!("right: {right}")),
        Some(_) => page.wrong(&format!("wrong: {right}")),
        None => folded(&format!("answer: {right}"), "  ", "  ", page),
    }];
    lines.extend(solved.reveal.iter().map(|sentence| folded(sentence, "  ", "  ", page)));
    lines.extend(solved.line.iter().map(|line| folded(&format!("plan: {line}"), "  ", "    ", page)));
    lines
}
