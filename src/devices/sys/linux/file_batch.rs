//! A batch of files, claimed for destruction: see [`crate::devices::FileBatch`].

use std::collections::HashSet;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use super::file_eye::Eye;
use super::file_names::Names;
use super::file_open::Opened;
use super::file_stream::{Stream, Stretches};
use super::{extents, file_moved};
use crate::devices::error::DeviceError;
use crate::devices::file_batch::{FileBatch, NameTrace, Removal, Segment};
use crate::devices::file_facts::{FileExtent, FileFacts, FileSystemFacts, Sight};
use crate::devices::sys::RefusedFiles;
use crate::devices::target::{IoFailure, Target};
use crate::units::{BlockSize, ByteCount, ByteOffset, ByteRange};

/// What direct reads of a device are multiples of, at least.
const SECTOR: u64 = 512;

struct Batch {
    files: Vec<FileFacts>,
    system: FileSystemFacts,
    sight: Sight,
    names: Names,
    stretches: Arc<Stretches>,
}

/// Opens `files` of one file system for destruction, with the `further` names that some of them have: a batch of those
/// that can be had, and the others by their number with the reason. Nothing was written.
///
/// # Errors
/// The file system's device is not what it was, or cannot be read any more.
pub(crate) fn claim_batch(
    system: &FileSystemFacts,
    files: Vec<FileFacts>,
    further: &[(usize, PathBuf)],
) -> Result<(Box<dyn FileBatch>, RefusedFiles), DeviceError> {
    let (eye, sight) = Eye::open(system)?;
    let system = FileSystemFacts {
        sight: sight.clone(),
        ..system.clone()
    };
    let opened = Opened::open(&files, further, &system);
    let mut kept: Vec<_> = files.into_iter().map(Some).collect();
    let files: Vec<_> = opened
        .which
        .iter()
        .filter_map(|file| kept[*file].take())
        .collect();
    let batch = Batch {
        names: Names::new(opened.folders, opened.names),
        stretches: Arc::new(Stretches {
            files: opened.files,
            segments: segments(&files, system.block),
            eye,
            block: system.block,
        }),
        sight,
        system,
        files,
    };
    Ok((Box::new(batch), opened.refused))
}

/// The stretches of all files, one after another.
fn segments(files: &[FileFacts], block: BlockSize) -> Vec<Segment> {
    let mut all: Vec<Segment> = Vec::new();
    for (file, facts) in files.iter().enumerate() {
        for extent in stretches(facts, block) {
            let start = all.last().map_or(0, |last| last.range.end());
            all.push(Segment {
                file,
                logical: extent.logical,
                physical: extent.physical,
                range: ByteRange::new(start, extent.length.0),
                unwritten: extent.unwritten,
            });
        }
    }
    all
}

/// The extents of a file, which are whole blocks in order. Where they are not, the file is one stretch without a place.
fn stretches(facts: &FileFacts, block: BlockSize) -> Vec<FileExtent> {
    let block = u64::from(block.bytes());
    let mut reached = 0;
    let in_order = facts.extents.iter().all(|extent| {
        let (start, length) = (extent.logical.0, extent.length.0);
        let whole = start.is_multiple_of(block) && length.is_multiple_of(block);
        let readable = extent.physical.is_none_or(|place| place.0.is_multiple_of(SECTOR));
        let follows = start >= reached && length > 0;
        reached = start.saturating_add(length);
        whole && readable && follows
    });
    if in_order && !(facts.untold.is_some() && facts.extents.is_empty()) {
        return facts.extents.clone();
    }
    let whole = FileExtent {
        logical: ByteOffset(0),
        length: ByteCount(facts.size.0.max(reached).div_ceil(block).saturating_mul(block)),
        physical: None,
        unwritten: false,
    };
    [whole].into_iter().filter(|whole| whole.length.0 > 0).collect()
}

/// Where a file lies now; a failure where that is not told.
fn places(file: &File, system: &FileSystemFacts) -> Result<Vec<FileExtent>, IoFailure> {
    let other = |errno| IoFailure::Other { errno };
    let layout = extents::layout(file, system).map_err(other)?;
    match layout.untold {
        None => Ok(layout.extents),
        Some(_) => Err(other(libc::EOPNOTSUPP)),
    }
}

impl FileBatch for Batch {
    fn files(&self) -> &[FileFacts] {
        &self.files
    }

    fn segments(&self) -> &[Segment] {
        &self.stretches.segments
    }

    fn block(&self) -> BlockSize {
        self.stretches.block
    }

    fn sight(&self) -> &Sight {
        &self.sight
    }

    fn stream(&self) -> Box<dyn Target> {
        Box::new(Stream(Arc::clone(&self.stretches)))
    }

    fn read_content(&mut self, at: ByteOffset, into: &mut [u8]) -> Result<usize, IoFailure> {
        let size = |file: usize| self.files[file].size.0;
        self.stretches.read_content(at, into, size)
    }

    fn moved(&mut self) -> Result<Vec<usize>, IoFailure> {
        let segments = &self.stretches.segments;
        let mut moved = Vec::new();
        let mut from = 0;
        while let Some(first) = segments.get(from) {
            let next = from + segments[from..].partition_point(|segment| segment.file == first.file);
            let placed = segments[from..next]
                .iter()
                .any(|segment| segment.physical.is_some());
            if placed {
                let file = self.stretches.files[first.file].file();
                let now = places(file, &self.system)?;
                moved.extend((from..next).filter(|index| !file_moved::is_in_place(&segments[*index], &now)));
            }
            from = next;
        }
        Ok(moved)
    }

    fn unname(&mut self) {
        // FAT keeps no list of such files: after a loss of power their clusters would be nobody's.
        if !extents::is_fat(&self.system) {
            self.names.unname(&self.stretches.files);
        }
    }

    fn remove(&mut self, files: &[usize]) -> Vec<Result<Removal, IoFailure>> {
        self.names.remove(files, &self.stretches.files)
    }

    fn name_traces(&mut self, files: &[usize]) -> Vec<NameTrace> {
        if self.stretches.flush_file_system().is_err() {
            return vec![NameTrace::NotSeen; files.len()];
        }
        let encrypted: HashSet<usize> = (0..self.files.len())
            .filter(|file| self.files[*file].storing.encrypted)
            .collect();
        self.names
            .traces(files, &encrypted, &self.stretches.eye, &self.system)
    }
}
