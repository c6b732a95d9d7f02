//! What the erasure of files measured. Only facts; the judgement is made in one file, `verdict`.

use crate::devices::{NameTrace, Removal, Sight};
use crate::erasure::Outcome;
use crate::units::ByteCount;

/// What was measured of one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileMeasure {
    /// Bytes of its extents.
    pub planned: ByteCount,
    /// Bytes whose place on the device held the file's content before anything was written.
    pub mapped: ByteCount,
    /// Bytes that were read where they had lain, and are what was written.
    pub equal: ByteCount,
    /// Bytes that were read where they had lain, and are something else.
    pub other: ByteCount,
    /// Bytes of those that are the old content still, by its keyed digest.
    pub still_there: ByteCount,
    /// Bytes of extents that lie elsewhere than before.
    pub moved: ByteCount,
    /// Bytes that could not be written or not be read.
    pub unreached: ByteCount,
    /// How far its name was taken away; none where it was left as it is.
    pub removal: Option<Removal>,
    /// What became of its name in the folder; none where it has it still.
    pub name: Option<NameTrace>,
    /// The system's error number where taking it away failed.
    pub failed: Option<i32>,
}

/// What was measured of a batch: files of one file system that went together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchOutcome {
    /// Which file system.
    pub system: usize,
    /// Whether and how its blocks could be looked at.
    pub sight: Sight,
    /// Digests of the old blocks were kept; false where there were too many.
    pub digests_kept: bool,
    /// What the engine measured over the stream; none where it was not begun, or there was not a byte in it.
    pub stream: Option<Outcome>,
    /// Whether the extents could be read again afterwards.
    pub looked_again: bool,
    /// By file.
    pub files: Vec<FileMeasure>,
}
