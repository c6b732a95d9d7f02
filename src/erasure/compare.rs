//! Comparing what was read with what was written, at the speed of memory.
//!
//! Whole chunks are compared with one `memcmp` against bytes that stay in the processor's cache; only
//! a chunk that differs is looked at block by block.

use crate::units::{BlockSize, ByteRange};

use super::pattern::Filler;

/// Bytes compared at once, unless a block is larger.
const CHUNK: usize = 64 << 10;

/// No system transfers less than this and calls it whole.
const SPOIL_EVERY: usize = 512;

/// Compares read bytes with the pattern of one pass.
pub(super) struct Comparer {
    filler: Filler,
    scratch: Vec<u8>,
    block: usize,
}

impl Comparer {
    /// A comparison with `filler`'s pattern that places differences in blocks of `block`.
    pub(super) fn new(filler: Filler, block: BlockSize) -> Self {
        let block = block.bytes() as usize;
        Self {
            filler,
            scratch: vec![0; CHUNK.max(block)],
            block,
        }
    }

    /// Makes sure that `into`, which will be read from `offset` on, does not hold what is expected already:
    /// whoever claims to have read and has not must not pass.
    pub(super) fn spoil(&self, offset: u64, into: &mut [u8]) {
        for inside in (0..into.len()).step_by(SPOIL_EVERY) {
            let Some(expected) = self.filler.constant_at(offset + inside as u64) else {
                // Buffers hold bytes of another place, which are others.
                return;
            };
            into[inside] = !expected;
        }
    }

    /// Compares `read`, the bytes from `offset` (a multiple of the block), and hands every block that
    /// differs to `differing` with the number of its bytes that do, in order.
    pub(super) fn compare(&mut self, offset: u64, read: &[u8], mut differing: impl FnMut(ByteRange, u64)) {
        let mut at = offset;
        for chunk in read.chunks(self.scratch.len()) {
            let expected = self.filler.expected(at, chunk.len(), &mut self.scratch);
            if chunk != expected {
                by_block(at, chunk, expected, self.block, &mut differing);
            }
            at += chunk.len() as u64;
        }
    }
}

fn by_block(
    start: u64,
    read: &[u8],
    expected: &[u8],
    block: usize,
    differing: &mut impl FnMut(ByteRange, u64),
) {
    let mut at = start;
    for (read, expected) in read.chunks(block).zip(expected.chunks(block)) {
        if read != expected {
            differing(ByteRange::new(at, read.len() as u64), differences(read, expected));
        }
        at += read.len() as u64;
    }
}

/// How many bytes differ. Counted in parts of 255 in a single byte, which compilers turn into vector
/// instructions.
fn differences(read: &[u8], expected: &[u8]) -> u64 {
    let count = |(a, b): (&[u8], &[u8])| {
        let part = a
            .iter()
            .zip(b)
            .fold(0u8, |sum, (a, b)| sum.wrapping_add(u8::from(a != b)));
        u64::from(part)
    };
    read.chunks(255).zip(expected.chunks(255)).map(count).sum()
}

#[cfg(test)]
mod tests {
    use super::super::pattern::PassPattern;
    use super::*;
    use proptest::prelude::*;

    fn found(pattern: &PassPattern, block: u32, offset: u64, read: &[u8]) -> Vec<(ByteRange, u64)> {
        let mut all = Vec::new();
        let mut comparer = Comparer::new(pattern.filler(), BlockSize::new(block).unwrap());
        comparer.compare(offset, read, |range, bytes| all.push((range, bytes)));
        all
    }

    #[test]
    fn a_block_larger_than_a_chunk_is_reported_whole() {
        let mut read = vec![0; 2 << 20];
        read[(1 << 20) + 5] = 1;
        read[(2 << 20) - 1] = 1;
        let all = found(&PassPattern::Byte(0), 1 << 20, 1 << 20, &read);
        assert_eq!(all, [(ByteRange::new(2 << 20, 1 << 20), 2)]);
    }

    #[test]
    fn a_last_block_may_be_short() {
        let all = found(
            &PassPattern::Byte(1),
            512,
            0,
            &[[1; 512].as_slice(), &[0; 7]].concat(),
        );
        assert_eq!(all, [(ByteRange::new(512, 7), 7)]);
    }

    proptest! {
        #[test]
        fn every_changed_byte_is_counted_in_its_block(
            seed: [u8; 32],
            start in 0u64..1000,
            blocks in 1usize..300,
            changes in proptest::collection::btree_set(0usize..300 * 512, 0..40),
        ) {
            let pattern = PassPattern::Seeded { seed };
            let mut read = vec![0; blocks * 512];
            pattern.filler().fill(start * 512, &mut read);
            let mut wanted = std::collections::BTreeMap::new();
            let length = read.len();
            for change in changes.into_iter().filter(|change| *change < length) {
                read[change] ^= 1 + (change % 255) as u8;
                *wanted.entry(start * 512 + (change / 512 * 512) as u64).or_insert(0u64) += 1;
            }
            let wanted: Vec<_> = wanted.into_iter().map(|(at, bytes)| (ByteRange::new(at, 512), bytes)).collect();
            prop_assert_eq!(found(&pattern, 512, start * 512, &read), wanted);
        }
    }
}
