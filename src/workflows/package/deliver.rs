//! From written volumes to a delivery: read back, named, recorded, signed, logged, printed.

use std::path::{Path, PathBuf};

use crate::ledger::{Head, LedgerId, NewEntry, SqliteStore, Store};
use crate::progress::{Observer, StopSignal};
use crate::records::{
    CertificateNumber, DeliveryReadBack, DeliveryReadPath, DeliveryRecord, DeliverySlip, Envelope, Scan,
    SlipFile,
};
use crate::sealing::VolumeFacts;
use crate::units::Timestamp;

use super::super::files::{self, Privacy};
use super::super::people::Unlocked;
use super::super::{Exit, Lent, WorkflowError};
use super::ground::Ground;
use super::papers::Papers;
use super::read_back::{not_asked, read_back};
use super::record::{Content, Facts, Lock, Subject, record};
use super::request::{DeliveryFiles, DeliveryWarning, SealReport};
use super::sink::DiskSink;

/// A package that lies on its medium under temporary names.
pub(super) struct Written<'a> {
    pub(super) number: &'a CertificateNumber,
    pub(super) name: String,
    pub(super) out: &'a Path,
    pub(super) sink: DiskSink,
    pub(super) volumes: Vec<VolumeFacts>,
    /// More than one volume was asked for, so that each has a number.
    pub(super) content: Content,
    pub(super) lock: Lock,
    pub(super) subject: Subject,
    pub(super) medium_number: Option<String>,
    pub(super) scan: Scan,
    pub(super) read_back: bool,
    pub(super) begun: Timestamp,
    pub(super) ledger: (LedgerId, Head),
    pub(super) warnings: Vec<DeliveryWarning>,
}

/// What a delivery needs to be finished.
pub(super) struct Hands<'a> {
    pub(super) ground: &'a Ground,
    pub(super) sender: &'a Unlocked,
    pub(super) papers: &'a Papers,
    pub(super) ledger: &'a mut SqliteStore,
    pub(super) observer: &'a mut dyn Observer,
    pub(super) stop: &'a StopSignal,
    /// The kind of the ledger's entry.
    pub(super) entry: &'static str,
}

/// A delivery that is made.
pub(super) struct Delivered {
    pub(super) report: SealReport,
}

/// Finishes a delivery. Until it returns nothing of it has its final name for good.
pub(super) fn deliver(
    written: Written<'_>,
    hands: &mut Hands<'_>,
    lent: &mut Lent<'_>,
) -> Result<Delivered, WorkflowError> {
    let Some(storage) = &hands.ground.storage else {
        return Err(WorkflowError::Internal { what: "storage" });
    };
    let mut written = written;
    let names = volume_names(&written.name, written.volumes.len());
    let found = if written.read_back {
        let paths = written.sink.paths();
        read_back(
            &written.volumes,
            &names,
            &paths,
            storage,
            hands.observer,
            hands.stop,
        )?
    } else {
        not_asked(&written.volumes, &names)
    };
    warn(&found.claim, &written.scan, &mut written.warnings);
    written.sink.name(&names)?;
    let facts = Facts {
        number: written.number,
        specimen: hands.ground.specimen,
        subject: written.subject,
        content: written.content,
        lock: written.lock,
        volumes: found.volumes,
        read_back: found.claim,
        storage,
        medium_number: written.medium_number,
        scan: written.scan,
        begun: written.begun,
        ended: lent.clock.now(),
        roster: &hands.ground.roster,
        ledger: written.ledger,
        sender: hands.sender,
    };
    let record = record(facts, lent);
    record.check().map_err(WorkflowError::refusing)?;
    let (envelope, slip) = sign(&record, hands.sender)?;
    let mut files = file(&written.name, written.out, &envelope, &slip, lent)?;
    let logged = log(&record, &envelope, hands, lent);
    if let Err(error) = logged {
        // An unlogged delivery is none: the record goes too.
        for path in [&files.record, &files.slip] {
            let _ = std::fs::remove_file(path);
        }
        return Err(error);
    }
    files.volumes = written.sink.keep();
    let mut warnings = written.warnings;
    keep_copy(&record, &envelope, &slip, &mut files, &mut warnings, lent);
    let printed = hands.papers.print(
        (&written.name, written.out),
        (&envelope, &slip),
        hands.sender,
        &hands.ground.roster,
        lent,
    );
    match printed {
        Ok((paper, address)) => (files.paper, files.address) = (paper, address),
        Err(error) => warnings.push(DeliveryWarning::NotPrinted { code: error.code() }),
    }
    let digest = envelope.digest();
    let exit = exit(&warnings);
    Ok(Delivered {
        report: SealReport {
            record,
            digest,
            files,
            warnings,
            exit,
        },
    })
}

/// `name.keshiin`, or numbered ones.
fn volume_names(name: &str, count: usize) -> Vec<String> {
    match count {
        0 | 1 => vec![format!("{name}.keshiin")],
        count => (1..=count)
            .map(|number| format!("{name}.keshiin.{number:03}"))
            .collect(),
    }
}

fn warn(claim: &DeliveryReadBack, scan: &Scan, warnings: &mut Vec<DeliveryWarning>) {
    match claim {
        DeliveryReadBack::NotAsked => warnings.push(DeliveryWarning::NotReadBack),
        DeliveryReadBack::Done {
            read: DeliveryReadPath::Through { filesystem },
            ..
        } => {
            warnings.push(DeliveryWarning::NotFromMedium {
                filesystem: filesystem.clone(),
            });
        }
        DeliveryReadBack::Done { .. } => {}
    }
    if *scan == Scan::NotDone {
        warnings.push(DeliveryWarning::NotScanned);
    }
}

fn sign(record: &DeliveryRecord, sender: &Unlocked) -> Result<(Envelope, SlipFile), WorkflowError> {
    let order = record.order_of_signers();
    let mut envelope = record.to_envelope();
    let mut slip = SlipFile::new(DeliverySlip::of(record, envelope.digest()));
    let failed = |error| WorkflowError::internal("signature", &error);
    envelope.sign(&sender.identity, &order).map_err(failed)?;
    slip.sign(&sender.identity, &order).map_err(failed)?;
    Ok((envelope, slip))
}

fn file(
    name: &str,
    out: &Path,
    envelope: &Envelope,
    slip: &SlipFile,
    lent: &Lent<'_>,
) -> Result<DeliveryFiles, WorkflowError> {
    let record = out.join(format!("{name}.delivery.json"));
    let beside = out.join(format!("{name}.delivery.slip.json"));
    files::write_new(&beside, &slip.encode(), Privacy::Shared, lent.owner)?;
    let written = files::write_new(&record, &envelope.encode(), Privacy::Shared, lent.owner);
    if let Err(error) = written {
        let _ = std::fs::remove_file(&beside);
        return Err(error);
    }
    Ok(DeliveryFiles {
        record,
        slip: beside,
        ..DeliveryFiles::default()
    })
}

fn log(
    record: &DeliveryRecord,
    envelope: &Envelope,
    hands: &mut Hands<'_>,
    lent: &Lent<'_>,
) -> Result<(), WorkflowError> {
    let notice = record
        .encryption
        .passphrase
        .as_ref()
        .and_then(|passphrase| passphrase.notice_by);
    let way = notice.map_or_else(String::new, |way| format!(" notice-by={}", way.name()));
    let medium = record
        .medium
        .number
        .as_deref()
        .map_or_else(String::new, |number| format!(" medium={number}"));
    let bytes = envelope.encode();
    let entry = NewEntry {
        time: lent.clock.now(),
        kind: hands.entry,
        subject: &bounded(&format!(
            "{} package={}{way}{medium}",
            record.number, record.package.id
        )),
        record: Some(envelope.digest()),
        envelope: Some(&bytes),
    };
    let appended = hands.ledger.append(entry);
    appended
        .map(drop)
        .map_err(|error| super::super::journal::ledger_fault(error, lent))
}

/// A text of the ledger: bounded, nothing invisible.
pub(super) fn bounded(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_control()).take(300).collect()
}

/// The sender's own copies: the medium is handed over.
fn keep_copy(
    record: &DeliveryRecord,
    envelope: &Envelope,
    slip: &SlipFile,
    files: &mut DeliveryFiles,
    warnings: &mut Vec<DeliveryWarning>,
    lent: &Lent<'_>,
) {
    let folder = lent.home.folder().join("deliveries");
    let write = || -> Result<PathBuf, WorkflowError> {
        files::make_folder(&folder, lent.owner)?;
        let path = folder.join(format!("{}.delivery.json", record.number));
        files::write_new(&path, &envelope.encode(), Privacy::Shared, lent.owner)?;
        let beside = folder.join(format!("{}.delivery.slip.json", record.number));
        files::write_new(&beside, &slip.encode(), Privacy::Shared, lent.owner)?;
        Ok(path)
    };
    match write() {
        Ok(path) => files.kept = Some(path),
        Err(error) => warnings.push(DeliveryWarning::NotKept {
            reason: error.to_string(),
        }),
    }
}

/// A delivery that lacks what links pointed to is one with exceptions; one that could not be printed or kept is made.
pub(super) fn exit(warnings: &[DeliveryWarning]) -> Exit {
    Exit::worst(warnings.iter().map(|warning| match warning {
        DeliveryWarning::LinkLeftOut { .. } => Exit::Exceptions,
        DeliveryWarning::NotPrinted { .. }
        | DeliveryWarning::PassphraseLost { .. }
        | DeliveryWarning::NotKept { .. }
        | DeliveryWarning::NotLogged { .. } => Exit::Fault,
        _ => Exit::Done,
    }))
}
