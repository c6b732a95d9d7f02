//! The rest of last blocks behind the end of files.

use crate::devices::error::DeviceError;
use crate::devices::file_facts::FileSystemFacts;
use crate::devices::tails::TailTotals;
use crate::progress::StopSignal;

pub(crate) fn clear_tails(
    _system: &FileSystemFacts,
    _progress: &mut dyn FnMut(u64),
    _stop: &StopSignal,
) -> Result<TailTotals, DeviceError> {
    Err(DeviceError::Unsupported)
}
