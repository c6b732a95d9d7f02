//! Files claimed for erasure: their blocks as one medium, and the end of their names.
//!
//! The bytes of a batch are the extents of its files, one after another: the *stream*. Writing at a place of the
//! stream writes through the file. Reading there reads the block device where the extent lay **before** anything was
//! written, past every cache: what is read is what that place holds now, whoever it belongs to.

use super::file_facts::{FileFacts, Sight};
use super::target::{IoFailure, Target};
use crate::units::{BlockSize, ByteOffset, ByteRange};

/// One extent of one file, as a stretch of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Which of [`FileBatch::files`].
    pub file: usize,
    /// Where it begins in the file.
    pub logical: ByteOffset,
    /// Where it began on the device, where that may be compared.
    pub physical: Option<ByteOffset>,
    /// Its place in the stream: whole blocks.
    pub range: ByteRange,
    /// It had been given to the file and never written: what the place held before is not the file's.
    pub unwritten: bool,
}

/// What became of a name in the blocks of its folder. A measured fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameTrace {
    /// Looked, and it is not there.
    Gone,
    /// Looked, and it is still there.
    StillThere,
    /// The folder's blocks cannot be looked at.
    NotSeen,
}

/// What is done with a file whose content is gone: one step after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Removal {
    /// Its length is 0.
    pub truncated: bool,
    /// The last name that it had: random, and as long as its own.
    pub renamed: bool,
    /// It has no name any more, also none that it was given in the meantime.
    pub unlinked: bool,
    /// Whether its folders could be flushed after that: the system's error number otherwise.
    pub flushed: Result<(), i32>,
}

impl Removal {
    /// Whether the file has no name any more, and no length.
    #[must_use]
    pub fn is_nameless(&self) -> bool {
        self.truncated && self.unlinked
    }
}

/// Files of one file system, open, theirs alone, and unchanged since they were found.
pub trait FileBatch: Send {
    /// The files, in the order of the stream.
    fn files(&self) -> &[FileFacts];

    /// The stretches of the stream, in order and without gaps.
    fn segments(&self) -> &[Segment];

    /// What the stream's stretches are whole numbers of.
    fn block(&self) -> BlockSize;

    /// How reading reaches the blocks.
    fn sight(&self) -> &Sight;

    /// The stream, to be written and read back. It shares the batch's open files, which stay open for as long as
    /// either is there.
    fn stream(&self) -> Box<dyn Target>;

    /// Reads content through the files, from the medium where that can be done; for comparing before anything was written.
    /// Stops at the end of a segment, and of the file: behind that there is no content, and 0 bytes come.
    ///
    /// # Errors
    /// What the system answered.
    fn read_content(&mut self, at: ByteOffset, into: &mut [u8]) -> Result<usize, IoFailure>;

    /// Asks again where the files lie, after a flush: the segments that no longer lie where they lay.
    ///
    /// # Errors
    /// It could not be told: nothing may be taken for unmoved.
    fn moved(&mut self) -> Result<Vec<usize>, IoFailure>;

    /// Takes the files' names away: each loses its length, gets a random name of the same length, and is removed.
    /// Then the folders are flushed. In the order of `files`, one answer each.
    fn remove(&mut self, files: &[usize]) -> Vec<Result<Removal, IoFailure>>;

    /// Looks for the names of removed files in the blocks of their folders, after a flush of the file system. In the
    /// order of `files`, one answer each.
    fn name_traces(&mut self, files: &[usize]) -> Vec<NameTrace>;
}
