//! Segments of a package's body, opened at any place; their plaintext as a stream.

use std::io::{self, BufRead, Read};
use std::ops::Range;

use crate::crypto::{FLOE_OVERHEAD, Floe};
use crate::units::ByteOffset;

use super::SealingError;
use super::layout::{Body, PLAIN, PLAIN_AT, SEGMENT};
use super::volumes::Ciphertext;

/// The body of a package with its key.
pub(super) struct Segments<'a> {
    pub(super) source: &'a dyn Ciphertext,
    pub(super) floe: Floe,
    pub(super) body: Body,
}

impl Segments<'_> {
    /// Reads a segment as it is.
    pub(super) fn read(&self, number: u64, into: &mut Vec<u8>) -> Result<(), SealingError> {
        let range = self.body.range(number);
        into.resize(usize::try_from(range.length.0).unwrap_or_default(), 0);
        let unreadable = |error: io::Error| source_fault(range.start, &error);
        self.source.read_at(range.start, into).map_err(unreadable)
    }

    /// Opens a segment that was read; returns its plaintext.
    pub(super) fn open<'b>(&self, number: u64, segment: &'b mut [u8]) -> Result<&'b mut [u8], SealingError> {
        let last = self.body.is_last(number);
        let damaged = |_| SealingError::Segment {
            number,
            range: self.body.range(number),
        };
        self.floe.open_segment(number, last, segment).map_err(damaged)
    }

    /// Opens a segment that was read; `into` becomes its plaintext.
    pub(super) fn open_into(
        &self,
        number: u64,
        segment: &[u8],
        into: &mut Vec<u8>,
    ) -> Result<(), SealingError> {
        let last = self.body.is_last(number);
        let damaged = |_| SealingError::Segment {
            number,
            range: self.body.range(number),
        };
        into.resize(segment.len().saturating_sub(FLOE_OVERHEAD), 0);
        self.floe
            .open_segment_into(number, last, segment, into)
            .map_err(damaged)
    }

    /// Whether a segment can be read and opened.
    pub(super) fn opens(&self, number: u64, buffer: &mut Vec<u8>) -> Result<(), SealingError> {
        self.read(number, buffer)?;
        self.open(number, buffer).map(|_| ())
    }

    /// The plaintext from `from` to `end`.
    pub(super) fn plaintext(&self, from: u64, end: u64) -> PlainReader<'_> {
        PlainReader {
            segments: self,
            next: from,
            end,
            buffer: Vec::with_capacity(SEGMENT as usize),
            ready: 0..0,
        }
    }
}

/// A failing source, as an error of this room.
pub(super) fn source_fault(at: ByteOffset, error: &io::Error) -> SealingError {
    SealingError::Source {
        at,
        reason: error.to_string(),
    }
}

/// Reads plaintext in order.
pub(super) struct PlainReader<'a> {
    segments: &'a Segments<'a>,
    next: u64,
    end: u64,
    buffer: Vec<u8>,
    ready: Range<usize>,
}

impl PlainReader<'_> {
    /// Where the next byte stands in the plaintext.
    pub(super) const fn position(&self) -> u64 {
        self.next - (self.ready.end - self.ready.start) as u64
    }

    fn load(&mut self) -> Result<(), SealingError> {
        let number = self.next / PLAIN;
        self.segments.read(number, &mut self.buffer)?;
        let length = self.segments.open(number, &mut self.buffer)?.len() as u64;
        let (from, until) = (self.next - number * PLAIN, length.min(self.end - number * PLAIN));
        let at = |place: u64| PLAIN_AT + usize::try_from(place).unwrap_or_default();
        self.ready = at(from.min(until))..at(until);
        self.next = number * PLAIN + until.max(from);
        Ok(())
    }
}

impl BufRead for PlainReader<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.ready.is_empty() && self.next < self.end {
            self.load().map_err(io::Error::other)?;
        }
        Ok(&self.buffer[self.ready.clone()])
    }

    fn consume(&mut self, count: usize) {
        self.ready.start += count;
    }
}

impl Read for PlainReader<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(into.len());
        into[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}
