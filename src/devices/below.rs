//! Writing below one folder and nowhere else, whatever links somebody plants on the way.
//!
//! Every name is one component and is looked up in an open folder, links never followed: `openat2(2)` on
//! Linux. A path of many components is walked once; a folder stays open for all of its files.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, is_separator};
use std::time::{Duration, SystemTime};

use super::sys;

/// An open folder. What is reached through it lies below it.
#[derive(Debug)]
pub struct Below {
    folder: sys::Folder,
    owner: Option<(u32, u32)>,
}

impl Below {
    /// Opens an existing folder. Links that lead to it are followed: people name it.
    ///
    /// # Errors
    /// What the system answered.
    pub fn open(folder: &Path) -> io::Result<Self> {
        Ok(Self {
            folder: sys::Folder::open(folder)?,
            owner: None,
        })
    }

    /// The same folder, where all that is made from now on belongs to this user and group.
    #[must_use]
    pub fn owned_by(mut self, user: u32, group: u32) -> Self {
        self.owner = Some((user, group));
        self
    }

    /// The folder at `relative`, one name after another, made where it is missing.
    ///
    /// # Errors
    /// `InvalidInput` for what is not one name; what the system answered, also where a name is that of a
    /// link or of a file.
    pub fn make_folders(&self, relative: &[&str]) -> io::Result<Self> {
        relative.iter().try_for_each(|name| check(name))?;
        if let Some(folder) = self.folder.descend(relative)? {
            return Ok(self.with(folder));
        }
        let mut reached = self.folder.descend(&[])?.ok_or(ErrorKind::NotFound)?;
        for name in relative {
            let (next, made) = reached.child(name)?;
            if let (true, Some((user, group))) = (made, self.owner) {
                next.give(user, group)?;
            }
            reached = next;
        }
        Ok(self.with(reached))
    }

    const fn with(&self, folder: sys::Folder) -> Self {
        Self {
            folder,
            owner: self.owner,
        }
    }

    /// Makes a new file for reading and writing. The user's mask decides who else may read it.
    ///
    /// # Errors
    /// `AlreadyExists`, also for a link that leads nowhere; `InvalidInput` for what is not one name; what
    /// the system answered.
    pub fn create_new(&self, name: &str) -> io::Result<File> {
        check(name)?;
        let file = self.folder.create_new(name)?;
        if let Some((user, group)) = self.owner {
            sys::give_open(&file, user, group)?;
        }
        Ok(file)
    }

    /// Gives the file `from` of this folder the name `to` in `folder`. What has that name already, a link
    /// itself and not what it leads to, is replaced with `replace` alone.
    ///
    /// # Errors
    /// `AlreadyExists`; `InvalidInput` for what is not one name; what the system answered.
    pub fn rename_new(&self, from: &str, folder: &Self, to: &str, replace: bool) -> io::Result<()> {
        check(from)?;
        check(to)?;
        if replace {
            self.folder.rename(from, &folder.folder, to)
        } else {
            self.folder.rename_new(from, &folder.folder, to)
        }
    }

    /// Whether something has this name here, a link included.
    ///
    /// # Errors
    /// `InvalidInput` for what is not one name; what the system answered.
    pub fn has(&self, name: &str) -> io::Result<bool> {
        check(name)?;
        self.folder.has(name)
    }

    /// Removes a file, or a link itself.
    ///
    /// # Errors
    /// `InvalidInput` for what is not one name; what the system answered.
    pub fn remove_file(&self, name: &str) -> io::Result<()> {
        check(name)?;
        self.folder.remove_file(name)
    }

    /// Removes an empty folder.
    ///
    /// # Errors
    /// `InvalidInput` for what is not one name; what the system answered.
    pub fn remove_folder(&self, name: &str) -> io::Result<()> {
        check(name)?;
        self.folder.remove_folder(name)
    }

    /// Waits until the names in this folder are on the medium, where the system can do that for a folder.
    ///
    /// # Errors
    /// What the system answered.
    pub fn sync(&self) -> io::Result<()> {
        self.folder.sync()
    }
}

/// Sets when a file was last modified: seconds since 1970-01-01T00:00:00Z and nanoseconds after them.
///
/// # Errors
/// `InvalidInput` for an instant that this system cannot write; what the system answered.
pub fn set_modified(file: &File, seconds: i64, nanoseconds: u32) -> io::Result<()> {
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let instant = if seconds < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(whole)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(whole)
    };
    let instant = instant.and_then(|instant| instant.checked_add(Duration::from_nanos(nanoseconds.into())));
    file.set_modified(instant.ok_or(ErrorKind::InvalidInput)?)
}

/// One name, and none that leads elsewhere.
fn check(name: &str) -> io::Result<()> {
    let leads_elsewhere = |c: char| is_separator(c) || c == '\0' || (cfg!(windows) && c == ':');
    if matches!(name, "" | "." | "..") || name.contains(leads_elsewhere) {
        return Err(ErrorKind::InvalidInput.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Seek, Write};

    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_no_names() {
        let folder = tempfile::tempdir().unwrap();
        let below = Below::open(folder.path()).unwrap();
        for name in ["", ".", "..", "a/b", "/a", "a/", "a\0b"] {
            let kinds = [
                below.create_new(name).unwrap_err().kind(),
                below.make_folders(&["fine", name]).unwrap_err().kind(),
                below.rename_new("a", &below, name, true).unwrap_err().kind(),
                below.rename_new(name, &below, "a", true).unwrap_err().kind(),
                below.remove_file(name).unwrap_err().kind(),
                below.remove_folder(name).unwrap_err().kind(),
                below.has(name).unwrap_err().kind(),
            ];
            assert_eq!(kinds, [ErrorKind::InvalidInput; 7], "{name:?}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn files_are_made_renamed_and_dated() {
        let folder = tempfile::tempdir().unwrap();
        let below = Below::open(folder.path()).unwrap();
        let deep = below.make_folders(&["a", "二", "c"]).unwrap();
        let mut file = deep.create_new("new").unwrap();
        file.write_all(b"abc").unwrap();
        set_modified(&file, 1_700_000_000, 123_456_700).unwrap();
        below
            .make_folders(&["a", "二", "c"])
            .unwrap()
            .rename_new("new", &below.make_folders(&["a"]).unwrap(), "final", false)
            .unwrap();
        deep.sync().unwrap();
        assert!(!deep.has("new").unwrap());
        let path = folder.path().join("a/final");
        assert_eq!(std::fs::read(&path).unwrap(), b"abc");
        let modified = path.metadata().unwrap().modified().unwrap();
        let since = modified.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(since, Duration::new(1_700_000_000, 123_456_700));
        file.rewind().unwrap();
        let mut seen = String::new();
        file.read_to_string(&mut seen).unwrap();
        assert_eq!(seen, "abc");
        set_modified(&file, -86_400, 0).unwrap();
        let modified = path.metadata().unwrap().modified().unwrap();
        assert_eq!(
            SystemTime::UNIX_EPOCH.duration_since(modified).unwrap(),
            Duration::from_secs(86_400)
        );
        assert!(set_modified(&file, i64::MAX, u32::MAX).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_made_belongs_to_the_owner_and_what_was_there_does_not_change() {
        use std::os::unix::fs::MetadataExt;
        if !crate::devices::is_root() {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("there")).unwrap();
        let below = Below::open(folder.path()).unwrap().owned_by(1234, 2345);
        let deep = below.make_folders(&["there", "new", "newer"]).unwrap();
        deep.create_new("file").unwrap();
        let owner = |path: &str| {
            let told = folder.path().join(path).metadata().unwrap();
            (told.uid(), told.gid())
        };
        assert_eq!(owner("there"), (0, 0));
        for path in ["there/new", "there/new/newer", "there/new/newer/file"] {
            assert_eq!(owner(path), (1234, 2345), "{path}");
        }
    }
}
