//! What records of any work share: the program, the policy, the times, the roster, the ledger, a serial
//! number and where it was read.

use serde::{Deserialize, Serialize};

use crate::crypto::Digest;
use crate::units::Timestamp;

use super::statement::{check_optional, check_reported};
use super::{Fact, RecordError, check_text};

/// Most rules that a policy can have.
const MOST_RULES: usize = 256;

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

impl Tool {
    /// Checks the length and signs of its texts.
    pub(super) fn check(&self) -> Result<(), RecordError> {
        check_text("tool.name", &self.name, 100)?;
        check_text("tool.version", &self.version, 100)
    }
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

impl SerialNumber {
    /// Checks the length of its texts.
    pub(super) fn check(&self) -> Result<(), RecordError> {
        check_reported("medium.serial.text", &self.text)?;
        check_reported("medium.serial.source", &self.source)
    }
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

impl PolicyRef {
    /// Checks the length and signs of its texts, and how many rules there are.
    pub(super) fn check(&self, what: &'static str) -> Result<(), RecordError> {
        check_text("policy.id", &self.id, 200)?;
        if self.rules.len() > MOST_RULES {
            return Err(RecordError::malformed(what, "too many rules"));
        }
        let mut rules = self.rules.iter();
        rules.try_for_each(|rule| check_text("policy.rules", rule, 200))
    }
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

impl Times {
    /// Checks the name of the clock.
    pub(super) fn check(&self) -> Result<(), RecordError> {
        check_text("times.clock", &self.clock, 100)
    }
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

impl RosterRef {
    /// Checks its id.
    pub(super) fn check(&self) -> Result<(), RecordError> {
        check_optional("roster.id", self.id.as_ref(), 100)
    }
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

impl LedgerHead {
    /// Checks its id.
    pub(super) fn check(&self) -> Result<(), RecordError> {
        check_text("ledger.id", &self.id, 100)
    }
}
