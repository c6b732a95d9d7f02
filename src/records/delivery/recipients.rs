//! Who can open the package, and how it is locked.

use serde::{Deserialize, Serialize};

use crate::crypto::Fingerprint;

/// Most recipients of a package.
pub const MOST_RECIPIENTS: usize = 64;

/// How the body is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BodyCipher {
    /// FLOE (c2sp.org/FLOE) over AES-256-GCM (SP 800-38D).
    #[serde(rename = "FLOE AES-256-GCM")]
    FloeAes256Gcm,
}

impl BodyCipher {
    /// Its name in payloads.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FloeAes256Gcm => "FLOE AES-256-GCM",
        }
    }
}

/// How a passphrase becomes a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kdf {
    /// Argon2id (RFC 9106).
    Argon2id,
}

impl Kdf {
    /// Its name in payloads.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Argon2id => "argon2id",
        }
    }
}

/// The way by which the passphrase goes, apart from the medium.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeBy {
    /// 手渡し.
    Hand,
    /// 郵送.
    Post,
    /// SMS.
    Sms,
    /// 電話.
    Phone,
}

impl NoticeBy {
    /// All ways.
    pub const ALL: [Self; 4] = [Self::Hand, Self::Post, Self::Sms, Self::Phone];

    /// Its name on the command line and in payloads.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hand => "hand",
            Self::Post => "post",
            Self::Sms => "sms",
            Self::Phone => "phone",
        }
    }

    /// The way of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.name() == name)
    }
}

/// How the package opens with a passphrase. Never the passphrase, nor anything made from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassphraseUse {
    /// How it becomes a key.
    pub kdf: Kdf,
    /// Passes over the memory.
    pub t: u32,
    /// Memory in KiB.
    pub m: u32,
    /// Lanes.
    pub p: u32,
    /// The program drew it; otherwise a person chose it.
    pub generated: bool,
    /// How it is told to the recipient, where that was said.
    pub notice_by: Option<NoticeBy>,
}

/// 暗号化.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Encryption {
    /// The body's cipher.
    pub body: BodyCipher,
    /// How a passphrase opens it; none where it was sealed to people.
    pub passphrase: Option<PassphraseUse>,
}

/// 受領者: a person whose key opens the package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// The person's id.
    pub id: String,
    /// The name as typed.
    pub name: String,
    /// The organisation.
    pub organisation: String,
    /// Title or post.
    pub title: Option<String>,
    /// What names the person's keys.
    pub fingerprint: Fingerprint,
    /// The key's mechanism, by its number in the HPKE registry.
    pub kem_id: u16,
    /// Groups 受領部署 that the roster gives the person.
    pub groups: Vec<String>,
    /// The person stood on a believed roster; otherwise the key was handed over as a file.
    pub listed: bool,
    /// The group that was named, where the person is meant as one of a group.
    pub addressed_as: Option<String>,
}
