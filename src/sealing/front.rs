//! The front: H, its checksum, its authentication code and FLOE's header; and the two places where it
//! stands (`docs/spec/package.md` §1).

use crate::crypto::{
    Digest, FLOE_HEADER_BYTES, FLOE_OVERHEAD, Secret, hkdf_expand_sha256, hmac_matches, hmac_sha256,
};
use crate::units::ByteOffset;

use super::SealingError;
use super::header::{Header, MOST_HEADER_BYTES};
use super::volumes::Ciphertext;

const MAGIC: &[u8; 18] = b"keshiin-package/1\n";
const END: &[u8; 8] = b"KSHNEND1";
const INTRO_BYTES: usize = MAGIC.len() + 4;
/// What follows H: checksum, authentication code, FLOE's header.
const AFTER_HEADER_BYTES: usize = 32 + 32 + FLOE_HEADER_BYTES;
/// Length of the tail: the front's length and the mark.
pub(super) const TAIL_BYTES: u64 = 12;
/// The shortest package: two fronts with an empty H, a segment of one byte, the tail.
const FEWEST_BYTES: u64 =
    2 * (INTRO_BYTES + AFTER_HEADER_BYTES) as u64 + FLOE_OVERHEAD as u64 + 1 + TAIL_BYTES;

/// Damage that another copy made up for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Healed {
    /// The front at the beginning.
    FirstFront,
    /// The front at the end.
    SecondFront,
    /// The mark at the end.
    Tail,
    /// The first manifest.
    FirstManifest,
    /// The second manifest.
    SecondManifest,
}

impl Healed {
    /// A stable word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::FirstFront => "first-front",
            Self::SecondFront => "second-front",
            Self::Tail => "tail",
            Self::FirstManifest => "first-manifest",
            Self::SecondManifest => "second-manifest",
        }
    }
}

/// An intact front.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Front {
    pub(super) header: Header,
    bytes: Vec<u8>,
}

impl Front {
    /// Puts a front together.
    pub(super) fn new(
        header: Header,
        file_key: &Secret,
        floe: &[u8; FLOE_HEADER_BYTES],
    ) -> Result<Self, SealingError> {
        let encoded = header.encode();
        let length = u32::try_from(encoded.len()).unwrap_or(u32::MAX);
        let mut bytes = [MAGIC.as_slice(), &length.to_be_bytes(), &encoded].concat();
        let digest = Digest::of(&[&bytes]);
        bytes.extend(digest.bytes());
        let mac = hmac_sha256(mac_key(file_key)?.bytes(), &[&bytes])?;
        bytes.extend(mac);
        bytes.extend(floe);
        Ok(Self { header, bytes })
    }

    /// Reads a whole front: its checksum, then H. The authentication code needs the file key.
    fn parse(bytes: &[u8]) -> Result<Self, SealingError> {
        let fault = |detail: &str| SealingError::Header {
            detail: detail.to_owned(),
        };
        let checked = bytes.len() - AFTER_HEADER_BYTES;
        let (intro, rest) = bytes.split_at(checked);
        let length = u32::try_from(checked - INTRO_BYTES)
            .unwrap_or(u32::MAX)
            .to_be_bytes();
        if !intro.starts_with(MAGIC) || intro[MAGIC.len()..INTRO_BYTES] != length {
            return Err(fault("length"));
        }
        if Digest::of(&[intro]).bytes() != &rest[..32] {
            return Err(fault("checksum"));
        }
        let header = Header::parse(&intro[INTRO_BYTES..])?;
        Ok(Self {
            header,
            bytes: bytes.to_vec(),
        })
    }

    /// Its bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its length in bytes.
    pub(super) fn length(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// FLOE's header.
    pub(super) fn floe(&self) -> &[u8] {
        &self.bytes[self.bytes.len() - FLOE_HEADER_BYTES..]
    }

    /// Whether whoever made it had `file_key`, in constant time.
    pub(super) fn is_authentic(&self, file_key: &Secret) -> Result<bool, SealingError> {
        let (tagged, rest) = self.bytes.split_at(self.bytes.len() - FLOE_HEADER_BYTES - 32);
        Ok(hmac_matches(mac_key(file_key)?.bytes(), &[tagged], &rest[..32]))
    }

    /// The front again and the tail, as they stand at the end.
    pub(super) fn closing(&self) -> Vec<u8> {
        let length = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        [&self.bytes, length.to_be_bytes().as_slice(), END].concat()
    }
}

fn mac_key(file_key: &Secret) -> Result<Secret, SealingError> {
    Ok(hkdf_expand_sha256(
        file_key.bytes(),
        b"keshiin-package/1 header-mac",
    )?)
}

/// The key of a package's body.
pub(super) fn body_key(file_key: &Secret) -> Result<Secret, SealingError> {
    Ok(hkdf_expand_sha256(file_key.bytes(), b"keshiin-package/1 body")?)
}

/// What stands at both ends of a package.
pub(super) struct Ends {
    pub(super) front: Front,
    pub(super) healed: Vec<Healed>,
    /// The mark is where it should be: nothing is missing behind the second front, and nothing too much.
    pub(super) closed: bool,
}

/// Reads both fronts and the tail.
pub(super) fn read_ends(source: &dyn Ciphertext) -> Result<Ends, SealingError> {
    let (length, begins) = (source.length(), begins(source)?);
    if length < FEWEST_BYTES {
        let cut_off = SealingError::Truncated {
            length: crate::units::ByteCount(length),
        };
        return Err(if begins {
            cut_off
        } else {
            SealingError::NotAPackage
        });
    }
    let tail = read_tail(source)?;
    let first = match read_length(source)? {
        Some(front) if begins => read_front(source, 0, front)?,
        _ => Err(SealingError::Header {
            detail: "length".into(),
        }),
    };
    // The tail says where the second front begins; where it is damaged, the first front's length does.
    let told = read_second(source, tail)?;
    let closed = told.is_some();
    let second = match told {
        None => read_second(source, first.as_ref().ok().map(Front::length))?,
        told => told,
    };
    let tail_is_wrong = tail.is_none() || (second.is_some() && !closed);
    let no_tail = tail_is_wrong.then_some(Healed::Tail);
    match (first, second) {
        (Ok(first), Some(second)) if first != second => Err(SealingError::Header {
            detail: "the two fronts differ".into(),
        }),
        (Ok(front), Some(_)) => Ok(Ends {
            front,
            healed: no_tail.into_iter().collect(),
            closed,
        }),
        (Ok(front), None) => {
            let healed = std::iter::once(Healed::SecondFront).chain(no_tail).collect();
            Ok(Ends {
                front,
                healed,
                closed,
            })
        }
        (Err(_), Some(front)) => Ok(Ends {
            front,
            healed: vec![Healed::FirstFront],
            closed,
        }),
        (Err(_), None) if !begins => Err(SealingError::NotAPackage),
        (Err(error), None) => Err(error),
    }
}

/// The front before the tail, when it has this length and is intact.
fn read_second(source: &dyn Ciphertext, length: Option<u64>) -> Result<Option<Front>, SealingError> {
    let end = source.length() - TAIL_BYTES;
    match length.filter(|front| 2 * front <= end) {
        Some(front) => Ok(read_front(source, end - front, front)?.ok()),
        None => Ok(None),
    }
}

fn begins(source: &dyn Ciphertext) -> Result<bool, SealingError> {
    let mut magic = [0; MAGIC.len()];
    if source.length() < magic.len() as u64 {
        return Ok(false);
    }
    Ok(read(source, 0, &mut magic)? && &magic == MAGIC)
}

/// The length of a front as the tail says, where there is one.
fn read_tail(source: &dyn Ciphertext) -> Result<Option<u64>, SealingError> {
    let mut tail = [0; TAIL_BYTES as usize];
    if !read(source, source.length() - TAIL_BYTES, &mut tail)? || !tail.ends_with(END) {
        return Ok(None);
    }
    let [a, b, c, d, ..] = tail;
    Ok(possible(u64::from(u32::from_be_bytes([a, b, c, d]))))
}

/// The length of the front at the beginning, as it says itself.
fn read_length(source: &dyn Ciphertext) -> Result<Option<u64>, SealingError> {
    let mut length = [0; 4];
    if !read(source, MAGIC.len() as u64, &mut length)? {
        return Ok(None);
    }
    let header = u64::from(u32::from_be_bytes(length));
    Ok(possible(header + (INTRO_BYTES + AFTER_HEADER_BYTES) as u64))
}

/// A length within the bounds of the format, before any memory is taken for it.
fn possible(front: u64) -> Option<u64> {
    let around = (INTRO_BYTES + AFTER_HEADER_BYTES) as u64;
    (around + 1..=around + MOST_HEADER_BYTES as u64)
        .contains(&front)
        .then_some(front)
}

/// A front at a place; the outer error is the source's.
#[expect(
    clippy::type_complexity,
    reason = "a damaged front is an answer, a failing source is not"
)]
fn read_front(
    source: &dyn Ciphertext,
    at: u64,
    length: u64,
) -> Result<Result<Front, SealingError>, SealingError> {
    if at + length > source.length() {
        return Ok(Err(SealingError::Header {
            detail: "length".into(),
        }));
    }
    let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
    if !read(source, at, &mut bytes)? {
        return Ok(Err(SealingError::Header {
            detail: "unreadable".into(),
        }));
    }
    Ok(Front::parse(&bytes))
}

/// Reads, or says that this place cannot be read; a front may be healed by the other one.
fn read(source: &dyn Ciphertext, at: u64, into: &mut [u8]) -> Result<bool, SealingError> {
    match source.read_at(ByteOffset(at), into) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::Interrupted => Err(SealingError::Source {
            at: ByteOffset(at),
            reason: error.to_string(),
        }),
        Err(_) => Ok(false),
    }
}
