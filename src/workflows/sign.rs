//! `keshiin sign`: somebody whom a record names signs it, on a machine of his own.

use std::path::{Path, PathBuf};

use crate::crypto::Digest;
use crate::records::{
    CheckResult, Envelope, ErasureRecord, MOST_RECORD_BYTES, RecordError, Role, RosterStanding, SlipFile,
    Verified, verify_erasure,
};
use crate::units::Timestamp;

use super::files::{self, Privacy};
use super::{ClockWitness, Lent, Refusal, Typed, UsageFault, WorkflowError, chores, people};

/// `keshiin sign` as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignRequest {
    /// Record files.
    pub records: Vec<PathBuf>,
    /// The signer's key file.
    pub key: PathBuf,
    /// Role by name.
    pub role: String,
    /// The confirmation given with the command.
    pub confirm: Option<String>,
}

/// A record that is to be signed, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Its file.
    pub path: PathBuf,
    /// What it says.
    pub record: Verified<ErasureRecord>,
}

/// A record with everything that is written back.
struct Ready {
    signed: Signed,
    envelope: Envelope,
    slip: SlipFile,
    slip_path: PathBuf,
}

/// Shows records, asks for their confirmation, and signs them.
///
/// # Errors
/// Records that are not genuine so far or do not name the signer; refusals of the roster; a wrong
/// passphrase.
pub fn sign_records(request: &SignRequest, lent: &mut Lent<'_>) -> Result<Vec<Signed>, WorkflowError> {
    let role = Role::parse(&request.role).ok_or_else(|| {
        WorkflowError::Usage(vec![UsageFault::Value {
            option: "--as",
            value: request.role.clone(),
        }])
    })?;
    let key = people::read_key(&request.key)?;
    let now = lent.clock.now();
    let standing = believed(lent)?;
    let roster_date = standing.pinned().map(|roster| roster.content().issued_at);
    let mut refusals: Vec<Refusal> = Vec::new();
    refusals.extend(
        chores::judge_clock(
            now,
            &[
                (ClockWitness::Build, Some(lent.built)),
                (ClockWitness::Roster, roster_date),
            ],
        )
        .err(),
    );
    refusals.extend(people::entitled(&standing, key.public(), role, now).err());
    let mut ready = Vec::new();
    for path in &request.records {
        match make_ready(path, &standing, now, lent) {
            Ok(record) => {
                refusals.extend(named(
                    &record.signed,
                    role,
                    &key.public().id,
                    key.public().fingerprint(),
                ));
                ready.push(record);
            }
            Err(WorkflowError::Refused(more)) => refusals.extend(more),
            Err(error) => return Err(error),
        }
    }
    if !refusals.is_empty() {
        return Err(WorkflowError::Refused(refusals));
    }
    confirm(&ready, request, lent)?;
    let unlocked = people::unlock(&key, &request.key, lent)?;
    ready
        .into_iter()
        .map(|record| write_back(record, &unlocked.identity, lent))
        .collect()
}

/// Without a believed roster nobody can say whose signature stands there already.
fn believed(lent: &Lent<'_>) -> Result<RosterStanding, WorkflowError> {
    match people::roster(lent)? {
        Ok(standing @ RosterStanding::Pinned(_)) => Ok(standing),
        Ok(RosterStanding::Unpinned(_)) => Err(Refusal::NoPinnedIssuer.into()),
        Ok(_) => Err(Refusal::NoRoster {
            id: people::roster_path(lent).display().to_string(),
        }
        .into()),
        Err(error) => Err(Refusal::Roster {
            path: people::roster_path(lent),
            error,
        }
        .into()),
    }
}

fn make_ready(
    path: &Path,
    standing: &RosterStanding,
    now: Timestamp,
    lent: &Lent<'_>,
) -> Result<Ready, WorkflowError> {
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
    let report = verify_erasure(
        &envelope,
        Some(&slip_bytes),
        standing,
        now,
        &[],
        lent.home.is_specimen(),
    );
    if report.worst() == CheckResult::False {
        return Err(not_genuine());
    }
    let slip = SlipFile::parse(&slip_bytes).map_err(|error| WorkflowError::False {
        path: slip_path.clone(),
        error,
    })?;
    let record = report.content.ok_or_else(not_genuine)?;
    Ok(Ready {
        signed: Signed {
            path: path.to_owned(),
            record,
        },
        envelope,
        slip,
        slip_path,
    })
}

fn named(signed: &Signed, role: Role, id: &str, fingerprint: crate::crypto::Fingerprint) -> Option<Refusal> {
    let signers = &signed.record.content().signers;
    let named = signers
        .iter()
        .any(|signer| signer.role == role && signer.fingerprint == fingerprint);
    let error = RecordError::NotNamed {
        id: id.to_owned(),
        role: role.name(),
    };
    (!named).then(|| Refusal::Record {
        path: signed.path.clone(),
        error,
    })
}

/// One record: the last 8 digits of its 照合値. Several: their count.
fn confirm(ready: &[Ready], request: &SignRequest, lent: &mut Lent<'_>) -> Result<(), WorkflowError> {
    let records: Vec<Signed> = ready.iter().map(|record| record.signed.clone()).collect();
    let expected = match records.as_slice() {
        [one] => last_digits(one.record.digest()),
        several => several.len().to_string(),
    };
    let typed = match &request.confirm {
        Some(text) => Typed {
            text: text.clone(),
            at_terminal: false,
        },
        None => lent.desk.confirm_signing(&records)?,
    };
    let plain: String = typed.text.chars().filter(|sign| !sign.is_whitespace()).collect();
    if plain.eq_ignore_ascii_case(&expected) {
        Ok(())
    } else {
        Err(Refusal::NotConfirmed {
            what: expected_kind(&records),
        }
        .into())
    }
}

fn expected_kind(records: &[Signed]) -> String {
    records
        .first()
        .map(|signed| signed.record.content().number.to_string())
        .unwrap_or_default()
}

fn last_digits(digest: Digest) -> String {
    digest.to_string()[56..].to_owned()
}

fn write_back(
    mut ready: Ready,
    identity: &crate::records::UnlockedIdentity,
    lent: &Lent<'_>,
) -> Result<Signed, WorkflowError> {
    let order = ready.signed.record.content().order_of_signers();
    let refuse = |error| {
        WorkflowError::from(Refusal::Record {
            path: ready.signed.path.clone(),
            error,
        })
    };
    ready.envelope.sign(identity, &order).map_err(refuse)?;
    ready.slip.sign(identity, &order).map_err(refuse)?;
    files::replace(
        &ready.signed.path,
        &ready.envelope.encode(),
        Privacy::Shared,
        lent.owner,
    )?;
    files::replace(
        &ready.slip_path,
        &ready.slip.encode(),
        Privacy::Shared,
        lent.owner,
    )?;
    Ok(ready.signed)
}

/// The slip's file beside a record: `x.json` → `x.slip.json`.
pub(super) fn slip_beside(record: &Path) -> PathBuf {
    record.with_extension("slip.json")
}
