//! The single checks that verifying a record leaves, and what each means for the whole.

use crate::crypto::{Digest, Fingerprint};
use crate::units::Timestamp;

use super::{Role, Standing};

/// What a check means for the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckResult {
    /// Looked at, and good.
    Passed,
    /// Worth knowing, decides nothing.
    Notice,
    /// Not false, but not enough (exit code 7).
    NotEnough,
    /// False (exit code 4).
    False,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Check {
    /// The file has its one exact form.
    ExactForm,
    /// The roster is signed by the issuer pinned here.
    RosterPinned {
        /// Its serial.
        serial: u64,
        /// Whose roster.
        organisation: String,
    },
    /// There is a roster, but no pinned issuer.
    RosterUnpinned,
    /// There is no roster.
    RosterAbsent,
    /// The roster's next edition is overdue.
    RosterOutdated {
        /// Since when.
        since: Timestamp,
    },
    /// A named person's signature verifies.
    Signature {
        /// As what.
        role: Role,
        /// Who.
        name: String,
    },
    /// A signature filed under a key of the roster does not verify.
    BadSignature {
        /// Whose key.
        name: String,
    },
    /// A signature is filed under a key that nobody here knows.
    UnknownKey {
        /// The key.
        fingerprint: Fingerprint,
    },
    /// Nothing verified: the content is not shown.
    NothingVerified,
    /// The payload is not what its type says.
    BadPayload {
        /// Where it departs from the form.
        detail: String,
    },
    /// Somebody signed whom the payload does not name, or out of order.
    NotNamed {
        /// The key.
        fingerprint: Fingerprint,
    },
    /// A named person has not signed.
    Pending {
        /// As what.
        role: Role,
        /// Who.
        name: String,
    },
    /// Whether a signer was entitled.
    Entitlement {
        /// As what.
        role: Role,
        /// Who.
        name: String,
        /// The judgement.
        standing: Standing,
    },
    /// The record calls a signer otherwise than the roster does.
    NamedOtherwise {
        /// What the record says.
        claimed: String,
        /// What the roster says.
        listed: String,
    },
    /// A signature was made without a person at the keyboard.
    Unattended {
        /// Who.
        name: String,
    },
    /// Handler and witness are the same person.
    SamePerson {
        /// The id.
        id: String,
    },
    /// The witness signs on paper.
    WitnessOnPaper {
        /// Who.
        name: String,
    },
    /// There is no witness.
    NoWitness {
        /// Why.
        reason: String,
    },
    /// The measurements do not bear the verdict.
    Inconsistent {
        /// Which, as a stable word.
        what: &'static str,
    },
    /// The measurements bear the verdict.
    Consistent,
    /// Volumes, read-back and recipients of a delivery do not fit what else it says.
    FactsDiffer {
        /// Which, as a stable word.
        what: &'static str,
    },
    /// Volumes, read-back and recipients of a delivery fit each other.
    FactsFit,
    /// The slip beside the record is its slip, signed by the same people.
    SlipGood,
    /// There is no slip beside the record.
    SlipMissing,
    /// The slip beside the record is another, or is not signed as the record is.
    SlipBad,
    /// Nothing of ours is attached to a printed page.
    NothingAttached,
    /// Page, attachments and print statement belong together.
    PageBound,
    /// The print statement is of another page, other records, or another time.
    PageUnbound {
        /// What differs, as a stable word.
        what: &'static str,
    },
    /// Somebody entitled signed for the printing.
    PrintSigned {
        /// Who.
        name: String,
    },
    /// Nobody signed for the printing.
    PrintUnsigned,
    /// Who signed for the printing is not entitled to sign anything.
    PrinterNotEntitled {
        /// Who.
        name: String,
    },
    /// The roster that was attached when it was printed; shown, not believed.
    RosterAttached {
        /// Its serial.
        serial: u64,
        /// Whose roster it says it is.
        organisation: String,
    },
    /// The template is one of the program's own.
    TemplateBuiltIn,
    /// The template is admitted by the believed roster.
    TemplateAdmitted,
    /// The template is neither built in nor admitted.
    TemplateUnknown {
        /// Its SHA-256.
        digest: Digest,
    },
    /// The page was typeset again from its records, and is the same to the last byte.
    PageRedrawn,
    /// Typeset again from its records, the page comes out otherwise.
    PageRedrawnOtherwise,
    /// The page could not be typeset again here; who signed for the printing vouches for it.
    PageNotRedrawn,
    /// The page could not be typeset again here, and nobody entitled vouches for it.
    PageUnproven,
    /// The slip was read from a picture: it is to be compared with the paper.
    ReadFromPicture,
    /// The annex is the one that the record names, and counts what it counts.
    AnnexGood {
        /// Files in it.
        files: u64,
    },
    /// The annex is not the one that the record names: changed, or of another record.
    AnnexDiffers {
        /// 証明書番号 of the record.
        number: String,
    },
    /// The record names no annex.
    AnnexUnnamed,
    /// The signed annex is not in its form.
    AnnexMalformed {
        /// Where it departs from the form.
        detail: String,
    },
    /// The signed annex has other files, sizes or names than the record counts.
    AnnexUnfit,
    /// There is no record that could be believed to name an annex.
    AnnexNotCompared,
    /// It is a resume state: no certificate, whoever signed it.
    NoCertificate,
    /// A specimen.
    Specimen {
        /// It may stand here (a demonstration's own folder).
        allowed: bool,
    },
}

impl Check {
    /// What it means for the whole.
    #[must_use]
    pub const fn result(&self) -> CheckResult {
        match self {
            Self::ExactForm
            | Self::RosterPinned { .. }
            | Self::Signature { .. }
            | Self::SlipGood
            | Self::PageBound
            | Self::PrintSigned { .. }
            | Self::TemplateBuiltIn
            | Self::TemplateAdmitted
            | Self::PageRedrawn
            | Self::FactsFit
            | Self::AnnexGood { .. }
            | Self::Consistent => CheckResult::Passed,
            Self::Entitlement { standing, .. } if standing.counts() => CheckResult::Passed,
            Self::RosterOutdated { .. }
            | Self::Unattended { .. }
            | Self::WitnessOnPaper { .. }
            | Self::NoWitness { .. }
            | Self::SlipMissing
            | Self::PrintUnsigned
            | Self::RosterAttached { .. }
            | Self::PageNotRedrawn
            | Self::ReadFromPicture
            | Self::Specimen { allowed: true } => CheckResult::Notice,
            Self::RosterUnpinned
            | Self::RosterAbsent
            | Self::UnknownKey { .. }
            | Self::NothingVerified
            | Self::Pending { .. }
            | Self::Entitlement { .. }
            | Self::SamePerson { .. }
            | Self::NamedOtherwise { .. }
            | Self::NothingAttached
            | Self::PrinterNotEntitled { .. }
            | Self::TemplateUnknown { .. }
            | Self::PageUnproven
            | Self::AnnexNotCompared
            | Self::NoCertificate
            | Self::Specimen { allowed: false } => CheckResult::NotEnough,
            Self::BadSignature { .. }
            | Self::BadPayload { .. }
            | Self::NotNamed { .. }
            | Self::Inconsistent { .. }
            | Self::FactsDiffer { .. }
            | Self::PageUnbound { .. }
            | Self::PageRedrawnOtherwise
            | Self::AnnexDiffers { .. }
            | Self::AnnexUnnamed
            | Self::AnnexMalformed { .. }
            | Self::AnnexUnfit
            | Self::SlipBad => CheckResult::False,
        }
    }

    /// The stable code of this check.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ExactForm => "CHK-EXACT-FORM",
            Self::RosterPinned { .. } => "CHK-ROSTER-PINNED",
            Self::RosterUnpinned => "CHK-ROSTER-UNPINNED",
            Self::RosterAbsent => "CHK-ROSTER-ABSENT",
            Self::RosterOutdated { .. } => "CHK-ROSTER-OUTDATED",
            Self::Signature { .. } => "CHK-SIGNATURE",
            Self::BadSignature { .. } => "CHK-BAD-SIGNATURE",
            Self::UnknownKey { .. } => "CHK-UNKNOWN-KEY",
            Self::NothingVerified => "CHK-NOTHING-VERIFIED",
            Self::BadPayload { .. } => "CHK-BAD-PAYLOAD",
            Self::NotNamed { .. } => "CHK-NOT-NAMED",
            Self::Pending { .. } => "CHK-PENDING",
            Self::Entitlement { .. } => "CHK-ENTITLEMENT",
            Self::Unattended { .. } => "CHK-UNATTENDED",
            Self::SamePerson { .. } => "CHK-SAME-PERSON",
            Self::NamedOtherwise { .. } => "CHK-NAMED-OTHERWISE",
            Self::WitnessOnPaper { .. } => "CHK-WITNESS-ON-PAPER",
            Self::NoWitness { .. } => "CHK-NO-WITNESS",
            Self::Inconsistent { .. } => "CHK-INCONSISTENT",
            Self::Consistent => "CHK-CONSISTENT",
            Self::FactsDiffer { .. } => "CHK-FACTS-DIFFER",
            Self::FactsFit => "CHK-FACTS-FIT",
            Self::SlipGood => "CHK-SLIP",
            Self::SlipMissing => "CHK-SLIP-MISSING",
            Self::SlipBad => "CHK-SLIP-BAD",
            Self::NothingAttached => "CHK-NOTHING-ATTACHED",
            Self::PageBound => "CHK-PAGE-BOUND",
            Self::PageUnbound { .. } => "CHK-PAGE-UNBOUND",
            Self::PrintSigned { .. } => "CHK-PRINT-SIGNED",
            Self::PrintUnsigned => "CHK-PRINT-UNSIGNED",
            Self::PrinterNotEntitled { .. } => "CHK-PRINTER-NOT-ENTITLED",
            Self::RosterAttached { .. } => "CHK-ROSTER-ATTACHED",
            Self::TemplateBuiltIn => "CHK-TEMPLATE-BUILT-IN",
            Self::TemplateAdmitted => "CHK-TEMPLATE-ADMITTED",
            Self::TemplateUnknown { .. } => "CHK-TEMPLATE-UNKNOWN",
            Self::PageRedrawn => "CHK-PAGE-REDRAWN",
            Self::PageRedrawnOtherwise => "CHK-PAGE-REDRAWN-OTHERWISE",
            Self::PageNotRedrawn => "CHK-PAGE-NOT-REDRAWN",
            Self::PageUnproven => "CHK-PAGE-UNPROVEN",
            Self::ReadFromPicture => "CHK-READ-FROM-PICTURE",
            Self::AnnexGood { .. } => "CHK-ANNEX",
            Self::AnnexDiffers { .. } => "CHK-ANNEX-DIFFERS",
            Self::AnnexUnnamed => "CHK-ANNEX-UNNAMED",
            Self::AnnexMalformed { .. } => "CHK-ANNEX-MALFORMED",
            Self::AnnexUnfit => "CHK-ANNEX-UNFIT",
            Self::AnnexNotCompared => "CHK-ANNEX-NOT-COMPARED",
            Self::NoCertificate => "CHK-NO-CERTIFICATE",
            Self::Specimen { .. } => "CHK-SPECIMEN",
        }
    }
}
