//! How results look, and the commands that change it.

use std::io::{self, Write as _};

use super::{
    Output, Session,
    commands::{Action, Call, nearest},
};
use crate::render::table::{Mode, Style};

/// How many rows of a result are shown at a prompt, at the least and at the most, before the rest is only counted.
const SHOWN: (u64, u64) = (10, 40);

/// How many lines stand around the rows of a result: what was typed, the names of columns, what is said below.
const AROUND: u64 = 9;

/// What holds for every result.
pub(super) struct View {
    pub mode: Mode,
    /// The mode before `\x`.
    before: Mode,
    pub style: Style,
    /// Whether rows and time are shown.
    pub timer: bool,
    /// Whether steps and page gets are shown.
    pub stats: bool,
    /// Whether the plan is shown with each query.
    pub eqp: bool,
    /// How many rows are shown.
    pub shown: u64,
}

impl View {
    pub(super) fn new(mode: Mode, style: Style, prompted: bool) -> View {
        let shown = if prompted { SHOWN.1 } else { u64::MAX };
        View { mode, before: mode, style, timer: prompted, stats: prompted, eqp: false, shown }
    }

    /// Shows as many rows as leave the names of their columns on a screen of so many lines.
    pub(super) fn fit(&mut self, lines: usize) {
        self.shown = (lines as u64).saturating_sub(AROUND).clamp(SHOWN.0, SHOWN.1);
    }

    /// How many rows of a result are shown in this mode.
    pub(super) fn rows(&self) -> u64 {
        if self.mode.is_for_people() { self.shown } else { u64::MAX }
    }
}

impl Session {
    /// Carries out a command that changes how results look.
    pub(super) fn set(&mut self, call: &Call<'_>, out: &mut Output<'_>) -> io::Result<()> {
        let arguments = call.arguments();
        let first = arguments.first().map(String::as_str);
        match call.action {
            Action::Mode => match first {
                None => writeln!(out, "mode: {}", self.view.mode.name()),
                Some(name) => {
                    if let Some(mode) = Mode::named(&name.to_ascii_lowercase()) {
                        self.view.before = self.view.mode;
                        self.view.mode = mode;
                        return Ok(());
                    }
                    let names = Mode::ALL.map(|(name, _)| name);
                    let guess = nearest(name, names.into_iter())
                        .map_or_else(String::new, |near| format!(": did you mean {near}?"));
                    let all = names.join(", ");
                    self.complain(&format!("no mode is called {name}{guess} (there are {all})"), out)
                }
            },
            Action::Expanded => {
                let view = &mut self.view;
                (view.mode, view.before) = match view.mode {
                    Mode::Line => {
                        (if view.before == Mode::Line { Mode::Box } else { view.before }, Mode::Line)
                    }
                    mode => (Mode::Line, mode),
                };
                writeln!(out, "mode: {}", view.mode.name())
            }
            Action::NullValue => match first {
                Some(text) => {
                    self.view.style.null = Some(text.to_owned());
                    Ok(())
                }
                None => self.complain("write .nullvalue TEXT, such as .nullvalue '∅'", out),
            },
            Action::Headers => {
                let now = self.view.style.headers.unwrap_or(self.view.mode != Mode::List);
                let set = self.switch("headers", first, now, out)?;
                self.view.style.headers = set.or(self.view.style.headers);
                Ok(())
            }
            Action::Timer => {
                self.view.timer =
                    self.switch("timer", first, self.view.timer, out)?.unwrap_or(self.view.timer);
                Ok(())
            }
            Action::Stats => {
                self.view.stats =
                    self.switch("stats", first, self.view.stats, out)?.unwrap_or(self.view.stats);
                Ok(())
            }
            Action::Eqp => {
                self.view.eqp = self.switch("eqp", first, self.view.eqp, out)?.unwrap_or(self.view.eqp);
                Ok(())
            }
            _ => unreachable!("only commands that set something come here"),
        }
    }

    /// Reads on or off; without an argument, says what holds.
    fn switch(
        &mut self,
        name: &str,
        argument: Option<&str>,
        now: bool,
        out: &mut Output<'_>,
    ) -> io::Result<Option<bool>> {
        match argument.map(str::to_ascii_lowercase).as_deref() {
            Some("on" | "yes" | "true" | "1") => Ok(Some(true)),
            Some("off" | "no" | "false" | "0") => Ok(Some(false)),
            None => {
                writeln!(out, "{name}: {}", if now { "on" } else { "off" })?;
                Ok(None)
            }
            Some(other) => {
                self.complain(&format!("write .{name} on or .{name} off, not '{other}'"), out)?;
                Ok(None)
            }
        }
    }
}
