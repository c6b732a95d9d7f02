//! The thread that owns the medium: passes, read-backs and the second look, in the plan's order.

use std::time::Duration;

use crate::crypto;
use crate::devices::{IoFailure, Queue, Source, Target};
use crate::units::{BlockSize, ByteCount};

use super::compare::Comparer;
use super::displaced::Displacements;
use super::exact::{Exact, Patience};
use super::line::{Halt, Line, Report};
use super::look::look_and_read;
use super::outcome::{Ending, PassOutcome, RangeList, ResumePoint, SecondLook, VerifyMode};
use super::pass::{Begun, Writing};
use super::pattern::PassPattern;
use super::plan::Plan;
use super::ranges::RangeCollector;
use super::sample::{Sample, pieces};
use super::verify::{Found, ReadBackPlan, Reading};

/// What the worker has to do.
pub(super) struct Task {
    /// The plan.
    pub(super) plan: Plan,
    /// The patterns of its passes.
    pub(super) patterns: Vec<PassPattern>,
    /// Time that may be lost on places that refuse.
    pub(super) patience: Duration,
    /// After so many bytes read without a single equal block reading back ends.
    pub(super) hopeless_after: ByteCount,
    /// Most bytes a second.
    pub(super) rate_limit: Option<ByteCount>,
    /// Whether the first difference ends reading back.
    pub(super) fail_fast: bool,
    /// Memory for requests in flight.
    pub(super) memory: ByteCount,
    /// How often a flush within a pass makes certain what was written.
    pub(super) checkpoint_every: Duration,
    /// Where an earlier run has left it.
    pub(super) resume: Option<ResumePoint>,
}

/// Does `task` on `target`, reports over `line` and hands the target back.
pub(super) fn work(task: Task, mut target: Box<dyn Target>, line: Line) {
    let queue = match open_queue(target.as_mut(), task.memory, &line) {
        Ok(queue) => queue,
        Err(Halt::Ended(ending)) => return line.done(ending, Some(target)),
        Err(Halt::Abandoned) => return,
    };
    let patience = Patience::new(task.patience);
    let medium = Exact::new(target, task.plan.block());
    let mut worker = Worker {
        task,
        medium,
        queue,
        line,
        patience,
    };
    let ending = match worker.all_steps() {
        Ok(()) => Ending::Completed,
        Err(Halt::Ended(ending)) => ending,
        Err(Halt::Abandoned) => return,
    };
    let Worker {
        medium, queue, line, ..
    } = worker;
    drop(queue);
    line.done(ending, Some(medium.into_medium()));
}

/// The queue of a medium, told to the watcher.
pub(super) fn open_queue<M: ?Sized + Source>(
    medium: &mut M,
    memory: ByteCount,
    line: &Line,
) -> Result<Box<dyn Queue>, Halt> {
    let queue = medium
        .queue(memory)
        .map_err(|failure| Halt::Ended(Ending::Failed { failure }))?;
    line.tell(Report::Queue(queue.shape()))?;
    Ok(queue)
}

struct Worker {
    task: Task,
    medium: Exact<dyn Target>,
    queue: Box<dyn Queue>,
    line: Line,
    patience: Patience,
}

impl Worker {
    fn all_steps(&mut self) -> Result<(), Halt> {
        let read_backs = self.task.plan.read_backs();
        let mut resumed = Resumed::new(self.task.resume.take(), self.task.plan.size());
        for (index, number) in (0..self.task.patterns.len()).zip(1u16..) {
            self.line.check()?;
            let refused = match resumed.step(number) {
                Step::Done(refused) => refused,
                Step::From(begun) => self.write(index, begun)?,
            };
            if !read_backs.contains(&number) || resumed.was_read_back(number) {
                continue;
            }
            let last = index + 1 == self.task.patterns.len();
            if last || !resumed.went_on_with(number) {
                self.read_back(index, &refused)?;
            } else {
                self.read_back_or_repeat(index, &refused)?;
            }
        }
        self.line.check()?;
        let look = self.second_look()?;
        self.line.tell(Report::Looked(look))
    }

    /// Reads back a pass that an earlier run had begun and that is not the last. Where the state was older than
    /// the medium, a later pass has been there already: then this one is written again, whole.
    fn read_back_or_repeat(&mut self, index: usize, refused: &RangeList) -> Result<(), Halt> {
        match self.read_back(index, refused) {
            Ok(false) => return Ok(()),
            Ok(true) | Err(Halt::Ended(Ending::GaveUp | Ending::FirstDifference)) => {}
            Err(halt) => return Err(halt),
        }
        self.line.tell(Report::PassOverwritten { index })?;
        let refused = self.write(index, Begun::default())?;
        self.read_back(index, &refused).map(drop)
    }

    fn write(&mut self, index: usize, begun: Begun) -> Result<RangeList, Halt> {
        let filler = self.task.patterns[index].filler();
        Writing {
            medium: &mut self.medium,
            queue: self.queue.as_mut(),
            line: &self.line,
            patience: &mut self.patience,
            rate_limit: self.task.rate_limit,
            checkpoint_every: self.task.checkpoint_every,
            size: self.task.plan.size(),
            filler,
        }
        .run(index, begun)
    }

    fn read_back(&mut self, index: usize, refused: &RangeList) -> Result<bool, Halt> {
        self.line.check()?;
        let path = self.medium.medium().prepare_read_back();
        let size = self.task.plan.size();
        let last = index + 1 == self.task.patterns.len();
        if let (VerifyMode::Sample { percent }, true) = (self.task.plan.verify(), last) {
            // Drawn only now: whatever took the writes could not know what would be read.
            let seed = draw()?;
            let sample = Sample::new(size, percent, seed, refused);
            let plan = ReadBackPlan {
                index,
                path,
                planned: sample.bytes(),
                sample: Some(sample.drawn()),
            };
            return self.reading_besides(index, refused).run(plan, sample.pieces());
        }
        let plan = ReadBackPlan {
            index,
            path,
            planned: size,
            sample: None,
        };
        self.reading_besides(index, refused).run(plan, pieces(size))
    }

    fn second_look(&mut self) -> Result<SecondLook, Halt> {
        if self.task.plan.verify() == VerifyMode::None {
            let intrusions = self.medium.medium().look_again();
            return Ok(SecondLook {
                intrusions,
                ..SecondLook::default()
            });
        }
        let last = self.task.patterns.len().saturating_sub(1);
        let size = self.task.plan.size();
        look_and_read(self.reading(last, false), size)
    }

    fn reading_besides(&mut self, index: usize, refused: &RangeList) -> Reading<'_, dyn Target> {
        let reading = self.reading(index, true);
        Reading {
            displacements: reading.displacements.besides(refused),
            ..reading
        }
    }

    fn reading(&mut self, index: usize, reported: bool) -> Reading<'_, dyn Target> {
        let comparer = Comparer::new(self.task.patterns[index].filler(), block_of(&self.medium));
        Reading {
            displacements: Displacements::new(&self.task.patterns[..=index]),
            medium: &mut self.medium,
            queue: self.queue.as_mut(),
            line: &self.line,
            patience: &mut self.patience,
            rate_limit: self.task.rate_limit,
            comparer,
            hopeless_after: self.task.hopeless_after,
            fail_fast: self.task.fail_fast && reported,
            reported,
            found: Found::default(),
        }
    }
}

/// The block in which differences are placed.
pub(super) fn block_of<M: ?Sized + Source>(medium: &Exact<M>) -> BlockSize {
    // a block beyond 1 MiB cannot be made, so the medium's own is always one
    u32::try_from(medium.block())
        .ok()
        .and_then(BlockSize::new)
        .unwrap_or(BlockSize::SECTOR)
}

/// 32 fresh random bytes.
fn draw() -> Result<[u8; 32], Halt> {
    crypto::random().map_err(|_| {
        Halt::Ended(Ending::Failed {
            failure: IoFailure::Other { errno: 0 },
        })
    })
}

/// What is left to do of an erasure that an earlier run began.
struct Resumed {
    passes: std::vec::IntoIter<PassOutcome>,
    begun: u16,
    flushed: ByteCount,
    size: ByteCount,
    read_back: Vec<u16>,
}

enum Step {
    /// The pass is complete; these places could not be written.
    Done(RangeList),
    /// The pass is to be written from here on.
    From(Begun),
}

impl Resumed {
    fn new(point: Option<ResumePoint>, size: ByteCount) -> Self {
        let point = point.unwrap_or_default();
        Self {
            begun: u16::try_from(point.passes.len()).unwrap_or(u16::MAX),
            flushed: point.flushed,
            size,
            read_back: point.earlier_read_backs.iter().map(|read| read.pass).collect(),
            passes: point.passes.into_iter(),
        }
    }

    fn step(&mut self, number: u16) -> Step {
        let Some(pass) = self.passes.next() else {
            return Step::From(Begun::default());
        };
        let flushed = matches!(pass.flushes.last(), Some(Ok(())));
        if number < self.begun || (self.flushed == self.size && flushed) {
            return Step::Done(pass.unwritable);
        }
        Step::From(Begun {
            covered: self.flushed.0,
            good: pass.written.0,
            refused: RangeCollector::continued(pass.unwritable),
        })
    }

    /// Whether the pass is the one that an earlier run was at.
    fn went_on_with(&self, number: u16) -> bool {
        number == self.begun
    }

    /// Whether the pass was read back, or a later one begun.
    fn was_read_back(&self, number: u16) -> bool {
        number < self.begun || self.read_back.contains(&number)
    }
}
