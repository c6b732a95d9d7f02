//! An image file as it can be read: what a claimed one and one opened only to be read have in common.
//!
//! Direct I/O wants whole blocks; a last piece that is none goes through a second, buffered handle.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::handle::Handle;
use super::overlap::{self, Pace};
use super::{cache, files, io, stat};
use crate::devices::error::DeviceError;
use crate::devices::facts::DeviceFacts;
use crate::devices::queue::Queue;
use crate::devices::sys::FileKind;
use crate::devices::target::{Condition, IoFailure, IoPath, ReadPath, Source};
use crate::units::{BlockSize, ByteCount, ByteOffset};

/// What an image is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Read,
    Write,
}

/// An open image file.
pub(super) struct ImageMedium {
    pub(super) handle: Arc<Handle>,
    pub(super) path: PathBuf,
    pub(super) identity: (u64, u64),
    tail: Option<File>,
    size: u64,
    block: BlockSize,
    io_path: IoPath,
    opened_for: Use,
}

/// Opens the image of `facts` to be read and nothing else.
pub(crate) fn open_image(facts: &DeviceFacts) -> Result<Box<dyn Source>, DeviceError> {
    let failed = |errno| DeviceError::CannotRead {
        path: facts.path.clone(),
        errno,
    };
    let mut medium = ImageMedium::open(facts, Use::Read, failed)?;
    medium.open_tail().map_err(failed)?;
    Ok(Box::new(medium))
}

pub(super) fn changed(facts: &DeviceFacts, field: &'static str) -> DeviceError {
    DeviceError::IdentityChanged {
        path: facts.path.clone(),
        field,
    }
}

fn open(path: &Path, opened_for: Use) -> Result<(File, IoPath), i32> {
    match open_with(path, opened_for, libc::O_DIRECT) {
        Ok(file) => Ok((file, IoPath::Direct)),
        Err(libc::EINVAL) => open_with(path, opened_for, 0).map(|file| (file, IoPath::Buffered)),
        Err(errno) => Err(errno),
    }
}

fn open_with(path: &Path, opened_for: Use, more: i32) -> Result<File, i32> {
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK | more;
    let opened = OpenOptions::new()
        .read(true)
        .write(opened_for == Use::Write)
        .custom_flags(flags)
        .open(path);
    opened.map_err(|error| error.raw_os_error().unwrap_or(libc::EIO))
}

impl ImageMedium {
    /// Opens the image of `facts`, if it is still the same. `failed` is what an error number of opening means.
    pub(super) fn open(
        facts: &DeviceFacts,
        opened_for: Use,
        failed: impl Fn(i32) -> DeviceError,
    ) -> Result<Self, DeviceError> {
        let identity = facts.file_identity.ok_or_else(|| changed(facts, "file"))?;
        let (file, io_path) = open(&facts.path, opened_for).map_err(failed)?;
        let medium = Self {
            handle: Arc::new(Handle::new(file, facts.logical_block, facts.size.0)),
            path: facts.path.clone(),
            identity,
            tail: None,
            size: facts.size.0,
            block: facts.logical_block,
            io_path,
            opened_for,
        };
        medium.compare(facts)?;
        Ok(medium)
    }

    /// Holds the open file against what is known.
    pub(super) fn compare(&self, facts: &DeviceFacts) -> Result<(), DeviceError> {
        let told = stat::stat_open(self.file()).map_err(|_| changed(facts, "file"))?;
        if told.kind != FileKind::Regular || told.identity != self.identity {
            return Err(changed(facts, "file"));
        }
        if told.size != self.size {
            return Err(changed(facts, "size"));
        }
        Ok(())
    }

    pub(super) fn file(&self) -> &File {
        self.handle.file()
    }

    pub(super) fn tail(&self) -> Option<&File> {
        self.tail.as_ref()
    }

    /// Opens the handle for a last piece that is no whole block, where one is needed.
    pub(super) fn open_tail(&mut self) -> Result<(), i32> {
        let odd = !self.size.is_multiple_of(u64::from(self.block.bytes()));
        if self.io_path == IoPath::Direct && odd {
            let tail = open_with(&self.path, self.opened_for, 0)?;
            if stat::stat_open(&tail)?.identity != self.identity {
                return Err(libc::ESTALE);
            }
            self.tail = Some(tail);
        }
        Ok(())
    }

    /// Closes that handle.
    pub(super) fn close_tail(&mut self) {
        self.tail = None;
    }

    /// How many of `length` bytes from `offset` go through the main handle: whole blocks only,
    /// where a tail handle exists for the rest.
    pub(super) fn whole(&self, length: usize) -> usize {
        let block = self.block.bytes() as usize;
        if self.tail.is_some() {
            length - length % block
        } else {
            length
        }
    }

    pub(super) fn inside(&self, offset: ByteOffset, length: usize) -> Result<(), IoFailure> {
        let end = offset.0.checked_add(length as u64);
        // A write beyond the end would make the file longer.
        if end.is_some_and(|end| end <= self.size) {
            Ok(())
        } else {
            Err(IoFailure::Other { errno: libc::EINVAL })
        }
    }

    /// What became of it when it also has to be written.
    pub(super) fn condition_to_write(&mut self) -> Condition {
        match self.condition() {
            Condition::Present if files::is_read_only(self.file()) => Condition::ReadOnly,
            found => found,
        }
    }
}

impl Source for ImageMedium {
    fn size(&self) -> ByteCount {
        ByteCount(self.size)
    }

    fn block_size(&self) -> BlockSize {
        self.block
    }

    fn io_path(&self) -> IoPath {
        self.io_path
    }

    fn read_at(&mut self, offset: ByteOffset, into: &mut [u8]) -> Result<usize, IoFailure> {
        self.inside(offset, into.len())?;
        match (self.whole(into.len()), &self.tail) {
            (0, Some(tail)) => io::read(tail, offset, into),
            (whole, _) => self.handle.read(offset, &mut into[..whole]),
        }
    }

    fn prepare_read_back(&mut self) -> ReadPath {
        cache::empty(self.file(), &self.path)
    }

    fn queue(&mut self, most: ByteCount) -> Result<Box<dyn Queue>, IoFailure> {
        overlap::queue(&self.handle, Pace::Fast, self.block, most)
    }

    fn condition(&mut self) -> Condition {
        match stat::stat_open(self.file()) {
            Ok(told) if told.size == self.size => Condition::Present,
            Ok(told) => Condition::Resized {
                size: ByteCount(told.size),
            },
            Err(_) => Condition::Gone,
        }
    }
}
