//! Zstandard around files (RFC 8878): where it helps when sealing, within bounds when opening.

use std::io::{self, Read, Write};

/// Level of compression: zstd's own default.
const LEVEL: i32 = 3;
/// How much of a file is tried.
const TRIED: u64 = 1 << 20;
/// Files shorter than this are not worth a frame.
const FEWEST_BYTES: usize = 128;
/// Largest window that a reader takes, as a power of two: 8 MiB.
const MOST_WINDOW_LOG: u32 = 23;

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

/// Decompresses into `into`, with a bounded window.
pub(super) fn decoder<W: Write>(into: W) -> io::Result<zstd::stream::write::Decoder<'static, W>> {
    let mut decoder = zstd::stream::write::Decoder::new(into)?;
    decoder.window_log_max(MOST_WINDOW_LOG)?;
    Ok(decoder)
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
        let mut decoder = decoder(Vec::new()).unwrap();
        assert!(decoder.write_all(&frame).and_then(|()| decoder.flush()).is_err());
    }
}
