//! The end of names: given up step by step, and then looked for in the blocks of their folders.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;

use super::ext4_rooms::{Anchor, Sweep};
use super::file_eye::Eye;
use super::file_folder::{self, FileFolder};
use super::file_open::{Name, OpenFile};
use super::memory::Memory;
use super::{extents, io};
use crate::devices::error::DeviceError;
use crate::devices::file_batch::{NameTrace, Removal};
use crate::devices::file_facts::{FileSystemFacts, FolderFacts};
use crate::devices::target::IoFailure;
use crate::units::ByteOffset;

/// Names shorter than this are found in any block by chance.
const SHORTEST: usize = 4;

/// How long the name of an empty file is that is made for a moment.
const ANCHOR: usize = 16;

/// How much of one folder is looked at.
const MOST_OF_A_FOLDER: u64 = 64 << 20;

/// The names of a batch's files.
pub(super) struct Names {
    folders: Vec<FileFolder>,
    /// By file: all its names, as they were found.
    entries: Vec<Vec<Name>>,
    /// Files that have lost all their names already, and whether those were random by then.
    unnamed: HashMap<usize, bool>,
}

impl Names {
    pub(super) fn new(folders: Vec<FileFolder>, entries: Vec<Vec<Name>>) -> Self {
        Self {
            folders,
            entries,
            unnamed: HashMap::new(),
        }
    }

    /// Takes the names of all files away that have one only; of the others each would have to go.
    pub(super) fn unname(&mut self, files: &[OpenFile]) {
        for (index, (names, file)) in self.entries.iter().zip(files).enumerate() {
            if let [name] = &names[..]
                && let Ok(renamed) = self.unname_one(name, file)
            {
                self.unnamed.insert(index, renamed);
            }
        }
    }

    /// Whether the name was random when it went.
    fn unname_one(&self, name: &Name, file: &OpenFile) -> Result<bool, i32> {
        let folder = &self.folders[name.folder];
        folder.is_still(&name.name, file.identity())?;
        // On a file system that is full to its last block there may be no room for a new name.
        let new = match folder.rename_at_random(&name.name) {
            Err(libc::ENOSPC | libc::EDQUOT) => None,
            answer => answer?,
        };
        let last = new.as_deref().unwrap_or(&name.name);
        let gone = folder
            .is_still(last, file.identity())
            .and_then(|()| folder.remove_file(last));
        if gone.is_err() {
            self.give_back(std::slice::from_ref(name), std::slice::from_ref(&new));
        }
        gone.map(|()| new.is_some())
    }

    /// Takes the length, where the names are gone already.
    fn end_unnamed(renamed: bool, file: &OpenFile) -> Result<Removal, i32> {
        rustix::fs::ftruncate(file.file(), 0).map_err(|errno| errno.raw_os_error())?;
        Ok(Removal {
            renamed,
            truncated: true,
            unlinked: names_left(file.file()) == Some(0),
            flushed: Ok(()),
        })
    }

    /// Takes the names of `which` away, and flushes their folders once.
    pub(super) fn remove(&self, which: &[usize], files: &[OpenFile]) -> Vec<Result<Removal, IoFailure>> {
        let mut answers: Vec<_> = which
            .iter()
            .map(|file| {
                let ended = match self.unnamed.get(file) {
                    Some(renamed) => Self::end_unnamed(*renamed, &files[*file]),
                    None => self.end(&self.entries[*file], &files[*file]),
                };
                ended.map_err(io::classify)
            })
            .collect();
        let entries = which.iter().flat_map(|file| &self.entries[*file]);
        let touched: BTreeSet<usize> = entries.map(|name| name.folder).collect();
        let failed: HashMap<usize, i32> = touched
            .into_iter()
            .filter_map(|folder| Some((folder, self.folders[folder].sync().err()?)))
            .collect();
        for (file, answer) in which.iter().zip(&mut answers) {
            let mut names = self.entries[*file].iter();
            // That it has no name any more may not have reached the medium.
            if let Some(errno) = names.find_map(|name| failed.get(&name.folder))
                && let Ok(removal) = answer
            {
                removal.flushed = Err(*errno);
            }
        }
        answers
    }

    /// The length is taken, every name is made random, then the names are taken. What fails on the way leaves the file
    /// with the names that it had.
    ///
    /// The length goes first: whoever is killed in between leaves an empty file, which is found under its own name and
    /// taken by the next run, or holds nothing under a random one.
    fn end(&self, names: &[Name], file: &OpenFile) -> Result<Removal, i32> {
        for Name { folder, name } in names {
            self.folders[*folder].is_still(name, file.identity())?;
        }
        rustix::fs::ftruncate(file.file(), 0).map_err(rustix::io::Errno::raw_os_error)?;
        let mut taken = Vec::with_capacity(names.len());
        if let Err(errno) = self.rename_all(names, file, &mut taken) {
            self.give_back(names, &taken);
            return Err(errno);
        }
        let renamed = taken.iter().all(Option::is_some);
        let mut unlinked = true;
        for (name, new) in names.iter().zip(&taken) {
            let (folder, last) = (&self.folders[name.folder], new.as_deref().unwrap_or(&name.name));
            let gone = folder
                .is_still(last, file.identity())
                .and_then(|()| folder.remove_file(last));
            if gone.is_err() {
                unlinked = false;
                self.give_back(std::slice::from_ref(name), std::slice::from_ref(new));
            }
        }
        // Nobody can give it a name again once it has none.
        unlinked = unlinked && names_left(file.file()) == Some(0);
        Ok(Removal {
            renamed: renamed && unlinked,
            truncated: true,
            unlinked,
            flushed: Ok(()),
        })
    }

    fn rename_all(
        &self,
        names: &[Name],
        file: &OpenFile,
        taken: &mut Vec<Option<OsString>>,
    ) -> Result<(), i32> {
        for Name { folder, name } in names {
            let folder = &self.folders[*folder];
            folder.is_still(name, file.identity())?;
            taken.push(folder.rename_at_random(name)?);
        }
        Ok(())
    }

    /// Gives files their old names again, as far as that can be done.
    fn give_back(&self, names: &[Name], taken: &[Option<OsString>]) {
        for (name, new) in names.iter().zip(taken) {
            if let Some(new) = new {
                let _ = self.folders[name.folder].rename_new(new, &name.name);
            }
        }
    }

    /// Looks for the names of `which` in the blocks of their folders; each folder is read once. A file of several
    /// names is gone when all of them are.
    pub(super) fn traces(
        &self,
        which: &[usize],
        encrypted: &HashSet<usize>,
        eye: &Eye,
        system: &FileSystemFacts,
    ) -> Vec<NameTrace> {
        let mut by_folder: BTreeMap<usize, Vec<(usize, &OsStr)>> = BTreeMap::new();
        let mut traces = vec![NameTrace::Gone; which.len()];
        for (answer, file) in which.iter().enumerate() {
            for Name { folder, name } in &self.entries[*file] {
                let can_be_found = name.len() >= SHORTEST || has_entries(system);
                if can_be_found && !encrypted.contains(file) {
                    by_folder.entry(*folder).or_default().push((answer, name));
                } else {
                    traces[answer] = NameTrace::NotSeen;
                }
            }
        }
        for (folder, asked) in by_folder {
            let names: Vec<_> = asked.iter().map(|(_, name)| *name).collect();
            let folder = &self.folders[folder];
            let mut found = look(folder, &names, eye, system);
            let is_left = |traces: &Vec<NameTrace>| traces.contains(&NameTrace::StillThere);
            if found.as_ref().is_some_and(is_left) && clear_rooms(folder, eye, system) {
                found = look(folder, &names, eye, system);
            }
            let found = found.unwrap_or_else(|| vec![NameTrace::NotSeen; names.len()]);
            for ((answer, _), trace) in asked.iter().zip(found) {
                traces[*answer] = worse(traces[*answer], trace);
            }
        }
        traces
    }
}

/// How many names an open file has now; none where that cannot be told.
fn names_left(file: &File) -> Option<u64> {
    let told = file.metadata().ok()?;
    Some(told.nlink())
}

/// What the file system has copied within a folder stands in room that no entry uses. Makes that zero; whether
/// something was done.
fn clear_rooms(folder: &FileFolder, eye: &Eye, system: &FileSystemFacts) -> bool {
    let Some(sweep) = Sweep::new(system, eye) else {
        return false;
    };
    let made = file_folder::random_name(ANCHOR).and_then(|name| folder.make_empty(&name).map(|_| name));
    let Ok(name) = made else { return false };
    let anchor = Anchor { folder, name: &name };
    let filled = sweep.fill(folder, anchor);
    let removed = folder.remove_file(&name);
    filled.is_ok() && removed.is_ok() && rustix::fs::syncfs(folder.file()).is_ok()
}

/// Of two facts about the names of one file, the one that counts.
fn worse(one: NameTrace, other: NameTrace) -> NameTrace {
    let rank = |trace| match trace {
        NameTrace::Gone => 0,
        NameTrace::NotSeen => 1,
        NameTrace::StillThere => 2,
    };
    if rank(other) > rank(one) { other } else { one }
}

/// Looks for names in the blocks of a folder; none where they cannot be looked at.
fn look(
    folder: &FileFolder,
    names: &[&OsStr],
    eye: &Eye,
    system: &FileSystemFacts,
) -> Option<Vec<NameTrace>> {
    let blocks = blocks(folder.file(), eye.device()?, system)?;
    let found = search(&blocks, names);
    let there = folder.names().ok()?;
    let part_of_another = |name: &OsStr| {
        let mut others = there.iter().map(|other| other.as_bytes());
        others.any(|other| other.windows(name.len()).any(|part| part == name.as_bytes()))
    };
    let traces = names.iter().enumerate().map(|(index, name)| {
        if !found.contains(&index) {
            NameTrace::Gone
        } else if part_of_another(name) {
            // What was found may be that other name.
            NameTrace::NotSeen
        } else {
            NameTrace::StillThere
        }
    });
    Some(traces.collect())
}

/// What the blocks of a folder hold on the device; none where that cannot be read, or is too much.
pub(super) fn blocks(folder: &File, device: &File, system: &FileSystemFacts) -> Option<Vec<u8>> {
    let layout = extents::layout(folder, system).ok()?;
    let extents = layout.untold.is_none().then_some(layout.extents)?;
    let total: u64 = extents.iter().map(|extent| extent.length.0).sum();
    if extents.is_empty() || total > MOST_OF_A_FOLDER {
        return None;
    }
    let mut all = Vec::with_capacity(total as usize);
    for extent in extents {
        let place = extent.place()?;
        let length = usize::try_from(place.length.0).ok()?;
        let mut memory = Memory::new(length).ok()?;
        let mut done = 0;
        while done < length {
            let from = ByteOffset(place.start.0 + done as u64);
            done += io::read(device, from, &mut memory.bytes()[done..]).ok()?;
        }
        all.extend_from_slice(memory.bytes());
    }
    Some(all)
}

/// Whether folders hold entries as ext2 to ext4 write them.
fn has_entries(system: &FileSystemFacts) -> bool {
    matches!(system.name.as_str(), "ext2" | "ext3" | "ext4")
}

/// Whether an entry of this name stands in `bytes`, live or not (`struct ext4_dir_entry_2`): its length, its type, and
/// behind them the name at a multiple of four. Of so short a name nothing but the entry would tell anybody anything.
fn has_entry(bytes: &[u8], name: &[u8]) -> bool {
    let entries = bytes.chunks_exact(4).zip(bytes.chunks_exact(4).skip(1));
    let mut found = entries.map(|(head, text)| (usize::from(head[2]), head[3], text));
    found.any(|(length, kind, text)| length == name.len() && kind <= 7 && text.starts_with(name))
}

/// Which of `names` occur in `bytes`: one look at every place for all of four bytes and more, and for entries of the
/// others.
fn search(bytes: &[u8], names: &[&OsStr]) -> HashSet<usize> {
    let mut by_start: HashMap<&[u8], Vec<usize>> = HashMap::new();
    let mut starts = vec![false; 1 << 16];
    let pair = |bytes: &[u8]| usize::from(bytes[0]) << 8 | usize::from(bytes[1]);
    let mut found = HashSet::new();
    for (index, name) in names.iter().enumerate() {
        let name = name.as_bytes();
        if name.len() < SHORTEST {
            found.extend(has_entry(bytes, name).then_some(index));
            continue;
        }
        by_start.entry(&name[..SHORTEST]).or_default().push(index);
        starts[pair(name)] = true;
    }
    for (at, window) in bytes.windows(SHORTEST).enumerate() {
        if !starts[pair(window)] {
            continue;
        }
        let Some(candidates) = by_start.get(window) else {
            continue;
        };
        let here = candidates.iter().copied();
        found.extend(here.filter(|index| bytes[at..].starts_with(names[*index].as_bytes())));
    }
    found
}

/// Takes away folders that are empty, from the deepest, with the same renaming: whether each is gone. One that is
/// not empty stays as it is. In the order of `folders`.
pub(crate) fn remove_folders(folders: &[FolderFacts]) -> Vec<Result<bool, DeviceError>> {
    let mut order: Vec<usize> = (0..folders.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(folders[*index].depth));
    let mut answers = vec![Ok(false); folders.len()];
    for index in order {
        let facts = &folders[index];
        answers[index] = remove_folder(facts).map_err(|errno| match errno {
            libc::ESTALE | libc::ENOENT => DeviceError::IdentityChanged {
                path: facts.path.clone(),
                field: "folder",
            },
            errno => DeviceError::CannotOpen {
                path: facts.path.clone(),
                errno,
            },
        });
    }
    answers
}

fn remove_folder(facts: &FolderFacts) -> Result<bool, i32> {
    let (Some(parent), Some(name)) = (facts.path.parent(), facts.path.file_name()) else {
        return Err(libc::EBUSY);
    };
    let parent = FileFolder::open(parent)?;
    parent.is_still(name, facts.identity)?;
    let inside = parent.open_folder(name)?;
    if !inside.names()?.is_empty() {
        return Ok(false);
    }
    let new = parent.rename_at_random(name)?;
    let last = new.as_deref().unwrap_or(name);
    let gone = parent
        .is_still(last, facts.identity)
        .and_then(|()| parent.remove_folder(last));
    if gone.is_err() && new.is_some() {
        let _ = parent.rename_new(last, name);
    }
    match gone {
        Ok(()) => parent.sync().map(|()| true),
        Err(libc::ENOTEMPTY | libc::EEXIST) => Ok(false),
        Err(errno) => Err(errno),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_wherever_it_stands() {
        let mut bytes = vec![0; 5000];
        bytes[4990..4999].copy_from_slice(b"file-nine");
        bytes[..5].copy_from_slice(b"first");
        bytes[100..106].copy_from_slice(b"secret");
        let names = ["first", "file-nine", "secrets", "secr", "absent", "file-nine!"];
        let names: Vec<_> = names.iter().map(OsStr::new).collect();
        assert_eq!(search(&bytes, &names), [0, 1, 3].into());
        assert_eq!(search(b"abc", &names), [].into());
    }
}
