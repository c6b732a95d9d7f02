//! Files that are to be erased and what they lie on, as found: values alone.
//!
//! What could not be told is absent or says so; nothing is guessed from names.

use std::path::PathBuf;

use super::facts::{DeviceFacts, DeviceNumber};
use crate::units::{BlockSize, ByteCount, ByteOffset, ByteRange};

/// What an overwrite of a file does on its file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InPlace {
    /// It reaches the blocks that the file has, unless extents are shared.
    Yes,
    /// It goes to new blocks: the old ones stay as they are.
    No,
    /// There are no blocks: the file lies in memory.
    Memory,
    /// Another machine or a program decides (network, FUSE), or nothing is known of the file system.
    Untold,
}

/// Why the blocks of a file system's files cannot be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Blindness {
    /// This user may not read the block device.
    NotAllowed,
    /// It lies on another machine.
    Network,
    /// A program stands between (FUSE).
    Program,
    /// It shows other file systems' files (overlay).
    Overlay,
    /// Its addresses are its own and not the device's (btrfs, several devices).
    OwnAddresses,
    /// Blocks of the layer beneath move or are shared (thin pool, snapshot).
    Layer,
    /// It lies in memory.
    Memory,
    /// The file system, or what it lies on, is not known.
    Unknown,
}

impl Blindness {
    /// A stable name: `not-allowed`, `network`, `program`, `overlay`, `own-addresses`, `layer`, `memory`, `unknown`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotAllowed => "not-allowed",
            Self::Network => "network",
            Self::Program => "program",
            Self::Overlay => "overlay",
            Self::OwnAddresses => "own-addresses",
            Self::Layer => "layer",
            Self::Memory => "memory",
            Self::Unknown => "unknown",
        }
    }
}

/// Whether the blocks themselves can be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// On this block device, which the file system lies on.
    Device {
        /// Its node.
        node: PathBuf,
        /// Its number.
        number: DeviceNumber,
    },
    /// Not at all.
    None {
        /// Why.
        why: Blindness,
    },
}

/// A mounted file system with files that are to be erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSystemFacts {
    /// The number that its files say (`st_dev`).
    pub number: DeviceNumber,
    /// Its type (`ext4`, `vfat`, `fuse.sshfs`, …), untrusted; at most 64 characters.
    pub name: String,
    /// Where it is mounted.
    pub mount_point: PathBuf,
    /// What it gives files at a time.
    pub block: BlockSize,
    /// What an overwrite does.
    pub in_place: InPlace,
    /// It writes data into its journal first (`data=journal`).
    pub journals_data: bool,
    /// Whether it is mounted read-only.
    pub read_only: bool,
    /// Whether the blocks can be looked at.
    pub sight: Sight,
    /// The whole device under it; none for memory, network, and file systems on several devices.
    pub medium: Option<DeviceFacts>,
    /// Snapshots that keep old blocks, as far as that can be told, for people to read.
    pub snapshots: Vec<String>,
}

/// A stretch of a file that has room of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileExtent {
    /// Where it begins in the file.
    pub logical: ByteOffset,
    /// Its length: whole blocks of the file system.
    pub length: ByteCount,
    /// Where it begins on the file system's own device. None where no such place was told, or none that may be
    /// compared: delayed, unknown, encoded, inline, not aligned, or an address of the file system's own.
    pub physical: Option<ByteOffset>,
    /// Given to the file and never written (`FIEMAP_EXTENT_UNWRITTEN`): reads as zeros, whatever the blocks hold.
    pub unwritten: bool,
}

impl FileExtent {
    /// Its place on the device, where it has one.
    #[must_use]
    pub fn place(&self) -> Option<ByteRange> {
        self.physical
            .map(|physical| ByteRange::new(physical.0, self.length.0))
    }
}

/// How a file is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Storing {
    /// Blocks are shared with another file or a snapshot.
    pub shared: bool,
    /// Data are compressed or otherwise encoded.
    pub encoded: bool,
    /// Data lie in the inode or among others' data.
    pub inline: bool,
    /// The file system encrypts it (fscrypt): the device holds other bytes than the file.
    pub encrypted: bool,
    /// Data go through the journal.
    pub journals_data: bool,
    /// It must not be changed.
    pub immutable: bool,
    /// It may only grow.
    pub append_only: bool,
}

/// A file that is to be erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFacts {
    /// As named, or below what was named.
    pub path: PathBuf,
    /// Which of the file systems of its survey it lies on.
    pub system: usize,
    /// Device and inode number.
    pub identity: (u64, u64),
    /// Bytes of content.
    pub size: ByteCount,
    /// Its names in the file system.
    pub links: u64,
    /// When its inode was changed last: seconds and nanoseconds.
    pub changed: (i64, u32),
    /// Where its data lie, in order of their place in the file; without holes.
    pub extents: Vec<FileExtent>,
    /// Why the extents could not be told, lowercase English.
    pub untold: Option<String>,
    /// How it is stored.
    pub storing: Storing,
}

impl FileFacts {
    /// Bytes that its extents have, the rest of the last block included.
    #[must_use]
    pub fn allocated(&self) -> ByteCount {
        ByteCount(self.extents.iter().map(|extent| extent.length.0).sum())
    }
}

/// A folder that is to be removed when it is empty (`--recursive`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderFacts {
    /// As named, or below what was named.
    pub path: PathBuf,
    /// Which of the file systems of its survey it lies on.
    pub system: usize,
    /// Device and inode number.
    pub identity: (u64, u64),
    /// How deep it lies: folders are removed from the deepest.
    pub depth: u32,
}
