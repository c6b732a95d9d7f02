//! The machine around the devices: firmware's tables, RAID controllers, the clock, this process.

use std::path::{Path, PathBuf};

use rustix::process::{DumpableBehavior, Gid, Resource, Rlimit, Uid};

use super::{calls, sysfs};
use crate::devices::facts::{ClockState, MachineFacts};
use crate::units::ByteCount;

/// What DMI says about the machine (SMBIOS 3.7, type 1).
pub(crate) fn dmi() -> MachineFacts {
    let text = |name| sysfs::text(Path::new("/sys/class/dmi/id"), name);
    MachineFacts {
        maker: text("sys_vendor"),
        model: text("product_name"),
        serial: text("product_serial"),
        uuid: text("product_uuid"),
    }
}

/// What the kernel says about its clock.
pub(crate) fn clock_state() -> ClockState {
    calls::clock_state()
}

/// PCI devices of class 01 04, RAID controllers, which may keep drives to themselves (Intel VMD
/// among them): place, maker and device number.
pub(crate) fn raid_controllers() -> Vec<String> {
    let folders = sysfs::children(Path::new("/sys/bus/pci/devices")).unwrap_or_default();
    let is_raid =
        |folder: &PathBuf| sysfs::text(folder, "class").is_some_and(|class| class.starts_with("0x0104"));
    let line = |folder: PathBuf| {
        let number = |name| sysfs::text(&folder, name).unwrap_or_default().replace("0x", "");
        format!(
            "{} {}:{}",
            sysfs::name(&folder),
            number("vendor"),
            number("device")
        )
    };
    folders.into_iter().filter(is_raid).map(line).collect()
}

/// Forbids core dumps by their size.
pub(crate) fn forbid_core_dumps() -> bool {
    rustix::process::setrlimit(
        Resource::Core,
        Rlimit {
            current: Some(0),
            maximum: Some(0),
        },
    )
    .is_ok()
}

/// Lets this process have as many files open as it may: a package can have 999 volumes.
pub(crate) fn allow_open_files() {
    let limits = rustix::process::getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: limits.maximum,
        maximum: limits.maximum,
    };
    // Where it cannot be had, a job that needs more says which file it could not open.
    let _ = rustix::process::setrlimit(Resource::Nofile, most);
}

/// How many files this process may have open.
pub(crate) fn open_files_limit() -> usize {
    let limit = rustix::process::getrlimit(Resource::Nofile).current;
    limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX))
}

/// Lets others go first at every medium.
pub(crate) fn lower_io_priority() -> bool {
    calls::set_idle_io_priority().is_ok()
}

/// Makes this process undumpable: no core, and no tracing by others.
pub(crate) fn forbid_tracing() -> bool {
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok()
}

/// How much a file on the file system of `path` could still grow.
pub(crate) fn free_space(path: &Path) -> Option<ByteCount> {
    let told = rustix::fs::statvfs(path).ok()?;
    told.f_bavail.checked_mul(told.f_frsize).map(ByteCount)
}

/// Gives a file to a user and group.
pub(crate) fn give_to(path: &Path, user: u32, group: u32) -> Result<(), i32> {
    // The reserved number means "leave as it is" to the kernel.
    if user == u32::MAX || group == u32::MAX {
        return Err(libc::EINVAL);
    }
    rustix::fs::chown(path, Some(Uid::from_raw(user)), Some(Gid::from_raw(group)))
        .map_err(rustix::io::Errno::raw_os_error)
}

/// The file of the running program.
pub(crate) fn running_program() -> Result<std::path::PathBuf, String> {
    std::fs::read_link("/proc/self/exe").map_err(|error| error.to_string())
}

/// Readable by all whom the user's mask does not shut out.
pub(crate) fn shared_permissions() -> Option<std::fs::Permissions> {
    Some(std::os::unix::fs::PermissionsExt::from_mode(0o666))
}

/// Whether this process acts for the administrator.
pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lowered_priority_is_inherited_by_threads_made_afterwards() {
        let class = std::thread::spawn(|| {
            assert!(lower_io_priority());
            let inherited = std::thread::spawn(calls::io_class).join().unwrap();
            (calls::io_class(), inherited)
        });
        assert_eq!(class.join().unwrap(), (3, 3));
        assert_ne!(calls::io_class(), 3, "another thread");
    }
}
