//! What an erasure of files cannot know or cannot reach, for every record to say. Only codes.

use crate::devices::{NameTrace, ReadPath};
use crate::erasure::limits::{Limit, place_was_shown};
use crate::erasure::method::Method;
use crate::erasure::outcome::{Outcome, VerifyMode};

use super::outcome::FilesOutcome;

/// The limits of a run with `method`, in a fixed order.
#[must_use]
pub fn files_limits(method: &Method, outcome: &FilesOutcome) -> Vec<Limit> {
    let any = |holds: fn(&Outcome) -> bool| streams(outcome).any(holds);
    let names_unseen = outcome
        .files()
        .filter(|file| file.is_removed())
        .any(|file| matches!(file.name, None | Some(NameTrace::NotSeen)));
    let all = [
        (true, Limit::HiddenPlacesOutOfReach),
        (!searched(outcome), Limit::OldCopiesNotSearched),
        (names_unseen, Limit::NamesNotSeen),
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
    ];
    let holding = all.into_iter().filter(|(holds, _)| *holds);
    holding.map(|(_, limit)| limit).collect()
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
