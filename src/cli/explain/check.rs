//! What was looked at when a record was verified, and what came out.

use keshiin::records::Check;

use super::records::explain_standing;
use super::words::{name, role_word, unknown};
use crate::cli::i18n::Message;

/// The message of one check. Where an answer has two sides, each has its own message.
pub(crate) fn explain_check(check: &Check) -> Message {
    let message = Message::new(check.code());
    match check {
        Check::ExactForm
        | Check::RosterUnpinned
        | Check::RosterAbsent
        | Check::NothingVerified
        | Check::Consistent
        | Check::FactsFit
        | Check::SlipGood
        | Check::SlipMissing
        | Check::SlipBad
        | Check::NothingAttached
        | Check::PageBound
        | Check::PrintUnsigned
        | Check::TemplateBuiltIn
        | Check::TemplateAdmitted
        | Check::PageRedrawn
        | Check::PageRedrawnOtherwise
        | Check::PageNotRedrawn
        | Check::PageUnproven
        | Check::AnnexUnnamed
        | Check::AnnexUnfit
        | Check::AnnexNotCompared
        | Check::NoCertificate
        | Check::ReadFromPicture => message,
        Check::RosterPinned { serial, organisation } | Check::RosterAttached { serial, organisation } => {
            message
                .text("serial", serial)
                .untrusted("organisation", organisation)
        }
        Check::RosterOutdated { since } => message.time("since", *since),
        Check::Signature { role, name } | Check::Pending { role, name } => {
            message.term("role", role_word(*role)).untrusted("name", name)
        }
        Check::BadSignature { name }
        | Check::Unattended { name }
        | Check::PrintSigned { name }
        | Check::PrinterNotEntitled { name }
        | Check::WitnessOnPaper { name } => message.untrusted("name", name),
        Check::PageUnbound { what } => message.with("what", name(what)),
        Check::TemplateUnknown { digest } => message.text("digest", digest.grouped()),
        Check::UnknownKey { fingerprint } | Check::NotNamed { fingerprint } => {
            message.text("fingerprint", fingerprint)
        }
        Check::AnnexGood { files } => message.number("files", *files),
        Check::AnnexDiffers { number } => message.untrusted("number", number),
        Check::BadPayload { detail } | Check::AnnexMalformed { detail } => {
            message.untrusted("detail", detail)
        }
        Check::Entitlement { role, name, standing } => {
            let id = if standing.counts() {
                message.id
            } else {
                "CHK-NOT-ENTITLED"
            };
            let message = Message::new(id)
                .term("role", role_word(*role))
                .untrusted("name", name);
            message.term("standing", explain_standing(*standing))
        }
        Check::NamedOtherwise { claimed, listed } => {
            message.untrusted("claimed", claimed).untrusted("listed", listed)
        }
        Check::SamePerson { id } => message.untrusted("id", id),
        Check::NoWitness { reason } => message.untrusted("reason", reason),
        Check::Inconsistent { what } | Check::FactsDiffer { what } => message.with("what", name(what)),
        Check::Specimen { allowed: true } => message,
        Check::Specimen { allowed: false } => Message::new("CHK-SPECIMEN-ELSEWHERE"),
        _ => unknown(check.code(), &format!("{check:?}")),
    }
}
