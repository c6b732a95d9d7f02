//! What a path is: one `statx(2)` that never waits for a network file system.

use std::path::Path;

use rustix::fs::{AtFlags, CWD, FileType, Statx, StatxFlags};

use crate::devices::facts::DeviceNumber;
use crate::devices::sys::{FileKind, Stat};

/// What `path` is, links followed; the system's error number otherwise.
pub(crate) fn stat(path: &Path) -> Result<Stat, i32> {
    // Cached attributes are enough, and asking a dead server would hang.
    // Mounting something in order to look at a folder would change what is looked for.
    let flags = AtFlags::STATX_DONT_SYNC | AtFlags::NO_AUTOMOUNT;
    let answer = rustix::fs::statx(CWD, path, flags, StatxFlags::BASIC_STATS | StatxFlags::MNT_ID);
    answer
        .map(|answer| from_statx(&answer))
        .map_err(rustix::io::Errno::raw_os_error)
}

/// What an open file is.
pub(super) fn stat_open(file: &std::fs::File) -> Result<Stat, i32> {
    let flags = AtFlags::EMPTY_PATH;
    let answer = rustix::fs::statx(file, c"", flags, StatxFlags::BASIC_STATS | StatxFlags::MNT_ID);
    answer
        .map(|answer| from_statx(&answer))
        .map_err(rustix::io::Errno::raw_os_error)
}

fn from_statx(answer: &Statx) -> Stat {
    let device = DeviceNumber {
        major: answer.stx_dev_major,
        minor: answer.stx_dev_minor,
    };
    let told = StatxFlags::from_bits_retain(answer.stx_mask).contains(StatxFlags::MNT_ID);
    Stat {
        kind: kind_of(FileType::from_raw_mode(answer.stx_mode.into())),
        device,
        identity: (encode(device), answer.stx_ino),
        node: DeviceNumber {
            major: answer.stx_rdev_major,
            minor: answer.stx_rdev_minor,
        },
        size: answer.stx_size,
        mount: told.then_some(answer.stx_mnt_id),
    }
}

fn kind_of(kind: FileType) -> FileKind {
    match kind {
        FileType::BlockDevice => FileKind::Block,
        FileType::CharacterDevice => FileKind::Character,
        FileType::RegularFile => FileKind::Regular,
        FileType::Directory => FileKind::Directory,
        FileType::Fifo => FileKind::Pipe,
        FileType::Socket => FileKind::Socket,
        _ => FileKind::Unknown,
    }
}

/// A device number as `st_dev` writes it.
pub(super) fn encode(number: DeviceNumber) -> u64 {
    rustix::fs::makedev(number.major, number.minor)
}

/// A device number out of `st_dev`, or out of a kernel structure that uses the same encoding.
pub(super) fn decode(number: u64) -> DeviceNumber {
    DeviceNumber {
        major: rustix::fs::major(number),
        minor: rustix::fs::minor(number),
    }
}
