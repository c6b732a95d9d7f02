//! What lay on the device before anything was written: whether it was the files' content, and fingerprints of it.
//!
//! The fingerprints are keyed, kept in memory, and gone with the batch. Only reads.

use crate::crypto::{BlockKey, BlockPrint};
use crate::devices::{FileBatch, Segment, Sight, Target};
use crate::erasure::buffer::AlignedBuffer;
use crate::erasure::exact::{Exact, PIECE};
use crate::progress::{Event, Observer, Phase, StopSignal};
use crate::units::{ByteCount, ByteOffset, ByteRange};

use super::stretches::in_pieces;

/// At most so many fingerprints (64 MiB of memory); they go with their batch.
const MOST_PRINTS: u64 = 4 << 20;
/// After so many places that could not be read the rest is not looked at: it counts as not seen.
const MOST_REFUSALS: u32 = 64;
/// Stands for a block that nothing is held against: not read, or all zeros.
const NO_PRINT: BlockPrint = [0; 16];

/// What was seen before.
pub(super) struct Before {
    /// By segment: bytes of content whose place held just them.
    pub(super) mapped: Vec<u64>,
    /// By segment: bytes that held nothing of the content, in whole blocks.
    pub(super) unwritten: Vec<u64>,
    /// By segment: bytes behind the end of the content, in its last block.
    pub(super) slack: Vec<u64>,
    /// Whether every block that was to have a fingerprint has one.
    pub(super) kept: bool,
    /// By block of the stream from its front.
    prints: Vec<BlockPrint>,
    block: usize,
}

impl Before {
    /// Whether `bytes`, read at the block at `place` of the stream, are what lay there before. Never true of zeros.
    pub(super) fn was(&self, key: &BlockKey, place: u64, bytes: &[u8]) -> bool {
        let index = usize::try_from(place).map_or(usize::MAX, |place| place / self.block);
        self.prints
            .get(index)
            .is_some_and(|kept| *kept != NO_PRINT && *kept == key.print(bytes))
    }
}

/// Looks at every place of the stream that can be looked at, unless asked to stop.
pub(super) fn look(
    key: &BlockKey,
    batch: &mut dyn FileBatch,
    medium: &mut Exact<dyn Target>,
    observer: &mut dyn Observer,
    stop: &StopSignal,
) -> Before {
    let segments = batch.segments().to_vec();
    let block = medium.block();
    let sees = matches!(batch.sight(), Sight::Device { .. });
    let size = segments.last().map_or(0, |last| last.range.end());
    let most = if sees {
        (size / block as u64).min(MOST_PRINTS)
    } else {
        0
    };
    let mut looking = Looking {
        key,
        medium,
        device: AlignedBuffer::new(PIECE),
        content: AlignedBuffer::new(PIECE),
        refusals: 0,
        before: Before {
            mapped: vec![0; segments.len()],
            unwritten: vec![0; segments.len()],
            slack: vec![0; segments.len()],
            kept: sees && size / block as u64 <= MOST_PRINTS,
            prints: vec![NO_PRINT; usize::try_from(most).unwrap_or(0)],
            block,
        },
    };
    let mut wanted = Vec::new();
    for (index, segment) in segments.iter().enumerate() {
        let content = content_of(batch, segment);
        let blocks = content.next_multiple_of(block as u64).min(segment.range.length.0);
        let held = ByteRange::new(segment.range.start.0, blocks);
        looking.before.unwritten[index] = segment.range.length.0 - blocks;
        looking.before.slack[index] = blocks - content;
        if sees && segment.physical.is_some() {
            wanted.push((index, held));
        }
    }
    looking.through(batch, &wanted, observer, stop);
    looking.before
}

/// How many bytes at the front of a segment are content: none of one that was never written, and none behind the end.
fn content_of(batch: &dyn FileBatch, segment: &Segment) -> u64 {
    let size = batch.files().get(segment.file).map_or(0, |file| file.size.0);
    let left = size.saturating_sub(segment.logical.0);
    if segment.unwritten {
        0
    } else {
        left.min(segment.range.length.0)
    }
}

/// The event that begins a look over so many bytes, which is no pass.
pub(super) const fn begun(phase: Phase, total: ByteCount) -> Event {
    Event::Started {
        phase,
        pass: 1,
        passes: 1,
        total,
    }
}

struct Looking<'a> {
    key: &'a BlockKey,
    medium: &'a mut Exact<dyn Target>,
    device: AlignedBuffer,
    content: AlignedBuffer,
    refusals: u32,
    before: Before,
}

impl Looking<'_> {
    /// Looks at what is `wanted` of each segment, one after the other.
    fn through(
        &mut self,
        batch: &mut dyn FileBatch,
        wanted: &[(usize, ByteRange)],
        observer: &mut dyn Observer,
        stop: &StopSignal,
    ) {
        let total = ByteCount(wanted.iter().map(|(_, held)| held.length.0).sum());
        if total == ByteCount(0) {
            return;
        }
        observer.observe(begun(Phase::Compare, total));
        let mut done = 0;
        let pieces = wanted
            .iter()
            .flat_map(|(index, held)| in_pieces(*held, PIECE as u64).map(move |piece| (*index, piece)));
        for (index, piece) in pieces {
            if stop.is_raised() || self.refusals >= MOST_REFUSALS {
                self.before.kept = false;
                break;
            }
            self.before.mapped[index] += self.piece(batch, piece);
            done += piece.length.0;
            observer.observe(Event::Advanced {
                done: ByteCount(done),
            });
        }
        observer.observe(Event::Finished);
    }

    /// Reads `piece` both ways. Says how many bytes of it were the same.
    fn piece(&mut self, batch: &mut dyn FileBatch, piece: ByteRange) -> u64 {
        let length = usize::try_from(piece.length.0).unwrap_or(0);
        let device = self.device.first_mut(length);
        if self.medium.read(piece.start.0, device).is_err() {
            // The engine finds out what became of the medium; here it is only not seen.
            self.refusals += 1;
            self.before.kept = false;
            return 0;
        }
        let content = self.content.first_mut(length);
        let came = read_content(batch, piece.start, content);
        let block = self.before.block;
        let mut same = 0;
        for (start, old) in (0..).step_by(block).zip(device.chunks(block)) {
            let seen = came.saturating_sub(start).min(old.len());
            if seen > 0 && content[start..start + seen] == old[..seen] {
                same += seen as u64;
            }
            let place = usize::try_from(piece.start.0).map_or(usize::MAX, |place| (place + start) / block);
            if let Some(print) = self.before.prints.get_mut(place)
                && old.iter().any(|byte| *byte != 0)
            {
                *print = self.key.print(old);
            }
        }
        // What the file held need not stay in memory for longer.
        content.fill(0);
        device.fill(0);
        same
    }
}

/// Reads content until the end of the file or of `into`. Says how many bytes came; fewer where reading failed.
fn read_content(batch: &mut dyn FileBatch, at: ByteOffset, into: &mut [u8]) -> usize {
    let mut done = 0;
    while done < into.len() {
        match batch.read_content(ByteOffset(at.0 + done as u64), &mut into[done..]) {
            Ok(given) if given > 0 => done += given.min(into.len() - done),
            _ => break,
        }
    }
    done
}
