//! What an erasure cannot know or cannot reach, for every record to say in plain words.
//!
//! Only codes; the words are made elsewhere.

use crate::devices::ReadPath;

use super::outcome::{HiddenArea, Outcome, ReadBack, VerifyMode};
use super::plan::Plan;

/// A known limit of what an erasure proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// Overwriting from the host does not reach spare, remapped or otherwise hidden places.
    HiddenPlacesOutOfReach,
    /// It was read after a completed flush; the drive's own cache was not bypassed.
    DriveCacheNotBypassed,
    /// Nobody looked for hidden areas.
    HiddenAreaNotExamined,
    /// It could not be told whether there are hidden areas.
    HiddenAreaUnknown,
    /// Nothing was read back.
    NotReadBack,
    /// Only a part was read back.
    Sampled,
    /// The reads may have been answered from a cache.
    ReadFromCache,
    /// The medium is memory: what is in it is gone when the machine is switched off.
    MemoryBacked,
    /// The last pass is constant and the seeded one before it was not read back in full: two addresses
    /// that are one place, or writes that were left out, would not have shown.
    ConstantLastPass,
    /// The method's further passes add nothing to one verified pass.
    LegacyMethod,
    /// Earlier versions of files, freed blocks, journals and snapshots were not searched.
    OldCopiesNotSearched,
    /// It could not be seen whether names are gone from the blocks of their folders.
    NamesNotSeen,
    /// Of free space: what is no free space, or was none when the work began, was not erased.
    OutsideFreeSpace,
    /// Names of files that are gone may stand in unused room of folders or in unused inodes.
    UnusedEntriesLeft,
    /// Files that stay were given blocks that nobody wrote: they hold what they held before.
    GivenNeverWritten,
}

impl Limit {
    /// The stable code of the limit.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::HiddenPlacesOutOfReach => "LIM-HIDDEN-PLACES",
            Self::DriveCacheNotBypassed => "LIM-DRIVE-CACHE",
            Self::HiddenAreaNotExamined => "LIM-HIDDEN-AREA-NOT-EXAMINED",
            Self::HiddenAreaUnknown => "LIM-HIDDEN-AREA-UNKNOWN",
            Self::NotReadBack => "LIM-NOT-READ-BACK",
            Self::Sampled => "LIM-SAMPLED",
            Self::ReadFromCache => "LIM-READ-FROM-CACHE",
            Self::MemoryBacked => "LIM-MEMORY-BACKED",
            Self::ConstantLastPass => "LIM-CONSTANT-LAST-PASS",
            Self::LegacyMethod => "LIM-LEGACY-METHOD",
            Self::OldCopiesNotSearched => "LIM-OLD-COPIES-NOT-SEARCHED",
            Self::NamesNotSeen => "LIM-NAMES-NOT-SEEN",
            Self::OutsideFreeSpace => "LIM-OUTSIDE-FREE-SPACE",
            Self::UnusedEntriesLeft => "LIM-UNUSED-ENTRIES",
            Self::GivenNeverWritten => "LIM-GIVEN-NEVER-WRITTEN",
        }
    }
}

/// The limits of what was planned and measured, in a fixed order.
#[must_use]
pub fn limits(plan: &Plan, outcome: &Outcome) -> Vec<Limit> {
    let read = outcome.read_back.as_ref();
    let path = read.map(|read| &read.path);
    let all = [
        (true, Limit::HiddenPlacesOutOfReach),
        (read.is_some(), Limit::DriveCacheNotBypassed),
        (
            outcome.hidden == HiddenArea::NotExamined,
            Limit::HiddenAreaNotExamined,
        ),
        (
            outcome.hidden == HiddenArea::CouldNotTell,
            Limit::HiddenAreaUnknown,
        ),
        (read.is_none(), Limit::NotReadBack),
        (
            matches!(outcome.verify, VerifyMode::Sample { .. }),
            Limit::Sampled,
        ),
        (
            matches!(path, Some(ReadPath::Cached { .. })),
            Limit::ReadFromCache,
        ),
        (path == Some(&ReadPath::Memory), Limit::MemoryBacked),
        (
            !place_was_shown(plan.pass_count(), outcome),
            Limit::ConstantLastPass,
        ),
        (plan.method().legacy(), Limit::LegacyMethod),
    ];
    all.into_iter()
        .filter_map(|(holds, limit)| holds.then_some(limit))
        .collect()
}

/// Whether aliasing and left-out writes would have shown: the last pass tells its place, or the one
/// directly before it does and was read back in full and not from a cache.
pub(super) fn place_was_shown(last: u16, outcome: &Outcome) -> bool {
    let tells = |number: u16| {
        let pass = outcome.passes.iter().find(|pass| pass.number == number);
        pass.is_some_and(|pass| pass.pattern.shows_its_place())
    };
    let in_full = |read: &ReadBack| {
        let proven = !matches!(read.path, ReadPath::Cached { .. });
        proven && Some(read.pass) == last.checked_sub(1) && read.compared == outcome.size
    };
    tells(last)
        || outcome
            .earlier_read_backs
            .iter()
            .any(|read| tells(read.pass) && in_full(read))
}

#[cfg(test)]
#[path = "limits_tests.rs"]
mod tests;
