//! The room that entries leave in all folders of a file system, made zero where it is not.
//!
//! All names that are made are further names of one empty file in the root, so that those which a killed run left are
//! known by their inode and removed by the next.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::rc::Rc;

use super::ext4_rooms::{Anchor, Sweep, quietly};
use super::file_eye::Eye;
use super::file_folder::{self, FileFolder};
use super::tree::{Met, Tree};
use super::{stat, tails, walk};
use crate::devices::error::DeviceError;
use crate::devices::file_facts::FileSystemFacts;
use crate::devices::sys::FoundKind;
use crate::devices::tails::EntryTotals;
use crate::progress::StopSignal;

/// The empty file that all names are given: this, and 16 hexadecimal digits.
const ANCHOR_START: &str = ".keshiin-entries-";

/// How many folders are looked at again together.
const TOGETHER: usize = 64;

/// See [`crate::devices::clear_entries`].
pub(crate) fn clear_entries(
    system: &FileSystemFacts,
    progress: &mut dyn FnMut(u64),
    stop: &StopSignal,
) -> Result<EntryTotals, DeviceError> {
    let (eye, _) = Eye::open(system)?;
    let tree = Tree::new(system)?;
    let mut work = Work::new(system, &eye)?;
    for (number, met) in (1..).zip(tree) {
        if stop.is_raised() {
            break;
        }
        work.meet(met);
        progress(number);
    }
    work.look_again();
    work.end();
    Ok(work.totals)
}

/// A folder in which names were made and removed.
struct Filled {
    folder: Rc<FileFolder>,
    /// Its length, which must not have grown.
    size: u64,
    /// Everything that it held was in reach.
    complete: bool,
}

struct Work<'a> {
    eye: &'a Eye,
    root: FileFolder,
    /// None where folders are not looked at at all.
    sweep: Option<Sweep<'a>>,
    anchor: Option<OsString>,
    /// Empty files of runs that were killed, whose further names are removed.
    stale: HashMap<u64, (OsString, (u64, u64))>,
    waiting: Vec<Filled>,
    totals: EntryTotals,
}

impl<'a> Work<'a> {
    fn new(system: &'a FileSystemFacts, eye: &'a Eye) -> Result<Self, DeviceError> {
        let failed = |errno| DeviceError::CannotRead {
            path: system.mount_point.clone(),
            errno,
        };
        let root = FileFolder::open(&system.mount_point).map_err(failed)?;
        let synced = rustix::fs::syncfs(root.file()).is_ok();
        // The running system watches its folders.
        let is_running = stat::stat(Path::new("/")).map_or(true, |told| told.device == system.number);
        let seen = !is_running && synced && tails::is_shown(eye);
        let sweep = Sweep::new(system, eye).filter(|_| seen);
        let stale = sweep.map(|_| left_behind(&root));
        Ok(Self {
            stale: stale.unwrap_or_default(),
            eye,
            root,
            sweep,
            anchor: None,
            waiting: Vec::new(),
            totals: EntryTotals::default(),
        })
    }

    fn meet(&mut self, met: Met) {
        match met {
            Met::Folder(folder) => {
                self.totals.folders += 1;
                self.folder(folder);
            }
            Met::Unseen => {
                self.totals.folders += 1;
                self.totals.not_looked += 1;
            }
            Met::File { folder, name, inode } => self.remove_stale(&folder, &name, inode),
        }
    }

    fn folder(&mut self, folder: Rc<FileFolder>) {
        let rooms = self.sweep.and_then(|sweep| sweep.rooms(folder.file()));
        let (Some(rooms), Some(sweep)) = (rooms, self.sweep) else {
            self.totals.not_looked += 1;
            return;
        };
        if !rooms.holds {
            return;
        }
        match self.fill(sweep, &folder) {
            Ok((size, complete)) => self.waiting.push(Filled {
                folder,
                size,
                complete,
            }),
            Err(_) => self.totals.left += 1,
        }
        if self.waiting.len() >= TOGETHER {
            self.look_again();
        }
    }

    fn fill(&mut self, sweep: Sweep<'_>, folder: &FileFolder) -> Result<(u64, bool), i32> {
        let name = match self.anchor.take() {
            Some(name) => name,
            None => make_anchor(&self.root)?,
        };
        let anchor = Anchor {
            folder: &self.root,
            name: self.anchor.insert(name),
        };
        sweep.fill(folder, anchor)
    }

    fn look_again(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        if waiting.is_empty() {
            return;
        }
        let shown = rustix::fs::syncfs(self.root.file()).is_ok() && tails::is_shown(self.eye);
        for filled in waiting {
            let folder = filled.folder.file();
            let same = walk::found_open(folder).is_ok_and(|found| found.size == filled.size);
            let rooms = || self.sweep.and_then(|sweep| sweep.rooms(folder));
            let is_empty = || rooms().is_some_and(|rooms| !rooms.holds);
            if shown && filled.complete && same && is_empty() {
                self.totals.cleared += 1;
            } else {
                self.totals.left += 1;
            }
        }
    }

    /// Removes a name that a killed run made.
    fn remove_stale(&self, folder: &FileFolder, name: &OsStr, inode: u64) {
        let Some((anchor, identity)) = self.stale.get(&inode) else {
            return;
        };
        if name != anchor && folder.is_still(name, *identity).is_ok() {
            let _ = quietly(folder, || folder.remove_file(name));
        }
    }

    /// Takes the empty files away; those of other runs only when they have no other name.
    fn end(&mut self) {
        let (anchor, stale) = (self.anchor.take(), std::mem::take(&mut self.stale));
        if let Some(anchor) = anchor {
            let _ = quietly(&self.root, || self.root.remove_file(&anchor));
        }
        for (name, identity) in stale.into_values() {
            let alone = walk::found_in(self.root.file(), &name).is_ok_and(|found| found.links == 1);
            if alone && self.root.is_still(&name, identity).is_ok() {
                let _ = quietly(&self.root, || self.root.remove_file(&name));
            }
        }
    }
}

/// The empty files that killed runs left in the root, by their inodes.
fn left_behind(root: &FileFolder) -> HashMap<u64, (OsString, (u64, u64))> {
    let names = root.names().unwrap_or_default().into_iter();
    let ours = names.filter(|name| is_anchor(name));
    let found = ours.filter_map(|name| {
        let found = walk::found_in(root.file(), &name).ok()?;
        let is_it = found.kind == FoundKind::File && found.size == 0 && is_own(root, &name);
        is_it.then_some((found.identity.1, (name, found.identity)))
    });
    found.collect()
}

/// Nobody else's names are removed, whatever they are called.
fn is_own(root: &FileFolder, name: &OsStr) -> bool {
    let told = root.open_to_look(name).and_then(|file| {
        file.metadata()
            .map_err(|error| error.raw_os_error().unwrap_or(libc::EIO))
    });
    told.is_ok_and(|told| told.uid() == rustix::process::geteuid().as_raw() && told.mode() & 0o777 == 0o600)
}

fn is_anchor(name: &OsStr) -> bool {
    let digits = name.as_encoded_bytes().strip_prefix(ANCHOR_START.as_bytes());
    digits.is_some_and(|digits| digits.len() == 16 && digits.iter().all(u8::is_ascii_alphanumeric))
}

fn make_anchor(root: &FileFolder) -> Result<OsString, i32> {
    let mut name = OsString::from(ANCHOR_START);
    name.push(file_folder::random_name(16)?);
    quietly(root, || root.make_empty(&name)).map(|_| name)
}
