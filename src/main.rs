//! The `sqldojo` program: maps a run of the library to an exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    sqldojo::cli::run(std::env::args_os())
}
