//! The stable codes of a record's words, as `docs/spec/record.md` writes them: keys of the wording.

use crate::records::{
    Absence, ConfirmedBy, Ending, HiddenArea, IoEngineKind, IoPath, Level, MachineSource, ReadPath,
    RosterState, Verdict, VerifyAsked, WitnessMode,
};

pub(super) const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Erased => "erased",
        Verdict::ErasedWithExceptions => "erased-with-exceptions",
        Verdict::NotErased => "not-erased",
        Verdict::Unverified => "unverified",
        Verdict::Interrupted => "interrupted",
    }
}

/// `none` where none was reached.
pub(super) const fn level(level: Option<Level>) -> &'static str {
    match level {
        None => "none",
        Some(Level::Partial) => "partial",
        Some(Level::Clear) => "clear",
        Some(Level::Purge) => "purge",
        Some(Level::Destroy) => "destroy",
    }
}

pub(super) const fn witness(mode: WitnessMode) -> &'static str {
    match mode {
        WitnessMode::SameMachine => "same-machine",
        WitnessMode::OwnMachine => "own-machine",
        WitnessMode::Paper => "paper",
        WitnessMode::None => "none",
    }
}

pub(super) const fn roster(state: RosterState) -> &'static str {
    match state {
        RosterState::Pinned => "pinned",
        RosterState::Unpinned => "unpinned",
        RosterState::Absent => "absent",
    }
}

pub(super) const fn machine(source: MachineSource) -> &'static str {
    match source {
        MachineSource::RunningMachine => "running-machine",
        MachineSource::AsGiven => "as-given",
        MachineSource::NotApplicable => "not-applicable",
    }
}

pub(super) const fn confirmed(by: ConfirmedBy) -> &'static str {
    match by {
        ConfirmedBy::Serial => "serial",
        ConfirmedBy::Code => "code",
        ConfirmedBy::Name => "name",
    }
}

pub(super) const fn absence(absence: Absence) -> &'static str {
    match absence {
        Absence::NotReported => "not-reported",
        Absence::NotReadable => "not-readable",
        Absence::NotApplicable => "not-applicable",
        Absence::NotExamined => "not-examined",
        Absence::NotReached => "not-reached",
        Absence::NotVisible => "not-visible",
    }
}

pub(super) const fn io_path(path: IoPath) -> &'static str {
    match path {
        IoPath::Direct => "direct",
        IoPath::Buffered => "buffered",
    }
}

pub(super) const fn io_engine(kind: IoEngineKind) -> &'static str {
    match kind {
        IoEngineKind::IoUring => "io-uring",
        IoEngineKind::Threads => "threads",
    }
}

pub(super) const fn read_path(path: &ReadPath) -> &'static str {
    match path {
        ReadPath::Direct => "direct",
        ReadPath::BackingFileUncached => "backing-file-uncached",
        ReadPath::Memory => "memory",
        ReadPath::Cached { .. } => "cached",
    }
}

pub(super) const fn asked(asked: &VerifyAsked) -> &'static str {
    match asked {
        VerifyAsked::Full => "full",
        VerifyAsked::Sample { .. } => "sample",
        VerifyAsked::None => "none",
    }
}

pub(super) const fn hidden(area: HiddenArea) -> &'static str {
    match area {
        HiddenArea::NotExamined => "not-examined",
        HiddenArea::None => "none",
        HiddenArea::Found { .. } => "found",
        HiddenArea::CouldNotTell => "could-not-tell",
    }
}

pub(super) const fn ending(ending: &Ending) -> &'static str {
    match ending {
        Ending::Completed => "completed",
        Ending::Stopped => "stopped",
        Ending::Vanished => "vanished",
        Ending::Stalled { .. } => "stalled",
        Ending::Resized { .. } => "resized",
        Ending::ReadOnly => "read-only",
        Ending::FirstDifference => "first-difference",
        Ending::GaveUp => "gave-up",
        Ending::FlushFailed => "flush-failed",
        Ending::Failed { .. } => "failed",
    }
}
