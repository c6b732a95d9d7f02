//! Digests of volumes: BLAKE3 while a package is opened, both digests when a volume is read back.

use std::io::{self, Read};
use std::sync::mpsc::sync_channel;

use crate::crypto::{Blake3, Blake3Hasher, Digest, Hasher};
use crate::progress::{Event, Observer, StopSignal};
use crate::units::{ByteCount, ByteOffset};

use super::segments::source_fault;
use super::{Package, SealingError, VolumeFacts};

/// How much is read at once.
const CHUNK: usize = 1 << 20;
/// How many chunks may wait for the slower digest.
const WAITING: usize = 4;

/// A volume as it was read from its medium.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VolumeDigests {
    /// Its length.
    pub size: ByteCount,
    /// BLAKE3.
    pub blake3: Blake3,
    /// SHA-256.
    pub sha256: Digest,
}

/// Reads a volume to its end; SHA-256, the slower one, runs beside reading and BLAKE3. `before` is how much of
/// the whole was read already, for the observer.
///
/// # Errors
/// What the system says; [`SealingError::Stopped`].
pub fn digest_volume(
    volume: &mut (dyn Read + Send),
    before: u64,
    observer: &mut dyn Observer,
    stop: &StopSignal,
) -> Result<VolumeDigests, SealingError> {
    let (full, to_hash) = sync_channel::<Vec<u8>>(WAITING);
    let (empty, to_fill) = sync_channel::<Vec<u8>>(WAITING + 2);
    std::thread::scope(|scope| {
        let sha256 = scope.spawn(move || {
            let mut hasher = Hasher::new();
            while let Ok(chunk) = to_hash.recv() {
                hasher.update(&chunk);
                // The reader may have ended: then nobody needs the room.
                let _ = empty.send(chunk);
            }
            hasher.finish()
        });
        let (mut blake3, mut size) = (Blake3Hasher::new(), 0);
        loop {
            if stop.is_raised() {
                return Err(SealingError::Stopped);
            }
            let mut chunk = to_fill.try_recv().unwrap_or_default();
            chunk.resize(CHUNK, 0);
            let count = fill(volume, &mut chunk).map_err(|error| source_fault(ByteOffset(size), &error))?;
            chunk.truncate(count);
            blake3.update(&chunk);
            size += count as u64;
            observer.observe(Event::Advanced {
                done: ByteCount(before + size),
            });
            if count == 0 || full.send(chunk).is_err() {
                break;
            }
        }
        drop(full);
        let sha256 = sha256.join().map_err(|_| SealingError::Stopped)?;
        Ok(VolumeDigests {
            size: ByteCount(size),
            blake3: blake3.finish(),
            sha256,
        })
    })
}

fn fill(volume: &mut dyn Read, chunk: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < chunk.len() {
        match volume.read(&mut chunk[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// BLAKE3 of every volume, from the package's bytes in their order.
pub(super) struct VolumeHasher {
    sizes: Vec<u64>,
    done: Vec<VolumeFacts>,
    open: Blake3Hasher,
    filled: u64,
}

impl VolumeHasher {
    /// Takes the front, which was read already.
    pub(super) fn begin(package: &Package<'_>) -> Result<Self, SealingError> {
        let source = package.segments.source;
        let mut sizes = source.volumes().to_vec();
        if sizes.is_empty() {
            sizes.push(source.length());
        }
        let mut hasher = Self {
            sizes,
            done: Vec::new(),
            open: Blake3Hasher::new(),
            filled: 0,
        };
        hasher.read(package, 0, package.segments.body.start)?;
        Ok(hasher)
    }

    /// The next bytes.
    pub(super) fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let size = self.sizes.get(self.done.len()).copied().unwrap_or(u64::MAX);
            let room = usize::try_from(size - self.filled).unwrap_or(usize::MAX);
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.open.update(now);
            self.filled += now.len() as u64;
            bytes = later;
            if self.filled == size {
                self.close();
            }
        }
    }

    /// Takes what stands behind the body; the digests.
    pub(super) fn finish(mut self, package: &Package<'_>) -> Result<Vec<VolumeFacts>, SealingError> {
        let body = package.segments.body;
        self.read(
            package,
            body.start + body.length,
            package.segments.source.length(),
        )?;
        if self.filled > 0 {
            self.close();
        }
        Ok(self.done)
    }

    fn close(&mut self) {
        let hasher = std::mem::take(&mut self.open);
        self.done.push(VolumeFacts {
            size: ByteCount(self.filled),
            blake3: hasher.finish(),
        });
        self.filled = 0;
    }

    fn read(&mut self, package: &Package<'_>, from: u64, until: u64) -> Result<(), SealingError> {
        let mut at = from;
        let mut bytes = Vec::new();
        while at < until {
            bytes.resize(usize::try_from(until - at).unwrap_or(CHUNK).min(CHUNK), 0);
            let read = package.segments.source.read_at(ByteOffset(at), &mut bytes);
            read.map_err(|error| source_fault(ByteOffset(at), &error))?;
            self.update(&bytes);
            at += bytes.len() as u64;
        }
        Ok(())
    }
}
