//! From a prepared erasure of files to its signed record.

use std::path::PathBuf;

use crate::crypto::Digest;
use crate::devices::{self, ClearedFiles, ConfirmedFiles, DeviceError, Survey};
use crate::erasure::files::{FilesOutcome, erase_batch, judge_files};
use crate::ledger::{Head, LedgerId, SqliteStore, Store};
use crate::progress::{Event, StopSignal};
use crate::records::{CertificateNumber, PartialSlip, SlipFile};
use crate::units::Timestamp;

use super::super::super::journal::{ledger_fault, log, number, open_ledger};
use super::super::super::{Lent, Refusal, Typed, WorkflowError, claims, people};
use super::super::carry_out::prove_unattended_witness;
use super::super::paperwork::{Draft, Paperwork};
use super::super::request::WipeTrouble;
use super::annex;
use super::prepare::{Prepared, prepare};
use super::record::{self, Facts};
use super::request::{FilesDone, FilesPreview, FilesReport, FilesRequest, WhyLeft};

/// Files that were left, as far as they are told one by one.
const MOST_LEFT: usize = 100;

/// How the erasure was agreed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Agreed {
    /// The count was typed or given.
    Count(Typed),
    /// `--yes`.
    Yes,
}

/// An erasure of files that has begun, as the books know it.
pub(super) struct Begun {
    pub(super) number: CertificateNumber,
    pub(super) started: Timestamp,
    /// The ledger's head when it had the entry "erasure-started".
    pub(super) head: (LedgerId, Head),
    pub(super) plan_digest: Digest,
    pub(super) agreed: Agreed,
    /// What it is called in the ledger.
    subject: String,
}

/// What was done and measured.
pub(super) struct Work {
    /// What was found before.
    pub(super) survey: Survey,
    /// By batch: which of the survey's files are in it, in its order.
    pub(super) batches: Vec<Vec<usize>>,
    /// Files that could not be claimed any more: nothing was written to them.
    pub(super) refused: Vec<(usize, DeviceError)>,
    pub(super) outcome: FilesOutcome,
    pub(super) removed_folders: u64,
}

/// Erases files, or shows what would be done.
///
/// # Errors
/// Refusals, all at once and before anything was changed; faults.
pub fn wipe_files(request: &FilesRequest, lent: &mut Lent<'_>) -> Result<FilesReport, WorkflowError> {
    let mut prepared = prepare(request, lent)?;
    if request.dry_run {
        return Ok(FilesReport::DryRun(prepared.preview));
    }
    let handler = people::unlock(&prepared.commission.handler, &request.order.handler, lent)?;
    prove_unattended_witness(&prepared.commission.witness, lent)?;
    let mut ledger = open_ledger(lent)?;
    let cleared = prepared
        .cleared
        .take()
        .ok_or(WorkflowError::Internal { what: "files" })?;
    let (token, agreed) = confirm(&cleared, &prepared.preview, request, lent)?;
    let paperwork = Paperwork {
        order: &request.order,
        commission: &prepared.commission,
        handler: &handler,
        tool: claims::tool(lent),
    };
    // From here on Ctrl-C stops what runs: whatever has begun gets its record.
    let stop = lent.desk.stop();
    let begun = begin(&prepared.preview, agreed, &mut ledger, lent)?;
    let work = carry_out(cleared, &token, request, &prepared, &stop, lent)?;
    let done = finish(request, &prepared, &paperwork, &begun, &work, &mut ledger, lent)?;
    Ok(FilesReport::Done(Box::new(done)))
}

fn confirm(
    cleared: &ClearedFiles,
    preview: &FilesPreview,
    request: &FilesRequest,
    lent: &mut Lent<'_>,
) -> Result<(ConfirmedFiles, Agreed), WorkflowError> {
    let refuse = |error| WorkflowError::from(Refusal::Files { error });
    if request.yes {
        let count = preview.files.to_string();
        let token = devices::confirm_files(cleared, &count).map_err(refuse)?;
        return Ok((token, Agreed::Yes));
    }
    let typed = match &request.confirm {
        Some(text) => Typed {
            text: text.clone(),
            at_terminal: false,
        },
        None => lent.desk.confirm_files(preview)?,
    };
    let token = devices::confirm_files(cleared, &typed.text).map_err(refuse)?;
    Ok((token, Agreed::Count(typed)))
}

/// A number, and the ledger's word that it was started.
fn begin(
    preview: &FilesPreview,
    agreed: Agreed,
    ledger: &mut SqliteStore,
    lent: &Lent<'_>,
) -> Result<Begun, WorkflowError> {
    let plan_digest = digest_of(preview);
    let started = lent.clock.now();
    let number = number(ledger, started, lent)?;
    let subject = format!("{number} files={}", preview.files);
    let entry = format!("{subject} plan={plan_digest}");
    log(ledger, started, "erasure-started", &entry, lent)?;
    let head = ledger.head().map_err(|error| ledger_fault(error, lent))?;
    Ok(Begun {
        number,
        started,
        head: (ledger.id(), head),
        plan_digest,
        agreed,
        subject,
    })
}

fn digest_of(preview: &FilesPreview) -> Digest {
    let mut text = String::from("keshiin-files-plan/1\n");
    for (name, value) in &preview.plan {
        text.push_str(&format!("{name}={value}\n"));
    }
    for system in &preview.systems {
        let facts = &system.facts;
        let place = facts.mount_point.display();
        text.push_str(&format!("system={} {} {place}\n", facts.name, facts.number));
    }
    Digest::of(&[text.as_bytes()])
}

/// One batch after another, then the folders.
fn carry_out(
    cleared: ClearedFiles,
    token: &ConfirmedFiles,
    request: &FilesRequest,
    prepared: &Prepared,
    stop: &StopSignal,
    lent: &mut Lent<'_>,
) -> Result<Work, WorkflowError> {
    let mut job = prepared.settings.files_job()?;
    job.force_rewrite = request.force_rewrite;
    job.background = prepared.settings.idle && devices::lower_io_priority();
    let survey = cleared.survey().clone();
    let mut observer = lent.desk.files_observer(&prepared.preview);
    let clock = lent.clock;
    let mut batches = devices::claim_files(cleared, token).map_err(|error| Refusal::Files { error })?;
    let mut work = Work {
        survey,
        batches: Vec::new(),
        refused: Vec::new(),
        outcome: FilesOutcome {
            force_rewrite: request.force_rewrite,
            ..FilesOutcome::default()
        },
        removed_folders: 0,
    };
    let of = batches.left();
    while !stop.is_raised()
        && let Some(claimed) = batches.next()
    {
        if of > 1 {
            let number = of - batches.left();
            observer.observe(Event::Part { number, of });
        }
        work.refused.extend(claimed.refused);
        let Some(mut batch) = claimed.batch else {
            continue;
        };
        let outcome = erase_batch(&job, batch.as_mut(), observer.as_mut(), stop, &|| clock.now());
        work.batches.push(claimed.files);
        work.outcome.batches.push(outcome);
    }
    work.outcome.stopped = stop.is_raised();
    let done: usize = work.batches.iter().map(Vec::len).sum();
    work.outcome.not_begun = (work.survey.files.len().saturating_sub(done)) as u64;
    let removed = batches.remove_folders();
    work.removed_folders = removed.iter().filter(|answer| **answer == Ok(true)).count() as u64;
    work.outcome.folders_left = (work.survey.folders.len() as u64).saturating_sub(work.removed_folders);
    Ok(work)
}

/// Judges, records, signs and files what was measured, shows the verdict, prints, and lets the witness sign.
fn finish(
    request: &FilesRequest,
    prepared: &Prepared,
    paperwork: &Paperwork<'_>,
    begun: &Begun,
    work: &Work,
    ledger: &mut SqliteStore,
    lent: &mut Lent<'_>,
) -> Result<FilesDone, WorkflowError> {
    let judgement = judge_files(&work.outcome, &work.survey.systems);
    // The record says the truth without the annex, too; it must not fail because of it.
    let written = request
        .annex
        .as_ref()
        .map(|path| annex::write(path, &begun.number, work, lent).map(|told| (path.clone(), told)));
    let (listed, unlisted) = match written.transpose() {
        Ok(listed) => (listed, None),
        Err(error) => (None, Some(WipeTrouble::NotListed { code: error.code() })),
    };
    let facts = Facts {
        request,
        prepared,
        begun,
        work,
        judgement: &judgement,
        annex: listed.as_ref().map(|(_, (_, reference))| *reference),
        ended: lent.clock.now(),
    };
    let record = record::record(paperwork, &facts);
    record
        .check()
        .map_err(|error| WorkflowError::internal("record", &error))?;
    let envelope = record.to_envelope();
    let draft = Draft {
        slip: SlipFile::new(PartialSlip::of(&record, envelope.digest())),
        envelope,
        order: record.order_of_signers(),
        number: &record.number,
        name: &format!("{}_files", record.number),
        subject: &begun.subject,
        verdict: judgement.verdict.name(),
    };
    let (mut papers, mut dossier) = paperwork.sign_and_file(draft, ledger, lent)?;
    papers.troubles.extend(unlisted);
    let mut done = FilesDone {
        judgement,
        left: left(work),
        record,
        papers,
        annex: listed.map(|(list, (table, _))| (list, table)),
    };
    lent.desk.show_files_verdict(&done);
    paperwork.print(&mut done.papers, &dossier, lent);
    // Only now may Ctrl-C end the program: what was done is on record and was shown.
    lent.desk.engine_done();
    paperwork.witnessed(&mut [(&mut done.papers, &mut dossier)], ledger, lent);
    Ok(done)
}

/// The first files that have their names still, and why.
fn left(work: &Work) -> Vec<(PathBuf, WhyLeft)> {
    let path = |number: &usize| work.survey.files[*number].path.clone();
    let refused = work
        .refused
        .iter()
        .map(|(number, error)| (path(number), WhyLeft::Refused(error.clone())));
    let batches = work.batches.iter().zip(&work.outcome.batches);
    let kept = batches.flat_map(|(numbers, batch)| {
        let files = numbers.iter().zip(&batch.files);
        files
            .filter(|(_, measure)| !measure.is_removed())
            .map(|(number, measure)| (path(number), WhyLeft::Found(annex::result(batch, measure))))
    });
    refused.chain(kept).take(MOST_LEFT).collect()
}
