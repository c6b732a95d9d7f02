//! What the erasure of files measured. Only facts; the judgement is made in one file, `verdict`.

use crate::devices::{FileBatch, NameTrace, Removal, Sight};
use crate::erasure::Outcome;
use crate::units::ByteCount;

use super::search::DeviceSearch;

/// What was measured of one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileMeasure {
    /// Bytes of its extents.
    pub planned: ByteCount,
    /// Bytes of content whose place on the device held just them before anything was written.
    pub mapped: ByteCount,
    /// Bytes that held nothing of the content: given to the file and never written, or whole blocks behind its end.
    pub unwritten: ByteCount,
    /// Bytes behind the end of the content, in its last block.
    pub slack: ByteCount,
    /// Bytes that were read on the device where they had lain, and are what was written. What was read through
    /// the file alone is not counted.
    pub equal: ByteCount,
    /// Bytes of blocks that were read and are something else.
    pub other: ByteCount,
    /// Bytes of those in extents that still lie where they lay: no move explains them.
    pub unexplained: ByteCount,
    /// Bytes of those that are the old content still, by its keyed digest.
    pub still_there: ByteCount,
    /// Bytes of extents that lie elsewhere than before.
    pub moved: ByteCount,
    /// It is stored so that an overwrite does not reach all that the file system holds of it: shared, encoded,
    /// inline, or by way of the journal.
    pub beyond_reach: bool,
    /// Bytes that could not be written or not be read.
    pub unreached: ByteCount,
    /// How far its name was taken away; none where it was left as it is.
    pub removal: Option<Removal>,
    /// What became of its name in the folder; none where it has it still.
    pub name: Option<NameTrace>,
    /// The system's error number where taking it away failed.
    pub failed: Option<i32>,
}

impl FileMeasure {
    /// Whether it has no name any more, and no length, and that is on the medium: its folders were flushed, or its
    /// name was looked for there and is gone.
    #[must_use]
    pub fn is_removed(&self) -> bool {
        let seen_gone = self.name == Some(NameTrace::Gone);
        self.removal
            .is_some_and(|removal| removal.is_nameless() && (removal.flushed.is_ok() || seen_gone))
    }

    /// Whether something was found against it, and not only left undone.
    #[must_use]
    pub fn is_faulty(&self) -> bool {
        let counts = [self.other, self.still_there, self.moved, self.unreached];
        self.failed.is_some() || counts.iter().any(|count| count.0 > 0)
    }
}

/// What was measured of a run over files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilesOutcome {
    /// Batch by batch, in the order in which they were gone over.
    pub batches: Vec<BatchOutcome>,
    /// Files that were to be erased and that no batch was opened for.
    pub not_begun: u64,
    /// Folders that were to be removed and stay.
    pub folders_left: u64,
    /// Folders that were removed.
    pub folders_removed: u64,
    /// The operator asked to stop before all was done.
    pub stopped: bool,
    /// What cannot be reached in place was to be rewritten all the same.
    pub force_rewrite: bool,
    /// Searches of whole devices for what was erased; none where none was asked for, or nothing was erased.
    pub searches: Vec<DeviceSearch>,
}

impl FilesOutcome {
    /// The files of all batches.
    pub fn files(&self) -> impl Iterator<Item = &FileMeasure> {
        self.batches.iter().flat_map(|batch| &batch.files)
    }
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

impl BatchOutcome {
    /// What is to be said of a batch of which nothing is known: none of its files is gone.
    #[must_use]
    pub fn unknown(batch: &dyn FileBatch) -> Self {
        Self {
            system: batch.files().first().map_or(0, |file| file.system),
            sight: batch.sight().clone(),
            digests_kept: false,
            stream: None,
            looked_again: false,
            files: vec![FileMeasure::default(); batch.files().len()],
        }
    }
}
