//! The blocks of an ext2, ext3 or ext4 folder: where their entries leave room, and what is in it.
//!
//! `Documentation/filesystems/ext4/directory.rst` and `fs/ext4/namei.c` (Linux 6.18). Untrusted: it is read from the
//! medium. Up to three bytes behind a name, to the next multiple of four, belong to its entry and are not looked at.

use std::ops::RangeInclusive;

/// An entry without its name.
const HEAD: usize = 8;

/// The least that an entry needs, and the most: a name of 255 bytes.
pub(super) const LEAST: usize = 12;
const MOST: usize = 264;

/// The end of a block with a checksum.
const CHECKSUM: usize = 12;
const CHECKSUM_KIND: u8 = 0xde;

/// Where the index of a folder begins in its first block, and in others.
const ROOT_INDEX: usize = 0x20;
const NODE_INDEX: usize = 8;

/// How many levels an index has at most below its root.
const DEEPEST: u8 = 2;

/// Room in a block that no entry uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    /// Where it begins.
    pub(super) at: usize,
    /// A new entry of so many bytes fits.
    pub(super) room: usize,
    /// It is not all zero.
    pub(super) holds: bool,
}

/// What an entry with a name of `length` bytes needs.
fn need(length: usize) -> usize {
    (HEAD + length).next_multiple_of(4)
}

/// The longest name of an entry that needs `need` bytes.
pub(super) fn longest(need: usize) -> usize {
    need.saturating_sub(HEAD)
}

fn half(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(2)?)?;
    Some(usize::from(u16::from_le_bytes(bytes.try_into().ok()?)))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

/// The unused room of a block of entries, in order; none where it is no list of entries.
pub(super) fn gaps(block: &[u8], checksums: bool) -> Option<Vec<Gap>> {
    let end = if checksums {
        let end = block.len().checked_sub(CHECKSUM)?;
        let is_tail = word(block, end)? == 0
            && half(block, end + 4)? == CHECKSUM
            && *block.get(end + 6)? == 0
            && *block.get(end + 7)? == CHECKSUM_KIND;
        is_tail.then_some(end)?
    } else {
        block.len()
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at < end {
        let (inode, length, name) = (word(block, at)?, half(block, at + 4)?, *block.get(at + 6)?);
        let used = if inode == 0 { 0 } else { need(usize::from(name)) };
        let next = at.checked_add(length)?;
        let is_entry = length >= LEAST && length.is_multiple_of(4) && next <= end && used <= length;
        if !is_entry || (inode != 0 && name == 0) {
            return None;
        }
        if length > used {
            // The head of an entry without a file stays what it is.
            let free = block.get(at + used.max(if inode == 0 { HEAD } else { 0 })..next)?;
            found.push(Gap {
                at: at + used,
                room: length - used,
                holds: free.iter().any(|byte| *byte != 0),
            });
        }
        at = next;
    }
    Some(found)
}

/// What new entries need, one after another, so that each takes the first room that there is and together they take
/// all of it up to the last that holds something. Whether that is everything that holds something: less than an entry
/// needs cannot be taken.
pub(super) fn fillers(gaps: &[Gap]) -> (Vec<usize>, bool) {
    let taken = |gap: &&Gap| gap.room >= LEAST;
    let complete = gaps.iter().all(|gap| !gap.holds || gap.room >= LEAST);
    let last = gaps.iter().rposition(|gap| gap.holds && gap.room >= LEAST);
    let reached = last.map_or(0, |last| last + 1);
    let mut needs = Vec::new();
    for gap in gaps[..reached].iter().filter(taken) {
        let mut room = gap.room;
        while room >= LEAST {
            let most = room.min(MOST);
            // What is left over takes another.
            let one = match room - most {
                0 | LEAST.. => most,
                rest => most - (LEAST - rest),
            };
            needs.push(one);
            room -= one;
        }
    }
    (needs, complete)
}

/// A block of entries of an indexed folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leaf {
    /// Which block of the folder.
    pub(super) block: usize,
    /// The hashes whose names stand there.
    pub(super) hashes: RangeInclusive<u32>,
}

/// An index of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Index {
    /// How names are hashed.
    pub(super) version: u8,
    /// Blocks of entries.
    pub(super) leaves: Vec<Leaf>,
    /// The root has room that holds something else than what an index leaves behind.
    pub(super) root_holds: bool,
}

/// The index of the folder whose blocks are `blocks`; none where they are no such folder.
pub(super) fn index(blocks: &[u8], size: usize) -> Option<Index> {
    let root = blocks.get(..size)?;
    let is_root = half(root, 4)? == LEAST
        && half(root, LEAST + 4)? == size - LEAST
        && *root.get(6)? == 1
        && *root.get(LEAST + 6)? == 2
        && word(root, 24)? == 0
        && *root.get(29)? == 8;
    let (version, levels) = (*root.get(28)?, *root.get(30)?);
    if !is_root || levels > DEEPEST {
        return None;
    }
    let entries = entries(root, ROOT_INDEX, 0..=u32::MAX)?;
    // An index that grew a level leaves its old entries behind, and they fill the root.
    let used = ROOT_INDEX + 8 * entries.len();
    let limit = ROOT_INDEX + 8 * half(root, ROOT_INDEX)?;
    let root_holds = levels == 0 && root.get(used..limit)?.iter().any(|byte| *byte != 0);
    let mut level = entries;
    let mut others = 1;
    for _ in 0..levels {
        let mut next = Vec::new();
        for Leaf { block, hashes } in level {
            let node = nth(blocks, size, block)?;
            if word(node, 0)? != 0 || next.len() > blocks.len() / size {
                return None;
            }
            others += 1;
            next.extend(self::entries(node, NODE_INDEX, hashes)?);
        }
        level = next;
    }
    // Every block is in the index once, or something is wrong.
    if others + level.len() != blocks.len() / size {
        return None;
    }
    let mut seen = vec![false; blocks.len() / size];
    for leaf in &level {
        let seen = seen.get_mut(leaf.block)?;
        if leaf.block == 0 || std::mem::replace(seen, true) {
            return None;
        }
    }
    Some(Index {
        version,
        leaves: level,
        root_holds,
    })
}

/// Block `number` of those that are `size` bytes each.
pub(super) fn nth(blocks: &[u8], size: usize, number: usize) -> Option<&[u8]> {
    let start = number.checked_mul(size)?;
    blocks.get(start..start.checked_add(size)?)
}

/// What the index at `start` of a block leads to, which stands for `hashes`.
fn entries(block: &[u8], start: usize, hashes: RangeInclusive<u32>) -> Option<Vec<Leaf>> {
    let (limit, count) = (half(block, start)?, half(block, start + 2)?);
    if count == 0 || count > limit || start + 8 * limit > block.len() {
        return None;
    }
    let from = |number: usize| match number {
        0 => Some(*hashes.start()),
        _ => word(block, start + 8 * number),
    };
    let mut found = Vec::with_capacity(count);
    for number in 0..count {
        let end = if number + 1 < count {
            from(number + 1)?.checked_sub(1)?
        } else {
            *hashes.end()
        };
        let to = word(block, start + 8 * number + 4)? & 0x0fff_ffff;
        found.push(Leaf {
            block: usize::try_from(to).ok()?,
            hashes: from(number)?..=end,
        });
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(block: &mut [u8], at: usize, inode: u32, length: usize, name: &[u8]) {
        block[at..at + 4].copy_from_slice(&inode.to_le_bytes());
        block[at + 4..at + 6].copy_from_slice(&(length as u16).to_le_bytes());
        block[at + 6] = name.len() as u8;
        block[at + HEAD..at + HEAD + name.len()].copy_from_slice(name);
    }

    fn tail(block: &mut [u8]) -> usize {
        let end = block.len() - CHECKSUM;
        block[end + 4] = 12;
        block[end + 7] = CHECKSUM_KIND;
        end
    }

    #[test]
    fn room_behind_entries_and_of_removed_ones_is_found() {
        let mut block = vec![0; 1024];
        let end = tail(&mut block);
        entry(&mut block, 0, 0, 24, b"");
        entry(&mut block, 24, 12, 16, b"five5");
        entry(&mut block, 40, 13, 32, b"a");
        entry(&mut block, 72, 14, end - 72, b"last");
        block[60] = b'x';
        let gap = |at, room, holds| Gap { at, room, holds };
        let found = gaps(&block, true).unwrap();
        assert_eq!(
            found,
            [gap(0, 24, false), gap(52, 20, true), gap(84, end - 84, false)]
        );
        assert_eq!(fillers(&found), (vec![24, 20], true));
        block[10] = 1;
        assert!(gaps(&block, true).unwrap()[0].holds);
        // Padding of a name is the entry's own.
        block[39] = 1;
        assert_eq!(gaps(&block, true).unwrap().len(), 3);
        assert_eq!(fillers(&[gap(0, 8, true), gap(20, 12, false)]), (vec![], false));
    }

    #[test]
    fn what_is_no_list_of_entries_is_not_taken_for_one() {
        let mut block = vec![0; 1024];
        assert_eq!(gaps(&block, false), None);
        entry(&mut block, 0, 5, 1024, b"name");
        assert!(gaps(&block, false).is_some());
        for length in [8, 14, 1028, 1020, 0xffff] {
            entry(&mut block, 0, 5, length, b"name");
            assert_eq!(gaps(&block, false), None, "{length}");
        }
        entry(&mut block, 0, 5, 12, b"longer");
        assert_eq!(gaps(&block, false), None);
    }

    #[test]
    fn an_index_tells_its_leaves_and_their_hashes() {
        let mut blocks = vec![0; 4 * 1024];
        entry(&mut blocks, 0, 2, 12, b".");
        entry(&mut blocks, 12, 2, 1012, b"..");
        blocks[28] = 1;
        blocks[29] = 8;
        let put = |blocks: &mut [u8], at: usize, value: u32| {
            blocks[at..at + 4].copy_from_slice(&value.to_le_bytes());
        };
        put(&mut blocks, 32, 123 | 3 << 16);
        for (at, value) in [(36, 1), (40, 1000), (44, 3), (48, 0x8000_0001), (52, 2)] {
            put(&mut blocks, at, value);
        }
        let found = index(&blocks, 1024).unwrap();
        let leaves: Vec<_> = found
            .leaves
            .iter()
            .map(|leaf| (leaf.block, leaf.hashes.clone()))
            .collect();
        assert_eq!(
            leaves,
            [(1, 0..=999), (3, 1000..=0x8000_0000), (2, 0x8000_0001..=u32::MAX)]
        );
        assert!(!found.root_holds);
        blocks[100] = 1;
        assert!(index(&blocks, 1024).unwrap().root_holds);
        // Twice the same, or one that is not there.
        for wrong in [1, 0, 4] {
            put(&mut blocks, 52, wrong);
            assert_eq!(index(&blocks, 1024), None);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken_apart_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..2048), checksums: bool) {
            if let Some(found) = gaps(&bytes, checksums) {
                prop_assert!(found.iter().all(|gap| gap.at + gap.room <= bytes.len()));
                prop_assert!(found.windows(2).all(|pair| pair[0].at + pair[0].room <= pair[1].at));
            }
            let _ = index(&bytes, 1024);
        }

        /// A file system that gives each entry the first room leaves nothing that could be taken.
        #[test]
        fn fillers_take_all_room_in_order(rooms in proptest::collection::vec((1_usize..600, any::<bool>()), 0..12)) {
            let mut at = 0;
            let mut gaps = Vec::new();
            for (room, holds) in rooms {
                gaps.push(Gap { at, room: room * 4, holds });
                at += room * 4 + 16;
            }
            let (needs, complete) = fillers(&gaps);
            let mut left: Vec<usize> = gaps.iter().map(|gap| gap.room).collect();
            for need in needs {
                prop_assert!((LEAST..=MOST).contains(&need) && need.is_multiple_of(4));
                let first = left.iter().position(|room| *room >= need).unwrap();
                prop_assert!(left[..first].iter().all(|room| *room < LEAST));
                left[first] -= need;
            }
            for (gap, left) in gaps.iter().zip(left) {
                prop_assert!(!gap.holds || left == 0 || (gap.room < LEAST && !complete));
            }
        }
    }
}
