//! The prompt on a terminal.

use std::{
    cell::RefCell,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::Command,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use rustyline::{ColorMode, CompletionType, Config, Editor, config::BellStyle, error::ReadlineError};

use super::{
    drive::{Stop, drive},
    folders::Folders,
    helper::Helper,
    indent::Indent,
    keys,
    recall::Recall,
};
use crate::{
    render::{
        cell,
        highlight::{BOLD, paint},
    },
    session::{Next, Output, Session, Status, gather},
};

/// How many inputs are remembered.
const REMEMBERED: usize = 2_000;

/// Runs until the learner leaves.
pub(super) fn run(session: Session, folders: &Folders) -> io::Result<Status> {
    let stop = Stop::on_ctrl_c(session.brake(), false);
    let style = session.style().clone();
    let session = Rc::new(RefCell::new(session));
    let indent = Indent::default();
    let dropped = Arc::default();
    let mut editor = editor(&session, &indent, &dropped).map_err(io::Error::other)?;
    let mut stdout = io::BufWriter::new(io::stdout());
    let mut out = Output::one(&mut stdout);
    let mut memory = Memory::open(folders.state.as_deref(), &mut editor);
    memory.warn(&mut out)?;
    fit(&mut session.borrow_mut());
    session.borrow_mut().greet(&mut out)?;
    writeln!(out)?;
    let mut typed = String::new();
    loop {
        out.flush()?;
        let prompt = {
            let mut session = session.borrow_mut();
            fit(&mut session);
            format!("{}> ", shortened(&session.prompt(), session.style().width))
        };
        indent.set(cell::width(&prompt));
        let styled = paint(&prompt, BOLD, style.color);
        let before = indent.add(&std::mem::take(&mut typed));
        let text = match editor.readline_with_initial(&(prompt, styled), (&before, "")) {
            Ok(_) if dropped.swap(false, Ordering::Relaxed) => continue,
            Ok(text) => indent.strip(&text),
            Err(ReadlineError::Interrupted) => continue,
            Err(ReadlineError::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => return Err(error),
            // The end of the input, or a terminal that is gone.
            Err(_) => return Ok(Status::Done),
        };
        let text = match gather::interrupting(&text) {
            Some((before, command)) => {
                before.clone_into(&mut typed);
                command.to_owned()
            }
            None => text.trim_end().to_owned(),
        };
        if text.trim().is_empty() {
            continue;
        }
        memory.keep(&text, &mut editor);
        memory.warn(&mut out)?;
        fit(&mut session.borrow_mut());
        let next = drive(&mut session.borrow_mut(), &text, &stop, &mut out)?;
        match next {
            Next::Leave => {
                out.flush()?;
                return Ok(Status::Done);
            }
            Next::Edit(text) => match edited(&text) {
                Ok(text) => typed = text,
                Err(reason) => session.borrow_mut().complain(&reason, &mut out)?,
            },
            Next::Ask | Next::Read(_) => {}
        }
        writeln!(out)?;
    }
}

fn editor(
    session: &Rc<RefCell<Session>>,
    indent: &Indent,
    dropped: &Arc<AtomicBool>,
) -> rustyline::Result<Editor<Helper, Recall>> {
    let config = Config::builder()
        .max_history_size(REMEMBERED)?
        .history_ignore_dups(true)?
        .completion_type(CompletionType::List)
        .completion_prompt_limit(60)
        .completion_show_all_if_ambiguous(true)
        .bell_style(BellStyle::None)
        // Whether there are colours is decided above; the marks of continued lines are drawn in any case.
        .color_mode(ColorMode::Forced)
        .tab_stop(4)
        .build();
    let recall = Recall::new(&config, indent);
    let mut editor = Editor::with_history(config, recall)?;
    editor.set_helper(Some(Helper::new(Rc::clone(session), indent.clone())));
    for (event, handler) in keys::bindings(indent, dropped) {
        editor.bind_sequence(event, handler);
    }
    Ok(editor)
}

/// Tells the session how large the terminal is.
fn fit(session: &mut Session) {
    if let Some((width, height)) = terminal_size::terminal_size() {
        session.set_size(usize::from(width.0), usize::from(height.0));
    }
}

/// A name that leaves room for SQL on a narrow terminal.
fn shortened(name: &str, columns: Option<usize>) -> String {
    let room = columns.map_or(usize::MAX, |columns| (columns / 3).max(8));
    if cell::width(name) <= room {
        return name.to_owned();
    }
    let star = if name.ends_with('*') { "*" } else { "" };
    format!("{}…{star}", name.chars().take(room - 1 - star.len()).collect::<String>())
}

/// What was typed in earlier runs.
struct Memory {
    file: Option<PathBuf>,
    warning: Option<String>,
}

impl Memory {
    fn open(folder: Option<&Path>, editor: &mut Editor<Helper, Recall>) -> Memory {
        let Some(folder) = folder else { return Memory { file: None, warning: None } };
        let file = folder.join("history");
        let opened = fs::create_dir_all(folder)
            .map_err(ReadlineError::from)
            .and_then(|()| if file.exists() { editor.load_history(&file) } else { Ok(()) });
        match opened {
            Ok(()) => Memory { file: Some(file), warning: None },
            Err(error) => Memory { warning: Some(unkept(&file, &error)), file: None },
        }
    }

    /// Keeps an input for Ctrl-R, in this run and the next.
    fn keep(&mut self, text: &str, editor: &mut Editor<Helper, Recall>) {
        let added = editor.add_history_entry(text);
        if let (Ok(true), Some(file)) = (added, &self.file)
            && let Err(error) = editor.append_history(file)
        {
            self.warning = Some(unkept(file, &error));
            self.file = None;
        }
    }

    /// Says, once, that nothing is kept.
    fn warn(&mut self, out: &mut Output<'_>) -> io::Result<()> {
        self.warning.take().map_or(Ok(()), |warning| writeln!(out, "warning: {warning}"))
    }
}

fn unkept(file: &Path, error: &ReadlineError) -> String {
    format!("what you type is not kept for the next time: {} ({error})", file.display())
}

/// Lets the learner's editor have a text. It counts only where the editor ends well.
fn edited(text: &str) -> Result<String, String> {
    let editor = ["SQLDOJO_EDITOR", "VISUAL", "EDITOR"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.trim().is_empty())
        .unwrap_or_else(|| "vi".to_owned());
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let failed = |error: io::Error| format!("the editor '{editor}' cannot be used: {error}");
    let mut file = tempfile::Builder::new().prefix("sqldojo-").suffix(".sql").tempfile().map_err(failed)?;
    writeln!(file, "{text}").map_err(failed)?;
    let status = Command::new(program).args(words).arg(file.path()).status().map_err(failed)?;
    if !status.success() {
        return Err(format!("the editor '{editor}' did not end well ({status}): nothing is taken over"));
    }
    let text = fs::read_to_string(file.path()).map_err(failed)?;
    Ok(text.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn long_names_leave_room_for_sql() {
        for (name, columns, want) in [
            ("top-spenders", Some(80), "top-spenders"),
            ("second-highest-order", Some(40), "second-highe…"),
            ("second-highest-order*", Some(40), "second-high…*"),
            ("second-highest-order", None, "second-highest-order"),
            ("shop", Some(1), "shop"),
        ] {
            assert_eq!(shortened(name, columns), want);
        }
    }
}
