//! From a prepared erasure of free space to its signed record.
//!
//! Once it is begun it ends with a record, whatever happens, and nothing that took free space stays: the filler is
//! removed on every way out. A step that fails is told and counts against the verdict.

use crate::devices::{
    self, Batches, ClearedSpace, ConfirmedSpace, DeviceError, Filler, FreeSpaceFacts, InodeTotals, Survey,
};
use crate::erasure::files::{FilesJob, FreeOutcome};
use crate::progress::{Event, Observer, Phase, StopSignal};
use crate::units::ByteCount;

use super::super::super::journal::open_ledger;
use super::super::super::{Clock, Lent, Refusal, Typed, WorkflowError, claims, people};
use super::super::carry_out::prove_unattended_witness;
use super::super::paperwork::Paperwork;
use super::carry_out::{Agreed, Beside, Over, Run, Work, begin, finish, plan_digest};
use super::free_prepare::{Prepared, prepare};
use super::free_request::{FreeReport, FreeRequest, FreeStep};

/// Erases the free space of a file system, or shows what would be done.
///
/// # Errors
/// Refusals, all at once and before anything was changed; faults.
pub fn wipe_free(request: &FreeRequest, lent: &mut Lent<'_>) -> Result<FreeReport, WorkflowError> {
    let prepared = prepare(request, lent)?;
    if request.dry_run {
        return Ok(FreeReport::DryRun(prepared.preview));
    }
    let handler = people::unlock(&prepared.commission.handler, &request.order.handler, lent)?;
    prove_unattended_witness(&prepared.commission.witness, lent)?;
    let mut ledger = open_ledger(lent)?;
    let (token, agreed) = confirm(&prepared, request, lent)?;
    let paperwork = Paperwork {
        order: &request.order,
        commission: &prepared.commission,
        handler: &handler,
        tool: claims::tool(lent),
    };
    let mut job = prepared.settings.files_job()?;
    job.background = prepared.settings.idle && devices::lower_io_priority();
    // From here on Ctrl-C stops what runs: whatever has begun gets its record.
    let stop = lent.desk.stop();
    let begun = begin("free-space", digest_of(&prepared), agreed, &mut ledger, lent)?;
    let mut course = Course::new(&prepared, &token, &stop);
    let work = course.run(&job, lent);
    let run = Run {
        over: Over::Space(&course.found),
        settings: &prepared.settings,
        requirements: std::slice::from_ref(&prepared.requirement),
        paperwork: &paperwork,
        begun: &begun,
        work: &work,
        faults: std::mem::take(&mut course.faults),
    };
    let done = finish(run, &mut ledger, lent)?;
    Ok(FreeReport::Done(Box::new(done)))
}

fn confirm(
    prepared: &Prepared,
    request: &FreeRequest,
    lent: &mut Lent<'_>,
) -> Result<(ConfirmedSpace, Agreed), WorkflowError> {
    let refuse = |error| WorkflowError::from(Refusal::Files { error });
    let cleared = &prepared.cleared;
    if request.yes {
        let own = cleared.facts().mount_point.to_string_lossy();
        let token = devices::confirm_space(cleared, &own).map_err(refuse)?;
        return Ok((token, Agreed::Yes));
    }
    let typed = match &request.confirm {
        Some(text) => Typed {
            text: text.clone(),
            at_terminal: false,
        },
        None => lent.desk.confirm_free(&prepared.preview)?,
    };
    let token = devices::confirm_space(cleared, &typed.text).map_err(refuse)?;
    Ok((token, Agreed::Typed(typed)))
}

fn digest_of(prepared: &Prepared) -> crate::crypto::Digest {
    let preview = &prepared.preview;
    let systems = std::iter::once(&preview.facts.system);
    plan_digest("keshiin-free-plan/1", &preview.plan, systems)
}

/// The work that has begun: nothing in it returns early.
struct Course<'a> {
    space: &'a ClearedSpace,
    token: &'a ConfirmedSpace,
    prepared: &'a Prepared,
    stop: &'a StopSignal,
    found: FreeOutcome,
    faults: Vec<DeviceError>,
}

impl<'a> Course<'a> {
    /// Everything is as it was.
    fn new(prepared: &'a Prepared, token: &'a ConfirmedSpace, stop: &'a StopSignal) -> Self {
        let facts = prepared.cleared.facts();
        Self {
            space: &prepared.cleared,
            token,
            prepared,
            stop,
            found: FreeOutcome {
                free_before: facts.free,
                reserve: prepared.preview.reserve,
                left_over: facts.free,
                inodes: InodeTotals {
                    free_before: facts.free_inodes,
                    taken: 0,
                    left: facts.free_inodes.unwrap_or(0),
                },
                ..FreeOutcome::default()
            },
            faults: Vec::new(),
        }
    }

    fn facts(&self) -> &'a FreeSpaceFacts {
        self.space.facts()
    }

    fn run(&mut self, job: &FilesJob, lent: &mut Lent<'_>) -> Work {
        self.clean_up(lent);
        self.beside_free_blocks(lent);
        let mut work = Work::none_of(
            Survey {
                systems: vec![self.facts().system.clone()],
                ..Survey::default()
            },
            false,
        );
        let mut observer = lent.desk.free_observer(&self.prepared.preview);
        if let Some(filler) = self.fill(observer.as_mut(), lent) {
            work = self
                .erase(&filler, job, observer.as_mut(), lent.clock)
                .unwrap_or(work);
            lent.desk.free_step(FreeStep::Remove);
            let removed = filler.remove();
            if removed.is_ok() {
                work.all_removed();
            }
            self.note(removed);
        }
        work.outcome.stopped = self.stop.is_raised();
        work
    }

    /// What a killed run took is free space as well.
    fn clean_up(&mut self, lent: &mut Lent<'_>) {
        if self.facts().left_behind.is_empty() {
            return;
        }
        lent.desk.free_step(FreeStep::LeftBehind);
        let given_back = devices::remove_left_behind(self.space, self.token, self.stop);
        if let Some(bytes) = self.note(given_back) {
            self.found.free_before.0 += bytes.0;
            self.found.left_over = self.found.free_before;
        }
    }

    /// What lies outside of free blocks. A step that was not begun leaves nothing looked at, which its numbers say.
    fn beside_free_blocks(&mut self, lent: &mut Lent<'_>) {
        if !self.stop.is_raised() {
            lent.desk.free_step(FreeStep::Tails);
            let tails = devices::clear_tails(self.space, self.token, &mut |_| (), self.stop);
            self.found.tails = self.note(tails).unwrap_or_default();
        }
        if !self.stop.is_raised() {
            lent.desk.free_step(FreeStep::Entries);
            let entries = devices::clear_entries(self.space, self.token, &mut |_| (), self.stop);
            self.found.entries = self.note(entries).unwrap_or_default();
        }
    }

    fn fill(&mut self, observer: &mut dyn Observer, lent: &mut Lent<'_>) -> Option<Filler> {
        if self.stop.is_raised() {
            return None;
        }
        lent.desk.free_step(FreeStep::Fill);
        let reserve = self.found.reserve;
        observer.observe(Event::Started {
            phase: Phase::Allocate,
            pass: 1,
            passes: 1,
            total: ByteCount(self.found.free_before.0.saturating_sub(reserve.0)),
        });
        let mut advanced = |done| observer.observe(Event::Advanced { done });
        let filled = devices::fill(self.space, self.token, reserve, &mut advanced, self.stop);
        observer.observe(Event::Finished);
        let filler = self.note(filled)?;
        self.found.taken = filler.taken();
        self.found.left_over = filler.left_over();
        self.found.inodes = filler.inodes();
        Some(filler)
    }

    /// The files of the filler go the way of every file, but for their names, which are nobody's.
    fn erase(
        &mut self,
        filler: &Filler,
        job: &FilesJob,
        observer: &mut dyn Observer,
        clock: &dyn Clock,
    ) -> Option<Work> {
        match claim(filler, self.stop) {
            Ok((survey, mut batches)) => {
                let mut work = Work::none_of(survey, false);
                work.go_over(
                    &mut batches,
                    job,
                    Beside {
                        old: None,
                        part_done: &mut |_, _, _| (),
                    },
                    observer,
                    self.stop,
                    clock,
                );
                self.faults
                    .extend(work.refused.iter().map(|(_, error)| error.clone()));
                Some(work)
            }
            Err(errors) => {
                errors.into_iter().for_each(|error| {
                    self.note::<()>(Err(error));
                });
                None
            }
        }
    }

    /// The value; a failure is told, and that something stayed as it was. Being stopped is no failure.
    fn note<T>(&mut self, result: Result<T, DeviceError>) -> Option<T> {
        let error = match result {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        let stopped = matches!(error, DeviceError::FillStopped | DeviceError::SearchStopped);
        if !(stopped && self.stop.is_raised()) {
            self.found.incomplete = true;
            self.faults.push(error);
        }
        None
    }
}

fn claim(filler: &Filler, stop: &StopSignal) -> Result<(Survey, Batches), Vec<DeviceError>> {
    let (cleared, token) = devices::clear_filler(filler, stop)?;
    let survey = cleared.survey().clone();
    let batches = devices::claim_files(cleared, &token).map_err(|error| vec![error])?;
    Ok((survey, batches))
}
