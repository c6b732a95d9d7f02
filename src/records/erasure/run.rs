//! The run as it was measured: method, passes, hidden areas, the ending.

use serde::{Deserialize, Serialize};

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
    /// A flush failed.
    FlushFailed,
    /// The system refused.
    Failed {
        /// Its error number.
        errno: i32,
    },
}
