//! SQLite's keywords: which words they are, and which of them may still serve as names.

macro_rules! keywords {
    ($($variant:ident $text:literal),+ $(,)?) => {
        /// A keyword of SQLite, as `sqlite3_keyword_name` lists them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Keyword {
            $(#[doc = concat!("`", $text, "`.")] $variant,)+
        }

        /// Every keyword in alphabetical order.
        pub const KEYWORDS: &[Keyword] = &[$(Keyword::$variant,)+];

        impl Keyword {
            /// Returns the keyword in upper case.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Keyword::$variant => $text,)+
                }
            }
        }
    };
}

#[rustfmt::skip]
keywords! {
    Abort "ABORT", Action "ACTION", Add "ADD", After "AFTER", All "ALL", Alter "ALTER", Always "ALWAYS",
    Analyze "ANALYZE", And "AND", As "AS", Asc "ASC", Attach "ATTACH", Autoincrement "AUTOINCREMENT",
    Before "BEFORE", Begin "BEGIN", Between "BETWEEN", By "BY", Cascade "CASCADE", Case "CASE", Cast "CAST",
    Check "CHECK", Collate "COLLATE", Column "COLUMN", Commit "COMMIT", Conflict "CONFLICT",
    Constraint "CONSTRAINT", Create "CREATE", Cross "CROSS", Current "CURRENT", CurrentDate "CURRENT_DATE",
    CurrentTime "CURRENT_TIME", CurrentTimestamp "CURRENT_TIMESTAMP", Database "DATABASE",
    Default "DEFAULT", Deferrable "DEFERRABLE", Deferred "DEFERRED", Delete "DELETE", Desc "DESC",
    Detach "DETACH", Distinct "DISTINCT", Do "DO", Drop "DROP", Each "EACH", Else "ELSE", End "END",
    Escape "ESCAPE", Except "EXCEPT", Exclude "EXCLUDE", Exclusive "EXCLUSIVE", Exists "EXISTS",
    Explain "EXPLAIN", Fail "FAIL", Filter "FILTER", First "FIRST", Following "FOLLOWING", For "FOR",
    Foreign "FOREIGN", From "FROM", Full "FULL", Generated "GENERATED", Glob "GLOB", Group "GROUP",
    Groups "GROUPS", Having "HAVING", If "IF", Ignore "IGNORE", Immediate "IMMEDIATE", In "IN",
    Index "INDEX", Indexed "INDEXED", Initially "INITIALLY", Inner "INNER", Insert "INSERT",
    Instead "INSTEAD", Intersect "INTERSECT", Into "INTO", Is "IS", Isnull "ISNULL", Join "JOIN", Key "KEY",
    Last "LAST", Left "LEFT", Like "LIKE", Limit "LIMIT", Match "MATCH", Materialized "MATERIALIZED",
    Natural "NATURAL", No "NO", Not "NOT", Nothing "NOTHING", Notnull "NOTNULL", Null "NULL", Nulls "NULLS",
    Of "OF", Offset "OFFSET", On "ON", Or "OR", Order "ORDER", Others "OTHERS", Outer "OUTER", Over "OVER",
    Partition "PARTITION", Plan "PLAN", Pragma "PRAGMA", Preceding "PRECEDING", Primary "PRIMARY",
    Query "QUERY", Raise "RAISE", Range "RANGE", Recursive "RECURSIVE", References "REFERENCES",
    Regexp "REGEXP", Reindex "REINDEX", Release "RELEASE", Rename "RENAME", Replace "REPLACE",
    Restrict "RESTRICT", Returning "RETURNING", Right "RIGHT", Rollback "ROLLBACK", Row "ROW", Rows "ROWS",
    Savepoint "SAVEPOINT", Select "SELECT", Set "SET", Table "TABLE", Temp "TEMP", Temporary "TEMPORARY",
    Then "THEN", Ties "TIES", To "TO", Transaction "TRANSACTION", Trigger "TRIGGER", Unbounded "UNBOUNDED",
    Union "UNION", Unique "UNIQUE", Update "UPDATE", Using "USING", Vacuum "VACUUM", Values "VALUES",
    View "VIEW", Virtual "VIRTUAL", When "WHEN", Where "WHERE", Window "WINDOW", With "WITH",
    Without "WITHOUT",
}

/// The longest keyword, `CURRENT_TIMESTAMP`.
const LONGEST: usize = 17;

impl Keyword {
    /// Finds the keyword a word spells, in whatever case.
    pub fn find(word: &str) -> Option<Keyword> {
        if word.len() > LONGEST {
            return None;
        }
        let mut upper = [0_u8; LONGEST];
        let upper = &mut upper[..word.len()];
        upper.copy_from_slice(word.as_bytes());
        upper.make_ascii_uppercase();
        let at = KEYWORDS.binary_search_by(|k| k.as_str().as_bytes().cmp(upper)).ok()?;
        Some(KEYWORDS[at])
    }

    /// Whether the grammar takes the word for a name where a keyword makes no sense there
    /// (SQLite's `%fallback ID` and the words of joins).
    pub fn may_be_name(self) -> bool {
        !RESERVED.contains(&self)
    }
}

/// The words that are never a name unless quoted.
#[rustfmt::skip]
const RESERVED: &[Keyword] = &[
    Keyword::Add, Keyword::All, Keyword::Alter, Keyword::And, Keyword::As, Keyword::Autoincrement,
    Keyword::Between, Keyword::Case, Keyword::Check, Keyword::Collate, Keyword::Commit, Keyword::Constraint,
    Keyword::Create, Keyword::Default, Keyword::Deferrable, Keyword::Delete, Keyword::Distinct,
    Keyword::Drop, Keyword::Else, Keyword::Escape, Keyword::Except, Keyword::Exists, Keyword::Foreign,
    Keyword::From, Keyword::Group, Keyword::Having, Keyword::In, Keyword::Index, Keyword::Insert,
    Keyword::Intersect, Keyword::Into, Keyword::Is, Keyword::Isnull, Keyword::Join, Keyword::Limit,
    Keyword::Not, Keyword::Nothing, Keyword::Notnull, Keyword::Null, Keyword::On, Keyword::Or,
    Keyword::Order, Keyword::Primary, Keyword::References, Keyword::Returning, Keyword::Select,
    Keyword::Set, Keyword::Table, Keyword::Then, Keyword::To, Keyword::Transaction, Keyword::Union,
    Keyword::Unique, Keyword::Update, Keyword::Using, Keyword::Values, Keyword::When, Keyword::Where,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_each_keyword_finds_itself() {
        assert!(KEYWORDS.is_sorted_by_key(|k| k.as_str()));
        assert_eq!(KEYWORDS.len(), 147);
        for &k in KEYWORDS {
            assert_eq!(Keyword::find(k.as_str()), Some(k));
            assert_eq!(Keyword::find(&k.as_str().to_lowercase()), Some(k));
            assert!(k.as_str().len() <= LONGEST);
        }
        assert_eq!(Keyword::find("selec"), None);
        assert_eq!(Keyword::find(""), None);
        assert_eq!(Keyword::find("CURRENT_TIMESTAMP_"), None);
    }

    #[test]
    fn keywords_sqlite_lets_serve_as_names() {
        for (word, expected) in
            [("key", true), ("end", true), ("left", true), ("order", false), ("isnull", false)]
        {
            assert_eq!(Keyword::find(word).expect("a keyword").may_be_name(), expected, "{word}");
        }
    }
}
