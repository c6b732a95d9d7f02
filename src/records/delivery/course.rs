//! The medium, what was read back from it, and the virus scan.

use serde::{Deserialize, Serialize};

use crate::crypto::Digest;
use crate::records::{Fact, SerialNumber};
use crate::units::{ByteCount, Timestamp};

/// 媒体: what the volumes were written to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryMedium {
    /// 媒体番号, as given.
    pub number: Option<String>,
    /// The file system, by the system's name for it.
    pub filesystem: Fact<String>,
    /// Model.
    pub model: Fact<String>,
    /// Serial number, and where it was read.
    pub serial: Fact<SerialNumber>,
    /// Capacity in bytes.
    pub capacity: Fact<ByteCount>,
    /// `nvme`, `ata`, `scsi`, `usb`, `mmc`, `virtio`, `none`, `unknown`.
    pub transport: Fact<String>,
    /// None for real hardware; otherwise what it is instead.
    pub virtual_kind: Option<String>,
}

/// What a read-back reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "path", deny_unknown_fields)]
pub enum DeliveryReadPath {
    /// The medium, past the page cache.
    Medium,
    /// Memory is the medium.
    Memory,
    /// A file system that does not show what lies behind it.
    Through {
        /// The system's name for it.
        filesystem: String,
    },
}

/// 読み返し.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state", deny_unknown_fields)]
pub enum DeliveryReadBack {
    /// It was not asked for.
    NotAsked,
    /// Every volume was read and compared.
    Done {
        /// What the read reached.
        read: DeliveryReadPath,
        /// Bytes read and compared.
        compared: ByteCount,
        /// All of them were what was written.
        equal: bool,
    },
}

impl DeliveryReadBack {
    /// Whether it was done and everything was equal.
    #[must_use]
    pub const fn is_equal(&self) -> bool {
        matches!(self, Self::Done { equal: true, .. })
    }
}

/// ウイルス検査.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state", deny_unknown_fields)]
pub enum Scan {
    /// Nobody looked.
    NotDone,
    /// The files were scanned before they were sealed, and nothing was found.
    Done {
        /// The scanner, with its version.
        engine: String,
        /// Version of its signatures 定義ファイル.
        signatures: String,
        /// Their date.
        signatures_at: Timestamp,
        /// When the scan ended.
        at: Timestamp,
        /// Files scanned.
        files: u64,
        /// Bytes scanned.
        bytes: ByteCount,
    },
    /// The sender gave the record of a scan made elsewhere.
    Declared {
        /// SHA-256 of the file that was given.
        digest: Digest,
        /// When it was given.
        at: Timestamp,
    },
}
