//! Going over one batch: what lay there, the engine's passes and read-back, what lies there now, the names.
//!
//! Touches only the batch that it is lent.

use std::time::Duration;

use crate::crypto::{self, BlockKey};
use crate::devices::{FileBatch, FileFacts, IoFailure, NameTrace, Segment, Sight, Target};
use crate::erasure::engine::{CHECKPOINT_EVERY, Job, PATIENCE, Unkept, WATCHDOG, broken_down, run};
use crate::erasure::error::ErasureError;
use crate::erasure::exact::{Exact, Patience};
use crate::erasure::method::Method;
use crate::erasure::outcome::{Ending, Outcome, VerifyMode};
use crate::erasure::plan::Plan;
use crate::progress::{Observer, StopSignal};
use crate::units::{BlockSize, ByteCount, Timestamp};

use super::after::{Findings, Looking, SegmentMeasure, is_written, may_be_finished};
use super::before::{self, Before};
use super::outcome::{BatchOutcome, FileMeasure};

/// Memory for requests in flight, unless set.
const MEMORY: ByteCount = ByteCount(8 << 20);

/// How the files of a run are erased.
pub struct FilesJob {
    method: Method,
    verify: VerifyMode,
    key: BlockKey,
    /// Whether what cannot be reached in place loses its name all the same, once it was rewritten.
    pub force_rewrite: bool,
    /// Most bytes a second. As fast as the medium, unless set.
    pub rate_limit: Option<ByteCount>,
    /// Memory for requests in flight, 8 MiB unless set.
    pub memory: ByteCount,
    /// After so long without a sign of life the device counts as stalled. [`WATCHDOG`], unless set.
    pub watchdog: Duration,
    /// So much time may be lost on places that refuse. [`PATIENCE`], unless set.
    pub patience: Duration,
    /// Whether this thread already runs at the lowest I/O priority: for the record.
    pub background: bool,
    /// Whether reading back ends at the first difference. Read to the end, unless set.
    pub fail_fast: bool,
    /// How often a flush within a pass makes certain what was written. [`CHECKPOINT_EVERY`], unless set.
    pub checkpoint_every: Duration,
}

impl FilesJob {
    /// Erasure with `method`, read back as `verify` says. `key` is of this run alone.
    ///
    /// # Errors
    /// [`ErasureError::SamplePercent`] for a sample outside 1 to 99.
    pub fn new(method: Method, verify: VerifyMode, key: BlockKey) -> Result<Self, ErasureError> {
        Plan::new(method.clone(), ByteCount(1), BlockSize::SECTOR, verify)?;
        Ok(Self {
            method,
            verify,
            key,
            force_rewrite: false,
            rate_limit: None,
            memory: MEMORY,
            watchdog: WATCHDOG,
            patience: PATIENCE,
            background: false,
            fail_fast: false,
            checkpoint_every: CHECKPOINT_EVERY,
        })
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// What is read back.
    #[must_use]
    pub fn verify(&self) -> VerifyMode {
        self.verify
    }

    fn engine_job(&self, plan: Plan) -> Option<Job> {
        let seeds: Result<Vec<[u8; 32]>, _> = (0..plan.seeds_needed()).map(|_| crypto::random()).collect();
        let mut job = Job::new(plan, &seeds.ok()?).ok()?;
        // What was rewritten elsewhere differs at every old place, and each of them has to be looked at.
        job.hopeless_after = ByteCount(u64::MAX);
        job.rate_limit = self.rate_limit;
        job.memory = self.memory;
        job.watchdog = self.watchdog;
        job.patience = self.patience;
        job.background = self.background;
        job.fail_fast = self.fail_fast;
        job.checkpoint_every = self.checkpoint_every;
        Some(job)
    }
}

/// Erases the files of `batch`. Always gives what was measured; a file that was not erased keeps its name.
pub fn erase_batch(
    job: &FilesJob,
    batch: &mut dyn FileBatch,
    observer: &mut dyn Observer,
    stop: &StopSignal,
    now: &dyn Fn() -> Timestamp,
) -> BatchOutcome {
    let size = batch.segments().last().map_or(0, |last| last.range.end());
    let plan = Plan::new(job.method.clone(), ByteCount(size), batch.block(), job.verify);
    let written = plan.ok().map(|plan| write(job, plan, batch, observer, stop, now));
    let mut outcome = BatchOutcome {
        system: batch.files().first().map_or(0, |file| file.system),
        sight: batch.sight().clone(),
        digests_kept: written.as_ref().is_none_or(|written| written.before.kept),
        looked_again: written.as_ref().is_none_or(|written| written.segments.is_some()),
        files: measures(batch, written.as_ref()),
        stream: None,
    };
    if !stop.is_raised() {
        let good = good_files(job, batch, &outcome.files, written.as_ref());
        remove(batch, &good, &mut outcome.files);
    }
    outcome.stream = written.map(|written| written.stream);
    outcome
}

/// What is known of a stream that was gone over.
struct Written {
    before: Before,
    stream: Outcome,
    /// None where nothing may be said of the files: the look afterwards is missing.
    segments: Option<Vec<SegmentMeasure>>,
}

fn write(
    job: &FilesJob,
    plan: Plan,
    batch: &mut dyn FileBatch,
    observer: &mut dyn Observer,
    stop: &StopSignal,
    now: &dyn Fn() -> Timestamp,
) -> Written {
    let block = plan.block();
    let mut medium = Exact::new(batch.stream(), block);
    let before = before::look(&job.key, batch, &mut medium, observer, stop);
    let path = medium.medium().io_path();
    let Some(engine_job) = job.engine_job(plan.clone()) else {
        return Written {
            before,
            stream: broken_down(&plan, path),
            segments: None,
        };
    };
    // A stop that was asked for meanwhile is the engine's to tell: it writes nothing then.
    let done = run(engine_job, medium.into_medium(), observer, &mut Unkept, stop, now);
    let segments = done
        .target
        .and_then(|target| look_again(job, batch, target, &before, &done.outcome, observer, stop));
    Written {
        before,
        stream: done.outcome,
        segments,
    }
}

/// Looks at the old places again. None where it cannot be done, or nothing could be built on it.
fn look_again(
    job: &FilesJob,
    batch: &mut dyn FileBatch,
    mut target: Box<dyn Target>,
    before: &Before,
    outcome: &Outcome,
    observer: &mut dyn Observer,
    stop: &StopSignal,
) -> Option<Vec<SegmentMeasure>> {
    let filler = outcome.passes.last()?.pattern.filler();
    if matches!(outcome.ending, Ending::Stopped | Ending::Vanished) || stop.is_raised() {
        return None;
    }
    if outcome.second_look.is_none() && !target.look_again().is_empty() {
        return None;
    }
    let moved = batch.moved().ok()?;
    let segments = batch.segments().to_vec();
    let mut medium = Exact::new(target, batch.block());
    Looking {
        medium: &mut medium,
        segments: &segments,
        filler,
        before,
        key: &job.key,
        patience: Patience::new(job.patience),
        observer,
        stop,
    }
    .measure(&Findings::of(outcome), &moved)
}

/// What was measured, by file.
fn measures(batch: &dyn FileBatch, written: Option<&Written>) -> Vec<FileMeasure> {
    let mut all = vec![FileMeasure::default(); batch.files().len()];
    let sees = matches!(batch.sight(), Sight::Device { .. });
    for (index, segment) in batch.segments().iter().enumerate() {
        let Some(measure) = all.get_mut(segment.file) else {
            continue;
        };
        measure.planned.0 += segment.range.length.0;
        let Some(written) = written else { continue };
        measure.mapped.0 += written.before.mapped[index];
        measure.unwritten.0 += written.before.unwritten[index];
        measure.slack.0 += written.before.slack[index];
        if let Some(seen) = &written.segments {
            add(measure, segment, &seen[index], sees);
        }
    }
    all
}

fn add(measure: &mut FileMeasure, segment: &Segment, seen: &SegmentMeasure, sees: bool) {
    let length = segment.range.length.0;
    let equal = seen.seen.saturating_sub(seen.other + seen.unreached);
    if sees && segment.physical.is_some() {
        measure.equal.0 += equal;
    }
    measure.other.0 += seen.other;
    measure.unexplained.0 += if seen.moved { 0 } else { seen.other };
    measure.still_there.0 += seen.still_there;
    measure.moved.0 += if seen.moved { length } else { 0 };
    measure.unreached.0 += seen.unreached.min(length);
}

/// The files that may lose their names.
fn good_files(
    job: &FilesJob,
    batch: &dyn FileBatch,
    measures: &[FileMeasure],
    written: Option<&Written>,
) -> Vec<usize> {
    let mut good: Vec<bool> = batch
        .files()
        .iter()
        .zip(measures)
        .map(|(file, measure)| measure.planned.0 > 0 || holds_nothing(file))
        .collect();
    for (index, segment) in batch.segments().iter().enumerate() {
        let seen = written.and_then(|written| {
            let sound = is_sound(&written.stream);
            written.segments.as_ref().filter(|_| sound)?.get(index)
        });
        let fine = seen.is_some_and(|seen| is_good(job, segment, seen));
        if let Some(file) = good.get_mut(segment.file) {
            *file &= fine;
        }
    }
    let wanted = good.iter().enumerate().filter(|(_, good)| **good);
    wanted.map(|(index, _)| index).collect()
}

/// A file without any block of its own is done with, unless its content lies where there is no block to be told.
fn holds_nothing(file: &FileFacts) -> bool {
    let elsewhere = file.untold.is_some() || file.storing.inline || file.storing.encoded;
    file.size.0 == 0 || !elsewhere
}

/// Whether anything may be built on what was read of the stream's files one by one.
fn is_sound(outcome: &Outcome) -> bool {
    let alone = outcome.second_look.as_ref().map_or_else(
        || outcome.ending != Ending::Completed,
        |look| look.intrusions.is_empty(),
    );
    let read_to_judge = outcome.ending == Ending::Completed || outcome.verify == VerifyMode::Full;
    is_written(outcome) && may_be_finished(&outcome.ending) && alone && read_to_judge
}

fn is_good(job: &FilesJob, segment: &Segment, seen: &SegmentMeasure) -> bool {
    let whole = job.verify != VerifyMode::Full || seen.seen == segment.range.length.0;
    if seen.moved {
        return job.force_rewrite && seen.unreached == 0;
    }
    whole && seen.other == 0 && seen.unreached == 0 && seen.still_there == 0
}

/// Takes the names of `good` away and looks for them afterwards.
fn remove(batch: &mut dyn FileBatch, good: &[usize], measures: &mut [FileMeasure]) {
    if good.is_empty() {
        return;
    }
    for (index, removal) in good.iter().zip(batch.remove(good)) {
        let Some(measure) = measures.get_mut(*index) else {
            continue;
        };
        match removal {
            Ok(removal) => measure.removal = Some(removal),
            Err(failure) => measure.failed = Some(errno(failure)),
        }
    }
    let gone: Vec<usize> = good
        .iter()
        .copied()
        .filter(|index| {
            let removal = measures.get(*index).and_then(|measure| measure.removal);
            removal.is_some_and(|removal| removal.is_nameless())
        })
        .collect();
    let traces: Vec<NameTrace> = if gone.is_empty() {
        Vec::new()
    } else {
        batch.name_traces(&gone)
    };
    for (index, trace) in gone.iter().zip(traces) {
        if let Some(measure) = measures.get_mut(*index) {
            measure.name = Some(trace);
            let flushed = measure.removal.map_or(Ok(()), |removal| removal.flushed);
            if let (false, Err(errno)) = (measure.is_removed(), flushed) {
                // It may be back after a crash, under the name that it had.
                (measure.name, measure.failed) = (None, Some(errno));
            }
        }
    }
}

fn errno(failure: IoFailure) -> i32 {
    match failure {
        IoFailure::Unreachable { errno } | IoFailure::Vanished { errno } | IoFailure::Other { errno } => {
            errno
        }
    }
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;
