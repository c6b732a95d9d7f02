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

/// A million folders need not all stay open.
const MOST_OPEN: usize = 256;

/// What becomes of a name at the top.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Top {
    /// It was not tried yet.
    Waits,
    /// It has its place, with all that is in it.
    Moved,
    /// It goes file by file.
    Apart,
}

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

    /// The path in the package that a staged file has.
    pub(super) fn path_in(&self, staged: &Path) -> PathBuf {
        let below = staged.strip_prefix(self.out.join(&self.name));
        below.unwrap_or(staged).to_owned()
    }

    /// Gives everything its final name: at once what is new at the top, file by file what joins a folder.
    pub(super) fn release<'a>(
        &self,
        entries: impl Iterator<Item = &'a Entry> + Clone,
        replace: bool,
    ) -> Result<(), WorkflowError> {
        // Some systems rename no folder in which something is open.
        self.folders
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        let (mut targets, mut tops) = (HashMap::new(), tops(entries.clone()));
        for entry in entries {
            if self.release_top(entry, &mut tops) {
                continue;
            }
            let moved = self.release_one(entry, replace, &mut targets);
            moved.map_err(|error| WorkflowError::File {
                path: self.out.join(entry.spelling()),
                reason: error.to_string(),
            })?;
        }
        let _ = self.target.sync();
        Ok(())
    }

    /// Moves the first folder of an entry's path, or the entry itself, with all that is in it, where nothing has
    /// that name yet. Says whether it was moved, now or before; what cannot be moved so goes file by file.
    fn release_top(&self, entry: &Entry, tops: &mut HashMap<String, Top>) -> bool {
        let spelled = top(entry.spelling());
        let Some(known) = tops.get_mut(top(&entry.path)) else {
            return false;
        };
        if *known == Top::Waits {
            let moved = self.stage.rename_new(spelled, &self.target, spelled, false);
            *known = if moved.is_ok() { Top::Moved } else { Top::Apart };
        }
        *known == Top::Moved
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
                if targets.len() >= MOST_OPEN {
                    targets.clear();
                }
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
        if folders.len() >= MOST_OPEN {
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

/// Every name at the top. One that is spelled in two ways may be one folder on the disk or two.
fn tops<'a>(entries: impl Iterator<Item = &'a Entry>) -> HashMap<String, Top> {
    let mut spellings: HashMap<&str, (&str, Top)> = HashMap::new();
    for entry in entries {
        let spelled = top(entry.spelling());
        let known = spellings.entry(top(&entry.path)).or_insert((spelled, Top::Waits));
        if known.0 != spelled {
            known.1 = Top::Apart;
        }
    }
    let owned = |(name, (_, state)): (&str, (&str, Top))| (name.to_owned(), state);
    spellings.into_iter().map(owned).collect()
}

fn top(path: &str) -> &str {
    path.split('/').next().unwrap_or(path)
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

/// What stands in the way of an entry, and whether it gives way to `--force`.
struct Obstacle {
    refusal: Refusal,
    gives_way: bool,
}

/// Looks from `out` down to the entry: nothing is written through a link, and no folder is made in a file's place.
fn obstacle(out: &Path, entry: &Entry) -> Option<Obstacle> {
    let (mut path, mut parts) = (out.to_owned(), entry.spelling().split('/').peekable());
    while let Some(part) = parts.next() {
        path.push(part);
        let Ok(found) = path.symlink_metadata() else {
            return None;
        };
        let is_last = parts.peek().is_none();
        let stays = if is_last && entry.file.is_some() {
            // A file, or a link itself, gives way to a file; a folder gives way to nothing.
            let gives_way = !found.is_dir();
            let refusal = Refusal::Exists { path };
            return Some(Obstacle { refusal, gives_way });
        } else if found.is_symlink() {
            PackageRefusal::LinkInTheWay { path: path.clone() }.into()
        } else if found.is_dir() {
            continue;
        } else {
            Refusal::Exists { path: path.clone() }
        };
        return Some(Obstacle {
            refusal: stays,
            gives_way: false,
        });
    }
    None
}

/// What is there already where something would be written, each once; with `force` what does not give way.
pub(super) fn conflicts<'a>(
    out: &Path,
    entries: impl Iterator<Item = &'a Entry>,
    force: bool,
) -> Vec<Refusal> {
    let mut absent: Option<String> = None;
    let mut refusals: Vec<Refusal> = Vec::new();
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
        match obstacle(out, entry) {
            Some(Obstacle { refusal, gives_way })
                if !(force && gives_way) && refusals.last() != Some(&refusal) =>
            {
                refusals.push(refusal);
            }
            _ => {}
        }
    }
    refusals
}
