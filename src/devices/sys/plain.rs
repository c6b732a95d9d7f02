//! What the standard library alone can do about a folder, where no system call keeps links out: every
//! name is looked at before it is used.
//!
//! Between looking and using there is a moment. Built for tests on every system.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// A folder by its resolved path.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let path = fs::canonicalize(path)?;
        if !fs::metadata(&path)?.is_dir() {
            return Err(ErrorKind::NotADirectory.into());
        }
        Ok(Self(path))
    }

    pub(crate) fn descend(&self, names: &[&str]) -> io::Result<Option<Self>> {
        let mut reached = self.0.clone();
        for name in names {
            reached.push(name);
            match fs::symlink_metadata(&reached) {
                Ok(told) if told.is_dir() => {}
                Ok(_) => return Err(ErrorKind::NotADirectory.into()),
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        Ok(Some(Self(reached)))
    }

    pub(crate) fn child(&self, name: &str) -> io::Result<(Self, bool)> {
        if let Some(found) = self.descend(&[name])? {
            return Ok((found, false));
        }
        fs::create_dir(self.0.join(name))?;
        Ok((Self(self.0.join(name)), true))
    }

    pub(crate) fn create_new(&self, name: &str) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        options.open(self.0.join(name))
    }

    pub(crate) fn rename(&self, from: &str, folder: &Self, to: &str) -> io::Result<()> {
        fs::rename(self.0.join(from), folder.0.join(to))
    }

    pub(crate) fn rename_new(&self, from: &str, folder: &Self, to: &str) -> io::Result<()> {
        match fs::hard_link(self.0.join(from), folder.0.join(to)) {
            Ok(()) => self.remove_file(from),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
            Err(_) if folder.has(to)? => Err(ErrorKind::AlreadyExists.into()),
            Err(_) => self.rename(from, folder, to),
        }
    }

    pub(crate) fn has(&self, name: &str) -> io::Result<bool> {
        match fs::symlink_metadata(self.0.join(name)) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    pub(crate) fn remove_file(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.0.join(name))
    }

    pub(crate) fn remove_folder(&self, name: &str) -> io::Result<()> {
        fs::remove_dir(self.0.join(name))
    }

    #[cfg_attr(
        all(test, target_os = "linux"),
        expect(dead_code, reason = "used where this is the floor")
    )]
    pub(crate) fn sync(&self) -> io::Result<()> {
        let Self(_) = self;
        Ok(())
    }

    #[cfg_attr(
        all(test, target_os = "linux"),
        expect(dead_code, reason = "used where this is the floor")
    )]
    pub(crate) fn give(&self, _user: u32, _group: u32) -> io::Result<()> {
        let Self(_) = self;
        Ok(())
    }
}
