//! The run as it was measured: method, passes, read-backs, the second look, the ending.

use serde::{Deserialize, Serialize};

use crate::records::Fact;
use crate::units::{ByteCount, ByteRange, Timestamp};

/// 消去方式.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// Its name.
    pub name: String,
    /// The standard it follows.
    pub source: String,
    /// It adds nothing to one verified pass, and is used because a contract names it.
    pub legacy: bool,
    /// Passes it has.
    pub passes: u16,
}

/// The bytes of a pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", deny_unknown_fields)]
pub enum Pattern {
    /// The keystream of `docs/spec/record.md` under this seed (64 hexadecimal digits).
    Seeded {
        /// The seed.
        seed: String,
    },
    /// Its bitwise NOT.
    SeededComplement {
        /// The seed.
        seed: String,
    },
    /// Bytes repeated from the first byte of the medium (hexadecimal).
    Constant {
        /// The bytes.
        bytes: String,
    },
}

/// Ranges with a fault.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RangeList {
    /// The first ones, in order.
    pub ranges: Vec<ByteRange>,
    /// How many there are.
    pub count: u64,
    /// Bytes in all of them.
    pub bytes: ByteCount,
}

/// A flush and what the system said to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlushResult {
    /// It completed.
    pub ok: bool,
    /// The system's error number when it did not.
    pub errno: Option<i32>,
}

/// パス.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pass {
    /// Its number, from 1.
    pub number: u16,
    /// What was written.
    pub pattern: Pattern,
    /// The range it was to cover.
    pub range: ByteRange,
    /// Bytes that the medium took.
    pub written: ByteCount,
    /// Places that could not be written.
    pub unwritable: RangeList,
    /// The flushes at its end.
    pub flushes: Vec<FlushResult>,
    /// How often it was begun again.
    pub repeats: u16,
    /// Start.
    pub started: Timestamp,
    /// End.
    pub ended: Timestamp,
}

/// How bytes reached the medium.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IoPath {
    /// Direct I/O.
    Direct,
    /// Through the page cache.
    Buffered,
}

/// How reads reached the medium.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "path", deny_unknown_fields)]
pub enum ReadPath {
    /// Direct I/O on a block device after a completed flush.
    Direct,
    /// Direct I/O, the backing file shown absent from the page cache.
    BackingFileUncached,
    /// Memory is the medium.
    Memory,
    /// A cache may have answered.
    Cached {
        /// What could not be shown.
        reason: String,
    },
}

/// What was asked to be read back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "mode", deny_unknown_fields)]
pub enum VerifyAsked {
    /// Every byte.
    Full,
    /// A sample.
    Sample {
        /// In percent.
        percent: u8,
    },
    /// Nothing.
    None,
}

/// One read-back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadBack {
    /// Which pass.
    pub pass: u16,
    /// How.
    pub read: ReadPath,
    /// Bytes to be read.
    pub planned: ByteCount,
    /// Bytes read and compared.
    pub compared: ByteCount,
    /// Part of the medium that was compared, in parts per million, rounded down.
    pub coverage_ppm: u32,
    /// Bytes that differed.
    pub mismatched: ByteCount,
    /// Blocks with bytes that differed.
    pub mismatches: RangeList,
    /// Places that could not be read.
    pub unreadable: RangeList,
    /// For a sample: the chance, in parts per million, to hit a fault in one block of a thousand.
    pub detection_ppm: Option<u32>,
    /// Start.
    pub started: Timestamp,
    /// End.
    pub ended: Timestamp,
}

/// The look after verification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondLook {
    /// Who or what was found at the medium.
    pub intrusions: Vec<String>,
    /// Bytes read once more: former partition starts and both ends.
    pub compared: ByteCount,
    /// Bytes of those that differed.
    pub mismatched: ByteCount,
    /// Places of those that could not be read.
    pub unreadable: RangeList,
}

/// 検証.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verification {
    /// What was asked.
    pub asked: VerifyAsked,
    /// Read-backs of passes before the last one.
    pub earlier: Vec<ReadBack>,
    /// The read-back of the last pass.
    pub last: Fact<ReadBack>,
    /// The look after it.
    pub second_look: Fact<SecondLook>,
}

/// Areas that reads and writes do not reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state", deny_unknown_fields)]
pub enum HiddenArea {
    /// Nobody looked.
    NotExamined,
    /// Looked, none.
    None,
    /// Found.
    Found {
        /// Bytes.
        bytes: ByteCount,
    },
    /// Looked, could not be told.
    CouldNotTell,
}

/// How the run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state", deny_unknown_fields)]
pub enum Ending {
    /// Every step was taken.
    Completed,
    /// The operator stopped it.
    Stopped,
    /// The device went away.
    Vanished,
    /// The device stopped answering.
    Stalled {
        /// For so long.
        seconds: u32,
    },
    /// Too much was unreachable.
    GaveUp,
    /// A flush failed.
    FlushFailed,
    /// The system refused.
    Failed {
        /// Its error number.
        errno: i32,
    },
}
