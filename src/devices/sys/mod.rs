//! The floor of the room: everything that only one operating system understands.
//!
//! [`linux`] speaks to the kernel through `/proc`, `/sys` and system calls and is the only place
//! with `unsafe` code; `unsupported` answers every question with an error, so that the rest of the
//! program can be built where media cannot be erased. Both have the same functions.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::error::DeviceError;
use super::facts::DeviceNumber;
use super::file_facts::{FileExtent, Storing};
use super::mounts::MountEntry;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
pub(crate) use linux::*;

#[cfg(target_os = "linux")]
#[cfg(test)]
mod folder_tests;
#[cfg(any(test, not(target_os = "linux")))]
mod plain;

#[cfg(not(target_os = "linux"))]
mod unsupported;
#[cfg(not(target_os = "linux"))]
pub(crate) use unsupported::*;

/// What a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "nothing is recognised there")
)]
pub(crate) enum FileKind {
    Block,
    Character,
    Regular,
    Directory,
    Pipe,
    Socket,
    Unknown,
}

/// What the system says about a path, links followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stat {
    /// What it is.
    pub(crate) kind: FileKind,
    /// The file system's device number.
    pub(crate) device: DeviceNumber,
    /// Device and inode number: two paths with the same are the same file.
    pub(crate) identity: (u64, u64),
    /// For a node: the device behind it.
    pub(crate) node: DeviceNumber,
    /// Size in bytes.
    pub(crate) size: u64,
    /// The mount it is seen through, where the kernel tells.
    pub(crate) mount: Option<u64>,
}

/// Every mount that can be seen in any namespace, and what could not be seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct MountTables {
    /// All entries of all tables.
    pub(crate) entries: Vec<MountEntry>,
    /// Tables that could not be read, and why.
    pub(crate) untold: Vec<String>,
}

/// What a name is, links not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "nothing is recognised there")
)]
pub(crate) enum FoundKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A device node, pipe, socket, or something unknown.
    Special,
}

/// What lies at a path on which no link was followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// What it is.
    pub(crate) kind: FoundKind,
    /// The file system's device number.
    pub(crate) device: DeviceNumber,
    /// Device and inode number.
    pub(crate) identity: (u64, u64),
    /// Size in bytes.
    pub(crate) size: u64,
    /// What it has on the file system, in bytes, as `stat` tells it.
    pub(crate) allocated: u64,
    /// How many names it has.
    pub(crate) links: u64,
    /// When its inode was changed last: seconds and nanoseconds.
    pub(crate) changed: (i64, u32),
    /// The mount it is seen through, where the kernel tells.
    pub(crate) mount: Option<u64>,
    /// Whether something is mounted exactly here, where the kernel tells.
    pub(crate) mount_root: Option<bool>,
    /// What its attributes say: immutable, append-only, encrypted; the rest only its extents tell.
    pub(crate) storing: Storing,
}

/// Where the data of a file lie.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    /// In order, without holes.
    pub(crate) extents: Vec<FileExtent>,
    /// What extents and flags say.
    pub(crate) storing: Storing,
    /// Why it could not be told.
    pub(crate) untold: Option<String>,
}

/// Files that could not be had, by their number, and why.
pub(crate) type RefusedFiles = Vec<(usize, DeviceError)>;

/// Everything that something lies on: block devices, and files under loop devices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Beneath {
    /// Block devices, partitions and whole ones, of every layer.
    pub(crate) devices: BTreeSet<DeviceNumber>,
    /// Backing files of loop devices, by device and inode.
    pub(crate) files: BTreeSet<(u64, u64)>,
}

/// A block device with its name in the system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NamedDevice {
    /// `sdb1`.
    pub(crate) name: String,
    /// Its number.
    pub(crate) number: DeviceNumber,
}

/// What the kernel has built on a device: the device itself, its partitions, and whatever lies on
/// either, at any height.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Above {
    /// The device and its partitions.
    pub(crate) own: Vec<NamedDevice>,
    /// Everything, `own` included.
    pub(crate) all: Vec<NamedDevice>,
    /// (device, holder) for each direct holder of one of `own`.
    pub(crate) holders: Vec<(String, String)>,
}

/// A loop device that is bound to something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LoopBinding {
    /// `loop3`.
    pub(crate) name: String,
    /// Its number.
    pub(crate) number: DeviceNumber,
    /// The backing file as the system names it.
    pub(crate) path: PathBuf,
    /// Device and inode of the backing file.
    pub(crate) identity: Option<(u64, u64)>,
    /// The device behind it where it is a block device node.
    pub(crate) node: Option<DeviceNumber>,
}

/// What a file system does with an overwrite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Overwrite {
    /// It reaches the old place.
    InPlace,
    /// It reaches the old place unless the extents say otherwise.
    InPlaceUnlessShared,
    /// It goes to a new place.
    CopyOnWrite,
    /// The file system is on another machine.
    Network,
    /// Nothing is known about it.
    Unknown,
}

/// How the file system under an image stores it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ImageStorage {
    /// Name of the file system's type.
    pub(crate) file_system: String,
    /// What it does with an overwrite.
    pub(crate) overwrite: Overwrite,
    /// Data go through the journal.
    pub(crate) journals_data: bool,
    /// The file must not be changed, and why.
    pub(crate) immutable: Option<&'static str>,
    /// Extents are shared with other files.
    pub(crate) shared: bool,
    /// Extents are compressed, encrypted or inline.
    pub(crate) encoded: bool,
    /// The extents could not be read.
    pub(crate) untold: Option<String>,
}

/// What a folder lies on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// Name of the file system's type.
    pub(crate) filesystem: Option<String>,
    /// Whether it was mounted read-only.
    pub(crate) read_only: Option<bool>,
    /// Where it is mounted.
    pub(crate) mount_point: Option<PathBuf>,
    /// Node and number of the one whole block device under it.
    pub(crate) device: Option<(PathBuf, DeviceNumber)>,
}

/// Whether anybody else has a file open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lease {
    /// Nobody: the kernel granted a write lease.
    Free,
    /// Somebody.
    Held,
    /// The file system or the kernel cannot say.
    Untold,
}

/// Which medium a file system or device number belongs to is written like this in messages.
impl std::fmt::Display for DeviceNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.major, self.minor)
    }
}
