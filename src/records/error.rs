//! What can be wrong with a record, an identity, a roster or a contract file.

use thiserror::Error;

use crate::crypto::CryptoError;

/// A failure of the records room.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RecordError {
    /// More bytes than the format allows.
    #[error("{what} has more than {bound} bytes")]
    TooLarge {
        /// What was read.
        what: &'static str,
        /// The bound in bytes.
        bound: usize,
    },
    /// Bytes that are not in the one form the format has.
    #[error("{what} is not in its exact form: {detail}")]
    Malformed {
        /// What was read.
        what: &'static str,
        /// Where it departs from the form.
        detail: String,
    },
    /// Another kind of record than was expected.
    #[error("expected {expected}, found {found}")]
    WrongKind {
        /// The kind that was expected.
        expected: &'static str,
        /// The payload type that was found, untrusted text.
        found: String,
    },
    /// The checksum of an identity file does not match: it was damaged or cut short.
    #[error("the identity file is damaged")]
    IdentityDamaged,
    /// The passphrase does not open the identity file.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// A signature does not verify.
    #[error("the signature of {who} does not verify")]
    BadSignature {
        /// Whose it should be.
        who: String,
    },
    /// A text that people will read is empty, too long, or has signs that do not show.
    #[error("{field}: {problem}")]
    BadText {
        /// Which field.
        field: &'static str,
        /// What is wrong with it.
        problem: TextProblem,
    },
    /// The person is not among those the record names, or not in that role.
    #[error("this record does not name {id} as {role}")]
    NotNamed {
        /// The person.
        id: String,
        /// The role asked for.
        role: &'static str,
    },
    /// The person has signed already.
    #[error("{id} has signed already")]
    AlreadySigned {
        /// The person.
        id: String,
    },
    /// The same person twice in one roster with different keys.
    #[error("{id} is on the roster with other keys; revoke those first")]
    KeysDiffer {
        /// The person.
        id: String,
    },
    /// Nobody of that name on the roster.
    #[error("{id} is not on the roster")]
    NotOnRoster {
        /// The person.
        id: String,
    },
    /// The key that signs a new edition is not the issuer's.
    #[error("the roster's issuer is {issuer}, not {id}")]
    NotTheIssuer {
        /// Who issues it.
        issuer: String,
        /// Who tried.
        id: String,
    },
    /// A file that people write by hand has a mistake.
    #[error("{what}: {detail}")]
    BadContract {
        /// Which file.
        what: &'static str,
        /// What is wrong, with line and field.
        detail: String,
    },
    /// A slip that does not fit the QR code on paper.
    #[error("the code of the slip would have {characters} characters, more than {bound}")]
    CodeTooLong {
        /// How many it would have.
        characters: usize,
        /// The bound in characters.
        bound: usize,
    },
    /// A specimen among real records, or the other way round.
    #[error("specimens and real records do not mix")]
    SpecimenMixed,
    /// A failure of the crypto room.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
}

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TextProblem {
    /// Nothing there.
    #[error("empty")]
    Empty,
    /// Longer than its bound.
    #[error("longer than {bound} characters")]
    TooLong {
        /// The bound in characters.
        bound: usize,
    },
    /// Control characters, or signs that change how the text around them is shown.
    #[error("contains a control or invisible character")]
    Invisible,
    /// Not of the letters, digits and signs that an id may have.
    #[error("may have only letters a-z, digits, '-', '_' and '.'")]
    NotAnId,
}

impl RecordError {
    /// The stable code of this failure.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "REC-TOO-LARGE",
            Self::Malformed { .. } => "REC-MALFORMED",
            Self::WrongKind { .. } => "REC-WRONG-KIND",
            Self::IdentityDamaged => "REC-IDENTITY-DAMAGED",
            Self::WrongPassphrase => "REC-WRONG-PASSPHRASE",
            Self::BadSignature { .. } => "REC-BAD-SIGNATURE",
            Self::BadText { .. } => "REC-BAD-TEXT",
            Self::NotNamed { .. } => "REC-NOT-NAMED",
            Self::AlreadySigned { .. } => "REC-ALREADY-SIGNED",
            Self::KeysDiffer { .. } => "REC-KEYS-DIFFER",
            Self::NotOnRoster { .. } => "REC-NOT-ON-ROSTER",
            Self::NotTheIssuer { .. } => "REC-NOT-THE-ISSUER",
            Self::BadContract { .. } => "REC-BAD-CONTRACT",
            Self::CodeTooLong { .. } => "REC-CODE-TOO-LONG",
            Self::SpecimenMixed => "REC-SPECIMEN-MIXED",
            Self::Crypto(error) => error.code(),
        }
    }

    pub(super) fn malformed(what: &'static str, detail: impl ToString) -> Self {
        Self::Malformed {
            what,
            detail: detail.to_string(),
        }
    }
}
