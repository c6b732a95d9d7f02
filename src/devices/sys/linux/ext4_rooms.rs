//! The room of folders that no entry uses, on ext2, ext3 and ext4, and how it is made zero.
//!
//! The blocks of a folder cannot be written. But a new entry takes the first room that is large enough, all of it, and
//! when it is removed again Linux (5.13 and later, `ext4_generic_delete_entry`) makes zero what it had. So empty names
//! are made that take all room in order, and removed.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::ops::RangeInclusive;
use std::os::unix::ffi::OsStringExt;

use super::ext4_facts::Ext4Facts;
use super::ext4_folder::{self, Gap};
use super::file_eye::Eye;
use super::file_folder::{self, FileFolder, LETTERS};
use super::times::Times;
use super::{ext4_hash, extents, file_names, walk};
use crate::devices::file_facts::FileSystemFacts;

/// Folders of more blocks are looked at and not cleared: for every name one is looked for that its block takes.
const MOST_LEAVES: usize = 4096;

/// The longest name.
const LONGEST: usize = 255;

/// How many names are tried for one of a block's hashes, beyond what is to be expected.
const PATIENCE: u64 = 64;

/// A block's worth of names that are to be made.
struct Plan {
    needs: Vec<usize>,
    /// The hashes of the names that the block takes; none where every name goes to the first room.
    hashes: Option<RangeInclusive<u32>>,
}

/// What a folder's blocks hold beside its entries.
pub(super) struct Rooms {
    plans: Vec<Plan>,
    /// There is something.
    pub(super) holds: bool,
    /// All of it is in reach of names that are made.
    complete: bool,
}

/// An empty file of the program's own, whose further names all that are made are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Anchor<'a> {
    /// Where it is.
    pub(super) folder: &'a FileFolder,
    /// Its name there.
    pub(super) name: &'a OsStr,
}

/// How the folders of a file system are looked at and cleared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sweep<'a> {
    system: &'a FileSystemFacts,
    device: &'a File,
    facts: Ext4Facts,
}

impl<'a> Sweep<'a> {
    /// None where folders are not stored as they are here, or the device cannot be seen.
    pub(super) fn new(system: &'a FileSystemFacts, eye: &'a Eye) -> Option<Self> {
        if !matches!(system.name.as_str(), "ext2" | "ext3" | "ext4") {
            return None;
        }
        let device = eye.device()?;
        let facts = Ext4Facts::read(device)?;
        let known = facts.plain_entries && facts.block == system.block.bytes();
        known.then_some(Self {
            system,
            device,
            facts,
        })
    }

    /// What the blocks of a folder hold on the device; none where they cannot be looked at.
    pub(super) fn rooms(&self, folder: &File) -> Option<Rooms> {
        if extents::keeps_names_otherwise(folder) {
            return None;
        }
        let blocks = file_names::blocks(folder, self.device, self.system)?;
        let size = self.facts.block as usize;
        if extents::is_indexed(folder) {
            indexed(&blocks, size, self.facts.checksums)
        } else {
            plain(&blocks, size, self.facts.checksums)
        }
    }

    /// Makes names of the empty file `anchor` in all room of a folder up to the last that holds something, and removes
    /// them; the folder's length, and whether everything was in reach.
    pub(super) fn fill(&self, folder: &FileFolder, anchor: Anchor<'_>) -> Result<(u64, bool), i32> {
        // What the device holds may be older than what the file system does.
        let before = walk::found_open(folder.file())?;
        folder.sync()?;
        let rooms = self.rooms(folder.file()).ok_or(libc::EIO)?;
        if walk::found_open(folder.file())?.changed != before.changed {
            return Err(libc::EAGAIN);
        }
        let mut names = Names::new(self.facts.seed)?;
        quietly(folder, || {
            let mut complete = rooms.complete;
            for plan in &rooms.plans {
                complete &= fill_block(folder, anchor, plan, &mut names)?;
                if walk::found_open(folder.file())?.size != before.size {
                    return Ok((before.size, false));
                }
            }
            Ok((before.size, complete))
        })
    }
}

/// Makes the names of one block and removes them all; whether all could be made.
fn fill_block(folder: &FileFolder, anchor: Anchor<'_>, plan: &Plan, names: &mut Names) -> Result<bool, i32> {
    let mut made = Vec::with_capacity(plan.needs.len());
    for need in &plan.needs {
        let Some(name) = names.next(*need, plan.hashes.as_ref()) else {
            break;
        };
        if anchor.folder.give_name(anchor.name, folder, &name).is_err() {
            break;
        }
        made.push(name);
    }
    let removed: Vec<_> = made.iter().map(|name| folder.remove_file(name)).collect();
    let removed: Result<(), i32> = removed.into_iter().collect();
    removed.map(|()| made.len() == plan.needs.len())
}

/// Does something in a folder that leaves its times as they were.
pub(super) fn quietly<T>(folder: &FileFolder, change: impl FnOnce() -> Result<T, i32>) -> Result<T, i32> {
    let times = Times::of(folder.file())?;
    let done = change();
    times.put_back(folder.file())?;
    done
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
