//! The file systems that the files lay on, what lies under them, and whether their blocks could be looked at.

use serde::{Deserialize, Serialize};

use crate::records::Medium;
use crate::units::ByteCount;

/// Most file systems of one record.
pub const MOST_FILE_SYSTEMS: usize = 64;

/// What an overwrite of a file does there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InPlace {
    /// It reaches the blocks that the file has.
    Yes,
    /// It goes to new blocks: the old ones stay as they are.
    No,
    /// There are no blocks: files lie in memory.
    Memory,
    /// Another machine or a program decides, or nothing is known of it.
    Untold,
}

/// Why the blocks could not be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Blindness {
    /// This user may not read the block device.
    NotAllowed,
    /// It lies on another machine.
    Network,
    /// A program stands between (FUSE).
    Program,
    /// It shows other file systems' files (overlay).
    Overlay,
    /// Its addresses are its own and not the device's.
    OwnAddresses,
    /// Blocks of the layer beneath move or are shared.
    Layer,
    /// It lies in memory.
    Memory,
    /// The file system, or what it lies on, is not known.
    Unknown,
}

impl Blindness {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::NotAllowed,
        Self::Network,
        Self::Program,
        Self::Overlay,
        Self::OwnAddresses,
        Self::Layer,
        Self::Memory,
        Self::Unknown,
    ];

    /// Its name in records and messages.
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

    /// The one of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.name() == name)
    }
}

/// Whether the blocks themselves were looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state", deny_unknown_fields)]
pub enum Sight {
    /// On the block device that the file system lies on.
    Device {
        /// Its node.
        node: String,
    },
    /// Not at all.
    None {
        /// Why.
        why: Blindness,
    },
}

/// A file system with files that were to be erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileSystem {
    /// Its type as the system calls it (`ext4`, `vfat`, `fuse.sshfs`, …).
    pub name: String,
    /// Major and minor number that its files say.
    pub number: String,
    /// Where it was mounted.
    pub mount_point: String,
    /// Bytes that it gives files at a time.
    pub block: ByteCount,
    /// What an overwrite does there.
    pub in_place: InPlace,
    /// It writes data into its journal first.
    pub journals_data: bool,
    /// Whether its blocks were looked at.
    pub sight: Sight,
    /// The whole medium under it; none for memory, network, and file systems on several media.
    pub medium: Option<Medium>,
    /// Snapshots that keep old blocks, as far as that could be told.
    pub snapshots: Vec<String>,
}

impl FileSystem {
    /// Whether a drive under it may keep old blocks that no address reaches: it is flash, or not known to turn.
    /// What a virtual device keeps is the host's matter and stands on the record as such; what lies on other devices
    /// (`loop`, `device-mapper`, `software-raid`) is as they are. Bridges and readers say of every drive that it turns.
    #[must_use]
    pub fn may_keep_old_blocks(&self) -> bool {
        self.medium.as_ref().is_none_or(|medium| {
            let turns = medium.rotational.measured() == Some(&true);
            !match medium.virtual_kind.as_deref() {
                Some("loop" | "device-mapper" | "software-raid") => turns,
                Some(_) => true,
                None => turns && matches!(medium.transport.as_str(), "ata" | "scsi" | "nvme"),
            }
        })
    }
}
