//! Opens a medium to be read and nothing else.

use super::error::DeviceError;
use super::facts::{DeviceFacts, NodeKind};
use super::file_facts::FileSystemFacts;
use super::sys;
use super::target::Source;

/// Opens the medium of `facts` read-only, with direct I/O where there is any, and reads its identity again from
/// the open handle. Nothing is locked, and nothing is taken out of the way: others may use it meanwhile.
///
/// # Errors
/// [`DeviceError::CannotRead`]; [`DeviceError::IdentityChanged`] where it is no longer what `facts` say;
/// [`DeviceError::IsPartition`].
pub fn open_source(facts: &DeviceFacts) -> Result<Box<dyn Source>, DeviceError> {
    match facts.kind {
        NodeKind::WholeDevice => sys::open_block(facts),
        NodeKind::RegularFile => sys::open_image(facts),
        NodeKind::Partition => Err(DeviceError::partition(facts)),
    }
}

/// Flushes a mounted file system and opens the device that it lies on, whole, read-only and with direct I/O. None where
/// it cannot be seen.
///
/// # Errors
/// [`DeviceError::CannotRead`]; [`DeviceError::IdentityChanged`] where the node leads to another device by now.
pub fn open_file_system(system: &FileSystemFacts) -> Result<Option<Box<dyn Source>>, DeviceError> {
    sys::open_file_system(system)
}
