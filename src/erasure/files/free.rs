//! What the erasure of free space measured, beside the files that took it. Only facts; the judgement is made in one
//! file, `verdict`.

use crate::devices::{EntryTotals, InodeTotals, TailTotals};
use crate::erasure::outcome::Outcome;
use crate::units::ByteCount;

use super::outcome::{BatchOutcome, FilesOutcome};

/// What was measured of a run over the free space of a file system, beside the files that took it. Those are gone
/// afterwards, whatever was proven of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FreeOutcome {
    /// Bytes that were free before.
    pub free_before: ByteCount,
    /// Bytes that were to be left free.
    pub reserve: ByteCount,
    /// Bytes that those files got.
    pub taken: ByteCount,
    /// Bytes that stayed free when they were made.
    pub left_over: ByteCount,
    /// Rests of last blocks.
    pub tails: TailTotals,
    /// Unused room of folders.
    pub entries: EntryTotals,
    /// Unused inodes.
    pub inodes: InodeTotals,
    /// A step failed: what it was to erase stayed as it was.
    pub incomplete: bool,
}

impl FreeOutcome {
    /// Whether anything that was free before, or behind the end of a file, may be as it was; `files` took the space.
    #[must_use]
    pub fn anything_left(&self, files: &FilesOutcome) -> bool {
        let planned: u64 = files.files().map(|file| file.planned.0).sum();
        let rests = self.tails.left + self.tails.not_looked;
        self.incomplete || self.left_over.0 > 0 || rests > 0 || planned < self.taken.0
    }
}

/// Bytes of `files` that every pass was written over.
#[must_use]
pub fn written_bytes(files: &FilesOutcome) -> ByteCount {
    ByteCount(files.batches.iter().map(written).sum())
}

/// What the last pass wrote, where it was begun.
fn written(batch: &BatchOutcome) -> u64 {
    let last = |stream: &Outcome| {
        let begun = stream.passes.len() == usize::from(stream.planned_passes);
        stream.passes.last().filter(|_| begun).map(|pass| pass.written.0)
    };
    batch.stream.as_ref().and_then(last).unwrap_or(0)
}
