//! The machine and process around an erasure: firmware's tables, the clock, memory that must not
//! leak, and the files that are left behind.

use std::path::{Path, PathBuf};

use super::error::DeviceError;
use super::facts::{ClockState, MachineFacts};
use super::sys;
use crate::units::ByteCount;

/// What was done against secrets leaving this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hardening {
    /// Core dumps have a size of zero.
    pub no_core_dumps: bool,
    /// The process cannot be dumped or traced by other processes of its user.
    pub not_dumpable: bool,
}

/// What the firmware (DMI) says about this machine.
#[must_use]
pub fn machine() -> MachineFacts {
    sys::dmi()
}

/// Whether the system's clock is kept in step, as the kernel says.
#[must_use]
pub fn clock_state() -> ClockState {
    sys::clock_state()
}

/// Forbids core dumps and dumping of this process; tells what worked.
#[must_use]
pub fn harden_process() -> Hardening {
    Hardening {
        no_core_dumps: sys::forbid_core_dumps(),
        not_dumpable: sys::forbid_tracing(),
    }
}

/// Lets this process have as many files open as the system allows it to have.
pub fn allow_open_files() {
    sys::allow_open_files();
}

/// Puts the calling thread into the idle class of I/O priority: its requests wait while others have any. Threads and
/// queues that it makes afterwards are in the same class. False where the system refuses; a scheduler that knows no
/// classes takes no notice.
#[must_use]
pub fn lower_io_priority() -> bool {
    sys::lower_io_priority()
}

/// How much can still be written to the file system of `path`; none where it cannot be told.
#[must_use]
pub fn free_space(path: &Path) -> Option<ByteCount> {
    sys::free_space(path)
}

/// Gives `path` to the user and group with these numbers.
///
/// # Errors
/// [`DeviceError::CannotGive`] with what the system answered.
pub fn give_to(path: &Path, user: u32, group: u32) -> Result<(), DeviceError> {
    sys::give_to(path, user, group).map_err(|errno| DeviceError::CannotGive {
        path: PathBuf::from(path),
        errno,
    })
}

/// The permissions of a new file that others may read, as far as the user's mask allows; none where
/// the system's default is right.
#[must_use]
pub fn shared_permissions() -> Option<std::fs::Permissions> {
    sys::shared_permissions()
}

/// Whether this process has the administrator's rights.
#[must_use]
pub fn is_root() -> bool {
    sys::is_root()
}

/// RAID and VMD controllers that may hide drives: place, maker and device number of each.
#[must_use]
pub fn raid_controllers() -> Vec<String> {
    sys::raid_controllers()
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn free_space_is_that_of_the_file_system() {
        assert!(free_space(Path::new("/tmp")).is_some_and(|free| free.0 > 0));
        assert_eq!(free_space(Path::new("/no/such/place")), None);
    }

    #[test]
    fn a_file_is_given_away_by_root() {
        if !is_root() {
            return;
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        give_to(file.path(), 1234, 2345).unwrap();
        let told = file.as_file().metadata().unwrap();
        assert_eq!((told.uid(), told.gid()), (1234, 2345));
        assert!(give_to(file.path(), u32::MAX, 0).is_err());
    }
}
