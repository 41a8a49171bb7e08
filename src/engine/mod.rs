//! The sandbox: an embedded SQLite with a pinned clock, limits, an authorizer, a deadline and a cost for every
//! statement. The only place that knows rusqlite, and `ffi` the only code that the compiler cannot vouch for; everybody
//! else sees domain types.

mod access;
mod deadline;
mod failure;
mod ffi;
mod functions;
mod load;
mod own_file;
mod prepared;
mod sandbox;
#[cfg(test)]
mod tests;

pub use access::Access;
pub use deadline::{Interrupter, Paused};
pub use failure::{Failure, FailureKind};
pub use load::Loader;
pub use own_file::{Form, OwnFile, Trouble};
pub use prepared::{Done, Prepared, RowView};
pub use sandbox::{Sandbox, Settings, Source};

/// The version of the SQLite inside, such as "3.54.1".
pub fn version() -> &'static str {
    rusqlite::version()
}
