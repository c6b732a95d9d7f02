//! Zstandard around files (RFC 8878): where it helps when sealing, within bounds when opening.

use std::io::{self, Read, Write};

use zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation, OutBuffer};

/// Level of compression: zstd's own default.
const LEVEL: i32 = 3;
/// How much of a file is tried.
const TRIED: u64 = 1 << 20;
/// Files shorter than this are not worth a frame.
const FEWEST_BYTES: usize = 128;
/// Largest window that a reader takes, as a power of two: 8 MiB.
const MOST_WINDOW_LOG: u32 = 23;
/// First byte of a Zstandard frame.
const FIRST_BYTE: u8 = 0x28;
/// How much is decompressed at once.
const ROOM: usize = 128 << 10;

/// The beginning of a file, read once to try compression and once more to be sealed.
pub(super) struct Tried {
    pub(super) beginning: Vec<u8>,
    pub(super) helps: bool,
}

/// Reads a beginning and compresses it: worth it where a twentieth is gained.
pub(super) fn try_out(file: &mut dyn Read) -> io::Result<Tried> {
    let mut beginning = Vec::new();
    file.take(TRIED).read_to_end(&mut beginning)?;
    let helps = beginning.len() >= FEWEST_BYTES
        && zstd::bulk::compress(&beginning, LEVEL)?.len() < beginning.len() / 20 * 19;
    Ok(Tried { beginning, helps })
}

/// Compresses what `file` gives.
pub(super) fn encoder<R: Read>(
    file: R,
) -> io::Result<zstd::stream::read::Encoder<'static, io::BufReader<R>>> {
    zstd::stream::read::Encoder::new(file, LEVEL)
}

/// Decompresses one frame into a writer, with a bounded window. Nothing else may stand before or behind it.
pub(super) struct FrameDecoder<W> {
    raw: Decoder<'static>,
    into: W,
    room: Vec<u8>,
    begun: bool,
    ended: bool,
}

impl<W: Write> FrameDecoder<W> {
    /// A decoder that has read nothing yet.
    pub(super) fn new(into: W) -> io::Result<Self> {
        let mut raw = Decoder::new()?;
        raw.set_parameter(DParameter::WindowLogMax(MOST_WINDOW_LOG))?;
        Ok(Self {
            raw,
            into,
            room: vec![0; ROOM],
            begun: false,
            ended: false,
        })
    }

    /// Takes the next bytes of the frame.
    pub(super) fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            // Also frames that a decoder would pass over, or of before the standard, begin otherwise.
            if self.ended || (!self.begun && bytes[0] != FIRST_BYTE) {
                return Err(io::Error::other("not one frame"));
            }
            self.begun = true;
            let (mut input, mut output) = (InBuffer::around(bytes), OutBuffer::around(&mut self.room[..]));
            let hint = self.raw.run(&mut input, &mut output)?;
            let (read, written) = (input.pos(), output.pos());
            self.into.write_all(&self.room[..written])?;
            self.ended = hint == 0;
            bytes = &bytes[read..];
            if bytes.is_empty() && written == self.room.len() {
                self.drain()?;
            }
        }
        Ok(())
    }

    /// The decoder may hold more than there was room for.
    fn drain(&mut self) -> io::Result<()> {
        let mut written = self.room.len();
        while written == self.room.len() && !self.ended {
            let mut output = OutBuffer::around(&mut self.room[..]);
            let hint = self.raw.run(&mut InBuffer::around(&[]), &mut output)?;
            written = output.pos();
            self.into.write_all(&self.room[..written])?;
            self.ended = hint == 0;
        }
        Ok(())
    }

    /// The writer, when the frame was whole.
    pub(super) fn finish(self) -> io::Result<W> {
        if self.ended {
            Ok(self.into)
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_shrink_is_left_alone() {
        let random: Vec<u8> = (0..100_000_u32)
            .flat_map(|n| crate::crypto::Digest::of(&[&n.to_be_bytes()]).bytes()[..1].to_vec())
            .collect();
        assert!(!try_out(&mut random.as_slice()).unwrap().helps);
        let text = "住民票\n".repeat(1000).into_bytes();
        let tried = try_out(&mut text.as_slice()).unwrap();
        assert!(tried.helps);
        assert_eq!(tried.beginning, text);
        assert!(!try_out(&mut b"short".as_slice()).unwrap().helps);
    }

    #[test]
    fn a_larger_window_than_8_mib_is_refused() {
        let text = b"x".repeat(32 << 20);
        let mut greedy = zstd::stream::Encoder::new(Vec::new(), 1).unwrap();
        greedy.window_log(25).unwrap();
        greedy.write_all(&text).unwrap();
        let frame = greedy.finish().unwrap();
        assert!(FrameDecoder::new(Vec::new()).unwrap().write(&frame).is_err());
    }

    fn decoded(pieces: &[&[u8]]) -> Option<Vec<u8>> {
        let mut decoder = FrameDecoder::new(Vec::new()).unwrap();
        pieces.iter().try_for_each(|piece| decoder.write(piece)).ok()?;
        decoder.finish().ok()
    }

    #[test]
    fn one_whole_frame_and_nothing_else() {
        let text = "住民票\n".repeat(100_000).into_bytes();
        let frame = zstd::bulk::compress(&text, LEVEL).unwrap();
        assert_eq!(decoded(&[&frame]).unwrap(), text);
        for cut in [0, 1, 4, 9, frame.len() / 2, frame.len() - 1] {
            assert_eq!(decoded(&[&frame[..cut], &frame[cut..]]).unwrap(), text, "{cut}");
            assert_eq!(decoded(&[&frame[..cut]]), None, "{cut}");
        }
        assert_eq!(decoded(&[&frame, b"\0"]), None);
        assert_eq!(decoded(&[&frame, &frame]), None);
        assert_eq!(decoded(&[b"\x50\x2a\x4d\x18\0\0\0\0", &frame]), None);
        assert_eq!(decoded(&[]), None);
        let empty = zstd::bulk::compress(b"", LEVEL).unwrap();
        assert_eq!(decoded(&[&empty]).unwrap(), b"");
    }
}
