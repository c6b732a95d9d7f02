//! A batch of files, claimed for destruction: see [`crate::devices::FileBatch`].

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::file_eye::Eye;
use super::file_names::Names;
use super::file_open::Opened;
use super::file_places;
use super::file_stream::{Stream, Stretches};
use super::io;
use crate::devices::error::DeviceError;
use crate::devices::file_batch::{FileBatch, NameTrace, Removal, Segment};
use crate::devices::file_facts::{FileExtent, FileFacts, FileSystemFacts, Sight};
use crate::devices::target::{IoFailure, Target};
use crate::units::{BlockSize, ByteCount, ByteOffset, ByteRange};

struct Batch {
    files: Vec<FileFacts>,
    system: FileSystemFacts,
    sight: Sight,
    names: Names,
    stretches: Arc<Stretches>,
}

/// Opens `files` of one file system for destruction, with the `further` names that some of them have. On an error
/// nothing was written, and everything is as before.
#[cfg_attr(not(test), expect(dead_code, reason = "the guard's tokens come before it"))]
pub(crate) fn claim_batch(
    system: &FileSystemFacts,
    files: Vec<FileFacts>,
    further: &[(usize, PathBuf)],
) -> Result<Box<dyn FileBatch>, DeviceError> {
    let (eye, sight) = Eye::open(system)?;
    let system = FileSystemFacts {
        sight: sight.clone(),
        ..system.clone()
    };
    let segments = segments(&files, &system)?;
    let opened = Opened::open(&files, further, &system)?;
    Ok(Box::new(Batch {
        names: Names::new(opened.folders, opened.names),
        stretches: Arc::new(Stretches {
            files: opened.files,
            segments,
            eye,
            block: system.block,
        }),
        sight,
        system,
        files,
    }))
}

/// The stretches of all files, one after another.
fn segments(files: &[FileFacts], system: &FileSystemFacts) -> Result<Vec<Segment>, DeviceError> {
    let mut all: Vec<Segment> = Vec::new();
    for (file, facts) in files.iter().enumerate() {
        let mut reached = 0;
        for extent in stretches(facts, system.block) {
            if extent.logical.0 < reached {
                return Err(DeviceError::ExtentsUntold {
                    path: facts.path.clone(),
                    reason: "its extents overlap".to_owned(),
                });
            }
            reached = extent.logical.0.saturating_add(extent.length.0);
            let start = all.last().map_or(0, |last| last.range.end());
            all.push(Segment {
                file,
                logical: extent.logical,
                physical: extent
                    .physical
                    .filter(|_| matches!(system.sight, Sight::Device { .. })),
                range: ByteRange::new(start, extent.length.0),
                unwritten: extent.unwritten,
            });
        }
    }
    Ok(all)
}

/// The extents of a file in whole blocks. A file whose extents cannot be told is one stretch without a place.
fn stretches(facts: &FileFacts, block: BlockSize) -> Vec<FileExtent> {
    let block = u64::from(block.bytes());
    if facts.untold.is_some() && facts.extents.is_empty() {
        let whole = FileExtent {
            logical: ByteOffset(0),
            length: ByteCount(facts.size.0.next_multiple_of(block)),
            physical: None,
            unwritten: false,
        };
        return [whole].into_iter().filter(|whole| whole.length.0 > 0).collect();
    }
    let whole_blocks = |extent: &FileExtent| {
        let aligned = |number: u64| number.is_multiple_of(block);
        let end = extent.logical.0.saturating_add(extent.length.0);
        if aligned(extent.logical.0) && aligned(end) && extent.physical.is_none_or(|place| aligned(place.0)) {
            return *extent;
        }
        let start = extent.logical.0 - extent.logical.0 % block;
        FileExtent {
            logical: ByteOffset(start),
            length: ByteCount(end.next_multiple_of(block) - start),
            physical: None,
            unwritten: extent.unwritten,
        }
    };
    let told = facts.extents.iter().filter(|extent| extent.length.0 > 0);
    told.map(whole_blocks).collect()
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
                let now = file_places::extents(file, &self.system).map_err(io::classify)?;
                moved.extend((from..next).filter(|index| !file_places::is_in_place(&segments[*index], &now)));
            }
            from = next;
        }
        Ok(moved)
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
