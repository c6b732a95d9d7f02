//! Finding the files that were named: what they are, where they lie, and on what. Reads only.
//!
//! No link is followed and no other file system is entered. What cannot be told is a refusal.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::error::DeviceError;
use super::file_facts::{FileFacts, FileSystemFacts, FolderFacts};
use super::sys::{self, Found, FoundKind};
use super::{DeviceNumber, storage};
use crate::progress::StopSignal;
use crate::units::ByteCount;

/// The most files of one run: what is kept of each stays in memory until its end.
const MOST_FILES: usize = 1_000_000;

/// The most folders of one run.
const MOST_FOLDERS: usize = 1_000_000;

/// The most extents of one run, of all its files together: 320 MiB of memory wherever they are kept.
const MOST_EXTENTS: usize = 8 << 20;

/// How deep folders may lie in one another.
const DEEPEST: usize = 256;

/// The system's number for a folder on the way that is a link, and for nothing there.
const IS_LINK: i32 = 40;
const NOT_THERE: i32 = 2;

/// A second name of a file that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FurtherName {
    /// Which of the survey's files.
    pub file: usize,
    /// The other name, in the way of [`FileFacts::path`].
    pub path: PathBuf,
}

/// What was found at the paths that were named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// The file systems, each once.
    pub systems: Vec<FileSystemFacts>,
    /// The files, each once however many names it was found under.
    pub files: Vec<FileFacts>,
    /// Further names of those files: they have to go as well.
    pub further_names: Vec<FurtherName>,
    /// The folders, those named included.
    pub folders: Vec<FolderFacts>,
    /// What cannot be erased, or could not be told.
    pub refusals: Vec<DeviceError>,
}

/// Looks at every file that is `named`, and with `recursive` at everything below every folder that is. Nothing is written.
/// Once `stop` is raised the rest is left out, which is a refusal.
#[must_use]
pub fn survey(named: &[PathBuf], recursive: bool, stop: &StopSignal) -> Survey {
    let mut search = Search {
        recursive,
        stop,
        found: Survey::default(),
        systems: HashMap::new(),
        files: HashMap::new(),
        names: HashSet::new(),
        folders: HashSet::new(),
        waiting: Vec::new(),
        extents: 0,
        left_out: false,
    };
    for path in named {
        if search.is_over() {
            break;
        }
        search.named(path);
        search.work_off();
    }
    search.say_what_was_left_out();
    search.found
}

/// A folder that is still to be read.
struct Waiting {
    path: PathBuf,
    found: Found,
    depth: usize,
}

struct Search<'a> {
    recursive: bool,
    stop: &'a StopSignal,
    found: Survey,
    /// By number and mount; none where it could not be told, which was said once.
    systems: HashMap<(DeviceNumber, Option<u64>), Option<usize>>,
    files: HashMap<(u64, u64), usize>,
    /// Folder and name in it: the same name may be given in several ways.
    names: HashSet<((u64, u64), OsString)>,
    folders: HashSet<(u64, u64)>,
    waiting: Vec<Waiting>,
    /// How many extents the files have together.
    extents: usize,
    /// It ended before everything was seen.
    left_out: bool,
}

impl Search<'_> {
    fn refuse(&mut self, refusal: DeviceError) {
        self.found.refusals.push(refusal);
    }

    fn named(&mut self, path: &Path) {
        let found = match sys::find(path) {
            Ok(found) => found,
            Err(errno) => return self.refuse(not_found(path, errno)),
        };
        // `.` and what ends in `..` has no name to be removed by; no link is on the way, so it has one other path.
        let path = if path.file_name().is_none() {
            std::fs::canonicalize(path)
        } else {
            Ok(path.to_owned())
        };
        match path {
            Ok(path) => self.take(path, found, None, 0),
            Err(error) => self.refuse(DeviceError::CannotInspect {
                path: PathBuf::from("."),
                reason: error.to_string(),
            }),
        }
    }

    /// Folders one after another, so that no depth of theirs makes this one deeper.
    fn work_off(&mut self) {
        while let Some(folder) = self.waiting.pop() {
            if self.is_over() {
                return;
            }
            self.read(&folder);
        }
    }

    /// Whether nothing more is to be looked at; asked only where something more is there.
    fn is_over(&mut self) -> bool {
        self.left_out = self.left_out || self.stop.is_raised() || self.is_full();
        self.left_out
    }

    fn is_full(&self) -> bool {
        self.found.files.len() >= MOST_FILES
            || self.found.folders.len() >= MOST_FOLDERS
            || self.has_all_extents()
    }

    fn has_all_extents(&self) -> bool {
        self.extents >= MOST_EXTENTS
    }

    fn say_what_was_left_out(&mut self) {
        if self.left_out && self.has_all_extents() {
            self.refuse(DeviceError::TooManyExtents {
                most: MOST_EXTENTS as u64,
            });
        } else if self.left_out && self.is_full() {
            self.refuse(DeviceError::TooManyFiles {
                most: MOST_FILES as u64,
            });
        } else if self.left_out {
            self.refuse(DeviceError::SearchStopped);
        }
    }

    fn read(&mut self, folder: &Waiting) {
        let mut names = match sys::folder_names(&folder.path, folder.found.identity) {
            Ok(names) => names,
            Err(errno) => return self.refuse(unreadable(&folder.path, errno)),
        };
        names.sort_unstable();
        for name in names {
            if self.is_over() {
                return;
            }
            let path = folder.path.join(name);
            match sys::find(&path) {
                Ok(found) => self.take(path, found, Some(&folder.found), folder.depth + 1),
                Err(errno) => self.refuse(not_found(&path, errno)),
            }
        }
    }

    fn take(&mut self, path: PathBuf, found: Found, parent: Option<&Found>, depth: usize) {
        if let Some(refusal) = self.forbidden(&path, &found, parent, depth) {
            return self.refuse(refusal);
        }
        if found.kind == FoundKind::Folder {
            self.folder(path, found, depth);
        } else {
            self.file(path, &found, parent);
        }
    }

    /// What must not even be looked into.
    fn forbidden(
        &self,
        path: &Path,
        found: &Found,
        parent: Option<&Found>,
        depth: usize,
    ) -> Option<DeviceError> {
        let path = || path.to_owned();
        if let Some(parent) = parent
            && (found.device != parent.device
                || found.mount != parent.mount
                || found.mount_root == Some(true))
        {
            return Some(DeviceError::OtherFileSystem { path: path() });
        }
        match (found.kind, found.mount_root) {
            (FoundKind::Link, _) => Some(DeviceError::PathThroughLink { path: path() }),
            (FoundKind::Special, _) => Some(DeviceError::SpecialFile { path: path() }),
            (_, Some(true)) => Some(DeviceError::MountRoot { path: path() }),
            (_, None) => Some(DeviceError::CannotInspect {
                path: path(),
                reason: "the kernel does not tell whether something is mounted there".to_owned(),
            }),
            (FoundKind::Folder, _) if !self.recursive => {
                Some(DeviceError::FolderNotRecursive { path: path() })
            }
            (FoundKind::Folder, _) if depth > DEEPEST => Some(DeviceError::FoldersTooDeep {
                path: path(),
                most: DEEPEST as u64,
            }),
            _ => None,
        }
    }

    fn folder(&mut self, path: PathBuf, found: Found, depth: usize) {
        if !self.folders.insert(found.identity) {
            return;
        }
        let Some(system) = self.system(&path, &found) else {
            return;
        };
        self.found.folders.push(FolderFacts {
            system,
            identity: found.identity,
            depth: absolute_depth(&path),
            path: path.clone(),
        });
        self.waiting.push(Waiting { path, found, depth });
    }

    fn file(&mut self, path: PathBuf, found: &Found, parent: Option<&Found>) {
        let folder = match parent {
            Some(parent) => Ok(parent.identity),
            None => sys::find(folder_of(&path)).map(|parent| parent.identity),
        };
        let folder = match folder {
            Ok(folder) => folder,
            Err(errno) => return self.refuse(not_found(folder_of(&path), errno)),
        };
        let name = path.file_name().unwrap_or_default().to_owned();
        if !self.names.insert((folder, name)) {
            return;
        }
        if let Some(file) = self.files.get(&found.identity) {
            return self.found.further_names.push(FurtherName { file: *file, path });
        }
        let Some(system) = self.system(&path, found) else {
            return;
        };
        match sys::file_layout(&path, found.identity, &self.found.systems[system]) {
            Ok(layout) => {
                self.extents = self.extents.saturating_add(layout.extents.len());
                self.files.insert(found.identity, self.found.files.len());
                let facts = facts(path, system, found, layout, &self.found.systems[system]);
                self.found.files.push(facts);
            }
            Err(errno) => self.refuse(unreadable(&path, errno)),
        }
    }

    /// Which of the file systems it lies on; none where that cannot be told.
    fn system(&mut self, path: &Path, found: &Found) -> Option<usize> {
        let key = (found.device, found.mount);
        if let Some(known) = self.systems.get(&key) {
            return *known;
        }
        let told = match sys::file_system(path, found.device) {
            Ok(system) => {
                let medium = sys::place_of(path).ok().and_then(|place| place.device);
                self.found.systems.push(FileSystemFacts {
                    medium: medium.and_then(storage::medium),
                    ..system
                });
                Some(self.found.systems.len() - 1)
            }
            Err(reason) => {
                self.refuse(DeviceError::StorageUntold {
                    path: path.to_owned(),
                    reason,
                });
                None
            }
        };
        self.systems.insert(key, told);
        told
    }
}

fn facts(
    path: PathBuf,
    system: usize,
    found: &Found,
    layout: sys::Layout,
    on: &FileSystemFacts,
) -> FileFacts {
    let mut storing = layout.storing;
    storing.immutable |= found.storing.immutable;
    storing.append_only |= found.storing.append_only;
    storing.encrypted |= found.storing.encrypted;
    storing.encoded |= found.storing.encoded;
    storing.journals_data |= on.journals_data;
    FileFacts {
        path,
        system,
        identity: found.identity,
        size: ByteCount(found.size),
        links: found.links,
        changed: found.changed,
        extents: layout.extents,
        untold: layout.untold,
        storing,
    }
}

/// The folder that a path's last name is in.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) => Path::new("."),
        None => path,
    }
}

/// How many folders it lies in: whatever lies in another lies deeper, by whichever name they were given.
fn absolute_depth(path: &Path) -> u32 {
    let whole = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    u32::try_from(whole.components().count()).unwrap_or(u32::MAX)
}

fn not_found(path: &Path, errno: i32) -> DeviceError {
    let path = path.to_owned();
    match errno {
        IS_LINK => DeviceError::PathThroughLink { path },
        NOT_THERE => DeviceError::NoSuchFile { path },
        errno => DeviceError::CannotInspect {
            path,
            reason: format!("system error {errno}"),
        },
    }
}

fn unreadable(path: &Path, errno: i32) -> DeviceError {
    DeviceError::CannotRead {
        path: path.to_owned(),
        errno,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_in_too_many_pieces_is_refused_and_told_apart_from_too_many_files() {
        let stop = StopSignal::default();
        let full = |extents| {
            let mut search = Search {
                recursive: true,
                stop: &stop,
                found: Survey::default(),
                systems: HashMap::new(),
                files: HashMap::new(),
                names: HashSet::new(),
                folders: HashSet::new(),
                waiting: Vec::new(),
                extents,
                left_out: false,
            };
            let is_over = search.is_over();
            search.say_what_was_left_out();
            (is_over, search.found.refusals)
        };
        assert_eq!(full(MOST_EXTENTS - 1), (false, Vec::new()));
        let most = MOST_EXTENTS as u64;
        assert_eq!(
            full(MOST_EXTENTS),
            (true, vec![DeviceError::TooManyExtents { most }])
        );
    }
}
