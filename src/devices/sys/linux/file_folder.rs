//! An open folder of files that are erased: what has a name in it, and what becomes of the name.
//!
//! Opened with no link on the way and kept open, so that nobody can put another folder in its place afterwards.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

use rustix::fs::{AtFlags, Dir, Mode, OFlags, RenameFlags, ResolveFlags};
use rustix::io::Errno;
use rustix::rand::GetRandomFlags;

use super::{files, walk};

/// A folder is read as well: its blocks are looked at, and it is flushed.
const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::CLOEXEC)
    .union(OFlags::NOFOLLOW);

/// How often another random name is tried.
const ATTEMPTS: u32 = 32;

pub(super) const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// An open folder.
#[derive(Debug)]
pub(super) struct FileFolder(File);

/// What an entry of the folder is: device and inode number.
type Identity = (u64, u64);

impl FileFolder {
    /// Opens the folder `path`, an empty one for the current folder; the system's error number otherwise.
    pub(super) fn open(path: &Path) -> Result<Self, i32> {
        let path = if path.as_os_str().is_empty() {
            Path::new(".")
        } else {
            path
        };
        walk::open_without_links(path, FOLDER)
            .map(|folder| Self(File::from(folder)))
            .map_err(Errno::raw_os_error)
    }

    /// The same folder, open once more.
    pub(super) fn same(&self) -> Result<Self, i32> {
        let errno = |error: std::io::Error| error.raw_os_error().unwrap_or(libc::EIO);
        Ok(Self(self.0.try_clone().map_err(errno)?))
    }

    pub(super) fn file(&self) -> &File {
        &self.0
    }

    /// Opens the regular file `name` in it to be read and written.
    pub(super) fn open_file(&self, name: &OsStr) -> Result<File, i32> {
        let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        rustix::fs::openat(&self.0, name, flags, Mode::empty())
            .map(File::from)
            .map_err(Errno::raw_os_error)
    }

    /// Opens the regular file `name` in it to ask where it lies. When it was read last stays what it was, where the
    /// system allows that.
    pub(super) fn open_to_look(&self, name: &OsStr) -> Result<File, i32> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        let open = |flags| rustix::fs::openat(&self.0, name, flags, Mode::empty());
        let opened = match open(flags | OFlags::NOATIME) {
            // Somebody else's file.
            Err(Errno::PERM) => open(flags),
            answer => answer,
        };
        opened.map(File::from).map_err(Errno::raw_os_error)
    }

    /// Opens the folder `name` in it.
    pub(super) fn open_folder(&self, name: &OsStr) -> Result<Self, i32> {
        rustix::fs::openat(&self.0, name, FOLDER, Mode::empty())
            .map(|folder| Self(File::from(folder)))
            .map_err(Errno::raw_os_error)
    }

    /// Opens the folder `name` in it, if nothing else is mounted there. When it was read last stays what it was, where
    /// the system allows that.
    pub(super) fn open_folder_here(&self, name: &OsStr) -> Result<Self, i32> {
        let within = ResolveFlags::BENEATH
            | ResolveFlags::NO_XDEV
            | ResolveFlags::NO_SYMLINKS
            | ResolveFlags::NO_MAGICLINKS;
        let open = |flags| match rustix::fs::openat2(&self.0, name, flags, Mode::empty(), within) {
            // No such call, or one that a sandbox forbids.
            Err(Errno::NOSYS) => rustix::fs::openat(&self.0, name, flags, Mode::empty()),
            answer => answer,
        };
        let opened = match open(FOLDER | OFlags::NOATIME) {
            // Somebody else's folder.
            Err(Errno::PERM) => open(FOLDER),
            answer => answer,
        };
        opened
            .map(|folder| Self(File::from(folder)))
            .map_err(Errno::raw_os_error)
    }

    /// What has the name `name` now, a link not followed.
    pub(super) fn identity_of(&self, name: &OsStr) -> Result<Identity, i32> {
        rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)
            .map(|told| (told.st_dev, told.st_ino))
            .map_err(Errno::raw_os_error)
    }

    /// Holds what has the name `name` against what should have it.
    pub(super) fn is_still(&self, name: &OsStr, identity: Identity) -> Result<(), i32> {
        if self.identity_of(name)? == identity {
            Ok(())
        } else {
            Err(libc::ESTALE)
        }
    }

    /// The names in it, without itself and its parent.
    pub(super) fn names(&self) -> Result<Vec<OsString>, i32> {
        let entries = Dir::read_from(&self.0).map_err(Errno::raw_os_error)?;
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(Errno::raw_os_error)?;
            let name = entry.file_name().to_bytes();
            if name != b"." && name != b".." {
                names.push(OsStr::from_bytes(name).to_owned());
            }
        }
        Ok(names)
    }

    /// Gives what has the name `name` a random one of the same length; none where the file system knows no such
    /// thing or every name that was tried is taken.
    pub(super) fn rename_at_random(&self, name: &OsStr) -> Result<Option<OsString>, i32> {
        if !self.is_fat() {
            return self.rename_to_letters(name, name.len());
        }
        // FAT gives a new name its entries before it takes back those of the old one, so that only the name after
        // the next can lie where the old one did; and it takes as many as the name has UTF-16 units.
        let units = name
            .to_str()
            .map_or(name.len(), |name| name.encode_utf16().count());
        let Some(first) = self.rename_to_letters(name, units)? else {
            return Ok(None);
        };
        let second = self.rename_to_letters(&first, units).unwrap_or(None);
        Ok(Some(second.unwrap_or(first)))
    }

    fn is_fat(&self) -> bool {
        let system = rustix::fs::fstatfs(&self.0).ok();
        // Some architectures have a signed or narrower field; the numbers are of 32 bits.
        let known = system.and_then(|told| files::known(told.f_type as u64 & 0xffff_ffff));
        known.is_some_and(|(name, _)| matches!(name, "vfat" | "exfat"))
    }

    fn rename_to_letters(&self, name: &OsStr, length: usize) -> Result<Option<OsString>, i32> {
        for _ in 0..ATTEMPTS {
            let new = random_name(length)?;
            match self.rename_new(name, &new) {
                Ok(()) => return Ok(Some(new)),
                Err(libc::EEXIST) => {}
                Err(libc::EINVAL | libc::ENOSYS | libc::EOPNOTSUPP | libc::ENAMETOOLONG) => return Ok(None),
                Err(errno) => return Err(errno),
            }
        }
        Ok(None)
    }

    /// Renames, and fails where something has the new name.
    pub(super) fn rename_new(&self, from: &OsStr, to: &OsStr) -> Result<(), i32> {
        rustix::fs::renameat_with(&self.0, from, &self.0, to, RenameFlags::NOREPLACE)
            .map_err(Errno::raw_os_error)
    }

    /// Gives the file `name` in it the further name `new` in `folder`; fails where something has that.
    pub(super) fn give_name(&self, name: &OsStr, folder: &Self, new: &OsStr) -> Result<(), i32> {
        rustix::fs::linkat(&self.0, name, &folder.0, new, AtFlags::empty()).map_err(Errno::raw_os_error)
    }

    /// Makes an empty file that has a name which nothing had: its owner's alone.
    pub(super) fn make_empty(&self, name: &OsStr) -> Result<File, i32> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        rustix::fs::openat(&self.0, name, flags, Mode::RUSR | Mode::WUSR)
            .map(File::from)
            .map_err(Errno::raw_os_error)
    }

    /// Removes a file.
    pub(super) fn remove_file(&self, name: &OsStr) -> Result<(), i32> {
        rustix::fs::unlinkat(&self.0, name, AtFlags::empty()).map_err(Errno::raw_os_error)
    }

    /// Removes an empty folder.
    pub(super) fn remove_folder(&self, name: &OsStr) -> Result<(), i32> {
        rustix::fs::unlinkat(&self.0, name, AtFlags::REMOVEDIR).map_err(Errno::raw_os_error)
    }

    /// Waits until its names are on the medium; some file systems know no such thing for folders.
    pub(super) fn sync(&self) -> Result<(), i32> {
        match rustix::fs::fsync(&self.0) {
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Ok(()),
            answer => answer.map_err(Errno::raw_os_error),
        }
    }
}

/// A name of `length` random ASCII letters and digits.
pub(super) fn random_name(length: usize) -> Result<OsString, i32> {
    let mut name = Vec::with_capacity(length);
    let mut drawn = [0; 64];
    while name.len() < length {
        let count =
            rustix::rand::getrandom(&mut drawn, GetRandomFlags::empty()).map_err(Errno::raw_os_error)?;
        let letters = drawn[..count]
            .iter()
            .filter_map(|byte| LETTERS.get(usize::from(byte & 63)));
        name.extend(letters.take(length - name.len()));
    }
    Ok(OsString::from_vec(name))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_random_name_is_as_long_and_replaces_nothing() {
        let root = tempfile::tempdir().unwrap();
        let folder = FileFolder::open(&root.path().canonicalize().unwrap()).unwrap();
        let name = OsStr::new("secret-name.txt");
        fs::write(root.path().join(name), b"content").unwrap();
        let new = folder.rename_at_random(name).unwrap().unwrap();
        assert_eq!(
            (new.len(), folder.names().unwrap()),
            (name.len(), vec![new.clone()])
        );
        assert!(new.as_bytes().iter().all(u8::is_ascii_alphanumeric) && new != name);
        fs::write(root.path().join("other"), b"there").unwrap();
        assert_eq!(folder.rename_new(OsStr::new("other"), &new), Err(libc::EEXIST));
        assert_eq!(fs::read(root.path().join(&new)).unwrap(), b"content");
    }

    #[test]
    fn where_every_name_is_taken_a_file_keeps_its_own() {
        let root = tempfile::tempdir().unwrap();
        for letter in LETTERS {
            fs::write(root.path().join(char::from(*letter).to_string()), b"").unwrap();
        }
        let folder = FileFolder::open(&root.path().canonicalize().unwrap()).unwrap();
        assert_eq!(folder.rename_at_random(OsStr::new("a")), Ok(None));
    }
}
