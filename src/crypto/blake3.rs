//! BLAKE3: what is in the files and volumes of a package, several times as fast as SHA-256.
//!
//! No official claim rests on it alone: a record names the SHA-256 of whatever it must prove.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A BLAKE3 digest of 32 bytes. Written as 64 lowercase hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Blake3([u8; 32]);

impl Blake3 {
    /// The digest of `parts`, one after another.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hasher = Blake3Hasher::new();
        for part in parts {
            hasher.update(part);
        }
        hasher.finish()
    }

    /// The digest that these bytes are.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its 32 bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 64 lowercase hexadecimal digits and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?;
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for Blake3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Blake3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blake3({self})")
    }
}

impl Serialize for Blake3 {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Blake3 {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not 64 lowercase hexadecimal digits"))
    }
}

/// BLAKE3 of bytes that come piece by piece. Pieces of 128 KiB and more are the fastest.
#[derive(Clone)]
pub struct Blake3Hasher(::blake3::Hasher);

impl Blake3Hasher {
    /// A hasher that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self(::blake3::Hasher::new())
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all that came.
    #[must_use]
    pub fn finish(self) -> Blake3 {
        Blake3(*self.0.finalize().as_bytes())
    }
}

impl Default for Blake3Hasher {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the test vectors of the algorithm's authors: the input is 0, 1, … 250, 0, 1, …
    #[test]
    fn the_published_answers_for_nothing_one_chunk_and_a_byte_more() {
        for (length, expected) in [
            (
                0,
                "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
            ),
            (
                1024,
                "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7",
            ),
            (
                1025,
                "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444",
            ),
        ] {
            let input: Vec<u8> = (0..length).map(|place| (place % 251) as u8).collect();
            let (front, back) = input.split_at(input.len() / 3);
            assert_eq!(Blake3::of(&[front, back]).to_string(), expected);
            assert_eq!(Blake3::parse(expected), Some(Blake3::of(&[&input])));
            assert_eq!(Blake3::parse(&expected.to_uppercase()), None);
        }
    }

    #[test]
    fn it_is_written_and_read_as_text() {
        let digest = Blake3::of(&[b"keshiin"]);
        let text = serde_json::to_string(&digest).unwrap();
        assert_eq!(text, format!("\"{digest}\""));
        assert_eq!(serde_json::from_str::<Blake3>(&text).unwrap(), digest);
        assert!(serde_json::from_str::<Blake3>("\"00\"").is_err());
        assert_eq!(Blake3::from_bytes(*digest.bytes()), digest);
    }
}
