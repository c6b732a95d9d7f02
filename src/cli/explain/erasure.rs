//! Erasures: what cannot be asked for, what became of one, and what it cannot prove.

use keshiin::erasure::{ErasureError, Reason, Verdict};

use super::words::unknown;
use crate::cli::i18n::Message;

/// The message of a refusal of the erasure room.
pub(crate) fn explain_erasure(error: &ErasureError) -> Message {
    let message = Message::new(error.code());
    match error {
        ErasureError::UnknownMethod { name }
        | ErasureError::RandomPasses { name }
        | ErasureError::ByteDigits { name }
        | ErasureError::UnknownVerify { name }
        | ErasureError::SamplePercent { name } => message.untrusted("name", name),
        ErasureError::EmptyMedium | ErasureError::SeedRepeated | ErasureError::ResumePoint => message,
        ErasureError::SeedCount { needed, given } => message
            .number("needed", *needed as u64)
            .number("given", *given as u64),
        _ => unknown(error.code(), error),
    }
}

/// 判定.
pub(crate) const fn explain_verdict(verdict: Verdict) -> Message {
    Message::new(match verdict {
        Verdict::Erased => "verdict-erased",
        Verdict::ErasedWithExceptions => "verdict-erased-with-exceptions",
        Verdict::NotErased => "verdict-not-erased",
        Verdict::Unverified => "verdict-unverified",
        Verdict::Interrupted => "verdict-interrupted",
    })
}

/// Why a verdict is not `erased`.
pub(crate) fn explain_reason(reason: Reason) -> Message {
    explain_code(reason.code())
}

/// The codes of reasons and limits as records carry them.
const CODES: &[&str] = &[
    "VER-HIDDEN-AREA",
    "VER-PLACES-UNREACHED",
    "VER-NOT-ASKED",
    "VER-READ-FROM-CACHE",
    "VER-READ-BACK-INCOMPLETE",
    "VER-RESUMED-NOT-FULL",
    "VER-STOPPED",
    "VER-UNWRITTEN-UNREAD",
    "VER-WRITE-INCOMPLETE",
    "VER-NOT-FLUSHED",
    "VER-TOO-MUCH-UNREACHED",
    "VER-OTHER-BYTES-READ",
    "VER-COUNTERFEIT-CAPACITY",
    "VER-SHIFTED-DATA",
    "VER-STALE-DATA",
    "VER-INTRUDED",
    "VER-VANISHED",
    "VER-STALLED",
    "VER-RESIZED",
    "VER-READ-ONLY",
    "VER-GAVE-UP",
    "VER-FLUSH-FAILED",
    "VER-FAILED",
    "VER-FLASH",
    "VER-NAMES-LEFT",
    "VER-COPIES-FOUND",
    "VER-NAMES-FOUND",
    "VER-SEARCH-INCOMPLETE",
    "VER-NAMES-NOT-SEEN",
    "VER-FOLDERS-LEFT",
    "VER-EXTENTS-MOVED",
    "VER-SNAPSHOTS",
    "VER-NOT-MAPPED",
    "VER-NOT-SEEN",
    "VER-MEMORY",
    "VER-REWRITTEN",
    "VER-ONLY-SAMPLED",
    "VER-FILES-LEFT",
    "VER-OLD-CONTENT",
    "VER-FREE-LEFT",
    "VER-FREE-NOT-ERASED",
    "LIM-HIDDEN-PLACES",
    "LIM-DRIVE-CACHE",
    "LIM-HIDDEN-AREA-NOT-EXAMINED",
    "LIM-HIDDEN-AREA-UNKNOWN",
    "LIM-NOT-READ-BACK",
    "LIM-SAMPLED",
    "LIM-READ-FROM-CACHE",
    "LIM-MEMORY-BACKED",
    "LIM-CONSTANT-LAST-PASS",
    "LIM-LEGACY-METHOD",
    "LIM-OLD-COPIES-NOT-SEARCHED",
    "LIM-NAMES-NOT-SEEN",
    "LIM-OUTSIDE-FREE-SPACE",
    "LIM-UNUSED-ENTRIES",
    "LIM-GIVEN-NEVER-WRITTEN",
];

/// A reason or limit by its code, as a record carries it. A record of a later version may carry others.
pub(crate) fn explain_code(code: &str) -> Message {
    match CODES.iter().find(|known| **known == code) {
        Some(known) => Message::new(known),
        None => Message::new("code-unknown").untrusted("code", code),
    }
}
