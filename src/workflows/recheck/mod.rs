//! `keshiin recheck`: whether a drive still holds exactly the pattern that a signed record says.
//!
//! The record is verified as `verify` does, the drive's identity is compared before a byte is read, and
//! nothing is ever written.

mod basis;
mod carry_out;
mod identity;
mod refusal;
mod request;

pub use carry_out::recheck_device;
pub use identity::{Compared, ComparedField, IdentityComparison, IdentityField, IdentityValue};
pub use refusal::RecheckRefusal;
pub use request::{DriveCache, DriveFound, DriveRead, RecheckReport, RecheckRequest, RecheckResult};
