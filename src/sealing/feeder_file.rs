//! A file on its way into a package: digested, held to its length, compressed where that was asked for.

use std::io::{self, BufReader, Chain, Cursor, Read};

use crate::crypto::{Blake3, Blake3Hasher};

use super::encoding::{encoder, try_out};
use super::{InputFile, SealingError};

/// A file that is being read.
pub(super) struct OpenFile {
    path: Box<str>,
    offset: u64,
    reader: Reader,
}

enum Reader {
    Plain(Digesting),
    Zstd(Box<zstd::stream::read::Encoder<'static, BufReader<Digesting>>>),
}

/// What a file turned out to be.
pub(super) struct Closed {
    pub(super) size: u64,
    pub(super) blake3: Blake3,
    pub(super) compressed: bool,
}

/// Reads a file once, and knows what it read.
struct Digesting {
    file: Chain<Cursor<Vec<u8>>, Box<dyn InputFile>>,
    /// Two kilobytes: not moved about with the file.
    hasher: Box<Blake3Hasher>,
    /// Length that was found before; a file without one (standard input) is taken as it comes.
    expected: Option<u64>,
    done: u64,
}

impl OpenFile {
    /// Begins to read `file`, whose bytes will stand at `offset`.
    pub(super) fn new(
        mut file: Box<dyn InputFile>,
        path: &str,
        expected: Option<u64>,
        offset: u64,
        compress: bool,
    ) -> Result<Self, SealingError> {
        let failed = |error: io::Error| input(path, &error);
        let (beginning, helps) = if compress {
            let tried = try_out(&mut file).map_err(failed)?;
            (tried.beginning, tried.helps)
        } else {
            (Vec::new(), false)
        };
        let digesting = Digesting {
            file: Cursor::new(beginning).chain(file),
            hasher: Box::default(),
            expected,
            done: 0,
        };
        let reader = if helps {
            Reader::Zstd(Box::new(encoder(digesting).map_err(failed)?))
        } else {
            Reader::Plain(digesting)
        };
        Ok(Self {
            path: path.into(),
            offset,
            reader,
        })
    }

    /// Where its bytes begin in the package.
    pub(super) const fn offset(&self) -> u64 {
        self.offset
    }

    /// The next bytes as they will stand in the package; 0 at the end.
    pub(super) fn read(&mut self, into: &mut [u8]) -> Result<usize, SealingError> {
        loop {
            let read = match &mut self.reader {
                Reader::Plain(reader) => reader.read(into),
                Reader::Zstd(reader) => reader.read(into),
            };
            match read {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // Longer than it was found to be.
                Err(error) if error.kind() == io::ErrorKind::InvalidData => return Err(self.changed()),
                read => return read.map_err(|error| input(&self.path, &error)),
            }
        }
    }

    /// All was read: whether it is what it was when it was listed.
    pub(super) fn close(self) -> Result<Closed, SealingError> {
        let path = self.path;
        let (mut digesting, compressed) = match self.reader {
            Reader::Plain(reader) => (reader, false),
            Reader::Zstd(reader) => (reader.finish().into_inner(), true),
        };
        let (_, file) = digesting.file.get_mut();
        let same = file.is_unchanged().map_err(|error| input(&path, &error))?;
        let whole = digesting
            .expected
            .is_none_or(|expected| expected == digesting.done);
        if !same || !whole {
            return Err(SealingError::Changed { path: path.into() });
        }
        Ok(Closed {
            size: digesting.done,
            blake3: digesting.hasher.finish(),
            compressed,
        })
    }

    fn changed(&self) -> SealingError {
        SealingError::Changed {
            path: self.path.to_string(),
        }
    }
}

impl Read for Digesting {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(into)?;
        self.hasher.update(&into[..count]);
        self.done += count as u64;
        match self.expected {
            Some(expected) if self.done > expected => Err(io::ErrorKind::InvalidData.into()),
            _ => Ok(count),
        }
    }
}

fn input(path: &str, error: &io::Error) -> SealingError {
    SealingError::Input {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}
