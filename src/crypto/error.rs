//! What can go wrong with keys, ciphertexts and signatures.

use thiserror::Error;

/// A failure of the crypto room. None carries a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CryptoError {
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness")]
    NoRandomness,
    /// Bytes that should be a public key are none.
    #[error("not a valid public key")]
    InvalidPublicKey,
    /// Bytes that should be a secret key are none.
    #[error("not a valid secret key")]
    InvalidSecretKey,
    /// A signature does not verify.
    #[error("the signature does not verify")]
    BadSignature,
    /// A ciphertext was changed, or the key is another.
    #[error("the ciphertext does not authenticate")]
    NotAuthentic,
    /// The header of an encrypted body is none, or one of other parameters than ours.
    #[error("the header of the encrypted body has other parameters")]
    FloeParameters,
    /// The tag in the header of an encrypted body, which commits to its key, is another.
    #[error("the header of the encrypted body does not commit to this key")]
    Commitment,
    /// A segment of an encrypted body has a length, number or prefix that it cannot have there.
    #[error("not a segment of the encrypted body at this place")]
    FloeSegment,
    /// Argon2 parameters outside the bounds that this program accepts.
    #[error("argon2 parameters out of bounds: t={passes} m={memory_kib} KiB p={lanes}")]
    Argon2OutOfBounds {
        /// Passes.
        passes: u32,
        /// Memory in KiB.
        memory_kib: u32,
        /// Lanes.
        lanes: u32,
    },
    /// Argon2 could not get its memory.
    #[error("argon2 could not run")]
    Argon2Failed,
    /// A secret or a plaintext longer than its bound.
    #[error("longer than {bound} bytes")]
    TooLong {
        /// The bound in bytes.
        bound: usize,
    },
    /// A group of a generated passphrase does not fit its check sign.
    #[error("group {group} of the passphrase is mistyped")]
    WrongGroup {
        /// Which, from 1.
        group: u8,
    },
    /// A group of a generated passphrase has a sign that no generated passphrase has.
    #[error("group {group} of the passphrase has a sign that does not occur in it")]
    NotASign {
        /// Which, from 1.
        group: u8,
    },
    /// The key encapsulation mechanism is not one of ours.
    #[error("unknown key encapsulation mechanism {id:#06x}")]
    UnknownKem {
        /// Its number in the HPKE registry.
        id: u16,
    },
}

impl CryptoError {
    /// The stable code of this failure.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoRandomness => "CRY-NO-RANDOMNESS",
            Self::InvalidPublicKey => "CRY-PUBLIC-KEY",
            Self::InvalidSecretKey => "CRY-SECRET-KEY",
            Self::BadSignature => "CRY-BAD-SIGNATURE",
            Self::NotAuthentic => "CRY-NOT-AUTHENTIC",
            Self::FloeParameters => "CRY-FLOE-PARAMETERS",
            Self::Commitment => "CRY-COMMITMENT",
            Self::FloeSegment => "CRY-FLOE-SEGMENT",
            Self::Argon2OutOfBounds { .. } => "CRY-ARGON2-BOUNDS",
            Self::Argon2Failed => "CRY-ARGON2-FAILED",
            Self::TooLong { .. } => "CRY-TOO-LONG",
            Self::WrongGroup { .. } => "CRY-PASSPHRASE-GROUP",
            Self::NotASign { .. } => "CRY-PASSPHRASE-SIGN",
            Self::UnknownKem { .. } => "CRY-UNKNOWN-KEM",
        }
    }
}
