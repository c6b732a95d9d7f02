//! What verifying a file came to, and the exit code that follows.

use std::path::{Path, PathBuf};

use crate::crypto::Digest;
use crate::ledger::{self, SignedCheckpoint};
use crate::records::{
    AnySlip, Check, CheckResult, DeliveryRecord, ErasureRecord, Identity, PartialRecord, RecordError,
    ResumeState, Roster, TrustRefusal, Verdict, Verified,
};
use crate::rendering::RenderError;
use crate::units::Timestamp;

use super::verify_print::PrintFound;
use super::{Exit, VolumeFinding, VolumeState};

/// What a file turned out to be, as far as it is genuine.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifySubject {
    /// An erasure record.
    Erasure(Box<Verified<ErasureRecord>>),
    /// A record of a partial erasure.
    Partial(Box<Verified<PartialRecord>>),
    /// A delivery record; the package beside it is not looked at here.
    Delivery(Box<Verified<DeliveryRecord>>),
    /// A resume state: genuine, and no certificate.
    Resume(Box<Verified<ResumeState>>),
    /// A slip by itself.
    Slip(Box<Verified<AnySlip>>),
    /// A public identity.
    Identity(Box<Identity>),
    /// A roster.
    Roster(Box<Roster>),
    /// A checkpoint of a ledger.
    Checkpoint(Box<SignedCheckpoint>),
    /// A ledger export.
    Export {
        /// Which ledger.
        ledger: String,
        /// Entries.
        size: u64,
        /// Root of its tree.
        root: Digest,
        /// Time of the last entry under its checkpoint.
        last: Option<Timestamp>,
    },
    /// A printed PDF; its records are the parts of its verification.
    Print(Box<PrintFound>),
    /// A picture with several slips; they are the parts of its verification.
    Picture,
    /// Nothing that may be shown.
    Nothing,
}

/// One file, looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The file.
    pub path: PathBuf,
    /// What it is.
    pub subject: VerifySubject,
    /// 照合値, where there is one.
    pub digest: Option<Digest>,
    /// Every check.
    pub checks: Vec<Check>,
    /// Why it could not be read as anything of ours.
    pub problem: Option<Problem>,
    /// The volumes beside a delivery record.
    pub volumes: Vec<VolumeFinding>,
    /// What is inside: the records of a printed PDF, the slips on a picture.
    pub parts: Vec<Self>,
}

/// Why a file is refused as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// A record, identity, roster or slip that is not in its form.
    Record(RecordError),
    /// A roster that is not believed.
    Trust(TrustRefusal),
    /// A checkpoint or export that is false.
    Ledger(ledger::LedgerError),
    /// A printed PDF that is not in its form, or a picture that cannot be read.
    Paper(RenderError),
    /// An annex without the record that names it: nobody signs it but through that record.
    Annex,
    /// No file of keshiin's.
    Foreign,
    /// A package without the record that says whose it is.
    NoRecord {
        /// Where it should be.
        path: PathBuf,
    },
    /// It could not be read at all.
    Unreadable {
        /// What the system says.
        reason: String,
    },
}

impl Verification {
    /// The exit code of this file, and of everything inside it.
    #[must_use]
    pub fn exit(&self) -> Exit {
        Exit::worst(std::iter::once(self.own_exit()).chain(self.parts.iter().map(Self::exit)))
    }

    /// The exit code of the file without what is inside it.
    #[must_use]
    pub fn own_exit(&self) -> Exit {
        match &self.problem {
            Some(Problem::Trust(
                TrustRefusal::Older { .. }
                | TrustRefusal::Forked { .. }
                | TrustRefusal::NotByPinnedIssuer { .. },
            )) => {
                return Exit::NotEnough;
            }
            Some(Problem::NoRecord { .. } | Problem::Annex) => return Exit::NotEnough,
            Some(Problem::Unreadable { .. } | Problem::Paper(RenderError::NoPaper)) => return Exit::Fault,
            // Paper without a code, a blurred one, a file that is too large: nothing is false by that.
            Some(Problem::Paper(
                RenderError::NoCode
                | RenderError::ForeignCode
                | RenderError::TooLarge
                | RenderError::Picture { .. },
            )) => return Exit::NotEnough,
            Some(_) => return Exit::False,
            None => {}
        }
        let volumes = exit_of_volumes(&self.volumes);
        if volumes == Exit::False {
            return volumes;
        }
        Exit::worst([volumes, self.exit_of_checks()])
    }

    fn exit_of_checks(&self) -> Exit {
        match self
            .checks
            .iter()
            .map(Check::result)
            .max()
            .unwrap_or(CheckResult::NotEnough)
        {
            CheckResult::False => Exit::False,
            CheckResult::NotEnough => Exit::NotEnough,
            CheckResult::Passed | CheckResult::Notice => self.exit_of_content(),
        }
    }

    fn exit_of_content(&self) -> Exit {
        let said = match &self.subject {
            VerifySubject::Erasure(record) => {
                Some((record.content().verdict, record.content().order.policy_met))
            }
            VerifySubject::Partial(record) => {
                Some((record.content().verdict, record.content().order.policy_met))
            }
            VerifySubject::Slip(slip) => match slip.content() {
                AnySlip::Erasure(slip) => Some((slip.verdict, slip.policy_met)),
                AnySlip::Partial(slip) => Some((slip.verdict, slip.policy_met)),
                AnySlip::Delivery(_) => None,
            },
            _ => None,
        };
        match said {
            Some((Verdict::Erased, true)) | None => Exit::Done,
            Some(_) => Exit::NotErased,
        }
    }
}

/// A record by itself says nothing about a package; a part of one that is missing or changed is damage.
fn exit_of_volumes(volumes: &[VolumeFinding]) -> Exit {
    let missing = |volume: &VolumeFinding| volume.state == VolumeState::Missing;
    if volumes.iter().all(|volume| volume.state.is_right()) {
        Exit::Done
    } else if volumes.iter().all(missing) {
        Exit::NotEnough
    } else {
        Exit::False
    }
}

pub(super) type Found = (VerifySubject, Option<Digest>, Vec<Check>, Option<Problem>);

impl Verification {
    /// A file with nothing inside it.
    pub(super) fn of(path: &Path, (subject, digest, checks, problem): Found) -> Self {
        Self {
            path: path.to_owned(),
            subject,
            digest,
            checks,
            problem,
            volumes: Vec::new(),
            parts: Vec::new(),
        }
    }
}

pub(super) fn failed(problem: Problem) -> Found {
    (VerifySubject::Nothing, None, Vec::new(), Some(problem))
}
