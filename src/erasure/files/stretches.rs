//! Which bytes of a stream belong to which segment, and ranges laid over each other. Pure.

use crate::devices::Segment;
use crate::units::ByteRange;

/// The segments that `range` reaches into, with their number and what they have in common with it.
pub(super) fn parts(segments: &[Segment], range: ByteRange) -> impl Iterator<Item = (usize, ByteRange)> {
    let first = segments.partition_point(|segment| segment.range.end() <= range.start.0);
    let reached = segments.iter().enumerate().skip(first);
    reached
        .map(move |(index, segment)| (index, common(segment.range, range)))
        .take_while(|(_, part)| part.length.0 > 0)
}

/// What two ranges have in common; of no length where that is nothing.
pub(super) fn common(one: ByteRange, other: ByteRange) -> ByteRange {
    let start = one.start.0.max(other.start.0);
    let end = one.end().min(other.end());
    ByteRange::new(start, end.saturating_sub(start))
}

/// All ranges laid over each other, in order and without common bytes.
pub(super) fn merged(mut ranges: Vec<ByteRange>) -> Vec<ByteRange> {
    ranges.retain(|range| range.length.0 > 0);
    ranges.sort_unstable();
    let mut all: Vec<ByteRange> = Vec::new();
    for range in ranges {
        match all.last_mut() {
            Some(last) if range.start.0 <= last.end() => {
                last.length.0 = last.end().max(range.end()) - last.start.0;
            }
            _ => all.push(range),
        }
    }
    all
}

/// Whether `place` lies in one of `ranges`, which are merged.
pub(super) fn holds(ranges: &[ByteRange], place: u64) -> bool {
    let index = ranges.partition_point(|range| range.end() <= place);
    ranges.get(index).is_some_and(|range| range.start.0 <= place)
}

/// `range` in pieces of at most `step` bytes.
pub(super) fn in_pieces(range: ByteRange, step: u64) -> impl Iterator<Item = ByteRange> {
    let count = range.length.0.div_ceil(step);
    (0..count).map(move |index| {
        let start = range.start.0 + index * step;
        ByteRange::new(start, step.min(range.end() - start))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::units::ByteOffset;

    fn row(lengths: &[u64]) -> Vec<Segment> {
        let mut start = 0;
        let mut all = Vec::new();
        for (file, length) in lengths.iter().enumerate() {
            all.push(Segment {
                file,
                logical: ByteOffset(0),
                physical: None,
                range: ByteRange::new(start, *length),
                unwritten: false,
            });
            start += length;
        }
        all
    }

    proptest! {
        #[test]
        fn every_byte_is_found_in_its_segment(lengths in proptest::collection::vec(1u64..9, 1..9), start in 0u64..40, length in 0u64..40) {
            let segments = row(&lengths);
            let range = ByteRange::new(start, length);
            let found: Vec<(usize, u64)> = parts(&segments, range)
                .flat_map(|(index, part)| (part.start.0..part.end()).map(move |place| (index, place)))
                .collect();
            let wanted: Vec<(usize, u64)> = segments.iter().enumerate()
                .flat_map(|(index, segment)| (segment.range.start.0..segment.range.end()).map(move |place| (index, place)))
                .filter(|(_, place)| (start..start + length).contains(place))
                .collect();
            prop_assert_eq!(found, wanted);
        }

        #[test]
        fn merged_ranges_hold_what_they_were_made_of(ranges in proptest::collection::vec((0u64..60, 0u64..9), 0..9), step in 1u64..7) {
            let ranges: Vec<ByteRange> = ranges.into_iter().map(|(start, length)| ByteRange::new(start, length)).collect();
            let all = merged(ranges.clone());
            prop_assert!(all.windows(2).all(|two| two[0].end() < two[1].start.0));
            for place in 0..80 {
                let wanted = ranges.iter().any(|range| range.start.0 <= place && place < range.end());
                prop_assert_eq!(holds(&all, place), wanted);
                let in_a_piece = all.iter().flat_map(|range| in_pieces(*range, step))
                    .any(|piece| piece.length.0 <= step && piece.start.0 <= place && place < piece.end());
                prop_assert_eq!(in_a_piece, wanted);
            }
        }
    }
}
