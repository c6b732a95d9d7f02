//! Files that take all free blocks of a file system.

use std::path::Path;

use crate::devices::error::DeviceError;
use crate::devices::free_space::{FreeSpaceFacts, InodeTotals};
use crate::progress::StopSignal;
use crate::units::ByteCount;

/// Files that have the free space of a file system.
#[derive(Debug)]
pub(crate) struct Filler {}

pub(crate) fn fill(
    _facts: &FreeSpaceFacts,
    _reserve: ByteCount,
    _progress: &mut dyn FnMut(ByteCount),
    _stop: &StopSignal,
) -> Result<Filler, DeviceError> {
    Err(DeviceError::Unsupported)
}

pub(crate) fn remove_left_behind(
    _facts: &FreeSpaceFacts,
    _stop: &StopSignal,
) -> Result<ByteCount, DeviceError> {
    Err(DeviceError::Unsupported)
}

impl Filler {
    pub(crate) fn folder(&self) -> &Path {
        Path::new("")
    }

    pub(crate) fn taken(&self) -> ByteCount {
        ByteCount(0)
    }

    pub(crate) fn left_over(&self) -> ByteCount {
        ByteCount(0)
    }

    pub(crate) fn inodes(&self) -> InodeTotals {
        InodeTotals::default()
    }

    pub(crate) fn identities(&self) -> &[(u64, u64)] {
        &[]
    }

    pub(crate) fn remove(self) -> Result<(), DeviceError> {
        Ok(())
    }
}
