//! How the engine is to go about it: limits, patience, priority. Read from words, all mistakes at once.

use std::time::Duration;

use crate::crypto::BlockKey;
use crate::erasure::files::FilesJob;
use crate::erasure::{Job, Method, VerifyMode};
use crate::units::ByteCount;

use super::super::amounts::{parse_duration, parse_size};
use super::super::{UsageFault, WorkflowError};
use super::order::keep;

/// A slower limit would make a healthy device look like one that stalls.
const LEAST_RATE: ByteCount = ByteCount(1 << 20);
/// Shorter stretches cannot be told from the pauses of a healthy device.
const LEAST_STRETCH: Duration = Duration::from_millis(100);
/// A week: whoever wants longer has mistyped it.
const MOST_STRETCH: Duration = Duration::from_secs(7 * 24 * 3600);
/// Queue buffers of all devices together.
const MEMORY: u64 = 256 << 20;
/// More than this makes no device faster.
const MOST_FOR_ONE: u64 = 8 << 20;
/// Two of the smallest pieces that a queue is built of.
const LEAST_FOR_ONE: u64 = 128 << 10;

/// How the engine is to go about it, as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineRequest {
    /// Method by name.
    pub method: String,
    /// Verification by name.
    pub verify: String,
    /// Most bytes a second and device, as a size.
    pub rate_limit: Option<String>,
    /// `normal`, or `idle` for I/O only when the disks have nothing else to do.
    pub io_priority: String,
    /// How much time may be lost on places that refuse, before a device is given up.
    pub give_up_after: String,
    /// How long a device may give no sign of life.
    pub stalled_after: String,
    /// What reading back does at a difference: `locate` all, or `stop`.
    pub on_difference: String,
    /// How often an erasure leaves a state to be resumed from.
    pub checkpoint: String,
}

impl Default for EngineRequest {
    /// As the command line makes it when nothing is said.
    fn default() -> Self {
        let word = str::to_owned;
        Self {
            method: word("clear-1"),
            verify: word("full"),
            rate_limit: None,
            io_priority: word("normal"),
            give_up_after: word("30m"),
            stalled_after: word("120s"),
            on_difference: word("locate"),
            checkpoint: word("10s"),
        }
    }
}

/// What those words mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) method: Method,
    pub(super) verify: VerifyMode,
    /// Most bytes a second and device.
    rate_limit: Option<ByteCount>,
    /// Only when the disks have nothing else to do.
    pub(super) idle: bool,
    patience: Duration,
    watchdog: Duration,
    fail_fast: bool,
    checkpoint_every: Duration,
}

impl Settings {
    /// Reads the words; `None` where a fault was noted.
    pub(super) fn read(request: &EngineRequest, faults: &mut Vec<UsageFault>) -> Option<Self> {
        let method = keep(Method::parse(&request.method).map_err(UsageFault::from), faults);
        let verify = keep(
            VerifyMode::parse(&request.verify).map_err(UsageFault::from),
            faults,
        );
        let rate_limit = request.rate_limit.as_deref().map(rate).transpose();
        let idle = one_of("--io-priority", &request.io_priority, "normal", "idle");
        let patience = stretch("--give-up-after", &request.give_up_after);
        let watchdog = stretch("--stalled-after", &request.stalled_after);
        let fail_fast = one_of("--on-difference", &request.on_difference, "locate", "stop");
        let checkpoint_every = stretch("--checkpoint", &request.checkpoint);
        let (rate_limit, idle) = (keep(rate_limit, faults), keep(idle, faults));
        let (patience, watchdog) = (keep(patience, faults), keep(watchdog, faults));
        let (fail_fast, checkpoint_every) = (keep(fail_fast, faults), keep(checkpoint_every, faults));
        Some(Self {
            method: method?,
            verify: verify?,
            rate_limit: rate_limit?,
            idle: idle?,
            patience: patience?,
            watchdog: watchdog?,
            fail_fast: fail_fast?,
            checkpoint_every: checkpoint_every?,
        })
    }

    /// The job of an erasure of files.
    pub(super) fn files_job(&self) -> Result<FilesJob, WorkflowError> {
        let job = FilesJob::new(self.method.clone(), self.verify, BlockKey::draw()?);
        let mut job = job.map_err(|_| WorkflowError::Internal { what: "plan" })?;
        job.rate_limit = self.rate_limit;
        job.patience = self.patience;
        job.watchdog = self.watchdog;
        job.fail_fast = self.fail_fast;
        job.checkpoint_every = self.checkpoint_every;
        Ok(job)
    }

    /// Puts them into the job of one of `devices` devices that are worked on at the same time.
    pub(super) fn apply(&self, job: &mut Job, devices: usize) {
        job.rate_limit = self.rate_limit;
        job.patience = self.patience;
        job.watchdog = self.watchdog;
        job.fail_fast = self.fail_fast;
        job.checkpoint_every = self.checkpoint_every;
        job.memory = memory(devices);
    }
}

/// Memory for the queue of one of `devices` devices: all together stay within a bound.
fn memory(devices: usize) -> ByteCount {
    let share = MEMORY / (devices as u64).max(1);
    ByteCount(share.clamp(LEAST_FOR_ONE, MOST_FOR_ONE))
}

fn rate(text: &str) -> Result<ByteCount, UsageFault> {
    let read = parse_size(text).filter(|rate| *rate >= LEAST_RATE);
    read.ok_or_else(|| UsageFault::Rate {
        option: "--rate-limit",
        value: text.to_owned(),
        least: LEAST_RATE,
    })
}

fn stretch(option: &'static str, text: &str) -> Result<Duration, UsageFault> {
    let read = parse_duration(text).filter(|stretch| (LEAST_STRETCH..=MOST_STRETCH).contains(stretch));
    read.ok_or_else(|| UsageFault::Stretch {
        option,
        value: text.to_owned(),
    })
}

/// Whether the second of two words was given.
fn one_of(
    option: &'static str,
    word: &str,
    first: &'static str,
    second: &'static str,
) -> Result<bool, UsageFault> {
    match word {
        word if word == first => Ok(false),
        word if word == second => Ok(true),
        other => Err(UsageFault::OneOf {
            option,
            value: other.to_owned(),
            words: [first, second],
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_of_all_queues_together_is_bounded() {
        for devices in [1, 2, 4, 32, 33, 100, 2000] {
            let each = memory(devices).0;
            assert!(
                (LEAST_FOR_ONE..=MOST_FOR_ONE).contains(&each),
                "{devices}: {each}"
            );
            assert!(each * devices as u64 <= MEMORY, "{devices}: {each}");
        }
        assert_eq!(memory(4).0, MOST_FOR_ONE);
        assert!(memory(100).0 < MOST_FOR_ONE);
    }

    #[test]
    fn every_mistake_is_told_at_once() {
        let request = EngineRequest {
            rate_limit: Some("50k".into()),
            io_priority: "low".into(),
            give_up_after: "30".into(),
            stalled_after: "1ms".into(),
            on_difference: "halt".into(),
            checkpoint: "9999h".into(),
            ..EngineRequest::default()
        };
        let mut faults = Vec::new();
        assert_eq!(Settings::read(&request, &mut faults), None);
        let options: Vec<&str> = faults
            .iter()
            .map(|fault| match fault {
                UsageFault::Rate { option, .. }
                | UsageFault::Stretch { option, .. }
                | UsageFault::OneOf { option, .. } => *option,
                other => panic!("{other}"),
            })
            .collect();
        assert_eq!(
            options,
            [
                "--rate-limit",
                "--io-priority",
                "--give-up-after",
                "--stalled-after",
                "--on-difference",
                "--checkpoint"
            ]
        );
    }

    #[test]
    fn words_become_what_they_say() {
        let request = EngineRequest {
            rate_limit: Some("50M".into()),
            io_priority: "idle".into(),
            on_difference: "stop".into(),
            ..EngineRequest::default()
        };
        let mut faults = Vec::new();
        let wanted = Settings {
            method: Method::parse("clear-1").unwrap(),
            verify: VerifyMode::Full,
            rate_limit: Some(ByteCount(50 << 20)),
            idle: true,
            patience: Duration::from_secs(1800),
            watchdog: Duration::from_secs(120),
            fail_fast: true,
            checkpoint_every: Duration::from_secs(10),
        };
        assert_eq!(Settings::read(&request, &mut faults), Some(wanted));
        assert_eq!(faults, []);
    }
}
