//! Verified overwriting of files in place, and the proof at the block device.
//!
//! A batch of files is one medium to the engine: [`crate::devices::FileBatch`]. What the engine reads back comes from
//! where the files lay before anything was written, so an equal byte there says that the old one is gone. Level
//! `partial` at best (SP 800-88r2 knows no erasure of single files): other copies may be anywhere.

mod after;
mod batch;
mod before;
mod finder;
mod free;
mod limits;
mod outcome;
mod search;
mod stretches;
#[cfg(test)]
mod testing;
mod verdict;
mod wanted;

pub use batch::{FilesJob, erase_batch, erase_batch_noting};
pub use free::{FreeOutcome, written_bytes};
pub use limits::{files_limits, free_limits};
pub use outcome::{BatchOutcome, FileMeasure, FilesOutcome};
pub use search::{DeviceSearch, Places, search_device};
pub use verdict::{FilesJudgement, FilesReason, anything_rewritten, judge_files, judge_free};
pub use wanted::{LookedFor, MOST_SEARCHED_BLOCKS, OldContent, SHORTEST_SEARCHED_NAME};
