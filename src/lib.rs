//! keshiin (消印): verified, signed erasure of media and sealed deliveries for public offices.
//!
//! The rooms and who may use whom are told in `docs/architecture.md`; `tests/layers.rs` holds the
//! table of allowed imports against these sources.

pub mod crypto;
pub mod devices;
pub mod erasure;
pub mod ledger;
pub mod policy;
pub mod progress;
pub mod records;
pub mod rendering;
pub mod sealing;
pub mod units;
pub mod workflows;
