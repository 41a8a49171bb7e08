//! What a statement in the sandbox may do: one decision for each action SQLite asks about, "no" by default
//! (<https://sqlite.org/c3ref/set_authorizer.html>).

use rusqlite::hooks::{AuthAction, AuthContext};

/// Who writes the statements, and so what they may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// A learner at the prompt: data and schema may be read and changed, nothing outside the database.
    Learner,
    /// An answer that is judged: it reads tables and nothing else.
    Answer,
    /// The program's own statements.
    Trusted,
}

/// Functions that reach outside the database or into the program.
const NEVER: [&str; 8] = [
    "load_extension",
    "readfile",
    "writefile",
    "edit",
    "fts3_tokenizer",
    "sqlite_log",
    "zipfile",
    "sqlite_dbpage",
];

/// Functions that tell about the connection instead of the data: the same answer would give another result
/// on every run.
const NOT_IN_ANSWERS: [&str; 6] = [
    "changes",
    "total_changes",
    "last_insert_rowid",
    "sqlite_source_id",
    "sqlite_version",
    "sqlite_compileoption_get",
];

/// PRAGMAs that only tell something, so they may be asked, with whatever argument.
const TELLS: [&str; 18] = [
    "collation_list",
    "compile_options",
    "database_list",
    "foreign_key_check",
    "foreign_key_list",
    "function_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "integrity_check",
    "module_list",
    "optimize",
    "pragma_list",
    "quick_check",
    "stats",
    "table_info",
    "table_list",
    "table_xinfo",
];

/// PRAGMAs that change nothing but how this connection runs, so they may be set too.
const SETTINGS: [&str; 15] = [
    "analysis_limit",
    "automatic_index",
    "busy_timeout",
    "case_sensitive_like",
    "defer_foreign_keys",
    "foreign_keys",
    "full_column_names",
    "legacy_alter_table",
    "query_only",
    "read_uncommitted",
    "recursive_triggers",
    "reverse_unordered_selects",
    "short_column_names",
    "user_version",
    "application_id",
];

/// PRAGMAs that may be read and not set.
const READABLE: [&str; 12] = [
    "auto_vacuum",
    "cache_size",
    "data_version",
    "encoding",
    "freelist_count",
    "journal_mode",
    "max_page_count",
    "page_count",
    "page_size",
    "schema_version",
    "synchronous",
    "temp_store",
];

/// Decides on one action.
///
/// # Errors
/// The reason, as the learner reads it, where the action is refused.
pub(super) fn decide(access: Access, context: &AuthContext<'_>) -> Result<(), String> {
    match access {
        Access::Trusted => Ok(()),
        Access::Learner => learner(context.action),
        Access::Answer => answer(context.action),
    }
}

fn learner(action: AuthAction<'_>) -> Result<(), String> {
    use AuthAction as A;
    match action {
        A::Select
        | A::Recursive
        | A::Read { .. }
        | A::Insert { .. }
        | A::Update { .. }
        | A::Delete { .. }
        | A::CreateTable { .. }
        | A::CreateIndex { .. }
        | A::CreateView { .. }
        | A::CreateTrigger { .. }
        | A::CreateTempTable { .. }
        | A::CreateTempIndex { .. }
        | A::CreateTempView { .. }
        | A::CreateTempTrigger { .. }
        | A::DropTable { .. }
        | A::DropIndex { .. }
        | A::DropView { .. }
        | A::DropTrigger { .. }
        | A::DropTempTable { .. }
        | A::DropTempIndex { .. }
        | A::DropTempView { .. }
        | A::DropTempTrigger { .. }
        | A::AlterTable { .. }
        | A::Reindex { .. }
        | A::Analyze { .. }
        | A::Transaction { .. }
        | A::Savepoint { .. } => Ok(()),
        A::Function { function_name } => function(function_name),
        A::Pragma { pragma_name, pragma_value } => pragma(pragma_name, pragma_value),
        A::Attach { .. } | A::Detach { .. } => {
            Err("ATTACH, DETACH and VACUUM INTO are not permitted: the sandbox has one database and no files"
                .into())
        }
        A::CreateVtable { .. } | A::DropVtable { .. } => {
            Err("virtual tables cannot be made in the sandbox".into())
        }
        // ATTACH with an expression as file name comes as an unknown action.
        _ => Err("not permitted in the sandbox: it has one database and no files".into()),
    }
}

fn answer(action: AuthAction<'_>) -> Result<(), String> {
    use AuthAction as A;
    match action {
        A::Read { table_name, .. } if reads_schema(table_name) => {
            Err(format!("an answer reads the tables of the exercise, not {table_name}"))
        }
        A::Select | A::Recursive | A::Read { .. } => Ok(()),
        A::Function { function_name } => {
            function(function_name)?;
            if NOT_IN_ANSWERS.iter().any(|name| name.eq_ignore_ascii_case(function_name)) {
                return Err(format!(
                    "{function_name}() tells about the connection, not the data: leave it out of an answer"
                ));
            }
            Ok(())
        }
        A::Pragma { .. } => {
            Err("an answer reads the tables of the exercise: PRAGMA has no place in it".into())
        }
        _ => Err("an answer only reads: SELECT, WITH … SELECT or VALUES".into()),
    }
}

fn reads_schema(table: &str) -> bool {
    let table = table.to_ascii_lowercase();
    table.starts_with("sqlite_") || table.starts_with("pragma_") || table == "dbstat" || table == "bytecode"
}

fn function(name: &str) -> Result<(), String> {
    if NEVER.iter().any(|never| never.eq_ignore_ascii_case(name)) {
        return Err(format!("{name}() is not permitted in the sandbox"));
    }
    Ok(())
}

fn pragma(name: &str, value: Option<&str>) -> Result<(), String> {
    let is = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(name));
    if is(&TELLS) || is(&SETTINGS) || (is(&READABLE) && value.is_none()) {
        return Ok(());
    }
    if is(&READABLE) {
        return Err(format!("PRAGMA {name} can be read in the sandbox, but not set"));
    }
    Err(format!("PRAGMA {name} is not permitted in the sandbox"))
}
