//! When a file was read and written last, kept while the program does something that nobody should see there.

use std::fs::File;
use std::os::unix::fs::MetadataExt;

use rustix::fs::{Timespec, Timestamps};
use rustix::io::Errno;

/// The times of an open file or folder.
#[derive(Clone, Debug)]
pub(super) struct Times(Timestamps);

impl Times {
    /// What they are now.
    pub(super) fn of(file: &File) -> Result<Self, i32> {
        let told = file
            .metadata()
            .map_err(|error| error.raw_os_error().unwrap_or(libc::EIO))?;
        let time = |seconds, nanoseconds| Timespec {
            tv_sec: seconds,
            tv_nsec: nanoseconds as _,
        };
        Ok(Self(Timestamps {
            last_access: time(told.atime(), told.atime_nsec()),
            last_modification: time(told.mtime(), told.mtime_nsec()),
        }))
    }

    /// Makes them what they were.
    pub(super) fn put_back(&self, file: &File) -> Result<(), i32> {
        rustix::fs::futimens(file, &self.0).map_err(Errno::raw_os_error)
    }
}
