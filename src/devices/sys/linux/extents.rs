//! Where the data of a file lie: FIEMAP (`linux/fiemap.h`, Linux 6.18), else FIBMAP, else what `lseek(2)` tells of holes.
//!
//! A place on the device is told only where it may be compared with another. Reads only; FIEMAP makes the kernel
//! write out what is still to be written.

use std::fs::{File, Metadata};
use std::ops::Range;
use std::os::unix::fs::MetadataExt;

use rustix::fs::SeekFrom;
use rustix::io::Errno;

use super::calls;
use crate::devices::file_facts::{Blindness, FileExtent, FileSystemFacts, InPlace, Sight, Storing};
use crate::devices::sys::Layout;
use crate::units::{ByteCount, ByteOffset};

/// `FIEMAP_EXTENT_…`.
mod flag {
    pub(super) const UNKNOWN: u32 = 0x2;
    pub(super) const DELALLOC: u32 = 0x4;
    pub(super) const ENCODED: u32 = 0x8;
    pub(super) const DATA_ENCRYPTED: u32 = 0x80;
    pub(super) const NOT_ALIGNED: u32 = 0x100;
    pub(super) const DATA_INLINE: u32 = 0x200;
    pub(super) const DATA_TAIL: u32 = 0x400;
    pub(super) const UNWRITTEN: u32 = 0x800;
    pub(super) const SHARED: u32 = 0x2000;
    /// With any of these the place is none that may be compared. A shared block is where it is: what becomes of it
    /// when the file is written over is for the look at it to tell.
    pub(super) const NO_PLACE: u32 =
        UNKNOWN | DELALLOC | ENCODED | DATA_ENCRYPTED | NOT_ALIGNED | DATA_INLINE | DATA_TAIL;
}

/// Flags of a file (`FS_…_FL`, `linux/fs.h`).
const ENCRYPT_FLAG: u32 = 0x800;
const COMPRESS_FLAG: u32 = 0x4;
const JOURNAL_DATA_FLAG: u32 = 0x4000;
const INDEX_FLAG: u32 = 0x1000;
const INLINE_DATA_FLAG: u32 = 0x1000_0000;
const CASEFOLD_FLAG: u32 = 0x4000_0000;

/// The most extents of one file that are kept: 40 MiB of memory.
const MOST_EXTENTS: usize = 1 << 20;

/// The smallest block that direct I/O reads.
const SECTOR: u64 = 512;

/// Whether the blocks of a folder begin with an index of its names.
pub(super) fn is_indexed(folder: &File) -> bool {
    has_flags(folder, INDEX_FLAG)
}

/// Whether a folder's names stand in it in another way than in blocks of plain entries: encrypted, compared without
/// regard to case, or in its inode.
pub(super) fn keeps_names_otherwise(folder: &File) -> bool {
    has_flags(folder, ENCRYPT_FLAG | CASEFOLD_FLAG | INLINE_DATA_FLAG)
}

fn has_flags(file: &File, wanted: u32) -> bool {
    rustix::fs::ioctl_getflags(file).is_ok_and(|flags| flags.bits() & wanted != 0)
}

/// Where one unit of a file lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnitPlace {
    /// Here on the file system's own device.
    At(ByteOffset),
    /// Here, and never written: none of it reads as what the blocks hold.
    Unwritten(ByteOffset),
    /// Nowhere: it is a hole.
    Hole,
    /// No place is told, or none that is the file's alone.
    Untold,
}

/// Where the unit of `unit` bytes lies that begins at `start` in the file and holds the last byte of its `size`.
pub(super) fn place_of_last(
    file: &File,
    system: &FileSystemFacts,
    start: u64,
    unit: u64,
    size: u64,
) -> Result<UnitPlace, i32> {
    let storing = flags_of(file);
    let otherwise = storing.encrypted || storing.encoded || storing.inline || storing.journals_data;
    if otherwise || !addresses_are_the_devices(file, system) {
        return Ok(UnitPlace::Untold);
    }
    if is_fat(system) {
        return place_by_block(file, u64::from(system.block.bytes()), start, size);
    }
    let extents = calls::extents(file, start)?;
    let holds = |extent: &&calls::Extent| extent.logical < start + unit;
    let Some(extent) = extents.first().filter(holds) else {
        return Ok(UnitPlace::Hole);
    };
    let whole = extent.logical <= start && extent.logical.saturating_add(extent.length) >= start + unit;
    // What others hold as well is not the file's alone to be changed.
    if !whole || extent.flags & (flag::NO_PLACE | flag::SHARED) != 0 {
        return Ok(UnitPlace::Untold);
    }
    let place = extent.physical.checked_add(start - extent.logical);
    let place = place.filter(|place| place.is_multiple_of(SECTOR)).map(ByteOffset);
    Ok(match place {
        Some(place) if extent.flags & flag::UNWRITTEN != 0 => UnitPlace::Unwritten(place),
        Some(place) => UnitPlace::At(place),
        None => UnitPlace::Untold,
    })
}

/// How many bytes the file was given, outside of the `except`ed ones, that were never written.
pub(super) fn unwritten(file: &File, except: &Range<u64>) -> Result<u64, i32> {
    let extents = fiemap(file)?;
    let never = extents
        .iter()
        .filter(|extent| extent.flags & flag::UNWRITTEN != 0);
    let bytes = never.map(|extent| {
        let end = extent.logical.saturating_add(extent.length);
        let common = end
            .min(except.end)
            .saturating_sub(extent.logical.max(except.start));
        extent.length - common
    });
    Ok(bytes.fold(0, u64::saturating_add))
}

/// The blocks of one of FAT's units lie together; only those that the file's length reaches are told.
fn place_by_block(file: &File, block: u64, start: u64, size: u64) -> Result<UnitPlace, i32> {
    let index = size.saturating_sub(1) / block;
    let place = u64::from(calls::block_of(
        file,
        u32::try_from(index).map_err(|_| libc::EFBIG)?,
    )?) * block;
    Ok(match place.checked_sub(index * block - start) {
        _ if place == 0 => UnitPlace::Hole,
        Some(place) => UnitPlace::At(ByteOffset(place)),
        None => UnitPlace::Untold,
    })
}

/// Where the data of `file` lie, which is on `system`.
pub(super) fn layout(file: &File, system: &FileSystemFacts) -> Result<Layout, i32> {
    let told = file
        .metadata()
        .map_err(|error| error.raw_os_error().unwrap_or(libc::EIO))?;
    let mut layout = Layout::default();
    let block = u64::from(system.block.bytes());
    let answer = match system.in_place {
        // Memory has no places, and every such file system tells its holes.
        InPlace::Memory => holes(file, told.size(), block),
        _ => mapped(file, system, &told, &mut layout),
    };
    match answer.and_then(|extents| in_order(extents, block)) {
        Ok(extents) => layout.extents = extents,
        Err(reason) => {
            layout.untold.get_or_insert(reason);
            layout.extents = whole(told.size(), block);
        }
    }
    // Asked after the map, which has the file written out: until then ext4 calls data inline that it will not keep so.
    layout.storing = with_flags(layout.storing, flags_of(file));
    Ok(layout)
}

/// What the map told and what the file's flags tell.
fn with_flags(mapped: Storing, flags: Storing) -> Storing {
    Storing {
        encrypted: mapped.encrypted || flags.encrypted,
        encoded: mapped.encoded || flags.encoded,
        inline: mapped.inline || flags.inline,
        journals_data: mapped.journals_data || flags.journals_data,
        ..mapped
    }
}

fn flags_of(file: &File) -> Storing {
    let flags = rustix::fs::ioctl_getflags(file).map_or(0, |flags| flags.bits());
    Storing {
        encrypted: flags & ENCRYPT_FLAG != 0,
        encoded: flags & COMPRESS_FLAG != 0,
        inline: flags & INLINE_DATA_FLAG != 0,
        journals_data: flags & JOURNAL_DATA_FLAG != 0,
        ..Storing::default()
    }
}

/// Whether addresses that the file system tells are those of the device that it says it lies on.
fn addresses_are_the_devices(file: &File, system: &FileSystemFacts) -> bool {
    let sight = match system.sight {
        Sight::Device { .. } => true,
        Sight::None { why } => why == Blindness::NotAllowed,
    };
    sight && !calls::is_realtime(file)
}

/// Without shared blocks, and without FIEMAP.
pub(super) fn is_fat(system: &FileSystemFacts) -> bool {
    matches!(system.name.as_str(), "vfat" | "msdos" | "exfat")
}

fn mapped(
    file: &File,
    system: &FileSystemFacts,
    told: &Metadata,
    layout: &mut Layout,
) -> Result<Vec<FileExtent>, String> {
    // Some file systems have room beyond the end, and some end before their last block does.
    let allocated = told.size().max(told.blocks() * SECTOR);
    let block = u64::from(system.block.bytes());
    let comparable = addresses_are_the_devices(file, system);
    match fiemap(file) {
        Ok(mut extents) => {
            // What is promised beyond the end has neither blocks nor content.
            extents.retain(|extent| extent.flags & flag::DELALLOC == 0 || extent.logical < told.size());
            Ok(translated(&extents, block, comparable, &mut layout.storing))
        }
        Err(libc::EOPNOTSUPP | libc::ENOTTY) if is_fat(system) => match block_map(file, allocated, block) {
            Ok(extents) => Ok(extents),
            // An ordinary user: FAT shares no blocks, so that only the places are not known.
            Err(libc::EPERM) => holes(file, allocated, block),
            Err(errno) => Err(format!("its blocks cannot be told: system error {errno}")),
        },
        Err(errno) => {
            layout.untold = Some(format!("its extents cannot be read: system error {errno}"));
            holes(file, allocated, block)
        }
    }
}

/// All extents as the kernel tells them.
fn fiemap(file: &File) -> Result<Vec<calls::Extent>, i32> {
    let mut all: Vec<calls::Extent> = Vec::new();
    loop {
        let start = all
            .last()
            .map_or(0, |last| last.logical.saturating_add(last.length));
        let more = calls::extents(file, start)?;
        let Some(last) = more.last() else { return Ok(all) };
        let (flags, end) = (last.flags, last.logical.saturating_add(last.length));
        all.extend_from_slice(&more);
        if flags & calls::EXTENT_LAST != 0 {
            return Ok(all);
        }
        if end <= start || all.len() > MOST_EXTENTS {
            return Err(libc::EFBIG);
        }
    }
}

fn translated(
    extents: &[calls::Extent],
    block: u64,
    comparable: bool,
    storing: &mut Storing,
) -> Vec<FileExtent> {
    let flags = extents.iter().fold(0, |flags, extent| flags | extent.flags);
    storing.shared |= flags & flag::SHARED != 0;
    storing.encoded |= flags & flag::ENCODED != 0;
    storing.encrypted |= flags & flag::DATA_ENCRYPTED != 0;
    storing.inline |= flags & (flag::DATA_INLINE | flag::DATA_TAIL) != 0;
    let one = |extent: &calls::Extent| {
        let no_place = extent.flags & flag::NO_PLACE != 0;
        // Data in the inode or among others' are no whole blocks, and become some when they are written over.
        let (logical, length) = match extent.flags & (flag::DATA_INLINE | flag::DATA_TAIL | flag::NOT_ALIGNED)
        {
            0 => (extent.logical, extent.length),
            _ => widened(extent.logical, extent.length, block),
        };
        FileExtent {
            logical: ByteOffset(logical),
            length: ByteCount(length),
            physical: (comparable && !no_place).then_some(ByteOffset(extent.physical)),
            unwritten: extent.flags & flag::UNWRITTEN != 0,
        }
    };
    let mut all: Vec<FileExtent> = Vec::with_capacity(extents.len());
    for extent in extents.iter().map(one) {
        match all.last_mut() {
            Some(last) if follows(last, &extent) => last.length.0 += extent.length.0,
            _ => all.push(extent),
        }
    }
    all
}

/// Whether `next` goes on where `last` ends, in the file and on the device. How far one reaches is the file system's own
/// affair: ext4 tells at first the pieces that it has noted, of 128 MiB at most, and later what it remembers as one.
fn follows(last: &FileExtent, next: &FileExtent) -> bool {
    let (end, unwritten) = (last.logical.0.checked_add(last.length.0), last.unwritten);
    let place = last.place().map(|place| place.end());
    end == Some(next.logical.0)
        && unwritten == next.unwritten
        && place.is_some()
        && place == next.physical.map(|physical| physical.0)
}

/// The blocks that hold a stretch.
fn widened(start: u64, length: u64, block: u64) -> (u64, u64) {
    let from = start / block * block;
    let end = start.saturating_add(length).div_ceil(block).saturating_mul(block);
    (from, end - from)
}

/// Block by block, neighbours together.
fn block_map(file: &File, allocated: u64, block: u64) -> Result<Vec<FileExtent>, i32> {
    let own = u64::from(calls::file_system_block(file)?);
    if own != block {
        return Err(libc::EINVAL);
    }
    let count = u32::try_from(allocated.div_ceil(block)).map_err(|_| libc::EFBIG)?;
    let unit = rustix::fs::fstatfs(file).map_err(Errno::raw_os_error)?.f_bsize;
    let step = u64::try_from(unit).map_or(1, |unit| blocks_of(unit, block));
    map_by_block(count, step, block, |index| calls::block_of(file, index))
}

/// How many blocks one of FAT's units has, of which each lies in one piece.
fn blocks_of(unit: u64, block: u64) -> u32 {
    let blocks = if unit.is_multiple_of(block) {
        unit / block
    } else {
        1
    };
    u32::try_from(blocks).map_or(1, |blocks| blocks.max(1))
}

/// Asks for the first block of each unit and for its last one, and for all only where those do not fit: at the end of
/// the file, and where a unit was written in part.
fn map_by_block(
    count: u32,
    step: u32,
    block: u64,
    place_of: impl Fn(u32) -> Result<u32, i32>,
) -> Result<Vec<FileExtent>, i32> {
    let mut found: Vec<FileExtent> = Vec::new();
    let mut index = 0;
    while index < count {
        let blocks = step.min(count - index);
        let (first, last) = (place_of(index)?, place_of(index + blocks - 1)?);
        if first != 0 && first.checked_add(blocks - 1) == Some(last) {
            push_blocks(&mut found, index, first, blocks, block)?;
        } else if first != 0 || last != 0 {
            for one in index..index + blocks {
                match place_of(one)? {
                    0 => {}
                    place => push_blocks(&mut found, one, place, 1, block)?,
                }
            }
        }
        index += blocks;
    }
    Ok(found)
}

fn push_blocks(
    found: &mut Vec<FileExtent>,
    index: u32,
    place: u32,
    blocks: u32,
    block: u64,
) -> Result<(), i32> {
    let (logical, place) = (u64::from(index) * block, u64::from(place) * block);
    let length = u64::from(blocks) * block;
    let is_full = found.len() >= MOST_EXTENTS;
    match found.last_mut() {
        Some(last) if goes_on(last, logical, place) => last.length.0 += length,
        _ if is_full => return Err(libc::EFBIG),
        _ => found.push(FileExtent {
            logical: ByteOffset(logical),
            length: ByteCount(length),
            physical: Some(ByteOffset(place)),
            unwritten: false,
        }),
    }
    Ok(())
}

fn goes_on(last: &FileExtent, logical: u64, place: u64) -> bool {
    let (length, physical) = (last.length.0, last.physical.map(|physical| physical.0));
    last.logical.0 + length == logical && physical.is_some_and(|physical| physical + length == place)
}

/// The stretches between the holes; their places are not told.
fn holes(file: &File, size: u64, block: u64) -> Result<Vec<FileExtent>, String> {
    let mut found: Vec<FileExtent> = Vec::new();
    let mut at = 0;
    let untold = |errno: Errno| format!("its holes cannot be told: system error {}", errno.raw_os_error());
    while at < size {
        let start = match rustix::fs::seek(file, SeekFrom::Data(at)) {
            Ok(start) => start,
            Err(Errno::NXIO) => break,
            Err(errno) => return Err(untold(errno)),
        };
        let end = rustix::fs::seek(file, SeekFrom::Hole(start)).map_err(untold)?;
        if end <= at || found.len() >= MOST_EXTENTS {
            return Err("its holes are told in no order".to_owned());
        }
        let (logical, length) = widened(start, end - start, block);
        push_joined(&mut found, logical, length);
        at = end;
    }
    Ok(found)
}

/// Holes smaller than a block make neighbours overlap once they are widened.
fn push_joined(found: &mut Vec<FileExtent>, logical: u64, length: u64) {
    let end = logical + length;
    match found.last_mut() {
        Some(last) if last.logical.0 + last.length.0 >= logical => last.length.0 = end - last.logical.0,
        _ => found.push(placeless(logical, length)),
    }
}

fn placeless(logical: u64, length: u64) -> FileExtent {
    FileExtent {
        logical: ByteOffset(logical),
        length: ByteCount(length),
        physical: None,
        unwritten: false,
    }
}

/// Everything that the file could have, where it was not told.
fn whole(size: u64, block: u64) -> Vec<FileExtent> {
    let length = size.div_ceil(block).saturating_mul(block);
    (length > 0).then(|| placeless(0, length)).into_iter().collect()
}

/// Holds what was told against what an extent is: whole blocks, one after another, places that can be read.
fn in_order(extents: Vec<FileExtent>, block: u64) -> Result<Vec<FileExtent>, String> {
    let mut end = 0;
    for extent in &extents {
        let (start, length) = (extent.logical.0, extent.length.0);
        if start % block != 0 || length % block != 0 || length == 0 {
            return Err("an extent is not whole blocks".to_owned());
        }
        if extent.physical.is_some_and(|place| place.0 % SECTOR != 0) {
            return Err("an extent begins within a sector".to_owned());
        }
        if start < end {
            return Err("extents overlap or go backwards".to_owned());
        }
        let far = extent.physical.map_or(0, |place| place.0).checked_add(length);
        end = start.checked_add(length).ok_or("an extent has no end")?;
        far.ok_or("an extent has no end")?;
    }
    Ok(extents)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(logical: u64, physical: u64, length: u64, flags: u32) -> calls::Extent {
        let mut extent = calls::Extent::default();
        (extent.logical, extent.physical, extent.length, extent.flags) = (logical, physical, length, flags);
        extent
    }

    #[test]
    fn units_are_mapped_at_once_and_block_by_block_where_they_are_not_whole() {
        // Four units of eight blocks: two neighbours, a hole, and one of which five blocks were written.
        let place = |index: u32| match index {
            0..16 => 100 + index,
            24..29 => 300 + index,
            _ => 0,
        };
        let by_step = |step| {
            let asked = std::cell::Cell::new(0);
            let told = map_by_block(31, step, 512, |index| {
                asked.set(asked.get() + 1);
                assert!(index < 31, "behind the end");
                Ok(place(index))
            });
            (told.unwrap(), asked.get())
        };
        let (told, asked) = by_step(8);
        let places: Vec<_> = told
            .iter()
            .map(|extent| (extent.logical.0, extent.physical.unwrap().0, extent.length.0))
            .collect();
        assert_eq!(places, [(0, 51_200, 8192), (12_288, 165_888, 2560)]);
        assert_eq!(asked, 2 * 4 + 7);
        assert_eq!(by_step(1).0, told);
        assert_eq!(
            (blocks_of(32_768, 512), blocks_of(100, 512), blocks_of(0, 512)),
            (64, 1, 1)
        );
    }

    #[test]
    fn neighbours_are_one_stretch_however_they_are_told() {
        let mut storing = Storing::default();
        let pieces = [
            told(0, 8192, 4096, 0),
            told(4096, 12_288, 4096, 0),
            told(8192, 40_960, 4096, 0),
            told(12_288, 45_056, 4096, 0x800),
            told(20_480, 49_152, 4096, 0x800),
        ];
        let whole = [
            told(0, 8192, 8192, 0),
            told(8192, 40_960, 4096, 0),
            told(12_288, 45_056, 4096, 0x800),
            told(20_480, 49_152, 4096, 0x800),
        ];
        let one = translated(&pieces, 4096, true, &mut storing);
        assert_eq!(one, translated(&whole, 4096, true, &mut storing));
        assert_eq!(one.len(), 4);
        let without_a_place = translated(&pieces, 4096, false, &mut storing);
        assert_eq!(without_a_place.len(), 5);
    }

    #[test]
    fn places_that_may_not_be_compared_are_none() {
        let flags = [0x2, 0x4, 0x8, 0x80, 0x100, 0x200, 0x400];
        for flags in flags {
            let mut storing = Storing::default();
            let one = translated(&[told(0, 8192, 4096, flags)], 4096, true, &mut storing);
            assert_eq!(one[0].physical, None, "{flags:#x}");
            assert_eq!(storing.encoded, flags == 0x8);
            assert_eq!(storing.encrypted, flags == 0x80);
            assert_eq!(storing.inline, flags == 0x200 || flags == 0x400);
        }
        let mut storing = Storing::default();
        let shared = translated(&[told(0, 8192, 4096, 0x2000)], 4096, true, &mut storing);
        assert_eq!(
            (shared[0].physical, storing.shared),
            (Some(ByteOffset(8192)), true)
        );
        let mut storing = Storing::default();
        let plain = translated(&[told(0, 8192, 4096, 0x800 | 1)], 4096, true, &mut storing);
        assert_eq!(
            (plain[0].physical, plain[0].unwritten),
            (Some(ByteOffset(8192)), true)
        );
        let own = translated(&[told(0, 8192, 4096, 0)], 4096, false, &mut storing);
        assert_eq!(own[0].physical, None);
        let inline = translated(&[told(0, 60_000, 131, 0x200 | 0x100)], 1024, true, &mut storing);
        assert_eq!(inline[0].length, ByteCount(1024));
    }

    #[test]
    fn what_is_no_list_of_extents_is_not_taken_for_one() {
        let at = |logical, length, physical| FileExtent {
            physical: Some(ByteOffset(physical)),
            ..placeless(logical, length)
        };
        let good = vec![at(0, 4096, 512), at(8192, 8192, 4096)];
        assert_eq!(in_order(good.clone(), 4096), Ok(good));
        for bad in [
            vec![at(0, 8192, 0), at(4096, 4096, 0)],
            vec![at(8192, 4096, 0), at(0, 4096, 0)],
            vec![at(0, 100, 0)],
            vec![at(1, 4096, 0)],
            vec![at(0, 0, 0)],
            vec![at(0, 4096, 100)],
            vec![at(u64::MAX - 4095, 4096, 0)],
            vec![at(0, 4096, u64::MAX - 511)],
        ] {
            assert!(in_order(bad.clone(), 4096).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_blocks_one_by_one_are_those_of_the_extents() {
        // A file system of the test machine that has both ways; as root alone.
        let mut file = tempfile::tempfile_in("/tmp").unwrap();
        std::io::Write::write_all(&mut file, &vec![7; 300_000]).unwrap();
        file.sync_all().unwrap();
        let block = u64::from(calls::file_system_block(&file).unwrap());
        let (Ok(blocks), Ok(extents)) = (block_map(&file, 300_000, block), fiemap(&file)) else {
            return println!("not run: needs root and a file system with block maps under /tmp");
        };
        let mut joined: Vec<FileExtent> = Vec::new();
        for extent in translated(&extents, block, true, &mut Storing::default()) {
            let place = extent.physical.unwrap().0;
            match joined.last_mut() {
                Some(last) if goes_on(last, extent.logical.0, place) => last.length.0 += extent.length.0,
                _ => joined.push(extent),
            }
        }
        assert_eq!(blocks, joined);
        assert_eq!(
            blocks.iter().map(|extent| extent.length.0).sum::<u64>(),
            widened(0, 300_000, block).1
        );
    }

    #[test]
    fn stretches_are_widened_to_blocks_and_joined() {
        let mut found = Vec::new();
        for (start, length) in [(0, 512), (1024, 512), (8192, 4096)] {
            let (logical, length) = widened(start, length, 4096);
            push_joined(&mut found, logical, length);
        }
        assert_eq!(found, [placeless(0, 4096), placeless(8192, 4096)]);
    }
}
