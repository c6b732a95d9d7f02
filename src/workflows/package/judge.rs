//! A package's delivery record, looked at before any key is asked for.

use std::path::Path;

use crate::records::{
    Check, CheckResult, DeliveryRecord, Envelope, MOST_RECORD_BYTES, RosterStanding, Verified,
    verify_delivery,
};
use crate::units::Timestamp;

use super::super::filed::slip_beside;
use super::super::{Exit, Lent, WorkflowError, files};
use super::beside::check_presence;
use super::source::Located;
use super::{VolumeFinding, VolumeState};

/// What is known of a package before it is opened.
pub(super) struct Judged {
    /// The record, where it holds: genuine, by somebody entitled.
    pub(super) record: Option<Verified<DeliveryRecord>>,
    pub(super) checks: Vec<Check>,
    pub(super) volumes: Vec<VolumeFinding>,
}

impl Judged {
    /// Whether there is a record that was looked at and found false.
    pub(super) fn is_false(&self) -> bool {
        let is_false = |check: &Check| check.result() == CheckResult::False;
        self.record.is_none() && self.checks.iter().any(is_false)
    }
}

/// How much must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Demand {
    /// Go on without a record that holds.
    pub(super) unsigned: bool,
    /// Go on without some volumes.
    pub(super) remains: bool,
}

/// Judges the record beside a package, and the presence and lengths of its volumes.
///
/// # Errors
/// [`WorkflowError::NotBelieved`] unless the demand lets it pass.
pub(super) fn judge(
    located: &Located,
    demand: Demand,
    standing: &RosterStanding,
    lent: &Lent<'_>,
) -> Result<Judged, WorkflowError> {
    let path = located.record();
    let (record, checks) = read(&path, standing, lent.clock.now(), lent)?;
    let worst = checks
        .iter()
        .map(Check::result)
        .max()
        .unwrap_or(CheckResult::NotEnough);
    let believed = record.is_some() && worst <= CheckResult::Notice;
    let volumes = record.as_ref().map_or_else(Vec::new, |record| {
        check_presence(record.content(), &located.folder)
    });
    if !believed && !demand.unsigned {
        let exit = if worst == CheckResult::False {
            Exit::False
        } else {
            Exit::NotEnough
        };
        return Err(WorkflowError::NotBelieved {
            path,
            checks,
            volumes,
            exit,
        });
    }
    // Without a record that holds, its list of volumes is nobody's word.
    let volumes = if believed { volumes } else { Vec::new() };
    if !demand.remains && volumes.iter().any(|volume| !volume.state.is_right()) {
        return Err(WorkflowError::NotBelieved {
            path,
            checks,
            volumes,
            exit: Exit::False,
        });
    }
    Ok(Judged {
        record: record.filter(|_| believed),
        checks,
        volumes,
    })
}

type Read = (Option<Verified<DeliveryRecord>>, Vec<Check>);

fn read(
    path: &Path,
    standing: &RosterStanding,
    now: Timestamp,
    lent: &Lent<'_>,
) -> Result<Read, WorkflowError> {
    let Some(bytes) = files::read_if_there(path, MOST_RECORD_BYTES)? else {
        return Ok((None, Vec::new()));
    };
    let envelope = match Envelope::parse(&bytes) {
        Ok(envelope) => envelope,
        Err(error) => {
            return Ok((
                None,
                vec![Check::BadPayload {
                    detail: error.to_string(),
                }],
            ));
        }
    };
    let slip = files::read_if_there(&slip_beside(path), MOST_RECORD_BYTES)?;
    let specimens = lent.home.is_specimen();
    let report = verify_delivery(&envelope, slip.as_deref(), standing, now, &[], specimens);
    Ok((report.content, report.checks))
}

/// Marks volumes whose digests were compared while the package was read.
pub(super) fn compared(
    volumes: &mut [VolumeFinding],
    record: &DeliveryRecord,
    found: &[crate::sealing::VolumeFacts],
) -> bool {
    let mut all = true;
    for ((finding, volume), facts) in volumes.iter_mut().zip(&record.package.volumes).zip(found) {
        let right = volume.size == facts.size && volume.blake3 == facts.blake3;
        finding.state = if right {
            VolumeState::Right
        } else {
            VolumeState::Changed
        };
        all &= right;
    }
    all && found.len() == record.package.volumes.len()
}
