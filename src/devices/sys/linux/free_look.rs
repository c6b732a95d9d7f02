//! What a mounted file system has free, and what a run left there that was killed. Reads only.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::file_folder::FileFolder;
use super::{file_systems, files, free_calls, storage, tables, walk};
use crate::devices::error::DeviceError;
use crate::devices::file_facts::FileSystemFacts;
use crate::devices::free_space::FreeSpaceFacts;
use crate::devices::storage::medium;
use crate::devices::sys::{Found, FoundKind};
use crate::units::ByteCount;
use rustix::io::Errno;

/// How the folder of every run begins; sixteen hexadecimal digits follow.
pub(super) const FOLDER_START: &str = ".keshiin-free-";
const DIGITS: usize = 16;

/// Blocks of a file system, as it tells them at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Room {
    /// What is given to files at a time: a cluster on FAT.
    pub(super) unit: u64,
    pub(super) capacity: u64,
    /// Every free block, reserves included.
    pub(super) free: u64,
    /// What this user can have of it.
    pub(super) available: u64,
    pub(super) inodes: u64,
    pub(super) free_inodes: u64,
}

pub(super) fn room(folder: &File) -> Result<Room, i32> {
    let told = rustix::fs::fstatvfs(folder).map_err(Errno::raw_os_error)?;
    let bytes = |blocks: u64| blocks.saturating_mul(told.f_frsize);
    Ok(Room {
        unit: told.f_frsize.max(1),
        capacity: bytes(told.f_blocks),
        free: bytes(told.f_bfree),
        available: bytes(told.f_bavail),
        inodes: told.f_files,
        free_inodes: told.f_ffree,
    })
}

/// What no file has, with what the file system keeps for itself where it tells that.
pub(super) fn of_nobody(folder: &File) -> Result<u64, i32> {
    let told = room(folder)?.free;
    let device = rustix::fs::fstat(folder).map_err(Errno::raw_os_error)?.st_dev;
    // The call has 32 bits for the number, in the same order.
    let counted = free_calls::bytes_of_nobody(folder, device as u32);
    Ok(counted.map_or(told, |counted| counted.max(told)))
}

/// How many inodes no file has, where they have places of their own.
pub(super) fn free_inodes(folder: &File, room: &Room) -> Option<u64> {
    match kind_of(folder)? {
        "ext4" => Some(room.free_inodes),
        // What `statfs` tells there is how many could still be made out of free blocks.
        "xfs" => {
            let groups = free_calls::xfs_inodes(folder).ok()?;
            Some(groups.iter().map(|group| u64::from(group.free)).sum())
        }
        _ => None,
    }
}

pub(super) fn kind_of(folder: &File) -> Option<&'static str> {
    let told = rustix::fs::fstatfs(folder).ok()?;
    files::known(told.f_type as u64 & 0xffff_ffff).map(|(name, _)| name)
}

/// What is mounted at `path`, and what it has free.
pub(crate) fn free_space_facts(path: &Path) -> Result<FreeSpaceFacts, Vec<DeviceError>> {
    let inspect = |reason: String| DeviceError::CannotInspect {
        path: path.to_owned(),
        reason,
    };
    let number = |errno: i32| inspect(format!("system error {errno}"));
    let mount_point = std::fs::canonicalize(path).map_err(|error| vec![missing(path, &error)])?;
    let found = walk::find(&mount_point).map_err(|errno| vec![number(errno)])?;
    must_be_mounted_whole(path, &mount_point, &found).map_err(|refusal| vec![refusal])?;
    not_an_overlay(path, &mount_point).map_err(|refusal| vec![refusal])?;
    let system = system(&mount_point, &found).map_err(|reason| vec![inspect(reason)])?;
    let folder = FileFolder::open(&mount_point).map_err(|errno| vec![number(errno)])?;
    let room = room(folder.file()).map_err(|errno| vec![number(errno)])?;
    let free = of_nobody(folder.file()).map_err(|errno| vec![number(errno)])?;
    let left_behind = left_behind(&folder, &mount_point).map_err(|errno| vec![number(errno)])?;
    // Read-only is a refusal of its own, with a better reason.
    if !system.read_only {
        walk::may_change(&mount_point, true).map_err(|errno| {
            let path = mount_point.clone();
            vec![DeviceError::CannotOpen { path, errno }]
        })?;
    }
    Ok(FreeSpaceFacts {
        capacity: ByteCount(room.capacity),
        free: ByteCount(free),
        free_inodes: free_inodes(folder.file(), &room),
        left_behind,
        system,
        mount_point,
    })
}

fn missing(path: &Path, error: &std::io::Error) -> DeviceError {
    let path = path.to_owned();
    match error.kind() {
        std::io::ErrorKind::NotFound => DeviceError::NoSuchFolder { path },
        _ => DeviceError::CannotInspect {
            path,
            reason: error.to_string(),
        },
    }
}

/// A mount of a part shows a part of the files, and the free blocks of all.
fn must_be_mounted_whole(path: &Path, whole: &Path, found: &Found) -> Result<(), DeviceError> {
    let path = || path.to_owned();
    let inspect = |reason: &str| DeviceError::CannotInspect {
        path: path(),
        reason: reason.to_owned(),
    };
    if found.kind != FoundKind::Folder {
        return Err(DeviceError::NotAFolder { path: path() });
    }
    let mount = tables::mount_of(whole).map_err(|reason| inspect(&reason))?;
    match found.mount_root {
        None => Err(inspect(
            "the kernel does not tell whether something is mounted there",
        )),
        Some(false) => Err(DeviceError::NotAMountPoint {
            path: path(),
            mount_point: mount.at,
        }),
        // btrfs shows a part always, and is refused for what it is.
        Some(true) if mount.root != "/" && mount.file_system != "btrfs" => {
            Err(inspect("only a part of its file system is mounted there"))
        }
        Some(true) => Ok(()),
    }
}

/// An overlay has no blocks: the free space is that of the file systems whose folders it shows.
fn not_an_overlay(path: &Path, whole: &Path) -> Result<(), DeviceError> {
    let mount = tables::mount_of(whole).map_err(|reason| DeviceError::CannotInspect {
        path: path.to_owned(),
        reason,
    })?;
    if mount.file_system != "overlay" {
        return Ok(());
    }
    let layers = ["upperdir", "lowerdir"].into_iter();
    let layers: Vec<_> = layers.filter_map(|name| mount.option(name)).collect();
    Err(DeviceError::OverlayFileSystem {
        path: path.to_owned(),
        layers: layers.join(", "),
    })
}

fn system(mount_point: &Path, found: &Found) -> Result<FileSystemFacts, String> {
    let system = file_systems::file_system(mount_point, found.device)?;
    let device = storage::place_of(mount_point).ok().and_then(|place| place.device);
    Ok(FileSystemFacts {
        medium: device.and_then(medium),
        ..system
    })
}

fn left_behind(folder: &FileFolder, at: &Path) -> Result<Vec<PathBuf>, i32> {
    let mut names = folder.names()?;
    names.retain(|name| is_folder_name(name));
    names.sort_unstable();
    Ok(names.into_iter().map(|name| at.join(name)).collect())
}

/// Whether a run names its folder like this.
pub(super) fn is_folder_name(name: &OsStr) -> bool {
    let digits = name.as_bytes().strip_prefix(FOLDER_START.as_bytes());
    digits.is_some_and(|digits| {
        let is_digit = |digit: &u8| digit.is_ascii_digit() || (b'a'..=b'f').contains(digit);
        digits.len() == DIGITS && digits.iter().all(is_digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_folders_of_a_run_have_such_a_name() {
        let is = |name: &str| is_folder_name(OsStr::new(name));
        assert!(is(".keshiin-free-0123456789abcdef"));
        for other in [
            ".keshiin-free-0123456789abcde",
            ".keshiin-free-0123456789abcdef0",
            ".keshiin-free-0123456789ABCDEF",
            "keshiin-free-0123456789abcdef",
            ".keshiin-free-",
            "",
        ] {
            assert!(!is(other), "{other}");
        }
    }

    #[test]
    fn a_folder_where_nothing_is_mounted_is_refused_and_what_it_is_below_is_said() {
        let folder = tempfile::tempdir_in("/dev/shm").unwrap();
        let path = folder.path().to_owned();
        let mount_point = PathBuf::from("/dev/shm");
        let refusal = DeviceError::NotAMountPoint { path, mount_point };
        assert_eq!(free_space_facts(folder.path()), Err(vec![refusal]));
        let path = folder.path().join("none");
        let refusal = DeviceError::NoSuchFolder { path: path.clone() };
        assert_eq!(free_space_facts(&path), Err(vec![refusal]));
    }
}
