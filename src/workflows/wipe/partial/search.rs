//! `--search-device`: what is looked for elsewhere on the devices, and whether that can be done at all.

use crate::devices::{self, Survey};
use crate::erasure::files::{
    DeviceSearch, FilesJob, FilesOutcome, MOST_SEARCHED_BLOCKS, OldContent, search_device,
};
use crate::progress::{Observer, StopSignal};
use crate::records::{Search, SearchTotals};
use crate::units::ByteCount;

use super::super::super::Refusal;
use super::carry_out::Work;

/// Why the search that was asked for cannot be done: nothing is written then.
pub(super) fn refusals(survey: &Survey) -> Vec<Refusal> {
    let blind = |system: &devices::FileSystemFacts| match system.sight {
        devices::Sight::None { why } => Some(Refusal::SearchBlind {
            path: system.mount_point.clone(),
            why,
        }),
        devices::Sight::Device { .. } => None,
    };
    let mut found: Vec<Refusal> = survey.systems.iter().filter_map(blind).collect();
    let blocks: u64 = survey
        .files
        .iter()
        .map(|file| {
            let block = u64::from(survey.systems[file.system].block.bytes());
            file.size.0.min(file.allocated().0).div_ceil(block)
        })
        .sum();
    if blocks > MOST_SEARCHED_BLOCKS {
        found.push(Refusal::SearchTooMuch {
            blocks,
            most: MOST_SEARCHED_BLOCKS,
        });
    }
    found
}

/// Reads the device of every file system from which something was erased, one after another.
pub(super) fn carry_out(
    job: &FilesJob,
    mut old: OldContent,
    work: &Work,
    observer: &mut dyn Observer,
    stop: &StopSignal,
) -> Vec<DeviceSearch> {
    names(work, &mut old);
    let systems = old.systems();
    let search = |system: &usize| {
        let source = devices::open_file_system(&work.survey.systems[*system]);
        // Without a device to read the search says that it came to nothing.
        search_device(job, &old, *system, source.ok().flatten(), observer, stop)
    };
    systems.iter().map(search).collect()
}

/// The names of the files that are gone.
fn names(work: &Work, old: &mut OldContent) {
    let survey = &work.survey;
    let mut gone = vec![false; survey.files.len()];
    for (numbers, batch) in work.batches.iter().zip(&work.outcome.batches) {
        for (number, measure) in numbers.iter().zip(&batch.files) {
            gone[*number] = measure.is_removed();
        }
    }
    let own = survey.files.iter().map(|file| &file.path).enumerate();
    let further = survey.further_names.iter().map(|name| (name.file, &name.path));
    for (file, path) in own.chain(further).filter(|(file, _)| gone[*file]) {
        let facts = &survey.files[file];
        let system = &survey.systems[facts.system];
        let otherwise = facts.storing.encrypted || splits_names(&system.name);
        let name = path.file_name().unwrap_or_default();
        old.name(facts.system, name.as_encoded_bytes(), otherwise);
    }
}

/// Whether a file system writes names in other bytes than those that they have in paths, and in pieces.
fn splits_names(file_system: &str) -> bool {
    matches!(file_system, "vfat" | "msdos" | "exfat" | "ntfs" | "ntfs3")
}

/// What the record says of it.
pub(super) fn totals(outcome: &FilesOutcome) -> Search {
    if outcome.searches.is_empty() {
        return Search::NotSearched;
    }
    let all = || outcome.searches.iter();
    let sum = |of: fn(&DeviceSearch) -> u64| all().map(of).sum();
    Search::Searched(SearchTotals {
        complete: all().all(|search| search.complete),
        bytes: ByteCount(sum(|search| search.read.0)),
        hits: sum(|search| search.content.count),
        name_hits: sum(|search| search.names.count),
        blocks_looked_for: sum(|search| search.looked_for.blocks),
        blocks_not_looked_for: sum(|search| search.looked_for.other_blocks),
        names_looked_for: sum(|search| search.looked_for.names),
        names_not_looked_for: sum(|search| search.looked_for.other_names),
    })
}
