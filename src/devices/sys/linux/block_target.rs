//! A claimed block device.
//!
//! `O_EXCL` alone keeps nobody out who opens without it, and a page dirtied through a partition
//! reaches the medium after an erasure of the whole disk; hence the removed partitions, the flushed
//! buffers and the second look.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::time::Duration;

use rustix::fs::FlockOperation;

use super::{cache, calls, io, nodes, partitions, processes, stack, stat, sysfs};
use crate::devices::error::DeviceError;
use crate::devices::facts::{DeviceFacts, DeviceNumber, Partition};
use crate::devices::openers::{HolderScan, ScanOf, Wanted};
use crate::devices::queue::Queue;
use crate::devices::target::{Condition, Intrusion, IoFailure, IoPath, ReadPath, Source, Target};
use crate::units::{BlockSize, ByteCount, ByteOffset};

/// How often, and how far apart, the lock is asked for: device managers hold it for moments.
const LOCK_ATTEMPTS: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// What lies under a loop device.
enum Under {
    /// No loop device: the medium itself.
    Medium,
    /// A regular file.
    File {
        file: File,
        path: PathBuf,
        identity: (u64, u64),
    },
    /// Another block device.
    Device { file: File },
    /// A loop device whose file cannot be reached.
    Unreachable { reason: String },
}

struct BlockTarget {
    file: File,
    name: String,
    number: DeviceNumber,
    size: ByteCount,
    block: BlockSize,
    removed: Vec<Partition>,
    starts: Vec<ByteOffset>,
    under: Under,
    kind: ScanOf,
    wrote: bool,
}

/// Claims the device of `facts` for destruction. Nothing is written; on an error everything is as before.
pub(crate) fn claim_block(facts: &DeviceFacts) -> Result<Box<dyn Target>, DeviceError> {
    let number = facts.number.ok_or_else(|| changed(facts, "device number"))?;
    let file = open(facts)?;
    compare(&file, facts, number)?;
    lock(&file, facts)?;
    let folder = sysfs::folder(number).ok_or_else(|| changed(facts, "device number"))?;
    let mut target = BlockTarget {
        name: sysfs::name(&folder),
        number,
        size: facts.size,
        block: facts.logical_block,
        removed: Vec::new(),
        starts: facts.partitions.iter().map(|partition| partition.start).collect(),
        under: under(&file, &folder),
        kind: ScanOf::device(facts),
        wrote: false,
        file,
    };
    target.remove_partitions(facts, &folder)?;
    calls::flush_buffers(&target.file).map_err(|errno| DeviceError::CannotFlush {
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

fn changed(facts: &DeviceFacts, field: &'static str) -> DeviceError {
    DeviceError::IdentityChanged {
        path: facts.path.clone(),
        field,
    }
}

/// Reads the identity again from the open handle and holds it against the plan.
fn compare(file: &File, facts: &DeviceFacts, number: DeviceNumber) -> Result<(), DeviceError> {
    let differs = |field| Err(changed(facts, field));
    if stat::stat_open(file).map(|told| told.node) != Ok(number) {
        return differs("device number");
    }
    if calls::device_size(file) != Ok(facts.size.0) {
        return differs("size");
    }
    if calls::device_block(file) != Ok(facts.logical_block.bytes()) {
        return differs("block size");
    }
    if calls::device_read_only(file) != Ok(false) {
        return differs("read-only state");
    }
    let listed = || sysfs::folder(number).and_then(|folder| sysfs::number(&folder, "diskseq"));
    if calls::device_sequence(file).ok().or_else(listed) != facts.disk_sequence {
        return differs("disk sequence number");
    }
    Ok(())
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

/// Opens what lies under a loop device, so that read-backs can be kept from its cache.
fn under(file: &File, folder: &std::path::Path) -> Under {
    if !folder.join("loop").exists() {
        return Under::Medium;
    }
    let opened = || {
        let status = calls::loop_status_of(file).map_err(|errno| format!("system error {errno}"))?;
        let path = sysfs::path(&folder.join("loop"), "backing_file").ok_or("its path is not told")?;
        let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
        let below = OpenOptions::new()
            .read(true)
            .custom_flags(flags)
            .open(&path)
            .map_err(|error| error.to_string())?;
        let told = stat::stat_open(&below).map_err(|errno| format!("system error {errno}"))?;
        if told.identity != (status.lo_device, status.lo_inode) {
            return Err("another file has its name".to_owned());
        }
        let is_device = stat::decode(status.lo_rdevice).major != 0;
        Ok(if is_device {
            Under::Device { file: below }
        } else {
            Under::File {
                file: below,
                path,
                identity: told.identity,
            }
        })
    };
    opened().unwrap_or_else(|reason| Under::Unreachable {
        reason: format!("the backing file cannot be opened: {reason}"),
    })
}

impl BlockTarget {
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
            partitions::remove(&self.file, &partition)?;
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
            devices: [self.number].into(),
            ..Wanted::default()
        };
        // The numbers of removed partitions may be given to others meanwhile; only those that are
        // back belong to this disk.
        wanted
            .devices
            .extend(self.shown().iter().map(|partition| partition.number));
        if let Under::File { identity, .. } = self.under {
            wanted.files.insert(identity);
        }
        wanted
    }

    fn shown(&self) -> Vec<Partition> {
        sysfs::folder(self.number)
            .and_then(|folder| nodes::partitions(&folder))
            .unwrap_or_default()
    }

    fn descriptors(&self) -> Vec<i32> {
        let mut own = vec![calls::descriptor(&self.file)];
        if let Under::File { file, .. } | Under::Device { file } = &self.under {
            own.push(calls::descriptor(file));
        }
        own
    }
}

impl Source for BlockTarget {
    fn size(&self) -> ByteCount {
        self.size
    }

    fn block_size(&self) -> BlockSize {
        self.block
    }

    fn io_path(&self) -> IoPath {
        IoPath::Direct
    }

    fn read_at(&mut self, offset: ByteOffset, into: &mut [u8]) -> Result<usize, IoFailure> {
        io::read(&self.file, offset, into)
    }

    fn prepare_read_back(&mut self) -> ReadPath {
        if let Err(errno) = calls::flush_buffers(&self.file) {
            return cache::cached(&format!("the buffers cannot be dropped: system error {errno}"));
        }
        match &self.under {
            Under::File { file, path, .. } => cache::empty(file, path),
            Under::Unreachable { reason } => cache::cached(reason),
            Under::Device { file } => match calls::flush_buffers(file) {
                Ok(()) => self.direct_unless_on_a_file(),
                Err(errno) => cache::cached(&format!(
                    "the buffers below cannot be dropped: system error {errno}"
                )),
            },
            Under::Medium => self.direct_unless_on_a_file(),
        }
    }

    fn queue(&mut self, _most: ByteCount) -> Result<Box<dyn Queue>, IoFailure> {
        todo!("interface only")
    }

    fn condition(&mut self) -> Condition {
        todo!("interface only")
    }
}

impl Target for BlockTarget {
    fn former_partition_starts(&self) -> &[ByteOffset] {
        &self.starts
    }

    fn write_at(&mut self, offset: ByteOffset, data: &[u8]) -> Result<usize, IoFailure> {
        self.wrote = true;
        io::write(&self.file, offset, data)
    }

    fn flush(&mut self) -> Result<(), IoFailure> {
        io::sync(&self.file)?;
        match &self.under {
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
            .filter(|bound| bound.node == Some(self.number));
        found.extend(loops.map(|bound| Intrusion::CouldNotTell {
            reason: format!("the loop device {} shows its bytes", bound.name),
        }));
        found
    }
}

impl BlockTarget {
    /// Direct I/O reaches the medium unless a file lies somewhere beneath.
    fn direct_unless_on_a_file(&self) -> ReadPath {
        match stack::beneath_device(self.number) {
            Ok(beneath) if beneath.files.is_empty() => ReadPath::Direct,
            Ok(_) => cache::cached("a file lies beneath, which may be cached"),
            Err(reason) => cache::cached(&format!("what lies beneath cannot be told: {reason}")),
        }
    }
}

impl Drop for BlockTarget {
    fn drop(&mut self) {
        if self.wrote {
            // The old table is gone. A device that is still in use elsewhere keeps its view.
            let _ = calls::reread_partitions(&self.file);
        } else {
            partitions::restore(&self.file, &self.removed);
        }
    }
}
