//! Carrying out a plan: one thread works on the medium, the calling one watches it.
//!
//! The worker owns the target. The watcher collects its reports, tells the observer, takes instants
//! from the clock that it is lent, and leaves the worker behind when it no longer answers: a call into
//! a dying drive may never return, and the record of what is known must be made all the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::devices::{IoFailure, IoPath, Target};
use crate::progress::{Observer, StopSignal};
use crate::units::{ByteCount, ByteRange, Timestamp};

use super::error::ErasureError;
use super::line::{Line, Message, Pulse};
use super::outcome::{Conduct, Ending, HiddenArea, Outcome, PassOutcome, ReadBack, ResumePoint};
use super::pattern::PassPattern;
use super::plan::Plan;
use super::recorder::{Recorder, Subject};
use super::worker::{Task, work};

/// After so long without a sign of life a device counts as stalled.
pub const WATCHDOG: Duration = Duration::from_secs(120);
/// So much time may be lost on places that refuse before the engine gives up.
pub const PATIENCE: Duration = Duration::from_secs(30 * 60);
/// A worker that does not answer a stop for so long is left behind: the caller answers within a second.
const STOP_GRACE: Duration = Duration::from_millis(700);
/// How often the watcher looks when nothing is reported.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// After so many bytes read back without a single equal block the rest is not read.
pub(super) const HOPELESS_AFTER: ByteCount = ByteCount(1 << 30);
/// Memory for requests in flight, unless set.
const MEMORY: ByteCount = ByteCount(8 << 20);
/// How often a flush within a pass makes certain what was written, unless set.
pub const CHECKPOINT_EVERY: Duration = Duration::from_secs(10);
/// Reports that may wait.
const QUEUE: usize = 256;

/// Keeps what is certain, so that an erasure that breaks off can be taken up again.
///
/// Called on the thread that watches. Must return soon: until then nothing else is told.
pub trait Keeper {
    /// `point` is covered by a completed flush.
    fn keep(&mut self, point: ResumePoint);
}

/// Keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unkept;

impl Keeper for Unkept {
    fn keep(&mut self, _point: ResumePoint) {}
}

/// An erasure ready to be carried out.
pub struct Job {
    plan: Plan,
    patterns: Vec<PassPattern>,
    /// Reading back ends where so much was read and all of it differs.
    pub(super) hopeless_after: ByteCount,
    /// What is known about hidden areas, for the outcome. Nobody looked, unless set.
    pub hidden: HiddenArea,
    /// After so long without a sign of life the device counts as stalled. [`WATCHDOG`], unless set.
    pub watchdog: Duration,
    /// So much time may be lost on places that refuse before the engine gives up. [`PATIENCE`], unless
    /// set.
    pub patience: Duration,
    /// Most bytes a second. As fast as the medium, unless set.
    pub rate_limit: Option<ByteCount>,
    /// Whether this thread already runs at the lowest I/O priority: for the record.
    pub background: bool,
    /// Whether reading back ends at the first difference. Read to the end, unless set.
    pub fail_fast: bool,
    /// Memory for requests in flight, 8 MiB unless set.
    pub memory: ByteCount,
    /// How often a flush within a pass makes certain what was written. [`CHECKPOINT_EVERY`], unless set.
    pub checkpoint_every: Duration,
    resume: Option<ResumePoint>,
}

/// What is left of an erasure.
pub struct Run {
    /// What was measured.
    pub outcome: Outcome,
    /// The medium, still claimed; none where its worker had to be left behind in a call that does not
    /// return. That worker starts nothing new, and closes the medium when the call does return.
    pub target: Option<Box<dyn Target>>,
}

impl Job {
    /// `plan` with its seeds, fresh random ones for every device.
    ///
    /// # Errors
    /// [`ErasureError::SeedCount`], [`ErasureError::SeedRepeated`].
    pub fn new(plan: Plan, seeds: &[[u8; 32]]) -> Result<Self, ErasureError> {
        let patterns = plan.patterns(seeds)?;
        Ok(Self {
            plan,
            patterns,
            hopeless_after: HOPELESS_AFTER,
            hidden: HiddenArea::NotExamined,
            watchdog: WATCHDOG,
            patience: PATIENCE,
            rate_limit: None,
            background: false,
            fail_fast: false,
            memory: MEMORY,
            checkpoint_every: CHECKPOINT_EVERY,
            resume: None,
        })
    }

    /// The same from where an earlier run of the same plan with the same seeds has left it.
    ///
    /// # Errors
    /// [`ErasureError::ResumePoint`] where `point` is none of this plan.
    pub fn resuming(mut self, point: ResumePoint) -> Result<Self, ErasureError> {
        self.resume = Some(self.checked(point)?);
        Ok(self)
    }

    /// Holds a point against the plan: it may come from far away.
    fn checked(&self, mut point: ResumePoint) -> Result<ResumePoint, ErasureError> {
        let size = self.plan.size();
        let block = u64::from(self.plan.block().bytes());
        let whole_blocks = point.flushed.0.is_multiple_of(block) || point.flushed == size;
        let count = point.passes.len();
        let own = |(pass, number): (&PassOutcome, usize)| {
            usize::from(pass.number) == number
                && Some(&pass.pattern) == self.patterns.get(number - 1)
                && pass.range == ByteRange::new(0, size.0)
        };
        let all_own = point.passes.iter().zip(1..).all(own);
        let covered = |pass: &PassOutcome| pass.written.0.checked_add(pass.unwritable.bytes.0);
        let fits = point.passes.iter().zip(1..).all(|(pass, number)| {
            covered(pass) == Some(if number == count { point.flushed.0 } else { size.0 })
        });
        let read = |read: &ReadBack| usize::from(read.pass) < self.patterns.len();
        if !all_own
            || !fits
            || !whole_blocks
            || point.flushed > size
            || !point.earlier_read_backs.iter().all(read)
        {
            return Err(ErasureError::ResumePoint);
        }
        if point.passes.is_empty() {
            point.flushed = ByteCount(0);
        }
        Ok(point)
    }

    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

/// Carries out `job` on `target`. Always gives an outcome; how it ended stands in there.
///
/// Writes nothing to a target of another size than planned ([`Ending::Resized`]).
pub fn run(
    job: Job,
    target: Box<dyn Target>,
    observer: &mut dyn Observer,
    keeper: &mut dyn Keeper,
    stop: &StopSignal,
    now: &dyn Fn() -> Timestamp,
) -> Run {
    let seconds = |time: Duration| u32::try_from(time.as_millis().div_ceil(1000)).unwrap_or(u32::MAX);
    let conduct = Conduct {
        path: target.io_path(),
        queue: None,
        rate_limit: job.rate_limit,
        background: job.background,
        stalled_after: seconds(job.watchdog),
        give_up_after: seconds(job.patience),
        fail_fast: job.fail_fast,
    };
    let subject = Subject {
        size: job.plan.size(),
        passes: job.plan.pass_count(),
        verify: job.plan.verify(),
        patterns: job.patterns.clone(),
        conduct,
    };
    let mut recorder = Recorder::new(subject, job.resume.clone(), keeper, observer, now);
    recorder.hidden(job.hidden);
    let size = target.size();
    if size != job.plan.size() {
        return Run {
            outcome: recorder.finish(Ending::Resized { size }),
            target: Some(target),
        };
    }
    let watchdog = job.watchdog;
    let task = Task {
        plan: job.plan,
        patterns: job.patterns,
        patience: job.patience,
        hopeless_after: job.hopeless_after,
        rate_limit: job.rate_limit,
        fail_fast: job.fail_fast,
        memory: job.memory,
        checkpoint_every: job.checkpoint_every,
        resume: job.resume,
    };
    let (ending, target) = attended(
        move |line| work(task, target, line),
        stop,
        watchdog,
        &mut recorder,
    );
    Run {
        outcome: recorder.finish(ending),
        target,
    }
}

/// Runs `work` in a thread of its own and takes its reports until it is done or lost.
pub(super) fn attended(
    work: impl FnOnce(Line) + Send + 'static,
    stop: &StopSignal,
    watchdog: Duration,
    recorder: &mut Recorder<'_>,
) -> Left {
    let abandoned = Arc::new(AtomicBool::new(false));
    let (sender, receiver) = sync_channel(QUEUE);
    let line = Line::new(sender, stop.clone(), Arc::clone(&abandoned));
    let pulse = line.pulse();
    recorder.listen(pulse.clone());
    let spawned = thread::Builder::new()
        .name("erasure".to_owned())
        .spawn(move || work(line));
    match spawned {
        Ok(_) => {
            // Also where whoever observes breaks down: nothing may be written that nobody records.
            let _guard = Abandon(Arc::clone(&abandoned));
            Watch {
                receiver,
                pulse,
                stop,
                abandoned,
                watchdog,
            }
            .until_done(recorder)
        }
        Err(error) => (failed(error.raw_os_error()), None),
    }
}

/// What is known of an erasure whose watcher broke down: that it failed.
#[must_use]
pub fn broken_down(plan: &Plan, path: IoPath) -> Outcome {
    Outcome {
        size: plan.size(),
        conduct: Conduct {
            path,
            queue: None,
            rate_limit: None,
            background: false,
            stalled_after: 0,
            give_up_after: 0,
            fail_fast: false,
        },
        resumed_at: None,
        passes: Vec::new(),
        planned_passes: plan.pass_count(),
        verify: plan.verify(),
        read_back: None,
        earlier_read_backs: Vec::new(),
        second_look: None,
        hidden: HiddenArea::NotExamined,
        ending: failed(None),
    }
}

/// Forbids the worker anything new when it is dropped.
struct Abandon(Arc<AtomicBool>);

impl Drop for Abandon {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// The watcher's end of the line.
struct Watch<'a> {
    receiver: Receiver<Message>,
    pulse: Pulse,
    stop: &'a StopSignal,
    abandoned: Arc<AtomicBool>,
    watchdog: Duration,
}

/// How it ended, and the medium where it came back.
pub(super) type Left = (Ending, Option<Box<dyn Target>>);

impl Watch<'_> {
    fn until_done(self, recorder: &mut Recorder<'_>) -> Left {
        let mut stop_seen: Option<Instant> = None;
        let mut alive = (self.pulse.read().count, Instant::now());
        loop {
            match self.receiver.recv_timeout(LOOK_EVERY) {
                Ok(Message::Report(report)) => {
                    recorder.take(report);
                    alive.1 = Instant::now();
                }
                Ok(Message::Done(ending, target)) => return (ending, target),
                Err(RecvTimeoutError::Timeout) => {}
                // the worker is gone without a word: it must have panicked
                Err(RecvTimeoutError::Disconnected) => return (failed(None), None),
            }
            recorder.tick();
            let count = self.pulse.read().count;
            if count != alive.0 {
                alive = (count, Instant::now());
            }
            if stop_seen.is_none() && self.stop.is_raised() {
                stop_seen = Some(Instant::now());
            }
            if let Some(ending) = self.lost(stop_seen, alive.1) {
                return self.leave_behind(ending, recorder);
            }
        }
    }

    /// Why the worker has to be left behind, if it has to.
    fn lost(&self, stop_seen: Option<Instant>, alive: Instant) -> Option<Ending> {
        if stop_seen.is_some_and(|seen| seen.elapsed() >= STOP_GRACE) {
            return Some(Ending::Stopped);
        }
        let silent = alive.elapsed();
        let seconds = u32::try_from(silent.as_secs()).unwrap_or(u32::MAX);
        (silent >= self.watchdog).then_some(Ending::Stalled { seconds })
    }

    /// Forbids the worker anything new and takes what it has still said.
    fn leave_behind(self, ending: Ending, recorder: &mut Recorder<'_>) -> Left {
        self.abandoned.store(true, Ordering::SeqCst);
        while let Ok(message) = self.receiver.try_recv() {
            match message {
                Message::Report(report) => recorder.take(report),
                Message::Done(ending, target) => return (ending, target),
            }
        }
        (ending, None)
    }
}

fn failed(errno: Option<i32>) -> Ending {
    Ending::Failed {
        failure: IoFailure::Other {
            errno: errno.unwrap_or(0),
        },
    }
}

#[cfg(test)]
#[path = "engine_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "resume_tests.rs"]
mod resume_tests;
