//! A claimed image file.
//!
//! Its length is never changed. Direct I/O wants whole blocks; a last piece that is none goes
//! through a second, buffered handle.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::FlockOperation;

use super::{cache, calls, files, io, processes, stack, stat};
use crate::devices::error::DeviceError;
use crate::devices::facts::DeviceFacts;
use crate::devices::openers::{HolderScan, Wanted};
use crate::devices::sys::{FileKind, Lease};
use crate::devices::queue::Queue;
use crate::devices::target::{Condition, Intrusion, IoFailure, IoPath, ReadPath, Source, Target};
use crate::units::{BlockSize, ByteCount, ByteOffset};

struct ImageTarget {
    file: File,
    tail: Option<File>,
    path: PathBuf,
    identity: (u64, u64),
    size: u64,
    block: BlockSize,
    io_path: IoPath,
}

/// Claims the image of `facts` for destruction and allocates its holes. On an error no byte of it
/// has changed.
pub(crate) fn claim_image(facts: &DeviceFacts) -> Result<Box<dyn Target>, DeviceError> {
    let identity = facts.file_identity.ok_or_else(|| changed(facts, "file"))?;
    let (file, io_path) = open(&facts.path)?;
    compare(&file, facts, identity)?;
    if rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
        return Err(DeviceError::Locked {
            path: facts.path.clone(),
        });
    }
    let mut target = ImageTarget {
        file,
        tail: None,
        path: facts.path.clone(),
        identity,
        size: facts.size.0,
        block: facts.logical_block,
        io_path,
    };
    target.refuse_holders()?;
    files::allocate(&target.file, &target.path)?;
    compare(&target.file, facts, identity)?;
    target.open_tail().map_err(|errno| DeviceError::CannotOpen {
        path: facts.path.clone(),
        errno,
    })?;
    Ok(Box::new(target))
}

fn changed(facts: &DeviceFacts, field: &'static str) -> DeviceError {
    DeviceError::IdentityChanged {
        path: facts.path.clone(),
        field,
    }
}

fn open(path: &Path) -> Result<(File, IoPath), DeviceError> {
    match open_with(path, libc::O_DIRECT) {
        Ok(file) => Ok((file, IoPath::Direct)),
        Err(libc::EINVAL) => open_with(path, 0).map(|file| (file, IoPath::Buffered)),
        Err(errno) => Err(errno),
    }
    .map_err(|errno| DeviceError::CannotOpen {
        path: path.to_owned(),
        errno,
    })
}

fn open_with(path: &Path, more: i32) -> Result<File, i32> {
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK | more;
    let opened = OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(flags)
        .open(path);
    opened.map_err(|error| error.raw_os_error().unwrap_or(libc::EIO))
}

fn compare(file: &File, facts: &DeviceFacts, identity: (u64, u64)) -> Result<(), DeviceError> {
    let told = stat::stat_open(file).map_err(|_| changed(facts, "file"))?;
    if told.kind != FileKind::Regular || told.identity != identity {
        return Err(changed(facts, "file"));
    }
    if told.size != facts.size.0 {
        return Err(changed(facts, "size"));
    }
    Ok(())
}

impl ImageTarget {
    fn open_tail(&mut self) -> Result<(), i32> {
        let odd = !self.size.is_multiple_of(u64::from(self.block.bytes()));
        if self.io_path == IoPath::Direct && odd {
            let tail = open_with(&self.path, 0)?;
            if stat::stat_open(&tail)?.identity != self.identity {
                return Err(libc::ESTALE);
            }
            self.tail = Some(tail);
        }
        Ok(())
    }

    fn refuse_holders(&self) -> Result<(), DeviceError> {
        let lease = files::lease_of(&self.file);
        if lease == Lease::Free {
            return Ok(());
        }
        let scan = self.scan();
        if let Some(opener) = scan.openers.first() {
            let device = self.path.display().to_string();
            return Err(DeviceError::HeldBy {
                device,
                pid: opener.pid,
                program: opener.program.clone(),
            });
        }
        if lease == Lease::Held {
            return Err(DeviceError::HeldBySomebody {
                path: self.path.clone(),
            });
        }
        match scan.unreadable.first() {
            Some(unreadable) => Err(DeviceError::HoldersUntold {
                reason: unreadable.to_string(),
            }),
            None => Ok(()),
        }
    }

    fn scan(&self) -> HolderScan {
        let wanted = Wanted {
            files: [self.identity].into(),
            ..Wanted::default()
        };
        let own: Vec<_> = std::iter::once(&self.file)
            .chain(&self.tail)
            .map(calls::descriptor)
            .collect();
        processes::who_holds(&wanted, &own)
    }

    /// Who has the file open, when the kernel says that somebody has.
    fn named_holders(&self) -> Vec<Intrusion> {
        let named = HolderScan {
            openers: self.scan().openers,
            ..HolderScan::default()
        };
        let mut found = named.into_intrusions();
        if found.is_empty() {
            let reason = "somebody who cannot be seen has the file open".to_owned();
            found.push(Intrusion::CouldNotTell { reason });
        }
        found
    }

    /// How many of `length` bytes from `offset` go through the main handle: whole blocks only,
    /// where a tail handle exists for the rest.
    fn whole(&self, length: usize) -> usize {
        let block = self.block.bytes() as usize;
        if self.tail.is_some() {
            length - length % block
        } else {
            length
        }
    }

    fn inside(&self, offset: ByteOffset, length: usize) -> Result<(), IoFailure> {
        let end = offset.0.checked_add(length as u64);
        // A write beyond the end would make the file longer.
        if end.is_some_and(|end| end <= self.size) {
            Ok(())
        } else {
            Err(IoFailure::Other { errno: libc::EINVAL })
        }
    }
}

impl Source for ImageTarget {
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
            (whole, _) => io::read(&self.file, offset, &mut into[..whole]),
        }
    }

    fn prepare_read_back(&mut self) -> ReadPath {
        cache::empty(&self.file, &self.path)
    }

    fn queue(&mut self, _most: ByteCount) -> Result<Box<dyn Queue>, IoFailure> {
        todo!("interface only")
    }

    fn condition(&mut self) -> Condition {
        todo!("interface only")
    }
}

impl Target for ImageTarget {
    fn former_partition_starts(&self) -> &[ByteOffset] {
        &[]
    }

    fn write_at(&mut self, offset: ByteOffset, data: &[u8]) -> Result<usize, IoFailure> {
        self.inside(offset, data.len())?;
        match (self.whole(data.len()), &self.tail) {
            (0, Some(tail)) => {
                let count = io::write(tail, offset, data)?;
                io::sync(tail)?;
                Ok(count)
            }
            (whole, _) => io::write(&self.file, offset, &data[..whole]),
        }
    }

    fn flush(&mut self) -> Result<(), IoFailure> {
        io::sync(&self.file)
    }

    fn look_again(&mut self) -> Vec<Intrusion> {
        let bound = stack::loop_bindings()
            .into_iter()
            .filter(|bound| bound.identity == Some(self.identity));
        let mut found: Vec<_> = bound
            .map(|bound| Intrusion::CouldNotTell {
                reason: format!("the loop device {} shows its bytes", bound.name),
            })
            .collect();
        // The lease counts every open file but the one that asks: the tail has to go for a moment.
        self.tail = None;
        let lease = files::lease_of(&self.file);
        if let Err(errno) = self.open_tail() {
            found.push(Intrusion::CouldNotTell {
                reason: format!("the file cannot be opened again: system error {errno}"),
            });
        }
        match lease {
            Lease::Free => {}
            Lease::Untold => found.extend(self.scan().into_intrusions()),
            Lease::Held => found.extend(self.named_holders()),
        }
        found
    }
}
