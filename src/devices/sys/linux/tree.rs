//! Everything on one mounted file system, one name after another: in memory that does not grow with the number of
//! files. No link is followed and nothing that is mounted elsewhere is entered. Reads only.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::rc::Rc;

use rustix::fs::{Dir, DirEntry, FileType};
use rustix::io::Errno;

use super::file_folder::FileFolder;
use super::walk;
use crate::devices::error::DeviceError;
use crate::devices::facts::DeviceNumber;
use crate::devices::file_facts::FileSystemFacts;
use crate::devices::sys::{Found, FoundKind};

/// How deep folders are followed: each has two descriptors open.
const DEEPEST: usize = 200;

/// What was come upon.
#[derive(Debug)]
pub(super) enum Met {
    /// A folder, before what is in it; the first is the root.
    Folder(Rc<FileFolder>),
    /// A regular file by one of its names.
    File {
        /// Where the name stands.
        folder: Rc<FileFolder>,
        /// The name.
        name: OsString,
        /// The inode that the entry tells.
        inode: u64,
    },
    /// A folder that could not be looked into, or something of which that is not known.
    Unseen,
}

struct Level {
    folder: Rc<FileFolder>,
    entries: Dir,
}

/// A walk over a file system.
pub(super) struct Tree {
    number: DeviceNumber,
    /// The folder that comes next, not yet told.
    entered: Option<Rc<FileFolder>>,
    levels: Vec<Level>,
}

impl Tree {
    /// Begins at the mount point.
    ///
    /// # Errors
    /// Another file system is mounted there by now, or it cannot be opened.
    pub(super) fn new(system: &FileSystemFacts) -> Result<Self, DeviceError> {
        let path = || system.mount_point.clone();
        let failed = |errno| DeviceError::CannotRead { path: path(), errno };
        let root = FileFolder::open(&system.mount_point).map_err(failed)?;
        let told = walk::found_open(root.file()).map_err(failed)?;
        if told.device != system.number {
            return Err(DeviceError::IdentityChanged {
                path: path(),
                field: "device number",
            });
        }
        Ok(Self {
            number: system.number,
            entered: Some(Rc::new(root)),
            levels: Vec::new(),
        })
    }

    /// What a name is; none where it is gone, or is not of this file system.
    pub(super) fn told(&self, folder: &FileFolder, name: &OsStr) -> Result<Option<Found>, i32> {
        match walk::found_in(folder.file(), name) {
            Ok(found) if found.device != self.number || found.mount_root == Some(true) => Ok(None),
            Ok(found) => Ok(Some(found)),
            Err(libc::ENOENT) => Ok(None),
            Err(errno) => Err(errno),
        }
    }

    /// Goes into a folder; whether there is something to tell.
    fn enter(&mut self, folder: Rc<FileFolder>) -> Met {
        match Dir::read_from(folder.file()) {
            Ok(entries) => self.levels.push(Level {
                folder: Rc::clone(&folder),
                entries,
            }),
            Err(_) => return Met::Unseen,
        }
        Met::Folder(folder)
    }

    /// What an entry leads to; none where there is nothing to tell of it.
    fn entry(&mut self, folder: &Rc<FileFolder>, entry: &DirEntry) -> Option<Met> {
        let name = OsStr::from_bytes(entry.file_name().to_bytes());
        if name == "." || name == ".." {
            return None;
        }
        let kind = match entry.file_type() {
            FileType::RegularFile => FoundKind::File,
            FileType::Directory => FoundKind::Folder,
            FileType::Unknown => match self.told(folder, name) {
                Ok(found) => found?.kind,
                Err(_) => return Some(Met::Unseen),
            },
            _ => return None,
        };
        match kind {
            FoundKind::File => Some(Met::File {
                folder: Rc::clone(folder),
                name: name.to_owned(),
                inode: entry.ino(),
            }),
            FoundKind::Folder => self.folder(folder, name),
            _ => None,
        }
    }

    fn folder(&mut self, parent: &FileFolder, name: &OsStr) -> Option<Met> {
        if self.levels.len() >= DEEPEST {
            return Some(Met::Unseen);
        }
        match self.told(parent, name) {
            Ok(found) => found?,
            Err(_) => return Some(Met::Unseen),
        };
        match parent.open_folder_here(name) {
            Ok(folder) => Some(self.enter(Rc::new(folder))),
            // Mounted over since, gone, or another thing by now.
            Err(libc::EXDEV | libc::ENOENT | libc::ENOTDIR | libc::ELOOP) => None,
            Err(_) => Some(Met::Unseen),
        }
    }
}

impl Iterator for Tree {
    type Item = Met;

    fn next(&mut self) -> Option<Met> {
        if let Some(root) = self.entered.take() {
            return Some(self.enter(root));
        }
        loop {
            let level = self.levels.last_mut()?;
            let folder = Rc::clone(&level.folder);
            match level.entries.read() {
                Some(Ok(entry)) => {
                    if let Some(met) = self.entry(&folder, &entry) {
                        return Some(met);
                    }
                }
                Some(Err(Errno::INTR)) => {}
                Some(Err(_)) => {
                    self.levels.pop();
                    return Some(Met::Unseen);
                }
                None => {
                    self.levels.pop();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::devices::sys::linux::file_systems::file_system;

    #[test]
    fn every_name_is_met_once_and_no_link_is_followed() {
        let root = tempfile::tempdir().unwrap();
        let at = root.path().canonicalize().unwrap();
        fs::create_dir_all(at.join("a/b/c")).unwrap();
        for name in ["one", "a/two", "a/b/c/three"] {
            fs::write(at.join(name), b"x").unwrap();
        }
        symlink("..", at.join("a/up")).unwrap();
        symlink("one", at.join("link")).unwrap();
        let number = walk::find(&at).unwrap().device;
        let system = FileSystemFacts {
            mount_point: at.clone(),
            ..file_system(&at, number).unwrap()
        };
        let met: Vec<Met> = Tree::new(&system).unwrap().collect();
        let names: BTreeSet<_> = met
            .iter()
            .filter_map(|met| match met {
                Met::File { name, .. } => Some(name.to_str().unwrap()),
                _ => None,
            })
            .collect();
        assert_eq!(names, ["one", "three", "two"].into());
        let folders = met.iter().filter(|met| matches!(met, Met::Folder(_))).count();
        assert_eq!((folders, met.len()), (4, 7));
        let other = DeviceNumber {
            major: 4095,
            ..number
        };
        let other = FileSystemFacts {
            number: other,
            ..system
        };
        assert!(matches!(
            Tree::new(&other).err(),
            Some(DeviceError::IdentityChanged { .. })
        ));
    }
}
