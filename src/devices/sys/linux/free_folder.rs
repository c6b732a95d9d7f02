//! The folder that a run over free space has at the mount point: made, emptied, and recognised after a run was killed.
//!
//! Everything in it is reached through the open folder, no link followed. It is locked for as long as its run goes on.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, FileType, FlockOperation, Mode, OFlags, Stat};
use rustix::io::Errno;
use rustix::rand::GetRandomFlags;

use super::file_folder::FileFolder;
use super::free_look::{self, FOLDER_START};
use super::stat;
use crate::devices::error::DeviceError;
use crate::devices::free_space::FreeSpaceFacts;
use crate::progress::StopSignal;
use crate::units::ByteCount;

/// An empty file in each such folder, which says whose it is.
pub(super) const MARK: &str = "made-by-keshiin-wipe-free";

/// How long every other name in it is, at most.
pub(super) const LONGEST_NAME: usize = 8;

/// Only its owner sees into it.
const PRIVATE: u32 = 0o700;

/// The folder of one run, open.
#[derive(Debug)]
pub(super) struct RunFolder {
    pub(super) parent: FileFolder,
    pub(super) folder: FileFolder,
    pub(super) name: OsString,
    pub(super) path: PathBuf,
    /// What its mark is: device and inode number.
    pub(super) mark: (u64, u64),
}

impl RunFolder {
    /// Makes a new one at the mount point, and locks it.
    pub(super) fn make(facts: &FreeSpaceFacts) -> Result<Self, DeviceError> {
        let failed = |errno| DeviceError::CannotFill {
            path: facts.mount_point.clone(),
            errno,
        };
        let parent = mount_point(facts)?;
        let name = new_name().map_err(failed)?;
        let made = rustix::fs::mkdirat(parent.file(), &name, Mode::from_raw_mode(PRIVATE));
        made.map_err(|errno| failed(errno.raw_os_error()))?;
        let folder = parent.open_folder(&name).map_err(failed)?;
        let path = facts.mount_point.join(&name);
        let mut run = Self {
            parent,
            folder,
            name,
            path,
            mark: (0, 0),
        };
        // From here on what fails removes it again.
        match run.settle() {
            Ok(()) => Ok(run),
            Err(errno) => {
                let _ = run.empty();
                Err(failed(errno))
            }
        }
    }

    /// Its rights, its lock and its mark.
    fn settle(&mut self) -> Result<(), i32> {
        let folder = self.folder.file();
        // FAT has no rights of its own.
        let _ = rustix::fs::fchmod(folder, Mode::from_raw_mode(PRIVATE));
        lock(&self.folder)?;
        let mark = self.create(OsStr::new(MARK))?;
        self.mark = stat::stat_open(&mark)?.identity;
        Ok(())
    }

    /// A new file in it.
    pub(super) fn create(&self, name: &OsStr) -> Result<std::fs::File, i32> {
        create(&self.folder, name)
    }

    /// Removes everything that a run puts there, and the folder itself; what was not there was removed before.
    pub(super) fn empty(&self) -> Result<(), (PathBuf, i32)> {
        let at = |name: &OsStr| self.path.join(name);
        for name in self.folder.names().map_err(|errno| (self.path.clone(), errno))? {
            // The mark goes last: what is left behind without it would not be known again.
            if is_own_name(&name) && name != MARK {
                remove_one(&self.folder, &name).map_err(|errno| (at(&name), errno))?;
            }
        }
        let mark = gone(self.folder.remove_file(OsStr::new(MARK)));
        mark.map_err(|errno| (at(OsStr::new(MARK)), errno))?;
        gone(self.parent.remove_folder(&self.name)).map_err(|errno| (self.path.clone(), errno))?;
        self.parent.sync().map_err(|errno| (self.path.clone(), errno))
    }
}

/// A new file in an open folder.
pub(super) fn create(folder: &FileFolder, name: &OsStr) -> Result<std::fs::File, i32> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    rustix::fs::openat(folder.file(), name, flags, Mode::from_raw_mode(0o600))
        .map(std::fs::File::from)
        .map_err(Errno::raw_os_error)
}

/// The open folder that the file system is mounted at.
fn mount_point(facts: &FreeSpaceFacts) -> Result<FileFolder, DeviceError> {
    let path = || facts.mount_point.clone();
    let opened = FileFolder::open(&facts.mount_point);
    let folder = opened.map_err(|errno| DeviceError::CannotOpen { path: path(), errno })?;
    let now = rustix::fs::fstat(folder.file()).map(|told| stat::decode(told.st_dev));
    if now == Ok(facts.system.number) {
        return Ok(folder);
    }
    let field = "file system";
    Err(DeviceError::FileChanging { path: path(), field })
}

fn lock(folder: &FileFolder) -> Result<(), i32> {
    match rustix::fs::flock(folder.file(), FlockOperation::NonBlockingLockExclusive) {
        // Without locks a second run at the same time is not seen.
        Err(Errno::NOSYS | Errno::OPNOTSUPP | Errno::NOLCK) => Ok(()),
        answer => answer.map_err(Errno::raw_os_error),
    }
}

fn new_name() -> Result<OsString, i32> {
    let mut drawn = [0; 8];
    let count = rustix::rand::getrandom(&mut drawn, GetRandomFlags::empty()).map_err(Errno::raw_os_error)?;
    if count < drawn.len() {
        return Err(libc::EIO);
    }
    Ok(format!("{FOLDER_START}{:016x}", u64::from_be_bytes(drawn)).into())
}

/// What is gone already needs no removal.
fn gone(answer: Result<(), i32>) -> Result<(), i32> {
    match answer {
        Err(libc::ENOENT) => Ok(()),
        answer => answer,
    }
}

/// Whether a run names something in its folder like this, or has renamed it to this.
fn is_own_name(name: &OsStr) -> bool {
    let short = name.len() <= LONGEST_NAME && name.as_bytes().iter().all(u8::is_ascii_alphanumeric);
    short || name == MARK
}

/// Removes a file, or a folder of files one below.
fn remove_one(folder: &FileFolder, name: &OsStr) -> Result<(), i32> {
    match folder.remove_file(name) {
        Err(libc::EISDIR | libc::EPERM) => {
            let below = folder.open_folder(name)?;
            for name in below.names()?.iter().filter(|name| is_own_name(name)) {
                gone(below.remove_file(name))?;
            }
            gone(folder.remove_folder(name))
        }
        answer => gone(answer),
    }
}

/// Removes the folders of runs that were killed. Nothing is touched before everything was looked at.
pub(crate) fn remove_left_behind(
    facts: &FreeSpaceFacts,
    stop: &StopSignal,
) -> Result<ByteCount, DeviceError> {
    let parent = mount_point(facts)?;
    let mut total = 0;
    let mut all = Vec::new();
    for path in &facts.left_behind {
        let Some(name) = path.file_name().filter(|name| free_look::is_folder_name(name)) else {
            continue;
        };
        let name = name.to_owned();
        if parent.identity_of(&name) == Err(libc::ENOENT) {
            continue;
        }
        let (folder, bytes) = recognise(&parent, &name, path)?;
        total += bytes;
        let parent = parent.same().map_err(|errno| cannot_remove(path, errno))?;
        let path = path.clone();
        all.push(RunFolder {
            parent,
            folder,
            name,
            path,
            mark: (0, 0),
        });
    }
    for run in all {
        if stop.is_raised() {
            return Err(DeviceError::FillStopped);
        }
        run.empty().map_err(|(path, errno)| cannot_remove(&path, errno))?;
    }
    Ok(ByteCount(total))
}

pub(super) fn cannot_remove(path: &Path, errno: i32) -> DeviceError {
    let path = path.to_owned();
    DeviceError::CannotRemove { path, errno }
}

/// Opens the folder `name`, if it and everything in it is what a run leaves behind; how many bytes its files have.
fn recognise(parent: &FileFolder, name: &OsStr, path: &Path) -> Result<(FileFolder, u64), DeviceError> {
    let foreign = |reason: String| DeviceError::NotLeftBehind {
        path: path.to_owned(),
        reason,
    };
    let opened = parent.open_folder(name);
    let folder = opened.map_err(|errno| match errno {
        libc::ENOTDIR | libc::ELOOP => foreign("it is no folder".to_owned()),
        errno => foreign(format!("it cannot be opened: system error {errno}")),
    })?;
    match lock(&folder) {
        Err(libc::EWOULDBLOCK) => {
            return Err(DeviceError::Locked {
                path: path.to_owned(),
            });
        }
        answer => answer.map_err(|errno| foreign(format!("it cannot be locked: system error {errno}")))?,
    }
    is_private(parent, &folder).map_err(foreign)?;
    let bytes = content(&folder).map_err(foreign)?;
    Ok((folder, bytes))
}

fn told(errno: i32) -> String {
    format!("system error {errno}")
}

/// Whether the folder is on the same file system, of this user or root, and for nobody else.
fn is_private(parent: &FileFolder, folder: &FileFolder) -> Result<(), String> {
    let stat =
        |folder: &FileFolder| rustix::fs::fstat(folder.file()).map_err(|errno| told(errno.raw_os_error()));
    let (above, own) = (stat(parent)?, stat(folder)?);
    if above.st_dev != own.st_dev {
        return Err("another file system is mounted there".to_owned());
    }
    // FAT has neither owners nor rights.
    if matches!(free_look::kind_of(folder.file()), Some("vfat" | "exfat")) {
        return Ok(());
    }
    let me = rustix::process::geteuid().as_raw();
    if own.st_uid != me && own.st_uid != 0 {
        return Err("it belongs to another user".to_owned());
    }
    if u32::from(own.st_mode as u16) & 0o7777 != PRIVATE {
        return Err("others may look into it".to_owned());
    }
    Ok(())
}

/// How many bytes the files in it have; why it is not what a run leaves behind otherwise.
fn content(folder: &FileFolder) -> Result<u64, String> {
    let names = folder.names().map_err(told)?;
    if !names.is_empty() && !names.iter().any(|name| name == MARK) {
        return Err("its mark is missing".to_owned());
    }
    let mut total = 0;
    for name in names {
        let entry = look(folder, &name)?;
        total += match kind(&entry) {
            FileType::RegularFile if entry.st_nlink == 1 => bytes_of(&entry),
            FileType::Directory if is_own_name(&name) => emptied(folder, &name)?,
            _ => return Err(unexpected(&name)),
        };
    }
    Ok(total)
}

/// The same for a folder of unused inodes: files without content, and links to nowhere.
fn emptied(folder: &FileFolder, name: &OsStr) -> Result<u64, String> {
    let below = folder.open_folder(name).map_err(told)?;
    let same = rustix::fs::fstat(below.file()).map(|told| told.st_dev);
    if same != rustix::fs::fstat(folder.file()).map(|told| told.st_dev) {
        return Err(unexpected(name));
    }
    for name in below.names().map_err(told)? {
        let entry = look(&below, &name)?;
        let fits = match kind(&entry) {
            FileType::RegularFile => entry.st_size == 0,
            FileType::Symlink => true,
            _ => false,
        };
        if !fits || entry.st_nlink != 1 {
            return Err(unexpected(&name));
        }
    }
    Ok(0)
}

fn look(folder: &FileFolder, name: &OsStr) -> Result<Stat, String> {
    if !is_own_name(name) {
        return Err(unexpected(name));
    }
    let entry = rustix::fs::statat(folder.file(), name, AtFlags::SYMLINK_NOFOLLOW);
    entry.map_err(|errno| told(errno.raw_os_error()))
}

fn unexpected(name: &OsStr) -> String {
    format!("{} is in it", Path::new(name).display())
}

fn kind(entry: &Stat) -> FileType {
    FileType::from_raw_mode(entry.st_mode)
}

fn bytes_of(entry: &Stat) -> u64 {
    u64::try_from(entry.st_blocks).unwrap_or(0).saturating_mul(512)
}

/// A number as a name that fits: of eight characters, the first of which says what it is.
pub(super) fn numbered(first: u8, number: u32) -> OsString {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut name = vec![first; LONGEST_NAME];
    let mut rest = number as usize;
    for place in name.iter_mut().skip(1).rev() {
        *place = DIGITS[rest % DIGITS.len()];
        rest /= DIGITS.len();
    }
    OsString::from_vec(name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn numbered_names_are_own_names_and_all_different() {
        let names: HashSet<_> = (0..100_000).map(|number| numbered(b'f', number)).collect();
        assert_eq!(names.len(), 100_000);
        assert!(
            names
                .iter()
                .all(|name| is_own_name(name) && name.len() == LONGEST_NAME)
        );
        assert_eq!(numbered(b'f', 37), "f0000011");
        assert!(is_own_name(OsStr::new(MARK)));
        for other in ["photo.jpg", "f00000110", "a b", ".profile"] {
            assert!(!is_own_name(OsStr::new(other)), "{other}");
        }
    }
}
