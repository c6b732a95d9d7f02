//! An open folder, and what is reached through it: `openat2(2)` with nothing but what lies beneath, no
//! links (Linux 5.6), else one component after another, each without following a link.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Mode, OFlags, RenameFlags, ResolveFlags};
use rustix::io::Errno;
use rustix::process::{Gid, Uid};

/// A folder that is opened to look names up in it.
const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// An open folder.
#[derive(Debug)]
pub(crate) struct Folder(OwnedFd);

impl Folder {
    /// Opens an existing folder, links followed.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self(rustix::fs::openat(CWD, path, FOLDER, Mode::empty())?))
    }

    /// The folder at `names`, at once; none where one is missing, or the kernel cannot do it at once.
    pub(crate) fn descend(&self, names: &[&str]) -> io::Result<Option<Self>> {
        if names.is_empty() {
            return Ok(Some(Self(self.0.try_clone()?)));
        }
        let beneath = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        match rustix::fs::openat2(&self.0, names.join("/"), FOLDER, Mode::empty(), beneath) {
            Ok(found) => Ok(Some(Self(found))),
            // Missing; no such call, or one that a sandbox forbids; names moved meanwhile; a path too long
            // for one call.
            Err(Errno::NOENT | Errno::NOSYS | Errno::PERM | Errno::AGAIN | Errno::NAMETOOLONG) => Ok(None),
            Err(errno) => Err(errno.into()),
        }
    }

    /// The folder `name`, and whether it was made for that.
    pub(crate) fn child(&self, name: &str) -> io::Result<(Self, bool)> {
        let open = || rustix::fs::openat(&self.0, name, FOLDER | OFlags::NOFOLLOW, Mode::empty());
        match open() {
            Ok(found) => return Ok((Self(found), false)),
            Err(Errno::NOENT) => {}
            Err(errno) => return Err(errno.into()),
        }
        let made = match rustix::fs::mkdirat(&self.0, name, Mode::from_raw_mode(0o777)) {
            Ok(()) => true,
            Err(Errno::EXIST) => false,
            Err(errno) => return Err(errno.into()),
        };
        Ok((Self(open()?), made))
    }

    /// A new file.
    pub(crate) fn create_new(&self, name: &str) -> io::Result<File> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&self.0, name, flags, Mode::from_raw_mode(0o666))?;
        Ok(File::from(file))
    }

    /// Renames, and replaces what has the new name.
    pub(crate) fn rename(&self, from: &str, folder: &Self, to: &str) -> io::Result<()> {
        Ok(rustix::fs::renameat(&self.0, from, &folder.0, to)?)
    }

    /// Renames, and fails where something has the new name.
    pub(crate) fn rename_new(&self, from: &str, folder: &Self, to: &str) -> io::Result<()> {
        match rustix::fs::renameat_with(&self.0, from, &folder.0, to, RenameFlags::NOREPLACE) {
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => self.link_new(from, folder, to),
            answer => Ok(answer?),
        }
    }

    /// The same where the file system (FUSE, network) cannot do it in one step: a second name never
    /// replaces anything.
    fn link_new(&self, from: &str, folder: &Self, to: &str) -> io::Result<()> {
        match rustix::fs::linkat(&self.0, from, &folder.0, to, AtFlags::empty()) {
            Ok(()) => self.remove_file(from),
            Err(errno @ Errno::EXIST) => Err(errno.into()),
            // Without second names there is a moment between looking and renaming.
            Err(_) if folder.has(to)? => Err(io::ErrorKind::AlreadyExists.into()),
            Err(_) => self.rename(from, folder, to),
        }
    }

    /// Whether something has this name, a link included.
    pub(crate) fn has(&self, name: &str) -> io::Result<bool> {
        match rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(_) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Removes a file or link.
    pub(crate) fn remove_file(&self, name: &str) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.0, name, AtFlags::empty())?)
    }

    /// Removes an empty folder.
    pub(crate) fn remove_folder(&self, name: &str) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.0, name, AtFlags::REMOVEDIR)?)
    }

    /// Waits until its names are on the medium; some file systems know no such thing for folders.
    pub(crate) fn sync(&self) -> io::Result<()> {
        match rustix::fs::fsync(&self.0) {
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Ok(()),
            answer => Ok(answer?),
        }
    }

    /// Gives the folder itself to a user and group.
    pub(crate) fn give(&self, user: u32, group: u32) -> io::Result<()> {
        give(&self.0, user, group)
    }
}

/// Gives an open file to a user and group.
pub(crate) fn give_open(file: &File, user: u32, group: u32) -> io::Result<()> {
    give(file, user, group)
}

fn give(file: impl AsFd, user: u32, group: u32) -> io::Result<()> {
    // The reserved number means "leave as it is" to the kernel.
    if user == u32::MAX || group == u32::MAX {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    match rustix::fs::fchown(file, Some(Uid::from_raw(user)), Some(Gid::from_raw(group))) {
        // FAT and its kin know no owners: everything there belongs to who mounted it.
        Err(Errno::PERM | Errno::OPNOTSUPP | Errno::NOSYS) => Ok(()),
        answer => Ok(answer?),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_second_name_in_place_of_a_rename_replaces_nothing() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::open(root.path()).unwrap();
        fs::write(root.path().join("from"), b"new").unwrap();
        fs::write(root.path().join("there"), b"old").unwrap();
        symlink("there", root.path().join("link")).unwrap();
        symlink("none", root.path().join("dangling")).unwrap();
        for to in ["there", "link", "dangling"] {
            let refused = folder.link_new("from", &folder, to).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists, "{to}");
        }
        folder.link_new("from", &folder, "free").unwrap();
        assert!(!folder.has("from").unwrap());
        assert_eq!(fs::read(root.path().join("free")).unwrap(), b"new");
        assert_eq!(fs::read(root.path().join("there")).unwrap(), b"old");
    }

    #[test]
    fn a_way_too_long_for_one_call_is_walked() {
        let root = tempfile::tempdir().unwrap();
        let name = "n".repeat(200);
        let names = vec![name.as_str(); 30];
        let mut reached = Folder::open(root.path()).unwrap();
        for name in &names {
            reached = reached.child(name).unwrap().0;
        }
        reached.create_new("deep").unwrap();
        let folder = Folder::open(root.path()).unwrap();
        assert!(folder.descend(&names).unwrap().is_none());
        assert!(folder.descend(&names[..10]).unwrap().is_some());
    }

    #[test]
    fn nothing_is_given_to_nobody() {
        let file = tempfile::tempfile().unwrap();
        assert!(give_open(&file, u32::MAX, 0).is_err());
        assert!(give_open(&file, 0, u32::MAX).is_err());
    }
}
