//! 検証: what was read back, by which way, what differed, and the second look.

use serde::{Deserialize, Serialize};

use crate::records::{Fact, Seed};
use crate::units::{ByteCount, ByteOffset, Timestamp};

use super::RangeList;

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

/// A sample: blocks of 1 MiB (the last may be shorter), drawn without replacement after the flush.
///
/// The first and the last block are always in it. Blocks with a place that could not be written are read on top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// What chose the blocks.
    pub seed: Seed,
    /// Blocks in the sample, first and last included.
    pub blocks: u64,
    /// Blocks of the medium.
    pub of: u64,
    /// Unerased data of more than this share of the medium, in parts per million, would have been met with
    /// a chance of 99 %; 0 where the sample is the whole.
    pub bound_ppm: u32,
}

impl Sample {
    /// Bytes of a block.
    pub const BLOCK: u64 = 1 << 20;
}

/// Blocks that hold bytes of another place or of another pass.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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

impl Displaced {
    /// Whether there are any.
    #[must_use]
    pub const fn any(&self) -> bool {
        self.moved > 0 || self.stale > 0 || !matches!(self.pattern, DisplacementPattern::None)
    }
}

/// One block that holds the bytes of another place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Displacement {
    /// Where it was read.
    pub at: ByteOffset,
    /// Where its bytes had been written to.
    pub holds: ByteOffset,
}

/// What displaced blocks have in common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", deny_unknown_fields)]
pub enum DisplacementPattern {
    /// Nothing, or there are none.
    #[default]
    None,
    /// Addresses wrap: counterfeit capacity.
    Wraps {
        /// Bytes that are really there.
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
    /// What was drawn, where a sample was read.
    pub sample: Option<Sample>,
    /// What the places that differed hold instead.
    pub displaced: Displaced,
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
