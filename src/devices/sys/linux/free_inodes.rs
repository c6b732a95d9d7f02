//! Unused inodes, each given to an entry without blocks once: what they held of former files is written over.
//!
//! ext4 writes a new inode whole. XFS writes the fields, and of the rest only what a new entry stores there: links whose
//! target fills it (`fs/ext4/inode.c`, `fs/xfs/xfs_symlink.c`, Linux 6.18). The folders that this needs are gone again
//! before blocks are taken, so that their blocks are written over as well.

use std::ffi::OsString;
use std::fs::File;

use rustix::io::Errno;

use super::file_folder::{FileFolder, random_name};
use super::free_calls::{self, GroupInodes};
use super::free_folder::{RunFolder, create, numbered};
use super::free_look;
use crate::devices::free_space::InodeTotals;
use crate::progress::StopSignal;

/// The most that are taken in one run: about a minute.
const MOST: u64 = 1_000_000;

/// How often the room is asked for again.
const LOOK_EVERY: u32 = 1024;

/// What a running machine keeps, where anything is to be kept: a hundredth, and not less than this.
const KEPT_PARTS: u64 = 100;
const KEPT_LEAST: u64 = 1024;

/// How taking them ended.
enum Ended {
    /// Nothing is left, or nothing more can be had.
    Done,
    Stopped,
}

/// Takes the unused inodes and gives them back. With `reserve` bytes to be kept some inodes are kept as well.
///
/// # Errors
/// The system's number for what failed; [`libc::EINTR`] where `stop` was raised.
pub(super) fn take(run: &RunFolder, reserve: u64, stop: &StopSignal) -> Result<InodeTotals, i32> {
    let mount = run.parent.file();
    let room = free_look::room(mount)?;
    let Some(before) = free_look::free_inodes(mount, &room) else {
        return Ok(InodeTotals::default());
    };
    let kept = if reserve == 0 {
        0
    } else {
        (room.inodes / KEPT_PARTS).max(KEPT_LEAST)
    };
    let most = before.saturating_sub(kept).min(MOST);
    let (ended, left) = match free_look::kind_of(mount) {
        Some("xfs") => take_xfs(run, before, most, stop)?,
        _ => take_ext4(run, before, most, reserve, stop)?,
    };
    rustix::fs::syncfs(mount).map_err(Errno::raw_os_error)?;
    match ended {
        Ended::Stopped => Err(libc::EINTR),
        Ended::Done => Ok(InodeTotals {
            free_before: Some(before),
            taken: before.saturating_sub(left),
            left,
        }),
    }
}

/// A folder of its own for them, which is gone when it is dropped.
struct Below<'a> {
    run: &'a RunFolder,
    name: OsString,
    folder: FileFolder,
    made: u32,
}

impl<'a> Below<'a> {
    fn make(run: &'a RunFolder, number: u32) -> Result<Self, i32> {
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

    /// A link whose target fills the inode.
    fn link(&mut self, room: usize) -> Result<(), i32> {
        self.made += 1;
        let target = random_name(room)?;
        rustix::fs::symlinkat(&target, self.folder.file(), numbered(b'n', self.made))
            .map_err(Errno::raw_os_error)
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
fn is_full(errno: i32) -> bool {
    matches!(errno, libc::ENOSPC | libc::EDQUOT | libc::EMLINK)
}

fn take_ext4(
    run: &RunFolder,
    before: u64,
    most: u64,
    reserve: u64,
    stop: &StopSignal,
) -> Result<(Ended, u64), i32> {
    let mount = run.parent.file();
    let mut below = match Below::make(run, 0) {
        Ok(below) => below,
        Err(errno) if is_full(errno) => return Ok((Ended::Done, before)),
        Err(errno) => return Err(errno),
    };
    // The folder has one.
    let mut taken = 1;
    while taken < most {
        if stop.is_raised() {
            return Ok((Ended::Stopped, before - taken));
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
    Ok((Ended::Done, left.min(before)))
}

/// XFS makes new folders in one part of the file system after another, and what is in them beside them. A part is
/// exhausted when it gets more inodes.
fn take_xfs(run: &RunFolder, before: u64, most: u64, stop: &StopSignal) -> Result<(Ended, u64), i32> {
    let mount = run.parent.file();
    let room = free_calls::xfs_inode_room(mount)?;
    let first = free_calls::xfs_inodes(mount)?;
    let attempts = 2 * first.len() as u32 + 8;
    let mut folders = Vec::new();
    let mut budget = most;
    for number in 0..attempts {
        let now = free_calls::xfs_inodes(mount)?;
        if unused(&first, &now) == 0 || budget == 0 {
            break;
        }
        let mut below = match Below::make(run, number) {
            Ok(below) => below,
            Err(errno) if is_full(errno) => break,
            Err(errno) => return Err(errno),
        };
        let ended = fill_part(mount, &mut below, room, &now, &mut budget, stop);
        folders.push(below);
        if matches!(ended?, Ended::Stopped) {
            return Ok((Ended::Stopped, before));
        }
    }
    let left = unused(&first, &free_calls::xfs_inodes(mount)?);
    Ok((Ended::Done, left.min(before)))
}

/// Fills the part that the folder is in, until it gets more inodes or has none left.
fn fill_part(
    mount: &File,
    below: &mut Below<'_>,
    room: usize,
    before: &[GroupInodes],
    budget: &mut u64,
    stop: &StopSignal,
) -> Result<Ended, i32> {
    let mut was = free_calls::xfs_inodes(mount)?;
    while *budget > 0 {
        if stop.is_raised() {
            return Ok(Ended::Stopped);
        }
        match below.link(room) {
            Ok(()) => *budget -= 1,
            Err(errno) if is_full(errno) => break,
            Err(errno) => return Err(errno),
        }
        let now = free_calls::xfs_inodes(mount)?;
        let Some(part) = (0..now.len().min(was.len())).find(|part| now[*part] != was[*part]) else {
            break;
        };
        let grew = before.get(part).is_none_or(|before| now[part].all > before.all);
        if grew || now[part].free == 0 {
            break;
        }
        was = now;
    }
    Ok(Ended::Done)
}

/// Inodes that were unused at `first` and may still be: those of parts that got no new ones since.
fn unused(first: &[GroupInodes], now: &[GroupInodes]) -> u64 {
    let parts = first.iter().zip(now);
    let untouched = parts.filter(|(first, now)| now.all <= first.all);
    untouched
        .map(|(first, now)| u64::from(now.free.min(first.free)))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_got_more_inodes_had_none_left() {
        let part = |all, free| GroupInodes { all, free };
        let first = [part(64, 60), part(128, 3), part(64, 0)];
        assert_eq!(unused(&first, &first), 63);
        let now = [part(128, 63), part(128, 2), part(64, 0)];
        assert_eq!(unused(&first, &now), 2);
        assert_eq!(unused(&first, &[part(128, 1), part(128, 0), part(64, 1)]), 0);
    }

    #[test]
    fn a_name_is_no_path() {
        assert!(!numbered(b'n', u32::MAX).to_string_lossy().contains('/'));
        assert_eq!(OsString::from("n0000001"), numbered(b'n', 1));
    }
}
