//! What a file system keeps free for itself, lowered for as long as its free space is taken.
//!
//! Both numbers live in memory alone: the next mount has its own again. ext4: `Documentation/ABI/testing/sysfs-fs-ext4`,
//! XFS: `ioctl_xfs_fsop_resblks` (Linux 6.18).

use std::fs;
use std::path::PathBuf;

use super::file_folder::FileFolder;
use super::{free_calls, sysfs};
use crate::devices::facts::DeviceNumber;

/// Blocks that XFS keeps: it needs some to note that given blocks were written, as many as are written at once.
const XFS_NEEDS: u64 = 512;

/// A lowered reserve. It is put back when this is dropped.
#[derive(Debug)]
pub(super) enum Lowered {
    Ext4 { attribute: PathBuf, before: u64 },
    Xfs { folder: FileFolder, before: u64 },
}

impl Lowered {
    /// Lowers what the file system `kind` keeps; none where it keeps nothing, or this user may not.
    pub(super) fn lower(kind: &str, number: DeviceNumber, folder: &FileFolder) -> Option<Self> {
        match kind {
            "ext4" => {
                let device = sysfs::name(&sysfs::folder(number)?);
                let of_system = PathBuf::from("/sys/fs/ext4").join(device);
                let before = sysfs::number(&of_system, "reserved_clusters")?;
                let attribute = of_system.join("reserved_clusters");
                fs::write(&attribute, "0").ok()?;
                Some(Self::Ext4 { attribute, before })
            }
            "xfs" => {
                let before = free_calls::xfs_reserved(folder.file()).ok()?;
                let folder = folder.same().ok()?;
                if before <= XFS_NEEDS {
                    return None;
                }
                free_calls::set_xfs_reserved(folder.file(), XFS_NEEDS).ok()?;
                Some(Self::Xfs { folder, before })
            }
            _ => None,
        }
    }
}

impl Drop for Lowered {
    fn drop(&mut self) {
        match self {
            Self::Ext4 { attribute, before } => {
                let _ = fs::write(attribute, before.to_string());
            }
            Self::Xfs { folder, before } => {
                let _ = free_calls::set_xfs_reserved(folder.file(), *before);
            }
        }
    }
}
