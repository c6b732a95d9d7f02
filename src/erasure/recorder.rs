//! Turns the worker's reports into an [`Outcome`], with instants, and tells the observer.
//!
//! Lives on the watching thread, so that everything reported is known even when the worker never comes
//! back from a call.

use std::time::{Duration, Instant};

use crate::devices::{IoFailure, ReadPath};
use crate::progress::{Event, Observer, Phase};
use crate::units::{ByteCount, ByteRange, Timestamp};

use super::engine::Keeper;
use super::line::{Beat, Pulse, Report};
use super::outcome::{
    Conduct, Displaced, Ending, HiddenArea, Outcome, PassOutcome, RangeList, ReadBack, ResumePoint,
    SampleDrawn, VerifyMode,
};
use super::pattern::PassPattern;
use super::ranges::{MOST_LISTED, RangeCollector};

/// The observer hears no more often than this how far the work is.
const TELL_EVERY: Duration = Duration::from_millis(50);

/// Collects what becomes the outcome.
pub(super) struct Recorder<'a> {
    outcome: Outcome,
    patterns: Vec<PassPattern>,
    keeper: &'a mut dyn Keeper,
    observer: &'a mut dyn Observer,
    now: &'a dyn Fn() -> Timestamp,
    pulse: Pulse,
    /// The pass that an earlier run has left, until it is taken up.
    left: Option<PassOutcome>,
    open: Option<Open>,
    told: Told,
}

/// What is worked on, as far as it is known beforehand.
pub(super) struct Subject {
    /// Size of the medium.
    pub(super) size: ByteCount,
    /// Passes in all.
    pub(super) passes: u16,
    /// What is to be read back.
    pub(super) verify: VerifyMode,
    /// Patterns of the passes.
    pub(super) patterns: Vec<PassPattern>,
    /// How it is carried out.
    pub(super) conduct: Conduct,
}

/// The phase that is under way.
struct Open {
    phase: u32,
    kind: OpenKind,
    /// Places that could not be written or read.
    unreached: RangeCollector,
    mismatches: RangeCollector,
    /// Bytes written or compared, where the worker has said so at the end.
    good: Option<u64>,
}

enum OpenKind {
    Pass(PassOutcome),
    Read(ReadBack),
}

struct Told {
    when: Instant,
    done: u64,
}

impl<'a> Recorder<'a> {
    /// A record of work on `subject`, empty but for what an earlier run has left.
    pub(super) fn new(
        subject: Subject,
        resume: Option<ResumePoint>,
        keeper: &'a mut dyn Keeper,
        observer: &'a mut dyn Observer,
        now: &'a dyn Fn() -> Timestamp,
    ) -> Self {
        let mut passes = resume
            .as_ref()
            .map(|point| point.passes.clone())
            .unwrap_or_default();
        let left = resume
            .as_ref()
            .filter(|point| !is_complete(point, subject.size))
            .and_then(|_| passes.pop());
        let earlier_read_backs = resume
            .as_ref()
            .map(|point| point.earlier_read_backs.clone())
            .unwrap_or_default();
        let outcome = Outcome {
            size: subject.size,
            conduct: subject.conduct,
            resumed_at: resume,
            passes,
            planned_passes: subject.passes,
            verify: subject.verify,
            read_back: None,
            earlier_read_backs,
            second_look: None,
            hidden: HiddenArea::NotExamined,
            ending: Ending::Completed,
        };
        let told = Told {
            when: Instant::now(),
            done: 0,
        };
        Self {
            outcome,
            patterns: subject.patterns,
            keeper,
            observer,
            now,
            pulse: Pulse::default(),
            left,
            open: None,
            told,
        }
    }

    /// The pulse of the worker whose reports are taken.
    pub(super) fn listen(&mut self, pulse: Pulse) {
        self.pulse = pulse;
    }

    /// What is known about hidden areas.
    pub(super) fn hidden(&mut self, hidden: HiddenArea) {
        self.outcome.hidden = hidden;
    }

    /// Takes one report.
    pub(super) fn take(&mut self, report: Report) {
        match report {
            Report::Queue(shape) => self.outcome.conduct.queue = Some(shape),
            Report::Checkpoint { covered, good } => self.keep_midway(covered, good),
            Report::Displaced(displaced) => self.displaced(displaced),
            Report::PassStarted { index, phase } => self.start_pass(index, phase),
            Report::PassOverwritten { index } => self.take_back(index),
            Report::PassRepeated { phase } => self.repeat_pass(phase),
            Report::Unwritable(range) | Report::Unreadable(range) => self.unreached(range),
            Report::Mismatch { range, bytes } => self.mismatch(range, bytes),
            Report::Flushed { written, result } => self.flushed(written, result),
            Report::PassEnded { covered } => {
                self.close(covered);
                self.keep();
            }
            Report::ReadStarted {
                index,
                phase,
                path,
                planned,
                sample,
            } => {
                self.start_read(index, phase, path, planned, sample);
            }
            Report::ReadEnded { covered, compared } => {
                if let Some(open) = &mut self.open {
                    open.good = Some(compared);
                }
                self.close(covered);
                self.keep();
            }
            Report::Looked(look) => self.outcome.second_look = Some(look),
        }
    }

    /// Tells the observer how far the work is, if there is something new and it is time.
    pub(super) fn tick(&mut self) {
        if self.told.when.elapsed() < TELL_EVERY {
            return;
        }
        if let Some(beat) = self.current_beat() {
            self.tell_advance(beat.covered);
        }
    }

    /// Closes the record.
    pub(super) fn finish(mut self, ending: Ending) -> Outcome {
        let covered = self.current_beat().map_or(0, |beat| beat.covered);
        self.close(covered);
        // A pass that an earlier run began is on the record even where this one did not come to it.
        self.outcome.passes.extend(self.left.take());
        self.outcome.ending = ending;
        self.outcome
    }

    fn start_pass(&mut self, index: usize, phase: u32) {
        let number = number_of(index);
        if let Some(left) = self.left.take_if(|left| left.number == number) {
            let unreached = RangeCollector::continued(left.unwritable.clone());
            self.begin(phase, OpenKind::Pass(left));
            self.open
                .iter_mut()
                .for_each(|open| open.unreached = unreached.clone());
            return self.tell_start(Phase::Write, number, self.outcome.size);
        }
        let Some(pattern) = self.patterns.get(index).cloned() else {
            return;
        };
        let started = (self.now)();
        let pass = PassOutcome {
            number,
            pattern,
            range: ByteRange::new(0, self.outcome.size.0),
            written: ByteCount(0),
            started,
            ended: started,
            unwritable: RangeList::default(),
            flushes: Vec::new(),
            repeats: 0,
        };
        self.begin(phase, OpenKind::Pass(pass));
        self.tell_start(Phase::Write, number, self.outcome.size);
    }

    /// Takes a pass and its read-back out of the outcome again, until it is written anew.
    fn take_back(&mut self, index: usize) {
        let number = number_of(index);
        self.close_read();
        self.outcome.earlier_read_backs.retain(|read| read.pass != number);
        let place = self.outcome.passes.iter().position(|pass| pass.number == number);
        self.left = place
            .map(|place| self.outcome.passes.remove(place))
            .map(|pass| PassOutcome {
                written: ByteCount(0),
                unwritable: RangeList::default(),
                repeats: pass.repeats.saturating_add(1),
                ..pass
            });
    }

    /// Ends a read-back that was broken off.
    fn close_read(&mut self) {
        let covered = self.current_beat().map_or(0, |beat| beat.covered);
        if self.open.is_some() {
            self.close(covered);
        }
    }

    fn repeat_pass(&mut self, phase: u32) {
        let Some(Open {
            kind: OpenKind::Pass(mut pass),
            ..
        }) = self.open.take()
        else {
            return;
        };
        pass.repeats = pass.repeats.saturating_add(1);
        let number = pass.number;
        self.begin(phase, OpenKind::Pass(pass));
        self.observer.observe(Event::Finished);
        self.tell_start(Phase::Write, number, self.outcome.size);
    }

    fn start_read(
        &mut self,
        index: usize,
        phase: u32,
        path: ReadPath,
        planned: u64,
        sample: Option<SampleDrawn>,
    ) {
        let started = (self.now)();
        let pass = number_of(index);
        let read = ReadBack {
            pass,
            path,
            planned: ByteCount(planned),
            compared: ByteCount(0),
            mismatches: RangeList::default(),
            unreadable: RangeList::default(),
            started,
            ended: started,
            sample,
            displaced: Displaced::default(),
        };
        self.begin(phase, OpenKind::Read(read));
        self.tell_start(Phase::ReadBack, pass, ByteCount(planned));
    }

    fn begin(&mut self, phase: u32, kind: OpenKind) {
        let (unreached, mismatches) = (RangeCollector::default(), RangeCollector::default());
        self.open = Some(Open {
            phase,
            kind,
            unreached,
            mismatches,
            good: None,
        });
    }

    fn unreached(&mut self, range: ByteRange) {
        let bytes = range.length.0;
        let worth_telling = self
            .open
            .as_mut()
            .is_some_and(|open| collect(&mut open.unreached, range, bytes));
        self.trouble(range, worth_telling);
    }

    fn mismatch(&mut self, range: ByteRange, bytes: u64) {
        let worth_telling = self
            .open
            .as_mut()
            .is_some_and(|open| collect(&mut open.mismatches, range, bytes));
        self.trouble(range, worth_telling);
    }

    fn trouble(&mut self, range: ByteRange, worth_telling: bool) {
        if worth_telling {
            self.observer.observe(Event::Trouble { at: range.start });
        }
    }

    fn displaced(&mut self, displaced: Displaced) {
        if let Some(Open {
            kind: OpenKind::Read(read),
            ..
        }) = &mut self.open
        {
            read.displaced = displaced;
        }
    }

    /// Hands on what is certain in the midst of a pass.
    fn keep_midway(&mut self, covered: u64, good: u64) {
        let Some(Open {
            kind: OpenKind::Pass(pass),
            unreached,
            ..
        }) = &self.open
        else {
            return;
        };
        let midway = PassOutcome {
            written: ByteCount(good),
            unwritable: unreached.list().clone(),
            ended: (self.now)(),
            ..pass.clone()
        };
        let mut passes = self.outcome.passes.clone();
        passes.push(midway);
        self.keeper.keep(ResumePoint {
            passes,
            flushed: ByteCount(covered),
            earlier_read_backs: self.outcome.earlier_read_backs.clone(),
        });
    }

    /// Hands on what is certain at the end of a pass or of an earlier read-back.
    fn keep(&mut self) {
        self.keeper.keep(ResumePoint {
            passes: self.outcome.passes.clone(),
            flushed: self.outcome.size,
            earlier_read_backs: self.outcome.earlier_read_backs.clone(),
        });
    }

    fn flushed(&mut self, written: u64, result: Result<(), IoFailure>) {
        if let Some(Open {
            kind: OpenKind::Pass(pass),
            good,
            ..
        }) = &mut self.open
        {
            *good = Some(written);
            pass.flushes.push(result);
        }
    }

    /// Puts the phase under way into the outcome.
    fn close(&mut self, covered: u64) {
        let beat = self.current_beat();
        let Some(open) = self.open.take() else { return };
        let good = ByteCount(open.good.or(beat.map(|beat| beat.good)).unwrap_or(0));
        let (unreached, ended) = (open.unreached.into_list(), (self.now)());
        match open.kind {
            OpenKind::Pass(pass) => {
                self.outcome.passes.push(PassOutcome {
                    written: good,
                    unwritable: unreached,
                    ended,
                    ..pass
                });
            }
            OpenKind::Read(read) => {
                let mismatches = open.mismatches.into_list();
                self.keep_read(ReadBack {
                    compared: good,
                    mismatches,
                    unreadable: unreached,
                    ended,
                    ..read
                });
            }
        }
        self.tell_advance(covered);
        self.observer.observe(Event::Finished);
    }

    fn keep_read(&mut self, read: ReadBack) {
        if read.pass == self.outcome.planned_passes {
            self.outcome.read_back = Some(read);
        } else {
            self.outcome.earlier_read_backs.push(read);
        }
    }

    /// The worker's pulse, if it belongs to the phase that is open here.
    fn current_beat(&self) -> Option<Beat> {
        let beat = self.pulse.read();
        self.open
            .as_ref()
            .filter(|open| open.phase == beat.phase)
            .map(|_| beat)
    }

    fn tell_start(&mut self, phase: Phase, pass: u16, total: ByteCount) {
        let passes = self.outcome.planned_passes;
        self.told = Told {
            when: Instant::now(),
            done: 0,
        };
        self.observer.observe(Event::Started {
            phase,
            pass,
            passes,
            total,
        });
    }

    fn tell_advance(&mut self, done: u64) {
        if done > self.told.done {
            self.told = Told {
                when: Instant::now(),
                done,
            };
            self.observer.observe(Event::Advanced {
                done: ByteCount(done),
            });
        }
    }
}

/// Whether the last pass of `point` was written to its end and flushed.
fn is_complete(point: &ResumePoint, size: ByteCount) -> bool {
    let flushed = |pass: &PassOutcome| matches!(pass.flushes.last(), Some(Ok(())));
    point.flushed == size && point.passes.last().is_some_and(flushed)
}

/// Adds a range; says whether it is a new one that is listed, and so worth telling.
fn collect(collector: &mut RangeCollector, range: ByteRange, bytes: u64) -> bool {
    collector.push(range, bytes) && collector.list().count <= MOST_LISTED as u64
}

fn number_of(index: usize) -> u16 {
    u16::try_from(index + 1).unwrap_or(u16::MAX)
}
