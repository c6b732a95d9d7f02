//! Finds what is to be sealed: files and folders on disk, and everything that speaks against them, at once.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::UNIX_EPOCH;

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

struct Walk {
    found: Vec<(SealEntry, Origin)>,
    links: Vec<PathBuf>,
    refusals: Vec<PackageRefusal>,
}

/// Walks `paths`; `-` is standard input, called `standard` in the package.
pub(super) fn walk(paths: &[PathBuf], standard: &str, refusals: &mut Vec<PackageRefusal>) -> Walked {
    let mut walk = Walk {
        found: Vec::new(),
        links: Vec::new(),
        refusals: Vec::new(),
    };
    for path in paths {
        if path.as_os_str() == "-" {
            walk.add(
                standard,
                Path::new("-"),
                SealKind::File {
                    size: None,
                    modified: None,
                },
                Origin::Standard,
            );
            continue;
        }
        // Without a name of its own (`.`, `/`) a folder's content stands at the top.
        let name = path.file_name().map(|name| name.to_str().map(str::to_owned));
        match name {
            Some(None) => walk.not_unicode(path),
            name => walk.visit(path, name.flatten().unwrap_or_default()),
        }
    }
    if walk.found.is_empty() && walk.refusals.is_empty() {
        walk.refusals.push(PackageRefusal::Nothing);
    }
    walk.found.sort_unstable_by(|(a, _), (b, _)| a.path.cmp(&b.path));
    walk.check_names();
    walk.check_readable();
    refusals.append(&mut walk.refusals);
    let (entries, origins): (Vec<_>, Vec<_>) = walk.found.into_iter().unzip();
    let size = |origin: &Origin| match origin {
        Origin::File(_, stamp) => stamp.size,
        _ => 0,
    };
    let bytes = origins.iter().map(size).sum();
    Walked {
        entries,
        origins,
        links: walk.links,
        bytes,
    }
}

impl Walk {
    fn visit(&mut self, path: &Path, name: String) {
        let metadata = match fs::symlink_metadata(path) {
            Ok(metadata) => metadata,
            Err(error) => return self.unreadable(path, &error),
        };
        if metadata.is_symlink() {
            self.links.push(path.to_owned());
        } else if metadata.is_dir() {
            self.folder(path, &name);
        } else if metadata.is_file() {
            let stamp = stamp(&metadata);
            let kind = SealKind::File {
                size: Some(stamp.size),
                modified: stamp.modified,
            };
            self.add(&name, path, kind, Origin::File(path.to_owned(), stamp));
        } else {
            self.refusals.push(PackageRefusal::Special {
                path: path.to_owned(),
            });
        }
    }

    fn folder(&mut self, path: &Path, name: &str) {
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(path, &error),
        };
        let mut empty = true;
        for entry in entries {
            empty = false;
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => return self.unreadable(path, &error),
            };
            let Some(own) = entry.file_name().to_str().map(str::to_owned) else {
                self.not_unicode(&entry.path());
                continue;
            };
            let below = if name.is_empty() {
                own
            } else {
                format!("{name}/{own}")
            };
            self.visit(&entry.path(), below);
        }
        if empty && !name.is_empty() {
            self.add(name, path, SealKind::Folder, Origin::None);
        }
    }

    fn add(&mut self, name: &str, path: &Path, kind: SealKind, origin: Origin) {
        match normal_path(name) {
            Ok((path, original)) => {
                let entry = SealEntry {
                    path: path.into(),
                    original: original.map(Into::into),
                    kind,
                };
                self.found.push((entry, origin));
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
        for (entry, origin) in &self.found {
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

    /// Every file is opened once: what cannot be read is known before anything is written.
    fn check_readable(&mut self) {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let files: Vec<&PathBuf> = self
            .found
            .iter()
            .filter_map(|(_, origin)| match origin {
                Origin::File(path, _) => Some(path),
                _ => None,
            })
            .collect();
        let refused = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for part in files.chunks(files.len().div_ceil(threads).max(1)) {
                let refused = &refused;
                scope.spawn(move || {
                    for path in part {
                        if let Err(error) = devices::open_regular(path) {
                            let refusal = PackageRefusal::Unreadable {
                                path: (*path).clone(),
                                reason: error.to_string(),
                            };
                            refused
                                .lock()
                                .unwrap_or_else(std::sync::PoisonError::into_inner)
                                .push(refusal);
                        }
                    }
                });
            }
        });
        let mut refused = refused
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        refused.sort_by_key(ToString::to_string);
        self.refusals.append(&mut refused);
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
