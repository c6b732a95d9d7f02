//! Numbers of the format: segments, plaintext, where both manifests stand (`docs/spec/package.md` §4, §5).

use crate::crypto::{FLOE_OVERHEAD, FloeParams};
use crate::units::{ByteCount, ByteOffset, ByteRange};

/// Bytes of plaintext in a whole segment.
pub(super) const PLAIN: u64 = FloeParams::PACKAGE.plaintext_length() as u64;
/// Bytes of a whole segment.
pub(super) const SEGMENT: u64 = FloeParams::PACKAGE.segment_length() as u64;
/// Bytes that a segment has besides its plaintext.
pub(super) const OVERHEAD: u64 = FLOE_OVERHEAD as u64;
/// Where the plaintext begins in a segment.
pub(super) const PLAIN_AT: usize = 16;
/// Length of a footer.
pub(super) const FOOTER_BYTES: u64 = 24;
/// Mark of a footer.
pub(super) const FOOTER_MARK: &[u8; 8] = b"KSHNMAN1";
/// Largest manifest.
pub(super) const MOST_MANIFEST_BYTES: u64 = 1 << 30;

/// The next multiple of a segment's plaintext.
pub(super) const fn round_up(plain: u64) -> u64 {
    plain.next_multiple_of(PLAIN)
}

/// Where the second manifest begins when the first one, footer included, ends at `end`: a whole segment lies
/// between them, so that damage which reaches over a segment's end does not take both.
pub(super) const fn after_gap(end: u64) -> u64 {
    round_up(end) + PLAIN
}

/// A footer.
pub(super) fn footer(offset: u64, length: u64) -> [u8; FOOTER_BYTES as usize] {
    let mut bytes = [0; FOOTER_BYTES as usize];
    bytes[..8].copy_from_slice(&offset.to_be_bytes());
    bytes[8..16].copy_from_slice(&length.to_be_bytes());
    bytes[16..].copy_from_slice(FOOTER_MARK);
    bytes
}

/// Offset and length of the manifest that a footer names.
pub(super) fn read_footer(bytes: [u8; FOOTER_BYTES as usize]) -> Option<(u64, u64)> {
    let number = |at: usize| {
        let mut number = [0; 8];
        number.copy_from_slice(&bytes[at..at + 8]);
        u64::from_be_bytes(number)
    };
    let (offset, length) = (number(0), number(8));
    let possible = bytes.ends_with(FOOTER_MARK)
        && offset.is_multiple_of(PLAIN)
        && offset <= 1 << 60
        && (1..=MOST_MANIFEST_BYTES).contains(&length);
    possible.then_some((offset, length))
}

/// The body: where it stands in the package, and how many segments it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Body {
    pub(super) start: u64,
    pub(super) length: u64,
}

impl Body {
    /// How many segments.
    pub(super) const fn segments(self) -> u64 {
        self.length.div_ceil(SEGMENT)
    }

    /// Whether its last segment can have a plaintext at all.
    pub(super) const fn is_possible(self) -> bool {
        let last = self.length % SEGMENT;
        self.length > 0 && (last == 0 || last > OVERHEAD)
    }

    /// Bytes of plaintext.
    pub(super) const fn plaintext(self) -> u64 {
        self.length - self.segments() * OVERHEAD
    }

    /// Where a segment stands in the package.
    pub(super) fn range(self, number: u64) -> ByteRange {
        let start = number * SEGMENT;
        ByteRange {
            start: ByteOffset(self.start + start),
            length: ByteCount(SEGMENT.min(self.length - start)),
        }
    }

    /// Whether it is the last segment.
    pub(super) const fn is_last(self, number: u64) -> bool {
        number + 1 == self.segments()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_body() {
        let body = Body {
            start: 100,
            length: 2 * SEGMENT + 33,
        };
        assert_eq!((body.segments(), body.plaintext()), (3, 2 * PLAIN + 1));
        assert_eq!(body.range(2).start.0, 100 + 2 * SEGMENT);
        assert_eq!(body.range(2).length.0, 33);
        assert!(body.is_possible() && body.is_last(2) && !body.is_last(1));
        assert!(
            !Body {
                start: 0,
                length: SEGMENT + 32
            }
            .is_possible()
        );
        assert!(!Body { start: 0, length: 0 }.is_possible());
        assert!(
            Body {
                start: 0,
                length: SEGMENT
            }
            .is_possible()
        );
        assert_eq!((round_up(0), round_up(1), round_up(PLAIN)), (0, PLAIN, PLAIN));
    }

    #[test]
    fn a_footer_is_read_as_it_was_written() {
        assert_eq!(read_footer(footer(PLAIN, 7)), Some((PLAIN, 7)));
        assert_eq!(read_footer(footer(PLAIN + 1, 7)), None);
        assert_eq!(read_footer(footer(0, 0)), None);
        assert_eq!(read_footer(footer(0, MOST_MANIFEST_BYTES + 1)), None);
    }
}
