//! What is asked of an erasure of free space, as typed, and what is shown before it is confirmed.

use std::path::PathBuf;

use crate::devices::FreeSpaceFacts;
use crate::units::ByteCount;

use super::super::super::UsageFault;
use super::super::super::amounts::parse_size;
use super::super::order::WorkOrder;
use super::super::settings::EngineRequest;
use super::request::PartialReport;

/// Left free where nothing is said: this part of the file system, within these bounds. A machine in use needs room while
/// all the rest is taken.
const RESERVED_PART: u64 = 100;
const LEAST_RESERVED: u64 = 16 << 20;
const MOST_RESERVED: u64 = 256 << 20;

/// `keshiin wipe free` as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeRequest {
    /// Where the file system is mounted.
    pub mount_point: PathBuf,
    /// How much is left free, as a size.
    pub reserve: Option<String>,
    /// The mount point once more, given with the command.
    pub confirm: Option<String>,
    /// Nothing is asked.
    pub yes: bool,
    /// End after the plan.
    pub dry_run: bool,
    /// Who does it, why, and where the papers go.
    pub order: WorkOrder,
    /// How the engine goes about it.
    pub engine: EngineRequest,
}

/// How much is left free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reserve {
    /// So much, which may be nothing.
    Asked(ByteCount),
    /// What a machine in use needs.
    Usual,
}

impl Reserve {
    /// In bytes, on a file system with this capacity.
    pub(super) fn of(self, capacity: ByteCount) -> ByteCount {
        match self {
            Self::Asked(bytes) => bytes,
            Self::Usual => ByteCount((capacity.0 / RESERVED_PART).clamp(LEAST_RESERVED, MOST_RESERVED)),
        }
    }
}

impl FreeRequest {
    /// How much is to be left free.
    pub(super) fn reserve(&self) -> Result<Reserve, UsageFault> {
        let Some(text) = &self.reserve else {
            return Ok(Reserve::Usual);
        };
        parse_size(text)
            .map(Reserve::Asked)
            .ok_or_else(|| UsageFault::Value {
                option: "--reserve",
                value: text.clone(),
            })
    }
}

/// What is shown before the free space of a file system is confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreePreview {
    /// The file system.
    pub facts: FreeSpaceFacts,
    /// What will be left free.
    pub reserve: ByteCount,
    /// The plan in names and values.
    pub plan: Vec<(String, String)>,
}

impl FreePreview {
    /// What is to be overwritten, as far as it can be told before.
    #[must_use]
    pub fn planned(&self) -> ByteCount {
        ByteCount(self.facts.free.0.saturating_sub(self.reserve.0))
    }
}

/// A part of the work that is not told in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FreeStep {
    /// What a killed run left behind is removed.
    LeftBehind,
    /// The rests of last blocks are looked at.
    Tails,
    /// Unused room of folders is looked at.
    Entries,
    /// Unused inodes are cleared, then the free space is taken.
    Fill,
    /// What took the free space is removed.
    Remove,
}

/// What an erasure of free space came to.
pub type FreeReport = PartialReport<FreePreview>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_reserve_grows_with_the_file_system_within_bounds() {
        let usual = |capacity| Reserve::Usual.of(ByteCount(capacity)).0;
        assert_eq!(usual(0), 16 << 20);
        assert_eq!(usual(400 << 20), 16 << 20);
        assert_eq!(usual(10_000 << 20), 100 << 20);
        assert_eq!(usual(1 << 50), 256 << 20);
        let asked = Reserve::Asked(ByteCount(0));
        assert_eq!(asked.of(ByteCount(1 << 50)), ByteCount(0));
    }
}
