//! What is said of a step that reads a table, or something that stands for one.

use super::super::node::{Access, Kind, Method, Reading, Sort, Target, Term, TermTest, Via};
use super::super::query::{Limit, Named};
use super::super::reasons::{self, Reason};
use super::{Said, Speaker, called, counted, grouped, index_called, listed};

impl Speaker<'_> {
    pub(super) fn access(&self, at: usize, access: &Access) -> Said {
        let name = called(access, self.accesses());
        let said = match &access.target {
            Target::Values { .. } => Said {
                words: format!("reads {name}"),
                why: None,
                more: "The rows are written in the statement, so there is no table to read.".to_owned(),
            },
            Target::Result => self.result(at, access, &name),
            Target::Function => self.function(at, access, &name),
            Target::Table { .. } => match access.method {
                Method::Scan => self.scan(at, access, &name),
                Method::Search => self.search(at, access, &name),
            },
        };
        let why = if access.behind_the_scenes {
            let after = said.why.map_or_else(String::new, |why| format!("; {why}"));
            Some(format!("a foreign key or a trigger of the written table asks for it{after}"))
        } else {
            said.why
        };
        let words =
            if access.left_join { format!("{}, and keeps those without", said.words) } else { said.words };
        Said { words, why, more: said.more }
    }

    /// A table-valued function or a virtual table.
    fn function(&self, at: usize, access: &Access, name: &str) -> Said {
        let called = self.text.scopes.iter().any(|scope| scope.get(&access.source) == Some(&Named::Function));
        let each = self.each(at);
        Said {
            words: if called {
                format!("calls the function behind {name} and reads its rows{each}")
            } else {
                format!("asks {name}, a virtual table, for its rows{each}")
            },
            why: None,
            more: format!(
                "{name} makes its rows itself and finds them in its own way: no CREATE INDEX helps it."
            ),
        }
    }

    /// Rows of a subquery, a CTE, a view.
    fn result(&self, at: usize, access: &Access, name: &str) -> Said {
        let each = self.each(at);
        if let Via::Automatic { .. } = access.via {
            return self.automatic(at, access, name);
        }
        if self.select_is(at, |kind| matches!(kind, Kind::RecursiveStep)) {
            return Said {
                words: format!("takes the next row of {name} from the queue"),
                why: None,
                more: "A recursive query keeps a queue: each row taken from it may add rows to its end."
                    .to_owned(),
            };
        }
        Said {
            words: match access.method {
                Method::Scan => format!("reads the rows of {name}{each}"),
                Method::Search => format!("finds rows of {name}{}{each}", by(&access.terms)),
            },
            why: None,
            more: format!(
                "The rows of {name} are computed, not stored, so no index of the schema helps here; what counts is \
                 how many come out of it."
            ),
        }
    }

    fn scan(&self, at: usize, access: &Access, name: &str) -> Said {
        let each = self.each_again(at);
        let second_pass = self.above_is(at, |kind| matches!(kind, Kind::RightJoin { .. }));
        let reason = if second_pass {
            Reason { why: Some("rows that found no partner are looked for".to_owned()), ..Reason::default() }
        } else {
            reasons::of_scan(self.steps, at, access, self.text, self.facts)
        };
        if access.counts_only {
            return counting(access, name, &each);
        }
        let enough = Enough { each: &each, until: self.until(at, access) };
        match &access.via {
            Via::Index { covering: true, .. } => covering_scan(access, name, &enough, reason),
            Via::Index { covering: false, .. } => {
                let last = self.steps.iter().any(|step| {
                    step.select == self.steps[at].select
                        && matches!(step.kind, Kind::Sort(Sort::OrderBy { last_terms: Some(_), .. }))
                });
                ordered_scan(access, name, &enough, last)
            }
            Via::Rows | Via::IntegerKey | Via::TableKey | Via::Automatic { .. } | Via::Virtual { .. } => {
                table_scan(access, name, &enough, reason)
            }
        }
    }

    /// What ends a reading that need not see all rows.
    fn until(&self, at: usize, access: &Access) -> String {
        if access.exists || self.select_is(at, |kind| matches!(kind, Kind::Subquery(_))) {
            return "a match is found".to_owned();
        }
        match self.steps[at].scope.map(|scope| self.text.scopes[scope].limit) {
            Some(Limit::Rows(n)) => format!("{} found", counted(n, "row is", "rows are")),
            Some(Limit::Some | Limit::None) | None => "enough rows are found".to_owned(),
        }
    }

    fn search(&self, at: usize, access: &Access, name: &str) -> Said {
        let each = self.each(at);
        match &access.via {
            Via::Automatic { .. } => self.automatic(at, access, name),
            Via::IntegerKey => integer_key(access, name, &each),
            Via::TableKey => Said {
                words: format!("finds {name}{}, its primary key{each}", by(&access.terms)),
                why: Some("WITHOUT ROWID: the table itself is stored in the order of its primary key".to_owned()),
                more: format!(
                    "{name} has no rowid; its primary key is the tree that holds the rows, so finding the key is \
                     finding the row."
                ),
            },
            Via::Rows => Said {
                words: format!("takes the first or the last row of {name}{each}"),
                why: Some("the smallest and the largest key stand at the ends of the tree".to_owned()),
                more: format!(
                    "min() or max() of the key by which {name} is stored reads one row, whatever the size of the \
                     table."
                ),
            },
            Via::Index { .. } if access.reads_one_end() && self.is_filtered(at) => Said {
                words: format!("walks {} from one end until a row fits{each}", index_called(&access.via, true)),
                why: Some("the first that fits is the least or the greatest; where few fit, it walks far".to_owned()),
                more: "min() or max() with a condition that the index does not know stops at the first entry that \
                       passes: a look at a few entries, or at all of them."
                    .to_owned(),
            },
            Via::Index { .. } if access.reads_one_end() => Said {
                words: format!("reads one end of {}{each}", index_called(&access.via, true)),
                why: Some("the smallest and the largest value stand at the ends of the index".to_owned()),
                more: "min() or max() of an index's first column reads one entry: the index is sorted, so the answer \
                       stands at its end."
                    .to_owned(),
            },
            Via::Index { index, keys, covering, unique, partial, .. } => {
                let one = access.finds_one();
                let found = if one { "finds" } else { "finds rows of" };
                Said {
                    words: format!("{found} {name}{} in {}{each}", by(&access.terms), index_called(&access.via, false)),
                    why: Some(self.why_search(access, index, *covering, one, *partial)),
                    more: search_more(access, keys, *covering, *unique && one),
                }
            }
            Via::Virtual { .. } => self.function(at, access, name),
        }
    }

    /// Whether the SELECT of a step leaves rows out.
    fn is_filtered(&self, at: usize) -> bool {
        self.steps[at].scope.is_some_and(|scope| !self.text.scopes[scope].tests.is_empty())
    }

    fn why_search(&self, access: &Access, index: &str, covering: bool, one: bool, partial: bool) -> String {
        let mut parts: Vec<String> = Vec::new();
        if access.terms.iter().any(|term| term.test == TermTest::Any) {
            parts.push("skip-scan: the index's first column is not asked for, but has few values".to_owned());
        }
        if partial {
            let condition = self.facts.index(index).and_then(|index| index.partial.clone());
            parts.push(condition.map_or_else(
                || "partial: the index holds some of the rows only".to_owned(),
                |condition| format!("partial: the index holds only rows where {condition}"),
            ));
        }
        parts.push(if covering {
            "covering: the table itself is not touched".to_owned()
        } else if one {
            "unique: at most one row has the key".to_owned()
        } else {
            "each match costs one more look-up, in the table".to_owned()
        });
        parts.join("; ")
    }

    fn automatic(&self, at: usize, access: &Access, name: &str) -> Said {
        let columns = columns(&access.terms);
        let (why, advice) = match access.table() {
            Some(table) => (
                format!("no index on {columns}: this one is made anew each time the query runs"),
                format!(
                    "An index on {table} ({columns}) would be there already, for this query and the next."
                ),
            ),
            None => (
                "the rows are computed, so they have no index".to_owned(),
                "The rows are computed, so there is nothing to put a lasting index on.".to_owned(),
            ),
        };
        Said {
            words: format!(
                "builds an index on {name} ({columns}) for this run alone, then finds rows in it{}",
                self.each(at)
            ),
            why: Some(why),
            more: format!(
                "The planner judged that reading all of {name} once into a throw-away index is cheaper than scanning \
                 it for every row outside. {advice}"
            ),
        }
    }
}

/// count(*) and nothing else.
fn counting(access: &Access, name: &str, each: &str) -> Said {
    let over = match &access.via {
        Via::Index { .. } => index_called(&access.via, false),
        Via::Rows | Via::IntegerKey | Via::TableKey | Via::Automatic { .. } | Via::Virtual { .. } => {
            "the table".to_owned()
        }
    };
    Said {
        words: format!("counts the rows of {name} in the pages of {over}{each}"),
        why: Some("count(*) alone needs no column: each page says how many entries it holds".to_owned()),
        more: "count(*) without a condition walks every page of the smallest tree there is: few steps, but the pages \
               grow with the table."
            .to_owned(),
    }
}

/// What ends a reading, and how often it is begun.
struct Enough<'a> {
    until: String,
    each: &'a str,
}

fn table_scan(access: &Access, name: &str, enough: &Enough<'_>, reason: Reason) -> Said {
    let Enough { until, each } = enough;
    let all = all(access, "row", "rows");
    match access.reading {
        Reading::Whole => Said {
            words: format!("reads {all} of {name}{each}"),
            why: reason.why,
            more: reason.more.unwrap_or_else(|| {
                format!(
                    "The engine reads every row of {name}, so the work grows in step with the table: ten times the \
                     rows, ten times the work."
                )
            }),
        },
        Reading::EarlyAtBest => Said {
            words: format!("reads {name} until {until}, {all} at worst{each}"),
            why: reason.why,
            more: format!(
                "No index is used on {name}. The reading ends as soon as enough rows match: soon where matches are \
                 common, after the whole table where they are rare or there is none."
            ),
        },
        Reading::Early => Said {
            words: format!("reads {name} from the start until {until}{each}"),
            why: None,
            more: format!("No index is used on {name}, and none is needed: the first rows are as good as any."),
        },
    }
}

fn covering_scan(access: &Access, name: &str, enough: &Enough<'_>, reason: Reason) -> Said {
    let Enough { until, each } = enough;
    let index = index_called(&access.via, true);
    let all = all(access, "entry", "entries");
    let covering = "covering: the index holds every column that is asked for";
    let why = match reason.why.filter(|_| reason.in_the_way && access.reading != Reading::Early) {
        Some(why) => format!("{why}; {covering}"),
        None => covering.to_owned(),
    };
    let words = match access.reading {
        Reading::Whole => format!("reads {all} of {index} instead of {name}{each}"),
        Reading::EarlyAtBest => {
            format!("reads {index} instead of {name} until {until}, {all} at worst{each}")
        }
        Reading::Early => format!("walks {index} from one end until {until}{each}"),
    };
    let more = match (access.reading, reason.more.filter(|_| reason.in_the_way)) {
        (Reading::Early, _) => format!(
            "The index has the order asked for and every column, so {name} itself is not touched and the reading ends \
             after a few entries."
        ),
        (Reading::Whole | Reading::EarlyAtBest, Some(more)) => more,
        (Reading::Whole | Reading::EarlyAtBest, None) => {
            "A covering index is a narrower copy of the table, so reading all of it costs fewer pages. It is still a \
             full scan: the work grows with the table."
                .to_owned()
        }
    };
    Said { words, why: Some(why), more }
}

fn ordered_scan(access: &Access, name: &str, enough: &Enough<'_>, sorts_last_terms: bool) -> Said {
    let Enough { until, each } = enough;
    let index = index_called(&access.via, true);
    let all = all(access, "row", "rows");
    let saves = if sorts_last_terms {
        "the index gives the first part of the order"
    } else {
        "the index gives the order, so that no sort is needed"
    };
    let words = match access.reading {
        Reading::Whole => format!("reads {all} of {name} in the order of {index}{each}"),
        Reading::EarlyAtBest => format!("walks {name} by {index} until {until}, {all} at worst{each}"),
        Reading::Early => format!("walks {name} in the order of {index} until {until}{each}"),
    };
    let more = match access.reading {
        Reading::Early | Reading::EarlyAtBest => format!(
            "The index on {name} already has the order asked for, so with LIMIT the engine stops after a few rows. \
             OFFSET would make it walk over the rows it skips."
        ),
        Reading::Whole => format!(
            "Walking {name} by an index saves the sort but visits the table once for each entry, in the index's \
             order: on a table larger than memory that can cost more than sorting."
        ),
    };
    Said { words, why: Some(format!("{saves}; each row is one look-up in the table")), more }
}

fn integer_key(access: &Access, name: &str, each: &str) -> Said {
    let lookup = format!(
        "The primary key is the key by which {name} itself is stored, so one descent of the tree gives the row: it \
         hardly costs more on a table a hundred times as large."
    );
    let equal = access.terms.iter().any(|term| term.test == TermTest::Equal);
    let (words, more) = if access.finds_one() {
        (format!("finds {name} by primary key{each}"), lookup)
    } else if equal {
        (format!("finds rows of {name} by primary key, one for each value of a list{each}"), lookup)
    } else {
        (
            format!("reads {name} in a range of the primary key{each}"),
            format!(
                "{name} is stored in the order of its primary key, so a range of it is one piece: the engine goes to \
                 its start and reads on."
            ),
        )
    };
    Said { words, why: None, more }
}

/// `all 5,127 rows`
fn all(access: &Access, one: &str, many: &str) -> String {
    match access.table_rows() {
        Some(1) => format!("the one {one}"),
        Some(n) => format!("all {} {many}", grouped(n)),
        None => format!("every {one}"),
    }
}

/// ` by user_id and a range of created_at`
fn by(terms: &[Term]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut ranges: Vec<&[String]> = Vec::new();
    let mut tried: Vec<String> = Vec::new();
    for term in terms {
        let columns = term.columns.join(", ");
        match term.test {
            TermTest::Equal => parts.push(columns),
            TermTest::Any => tried.push(columns),
            TermTest::Above | TermTest::Below => {
                if !ranges.contains(&term.columns.as_slice()) {
                    ranges.push(&term.columns);
                    let columns = if term.columns.len() > 1 { format!("({columns})") } else { columns };
                    parts.push(format!("a range of {columns}"));
                }
            }
        }
    }
    let tried =
        if tried.is_empty() { String::new() } else { format!(" for each value of {}", listed(&tried)) };
    if parts.is_empty() { tried } else { format!(" by {}{tried}", listed(&parts)) }
}

fn columns(terms: &[Term]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for column in terms.iter().flat_map(|term| &term.columns) {
        if !names.contains(&column.as_str()) {
            names.push(column);
        }
    }
    names.join(", ")
}

fn search_more(access: &Access, keys: &[String], covering: bool, one: bool) -> String {
    let given: usize =
        access.terms.iter().filter(|t| t.test == TermTest::Equal).map(|t| t.columns.len()).sum();
    let ranged = access.terms.iter().any(|term| match term.test {
        TermTest::Above | TermTest::Below => true,
        TermTest::Equal | TermTest::Any => false,
    });
    let skips = access.terms.iter().any(|term| term.test == TermTest::Any);
    let way = if one {
        "The index is unique, so one descent of its tree finds the row or says that there is none.".to_owned()
    } else if skips {
        "The first column of the index is not in the condition; it has so few values, ANALYZE says, that searching \
             once for each is cheaper than a scan. An index led by the column that is asked for would do it in one.".to_owned()
    } else if ranged && given > 0 {
        "The index has the columns compared for equality first and the range after them, so what is wanted is one \
             piece of it: that order of columns is what makes it work.".to_owned()
    } else if ranged {
        "The index is sorted by the column, so the range is one piece of it: the engine goes to its start and reads on.".to_owned()
    } else if given < keys.len() {
        format!(
            "The index is sorted, so all entries with the key stand side by side, and among them those of {} in order.",
            keys[given]
        )
    } else {
        "The index is sorted, so all entries with the key stand side by side.".to_owned()
    };
    let table = if covering {
        "It holds every column that is asked for, so the table is never read."
    } else if one {
        "The row itself is then one more look-up in the table."
    } else {
        "Each entry found costs a look-up in the table: fine for few rows, dearer than a scan for a large part of them."
    };
    format!("{way} {table}")
}
