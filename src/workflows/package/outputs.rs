//! Files that come out of a package: in a folder of their own until everything holds, then under their names.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::devices::{self, Below};
use crate::sealing::{Entry, Outputs};

use super::super::{Lent, Refusal, WorkflowError, chores};
use super::PackageRefusal;

/// Where files are written. Whatever was not given its final name is removed when this is dropped.
pub(super) struct Staged {
    out: PathBuf,
    target: Below,
    stage: Below,
    name: String,
    folders: Mutex<HashMap<String, Arc<Below>>>,
}

impl Staged {
    /// A stage below the folder `out`.
    pub(super) fn new(out: &Path, lent: &Lent<'_>) -> Result<Self, WorkflowError> {
        let failed = |error: io::Error| WorkflowError::File {
            path: out.to_owned(),
            reason: error.to_string(),
        };
        let mut target = Below::open(out).map_err(failed)?;
        if let Some(owner) = lent.owner {
            target = target.owned_by(owner.user, owner.group);
        }
        let name = format!(".keshiin-{}", chores::plain_signs(&crate::crypto::random::<8>()?));
        let stage = target.make_folders(&[&name]).map_err(failed)?;
        Ok(Self {
            out: out.to_owned(),
            target,
            stage,
            name,
            folders: Mutex::new(HashMap::new()),
        })
    }

    /// Where a file lies until it has its name.
    pub(super) fn path_of(&self, entry: &Entry) -> PathBuf {
        self.out.join(&self.name).join(entry.spelling())
    }

    /// Gives everything its final name: at once what is new at the top, file by file what joins a folder.
    pub(super) fn release<'a>(
        &self,
        entries: impl Iterator<Item = &'a Entry>,
        replace: bool,
    ) -> Result<(), WorkflowError> {
        let (mut targets, mut tops) = (HashMap::new(), HashMap::new());
        for entry in entries {
            let moved = self.release_top(entry, &mut tops).and_then(|moved| {
                if moved {
                    Ok(())
                } else {
                    self.release_one(entry, replace, &mut targets)
                }
            });
            moved.map_err(|error| WorkflowError::File {
                path: self.out.join(entry.spelling()),
                reason: error.to_string(),
            })?;
        }
        let _ = self.target.sync();
        Ok(())
    }

    /// Moves the first folder of an entry's path, or the entry itself, with all that is in it, where nothing has
    /// that name yet. Says whether it was moved, now or before.
    fn release_top(&self, entry: &Entry, tops: &mut HashMap<String, bool>) -> io::Result<bool> {
        let spelling = entry.spelling();
        let top = spelling.split('/').next().unwrap_or(spelling);
        if let Some(moved) = tops.get(top) {
            return Ok(*moved);
        }
        let moved = match self.stage.rename_new(top, &self.target, top, false) {
            Ok(()) => true,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => false,
            Err(error) => return Err(error),
        };
        tops.insert(top.to_owned(), moved);
        Ok(moved)
    }

    fn release_one(
        &self,
        entry: &Entry,
        replace: bool,
        targets: &mut HashMap<String, Arc<Below>>,
    ) -> io::Result<()> {
        let (folder, name) = split(entry.spelling());
        if entry.file.is_none() {
            let parts: Vec<&str> = entry.spelling().split('/').collect();
            return self.target.make_folders(&parts).map(drop);
        }
        let from = self.folder(folder)?;
        let to = match targets.get(folder) {
            Some(known) => Arc::clone(known),
            None => {
                let made = Arc::new(self.target.make_folders(&parts(folder))?);
                targets.insert(folder.to_owned(), Arc::clone(&made));
                made
            }
        };
        from.rename_new(name, &to, name, replace)
    }

    fn folder(&self, folder: &str) -> io::Result<Arc<Below>> {
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = folders.get(folder) {
            return Ok(Arc::clone(known));
        }
        let made = Arc::new(self.stage.make_folders(&parts(folder))?);
        // A million folders need not all stay open.
        if folders.len() >= 256 {
            folders.clear();
        }
        folders.insert(folder.to_owned(), Arc::clone(&made));
        Ok(made)
    }
}

impl Outputs for Staged {
    fn folder(&self, _: usize, entry: &Entry) -> io::Result<()> {
        self.folder(entry.spelling()).map(drop)
    }

    fn create(&self, _: usize, entry: &Entry) -> io::Result<Box<dyn Write + Send>> {
        let (folder, name) = split(entry.spelling());
        let file = self.folder(folder)?.create_new(name)?;
        Ok(Box::new(Released {
            file,
            modified: entry.file.and_then(|file| file.modified),
        }))
    }

    fn finish(&self, _: usize, _: &Entry, mut file: Box<dyn Write + Send>) -> io::Result<()> {
        file.flush()
    }
}

/// A file that gets its time when all of it was written.
struct Released {
    file: File,
    modified: Option<(i64, u32)>,
}

impl Write for Released {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Some((seconds, nanos)) = self.modified {
            // A time that this file system cannot keep is no reason to withhold the file.
            let _ = devices::set_modified(&self.file, seconds, nanos);
        }
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // Links inside it are removed, never followed.
        let _ = fs::remove_dir_all(self.out.join(&self.name));
    }
}

/// Folder and name of a path.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

fn parts(folder: &str) -> Vec<&str> {
    if folder.is_empty() {
        Vec::new()
    } else {
        folder.split('/').collect()
    }
}

/// A link between `out` and `path`: nothing is written through it.
fn link_above(out: &Path, path: &Path) -> Option<PathBuf> {
    let folders = path.ancestors().skip(1).take_while(|folder| *folder != out);
    let is_link = |folder: &&Path| folder.symlink_metadata().is_ok_and(|found| found.is_symlink());
    folders.filter(is_link).last().map(Path::to_owned)
}

/// Files that are there already under names that would be given.
pub(super) fn conflicts<'a>(out: &Path, entries: impl Iterator<Item = &'a Entry>) -> Vec<Refusal> {
    let mut absent: Option<String> = None;
    let mut refusals = Vec::new();
    for entry in entries {
        let spelling = entry.spelling();
        let top = spelling.split('/').next().unwrap_or(spelling);
        if absent.as_deref() == Some(top) {
            continue;
        }
        if out.join(top).symlink_metadata().is_err() {
            absent = Some(top.to_owned());
            continue;
        }
        let path = out.join(spelling);
        if let Some(link) = link_above(out, &path) {
            refusals.push(PackageRefusal::LinkInTheWay { path: link }.into());
            continue;
        }
        match path.symlink_metadata() {
            Ok(found) if entry.file.is_none() && found.is_dir() => {}
            Ok(_) => refusals.push(Refusal::Exists { path }),
            Err(_) => {}
        }
    }
    refusals
}
