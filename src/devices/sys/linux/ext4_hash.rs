//! Hashes of names in indexed folders: half MD4 of `fs/ext4/hash.c` (Linux 6.18), which file systems are made with, for
//! names of ASCII alone. They say which block a new name goes to and protect nothing.

/// What hashes begin with where the file system has no seed of its own.
const START: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];

/// The largest hash stands for the end.
const END: u32 = 0x7fff_ffff;

/// Whether an index with this version hashes like this: with bytes that have a sign or have none, which is the same in
/// ASCII.
pub(super) fn is_known(version: u8) -> bool {
    matches!(version, 1 | 4)
}

/// The hash of an ASCII name.
pub(super) fn hash(name: &[u8], seed: [u32; 4]) -> u32 {
    let mut state = if seed == [0; 4] { START } else { seed };
    for start in (0..name.len()).step_by(32) {
        half_md4(&mut state, &words(&name[start..]));
    }
    match state[1] & !1 {
        hash if hash == END << 1 => (END - 1) << 1,
        hash => hash,
    }
}

/// `str2hashbuf`: what is left of a name as words, filled up with its length.
fn words(rest: &[u8]) -> [u32; 8] {
    let length = rest.len() as u32;
    let pad = length | length << 8;
    let pad = pad | pad << 16;
    let mut words = [pad; 8];
    for (word, bytes) in words.iter_mut().zip(rest.chunks(4)) {
        for byte in bytes {
            *word = (*word << 8).wrapping_add(u32::from(*byte));
        }
    }
    words
}

/// The steps of a round: which word, and by how much the sum is turned.
type Steps = [(usize, u32); 8];

const ROUND_1: Steps = [(0, 3), (1, 7), (2, 11), (3, 19), (4, 3), (5, 7), (6, 11), (7, 19)];
const ROUND_2: Steps = [(1, 3), (3, 5), (5, 9), (7, 13), (0, 3), (2, 5), (4, 9), (6, 13)];
const ROUND_3: Steps = [(3, 3), (7, 9), (2, 11), (6, 15), (1, 3), (5, 9), (0, 11), (4, 15)];

fn half_md4(state: &mut [u32; 4], words: &[u32; 8]) {
    let mut turned = *state;
    let mut round = |steps: &Steps, constant: u32, mix: fn(u32, u32, u32) -> u32| {
        for (word, by) in steps {
            let [a, b, c, d] = turned;
            let sum = a
                .wrapping_add(mix(b, c, d))
                .wrapping_add(words[*word])
                .wrapping_add(constant);
            // The next step has d in the place of a.
            turned = [d, sum.rotate_left(*by), b, c];
        }
    };
    round(&ROUND_1, 0, |x, y, z| z ^ (x & (y ^ z)));
    round(&ROUND_2, 0x5a82_7999, |x, y, z| (x & y).wrapping_add((x ^ y) & z));
    round(&ROUND_3, 0x6ed9_eba1, |x, y, z| x ^ y ^ z);
    for (state, turned) in state.iter_mut().zip(turned) {
        *state = state.wrapping_add(turned);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `debugfs -R 'dx_hash -h half_md4 [-s 01234567-89ab-cdef-0123-456789abcdef] NAME'` (e2fsprogs 1.47) says.
    #[test]
    fn hashes_are_those_of_another_program() {
        let long = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        assert_eq!(hash(b"a", [0; 4]), 0xd5fa_7d7a);
        assert_eq!(hash(b"file-00123", [0; 4]), 0xd127_bb90);
        assert_eq!(hash(long, [0; 4]), 0xf9ce_e440);
        let seed = [0x6745_2301, 0xefcd_ab89, 0x6745_2301, 0xefcd_ab89];
        assert_eq!(hash(b"a", seed), 0x35dc_0cc4);
        assert_eq!(hash(b"file-00123", seed), 0x406d_63dc);
        assert_eq!(hash(long, seed), 0x10fd_00d2);
        assert!(is_known(1) && is_known(4) && !is_known(6));
    }
}
