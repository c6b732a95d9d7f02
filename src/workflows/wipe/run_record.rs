//! The measured run, as the record writes it: how it was carried out, passes, read-backs, the second look,
//! the ending.

use crate::devices::{self, Intrusion};
use crate::erasure::{self, Outcome, PassPattern};
use crate::records::{
    Absence, Displaced, Displacement, DisplacementPattern, Ending, Fact, FlushResult, Io, IoEngine,
    IoEngineKind, IoPath, Pass, Pattern, RangeList, ReadBack, ReadPath, Sample, SecondLook, Seed,
    Verification,
};
use crate::units::ByteCount;

use super::record::{asked, errno};

/// Most intrusions that are told one by one: records take 256 lines of them.
const MOST_INTRUSIONS: usize = 255;

/// How reading and writing were carried out.
pub(super) fn io(conduct: &erasure::Conduct) -> Io {
    Io {
        path: match conduct.path {
            devices::IoPath::Direct => IoPath::Direct,
            devices::IoPath::Buffered => IoPath::Buffered,
        },
        engine: Fact::or(conduct.queue.as_ref().map(engine), Absence::NotReached),
        rate_limit: conduct.rate_limit,
        background: conduct.background,
        stalled_after_s: conduct.stalled_after,
        give_up_after_s: conduct.give_up_after,
        fail_fast: conduct.fail_fast,
    }
}

fn engine(shape: &devices::QueueShape) -> IoEngine {
    let (kind, registered, reason) = match &shape.engine {
        devices::IoEngine::IoUring { registered } => (IoEngineKind::IoUring, *registered, None),
        devices::IoEngine::Threads { reason } => (IoEngineKind::Threads, false, Some(reason.clone())),
    };
    IoEngine {
        kind,
        registered,
        reason,
        in_flight: shape.depth,
        piece: shape.piece,
    }
}

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
        erasure::Ending::Resized { size } => Ending::Resized { size: *size },
        erasure::Ending::ReadOnly => Ending::ReadOnly,
        erasure::Ending::FirstDifference => Ending::FirstDifference,
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

/// One read-back of a medium of `size`.
pub(super) fn read_back(read: &erasure::ReadBack, size: ByteCount) -> ReadBack {
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
        sample: read.sample.as_ref().map(sample),
        displaced: displaced(&read.displaced),
        started: read.started,
        ended: read.ended,
    }
}

const fn sample(drawn: &erasure::SampleDrawn) -> Sample {
    Sample {
        seed: Seed::from_bytes(drawn.seed),
        blocks: drawn.blocks,
        of: drawn.of,
        bound_ppm: drawn.bound_ppm,
    }
}

fn displaced(displaced: &erasure::Displaced) -> Displaced {
    let example = |example: &erasure::Displacement| Displacement {
        at: example.at,
        holds: example.holds,
    };
    Displaced {
        moved: displaced.moved,
        stale: displaced.stale,
        examples: displaced.examples.iter().map(example).collect(),
        pattern: match displaced.pattern {
            erasure::DisplacementPattern::None => DisplacementPattern::None,
            erasure::DisplacementPattern::Wraps { real } => DisplacementPattern::Wraps { real },
            erasure::DisplacementPattern::EndsAt { real } => DisplacementPattern::EndsAt { real },
            erasure::DisplacementPattern::Shifted { by } => DisplacementPattern::Shifted { by },
        },
    }
}

fn second_look(look: &erasure::SecondLook) -> SecondLook {
    SecondLook {
        intrusions: intrusions(&look.intrusions),
        compared: look.compared,
        mismatched: look.mismatched,
        unreadable: ranges(&look.unreadable),
    }
}

/// As many as a record takes, and how many more there were.
fn intrusions(found: &[Intrusion]) -> Vec<String> {
    let kept = found.len().min(MOST_INTRUSIONS);
    let more = (found.len() > kept).then(|| format!("and {} more", found.len() - kept));
    found[..kept].iter().map(intrusion).chain(more).collect()
}

fn intrusion(intrusion: &Intrusion) -> String {
    match intrusion {
        Intrusion::HeldBy { pid, program } => format!("held-by {pid} {program}"),
        Intrusion::PartitionBack { name } => format!("partition-back {name}"),
        Intrusion::CouldNotTell { reason } => format!("could-not-tell {reason}"),
    }
}
