//! What somebody answers, in whatever form: letters, words, beginnings of words, numbers.

use super::Posed;

/// Words that may stand between letters and say nothing.
const FILLERS: [&str; 4] = ["and", "index", "about", "times"];

/// Words that are answers of some question. No statement starts with one of them.
const WORDS: [&str; 22] = [
    "y",
    "n",
    "yes",
    "no",
    "scan",
    "scanned",
    "search",
    "searched",
    "seek",
    "arms",
    "or",
    "multi-index",
    "constant",
    "linear",
    "quadratic",
    "nlogn",
    "log",
    "none",
    "3",
    "30",
    "300",
    "neither",
];

/// Whether a line is made of words and letters that can only be an answer, never SQL.
pub fn looks_like_one(line: &str) -> bool {
    let words = words(line);
    let known = |word: &String| {
        WORDS.contains(&word.as_str())
            || FILLERS.contains(&word.as_str())
            || (word.len() == 1 && word.bytes().all(|b| b.is_ascii_lowercase()))
    };
    !words.is_empty() && words.iter().all(known) && !FILLERS.contains(&words[0].as_str())
}

impl Posed {
    /// The places of the options that a text names, in order.
    ///
    /// # Errors
    /// It names none, or several where one is asked for: what can be answered.
    pub fn read(&self, text: &str) -> Result<Vec<usize>, String> {
        let said = words(text);
        if said.is_empty() {
            return Err(format!("no answer: {}", self.keys()));
        }
        if let Some(at) = self.find(&said.join(" ")).or_else(|| self.synonym(&said)) {
            return Ok(vec![at]);
        }
        if self.several && matches!(said[0].as_str(), "none" | "no" | "neither") && said.len() == 1 {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for word in said.iter().filter(|word| !FILLERS.contains(&word.as_str())) {
            match self.find(word) {
                Some(at) if !found.contains(&at) => found.push(at),
                Some(_) => {}
                None => return Err(format!("'{}' is no answer here: {}", text.trim(), self.keys())),
            }
        }
        found.sort_unstable();
        match found.len() {
            0 => Err(format!("'{}' is no answer here: {}", text.trim(), self.keys())),
            1 => Ok(found),
            _ if self.several => Ok(found),
            _ => Err(format!("one answer is asked for, not {}: {}", found.len(), self.keys())),
        }
    }

    /// What can be typed: `scan / search`, `a / b / c`.
    pub fn keys(&self) -> String {
        let keys: Vec<&str> = self.options.iter().map(|option| option.key.as_str()).collect();
        let more = if self.several { ", several of them, or none" } else { "" };
        format!("{}{more}", keys.join(" / "))
    }

    /// The option of a key, of the only beginning of one, or of its whole text.
    fn find(&self, word: &str) -> Option<usize> {
        let squeezed = squeeze(word);
        let exact = self.options.iter().position(|option| {
            squeeze(&option.key) == squeezed || (!option.text.is_empty() && squeeze(&option.text) == squeezed)
        });
        exact.or_else(|| {
            let begins = |key: &str| squeeze(key).starts_with(&squeezed) && self.is_worded();
            let mut found = (0..self.options.len()).filter(|at| begins(&self.options[*at].key));
            found.next().filter(|_| found.next().is_none() && !squeezed.is_empty())
        })
    }

    /// Words of the same meaning: `seek` for search, `MULTI-INDEX OR` for arms.
    fn synonym(&self, said: &[String]) -> Option<usize> {
        let meant = match said.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["seek" | "searched" | "searches"] => "search",
            ["scanned" | "scans"] => "scan",
            ["or" | "multi-index"] | ["multi-index", "or"] => "arms",
            ["o(1)"] => "constant",
            ["o(n)"] => "linear",
            _ => return None,
        };
        self.options.iter().position(|option| option.key == meant)
    }
}

/// The words of an answer in lower case, what stands around them taken off.
fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '+' | '/' | '×'));
    let parts =
        parts.map(|part| part.trim_matches(['.', ':', '"', '\'', '`', '!', '?']).to_ascii_lowercase());
    let parts = parts.map(|part| match part.strip_prefix('x') {
        Some(number) if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => number.to_owned(),
        _ => part,
    });
    parts.filter(|part| !part.is_empty()).collect()
}

/// A text without what does not count: spaces, hyphens, case.
fn squeeze(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::quiz::{Form, Question, Setting};

    fn posed(form: Form) -> Posed {
        let indexes = vec!["t (a)".to_owned(), "t (b)".to_owned(), "t (c)".to_owned()];
        let setting = Setting { indexes, analyze: false };
        Question { setting, ask: None, form, note: None }.pose()
    }

    fn read(posed: &Posed, text: &str) -> String {
        match posed.read(text) {
            Ok(found) => format!("{found:?}"),
            Err(reason) => reason,
        }
    }

    #[test]
    fn answers_as_they_are_typed() {
        let sql = || "SELECT 1".to_owned();
        let seek = posed(Form::Seek { sql: sql(), table: None });
        let sorts = posed(Form::Sorts { sql: sql() });
        let arms = posed(Form::Arms { sql: sql() });
        let growth = posed(Form::Growth { sql: sql() });
        let touches = posed(Form::Touches { sql: sql() });
        let spare = posed(Form::Spare { queries: vec![sql()] });
        let cases = [
            (&seek, "search", "[1]"),
            (&seek, " SCAN. ", "[0]"),
            (&seek, "seek", "[1]"),
            (&seek, "sc", "[0]"),
            (&seek, "s", "'s' is no answer here: scan / search"),
            (&seek, "", "no answer: scan / search"),
            (&seek, "perhaps", "'perhaps' is no answer here: scan / search"),
            (&seek, "scan search", "one answer is asked for, not 2: scan / search"),
            (&sorts, "y", "[0]"),
            (&sorts, "No;", "[1]"),
            (&arms, "MULTI-INDEX OR", "[1]"),
            (&arms, "scan", "[0]"),
            (&growth, "n log n", "[2]"),
            (&growth, "NlogN", "[2]"),
            (&growth, "O(n)", "[1]"),
            (&growth, "quad", "[3]"),
            (&touches, "a c", "[0, 2]"),
            (&touches, "c, a and a", "[0, 2]"),
            (&touches, "none", "[]"),
            (&touches, "d", "'d' is no answer here: a / b / c, several of them, or none"),
            (&spare, "t (b)", "[1]"),
            (&spare, "index b", "[1]"),
            (&spare, "none", "'none' is no answer here: a / b / c"),
        ];
        for (posed, typed, want) in cases {
            assert_eq!(read(posed, typed), want, "{typed}");
        }
    }

    #[test]
    fn what_can_be_no_sql() {
        for line in [
            "a",
            "y",
            "Yes",
            "a c",
            "a, b and d",
            "n log n",
            "multi-index or",
            "search",
            "x30",
            "none",
            "no;",
        ] {
            assert!(looks_like_one(line), "{line}");
        }
        for line in [
            "",
            "select",
            "a b from t",
            "and",
            "-- a",
            "values (1)",
            "explain",
            "ab",
            ".skip",
            "commit;",
            "end;",
        ] {
            assert!(!looks_like_one(line), "{line}");
        }
    }
}
