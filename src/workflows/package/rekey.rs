//! `keshiin rekey`: the same body for other recipients, as a new delivery that names the old one.
//!
//! Copies that were given out stay readable to whom they were sealed.

use crate::ledger::{SqliteStore, Store};
use crate::records::{CertificateNumber, DeliveryRecord, PreviousDelivery, Scan, check_text};
use crate::sealing::{self, Ciphertext as _, Package};
use crate::units::Timestamp;

use super::super::journal::{self, log, open_ledger};
use super::super::people::{self, Unlocked};
use super::super::{Exit, Lent, Refusal, UsageFault, WorkflowError};
use super::PackageRefusal;
use super::access::{Found, find};
use super::deliver::{Hands, Written, bounded, deliver};
use super::ground::{self, Ground, Sought};
use super::papers::Papers;
use super::record::{Content, Lock, Subject};
use super::request::{RekeyRequest, SealReport};
use super::sink::DiskSink;
use super::targets::{Finder, Targets};

/// Delivers a package anew, for other recipients.
///
/// # Errors
/// As for opening and for sealing. The old package is never written to.
pub fn rekey_package(request: &RekeyRequest, lent: &mut Lent<'_>) -> Result<SealReport, WorkflowError> {
    if !matches!(request.missing_glyphs.as_str(), "refuse" | "code") {
        return Err(WorkflowError::Usage(vec![UsageFault::Value {
            option: "--missing-glyphs",
            value: request.missing_glyphs.clone(),
        }]));
    }
    let found = find(&request.access, false, lent)?;
    let Some(record) = found.judged.record.clone() else {
        let path = found.located.record();
        return Err(Refusal::Package(PackageRefusal::NoRecord { path }).into());
    };
    let mut refusals = Vec::new();
    let sought = Sought {
        sender: &request.sender,
        out: &request.out,
        keep_existing: request.keep_existing,
    };
    let ground = ground::ground(&sought, lent, &mut refusals)?;
    let targets = targets(request, &found, record.content(), &ground, &mut refusals)?;
    let bound = ground::volume_bound(&request.split, ground.storage.as_ref())
        .map_err(|fault| WorkflowError::Usage(vec![fault]))?;
    if let Some(storage) = &ground.storage {
        let needed = found.files.length() + (1 << 20);
        ground::check_room(&request.out, storage, needed, bound, &mut refusals);
    }
    refusals.extend(texts(request));
    refusals.extend(
        request
            .name
            .iter()
            .flat_map(|name| ground::taken(&request.out, name)),
    );
    let spell_out = request.missing_glyphs == "code";
    let typed: Vec<(&'static str, Option<String>)> = [
        ("--title", request.title.clone()),
        ("--medium-no", request.medium_number.clone()),
        ("--place", request.place.clone()),
    ]
    .into_iter()
    .chain(targets.typed("--add"))
    .collect();
    // A delivery under a permit that has ended is a new delivery, with a permit of its own.
    refusals.extend(ground.permit_ended(record.content().permit.as_ref()));
    let papers = Papers::prove(request.language, spell_out, &typed, &mut refusals)?;
    if !refusals.is_empty() {
        return Err(WorkflowError::Refused(refusals));
    }
    let opener = found.unlock(&request.access, lent)?;
    let package = found.open(&opener, false)?;
    let sender = people::unlock(&ground.sender, &request.sender, lent)?;
    let mut ledger = open_ledger(lent)?;
    let begun = lent.clock.now();
    let number = journal::number(&mut ledger, begun, lent)?;
    log(
        &mut ledger,
        begun,
        "rekey-started",
        &bounded(&number.to_string()),
        lent,
    )?;
    let job = Job {
        request,
        ground: &ground,
        targets: &targets,
        papers: &papers,
        sender: &sender,
        number: &number,
        old: (record.content(), record.digest()),
        begun,
        bound,
    };
    let done = job.run(&package, &mut ledger, lent);
    lent.desk.engine_done();
    if let Err(error) = &done {
        let subject = bounded(&format!("{number} {}", error.code()));
        let _ = log(&mut ledger, lent.clock.now(), "rekey-failed", &subject, lent);
    }
    done
}

struct Job<'a> {
    request: &'a RekeyRequest,
    ground: &'a Ground,
    targets: &'a Targets,
    papers: &'a Papers,
    sender: &'a Unlocked,
    number: &'a CertificateNumber,
    old: (&'a DeliveryRecord, crate::crypto::Digest),
    begun: Timestamp,
    bound: Option<crate::units::ByteCount>,
}

impl Job<'_> {
    fn run(
        &self,
        package: &Package<'_>,
        ledger: &mut SqliteStore,
        lent: &mut Lent<'_>,
    ) -> Result<SealReport, WorkflowError> {
        let stop = lent.desk.stop();
        let name = self
            .request
            .name
            .clone()
            .unwrap_or_else(|| self.number.to_string());
        let mut observer = lent.desk.package_observer(&name);
        let head = (
            ledger.id(),
            ledger
                .head()
                .map_err(|error| journal::ledger_fault(error, lent))?,
        );
        let mut sink = DiskSink::new(&self.request.out, lent)?;
        let keys = self.targets.keys();
        let made = sealing::rekey(package, keys, self.bound, &mut sink, observer.as_mut(), &stop);
        let made = made.map_err(|error| WorkflowError::Package {
            path: self.request.access.package.clone(),
            error,
        })?;
        let (old, digest) = self.old;
        let written = Written {
            number: self.number,
            name,
            out: &self.request.out,
            sink,
            volumes: made.volumes,
            content: Content {
                id: package.header().package(),
                files: old.package.files,
                bytes: old.package.bytes,
                manifest: old.package.manifest,
                links: old.package.links_left_out,
                previous: Some(PreviousDelivery {
                    number: old.number.clone(),
                    digest,
                }),
            },
            lock: Lock::Recipients(self.targets.recipients.clone()),
            subject: self.subject(old),
            medium_number: self.request.medium_number.clone(),
            scan: Scan::NotDone,
            read_back: self.request.read_back,
            begun: self.begun,
            ledger: head,
            warnings: self.targets.warnings.clone(),
        };
        let mut hands = Hands {
            ground: self.ground,
            sender: self.sender,
            papers: self.papers,
            ledger,
            observer: observer.as_mut(),
            stop: &stop,
            entry: "package-rekeyed",
        };
        let mut report = deliver(written, &mut hands, lent)?.report;
        if !package.healed().is_empty() {
            // The new package is whole; the old one should not be relied on.
            report.exit = Exit::worst([report.exit, Exit::Exceptions]);
        }
        Ok(report)
    }

    /// The same data: the same subject, unless a new title was given.
    fn subject(&self, old: &DeliveryRecord) -> Subject {
        Subject {
            title: self.request.title.clone().unwrap_or_else(|| old.title.clone()),
            contents: old.contents.clone(),
            records: old.records,
            classification: old.classification.clone(),
            mynumber: old.mynumber,
            policy: old.policy.clone(),
            permit: old.permit.clone(),
            approval: old.approval.clone(),
            contract: old.contract.clone(),
            place: self.request.place.clone(),
        }
    }
}

/// Who could open the old one, without some and with others.
fn targets(
    request: &RekeyRequest,
    found: &Found,
    record: &DeliveryRecord,
    ground: &Ground,
    refusals: &mut Vec<Refusal>,
) -> Result<Targets, WorkflowError> {
    let mut targets = Targets::default();
    for recipient in &record.recipients {
        let goes = |name: &String| *name == recipient.id || recipient.groups.contains(name);
        if request.remove.iter().any(goes) {
            continue;
        }
        let member = found
            .standing
            .pinned()
            .and_then(|roster| roster.by_fingerprint(&recipient.fingerprint));
        let entitled = member.map(|member| {
            people::entitled(
                &found.standing,
                &member.identity,
                crate::records::Role::Recipient,
                ground.now,
            )
            .map(|()| member)
        });
        match entitled {
            Some(Ok(member)) => targets.add(&member.identity, &member.groups, true, None),
            Some(Err(refusal)) => refusals.push(refusal),
            // Only the roster has the keys that the old package was sealed to.
            None => refusals.push(
                PackageRefusal::NoRecipient {
                    name: recipient.id.clone(),
                }
                .into(),
            ),
        }
    }
    let unknown = request.remove.iter().filter(|name| {
        !record
            .recipients
            .iter()
            .any(|person| person.id == **name || person.groups.contains(name))
    });
    refusals.extend(unknown.map(|name| PackageRefusal::NoRecipient { name: name.clone() }.into()));
    let finder = Finder {
        standing: &ground.roster,
        now: ground.now,
        specimen: ground.specimen,
    };
    let before = refusals.len();
    finder.find(&request.add, &mut targets, refusals)?;
    if refusals.len() == before {
        refusals.extend(targets.check_count().err().map(Refusal::Package));
    }
    Ok(targets)
}

fn texts(request: &RekeyRequest) -> Vec<Refusal> {
    let texts = [
        ("--title", request.title.as_ref(), 200),
        ("--medium-no", request.medium_number.as_ref(), 100),
        ("--place", request.place.as_ref(), 200),
    ];
    let check = |(field, text, bound): (&'static str, Option<&String>, usize)| {
        text.and_then(|text| check_text(field, text, bound).err())
    };
    let names = request
        .name
        .iter()
        .filter_map(|name| ground::check_name(name).err())
        .map(Refusal::Package);
    texts
        .into_iter()
        .filter_map(check)
        .map(Refusal::Text)
        .chain(names)
        .collect()
}
