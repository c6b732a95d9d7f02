//! The single checks that verifying a record leaves, and what each means for the whole.

use crate::crypto::Fingerprint;
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
    /// The slip beside the record is its slip, signed by the same people.
    SlipGood,
    /// There is no slip beside the record.
    SlipMissing,
    /// The slip beside the record is another, or is not signed as the record is.
    SlipBad,
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
            | Self::Consistent => CheckResult::Passed,
            Self::Entitlement { standing, .. } if standing.counts() => CheckResult::Passed,
            Self::RosterOutdated { .. }
            | Self::Unattended { .. }
            | Self::WitnessOnPaper { .. }
            | Self::NoWitness { .. }
            | Self::SlipMissing
            | Self::Specimen { allowed: true } => CheckResult::Notice,
            Self::RosterUnpinned
            | Self::RosterAbsent
            | Self::UnknownKey { .. }
            | Self::NothingVerified
            | Self::Pending { .. }
            | Self::Entitlement { .. }
            | Self::SamePerson { .. }
            | Self::NamedOtherwise { .. }
            | Self::Specimen { allowed: false } => CheckResult::NotEnough,
            Self::BadSignature { .. }
            | Self::BadPayload { .. }
            | Self::NotNamed { .. }
            | Self::Inconsistent { .. }
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
            Self::SlipGood => "CHK-SLIP",
            Self::SlipMissing => "CHK-SLIP-MISSING",
            Self::SlipBad => "CHK-SLIP-BAD",
            Self::Specimen { .. } => "CHK-SPECIMEN",
        }
    }
}
