//! What a file system keeps outside of its free space and outside of every file's content: the rest of last blocks
//! behind the end of files, and the room of folders that no entry uses. Counts alone; the work is in
//! [`sys`](super::sys).

use super::error::DeviceError;
use super::file_facts::FileSystemFacts;
use super::guard_space::{ClearedSpace, ConfirmedSpace};
use super::sys;
use crate::progress::StopSignal;
use crate::units::ByteCount;

/// What became of the rests of last blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TailTotals {
    /// Regular files whose last block is not full: the sum of `clean`, `erased`, `left` and `not_looked`.
    pub files: u64,
    /// The rest was read on the device and was zero; the file was not touched.
    pub clean: u64,
    /// It was not zero, was made zero, and was read again on the device as zero.
    pub erased: u64,
    /// It is not zero, or is not known to be: the file is open elsewhere, must not be changed, or was changed meanwhile.
    pub left: u64,
    /// Bytes that files were given and that were never written, beside last blocks: they read as zeros, and the device
    /// still holds there what it held before. Not touched.
    pub unwritten: ByteCount,
    /// No place on the device is told, or it cannot be read. A folder that cannot be read counts as one.
    pub not_looked: u64,
}

/// What became of the room in folders that no entry uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EntryTotals {
    /// Folders that were met, those that cannot be read included.
    pub folders: u64,
    /// It held something, and was read again on the device as zero.
    pub cleared: u64,
    /// It holds something still.
    pub left: u64,
    /// It is stored in a way that is not read here, or cannot be read, or the running system lies there.
    pub not_looked: u64,
}

/// Makes the rest of the last block of every file zero, where it is not. No file's content, length, or time of writing
/// changes. `progress` hears of everything that is met, with its number.
///
/// # Errors
/// The tokens do not belong together, or the file system's device is not what it was.
pub fn clear_tails(
    cleared: &ClearedSpace,
    confirmed: &ConfirmedSpace,
    progress: &mut dyn FnMut(u64),
    stop: &StopSignal,
) -> Result<TailTotals, DeviceError> {
    confirmed.must_be_of(cleared)?;
    sys::clear_tails(&system_of(cleared), progress, stop)
}

/// Makes the unused room of every folder zero, where it is not. No entry of a folder changes, nor its time of writing.
/// `progress` hears of everything that is met, with its number.
///
/// # Errors
/// The tokens do not belong together, or the file system's device is not what it was.
pub fn clear_entries(
    cleared: &ClearedSpace,
    confirmed: &ConfirmedSpace,
    progress: &mut dyn FnMut(u64),
    stop: &StopSignal,
) -> Result<EntryTotals, DeviceError> {
    confirmed.must_be_of(cleared)?;
    sys::clear_entries(&system_of(cleared), progress, stop)
}

/// The file system at the mount point that was named: it may be mounted at others as well.
fn system_of(cleared: &ClearedSpace) -> FileSystemFacts {
    let facts = cleared.facts();
    FileSystemFacts {
        mount_point: facts.mount_point.clone(),
        ..facts.system.clone()
    }
}
