//! `keshiin seal`: from files to a delivery on a medium.

use std::io::Read;
use std::path::PathBuf;
use std::time::Duration;

use crate::crypto::{Argon2Params, Passphrase, SecretText, SpokenPassphrase, Weakness};
use crate::ledger::Store;
use crate::records::{CertificateNumber, Scan};
use crate::sealing::{self, PackageId, SealOrder, SealedFor};
use crate::units::Timestamp;

use super::super::journal::{self, log, open_ledger};
use super::super::people::{self, Unlocked};
use super::super::scan::ScanOrder;
use super::super::{Lent, Refusal, ScanFinding, ScanTrouble, WorkflowError, scan};
use super::deliver::{Hands, Written, bounded, deliver};
use super::inputs::DiskInputs;
use super::notice;
use super::prepare::{Prepared, prepare};
use super::record::{Content, Lock, Subject, passphrase_use, policy_ref};
use super::request::{DeliveryWarning, PassphraseChoice, ScanRequest, SealReport, SealRequest};
use super::sink::DiskSink;
use super::walk::Origin;

/// Argon2id's cost for a package: 256 MiB, so that a passphrase that somebody chose is stretched harder than a
/// key file's.
const COST: (u32, u32, u32) = (3, 256 << 10, 4);

/// Seals files onto a medium, and proves what lies there.
///
/// # Errors
/// Refusals, all at once and before anything is written; an infected file; inputs that change; faults. After an
/// error nothing is left on the medium.
pub fn seal_package(
    request: &SealRequest,
    standard_input: Option<Box<dyn Read + Send>>,
    lent: &mut Lent<'_>,
) -> Result<SealReport, WorkflowError> {
    let prepared = prepare(request, lent)?;
    let sender = people::unlock(&prepared.ground.sender, &request.sender, lent)?;
    let name = request.name.clone().unwrap_or_else(|| "package".to_owned());
    let secret = passphrase(request, &name, lent)?;
    let mut ledger = open_ledger(lent)?;
    let begun = lent.clock.now();
    let number = journal::number(&mut ledger, begun, lent)?;
    log(
        &mut ledger,
        begun,
        "seal-started",
        &bounded(&number.to_string()),
        lent,
    )?;
    let job = Job {
        request,
        prepared: &prepared,
        sender: &sender,
        number: &number,
        begun,
    };
    let done = job.run(secret.as_ref(), standard_input, &mut ledger, lent);
    lent.desk.engine_done();
    if let Err(error) = &done {
        let subject = bounded(&format!("{number} {}", error.code()));
        // The reason comes first: a ledger that fails as well is told by the next command.
        let _ = log(&mut ledger, lent.clock.now(), "seal-failed", &subject, lent);
    }
    done
}

/// A package's passphrase, and how it came to be.
pub(super) struct PackageSecret {
    passphrase: Passphrase,
    text: SecretText,
    generated: bool,
}

struct Job<'a> {
    request: &'a SealRequest,
    prepared: &'a Prepared,
    sender: &'a Unlocked,
    number: &'a CertificateNumber,
    begun: Timestamp,
}

impl Job<'_> {
    fn run(
        &self,
        secret: Option<&PackageSecret>,
        standard_input: Option<Box<dyn Read + Send>>,
        ledger: &mut crate::ledger::SqliteStore,
        lent: &mut Lent<'_>,
    ) -> Result<SealReport, WorkflowError> {
        let stop = lent.desk.stop();
        let name = self
            .request
            .name
            .clone()
            .unwrap_or_else(|| self.number.to_string());
        let mut observer = lent.desk.package_observer(&name);
        let scanned = self.scan(&stop, lent)?;
        let head = (
            ledger.id(),
            ledger
                .head()
                .map_err(|error| journal::ledger_fault(error, lent))?,
        );
        let mut sink = DiskSink::new(&self.request.out, lent)?;
        let id = PackageId::generate()?;
        let cost = Argon2Params::new(COST.0, COST.1, COST.2)?;
        let order = SealOrder {
            package: id,
            to: match secret {
                Some(secret) => SealedFor::Passphrase(&secret.passphrase, cost),
                None => SealedFor::Recipients(self.prepared.targets.keys()),
            },
            sender: self.sender.identity.public().fingerprint(),
            contract: self
                .prepared
                .contract
                .as_ref()
                .map(|contract| contract.number.clone()),
            entries: &self.prepared.walked.entries,
            compress: self.prepared.understood.compress,
            most_volume: self.prepared.bound,
        };
        let mut inputs = DiskInputs::new(&self.prepared.walked.origins, standard_input);
        let sealed = sealing::seal(&order, &mut inputs, &mut sink, observer.as_mut(), &stop);
        let sealed = sealed.map_err(|error| WorkflowError::Package {
            path: self.request.out.clone(),
            error,
        })?;
        let written = Written {
            number: self.number,
            name,
            out: &self.request.out,
            sink,
            volumes: sealed.volumes,
            content: Content {
                id,
                files: sealed.files,
                bytes: sealed.bytes,
                manifest: sealed.manifest,
                links: self.prepared.walked.links.len() as u64,
                previous: None,
            },
            lock: self.lock(secret, cost),
            subject: self.subject(),
            medium_number: self.request.medium_number.clone(),
            scan: scanned,
            read_back: self.request.read_back,
            begun: self.begun,
            ledger: head,
            warnings: self.warnings(),
        };
        let mut hands = Hands {
            ground: &self.prepared.ground,
            sender: self.sender,
            papers: &self.prepared.papers,
            ledger,
            observer: observer.as_mut(),
            stop: &stop,
            entry: "package-sealed",
        };
        let mut report = deliver(written, &mut hands, lent)?.report;
        drop(observer);
        self.hand_out(secret, &mut report, lent);
        Ok(report)
    }

    fn lock(&self, secret: Option<&PackageSecret>, cost: Argon2Params) -> Lock {
        match secret {
            None => Lock::Recipients(self.prepared.targets.recipients.clone()),
            Some(secret) => Lock::Passphrase(passphrase_use(
                cost,
                secret.generated,
                self.prepared.understood.notice_by,
            )),
        }
    }

    fn subject(&self) -> Subject {
        let request = self.request;
        Subject {
            title: request.title.clone(),
            contents: request.contents.clone(),
            records: request.records,
            classification: request.classification.clone(),
            mynumber: request.mynumber,
            policy: policy_ref(&self.prepared.understood.profile),
            permit: self.prepared.understood.permit.clone(),
            approval: None,
            contract: self.prepared.contract.clone(),
            place: request.place.clone(),
        }
    }

    fn warnings(&self) -> Vec<DeliveryWarning> {
        let links = self.prepared.walked.links.iter();
        let links = links.map(|path| DeliveryWarning::LinkLeftOut { path: path.clone() });
        self.prepared
            .targets
            .warnings
            .iter()
            .cloned()
            .chain(links)
            .collect()
    }

    /// Looks through the inputs before anything is sealed.
    fn scan(&self, stop: &crate::progress::StopSignal, lent: &Lent<'_>) -> Result<Scan, WorkflowError> {
        if let Some(asked) = &self.request.scan {
            let paths: Vec<PathBuf> = self
                .prepared
                .walked
                .origins
                .iter()
                .filter_map(|origin| match origin {
                    Origin::File(path, _) => Some(path.clone()),
                    _ => None,
                })
                .collect();
            let found = look_through(&paths, asked, lent.clock.now(), stop)?;
            return Ok(Scan::Done {
                engine: found.engine,
                signatures: found.signatures,
                signatures_at: found.signatures_at,
                at: lent.clock.now(),
                files: found.files,
                bytes: found.bytes,
            });
        }
        let at = lent.clock.now();
        Ok(self
            .prepared
            .scan_record
            .map_or(Scan::NotDone, |digest| Scan::Declared { digest, at }))
    }

    /// The passphrase goes where it was asked to: never onto the medium.
    fn hand_out(&self, secret: Option<&PackageSecret>, report: &mut SealReport, lent: &mut Lent<'_>) {
        let Some(secret) = secret else { return };
        if let Some(path) = &self.request.notice {
            match notice::write(path, &secret.text, &report.record, self.request.language, lent) {
                Ok(()) => {
                    report.files.notice = Some(path.clone());
                    return;
                }
                Err(error) => report
                    .warnings
                    .push(DeliveryWarning::NotPrinted { code: error.code() }),
            }
        }
        if secret.generated {
            let text = zeroize::Zeroizing::new(secret.text.text().to_owned());
            if let Err(refusal) = lent.desk.show_generated(&report.record.number.to_string(), &text) {
                report
                    .warnings
                    .push(DeliveryWarning::PassphraseLost { code: refusal.code() });
            }
        }
        report.exit = super::deliver::exit(&report.warnings);
    }
}

/// How long after a scanner's end a signal to both may still come.
const SIGNAL_ON_ITS_WAY: Duration = Duration::from_millis(50);

/// Asks a scanner about every file.
pub(super) fn look_through(
    paths: &[PathBuf],
    asked: &ScanRequest,
    now: Timestamp,
    stop: &crate::progress::StopSignal,
) -> Result<ScanFinding, WorkflowError> {
    let order = ScanOrder {
        database: asked.database.clone(),
        socket: asked.socket.clone(),
        ..ScanOrder::default()
    };
    let trouble = match scan(paths, &order, now, &mut |_| !stop.is_raised()) {
        Ok(found) => return Ok(found),
        Err(trouble) => trouble,
    };
    // At a terminal the scanner gets the signal as well, may end before this program has it, and then seems to
    // have failed. What it found is told all the same.
    if !matches!(trouble, ScanTrouble::Infected { .. }) {
        std::thread::sleep(SIGNAL_ON_ITS_WAY);
        if stop.is_raised() {
            return Err(WorkflowError::ScanStopped);
        }
    }
    Err(trouble.into())
}

/// Makes the passphrase, or asks for it; before anything is written.
fn passphrase(
    request: &SealRequest,
    name: &str,
    lent: &mut Lent<'_>,
) -> Result<Option<PackageSecret>, WorkflowError> {
    match request.passphrase {
        PassphraseChoice::None => Ok(None),
        PassphraseChoice::Generate => {
            let spoken = SpokenPassphrase::generate()?;
            let text = SecretText::collect(spoken.text().chars())?;
            let passphrase = Passphrase::of_package(spoken.text())?;
            Ok(Some(PackageSecret {
                passphrase,
                text,
                generated: true,
            }))
        }
        PassphraseChoice::Ask => {
            let text = lent.desk.new_package_passphrase(name)?;
            let passphrase = Passphrase::of_package(text.text())?;
            let about = [request.title.as_str(), name];
            passphrase
                .judge_new(&about)
                .map_err(|weakness: Weakness| Refusal::WeakPassphrase { weakness })?;
            Ok(Some(PackageSecret {
                passphrase,
                text,
                generated: false,
            }))
        }
    }
}
