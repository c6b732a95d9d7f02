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

use crate::devices::{IoFailure, Target};
use crate::progress::{Observer, StopSignal};
use crate::units::{ByteCount, Timestamp};

use super::error::ErasureError;
use super::line::{Line, Message, Pulse};
use super::outcome::{Ending, HiddenArea, Outcome};
use super::pattern::PassPattern;
use super::plan::Plan;
use super::recorder::Recorder;
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
const HOPELESS_AFTER: ByteCount = ByteCount(1 << 30);
/// Reports that may wait.
const QUEUE: usize = 256;

/// An erasure ready to be carried out.
pub struct Job {
    plan: Plan,
    patterns: Vec<PassPattern>,
    sample_seed: [u8; 32],
    hopeless_after: ByteCount,
    /// What is known about hidden areas, for the outcome. Nobody looked, unless set.
    pub hidden: HiddenArea,
    /// After so long without a sign of life the device counts as stalled. [`WATCHDOG`], unless set.
    pub watchdog: Duration,
    /// So much time may be lost on places that refuse before the engine gives up. [`PATIENCE`], unless
    /// set.
    pub patience: Duration,
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
    /// `plan` with its seeds, fresh random ones for every device, and one that chooses the sample.
    ///
    /// # Errors
    /// [`ErasureError::SeedCount`], [`ErasureError::SeedRepeated`].
    pub fn new(plan: Plan, seeds: &[[u8; 32]], sample_seed: [u8; 32]) -> Result<Self, ErasureError> {
        let patterns = plan.patterns(seeds)?;
        Ok(Self {
            plan,
            patterns,
            sample_seed,
            hopeless_after: HOPELESS_AFTER,
            hidden: HiddenArea::NotExamined,
            watchdog: WATCHDOG,
            patience: PATIENCE,
        })
    }

    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

/// Carries out `job` on `target`. Always gives an outcome; how it ended stands in there.
///
/// Writes nothing to a target of another size than planned ([`Ending::Vanished`]).
pub fn run(
    job: Job,
    target: Box<dyn Target>,
    observer: &mut dyn Observer,
    stop: &StopSignal,
    now: &dyn Fn() -> Timestamp,
) -> Run {
    let Job {
        plan,
        patterns,
        sample_seed,
        hopeless_after,
        hidden,
        watchdog,
        patience,
    } = job;
    let abandoned = Arc::new(AtomicBool::new(false));
    let (sender, receiver) = sync_channel(QUEUE);
    let line = Line::new(sender, stop.clone(), Arc::clone(&abandoned));
    let pulse = line.pulse();
    let io_path = target.io_path();
    let mut recorder = Recorder::new(
        &plan,
        patterns.clone(),
        hidden,
        io_path,
        pulse.clone(),
        observer,
        now,
    );
    if target.size() != plan.size() {
        return Run {
            outcome: recorder.finish(Ending::Vanished),
            target: Some(target),
        };
    }
    let task = Task {
        plan,
        patterns,
        sample_seed,
        patience,
        hopeless_after,
    };
    let spawned = thread::Builder::new()
        .name("erasure".to_owned())
        .spawn(move || work(task, target, line));
    let (ending, target) = match spawned {
        Ok(_) => Watch {
            receiver,
            pulse,
            stop,
            abandoned,
            watchdog,
        }
        .until_done(&mut recorder),
        Err(error) => (failed(error.raw_os_error()), None),
    };
    Run {
        outcome: recorder.finish(ending),
        target,
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

type Left = (Ending, Option<Box<dyn Target>>);

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
                Ok(Message::Done(ending, target)) => return (ending, Some(target)),
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
                Message::Done(ending, target) => return (ending, Some(target)),
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
