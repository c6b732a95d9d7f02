//! Records that lie in files with their slips, genuine so far.

use std::path::{Path, PathBuf};

use crate::records::{
    Check, CheckResult, Envelope, ErasureRecord, MOST_RECORD_BYTES, RosterStanding, SlipFile, Verified,
    verify_erasure,
};
use crate::units::Timestamp;

use super::{Lent, Refusal, WorkflowError, files};

/// A record and its slip as they lie there. Nothing in them is false; whether it is enough, the checks say.
pub(super) struct Filed {
    pub(super) path: PathBuf,
    pub(super) slip_path: PathBuf,
    pub(super) envelope: Envelope,
    pub(super) slip: SlipFile,
    pub(super) record: Verified<ErasureRecord>,
    pub(super) checks: Vec<Check>,
}

/// Reads a record and the slip beside it.
///
/// # Errors
/// Files that cannot be read; what is not genuine, or by nobody whom the roster knows.
pub(super) fn read(
    path: &Path,
    standing: &RosterStanding,
    now: Timestamp,
    lent: &Lent<'_>,
) -> Result<Filed, WorkflowError> {
    let not_genuine = || {
        WorkflowError::from(Refusal::NotGenuine {
            path: path.to_owned(),
        })
    };
    let bytes = files::read(path, MOST_RECORD_BYTES)?;
    let envelope = Envelope::parse(&bytes).map_err(|error| WorkflowError::False {
        path: path.to_owned(),
        error,
    })?;
    let slip_path = slip_beside(path);
    let slip_bytes = files::read(&slip_path, MOST_RECORD_BYTES)?;
    let specimens = lent.home.is_specimen();
    let report = verify_erasure(&envelope, Some(&slip_bytes), standing, now, &[], specimens);
    if report.worst() == CheckResult::False {
        return Err(not_genuine());
    }
    let slip = SlipFile::parse(&slip_bytes).map_err(|error| WorkflowError::False {
        path: slip_path.clone(),
        error,
    })?;
    Ok(Filed {
        path: path.to_owned(),
        slip_path,
        envelope,
        slip,
        record: report.content.ok_or_else(not_genuine)?,
        checks: report.checks,
    })
}

/// The slip's file beside a record: `x.json` → `x.slip.json`.
pub(super) fn slip_beside(record: &Path) -> PathBuf {
    record.with_extension("slip.json")
}

/// The paper's file beside a record: `x.json` → `x.pdf`.
pub(super) fn paper_beside(record: &Path) -> PathBuf {
    record.with_extension("pdf")
}
