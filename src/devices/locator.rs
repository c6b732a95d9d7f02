//! From a name that somebody typed to a thing that may be a medium.
//!
//! Opens nothing; links are followed. What cannot be one has its own error.

use std::path::{Path, PathBuf};

use super::error::DeviceError;
use super::facts::DeviceNumber;
use super::sys::{self, FileKind};

/// What a name leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LocatedKind {
    /// A block device, whole or partition.
    Block {
        /// Its number.
        number: DeviceNumber,
    },
    /// A regular file.
    Regular {
        /// Device and inode.
        identity: (u64, u64),
    },
}

/// A name, and the node or file behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// As it was typed.
    pub asked: PathBuf,
    /// Absolute, links resolved.
    pub path: PathBuf,
    /// What it is.
    pub kind: LocatedKind,
}

/// Follows `path` to a block device or regular file.
///
/// # Errors
/// One error for each thing that cannot be a medium, and [`DeviceError::CannotInspect`].
pub fn locate(path: &Path) -> Result<Located, DeviceError> {
    let untold = |reason: String| DeviceError::CannotInspect {
        path: path.to_owned(),
        reason,
    };
    let resolved = std::fs::canonicalize(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => DeviceError::NoSuchDevice {
            path: path.to_owned(),
        },
        _ => untold(error.to_string()),
    })?;
    let stat = sys::stat(&resolved).map_err(|errno| untold(format!("system error {errno}")))?;
    let owned = || path.to_owned();
    let kind = match stat.kind {
        FileKind::Block => LocatedKind::Block { number: stat.node },
        FileKind::Regular => LocatedKind::Regular {
            identity: stat.identity,
        },
        FileKind::Directory => return Err(DeviceError::IsDirectory { path: owned() }),
        FileKind::Character => return Err(DeviceError::CharacterDevice { path: owned() }),
        FileKind::Pipe => return Err(DeviceError::NamedPipe { path: owned() }),
        FileKind::Socket => return Err(DeviceError::Socket { path: owned() }),
        FileKind::Unknown => return Err(untold("its kind is unknown".to_owned())),
    };
    Ok(Located {
        asked: owned(),
        path: resolved,
        kind,
    })
}
