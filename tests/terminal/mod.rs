//! A terminal for tests: the program runs in it, keys go in, and the screen that a person would see comes out.

use std::{
    fmt::Write as _,
    io::{Read, Write},
    num::NonZero,
    path::Path,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

pub(crate) const ENTER: &str = "\r";
pub(crate) const TAB: &str = "\t";
pub(crate) const BACKSPACE: &str = "\x7f";
pub(crate) const UP: &str = "\x1b[A";
pub(crate) const HOME: &str = "\x1b[H";
pub(crate) const CTRL_C: &str = "\x03";
pub(crate) const CTRL_D: &str = "\x04";
pub(crate) const CTRL_R: &str = "\x12";

/// How long a test waits for the screen to show something, on a machine that does much else.
const PATIENCE: Duration = Duration::from_mins(1);

/// A home of its own for the program.
pub(crate) struct Home(tempfile::TempDir);

impl Home {
    pub(crate) fn new() -> Home {
        Home(tempfile::tempdir().expect("a folder can be made"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn start(&self, arguments: &[&str]) -> Terminal {
        self.start_with(arguments, &[])
    }

    /// Starts the program in a terminal of 80 columns and 40 lines.
    pub(crate) fn start_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Terminal {
        let size = PtySize { rows: 40, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a terminal can be had");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_sqldojo"));
        command.args(arguments);
        command.cwd(self.path());
        command.env_clear();
        command.env("HOME", self.path());
        for (name, folder) in [
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_STATE_HOME", "state"),
            ("XDG_CACHE_HOME", "cache"),
        ] {
            command.env(name, self.path().join(folder));
        }
        command.env("TERM", "xterm-256color");
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).expect("the program starts");
        let writer = pair.master.take_writer().expect("the terminal can be typed at");
        let mut reader = pair.master.try_clone_reader().expect("the terminal can be read");
        let seen = Arc::new(Mutex::new(Seen {
            parser: vt100::Parser::new(cells(40), cells(80), 0),
            bytes: Vec::new(),
        }));
        let shown = Arc::clone(&seen);
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                let mut seen = shown.lock().expect("nobody panics while holding it");
                seen.parser.process(&buffer[..n]);
                seen.bytes.extend_from_slice(&buffer[..n]);
            }
        });
        Terminal { child, master: pair.master, writer, seen }
    }
}

/// A size, which is never nothing.
fn cells(n: u16) -> NonZero<u16> {
    NonZero::new(n).expect("a terminal has lines and columns")
}

struct Seen {
    parser: vt100::Parser,
    bytes: Vec<u8>,
}

/// A running program and its screen.
pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    seen: Arc<Mutex<Seen>>,
}

impl Terminal {
    /// The lines of the screen without blanks at their ends.
    pub(crate) fn screen(&self) -> String {
        let seen = self.seen.lock().expect("nobody panics while holding it");
        let screen = seen.parser.screen();
        let mut text = String::new();
        for line in screen.rows(0, screen.size().1.get()) {
            writeln!(text, "{}", line.trim_end()).expect("writing to a String succeeds");
        }
        text.truncate(text.trim_end_matches('\n').len());
        text
    }

    /// Waits until the screen shows a text. Blanks at the ends of its lines do not count.
    pub(crate) fn wait_for(&self, text: &str) {
        let wanted: Vec<&str> = text.split('\n').map(str::trim_end).collect();
        let wanted = wanted.join("\n");
        let since = Instant::now();
        while !self.screen().contains(&wanted) {
            assert!(since.elapsed() < PATIENCE, "waited for {text:?} in vain:\n{}", self.screen());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until the cursor stands behind a prompt at which nothing has been typed yet. Control keys that come before,
    /// while the terminal is in no mode to take them, are lost.
    pub(crate) fn wait_for_prompt(&self, prompt: &str) {
        let since = Instant::now();
        let stands = || {
            let seen = self.seen.lock().expect("nobody panics while holding it");
            let screen = seen.parser.screen();
            let (row, column) = screen.cursor_position();
            let line = screen.rows(0, screen.size().1.get()).nth(usize::from(row)).unwrap_or_default();
            line.trim_end() == prompt.trim_end() && usize::from(column) == prompt.len()
        };
        while !stands() {
            assert!(since.elapsed() < PATIENCE, "waited for {prompt:?} in vain:\n{}", self.screen());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until the cursor stands at the start of a line: what was typed has been taken.
    pub(crate) fn wait_until_taken(&self) {
        let since = Instant::now();
        let column = || {
            let seen = self.seen.lock().expect("nobody panics while holding it");
            seen.parser.screen().cursor_position().1
        };
        while column() != 0 {
            assert!(since.elapsed() < PATIENCE, "what was typed is not taken:\n{}", self.screen());
            thread::sleep(Duration::from_millis(10));
        }
        // Nothing on the screen tells when the engine is under way.
        thread::sleep(Duration::from_millis(200));
    }

    pub(crate) fn send(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).expect("the terminal can be typed at");
        self.writer.flush().expect("the terminal can be typed at");
    }

    pub(crate) fn type_line(&mut self, line: &str) {
        self.send(&format!("{line}{ENTER}"));
    }

    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        let mut seen = self.seen.lock().expect("nobody panics while holding it");
        seen.parser.screen_mut().set_size(cells(rows), cells(columns));
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).expect("the terminal can be resized");
    }

    /// Presses Ctrl-D until the program ends, and gives its exit code. One that comes between two prompts, while the
    /// terminal is in no mode to take it, is lost as it would be to a person.
    pub(crate) fn leave(&mut self) -> u32 {
        let since = Instant::now();
        loop {
            let _ = self.writer.write_all(CTRL_D.as_bytes()).and_then(|()| self.writer.flush());
            for _ in 0..20 {
                if let Some(status) = self.child.try_wait().expect("the program can be waited for") {
                    return status.exit_code();
                }
                thread::sleep(Duration::from_millis(10));
            }
            assert!(since.elapsed() < PATIENCE, "the program does not end:\n{}", self.screen());
        }
    }

    /// The exit code, once the program has ended.
    pub(crate) fn exit_code(&mut self) -> u32 {
        let since = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("the program can be waited for") {
                return status.exit_code();
            }
            assert!(since.elapsed() < PATIENCE, "the program does not end:\n{}", self.screen());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// The escape sequences that set colours or weight, of all that was written so far.
    pub(crate) fn colors(&self) -> Vec<String> {
        let seen = self.seen.lock().expect("nobody panics while holding it");
        let text = String::from_utf8_lossy(&seen.bytes).into_owned();
        let sets = |rest: &&str| {
            let end = rest.find(|c: char| !(c.is_ascii_digit() || c == ';')).unwrap_or(rest.len());
            rest[end..].starts_with('m')
        };
        text.split("\x1b[").skip(1).filter(sets).map(str::to_owned).collect()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
