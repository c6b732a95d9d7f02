//! Records that lie in files with their slips, genuine so far.

use std::path::{Path, PathBuf};

use crate::records::{
    Check, CheckResult, DeliveryRecord, Envelope, ErasureRecord, Kind, MOST_RECORD_BYTES, RosterStanding,
    SlipFile, Verified, WorkRecord, verify_record,
};
use crate::rendering::Shown;
use crate::units::Timestamp;

use super::press::Item;
use super::signable::Signable;
use super::{Lent, Refusal, WorkflowError, files};

/// A record and its slip as they lie there. Nothing in them is false; whether it is enough, the checks say.
pub(super) struct Filed<T = Signable> {
    pub(super) path: PathBuf,
    pub(super) slip_path: PathBuf,
    pub(super) envelope: Envelope,
    pub(super) slip: SlipFile,
    pub(super) record: T,
    pub(super) checks: Vec<Check>,
}

/// A record of a kind that has paper.
pub(super) enum OnPaper {
    Erasure(Box<Verified<ErasureRecord>>),
    Delivery(Box<Verified<DeliveryRecord>>),
}

impl OnPaper {
    pub(super) fn shown(&self) -> Shown<'_> {
        match self {
            Self::Erasure(record) => Shown::Erasure(record),
            Self::Delivery(record) => Shown::Delivery(record),
        }
    }
}

impl Filed {
    /// What a press takes of it; none for a kind that has no paper.
    pub(super) fn item(&self) -> Option<Item<'_>> {
        Some(Item {
            record: self.record.shown()?,
            envelope: &self.envelope,
            slip: &self.slip,
        })
    }
}

impl Filed<OnPaper> {
    /// What a press takes of it.
    pub(super) fn item(&self) -> Item<'_> {
        Item {
            record: self.record.shown(),
            envelope: &self.envelope,
            slip: &self.slip,
        }
    }
}

/// Reads a record that people sign, and the slip beside it.
///
/// # Errors
/// Files that cannot be read; what is not genuine, or by nobody whom the roster knows.
pub(super) fn read(
    path: &Path,
    standing: &RosterStanding,
    now: Timestamp,
    lent: &Lent<'_>,
) -> Result<Filed, WorkflowError> {
    let files = Files::read(path)?;
    if files.envelope.kind() == Some(Kind::PartialErasure) {
        files.judged(standing, now, lent, |record| Signable::Partial(Box::new(record)))
    } else {
        files.judged(standing, now, lent, |record| Signable::Erasure(Box::new(record)))
    }
}

/// Reads a record of any kind that has paper, and the slip beside it.
///
/// # Errors
/// As for [`read`].
pub(super) fn read_any(
    path: &Path,
    standing: &RosterStanding,
    now: Timestamp,
    lent: &Lent<'_>,
) -> Result<Filed<OnPaper>, WorkflowError> {
    let files = Files::read(path)?;
    if files.envelope.kind() == Some(Kind::Delivery) {
        files.judged(standing, now, lent, |record| OnPaper::Delivery(Box::new(record)))
    } else {
        files.judged(standing, now, lent, |record| OnPaper::Erasure(Box::new(record)))
    }
}

/// A record in its form, and whatever lies beside it as its slip.
struct Files {
    path: PathBuf,
    envelope: Envelope,
    slip_path: PathBuf,
    slip: Vec<u8>,
}

impl Files {
    fn read(path: &Path) -> Result<Self, WorkflowError> {
        let bytes = files::read(path, MOST_RECORD_BYTES)?;
        let envelope = Envelope::parse(&bytes).map_err(|error| WorkflowError::False {
            path: path.to_owned(),
            error,
        })?;
        let slip_path = slip_beside(path);
        let slip = files::read(&slip_path, MOST_RECORD_BYTES)?;
        Ok(Self {
            path: path.to_owned(),
            envelope,
            slip_path,
            slip,
        })
    }

    /// Both, unless anything in them is false.
    fn judged<R: WorkRecord, T>(
        self,
        standing: &RosterStanding,
        now: Timestamp,
        lent: &Lent<'_>,
        wrap: impl FnOnce(Verified<R>) -> T,
    ) -> Result<Filed<T>, WorkflowError> {
        let specimens = lent.home.is_specimen();
        let report = verify_record(&self.envelope, Some(&self.slip), standing, now, &[], specimens);
        let genuine = report.worst() != CheckResult::False;
        let Some(record) = report.content.filter(|_| genuine) else {
            return Err(Refusal::NotGenuine { path: self.path }.into());
        };
        let slip = SlipFile::parse(&self.slip).map_err(|error| WorkflowError::False {
            path: self.slip_path.clone(),
            error,
        })?;
        Ok(Filed {
            path: self.path,
            slip_path: self.slip_path,
            envelope: self.envelope,
            slip,
            record: wrap(record),
            checks: report.checks,
        })
    }
}

/// The slip's file beside a record: `x.json` → `x.slip.json`.
pub(super) fn slip_beside(record: &Path) -> PathBuf {
    record.with_extension("slip.json")
}

/// The paper's file beside a record: `x.json` → `x.pdf`.
pub(super) fn paper_beside(record: &Path) -> PathBuf {
    record.with_extension("pdf")
}
