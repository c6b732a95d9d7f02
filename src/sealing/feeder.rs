//! The plaintext of a package, made piece by piece: files, fill, manifest, footer, fill, manifest, footer.

use std::io::{self, Read};

use crate::crypto::{Digest, Hasher};

use super::feeder_file::OpenFile;
use super::layout::{FOOTER_BYTES, MOST_MANIFEST_BYTES, after_gap, footer, round_up};
use super::manifest::{MOST_INTEGER, ManifestWriter};
use super::{Encoding, Entry, FileEntry, ManifestHead, SealingError};

/// Where files are read from. Lent by whoever knows paths.
pub trait Inputs: Send {
    /// Opens the file at that place in the list of entries.
    ///
    /// # Errors
    /// `InvalidData` where it is no file any more; what the system says.
    fn open(&mut self, place: usize) -> io::Result<Box<dyn InputFile>>;
}

/// An open file that is being sealed.
pub trait InputFile: Read + Send {
    /// Whether it is still the file that it was: asked once all of it has been read.
    ///
    /// # Errors
    /// What the system says.
    fn is_unchanged(&mut self) -> io::Result<bool>;
}

/// What is to be sealed under a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealEntry {
    /// Path as [`super::normal_path`] gives it.
    pub path: Box<str>,
    /// Spelling on the disk, where it is another.
    pub original: Option<Box<str>>,
    /// File or folder.
    pub kind: SealKind,
}

/// A file or an empty folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealKind {
    /// A folder with nothing below it.
    Folder,
    /// A file.
    File {
        /// Its length, where it is known beforehand.
        size: Option<u64>,
        /// When it was changed last: seconds since 1970 and nanoseconds.
        modified: Option<(i64, u32)>,
    },
}

/// What comes next.
#[derive(Clone, Copy)]
enum Stage {
    Files,
    /// The first or the second manifest, which begins at `offset`.
    Manifest {
        second: bool,
        writer: ManifestWriter,
        offset: u64,
        length: u64,
    },
    Done,
}

/// Makes the plaintext.
pub(super) struct Feeder<'a> {
    inputs: &'a mut dyn Inputs,
    plan: &'a [SealEntry],
    compress: bool,
    head: ManifestHead,
    entries: Vec<Entry>,
    open: Option<OpenFile>,
    /// Made, not yet handed out.
    pending: Vec<u8>,
    handed: usize,
    /// Zero bytes still to be handed out.
    fill: u64,
    /// Bytes handed out so far.
    position: u64,
    stage: Stage,
    hasher: Hasher,
    number: u64,
}

/// What the feeder knows when everything was handed out.
pub(super) struct Fed {
    pub(super) manifest: Digest,
    pub(super) entries: Vec<Entry>,
}

impl<'a> Feeder<'a> {
    /// A feeder for `plan`, whose paths are in order.
    pub(super) fn new(
        inputs: &'a mut dyn Inputs,
        plan: &'a [SealEntry],
        head: ManifestHead,
        compress: bool,
    ) -> Self {
        Self {
            inputs,
            plan,
            compress,
            head,
            entries: Vec::with_capacity(plan.len()),
            open: None,
            pending: Vec::new(),
            handed: 0,
            fill: 0,
            position: 0,
            stage: Stage::Files,
            hasher: Hasher::new(),
            number: 0,
        }
    }

    /// The next segment's number, how many bytes of `into` it fills, and whether it is the last. Nothing after
    /// the last one.
    pub(super) fn next(&mut self, into: &mut [u8]) -> Result<Option<(u64, usize, bool)>, SealingError> {
        if self.is_done() {
            return Ok(None);
        }
        let mut filled = 0;
        while filled < into.len() && !self.is_done() {
            filled += self.step(&mut into[filled..])?;
        }
        let number = self.number;
        self.number += 1;
        Ok(Some((number, filled, self.is_done())))
    }

    /// How many segments it handed out.
    pub(super) const fn segments(&self) -> u64 {
        self.number
    }

    /// What came of it.
    pub(super) fn finish(self) -> Fed {
        Fed {
            manifest: self.hasher.finish(),
            entries: self.entries,
        }
    }

    fn is_done(&self) -> bool {
        matches!(self.stage, Stage::Done) && self.handed == self.pending.len() && self.fill == 0
    }

    /// Hands out what there is, or makes what comes next.
    fn step(&mut self, into: &mut [u8]) -> Result<usize, SealingError> {
        let count = if self.handed < self.pending.len() {
            let count = (self.pending.len() - self.handed).min(into.len());
            into[..count].copy_from_slice(&self.pending[self.handed..self.handed + count]);
            self.handed += count;
            count
        } else if self.fill > 0 {
            let count = usize::try_from(self.fill).unwrap_or(usize::MAX).min(into.len());
            into[..count].fill(0);
            self.fill -= count as u64;
            count
        } else if let Some(file) = &mut self.open {
            match file.read(into)? {
                0 => {
                    self.close_file()?;
                    0
                }
                count => count,
            }
        } else {
            self.advance()?;
            0
        };
        self.position += count as u64;
        Ok(count)
    }

    /// Whatever was made is handed out: makes what comes next.
    fn advance(&mut self) -> Result<(), SealingError> {
        self.pending.clear();
        self.handed = 0;
        match self.stage {
            Stage::Files if self.entries.len() < self.plan.len() => self.next_entry(),
            Stage::Files => {
                self.head.data = self.position;
                self.begin_manifest(false, self.position, round_up(self.position));
                Ok(())
            }
            Stage::Manifest {
                second,
                writer,
                offset,
                length,
            } => self.manifest(second, writer, offset, length),
            Stage::Done => Ok(()),
        }
    }

    /// Fills up to `offset`, where a segment begins; a manifest stands there.
    fn begin_manifest(&mut self, second: bool, end: u64, offset: u64) {
        self.fill = offset - end;
        self.stage = Stage::Manifest {
            second,
            writer: ManifestWriter::default(),
            offset,
            length: 0,
        };
    }

    /// The next lines of a manifest, or its footer.
    fn manifest(
        &mut self,
        second: bool,
        mut writer: ManifestWriter,
        offset: u64,
        length: u64,
    ) -> Result<(), SealingError> {
        if writer.next(&self.head, &self.entries, &mut self.pending) {
            if !second {
                self.hasher.update(&self.pending);
            }
            let length = length + self.pending.len() as u64;
            self.stage = Stage::Manifest {
                second,
                writer,
                offset,
                length,
            };
            if length > MOST_MANIFEST_BYTES {
                return Err(SealingError::TooMuch {
                    what: "manifest",
                    bound: MOST_MANIFEST_BYTES,
                });
            }
            return Ok(());
        }
        self.pending.extend(footer(offset, length));
        if second {
            self.stage = Stage::Done;
        } else {
            // The fill comes after the footer, which is not handed out yet.
            let end = offset + length + FOOTER_BYTES;
            self.begin_manifest(true, end, after_gap(end));
        }
        Ok(())
    }

    fn next_entry(&mut self) -> Result<(), SealingError> {
        let place = self.entries.len();
        let entry = &self.plan[place];
        if let SealKind::File { size, .. } = entry.kind {
            let failed = |error: io::Error| match error.kind() {
                // Something else stands there now.
                io::ErrorKind::InvalidData | io::ErrorKind::NotFound => SealingError::Changed {
                    path: entry.path.to_string(),
                },
                _ => SealingError::Input {
                    path: entry.path.to_string(),
                    reason: error.to_string(),
                },
            };
            let file = self.inputs.open(place).map_err(failed)?;
            self.open = Some(OpenFile::new(
                file,
                &entry.path,
                size,
                self.position,
                self.compress,
            )?);
        } else {
            self.entries.push(Entry {
                path: entry.path.clone(),
                original: entry.original.clone(),
                file: None,
            });
        }
        Ok(())
    }

    fn close_file(&mut self) -> Result<(), SealingError> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        let entry = &self.plan[self.entries.len()];
        let modified = match entry.kind {
            SealKind::File { modified, .. } => modified,
            SealKind::Folder => None,
        };
        let (offset, closed) = (open.offset(), open.close()?);
        if self.position >= MOST_INTEGER {
            return Err(SealingError::TooMuch {
                what: "bytes",
                bound: MOST_INTEGER,
            });
        }
        let file = FileEntry {
            offset,
            stored: self.position - offset,
            encoding: if closed.compressed {
                Encoding::Zstd
            } else {
                Encoding::Plain
            },
            size: closed.size,
            modified,
            blake3: closed.blake3,
        };
        let (path, original) = (entry.path.clone(), entry.original.clone());
        self.entries.push(Entry {
            path,
            original,
            file: Some(file),
        });
        Ok(())
    }
}
