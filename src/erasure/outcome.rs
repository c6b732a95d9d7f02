//! What an erasure measured. Only facts; the judgement is made in [`super::verdict`] alone.

use crate::devices::{Intrusion, IoFailure, IoPath, QueueShape, ReadPath};
use crate::units::{ByteCount, ByteOffset, ByteRange, Timestamp};

use super::pattern::PassPattern;

/// Ranges that share a fault: the exact ones up to a bound, and how many there are in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RangeList {
    /// The first ranges, merged where they touch, in order of their place.
    pub ranges: Vec<ByteRange>,
    /// How many there are, those not listed included.
    pub count: u64,
    /// Bytes in all of them.
    pub bytes: ByteCount,
}

/// How one pass went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassOutcome {
    /// Its number, from 1.
    pub number: u16,
    /// What was to be written, the seed included.
    pub pattern: PassPattern,
    /// The range it was to cover.
    pub range: ByteRange,
    /// Bytes that the medium took. Where the pass was repeated: of the last attempt.
    pub written: ByteCount,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// Places that could not be written. Where the pass was repeated: of the last attempt.
    pub unwritable: RangeList,
    /// Every flush at its end, in order: the error number of one that failed. Empty: none was reached.
    pub flushes: Vec<Result<(), IoFailure>>,
    /// How often the pass was begun again: its flush had failed, or a state was older than the medium.
    pub repeats: u16,
}

/// What was asked to be read back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyMode {
    /// Every byte of the last pass.
    Full,
    /// A part of it, in percent of the blocks (1 to 99), first and last block always.
    Sample {
        /// How many percent.
        percent: u8,
    },
    /// Nothing.
    None,
}

/// What reading back found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadBack {
    /// Which pass was read back, from 1.
    pub pass: u16,
    /// How the reads reached the medium.
    pub path: ReadPath,
    /// Bytes that were to be read.
    pub planned: ByteCount,
    /// Bytes read and compared.
    pub compared: ByteCount,
    /// Bytes that differed, and where. Ranges are whole blocks; `bytes` counts single bytes. Read to
    /// the end however many there are, unless the first GiB was read and every block of it differed.
    pub mismatches: RangeList,
    /// Places that could not be read.
    pub unreadable: RangeList,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// What was drawn, where a sample was read.
    pub sample: Option<SampleDrawn>,
    /// What the places that differed hold instead, as far as that shows.
    pub displaced: Displaced,
}

/// A sample: blocks of 1 MiB (the last may be shorter), drawn without replacement after the flush.
///
/// The first and the last block are always in it, and every block with a place that could not be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleDrawn {
    /// What chose the blocks, drawn after the flush.
    pub seed: [u8; 32],
    /// Blocks in the sample.
    pub blocks: u64,
    /// Blocks of the medium.
    pub of: u64,
    /// Unerased data of more than this share of the medium, in parts per million, rounded up, would have
    /// been met with a chance of 99 %: 1 − 0.01^(1/n) for n blocks; 0 where the sample is the whole.
    pub bound_ppm: u32,
}

/// Blocks that hold bytes of another place or of another pass. A seeded pattern tells which.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Displaced {
    /// Blocks that hold what was written to another place in the same pass.
    pub moved: u64,
    /// Blocks that hold what an earlier pass wrote to the same place.
    pub stale: u64,
    /// The first of the moved ones.
    pub examples: Vec<Displacement>,
    /// What the moved ones have in common.
    pub pattern: DisplacementPattern,
}

/// One block that holds the bytes of another place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Displacement {
    /// Where it was read.
    pub at: ByteOffset,
    /// Where its bytes had been written to.
    pub holds: ByteOffset,
}

/// What displaced blocks have in common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DisplacementPattern {
    /// None, or nothing.
    #[default]
    None,
    /// Addresses wrap: so many bytes are really there (counterfeit capacity).
    Wraps {
        /// What is really there.
        real: ByteCount,
    },
    /// Nothing behind a place is kept, to the end: so many bytes are really there (counterfeit capacity).
    EndsAt {
        /// What is really there.
        real: ByteCount,
    },
    /// All are off by so many bytes.
    Shifted {
        /// Place that its bytes had been written to, minus place where they were read.
        by: i64,
    },
}

/// How reading and writing were carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conduct {
    /// Direct or buffered.
    pub path: IoPath,
    /// What carried out overlapped I/O; none where no pass was begun.
    pub queue: Option<QueueShape>,
    /// Most bytes a second, where a limit was asked for.
    pub rate_limit: Option<ByteCount>,
    /// Whether it ran at the lowest I/O priority.
    pub background: bool,
    /// Seconds without a sign of life after which the device counts as stalled.
    pub stalled_after: u32,
    /// Seconds that could be lost on places that refuse before it would be given up.
    pub give_up_after: u32,
    /// Whether reading back was to end at the first difference.
    pub fail_fast: bool,
}

/// Where an erasure was taken up again, or where it can be.
///
/// Names only what a completed flush covers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResumePoint {
    /// The passes that were begun, in order; all but the last are complete.
    pub passes: Vec<PassOutcome>,
    /// Bytes from the front that the last of them has dealt with and a completed flush covers.
    pub flushed: ByteCount,
    /// Read-backs of earlier passes that are complete.
    pub earlier_read_backs: Vec<ReadBack>,
}

/// What the look after verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecondLook {
    /// Somebody who holds the medium.
    pub intrusions: Vec<Intrusion>,
    /// Bytes read once more: former partition starts and both ends.
    pub compared: ByteCount,
    /// Bytes of those that differed.
    pub mismatched: ByteCount,
    /// Places of those that could not be read.
    pub unreadable: RangeList,
}

/// How the run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// Every planned step was taken.
    Completed,
    /// The operator stopped it.
    Stopped,
    /// The device went away.
    Vanished,
    /// The device stopped answering for so many seconds.
    Stalled {
        /// How long nothing came.
        seconds: u32,
    },
    /// The device has another size than it had.
    Resized {
        /// Bytes that it has now.
        size: ByteCount,
    },
    /// The device can only be read any more.
    ReadOnly,
    /// Reading back ended at the first difference, as was asked.
    FirstDifference,
    /// Too much time was lost on places that refuse, or nothing that was read back was what had been written.
    GaveUp,
    /// A flush failed, also after the pass was repeated.
    FlushFailed,
    /// The system refused I/O for a reason that is not the medium's.
    Failed {
        /// What it answered.
        failure: IoFailure,
    },
}

/// Whether the medium has areas that reads and writes do not reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HiddenArea {
    /// Nobody looked.
    NotExamined,
    /// Looked, and there is none.
    None,
    /// Looked, and there is one of so many bytes.
    Found {
        /// Its size.
        bytes: ByteCount,
    },
    /// Looked, and it could not be told.
    CouldNotTell,
}

/// Everything that one erasure measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Size of the medium as the claimed handle said.
    pub size: ByteCount,
    /// How reading and writing were carried out.
    pub conduct: Conduct,
    /// Where this run took an earlier one up again; none where it began at the front.
    pub resumed_at: Option<ResumePoint>,
    /// The passes that were begun, in earlier runs as well.
    pub passes: Vec<PassOutcome>,
    /// How many passes were planned.
    pub planned_passes: u16,
    /// What was asked to be read back.
    pub verify: VerifyMode,
    /// The read-back of the last pass; none where none was asked or it was not reached.
    pub read_back: Option<ReadBack>,
    /// Read-backs of earlier passes, in order: the seeded pass before a constant last one, where full
    /// verification was asked.
    pub earlier_read_backs: Vec<ReadBack>,
    /// The look after verification; none where it was not reached. Where nothing was to be read back
    /// it looks for intruders only.
    pub second_look: Option<SecondLook>,
    /// Hidden areas.
    pub hidden: HiddenArea,
    /// How it ended.
    pub ending: Ending,
}
