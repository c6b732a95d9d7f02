//! A block device as it can be read: what a claimed one and one opened only to be read have in common.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Arc;

use super::handle::Handle;
use super::overlap::{self, Pace};
use super::under::Under;
use super::{cache, calls, stat, sysfs};
use crate::devices::error::DeviceError;
use crate::devices::facts::{DeviceFacts, DeviceNumber};
use crate::devices::queue::Queue;
use crate::devices::target::{Condition, IoFailure, IoPath, ReadPath, Source};
use crate::units::{BlockSize, ByteCount, ByteOffset};

/// An open block device.
pub(super) struct BlockMedium {
    pub(super) handle: Arc<Handle>,
    pub(super) number: DeviceNumber,
    pub(super) under: Under,
    size: ByteCount,
    block: BlockSize,
    sequence: Option<u64>,
    pace: Pace,
}

/// Opens the device of `facts` to be read and nothing else.
pub(crate) fn open_block(facts: &DeviceFacts) -> Result<Box<dyn Source>, DeviceError> {
    let flags = libc::O_DIRECT | libc::O_NOFOLLOW | libc::O_CLOEXEC | libc::O_NONBLOCK;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(&facts.path);
    let file = file.map_err(|error| DeviceError::CannotRead {
        path: facts.path.clone(),
        errno: error.raw_os_error().unwrap_or(libc::EIO),
    })?;
    Ok(Box::new(BlockMedium::new(file, facts)?))
}

pub(super) fn changed(facts: &DeviceFacts, field: &'static str) -> DeviceError {
    DeviceError::IdentityChanged {
        path: facts.path.clone(),
        field,
    }
}

/// Reads the identity again from the open handle and holds it against what is known.
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
    if sequence(file, number) != facts.disk_sequence {
        return differs("disk sequence number");
    }
    Ok(())
}

impl BlockMedium {
    /// The open `file`, if it is the device of `facts`.
    pub(super) fn new(file: File, facts: &DeviceFacts) -> Result<Self, DeviceError> {
        let number = facts.number.ok_or_else(|| changed(facts, "device number"))?;
        compare(&file, facts, number)?;
        let folder = sysfs::folder(number).ok_or_else(|| changed(facts, "device number"))?;
        Ok(Self {
            number,
            under: Under::of(&file, &folder),
            size: facts.size,
            block: facts.logical_block,
            sequence: facts.disk_sequence,
            pace: Pace::of(facts),
            handle: Arc::new(Handle::new(file, facts.logical_block, facts.size.0)),
        })
    }

    /// The open device `file` of a mounted file system, a partition maybe: it is what the handle says.
    pub(super) fn mounted(file: File, number: DeviceNumber, under: Under, pace: Pace) -> Result<Self, i32> {
        let size = calls::device_size(&file)?;
        let block = BlockSize::new(calls::device_block(&file)?).ok_or(libc::EINVAL)?;
        Ok(Self {
            number,
            under,
            size: ByteCount(size),
            block,
            sequence: sequence(&file, number),
            pace,
            handle: Arc::new(Handle::new(file, block, size)),
        })
    }

    pub(super) fn file(&self) -> &File {
        self.handle.file()
    }

    /// What became of it when it also has to be written.
    pub(super) fn condition_to_write(&mut self) -> Condition {
        match self.condition() {
            Condition::Present if calls::device_read_only(self.file()) != Ok(false) => Condition::ReadOnly,
            found => found,
        }
    }
}

/// The disk's sequence number, by the handle or, on kernels that do not tell it so, by the list.
fn sequence(file: &File, number: DeviceNumber) -> Option<u64> {
    let listed = || sysfs::folder(number).and_then(|folder| sysfs::number(&folder, "diskseq"));
    calls::device_sequence(file).ok().or_else(listed)
}

impl Source for BlockMedium {
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
        self.handle.read(offset, into)
    }

    fn prepare_read_back(&mut self) -> ReadPath {
        if let Err(errno) = calls::flush_buffers(self.file()) {
            return cache::cached(&format!("the buffers cannot be dropped: system error {errno}"));
        }
        self.under.show_uncached(self.number)
    }

    fn queue(&mut self, most: ByteCount) -> Result<Box<dyn Queue>, IoFailure> {
        overlap::queue(&self.handle, self.pace, self.block, most)
    }

    fn condition(&mut self) -> Condition {
        let listed = sysfs::folder(self.number).is_some();
        if !listed || sequence(self.file(), self.number) != self.sequence {
            return Condition::Gone;
        }
        match calls::device_size(self.file()) {
            Ok(0) | Err(_) => Condition::Gone,
            Ok(size) if size != self.size.0 => Condition::Resized {
                size: ByteCount(size),
            },
            Ok(_) => Condition::Present,
        }
    }
}
