//! Records, identities and rosters: what is wrong with one, and whether a signer was entitled.

use keshiin::records::{RecordError, Standing, TextProblem, TrustRefusal};

use super::crypto::explain_crypto;
use super::words::{name, revocation_word, unknown};
use crate::cli::i18n::Message;

/// The message of a failure of the records room.
pub(crate) fn explain_record(error: &RecordError) -> Message {
    let message = Message::new(error.code());
    match error {
        RecordError::Crypto(error) => explain_crypto(error),
        RecordError::IdentityDamaged | RecordError::WrongPassphrase | RecordError::SpecimenMixed => message,
        RecordError::TooLarge { what, bound } => {
            message.with("what", name(what)).number("bound", *bound as u64)
        }
        RecordError::Malformed { what, detail } | RecordError::BadContract { what, detail } => {
            message.with("what", name(what)).untrusted("detail", detail)
        }
        RecordError::CodeTooLong { characters, bound } => message
            .number("characters", *characters as u64)
            .number("bound", *bound as u64),
        RecordError::WrongKind { expected, found } => {
            message.with("expected", name(expected)).untrusted("found", found)
        }
        RecordError::BadSignature { who } => message.untrusted("who", who),
        RecordError::BadText { field, problem } => message
            .with("field", name(field))
            .term("problem", explain_text_problem(*problem)),
        RecordError::NotNamed { id, role } => message.untrusted("id", id).with("role", name(role)),
        RecordError::AlreadySigned { id }
        | RecordError::KeysDiffer { id }
        | RecordError::NotOnRoster { id } => message.untrusted("id", id),
        RecordError::NotTheIssuer { issuer, id } => message.untrusted("issuer", issuer).untrusted("id", id),
        _ => unknown(error.code(), error),
    }
}

/// What is wrong with a text.
pub(crate) fn explain_text_problem(problem: TextProblem) -> Message {
    match problem {
        TextProblem::Empty => Message::new("text-empty"),
        TextProblem::TooLong { bound } => Message::new("text-too-long").number("bound", bound as u64),
        TextProblem::Invisible => Message::new("text-invisible"),
        TextProblem::NotAnId => Message::new("text-not-an-id"),
        _ => unknown("text", &problem),
    }
}

/// Why a roster is not used at all.
pub(crate) fn explain_trust_refusal(refusal: &TrustRefusal) -> Message {
    let message = Message::new(refusal.code());
    match refusal {
        TrustRefusal::Unreadable(error) => explain_record(error),
        TrustRefusal::NotByPinnedIssuer { issuer } => message.untrusted("issuer", issuer),
        TrustRefusal::Older { found, known } => message.text("found", found).text("known", known),
        TrustRefusal::Forked { serial } => message.text("serial", serial),
        _ => unknown(refusal.code(), refusal),
    }
}

/// Whether somebody was entitled to sign.
pub(crate) fn explain_standing(standing: Standing) -> Message {
    match standing {
        Standing::Entitled => Message::new("standing-entitled"),
        Standing::EntitledByEvidence { ended, seen } => Message::new("standing-by-evidence")
            .time("ended", ended)
            .time("seen", seen),
        Standing::NeedsEvidence { ended } => Message::new("standing-needs-evidence").time("ended", ended),
        Standing::NotListed => Message::new("standing-not-listed"),
        Standing::LacksRole => Message::new("standing-lacks-role"),
        Standing::NotYet { from } => Message::new("standing-not-yet").time("from", from),
        Standing::Expired { until } => Message::new("standing-expired").time("until", until),
        Standing::Revoked { since, reason } => Message::new("standing-revoked")
            .time("since", since)
            .term("reason", revocation_word(reason)),
        _ => unknown("standing", &format!("{standing:?}")),
    }
}
