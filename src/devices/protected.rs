//! What a run needs and therefore must not destroy.
//!
//! Plain values that `workflows` fills in; [`super::guard`] holds them against the target.

use std::path::PathBuf;

/// What a protected path is to the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProtectedKind {
    /// The running program.
    Program,
    /// An identity file.
    Key,
    /// The ledger.
    Ledger,
    /// The roster.
    Roster,
    /// An approval.
    Approval,
    /// A resume state.
    ResumeState,
    /// The folder that records and papers go to.
    Output,
    /// A record, its slip or its paper.
    Record,
    /// The program's home.
    Home,
    /// Anything else that the caller names.
    Other,
}

impl ProtectedKind {
    /// Its name in lowercase English.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::Key => "key",
            Self::Ledger => "ledger",
            Self::Roster => "roster",
            Self::Approval => "approval",
            Self::ResumeState => "resume state",
            Self::Output => "output folder",
            Self::Record => "record",
            Self::Home => "home",
            Self::Other => "path",
        }
    }
}

/// A path that must outlive the erasure. What does not exist yet counts as its nearest existing folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protected {
    /// What it is.
    pub what: ProtectedKind,
    /// Where it is.
    pub path: PathBuf,
}
