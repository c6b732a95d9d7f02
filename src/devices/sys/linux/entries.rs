//! The room of folders that no entry uses.

use crate::devices::error::DeviceError;
use crate::devices::file_facts::FileSystemFacts;
use crate::devices::tails::EntryTotals;
use crate::progress::StopSignal;

pub(crate) fn clear_entries(
    _system: &FileSystemFacts,
    _progress: &mut dyn FnMut(u64),
    _stop: &StopSignal,
) -> Result<EntryTotals, DeviceError> {
    Err(DeviceError::Unsupported)
}
