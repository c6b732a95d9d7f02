//! The judgement about an erasure of files. This file and the verdict of devices beside it are the only two places
//! where facts become a verdict; what the engine measured of a stream is judged there, what is known of files here.
//!
//! The level is `partial` at best (NIST SP 800-88r2 knows no erasure of single files).

use crate::devices::{Blindness, DeviceFacts, FileSystemFacts, InPlace, NameTrace, Sight};
use crate::erasure::outcome::{Ending, VerifyMode};
use crate::erasure::verdict::{Reason, Verdict, judge};
use crate::units::ByteCount;

use super::free::FreeOutcome;
use super::outcome::{BatchOutcome, FileMeasure, FilesOutcome};

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
    /// Files got other blocks; the old ones hold something that is neither the old content nor what was written.
    ExtentsMoved,
    /// Folders that were to be removed stay.
    FoldersLeft,
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
            Self::FoldersLeft => "VER-FOLDERS-LEFT",
            Self::Snapshots => "VER-SNAPSHOTS",
            Self::ExtentsMoved => "VER-EXTENTS-MOVED",
            Self::NotMapped => "VER-NOT-MAPPED",
            Self::NotSeen { .. } => "VER-NOT-SEEN",
            Self::Memory => "VER-MEMORY",
            Self::Rewritten => "VER-REWRITTEN",
            Self::FilesLeft => "VER-FILES-LEFT",
            Self::OldContent => "VER-OLD-CONTENT",
            Self::FreeLeft => "VER-FREE-LEFT",
            Self::FreeNotErased => "VER-FREE-NOT-ERASED",
        }
    }

    /// The verdict that this reason alone leads to.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Stream(reason) => reason.verdict(),
            Self::Flash | Self::NamesLeft | Self::FoldersLeft | Self::ExtentsMoved | Self::FreeLeft => {
                Verdict::ErasedWithExceptions
            }
            Self::Snapshots | Self::NotMapped | Self::NotSeen { .. } | Self::Memory | Self::Rewritten => {
                Verdict::Unverified
            }
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
        let not_asked = [FilesReason::Stream(Reason::VerificationNotAsked)];
        match self.verdict {
            Verdict::Erased => 0,
            Verdict::NotErased => 4,
            Verdict::Interrupted => 6,
            Verdict::Unverified if self.reasons == not_asked => 0,
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
        .filter(|reason| *reason != FilesReason::NamesLeft)
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
    let in_place = system.is_some_and(|system| !system.journals_data && system.in_place == InPlace::Yes);
    let moved = batch.files.iter().any(|file| file.moved.0 > 0);
    let rewritten = !in_place || (outcome.force_rewrite && moved);
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

const fn blind(why: Blindness) -> FilesReason {
    match why {
        Blindness::Memory => FilesReason::Memory,
        why => FilesReason::NotSeen { why },
    }
}

/// Whether a drive puts new bytes where the old ones were: it turns, or it is virtual and its blocks are what there is.
fn overwrites_in_place(medium: &DeviceFacts) -> bool {
    medium.virtual_kind.is_some() || medium.rotational == Some(true)
}

/// What follows from the files one by one.
fn of_files(batch: &BatchOutcome) -> impl Iterator<Item = FilesReason> {
    let any = |holds: fn(&FileMeasure) -> bool| batch.files.iter().any(holds);
    let sees = matches!(batch.sight, Sight::Device { .. });
    let full = batch
        .stream
        .as_ref()
        .is_some_and(|stream| stream.verify == VerifyMode::Full && stream.ending == Ending::Completed);
    // Names may go only where every byte was seen to be overwritten; a file that lost its own all the same, with
    // moved extents alone excepted, was not seen.
    let unseen = full && any(|file| file.is_removed() && file.equal < file.planned && file.moved.0 == 0);
    let unmapped = any(|file| {
        let told = [file.mapped, file.unwritten, file.slack].map(|bytes| bytes.0);
        file.is_removed() && told.iter().sum::<u64>() < file.planned.0
    });
    let found = [
        any(|file| file.still_there.0 > 0).then_some(FilesReason::OldContent),
        any(|file| file.moved.0 > 0).then_some(FilesReason::ExtentsMoved),
        (sees && unmapped).then_some(FilesReason::NotMapped),
        (sees && unseen).then_some(FilesReason::NotSeen {
            why: Blindness::Unknown,
        }),
        any(|file| file.name == Some(NameTrace::StillThere)).then_some(FilesReason::NamesLeft),
    ];
    found.into_iter().flatten()
}

/// Whether files stay that were not only left because somebody stopped.
fn files_are_left(outcome: &FilesOutcome) -> bool {
    let nothing = outcome.not_begun == 0 && outcome.files().next().is_none();
    let left = |batch: &BatchOutcome| {
        let ending = batch.stream.as_ref().map(|stream| &stream.ending);
        let stopped = outcome.stopped || ending == Some(&Ending::Stopped);
        let mut files = batch.files.iter();
        files.any(|file| !file.is_removed() && (!stopped || file.is_faulty()))
    };
    let never_tried = (nothing || outcome.not_begun > 0) && !outcome.stopped;
    never_tried || outcome.batches.iter().any(left)
}
