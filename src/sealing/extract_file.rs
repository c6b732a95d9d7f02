//! A file on its way out of a package: decompressed within its bounds, held to its length and digest.

use std::io::{self, Write};

use crate::crypto::Blake3Hasher;

use super::encoding::FrameDecoder;
use super::{Encoding, Entry, FileEntry, Outputs, SealingError};

/// A file that is being written.
pub(super) struct OutFile {
    place: usize,
    file: FileEntry,
    target: Target,
}

enum Target {
    Plain(Checked),
    Zstd(Box<FrameDecoder<Checked>>),
}

/// Counts and digests what is written.
struct Checked {
    writer: Box<dyn Write + Send>,
    /// Two kilobytes: not moved about with the file. None where [`PartsDigest`] does it.
    hasher: Option<Box<Blake3Hasher>>,
    most: u64,
    done: u64,
}

impl OutFile {
    /// Begins a file.
    pub(super) fn begin(
        outputs: &dyn Outputs,
        place: usize,
        entry: &Entry,
        file: FileEntry,
    ) -> Result<Self, SealingError> {
        Self::begin_with(outputs, place, entry, file, Some(Box::default()))
    }

    /// Begins a file that comes in parts; where it is not compressed, [`PartsDigest`] has to be given them too.
    pub(super) fn begin_parts(
        outputs: &dyn Outputs,
        place: usize,
        entry: &Entry,
        file: FileEntry,
    ) -> Result<Self, SealingError> {
        let hasher = (file.encoding == Encoding::Zstd).then(Box::default);
        Self::begin_with(outputs, place, entry, file, hasher)
    }

    fn begin_with(
        outputs: &dyn Outputs,
        place: usize,
        entry: &Entry,
        file: FileEntry,
        hasher: Option<Box<Blake3Hasher>>,
    ) -> Result<Self, SealingError> {
        let failed = |error: io::Error| output(entry, &error);
        let writer = outputs.create(place, entry).map_err(failed)?;
        let checked = Checked {
            writer,
            hasher,
            most: file.size,
            done: 0,
        };
        let target = match file.encoding {
            Encoding::Plain => Target::Plain(checked),
            Encoding::Zstd => Target::Zstd(Box::new(FrameDecoder::new(checked).map_err(failed)?)),
        };
        Ok(Self { place, file, target })
    }

    /// Which entry it is.
    pub(super) const fn place(&self) -> usize {
        self.place
    }

    /// Takes the next bytes as they stand in the package.
    pub(super) fn write(&mut self, entry: &Entry, bytes: &[u8]) -> Result<(), SealingError> {
        let written = match &mut self.target {
            Target::Plain(target) => target.write_all(bytes),
            Target::Zstd(target) => target.write(bytes),
        };
        written.map_err(|error| self.fault(entry, &error))
    }

    /// All bytes came: whether they are the file that the manifest describes.
    pub(super) fn finish(self, outputs: &dyn Outputs, entry: &Entry) -> Result<(), SealingError> {
        let content = || SealingError::Content {
            path: entry.path.to_string(),
        };
        let checked = match self.target {
            Target::Plain(target) => target,
            Target::Zstd(target) => target.finish().map_err(|_| content())?,
        };
        let digest = checked.hasher.map(|hasher| hasher.finish());
        if checked.done != self.file.size || digest.is_some_and(|digest| digest != self.file.blake3) {
            return Err(content());
        }
        let failed = |error: io::Error| output(entry, &error);
        outputs.finish(self.place, entry, checked.writer).map_err(failed)
    }

    /// What does not decompress is the package's fault, anything else the disk's.
    fn fault(&self, entry: &Entry, error: &io::Error) -> SealingError {
        let bad = match &self.target {
            Target::Plain(_) => error.kind() == io::ErrorKind::InvalidData,
            Target::Zstd(_) => error.raw_os_error().is_none(),
        };
        if bad {
            SealingError::Content {
                path: entry.path.to_string(),
            }
        } else {
            output(entry, error)
        }
    }
}

/// Digests files that are not compressed and come in parts, beside the writing.
#[derive(Default)]
pub(super) struct PartsDigest {
    open: Option<(usize, Box<Blake3Hasher>)>,
}

impl PartsDigest {
    /// Takes the next bytes of a file; the `last` ones make its digest, which has to be the manifest's.
    pub(super) fn update(
        &mut self,
        place: usize,
        entry: &Entry,
        file: FileEntry,
        bytes: &[u8],
        last: bool,
    ) -> Result<(), SealingError> {
        let mut hasher = match self.open.take() {
            Some((open, hasher)) if open == place => hasher,
            _ => Box::default(),
        };
        hasher.update(bytes);
        if !last {
            self.open = Some((place, hasher));
        } else if hasher.finish() != file.blake3 {
            return Err(SealingError::Content {
                path: entry.path.to_string(),
            });
        }
        Ok(())
    }
}

impl Write for Checked {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.done + bytes.len() as u64 > self.most {
            return Err(io::ErrorKind::InvalidData.into());
        }
        self.writer.write_all(bytes)?;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(bytes);
        }
        self.done += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// An output that cannot be written.
pub(super) fn output(entry: &Entry, error: &io::Error) -> SealingError {
    SealingError::Output {
        what: entry.path.to_string(),
        reason: error.to_string(),
    }
}
