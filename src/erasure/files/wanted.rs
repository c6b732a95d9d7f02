//! What is looked for on whole devices afterwards (`--search-device`): fingerprints of old blocks, and names.
//!
//! Fingerprints are keyed and kept in memory for as long as the run lasts; nothing of the content itself is.

use std::collections::BTreeMap;

use crate::crypto::{BlockKey, BlockPrint};

use super::finder::Finder;

/// Most blocks of one run that are looked for: 64 MiB of fingerprints.
pub const MOST_SEARCHED_BLOCKS: u64 = 4 << 20;
/// Shorter names stand in any text by chance, in bytes.
pub const SHORTEST_SEARCHED_NAME: usize = 6;

/// How much is looked for, and how much is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LookedFor {
    /// Blocks of erased content.
    pub blocks: u64,
    /// Blocks of erased content that are no evidence (one byte value all through), or could not be told.
    pub other_blocks: u64,
    /// Names of erased files.
    pub names: u64,
    /// Names that are too short, or stand otherwise on the device.
    pub other_names: u64,
}

/// What a run looks for afterwards, by file system.
#[derive(Default)]
pub struct OldContent {
    systems: BTreeMap<usize, Wanted>,
}

/// What is looked for on one device.
#[derive(Default)]
pub(super) struct Wanted {
    /// Bytes of a block; 0 where there is none to look for.
    pub(super) block: usize,
    pub(super) prints: Vec<BlockPrint>,
    /// A few bits of each, so that most blocks of a device need no fingerprint.
    pub(super) marks: Vec<u32>,
    pub(super) names: Vec<Vec<u8>>,
    pub(super) counts: LookedFor,
}

impl OldContent {
    /// Has a name of an erased file looked for, on the device of file system `system`; counts it alone where
    /// `stands_otherwise` there.
    pub fn name(&mut self, system: usize, name: &[u8], stands_otherwise: bool) {
        let wanted = self.systems.entry(system).or_default();
        if stands_otherwise || name.len() < SHORTEST_SEARCHED_NAME {
            wanted.counts.other_names += 1;
        } else {
            wanted.counts.names += 1;
            wanted.names.push(name.to_vec());
        }
    }

    /// The file systems with something that was erased, in their order.
    #[must_use]
    pub fn systems(&self) -> Vec<usize> {
        self.systems.keys().copied().collect()
    }

    /// Takes over what a batch noted of the files that are gone now: by file whether it is.
    pub(super) fn take_over(&mut self, system: usize, noted: Noted, gone: &[bool]) {
        let kept: u64 = self
            .systems
            .values()
            .map(|wanted| wanted.prints.len() as u64)
            .sum();
        let wanted = self.systems.entry(system).or_default();
        let is_gone = |file: usize| gone.get(file).copied().unwrap_or(false);
        let mut room = MOST_SEARCHED_BLOCKS.saturating_sub(kept);
        let fits = wanted.block == 0 || wanted.block == noted.block;
        let content: u64 = in_files(&noted.content, is_gone);
        let mut looked_for = 0;
        for print in noted
            .prints
            .into_iter()
            .filter(|print| is_gone(print.file as usize))
        {
            if room == 0 || !fits {
                break;
            }
            room -= 1;
            looked_for += u64::from(!print.again);
            wanted.block = noted.block;
            wanted.prints.push(print.print);
            wanted.marks.push(print.mark);
        }
        wanted.counts.blocks += looked_for;
        wanted.counts.other_blocks += content.saturating_sub(looked_for);
    }

    /// What is looked for on the device of `system`.
    pub(super) fn of(&self, system: usize) -> Option<&Wanted> {
        self.systems.get(&system)
    }
}

fn in_files(counts: &[u64], is_gone: impl Fn(usize) -> bool) -> u64 {
    let counts = counts.iter().enumerate();
    counts
        .filter(|(file, _)| is_gone(*file))
        .map(|(_, count)| count)
        .sum()
}

/// A block of a file's content.
struct Print {
    file: u32,
    print: BlockPrint,
    mark: u32,
    /// The same block once more, as its device held it.
    again: bool,
}

/// What is noted of a batch while its content is read, before anything is written.
pub(super) struct Noted {
    block: usize,
    prints: Vec<Print>,
    /// By file: blocks of content.
    content: Vec<u64>,
}

impl Noted {
    pub(super) fn new(block: usize, files: usize) -> Self {
        Self {
            block,
            prints: Vec::new(),
            content: vec![0; files],
        }
    }

    /// Counts blocks of content of `file`, whether they can be looked for or not.
    pub(super) fn counts(&mut self, file: usize, blocks: u64) {
        if let Some(content) = self.content.get_mut(file) {
            *content += blocks;
        }
    }

    /// Notes a block of `file`: its `content`, filled up with zeros behind its end, and what its place on the
    /// device `held`, where that is the content with something else behind its end.
    pub(super) fn block(&mut self, key: &BlockKey, file: usize, content: &[u8], held: Option<&[u8]>) {
        let Ok(file) = u32::try_from(file) else { return };
        let versions = [Some(content), held.filter(|held| *held != content)];
        let mut again = false;
        for bytes in versions.into_iter().flatten().filter(|bytes| !is_uniform(bytes)) {
            self.prints.push(Print {
                file,
                print: key.print(bytes),
                mark: mark(bytes),
                again,
            });
            again = true;
        }
    }
}

/// Whether all bytes are the same: such a block is everywhere and no evidence of anything.
pub(super) fn is_uniform(bytes: &[u8]) -> bool {
    bytes.len() < 2 || bytes[1..] == bytes[..bytes.len() - 1]
}

/// A few bits that equal blocks share, from a few places of the block. Cheap, and no secret.
pub(super) fn mark(bytes: &[u8]) -> u32 {
    const PLACES: usize = 8;
    let step = (bytes.len() / PLACES).max(8);
    let mut mixed = 0_u64;
    for chunk in bytes.chunks_exact(step) {
        let mut word = [0; 8];
        word.copy_from_slice(&chunk[step / 2 - 4..step / 2 + 4]);
        mixed = (mixed ^ u64::from_le_bytes(word)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        mixed ^= mixed >> 29;
    }
    (mixed >> 32) as u32
}

/// What is looked for, made ready for looking.
pub(super) struct Ready<'a> {
    key: &'a BlockKey,
    block: usize,
    /// By the bits of marks: whether any block that is looked for has them.
    marks: Vec<u64>,
    /// In order.
    prints: Vec<BlockPrint>,
    pub(super) finder: Finder,
}

impl<'a> Ready<'a> {
    pub(super) fn new(key: &'a BlockKey, wanted: &Wanted) -> Self {
        let bits = (wanted.marks.len() * 16)
            .next_power_of_two()
            .clamp(1 << 12, 1 << 26);
        let mut marks = vec![0_u64; bits / 64];
        for mark in &wanted.marks {
            let bit = *mark as usize & (bits - 1);
            marks[bit / 64] |= 1 << (bit % 64);
        }
        let mut prints = wanted.prints.clone();
        prints.sort_unstable();
        prints.dedup();
        Self {
            key,
            block: wanted.block,
            marks,
            prints,
            finder: Finder::new(wanted.names.clone()),
        }
    }

    /// Tells where in `bytes`, whose first byte begins a block, blocks are that are looked for.
    pub(super) fn blocks_in(&self, bytes: &[u8], mut tell: impl FnMut(usize)) {
        if self.prints.is_empty() {
            return;
        }
        let blocks = bytes.chunks_exact(self.block);
        for (at, block) in (0..).step_by(self.block).zip(blocks) {
            if self.is_looked_for(block) {
                tell(at);
            }
        }
    }

    fn is_looked_for(&self, block: &[u8]) -> bool {
        let bit = mark(block) as usize & (self.marks.len() * 64 - 1);
        let marked = self.marks[bit / 64] >> (bit % 64) & 1 == 1;
        marked && !is_uniform(block) && self.prints.binary_search(&self.key.print(block)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> BlockKey {
        BlockKey::draw().unwrap()
    }

    fn block(seed: u8) -> Vec<u8> {
        (0..512_u32)
            .map(|at| (at.wrapping_mul(31) >> 3) as u8 ^ seed)
            .collect()
    }

    fn found(key: &BlockKey, old: &OldContent, bytes: &[u8]) -> Vec<usize> {
        let mut places = Vec::new();
        Ready::new(key, old.of(0).unwrap()).blocks_in(bytes, |at| places.push(at));
        places
    }

    #[test]
    fn blocks_of_files_that_are_gone_are_known_again_and_no_others() {
        let key = key();
        let mut noted = Noted::new(512, 2);
        noted.counts(0, 2);
        noted.counts(1, 1);
        noted.block(&key, 0, &block(1), Some(&block(1)));
        noted.block(&key, 0, &[7; 512], None);
        noted.block(&key, 1, &block(2), None);
        let mut old = OldContent::default();
        old.take_over(0, noted, &[true, false]);
        let counts = old.of(0).unwrap().counts;
        assert_eq!((counts.blocks, counts.other_blocks), (1, 1));
        let device = [block(2), vec![7; 512], block(1), vec![0; 512], block(1), block(3)].concat();
        assert_eq!(found(&key, &old, &device), [1024, 2048]);
        assert!(
            found(&key, &old, &device[1..]).is_empty(),
            "blocks lie where blocks begin"
        );
    }

    /// What lies behind the end of a file may differ between its place and a copy.
    #[test]
    fn a_last_block_is_looked_for_with_zeros_and_as_it_was() {
        let key = key();
        let mut clean = block(1);
        clean[100..].fill(0);
        let held = block(1);
        let mut noted = Noted::new(512, 1);
        noted.counts(0, 1);
        noted.block(&key, 0, &clean, Some(&held));
        let mut old = OldContent::default();
        old.take_over(0, noted, &[true]);
        assert_eq!(old.of(0).unwrap().counts.blocks, 1, "one block, in two ways");
        assert_eq!(found(&key, &old, &[clean, held, block(9)].concat()), [0, 512]);
    }

    #[test]
    fn short_names_and_those_that_stand_otherwise_are_counted_alone() {
        let mut old = OldContent::default();
        for (name, otherwise) in [("a.txt", false), ("report", false), ("secret-file", true)] {
            old.name(3, name.as_bytes(), otherwise);
        }
        let wanted = old.of(3).unwrap();
        assert_eq!((wanted.counts.names, wanted.counts.other_names), (1, 2));
        assert_eq!(wanted.names, [b"report".to_vec()]);
        assert_eq!(old.systems(), [3]);
    }

    #[test]
    fn marks_of_equal_blocks_are_equal_whatever_their_size() {
        for size in [512, 1024, 4096, 65536] {
            let bytes: Vec<u8> = (0..size).map(|at: u32| (at / 7) as u8).collect();
            assert_eq!(mark(&bytes), mark(&bytes.clone()));
            assert!(!is_uniform(&bytes) && is_uniform(&vec![9; size as usize]));
        }
    }
}
