//! Which pieces of a medium are read back: all, or a sample with a stated bound on what it can miss.

use crate::crypto::Keystream;
use crate::units::{ByteCount, ByteRange};

use super::exact::PIECE;
use super::outcome::{RangeList, SampleDrawn};

/// The whole medium in pieces, front to back.
pub(super) fn pieces(size: ByteCount) -> impl Iterator<Item = ByteRange> {
    let piece = move |index| {
        let start = index * PIECE as u64;
        ByteRange::new(start, (size.0 - start).min(PIECE as u64))
    };
    (0..count(size)).map(piece)
}

/// A sample of a medium's pieces.
///
/// The first and the last piece always; of the others so many, chosen at random, that all together are
/// the wanted share; and every piece with a place that could not be written, since only reading can
/// tell what such a place holds.
pub(super) struct Sample<'a> {
    size: ByteCount,
    inner: u64,
    chosen: u64,
    seed: [u8; 32],
    always: &'a RangeList,
}

impl<'a> Sample<'a> {
    /// `percent` of the pieces of a medium of `size`, chosen by `seed`, and what `always` touches.
    pub(super) fn new(size: ByteCount, percent: u8, seed: [u8; 32], always: &'a RangeList) -> Self {
        let all = count(size);
        let wanted = (u128::from(all) * u128::from(percent)).div_ceil(100);
        let wanted = u64::try_from(wanted).unwrap_or(u64::MAX);
        let inner = all.saturating_sub(2);
        // a short last piece comes on top, so that the share holds in bytes as well
        let ends = if size.0.is_multiple_of(PIECE as u64) { 2 } else { 1 };
        Self {
            size,
            inner,
            chosen: wanted.saturating_sub(ends).min(inner),
            seed,
            always,
        }
    }

    /// The pieces, front to back.
    pub(super) fn pieces(&self) -> impl Iterator<Item = ByteRange> {
        let mut draws = Draws::new(&self.seed);
        let (mut left, mut wanted) = (self.inner, self.chosen);
        let last = count(self.size).saturating_sub(1);
        let take = move |index: u64| {
            if index == 0 || index == last {
                return true;
            }
            // each piece with the chance wanted ÷ left, given those before: exactly `chosen` in the end
            let taken = draws.below(left) < wanted;
            left -= 1;
            wanted -= u64::from(taken);
            taken
        };
        let mut take = take;
        let indexed = pieces(self.size).zip(0u64..);
        indexed
            .filter(move |(piece, index)| take(*index) | self.always.touches(*piece))
            .map(|(piece, _)| piece)
    }

    /// Bytes in all its pieces.
    pub(super) fn bytes(&self) -> ByteCount {
        ByteCount(self.pieces().map(|piece| piece.length.0).sum())
    }

    /// What was drawn, and what it would have shown.
    pub(super) fn drawn(&self) -> SampleDrawn {
        self.drawn_of(self.chosen + count(self.size).min(2))
    }

    /// The same where only `blocks` of them are read.
    pub(super) fn drawn_of(&self, blocks: u64) -> SampleDrawn {
        let of = count(self.size);
        SampleDrawn {
            seed: self.seed,
            blocks,
            of,
            bound_ppm: bound_ppm(blocks, of),
        }
    }
}

/// Unerased data of more than this share of a medium, in parts per million, rounded up, are met with a
/// chance of 99 % by `blocks` of its blocks, drawn at random; 0 where these are all `of` them.
fn bound_ppm(blocks: u64, of: u64) -> u32 {
    if blocks >= of {
        return 0;
    }
    let share = 1.0 - 0.01f64.powf(1.0 / blocks.max(1) as f64);
    // Less than the last digit: what is exact in decimals must not be rounded up.
    (share * 1e6 - 1e-6).ceil() as u32
}

/// How many pieces a medium has.
fn count(size: ByteCount) -> u64 {
    size.0.div_ceil(PIECE as u64)
}

/// Random numbers from a seed.
struct Draws {
    stream: Keystream,
    ready: [u8; 4096],
    position: u64,
}

impl Draws {
    fn new(seed: &[u8; 32]) -> Self {
        Self {
            stream: Keystream::new(seed),
            ready: [0; 4096],
            position: 0,
        }
    }

    /// A number below `bound`, or 0 where that is 0. Its bias is less than `bound` ÷ 2^64.
    fn below(&mut self, bound: u64) -> u64 {
        let inside = (self.position % 4096) as usize;
        if inside == 0 {
            self.stream.fill(self.position, &mut self.ready);
        }
        self.position += 8;
        let bytes = self.ready[inside..].first_chunk().copied().unwrap_or_default();
        ((u128::from(u64::from_le_bytes(bytes)) * u128::from(bound)) >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::super::ranges::RangeCollector;
    use super::*;
    use proptest::prelude::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn the_bound_is_met_with_99_percent() {
        // (1 - bound)^n = 1 %
        for (blocks, bound) in [
            (1, 990_000),
            (2, 900_000),
            (10, 369_043),
            (100, 45_008),
            (4_000, 1_151),
        ] {
            assert_eq!(bound_ppm(blocks, 1 << 40), bound, "{blocks}");
            let missed = (1.0 - f64::from(bound) / 1e6).powf(blocks as f64);
            assert!(missed < 0.010_000_001, "{blocks}: {missed}");
        }
        assert_eq!((bound_ppm(7, 7), bound_ppm(2, 1)), (0, 0));
    }

    #[test]
    fn every_inner_piece_is_drawn_as_often_as_the_others() {
        let none = RangeList::default();
        let size = ByteCount(42 * MIB);
        let mut hits = [0u32; 42];
        for seed in 0..2000u32 {
            let mut bytes = [0; 32];
            bytes[..4].copy_from_slice(&seed.to_le_bytes());
            for piece in Sample::new(size, 20, bytes, &none).pieces() {
                hits[(piece.start.0 / MIB) as usize] += 1;
            }
        }
        let drawn = Sample::new(size, 20, [0; 32], &none).drawn();
        assert_eq!((hits[0], hits[41], drawn.blocks, drawn.of), (2000, 2000, 9, 42));
        // 2000 draws with p = 7 / 40: mean 350, deviation 17
        assert!(
            hits[1..41].iter().all(|hits| (265..435).contains(hits)),
            "{hits:?}"
        );
    }

    #[test]
    fn a_tiny_medium_is_read_whole() {
        let none = RangeList::default();
        for size in [1, 512, MIB, MIB + 1, 2 * MIB] {
            let sample = Sample::new(ByteCount(size), 1, [0; 32], &none);
            let drawn = sample.drawn();
            assert_eq!(
                (sample.bytes().0, drawn.blocks, drawn.bound_ppm),
                (size, drawn.of, 0),
                "{size}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_sample_is_its_share_in_order_with_ends_and_bad_places(
            size in 1u64..300 * MIB,
            percent in 1u8..100,
            seed: [u8; 32],
            bad in proptest::collection::btree_set(0u64..300 * MIB / 512, 0..3),
        ) {
            let mut refused = RangeCollector::default();
            for block in bad.iter().filter(|block| *block * 512 < size) {
                refused.push(ByteRange::new(block * 512, 512), 512);
            }
            let refused = refused.into_list();
            let sample = Sample::new(ByteCount(size), percent, seed, &refused);
            let chosen: Vec<_> = sample.pieces().collect();
            prop_assert!(chosen.is_sorted() && chosen.windows(2).all(|pair| pair[0] != pair[1]));
            prop_assert_eq!((chosen[0].start.0, chosen[chosen.len() - 1].end()), (0, size));
            let share = (size.div_ceil(MIB) * u64::from(percent)).div_ceil(100).max(2.min(size.div_ceil(MIB)));
            prop_assert!((share..=share + 1 + refused.count * 2).contains(&(chosen.len() as u64)));
            for bad in &refused.ranges {
                prop_assert!(chosen.iter().any(|piece| piece.start <= bad.start && bad.start.0 < piece.end()));
            }
            prop_assert_eq!(sample.bytes().0, chosen.iter().map(|piece| piece.length.0).sum::<u64>());
            prop_assert!(sample.bytes().0 * 100 >= size * u64::from(percent));
            prop_assert_eq!(sample.pieces().collect::<Vec<_>>(), chosen);
        }
    }
}
