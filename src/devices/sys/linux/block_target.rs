//! A claimed block device.
//!
//! `O_EXCL` alone keeps nobody out who opens without it, and a page dirtied through a partition
//! reaches the medium after an erasure of the whole disk; hence the removed partitions, the flushed
//! buffers and the second look.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::time::Duration;

use rustix::fs::FlockOperation;

use super::block_source::{BlockMedium, changed};
use super::under::Under;
use super::{calls, io, nodes, partitions, processes, stack, sysfs};
use crate::devices::error::DeviceError;
use crate::devices::facts::{DeviceFacts, Partition};
use crate::devices::openers::{HolderScan, ScanOf, Wanted};
use crate::devices::queue::Queue;
use crate::devices::target::{Condition, Intrusion, IoFailure, IoPath, ReadPath, Source, Target};
use crate::units::{BlockSize, ByteCount, ByteOffset};

/// How often, and how far apart, the lock is asked for: device managers hold it for moments.
const LOCK_ATTEMPTS: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(50);

struct BlockTarget {
    medium: BlockMedium,
    name: String,
    removed: Vec<Partition>,
    starts: Vec<ByteOffset>,
    kind: ScanOf,
}

/// Claims the device of `facts` for destruction. Nothing is written; on an error everything is as before.
pub(crate) fn claim_block(facts: &DeviceFacts) -> Result<Box<dyn Target>, DeviceError> {
    let medium = BlockMedium::new(open(facts)?, facts)?;
    if calls::device_read_only(medium.file()) != Ok(false) {
        return Err(changed(facts, "read-only state"));
    }
    lock(medium.file(), facts)?;
    let folder = sysfs::folder(medium.number).ok_or_else(|| changed(facts, "device number"))?;
    let mut target = BlockTarget {
        name: sysfs::name(&folder),
        removed: Vec::new(),
        starts: facts.partitions.iter().map(|partition| partition.start).collect(),
        kind: ScanOf::device(facts),
        medium,
    };
    target.remove_partitions(facts, &folder)?;
    calls::flush_buffers(target.file()).map_err(|errno| DeviceError::CannotFlush {
        device: target.name.clone(),
        errno,
    })?;
    target.refuse_holders()?;
    Ok(Box::new(target))
}

fn open(facts: &DeviceFacts) -> Result<File, DeviceError> {
    let flags = libc::O_EXCL | libc::O_DIRECT | libc::O_NOFOLLOW | libc::O_CLOEXEC;
    OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(flags)
        .open(&facts.path)
        .map_err(|error| match error.raw_os_error() {
            Some(libc::EBUSY) => DeviceError::ExclusiveUse {
                device: facts.path.display().to_string(),
            },
            Some(libc::EROFS) => DeviceError::ReadOnly {
                path: facts.path.clone(),
                reason: "the kernel has it read-only".to_owned(),
            },
            errno => DeviceError::CannotOpen {
                path: facts.path.clone(),
                errno: errno.unwrap_or(libc::EIO),
            },
        })
}

fn lock(file: &File, facts: &DeviceFacts) -> Result<(), DeviceError> {
    for _ in 0..LOCK_ATTEMPTS {
        if rustix::fs::flock(file, FlockOperation::NonBlockingLockExclusive).is_ok() {
            return Ok(());
        }
        std::thread::sleep(LOCK_PAUSE);
    }
    Err(DeviceError::Locked {
        path: facts.path.clone(),
    })
}

impl BlockTarget {
    fn file(&self) -> &File {
        self.medium.file()
    }

    fn remove_partitions(
        &mut self,
        facts: &DeviceFacts,
        folder: &std::path::Path,
    ) -> Result<(), DeviceError> {
        let shown = nodes::partitions(folder).ok_or_else(|| changed(facts, "partitions"))?;
        if shown != facts.partitions {
            return Err(changed(facts, "partitions"));
        }
        for partition in shown {
            partitions::remove(self.medium.file(), &partition)?;
            self.removed.push(partition);
        }
        Ok(())
    }

    /// Refuses where anybody holds the device, now that nobody can claim it any more.
    fn refuse_holders(&self) -> Result<(), DeviceError> {
        let scan = self.scan_patiently();
        let device = || self.name.clone();
        if let Some(opener) = scan.openers.first() {
            let program = opener.program.clone();
            return Err(DeviceError::HeldBy {
                device: device(),
                pid: opener.pid,
                program,
            });
        }
        match scan.unreadable.first() {
            Some(unreadable) => Err(DeviceError::HoldersUntold {
                reason: unreadable.to_string(),
            }),
            None => Ok(()),
        }
    }

    fn scan_patiently(&self) -> HolderScan {
        let (wanted, own) = (self.wanted(), self.descriptors());
        HolderScan::settled(self.kind, || processes::who_holds(&wanted, &own))
    }

    fn wanted(&self) -> Wanted {
        let mut wanted = Wanted {
            devices: [self.medium.number].into(),
            ..Wanted::default()
        };
        // The numbers of removed partitions may be given to others meanwhile; only those that are
        // back belong to this disk.
        wanted
            .devices
            .extend(self.shown().iter().map(|partition| partition.number));
        if let Under::File { identity, .. } = self.medium.under {
            wanted.files.insert(identity);
        }
        wanted
    }

    fn shown(&self) -> Vec<Partition> {
        sysfs::folder(self.medium.number)
            .and_then(|folder| nodes::partitions(&folder))
            .unwrap_or_default()
    }

    fn descriptors(&self) -> Vec<i32> {
        let mut own = vec![calls::descriptor(self.file())];
        if let Under::File { file, .. } | Under::Device { file } = &self.medium.under {
            own.push(calls::descriptor(file));
        }
        own
    }
}

impl Source for BlockTarget {
    fn size(&self) -> ByteCount {
        self.medium.size()
    }

    fn block_size(&self) -> BlockSize {
        self.medium.block_size()
    }

    fn io_path(&self) -> IoPath {
        self.medium.io_path()
    }

    fn read_at(&mut self, offset: ByteOffset, into: &mut [u8]) -> Result<usize, IoFailure> {
        self.medium.read_at(offset, into)
    }

    fn prepare_read_back(&mut self) -> ReadPath {
        self.medium.prepare_read_back()
    }

    fn queue(&mut self, most: ByteCount) -> Result<Box<dyn Queue>, IoFailure> {
        self.medium.queue(most)
    }

    fn condition(&mut self) -> Condition {
        self.medium.condition_to_write()
    }
}

impl Target for BlockTarget {
    fn former_partition_starts(&self) -> &[ByteOffset] {
        &self.starts
    }

    fn write_at(&mut self, offset: ByteOffset, data: &[u8]) -> Result<usize, IoFailure> {
        self.medium.handle.write(offset, data)
    }

    fn flush(&mut self) -> Result<(), IoFailure> {
        io::sync(self.file())?;
        match &self.medium.under {
            Under::File { file, .. } | Under::Device { file } => io::sync(file),
            Under::Medium | Under::Unreachable { .. } => Ok(()),
        }
    }

    fn look_again(&mut self) -> Vec<Intrusion> {
        let mut found = self.scan_patiently().into_intrusions();
        found.extend(
            self.shown()
                .into_iter()
                .map(|partition| Intrusion::PartitionBack { name: partition.name }),
        );
        let loops = stack::loop_bindings()
            .into_iter()
            .filter(|bound| bound.node == Some(self.medium.number));
        found.extend(loops.map(|bound| Intrusion::CouldNotTell {
            reason: format!("the loop device {} shows its bytes", bound.name),
        }));
        found
    }
}

impl Drop for BlockTarget {
    fn drop(&mut self) {
        if self.medium.handle.wrote() {
            // The old table is gone. A device that is still in use elsewhere keeps its view.
            let _ = calls::reread_partitions(self.file());
        } else {
            partitions::restore(self.file(), &self.removed);
        }
    }
}
