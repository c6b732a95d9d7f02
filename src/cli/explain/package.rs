//! Sealed packages: what is wrong with one, why one is not made or opened, what became of its volumes.

use keshiin::sealing::{Healed, PathProblem, SealingError};
use keshiin::workflows::{DeliveryWarning, PackageRefusal, VolumeFinding, VolumeState};

use super::crypto::explain_crypto;
use super::words::{name, unknown};
use crate::cli::i18n::{Message, Value};

/// The message of a failure of the sealing room.
pub(crate) fn explain_sealing(error: &SealingError) -> Message {
    let message = Message::new(error.code());
    match error {
        SealingError::Crypto(error) => explain_crypto(error),
        SealingError::NotAPackage
        | SealingError::NotForThisKey
        | SealingError::StanzaDoesNotOpen
        | SealingError::WrongPassphrase
        | SealingError::HeaderMac
        | SealingError::Commitment
        | SealingError::OtherThanRecord { .. }
        | SealingError::Stopped => message,
        SealingError::Header { detail }
        | SealingError::Stanza { detail }
        | SealingError::Manifest { detail } => message.untrusted("detail", detail),
        SealingError::OtherKeyWanted { wanted } => message.term("wanted", wanted_word(wanted)),
        SealingError::Truncated { length } => message.bytes("length", *length),
        SealingError::Trailing { surplus } => message.bytes("surplus", *surplus),
        SealingError::Segment { number, range } => message
            .number("number", *number)
            .number("from", range.start.0)
            .number("to", range.end().saturating_sub(1)),
        SealingError::ReadBackDiffers { volume } => message.with("volume", inside(volume)),
        SealingError::TooManyVolumes { bound } => message.number("bound", u64::from(*bound)),
        SealingError::TooMuch { what, bound } => message.with("what", name(what)).number("bound", *bound),
        _ => about_a_file(error, message),
    }
}

/// Failures at a place in the package or at a file.
fn about_a_file(error: &SealingError, message: Message) -> Message {
    match error {
        SealingError::Content { path } | SealingError::Changed { path } => message.with("path", inside(path)),
        SealingError::Path { path, problem } => message
            .with("path", inside(path))
            .term("problem", path_problem_word(*problem)),
        SealingError::Input { path, reason } => {
            message.with("path", inside(path)).untrusted("reason", reason)
        }
        SealingError::Output { what, reason } => message.with("what", name(what)).untrusted("reason", reason),
        SealingError::Source { at, reason } => message.number("at", at.0).untrusted("reason", reason),
        _ => unknown(error.code(), error),
    }
}

/// A path in a package.
fn inside(path: &str) -> Value {
    Value::Untrusted(path.to_owned())
}

/// What opens a package.
fn wanted_word(wanted: &str) -> Message {
    Message::new(match wanted {
        "passphrase" => "wanted-passphrase",
        _ => "wanted-key-file",
    })
}

/// Why a path may not stand in a package.
pub(crate) fn path_problem_word(problem: PathProblem) -> Message {
    Message::new(match problem {
        PathProblem::Empty => "path-empty",
        PathProblem::TooLong => "path-too-long",
        PathProblem::Dots => "path-dots",
        PathProblem::EndsInDot => "path-ends-in-dot",
        PathProblem::Character => "path-character",
        PathProblem::Reserved => "path-reserved",
        PathProblem::NotNormal => "path-not-normal",
        PathProblem::NotUnicode => "path-not-unicode",
        PathProblem::Collides => "path-collides",
        PathProblem::FileAndFolder => "path-file-and-folder",
        _ => return unknown("path", &problem),
    })
}

/// Why a delivery is not made, or a package not opened.
pub(crate) fn explain_package_refusal(refusal: &PackageRefusal) -> Message {
    let message = Message::new(refusal.code());
    match refusal {
        PackageRefusal::Unreadable { path, reason } => message.path("path", path).untrusted("reason", reason),
        PackageRefusal::Special { path }
        | PackageRefusal::InputOnOutput { path }
        | PackageRefusal::NoticeOnMedium { path }
        | PackageRefusal::NoRecord { path } => message.path("path", path),
        PackageRefusal::Path { path, problem } => message
            .path("path", path)
            .term("problem", path_problem_word(*problem)),
        PackageRefusal::Nothing | PackageRefusal::ScanStandardInput => message,
        PackageRefusal::OtherFiles { path, count } => message.path("path", path).number("count", *count),
        PackageRefusal::NoRecipient { name }
        | PackageRefusal::Ambiguous { name }
        | PackageRefusal::Volume { name }
        | PackageRefusal::BadName { name } => message.untrusted("name", name),
        PackageRefusal::EmptyGroup { group } => message.untrusted("group", group),
        PackageRefusal::RecipientCount { count } => message.number("count", *count as u64),
        PackageRefusal::PassphraseNotAllowed { classification } => {
            message.untrusted("classification", classification)
        }
        PackageRefusal::FileTooLarge { bound } => message.bytes("bound", *bound),
        PackageRefusal::PermitEnded { until } => message.untrusted("until", until),
        PackageRefusal::LinkInTheWay { path } => message.path("path", path),
        PackageRefusal::NoSuchEntry { path } => message.with("path", inside(path)),
        _ => unknown(refusal.code(), refusal),
    }
}

/// What a person should know about a delivery that was made.
pub(crate) fn explain_delivery_warning(warning: &DeliveryWarning) -> Message {
    match warning {
        DeliveryWarning::OneInGroup { group } => {
            Message::new("warning-one-in-group").untrusted("group", group)
        }
        DeliveryWarning::NotListed { id, fingerprint } => Message::new("warning-not-listed")
            .untrusted("id", id)
            .text("fingerprint", fingerprint.grouped()),
        DeliveryWarning::LinkLeftOut { path } => Message::new("warning-link-left-out").path("path", path),
        DeliveryWarning::NotFromMedium { filesystem } => {
            Message::new("warning-not-from-medium").untrusted("filesystem", filesystem)
        }
        DeliveryWarning::NotReadBack => Message::new("warning-not-read-back"),
        DeliveryWarning::NotScanned => Message::new("warning-not-scanned"),
        DeliveryWarning::NotLogged { code } => Message::new("warning-not-logged").text("code", code),
        DeliveryWarning::NotPrinted { code } => Message::new("warning-not-printed").text("code", code),
        DeliveryWarning::PassphraseLost { code } => {
            Message::new("warning-passphrase-lost").text("code", code)
        }
        DeliveryWarning::NotKept { reason } => Message::new("warning-not-kept").untrusted("reason", reason),
        _ => unknown("warning", &format!("{warning:?}")),
    }
}

/// What became of a volume.
pub(crate) fn explain_volume(finding: &VolumeFinding) -> Message {
    let message = |id| Message::new(id).untrusted("name", &finding.name);
    match &finding.state {
        VolumeState::Right => message("volume-right"),
        VolumeState::Present => message("volume-present"),
        VolumeState::Missing => message("volume-missing"),
        VolumeState::OtherLength { expected, found } => message("volume-other-length")
            .bytes("expected", *expected)
            .bytes("found", *found),
        VolumeState::Changed => message("volume-changed"),
        VolumeState::Unreadable { reason } => message("volume-unreadable").untrusted("reason", reason),
        _ => unknown("volume", &format!("{finding:?}")),
    }
}

/// Damage that another copy made up for.
pub(crate) const fn healed_word(healed: Healed) -> Message {
    Message::new(match healed {
        Healed::FirstFront => "healed-first-front",
        Healed::SecondFront => "healed-second-front",
        Healed::Tail => "healed-tail",
        Healed::FirstManifest => "healed-first-manifest",
        Healed::SecondManifest => "healed-second-manifest",
    })
}
