//! `keshiin sign`: somebody whom a record names signs it, on a machine of his own.

use std::path::{Path, PathBuf};

use crate::crypto::Digest;
use crate::records::{Language, Layout, RecordError, Role, RosterStanding};
use crate::rendering::PAPER;

use super::filed::{self, Filed, paper_beside};
use super::files::{self, Privacy};
use super::people::Unlocked;
use super::press::{self, Item, Press};
use super::signable::Signable;
use super::{ClockWitness, Exit, Lent, Refusal, Typed, UsageFault, WorkflowError, chores, people};

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
    /// Language of the papers that are printed anew.
    pub language: Language,
    /// An office's own template for them.
    pub template: Option<PathBuf>,
}

/// A record that is to be signed, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Its file.
    pub path: PathBuf,
    /// What it says.
    pub record: Signable,
}

/// What signing came to.
#[derive(Debug, PartialEq, Eq)]
pub struct SignReport {
    /// The records that were signed.
    pub signed: Vec<Signed>,
    /// Their papers, printed anew.
    pub papers: Vec<PathBuf>,
    /// Papers that could not be printed; the signatures stand.
    pub troubles: Vec<(PathBuf, WorkflowError)>,
}

impl SignReport {
    /// The exit code: a paper that is missing is a fault.
    #[must_use]
    pub fn exit(&self) -> Exit {
        if self.troubles.is_empty() {
            Exit::Done
        } else {
            Exit::Fault
        }
    }
}

/// Shows records, asks for their confirmation, and signs them.
///
/// # Errors
/// Records that are not genuine so far or do not name the signer; refusals of the roster; a wrong
/// passphrase.
pub fn sign_records(request: &SignRequest, lent: &mut Lent<'_>) -> Result<SignReport, WorkflowError> {
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
        match filed::read(path, &standing, now, lent) {
            Ok(filed) => {
                refusals.extend(named(&filed, role, &key.public().id, key.public().fingerprint()));
                ready.push(filed);
            }
            Err(WorkflowError::Refused(more)) => refusals.extend(more),
            Err(error) => return Err(error),
        }
    }
    if !refusals.is_empty() {
        return Err(WorkflowError::Refused(refusals));
    }
    let press = trial(request, &ready)?;
    confirm(&ready, request, lent)?;
    let unlocked = people::unlock(&key, &request.key, lent)?;
    let mut report = SignReport {
        signed: Vec::new(),
        papers: Vec::new(),
        troubles: Vec::new(),
    };
    for mut filed in ready {
        write_back(&mut filed, &unlocked, lent)?;
        if PAPER && filed.record.shown().is_some() {
            print_anew(&press, &filed, &unlocked, &standing, lent, &mut report);
        }
        report.signed.push(signed(&filed));
    }
    Ok(report)
}

/// A press whose template has shown that it works, before anything is signed.
fn trial(request: &SignRequest, ready: &[Filed]) -> Result<Press, WorkflowError> {
    let press = Press::new(Layout::Certificate, request.language, request.template.as_deref())?;
    let first = ready.iter().find_map(Filed::<Signable>::item);
    if let (Some(path), Some(first)) = (&request.template, first) {
        press
            .page(&[first.printable()])
            .map_err(|error| press::refused(path, error))?;
    }
    Ok(press)
}

/// The paper with the signature that was added. What goes wrong here takes the signature not back.
fn print_anew(
    press: &Press,
    filed: &Filed,
    signer: &Unlocked,
    standing: &RosterStanding,
    lent: &Lent<'_>,
    report: &mut SignReport,
) {
    let path = paper_beside(&filed.path);
    let print = || -> Result<(), WorkflowError> {
        let people: Vec<_> = standing
            .roster()
            .into_iter()
            .flat_map(|roster| roster.content().members.iter().map(|member| &member.identity))
            .collect();
        let record = Signable::verified(&filed.envelope, &filed.slip, &people)
            .ok_or(WorkflowError::Internal { what: "signature" })?;
        let item = Item {
            record: record.shown().ok_or(WorkflowError::Internal { what: "paper" })?,
            envelope: &filed.envelope,
            slip: &filed.slip,
        };
        let pdf = press.print(&[item], standing.roster(), Some(signer), lent.clock.now())?;
        files::replace(&path, &pdf, Privacy::Shared, lent.owner)
    };
    match print() {
        Ok(()) => report.papers.push(path),
        Err(error) => report.troubles.push((path, error)),
    }
}

fn signed(filed: &Filed) -> Signed {
    Signed {
        path: filed.path.clone(),
        record: filed.record.clone(),
    }
}

/// Without a believed roster nobody can say whose signature stands there already.
fn believed(lent: &Lent<'_>) -> Result<RosterStanding, WorkflowError> {
    match people::usable_roster(lent)? {
        standing @ RosterStanding::Pinned(_) => Ok(standing),
        RosterStanding::Unpinned(_) => Err(Refusal::NoPinnedIssuer.into()),
        _ => Err(Refusal::NoRoster {
            id: people::roster_path(lent).display().to_string(),
        }
        .into()),
    }
}

fn named(filed: &Filed, role: Role, id: &str, fingerprint: crate::crypto::Fingerprint) -> Option<Refusal> {
    let signers = filed.record.signers();
    let named = signers
        .iter()
        .any(|signer| signer.role == role && signer.fingerprint == fingerprint);
    let error = RecordError::NotNamed {
        id: id.to_owned(),
        role: role.name(),
    };
    (!named).then(|| Refusal::Record {
        path: filed.path.clone(),
        error,
    })
}

/// One record: the last 8 digits of its 照合値. Several: their count.
fn confirm(ready: &[Filed], request: &SignRequest, lent: &mut Lent<'_>) -> Result<(), WorkflowError> {
    let records: Vec<Signed> = ready.iter().map(signed).collect();
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
        .map(|signed| signed.record.number().to_string())
        .unwrap_or_default()
}

fn last_digits(digest: Digest) -> String {
    digest.to_string()[56..].to_owned()
}

fn write_back(filed: &mut Filed, signer: &Unlocked, lent: &Lent<'_>) -> Result<(), WorkflowError> {
    let order = filed.record.order_of_signers();
    let path = filed.path.clone();
    let refuse = |error| {
        WorkflowError::from(Refusal::Record {
            path: path.clone(),
            error,
        })
    };
    filed.envelope.sign(&signer.identity, &order).map_err(refuse)?;
    filed.slip.sign(&signer.identity, &order).map_err(refuse)?;
    let write = |path: &Path, bytes: &[u8]| files::replace(path, bytes, Privacy::Shared, lent.owner);
    write(&filed.path, &filed.envelope.encode())?;
    write(&filed.slip_path, &filed.slip.encode())
}
