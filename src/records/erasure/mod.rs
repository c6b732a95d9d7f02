//! The erasure record 消去の記録: what was measured, what was not and why, what follows.
//!
//! Fields follow NIST SP 800-88r2 §4.6 with App. C and the clauses of the source documents. Never
//! names, personal data or digests of what was erased. Nothing here judges: the verdict is told to it.

mod bearing;
mod conduct;
mod course;
mod medium;
mod payload;
mod read_back;
mod run;
mod work;

pub(in crate::records) use bearing::policy_fits;
pub(in crate::records) use course::Course;

pub use conduct::{Interruption, Io, IoEngine, IoEngineKind, IoPath};
pub use medium::{Confirmation, ConfirmedBy, Machine, MachineSource, Medium};
pub use payload::{Achieved, ErasureRecord, Level, Order, Verdict, Witness, WitnessMode};
pub use read_back::{
    Displaced, Displacement, DisplacementPattern, ReadBack, ReadPath, Sample, SecondLook, Verification,
    VerifyAsked,
};
pub use run::{Ending, FlushResult, HiddenArea, Method, Pass, Pattern, RangeList};
