//! Image files: how their file system stores them, who has them open, and their blocks.
//!
//! File system numbers follow `linux/magic.h`, extents `linux/fiemap.h` (Linux 6.18).

use std::fs::{File, OpenOptions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use rustix::fs::{Access, FallocateFlags, IFlags};

use super::{calls, sysfs, tables};
use crate::devices::error::DeviceError;
use crate::devices::sys::{ImageStorage, Lease, Overwrite};
use crate::units::{BlockSize, ByteCount};

/// Extents that more than one file uses (`FIEMAP_EXTENT_SHARED`).
const SHARED: u32 = 0x2000;

/// Extents whose bytes are not the file's (`…_ENCODED`, `…_DATA_ENCRYPTED`, `…_DATA_INLINE`, `…_DATA_TAIL`).
const ENCODED: u32 = 0x8 | 0x80 | 0x200 | 0x400;

/// How often, and how far apart, a lease is asked for.
const LEASE_ATTEMPTS: u32 = 4;
const LEASE_PAUSE: Duration = Duration::from_millis(100);

/// What reads and writes of an image are aligned to: a page, which every file system accepts for
/// direct I/O.
pub(super) fn image_block() -> BlockSize {
    BlockSize::new(4096).unwrap_or(BlockSize::SECTOR)
}

/// Whether an open file can only be read, because its file system turned read-only.
pub(super) fn is_read_only(file: &File) -> bool {
    rustix::fs::fstatvfs(file).is_ok_and(|told| told.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY))
}

/// The type of the file system under `path`.
pub(super) fn magic(path: &Path) -> Result<u64, i32> {
    let told = rustix::fs::statfs(path).map_err(rustix::io::Errno::raw_os_error)?;
    // Some architectures have a signed or narrower field; the numbers are of 32 bits.
    Ok(told.f_type as u64 & 0xffff_ffff)
}

/// A file system's name, and what it does with an overwrite.
pub(super) fn known(magic: u64) -> Option<(&'static str, Overwrite)> {
    Some(match magic {
        0x0102_1994 => ("tmpfs", Overwrite::InPlace),
        0x8584_58f6 => ("ramfs", Overwrite::InPlace),
        0xef53 => ("ext4", Overwrite::InPlaceUnlessShared),
        0x5846_5342 => ("xfs", Overwrite::InPlaceUnlessShared),
        0x4d44 => ("vfat", Overwrite::InPlace),
        0x2011_bab0 => ("exfat", Overwrite::InPlace),
        0x9123_683e => ("btrfs", Overwrite::CopyOnWrite),
        0xca45_1a4e => ("bcachefs", Overwrite::CopyOnWrite),
        0x2fc1_2fc1 => ("zfs", Overwrite::CopyOnWrite),
        0x794c_7630 => ("overlay", Overwrite::CopyOnWrite),
        0xf2f5_2010 => ("f2fs", Overwrite::CopyOnWrite),
        0x3434 => ("nilfs2", Overwrite::CopyOnWrite),
        0x6969 => ("nfs", Overwrite::Network),
        0xff53_4d42 => ("cifs", Overwrite::Network),
        0xfe53_4d42 => ("smb3", Overwrite::Network),
        0x0102_1997 => ("9p", Overwrite::Network),
        0x00c3_6400 => ("ceph", Overwrite::Network),
        0x6573_5546 => ("fuse", Overwrite::Unknown),
        _ => return None,
    })
}

/// Whether the bytes of files on this file system live in memory alone.
pub(super) fn is_memory(path: &Path) -> bool {
    magic(path).is_ok_and(|magic| matches!(magic, 0x0102_1994 | 0x8584_58f6))
}

/// The name of the file system under `path`: as its mount tells, else by its number.
pub(super) fn file_system_name(path: &Path) -> Option<String> {
    let by_number = || Some(known(magic(path).ok()?)?.0.to_owned());
    tables::file_system_of(path).or_else(by_number)
}

/// Whether this process may write the file and its mount is writable.
pub(super) fn is_writable(path: &Path) -> bool {
    rustix::fs::access(path, Access::WRITE_OK).is_ok()
}

/// Opens a file to look at it.
fn open_to_look(path: &Path) -> Result<File, i32> {
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
    let opened = OpenOptions::new().read(true).custom_flags(flags).open(path);
    opened.map_err(|error| error.raw_os_error().unwrap_or(libc::EIO))
}

/// How the file system under the image `path` stores it.
pub(crate) fn image_storage(path: &Path) -> Result<ImageStorage, i32> {
    let file = open_to_look(path)?;
    let (name, mut overwrite) = known(magic(path)?).unwrap_or(("unknown", Overwrite::Unknown));
    let flags = rustix::fs::ioctl_getflags(&file).ok();
    let has = |flag| flags.is_some_and(|flags| flags.contains(flag));
    if name == "btrfs" && has(IFlags::NOCOW) {
        overwrite = Overwrite::InPlaceUnlessShared;
    }
    let mut storage = ImageStorage {
        file_system: file_system_name(path).unwrap_or_else(|| name.to_owned()),
        journals_data: has(IFlags::JOURNALING) || (name == "ext4" && journals_data(path)),
        immutable: immutable(flags),
        shared: false,
        encoded: has(IFlags::COMPRESSED),
        untold: None,
        overwrite,
    };
    if storage.overwrite == Overwrite::InPlaceUnlessShared {
        judge_extents(&file, &mut storage);
    }
    Ok(storage)
}

fn immutable(flags: Option<IFlags>) -> Option<&'static str> {
    let flags = flags?;
    let immutable = flags
        .contains(IFlags::IMMUTABLE)
        .then_some("the file is immutable");
    immutable.or(flags
        .contains(IFlags::APPEND)
        .then_some("the file is append-only"))
}

fn judge_extents(file: &File, storage: &mut ImageStorage) {
    let mut start = 0;
    loop {
        let extents = match calls::extents(file, start) {
            Ok(extents) => extents,
            Err(errno) => {
                storage.untold = Some(format!("its extents cannot be read: system error {errno}"));
                return;
            }
        };
        storage.shared |= extents.iter().any(|extent| extent.flags & SHARED != 0);
        storage.encoded |= extents.iter().any(|extent| extent.flags & ENCODED != 0);
        let Some(last) = extents.last() else { return };
        let next = last.logical.saturating_add(last.length);
        if last.flags & calls::EXTENT_LAST != 0 || next <= start {
            return;
        }
        start = next;
    }
}

/// Whether an ext4 file system writes data into its journal. Its own table tells every option;
/// the mount table leaves out what the superblock has as default.
pub(super) fn journals_data(path: &Path) -> bool {
    let own = tables::device_of(path)
        .and_then(sysfs::folder)
        .and_then(|folder| {
            std::fs::read_to_string(format!("/proc/fs/ext4/{}/options", sysfs::name(&folder))).ok()
        });
    match own {
        Some(options) => options.lines().any(|option| option == "data=journal"),
        None => tables::mount_of(path).is_ok_and(|mount| mount.option("data") == Some("journal")),
    }
}

/// Whether anybody else has the image open or mapped.
pub(crate) fn image_lease(path: &Path) -> Lease {
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
    match OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(flags)
        .open(path)
    {
        Ok(file) => lease_of(&file),
        Err(error) if error.raw_os_error() == Some(libc::ETXTBSY) => Lease::Held,
        Err(_) => Lease::Untold,
    }
}

/// Whether anybody has the file open or mapped beside this one descriptor, at this moment.
pub(super) fn lease_once(file: &File) -> Lease {
    lease_told(calls::try_lease(file))
}

fn lease_told(answer: Result<(), i32>) -> Lease {
    match answer {
        Ok(()) => Lease::Free,
        Err(libc::EAGAIN | libc::EBUSY) => Lease::Held,
        Err(_) => Lease::Untold,
    }
}

/// Whether anybody has the file open or mapped beside this one descriptor. Somebody who looks into
/// it for a moment only does not count.
pub(super) fn lease_of(file: &File) -> Lease {
    settled(|| lease_once(file))
}

/// The same, and the lease is kept where the kernel grants it.
pub(super) fn keep_lease_of(file: &File) -> Lease {
    settled(|| lease_told(calls::take_lease(file)))
}

/// The same, asked once: somebody who only looks into it counts as well.
pub(super) fn keep_lease_at_once(file: &File) -> Lease {
    lease_told(calls::take_lease(file))
}

fn settled(ask: impl Fn() -> Lease) -> Lease {
    for _ in 0..LEASE_ATTEMPTS {
        match ask() {
            Lease::Held => std::thread::sleep(LEASE_PAUSE),
            told => return told,
        }
    }
    Lease::Held
}

/// Allocates every hole of the image, after seeing that there is room. The bytes stay as they are.
pub(super) fn allocate(file: &File, path: &Path) -> Result<(), DeviceError> {
    let failed = |errno| DeviceError::CannotAllocate {
        path: path.to_owned(),
        errno,
    };
    let told = file
        .metadata()
        .map_err(|error| failed(error.raw_os_error().unwrap_or(libc::EIO)))?;
    let needed = told.size().saturating_sub(told.blocks().saturating_mul(512));
    let room = rustix::fs::fstatvfs(file).map_err(|errno| failed(errno.raw_os_error()))?;
    let available = room.f_bavail.saturating_mul(room.f_frsize);
    if needed > available {
        let (needed, available) = (ByteCount(needed), ByteCount(available));
        return Err(DeviceError::NoSpace {
            path: path.to_owned(),
            needed,
            available,
        });
    }
    match rustix::fs::fallocate(file, FallocateFlags::empty(), 0, told.size()) {
        Ok(()) => Ok(()),
        // A file system that cannot allocate beforehand may still have no holes.
        Err(rustix::io::Errno::OPNOTSUPP) if needed == 0 => Ok(()),
        Err(errno) => Err(failed(errno.raw_os_error())),
    }
}
