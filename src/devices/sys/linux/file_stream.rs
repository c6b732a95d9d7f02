//! The stream of a batch of files: written through the files, read at the places that they had.

use std::sync::Arc;

use super::carrier::Carrier;
use super::file_eye::Eye;
use super::file_open::{self, OpenFile};
use super::handle::Task;
use super::memory::Memory;
use super::{cache, files, io, overlap};
use crate::devices::file_batch::Segment;
use crate::devices::queue::Queue;
use crate::devices::target::{Condition, Intrusion, IoFailure, IoPath, ReadPath, Source, Target};
use crate::units::{BlockSize, ByteCount, ByteOffset};

/// Below how many files each is flushed by itself.
const FLUSHED_SINGLY: usize = 64;

/// The open files of a batch and their stretches, shared between the batch, its stream and the threads of a queue.
#[derive(Debug)]
pub(super) struct Stretches {
    pub(super) files: Vec<OpenFile>,
    pub(super) segments: Vec<Segment>,
    pub(super) eye: Eye,
    pub(super) block: BlockSize,
}

impl Stretches {
    pub(super) fn size(&self) -> u64 {
        self.segments.last().map_or(0, |last| last.range.end())
    }

    /// Which segment the place `at` of the stream belongs to, and how far behind its beginning it is.
    fn find(&self, at: ByteOffset) -> Result<(usize, u64), IoFailure> {
        let behind = self
            .segments
            .partition_point(|segment| segment.range.start.0 <= at.0);
        match behind.checked_sub(1) {
            Some(index) if at.0 < self.segments[index].range.end() => {
                Ok((index, at.0 - self.segments[index].range.start.0))
            }
            _ => Err(IoFailure::Other { errno: libc::EINVAL }),
        }
    }

    /// Bytes from `within` the segment `index` to its end, and to the end of those that follow it at once on the
    /// device as well.
    fn run(&self, index: usize, within: u64, most: u64) -> u64 {
        let mut end = self.segments[index].range.length.0 - within;
        for pair in self.segments[index..].windows(2) {
            let follows = match (pair[0].physical, pair[1].physical) {
                (Some(one), Some(next)) => one.0 + pair[0].range.length.0 == next.0,
                _ => false,
            };
            if !follows || end >= most {
                break;
            }
            end += pair[1].range.length.0;
        }
        end.min(most)
    }

    /// Reads what lies where the stretch lay; without such a place, what the file holds.
    fn read_once(&self, at: ByteOffset, into: &mut [u8]) -> Result<usize, IoFailure> {
        let (index, within) = self.find(at)?;
        let segment = self.segments[index];
        match (self.eye.device(), segment.physical) {
            (Some(device), Some(physical)) => {
                let length = self.run(index, within, into.len() as u64) as usize;
                io::read(device, ByteOffset(physical.0 + within), &mut into[..length])
            }
            _ => {
                let length = (into.len() as u64).min(segment.range.length.0 - within) as usize;
                let place = ByteOffset(segment.logical.0 + within);
                self.files[segment.file].read(place, &mut into[..length])
            }
        }
    }

    /// Writes through the file of the stretch, to its end at most.
    fn write_once(&self, at: ByteOffset, data: &[u8]) -> Result<usize, IoFailure> {
        let (index, within) = self.find(at)?;
        let segment = self.segments[index];
        let length = (data.len() as u64).min(segment.range.length.0 - within) as usize;
        self.files[segment.file].write(ByteOffset(segment.logical.0 + within), &data[..length])
    }

    /// Reads content through the file, at most to the end of the segment and of the file, which has `size` bytes.
    pub(super) fn read_content(
        &self,
        at: ByteOffset,
        into: &mut [u8],
        size: impl Fn(usize) -> u64,
    ) -> Result<usize, IoFailure> {
        let (index, within) = self.find(at)?;
        let segment = self.segments[index];
        let file = &self.files[segment.file];
        let place = ByteOffset(segment.logical.0 + within);
        let length = (into.len() as u64).min(segment.range.length.0 - within);
        let content = size(segment.file).saturating_sub(place.0).min(length) as usize;
        if content == 0 {
            return Ok(0);
        }
        if content as u64 == length {
            return file.read(place, &mut into[..content]);
        }
        // Direct reads take whole blocks, and may use the memory behind what they answer.
        let mut staged = Memory::new(length as usize)?;
        let given = file.read(place, staged.bytes())?.min(content);
        into[..given].copy_from_slice(&staged.bytes()[..given]);
        Ok(given)
    }

    fn flush(&self) -> Result<(), IoFailure> {
        if self.files.len() < FLUSHED_SINGLY {
            return self.files.iter().try_for_each(|file| io::sync(file.file()));
        }
        self.flush_file_system()?;
        // Some file systems flush the medium's own cache only for a file.
        self.files.last().map_or(Ok(()), |file| io::sync(file.file()))
    }

    /// Waits until everything of the file system is on the medium, names included (`syncfs(2)`: it tells errors
    /// since Linux 5.8).
    pub(super) fn flush_file_system(&self) -> Result<(), IoFailure> {
        let Some(file) = self.files.first() else {
            return Ok(());
        };
        rustix::fs::syncfs(file.file()).map_err(|errno| io::classify(errno.raw_os_error()))
    }
}

/// Goes on from stretch to stretch until `length` bytes are through. What fails after some bytes is asked for again.
fn through(
    length: usize,
    mut step: impl FnMut(usize) -> Result<usize, IoFailure>,
) -> Result<usize, IoFailure> {
    let mut done = 0;
    while done < length {
        match step(done) {
            Ok(count) => done += count,
            Err(failure) if done == 0 => return Err(failure),
            Err(_) => break,
        }
    }
    Ok(done)
}

impl Carrier for Stretches {
    fn admit(&self, _task: Task, offset: ByteOffset, length: usize) -> Result<(), IoFailure> {
        let block = u64::from(self.block.bytes());
        let inside = offset
            .0
            .checked_add(length as u64)
            .is_some_and(|end| end <= self.size());
        let aligned = offset.0.is_multiple_of(block) && (length as u64).is_multiple_of(block);
        if inside && aligned && length > 0 {
            Ok(())
        } else {
            Err(IoFailure::Other { errno: libc::EINVAL })
        }
    }

    fn read(&self, offset: ByteOffset, into: &mut [u8]) -> Result<usize, IoFailure> {
        let length = into.len();
        through(length, |done| {
            self.read_once(ByteOffset(offset.0 + done as u64), &mut into[done..])
        })
    }

    fn write(&self, offset: ByteOffset, data: &[u8]) -> Result<usize, IoFailure> {
        through(data.len(), |done| {
            self.write_once(ByteOffset(offset.0 + done as u64), &data[done..])
        })
    }
}

/// The face that an engine sees.
pub(super) struct Stream(pub(super) Arc<Stretches>);

impl Stream {
    fn inside(&self, offset: ByteOffset, length: usize) -> Result<(), IoFailure> {
        let end = offset.0.checked_add(length as u64);
        if end.is_some_and(|end| end <= self.0.size()) {
            Ok(())
        } else {
            Err(IoFailure::Other { errno: libc::EINVAL })
        }
    }
}

impl Source for Stream {
    fn size(&self) -> ByteCount {
        ByteCount(self.0.size())
    }

    fn block_size(&self) -> BlockSize {
        self.0.block
    }

    fn io_path(&self) -> IoPath {
        let written_directly = self.0.files.iter().all(OpenFile::is_direct);
        if written_directly {
            self.0.eye.io_path()
        } else {
            IoPath::Buffered
        }
    }

    fn read_at(&mut self, offset: ByteOffset, into: &mut [u8]) -> Result<usize, IoFailure> {
        self.inside(offset, into.len())?;
        self.0.read(offset, into)
    }

    fn queue(&mut self, most: ByteCount) -> Result<Box<dyn Queue>, IoFailure> {
        let carrier = Arc::<Stretches>::clone(&self.0);
        overlap::threads(carrier, self.0.block, most)
    }

    fn prepare_read_back(&mut self) -> ReadPath {
        let without_a_place = self.0.segments.iter().any(|segment| segment.physical.is_none());
        if self.0.eye.device().is_some() && without_a_place {
            return cache::cached("some blocks have no place on the block device that could be read");
        }
        self.0.eye.show_uncached()
    }

    fn condition(&mut self) -> Condition {
        if !self.0.eye.is_there() {
            return Condition::Gone;
        }
        let Some(first) = self.0.files.first() else {
            return Condition::Present;
        };
        match rustix::fs::fstat(first.file()) {
            Err(_) => Condition::Gone,
            Ok(_) if files::is_read_only(first.file()) => Condition::ReadOnly,
            Ok(_) => Condition::Present,
        }
    }
}

impl Target for Stream {
    fn former_partition_starts(&self) -> &[ByteOffset] {
        &[]
    }

    fn write_at(&mut self, offset: ByteOffset, data: &[u8]) -> Result<usize, IoFailure> {
        self.inside(offset, data.len())?;
        self.0.write(offset, data)
    }

    fn flush(&mut self) -> Result<(), IoFailure> {
        self.0.flush()
    }

    fn look_again(&mut self) -> Vec<Intrusion> {
        file_open::look_again(&self.0.files)
    }
}
