//! A plan on the screen: the verdict, the tree with what each step reads and by which way, and the steps in
//! sentences. Draws what it is handed and computes no plan.

use crate::cost::Cost;
use crate::plan::Plan;
use crate::plan::node::{
    Access, Kind, Method, Node, Reading, Sort, SubqueryForm, Target, TermTest, Via, Work,
};

use super::cell::{count, visible, width};
use super::text::{cut, left, right, wrap};

/// Under so many rows, reading a table whole is no fault worth a word.
const SMALL: u64 = 1000;

/// How wide a bar is at most.
const BAR: usize = 8;

/// How a plan is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Whether only ASCII may be drawn with.
    pub ascii: bool,
    /// Columns of the screen.
    pub width: usize,
}

impl Default for Look {
    fn default() -> Self {
        Look { ascii: false, width: 80 }
    }
}

impl Look {
    fn pick(self, drawn: &'static str, ascii: &'static str) -> &'static str {
        if self.ascii { ascii } else { drawn }
    }
}

/// One line of the tree.
struct Line {
    /// The branches and what the step is.
    label: String,
    /// How many rows, how often.
    amount: String,
    /// Rows read in all, at most, where that is known.
    work: Option<u64>,
    /// The way, or what is to be said of the step.
    mark: String,
}

/// The verdict, a blank line, and the tree with the title and the cost above it.
pub fn tree(plan: &Plan, title: &str, cost: Option<Cost>, look: Look) -> String {
    let mut lines = Vec::new();
    branches(plan, 0, "", look, &mut lines);
    let most = lines.iter().filter_map(|line| line.work).max().unwrap_or(0);
    // Shares of little are no news, and one share is none.
    let bars = most >= SMALL && lines.iter().filter(|line| line.work.is_some()).count() > 1;

    let amounts = lines.iter().map(|line| width(&line.amount)).max().unwrap_or(0);
    let marks = lines.iter().map(|line| width(&line.mark)).max().unwrap_or(0);
    let bar = if bars { BAR } else { 0 };
    let others = [amounts, bar, marks]
        .iter()
        .filter(|columns| **columns > 0)
        .map(|columns| columns + 2)
        .sum::<usize>();
    let widest = lines.iter().map(|line| width(&line.label)).max().unwrap_or(0);
    let labels = widest.min(look.width.saturating_sub(others).max(24));

    let mut out = wrap(&format!("{}.", visible(&plan.verdict.text)), look.width, "", "");
    out.push('\n');
    out.push_str(&header(title, cost, labels + others, look));
    for line in &lines {
        let sign = look.pick("…", "..");
        let mut row = left(&cut(&line.label, labels, sign), labels);
        if amounts > 0 {
            row = format!("{row}  {}", right(&line.amount, amounts));
        }
        if bars {
            row = format!("{row}  {}", left(&bar_of(line.work, most, look), BAR));
        }
        row = format!("{row}  {}", line.mark);
        out.push_str(cut(row.trim_end(), look.width, sign).trim_end());
        out.push('\n');
    }
    out
}

/// The title, and the cost at the right end of the line.
fn header(title: &str, cost: Option<Cost>, columns: usize, look: Look) -> String {
    let cost = cost.map_or_else(String::new, |cost| {
        format!("{} steps {} {} pages", count(cost.steps), look.pick("·", "-"), count(cost.pages))
    });
    let columns = columns.max(width(title) + 3 + width(&cost)).min(look.width);
    let title = cut(&visible(title), columns.saturating_sub(width(&cost) + 2).max(8), look.pick("…", ".."));
    let room = columns.saturating_sub(width(&title));
    match (title.is_empty(), cost.is_empty()) {
        (true, true) => String::new(),
        _ => format!("{}\n", format!("{title}{}", right(&cost, room)).trim_end()),
    }
}

fn branches(plan: &Plan, parent: i64, before: &str, look: Look, out: &mut Vec<Line>) {
    let children: Vec<&Node> = plan.children(parent).collect();
    for (at, node) in children.iter().enumerate() {
        let last = at + 1 == children.len();
        let branch = if last { look.pick("└─ ", "`- ") } else { look.pick("├─ ", "|- ") };
        out.push(Line {
            label: format!("{before}{branch}{}", visible(&label(plan, node))),
            amount: amount(node, look),
            work: node.kind.as_access().and_then(rows_in_all),
            mark: visible(&mark(&node.kind)),
        });
        let below = if last { "   " } else { look.pick("│  ", "|  ") };
        branches(plan, node.id, &format!("{before}{below}"), look, out);
    }
}

/// What the step is, in a few words.
fn label(plan: &Plan, node: &Node) -> String {
    match &node.kind {
        Kind::Access(access) => access_label(plan, access),
        Kind::Sort(sort) => match sort {
            Sort::OrderBy { last_terms: None, .. } => "sort for ORDER BY".to_owned(),
            Sort::OrderBy { last_terms: Some(1), .. } => "sort for the last term of ORDER BY".to_owned(),
            Sort::OrderBy { last_terms: Some(n), .. } => format!("sort for the last {n} terms of ORDER BY"),
            Sort::GroupBy => "sort for GROUP BY".to_owned(),
            Sort::Distinct => "set apart for DISTINCT".to_owned(),
            Sort::AggregateDistinct { function } => format!("set apart for {function}(DISTINCT)"),
            Sort::AggregateOrder { function } => format!("sort for {function}(ORDER BY)"),
        },
        Kind::BloomFilter(filter) => format!("Bloom filter on {}", source(&filter.source)),
        Kind::CreateBloomFilter => "fill a Bloom filter".to_owned(),
        Kind::Coroutine { name } => format!("rows of {}", source(name)),
        Kind::Materialize { name } => format!("store {}", source(name)),
        Kind::Subquery(subquery) => match subquery.form {
            SubqueryForm::Scalar => format!("subquery {}", subquery.number),
            SubqueryForm::List => format!("list of subquery {}", subquery.number),
        },
        Kind::Reuse { number, .. } => format!("subquery {number} again"),
        Kind::InOperator { index, table } => {
            let place = table.as_deref().or(index.as_deref()).unwrap_or("a key");
            format!("look up IN {place}")
        }
        Kind::Compound => "compound".to_owned(),
        Kind::LeftMost => "first query".to_owned(),
        Kind::Arm { operator, .. } => operator.sql().to_owned(),
        Kind::Merge { operator } => format!("merge for {}", operator.sql()),
        Kind::Left => "left side".to_owned(),
        Kind::Right => "right side".to_owned(),
        Kind::Setup => "first rows".to_owned(),
        Kind::RecursiveStep => "each further step".to_owned(),
        Kind::MultiIndexOr => "OR over several indexes".to_owned(),
        Kind::OrArm { number } => format!("arm {number}"),
        Kind::RightJoin { table } => format!("{table} without a partner"),
        Kind::ConstantRows { rows: 1 } => "a constant row".to_owned(),
        Kind::ConstantRows { rows } => format!("{rows} constant rows"),
        Kind::Raw => node.detail.clone(),
    }
}

fn access_label(plan: &Plan, access: &Access) -> String {
    let method = match access.method {
        Method::Scan => "SCAN",
        Method::Search => "SEARCH",
    };
    let name = match &access.target {
        Target::Table { table, .. } => {
            // The alias is of use only where it tells two readings of a table apart.
            let alias = source(&access.source);
            let several = plan.accesses().any(|a| a.table() == Some(table) && source(&a.source) != alias);
            if several && !alias.eq_ignore_ascii_case(table) {
                format!("{table} {alias}")
            } else {
                table.clone()
            }
        }
        Target::Result | Target::Function => source(&access.source),
        Target::Values { rows } => format!("{rows} rows of VALUES"),
    };
    let mut columns: Vec<String> = Vec::new();
    let mut ranged = false;
    for term in &access.terms {
        let text = match term.columns.as_slice() {
            [one] => one.clone(),
            several => format!("({})", several.join(", ")),
        };
        ranged |= matches!(term.test, TermTest::Above | TermTest::Below);
        if term.test != TermTest::Any && !columns.contains(&text) {
            columns.push(text);
        }
    }
    let by = if columns.is_empty() { String::new() } else { format!(" by {}", columns.join(", ")) };
    format!("{method} {name}{by}{}", if ranged { " range" } else { "" })
}

/// The name without the database before it; the engine's own names for what has none in plain words.
fn source(name: &str) -> String {
    if name.starts_with("(subquery-") {
        "a subquery".to_owned()
    } else if name.starts_with("(join-") {
        "a join".to_owned()
    } else {
        name.split_once('.').map_or(name, |(_, last)| last).to_owned()
    }
}

/// `5,127 rows`, `≤ 5,127 × 1`, `≤ 300 ×`.
fn amount(node: &Node, look: Look) -> String {
    let Kind::Access(access) = &node.kind else { return String::new() };
    let Work { runs, rows, exact_runs, rows_on_average } = access.work;
    let at_most = look.pick("≤", "<=");
    let times = look.pick("×", "x");
    let rows_text = |n: u64| if n == 1 { "1 row".to_owned() } else { format!("{} rows", count(n)) };
    let one_run = match (access.reading, rows, rows_on_average) {
        (Reading::Early, None, _) if access.method == Method::Scan => "a few rows".to_owned(),
        (Reading::EarlyAtBest, Some(rows), _) => format!("{at_most} {}", rows_text(rows)),
        (Reading::Whole | Reading::Early, Some(rows), _) => rows_text(rows),
        (_, None, Some(average)) => format!("~{}", rows_text(average)),
        (_, None, None) => String::new(),
    };
    let Some(runs) = runs.filter(|runs| *runs != 1) else { return one_run };
    let sign = if exact_runs { String::new() } else { format!("{at_most} ") };
    let each = match (rows, rows_on_average) {
        (Some(rows), _) => format!(" {}", count(rows)),
        (None, Some(average)) => format!(" ~{}", count(average)),
        (None, None) => String::new(),
    };
    format!("{sign}{} {times}{each}", count(runs))
}

/// Rows read in all runs together, at most or on average.
fn rows_in_all(access: &Access) -> Option<u64> {
    let rows = access.work.rows.or(access.work.rows_on_average)?;
    Some(access.work.runs?.saturating_mul(rows.max(1)))
}

fn bar_of(work: Option<u64>, most: u64, look: Look) -> String {
    let Some(work) = work.filter(|_| most > 0) else { return String::new() };
    let eighths = (u128::from(work) * (BAR as u128 * 8) / u128::from(most)) as usize;
    if look.ascii {
        return "#".repeat((eighths / 8).max(1));
    }
    if eighths < 8 { "▏".to_owned() } else { "▇".repeat(eighths / 8) }
}

/// The way to the rows, or what is to be said of the step.
fn mark(kind: &Kind) -> String {
    match kind {
        Kind::Access(access) => access_mark(access),
        Kind::Sort(Sort::OrderBy { keeps: Some(n), .. }) => format!("keeps the first {}", count(*n)),
        Kind::Sort(Sort::OrderBy { last_terms: Some(_), keeps: None }) => "in small pieces".to_owned(),
        Kind::Sort(_) => "temporary tree".to_owned(),
        Kind::Subquery(subquery) => if subquery.correlated { "for each row" } else { "once" }.to_owned(),
        Kind::Coroutine { .. } => "as they are asked for".to_owned(),
        Kind::Materialize { .. } => "once, kept".to_owned(),
        Kind::InOperator { index: Some(index), .. } => format!("index {index}"),
        Kind::InOperator { index: None, .. } => "primary key".to_owned(),
        Kind::BloomFilter(_)
        | Kind::CreateBloomFilter
        | Kind::Reuse { .. }
        | Kind::Compound
        | Kind::LeftMost
        | Kind::Arm { .. }
        | Kind::Merge { .. }
        | Kind::Left
        | Kind::Right
        | Kind::Setup
        | Kind::RecursiveStep
        | Kind::MultiIndexOr
        | Kind::OrArm { .. }
        | Kind::RightJoin { .. }
        | Kind::ConstantRows { .. }
        | Kind::Raw => String::new(),
    }
}

fn access_mark(access: &Access) -> String {
    let way = match (&access.via, access.method, &access.target) {
        (Via::Automatic { .. }, _, _) => "automatic index".to_owned(),
        (Via::Virtual { .. }, _, _) | (_, _, Target::Function) => "virtual table".to_owned(),
        (_, _, Target::Result | Target::Values { .. }) => String::new(),
        (Via::Index { .. }, _, _) => index_mark(access),
        (Via::Rows | Via::IntegerKey | Via::TableKey, Method::Search, Target::Table { .. }) => {
            "primary key".to_owned()
        }
        (Via::Rows | Via::IntegerKey | Via::TableKey, Method::Scan, Target::Table { .. }) => {
            let small = access.table_rows().is_some_and(|rows| rows < SMALL) && access.work.runs == Some(1);
            match access.reading {
                Reading::Early => "ends early".to_owned(),
                Reading::Whole | Reading::EarlyAtBest if access.counts_only => "counts every page".to_owned(),
                Reading::Whole | Reading::EarlyAtBest if small => "every row: small, fine".to_owned(),
                Reading::Whole if access.work.runs == Some(1) => "every row".to_owned(),
                Reading::Whole => "every row, each time".to_owned(),
                Reading::EarlyAtBest => "every row at worst".to_owned(),
            }
        }
    };
    if access.behind_the_scenes { format!("{way} (foreign key)") } else { way }
}

fn index_mark(access: &Access) -> String {
    let Via::Index { index, covering, constraint, .. } = &access.via else { return String::new() };
    let name = if *constraint { "unique key".to_owned() } else { index.clone() };
    let kind = if *covering { "covering" } else { "index" };
    let named = if *constraint && !covering { name } else { format!("{kind} {name}") };
    match (access.method, access.reading) {
        (Method::Search, _) => named,
        (Method::Scan, Reading::Early) => format!("{named}, in part"),
        (Method::Scan, Reading::Whole | Reading::EarlyAtBest) if access.counts_only => {
            format!("{named}, counted")
        }
        (Method::Scan, Reading::Whole) => format!("{named}, whole"),
        (Method::Scan, Reading::EarlyAtBest) => format!("{named}, whole at worst"),
    }
}

/// Every step in a sentence with its reason, numbered, those that stand under others further in.
pub fn sentences(plan: &Plan, look: Look) -> String {
    spoken(plan, look, false)
}

/// Every step in a sentence, its reason, and what one would say of it in an interview.
pub fn at_length(plan: &Plan, look: Look) -> String {
    spoken(plan, look, true)
}

fn spoken(plan: &Plan, look: Look, long: bool) -> String {
    let mut out = String::new();
    let mut number = 0;
    speak(plan, 0, 0, &mut number, look, long, &mut out);
    out
}

fn speak(
    plan: &Plan,
    parent: i64,
    depth: usize,
    number: &mut usize,
    look: Look,
    long: bool,
    out: &mut String,
) {
    for node in plan.children(parent) {
        *number += 1;
        let first = format!("{}{number:>2}  ", "  ".repeat(depth));
        let rest = " ".repeat(width(&first));
        let sentence = match &node.why {
            Some(why) => format!("{}: {why}.", node.words),
            None => format!("{}.", node.words),
        };
        out.push_str(&wrap(&visible(&sentence), look.width, &first, &rest));
        if long {
            out.push_str(&wrap(&visible(&node.more), look.width, &rest, &rest));
        }
        speak(plan, node.id, depth + 1, number, look, long, out);
    }
}
