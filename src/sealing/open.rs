//! Opening a package: both ends, the key, the last segment, the manifest (`docs/spec/package.md` §8).

use std::io::{BufRead, Read};

use crate::crypto::{Fingerprint, Floe, FloeParams, Hasher, Passphrase, RecipientSecret, Secret};
use crate::units::{ByteCount, ByteOffset};

use super::front::{Ends, Front, TAIL_BYTES, body_key, read_ends};
use super::layout::{
    Body, FOOTER_BYTES, MOST_MANIFEST_BYTES, OVERHEAD, PLAIN, SEGMENT, after_gap, footer, read_footer,
    round_up,
};
use super::manifest_read;
use super::seal::associated;
use super::segments::{Segments, source_fault};
use super::volumes::Ciphertext;
use super::{Header, Healed, Manifest, SealingError, Stanza};

/// What opens a package.
pub enum Key<'a> {
    /// Somebody's key: the fingerprint names its stanza.
    Recipient(Fingerprint, &'a RecipientSecret),
    /// A passphrase.
    Passphrase(&'a Passphrase),
}

/// A package whose ends were read; nothing of it is authenticated yet.
pub struct Examined<'a> {
    source: &'a dyn Ciphertext,
    ends: Ends,
}

/// An open package.
pub struct Package<'a> {
    pub(super) segments: Segments<'a>,
    pub(super) front: Front,
    pub(super) file_key: Secret,
    pub(super) manifest: Manifest,
    pub(super) places: Places,
    healed: Vec<Healed>,
}

/// Where the manifests stand in the plaintext.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Places {
    pub(super) first: u64,
    pub(super) second: u64,
    pub(super) length: u64,
}

impl Places {
    fn new(data: u64, length: u64) -> Self {
        let first = round_up(data);
        Self {
            first,
            second: after_gap(first + length + FOOTER_BYTES),
            length,
        }
    }
}

/// How much must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Demand {
    /// All, up to the last segment.
    Whole,
    /// What there is.
    Remains,
}

impl<'a> Examined<'a> {
    /// Reads both ends of a package.
    ///
    /// # Errors
    /// [`SealingError::NotAPackage`], [`SealingError::Header`], [`SealingError::Stanza`],
    /// [`SealingError::Truncated`].
    pub fn read(source: &'a dyn Ciphertext) -> Result<Self, SealingError> {
        read_ends(source).map(|ends| Self { source, ends })
    }

    /// H. Whoever made it need not have had the file key.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.ends.front.header
    }

    /// Damage at the ends that the other copy made up for.
    #[must_use]
    pub fn healed(&self) -> &[Healed] {
        &self.ends.healed
    }

    /// Opens the package with a key.
    ///
    /// # Errors
    /// Every layer of the format but that of files.
    pub fn unlock(self, key: &Key<'_>) -> Result<Package<'a>, SealingError> {
        self.open(key, Demand::Whole)
    }

    /// Opens what is left of a damaged package.
    ///
    /// # Errors
    /// As for [`Self::unlock`], but the end may be missing.
    pub fn unlock_remains(self, key: &Key<'_>) -> Result<Package<'a>, SealingError> {
        self.open(key, Demand::Remains)
    }

    fn open(self, key: &Key<'_>, demand: Demand) -> Result<Package<'a>, SealingError> {
        let Ends {
            front,
            other,
            mut healed,
            closed,
        } = self.ends;
        let file_key = file_key(&front.header, key)?;
        let (front, floe) = match (body_of(&front, &file_key), other) {
            (Ok(floe), other) => {
                healed.extend(other.map(|_| Healed::SecondFront));
                (front, floe)
            }
            // What its checksum does not cover is damaged: the other front may be whole.
            (Err(error), Some(other)) => {
                let floe = body_of(&other, &file_key).map_err(|_| error)?;
                healed.push(Healed::FirstFront);
                (other, floe)
            }
            (Err(error), None) => return Err(error),
        };
        let around = 2 * front.length() + TAIL_BYTES;
        let body = Body {
            start: front.length(),
            length: self.source.length().saturating_sub(around),
        };
        let segments = Segments {
            source: self.source,
            floe,
            body,
        };
        let whole = check_end(&segments, front.length(), closed);
        let segments = match (whole, demand) {
            (Ok(()), _) => segments,
            (Err(error), Demand::Whole) => return Err(error),
            (Err(_), Demand::Remains) => remains(segments, self.source)?,
        };
        let package = front.header.package();
        let found = second_manifest(&segments, package).or_else(|error| {
            healed.push(Healed::SecondManifest);
            first_manifest(&segments, package)?.ok_or(error)
        });
        let (manifest, places) = found?;
        if demand == Demand::Whole && segments.body.plaintext() <= places.second {
            return Err(SealingError::Manifest {
                detail: "there is no second one".to_owned(),
            });
        }
        Ok(Package {
            segments,
            front,
            file_key,
            manifest,
            places,
            healed,
        })
    }
}

impl Package<'_> {
    /// What lies in it.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// What lies in it, to keep.
    #[must_use]
    pub fn into_manifest(self) -> Manifest {
        self.manifest
    }

    /// H, authentic now.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.front.header
    }

    /// Damage that another copy made up for.
    #[must_use]
    pub fn healed(&self) -> &[Healed] {
        &self.healed
    }

    /// Whether the first manifest is whole, as the second one is. Reads it.
    ///
    /// # Errors
    /// [`SealingError::Manifest`] where it is whole and another one: that is no damage.
    pub(super) fn first_is_whole(&self) -> Result<bool, SealingError> {
        let package = self.front.header.package();
        if self.is_the_manifest(self.places.first) {
            return Ok(true);
        }
        match manifest_at(&self.segments, self.places.first, package) {
            Ok((first, _)) if first.digest == self.manifest.digest => Ok(true),
            Ok(_) => Err(SealingError::Manifest {
                detail: "the two manifests differ".to_owned(),
            }),
            Err(_) => Ok(false),
        }
    }

    /// Whether at `offset` stand the very bytes of the manifest that was read, and its footer.
    fn is_the_manifest(&self, offset: u64) -> bool {
        let (mut hasher, length) = (Hasher::new(), self.places.length);
        let mut reader = self.segments.plaintext(offset, offset + length + FOOTER_BYTES);
        let mut left = length;
        while left > 0 {
            let Ok(bytes) = reader.fill_buf() else {
                return false;
            };
            let count = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
            if count == 0 {
                return false;
            }
            hasher.update(&bytes[..count]);
            reader.consume(count);
            left -= count as u64;
        }
        let mut mark = [0; FOOTER_BYTES as usize];
        reader.read_exact(&mut mark).is_ok()
            && mark == footer(offset, length)
            && hasher.finish() == self.manifest.digest
    }
}

/// The body's key, when whoever made the front had the file key.
fn body_of(front: &Front, file_key: &Secret) -> Result<Floe, SealingError> {
    if !front.is_authentic(file_key)? {
        return Err(SealingError::HeaderMac);
    }
    let aad = associated(front.header.package());
    let key = body_key(file_key)?;
    Floe::resume(FloeParams::PACKAGE, key.bytes(), &aad, front.floe()).map_err(|_| SealingError::Commitment)
}

fn file_key(header: &Header, key: &Key<'_>) -> Result<Secret, SealingError> {
    let package = header.package();
    match key {
        Key::Recipient(whose, secret) => {
            let mut any = false;
            for stanza in header.stanzas() {
                if let Stanza::Recipient(stanza) = stanza {
                    any = true;
                    if stanza.recipient() == *whose {
                        return stanza.unwrap(secret, package);
                    }
                }
            }
            let wanted = SealingError::OtherKeyWanted { wanted: "passphrase" };
            Err(if any { SealingError::NotForThisKey } else { wanted })
        }
        Key::Passphrase(passphrase) => match header.stanzas() {
            [Stanza::Passphrase(stanza)] => stanza.unwrap(passphrase, package),
            _ => Err(SealingError::OtherKeyWanted { wanted: "key-file" }),
        },
    }
}

/// Opens the last segment; where there is none, says whether the package is too short or too long.
fn check_end(segments: &Segments<'_>, front: u64, closed: bool) -> Result<(), SealingError> {
    let mut buffer = Vec::new();
    let (body, source) = (segments.body, segments.source);
    let error = if body.is_possible() {
        match segments.opens(body.segments() - 1, &mut buffer) {
            Ok(()) => return Ok(()),
            Err(error) => Some(error),
        }
    } else {
        None
    };
    if let Some(end) = find_end(segments)? {
        let whole = end + front + TAIL_BYTES;
        return Err(match source.length().checked_sub(whole) {
            Some(surplus) if surplus > 0 => SealingError::Trailing {
                surplus: ByteCount(surplus),
            },
            _ => SealingError::Truncated {
                length: ByteCount(source.length()),
            },
        });
    }
    match error {
        // Nothing is missing around it: the last segment itself is damaged.
        Some(error) if closed && !continues(segments)? => Err(error),
        Some(error @ SealingError::Source { .. }) => Err(error),
        _ => Err(SealingError::Truncated {
            length: ByteCount(source.length()),
        }),
    }
}

/// Whether the segment in the last place says that another one follows.
fn continues(segments: &Segments<'_>) -> Result<bool, SealingError> {
    let place = segments.body.range(segments.body.segments() - 1).start;
    Ok(prefix(segments, place.0)? == u32::MAX)
}

fn prefix(segments: &Segments<'_>, at: u64) -> Result<u32, SealingError> {
    let mut prefix = [0; 4];
    let unreadable = |error: std::io::Error| source_fault(ByteOffset(at), &error);
    segments
        .source
        .read_at(ByteOffset(at), &mut prefix)
        .map_err(unreadable)?;
    Ok(u32::from_be_bytes(prefix))
}

/// Looks along the prefixes for a segment that opens as the last one; says where it ends.
fn find_end(segments: &Segments<'_>) -> Result<Option<u64>, SealingError> {
    let (start, length) = (segments.body.start, segments.source.length());
    let mut buffer = Vec::new();
    for number in 0..length.saturating_sub(start).div_ceil(SEGMENT) {
        let at = start + number * SEGMENT;
        if at + OVERHEAD > length {
            break;
        }
        let size = u64::from(prefix(segments, at)?);
        if !(OVERHEAD + 1..=SEGMENT).contains(&size) || at + size > length {
            continue;
        }
        buffer.resize(usize::try_from(size).unwrap_or_default(), 0);
        let unreadable = |error: std::io::Error| source_fault(ByteOffset(at), &error);
        segments
            .source
            .read_at(ByteOffset(at), &mut buffer)
            .map_err(unreadable)?;
        if segments.floe.open_segment(number, true, &mut buffer).is_ok() {
            return Ok(Some(at + size));
        }
    }
    Ok(None)
}

/// The body as far as it reaches, when its end is not where it should be.
fn remains<'a>(segments: Segments<'a>, source: &'a dyn Ciphertext) -> Result<Segments<'a>, SealingError> {
    let start = segments.body.start;
    let length = match find_end(&segments) {
        Ok(Some(end)) => end - start,
        _ if segments.body.is_possible() => segments.body.length,
        _ => source.length().saturating_sub(start) / SEGMENT * SEGMENT,
    };
    let body = Body { start, length };
    if length == 0 {
        return Err(SealingError::Truncated {
            length: ByteCount(source.length()),
        });
    }
    Ok(Segments { body, ..segments })
}

type Found = (Manifest, Places);

/// The manifest that the end of the plaintext names.
fn second_manifest(segments: &Segments<'_>, package: super::PackageId) -> Result<Found, SealingError> {
    let end = segments.body.plaintext();
    let fault = |detail: &str| SealingError::Manifest {
        detail: detail.to_owned(),
    };
    let at = end.checked_sub(FOOTER_BYTES).ok_or_else(|| fault("no footer"))?;
    let mut mark = [0; FOOTER_BYTES as usize];
    read_plain(segments, at, &mut mark)?;
    let (offset, length) = read_footer(mark).ok_or_else(|| fault("no footer"))?;
    if offset + length != at {
        return Err(fault("a footer that names another place"));
    }
    let mut reader = segments.plaintext(offset, at);
    let manifest = manifest_read::read(&mut reader, package)?;
    let places = Places::new(manifest.head.data, length);
    if places.second == offset && reader.position() == at {
        Ok((manifest, places))
    } else {
        Err(fault("it stands in another place than its numbers say"))
    }
}

/// The manifest before the last one, looked for from the end.
fn first_manifest(segments: &Segments<'_>, package: super::PackageId) -> Result<Option<Found>, SealingError> {
    let mut buffer = Vec::new();
    for number in (0..segments.body.segments()).rev() {
        let begins = match segments.read(number, &mut buffer) {
            Ok(()) => segments
                .open(number, &mut buffer)
                .is_ok_and(|plain| plain.starts_with(b"{\"salt\":\"")),
            Err(_) => false,
        };
        if begins && let Ok(found) = manifest_at(segments, number * PLAIN, package) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// A manifest that begins at `offset` and is followed by its footer.
fn manifest_at(
    segments: &Segments<'_>,
    offset: u64,
    package: super::PackageId,
) -> Result<Found, SealingError> {
    let fault = || SealingError::Manifest {
        detail: "no footer".to_owned(),
    };
    let most = offset + MOST_MANIFEST_BYTES + FOOTER_BYTES;
    let mut reader = segments.plaintext(offset, most.min(segments.body.plaintext()));
    let manifest = manifest_read::read_begin(&mut reader, package)?;
    let length = reader.position() - offset;
    let mut mark = [0; FOOTER_BYTES as usize];
    reader.read_exact(&mut mark).map_err(|_| fault())?;
    let places = Places::new(manifest.head.data, length);
    let named = read_footer(mark) == Some((offset, length));
    if named && (offset == places.first || offset == places.second) {
        Ok((manifest, places))
    } else {
        Err(fault())
    }
}

fn read_plain(segments: &Segments<'_>, at: u64, into: &mut [u8]) -> Result<(), SealingError> {
    let mut reader = segments.plaintext(at, at + into.len() as u64);
    reader.read_exact(into).map_err(manifest_read::unreadable)
}
