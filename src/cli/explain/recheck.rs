//! Rechecks: why one is refused, and the words of what was compared.

use keshiin::workflows::{IdentityField, RecheckRefusal, RecheckResult};

use super::words::unknown;
use crate::cli::i18n::{Message, Value};

/// The message of a refusal that only rechecks have.
pub(crate) fn explain_recheck(refusal: &RecheckRefusal) -> Message {
    let message = Message::new(refusal.code());
    match refusal {
        RecheckRefusal::NoErasureRecord { path } => message.path("path", path),
        RecheckRefusal::SeveralRecords { path, count } => message.path("path", path).number("count", *count),
        RecheckRefusal::LastPassIncomplete { number }
        | RecheckRefusal::PlacesUnlisted { number }
        | RecheckRefusal::UnknownPattern { number } => message.untrusted("number", number.as_str()),
        _ => unknown(refusal.code(), refusal),
    }
}

/// What came of it; none: no device was opened.
pub(crate) const fn recheck_result_word(result: Option<RecheckResult>) -> Message {
    Message::new(match result {
        None => "recheck-not-read",
        Some(RecheckResult::OtherDevice) => "recheck-other-device",
        Some(RecheckResult::Different) => "recheck-different",
        Some(RecheckResult::Stopped) => "recheck-stopped",
        Some(RecheckResult::Unreadable) => "recheck-unreadable",
        Some(RecheckResult::Cached) => "recheck-cached",
        Some(RecheckResult::NotNamed) => "recheck-not-named",
        Some(RecheckResult::Equal) => "recheck-equal",
        Some(_) => "recheck-failed",
    })
}

/// A field of a drive's identity.
pub(crate) const fn identity_field_word(field: IdentityField) -> Message {
    Message::new(match field {
        IdentityField::Serial => "identity-serial",
        IdentityField::Wwn => "identity-wwn",
        IdentityField::Model => "identity-model",
        IdentityField::Capacity => "identity-capacity",
        IdentityField::LogicalSector => "identity-logical-sector",
        _ => "identity-kind",
    })
}

/// A kind of medium by the name that records carry. One of a later version may be another.
pub(crate) fn kind_value(name: &str) -> Value {
    let id = match name {
        "hardware" => "identity-hardware",
        "image-file" => "virtual-image-file",
        "loop" => "virtual-loop",
        "device-mapper" => "virtual-device-mapper",
        "software-raid" => "virtual-software-raid",
        "network" => "virtual-network",
        "memory" => "virtual-memory",
        "virtual-driver" => "virtual-driver",
        other => return Value::Untrusted(other.to_owned()),
    };
    Value::Term(Box::new(Message::new(id)))
}
