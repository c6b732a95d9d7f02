//! The device that a mounted file system lies on, whole, to be read and nothing else.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;

use super::block_source::BlockMedium;
use super::file_eye::Eye;
use super::overlap::Pace;
use super::stat;
use crate::devices::error::DeviceError;
use crate::devices::file_facts::FileSystemFacts;
use crate::devices::queue::Queue;
use crate::devices::target::{Condition, IoFailure, IoPath, ReadPath, Source};
use crate::units::{BlockSize, ByteCount, ByteOffset};

struct FileSystemMedium(BlockMedium);

/// Opens the device of `system` when everything of the file system is on it. None where it cannot be seen.
pub(crate) fn open_file_system(system: &FileSystemFacts) -> Result<Option<Box<dyn Source>>, DeviceError> {
    flush(system).map_err(|errno| cannot_read(system, errno))?;
    let (eye, _) = Eye::open(system)?;
    let Eye::Device { file, number, under } = eye else {
        return Ok(None);
    };
    let pace = system.medium.as_ref().map_or(Pace::Slow, Pace::of);
    let medium =
        BlockMedium::mounted(file, number, under, pace).map_err(|errno| cannot_read(system, errno))?;
    Ok(Some(Box::new(FileSystemMedium(medium))))
}

fn cannot_read(system: &FileSystemFacts, errno: i32) -> DeviceError {
    DeviceError::CannotRead {
        path: system.mount_point.clone(),
        errno,
    }
}

/// Waits until everything is on the medium (`syncfs(2)`): direct reads see no page that was not written yet.
fn flush(system: &FileSystemFacts) -> Result<(), i32> {
    let root = open(system).map_err(|error| error.raw_os_error().unwrap_or(libc::EIO))?;
    if stat::stat_open(&root)?.device != system.number {
        return Err(libc::ESTALE);
    }
    rustix::fs::syncfs(&root).map_err(|errno| errno.raw_os_error())
}

fn open(system: &FileSystemFacts) -> std::io::Result<File> {
    let flags = libc::O_DIRECTORY | libc::O_NOFOLLOW | libc::O_CLOEXEC;
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(flags).open(&system.mount_point)
}

impl Source for FileSystemMedium {
    fn size(&self) -> ByteCount {
        self.0.size()
    }

    fn block_size(&self) -> BlockSize {
        self.0.block_size()
    }

    fn io_path(&self) -> IoPath {
        self.0.io_path()
    }

    fn read_at(&mut self, offset: ByteOffset, into: &mut [u8]) -> Result<usize, IoFailure> {
        self.0.read_at(offset, into)
    }

    fn queue(&mut self, most: ByteCount) -> Result<Box<dyn Queue>, IoFailure> {
        self.0.queue(most)
    }

    /// The buffers of a mounted file system's device cannot be dropped; direct reads write out what they hold.
    fn prepare_read_back(&mut self) -> ReadPath {
        self.0.under.show_uncached(self.0.number)
    }

    fn condition(&mut self) -> Condition {
        self.0.condition()
    }
}
