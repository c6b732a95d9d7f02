//! A block device as it can be read: what a claimed one and one opened only to be read have in common.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::handle::Handle;
use super::overlap::{self, Pace};
use super::{cache, calls, stack, stat, sysfs};
use crate::devices::error::DeviceError;
use crate::devices::facts::{DeviceFacts, DeviceNumber};
use crate::devices::queue::Queue;
use crate::devices::target::{Condition, IoFailure, IoPath, ReadPath, Source};
use crate::units::{BlockSize, ByteCount, ByteOffset};

/// What lies under a loop device.
pub(super) enum Under {
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

/// Opens what lies under a loop device, so that read-backs can be kept from its cache.
fn under(file: &File, folder: &Path) -> Under {
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

impl BlockMedium {
    /// The open `file`, if it is the device of `facts`.
    pub(super) fn new(file: File, facts: &DeviceFacts) -> Result<Self, DeviceError> {
        let number = facts.number.ok_or_else(|| changed(facts, "device number"))?;
        compare(&file, facts, number)?;
        let folder = sysfs::folder(number).ok_or_else(|| changed(facts, "device number"))?;
        Ok(Self {
            number,
            under: under(&file, &folder),
            size: facts.size,
            block: facts.logical_block,
            sequence: facts.disk_sequence,
            pace: Pace::of(facts),
            handle: Arc::new(Handle::new(file, facts.logical_block, facts.size.0)),
        })
    }

    pub(super) fn file(&self) -> &File {
        self.handle.file()
    }

    /// Direct I/O reaches the medium unless a file lies somewhere beneath.
    fn direct_unless_on_a_file(&self) -> ReadPath {
        match stack::beneath_device(self.number) {
            Ok(beneath) if beneath.files.is_empty() => ReadPath::Direct,
            Ok(_) => cache::cached("a file lies beneath, which may be cached"),
            Err(reason) => cache::cached(&format!("what lies beneath cannot be told: {reason}")),
        }
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
