//! What lies under a loop device, and how far reads of it reach: past every cache, or not.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::{cache, calls, stack, stat, sysfs};
use crate::devices::facts::DeviceNumber;
use crate::devices::target::ReadPath;

/// What lies under a loop device.
#[derive(Debug)]
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

impl Under {
    /// Opens what lies under the open whole device `file`, whose folder in sysfs is `folder`, so that read-backs can be
    /// kept from its cache.
    pub(super) fn of(file: &File, folder: &Path) -> Self {
        if !folder.join("loop").exists() {
            return Self::Medium;
        }
        open(file, folder).unwrap_or_else(|reason| Self::Unreachable {
            reason: format!("the backing file cannot be opened: {reason}"),
        })
    }

    /// Empties the caches beneath, and says how direct reads of the device `number` reach the medium now.
    pub(super) fn show_uncached(&self, number: DeviceNumber) -> ReadPath {
        match self {
            Self::File { file, path, .. } => cache::empty(file, path),
            Self::Unreachable { reason } => cache::cached(reason),
            Self::Device { file } => match calls::flush_buffers(file) {
                Ok(()) => direct_unless_on_a_file(number),
                Err(errno) => cache::cached(&format!(
                    "the buffers below cannot be dropped: system error {errno}"
                )),
            },
            Self::Medium => direct_unless_on_a_file(number),
        }
    }
}

fn open(file: &File, folder: &Path) -> Result<Under, String> {
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
}

/// Direct I/O reaches the medium unless a file lies somewhere beneath.
fn direct_unless_on_a_file(number: DeviceNumber) -> ReadPath {
    match stack::beneath_device(number) {
        Ok(beneath) if beneath.files.is_empty() => ReadPath::Direct,
        Ok(_) => cache::cached("a file lies beneath, which may be cached"),
        Err(reason) => cache::cached(&format!("what lies beneath cannot be told: {reason}")),
    }
}
