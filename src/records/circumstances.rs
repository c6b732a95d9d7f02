//! What records of any work share: the program, the policy, the times, the roster, the ledger, a serial
//! number and where it was read.

use serde::{Deserialize, Serialize};

use crate::crypto::Digest;
use crate::units::Timestamp;

use super::Fact;

/// The program, as it says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// `keshiin`.
    pub name: String,
    /// Version.
    pub version: String,
    /// SHA-256 of the running program file: the machine's own claim.
    pub claimed_build: Fact<Digest>,
}

/// A serial number and where it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SerialNumber {
    /// As the source gives it.
    pub text: String,
    /// `nvme`, `scsi`, `mmc`, `virtio`, `usb-bridge`.
    pub source: String,
    /// Another attached device says the same.
    pub shared: bool,
}

/// The policy that was applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRef {
    /// Its id.
    pub id: String,
    /// SHA-256 of its file.
    pub digest: Digest,
    /// The rules that applied.
    pub rules: Vec<String>,
}

/// 日時.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Times {
    /// Start.
    pub started: Timestamp,
    /// End: the instant at which entitlements are judged.
    pub ended: Timestamp,
    /// `operating-system`.
    pub clock: String,
    /// Whether the system says that its clock is kept in step.
    pub synchronised: Fact<bool>,
}

/// Whether the roster used was believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RosterState {
    /// Signed by the issuer pinned on the machine.
    Pinned,
    /// No issuer was pinned.
    Unpinned,
    /// There was none.
    Absent,
}

/// The roster that was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterRef {
    /// Believed or not.
    pub state: RosterState,
    /// Its id.
    pub id: Option<String>,
    /// Its edition.
    pub serial: Option<u64>,
    /// Its 照合値.
    pub digest: Option<Digest>,
}

/// The head of the ledger when the work was entered as begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerHead {
    /// The ledger's id.
    pub id: String,
    /// Entries.
    pub size: u64,
    /// Root of its tree.
    pub root: Digest,
}
