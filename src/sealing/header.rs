//! H: whom a package is for (`docs/spec/package.md` §2), in one exact spelling.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::crypto::{CryptoError, Fingerprint, random};

use super::{SealingError, Stanza};

/// Largest H in bytes.
pub(super) const MOST_HEADER_BYTES: usize = 1 << 20;
/// Most stanzas.
pub(super) const MOST_STANZAS: usize = 64;
const SUITE: &str = "floe-aes-256-gcm";

/// What tells a package apart: 16 random bytes, 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PackageId([u8; 16]);

impl PackageId {
    /// A fresh one.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`].
    pub fn generate() -> Result<Self, CryptoError> {
        random().map(Self)
    }

    /// The id that these bytes are.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Reads 32 lowercase hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?;
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for PackageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

/// H.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    package: PackageId,
    stanzas: Vec<Stanza>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw<S> {
    package: String,
    suite: String,
    stanzas: Vec<S>,
}

impl Header {
    /// A header of these stanzas.
    ///
    /// # Errors
    /// [`SealingError::Stanza`] where there are none, too many, or some that may not stand together.
    pub fn new(package: PackageId, stanzas: Vec<Stanza>) -> Result<Self, SealingError> {
        let fault = |detail: &str| {
            Err(SealingError::Stanza {
                detail: detail.to_owned(),
            })
        };
        if stanzas.is_empty() || stanzas.len() > MOST_STANZAS {
            return fault("not 1 to 64 stanzas");
        }
        let alone = stanzas.len() == 1;
        let mut recipients: Vec<Fingerprint> = Vec::new();
        for stanza in &stanzas {
            match stanza {
                Stanza::Passphrase(_) if !alone => return fault("a passphrase stands beside other stanzas"),
                Stanza::Passphrase(_) => {}
                Stanza::Recipient(stanza) if recipients.contains(&stanza.recipient()) => {
                    return fault("two stanzas for the same recipient");
                }
                Stanza::Recipient(stanza) => recipients.push(stanza.recipient()),
            }
        }
        Ok(Self { package, stanzas })
    }

    /// The package id.
    #[must_use]
    pub const fn package(&self) -> PackageId {
        self.package
    }

    /// Whom or what it is sealed to.
    #[must_use]
    pub fn stanzas(&self) -> &[Stanza] {
        &self.stanzas
    }

    /// The fingerprints of the recipients; none with a passphrase.
    #[must_use]
    pub fn recipients(&self) -> Vec<Fingerprint> {
        let recipient = |stanza: &Stanza| match stanza {
            Stanza::Recipient(stanza) => Some(stanza.recipient()),
            Stanza::Passphrase(_) => None,
        };
        self.stanzas.iter().filter_map(recipient).collect()
    }

    /// Its bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let raw = Raw {
            package: self.package.to_string(),
            suite: SUITE.to_owned(),
            stanzas: self.stanzas.iter().map(Stanza::to_raw).collect(),
        };
        // Strings and integers: serialising cannot fail.
        serde_json::to_vec(&raw).unwrap_or_default()
    }

    /// Reads its one spelling.
    ///
    /// # Errors
    /// [`SealingError::Header`], [`SealingError::Stanza`].
    pub fn parse(bytes: &[u8]) -> Result<Self, SealingError> {
        let fault = |detail: String| SealingError::Header { detail };
        if bytes.len() > MOST_HEADER_BYTES {
            return Err(fault(format!("more than {MOST_HEADER_BYTES} bytes")));
        }
        // Stanzas one by one: what is wrong with one of them is told as a stanza's fault.
        let raw: Raw<Value> = serde_json::from_slice(bytes).map_err(|error| fault(error.to_string()))?;
        let package = PackageId::parse(&raw.package).ok_or_else(|| fault("package id".into()))?;
        if raw.suite != SUITE {
            return Err(fault("another suite".into()));
        }
        let stanzas = raw
            .stanzas
            .into_iter()
            .map(Stanza::read)
            .collect::<Result<_, _>>()?;
        let header = Self::new(package, stanzas)?;
        if header.encode() == bytes {
            Ok(header)
        } else {
            Err(fault("other bytes than its one spelling".into()))
        }
    }
}
