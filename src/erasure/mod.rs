//! Verified overwriting of a whole medium: methods, plan, engine, what was measured, the judgement.
//!
//! [`Plan`] says what will be done, [`run`] does it on a claimed [`crate::devices::Target`] and gives
//! back an [`Outcome`] of plain facts, and [`judge`] alone decides what those facts mean. Follows NIST
//! SP 800-88r2 (clear by overwriting, §3.1.1). Touches only the target that it is lent; takes instants
//! from the clock that it is lent.

mod buffer;
mod compare;
mod displaced;
mod engine;
mod error;
mod exact;
pub mod files;
mod flow;
mod limits;
mod line;
mod look;
mod method;
mod outcome;
mod pace;
mod pass;
mod pattern;
mod plan;
mod ranges;
mod recheck;
mod recorder;
mod sample;
#[cfg(test)]
mod testing;
mod verdict;
mod verify;
mod worker;

pub use engine::{CHECKPOINT_EVERY, Job, Keeper, PATIENCE, Run, Unkept, WATCHDOG, broken_down, run};
pub use error::ErasureError;
pub use limits::{Limit, limits};
pub use method::{Method, PassTemplate};
pub use outcome::{
    Conduct, Displaced, Displacement, DisplacementPattern, Ending, HiddenArea, Outcome, PassOutcome,
    RangeList, ReadBack, ResumePoint, SampleDrawn, SecondLook, VerifyMode,
};
pub use pattern::{Filler, PassPattern};
pub use plan::Plan;
pub use recheck::{Recheck, RecheckOutcome, recheck};
pub use verdict::{Judgement, Reason, Verdict, judge};
