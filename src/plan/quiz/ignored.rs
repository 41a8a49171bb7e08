//! The question why an index is ignored, made for a query: an index on one of its columns that the planner leaves
//! alone, and a rewrite that would search it.

use super::{
    Bench, Cause, Form, Question, Setting, Trouble,
    bench::parts,
    follow::{columns, plain},
};
use crate::{
    plan::Plan,
    sql::lexer::{significant, unquote},
};

/// The most columns that are tried.
const MOST: usize = 6;

/// Why an index on one of the query's columns is ignored, with two causes beside it that are none; `None` where
/// nothing is ignored, or nothing tried lets it be used.
pub(super) fn ask(lab: &Bench, sql: &str) -> Result<Option<Question>, Trouble> {
    for (table, column) in asked(lab, &lab.plan(sql)?, sql)? {
        let index = format!("{table} ({column})");
        let setting = Setting { indexes: vec![index.clone()], analyze: false };
        let name = parts(&index).0;
        let Some((say, rewrite)) = lab.with(&setting, &[], || reason(lab, sql, &name))? else { continue };
        let others = columns(lab, &table)?.into_iter().map(|(name, _)| name).filter(|name| *name != column);
        let wide = format!("{table} ({column}, {})", others.collect::<Vec<_>>().join(", "));
        let mut causes = vec![
            Cause { say, sql: Some(rewrite), ..Cause::default() },
            Cause { say: "ANALYZE has not run".to_owned(), analyze: true, ..Cause::default() },
            Cause {
                say: "the index does not hold all that the query reads".to_owned(),
                indexes: Some(vec![wide]),
                ..Cause::default()
            },
        ];
        // Where it stands must not tell which it is.
        causes.sort_by_key(|cause| cause.say.to_lowercase());
        let question = Question {
            setting,
            ask: Some(format!("There is an index on {index}, and rows are not found by it. Why?")),
            ..plain(Form::Cause { sql: sql.to_owned(), causes })
        };
        return Ok(Some(question));
    }
    Ok(None)
}

/// What keeps the planner from the index of this name, and a rewrite that searches it.
fn reason(lab: &Bench, sql: &str, name: &str) -> Result<Option<(String, String)>, Trouble> {
    let is_left = lab.why(sql, false)?.not_used.into_iter().find(|unused| unused.index == name);
    let Some(unused) = is_left else { return Ok(None) };
    let searches =
        |proposal: &crate::plan::why::Proposal| proposal.searches.iter().any(|index| index == name);
    let found = lab.why(sql, true)?.proposals.into_iter().find(searches);
    Ok(found.map(|proposal| (unused.brief, proposal.rewrite.sql)))
}

/// The columns that the query names, of the tables that its plan reads.
fn asked(lab: &Bench, plan: &Plan, sql: &str) -> Result<Vec<(String, String)>, Trouble> {
    let names: Vec<String> = significant(sql).iter().map(|token| unquote(token.text(sql))).collect();
    let mut found: Vec<(String, String)> = Vec::new();
    for table in plan.accesses().filter_map(|access| access.table()) {
        for (column, is_key) in columns(lab, table)? {
            let is_named = names.iter().any(|name| name.eq_ignore_ascii_case(&column));
            let pair = (table.to_owned(), column);
            if is_named && !is_key && !found.contains(&pair) {
                found.push(pair);
            }
        }
    }
    found.truncate(MOST);
    Ok(found)
}
