//! What blocks hold that should hold something else: bytes of another place, or of an earlier pass.
//!
//! A seeded pattern is AES in counter mode over the place, so sixteen bytes of it tell, with the seed,
//! where they were written to. A drive that claims more room than it has (counterfeit capacity), that
//! mixes up addresses, or that keeps what was there before is recognised by that.

use crate::units::{ByteCount, ByteOffset, ByteRange};

use super::outcome::{Displaced, Displacement, DisplacementPattern, RangeList};
use super::pattern::{Filler, PassPattern};

/// How many displaced blocks are kept as examples.
const MOST_EXAMPLES: usize = 16;

/// Collects what differing blocks hold.
#[derive(Default)]
pub(super) struct Displacements {
    /// The pattern that should be there.
    current: Option<Filler>,
    /// Patterns of earlier passes.
    earlier: Vec<Filler>,
    /// Where nothing could be written: what is there says nothing about the room on the medium.
    refused: RangeList,
    found: Displaced,
    /// Greatest common divisor of all distances.
    distance: u64,
    /// The first distance, and how many lie the same way and as far.
    first: Option<i64>,
    alike: u64,
    all_forward: bool,
    last_at: u64,
}

impl Displacements {
    /// For the read-back of the last of `patterns`; the others were written before it.
    pub(super) fn new(patterns: &[PassPattern]) -> Self {
        let telling = |pattern: &PassPattern| pattern.shows_its_place().then(|| pattern.filler());
        let (current, earlier) = patterns
            .split_last()
            .map_or((None, Vec::new()), |(last, before)| {
                (telling(last), before.iter().filter_map(telling).collect())
            });
        Self {
            current,
            earlier,
            all_forward: true,
            ..Self::default()
        }
    }

    /// The same where these places could not be written.
    pub(super) fn besides(self, refused: &RangeList) -> Self {
        Self {
            refused: refused.clone(),
            ..self
        }
    }

    /// Looks at a block that differs: `bytes` were read from `at` on.
    pub(super) fn look_at(&mut self, at: u64, bytes: &[u8]) {
        let here = |place: Option<u64>| place == Some(at);
        if let Some(holds) = self.current.as_ref().and_then(|pattern| pattern.place_of(bytes))
            && holds != at
        {
            self.moved(at, holds);
        } else if self.earlier.iter().any(|pattern| here(pattern.place_of(bytes))) {
            self.found.stale += 1;
        }
    }

    fn moved(&mut self, at: u64, holds: u64) {
        self.found.moved += 1;
        if self.found.examples.len() < MOST_EXAMPLES {
            self.found.examples.push(Displacement {
                at: ByteOffset(at),
                holds: ByteOffset(holds),
            });
        }
        let distance = holds.cast_signed().wrapping_sub(at.cast_signed());
        self.distance = common_divisor(self.distance, holds.abs_diff(at));
        self.alike += u64::from(*self.first.get_or_insert(distance) == distance);
        self.all_forward &= holds > at;
        self.last_at = at;
    }

    /// What it comes to on a medium of `size` of which `mismatches` were found.
    pub(super) fn judge(&self, mismatches: &RangeList, size: ByteCount) -> Displaced {
        let mut found = self.found.clone();
        found.pattern = self.pattern(mismatches, size);
        found
    }

    fn pattern(&self, mismatches: &RangeList, size: ByteCount) -> DisplacementPattern {
        if self.found.moved == 0 {
            return self.ends_early(mismatches, size).unwrap_or_default();
        }
        // Where addresses wrap, what was written last stands everywhere: the last round reads as written.
        let last_round_holds = self.last_at < size.0.saturating_sub(self.distance);
        if self.all_forward && last_round_holds {
            return DisplacementPattern::Wraps {
                real: ByteCount(self.distance),
            };
        }
        // At the ends of the medium something else may be read.
        let nearly_all = self.alike.saturating_mul(100) >= self.found.moved.saturating_mul(99);
        match self.first {
            Some(by) if nearly_all => DisplacementPattern::Shifted { by },
            _ => DisplacementPattern::None,
        }
    }

    /// Nothing behind one place holds anything that was written there, to the end of the medium.
    fn ends_early(&self, mismatches: &RangeList, size: ByteCount) -> Option<DisplacementPattern> {
        let [behind]: &[ByteRange; 1] = mismatches.ranges.as_slice().try_into().ok()?;
        let to_the_end = mismatches.count == 1 && behind.end() == size.0 && behind.start.0 > 0;
        let enough = behind.length.0 >= 1 << 20 && self.found.stale == 0;
        (to_the_end && enough && !self.refused.touches(*behind)).then_some(DisplacementPattern::EndsAt {
            real: ByteCount(behind.start.0),
        })
    }
}

fn common_divisor(a: u64, b: u64) -> u64 {
    let (mut a, mut b) = (a, b);
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;
    const SEED: [u8; 32] = [5; 32];

    /// What reading back a medium of `size` finds that holds at each place what `holds` says.
    fn found(size: u64, patterns: &[PassPattern], holds: impl Fn(u64) -> Option<(usize, u64)>) -> Displaced {
        let mut displacements = Displacements::new(patterns);
        let mut collector = super::super::ranges::RangeCollector::default();
        for at in (0..size).step_by(4096) {
            let mut bytes = vec![0xEE; 4096];
            if let Some((pass, place)) = holds(at) {
                patterns[pass].filler().fill(place, &mut bytes);
            }
            if holds(at) != Some((patterns.len() - 1, at)) {
                collector.push(ByteRange::new(at, 4096), 4096);
                displacements.look_at(at, &bytes);
            }
        }
        displacements.judge(collector.list(), ByteCount(size))
    }

    #[test]
    fn addresses_that_wrap_are_told_with_what_is_really_there() {
        for pattern in [
            PassPattern::Seeded { seed: SEED },
            PassPattern::SeededComplement { seed: SEED },
        ] {
            for (size, real) in [(8, 2), (4, 2), (7, 3), (5, 4)] {
                let (size, real) = (size * MIB, real * MIB);
                // what was written last to the same cell
                let holds = |at: u64| Some((0, at % real + (size - 1 - at % real) / real * real));
                let found = found(size, std::slice::from_ref(&pattern), holds);
                let wraps = DisplacementPattern::Wraps {
                    real: ByteCount(real),
                };
                assert_eq!(
                    (found.pattern, found.moved),
                    (wraps, (size - real) / 4096),
                    "{size} {real}"
                );
                assert_eq!(found.examples.len(), MOST_EXAMPLES);
            }
        }
    }

    #[test]
    fn data_that_are_shifted_are_told_with_the_distance() {
        let pattern = [PassPattern::Seeded { seed: SEED }];
        for by in [4096i64, -8192] {
            let place = |at: u64| at.checked_add_signed(by).map(|place| (0, place));
            let found = found(4 * MIB, &pattern, place);
            assert_eq!(found.pattern, DisplacementPattern::Shifted { by }, "{by}");
        }
    }

    #[test]
    fn what_an_earlier_pass_wrote_is_told_as_stale() {
        let patterns = [
            PassPattern::Seeded { seed: [1; 32] },
            PassPattern::Seeded { seed: SEED },
        ];
        let found = found(4 * MIB, &patterns, |at| Some((usize::from(at >= MIB), at)));
        assert_eq!((found.stale, found.moved), (256, 0));
        assert_eq!(found.pattern, DisplacementPattern::None);
    }

    #[test]
    fn a_medium_that_keeps_nothing_behind_a_place_is_told() {
        let pattern = [PassPattern::Seeded { seed: SEED }];
        let found = found(8 * MIB, &pattern, |at| (at < 3 * MIB).then_some((0, at)));
        assert_eq!(
            found.pattern,
            DisplacementPattern::EndsAt {
                real: ByteCount(3 * MIB)
            }
        );
    }

    #[test]
    fn places_that_take_nothing_are_no_missing_room() {
        let mut refused = super::super::ranges::RangeCollector::default();
        refused.push(ByteRange::new(3 * MIB, 5 * MIB), 5 * MIB);
        let displacements = Displacements::new(&[PassPattern::Seeded { seed: SEED }]).besides(refused.list());
        let found = displacements.judge(refused.list(), ByteCount(8 * MIB));
        assert_eq!(found.pattern, DisplacementPattern::None);
    }

    #[test]
    fn other_bytes_say_nothing() {
        let pattern = [PassPattern::Byte(0), PassPattern::Seeded { seed: SEED }];
        let found = found(4 * MIB, &pattern, |at| (at % MIB > 4096).then_some((1, at)));
        assert_eq!(found, Displaced::default());
    }
}
