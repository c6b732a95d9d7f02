//! The free space of a mounted file system: what there is of it, and files that take all of it.
//!
//! No block that is free can be written through a file system, so every one is given to files first: what is written to
//! those files then goes over the blocks that were free. May write below the mount point, in one folder of its own.

use std::path::{Path, PathBuf};

use super::error::DeviceError;
use super::file_facts::FileSystemFacts;
use super::guard_space::{ClearedSpace, ConfirmedSpace};
use super::sys;
use crate::progress::StopSignal;
use crate::units::ByteCount;

/// A mounted file system whose free space is to be erased, as found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeSpaceFacts {
    /// The file system.
    pub system: FileSystemFacts,
    /// The folder that it is mounted at, without links.
    pub mount_point: PathBuf,
    /// Everything that it gives to files.
    pub capacity: ByteCount,
    /// What no file has, with what the file system keeps for itself.
    pub free: ByteCount,
    /// Inodes that no file has; none where they are no table (FAT).
    pub free_inodes: Option<u64>,
    /// Folders that a run left behind which was killed.
    pub left_behind: Vec<PathBuf>,
}

/// What became of the unused inodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InodeTotals {
    /// Unused before; none where they are no table.
    pub free_before: Option<u64>,
    /// Given to an empty file once, which clears them.
    pub taken: u64,
    /// Not given to a file.
    pub left: u64,
}

/// Looks at the file system that is mounted at `mount_point`. Reads only.
///
/// # Errors
/// Everything that keeps it from being looked at: nothing is mounted exactly there, or it cannot be told.
pub fn look_free(mount_point: &Path) -> Result<FreeSpaceFacts, Vec<DeviceError>> {
    sys::free_space_facts(mount_point)
}

/// Gives the free space to files in a new folder at the mount point, until no more than `reserve` is left. `progress`
/// gets the bytes taken so far. Unused inodes are given to empty files before, which are gone again when this returns.
///
/// # Errors
/// It cannot be done, or `stop` was raised ([`DeviceError::FillStopped`]): what was taken is given back.
pub fn fill(
    cleared: &ClearedSpace,
    confirmed: &ConfirmedSpace,
    reserve: ByteCount,
    progress: &mut dyn FnMut(ByteCount),
    stop: &StopSignal,
) -> Result<Filler, DeviceError> {
    confirmed.must_be_of(cleared)?;
    sys::fill(cleared.facts(), reserve, progress, stop).map(Filler)
}

/// Removes what a run left behind that was killed: the folders of [`FreeSpaceFacts::left_behind`]. How many bytes that
/// gave back.
///
/// # Errors
/// Something in there is not what such a run makes ([`DeviceError::NotLeftBehind`]), or cannot be removed.
pub fn remove_left_behind(
    cleared: &ClearedSpace,
    confirmed: &ConfirmedSpace,
    stop: &StopSignal,
) -> Result<ByteCount, DeviceError> {
    confirmed.must_be_of(cleared)?;
    sys::remove_left_behind(cleared.facts(), stop)
}

/// Files that have the free space of a file system. Dropping it removes them.
#[derive(Debug)]
pub struct Filler(sys::Filler);

impl Filler {
    /// The folder of its own that the files are in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.0.folder()
    }

    /// What the files have.
    #[must_use]
    pub fn taken(&self) -> ByteCount {
        self.0.taken()
    }

    /// What stayed free: the reserve, and what the file system keeps for itself and gives nobody.
    #[must_use]
    pub fn left_over(&self) -> ByteCount {
        self.0.left_over()
    }

    /// What became of the unused inodes.
    #[must_use]
    pub fn inodes(&self) -> InodeTotals {
        self.0.inodes()
    }

    /// Device and inode number of every file, in order.
    pub(super) fn identities(&self) -> &[(u64, u64)] {
        self.0.identities()
    }

    /// Device and inode number of the empty file that says whose the folder is.
    pub(super) fn mark(&self) -> (u64, u64) {
        self.0.mark()
    }

    /// Removes what is left of the files, and their folder.
    ///
    /// # Errors
    /// What could not be removed.
    pub fn remove(self) -> Result<(), DeviceError> {
        self.0.remove()
    }
}
