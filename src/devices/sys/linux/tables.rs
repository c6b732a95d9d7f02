//! The mount tables of every namespace, the swap table, and what mount a path is seen through.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{processes, stat};
use crate::devices::facts::DeviceNumber;
use crate::devices::mounts::{self, MountEntry};
use crate::devices::sys::MountTables;

/// Every mount in every namespace that a process lives in, each namespace once.
pub(crate) fn mount_tables() -> MountTables {
    let mut found = MountTables::default();
    let mut seen = HashSet::new();
    let pids = match processes::pids() {
        Ok(pids) => pids,
        Err(reason) => {
            found.untold.push(reason);
            Vec::new()
        }
    };
    if let Err(untold) = add_table(Path::new("/proc/self"), &mut found.entries) {
        found.untold.push(untold.reason);
    }
    seen.extend(fs::read_link("/proc/self/ns/mnt"));
    for pid in pids {
        let folder = PathBuf::from(format!("/proc/{pid}"));
        // A process whose namespace cannot be told is read in any case; its table may still be open to us.
        let namespace = fs::read_link(folder.join("ns/mnt"));
        if namespace.is_ok_and(|namespace| !seen.insert(namespace)) {
            continue;
        }
        match add_table(&folder, &mut found.entries) {
            // A process that is ending has left its namespaces already, and the kernel says EINVAL.
            Err(Untold {
                errno: Some(libc::EINVAL),
                ..
            })
            | Ok(()) => {}
            Err(_) if !processes::is_alive(pid) => {}
            Err(untold) => found.untold.push(format!("process {pid}: {}", untold.reason)),
        }
    }
    found
}

/// Why a mount table could not be read.
struct Untold {
    errno: Option<i32>,
    reason: String,
}

fn add_table(process: &Path, into: &mut Vec<MountEntry>) -> Result<(), Untold> {
    let told = |error: std::io::Error| Untold {
        errno: error.raw_os_error(),
        reason: error.to_string(),
    };
    let bytes = fs::read(process.join("mountinfo")).map_err(told)?;
    let entries = mounts::parse_mountinfo(&String::from_utf8_lossy(&bytes));
    let unclear = || Untold {
        errno: None,
        reason: "its mount table cannot be understood".to_owned(),
    };
    into.extend(entries.ok_or_else(unclear)?);
    Ok(())
}

/// The paths of all swap areas.
pub(crate) fn swap_areas() -> Result<Vec<PathBuf>, String> {
    match fs::read("/proc/swaps") {
        Ok(bytes) => mounts::parse_swaps(&String::from_utf8_lossy(&bytes))
            .ok_or_else(|| "the swap table cannot be understood".to_owned()),
        // A kernel without swap has no table.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && Path::new("/proc/self").exists() => {
            Ok(Vec::new())
        }
        Err(error) => Err(error.to_string()),
    }
}

/// This process's own mount table.
pub(crate) fn own_mounts() -> Result<Vec<MountEntry>, String> {
    let mut entries = Vec::new();
    add_table(Path::new("/proc/self"), &mut entries).map_err(|untold| untold.reason)?;
    Ok(entries)
}

/// The mount that the existing `path` is seen through.
pub(super) fn mount_of(path: &Path) -> Result<MountEntry, String> {
    let told = stat::stat(path).map_err(|errno| format!("system error {errno}"))?;
    let resolved = fs::canonicalize(path).map_err(|error| error.to_string())?;
    let entries = own_mounts()?;
    let by_number = told
        .mount
        .and_then(|id| entries.iter().find(|entry| entry.id == id));
    // Before Linux 5.8 the kernel does not tell the mount: the deepest mount point above decides,
    // and of several at one place the last.
    let by_path = || {
        let above = entries.iter().filter(|entry| resolved.starts_with(&entry.at));
        above.max_by_key(|entry| entry.at.components().count())
    };
    by_number
        .or_else(by_path)
        .cloned()
        .ok_or_else(|| "no mount is listed for it".to_owned())
}

/// The mounts, in this process's namespace, of the file system with this device number.
pub(super) fn mount_by_number(number: DeviceNumber) -> Result<Option<MountEntry>, String> {
    Ok(own_mounts()?.into_iter().find(|entry| entry.number == number))
}

/// Type of the file system that `path` lies on.
pub(super) fn file_system_of(path: &Path) -> Option<String> {
    mount_of(path).ok().map(|mount| mount.file_system)
}

/// The block device that the file system under `path` says it was mounted from.
pub(super) fn device_of(path: &Path) -> Option<DeviceNumber> {
    let told = stat::stat(path).ok()?;
    (told.device.major != 0).then_some(told.device)
}
