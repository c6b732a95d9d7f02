//! Where files are about to be written: the file system, and the medium under it.
//!
//! Facts alone. What could not be told is absent, and nothing is guessed from names. Names of file
//! systems are those of `proc_pid_mountinfo(5)` (Linux man-pages 6.9).

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::error::DeviceError;
use super::facts::{DeviceFacts, DeviceNumber};
use super::locator::{Located, LocatedKind};
use super::{inspect, sys};
use crate::units::ByteCount;

/// The longest name of a file system that is kept, in characters: a FUSE server may call itself anything.
pub(super) const LONGEST_NAME: usize = 64;

/// FAT keeps the length of a file in 32 bits (Microsoft FAT specification 1.03, `DIR_FileSize`).
const MOST_ON_FAT: ByteCount = ByteCount(u32::MAX as u64);

/// What sort of place a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StorageKind {
    /// A file system of the kernel's own on a block device of this machine.
    Local,
    /// Memory: tmpfs and its kin.
    Memory,
    /// Through something that answers in the medium's place: another machine, a program (FUSE), an
    /// overlay, or a file system that nothing is known of.
    Through,
    /// This system does not tell.
    Untold,
}

/// Where a folder lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storage {
    /// Type of the file system (`vfat`, `ext4`, `fuse.sshfs`, …), untrusted; at most 64 characters.
    pub filesystem: Option<String>,
    /// What sort of place it is.
    pub kind: StorageKind,
    /// The longest file that the file system takes; none where there is no bound that anybody meets.
    pub most_file_bytes: Option<ByteCount>,
    /// How much can still be written.
    pub free: Option<ByteCount>,
    /// Whether it was mounted read-only.
    pub read_only: Option<bool>,
    /// Where the file system is mounted.
    pub mount_point: Option<PathBuf>,
    /// The whole device under it: of a partition its disk, of a mapped device (LVM, encryption) the
    /// mapped device itself. None for memory, for what lies on another machine, and for file systems
    /// on several devices.
    pub medium: Option<DeviceFacts>,
}

/// Where the existing `folder` lies. Nothing is written.
///
/// # Errors
/// [`DeviceError::NoSuchFolder`], [`DeviceError::NotAFolder`], and [`DeviceError::StorageUntold`] where
/// the system does not say what is mounted there.
pub fn storage_of(folder: &Path) -> Result<Storage, DeviceError> {
    // Reading the folder also makes an automounter bring the medium that is meant.
    std::fs::read_dir(folder).map_err(|error| refusal(folder, &error))?;
    let untold = |reason| DeviceError::StorageUntold {
        path: folder.to_owned(),
        reason,
    };
    let place = sys::place_of(folder).map_err(untold)?;
    let name = place.filesystem.as_deref();
    Ok(Storage {
        kind: name.map_or(StorageKind::Untold, |name| kind_of(name, place.device.is_some())),
        most_file_bytes: name.and_then(most_file_bytes),
        free: sys::free_space(folder),
        read_only: place.read_only,
        medium: place.device.and_then(medium),
        filesystem: place
            .filesystem
            .map(|name| name.chars().take(LONGEST_NAME).collect()),
        mount_point: place.mount_point,
    })
}

fn refusal(folder: &Path, error: &std::io::Error) -> DeviceError {
    let path = folder.to_owned();
    match error.kind() {
        ErrorKind::NotFound => DeviceError::NoSuchFolder { path },
        ErrorKind::NotADirectory => DeviceError::NotAFolder { path },
        _ => DeviceError::StorageUntold {
            path,
            reason: error.to_string(),
        },
    }
}

/// What the file system `name` is; `on_device` where it lies on a block device of this machine.
fn kind_of(name: &str, on_device: bool) -> StorageKind {
    match name {
        "tmpfs" | "ramfs" | "devtmpfs" | "rootfs" => StorageKind::Memory,
        // A program stands between, even where it has a device of this machine beneath it.
        _ if name == "fuseblk" || name == "fuse" || name.starts_with("fuse.") => StorageKind::Through,
        _ if name.starts_with("fuseblk.") => StorageKind::Through,
        _ if on_device => StorageKind::Local,
        _ => StorageKind::Through,
    }
}

fn most_file_bytes(name: &str) -> Option<ByteCount> {
    matches!(name, "vfat" | "msdos").then_some(MOST_ON_FAT)
}

/// The facts of the whole device; none where it does not tell enough.
pub(super) fn medium((path, number): (PathBuf, DeviceNumber)) -> Option<DeviceFacts> {
    let located = Located {
        asked: path.clone(),
        path,
        kind: LocatedKind::Block { number },
    };
    let mut facts = sys::block_facts(&located, number).ok()?;
    facts.serial_shared = inspect::shares_serial(&facts, &inspect::all_facts().ok()?);
    Some(facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_a_file_and_its_medium_is_told() {
        for (name, on_device, expected) in [
            ("ext4", true, StorageKind::Local),
            ("vfat", true, StorageKind::Local),
            ("btrfs", true, StorageKind::Local),
            ("btrfs", false, StorageKind::Through),
            ("tmpfs", false, StorageKind::Memory),
            ("ramfs", false, StorageKind::Memory),
            ("fuseblk", true, StorageKind::Through),
            ("fuseblk.ntfs-3g", true, StorageKind::Through),
            ("fuse.sshfs", false, StorageKind::Through),
            ("nfs4", false, StorageKind::Through),
            ("cifs", false, StorageKind::Through),
            ("overlay", false, StorageKind::Through),
            ("of-tomorrow", false, StorageKind::Through),
        ] {
            assert_eq!(kind_of(name, on_device), expected, "{name}");
        }
    }

    #[test]
    fn fat_alone_has_a_bound_that_people_meet() {
        assert_eq!(most_file_bytes("vfat"), Some(ByteCount(4_294_967_295)));
        assert_eq!(most_file_bytes("msdos"), Some(ByteCount(4_294_967_295)));
        for name in ["exfat", "ext4", "ntfs3", "fuseblk", "nfs"] {
            assert_eq!(most_file_bytes(name), None, "{name}");
        }
    }

    #[test]
    fn what_is_no_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, b"").unwrap();
        let code = |path: &Path| storage_of(path).unwrap_err().code();
        assert_eq!(code(&folder.path().join("none")), "DEV-NO-SUCH-FOLDER");
        assert_eq!(code(&file), "DEV-NOT-A-FOLDER");
        assert!(storage_of(folder.path()).is_ok());
    }
}
