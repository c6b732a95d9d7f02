//! What an erasure measured. Only facts; the judgement is made in [`super::verdict`] alone.

use crate::devices::{Intrusion, IoFailure, IoPath, ReadPath};
use crate::units::{ByteCount, ByteRange, Timestamp};

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
    /// How often the pass was begun again because its flush had failed.
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
    /// For a sample: the chance in parts per million that a fault spoiling one block in a thousand
    /// (at least one block) would have been hit.
    pub detection_ppm: Option<u32>,
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
    /// Too much was unreachable to go on, or nothing that was read back was what had been written.
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
    /// Direct or buffered.
    pub io_path: IoPath,
    /// The passes that were begun.
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
