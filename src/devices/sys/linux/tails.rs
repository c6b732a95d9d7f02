//! The rest of last blocks behind the end of files: looked at on the device, and made zero by the file system itself.
//!
//! Whatever Linux writes of a last page has zeros behind the file's end (`iomap_writeback_folio`, `ext4_bio_write_folio`,
//! `block_write_full_folio`, Linux 6.18). So the last byte is written over with itself, under a lease that holds
//! everybody else off. A file that grows meanwhile loses nothing by that: no length is ever set.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::File;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::rc::Rc;

use super::ext4_facts::Ext4Facts;
use super::extents::{self, UnitPlace};
use super::file_eye::Eye;
use super::file_folder::FileFolder;
use super::memory::Memory;
use super::times::Times;
use super::tree::{Met, Tree};
use super::{calls, files, io, walk};
use crate::devices::error::DeviceError;
use crate::devices::file_facts::{FileSystemFacts, InPlace};
use crate::devices::sys::{Found, FoundKind, Lease};
use crate::devices::tails::TailTotals;
use crate::devices::target::ReadPath;
use crate::progress::StopSignal;
use crate::units::ByteOffset;

/// How many rests are looked at together, in the order of their places.
const TOGETHER: usize = 512;

/// Of so many files with several names it is kept that they were seen.
const MOST_LINKED: usize = 1 << 20;

/// Set-user-ID and set-group-ID: a write may take them, and capabilities, away.
const TAKEN_BY_WRITES: u32 = 0o6000;

/// The largest unit that a file system gives files.
const LARGEST_UNIT: u64 = 32 << 20;

/// See [`crate::devices::clear_tails`].
pub(crate) fn clear_tails(
    system: &FileSystemFacts,
    progress: &mut dyn FnMut(u64),
    stop: &StopSignal,
) -> Result<TailTotals, DeviceError> {
    let (eye, _) = Eye::open(system)?;
    let tree = Tree::new(system)?;
    let mut work = Work::new(system, eye);
    for (number, met) in (1..).zip(tree) {
        if stop.is_raised() {
            break;
        }
        work.meet(met);
        progress(number);
    }
    work.work_off();
    Ok(work.totals)
}

/// A rest that is to be looked at.
struct Rest {
    folder: Rc<FileFolder>,
    name: OsString,
    identity: (u64, u64),
    size: u64,
    place: ByteOffset,
    /// From where its unit must be zero.
    from: u64,
}

struct Work<'a> {
    system: &'a FileSystemFacts,
    eye: Eye,
    /// The device shows what the file system holds, past every cache.
    shown: bool,
    /// What files are given at a time.
    unit: u64,
    memory: Option<Memory>,
    linked: HashSet<u64>,
    waiting: Vec<Rest>,
    totals: TailTotals,
}

impl<'a> Work<'a> {
    fn new(system: &'a FileSystemFacts, eye: Eye) -> Self {
        let unit = unit_of(system);
        let memory = unit.and_then(|unit| Memory::new(usize::try_from(unit).ok()?).ok());
        let plain = system.in_place == InPlace::Yes && !system.journals_data;
        let has_clusters = |device| Ext4Facts::read(device).is_some_and(|facts| facts.clusters);
        let device = eye.device().filter(|device| !has_clusters(device));
        Self {
            shown: plain && memory.is_some() && device.is_some() && is_shown(&eye),
            unit: unit.unwrap_or(u64::from(system.block.bytes())),
            system,
            eye,
            memory,
            linked: HashSet::new(),
            waiting: Vec::new(),
            totals: TailTotals::default(),
        }
    }

    fn meet(&mut self, met: Met) {
        match met {
            Met::File { folder, name, .. } => self.file(folder, name),
            Met::Folder(_) => {}
            Met::Unseen => self.not_looked(),
        }
        if self.waiting.len() >= TOGETHER {
            self.work_off();
        }
    }

    fn not_looked(&mut self) {
        self.totals.files += 1;
        self.totals.not_looked += 1;
    }

    fn file(&mut self, folder: Rc<FileFolder>, name: OsString) {
        let found = match walk::found_in(folder.file(), &name) {
            Ok(found) if self.is_its_own(&found) => found,
            Err(errno) if errno != libc::ENOENT => return self.not_looked(),
            _ => return,
        };
        if found.links > 1 && self.linked.len() < MOST_LINKED && !self.linked.insert(found.identity.1) {
            return;
        }
        if !self.shown {
            if self.has_rest(&found) {
                self.not_looked();
            }
            return;
        }
        let (place, from) = match self.look_up(&folder, &name, &found) {
            Ok(UnitPlace::At(place)) => (place, found.size % self.unit),
            Ok(UnitPlace::Unwritten(place)) => (place, 0),
            Ok(UnitPlace::Hole) | Err(libc::ENOENT) => return,
            Ok(UnitPlace::Untold) | Err(_) => return self.not_looked(),
        };
        self.waiting.push(Rest {
            folder,
            name,
            identity: found.identity,
            size: found.size,
            place,
            from,
        });
    }

    /// Whether it is a file of this file system with blocks of its own.
    fn is_its_own(&self, found: &Found) -> bool {
        found.kind == FoundKind::File
            && found.device == self.system.number
            && found.mount_root != Some(true)
            && found.allocated > 0
    }

    /// Whether its last unit is not full.
    fn has_rest(&self, found: &Found) -> bool {
        !found.size.is_multiple_of(self.unit)
    }

    /// Where the last unit of a file lies that is not full, a hole for one that has none; what was never written of the
    /// rest is counted.
    fn look_up(&mut self, folder: &FileFolder, name: &OsString, found: &Found) -> Result<UnitPlace, i32> {
        let file = folder.open_to_look(name)?;
        let same = walk::found_open(&file)?;
        if same.identity != found.identity || same.size != found.size {
            return Err(libc::ESTALE);
        }
        let start = found.size / self.unit * self.unit;
        let last = if self.has_rest(found) {
            start..start + self.unit
        } else {
            0..0
        };
        if !extents::is_fat(self.system) {
            self.totals.unwritten.0 += extents::unwritten(&file, &last)?;
        }
        if last.is_empty() {
            return Ok(UnitPlace::Hole);
        }
        self.place_of(&file, found.size)
    }

    /// Whether the last unit still lies where the rest was found.
    fn is_there(&self, file: &File, rest: &Rest) -> bool {
        matches!(
            self.place_of(file, rest.size),
            Ok(UnitPlace::At(place) | UnitPlace::Unwritten(place)) if place == rest.place
        )
    }

    fn place_of(&self, file: &File, size: u64) -> Result<UnitPlace, i32> {
        let start = size / self.unit * self.unit;
        extents::place_of_last(file, self.system, start, self.unit, size)
    }

    /// Looks at all rests that wait, in the order of their places, and clears those that are not zero.
    fn work_off(&mut self) {
        let mut waiting = std::mem::take(&mut self.waiting);
        self.totals.files += waiting.len() as u64;
        waiting.sort_unstable_by_key(|rest| rest.place);
        let mut written: Vec<(File, Rest)> = Vec::new();
        for rest in waiting {
            match self.is_zero(&rest) {
                Some(true) => self.totals.clean += 1,
                Some(false) => match self.write_over(&rest) {
                    Ok(file) => written.push((file, rest)),
                    Err(_) => self.totals.left += 1,
                },
                None => self.totals.not_looked += 1,
            }
        }
        self.look_again(&written);
    }

    fn look_again(&mut self, written: &[(File, Rest)]) {
        let Some((first, _)) = written.first() else { return };
        let flushed = rustix::fs::syncfs(first).is_ok() && is_shown(&self.eye);
        for (file, rest) in written {
            // One that grew, or was moved, since then has another last block.
            let same = walk::found_open(file).is_ok_and(|found| found.size == rest.size)
                && self.is_there(file, rest);
            if flushed && same && self.is_zero(rest) == Some(true) {
                self.totals.erased += 1;
            } else {
                self.totals.left += 1;
            }
        }
    }

    /// Whether the device holds zeros alone behind the end; none where it cannot be read.
    fn is_zero(&mut self, rest: &Rest) -> Option<bool> {
        let device = self.eye.device()?;
        let bytes = self.memory.as_mut()?.bytes();
        let mut done = 0;
        while done < bytes.len() {
            let from = ByteOffset(rest.place.0 + done as u64);
            done += io::read(device, from, &mut bytes[done..]).ok()?;
        }
        let from = usize::try_from(rest.from).ok()?;
        Some(bytes.get(from..)?.iter().all(|byte| *byte == 0))
    }

    /// Makes the file system write the last block once more.
    fn write_over(&self, rest: &Rest) -> Result<File, i32> {
        let file = rest.folder.open_file(&rest.name)?;
        let found = walk::found_open(&file)?;
        if found.identity != rest.identity || found.storing.immutable || found.storing.append_only {
            return Err(libc::EPERM);
        }
        if keeps_privileges(&file)? {
            return Err(libc::EPERM);
        }
        if files::keep_lease_at_once(&file) != Lease::Free {
            return Err(libc::EAGAIN);
        }
        let written = self.write_last_byte(&file, rest);
        calls::give_lease_back(&file)?;
        written.map(|()| file)
    }

    /// Under the lease nobody else has the file open, and whoever wants it waits.
    fn write_last_byte(&self, file: &File, rest: &Rest) -> Result<(), i32> {
        let error = |error: std::io::Error| error.raw_os_error().unwrap_or(libc::EIO);
        let times = Times::of(file)?;
        let size = walk::found_open(file)?.size;
        if size != rest.size || !self.is_there(file, rest) {
            return Err(libc::ESTALE);
        }
        let last = rest.size - 1;
        let mut byte = [0];
        file.read_exact_at(&mut byte, last).map_err(error)?;
        if !calls::has_lease(file) {
            return Err(libc::EAGAIN);
        }
        file.write_all_at(&byte, last).map_err(error)?;
        times.put_back(file)
    }
}

/// Whether direct reads of the device pass every cache now.
pub(super) fn is_shown(eye: &Eye) -> bool {
    matches!(
        eye.show_uncached(),
        ReadPath::Direct | ReadPath::BackingFileUncached
    )
}

/// What files are given at a time: blocks, and on FAT clusters of several.
fn unit_of(system: &FileSystemFacts) -> Option<u64> {
    let block = u64::from(system.block.bytes());
    if !extents::is_fat(system) {
        return Some(block);
    }
    let told = rustix::fs::statfs(&system.mount_point).ok()?;
    let unit = u64::try_from(told.f_bsize).ok()?;
    (unit.is_multiple_of(block) && (block..=LARGEST_UNIT).contains(&unit)).then_some(unit)
}

/// Whether a write would take something from the file: rights of its owner, or capabilities.
fn keeps_privileges(file: &File) -> Result<bool, i32> {
    let told = file
        .metadata()
        .map_err(|error| error.raw_os_error().unwrap_or(libc::EIO))?;
    if told.mode() & TAKEN_BY_WRITES != 0 {
        return Ok(true);
    }
    let mut none: [u8; 0] = [];
    match rustix::fs::fgetxattr(file, "security.capability", &mut none) {
        Ok(_) => Ok(true),
        Err(rustix::io::Errno::NODATA | rustix::io::Errno::OPNOTSUPP) => Ok(false),
        Err(errno) => Err(errno.raw_os_error()),
    }
}
