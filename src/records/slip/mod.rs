//! The slip: the few facts that stand beside the QR code, signed on their own (`docs/spec/slip.md`).
//!
//! Its bytes are a function of the payload. Every signer of a record signs them too, in the same act,
//! under a domain of their own, so that paper can be checked without the data file. The first byte tells
//! the forms apart: 1 is an erasure's, 2 a delivery's, 3 a partial erasure's.

mod any;
mod bytes;
mod code;
mod delivery;
mod erasure;
mod file;
mod partial;

pub use any::AnySlip;
pub use delivery::DeliverySlip;
pub use erasure::Slip;
pub use file::SlipFile;
pub use partial::PartialSlip;

const WHAT: &str = "slip";
