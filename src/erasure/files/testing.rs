//! Files in memory with faults, for the tests of this room.
//!
//! Under them lies a device of twice their size: its first half is where the files say that they lie, the other is
//! where a file system puts what it does not write in place.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use super::stretches::parts;
use crate::devices::{
    Blindness, Condition, DeviceNumber, FileBatch, FileExtent, FileFacts, Intrusion, IoFailure, IoPath,
    NameTrace, Queue, ReadPath, Removal, Segment, Sight, Source, Storing, Target,
};
use crate::erasure::testing::queue_over;
use crate::units::{BlockSize, ByteCount, ByteOffset, ByteRange};

pub(super) const BLOCK: u64 = 512;

/// What is wrong with files and device. Segments and blocks go by their number in the stream.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    /// Segments that get other blocks when they are written.
    pub(super) moves: Vec<usize>,
    /// Moves are not told.
    pub(super) moves_untold: bool,
    /// It cannot be asked where the files lie.
    pub(super) no_second_look: bool,
    /// What a moved segment leaves behind belongs to somebody else at once.
    pub(super) taken: bool,
    /// Blocks of the device that keep what they hold.
    pub(super) keeps: Vec<u64>,
    /// Segments whose content reads otherwise than what lies at their place.
    pub(super) elsewhere: Vec<usize>,
    /// Blocks that cannot be written.
    pub(super) refuse_write: Vec<u64>,
    /// Blocks that cannot be read once something was written.
    pub(super) refuse_read: Vec<u64>,
    /// Files whose names cannot be taken away.
    pub(super) stays: Vec<usize>,
    /// Folders are not flushed: the system's error number.
    pub(super) folders_unflushed: Option<i32>,
    /// Names are found in the folder afterwards.
    pub(super) names_stay: bool,
    /// The device cannot be read.
    pub(super) blind: Option<Blindness>,
    /// Somebody opens the files.
    pub(super) intruded: bool,
    /// The device is gone after so many writes.
    pub(super) vanish_after: Option<u64>,
}

pub(super) struct World {
    pub(super) device: Vec<u8>,
    pub(super) writes: u64,
    pub(super) removed: Vec<bool>,
    /// By segment: whether it lies in the other half.
    displaced: Vec<bool>,
    segments: Vec<Segment>,
    faults: Faults,
}

impl World {
    /// Half of the device.
    fn half(&self) -> u64 {
        self.device.len() as u64 / 2
    }

    fn place(&self, index: usize, at: u64) -> usize {
        (if self.displaced[index] {
            self.half() + at
        } else {
            at
        }) as usize
    }

    /// The first part of what was asked for, in one segment: its number, the place, and how long.
    fn first(&self, offset: ByteOffset, length: usize) -> Result<(usize, usize), IoFailure> {
        let range = ByteRange::new(offset.0, length as u64);
        let found = parts(&self.segments, range).next();
        let whole = range.start.0.is_multiple_of(BLOCK) && range.length.0.is_multiple_of(BLOCK);
        match found {
            Some((index, part)) if whole => Ok((index, part.length.0 as usize)),
            _ => Err(IoFailure::Other { errno: 22 }),
        }
    }

    fn gone(&self) -> bool {
        self.faults.vanish_after.is_some_and(|after| self.writes >= after)
    }
}

/// How much can be done before the first of `refused`.
fn until(refused: &[u64], offset: ByteOffset, length: usize) -> Result<usize, IoFailure> {
    let first = offset.0 / BLOCK;
    let count = (0..length as u64 / BLOCK)
        .take_while(|block| !refused.contains(&(first + block)))
        .count();
    match count {
        0 => Err(IoFailure::Unreachable { errno: 5 }),
        count => Ok(count * BLOCK as usize),
    }
}

#[derive(Clone)]
pub(super) struct MemoryBatch {
    pub(super) world: Arc<Mutex<World>>,
    files: Vec<FileFacts>,
    segments: Vec<Segment>,
    sight: Sight,
}

/// A byte of content, never zero, and of its place.
pub(super) fn secret(place: u64) -> u8 {
    let mixed = place.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    ((mixed >> 40) % 255) as u8 + 1
}

impl MemoryBatch {
    /// Files of these sizes in bytes, each in extents of at most `extent` blocks.
    pub(super) fn new(sizes: &[u64], extent: u64, faults: Faults) -> Self {
        let mut segments = Vec::new();
        let mut files = Vec::new();
        for (file, size) in sizes.iter().enumerate() {
            let first = segments.len();
            let blocks = size.div_ceil(BLOCK);
            for from in (0..blocks).step_by(extent as usize) {
                let start = segments.last().map_or(0, |last: &Segment| last.range.end());
                segments.push(Segment {
                    file,
                    logical: ByteOffset(from * BLOCK),
                    physical: Some(ByteOffset(start)),
                    range: ByteRange::new(start, extent.min(blocks - from) * BLOCK),
                    unwritten: false,
                });
            }
            files.push(facts(file, *size, &segments[first..]));
        }
        let half = segments.last().map_or(0, |last| last.range.end());
        let sight = match faults.blind {
            Some(why) => Sight::None { why },
            None => Sight::Device {
                node: "/dev/x".into(),
                number: DeviceNumber { major: 7, minor: 0 },
            },
        };
        let world = World {
            device: (0..half * 2).map(secret).collect(),
            writes: 0,
            removed: vec![false; files.len()],
            displaced: vec![false; segments.len()],
            segments: segments.clone(),
            faults,
        };
        Self {
            world: Arc::new(Mutex::new(world)),
            files,
            segments,
            sight,
        }
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// Changes a segment before it is erased.
    pub(super) fn with_segment(mut self, index: usize, change: impl Fn(&mut Segment)) -> Self {
        change(&mut self.segments[index]);
        self.world().segments[index] = self.segments[index];
        self
    }

    /// Changes what is known of a file before it is erased.
    pub(super) fn with_file(mut self, index: usize, change: impl Fn(&mut FileFacts)) -> Self {
        change(&mut self.files[index]);
        self
    }

    /// Blocks of `file` that the device still holds where it said that they lie.
    pub(super) fn old_blocks(&self, file: usize) -> usize {
        let own = self.segments.iter().filter(|segment| segment.file == file);
        let world = self.world();
        let places =
            own.flat_map(|segment| (segment.range.start.0..segment.range.end()).step_by(BLOCK as usize));
        let held = |place: &u64| (*place..place + BLOCK).all(|at| world.device[at as usize] == secret(at));
        places.filter(held).count()
    }
}

fn facts(file: usize, size: u64, segments: &[Segment]) -> FileFacts {
    let extent = |segment: &Segment| FileExtent {
        logical: segment.logical,
        length: segment.range.length,
        physical: segment.physical,
        unwritten: segment.unwritten,
    };
    FileFacts {
        path: PathBuf::from(format!("/m/{file}")),
        system: 0,
        identity: (1, file as u64 + 10),
        size: ByteCount(size),
        links: 1,
        changed: (0, 0),
        extents: segments.iter().map(extent).collect(),
        untold: None,
        storing: Storing::default(),
    }
}

impl FileBatch for MemoryBatch {
    fn files(&self) -> &[FileFacts] {
        &self.files
    }

    fn segments(&self) -> &[Segment] {
        &self.segments
    }

    fn block(&self) -> BlockSize {
        BlockSize::SECTOR
    }

    fn sight(&self) -> &Sight {
        &self.sight
    }

    fn stream(&self) -> Box<dyn Target> {
        Box::new(Stream(self.clone()))
    }

    fn read_content(&mut self, at: ByteOffset, into: &mut [u8]) -> Result<usize, IoFailure> {
        let world = self.world();
        let range = ByteRange::new(at.0, into.len() as u64);
        let found = parts(&self.segments, range).next();
        let (index, part) = found.ok_or(IoFailure::Other { errno: 22 })?;
        let segment = self.segments[index];
        let inside = segment.logical.0 + at.0 - segment.range.start.0;
        let left = self.files[segment.file].size.0.saturating_sub(inside);
        let length = part.length.0.min(left) as usize;
        let place = world.place(index, at.0);
        into[..length].copy_from_slice(&world.device[place..place + length]);
        if world.faults.elsewhere.contains(&index) {
            into[..length].iter_mut().for_each(|byte| *byte ^= 0x80);
        }
        Ok(length)
    }

    fn moved(&mut self) -> Result<Vec<usize>, IoFailure> {
        let world = self.world();
        if world.faults.no_second_look {
            return Err(IoFailure::Other { errno: 25 });
        }
        let told = |index: &usize| !world.faults.moves_untold && world.faults.moves.contains(index);
        Ok((0..self.segments.len())
            .filter(|index| told(index) && world.displaced[*index])
            .collect())
    }

    fn remove(&mut self, files: &[usize]) -> Vec<Result<Removal, IoFailure>> {
        let mut world = self.world();
        let mut one = |file: &usize| {
            if world.faults.stays.contains(file) {
                return Err(IoFailure::Other { errno: 1 });
            }
            world.removed[*file] = true;
            Ok(Removal {
                renamed: true,
                truncated: true,
                unlinked: true,
                flushed: world.faults.folders_unflushed.map_or(Ok(()), Err),
            })
        };
        files.iter().map(&mut one).collect()
    }

    fn name_traces(&mut self, files: &[usize]) -> Vec<NameTrace> {
        let stays = self.world().faults.names_stay;
        let blind = matches!(self.sight, Sight::None { .. });
        let trace = match (blind, stays) {
            (true, _) => NameTrace::NotSeen,
            (false, true) => NameTrace::StillThere,
            (false, false) => NameTrace::Gone,
        };
        vec![trace; files.len()]
    }
}

struct Stream(MemoryBatch);

impl Source for Stream {
    fn size(&self) -> ByteCount {
        ByteCount(self.0.segments.last().map_or(0, |last| last.range.end()))
    }

    fn block_size(&self) -> BlockSize {
        BlockSize::SECTOR
    }

    fn io_path(&self) -> IoPath {
        IoPath::Direct
    }

    fn read_at(&mut self, offset: ByteOffset, into: &mut [u8]) -> Result<usize, IoFailure> {
        let world = self.0.world();
        let (index, mut length) = world.first(offset, into.len())?;
        if world.gone() {
            return Err(IoFailure::Vanished { errno: 19 });
        }
        if world.writes > 0 {
            length = until(&world.faults.refuse_read, offset, length)?;
        }
        let place = match self.0.sight {
            Sight::Device { .. } => offset.0 as usize,
            Sight::None { .. } => world.place(index, offset.0),
        };
        into[..length].copy_from_slice(&world.device[place..place + length]);
        Ok(length)
    }

    fn queue(&mut self, most: ByteCount) -> Result<Box<dyn Queue>, IoFailure> {
        Ok(queue_over(Box::new(Self(self.0.clone())), most))
    }

    fn prepare_read_back(&mut self) -> ReadPath {
        match self.0.sight {
            Sight::Device { .. } => ReadPath::Direct,
            Sight::None {
                why: Blindness::Memory,
            } => ReadPath::Memory,
            Sight::None { .. } => ReadPath::Cached {
                reason: "the block device cannot be read".to_owned(),
            },
        }
    }

    fn condition(&mut self) -> Condition {
        if self.0.world().gone() {
            Condition::Gone
        } else {
            Condition::Present
        }
    }
}

impl Target for Stream {
    fn former_partition_starts(&self) -> &[ByteOffset] {
        &[]
    }

    fn write_at(&mut self, offset: ByteOffset, data: &[u8]) -> Result<usize, IoFailure> {
        let mut world = self.0.world();
        let (index, length) = world.first(offset, data.len())?;
        if world.gone() {
            return Err(IoFailure::Vanished { errno: 19 });
        }
        let length = until(&world.faults.refuse_write, offset, length)?;
        world.writes += 1;
        if world.faults.moves.contains(&index) && !world.displaced[index] {
            world.displaced[index] = true;
            let range = world.segments[index].range;
            if world.faults.taken {
                world.device[range.start.0 as usize..range.end() as usize].fill(0x5A);
            }
        }
        for (inside, bytes) in (0..)
            .step_by(BLOCK as usize)
            .zip(data[..length].chunks(BLOCK as usize))
        {
            let at = world.place(index, offset.0 + inside);
            if !world.faults.keeps.contains(&(at as u64 / BLOCK)) {
                world.device[at..at + bytes.len()].copy_from_slice(bytes);
            }
        }
        Ok(length)
    }

    fn flush(&mut self) -> Result<(), IoFailure> {
        Ok(())
    }

    fn look_again(&mut self) -> Vec<Intrusion> {
        let held = Intrusion::HeldBy {
            pid: 7,
            program: "cat".to_owned(),
        };
        self.0
            .world()
            .faults
            .intruded
            .then_some(held)
            .into_iter()
            .collect()
    }
}
