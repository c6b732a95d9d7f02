//! Files that have other names than those that are to be erased: under those the file would live on.
//!
//! The other names are searched for on the same mount, for a moment only, so that somebody can be told them.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::error::DeviceError;
use super::file_facts::FileFacts;
use super::survey::Survey;
use super::sys::{self, Found, FoundKind};

/// How long, and through how many names, is searched.
const LONGEST: Duration = Duration::from_secs(3);
const MOST_NAMES: u32 = 100_000;

/// How many names are told of one file.
const TOLD: usize = 10;

type Identity = (u64, u64);

/// Every file with names that are not in `survey`, or with fewer than it was found under.
pub(super) fn refusals(survey: &Survey) -> Vec<DeviceError> {
    let mut named = vec![1; survey.files.len()];
    for further in &survey.further_names {
        named[further.file] += 1;
    }
    let files = || survey.files.iter().zip(named.iter().copied());
    let mut refused: Vec<_> = files()
        .filter(|(file, named)| file.links < *named)
        .map(|(file, named)| named_twice(file, named))
        .collect();
    let linked: Vec<_> = files().filter(|(file, named)| file.links > *named).collect();
    if linked.is_empty() {
        return refused;
    }
    let mut search = Search::for_names_of(linked.iter().map(|(file, _)| *file));
    let mounts: HashSet<&Path> = linked
        .iter()
        .map(|(file, _)| survey.systems[file.system].mount_point.as_path())
        .collect();
    mounts.into_iter().for_each(|mount| search.through(mount));
    let known = known_names(survey);
    let linked = linked.into_iter();
    refused.extend(linked.map(|(file, named)| search.told(file, named, &known)));
    refused
}

/// One name was found in several spellings: where upper and lower case are one, or a name was taken meanwhile. Only the
/// first could be taken away.
fn named_twice(file: &FileFacts, named: u64) -> DeviceError {
    DeviceError::CannotInspect {
        path: file.path.clone(),
        reason: format!(
            "it was found under {named} names and has {}: one name may be given in several spellings",
            file.links
        ),
    }
}

/// The names in the survey, as a search from the mount point spells them.
fn known_names(survey: &Survey) -> HashSet<PathBuf> {
    let files = survey
        .files
        .iter()
        .filter(|file| file.links > 1)
        .map(|file| &file.path);
    let further = survey.further_names.iter().map(|further| &further.path);
    files
        .chain(further)
        .filter_map(|path| std::fs::canonicalize(path).ok())
        .collect()
}

struct Search {
    names: HashMap<Identity, Vec<PathBuf>>,
    begun: Instant,
    looked_at: u32,
    complete: bool,
}

impl Search {
    fn for_names_of<'a>(files: impl Iterator<Item = &'a FileFacts>) -> Self {
        Self {
            names: files.map(|file| (file.identity, Vec::new())).collect(),
            begun: Instant::now(),
            looked_at: 0,
            complete: true,
        }
    }

    fn is_over(&self) -> bool {
        self.looked_at >= MOST_NAMES || self.begun.elapsed() > LONGEST
    }

    fn through(&mut self, mount: &Path) {
        let Ok(root) = sys::find(mount) else {
            self.complete = false;
            return;
        };
        let mut waiting = vec![(mount.to_owned(), root.identity)];
        while let Some((folder, identity)) = waiting.pop() {
            let Ok(names) = sys::folder_names(&folder, identity) else {
                self.complete = false;
                continue;
            };
            for name in names {
                if self.is_over() {
                    self.complete = false;
                    return;
                }
                let path = folder.join(name);
                if let Some(below) = self.look_at(&path, &root) {
                    waiting.push((path, below));
                }
            }
        }
    }

    /// Notes a name that is wanted; a folder of the same mount is to be searched as well.
    fn look_at(&mut self, path: &Path, root: &Found) -> Option<Identity> {
        self.looked_at += 1;
        let Ok(found) = sys::find(path) else {
            self.complete = false;
            return None;
        };
        if found.kind == FoundKind::File
            && let Some(names) = self.names.get_mut(&found.identity)
        {
            names.push(path.to_owned());
        }
        let is_below = found.kind == FoundKind::Folder && found.mount == root.mount;
        (is_below && found.device == root.device && found.mount_root != Some(true)).then_some(found.identity)
    }

    fn told(&self, file: &FileFacts, named: u64, known: &HashSet<PathBuf>) -> DeviceError {
        let names = self.names.get(&file.identity).into_iter().flatten();
        let others: Vec<_> = names.filter(|path| !known.contains(*path)).cloned().collect();
        DeviceError::LinkedElsewhere {
            path: file.path.clone(),
            links: file.links,
            named,
            // Another mount may show names that this one does not.
            complete: self.complete && others.len() as u64 == file.links - named,
            others: others.into_iter().take(TOLD).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::file_facts::Storing;
    use crate::devices::survey::FurtherName;
    use crate::units::ByteCount;

    #[test]
    fn a_name_in_two_spellings_is_refused() {
        let file = FileFacts {
            path: "/mnt/a".into(),
            system: 0,
            identity: (1, 2),
            size: ByteCount(0),
            links: 1,
            changed: (0, 0),
            extents: Vec::new(),
            untold: None,
            storing: Storing::default(),
        };
        let mut survey = Survey {
            files: vec![file],
            ..Survey::default()
        };
        assert_eq!(refusals(&survey), []);
        let path = PathBuf::from("/mnt/A");
        survey.further_names = vec![FurtherName { file: 0, path }];
        let refused = refusals(&survey);
        assert_eq!(refused.len(), 1);
        assert_eq!(refused[0].code(), "DEV-CANNOT-INSPECT");
        survey.files[0].links = 2;
        assert_eq!(refusals(&survey), []);
    }
}
