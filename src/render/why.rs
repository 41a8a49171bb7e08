//! Why indexes are not used, and what would use them, on the screen. Draws what it is handed.

use std::fmt::Write as _;

use super::{
    cell::{count, visible, width},
    plan::Look,
    text::wrap,
};
use crate::{
    cost::Cost,
    judge::rewrite::Held,
    plan::why::{NotUsed, Rewrite},
    sql::lexer::significant,
};

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// The indexes and their causes in a few words.
    Short,
    /// Rewrites too, what was refused, and what one would say in an interview.
    Long,
}

/// The indexes that are not used, and the rewrites; nothing where there are none.
pub fn text(held: &Held, length: Length, look: Look) -> String {
    let mut out = String::new();
    for unused in &held.not_used {
        one(&mut out, unused, length, look);
    }
    if let Some(found) = &held.rewrite {
        rewrite(&mut out, "Cheaper, with the same result", found, length, look);
    }
    if length == Length::Long {
        for refused in &held.refused {
            let text = format!("Not the same: {}: {}.", refused.words, refused.why);
            out.push_str(&wrap(&visible(&text), look.width, "", "  "));
        }
    }
    out
}

fn one(out: &mut String, unused: &NotUsed, length: Length, look: Look) {
    let head = match (unused.cause.is_of_order(), unused.read_whole) {
        (true, _) => "Not used for ORDER BY",
        (false, true) => "Read whole, not searched",
        (false, false) => "Not used",
    };
    let words = match length {
        Length::Short => &unused.brief,
        Length::Long => &unused.words,
    };
    let text = format!("{head}: {}: {words}.", unused.called);
    out.push_str(&wrap(&visible(&text), look.width, "", "  "));
    if length == Length::Long {
        out.push_str(&wrap(&visible(&format!("In an interview: {}", unused.say)), look.width, "  ", "  "));
    }
    if let Some(found) = &unused.rewrite {
        rewrite(out, "  This would use it", found, length, look);
    }
}

fn rewrite(out: &mut String, head: &str, found: &Rewrite, length: Length, look: Look) {
    let assumes = found.assumes.as_ref().map_or_else(String::new, |assumes| format!(", {assumes}"));
    let lead = head.len() - head.trim_start().len();
    let indent = " ".repeat(lead);
    let text = format!("{}: {}{assumes}.", head.trim_start(), found.words);
    out.push_str(&wrap(&visible(&text), look.width, &indent, &format!("{indent}  ")));
    if length == Length::Short {
        return;
    }
    let inner = format!("{indent}    ");
    for line in folded(&found.sql, look.width.saturating_sub(inner.len())) {
        writeln!(out, "{inner}{}", visible(&line)).expect("writing to a String succeeds");
    }
    let arrow = if look.ascii { "->" } else { "→" };
    let (before, after): (Cost, Cost) = (found.before, found.after);
    let text = format!(
        "{} {arrow} {} steps, {} {arrow} {} pages; no difference on {} databases",
        count(before.steps),
        count(after.steps),
        count(before.pages),
        count(after.pages),
        count(found.databases)
    );
    out.push_str(&wrap(&text, look.width, &format!("{indent}  "), &format!("{indent}  ")));
}

/// The lines of a query; those that are too long are broken between words, never within a text.
fn folded(sql: &str, columns: usize) -> Vec<String> {
    let sql = sql.trim().trim_end_matches(';');
    let (mut words, mut end): (Vec<(&str, &str)>, usize) = (Vec::new(), 0);
    for token in significant(sql) {
        let gap = &sql[end..token.span.start];
        match words.last_mut() {
            Some((_, word)) if gap.is_empty() => {
                *word = &sql[end - word.len()..token.span.end];
            }
            _ => words.push((gap, token.text(sql))),
        }
        end = token.span.end;
    }
    let (mut out, mut line) = (Vec::new(), String::new());
    for (gap, word) in words {
        if let Some((_, indent)) = gap.rsplit_once('\n') {
            out.push(std::mem::replace(&mut line, " ".repeat(width(indent))));
        } else if width(&line) + 1 + width(word) > columns {
            out.push(std::mem::take(&mut line));
        } else if !gap.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    out.push(line);
    out
}
