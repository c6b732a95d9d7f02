//! The sealed package (`docs/spec/package.md`): its id, its volumes, the delivery that it was made from.

use std::fmt;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use crate::crypto::{Blake3, Digest};
use crate::records::CertificateNumber;
use crate::units::ByteCount;

/// Most volumes of a package.
pub const MOST_VOLUMES: usize = 999;

/// The 16 random bytes that name a package. Written as 32 lowercase hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PackageId([u8; 16]);

impl PackageId {
    /// The id that these bytes are.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its 16 bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Reads 32 lowercase hexadecimal digits and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = HEXLOWER.decode(text.as_bytes()).ok()?;
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for PackageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for PackageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PackageId({self})")
    }
}

impl Serialize for PackageId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PackageId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not 32 lowercase hexadecimal digits"))
    }
}

/// The form of the package's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Container {
    /// `docs/spec/package.md`, version 1.
    #[serde(rename = "keshiin-package/1")]
    Package1,
}

impl Container {
    /// Its name in payloads and in the first line of a package.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Package1 => "keshiin-package/1",
        }
    }
}

/// One file of the package as it lies on the medium.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Volume {
    /// Last component of its path: `….keshiin`, or `….keshiin.001` and so on.
    pub name: String,
    /// Its length in bytes.
    pub size: ByteCount,
    /// BLAKE3 of what was written.
    pub blake3: Blake3,
    /// SHA-256 of what was read back; none exactly where nothing was read back.
    pub sha256: Option<Digest>,
}

/// The delivery whose package was given other recipients.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreviousDelivery {
    /// Its 送付番号.
    pub number: CertificateNumber,
    /// Its 照合値.
    pub digest: Digest,
}

/// 電磁的記録: the package, and what it holds in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Its id, the same in the package itself.
    pub id: PackageId,
    /// The form of its bytes.
    pub container: Container,
    /// Length of all volumes together in bytes.
    pub length: ByteCount,
    /// Files inside.
    pub files: u64,
    /// Bytes of these files.
    pub bytes: ByteCount,
    /// Symbolic links that were not followed and are not inside.
    pub links_left_out: u64,
    /// SHA-256 of the manifest, which begins with 32 random bytes of salt.
    pub manifest: Digest,
    /// Its volumes in order, 1 to 999.
    pub volumes: Vec<Volume>,
    /// The delivery that it was made from, where only its recipients were changed.
    pub previous: Option<PreviousDelivery>,
}
