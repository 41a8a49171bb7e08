//! The program on a terminal.

use std::{
    io::{Read as _, Write as _},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use crate::place::Place;

/// Runs the program on a terminal of so many columns; `keys` are typed once `prompt` has been shown.
fn on_terminal(place: &Place, args: &[&str], columns: u16, after: Duration, keys: &str) -> (String, u32) {
    let size = PtySize { rows: 24, cols: columns, pixel_width: 0, pixel_height: 0 };
    let pty = native_pty_system().openpty(size).expect("there are terminals");
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_sqldojo"));
    command.env_clear();
    command.env("HOME", place.path());
    command.env("TERM", "xterm-256color");
    command.env("XDG_CACHE_HOME", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"));
    command.cwd(place.path());
    command.args(args);
    let mut child = pty.slave.spawn_command(command).expect("it starts");
    drop(pty.slave);
    let mut reader = pty.master.try_clone_reader().expect("it can be read");
    let mut writer = pty.master.take_writer().expect("it can be written");
    let screen = thread::spawn(move || {
        let mut screen = Vec::new();
        // The terminal goes with its program, which some systems call an error.
        let _ = reader.read_to_end(&mut screen);
        String::from_utf8(screen).expect("the screen is UTF-8").replace("\r\n", "\n")
    });
    if !keys.is_empty() {
        thread::sleep(after);
        writer.write_all(keys.as_bytes()).expect("it can be typed");
    }
    let status = child.wait().expect("it ends");
    (screen.join().expect("the reader ends"), status.exit_code())
}

#[test]
fn results_are_boxes_that_fit_the_terminal() {
    let place = Place::new();
    let sql = "select 1 as id, 'a text that is longer than forty columns are wide' as text, null as gap";
    let mut all = String::new();
    for columns in [80, 40, 24] {
        let (screen, code) =
            on_terminal(&place, &["run", "--color", "never", "-c", sql], columns, Duration::ZERO, "");
        assert_eq!(code, 0);
        all.extend(["— ", &columns.to_string(), "\n", &screen]);
    }
    insta::assert_snapshot!(all);
}

#[test]
fn ctrl_c_ends_a_long_statement_with_its_code() {
    let place = Place::new();
    let sql = "with recursive r(x) as (select 1 union all select x + 1 from r) select count(*) from r";
    let since = Instant::now();
    let (screen, code) =
        on_terminal(&place, &["run", "--deadline", "60", "-c", sql], 80, Duration::from_millis(700), "\u{3}");
    assert_eq!((screen.trim_start_matches("^C"), code), ("error: interrupted\n", 130));
    assert!(since.elapsed() < Duration::from_secs(20));
}
