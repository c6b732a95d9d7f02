//! `keshiin verify`: whether files that keshiin made are genuine, offline.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use crate::crypto::{Digest, Fingerprint};
use crate::ledger::{self, ExportFile, SignedCheckpoint};
use crate::progress::{Observer, StopSignal};
use crate::records::{
    Check, DeliveryRecord, Envelope, Evidence, Identity, Kind, MOST_RECORD_BYTES, RecordError, Roster,
    RosterStanding, SlipFile, TrustRefusal, Verified, WorkRecord, verify_record, verify_resume, verify_slip,
};
use crate::rendering::{MOST_PDF_BYTES, Template};
use crate::units::Timestamp;

use super::filed::slip_beside;
use super::package::{check_volumes, record_of, volume_name};
use super::press::own_template;
use super::verification::{Found, Problem, Verification, VerifySubject, failed};
use super::{Lent, UsageFault, VolumeFinding, VolumeState, WorkflowError, files, people, verify_annex};

/// `keshiin verify` as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyRequest {
    /// The files.
    pub files: Vec<PathBuf>,
    /// Ledger exports under a checkpoint by somebody else.
    pub evidence: Vec<PathBuf>,
    /// The files are pictures of paper: the QR codes on them are verified.
    pub pictures: bool,
    /// The office's own template that printed PDFs are compared with.
    pub template: Option<PathBuf>,
    /// The annex that should be the one that the single file's record names.
    pub annex: Option<PathBuf>,
}

/// Verifies files; each gets its own answer.
///
/// # Errors
/// A file that cannot be read, a roster that is refused, an annex with several files.
pub fn verify_files(
    request: &VerifyRequest,
    lent: &mut Lent<'_>,
) -> Result<Vec<Verification>, WorkflowError> {
    if request.annex.is_some() && request.files.len() > 1 {
        let option = "--annex";
        return Err(WorkflowError::Usage(vec![UsageFault::OneRecordOnly { option }]));
    }
    let (stop, observer) = (lent.desk.stop(), lent.desk.package_observer(""));
    let verified = verify_all(request, lent, &stop, observer);
    lent.desk.engine_done();
    verified
}

fn verify_all(
    request: &VerifyRequest,
    lent: &Lent<'_>,
    stop: &StopSignal,
    observer: Box<dyn Observer>,
) -> Result<Vec<Verification>, WorkflowError> {
    let standing = people::usable_roster(lent)?;
    if let Some(roster) = standing.pinned() {
        // An official may look from a folder in which nothing can be written.
        let _ = lent.home.remember(roster, lent.owner);
    }
    let mut evidence = Vec::new();
    for path in &request.evidence {
        evidence.extend(read_evidence(path, standing.roster())?);
    }
    let template = request.template.as_deref().map(own_template).transpose()?;
    let desk = Bench {
        standing,
        evidence,
        pictures: request.pictures,
        template,
        now: lent.clock.now(),
        stop,
        observer: RefCell::new(observer),
        lent,
    };
    let mut all: Vec<Verification> = request
        .files
        .iter()
        .map(|path| desk.verify(path))
        .collect::<Result<_, _>>()?;
    if let (Some(annex), [one]) = (&request.annex, all.as_mut_slice()) {
        verify_annex::hold_against(one, annex)?;
    }
    Ok(all)
}

/// Everything that one call of `verify` judges by.
pub(super) struct Bench<'a, 'b> {
    pub(super) standing: RosterStanding,
    evidence: Vec<Evidence>,
    pictures: bool,
    pub(super) template: Option<Template>,
    pub(super) now: Timestamp,
    stop: &'a StopSignal,
    observer: RefCell<Box<dyn Observer>>,
    lent: &'a Lent<'b>,
}

impl Bench<'_, '_> {
    fn verify(&self, path: &Path) -> Result<Verification, WorkflowError> {
        if !self.pictures
            && let Some(record) = record_of(path)
        {
            // A package is judged by its record; where there is none, nothing says whose it is.
            return match record.exists() {
                true => self.verify_beside(&record, path),
                false => Ok(Verification::of(path, failed(Problem::NoRecord { path: record }))),
            };
        }
        let bytes = match files::read(path, MOST_PDF_BYTES.max(ledger::EXPORT_MAX)) {
            Ok(bytes) => bytes,
            // One of many that is missing keeps nobody from the answer about the others.
            Err(WorkflowError::File { reason, .. }) => {
                return Ok(Verification::of(path, failed(Problem::Unreadable { reason })));
            }
            Err(error) => return Err(error),
        };
        if self.pictures {
            return Ok(self.picture(path, &bytes));
        }
        if bytes.starts_with(b"%PDF-") {
            return Ok(self.print(path, &bytes));
        }
        let found = if bytes.starts_with(b"keshiin/") {
            self.checkpoint(&bytes)
        } else if bytes.starts_with(b"{\"format\":\"keshiin-ledger-export/") {
            self.export(&bytes)
        } else if bytes.starts_with(b"{\"slip\":") {
            self.slip(&bytes)
        } else if bytes.starts_with(b"{\"payload\":") {
            self.record(path, &bytes)?
        } else if bytes.starts_with(verify_annex::START) {
            failed(Problem::Annex)
        } else {
            failed(Problem::Foreign)
        };
        let mut verification = Verification::of(path, found);
        if let VerifySubject::Delivery(record) = &verification.subject {
            verification.volumes = self.volumes(path, record.content())?;
        }
        Ok(verification)
    }

    /// A package by the record beside it, which has to be its own.
    fn verify_beside(&self, record: &Path, package: &Path) -> Result<Verification, WorkflowError> {
        let mut verification = self.verify(record)?;
        let named = volume_name(package).unwrap_or_default();
        let known = verification.volumes.iter().any(|volume| volume.name == named);
        if matches!(verification.subject, VerifySubject::Delivery(_)) && !known {
            let state = VolumeState::Changed;
            verification.volumes.push(VolumeFinding { name: named, state });
        }
        Ok(verification)
    }

    /// The volumes beside a delivery record, digested.
    fn volumes(&self, path: &Path, record: &DeliveryRecord) -> Result<Vec<VolumeFinding>, WorkflowError> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let mut observer = self.observer.borrow_mut();
        let found = check_volumes(record, folder, observer.as_mut(), self.stop);
        found.map_err(|error| WorkflowError::Package {
            path: path.to_owned(),
            error,
        })
    }

    fn record(&self, path: &Path, bytes: &[u8]) -> Result<Found, WorkflowError> {
        let envelope = match Envelope::parse(bytes) {
            Ok(envelope) => envelope,
            Err(error) => return Ok(failed(Problem::Record(error))),
        };
        match envelope.kind() {
            Some(Kind::Identity) => {
                let issuer = people::issuer(self.lent)?;
                Ok(identity(
                    bytes,
                    envelope.digest(),
                    &self.standing,
                    issuer.as_ref(),
                ))
            }
            Some(Kind::Roster) => self.roster(bytes, &envelope),
            Some(Kind::Erasure) => {
                let slip = files::read_if_there(&slip_beside(path), MOST_RECORD_BYTES)?;
                Ok(self.erasure(&envelope, slip.as_deref()))
            }
            Some(Kind::Delivery) => {
                let slip = files::read_if_there(&slip_beside(path), MOST_RECORD_BYTES)?;
                Ok(self.delivery(&envelope, slip.as_deref()))
            }
            Some(Kind::PartialErasure) => {
                let slip = files::read_if_there(&slip_beside(path), MOST_RECORD_BYTES)?;
                Ok(self.partial(&envelope, slip.as_deref()))
            }
            Some(Kind::Resume) => Ok(self.resume(&envelope)),
            _ => Ok(failed(Problem::Record(RecordError::WrongKind {
                expected: "record",
                found: envelope.payload_type().to_owned(),
            }))),
        }
    }

    /// An erasure record with the content of its slip file.
    pub(super) fn erasure(&self, envelope: &Envelope, slip: Option<&[u8]>) -> Found {
        self.work(envelope, slip, |record| VerifySubject::Erasure(Box::new(record)))
    }

    /// A delivery record with the content of its slip file.
    pub(super) fn delivery(&self, envelope: &Envelope, slip: Option<&[u8]>) -> Found {
        self.work(envelope, slip, |record| VerifySubject::Delivery(Box::new(record)))
    }

    /// A record of a partial erasure with the content of its slip file.
    pub(super) fn partial(&self, envelope: &Envelope, slip: Option<&[u8]>) -> Found {
        self.work(envelope, slip, |record| VerifySubject::Partial(Box::new(record)))
    }

    fn work<R: WorkRecord>(
        &self,
        envelope: &Envelope,
        slip: Option<&[u8]>,
        subject: fn(Verified<R>) -> VerifySubject,
    ) -> Found {
        let specimens = self.lent.home.is_specimen();
        let report = verify_record(
            envelope,
            slip,
            &self.standing,
            self.now,
            &self.evidence,
            specimens,
        );
        let subject = report.content.map_or(VerifySubject::Nothing, subject);
        (subject, Some(report.digest), report.checks, None)
    }

    /// A resume state by itself. No slip belongs to it.
    fn resume(&self, envelope: &Envelope) -> Found {
        let specimens = self.lent.home.is_specimen();
        let report = verify_resume(envelope, &self.standing, self.now, specimens);
        let subject = report.content.map_or(VerifySubject::Nothing, |state| {
            VerifySubject::Resume(Box::new(state))
        });
        (subject, Some(report.digest), report.checks, None)
    }

    fn roster(&self, bytes: &[u8], envelope: &Envelope) -> Result<Found, WorkflowError> {
        let issuer = people::issuer(self.lent)?;
        Ok(match people::judge_roster(bytes, self.lent)? {
            Ok(RosterStanding::Pinned(roster)) => {
                let check = pinned(&roster);
                (
                    VerifySubject::Roster(roster),
                    Some(envelope.digest()),
                    vec![Check::ExactForm, check],
                    None,
                )
            }
            Ok(_) => (
                VerifySubject::Nothing,
                Some(envelope.digest()),
                vec![Check::ExactForm, Check::RosterUnpinned],
                None,
            ),
            Err(TrustRefusal::Unreadable(error)) => failed(Problem::Record(error)),
            Err(refusal) => match changed_after_signing(envelope, issuer.as_ref()) {
                true => failed(Problem::Record(RecordError::BadSignature {
                    who: "issuer".into(),
                })),
                false => failed(Problem::Trust(refusal)),
            },
        })
    }

    fn slip(&self, bytes: &[u8]) -> Found {
        SlipFile::parse(bytes).map_or_else(
            |error| failed(Problem::Record(error)),
            |file| self.slip_file(&file),
        )
    }

    /// A slip by itself.
    pub(super) fn slip_file(&self, file: &SlipFile) -> Found {
        let report = verify_slip(file, &self.standing, self.now, self.lent.home.is_specimen());
        let subject = report
            .content
            .map_or(VerifySubject::Nothing, |slip| VerifySubject::Slip(Box::new(slip)));
        (subject, Some(report.digest), report.checks, None)
    }

    fn checkpoint(&self, bytes: &[u8]) -> Found {
        match SignedCheckpoint::parse(bytes) {
            Ok(checkpoint) => {
                let mut checks = vec![Check::ExactForm];
                checks.extend(self.note_checks(&checkpoint));
                (
                    VerifySubject::Checkpoint(Box::new(checkpoint)),
                    None,
                    checks,
                    None,
                )
            }
            Err(error) => failed(Problem::Ledger(error)),
        }
    }

    fn export(&self, bytes: &[u8]) -> Found {
        let read = || -> Result<_, ledger::LedgerError> {
            let export = ExportFile::parse(bytes)?;
            let head = export.verify()?;
            export.verify_envelopes(&payload_digest)?;
            let last = export.last_time_covered()?;
            Ok((export, head, last))
        };
        match read() {
            Ok((export, head, last)) => {
                let mut checks = vec![Check::ExactForm];
                match export.checkpoint() {
                    Some(checkpoint) => checks.extend(self.note_checks(checkpoint)),
                    None => checks.push(Check::NothingVerified),
                }
                let subject = VerifySubject::Export {
                    ledger: export.ledger().to_string(),
                    size: head.size,
                    root: head.root,
                    last,
                };
                (subject, None, checks, None)
            }
            Err(error) => failed(Problem::Ledger(error)),
        }
    }

    /// Who signed a checkpoint, and whether the roster knows them.
    fn note_checks(&self, checkpoint: &SignedCheckpoint) -> Vec<Check> {
        let mut checks = Vec::new();
        match &self.standing {
            RosterStanding::Pinned(roster) => checks.push(pinned(roster)),
            RosterStanding::Unpinned(_) => checks.push(Check::RosterUnpinned),
            _ => checks.push(Check::RosterAbsent),
        }
        for signature in checkpoint.signatures() {
            let fingerprint = Fingerprint::from_digest(signature.name);
            let member = self
                .standing
                .roster()
                .and_then(|roster| roster.by_fingerprint(&fingerprint));
            checks.push(match member {
                None => Check::UnknownKey { fingerprint },
                Some(member)
                    if checkpoint
                        .verify_by(&signature.name, &member.identity.signing_key())
                        .is_ok() =>
                {
                    let role = member
                        .roles
                        .first()
                        .copied()
                        .unwrap_or(crate::records::Role::Handler);
                    Check::Signature {
                        role,
                        name: member.identity.name.clone(),
                    }
                }
                Some(member) => Check::BadSignature {
                    name: member.identity.name.clone(),
                },
            });
        }
        checks
    }
}

/// Whether a roster is filed under the pinned issuer's key and yet does not verify: it was changed.
fn changed_after_signing(envelope: &Envelope, issuer: Option<&Identity>) -> bool {
    issuer.is_some_and(|issuer| {
        let own = envelope
            .signatures()
            .iter()
            .find(|signed| signed.fingerprint == issuer.fingerprint());
        own.is_some_and(|signed| envelope.check(&issuer.signing_key(), &signed.signature).is_err())
    })
}

/// A public identity proves possession of its keys; whose it is, only the roster says.
fn identity(bytes: &[u8], digest: Digest, standing: &RosterStanding, issuer: Option<&Identity>) -> Found {
    let identity = match Identity::parse(bytes) {
        Ok(identity) => identity,
        Err(error) => return failed(Problem::Record(error)),
    };
    let fingerprint = identity.fingerprint();
    let mut checks = vec![Check::ExactForm];
    let listed = standing
        .pinned()
        .filter(|roster| roster.by_fingerprint(&fingerprint).is_some());
    match listed {
        Some(roster) => checks.push(pinned(roster)),
        None if issuer.is_some_and(|issuer| issuer.fingerprint() == fingerprint) => {}
        None => checks.push(Check::UnknownKey { fingerprint }),
    }
    (
        VerifySubject::Identity(Box::new(identity)),
        Some(digest),
        checks,
        None,
    )
}

/// The check that a believed roster leaves.
fn pinned(roster: &Roster) -> Check {
    let content = roster.content();
    Check::RosterPinned {
        serial: content.serial,
        organisation: content.organisation.clone(),
    }
}

/// What a ledger export proves: that records lay under a checkpoint that somebody signed.
fn read_evidence(path: &Path, roster: Option<&Roster>) -> Result<Vec<Evidence>, WorkflowError> {
    let bytes = files::read(path, ledger::EXPORT_MAX)?;
    let false_ledger = |error| WorkflowError::Ledger {
        path: path.to_owned(),
        error,
    };
    let export = ExportFile::parse(&bytes).map_err(false_ledger)?;
    export.verify().map_err(false_ledger)?;
    let (Some(checkpoint), Some(roster)) = (export.checkpoint(), roster) else {
        return Ok(Vec::new());
    };
    let Some(seen) = export.last_time_covered().map_err(false_ledger)? else {
        return Ok(Vec::new());
    };
    let signers = checkpoint.signatures().iter().filter_map(|signature| {
        let fingerprint = Fingerprint::from_digest(signature.name);
        let member = roster.by_fingerprint(&fingerprint)?;
        checkpoint
            .verify_by(&signature.name, &member.identity.signing_key())
            .ok()
            .map(|()| fingerprint)
    });
    let signers: Vec<Fingerprint> = signers.collect();
    let covered = usize::try_from(checkpoint.checkpoint().head.size).unwrap_or(usize::MAX);
    let leaves = export
        .leaves()
        .iter()
        .take(covered)
        .filter_map(|leaf| ledger::Leaf::decode(leaf).ok());
    let records: Vec<Digest> = leaves.filter_map(|leaf| leaf.record).collect();
    let all = records.into_iter().flat_map(|record| {
        signers.iter().map(move |by| Evidence {
            record,
            seen,
            by: *by,
        })
    });
    Ok(all.collect())
}

/// 照合値 of an envelope's payload, for the ledger, which does not know envelopes.
pub(super) fn payload_digest(envelope: &[u8]) -> Option<Digest> {
    Envelope::parse(envelope).ok().map(|envelope| envelope.digest())
}
