//! Why there is nothing that a drive could be compared with: beside what every job may refuse.

use std::path::PathBuf;

use thiserror::Error;

use crate::records::CertificateNumber;

/// One reason for a refusal that only a recheck has.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RecheckRefusal {
    /// The file is no erasure record and holds none.
    #[error("{path} holds no erasure record")]
    NoErasureRecord {
        /// The file.
        path: PathBuf,
    },
    /// The file holds several records.
    #[error("{path} holds {count} erasure records")]
    SeveralRecords {
        /// The file.
        path: PathBuf,
        /// How many.
        count: u64,
    },
    /// The last pass of the method was not written to its end and flushed.
    #[error("the last pass of {number} was not completed and flushed")]
    LastPassIncomplete {
        /// The record's number.
        number: CertificateNumber,
    },
    /// More places could not be written than the record lists.
    #[error("{number} does not list every place that could not be written")]
    PlacesUnlisted {
        /// The record's number.
        number: CertificateNumber,
    },
    /// The record names a pattern that this program cannot make.
    #[error("the pattern of {number} cannot be made")]
    UnknownPattern {
        /// The record's number.
        number: CertificateNumber,
    },
}

impl RecheckRefusal {
    /// The stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoErasureRecord { .. } => "RCH-NO-ERASURE-RECORD",
            Self::SeveralRecords { .. } => "RCH-SEVERAL-RECORDS",
            Self::LastPassIncomplete { .. } => "RCH-LAST-PASS-INCOMPLETE",
            Self::PlacesUnlisted { .. } => "RCH-PLACES-UNLISTED",
            Self::UnknownPattern { .. } => "RCH-UNKNOWN-PATTERN",
        }
    }
}
