//! Failures of keys, ciphertexts and signatures.

use keshiin::crypto::CryptoError;

use super::words::unknown;
use crate::cli::i18n::Message;

/// The message of a failure of the crypto room.
pub(crate) fn explain_crypto(error: &CryptoError) -> Message {
    let message = Message::new(error.code());
    match error {
        CryptoError::NoRandomness
        | CryptoError::InvalidPublicKey
        | CryptoError::InvalidSecretKey
        | CryptoError::BadSignature
        | CryptoError::NotAuthentic
        | CryptoError::FloeParameters
        | CryptoError::Commitment
        | CryptoError::FloeSegment
        | CryptoError::Argon2Failed => message,
        CryptoError::Argon2OutOfBounds {
            passes,
            memory_kib,
            lanes,
        } => message
            .number("passes", u64::from(*passes))
            .number("memory", u64::from(*memory_kib))
            .number("lanes", u64::from(*lanes)),
        CryptoError::TooLong { bound } => message.number("bound", *bound as u64),
        CryptoError::WrongGroup { group } | CryptoError::NotASign { group } => {
            message.number("group", u64::from(*group))
        }
        CryptoError::UnknownKem { id } => message.text("id", format!("{id:#06x}")),
        _ => unknown(error.code(), error),
    }
}
