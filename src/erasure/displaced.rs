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
/// Places looked at all over the medium, once something differs.
const PROBES: u64 = 512;
/// So many of them must lie where nothing is kept before that is called missing room.
const ENOUGH_BEHIND: usize = 8;

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
}

/// One place that was looked at: where it is, and where its bytes had been written to, if they tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Probe {
    at: u64,
    holds: Option<u64>,
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
    }

    /// Blocks all over a medium of `size` that show what the differences have in common: even where reading
    /// ended early, they reach to its end. None for a pattern that does not tell its place.
    pub(super) fn places(&self, size: ByteCount, block: u64) -> Vec<u64> {
        let blocks = size.0 / block.max(1);
        let Some(last) = blocks.checked_sub(1).filter(|_| self.current.is_some()) else {
            return Vec::new();
        };
        let count = PROBES.min(blocks);
        let place =
            |index: u64| (u128::from(last) * u128::from(index) / u128::from((count - 1).max(1))) as u64;
        (0..count).map(|index| place(index) * block).collect()
    }

    /// What `bytes`, read at `at`, tell.
    pub(super) fn probe(&self, at: u64, bytes: &[u8]) -> Probe {
        let holds = self.current.as_ref().and_then(|pattern| pattern.place_of(bytes));
        Probe { at, holds }
    }

    /// What it comes to on a medium of `size`, from places all over it.
    pub(super) fn judge(&self, probes: &[Probe], size: ByteCount) -> Displaced {
        let mut found = self.found.clone();
        let seen = || wraps(probes, size).or_else(|| shifted(probes));
        found.pattern = seen().or_else(|| self.ends_early(probes)).unwrap_or_default();
        found
    }

    /// Nothing that was written behind one place is there, all of it before that place is.
    fn ends_early(&self, probes: &[Probe]) -> Option<DisplacementPattern> {
        let kept = |probe: &Probe| probe.holds == Some(probe.at);
        let first = probes
            .iter()
            .position(|probe| !kept(probe))
            .filter(|first| *first > 0)?;
        let (from, end) = (probes[first].at, probes.last()?.at + 1);
        let behind = &probes[first..];
        let nothing = behind.iter().all(|probe| probe.holds.is_none());
        let taken = !self.refused.touches(ByteRange::new(from, end - from));
        (behind.len() >= ENOUGH_BEHIND && nothing && taken && self.found.stale == 0).then_some(
            DisplacementPattern::EndsAt {
                real: ByteCount(from),
            },
        )
    }
}

/// Addresses wrap: what was written last to a place of the real medium is read at every address of it.
fn wraps(probes: &[Probe], size: ByteCount) -> Option<DisplacementPattern> {
    let distance = |probe: &Probe| Some(probe.holds?.abs_diff(probe.at)).filter(|distance| *distance > 0);
    let real = probes.iter().filter_map(distance).fold(0, common_divisor);
    if real == 0 || real >= size.0 {
        return None;
    }
    let last_written = |at: u64| at % real + (size.0 - 1 - at % real) / real * real;
    let fits = probes
        .iter()
        .filter(|probe| probe.holds == Some(last_written(probe.at)))
        .count();
    // The last round reads as it was written; a shift would not.
    let last_round = probes
        .iter()
        .any(|probe| probe.at >= size.0 - real && probe.holds == Some(probe.at));
    (last_round && nearly_all(fits, probes)).then_some(DisplacementPattern::Wraps {
        real: ByteCount(real),
    })
}

/// All are off by as much.
fn shifted(probes: &[Probe]) -> Option<DisplacementPattern> {
    let distance = |probe: &Probe| Some(probe.holds?.cast_signed().wrapping_sub(probe.at.cast_signed()));
    let by = probes.iter().filter_map(distance).find(|by| *by != 0)?;
    let alike = probes.iter().filter(|probe| distance(probe) == Some(by)).count();
    nearly_all(alike, probes).then_some(DisplacementPattern::Shifted { by })
}

/// At bad places and at the ends of the medium something else may be read.
fn nearly_all(count: usize, probes: &[Probe]) -> bool {
    count * 100 >= probes.len() * 90
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

    /// What reading back a medium of `size` finds that holds at each place what `holds` says, when it ends
    /// after `until` bytes.
    fn found_until(
        until: u64,
        size: u64,
        patterns: &[PassPattern],
        holds: impl Fn(u64) -> Option<(usize, u64)>,
    ) -> Displaced {
        let mut displacements = Displacements::new(patterns);
        let read = |at: u64| {
            let mut bytes = vec![0xEE; 16];
            if let Some((pass, place)) = holds(at) {
                patterns[pass].filler().fill(place, &mut bytes);
            }
            bytes
        };
        for at in (0..until).step_by(4096) {
            if holds(at) != Some((patterns.len() - 1, at)) {
                displacements.look_at(at, &read(at));
            }
        }
        let places = displacements.places(ByteCount(size), 4096);
        let probes: Vec<_> = places
            .into_iter()
            .map(|at| displacements.probe(at, &read(at)))
            .collect();
        displacements.judge(&probes, ByteCount(size))
    }

    fn found(size: u64, patterns: &[PassPattern], holds: impl Fn(u64) -> Option<(usize, u64)>) -> Displaced {
        found_until(size, size, patterns, holds)
    }

    /// What is read where addresses wrap: what was written last to the same cell.
    fn wrapping(size: u64, real: u64) -> impl Fn(u64) -> Option<(usize, u64)> {
        move |at| Some((0, at % real + (size - 1 - at % real) / real * real))
    }

    #[test]
    fn addresses_that_wrap_are_told_with_what_is_really_there() {
        for pattern in [
            PassPattern::Seeded { seed: SEED },
            PassPattern::SeededComplement { seed: SEED },
        ] {
            for (size, real) in [(8, 2), (4, 2), (7, 3), (5, 4)] {
                let (size, real) = (size * MIB, real * MIB);
                let found = found(size, std::slice::from_ref(&pattern), wrapping(size, real));
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
    fn what_is_really_there_is_told_though_reading_ended_in_the_first_round() {
        let pattern = [PassPattern::Seeded { seed: SEED }];
        let (size, real) = (256 << 30, 8 << 30);
        let found = found_until(MIB, size, &pattern, wrapping(size, real));
        assert_eq!(
            found.pattern,
            DisplacementPattern::Wraps {
                real: ByteCount(real)
            }
        );
        let shifted = found_until(MIB, size, &pattern, |at| Some((0, at + 4096)));
        assert_eq!(shifted.pattern, DisplacementPattern::Shifted { by: 4096 });
        let ends = found_until(MIB, size, &pattern, |at| (at < real).then_some((0, at)));
        let DisplacementPattern::EndsAt { real: told } = ends.pattern else {
            panic!("{ends:?}");
        };
        assert!(told.0.abs_diff(real) <= size / 500, "{told}");
    }

    #[test]
    fn one_block_that_went_astray_is_no_counterfeit_capacity() {
        let pattern = [PassPattern::Seeded { seed: SEED }];
        for stray in [0, 8192, 5 * MIB] {
            let holds = |at: u64| Some((0, if at == stray { 7 * MIB } else { at }));
            let found = found(8 * MIB, &pattern, holds);
            assert_eq!((found.moved, found.pattern), (1, DisplacementPattern::None));
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
        let DisplacementPattern::EndsAt { real } = found.pattern else {
            panic!("{found:?}");
        };
        assert!(real.0.abs_diff(3 * MIB) <= 8 * MIB / 500, "{real}");
    }

    #[test]
    fn places_that_take_nothing_are_no_missing_room() {
        let mut refused = super::super::ranges::RangeCollector::default();
        refused.push(ByteRange::new(3 * MIB, 5 * MIB), 5 * MIB);
        let displacements = Displacements::new(&[PassPattern::Seeded { seed: SEED }]).besides(refused.list());
        let probe = |at| Probe {
            at,
            holds: (at < 3 * MIB).then_some(at),
        };
        let probes: Vec<_> = (0..8 * MIB).step_by(65_536).map(probe).collect();
        let found = displacements.judge(&probes, ByteCount(8 * MIB));
        assert_eq!(found.pattern, DisplacementPattern::None);
    }

    #[test]
    fn other_bytes_say_nothing() {
        let pattern = [PassPattern::Byte(0), PassPattern::Seeded { seed: SEED }];
        let found = found(4 * MIB, &pattern, |at| (at % MIB > 4096).then_some((1, at)));
        assert_eq!(found, Displaced::default());
    }
}
