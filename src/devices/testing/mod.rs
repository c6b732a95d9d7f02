//! Media in memory that fail on demand, for tests of whatever uses a [`super::Target`].
//!
//! Touches nothing outside this process. Only in tests and with the feature `testkit`.

mod disk;
mod engine;
mod queue;
mod target;

pub use disk::{Fault, Medium};
pub use engine::refuse_io_uring;
pub use target::MemoryTarget;
