//! What a statement cost, in the engine's own counters.

use serde::Serialize;

/// The cost of one run of a statement: the same in every run of one build, and different between builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Cost {
    /// Virtual-machine steps.
    pub steps: u64,
    /// Page-cache gets.
    pub pages: u64,
}

impl Cost {
    /// One figure that orders plans as the clock does: steps + 25 × page gets.
    pub fn total(self) -> u64 {
        self.steps + 25 * self.pages
    }
}
