//! The package's bytes as files: written volume by volume, read at any place.

use std::io;

use crate::crypto::{Blake3, Blake3Hasher};
use crate::progress::{Event, Observer};
use crate::units::{ByteCount, ByteOffset};

use super::SealingError;

/// Most volumes: `.001` to `.999`.
pub(super) const MOST_VOLUMES: u16 = 999;

/// Where volumes are written. Lent by whoever knows paths.
pub trait VolumeSink: Send {
    /// Begins the next volume, from 1.
    ///
    /// # Errors
    /// What the system says.
    fn begin(&mut self, number: u16) -> io::Result<()>;

    /// Writes the next bytes of the volume.
    ///
    /// # Errors
    /// What the system says.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Ends the volume: its bytes have been handed to the medium when this returns.
    ///
    /// # Errors
    /// What the system says.
    fn end(&mut self) -> io::Result<()>;
}

/// A package's bytes, read at any place; volumes are one after another. Several threads read at once.
pub trait Ciphertext: Sync {
    /// Length of the whole package in bytes.
    fn length(&self) -> u64;

    /// Lengths of its volumes, in their order.
    fn volumes(&self) -> &[u64];

    /// Fills `into` from `at` on.
    ///
    /// # Errors
    /// What the system says; a missing volume.
    fn read_at(&self, at: ByteOffset, into: &mut [u8]) -> io::Result<()>;
}

impl Ciphertext for Vec<u8> {
    fn length(&self) -> u64 {
        self.len() as u64
    }

    fn volumes(&self) -> &[u64] {
        &[]
    }

    fn read_at(&self, at: ByteOffset, into: &mut [u8]) -> io::Result<()> {
        let start = usize::try_from(at.0).unwrap_or(usize::MAX);
        let found = self.get(start..).and_then(|rest| rest.get(..into.len()));
        into.copy_from_slice(found.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

/// A volume as it was written or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VolumeFacts {
    /// Its length.
    pub size: ByteCount,
    /// BLAKE3 of its bytes.
    pub blake3: Blake3,
}

/// Digests a stream of bytes volume by volume.
pub(super) struct Digester {
    most: u64,
    open: Box<Blake3Hasher>,
    filled: u64,
    ended: Vec<VolumeFacts>,
}

impl Digester {
    /// Volumes of at most `most` bytes; one without end where that is `None`.
    pub(super) fn new(most: Option<ByteCount>) -> Self {
        Self {
            most: bound(most),
            open: Box::default(),
            filled: 0,
            ended: Vec::new(),
        }
    }

    /// Takes the next bytes of the package.
    pub(super) fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.filled == self.most {
                self.close();
            }
            let (now, later) = bytes.split_at(fitting(self.most - self.filled, bytes));
            self.open.update(now);
            self.filled += now.len() as u64;
            bytes = later;
        }
    }

    /// The volumes.
    pub(super) fn finish(mut self) -> Vec<VolumeFacts> {
        if self.filled > 0 {
            self.close();
        }
        self.ended
    }

    fn close(&mut self) {
        self.ended.push(VolumeFacts {
            size: ByteCount(self.filled),
            blake3: std::mem::take(&mut *self.open).finish(),
        });
        self.filled = 0;
    }
}

/// Cuts a stream of bytes into volumes.
pub(super) struct Splitter<'a> {
    sink: &'a mut dyn VolumeSink,
    observer: &'a mut dyn Observer,
    most: u64,
    /// Bytes of the volume that is open.
    open: Option<u64>,
    begun: u16,
    total: u64,
    told: u64,
}

/// Progress is told once for so many bytes.
pub(super) const TELL_EVERY: u64 = 4 << 20;

impl<'a> Splitter<'a> {
    /// Volumes of at most `most` bytes; one without end where that is `None`.
    pub(super) fn new(
        sink: &'a mut dyn VolumeSink,
        observer: &'a mut dyn Observer,
        most: Option<ByteCount>,
    ) -> Self {
        Self {
            sink,
            observer,
            most: bound(most),
            open: None,
            begun: 0,
            total: 0,
            told: 0,
        }
    }

    /// Writes the next bytes of the package.
    pub(super) fn write(&mut self, mut bytes: &[u8]) -> Result<(), SealingError> {
        while !bytes.is_empty() {
            let written = self.open()?;
            let (now, later) = bytes.split_at(fitting(self.most - written, bytes));
            self.sink.write(now).map_err(failed)?;
            self.open = Some(written + now.len() as u64);
            self.total += now.len() as u64;
            bytes = later;
        }
        if self.total - self.told >= TELL_EVERY {
            self.told = self.total;
            self.observer.observe(Event::Advanced {
                done: ByteCount(self.total),
            });
        }
        Ok(())
    }

    /// Ends the last volume.
    pub(super) fn finish(mut self) -> Result<(), SealingError> {
        self.close()?;
        self.observer.observe(Event::Finished);
        Ok(())
    }

    /// Bytes in the volume that is open; opens the next one where the last is full.
    fn open(&mut self) -> Result<u64, SealingError> {
        match self.open {
            Some(written) if written < self.most => return Ok(written),
            _ => self.close()?,
        }
        self.begun += 1;
        if self.begun > MOST_VOLUMES {
            return Err(SealingError::TooManyVolumes { bound: MOST_VOLUMES });
        }
        self.sink.begin(self.begun).map_err(failed)?;
        Ok(0)
    }

    fn close(&mut self) -> Result<(), SealingError> {
        match self.open.take() {
            Some(_) => self.sink.end().map_err(failed),
            None => Ok(()),
        }
    }
}

fn bound(most: Option<ByteCount>) -> u64 {
    most.map_or(u64::MAX, |most| most.0.max(1))
}

/// How many of `bytes` fit into `room`.
fn fitting(room: u64, bytes: &[u8]) -> usize {
    usize::try_from(room).unwrap_or(usize::MAX).min(bytes.len())
}

#[expect(clippy::needless_pass_by_value, reason = "used in map_err")]
fn failed(error: io::Error) -> SealingError {
    SealingError::Output {
        what: "package".into(),
        reason: error.to_string(),
    }
}
