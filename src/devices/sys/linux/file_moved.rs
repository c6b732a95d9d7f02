//! Whether the data of a file still lie where they lay.

use crate::devices::file_batch::Segment;
use crate::devices::file_facts::FileExtent;

/// Whether every byte of the segment still lies where it lay, by the extents that its file has now. A segment
/// without a place has none to leave.
pub(super) fn is_in_place(segment: &Segment, now: &[FileExtent]) -> bool {
    let Some(physical) = segment.physical else {
        return true;
    };
    let (start, end) = (segment.logical.0, segment.logical.0 + segment.range.length.0);
    let mut reached = start;
    for extent in now {
        let (from, to) = (extent.logical.0, extent.logical.0 + extent.length.0);
        if to <= reached {
            continue;
        }
        if reached >= end || from > reached {
            break;
        }
        let Some(place) = extent.physical else {
            return false;
        };
        if place.0 + (reached - from) != physical.0 + (reached - start) {
            return false;
        }
        reached = to;
    }
    reached >= end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{ByteCount, ByteOffset, ByteRange};

    fn extent(logical: u64, length: u64, physical: Option<u64>) -> FileExtent {
        FileExtent {
            logical: ByteOffset(logical),
            length: ByteCount(length),
            physical: physical.map(ByteOffset),
            unwritten: false,
        }
    }

    #[test]
    fn a_segment_is_in_place_only_where_every_byte_is() {
        let segment = |physical: Option<u64>| Segment {
            file: 0,
            logical: ByteOffset(4096),
            physical: physical.map(ByteOffset),
            range: ByteRange::new(0, 8192),
            unwritten: false,
        };
        let at = segment(Some(1 << 20));
        let place = 1 << 20;
        for (now, still) in [
            (vec![extent(4096, 8192, Some(place))], true),
            (vec![extent(0, 16_384, Some(place - 4096))], true),
            (
                vec![
                    extent(4096, 4096, Some(place)),
                    extent(8192, 4096, Some(place + 4096)),
                ],
                true,
            ),
            (
                vec![
                    extent(4096, 4096, Some(place)),
                    extent(8192, 4096, Some(place + 8192)),
                ],
                false,
            ),
            (vec![extent(4096, 4096, Some(place))], false),
            (vec![extent(8192, 4096, Some(place + 4096))], false),
            (vec![extent(4096, 8192, None)], false),
            (
                vec![
                    extent(0, 4096, Some(place - 4096)),
                    extent(12_288, 4096, Some(place + 8192)),
                ],
                false,
            ),
            (vec![], false),
        ] {
            assert_eq!(is_in_place(&at, &now), still, "{now:?}");
        }
        assert!(is_in_place(&segment(None), &[]));
    }
}
