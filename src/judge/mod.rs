//! Exercise and answer in, [`Report`] out. One file a kind.

pub mod report;

pub use report::{Report, Verdict};
