//! The bytes of seeded patterns: AES-256 (FIPS 197) in counter mode (SP 800-38A), random access.
//!
//! Byte `o` of the stream is byte (o mod 16) of AES-256(seed, u64le(o div 16) ‖ 8 zero bytes). Touches
//! nothing but the seed that it is given. The seeds are published in records: this is no encryption
//! but a stream that no medium can hold by chance and that anybody can compute again at any place.

use aes::Aes256;
use aes::cipher::BlockCipherDecrypt;
use ctr::cipher::array::Array;
use ctr::cipher::common::{InnerIvInit, KeyInit};
use ctr::cipher::{Block, StreamCipherCore, StreamCipherSeekCore};
use ctr::{CtrCore, flavors::Ctr64LE};

/// Bytes of one AES block.
const BLOCK: u64 = 16;

/// The keystream of one seed. Wipes its key schedule when dropped.
pub struct Keystream {
    cipher: Aes256,
}

impl Keystream {
    /// The stream of `seed`.
    #[must_use]
    pub fn new(seed: &[u8; 32]) -> Self {
        Self {
            cipher: Aes256::new(seed.into()),
        }
    }

    /// Writes the stream's bytes from `offset` (in bytes) over the whole of `into`.
    pub fn fill(&self, offset: u64, into: &mut [u8]) {
        let mut blocks: CtrCore<&Aes256, Ctr64LE> = CtrCore::inner_iv_init(&self.cipher, &Array::default());
        blocks.set_block_pos(offset / BLOCK);
        let inside = (offset % BLOCK) as usize;
        let head_length = if inside == 0 {
            0
        } else {
            into.len().min(BLOCK as usize - inside)
        };
        let (head, rest) = into.split_at_mut(head_length);
        part(&mut blocks, inside, head);
        let (whole, tail) = Array::slice_as_chunks_mut(rest);
        blocks.write_keystream_blocks(whole);
        part(&mut blocks, 0, tail);
    }

    /// The place, in bytes, at which the stream has these sixteen bytes; none where it has them nowhere.
    ///
    /// Other bytes pass for some place with a chance of 2⁻⁶⁴.
    #[must_use]
    pub fn place_of(&self, bytes: &[u8; 16]) -> Option<u64> {
        let mut block = aes::Block::from(*bytes);
        self.cipher.decrypt_block(&mut block);
        let (counter, rest) = block.split_at(8);
        let counter = u64::from_le_bytes(counter.try_into().ok()?);
        (rest == [0; 8]).then(|| counter.checked_mul(BLOCK))?
    }
}

/// Fills `into` from the next block, beginning at its byte `inside`; an empty `into` uses no block.
fn part<'a>(blocks: &mut CtrCore<&'a Aes256, Ctr64LE>, inside: usize, into: &mut [u8]) {
    if into.is_empty() {
        return;
    }
    let mut block = Block::<CtrCore<&'a Aes256, Ctr64LE>>::default();
    blocks.write_keystream_block(&mut block);
    into.copy_from_slice(&block[inside..inside + into.len()]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use aes::cipher::BlockCipherEncrypt;
    use proptest::prelude::*;

    /// The definition, one block at a time.
    fn by_definition(seed: &[u8; 32], offset: u64, length: usize) -> Vec<u8> {
        let cipher = Aes256::new(seed.into());
        let byte = |o: u64| {
            let mut block = aes::Block::default();
            block[..8].copy_from_slice(&(o / 16).to_le_bytes());
            cipher.encrypt_block(&mut block);
            block[(o % 16) as usize]
        };
        (0..length as u64).map(|i| byte(offset + i)).collect()
    }

    #[test]
    fn the_first_block_of_the_zero_seed_is_the_published_answer() {
        // NIST AESAVS, appendix E: AES-256 of 128 zero bits under a key of 256 zero bits
        let mut first = [0; 16];
        Keystream::new(&[0; 32]).fill(0, &mut first);
        let published = [
            0xdc, 0x95, 0xc0, 0x78, 0xa2, 0x40, 0x89, 0x89, 0xad, 0x48, 0xa2, 0x14, 0x92, 0x84, 0x20, 0x87,
        ];
        assert_eq!(first, published);
    }

    #[test]
    fn the_counter_is_sixty_four_bits_wide_and_little_endian() {
        let seed = [7; 32];
        for offset in [16 * 0x0102_0304_0506, 16 * ((1 << 32) - 1) + 5, u64::MAX - 100] {
            let mut bytes = [0; 64];
            Keystream::new(&seed).fill(offset, &mut bytes);
            assert_eq!(bytes.to_vec(), by_definition(&seed, offset, 64), "{offset:#x}");
        }
    }

    #[test]
    fn many_blocks_at_once_are_the_blocks_one_by_one() {
        let mut bytes = vec![0; 100_003];
        Keystream::new(&[3; 32]).fill(4_294_967_296 * 16 - 40_001, &mut bytes);
        assert!(bytes == by_definition(&[3; 32], 4_294_967_296 * 16 - 40_001, 100_003));
    }

    #[test]
    fn sixteen_bytes_tell_their_place() {
        let stream = Keystream::new(&[9; 32]);
        for place in [0, 16, 4096, 1 << 41, u64::MAX - 15] {
            let mut bytes = [0; 16];
            stream.fill(place, &mut bytes);
            assert_eq!(stream.place_of(&bytes), Some(place));
            bytes[3] ^= 1;
            assert_eq!(stream.place_of(&bytes), None);
        }
        assert_eq!(stream.place_of(&[0; 16]), None);
        let mut others = [0; 16];
        Keystream::new(&[8; 32]).fill(4096, &mut others);
        assert_eq!(stream.place_of(&others), None);
    }

    proptest! {
        #[test]
        fn any_place_and_length(seed: [u8; 32], offset in 0..u64::MAX - 2000, length in 0usize..1500) {
            let mut bytes = vec![0; length];
            Keystream::new(&seed).fill(offset, &mut bytes);
            prop_assert_eq!(bytes, by_definition(&seed, offset, length));
        }
    }
}
