//! The only room that names cryptographic algorithms.
//!
//! Everything official rests on the CRYPTREC e-Government list: AES-256-GCM (SP 800-38D), SHA-256 and SHA-384
//! (FIPS 180-4), HMAC (FIPS 198-1) and HKDF (RFC 5869) over them, Ed25519 (RFC 8032), ECDH on P-256 and
//! ML-KEM-768 inside HPKE (RFC 9180). FLOE (c2sp.org/FLOE) puts AES-256-GCM and HKDF together for what is long.
//! Argon2id (RFC 9106) stretches passphrases; no list has a password KDF. BLAKE3 is a fast digest beside
//! SHA-256 and carries no official claim alone.
//!
//! May touch the operating system's randomness and key bytes handed to it. Names no path.

mod aead;
mod blake3;
mod block_key;
mod error;
mod floe;
mod hash;
mod kdf;
mod keys;
mod keystream;
mod mac;
mod passphrase;
mod random;
mod secret;
mod signature;
mod spoken;
mod wrap;

pub use self::blake3::{Blake3, Blake3Hasher};
pub use aead::{NONCE_BYTES, TAG_BYTES, open, seal};
pub use block_key::{BlockKey, BlockPrint};
pub use error::CryptoError;
pub use floe::{FLOE_HEADER_BYTES, FLOE_OVERHEAD, Floe, FloeParams};
pub use hash::{Digest, Hasher};
pub use kdf::{Argon2Params, PassphraseKeys, SALT_BYTES};
pub use keys::{Fingerprint, KemId, RecipientPublic, RecipientSecret};
pub use keystream::Keystream;
pub use mac::{hkdf_expand_sha256, hmac_matches, hmac_sha256};
pub use passphrase::{Passphrase, Weakness};
pub use random::random;
pub use secret::{Secret, SecretText};
pub use signature::{PublicKey, Signature, SigningKey};
pub use spoken::SpokenPassphrase;
#[cfg(any(test, feature = "regenerate-vectors"))]
pub use wrap::wrap_key_with_seed;
pub use wrap::{unwrap_key, wrap_key};
