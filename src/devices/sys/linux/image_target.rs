//! A claimed image file. Its length is never changed.

use rustix::fs::FlockOperation;

use super::image_source::{ImageMedium, Use};
use super::{calls, files, io, processes, stack};
use crate::devices::error::DeviceError;
use crate::devices::facts::DeviceFacts;
use crate::devices::openers::{HolderScan, Wanted};
use crate::devices::queue::Queue;
use crate::devices::sys::Lease;
use crate::devices::target::{Condition, Intrusion, IoFailure, IoPath, ReadPath, Source, Target};
use crate::units::{BlockSize, ByteCount, ByteOffset};

struct ImageTarget {
    medium: ImageMedium,
}

/// Claims the image of `facts` for destruction and allocates its holes. On an error no byte of it
/// has changed.
pub(crate) fn claim_image(facts: &DeviceFacts) -> Result<Box<dyn Target>, DeviceError> {
    let failed = |errno| DeviceError::CannotOpen {
        path: facts.path.clone(),
        errno,
    };
    let medium = ImageMedium::open(facts, Use::Write, failed)?;
    if rustix::fs::flock(medium.file(), FlockOperation::NonBlockingLockExclusive).is_err() {
        return Err(DeviceError::Locked {
            path: facts.path.clone(),
        });
    }
    let mut target = ImageTarget { medium };
    target.refuse_holders()?;
    files::allocate(target.medium.file(), &target.medium.path)?;
    target.medium.compare(facts)?;
    target.medium.open_tail().map_err(failed)?;
    Ok(Box::new(target))
}

impl ImageTarget {
    fn refuse_holders(&self) -> Result<(), DeviceError> {
        let lease = files::lease_of(self.medium.file());
        if lease == Lease::Free {
            return Ok(());
        }
        let scan = self.scan();
        if let Some(opener) = scan.openers.first() {
            let device = self.medium.path.display().to_string();
            return Err(DeviceError::HeldBy {
                device,
                pid: opener.pid,
                program: opener.program.clone(),
            });
        }
        if lease == Lease::Held {
            return Err(DeviceError::HeldBySomebody {
                path: self.medium.path.clone(),
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
            files: [self.medium.identity].into(),
            ..Wanted::default()
        };
        let own: Vec<_> = std::iter::once(self.medium.file())
            .chain(self.medium.tail())
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
}

impl Source for ImageTarget {
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

impl Target for ImageTarget {
    fn former_partition_starts(&self) -> &[ByteOffset] {
        &[]
    }

    fn write_at(&mut self, offset: ByteOffset, data: &[u8]) -> Result<usize, IoFailure> {
        self.medium.inside(offset, data.len())?;
        match (self.medium.whole(data.len()), self.medium.tail()) {
            (0, Some(tail)) => {
                let count = io::write(tail, offset, data)?;
                io::sync(tail)?;
                Ok(count)
            }
            (whole, _) => self.medium.handle.write(offset, &data[..whole]),
        }
    }

    fn flush(&mut self) -> Result<(), IoFailure> {
        io::sync(self.medium.file())
    }

    fn look_again(&mut self) -> Vec<Intrusion> {
        let bound = stack::loop_bindings()
            .into_iter()
            .filter(|bound| bound.identity == Some(self.medium.identity));
        let mut found: Vec<_> = bound
            .map(|bound| Intrusion::CouldNotTell {
                reason: format!("the loop device {} shows its bytes", bound.name),
            })
            .collect();
        // The lease counts every open file but the one that asks: the tail has to go for a moment.
        self.medium.close_tail();
        let lease = files::lease_of(self.medium.file());
        if let Err(errno) = self.medium.open_tail() {
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
