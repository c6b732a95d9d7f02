//! From a prepared erasure of files to its signed record, and what free space shares of that.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use crate::crypto::Digest;
use crate::devices::{
    self, Batches, ClearedFiles, ConfirmedFiles, DeviceError, FileSystemFacts, Removal, Survey,
};
use crate::erasure::files::{
    BatchOutcome, FilesJob, FilesJudgement, FilesOutcome, FreeOutcome, OldContent, erase_batch,
    erase_batch_noting, judge_files, judge_free,
};
use crate::ledger::{Head, LedgerId, SqliteStore, Store};
use crate::policy::Requirement;
use crate::progress::{Event, Observer, StopSignal};
use crate::records::{CertificateNumber, PartialSlip, SlipFile};
use crate::units::Timestamp;

use super::super::super::journal::{ledger_fault, log, number, open_ledger};
use super::super::super::{Clock, Lent, Refusal, Typed, WorkflowError, claims, people};
use super::super::carry_out::prove_unattended_witness;
use super::super::paperwork::{Draft, Paperwork};
use super::super::request::WipeTrouble;
use super::super::settings::Settings;
use super::annex;
use super::prepare::{Prepared, prepare};
use super::record::{self, Facts};
use super::request::{FilesDone, FilesPreview, FilesReport, FilesRequest, WhyLeft};
use super::search;

/// Files that were left, as far as they are told one by one.
const MOST_LEFT: usize = 100;

/// How the erasure was agreed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Agreed {
    /// The count of files, or the mount point, was typed or given.
    Typed(Typed),
    /// `--yes`.
    Yes,
}

/// What an erasure is of.
#[derive(Clone, Copy)]
pub(super) enum Over<'a> {
    /// Files that were named.
    Files(&'a FilesRequest),
    /// Free space.
    Space(&'a FreeOutcome),
}

/// A partial erasure that has begun, as the books know it.
pub(super) struct Begun {
    pub(super) number: CertificateNumber,
    pub(super) started: Timestamp,
    /// The ledger's head when it had the entry "erasure-started".
    pub(super) head: (LedgerId, Head),
    pub(super) plan_digest: Digest,
    pub(super) agreed: Agreed,
    /// What it is called in the ledger.
    pub(super) subject: String,
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

impl Work {
    /// Nothing yet.
    pub(super) fn none_of(survey: Survey, force_rewrite: bool) -> Self {
        Self {
            survey,
            batches: Vec::new(),
            refused: Vec::new(),
            outcome: FilesOutcome {
                force_rewrite,
                ..FilesOutcome::default()
            },
            removed_folders: 0,
        }
    }

    /// Erases one batch after another.
    pub(super) fn go_over(
        &mut self,
        batches: &mut Batches,
        job: &FilesJob,
        mut beside: Beside<'_>,
        observer: &mut dyn Observer,
        stop: &StopSignal,
        clock: &dyn Clock,
    ) {
        let of = batches.left();
        while !stop.is_raised()
            && let Some(claimed) = batches.next()
        {
            if of > 1 {
                let number = of - batches.left();
                observer.observe(Event::Part { number, of });
            }
            self.refused.extend(claimed.refused);
            let Some(mut batch) = claimed.batch else {
                continue;
            };
            let (begun, now) = (BatchOutcome::unknown(batch.as_ref()), || clock.now());
            let run = || match &mut beside.old {
                Some(old) => erase_batch_noting(job, batch.as_mut(), observer, stop, &now, old),
                None => erase_batch(job, batch.as_mut(), observer, stop, &now),
            };
            // A fault in the program must not cost the others their record: of this one nothing is known then.
            let outcome = catch_unwind(AssertUnwindSafe(run)).unwrap_or(begun);
            if of > 1 {
                (beside.part_done)(of - batches.left(), of, &outcome);
            }
            self.batches.push(claimed.files);
            self.outcome.batches.push(outcome);
        }
        let done: usize = self.batches.iter().map(Vec::len).sum();
        self.outcome.not_begun = (self.survey.files.len().saturating_sub(done)) as u64;
        // Whoever asks when all is done stops nothing.
        let left = self.outcome.not_begun > 0 || self.outcome.files().any(|file| !file.is_removed());
        self.outcome.stopped = stop.is_raised() && left;
    }

    /// Everything of the run's own is gone by now: also what could not be renamed and removed one by one, because there
    /// was no room left to note it. Only what was shown to be overwritten was to be removed so.
    pub(super) fn all_removed(&mut self) {
        let files = self.outcome.batches.iter_mut().flat_map(|batch| &mut batch.files);
        for file in
            files.filter(|file| !file.is_removed() && (file.failed.is_some() || file.removal.is_some()))
        {
            file.failed = None;
            file.removal = Some(Removal {
                renamed: false,
                truncated: true,
                unlinked: true,
                flushed: Ok(()),
            });
        }
        self.folders_gone(self.survey.folders.len());
    }

    /// So many of the folders are gone.
    pub(super) fn folders_gone(&mut self, removed: usize) {
        self.removed_folders = removed as u64;
        self.outcome.folders_removed = self.removed_folders;
        self.outcome.folders_left = (self.survey.folders.len() as u64).saturating_sub(self.removed_folders);
    }
}

/// What goes on beside the erasure of batches.
pub(super) struct Beside<'a> {
    /// Where the content of what is erased is noted.
    pub(super) old: Option<&'a mut OldContent>,
    /// Is told of each of several batches when it is done: its number, of how many, and what was measured.
    pub(super) part_done: &'a mut dyn FnMut(usize, usize, &BatchOutcome),
}

/// A run that is over, whatever it was over: what its record, its papers and its ledger need.
pub(super) struct Run<'a> {
    pub(super) over: Over<'a>,
    pub(super) settings: &'a Settings,
    /// What the policy requires, for each kind of medium that there is.
    pub(super) requirements: &'a [Requirement],
    pub(super) paperwork: &'a Paperwork<'a>,
    pub(super) begun: &'a Begun,
    pub(super) work: &'a Work,
    /// Steps that failed, each by its own words.
    pub(super) faults: Vec<DeviceError>,
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
    let what = format!("files={}", prepared.preview.files);
    let digest = digest_of(&prepared.preview);
    let begun = begin(&what, digest, agreed, &mut ledger, lent)?;
    let work = carry_out(
        cleared,
        &token,
        request,
        &prepared,
        (&begun, &mut ledger),
        &stop,
        lent,
    )?;
    let run = Run {
        over: Over::Files(request),
        settings: &prepared.settings,
        requirements: &prepared.requirements,
        paperwork: &paperwork,
        begun: &begun,
        work: &work,
        faults: Vec::new(),
    };
    let done = finish(run, &mut ledger, lent)?;
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
    Ok((token, Agreed::Typed(typed)))
}

/// A number, and the ledger's word that it was started; `what` says there what it is of.
pub(super) fn begin(
    what: &str,
    plan_digest: Digest,
    agreed: Agreed,
    ledger: &mut SqliteStore,
    lent: &Lent<'_>,
) -> Result<Begun, WorkflowError> {
    let started = lent.clock.now();
    let number = number(ledger, started, lent)?;
    let subject = format!("{number} {what}");
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
    let systems = preview.systems.iter().map(|system| &system.facts);
    plan_digest("keshiin-files-plan/1", &preview.plan, systems)
}

/// The digest of a plan and of the file systems that it is for, as lines of text.
pub(super) fn plan_digest<'a>(
    head: &str,
    plan: &[(String, String)],
    systems: impl Iterator<Item = &'a FileSystemFacts>,
) -> Digest {
    let mut text = format!("{head}\n");
    for (name, value) in plan {
        text.push_str(&format!("{name}={value}\n"));
    }
    for facts in systems {
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
    (begun, ledger): (&Begun, &mut SqliteStore),
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
    let mut work = Work::none_of(survey, request.force_rewrite);
    let mut old = request.search_device.then(OldContent::default);
    let mut part_done = |number, of, outcome: &BatchOutcome| {
        let gone = outcome.files.iter().filter(|file| file.is_removed()).count();
        let left = outcome.files.len() - gone;
        let subject = format!("{} part={number}/{of} erased={gone} left={left}", begun.number);
        // Whoever is killed before the record is written leaves this. A ledger that fails here fails at the end as
        // well, where it is told.
        let _ = log(ledger, clock.now(), "erasure-part-finished", &subject, lent);
    };
    work.go_over(
        &mut batches,
        &job,
        Beside {
            old: old.as_mut(),
            part_done: &mut part_done,
        },
        observer.as_mut(),
        stop,
        clock,
    );
    let removed = batches.remove_folders();
    work.folders_gone(removed.iter().filter(|answer| **answer == Ok(true)).count());
    if let Some(old) = old.filter(|_| !work.outcome.stopped) {
        work.outcome.searches = search::carry_out(&job, old, &work, observer.as_mut(), stop);
    }
    Ok(work)
}

/// Judges, records, signs and files what was measured, shows the verdict, prints, and lets the witness sign.
pub(super) fn finish(
    run: Run<'_>,
    ledger: &mut SqliteStore,
    lent: &mut Lent<'_>,
) -> Result<FilesDone, WorkflowError> {
    let judgement = run.judgement();
    // The record says the truth without the annex, too; it must not fail because of it.
    let written = run
        .annex()
        .map(|path| annex::write(path, &run.begun.number, run.work, lent).map(|told| (path.clone(), told)));
    let (listed, unlisted) = match written.transpose() {
        Ok(listed) => (listed, None),
        Err(error) => (None, Some(WipeTrouble::NotListed { code: error.code() })),
    };
    let record = record::record(&Facts {
        run: &run,
        judgement: &judgement,
        annex: listed.as_ref().map(|(_, (_, reference))| *reference),
        ended: lent.clock.now(),
    });
    record
        .check()
        .map_err(|error| WorkflowError::internal("record", &error))?;
    let envelope = record.to_envelope();
    let draft = Draft {
        slip: SlipFile::new(PartialSlip::of(&record, envelope.digest())),
        envelope,
        order: record.order_of_signers(),
        number: &record.number,
        name: &format!("{}_{}", record.number, run.name()),
        subject: &run.begun.subject,
        verdict: judgement.verdict.name(),
    };
    let (mut papers, mut dossier) = run.paperwork.sign_and_file(draft, ledger, lent)?;
    papers.troubles.extend(unlisted);
    let mut done = FilesDone {
        judgement,
        left: run.left(),
        searches: run.work.outcome.searches.clone(),
        faults: run.faults,
        record,
        papers,
        annex: listed.map(|(list, (table, _))| (list, table)),
    };
    lent.desk.show_files_verdict(&done);
    run.paperwork.print(&mut done.papers, &dossier, lent);
    // Only now may Ctrl-C end the program: what was done is on record and was shown.
    lent.desk.engine_done();
    run.paperwork
        .witnessed(&mut [(&mut done.papers, &mut dossier)], ledger, lent);
    Ok(done)
}

impl<'a> Run<'a> {
    fn judgement(&self) -> FilesJudgement {
        let (outcome, systems) = (&self.work.outcome, &self.work.survey.systems);
        match self.over {
            Over::Files(_) => judge_files(outcome, systems),
            Over::Space(free) => judge_free(outcome, free, systems),
        }
    }

    fn annex(&self) -> Option<&'a PathBuf> {
        match self.over {
            Over::Files(request) => request.annex.as_ref(),
            Over::Space(_) => None,
        }
    }

    /// What its papers' files are called, behind the number.
    fn name(&self) -> &'static str {
        match self.over {
            Over::Files(_) => "files",
            Over::Space(_) => "free",
        }
    }

    /// Files that somebody misses: those that only took free space are gone, and were nobody's.
    fn left(&self) -> Vec<(PathBuf, WhyLeft)> {
        match self.over {
            Over::Files(_) => left(self.work),
            Over::Space(_) => Vec::new(),
        }
    }
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
