//! The judgement about a device erasure: the only place where facts become a verdict.
//!
//! Every fact that keeps an erasure from being `erased` is a [`Reason`]; each reason has its verdict,
//! and the gravest reason decides. Nothing here reads settings: what was asked counts only where the
//! facts themselves say that nothing more was asked for ([`VerifyMode::None`]).

use crate::devices::ReadPath;
use crate::units::{ByteCount, ByteRange};

use super::outcome::{
    Displaced, DisplacementPattern, Ending, HiddenArea, Outcome, PassOutcome, RangeList, ReadBack, VerifyMode,
};
use super::ranges::MOST_LISTED;

/// What a device erasure came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// All written, flushed, read as planned, and equal.
    Erased,
    /// The same, but for a hidden area or for few places that could not be reached.
    ErasedWithExceptions,
    /// Nothing is wrong, but nothing was proven by reading either.
    Unverified,
    /// Stopped by the operator; it can be taken up again.
    Interrupted,
    /// It is known not to have worked, or not known to have worked where it should be.
    NotErased,
}

impl Verdict {
    /// The stable name: `erased`, `erased-with-exceptions`, `not-erased`, `unverified`, `interrupted`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Erased => "erased",
            Self::ErasedWithExceptions => "erased-with-exceptions",
            Self::Unverified => "unverified",
            Self::Interrupted => "interrupted",
            Self::NotErased => "not-erased",
        }
    }
}

/// A fact that keeps an erasure from being `erased`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// There is an area that reads and writes do not reach.
    HiddenArea,
    /// A few places could not be written or could not be read (at most 1 % and 1,000 ranges).
    PlacesUnreached,
    /// No read-back was asked for.
    VerificationNotAsked,
    /// The bytes may have been read from a cache instead of the medium.
    ReadFromCache,
    /// Less was read back than was planned, or the second look is missing.
    ReadBackIncomplete,
    /// It was taken up again after an interruption, and not all of it was read back.
    ResumedNotFull,
    /// The operator stopped it.
    Stopped,
    /// Places could not be written, and no read proves what they hold.
    UnwrittenUnread,
    /// Passes or bytes are missing though the run says that it came to its end.
    WriteIncomplete,
    /// A pass was not followed by a successful flush.
    NotFlushed,
    /// More could not be reached than may be excepted.
    TooMuchUnreached,
    /// Other bytes were read than had been written.
    OtherBytesRead,
    /// The medium has less room than it says: addresses wrap, or nothing is kept behind some place.
    CounterfeitCapacity,
    /// What was read belongs to other places.
    ShiftedData,
    /// What was read is what an earlier pass had written: writes were taken and not carried out.
    StaleData,
    /// Somebody else holds the medium, or it could not be told whether anybody does: what was proven
    /// may be undone already.
    Intruded,
    /// The device went away.
    Vanished,
    /// The device has another size than it had.
    Resized,
    /// The device can only be read any more.
    TurnedReadOnly,
    /// The device stopped answering.
    Stalled,
    /// Too much was unreachable, or nothing read was what had been written, to go on.
    GaveUp,
    /// A flush failed, also after the pass was repeated.
    FlushFailed,
    /// The system refused I/O.
    Failed,
}

impl Reason {
    /// The stable code of the reason.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::HiddenArea => "VER-HIDDEN-AREA",
            Self::PlacesUnreached => "VER-PLACES-UNREACHED",
            Self::VerificationNotAsked => "VER-NOT-ASKED",
            Self::ReadFromCache => "VER-READ-FROM-CACHE",
            Self::ReadBackIncomplete => "VER-READ-BACK-INCOMPLETE",
            Self::Stopped => "VER-STOPPED",
            Self::UnwrittenUnread => "VER-UNWRITTEN-UNREAD",
            Self::WriteIncomplete => "VER-WRITE-INCOMPLETE",
            Self::NotFlushed => "VER-NOT-FLUSHED",
            Self::TooMuchUnreached => "VER-TOO-MUCH-UNREACHED",
            Self::OtherBytesRead => "VER-OTHER-BYTES-READ",
            Self::CounterfeitCapacity => "VER-COUNTERFEIT-CAPACITY",
            Self::ShiftedData => "VER-SHIFTED-DATA",
            Self::StaleData => "VER-STALE-DATA",
            Self::Resized => "VER-RESIZED",
            Self::TurnedReadOnly => "VER-READ-ONLY",
            Self::ResumedNotFull => "VER-RESUMED-NOT-FULL",
            Self::Intruded => "VER-INTRUDED",
            Self::Vanished => "VER-VANISHED",
            Self::Stalled => "VER-STALLED",
            Self::GaveUp => "VER-GAVE-UP",
            Self::FlushFailed => "VER-FLUSH-FAILED",
            Self::Failed => "VER-FAILED",
        }
    }

    /// The verdict that this reason alone leads to.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::HiddenArea | Self::PlacesUnreached => Verdict::ErasedWithExceptions,
            Self::VerificationNotAsked
            | Self::ReadFromCache
            | Self::ReadBackIncomplete
            | Self::ResumedNotFull => Verdict::Unverified,
            Self::Stopped => Verdict::Interrupted,
            Self::UnwrittenUnread
            | Self::WriteIncomplete
            | Self::NotFlushed
            | Self::TooMuchUnreached
            | Self::OtherBytesRead
            | Self::CounterfeitCapacity
            | Self::ShiftedData
            | Self::StaleData
            | Self::Intruded
            | Self::Vanished
            | Self::Resized
            | Self::TurnedReadOnly
            | Self::Stalled
            | Self::GaveUp
            | Self::FlushFailed
            | Self::Failed => Verdict::NotErased,
        }
    }
}

/// A verdict and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Every reason against `erased`, the lightest first. Empty for `erased`.
    pub reasons: Vec<Reason>,
}

impl Judgement {
    /// The exit code of an erasure with this judgement: 0, 4, 5 or 6.
    ///
    /// `unverified` is 0 only where reading back was not asked for and nothing else is to be said.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self.verdict {
            Verdict::Erased => 0,
            Verdict::NotErased => 4,
            Verdict::Interrupted => 6,
            Verdict::Unverified if self.reasons == [Reason::VerificationNotAsked] => 0,
            Verdict::Unverified | Verdict::ErasedWithExceptions => 5,
        }
    }
}

/// Judges what was measured.
#[must_use]
pub fn judge(outcome: &Outcome) -> Judgement {
    let mut reasons: Vec<Reason> = ending(&outcome.ending).into_iter().collect();
    reasons.extend(found_false(outcome));
    if outcome.ending == Ending::Completed {
        reasons.extend(unwritten(outcome));
        reasons.extend(unread(outcome));
    }
    reasons.sort_unstable();
    reasons.dedup();
    let verdict = reasons
        .iter()
        .map(|reason| reason.verdict())
        .max()
        .unwrap_or(Verdict::Erased);
    Judgement { verdict, reasons }
}

/// Whether so many unreachable ranges of so many bytes may be excepted on a medium of `size`.
pub(super) fn may_be_excepted(ranges: u64, bytes: ByteCount, size: ByteCount) -> bool {
    ranges <= MOST_LISTED as u64 && u128::from(bytes.0) * 100 <= u128::from(size.0)
}

fn ending(ending: &Ending) -> Option<Reason> {
    match ending {
        Ending::Completed => None,
        Ending::FirstDifference => Some(Reason::OtherBytesRead),
        Ending::Resized { .. } => Some(Reason::Resized),
        Ending::ReadOnly => Some(Reason::TurnedReadOnly),
        Ending::Stopped => Some(Reason::Stopped),
        Ending::Vanished => Some(Reason::Vanished),
        Ending::Stalled { .. } => Some(Reason::Stalled),
        Ending::GaveUp => Some(Reason::GaveUp),
        Ending::FlushFailed => Some(Reason::FlushFailed),
        Ending::Failed { .. } => Some(Reason::Failed),
    }
}

/// What is wrong however the run ended: other bytes, somebody else, too much unreached, a hidden area.
fn found_false(outcome: &Outcome) -> impl Iterator<Item = Reason> {
    let look = outcome.second_look.as_ref();
    let differs = read_backs(outcome).any(|read| !read.mismatches.is_empty())
        || look.is_some_and(|look| look.mismatched.0 > 0);
    let intruded = look.is_some_and(|look| !look.intrusions.is_empty());
    let unreached = match unreached(outcome) {
        Unreached::Nothing => None,
        Unreached::Few => Some(Reason::PlacesUnreached),
        Unreached::TooMuch => Some(Reason::TooMuchUnreached),
    };
    let hidden = matches!(outcome.hidden, HiddenArea::Found { .. });
    let displaced = |wanted: fn(&Displaced) -> bool| read_backs(outcome).any(|read| wanted(&read.displaced));
    let counterfeit = displaced(|found| {
        use DisplacementPattern::{EndsAt, Wraps};
        matches!(found.pattern, Wraps { .. } | EndsAt { .. })
    });
    let found = [
        differs.then_some(Reason::OtherBytesRead),
        counterfeit.then_some(Reason::CounterfeitCapacity),
        (displaced(|found| found.moved > 0) && !counterfeit).then_some(Reason::ShiftedData),
        displaced(|found| found.stale > 0).then_some(Reason::StaleData),
        intruded.then_some(Reason::Intruded),
        unreached,
        hidden.then_some(Reason::HiddenArea),
    ];
    found.into_iter().flatten()
}

/// What a run that came to its end has left unwritten.
fn unwritten(outcome: &Outcome) -> impl Iterator<Item = Reason> {
    let all_begun = !outcome.passes.is_empty() && outcome.passes.len() == usize::from(outcome.planned_passes);
    let complete =
        outcome.size.0 > 0 && all_begun && outcome.passes.iter().all(|pass| swept(pass, outcome.size));
    let flushed = outcome
        .passes
        .iter()
        .all(|pass| matches!(pass.flushes.last(), Some(Ok(()))));
    let refused = outcome.passes.iter().any(|pass| !pass.unwritable.is_empty());
    // the last read-back covers unwritable places even where it is a sample
    let shown = outcome
        .read_back
        .as_ref()
        .is_some_and(|read| finished(read) && proves(&read.path));
    let found = [
        (!complete).then_some(Reason::WriteIncomplete),
        (!flushed).then_some(Reason::NotFlushed),
        (refused && !shown).then_some(Reason::UnwrittenUnread),
    ];
    found.into_iter().flatten()
}

/// What a run that came to its end has left unread.
fn unread(outcome: &Outcome) -> impl Iterator<Item = Reason> {
    let asked = outcome.verify != VerifyMode::None;
    let last = outcome.read_back.as_ref();
    let last_read = last.is_some_and(|read| covers(read, outcome)) && outcome.second_look.is_some();
    let incomplete = (asked && !last_read) || read_backs(outcome).any(|read| !finished(read));
    let cached = read_backs(outcome).any(|read| !proves(&read.path));
    let found = [
        (!asked).then_some(Reason::VerificationNotAsked),
        cached.then_some(Reason::ReadFromCache),
        incomplete.then_some(Reason::ReadBackIncomplete),
        (outcome.resumed_at.is_some() && asked && outcome.verify != VerifyMode::Full)
            .then_some(Reason::ResumedNotFull),
    ];
    found.into_iter().flatten()
}

fn read_backs(outcome: &Outcome) -> impl Iterator<Item = &ReadBack> {
    outcome.earlier_read_backs.iter().chain(&outcome.read_back)
}

fn proves(path: &ReadPath) -> bool {
    match path {
        ReadPath::Direct | ReadPath::BackingFileUncached | ReadPath::Memory => true,
        ReadPath::Cached { .. } => false,
    }
}

/// Every byte of the medium was taken or is listed as refused.
fn swept(pass: &PassOutcome, size: ByteCount) -> bool {
    let whole = pass.range == ByteRange::new(0, size.0);
    whole && pass.written.0.checked_add(pass.unwritable.bytes.0) == Some(size.0)
}

/// Every byte that was to be read was compared or is listed as unreadable.
fn finished(read: &ReadBack) -> bool {
    let seen = read.compared.0.checked_add(read.unreadable.bytes.0);
    read.compared.0 > 0 && seen == Some(read.planned.0)
}

/// The last pass was read back, and as much of it as was asked for.
fn covers(read: &ReadBack, outcome: &Outcome) -> bool {
    let enough = match outcome.verify {
        VerifyMode::Full => read.planned == outcome.size,
        VerifyMode::Sample { percent } => {
            u128::from(read.planned.0) * 100 >= u128::from(outcome.size.0) * u128::from(percent)
        }
        VerifyMode::None => true,
    };
    enough && finished(read) && read.pass == outcome.planned_passes
}

enum Unreached {
    Nothing,
    Few,
    TooMuch,
}

/// All places that some pass could not write or some read could not read, taken together.
fn unreached(outcome: &Outcome) -> Unreached {
    let written = outcome.passes.iter().map(|pass| &pass.unwritable);
    let read = read_backs(outcome).map(|read| &read.unreadable);
    let looked = outcome.second_look.iter().map(|look| &look.unreadable);
    let lists: Vec<&RangeList> = written
        .chain(read)
        .chain(looked)
        .filter(|list| !list.is_empty())
        .collect();
    if lists.is_empty() {
        return Unreached::Nothing;
    }
    let listed = lists.iter().all(|list| list.count == list.ranges.len() as u64);
    let alone = lists
        .iter()
        .all(|list| may_be_excepted(list.count, list.bytes, outcome.size));
    let (ranges, bytes) = union(
        lists
            .iter()
            .flat_map(|list| list.ranges.iter().copied())
            .collect(),
    );
    if listed && alone && may_be_excepted(ranges, bytes, outcome.size) {
        Unreached::Few
    } else {
        Unreached::TooMuch
    }
}

/// How many separate ranges there are when all are laid over each other, and how many bytes.
fn union(mut ranges: Vec<ByteRange>) -> (u64, ByteCount) {
    ranges.sort_unstable();
    let (mut count, mut bytes, mut end) = (0u64, 0u64, None);
    for range in ranges {
        let range_end = range.start.0.saturating_add(range.length.0);
        let from = end.map_or(range.start.0, |end: u64| end.max(range.start.0));
        count += u64::from(end.is_none_or(|end| end < range.start.0));
        bytes = bytes.saturating_add(range_end.saturating_sub(from));
        end = Some(end.map_or(range_end, |end| end.max(range_end)));
    }
    (count, ByteCount(bytes))
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
