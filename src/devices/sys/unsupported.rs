//! Where media cannot be erased: every question is answered with an error or with nothing.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{
    Above, Beneath, Found, ImageStorage, Layout, Lease, LoopBinding, MountTables, NamedDevice, Place,
    RefusedFiles, Stat,
};
use crate::devices::error::DeviceError;
use crate::devices::facts::{ClockState, DeviceFacts, DeviceNumber, MachineFacts};
use crate::devices::file_batch::FileBatch;
use crate::devices::file_facts::{FileFacts, FileSystemFacts, FolderFacts};
use crate::devices::free_space::{FreeSpaceFacts, InodeTotals};
use crate::devices::locator::Located;
use crate::devices::mounts::MountEntry;
use crate::devices::openers::{HolderScan, Unreadable, Wanted};
use crate::devices::tails::{EntryTotals, TailTotals};
use crate::devices::target::{ReadPath, Source, Target};
use crate::progress::StopSignal;
use crate::units::ByteCount;

pub(crate) use super::plain::Folder;

/// "Function not implemented" in the numbering of Linux, which the errors of this room speak.
const NOT_IMPLEMENTED: i32 = 38;

/// "Invalid argument", in the same numbering.
const INVALID_ARGUMENT: i32 = 22;

const REASON: &str = "not supported on this system";

fn untold<T>() -> Result<T, String> {
    Err(REASON.to_owned())
}

pub(crate) fn stat(_path: &Path) -> Result<Stat, i32> {
    Err(NOT_IMPLEMENTED)
}

pub(crate) fn whole_devices() -> Result<Vec<(PathBuf, DeviceNumber)>, DeviceError> {
    Err(DeviceError::Unsupported)
}

pub(crate) fn block_facts(_located: &Located, _number: DeviceNumber) -> Result<DeviceFacts, DeviceError> {
    Err(DeviceError::Unsupported)
}

pub(crate) fn image_facts(_located: &Located) -> Result<DeviceFacts, DeviceError> {
    Err(DeviceError::Unsupported)
}

pub(crate) fn claim_block(_facts: &DeviceFacts) -> Result<Box<dyn Target>, DeviceError> {
    Err(DeviceError::Unsupported)
}

pub(crate) fn claim_image(_facts: &DeviceFacts) -> Result<Box<dyn Target>, DeviceError> {
    Err(DeviceError::Unsupported)
}

pub(crate) fn open_block(_facts: &DeviceFacts) -> Result<Box<dyn Source>, DeviceError> {
    Err(DeviceError::Unsupported)
}

pub(crate) fn open_image(_facts: &DeviceFacts) -> Result<Box<dyn Source>, DeviceError> {
    Err(DeviceError::Unsupported)
}

pub(crate) fn open_file_system(_system: &FileSystemFacts) -> Result<Option<Box<dyn Source>>, DeviceError> {
    Err(DeviceError::Unsupported)
}

#[cfg(any(test, feature = "testkit"))]
pub(crate) fn refuse_io_uring(_refuse: bool) {}

pub(crate) fn lower_io_priority() -> bool {
    false
}

pub(crate) fn image_storage(_path: &Path) -> Result<ImageStorage, i32> {
    Err(NOT_IMPLEMENTED)
}

pub(crate) fn image_lease(_path: &Path) -> Lease {
    Lease::Untold
}

pub(crate) fn find(_path: &Path) -> Result<Found, i32> {
    Err(NOT_IMPLEMENTED)
}

pub(crate) fn folder_names(_path: &Path, _identity: (u64, u64)) -> Result<Vec<OsString>, i32> {
    Err(NOT_IMPLEMENTED)
}

pub(crate) fn file_layout(
    _path: &Path,
    _identity: (u64, u64),
    _system: &FileSystemFacts,
) -> Result<Layout, i32> {
    Err(NOT_IMPLEMENTED)
}

pub(crate) fn file_lease(_path: &Path, _identity: (u64, u64)) -> Lease {
    Lease::Untold
}

pub(crate) fn may_change(_path: &Path, _is_folder: bool) -> Result<(), i32> {
    Err(NOT_IMPLEMENTED)
}

pub(crate) fn file_system(_path: &Path, _number: DeviceNumber) -> Result<FileSystemFacts, String> {
    untold()
}

pub(crate) fn claim_batch(
    _system: &FileSystemFacts,
    _files: Vec<FileFacts>,
    _further: &[(usize, PathBuf)],
) -> Result<(Box<dyn FileBatch>, RefusedFiles), DeviceError> {
    Err(DeviceError::Unsupported)
}

pub(crate) fn remove_folders(folders: &[FolderFacts]) -> Vec<Result<bool, DeviceError>> {
    vec![Err(DeviceError::Unsupported); folders.len()]
}

pub(crate) fn clear_tails(
    _system: &FileSystemFacts,
    _progress: &mut dyn FnMut(u64),
    _stop: &StopSignal,
) -> Result<TailTotals, DeviceError> {
    Err(DeviceError::Unsupported)
}

pub(crate) fn clear_entries(
    _system: &FileSystemFacts,
    _progress: &mut dyn FnMut(u64),
    _stop: &StopSignal,
) -> Result<EntryTotals, DeviceError> {
    Err(DeviceError::Unsupported)
}

pub(crate) fn in_initial_pid_namespace() -> bool {
    false
}

pub(crate) fn who_holds(_wanted: &Wanted, _own: &[i32]) -> HolderScan {
    let unreadable = Unreadable {
        pid: None,
        reason: REASON.to_owned(),
    };
    HolderScan {
        unreadable: [unreadable].into(),
        ..HolderScan::default()
    }
}

pub(crate) fn above(_number: DeviceNumber) -> Result<Above, String> {
    untold()
}

pub(crate) fn beneath_device(_number: DeviceNumber) -> Result<Beneath, String> {
    untold()
}

pub(crate) fn beneath_path(_path: &Path) -> Result<Beneath, String> {
    untold()
}

pub(crate) fn claimed_elsewhere(_name: &str) -> Result<bool, i32> {
    Err(NOT_IMPLEMENTED)
}

pub(crate) fn loop_bindings() -> Vec<LoopBinding> {
    Vec::new()
}

pub(crate) fn members_of_file_systems() -> Vec<(String, Vec<NamedDevice>)> {
    Vec::new()
}

pub(crate) fn mount_tables() -> MountTables {
    MountTables {
        untold: vec![REASON.to_owned()],
        ..MountTables::default()
    }
}

pub(crate) fn own_mounts() -> Result<Vec<MountEntry>, String> {
    untold()
}

pub(crate) fn swap_areas() -> Result<Vec<PathBuf>, String> {
    untold()
}

pub(crate) fn dmi() -> MachineFacts {
    MachineFacts::default()
}

pub(crate) fn clock_state() -> ClockState {
    ClockState::Unknown
}

pub(crate) fn raid_controllers() -> Vec<String> {
    Vec::new()
}

pub(crate) fn forbid_core_dumps() -> bool {
    false
}

pub(crate) fn allow_open_files() {}

pub(crate) fn open_files_limit() -> usize {
    usize::MAX
}

pub(crate) fn forbid_tracing() -> bool {
    false
}

pub(crate) fn free_space(_path: &Path) -> Option<ByteCount> {
    None
}

pub(crate) fn give_to(_path: &Path, _user: u32, _group: u32) -> Result<(), i32> {
    Err(NOT_IMPLEMENTED)
}

pub(crate) fn running_program() -> Result<std::path::PathBuf, String> {
    Err("not known on this system".to_owned())
}

pub(crate) fn shared_permissions() -> Option<std::fs::Permissions> {
    None
}

pub(crate) fn is_root() -> bool {
    false
}

pub(crate) fn place_of(_folder: &Path) -> Result<Place, String> {
    Ok(Place::default())
}

pub(crate) fn open_to_read_back(path: &Path) -> Result<File, i32> {
    let told = std::fs::symlink_metadata(path).map_err(|error| number(&error))?;
    if !told.is_file() {
        return Err(INVALID_ARGUMENT);
    }
    File::open(path).map_err(|error| number(&error))
}

pub(crate) fn read_directly(_file: &File, _aligned: &mut [u8]) {}

pub(crate) fn reach_medium(_file: &File, _path: &Path) -> ReadPath {
    ReadPath::Cached {
        reason: REASON.to_owned(),
    }
}

pub(crate) fn drop_cached(_file: &File) -> Result<(), String> {
    untold()
}

pub(crate) fn give_open(_file: &File, _user: u32, _group: u32) -> std::io::Result<()> {
    Ok(())
}

pub(crate) fn connect_local(_path: &Path, _patience: Duration) -> std::io::Result<std::net::TcpStream> {
    let kind = std::io::ErrorKind::Unsupported;
    Err(std::io::Error::new(kind, REASON))
}

/// Reads some bytes from a place of a file.
#[cfg(windows)]
pub(crate) fn read_at(file: &File, at: u64, into: &mut [u8]) -> std::io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, into, at)
}

/// Reads some bytes from a place of a file.
#[cfg(unix)]
pub(crate) fn read_at(file: &File, at: u64, into: &mut [u8]) -> std::io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, into, at)
}

fn number(error: &std::io::Error) -> i32 {
    error.raw_os_error().unwrap_or(INVALID_ARGUMENT)
}

pub(crate) fn free_space_facts(_mount_point: &Path) -> Result<FreeSpaceFacts, Vec<DeviceError>> {
    Err(vec![DeviceError::Unsupported])
}

pub(crate) fn fill(
    _facts: &FreeSpaceFacts,
    _reserve: ByteCount,
    _progress: &mut dyn FnMut(ByteCount),
    _stop: &StopSignal,
) -> Result<Filler, DeviceError> {
    Err(DeviceError::Unsupported)
}

pub(crate) fn remove_left_behind(
    _facts: &FreeSpaceFacts,
    _stop: &StopSignal,
) -> Result<ByteCount, DeviceError> {
    Err(DeviceError::Unsupported)
}

/// Files that have the free space of a file system: there are none here.
#[derive(Debug)]
pub(crate) enum Filler {}

impl Filler {
    pub(crate) fn folder(&self) -> &Path {
        match *self {}
    }

    pub(crate) fn taken(&self) -> ByteCount {
        match *self {}
    }

    pub(crate) fn left_over(&self) -> ByteCount {
        match *self {}
    }

    pub(crate) fn inodes(&self) -> InodeTotals {
        match *self {}
    }

    pub(crate) fn identities(&self) -> &[(u64, u64)] {
        match *self {}
    }

    pub(crate) fn mark(&self) -> (u64, u64) {
        match *self {}
    }

    pub(crate) fn remove(self) -> Result<(), DeviceError> {
        match self {}
    }
}
