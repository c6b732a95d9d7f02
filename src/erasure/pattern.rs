//! The bytes of a pass: what stands at every place of a medium after it was written.
//!
//! A pattern is a function of the offset from the medium's first byte, so that any part of it can be
//! computed again by anybody who has the record. Uses [`crate::crypto`] for the keystream.

use crate::crypto::Keystream;

/// What one pass writes, its seed included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PassPattern {
    /// The keystream of a seed.
    Seeded {
        /// 32 fresh random bytes.
        seed: [u8; 32],
    },
    /// The bitwise NOT of the keystream of a seed.
    SeededComplement {
        /// The seed of the pass before.
        seed: [u8; 32],
    },
    /// One byte everywhere.
    Byte(u8),
    /// Three bytes in turn: byte `o` is the one at `o` mod 3.
    Triple([u8; 3]),
}

impl PassPattern {
    /// Whether no two places are likely to hold the same bytes: only then can reading back show that
    /// two addresses are one place, or that a write was left out.
    #[must_use]
    pub fn shows_its_place(&self) -> bool {
        matches!(self, Self::Seeded { .. } | Self::SeededComplement { .. })
    }

    /// Makes ready to produce the pattern: the key schedule or the page of a constant, once per pass.
    #[must_use]
    pub fn filler(&self) -> Filler {
        Filler(match self {
            Self::Seeded { seed } => Source::Stream(Keystream::new(seed)),
            Self::SeededComplement { seed } => Source::Complement(Keystream::new(seed)),
            Self::Byte(value) => Source::Page {
                page: vec![*value; PAGE],
                period: 1,
            },
            Self::Triple(three) => {
                let page = three.iter().copied().cycle().take(PAGE + three.len()).collect();
                Source::Page { page, period: 3 }
            }
        })
    }
}

/// Bytes of a constant pattern that are kept ready: small enough to stay in the processor's cache.
const PAGE: usize = 64 << 10;

/// A pattern made ready. Wipes the key schedule of its seed when dropped.
pub struct Filler(Source);

enum Source {
    Stream(Keystream),
    Complement(Keystream),
    /// At least [`PAGE`] bytes from each of the first `period` places on.
    Page {
        page: Vec<u8>,
        period: u64,
    },
}

impl Filler {
    /// Writes the pattern's bytes from `offset` over the whole of `into`.
    pub fn fill(&self, offset: u64, into: &mut [u8]) {
        match &self.0 {
            Source::Stream(stream) => stream.fill(offset, into),
            Source::Complement(stream) => {
                stream.fill(offset, into);
                into.iter_mut().for_each(|byte| *byte = !*byte);
            }
            Source::Page { page, period } => {
                let mut at = offset;
                for part in into.chunks_mut(PAGE) {
                    let phase = (at % period) as usize;
                    part.copy_from_slice(&page[phase..phase + part.len()]);
                    at = at.wrapping_add(PAGE as u64);
                }
            }
        }
    }

    /// Whether every place gets the same byte.
    pub(super) fn is_the_same_everywhere(&self) -> bool {
        matches!(self.0, Source::Page { period: 1, .. })
    }

    /// The byte at `offset` of a constant pattern; none for one that tells its place.
    pub(super) fn constant_at(&self, offset: u64) -> Option<u8> {
        match &self.0 {
            Source::Page { page, period } => Some(page[(offset % period) as usize]),
            Source::Stream(_) | Source::Complement(_) => None,
        }
    }

    /// Where `bytes` (sixteen and more, from a multiple of sixteen on) were written to, if they are this
    /// pattern's and it tells.
    pub(super) fn place_of(&self, bytes: &[u8]) -> Option<u64> {
        let sixteen: [u8; 16] = *bytes.first_chunk()?;
        match &self.0 {
            Source::Stream(stream) => stream.place_of(&sixteen),
            Source::Complement(stream) => stream.place_of(&sixteen.map(|byte| !byte)),
            Source::Page { .. } => None,
        }
    }

    /// The pattern's bytes from `offset`, `length` of them: from the page that is kept ready where
    /// there is one, otherwise made in `scratch`, which must be at least so long.
    pub(super) fn expected<'a>(&'a self, offset: u64, length: usize, scratch: &'a mut [u8]) -> &'a [u8] {
        match &self.0 {
            Source::Page { page, period } if length <= PAGE => {
                let phase = (offset % period) as usize;
                &page[phase..phase + length]
            }
            _ => {
                let made = &mut scratch[..length];
                self.fill(offset, made);
                made
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_pattern() -> impl Strategy<Value = PassPattern> {
        prop_oneof![
            any::<[u8; 32]>().prop_map(|seed| PassPattern::Seeded { seed }),
            any::<[u8; 32]>().prop_map(|seed| PassPattern::SeededComplement { seed }),
            any::<u8>().prop_map(PassPattern::Byte),
            any::<[u8; 3]>().prop_map(PassPattern::Triple),
        ]
    }

    /// The pattern one byte at a time, as its documentation says.
    fn byte_at(pattern: &PassPattern, offset: u64) -> u8 {
        let stream = |seed: &[u8; 32]| {
            let mut one = [0];
            Keystream::new(seed).fill(offset, &mut one);
            one[0]
        };
        match pattern {
            PassPattern::Seeded { seed } => stream(seed),
            PassPattern::SeededComplement { seed } => !stream(seed),
            PassPattern::Byte(value) => *value,
            PassPattern::Triple(three) => three[(offset % 3) as usize],
        }
    }

    #[test]
    fn three_bytes_keep_turning_across_pages() {
        let pattern = PassPattern::Triple([0x92, 0x49, 0x24]);
        let mut bytes = vec![0; 3 * PAGE + 7];
        pattern.filler().fill(1 << 20, &mut bytes);
        assert!(
            bytes
                .iter()
                .enumerate()
                .all(|(i, byte)| *byte == byte_at(&pattern, (1 << 20) + i as u64))
        );
    }

    proptest! {
        #[test]
        fn a_filler_is_its_pattern(pattern in any_pattern(), offset in 0..u64::MAX / 2, length in 0usize..600) {
            let wanted: Vec<u8> = (0..length as u64).map(|i| byte_at(&pattern, offset + i)).collect();
            let filler = pattern.filler();
            let mut filled = vec![0; length];
            filler.fill(offset, &mut filled);
            prop_assert_eq!(&filled, &wanted);
            let mut scratch = vec![0; length];
            prop_assert_eq!(filler.expected(offset, length, &mut scratch), &wanted[..]);
        }
    }
}
