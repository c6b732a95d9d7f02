//! Unused inodes, each given to an entry without blocks once: what they held of former files is written over.
//!
//! ext4 writes a new inode whole (`fs/ext4/inode.c`, Linux 6.18); for XFS see [`super::free_inodes_xfs`]. The folders that this needs are gone again
//! before blocks are taken, so that their blocks are written over as well.

use std::ffi::{OsStr, OsString};

use rustix::io::Errno;

use super::file_folder::FileFolder;
use super::free_folder::{RunFolder, create, numbered};
use super::{free_inodes_xfs, free_look};
use crate::devices::file_facts::FileSystemFacts;
use crate::devices::free_space::InodeTotals;
use crate::progress::StopSignal;

/// The most that are taken in one run: about a minute.
pub(super) const MOST: u64 = 1_000_000;

/// How often the room is asked for again.
const LOOK_EVERY: u32 = 1024;

/// What a running machine keeps, where anything is to be kept: a hundredth, and not less than this.
const KEPT_PARTS: u64 = 100;
const KEPT_LEAST: u64 = 1024;

/// Takes the unused inodes and gives them back. With `reserve` bytes to be kept some inodes are kept as well, where
/// they cannot be made anew.
///
/// # Errors
/// The system's number for what failed; [`libc::EINTR`] where `stop` was raised.
pub(super) fn take(
    run: &RunFolder,
    system: &FileSystemFacts,
    reserve: u64,
    stop: &StopSignal,
) -> Result<InodeTotals, i32> {
    let mount = run.parent.file();
    let room = free_look::room(mount)?;
    let Some(before) = free_look::free_inodes(mount, &room) else {
        return Ok(InodeTotals::default());
    };
    let left = match free_look::kind_of(mount) {
        Some("xfs") => free_inodes_xfs::take(run, system, before, stop)?,
        _ => {
            let kept = if reserve == 0 {
                0
            } else {
                (room.inodes / KEPT_PARTS).max(KEPT_LEAST)
            };
            let most = before.saturating_sub(kept).min(MOST);
            take_ext4(run, before, most, reserve, stop)?
        }
    };
    rustix::fs::syncfs(mount).map_err(Errno::raw_os_error)?;
    Ok(InodeTotals {
        free_before: Some(before),
        taken: before.saturating_sub(left),
        left,
    })
}

/// A folder of its own for them, which is gone when it is dropped.
pub(super) struct Below<'a> {
    run: &'a RunFolder,
    name: OsString,
    folder: FileFolder,
    made: u32,
}

impl<'a> Below<'a> {
    pub(super) fn make(run: &'a RunFolder, number: u32) -> Result<Self, i32> {
        let name = numbered(b'i', number);
        let mode = rustix::fs::Mode::from_raw_mode(0o700);
        rustix::fs::mkdirat(run.folder.file(), &name, mode).map_err(Errno::raw_os_error)?;
        let folder = run.folder.open_folder(&name)?;
        Ok(Self {
            run,
            name,
            folder,
            made: 0,
        })
    }

    fn file(&mut self) -> Result<(), i32> {
        self.made += 1;
        create(&self.folder, &numbered(b'n', self.made)).map(drop)
    }

    /// A link to nowhere; its number in the file system.
    pub(super) fn link(&mut self, target: &OsStr) -> Result<u64, i32> {
        self.made += 1;
        let name = numbered(b'n', self.made);
        rustix::fs::symlinkat(target, self.folder.file(), &name).map_err(Errno::raw_os_error)?;
        self.folder.identity_of(&name).map(|identity| identity.1)
    }
}

impl Drop for Below<'_> {
    fn drop(&mut self) {
        for number in 1..=self.made {
            let _ = self.folder.remove_file(&numbered(b'n', number));
        }
        let _ = self.run.folder.remove_folder(&self.name);
    }
}

/// Nothing more can be had: no inode, no block for the folder, no quota.
pub(super) fn is_full(errno: i32) -> bool {
    matches!(errno, libc::ENOSPC | libc::EDQUOT | libc::EMLINK)
}

fn take_ext4(run: &RunFolder, before: u64, most: u64, reserve: u64, stop: &StopSignal) -> Result<u64, i32> {
    let mount = run.parent.file();
    let mut below = match Below::make(run, 0) {
        Ok(below) => below,
        Err(errno) if is_full(errno) => return Ok(before),
        Err(errno) => return Err(errno),
    };
    // The folder has one.
    let mut taken = 1;
    while taken < most {
        if stop.is_raised() {
            return Err(libc::EINTR);
        }
        if taken % u64::from(LOOK_EVERY) == 0 && free_look::room(mount)?.available <= reserve {
            break;
        }
        match below.file() {
            Ok(()) => taken += 1,
            Err(errno) if is_full(errno) => break,
            Err(errno) => return Err(errno),
        }
    }
    // Others made and removed files meanwhile.
    let left = free_look::room(mount)?.free_inodes;
    Ok(left.min(before))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_path() {
        assert!(!numbered(b'n', u32::MAX).to_string_lossy().contains('/'));
        assert_eq!(OsString::from("n0000001"), numbered(b'n', 1));
    }
}
