//! Takes a disk's partitions out of the kernel for the time of an erasure, so that no buffer of
//! theirs outlives it, and puts them back where nothing was written.

use std::fs::File;
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;

use super::{calls, nodes, stat};
use crate::devices::error::DeviceError;
use crate::devices::facts::Partition;

/// Writes out and drops the partition's buffers and makes the kernel forget it.
pub(super) fn remove(disk: &File, partition: &Partition) -> Result<(), DeviceError> {
    flush(partition)?;
    calls::forget_partition(disk, partition).map_err(|errno| match errno {
        libc::EBUSY => DeviceError::PartitionBusy {
            name: partition.name.clone(),
        },
        errno => DeviceError::PartitionStays {
            name: partition.name.clone(),
            errno,
        },
    })
}

fn flush(partition: &Partition) -> Result<(), DeviceError> {
    let failed = |errno| DeviceError::CannotFlush {
        device: partition.name.clone(),
        errno,
    };
    let node = nodes::node_path(&partition.name);
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
    let opened = OpenOptions::new().read(true).custom_flags(flags).open(&node);
    let file = match opened {
        Ok(file) => file,
        // Without a node nobody can have opened it by name; forgetting it writes out what is left.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error.raw_os_error().unwrap_or(libc::EIO))),
    };
    if stat::stat_open(&file).map_err(failed)?.node != partition.number {
        return Err(failed(libc::ESTALE));
    }
    file.sync_all()
        .map_err(|error| failed(error.raw_os_error().unwrap_or(libc::EIO)))?;
    calls::flush_buffers(&file).map_err(failed)
}

/// Puts partitions back as they were.
pub(super) fn restore(disk: &File, partitions: &[Partition]) {
    for partition in partitions {
        // The table on the medium is untouched, so that nothing is lost where this fails.
        let _ = calls::show_partition(disk, partition);
    }
}
