//! Why a job is refused before anything is changed: every reason there is, told at once.

use std::path::PathBuf;

use thiserror::Error;

use crate::crypto::Weakness;
use crate::devices::{Blindness, DeviceError};
use crate::ledger::LedgerError;
use crate::policy::PolicyError;
use crate::records::{RecordError, Role, Standing, TrustRefusal};
use crate::rendering::RenderError;
use crate::units::{ByteCount, Timestamp};

use super::{DeskRefusal, IdentityField, PackageRefusal, RecheckRefusal, ScanTrouble};

/// What tells that the clock is behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockWitness {
    /// The day this program was built.
    Build,
    /// The ledger's last entry.
    Ledger,
    /// The roster's date.
    Roster,
}

/// What is wrong with an output folder.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OutputProblem {
    /// It does not exist.
    Missing,
    /// It is no folder.
    NotAFolder,
    /// Nothing can be written there.
    NotWritable {
        /// What the system says.
        reason: String,
    },
    /// There is too little room.
    Full {
        /// Bytes needed.
        needed: ByteCount,
        /// Bytes free.
        available: ByteCount,
    },
    /// It could not be told how much room there is.
    RoomUntold,
}

/// One reason for a refusal.
#[derive(Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A guard of the devices room.
    #[error("{device}: {error}")]
    Device {
        /// The device as it was named.
        device: PathBuf,
        /// The guard's reason.
        error: DeviceError,
    },
    /// A guard of the devices room, about files: it names its path itself.
    #[error("{error}")]
    Files {
        /// The guard's reason.
        error: DeviceError,
    },
    /// What only deliveries refuse.
    #[error(transparent)]
    Package(#[from] PackageRefusal),
    /// What only a recheck refuses.
    #[error(transparent)]
    Recheck(#[from] RecheckRefusal),
    /// The policy.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The medium is not the one that the interrupted erasure was about.
    #[error("{device} is not the medium of the interrupted erasure: {fields:?} differ")]
    ResumeOtherMedium {
        /// The device as it was named.
        device: PathBuf,
        /// What differs.
        fields: Vec<IdentityField>,
    },
    /// The medium has no name of its own, and the method does not show that it is the same one.
    #[error("{device} has no serial number of its own: it cannot be shown to be the interrupted medium")]
    ResumeUnnamed {
        /// The device as it was named.
        device: PathBuf,
    },
    /// The policy of the interrupted erasure is not at hand, or has changed.
    #[error("the policy {id} is not the one of the interrupted erasure")]
    ResumeOtherPolicy {
        /// Its id.
        id: String,
    },
    /// The state does not fit its own plan.
    #[error("{path} does not fit the erasure that it names")]
    ResumeUnfit {
        /// The state's file.
        path: PathBuf,
    },
    /// The roster is not used.
    #[error("{path}: {error}")]
    Roster {
        /// The roster's file.
        path: PathBuf,
        /// Why.
        error: TrustRefusal,
    },
    /// Somebody is not entitled to what they are asked for.
    #[error("{id} is not entitled as {role:?}: {standing:?}")]
    NotEntitled {
        /// Who.
        id: String,
        /// As what.
        role: Role,
        /// Why.
        standing: Standing,
    },
    /// Two people who must be different are the same.
    #[error("handler and witness are the same person: {id}")]
    SamePerson {
        /// Who.
        id: String,
    },
    /// There is no roster in which somebody could be looked up.
    #[error("no roster in which {id} could be looked up")]
    NoRoster {
        /// Who was to be looked up.
        id: String,
    },
    /// No issuer is pinned on this machine.
    #[error("no issuer is pinned on this machine")]
    NoPinnedIssuer,
    /// Another issuer is pinned already.
    #[error("another issuer is pinned: {id}")]
    OtherIssuerPinned {
        /// The pinned one.
        id: String,
    },
    /// The typed fingerprint is not that of the key.
    #[error("the typed fingerprint is another")]
    FingerprintDiffers,
    /// The clock stands before something that has happened.
    #[error("the clock says {now}, before {newest}")]
    ClockBehind {
        /// What the clock says.
        now: Timestamp,
        /// What has happened already.
        newest: Timestamp,
        /// What tells it.
        witness: ClockWitness,
    },
    /// A device that is to be searched cannot be read.
    #[error("the device of {path} cannot be searched: {why:?}")]
    SearchBlind {
        /// Where the file system is mounted.
        path: PathBuf,
        /// Why.
        why: Blindness,
    },
    /// More content than a search has room for.
    #[error("{blocks} blocks are more than a search looks for ({most})")]
    SearchTooMuch {
        /// Blocks of content.
        blocks: u64,
        /// Most of one run.
        most: u64,
    },
    /// The output folder cannot be used.
    #[error("{path}: {problem:?}")]
    Output {
        /// The folder.
        path: PathBuf,
        /// Why.
        problem: OutputProblem,
    },
    /// The ledger cannot be used.
    #[error("{path}: {error}")]
    Ledger {
        /// The ledger.
        path: PathBuf,
        /// Why.
        error: LedgerError,
    },
    /// A new passphrase is too weak.
    #[error("the passphrase is too weak: {weakness:?}")]
    WeakPassphrase {
        /// Why.
        weakness: Weakness,
    },
    /// A file is there already and is never overwritten.
    #[error("{path} exists")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Nobody was there to answer, or somebody said no.
    #[error("{0:?}")]
    Desk(DeskRefusal),
    /// What was typed does not name the device or the records.
    #[error("what was typed does not confirm {what}")]
    NotConfirmed {
        /// What was to be confirmed.
        what: String,
    },
    /// No free space is left to be erased.
    #[error("{mount_point}: {free} are free, and {reserve} are to be left")]
    NoFreeSpace {
        /// Where the file system is mounted.
        mount_point: PathBuf,
        /// Bytes that are free.
        free: ByteCount,
        /// Bytes that are to be left free.
        reserve: ByteCount,
    },
    /// A record is not fit to be signed.
    #[error("{path}: {error}")]
    Record {
        /// The record.
        path: PathBuf,
        /// Why.
        error: RecordError,
    },
    /// A record that is to be signed is not genuine so far.
    #[error("{path} is not genuine")]
    NotGenuine {
        /// The record.
        path: PathBuf,
    },
    /// A record of another kind than the paper shows, or than the first record.
    #[error("{path} is no record for this paper")]
    OtherPaper {
        /// The record.
        path: PathBuf,
    },
    /// A record is on the paper already.
    #[error("{path} is a record that is on the paper already")]
    PrintedTwice {
        /// The record.
        path: PathBuf,
    },
    /// A template, or a text that cannot be printed.
    #[error("{path}: {error}")]
    Paper {
        /// The template or record.
        path: PathBuf,
        /// Why.
        error: RenderError,
    },
    /// A text has signs that the fonts of the paper lack.
    #[error("{field}: the fonts lack {signs}")]
    Glyph {
        /// Which text: an option or a field.
        field: &'static str,
        /// The signs.
        signs: String,
    },
    /// A text that may not stand on a record.
    #[error(transparent)]
    Text(RecordError),
    /// The virus scan is no pass.
    #[error(transparent)]
    Scan(ScanTrouble),
    /// A specimen where real records are made, or the other way round.
    #[error("specimens and real records do not mix")]
    SpecimenMixed,
}

impl Refusal {
    /// The stable code of this refusal.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Device { error, .. } | Self::Files { error } => error.code(),
            Self::Package(refusal) => refusal.code(),
            Self::Recheck(refusal) => refusal.code(),
            Self::Policy(error) => error.code(),
            Self::Roster { error, .. } => error.code(),
            Self::NotEntitled { .. } => "JOB-NOT-ENTITLED",
            Self::SamePerson { .. } => "JOB-SAME-PERSON",
            Self::ResumeOtherMedium { .. } => "JOB-RESUME-OTHER-MEDIUM",
            Self::ResumeUnnamed { .. } => "JOB-RESUME-UNNAMED",
            Self::ResumeOtherPolicy { .. } => "JOB-RESUME-OTHER-POLICY",
            Self::ResumeUnfit { .. } => "JOB-RESUME-UNFIT",
            Self::NoRoster { .. } => "JOB-NO-ROSTER",
            Self::NoPinnedIssuer => "JOB-NO-PINNED-ISSUER",
            Self::OtherIssuerPinned { .. } => "JOB-OTHER-ISSUER-PINNED",
            Self::FingerprintDiffers => "JOB-FINGERPRINT-DIFFERS",
            Self::ClockBehind { .. } => "JOB-CLOCK-BEHIND",
            Self::SearchBlind { .. } => "JOB-SEARCH-BLIND",
            Self::SearchTooMuch { .. } => "JOB-SEARCH-TOO-MUCH",
            Self::Output { .. } => "JOB-OUTPUT",
            Self::Ledger { error, .. } => error.code(),
            Self::WeakPassphrase { .. } => "JOB-WEAK-PASSPHRASE",
            Self::Exists { .. } => "JOB-EXISTS",
            Self::Desk(refusal) => refusal.code(),
            Self::NotConfirmed { .. } => "JOB-NOT-CONFIRMED",
            Self::NoFreeSpace { .. } => "JOB-NO-FREE-SPACE",
            Self::Record { error, .. } => error.code(),
            Self::OtherPaper { .. } => "JOB-OTHER-PAPER",
            Self::NotGenuine { .. } => "JOB-NOT-GENUINE",
            Self::PrintedTwice { .. } => "JOB-PRINTED-TWICE",
            Self::Paper { error, .. } => error.code(),
            Self::Glyph { .. } => "PRN-GLYPH",
            Self::Text(error) => error.code(),
            Self::Scan(trouble) => trouble.code(),
            Self::SpecimenMixed => "JOB-SPECIMEN-MIXED",
        }
    }
}
