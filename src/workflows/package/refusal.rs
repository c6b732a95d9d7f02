//! Why a delivery is not made, or a package not opened: beside what every job may refuse.

use std::path::PathBuf;

use thiserror::Error;

use crate::sealing::PathProblem;
use crate::units::ByteCount;

/// One reason for a refusal that only deliveries have.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PackageRefusal {
    /// A file or folder cannot be read.
    #[error("{path}: {reason}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Neither file nor folder nor link: a device, a pipe, a socket.
    #[error("{path} is neither file nor folder")]
    Special {
        /// Which.
        path: PathBuf,
    },
    /// A path that may not stand in a package.
    #[error("{path}: {problem}")]
    Path {
        /// Which.
        path: PathBuf,
        /// Why.
        problem: PathProblem,
    },
    /// There is nothing to seal.
    #[error("nothing to seal")]
    Nothing,
    /// What is to be sealed lies in the folder that is written to.
    #[error("{path} lies where the package is written")]
    InputOnOutput {
        /// The input.
        path: PathBuf,
    },
    /// The medium holds other files already.
    #[error("{path} holds {count} other files")]
    OtherFiles {
        /// The folder.
        path: PathBuf,
        /// How many entries.
        count: u64,
    },
    /// A recipient is neither on the roster nor a public file.
    #[error("no recipient {name}")]
    NoRecipient {
        /// As it was typed.
        name: String,
    },
    /// A recipient's name means several things.
    #[error("{name} is an id, a group or a file")]
    Ambiguous {
        /// As it was typed.
        name: String,
    },
    /// A group in which nobody can receive now.
    #[error("nobody in {group} can receive")]
    EmptyGroup {
        /// The group.
        group: String,
    },
    /// Nobody is left to open the package, or too many.
    #[error("{count} recipients")]
    RecipientCount {
        /// How many.
        count: usize,
    },
    /// This classification may not be sealed under a passphrase.
    #[error("no passphrase for classification {classification}")]
    PassphraseNotAllowed {
        /// The classification.
        classification: String,
    },
    /// The notice of the passphrase would travel with the package.
    #[error("the notice would lie on the delivery medium")]
    NoticeOnMedium {
        /// Where it was to go.
        path: PathBuf,
    },
    /// The file system does not take a file as large as that.
    #[error("a file of more than {bound} bytes does not fit the file system")]
    FileTooLarge {
        /// What it takes.
        bound: ByteCount,
    },
    /// The permit ended before today.
    #[error("the permit ended on {until}")]
    PermitEnded {
        /// Its last day.
        until: String,
    },
    /// A volume of the package is missing or has another length than the record says.
    #[error("{name}: volume missing or of another length")]
    Volume {
        /// Its name.
        name: String,
    },
    /// There is no delivery record beside the package, or it does not hold.
    #[error("no delivery record that holds: {path}")]
    NoRecord {
        /// Where it should be.
        path: PathBuf,
    },
    /// A link stands where a folder of the package would be made.
    #[error("{path} is a link")]
    LinkInTheWay {
        /// The link.
        path: PathBuf,
    },
    /// Nothing in the package has that path.
    #[error("nothing in the package is called {path}")]
    NoSuchEntry {
        /// The path.
        path: String,
    },
    /// Standard input is gone when it has been scanned.
    #[error("standard input cannot be scanned")]
    ScanStandardInput,
    /// The name for the package's files cannot be used.
    #[error("not a name for files: {name}")]
    BadName {
        /// The name.
        name: String,
    },
}

impl PackageRefusal {
    /// The stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "DLV-UNREADABLE",
            Self::Special { .. } => "DLV-SPECIAL-FILE",
            Self::Path { .. } => "DLV-PATH",
            Self::Nothing => "DLV-NOTHING",
            Self::InputOnOutput { .. } => "DLV-INPUT-ON-OUTPUT",
            Self::OtherFiles { .. } => "DLV-OTHER-FILES",
            Self::NoRecipient { .. } => "DLV-NO-RECIPIENT",
            Self::Ambiguous { .. } => "DLV-AMBIGUOUS",
            Self::EmptyGroup { .. } => "DLV-EMPTY-GROUP",
            Self::RecipientCount { .. } => "DLV-RECIPIENT-COUNT",
            Self::PassphraseNotAllowed { .. } => "DLV-PASSPHRASE-NOT-ALLOWED",
            Self::NoticeOnMedium { .. } => "DLV-NOTICE-ON-MEDIUM",
            Self::FileTooLarge { .. } => "DLV-FILE-TOO-LARGE",
            Self::PermitEnded { .. } => "DLV-PERMIT-ENDED",
            Self::Volume { .. } => "DLV-VOLUME",
            Self::NoRecord { .. } => "DLV-NO-RECORD",
            Self::LinkInTheWay { .. } => "DLV-LINK-IN-THE-WAY",
            Self::NoSuchEntry { .. } => "DLV-NO-SUCH-ENTRY",
            Self::BadName { .. } => "DLV-BAD-NAME",
            Self::ScanStandardInput => "DLV-SCAN-STANDARD-INPUT",
        }
    }
}
