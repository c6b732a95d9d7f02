//! Finds what is to be sealed: files and folders on disk, and everything that speaks against them, at once.

use std::fs::{self, FileType, Metadata};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use rayon::Scope;

use crate::devices;
use crate::sealing::{Names, SealEntry, SealKind, SealingError, normal_path};

use super::PackageRefusal;

/// What a file was when it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) size: u64,
    pub(super) modified: Option<(i64, u32)>,
}

/// Where the bytes of an entry come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A file.
    File(PathBuf, Stamp),
    /// Standard input.
    Standard,
    /// A folder has none.
    None,
}

impl Origin {
    fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path, _) => Some(path),
            _ => None,
        }
    }
}

/// Everything that is to be sealed, in the order of the paths in the package.
#[derive(Debug, Default)]
pub(super) struct Walked {
    pub(super) entries: Vec<SealEntry>,
    pub(super) origins: Vec<Origin>,
    /// Links that were not followed.
    pub(super) links: Vec<PathBuf>,
    /// Bytes of the files whose length is known.
    pub(super) bytes: u64,
}

/// What a part of the walk found.
#[derive(Default)]
struct Found {
    files: Vec<(SealEntry, Origin)>,
    links: Vec<PathBuf>,
    refusals: Vec<PackageRefusal>,
}

/// So many files of a folder are looked at in one go, beside others.
const AT_ONCE: usize = 256;

/// Walks `paths` on all cores; `-` is standard input, called `standard` in the package.
pub(super) fn walk(paths: &[PathBuf], standard: &str, refusals: &mut Vec<PackageRefusal>) -> Walked {
    let all = Mutex::new(Found::default());
    rayon::scope(|scope| {
        for path in paths {
            if path.as_os_str() == "-" {
                let kind = SealKind::File {
                    size: None,
                    modified: None,
                };
                merged(&all, |own| own.add(standard, path, kind, Origin::Standard));
                continue;
            }
            // Without a name of its own (`.`, `/`) a folder's content stands at the top.
            let name = path.file_name().map(|name| name.to_str().map(str::to_owned));
            match name {
                Some(None) => merged(&all, |own| own.not_unicode(path)),
                name => visit(scope, &all, path, &name.flatten().unwrap_or_default()),
            }
        }
    });
    let mut found = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    if found.files.is_empty() && found.refusals.is_empty() {
        found.refusals.push(PackageRefusal::Nothing);
        let links = found.links.iter().cloned();
        found
            .refusals
            .extend(links.map(|path| PackageRefusal::Special { path }));
    }
    found.files.sort_unstable_by(|(a, from_a), (b, from_b)| {
        let paths = a.path.cmp(&b.path);
        paths.then_with(|| from_a.path().cmp(&from_b.path()))
    });
    found.check_names();
    found.links.sort_unstable();
    found.refusals.sort_by_key(ToString::to_string);
    refusals.append(&mut found.refusals);
    let (entries, origins): (Vec<_>, Vec<_>) = found.files.into_iter().unzip();
    let size = |origin: &Origin| match origin {
        Origin::File(_, stamp) => stamp.size,
        _ => 0,
    };
    let bytes = origins.iter().map(size).sum();
    Walked {
        entries,
        origins,
        links: found.links,
        bytes,
    }
}

/// Adds what a part of the walk finds.
fn merged(all: &Mutex<Found>, part: impl FnOnce(&mut Found)) {
    let mut own = Found::default();
    part(&mut own);
    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
    all.files.append(&mut own.files);
    all.links.append(&mut own.links);
    all.refusals.append(&mut own.refusals);
}

/// Something that was named, or a folder in it; what is in a folder may be looked at later.
fn visit<'s>(scope: &Scope<'s>, all: &'s Mutex<Found>, path: &Path, name: &str) {
    // Also what the listing called a folder may be another thing by now.
    let entries = match fs::symlink_metadata(path) {
        Ok(metadata) if !metadata.is_dir() => {
            return merged(all, |own| {
                if let Some(file) = own.other(path, metadata.file_type()) {
                    own.file(&file, name);
                }
            });
        }
        known => match known.and_then(|_| fs::read_dir(path)) {
            Ok(entries) => entries,
            Err(error) => return merged(all, |own| own.unreadable(path, &error)),
        },
    };
    let mut files = Vec::new();
    let mut empty = true;
    merged(all, |own| {
        for entry in entries {
            empty = false;
            let (at, kind) = match entry {
                Ok(entry) => (entry.path(), entry.file_type()),
                Err(error) => return own.unreadable(path, &error),
            };
            let kind = match kind {
                Ok(kind) => kind,
                Err(error) => {
                    own.unreadable(&at, &error);
                    continue;
                }
            };
            let Some(below) = at.file_name().and_then(|own| own.to_str()) else {
                own.not_unicode(&at);
                continue;
            };
            let below = if name.is_empty() {
                below.to_owned()
            } else {
                format!("{name}/{below}")
            };
            if kind.is_dir() {
                scope.spawn(move |scope| visit(scope, all, &at, &below));
            } else if let Some(file) = own.other(&at, kind) {
                files.push((file, below));
                if files.len() == AT_ONCE {
                    let files = std::mem::take(&mut files);
                    scope.spawn(move |_| merged(all, |own| own.all_files(&files)));
                }
            }
        }
        if empty && !name.is_empty() {
            own.add(name, path, SealKind::Folder, Origin::None);
        }
    });
    scope.spawn(move |_| merged(all, |own| own.all_files(&files)));
}

impl Found {
    /// What is no folder: the path of a file.
    fn other(&mut self, path: &Path, kind: FileType) -> Option<PathBuf> {
        let path = path.to_owned();
        if kind.is_file() {
            return Some(path);
        }
        if kind.is_symlink() {
            self.links.push(path);
        } else {
            self.refusals.push(PackageRefusal::Special { path });
        }
        None
    }

    fn all_files(&mut self, files: &[(PathBuf, String)]) {
        files.iter().for_each(|(path, name)| self.file(path, name));
    }

    /// Every file is opened once: what cannot be read is known before anything is written.
    fn file(&mut self, path: &Path, name: &str) {
        let opened = devices::open_regular(path).and_then(|file| file.metadata());
        let known = opened.or_else(|error| {
            self.unreadable(path, &error);
            // What else speaks against it is told as well.
            path.symlink_metadata()
        });
        let Ok(stamp) = known.map(|metadata| stamp(&metadata)) else {
            return;
        };
        let kind = SealKind::File {
            size: Some(stamp.size),
            modified: stamp.modified,
        };
        self.add(name, path, kind, Origin::File(path.to_owned(), stamp));
    }

    fn add(&mut self, name: &str, path: &Path, kind: SealKind, origin: Origin) {
        match normal_path(name) {
            Ok((path, original)) => {
                let entry = SealEntry {
                    path: path.into(),
                    original: original.map(Into::into),
                    kind,
                };
                self.files.push((entry, origin));
            }
            Err(problem) => self.refusals.push(PackageRefusal::Path {
                path: path.to_owned(),
                problem,
            }),
        }
    }

    fn unreadable(&mut self, path: &Path, error: &std::io::Error) {
        let (path, reason) = (path.to_owned(), error.to_string());
        self.refusals.push(PackageRefusal::Unreadable { path, reason });
    }

    fn not_unicode(&mut self, path: &Path) {
        let problem = crate::sealing::PathProblem::NotUnicode;
        self.refusals.push(PackageRefusal::Path {
            path: path.to_owned(),
            problem,
        });
    }

    /// Names that a disk would take for one another.
    fn check_names(&mut self) {
        let mut names = Names::new();
        for (entry, origin) in &self.files {
            if let Err(SealingError::Path { problem, .. }) =
                names.add(&entry.path, entry.kind == SealKind::Folder)
            {
                let path = match origin {
                    Origin::File(path, _) => path.clone(),
                    _ => PathBuf::from(&*entry.path),
                };
                self.refusals.push(PackageRefusal::Path { path, problem });
            }
        }
    }
}

/// Length and time of a file.
pub(super) fn stamp(metadata: &Metadata) -> Stamp {
    let modified = metadata
        .modified()
        .ok()
        .and_then(|time| match time.duration_since(UNIX_EPOCH) {
            Ok(after) => Some((i64::try_from(after.as_secs()).ok()?, after.subsec_nanos())),
            Err(before) => {
                let before = before.duration();
                let whole = -i64::try_from(before.as_secs()).ok()?;
                match before.subsec_nanos() {
                    0 => Some((whole, 0)),
                    nanos => Some((whole - 1, 1_000_000_000 - nanos)),
                }
            }
        });
    Stamp {
        size: metadata.len(),
        modified,
    }
}
