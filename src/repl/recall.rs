//! What was typed before: rustyline's history file, whose entries hold no blanks at the start of their lines; they
//! are put in when an entry is called back to the prompt.

use std::{borrow::Cow, path::Path};

use rustyline::{
    Config, Result,
    history::{FileHistory, History, SearchDirection, SearchResult},
};

use super::indent::Indent;

/// A history that knows how wide the prompt is.
pub(super) struct Recall {
    inner: FileHistory,
    indent: Indent,
}

impl Recall {
    pub(super) fn new(config: &Config, indent: &Indent) -> Recall {
        Recall { inner: FileHistory::with_config(config), indent: indent.clone() }
    }

    fn indented<'a>(&self, found: Option<SearchResult<'a>>) -> Option<SearchResult<'a>> {
        let found = found?;
        if !found.entry.contains('\n') {
            return Some(found);
        }
        Some(SearchResult {
            pos: self.indent.place(&found.entry, found.pos),
            entry: Cow::Owned(self.indent.add(&found.entry)),
            idx: found.idx,
        })
    }
}

impl History for Recall {
    fn get(&self, index: usize, dir: SearchDirection) -> Result<Option<SearchResult<'_>>> {
        self.inner.get(index, dir).map(|found| self.indented(found))
    }

    fn add(&mut self, line: &str) -> Result<bool> {
        self.inner.add(line)
    }

    fn add_owned(&mut self, line: String) -> Result<bool> {
        self.inner.add_owned(line)
    }

    fn len(&self) -> usize {
        self.inner.len()
    }

    fn is_empty(&self) -> bool {
        self.inner.is_empty()
    }

    fn set_max_len(&mut self, len: usize) -> Result<()> {
        self.inner.set_max_len(len)
    }

    fn ignore_dups(&mut self, yes: bool) -> Result<()> {
        self.inner.ignore_dups(yes)
    }

    fn ignore_space(&mut self, yes: bool) {
        self.inner.ignore_space(yes);
    }

    fn save(&mut self, path: &Path) -> Result<()> {
        self.inner.save(path)
    }

    fn append(&mut self, path: &Path) -> Result<()> {
        self.inner.append(path)
    }

    fn load(&mut self, path: &Path) -> Result<()> {
        self.inner.load(path)
    }

    fn clear(&mut self) -> Result<()> {
        self.inner.clear()
    }

    fn search(&self, term: &str, start: usize, dir: SearchDirection) -> Result<Option<SearchResult<'_>>> {
        self.inner.search(term, start, dir).map(|found| self.indented(found))
    }

    fn starts_with(
        &self,
        term: &str,
        start: usize,
        dir: SearchDirection,
    ) -> Result<Option<SearchResult<'_>>> {
        let bare = self.indent.strip(term);
        self.inner.starts_with(&bare, start, dir).map(|found| self.indented(found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_back_with_blanks() {
        let indent = Indent::default();
        indent.set(3);
        let mut recall = Recall::new(&Config::default(), &indent);
        recall.add("select 1;").unwrap();
        recall.add("select\n a\nfrom b;").unwrap();
        let last = recall.get(1, SearchDirection::Reverse).unwrap().unwrap();
        assert_eq!(last.entry, "select\n  \u{2007} a\n  \u{2007}from b;");
        let found = recall.search("from", 1, SearchDirection::Reverse).unwrap().unwrap();
        assert_eq!(&found.entry[found.pos..], "from b;");
        let found = recall.starts_with("select\n  \u{2007} a", 1, SearchDirection::Reverse).unwrap().unwrap();
        assert_eq!((found.idx, &found.entry[found.pos..]), (1, "\n  \u{2007}from b;"));
        assert_eq!(recall.get(0, SearchDirection::Reverse).unwrap().unwrap().entry, "select 1;");
    }
}
