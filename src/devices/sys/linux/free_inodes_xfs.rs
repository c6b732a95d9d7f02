//! Unused inodes of XFS: each is given to a link once, whose target fills what is stored in the inode itself.
//!
//! XFS leaves there what a former file had stored: the target of a link, names of a small folder, attributes. A new link
//! writes over it, but only when the inode is written to its place, up to half a minute later
//! (`fs/xfs/xfs_log.c`, `xfs_log_worker`, Linux 6.18): each place is looked at on the device until it holds the target.

use std::ffi::OsString;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::time::{Duration, Instant};

use rustix::io::Errno;

use super::file_eye::Eye;
use super::file_folder::random_name;
use super::free_calls::{self, GroupInodes, XfsInodes};
use super::free_folder::RunFolder;
use super::free_inodes::{Below, MOST, is_full};
use super::io;
use super::memory::Memory;
use crate::devices::file_facts::FileSystemFacts;
use crate::progress::StopSignal;
use crate::units::ByteOffset;

/// XFS writes inodes by itself after half a minute; so long only one place is looked at, and twice as long all.
const FIRST: Duration = Duration::from_secs(35);
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(500);

/// What is read at once: no inode of XFS is larger.
const PIECE: u64 = 4096;

/// Takes unused inodes, of which there are `before`; how many are left that were not seen to be written over.
pub(super) fn take(
    run: &RunFolder,
    system: &FileSystemFacts,
    before: u64,
    stop: &StopSignal,
) -> Result<u64, i32> {
    let Ok((eye, _)) = Eye::open(system) else {
        return Ok(before);
    };
    let Some(device) = eye.device() else {
        return Ok(before);
    };
    let layout = free_calls::xfs_inode_layout(run.parent.file())?;
    let mut work = Work {
        mount: run.parent.file(),
        target: random_name((layout.size - layout.core) as usize)?,
        links: Vec::new(),
        budget: before.min(MOST),
        stop,
    };
    let first = free_calls::xfs_inodes(work.mount)?;
    let _folders = work.link_all(run, &first)?;
    rustix::fs::syncfs(work.mount).map_err(Errno::raw_os_error)?;
    let seen = work.wait_for(device, &layout)?;
    let unused = unused(&first, &free_calls::xfs_inodes(work.mount)?);
    Ok(before - seen.min(before.saturating_sub(unused)))
}

struct Work<'a> {
    mount: &'a File,
    target: OsString,
    /// The numbers of all links.
    links: Vec<u64>,
    /// How many more may be made.
    budget: u64,
    stop: &'a StopSignal,
}

impl Work<'_> {
    /// XFS makes new folders in one part of the file system after another, and what is in them beside them.
    fn link_all<'a>(&mut self, run: &'a RunFolder, first: &[GroupInodes]) -> Result<Vec<Below<'a>>, i32> {
        let attempts = 2 * first.len() as u32 + 8;
        let mut folders = Vec::new();
        for number in 0..attempts {
            let now = free_calls::xfs_inodes(self.mount)?;
            if unused(first, &now) == 0 || self.budget == 0 {
                break;
            }
            let mut below = match Below::make(run, number) {
                Ok(below) => below,
                Err(errno) if is_full(errno) => break,
                Err(errno) => return Err(errno),
            };
            let filled = self.fill_part(&mut below, first);
            folders.push(below);
            filled?;
        }
        Ok(folders)
    }

    /// Fills the part that the folder is in, until it gets more inodes or has none left.
    fn fill_part(&mut self, below: &mut Below<'_>, first: &[GroupInodes]) -> Result<(), i32> {
        let mut was = free_calls::xfs_inodes(self.mount)?;
        while self.budget > 0 {
            if self.stop.is_raised() {
                return Err(libc::EINTR);
            }
            match below.link(&self.target) {
                Ok(number) => self.links.push(number),
                Err(errno) if is_full(errno) => break,
                Err(errno) => return Err(errno),
            }
            self.budget -= 1;
            let now = free_calls::xfs_inodes(self.mount)?;
            let changed = (0..now.len().min(was.len())).find(|part| now[*part] != was[*part]);
            let Some(part) = changed else { break };
            let grew = first.get(part).is_none_or(|first| now[part].all > first.all);
            if grew {
                // It has a new inode, which held nothing.
                self.links.pop();
            }
            if grew || now[part].free == 0 {
                break;
            }
            was = now;
        }
        Ok(())
    }

    /// Looks at the places of the links until each holds the target, or it takes too long; how many do.
    fn wait_for(&mut self, device: &File, layout: &XfsInodes) -> Result<u64, i32> {
        let failed = |_| libc::EIO;
        let mut memory = Memory::new(PIECE as usize).map_err(failed)?;
        let began = Instant::now();
        let all = self.links.len() as u64;
        // Neighbours one after another.
        self.links.sort_unstable();
        loop {
            let (target, stop) = (self.target.as_bytes(), self.stop);
            let mut waits =
                |link: &u64| stop.is_raised() || !holds(device, layout, *link, target, &mut memory);
            let all_wait = self.links.first().is_some_and(&mut waits) && began.elapsed() < FIRST;
            if !all_wait {
                self.links.retain(waits);
            }
            if self.stop.is_raised() {
                return Err(libc::EINTR);
            }
            if self.links.is_empty() || began.elapsed() >= PATIENCE {
                return Ok(all - self.links.len() as u64);
            }
            std::thread::sleep(PAUSE);
        }
    }
}

/// Whether the place of the inode `number` holds the whole target on the device.
fn holds(device: &File, layout: &XfsInodes, number: u64, target: &[u8], memory: &mut Memory) -> bool {
    let Some(place) = layout.place(number) else {
        return false;
    };
    let start = place / PIECE * PIECE;
    let read = io::read(device, ByteOffset(start), memory.bytes());
    if !read.is_ok_and(|count| count == PIECE as usize) {
        return false;
    }
    let from = (place - start + layout.core) as usize;
    memory
        .bytes()
        .get(from..)
        .is_some_and(|rest| rest.starts_with(target))
}

/// Inodes that were unused at `first` and may still be. A part that got more since had none left.
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
}
