//! The only room that names cryptographic algorithms.
//!
//! Everything official rests on the CRYPTREC e-Government list: AES-256-GCM (SP 800-38D), SHA-256
//! (FIPS 180-4), Ed25519 (RFC 8032), ECDH on P-256 and ML-KEM-768 inside HPKE (RFC 9180). Argon2id
//! (RFC 9106) stretches passphrases; no list has a password KDF.
//!
//! May touch the operating system's randomness and key bytes handed to it. Names no path.

mod aead;
mod blake3;
mod error;
mod floe;
mod hash;
mod kdf;
mod keys;
mod keystream;
mod passphrase;
mod random;
mod secret;
mod signature;

pub use aead::{NONCE_BYTES, TAG_BYTES, open, seal};
pub use blake3::{Blake3, Blake3Hasher};
pub use error::CryptoError;
pub use floe::{FLOE_HEADER_BYTES, FLOE_OVERHEAD, Floe, FloeParams};
pub use hash::{Digest, Hasher};
pub use kdf::{Argon2Params, PassphraseKeys, SALT_BYTES};
pub use keys::{Fingerprint, KemId, RecipientPublic, RecipientSecret};
pub use keystream::Keystream;
pub use passphrase::{Passphrase, Weakness};
pub use random::random;
pub use secret::{Secret, SecretText};
pub use signature::{PublicKey, Signature, SigningKey};
