//! The program in a place of its own: nothing of the environment but what a test says, an empty folder to work in.

use std::{
    fmt::Write as _,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

/// A home and a folder to work in.
pub(crate) struct Place {
    folder: TempDir,
}

/// What a run left.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: Option<i32>,
}

impl Place {
    pub(crate) fn new() -> Place {
        Place { folder: tempfile::tempdir().expect("there is a folder for temporary files") }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Puts a file into the folder.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, content).expect("it can be written");
        path
    }

    /// The program, ready to be given arguments. Data that was made once serves all tests.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sqldojo"));
        command
            .env_clear()
            .env("HOME", self.path())
            .env("XDG_CACHE_HOME", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"))
            .current_dir(self.path());
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, args: &[&str], stdin: impl AsRef<[u8]>) -> Ran {
        let mut command = self.command();
        command.args(args);
        finish(&mut command, stdin.as_ref())
    }

    /// Runs the program with each list of arguments: what it was called with, and all that came of it.
    pub(crate) fn transcript(&self, calls: &[(&[&str], &str)]) -> String {
        let mut text = String::new();
        for (args, stdin) in calls {
            let ran = self.run(args, stdin);
            let given = if stdin.is_empty() { String::new() } else { format!(" <<< {stdin:?}") };
            writeln!(text, "$ sqldojo {}{given}", args.join(" ")).expect("it is a String");
            text += &ran.stdout;
            for line in ran.stderr.lines() {
                writeln!(text, "! {line}").expect("it is a String");
            }
            if ran.code != Some(0) {
                writeln!(text, "→ {:?}", ran.code.unwrap_or(-1)).expect("it is a String");
            }
            text.push('\n');
        }
        text
    }
}

/// Runs a command to its end with this on its standard input.
pub(crate) fn finish(command: &mut Command, stdin: &[u8]) -> Ran {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut input = child.stdin.take().expect("it was asked for");
    std::thread::scope(|scope| {
        // A program that ends without reading is a case too.
        scope.spawn(move || input.write_all(stdin));
        let output = child.wait_with_output().expect("it ends");
        Ran {
            stdout: String::from_utf8(output.stdout).expect("its output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("its errors are UTF-8"),
            code: output.status.code(),
        }
    })
}
