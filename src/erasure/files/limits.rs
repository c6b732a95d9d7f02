//! What an erasure of files cannot know or cannot reach, for every record to say. Only codes.

use crate::devices::{NameTrace, ReadPath};
use crate::erasure::limits::{Limit, place_was_shown};
use crate::erasure::method::Method;
use crate::erasure::outcome::{Outcome, VerifyMode};

use super::free::FreeOutcome;
use super::outcome::FilesOutcome;

/// The limits of a run with `method`, in a fixed order.
#[must_use]
pub fn files_limits(method: &Method, outcome: &FilesOutcome) -> Vec<Limit> {
    let names_unseen = outcome
        .files()
        .filter(|file| file.is_removed())
        .any(|file| matches!(file.name, None | Some(NameTrace::NotSeen)));
    let own = [
        (true, Limit::HiddenPlacesOutOfReach),
        (!searched(outcome), Limit::OldCopiesNotSearched),
        (names_unseen, Limit::NamesNotSeen),
    ];
    holding(own.into_iter().chain(of_streams(method, outcome)))
}

/// The limits of a run over free space with `method`, in a fixed order.
#[must_use]
pub fn free_limits(method: &Method, files: &FilesOutcome, free: &FreeOutcome) -> Vec<Limit> {
    let (entries, inodes) = (free.entries, free.inodes);
    let unused = entries.left + entries.not_looked + inodes.left > 0;
    let own = [
        (true, Limit::HiddenPlacesOutOfReach),
        (true, Limit::OutsideFreeSpace),
        (unused, Limit::UnusedEntriesLeft),
        (free.tails.unwritten.0 > 0, Limit::GivenNeverWritten),
    ];
    holding(own.into_iter().chain(of_streams(method, files)))
}

fn holding(all: impl Iterator<Item = (bool, Limit)>) -> Vec<Limit> {
    all.filter(|(holds, _)| *holds).map(|(_, limit)| limit).collect()
}

/// What was written and read back through streams.
fn of_streams(method: &Method, outcome: &FilesOutcome) -> [(bool, Limit); 7] {
    let any = |holds: fn(&Outcome) -> bool| streams(outcome).any(holds);
    [
        (
            any(|stream| stream.read_back.is_some()),
            Limit::DriveCacheNotBypassed,
        ),
        (any(|stream| stream.read_back.is_none()), Limit::NotReadBack),
        (
            any(|stream| matches!(stream.verify, VerifyMode::Sample { .. })),
            Limit::Sampled,
        ),
        (
            any(|stream| matches!(path(stream), Some(ReadPath::Cached { .. }))),
            Limit::ReadFromCache,
        ),
        (
            any(|stream| path(stream) == Some(&ReadPath::Memory)),
            Limit::MemoryBacked,
        ),
        (
            any(|stream| !place_was_shown(stream.planned_passes, stream)),
            Limit::ConstantLastPass,
        ),
        (method.legacy(), Limit::LegacyMethod),
    ]
}

/// Whether every device was read for what was erased of it.
fn searched(outcome: &FilesOutcome) -> bool {
    !outcome.searches.is_empty() && outcome.searches.iter().all(|search| search.complete)
}

fn streams(outcome: &FilesOutcome) -> impl Iterator<Item = &Outcome> {
    outcome.batches.iter().filter_map(|batch| batch.stream.as_ref())
}

fn path(stream: &Outcome) -> Option<&ReadPath> {
    stream.read_back.as_ref().map(|read| &read.path)
}
