//! Files that take all free blocks of a file system.
//!
//! Blocks are given to them without being written (`fallocate(2)`), or by writing zeros where that cannot be. Steps are
//! halved until not one block more can be had; then the file system's own reserve is taken, in small files.

use std::fs::File;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;

use rustix::fs::FallocateFlags;
use rustix::io::Errno;

use super::free_folder::{self, RunFolder, numbered};
use super::free_look::{self, Room};
use super::free_reserves::Lowered;
use super::{extents, free_inodes, stat};
use crate::devices::error::DeviceError;
use crate::devices::file_facts::FileSystemFacts;
use crate::devices::free_space::{FreeSpaceFacts, InodeTotals};
use crate::progress::StopSignal;
use crate::units::ByteCount;

/// How long a file becomes: at least this, or so long that there are not more than so many.
const LEAST_LENGTH: u64 = 1 << 30;
const MOST_FILES: u64 = 2048;

/// FAT has 32 bits for a length; a whole number of clusters of any size is below that.
const FAT_LENGTH: u64 = (1 << 32) - (1 << 20);

/// How long a file becomes that takes what the file system keeps for itself: of so few pieces that noting them as
/// written needs no block more, where there is none.
const SMALL_LENGTH: u64 = 256 << 10;

/// How many units stay beside a reserve: noting what is taken needs some.
const FOR_NOTES: u64 = 64;

/// The most that is taken between two looks at what is free.
const STEP: u64 = 256 << 20;

/// The same where zeros are written.
const WRITTEN_STEP: u64 = 4 << 20;

/// Files that have the free space of a file system.
#[derive(Debug)]
pub(crate) struct Filler {
    run: RunFolder,
    identities: Vec<(u64, u64)>,
    taken: u64,
    left_over: u64,
    inodes: InodeTotals,
    removed: bool,
}

impl Filler {
    pub(crate) fn folder(&self) -> &Path {
        &self.run.path
    }

    pub(crate) fn taken(&self) -> ByteCount {
        ByteCount(self.taken)
    }

    pub(crate) fn left_over(&self) -> ByteCount {
        ByteCount(self.left_over)
    }

    pub(crate) fn inodes(&self) -> InodeTotals {
        self.inodes
    }

    pub(crate) fn identities(&self) -> &[(u64, u64)] {
        &self.identities
    }

    pub(crate) fn mark(&self) -> (u64, u64) {
        self.run.mark
    }

    pub(crate) fn remove(mut self) -> Result<(), DeviceError> {
        self.removed = true;
        let removed = self.run.empty();
        removed.map_err(|(path, errno)| free_folder::cannot_remove(&path, errno))
    }
}

impl Drop for Filler {
    fn drop(&mut self) {
        if !self.removed {
            let _ = self.run.empty();
        }
    }
}

/// Gives the free space to files, all but `reserve`.
pub(crate) fn fill(
    facts: &FreeSpaceFacts,
    reserve: ByteCount,
    progress: &mut dyn FnMut(ByteCount),
    stop: &StopSignal,
) -> Result<Filler, DeviceError> {
    let failed = |errno| match errno {
        libc::EINTR if stop.is_raised() => DeviceError::FillStopped,
        errno => DeviceError::CannotFill {
            path: facts.mount_point.clone(),
            errno,
        },
    };
    let mut filler = Filler {
        run: RunFolder::make(facts)?,
        identities: Vec::new(),
        taken: 0,
        left_over: 0,
        inodes: InodeTotals::default(),
        removed: false,
    };
    // What was removed a moment ago is free only once that is on the medium.
    flush(&filler.run).map_err(failed)?;
    filler.inodes = free_inodes::take(&filler.run, &facts.system, reserve.0, stop).map_err(failed)?;
    let mut work = Work {
        system: &facts.system,
        reserve: reserve.0,
        stop,
        progress,
        filler,
        number: 0,
        longest: 0,
        writes: false,
    };
    work.take_all().map_err(failed)?;
    let mut filler = work.filler;
    flush(&filler.run).map_err(failed)?;
    filler.left_over = free_look::of_nobody(filler.run.parent.file()).map_err(failed)?;
    Ok(filler)
}

fn flush(run: &RunFolder) -> Result<(), i32> {
    rustix::fs::syncfs(run.parent.file()).map_err(Errno::raw_os_error)
}

struct Work<'a> {
    system: &'a FileSystemFacts,
    reserve: u64,
    stop: &'a StopSignal,
    progress: &'a mut dyn FnMut(ByteCount),
    filler: Filler,
    /// How many files were begun.
    number: u32,
    /// How long a file becomes.
    longest: u64,
    /// Zeros are written instead of giving blocks.
    writes: bool,
}

/// Why a file becomes no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// It is as long as files become.
    Long,
    /// Nothing more can be had.
    Full,
}

impl Work<'_> {
    fn room(&self) -> Result<Room, i32> {
        free_look::room(self.filler.run.parent.file())
    }

    fn take_all(&mut self) -> Result<(), i32> {
        let room = self.room()?;
        let kind = free_look::kind_of(self.filler.run.parent.file()).unwrap_or_default();
        self.longest = length(room.capacity, room.unit, kind);
        // FAT answers by writing zeros itself, for so long that nobody could stop it.
        self.writes = is_fat(kind);
        self.take_files()?;
        if self.reserve > 0 {
            return Ok(());
        }
        let Some(_lowered) = Lowered::lower(kind, self.system.number, &self.filler.run.parent) else {
            return Ok(());
        };
        self.longest = SMALL_LENGTH.max(room.unit);
        self.take_files()
    }

    /// One file after another, until nothing more can be had.
    fn take_files(&mut self) -> Result<(), i32> {
        loop {
            let name = numbered(b'f', self.number);
            let file = match self.filler.run.create(&name) {
                Ok(file) => file,
                Err(errno) if is_full(errno) => return Ok(()),
                Err(errno) => return Err(errno),
            };
            self.number += 1;
            let end = self.grow(&file)?;
            let length = settle(&file, self.system)?;
            if length == 0 {
                self.filler.run.folder.remove_file(&name)?;
                return Ok(());
            }
            self.filler.taken += length;
            let told = stat::stat_open(&file)?;
            self.filler.identities.push(told.identity);
            if end == End::Full {
                return Ok(());
            }
        }
    }

    fn grow(&mut self, file: &File) -> Result<End, i32> {
        let mut length = 0;
        let mut most = if self.writes { WRITTEN_STEP } else { STEP };
        loop {
            if self.stop.is_raised() {
                return Err(libc::EINTR);
            }
            let room = self.room()?;
            let step = step(&room, self.reserve, self.longest.saturating_sub(length).min(most));
            if length >= self.longest {
                return Ok(End::Long);
            }
            if step == 0 {
                return Ok(End::Full);
            }
            match self.extend(file, length, step) {
                Ok(()) => {}
                Err(errno) if is_full(errno) && step > room.unit => most = step / 2,
                Err(errno) if is_full(errno) => return Ok(End::Full),
                // Longer files are not to be had here.
                Err(libc::EFBIG) if length > 0 => return Ok(End::Long),
                Err(errno) => return Err(errno),
            }
            // What failed may have taken a part.
            length = file_length(file)?;
            (self.progress)(ByteCount(self.filler.taken + length));
        }
    }

    fn extend(&mut self, file: &File, from: u64, step: u64) -> Result<(), i32> {
        if !self.writes {
            match rustix::fs::fallocate(file, FallocateFlags::empty(), from, step) {
                Err(Errno::OPNOTSUPP | Errno::NOSYS) => self.writes = true,
                answer => return answer.map_err(Errno::raw_os_error),
            }
        }
        write_zeros(file, from, step.min(WRITTEN_STEP))
    }
}

/// How much is to be taken next, in whole units; 0 where nothing may.
fn step(room: &Room, reserve: u64, most: u64) -> u64 {
    let usable = if reserve == 0 {
        room.free
    } else {
        // Whoever is not root cannot write where only what root may have is free.
        let kept = reserve.saturating_add(FOR_NOTES * room.unit);
        room.available.saturating_sub(kept)
    };
    usable.min(most) / room.unit * room.unit
}

/// How long a file becomes, in whole units.
fn length(capacity: u64, unit: u64, kind: &str) -> u64 {
    let wanted = LEAST_LENGTH.max(capacity / MOST_FILES);
    let wanted = if is_fat(kind) {
        wanted.min(FAT_LENGTH)
    } else {
        wanted
    };
    (wanted / unit * unit).max(unit)
}

fn is_fat(kind: &str) -> bool {
    matches!(kind, "vfat" | "exfat")
}

fn is_full(errno: i32) -> bool {
    matches!(errno, libc::ENOSPC | libc::EDQUOT)
}

fn file_length(file: &File) -> Result<u64, i32> {
    let told = file.metadata().map_err(|error| number_of(&error))?;
    Ok(told.size())
}

fn number_of(error: &std::io::Error) -> i32 {
    error.raw_os_error().unwrap_or(libc::EIO)
}

fn write_zeros(file: &File, from: u64, step: u64) -> Result<(), i32> {
    static ZEROS: [u8; 64 << 10] = [0; 64 << 10];
    let mut done = 0;
    while done < step {
        let piece = (step - done).min(ZEROS.len() as u64) as usize;
        match file.write_at(&ZEROS[..piece], from + done) {
            Ok(0) => return Err(libc::ENOSPC),
            Ok(count) => done += count as u64,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(number_of(&error)),
        }
    }
    // Blocks that are promised only could be refused when they are written out.
    file.sync_data().map_err(|error| number_of(&error))
}

/// Makes everything that the file was given part of its content; its length then. What failed may have given blocks
/// behind its end.
fn settle(file: &File, system: &FileSystemFacts) -> Result<u64, i32> {
    let length = file_length(file)?;
    let layout = extents::layout(file, system)?;
    let end = layout.extents.last();
    let end = end.map_or(0, |last| last.logical.0.saturating_add(last.length.0));
    if layout.untold.is_none() && end > length {
        rustix::fs::ftruncate(file, end).map_err(Errno::raw_os_error)?;
        return Ok(end);
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(free: u64, available: u64) -> Room {
        Room {
            unit: 4096,
            capacity: 1 << 30,
            free,
            available,
            inodes: 0,
            free_inodes: 0,
        }
    }

    #[test]
    fn nothing_of_the_reserve_is_taken_and_only_whole_units() {
        let told = room(100 << 20, 60 << 20);
        assert_eq!(step(&told, 0, STEP), 100 << 20);
        assert_eq!(step(&told, 0, 10_000), 8192);
        let notes = FOR_NOTES * 4096;
        assert_eq!(step(&told, 50 << 20, STEP), (10 << 20) - notes);
        assert_eq!(step(&told, (60 << 20) - notes - 4095, STEP), 0);
        assert_eq!(step(&told, 70 << 20, STEP), 0);
    }

    #[test]
    fn files_are_few_and_no_longer_than_the_file_system_takes() {
        assert_eq!(length(64 << 20, 4096, "ext4"), 1 << 30);
        assert_eq!(length(16 << 40, 4096, "xfs"), 8 << 30);
        assert_eq!(length(16 << 40, 32 << 10, "vfat"), FAT_LENGTH);
        assert!(FAT_LENGTH <= u64::from(u32::MAX) && FAT_LENGTH.is_multiple_of(64 << 10));
    }
}
