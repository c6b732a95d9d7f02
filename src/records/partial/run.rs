//! What was done and measured: batches of files, and the sums over all files.

use serde::{Deserialize, Serialize};

use crate::records::{Ending, Fact, Io, Pass, Verification};
use crate::units::ByteCount;

/// Most batches of one record.
pub const MOST_BATCHES: usize = 1024;

/// Files of one file system that went together: their blocks were overwritten and read back as one stretch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilesBatch {
    /// Which of the record's file systems, from 0.
    pub file_system: u32,
    /// Files in it.
    pub files: u64,
    /// Bytes of their blocks.
    pub stream_bytes: ByteCount,
    /// Keyed digests of the old blocks were kept, so that old content is known again.
    pub digests_kept: bool,
    /// Where the blocks lie was asked again afterwards.
    pub looked_again: bool,
    /// The passes that were begun, over the stretch.
    pub passes: Vec<Pass>,
    /// How reading and writing were carried out; none where nothing was begun, or there was not a byte.
    pub io: Fact<Io>,
    /// What was read back; none as for `io`.
    pub verification: Fact<Verification>,
    /// How it ended; none as for `io`.
    pub ending: Fact<Ending>,
}

/// What became of the names of erased files in the blocks of their folders. Nothing of free space: the names of files that
/// only took it are nobody's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameTotals {
    /// Looked, and not there.
    pub gone: u64,
    /// Looked, and still there.
    pub still_there: u64,
    /// Could not be looked at.
    pub not_seen: u64,
}

/// Sums over all files; of free space, over those that took it. Bytes are those of blocks, the rest of a file's last block
/// included, unless said otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilesTotals {
    /// Paths that were named.
    pub named: u64,
    /// Files found there.
    pub files: u64,
    /// Folders found there.
    pub folders: u64,
    /// Bytes of content.
    pub content_bytes: ByteCount,
    /// Bytes that were to be overwritten.
    pub planned_bytes: ByteCount,
    /// Of those, bytes given to a file and never written: what lay there before was no content of it.
    pub unwritten_bytes: ByteCount,
    /// Of those, bytes behind a file's end, in its last block, which nothing can be compared with.
    pub slack_bytes: ByteCount,
    /// Of those, bytes whose place on the device held the file's content before anything was written.
    pub mapped_bytes: ByteCount,
    /// Bytes read where they had lain, and found to be what was written.
    pub equal_bytes: ByteCount,
    /// Bytes read where they had lain, and found to be something else.
    pub other_bytes: ByteCount,
    /// Of those, bytes that are the old content still.
    pub still_there_bytes: ByteCount,
    /// Bytes that lie elsewhere than before.
    pub moved_bytes: ByteCount,
    /// Bytes that could not be written or not be read.
    pub unreached_bytes: ByteCount,
    /// Files that were overwritten and have no name any more.
    pub erased_files: u64,
    /// Files that have their name still.
    pub left_files: u64,
    /// Folders that were removed.
    pub removed_folders: u64,
    /// Folders that are still there.
    pub left_folders: u64,
    /// What became of the names of erased files.
    pub names: NameTotals,
}

/// Rests of last blocks of files that stay: what lies in the block behind the end of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TailTotals {
    /// Files with such a rest: the sum of the four below.
    pub files: u64,
    /// Rests that were read on the device and were zero.
    pub clean: u64,
    /// Rests that were not, were made zero, and were read again as zero.
    pub erased: u64,
    /// Rests that hold something still, or may.
    pub left: u64,
    /// Rests that could not be looked at.
    pub not_looked: u64,
    /// Bytes beside them that files were given and never wrote: the device holds there what it held before.
    pub unwritten_bytes: ByteCount,
}

/// The room in folders that no entry uses: names of files that are gone may stand there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryTotals {
    /// Folders that were met; the three below are part of them.
    pub folders: u64,
    /// Folders where that room held something, and was read again without it.
    pub cleared: u64,
    /// Folders where it holds something still.
    pub left: u64,
    /// Folders whose blocks were not looked at.
    pub not_looked: u64,
}

/// Inodes that no file had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InodeTotals {
    /// How many there were; none where they are no table.
    pub free_before: Option<u64>,
    /// Given to an empty file once, which clears them.
    pub taken: u64,
    /// Not given to a file.
    pub left: u64,
}

/// Free space that was overwritten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FreeSpace {
    /// Bytes that were free before.
    pub free_before: ByteCount,
    /// Bytes that were given to the files of this run.
    pub taken: ByteCount,
    /// Of those, bytes that every pass was written over.
    pub written: ByteCount,
    /// Bytes that were to be left free.
    pub reserve: ByteCount,
    /// Bytes that stayed free, and so as they were.
    pub left_over: ByteCount,
    /// Rests of last blocks.
    pub tails: TailTotals,
    /// Unused room of folders.
    pub entries: EntryTotals,
    /// Unused inodes.
    pub inodes: InodeTotals,
}
