//! The room of folders that no entry uses, on ext2, ext3 and ext4: looked at on the device, and made zero.
//!
//! The blocks of a folder cannot be written. But a new entry takes the first room that is large enough, all of it, and
//! when it is removed again Linux (5.13 and later, `ext4_generic_delete_entry`) makes zero what it had. So empty names
//! are made that take all room in order, and removed. They are further names of one empty file in the root, so that
//! names which a killed run left are known by their inode and removed by the next.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::ops::RangeInclusive;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;
use std::rc::Rc;

use super::ext4_facts::Ext4Facts;
use super::ext4_folder::{self, Gap};
use super::ext4_hash;
use super::file_eye::Eye;
use super::file_folder::{self, FileFolder, LETTERS};
use super::file_names;
use super::times::Times;
use super::tree::{Met, Tree};
use super::{extents, stat, tails, walk};
use crate::devices::error::DeviceError;
use crate::devices::file_facts::FileSystemFacts;
use crate::devices::sys::FoundKind;
use crate::devices::tails::EntryTotals;
use crate::progress::StopSignal;

/// The empty file that all names are given: this, and 16 hexadecimal digits.
const ANCHOR_START: &str = ".keshiin-entries-";

/// How many folders are looked at again together.
const TOGETHER: usize = 64;

/// Folders of more blocks are looked at and not cleared: for every name one is looked for that its block takes.
const MOST_LEAVES: usize = 4096;

/// The longest name.
const LONGEST: usize = 255;

/// How many names are tried for one of a block's hashes, beyond what is to be expected.
const PATIENCE: u64 = 64;

/// See [`crate::devices::clear_entries`].
pub(crate) fn clear_entries(
    system: &FileSystemFacts,
    progress: &mut dyn FnMut(u64),
    stop: &StopSignal,
) -> Result<EntryTotals, DeviceError> {
    let (eye, _) = Eye::open(system)?;
    let tree = Tree::new(system)?;
    let mut work = Work::new(system, eye)?;
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

/// A block's worth of names that are to be made.
struct Plan {
    needs: Vec<usize>,
    /// The hashes of the names that the block takes; none where every name goes to the first room.
    hashes: Option<RangeInclusive<u32>>,
}

/// What a folder's blocks hold beside its entries.
struct Rooms {
    plans: Vec<Plan>,
    holds: bool,
    complete: bool,
}

struct Work<'a> {
    system: &'a FileSystemFacts,
    eye: Eye,
    root: FileFolder,
    /// None where folders are not looked at at all.
    facts: Option<Ext4Facts>,
    anchor: Option<OsString>,
    /// Empty files of runs that were killed, whose further names are removed.
    stale: HashMap<u64, (OsString, (u64, u64))>,
    waiting: Vec<Filled>,
    totals: EntryTotals,
}

impl<'a> Work<'a> {
    fn new(system: &'a FileSystemFacts, eye: Eye) -> Result<Self, DeviceError> {
        let failed = |errno| DeviceError::CannotRead {
            path: system.mount_point.clone(),
            errno,
        };
        let root = FileFolder::open(&system.mount_point).map_err(failed)?;
        let synced = rustix::fs::syncfs(root.file()).is_ok();
        // The running system watches its folders.
        let is_running = stat::stat(Path::new("/")).map_or(true, |told| told.device == system.number);
        let is_ext = matches!(system.name.as_str(), "ext2" | "ext3" | "ext4");
        let seen = is_ext && !is_running && synced && tails::is_shown(&eye);
        let facts = eye.device().filter(|_| seen).and_then(Ext4Facts::read);
        let facts = facts.filter(|facts| facts.plain_entries && facts.block == system.block.bytes());
        Ok(Self {
            stale: if facts.is_some() {
                left_behind(&root)
            } else {
                HashMap::new()
            },
            system,
            eye,
            root,
            facts,
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
        let Some(rooms) = self.rooms(folder.file()) else {
            self.totals.not_looked += 1;
            return;
        };
        if !rooms.holds {
            return;
        }
        match self.fill(&folder) {
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

    /// What the blocks of a folder hold on the device; none where they cannot be looked at.
    fn rooms(&self, folder: &File) -> Option<Rooms> {
        let facts = self.facts?;
        if extents::keeps_names_otherwise(folder) {
            return None;
        }
        let blocks = file_names::blocks(folder, self.eye.device()?, self.system)?;
        let size = facts.block as usize;
        if extents::is_indexed(folder) {
            indexed(&blocks, size, facts.checksums)
        } else {
            plain(&blocks, size, facts.checksums)
        }
    }

    /// Makes names in all room of a folder up to the last that holds something, and removes them; the folder's length,
    /// and whether everything was in reach.
    fn fill(&mut self, folder: &FileFolder) -> Result<(u64, bool), i32> {
        let facts = self.facts.ok_or(libc::EOPNOTSUPP)?;
        let anchor = match self.anchor.take() {
            Some(anchor) => anchor,
            None => make_anchor(&self.root)?,
        };
        let anchor = self.anchor.insert(anchor).clone();
        // What the device holds may be older than what the file system does.
        let before = walk::found_open(folder.file())?;
        folder.sync()?;
        let rooms = self.rooms(folder.file()).ok_or(libc::EIO)?;
        if walk::found_open(folder.file())?.changed != before.changed {
            return Err(libc::EAGAIN);
        }
        let mut names = Names::new(facts.seed)?;
        quietly(folder, || {
            let mut complete = rooms.complete;
            for plan in &rooms.plans {
                complete &= self.fill_block(folder, &anchor, plan, &mut names)?;
                if walk::found_open(folder.file())?.size != before.size {
                    return Ok((before.size, false));
                }
            }
            Ok((before.size, complete))
        })
    }

    /// Makes the names of one block and removes them all; whether all could be made.
    fn fill_block(
        &self,
        folder: &FileFolder,
        anchor: &OsStr,
        plan: &Plan,
        names: &mut Names,
    ) -> Result<bool, i32> {
        let mut made = Vec::with_capacity(plan.needs.len());
        let mut all = true;
        for need in &plan.needs {
            let Some(name) = names.next(*need, plan.hashes.as_ref()) else {
                all = false;
                break;
            };
            match self.root.give_name(anchor, folder, &name) {
                Ok(()) => made.push(name),
                Err(_) => {
                    all = false;
                    break;
                }
            }
        }
        let removed: Vec<_> = made.iter().map(|name| folder.remove_file(name)).collect();
        removed.into_iter().collect::<Result<(), i32>>().map(|()| all)
    }

    fn look_again(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        if waiting.is_empty() {
            return;
        }
        let shown = rustix::fs::syncfs(self.root.file()).is_ok() && tails::is_shown(&self.eye);
        for filled in waiting {
            let folder = filled.folder.file();
            let same = walk::found_open(folder).is_ok_and(|found| found.size == filled.size);
            let is_empty = || self.rooms(folder).is_some_and(|rooms| !rooms.holds);
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

/// Does something in a folder that leaves its times as they were.
fn quietly<T>(folder: &FileFolder, change: impl FnOnce() -> Result<T, i32>) -> Result<T, i32> {
    let times = Times::of(folder.file())?;
    let done = change();
    times.put_back(folder.file())?;
    done
}

/// The empty files that killed runs left in the root, by their inodes.
fn left_behind(root: &FileFolder) -> HashMap<u64, (OsString, (u64, u64))> {
    let names = root.names().unwrap_or_default().into_iter();
    let ours = names.filter(|name| is_anchor(name));
    let found = ours.filter_map(|name| {
        let found = walk::found_in(root.file(), &name).ok()?;
        let is_it = found.kind == FoundKind::File && found.size == 0;
        is_it.then_some((found.identity.1, (name, found.identity)))
    });
    found.collect()
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

/// The rooms of a folder in whose blocks names stand in no order: each goes to the first that is large enough.
fn plain(blocks: &[u8], size: usize, checksums: bool) -> Option<Rooms> {
    let mut all = Vec::new();
    for block in blocks.chunks(size) {
        all.extend(ext4_folder::gaps(block, checksums)?);
    }
    let mut rooms = Rooms::default();
    rooms.add(&all, None);
    Some(rooms)
}

/// The rooms of a folder whose names go to blocks by their hashes.
fn indexed(blocks: &[u8], size: usize, checksums: bool) -> Option<Rooms> {
    let index = ext4_folder::index(blocks, size)?;
    let known = ext4_hash::is_known(index.version) && index.leaves.len() <= MOST_LEAVES;
    let mut rooms = Rooms {
        holds: index.root_holds,
        complete: known && !index.root_holds,
        ..Rooms::default()
    };
    for leaf in index.leaves {
        let block = ext4_folder::nth(blocks, size, leaf.block)?;
        rooms.add(&ext4_folder::gaps(block, checksums)?, Some(leaf.hashes));
    }
    if !known {
        rooms.plans.clear();
    }
    Some(rooms)
}

impl Rooms {
    fn add(&mut self, gaps: &[Gap], hashes: Option<RangeInclusive<u32>>) {
        let (needs, complete) = ext4_folder::fillers(gaps);
        self.complete &= complete;
        self.holds |= gaps.iter().any(|gap| gap.holds);
        if !needs.is_empty() {
            self.plans.push(Plan { needs, hashes });
        }
    }
}

impl Default for Rooms {
    fn default() -> Self {
        Self {
            plans: Vec::new(),
            holds: false,
            complete: true,
        }
    }
}

/// Names that nothing has, random at first and then counted.
struct Names {
    letters: Vec<u8>,
    seed: [u32; 4],
}

impl Names {
    fn new(seed: [u32; 4]) -> Result<Self, i32> {
        let letters = file_folder::random_name(LONGEST)?.into_vec();
        Ok(Self { letters, seed })
    }

    /// A name of an entry that needs `need` bytes, with one of the hashes; none where too many do not have one.
    fn next(&mut self, need: usize, hashes: Option<&RangeInclusive<u32>>) -> Option<OsString> {
        let length = ext4_folder::longest(need).min(LONGEST);
        let tries = hashes.map_or(1, |hashes| {
            let wide = u64::from(hashes.end().saturating_sub(*hashes.start())) + 1;
            PATIENCE * (1 + (1 << 32) / wide)
        });
        let seed = self.seed;
        for _ in 0..tries {
            let name = self.count(length)?;
            let fits = |hashes: &RangeInclusive<u32>| hashes.contains(&ext4_hash::hash(name, seed));
            if hashes.is_none_or(fits) {
                return Some(OsString::from_vec(name.to_vec()));
            }
        }
        None
    }

    /// Another name of `length` letters: the first ones count.
    fn count(&mut self, length: usize) -> Option<&[u8]> {
        for letter in self.letters.iter_mut().take(length) {
            let at = LETTERS.iter().position(|known| known == letter)?;
            let next = (at + 1) % LETTERS.len();
            *letter = LETTERS[next];
            if next != 0 {
                break;
            }
        }
        self.letters.get(..length)
    }
}
