//! What a folder lies on, and how a file on it is read past the page cache.
//!
//! Direct I/O is tried with a real read: some file systems take the flag and refuse the reads.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{OFlags, StatVfsMountFlags};
use rustix::io::Errno;

use super::{nodes, stack, stat, sysfs, tables};
use crate::devices::facts::DeviceNumber;
use crate::devices::mounts::MountEntry;
use crate::devices::sys::Place;

/// What the existing `folder` lies on.
pub(crate) fn place_of(folder: &Path) -> Result<Place, String> {
    let mount = tables::mount_of(folder)?;
    let told = rustix::fs::statvfs(folder).ok();
    Ok(Place {
        device: device_under(&mount).and_then(whole_device),
        filesystem: Some(mount.file_system),
        read_only: told.map(|told| told.f_flag.contains(StatVfsMountFlags::RDONLY)),
        mount_point: Some(mount.at),
    })
}

/// The one block device that the file system lies on; none where it has none, or several.
fn device_under(mount: &MountEntry) -> Option<DeviceNumber> {
    if mount.number.major != 0 {
        return Some(mount.number);
    }
    // These number themselves, and name their device as the source.
    if !matches!(mount.file_system.as_str(), "btrfs" | "bcachefs") {
        return None;
    }
    let node = stat::stat(Path::new(&mount.source)).ok()?.node;
    let several = stack::members_of_file_systems()
        .into_iter()
        .any(|(_, members)| members.len() > 1 && members.iter().any(|member| member.number == node));
    (node.major != 0 && !several).then_some(node)
}

/// The node and number of the whole device that `number` is, or is a partition of.
fn whole_device(number: DeviceNumber) -> Option<(PathBuf, DeviceNumber)> {
    let (_, disk) = nodes::whole_of(&sysfs::folder(number)?)?;
    Some((
        nodes::node_path(&sysfs::name(&disk)),
        sysfs::device_number(&disk)?,
    ))
}

/// Opens a regular file to read it back; a link is not followed.
pub(crate) fn open_to_read_back(path: &Path) -> Result<File, i32> {
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
    let opened = OpenOptions::new().read(true).custom_flags(flags).open(path);
    let file = opened.map_err(|error| error.raw_os_error().unwrap_or(libc::EIO))?;
    match file.metadata() {
        Ok(told) if told.is_file() => Ok(file),
        Ok(told) if told.is_dir() => Err(libc::EISDIR),
        Ok(_) => Err(libc::EINVAL),
        Err(error) => Err(error.raw_os_error().unwrap_or(libc::EIO)),
    }
}

/// Makes reads of the file go past the page cache, where its file system can do that. `aligned` is
/// memory that direct I/O takes.
pub(crate) fn read_directly(file: &File, aligned: &mut [u8]) {
    if rustix::fs::fcntl_setfl(file, OFlags::DIRECT).is_err() {
        return;
    }
    let refused = (&*file)
        .read(aligned)
        .err()
        .and_then(|error| error.raw_os_error());
    // Any other failure is the medium's, and comes again when the file is read in earnest.
    let unsupported = [Errno::INVAL, Errno::OPNOTSUPP].map(Errno::raw_os_error);
    if refused.is_some_and(|errno| unsupported.contains(&errno)) {
        let _ = rustix::fs::fcntl_setfl(file, OFlags::empty());
    }
}
