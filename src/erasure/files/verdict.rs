//! The judgement about an erasure of files. This file and the verdict of devices beside it are the only two places
//! where facts become a verdict; what the engine measured of a stream is judged there, what is known of files here.
//!
//! The level is `partial` at best (NIST SP 800-88r2 knows no erasure of single files).

use crate::devices::{
    Blindness, DeviceFacts, FileSystemFacts, InPlace, NameTrace, Sight, Transport, VirtualKind,
};
use crate::erasure::outcome::{Ending, VerifyMode};
use crate::erasure::verdict::{Reason, Verdict, judge};
use crate::units::ByteCount;

use super::free::FreeOutcome;
use super::outcome::{BatchOutcome, FileMeasure, FilesOutcome};
use super::search::DeviceSearch;

/// A fact that keeps an erasure of files from being `erased`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FilesReason {
    /// What the engine measured of a stream.
    Stream(Reason),
    /// The medium is flash, or not known to turn: the drive may keep old blocks where nobody can read them.
    Flash,
    /// Names are still in the blocks of their folders.
    NamesLeft,
    /// Whether names are gone from the blocks of their folders could not be seen.
    NamesNotSeen,
    /// Files got other blocks; the old ones hold something that is neither the old content nor what was written.
    ExtentsMoved,
    /// Folders that were to be removed stay.
    FoldersLeft,
    /// Content of erased files was found elsewhere on the device.
    CopiesFound,
    /// Names of erased files were found on the device.
    NamesFound,
    /// A device could not be searched to its end.
    SearchIncomplete,
    /// There are snapshots, which may keep the old blocks.
    Snapshots,
    /// Places did not hold the content before, as far as could be seen: overwriting them proves little.
    NotMapped,
    /// The blocks could not be looked at.
    NotSeen {
        /// Why.
        why: Blindness,
    },
    /// The files lay in memory; what of them went to swap is not known.
    Memory,
    /// What cannot be reached in place was rewritten: old copies may remain.
    Rewritten,
    /// Files stay, because they could not be erased.
    FilesLeft,
    /// Old content was found where it had lain.
    OldContent,
    /// Only a part of the blocks was read back, as asked: the others were not looked at.
    OnlySampled,
    /// Free space, or the rest of a last block, stayed as it was.
    FreeLeft,
    /// Free space could not be taken, or not be shown to be overwritten.
    FreeNotErased,
}

impl FilesReason {
    /// The stable code of the reason.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Stream(reason) => reason.code(),
            Self::Flash => "VER-FLASH",
            Self::NamesLeft => "VER-NAMES-LEFT",
            Self::NamesNotSeen => "VER-NAMES-NOT-SEEN",
            Self::FoldersLeft => "VER-FOLDERS-LEFT",
            Self::CopiesFound => "VER-COPIES-FOUND",
            Self::NamesFound => "VER-NAMES-FOUND",
            Self::SearchIncomplete => "VER-SEARCH-INCOMPLETE",
            Self::Snapshots => "VER-SNAPSHOTS",
            Self::ExtentsMoved => "VER-EXTENTS-MOVED",
            Self::NotMapped => "VER-NOT-MAPPED",
            Self::NotSeen { .. } => "VER-NOT-SEEN",
            Self::Memory => "VER-MEMORY",
            Self::Rewritten => "VER-REWRITTEN",
            Self::FilesLeft => "VER-FILES-LEFT",
            Self::OldContent => "VER-OLD-CONTENT",
            Self::OnlySampled => "VER-ONLY-SAMPLED",
            Self::FreeLeft => "VER-FREE-LEFT",
            Self::FreeNotErased => "VER-FREE-NOT-ERASED",
        }
    }

    /// The verdict that this reason alone leads to.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Stream(reason) => reason.verdict(),
            // The blocks that the files had are gone; what lies elsewhere is for people to decide about.
            Self::Flash
            | Self::NamesLeft
            | Self::NamesNotSeen
            | Self::FoldersLeft
            | Self::ExtentsMoved
            | Self::FreeLeft
            | Self::CopiesFound
            | Self::NamesFound
            | Self::SearchIncomplete => Verdict::ErasedWithExceptions,
            Self::Snapshots
            | Self::NotMapped
            | Self::NotSeen { .. }
            | Self::Memory
            | Self::Rewritten
            | Self::OnlySampled => Verdict::Unverified,
            Self::FilesLeft | Self::OldContent | Self::FreeNotErased => Verdict::NotErased,
        }
    }
}

/// A verdict about files and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilesJudgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Every reason against `erased`, each once, the lightest first. Empty for `erased`.
    pub reasons: Vec<FilesReason>,
}

impl FilesJudgement {
    /// The exit code of an erasure with this judgement, as of a device: 0, 4, 5 or 6.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        // Whoever asked for no more got what was asked for.
        let not_asked = [
            [FilesReason::Stream(Reason::VerificationNotAsked)],
            [FilesReason::OnlySampled],
        ];
        match self.verdict {
            Verdict::Erased => 0,
            Verdict::NotErased => 4,
            Verdict::Interrupted => 6,
            Verdict::Unverified if not_asked.iter().any(|only| self.reasons == only) => 0,
            Verdict::Unverified | Verdict::ErasedWithExceptions => 5,
        }
    }
}

/// Judges what was measured on `systems`, those of the survey that the batches name.
#[must_use]
pub fn judge_files(outcome: &FilesOutcome, systems: &[FileSystemFacts]) -> FilesJudgement {
    judgement(reasons_of(outcome, systems))
}

/// Judges what was measured of the free space of `systems`, which is one, and of the `files` that took it. Whatever stayed as it was, for whatever reason,
/// was not erased; the names of files that only took the space are nobody's.
#[must_use]
pub fn judge_free(files: &FilesOutcome, free: &FreeOutcome, systems: &[FileSystemFacts]) -> FilesJudgement {
    let mut reasons: Vec<FilesReason> = reasons_of(files, systems)
        .into_iter()
        .filter(|reason| !matches!(reason, FilesReason::NamesLeft | FilesReason::NamesNotSeen))
        .map(|reason| match reason {
            FilesReason::FilesLeft => FilesReason::FreeNotErased,
            reason => reason,
        })
        .collect();
    if free.anything_left(files) && !files.stopped {
        reasons.push(FilesReason::FreeLeft);
    }
    judgement(reasons)
}

fn reasons_of(outcome: &FilesOutcome, systems: &[FileSystemFacts]) -> Vec<FilesReason> {
    let mut reasons = Vec::new();
    for batch in &outcome.batches {
        reasons.extend(of_stream(batch));
        reasons.extend(of_system(outcome, batch, systems.get(batch.system)));
        reasons.extend(of_files(batch));
    }
    reasons.extend(of_searches(outcome));
    if outcome.stopped {
        reasons.push(FilesReason::Stream(Reason::Stopped));
    }
    if outcome.folders_left > 0 && !outcome.stopped {
        reasons.push(FilesReason::FoldersLeft);
    }
    if files_are_left(outcome) {
        reasons.push(FilesReason::FilesLeft);
    }
    reasons
}

/// The gravest reason decides.
fn judgement(mut reasons: Vec<FilesReason>) -> FilesJudgement {
    reasons.sort_by_key(|reason| (reason.verdict(), reason.code()));
    reasons.dedup_by_key(|reason| reason.code());
    let gravest = reasons.iter().map(|reason| reason.verdict()).max();
    FilesJudgement {
        verdict: gravest.unwrap_or(Verdict::Erased),
        reasons,
    }
}

/// What the judge of streams says, without what is only about whole devices, or is said better of files.
fn of_stream(batch: &BatchOutcome) -> impl Iterator<Item = FilesReason> {
    let reasons = batch
        .stream
        .as_ref()
        .map_or_else(Vec::new, |stream| judge(stream).reasons);
    let explained = differences_are_moves(batch);
    let counts = move |reason: &Reason| match reason {
        // An old place that holds another place's bytes belongs to somebody else by now; it differs, which is said.
        Reason::CounterfeitCapacity | Reason::ShiftedData => false,
        Reason::OtherBytesRead => !explained,
        _ => true,
    };
    reasons.into_iter().filter(counts).map(FilesReason::Stream)
}

/// Whether all that was read and differs lies on places that the files have no longer, and was shown not to be the
/// old content.
fn differences_are_moves(batch: &BatchOutcome) -> bool {
    let Some(stream) = &batch.stream else { return false };
    let looked_well = stream.second_look.as_ref().is_none_or(|look| {
        look.mismatched == ByteCount(0) || batch.files.iter().any(|file| file.moved.0 > 0)
    });
    let unexplained = batch.files.iter().any(|file| file.unexplained.0 > 0);
    let other = batch.files.iter().any(|file| file.other.0 > 0);
    batch.looked_again && batch.digests_kept && looked_well && other && !unexplained
}

/// What follows from the file system and what it lies on. Of one that is not known, the worst.
fn of_system(
    outcome: &FilesOutcome,
    batch: &BatchOutcome,
    system: Option<&FileSystemFacts>,
) -> impl Iterator<Item = FilesReason> {
    let overwrote = batch.files.iter().any(|file| file.planned.0 > 0);
    let seen = match (&batch.sight, system) {
        (Sight::None { why }, _) => Some(blind(*why)),
        (Sight::Device { .. }, None) => Some(blind(Blindness::Unknown)),
        (Sight::Device { .. }, Some(_)) => None,
    };
    let rewritten = is_rewritten(outcome, batch, system);
    let medium = system.and_then(|system| system.medium.as_ref());
    let flash = seen.is_none() && !medium.is_some_and(overwrites_in_place);
    let snapshots = system.is_some_and(|system| !system.snapshots.is_empty());
    let found = [
        seen,
        snapshots.then_some(FilesReason::Snapshots),
        (rewritten && seen.is_none()).then_some(FilesReason::Rewritten),
        flash.then_some(FilesReason::Flash),
    ];
    found.into_iter().flatten().filter(move |_| overwrote)
}

/// Whether files were rewritten that an overwrite does not reach: by what is known of the file system, of the files,
/// and of where they lie now.
fn is_rewritten(outcome: &FilesOutcome, batch: &BatchOutcome, system: Option<&FileSystemFacts>) -> bool {
    let in_place = system.is_some_and(|system| !system.journals_data && system.in_place == InPlace::Yes);
    let beyond = batch
        .files
        .iter()
        .any(|file| file.beyond_reach && file.planned.0 > 0);
    let moved = batch.files.iter().any(|file| file.moved.0 > 0);
    !in_place || beyond || (outcome.force_rewrite && moved)
}

/// Whether anything was rewritten, as asked, that an overwrite in place does not reach: old copies may remain.
#[must_use]
pub fn anything_rewritten(outcome: &FilesOutcome, systems: &[FileSystemFacts]) -> bool {
    let rewritten = |batch: &BatchOutcome| {
        let system = systems.get(batch.system);
        let in_memory = system.is_some_and(|system| system.in_place == InPlace::Memory);
        let overwrote = batch.stream.is_some() && batch.files.iter().any(|file| file.planned.0 > 0);
        overwrote && !in_memory && is_rewritten(outcome, batch, system)
    };
    outcome.force_rewrite && outcome.batches.iter().any(rewritten)
}

const fn blind(why: Blindness) -> FilesReason {
    match why {
        Blindness::Memory => FilesReason::Memory,
        why => FilesReason::NotSeen { why },
    }
}

/// Whether a drive puts new bytes where the old ones were: it turns, or it is virtual and its blocks are what there
/// is. What lies on other devices is as they are, which the kernel says of the whole (`queue/rotational`). Bridges
/// and readers say of every drive that it turns.
fn overwrites_in_place(medium: &DeviceFacts) -> bool {
    let turns = medium.rotational == Some(true);
    match medium.virtual_kind {
        Some(VirtualKind::Loop | VirtualKind::DeviceMapper | VirtualKind::SoftwareRaid) => turns,
        Some(_) => true,
        None => {
            turns
                && matches!(
                    medium.transport,
                    Transport::Ata | Transport::Scsi | Transport::Nvme
                )
        }
    }
}

/// What follows from the files one by one.
fn of_files(batch: &BatchOutcome) -> impl Iterator<Item = FilesReason> {
    let any = |holds: fn(&FileMeasure) -> bool| batch.files.iter().any(holds);
    let sees = matches!(batch.sight, Sight::Device { .. });
    let full = batch
        .stream
        .as_ref()
        .is_some_and(|stream| stream.verify == VerifyMode::Full && stream.ending == Ending::Completed);
    let sampled = batch
        .stream
        .as_ref()
        .is_some_and(|stream| matches!(stream.verify, VerifyMode::Sample { .. }));
    // Names may go only where every byte was seen to be overwritten; a file that lost its own all the same, with
    // moved extents alone excepted, was not seen.
    let part = any(|file| file.is_removed() && file.equal < file.planned && file.moved.0 == 0);
    let unseen = full && part;
    let unmapped = any(|file| {
        let told = [file.mapped, file.unwritten, file.slack].map(|bytes| bytes.0);
        file.is_removed() && told.iter().sum::<u64>() < file.planned.0
    });
    let names_unseen = any(|file| file.is_removed() && matches!(file.name, None | Some(NameTrace::NotSeen)));
    let found = [
        any(|file| file.still_there.0 > 0).then_some(FilesReason::OldContent),
        any(|file| file.moved.0 > 0).then_some(FilesReason::ExtentsMoved),
        (sees && unmapped).then_some(FilesReason::NotMapped),
        (sees && unseen).then_some(FilesReason::NotSeen {
            why: Blindness::Unknown,
        }),
        (sampled && part).then_some(FilesReason::OnlySampled),
        any(|file| file.name == Some(NameTrace::StillThere)).then_some(FilesReason::NamesLeft),
        // Where nothing could be looked at, that is said of the whole.
        (names_unseen && (sees || batch.stream.is_none())).then_some(FilesReason::NamesNotSeen),
    ];
    found.into_iter().flatten()
}

/// What was found elsewhere.
fn of_searches(outcome: &FilesOutcome) -> impl Iterator<Item = FilesReason> {
    let any = |holds: fn(&DeviceSearch) -> bool| outcome.searches.iter().any(holds);
    let found = [
        any(|search| search.content.count > 0).then_some(FilesReason::CopiesFound),
        any(|search| search.names.count > 0).then_some(FilesReason::NamesFound),
        any(|search| !search.complete).then_some(FilesReason::SearchIncomplete),
    ];
    found.into_iter().flatten()
}

/// Whether files stay that were not only left because somebody stopped.
fn files_are_left(outcome: &FilesOutcome) -> bool {
    let nothing = outcome.not_begun == 0 && outcome.folders_removed == 0 && outcome.files().next().is_none();
    let left = |batch: &BatchOutcome| {
        let ending = batch.stream.as_ref().map(|stream| &stream.ending);
        let stopped = outcome.stopped || ending == Some(&Ending::Stopped);
        let mut files = batch.files.iter();
        files.any(|file| !file.is_removed() && (!stopped || file.is_faulty()))
    };
    let never_tried = (nothing || outcome.not_begun > 0) && !outcome.stopped;
    never_tried || outcome.batches.iter().any(left)
}
