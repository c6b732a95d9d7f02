//! Why a job was not done.

use std::path::PathBuf;

use thiserror::Error;

use crate::crypto::CryptoError;
use crate::erasure::ErasureError;
use crate::ledger::LedgerError;
use crate::policy::PolicyError;
use crate::records::{Check, RecordError};
use crate::rendering::RenderError;
use crate::sealing::SealingError;
use crate::units::ByteCount;

use super::{DeskRefusal, Exit, Refusal, ScanTrouble, VolumeFinding};

/// Why a job was not done, or not to its end.
#[derive(Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WorkflowError {
    /// The command line asks for something that does not exist.
    #[error("wrong usage")]
    Usage(Vec<UsageFault>),
    /// Nothing was written or changed; every reason.
    #[error("refused")]
    Refused(Vec<Refusal>),
    /// A passphrase does not open its key file.
    #[error("wrong passphrase for {id}")]
    WrongPassphrase {
        /// Whose key.
        id: String,
    },
    /// A file is not what it should be.
    #[error("{path}: {error}")]
    False {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: RecordError,
    },
    /// The ledger is damaged, or cannot be read or written.
    #[error("ledger: {error}")]
    Ledger {
        /// The ledger.
        path: PathBuf,
        /// What is wrong with it.
        error: LedgerError,
    },
    /// A paper could not be made.
    #[error(transparent)]
    Paper(RenderError),
    /// Somebody asked to stop while a virus scan ran; nothing was written.
    #[error("the scan was stopped")]
    ScanStopped,
    /// A package could not be made, read or opened.
    #[error("{path}: {error}")]
    Package {
        /// The package, or where it was to be.
        path: PathBuf,
        /// What is wrong with it.
        error: SealingError,
    },
    /// A package is not opened: its delivery record does not hold, or there is none.
    #[error("{path}: no delivery record that holds")]
    NotBelieved {
        /// The record, or where it should be.
        path: PathBuf,
        /// What was looked at in it; nothing where there is none.
        checks: Vec<Check>,
        /// The volumes beside it.
        volumes: Vec<VolumeFinding>,
        /// How false it is.
        exit: Exit,
    },
    /// A file could not be read or written.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// A cryptographic operation could not be done at all.
    #[error(transparent)]
    Crypto(CryptoError),
    /// Something that the program itself guarantees does not hold.
    #[error("internal fault: {what}")]
    Internal {
        /// What.
        what: &'static str,
    },
}

/// One mistake in what was asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UsageFault {
    /// A method or verification mode that does not exist.
    #[error(transparent)]
    Erasure(#[from] ErasureError),
    /// A purpose, classification, level or policy that does not exist.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A value of an option is not one of those it takes.
    #[error("{option}: {value}")]
    Value {
        /// The option.
        option: &'static str,
        /// What was given.
        value: String,
    },
    /// A value of an option is neither of the two words that it takes.
    #[error("{option}: {value}")]
    OneOf {
        /// The option.
        option: &'static str,
        /// What was given.
        value: String,
        /// What it takes.
        words: [&'static str; 2],
    },
    /// A value of an option is no rate, or too low a one.
    #[error("{option}: {value}")]
    Rate {
        /// The option.
        option: &'static str,
        /// What was given.
        value: String,
        /// The lowest that it takes, a second.
        least: ByteCount,
    },
    /// A value of an option is no stretch of time, too short or too long.
    #[error("{option}: {value}")]
    Stretch {
        /// The option.
        option: &'static str,
        /// What was given.
        value: String,
    },
    /// An option makes sense with one device only.
    #[error("{option} with several devices")]
    OneDeviceOnly {
        /// The option.
        option: &'static str,
    },
    /// An option makes sense with one record only.
    #[error("{option} with several files")]
    OneRecordOnly {
        /// The option.
        option: &'static str,
    },
    /// The same device or file twice.
    #[error("{path} is named twice")]
    NamedTwice {
        /// The device or file.
        path: PathBuf,
    },
    /// `--yes` for more files than it may stand for.
    #[error("more than {most} files with --yes")]
    TooManyForYes {
        /// The bound.
        most: usize,
    },
    /// More records than one paper takes.
    #[error("more than {bound} records")]
    TooMany {
        /// How many it takes.
        bound: usize,
    },
}
impl WorkflowError {
    /// The exit code that belongs to it.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::Refused(_) => Exit::Refused,
            Self::WrongPassphrase { .. } => Exit::WrongKey,
            Self::False { .. } => Exit::False,
            Self::Ledger { error, .. } if is_false(error) => Exit::False,
            Self::Package { error, .. } => exit_of_package(error),
            Self::Crypto(CryptoError::WrongGroup { .. } | CryptoError::NotASign { .. }) => Exit::WrongKey,
            Self::NotBelieved { exit, .. } => *exit,
            Self::ScanStopped => Exit::Interrupted,
            Self::Ledger { .. }
            | Self::Paper(_)
            | Self::File { .. }
            | Self::Crypto(_)
            | Self::Internal { .. } => Exit::Fault,
        }
    }

    /// The stable code of this failure; lists have the code of their first entry.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Usage(faults) => faults.first().map_or("JOB-USAGE", UsageFault::code),
            Self::Refused(refusals) => refusals.first().map_or("JOB-REFUSED", Refusal::code),
            Self::WrongPassphrase { .. } => "REC-WRONG-PASSPHRASE",
            Self::False { error, .. } => error.code(),
            Self::Ledger { error, .. } => error.code(),
            Self::Paper(error) => error.code(),
            Self::Package { error, .. } => error.code(),
            Self::NotBelieved { .. } => "DLV-NOT-BELIEVED",
            Self::ScanStopped => ScanTrouble::Stopped.code(),
            Self::File { .. } => "JOB-FILE",
            Self::Crypto(error) => error.code(),
            Self::Internal { .. } => "JOB-INTERNAL",
        }
    }
}

/// What of a package is false, whose key is missing, and what the system does not do.
const fn exit_of_package(error: &SealingError) -> Exit {
    match error {
        SealingError::NotForThisKey | SealingError::WrongPassphrase | SealingError::OtherKeyWanted { .. } => {
            Exit::WrongKey
        }
        SealingError::Stopped => Exit::Interrupted,
        SealingError::ReadBackDiffers { .. } => Exit::False,
        error if error.layer().is_some() => Exit::False,
        // Nothing was delivered: whoever has the file must look at it again.
        SealingError::Changed { .. }
        | SealingError::Input { .. }
        | SealingError::TooManyVolumes { .. }
        | SealingError::TooMuch { .. } => Exit::Refused,
        _ => Exit::Fault,
    }
}

/// Whether a ledger, checkpoint or export was looked at and found wrong; anything else is a fault.
const fn is_false(error: &LedgerError) -> bool {
    matches!(
        error,
        LedgerError::NotALedger { .. }
            | LedgerError::Damaged { .. }
            | LedgerError::LeafMalformed
            | LedgerError::ProofInvalid
            | LedgerError::CheckpointMalformed { .. }
            | LedgerError::SignatureInvalid { .. }
            | LedgerError::OtherLedger
            | LedgerError::ExportMalformed { .. }
            | LedgerError::ExportChanged
            | LedgerError::ExportLeaf { .. }
            | LedgerError::ExportHead
            | LedgerError::ExportCheckpoint
            | LedgerError::ExportEnvelope { .. }
    )
}

impl UsageFault {
    /// The stable code of this mistake.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Erasure(error) => error.code(),
            Self::Policy(error) => error.code(),
            Self::Value { .. } => "JOB-VALUE",
            Self::OneOf { .. } => "JOB-ONE-OF",
            Self::Rate { .. } => "JOB-RATE",
            Self::Stretch { .. } => "JOB-STRETCH",
            Self::OneDeviceOnly { .. } => "JOB-ONE-DEVICE-ONLY",
            Self::OneRecordOnly { .. } => "JOB-ONE-RECORD-ONLY",
            Self::NamedTwice { .. } => "JOB-NAMED-TWICE",
            Self::TooManyForYes { .. } => "JOB-TOO-MANY-FOR-YES",
            Self::TooMany { .. } => "JOB-TOO-MANY",
        }
    }
}

impl WorkflowError {
    /// What a person wrote may not stand on a record; a failing system is told as such.
    pub(super) fn refusing(error: RecordError) -> Self {
        match error {
            RecordError::Crypto(error) => Self::Crypto(error),
            error => Refusal::Text(error).into(),
        }
    }

    /// `what` cannot fail for what people did; a failing system is told as such.
    pub(super) fn internal(what: &'static str, error: &RecordError) -> Self {
        match error {
            RecordError::Crypto(error) => Self::Crypto(*error),
            _ => Self::Internal { what },
        }
    }
}

impl From<CryptoError> for WorkflowError {
    fn from(error: CryptoError) -> Self {
        Self::Crypto(error)
    }
}

impl From<Refusal> for WorkflowError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(vec![refusal])
    }
}

impl From<DeskRefusal> for WorkflowError {
    fn from(refusal: DeskRefusal) -> Self {
        Self::Refused(vec![Refusal::Desk(refusal)])
    }
}
