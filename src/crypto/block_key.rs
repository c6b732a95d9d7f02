//! Fingerprints of blocks under a key that is stored nowhere: whether a place still holds what it held, and nothing
//! that anybody else could try contents against. Keyed BLAKE3, first 16 bytes. For telling equality within one run
//! alone: no official claim rests on it, and it is never written down.

use zeroize::Zeroizing;

use super::{CryptoError, random};

/// Length of a fingerprint in bytes.
const PRINT_BYTES: usize = 16;

/// The key of one run, wiped when it is dropped and never shown.
pub struct BlockKey(Zeroizing<[u8; 32]>);

/// What a block is recognized by.
pub type BlockPrint = [u8; PRINT_BYTES];

impl BlockKey {
    /// A fresh one.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`] when the system gives none.
    pub fn draw() -> Result<Self, CryptoError> {
        random().map(Zeroizing::new).map(Self)
    }

    /// The fingerprint of `block`: the same for the same bytes, and told by nobody without the key.
    #[must_use]
    pub fn print(&self, block: &[u8]) -> BlockPrint {
        let digest = ::blake3::keyed_hash(&self.0, block);
        let mut print = [0; PRINT_BYTES];
        print.copy_from_slice(&digest.as_bytes()[..PRINT_BYTES]);
        print
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the test vectors of the algorithm's authors (keyed, input length 1024).
    #[test]
    fn it_is_the_published_keyed_mode() {
        let mut key = [0; 32];
        key.copy_from_slice(b"whats the Elvish word for friend");
        let input: Vec<u8> = (0..1024).map(|place| (place % 251) as u8).collect();
        let print = BlockKey(Zeroizing::new(key)).print(&input);
        assert_eq!(
            data_encoding::HEXLOWER.encode(&print),
            "75c46f6f3d9eb4f55ecaaee480db732e"
        );
    }

    #[test]
    fn equal_blocks_are_told_within_a_run_and_not_between_runs() {
        let (one, two) = (BlockKey::draw().unwrap(), BlockKey::draw().unwrap());
        let block = [7; 4096];
        assert_eq!(one.print(&block), one.print(&block));
        assert_ne!(one.print(&block), one.print(&block[1..]));
        assert_ne!(one.print(&block), two.print(&block));
    }
}
