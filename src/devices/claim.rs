//! Turns both proof tokens into the one handle through which a medium is destroyed.

use super::error::DeviceError;
use super::facts::NodeKind;
use super::guard::{Cleared, Confirmed};
use super::sys;
use super::target::Target;

/// Opens the cleared and confirmed medium exclusively, reads its identity again from the open
/// handle, and takes its partitions out of the way. The tokens are used up.
///
/// # Errors
/// [`DeviceError::ConfirmedAnother`] where the tokens do not belong together; otherwise what has
/// changed since it was cleared. Nothing was written then, and everything is as before.
pub fn claim(cleared: Cleared, confirmed: Confirmed) -> Result<Box<dyn Target>, DeviceError> {
    if !confirmed.is_of(&cleared) {
        return Err(DeviceError::ConfirmedAnother);
    }
    let facts = cleared.into_facts();
    match facts.kind {
        NodeKind::WholeDevice => sys::claim_block(&facts),
        NodeKind::RegularFile => sys::claim_image(&facts),
        NodeKind::Partition => Err(DeviceError::partition(&facts)),
    }
}
