//! Many names looked for at once, wherever they stand: whole devices go through here.
//!
//! After Wu and Manber, "A fast algorithm for multi-pattern searching" (1994): most places are skipped, since the last
//! two bytes of a window tell how far away the next place is at which a name could begin.

/// The window is no longer than this, whatever the names are.
const LONGEST_WINDOW: usize = 16;
/// Bytes of a name that are asked about before it is compared.
const KEY: usize = 6;

/// Looks for names, each at least six bytes long.
pub(super) struct Finder {
    /// In order; none begins with another.
    names: Vec<Vec<u8>>,
    window: usize,
    longest: usize,
    /// By the last two bytes of a window: how far the next window may be.
    steps: Vec<u8>,
    /// By the bits of the first six bytes: whether a name begins with such.
    starts: Vec<u64>,
}

impl Finder {
    /// Looks for `names`; those shorter than six bytes are left out. Of names that begin with others the others alone
    /// are looked for: wherever the long one stands the short one does.
    pub(super) fn new(mut names: Vec<Vec<u8>>) -> Self {
        names.retain(|name| name.len() >= KEY);
        names.sort_unstable();
        names.dedup_by(|name, shorter| name.starts_with(shorter));
        let shortest = names.iter().map(Vec::len).min().unwrap_or(KEY);
        let window = shortest.min(LONGEST_WINDOW);
        let mut steps = vec![(window - 1) as u8; 1 << 16];
        let bits = (names.len() * 64).next_power_of_two().clamp(1 << 12, 1 << 26);
        let mut starts = vec![0_u64; bits / 64];
        for name in &names {
            for end in 1..window {
                let step = &mut steps[pair(name[end - 1], name[end])];
                *step = (*step).min((window - 1 - end) as u8);
            }
            let bit = key(name) & (bits - 1);
            starts[bit / 64] |= 1 << (bit % 64);
        }
        Self {
            longest: names.iter().map(Vec::len).max().unwrap_or(0),
            names,
            window,
            steps,
            starts,
        }
    }

    /// Whether there is nothing to look for.
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// How many bytes at the end of a piece may be the beginning of a name that goes on in the next one.
    pub(super) fn overlap(&self) -> usize {
        self.longest.saturating_sub(1)
    }

    /// Tells where in `bytes` names stand whole: where each begins, and how long it is. In order.
    pub(super) fn find(&self, bytes: &[u8], mut tell: impl FnMut(usize, usize)) {
        if self.names.is_empty() {
            return;
        }
        let mut end = self.window - 1;
        while end < bytes.len() {
            let step = self.steps[pair(bytes[end - 1], bytes[end])];
            if step > 0 {
                end += usize::from(step);
                continue;
            }
            let start = end + 1 - self.window;
            if let Some(length) = self.name_at(&bytes[start..]) {
                tell(start, length);
            }
            end += 1;
        }
    }

    /// The length of the name that `bytes`, at least a window, begin with.
    fn name_at(&self, bytes: &[u8]) -> Option<usize> {
        let bit = key(bytes) & (self.starts.len() * 64 - 1);
        if self.starts[bit / 64] >> (bit % 64) & 1 == 0 {
            return None;
        }
        // No name begins with another, so only the last one that is not behind `bytes` can be their beginning.
        let bytes = &bytes[..bytes.len().min(self.longest)];
        let behind = self.names.partition_point(|name| name.as_slice() <= bytes);
        let name = self.names.get(behind.checked_sub(1)?)?;
        bytes.starts_with(name).then_some(name.len())
    }
}

fn pair(first: u8, second: u8) -> usize {
    usize::from(first) << 8 | usize::from(second)
}

/// Bits of the first six of `bytes`.
fn key(bytes: &[u8]) -> usize {
    let mut word = [0; 8];
    word[..KEY].copy_from_slice(&bytes[..KEY]);
    (u64::from_le_bytes(word).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(names: &[Vec<u8>], bytes: &[u8]) -> Vec<(usize, usize)> {
        let mut all = Vec::new();
        Finder::new(names.to_vec()).find(bytes, |start, length| all.push((start, length)));
        all
    }

    /// One place after another, one name after another.
    fn plainly(names: &[Vec<u8>], bytes: &[u8]) -> Vec<(usize, usize)> {
        let at = |start: usize| {
            let here = names.iter().filter(|name| bytes[start..].starts_with(name));
            here.map(Vec::len).min().map(|length| (start, length))
        };
        (0..bytes.len()).filter_map(at).collect()
    }

    proptest! {
        #[test]
        fn names_are_found_wherever_they_stand(
            names in proptest::collection::vec(proptest::collection::vec(0u8..3, 6..20), 0..6),
            bytes in proptest::collection::vec(0u8..3, 0..400),
            planted in proptest::collection::vec((0usize..6, 0usize..400), 0..6),
        ) {
            let mut bytes = bytes;
            for (name, at) in planted {
                if let Some(name) = names.get(name) && at + name.len() <= bytes.len() {
                    bytes[at..at + name.len()].copy_from_slice(name);
                }
            }
            prop_assert_eq!(found(&names, &bytes), plainly(&names, &bytes));
        }
    }

    #[test]
    fn long_names_short_names_and_none() {
        let long = vec![b'x'; 255];
        let mut bytes = vec![b'-'; 1000];
        bytes[745..].copy_from_slice(&long);
        assert_eq!(found(std::slice::from_ref(&long), &bytes), [(745, 255)]);
        assert_eq!(found(&[b"short".to_vec()], b"short short"), []);
        assert!(Finder::new(vec![b"short".to_vec()]).is_empty());
        assert_eq!(Finder::new(vec![long]).overlap(), 254);
        assert_eq!(found(&[], b"anything"), []);
    }
}
