//! The measured run, as the record writes it: passes, read-backs, the second look, the ending.

use crate::devices::{self, Intrusion};
use crate::erasure::{self, Outcome, PassPattern};
use crate::records::{
    Absence, Ending, Fact, FlushResult, Pass, Pattern, RangeList, ReadBack, ReadPath, SecondLook,
    Verification,
};
use crate::units::ByteCount;

use super::record::{asked, errno};

/// One pass.
pub(super) fn pass(pass: &erasure::PassOutcome) -> Pass {
    let flush = |flush: &Result<(), devices::IoFailure>| FlushResult {
        ok: flush.is_ok(),
        errno: flush.err().map(errno),
    };
    Pass {
        number: pass.number,
        pattern: pattern(&pass.pattern),
        range: pass.range,
        written: pass.written,
        unwritable: ranges(&pass.unwritable),
        flushes: pass.flushes.iter().map(flush).collect(),
        repeats: pass.repeats,
        started: pass.started,
        ended: pass.ended,
    }
}

/// Everything that was read back.
pub(super) fn verification(outcome: &Outcome) -> Verification {
    let read_back = |read: &erasure::ReadBack| read_back(read, outcome.size);
    let missing = if outcome.verify == erasure::VerifyMode::None {
        Absence::NotApplicable
    } else {
        Absence::NotReached
    };
    Verification {
        asked: asked(outcome.verify),
        earlier: outcome.earlier_read_backs.iter().map(read_back).collect(),
        last: Fact::or(outcome.read_back.as_ref().map(read_back), missing),
        second_look: Fact::or(outcome.second_look.as_ref().map(second_look), missing),
    }
}

/// How it ended.
pub(super) fn ending(ending: &erasure::Ending) -> Ending {
    match ending {
        erasure::Ending::Completed => Ending::Completed,
        erasure::Ending::Stopped => Ending::Stopped,
        erasure::Ending::Vanished => Ending::Vanished,
        erasure::Ending::Stalled { seconds } => Ending::Stalled { seconds: *seconds },
        erasure::Ending::GaveUp => Ending::GaveUp,
        erasure::Ending::FlushFailed => Ending::FlushFailed,
        erasure::Ending::Failed { failure } => Ending::Failed {
            errno: errno(*failure),
        },
    }
}

fn pattern(pattern: &PassPattern) -> Pattern {
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    match pattern {
        PassPattern::Seeded { seed } => Pattern::Seeded { seed: hex(seed) },
        PassPattern::SeededComplement { seed } => Pattern::SeededComplement { seed: hex(seed) },
        PassPattern::Byte(byte) => Pattern::Constant { bytes: hex(&[*byte]) },
        PassPattern::Triple(three) => Pattern::Constant { bytes: hex(three) },
    }
}

fn ranges(list: &erasure::RangeList) -> RangeList {
    RangeList {
        ranges: list.ranges.clone(),
        count: list.count,
        bytes: list.bytes,
    }
}

fn read_back(read: &erasure::ReadBack, size: ByteCount) -> ReadBack {
    let coverage = u128::from(read.compared.0) * 1_000_000 / u128::from(size.0.max(1));
    ReadBack {
        pass: read.pass,
        read: match &read.path {
            devices::ReadPath::Direct => ReadPath::Direct,
            devices::ReadPath::BackingFileUncached => ReadPath::BackingFileUncached,
            devices::ReadPath::Memory => ReadPath::Memory,
            devices::ReadPath::Cached { reason } => ReadPath::Cached {
                reason: reason.clone(),
            },
        },
        planned: read.planned,
        compared: read.compared,
        coverage_ppm: u32::try_from(coverage).unwrap_or(1_000_000),
        mismatched: read.mismatches.bytes,
        mismatches: ranges(&read.mismatches),
        unreadable: ranges(&read.unreadable),
        detection_ppm: read.detection_ppm,
        started: read.started,
        ended: read.ended,
    }
}

fn second_look(look: &erasure::SecondLook) -> SecondLook {
    SecondLook {
        intrusions: look.intrusions.iter().map(intrusion).collect(),
        compared: look.compared,
        mismatched: look.mismatched,
        unreadable: ranges(&look.unreadable),
    }
}

fn intrusion(intrusion: &Intrusion) -> String {
    match intrusion {
        Intrusion::HeldBy { pid, program } => format!("held-by {pid} {program}"),
        Intrusion::PartitionBack { name } => format!("partition-back {name}"),
        Intrusion::CouldNotTell { reason } => format!("could-not-tell {reason}"),
    }
}
