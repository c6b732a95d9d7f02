//! Everything that can go wrong before a medium is claimed, and every reason to refuse it.
//!
//! A refusal is an error like any other: nothing was written. Text is lowercase English for logs;
//! people read what `cli` makes of [`DeviceError::code`]. Paths and names in here are untrusted.

use std::path::PathBuf;

use thiserror::Error;

use super::facts::DeviceFacts;
use super::protected::ProtectedKind;
use crate::units::ByteCount;

/// Why a device cannot be named, inspected, cleared, confirmed or claimed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the fields are named in the sentence of each variant")]
pub enum DeviceError {
    // What was named is not a medium.
    /// Nothing has this name.
    #[error("no such device: {}", .path.display())]
    NoSuchDevice { path: PathBuf },
    /// A folder was named.
    #[error("{} is a directory, not a device", .path.display())]
    IsDirectory { path: PathBuf },
    /// A character device was named.
    #[error("{} is a character device, not a block device", .path.display())]
    CharacterDevice { path: PathBuf },
    /// A named pipe was named.
    #[error("{} is a named pipe, not a device", .path.display())]
    NamedPipe { path: PathBuf },
    /// A socket was named.
    #[error("{} is a socket, not a device", .path.display())]
    Socket { path: PathBuf },
    /// A regular file was named without saying that it is meant.
    #[error("{} is a regular file and was not asked for as an image", .path.display())]
    NeedsImageFlag { path: PathBuf },
    /// A block device was named as an image.
    #[error("{} is a block device, not an image file", .path.display())]
    NotAnImage { path: PathBuf },
    /// An image has less than one block of 4096 bytes.
    #[error("the image {} has only {size}", .path.display())]
    ImageTooSmall { path: PathBuf, size: ByteCount },
    /// The system would not say what it is.
    #[error("{} cannot be inspected: {reason}", .path.display())]
    CannotInspect { path: PathBuf, reason: String },
    /// This system has no support for devices.
    #[error("devices are not supported on this system")]
    Unsupported,

    // Refusals.
    /// A partition is not a medium.
    #[error("{} is a partition of {whole}, not a whole device", .path.display())]
    IsPartition { path: PathBuf, whole: String },
    /// It has no bytes (no medium in it).
    #[error("{} has a size of zero: no medium", .path.display())]
    SizeZero { path: PathBuf },
    /// Its blocks have a size that direct I/O does not know (520, 528 bytes), or a very large one.
    #[error("{} has logical blocks of {block}: not a power of two from 512 to 65536", .path.display())]
    BlockFormat { path: PathBuf, block: ByteCount },
    /// It takes writes only in order within zones.
    #[error("{} is a zoned device: {model}", .path.display())]
    Zoned { path: PathBuf, model: String },
    /// It cannot be written.
    #[error("{} is read-only: {reason}", .path.display())]
    ReadOnly { path: PathBuf, reason: String },
    /// It is not what was planned for.
    #[error("{} is not the device of the plan: its {field} has changed", .path.display())]
    IdentityChanged { path: PathBuf, field: &'static str },
    /// It, a partition of it, or something built on it is mounted.
    #[error("{device} is mounted at {}", .at.display())]
    Mounted { device: String, at: PathBuf },
    /// A multi-device file system has it.
    #[error("{device} belongs to the mounted file system {file_system}")]
    InFileSystem { device: String, file_system: String },
    /// Not every mount table could be read.
    #[error("could not tell what is mounted: {reason}")]
    MountsUntold { reason: String },
    /// It is used as swap.
    #[error("{device} is used as swap: {}", .swap.display())]
    Swap { device: String, swap: PathBuf },
    /// The swap areas could not be read.
    #[error("could not tell what is used as swap: {reason}")]
    SwapUntold { reason: String },
    /// The kernel builds something on it (LVM, RAID, encryption, cache).
    #[error("{device} is held by {holder}")]
    KernelHolder { device: String, holder: String },
    /// What is built on it could not be read.
    #[error("could not tell what is built on it: {reason}")]
    StackUntold { reason: String },
    /// A loop device shows its bytes under another name.
    #[error("{device} is bound to the loop device {bound}")]
    LoopBound { device: String, bound: String },
    /// A loop device's backing file could not be told.
    #[error("could not tell what the loop device {name} is bound to: {reason}")]
    LoopUntold { name: String, reason: String },
    /// Somebody claims it exclusively.
    #[error("{device} is in exclusive use by the kernel or another program")]
    ExclusiveUse { device: String },
    /// The running system lies on it.
    #[error("{device} carries the running system: {}", .holds.display())]
    SystemDisk { device: String, holds: PathBuf },
    /// What carries the running system could not be told.
    #[error("could not tell which device carries {}: {reason}", .holds.display())]
    SystemUntold { holds: PathBuf, reason: String },
    /// A process has it open, or a page of it mapped.
    #[error("{device} is held by process {pid} ({program})")]
    HeldBy {
        device: String,
        pid: u32,
        program: String,
    },
    /// Somebody has the file open; who could not be told.
    #[error("{} is held open by somebody", .path.display())]
    HeldBySomebody { path: PathBuf },
    /// Whether a process holds it could not be told.
    #[error("could not tell who holds the device: {reason}")]
    HoldersUntold { reason: String },
    /// Only a part of the system's processes can be seen.
    #[error("could not tell who holds the device: not in the initial process namespace")]
    PidNamespace,
    /// Something that this run needs lies on it.
    #[error("the medium holds a protected {}: {}", .what.name(), .path.display())]
    HoldsProtected { what: ProtectedKind, path: PathBuf },
    /// The target is a file that this run needs.
    #[error("the target is a protected {}: {}", .what.name(), .path.display())]
    IsProtected { what: ProtectedKind, path: PathBuf },
    /// What a protected path lies on could not be told.
    #[error("could not tell which device holds the {} {}: {reason}", .what.name(), .path.display())]
    ProtectedUntold {
        what: ProtectedKind,
        path: PathBuf,
        reason: String,
    },
    /// The image's file system writes to new places.
    #[error("{} lies on {file_system}, which writes to new places instead of over the old ones", .path.display())]
    CopyOnWrite { path: PathBuf, file_system: String },
    /// The image lies on a network file system.
    #[error("{} lies on the network file system {file_system}", .path.display())]
    NetworkFileSystem { path: PathBuf, file_system: String },
    /// The image shares blocks with another file.
    #[error("{} shares blocks with another file or snapshot", .path.display())]
    SharedExtents { path: PathBuf },
    /// The image's blocks are compressed, encrypted or kept in its inode.
    #[error("{} is stored compressed, encrypted or inline", .path.display())]
    EncodedExtents { path: PathBuf },
    /// The file system keeps copies of data in its journal.
    #[error("{} is journalled with its data", .path.display())]
    DataJournal { path: PathBuf },
    /// Whether an overwrite reaches the image's blocks could not be told.
    #[error("could not tell whether an overwrite of {} reaches its blocks: {reason}", .path.display())]
    ExtentsUntold { path: PathBuf, reason: String },

    // Files that are to be erased.
    /// Nothing has this name.
    #[error("no such file: {}", .path.display())]
    NoSuchFile { path: PathBuf },
    /// It is a symbolic link, or is reached through one.
    #[error("{} is a symbolic link or leads through one", .path.display())]
    PathThroughLink { path: PathBuf },
    /// A folder was named without saying that what is in it is meant.
    #[error("{} is a folder and was not asked for with everything in it", .path.display())]
    FolderNotRecursive { path: PathBuf },
    /// A device node, named pipe or socket.
    #[error("{} is no regular file: a device node, named pipe or socket", .path.display())]
    SpecialFile { path: PathBuf },
    /// Something else is mounted inside of the folder.
    #[error("{} lies on another file system than the folder that it is in", .path.display())]
    OtherFileSystem { path: PathBuf },
    /// A file system is mounted there.
    #[error("a file system is mounted at {}", .path.display())]
    MountRoot { path: PathBuf },
    /// It belongs to the running system.
    #[error("{} is, or is in, a folder of the system: {}", .path.display(), .folder.display())]
    SystemFolder { path: PathBuf, folder: PathBuf },
    /// It is somebody's home.
    #[error("{} is a home folder", .path.display())]
    HomeFolder { path: PathBuf },
    /// It lies in a folder that this run needs.
    #[error("{} lies in the protected {}: {}", .path.display(), .what.name(), .folder.display())]
    BelowProtected {
        path: PathBuf,
        what: ProtectedKind,
        folder: PathBuf,
    },
    /// More files than one run takes.
    #[error("more than {most} files or folders")]
    TooManyFiles { most: u64 },
    /// The files of one run lie in more pieces than it takes.
    #[error("the files lie in more than {most} pieces")]
    TooManyExtents { most: u64 },
    /// The files of one run lie on more file systems than it takes.
    #[error("the files lie on more than {most} file systems")]
    TooManyFileSystems { most: u64 },
    /// Folders lie too deep in one another.
    #[error("{} lies more than {most} folders deep", .path.display())]
    FoldersTooDeep { path: PathBuf, most: u64 },
    /// Somebody stopped the search for files.
    #[error("the search for files was stopped")]
    SearchStopped,
    /// It must not be changed, or may only grow.
    #[error("{} is immutable or append-only", .path.display())]
    ImmutableFile { path: PathBuf },
    /// Nothing can be written there.
    #[error("the file system {file_system} at {} is mounted read-only", .path.display())]
    ReadOnlyFileSystem { path: PathBuf, file_system: String },
    /// It has other names that stay.
    #[error("{} has {links} names, and {named} of them were named", .path.display())]
    LinkedElsewhere {
        path: PathBuf,
        links: u64,
        named: u64,
        /// Those that were found, at most ten.
        others: Vec<PathBuf>,
        /// Whether everything was searched for them.
        complete: bool,
    },
    /// It was changed after it was found.
    #[error("{} is being changed: its {field} is not what it was", .path.display())]
    FileChanging { path: PathBuf, field: &'static str },
    /// Its data lie in its inode or among others'.
    #[error("the content of {} lies in the administration of its file system", .path.display())]
    InlineData { path: PathBuf },
    /// Its file system encrypts it.
    #[error("{} is encrypted by its file system", .path.display())]
    EncryptedFile { path: PathBuf },
    /// What the file system lies on may keep old blocks.
    #[error("what the file system at {} lies on may keep old blocks: {layers}", .path.display())]
    LayerKeepsBlocks { path: PathBuf, layers: String },
    /// There are more refusals of one kind than are listed.
    #[error("{more} more refusals of the kind {kind}")]
    MoreRefused { kind: &'static str, more: u64 },
    /// The number that was typed is not the number of files.
    #[error("what was typed is not the number of files")]
    FilesNotConfirmed,

    // Free space that is to be erased.
    /// It lies on a file system that is mounted elsewhere.
    #[error("{} is not a mount point: its file system is mounted at {}", .path.display(), .mount_point.display())]
    NotAMountPoint { path: PathBuf, mount_point: PathBuf },
    /// Its free space is memory.
    #[error("{} lies in memory ({file_system}): its free space is on no medium", .path.display())]
    MemoryFileSystem { path: PathBuf, file_system: String },
    /// It shows folders of other file systems, whose free space it is.
    #[error("{} is an overlay of folders of other file systems: {layers}", .path.display())]
    OverlayFileSystem { path: PathBuf, layers: String },
    /// What was typed is not the path of the mount point.
    #[error("what was typed is not the mount point")]
    SpaceNotConfirmed,
    /// The free space cannot be given to files.
    #[error("the free space at {} cannot be taken: system error {errno}", .path.display())]
    CannotFill { path: PathBuf, errno: i32 },
    /// Somebody stopped it.
    #[error("taking the free space was stopped")]
    FillStopped,
    /// It has the name of what a killed run leaves behind, and is something else.
    #[error("{} is not what a run left behind: {reason}", .path.display())]
    NotLeftBehind { path: PathBuf, reason: String },
    /// It could not be removed.
    #[error("{} cannot be removed: system error {errno}", .path.display())]
    CannotRemove { path: PathBuf, errno: i32 },

    // Folders to write into.
    /// Nothing has this name.
    #[error("no such folder: {}", .path.display())]
    NoSuchFolder { path: PathBuf },
    /// It is something else.
    #[error("{} is not a folder", .path.display())]
    NotAFolder { path: PathBuf },
    /// What is mounted there could not be told.
    #[error("could not tell what {} lies on: {reason}", .path.display())]
    StorageUntold { path: PathBuf, reason: String },

    // Confirmation.
    /// What was typed is not what was expected.
    #[error("what was typed does not match the expected confirmation")]
    NotConfirmed,
    /// The tokens are not of the same device.
    #[error("the confirmation was given for another device")]
    ConfirmedAnother,

    // Claiming.
    /// It could not be opened for destruction.
    #[error("{} cannot be opened for writing: system error {errno}", .path.display())]
    CannotOpen { path: PathBuf, errno: i32 },
    /// Another program holds the advisory lock.
    #[error("{} is locked by another program", .path.display())]
    Locked { path: PathBuf },
    /// A partition is in use and cannot be removed.
    #[error("the partition {name} is in use")]
    PartitionBusy { name: String },
    /// A partition could not be removed or flushed.
    #[error("the partition {name} cannot be removed: system error {errno}")]
    PartitionStays { name: String, errno: i32 },
    /// Buffers could not be flushed.
    #[error("the buffers of {device} cannot be flushed: system error {errno}")]
    CannotFlush { device: String, errno: i32 },
    /// The holes of an image do not fit on its file system.
    #[error("{} needs {needed} more, and only {available} are free", .path.display())]
    NoSpace {
        path: PathBuf,
        needed: ByteCount,
        available: ByteCount,
    },
    /// The blocks of an image cannot be allocated.
    #[error("the blocks of {} cannot be allocated: system error {errno}", .path.display())]
    CannotAllocate { path: PathBuf, errno: i32 },
    /// A file could not be given to its user.
    #[error("{} cannot be given to its user: system error {errno}", .path.display())]
    CannotGive { path: PathBuf, errno: i32 },
    /// Reading failed.
    #[error("{} cannot be read: system error {errno}", .path.display())]
    CannotRead { path: PathBuf, errno: i32 },
}

impl DeviceError {
    /// The refusal of a partition.
    pub(super) fn partition(facts: &DeviceFacts) -> Self {
        let whole = facts.port.as_deref().and_then(|port| port.rsplit('/').next());
        Self::IsPartition {
            path: facts.path.clone(),
            whole: whole.unwrap_or("a device").to_owned(),
        }
    }

    /// A stable code for scripts and for the text that people read.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchDevice { .. } => "DEV-NO-SUCH-DEVICE",
            Self::IsDirectory { .. } => "DEV-DIRECTORY",
            Self::CharacterDevice { .. } => "DEV-CHARACTER-DEVICE",
            Self::NamedPipe { .. } => "DEV-NAMED-PIPE",
            Self::Socket { .. } => "DEV-SOCKET",
            Self::NeedsImageFlag { .. } => "DEV-NEEDS-IMAGE-FLAG",
            Self::NotAnImage { .. } => "DEV-NOT-AN-IMAGE",
            Self::ImageTooSmall { .. } => "DEV-IMAGE-TOO-SMALL",
            Self::CannotInspect { .. } => "DEV-CANNOT-INSPECT",
            Self::Unsupported => "DEV-UNSUPPORTED",
            Self::IsPartition { .. } => "DEV-PARTITION",
            Self::SizeZero { .. } => "DEV-SIZE-ZERO",
            Self::BlockFormat { .. } => "DEV-BLOCK-FORMAT",
            Self::Zoned { .. } => "DEV-ZONED",
            Self::ReadOnly { .. } => "DEV-READ-ONLY",
            Self::IdentityChanged { .. } => "DEV-IDENTITY-CHANGED",
            Self::Mounted { .. } => "DEV-MOUNTED",
            Self::InFileSystem { .. } => "DEV-IN-FILE-SYSTEM",
            Self::MountsUntold { .. } => "DEV-MOUNTS-UNTOLD",
            Self::Swap { .. } => "DEV-SWAP",
            Self::SwapUntold { .. } => "DEV-SWAP-UNTOLD",
            Self::KernelHolder { .. } => "DEV-KERNEL-HOLDER",
            Self::StackUntold { .. } => "DEV-STACK-UNTOLD",
            Self::LoopBound { .. } => "DEV-LOOP-BOUND",
            Self::LoopUntold { .. } => "DEV-LOOP-UNTOLD",
            Self::ExclusiveUse { .. } => "DEV-EXCLUSIVE-USE",
            Self::SystemDisk { .. } => "DEV-SYSTEM-DISK",
            Self::SystemUntold { .. } => "DEV-SYSTEM-UNTOLD",
            Self::HeldBy { .. } => "DEV-HELD",
            Self::HeldBySomebody { .. } => "DEV-HELD-BY-SOMEBODY",
            Self::HoldersUntold { .. } => "DEV-HOLDERS-UNTOLD",
            Self::PidNamespace => "DEV-PID-NAMESPACE",
            Self::HoldsProtected { .. } => "DEV-HOLDS-PROTECTED",
            Self::IsProtected { .. } => "DEV-IS-PROTECTED",
            Self::ProtectedUntold { .. } => "DEV-PROTECTED-UNTOLD",
            Self::CopyOnWrite { .. } => "DEV-COPY-ON-WRITE",
            Self::NetworkFileSystem { .. } => "DEV-NETWORK-FILE-SYSTEM",
            Self::SharedExtents { .. } => "DEV-SHARED-EXTENTS",
            Self::EncodedExtents { .. } => "DEV-ENCODED-EXTENTS",
            Self::DataJournal { .. } => "DEV-DATA-JOURNAL",
            Self::ExtentsUntold { .. } => "DEV-EXTENTS-UNTOLD",
            Self::NoSuchFile { .. } => "DEV-NO-SUCH-FILE",
            Self::PathThroughLink { .. } => "DEV-PATH-THROUGH-LINK",
            Self::FolderNotRecursive { .. } => "DEV-FOLDER-NOT-RECURSIVE",
            Self::SpecialFile { .. } => "DEV-SPECIAL-FILE",
            Self::OtherFileSystem { .. } => "DEV-OTHER-FILE-SYSTEM",
            Self::MountRoot { .. } => "DEV-MOUNT-ROOT",
            Self::SystemFolder { .. } => "DEV-SYSTEM-FOLDER",
            Self::HomeFolder { .. } => "DEV-HOME-FOLDER",
            Self::BelowProtected { .. } => "DEV-BELOW-PROTECTED",
            Self::TooManyFiles { .. } => "DEV-TOO-MANY-FILES",
            Self::TooManyExtents { .. } => "DEV-TOO-MANY-EXTENTS",
            Self::TooManyFileSystems { .. } => "DEV-TOO-MANY-FILE-SYSTEMS",
            Self::FoldersTooDeep { .. } => "DEV-FOLDERS-TOO-DEEP",
            Self::SearchStopped => "DEV-SEARCH-STOPPED",
            Self::ImmutableFile { .. } => "DEV-IMMUTABLE-FILE",
            Self::ReadOnlyFileSystem { .. } => "DEV-READ-ONLY-FILE-SYSTEM",
            Self::LinkedElsewhere { .. } => "DEV-LINKED-ELSEWHERE",
            Self::FileChanging { .. } => "DEV-FILE-CHANGING",
            Self::InlineData { .. } => "DEV-INLINE-DATA",
            Self::EncryptedFile { .. } => "DEV-ENCRYPTED-FILE",
            Self::LayerKeepsBlocks { .. } => "DEV-LAYER-KEEPS-BLOCKS",
            Self::MoreRefused { .. } => "DEV-MORE-REFUSED",
            Self::FilesNotConfirmed => "DEV-FILES-NOT-CONFIRMED",
            Self::NotAMountPoint { .. } => "DEV-NOT-A-MOUNT-POINT",
            Self::MemoryFileSystem { .. } => "DEV-MEMORY-FILE-SYSTEM",
            Self::OverlayFileSystem { .. } => "DEV-OVERLAY-FILE-SYSTEM",
            Self::SpaceNotConfirmed => "DEV-SPACE-NOT-CONFIRMED",
            Self::CannotFill { .. } => "DEV-CANNOT-FILL",
            Self::FillStopped => "DEV-FILL-STOPPED",
            Self::NotLeftBehind { .. } => "DEV-NOT-LEFT-BEHIND",
            Self::CannotRemove { .. } => "DEV-CANNOT-REMOVE",
            Self::NoSuchFolder { .. } => "DEV-NO-SUCH-FOLDER",
            Self::NotAFolder { .. } => "DEV-NOT-A-FOLDER",
            Self::StorageUntold { .. } => "DEV-STORAGE-UNTOLD",
            Self::NotConfirmed => "DEV-NOT-CONFIRMED",
            Self::ConfirmedAnother => "DEV-CONFIRMED-ANOTHER",
            Self::CannotOpen { .. } => "DEV-CANNOT-OPEN",
            Self::Locked { .. } => "DEV-LOCKED",
            Self::PartitionBusy { .. } => "DEV-PARTITION-BUSY",
            Self::PartitionStays { .. } => "DEV-PARTITION-STAYS",
            Self::CannotFlush { .. } => "DEV-CANNOT-FLUSH",
            Self::NoSpace { .. } => "DEV-NO-SPACE",
            Self::CannotAllocate { .. } => "DEV-CANNOT-ALLOCATE",
            Self::CannotGive { .. } => "DEV-CANNOT-GIVE",
            Self::CannotRead { .. } => "DEV-CANNOT-READ",
        }
    }
}
