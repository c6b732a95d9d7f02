//! The thread that owns the medium: passes, read-backs and the second look, in the plan's order.

use std::time::Duration;

use crate::devices::Target;
use crate::units::{BlockSize, ByteCount};

use super::compare::Comparer;
use super::exact::{Exact, Patience};
use super::line::{Halt, Line, Report};
use super::look::look_and_read;
use super::outcome::{Ending, RangeList, SecondLook, VerifyMode};
use super::pass::Writing;
use super::pattern::PassPattern;
use super::plan::Plan;
use super::sample::{Sample, pieces};
use super::verify::{Found, ReadBackPlan, Reading};

/// What the worker has to do.
pub(super) struct Task {
    /// The plan.
    pub(super) plan: Plan,
    /// The patterns of its passes.
    pub(super) patterns: Vec<PassPattern>,
    /// Chooses the sample.
    pub(super) sample_seed: [u8; 32],
    /// Time that may be lost on places that refuse.
    pub(super) patience: Duration,
    /// After so many bytes read without a single equal block reading back ends.
    pub(super) hopeless_after: ByteCount,
}

/// Does `task` on `target`, reports over `line` and hands the target back.
pub(super) fn work(task: Task, target: Box<dyn Target>, line: Line) {
    let patience = Patience::new(task.patience);
    let medium = Exact::new(target, task.plan.block());
    let mut worker = Worker {
        task,
        medium,
        line,
        patience,
    };
    let ending = match worker.all_steps() {
        Ok(()) => Ending::Completed,
        Err(Halt::Ended(ending)) => ending,
        Err(Halt::Abandoned) => return,
    };
    worker.line.done(ending, worker.medium.into_target());
}

struct Worker {
    task: Task,
    medium: Exact,
    line: Line,
    patience: Patience,
}

impl Worker {
    fn all_steps(&mut self) -> Result<(), Halt> {
        let read_backs = self.task.plan.read_backs();
        for (index, number) in (0..self.task.patterns.len()).zip(1u16..) {
            self.line.check()?;
            let refused = self.write(index)?;
            if read_backs.contains(&number) {
                self.read_back(index, &refused)?;
            }
        }
        self.line.check()?;
        let look = self.second_look()?;
        self.line.tell(Report::Looked(look))
    }

    fn write(&mut self, index: usize) -> Result<RangeList, Halt> {
        let filler = self.task.patterns[index].filler();
        let size = self.task.plan.size();
        let Self {
            medium,
            line,
            patience,
            ..
        } = self;
        Writing {
            medium,
            line,
            patience,
            size,
            filler,
        }
        .run(index)
    }

    fn read_back(&mut self, index: usize, refused: &RangeList) -> Result<(), Halt> {
        self.line.check()?;
        let path = self.medium.target().prepare_read_back();
        let size = self.task.plan.size();
        let seed = self.task.sample_seed;
        let plan = |planned, detection_ppm| ReadBackPlan {
            index,
            path,
            planned,
            detection_ppm,
        };
        if let VerifyMode::Sample { percent } = self.task.plan.verify() {
            let sample = Sample::new(size, percent, seed, refused);
            let plan = plan(sample.bytes(), Some(sample.detection_ppm()));
            self.reading(index, true).run(plan, sample.pieces())
        } else {
            self.reading(index, true).run(plan(size, None), pieces(size))
        }
    }

    fn second_look(&mut self) -> Result<SecondLook, Halt> {
        if self.task.plan.verify() == VerifyMode::None {
            let intrusions = self.medium.target().look_again();
            return Ok(SecondLook {
                intrusions,
                ..SecondLook::default()
            });
        }
        let last = self.task.patterns.len().saturating_sub(1);
        look_and_read(self.reading(last, false))
    }

    fn reading(&mut self, index: usize, reported: bool) -> Reading<'_> {
        // a block beyond 1 MiB cannot be made, so the medium's own is always one
        let block = u32::try_from(self.medium.block())
            .ok()
            .and_then(BlockSize::new)
            .unwrap_or(BlockSize::SECTOR);
        let comparer = Comparer::new(self.task.patterns[index].filler(), block);
        let (size, hopeless_after) = (self.task.plan.size(), self.task.hopeless_after);
        let Self {
            medium,
            line,
            patience,
            ..
        } = self;
        Reading {
            medium,
            line,
            patience,
            size,
            comparer,
            hopeless_after,
            reported,
            found: Found::default(),
        }
    }
}
