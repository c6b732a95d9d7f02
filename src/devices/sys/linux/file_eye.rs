//! How the old places of files are looked at: the file system's own block device, read past every cache.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::under::Under;
use super::{cache, nodes, stat, sysfs};
use crate::devices::error::DeviceError;
use crate::devices::facts::DeviceNumber;
use crate::devices::file_facts::{Blindness, FileSystemFacts, Sight};
use crate::devices::target::{IoPath, ReadPath};

/// What reads go to.
#[derive(Debug)]
pub(super) enum Eye {
    /// The device, opened only to be read.
    Device {
        file: File,
        number: DeviceNumber,
        under: Under,
    },
    /// Files that have no device.
    Blind(Blindness),
}

impl Eye {
    /// Opens the device of a file system, where it can be seen; with what is true of it now.
    pub(super) fn open(system: &FileSystemFacts) -> Result<(Self, Sight), DeviceError> {
        let blind = |why| Ok((Self::Blind(why), Sight::None { why }));
        match &system.sight {
            Sight::None { why } => blind(*why),
            Sight::Device { node, number } => match open(node) {
                Ok(file) => {
                    let eye = Self::of(file, node, *number)?;
                    Ok((eye, system.sight.clone()))
                }
                Err(libc::EACCES | libc::EPERM) => blind(Blindness::NotAllowed),
                Err(errno) => Err(DeviceError::CannotRead {
                    path: node.clone(),
                    errno,
                }),
            },
        }
    }

    fn of(file: File, node: &Path, number: DeviceNumber) -> Result<Self, DeviceError> {
        let folder = sysfs::folder(number).and_then(|folder| nodes::whole_of(&folder));
        let same = stat::stat_open(&file).is_ok_and(|told| told.node == number);
        let (true, Some((_, disk))) = (same, folder) else {
            return Err(DeviceError::IdentityChanged {
                path: node.to_owned(),
                field: "device number",
            });
        };
        Ok(Self::Device {
            under: Under::of(&file, &disk),
            number,
            file,
        })
    }

    /// The device, where there is one to look at.
    pub(super) fn device(&self) -> Option<&File> {
        match self {
            Self::Device { file, .. } => Some(file),
            Self::Blind(_) => None,
        }
    }

    /// Whether the device is still there; what cannot be seen is not missed.
    pub(super) fn is_there(&self) -> bool {
        match self {
            Self::Device { number, .. } => sysfs::folder(*number).is_some(),
            Self::Blind(_) => true,
        }
    }

    /// How reads of the device or, where there is none, of the files are done.
    pub(super) fn io_path(&self) -> IoPath {
        match self {
            Self::Device { .. } => IoPath::Direct,
            Self::Blind(_) => IoPath::Buffered,
        }
    }

    /// Empties the caches beneath, and says how reads reach the old places. The file system is mounted: its own
    /// device's buffers cannot be dropped, and direct reads write out what they hold of the place.
    pub(super) fn show_uncached(&self) -> ReadPath {
        match self {
            Self::Device { number, under, .. } => under.show_uncached(*number),
            Self::Blind(Blindness::Memory) => ReadPath::Memory,
            Self::Blind(why) => cache::cached(reason(*why)),
        }
    }
}

fn open(node: &Path) -> Result<File, i32> {
    let flags = libc::O_DIRECT | libc::O_NOFOLLOW | libc::O_CLOEXEC | libc::O_NONBLOCK;
    let opened = OpenOptions::new().read(true).custom_flags(flags).open(node);
    opened.map_err(|error| error.raw_os_error().unwrap_or(libc::EIO))
}

/// Why reads of the files prove nothing.
fn reason(why: Blindness) -> &'static str {
    match why {
        Blindness::NotAllowed => "the block device cannot be read by this user",
        Blindness::Network => "the files lie on another machine",
        Blindness::Program => "a program stands between the files and the medium",
        Blindness::Overlay => "the file system shows files of other file systems",
        Blindness::OwnAddresses => "the file system's addresses are not those of the device",
        Blindness::Layer => "a layer beneath the file system moves or shares blocks",
        Blindness::Memory => "the files lie in memory",
        Blindness::Unknown => "what the files lie on is not known",
    }
}
