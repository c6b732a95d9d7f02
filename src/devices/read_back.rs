//! Reading back what was written, from the medium and not from the page cache, as far as this system
//! can make sure of that.
//!
//! How far it could is a fact of its own, [`ReadBackPath`], measured each time.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use super::error::DeviceError;
use super::storage::{Storage, StorageKind};
use super::sys;
use super::target::ReadPath;

/// What offsets, lengths and memory are aligned to: a page, which every file system accepts for direct I/O.
const ALIGNMENT: usize = 4096;

/// How much is read at once.
const AT_ONCE: usize = 1 << 20;

/// What answers the reads of a [`ReadBackFile`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadBackPath {
    /// The medium: nothing of the file, nor of a file under its loop device, was left in the page cache
    /// when the reading began.
    Medium,
    /// Memory (tmpfs): there is no other medium to read from.
    Memory,
    /// Whatever serves this file system (its name); what this machine had in its own cache was dropped.
    Through(String),
    /// Reads may be answered from a cache: nothing is proven.
    Cached {
        /// What could not be shown, lowercase English.
        reason: String,
    },
}

/// A file that is read back, from its first byte to its end.
#[derive(Debug)]
pub struct ReadBackFile {
    file: File,
    memory: Vec<u8>,
    /// Where the aligned part of `memory` begins.
    start: usize,
    /// What of the aligned part was not handed out yet.
    left: Range<usize>,
    /// Where in the file `left` ends.
    position: u64,
}

/// Opens the file at `path` to read it back; whoever wrote it has synced it. `storage` is what
/// [`super::storage_of`] says about its folder.
///
/// # Errors
/// [`DeviceError::CannotRead`] with what the system answered; a link or something that is no regular
/// file is not opened.
pub fn open_read_back(path: &Path, storage: &Storage) -> Result<(ReadBackFile, ReadBackPath), DeviceError> {
    let failed = |errno| DeviceError::CannotRead {
        path: path.to_owned(),
        errno,
    };
    let file = sys::open_to_read_back(path).map_err(failed)?;
    let reached = reach(&file, path, storage);
    let mut opened = ReadBackFile::new(file);
    if storage.kind != StorageKind::Memory {
        opened.read_directly();
    }
    Ok((opened, reached))
}

fn reach(file: &File, path: &Path, storage: &Storage) -> ReadBackPath {
    match storage.kind {
        StorageKind::Memory => ReadBackPath::Memory,
        StorageKind::Local => match sys::reach_medium(file, path) {
            ReadPath::Direct | ReadPath::BackingFileUncached => ReadBackPath::Medium,
            ReadPath::Memory => ReadBackPath::Memory,
            ReadPath::Cached { reason } => ReadBackPath::Cached { reason },
        },
        StorageKind::Through => match sys::drop_cached(file) {
            Ok(()) => ReadBackPath::Through(storage.filesystem.clone().unwrap_or_default()),
            Err(reason) => ReadBackPath::Cached { reason },
        },
        StorageKind::Untold => ReadBackPath::Cached {
            reason: "this system does not tell where the file lies".to_owned(),
        },
    }
}

impl ReadBackFile {
    fn new(file: File) -> Self {
        let memory = vec![0; AT_ONCE + ALIGNMENT];
        let start = memory.as_ptr().align_offset(ALIGNMENT).min(ALIGNMENT);
        Self {
            file,
            memory,
            start,
            left: 0..0,
            position: 0,
        }
    }

    fn read_directly(&mut self) {
        let aligned = self.start..self.start + AT_ONCE;
        sys::read_directly(&self.file, &mut self.memory[aligned]);
    }

    /// Reads on from the aligned place at or before the position: a read that fell short, and the end
    /// of a file, need not be aligned.
    fn refill(&mut self) -> io::Result<()> {
        let skip = usize::try_from(self.position % ALIGNMENT as u64).unwrap_or(0);
        let from = self.position - skip as u64;
        self.file.seek(SeekFrom::Start(from))?;
        let count = loop {
            match self.file.read(&mut self.memory[self.start..self.start + AT_ONCE]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                answer => break answer?,
            }
        };
        self.left = skip..count.max(skip);
        self.position = from + self.left.end as u64;
        Ok(())
    }
}

impl Read for ReadBackFile {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.left.is_empty() && !into.is_empty() {
            self.refill()?;
        }
        let count = into.len().min(self.left.len());
        let from = self.start + self.left.start;
        into[..count].copy_from_slice(&self.memory[from..from + count]);
        self.left.start += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::storage_of;

    #[test]
    fn every_length_is_read_whole_and_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let storage = storage_of(folder.path()).unwrap();
        for length in [
            0,
            1,
            4095,
            4096,
            4097,
            AT_ONCE - 1,
            AT_ONCE,
            AT_ONCE + 513,
            3 * AT_ONCE + 7,
        ] {
            let path = folder.path().join(format!("file-{length}"));
            let bytes: Vec<u8> = (0..length).map(|at| (at / 3 % 251) as u8).collect();
            std::fs::write(&path, &bytes).unwrap();
            File::open(&path).unwrap().sync_all().unwrap();
            let (mut file, _) = open_read_back(&path, &storage).unwrap();
            let mut seen = Vec::new();
            let mut piece = vec![0; 100_003];
            loop {
                let count = file.read(&mut piece).unwrap();
                if count == 0 {
                    break;
                }
                seen.extend_from_slice(&piece[..count]);
            }
            assert!(seen == bytes, "{length}");
            assert_eq!(
                file.read(&mut piece).unwrap(),
                0,
                "{length}: the end stays the end"
            );
        }
    }

    #[test]
    fn what_is_no_file_of_its_own_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let storage = storage_of(folder.path()).unwrap();
        let code = |name: &str| {
            open_read_back(&folder.path().join(name), &storage)
                .err()
                .map(|error| error.code())
        };
        std::fs::create_dir(folder.path().join("folder")).unwrap();
        assert_eq!(code("none"), Some("DEV-CANNOT-READ"));
        assert_eq!(code("folder"), Some("DEV-CANNOT-READ"));
        #[cfg(target_os = "linux")]
        {
            std::fs::write(folder.path().join("file"), b"x").unwrap();
            std::os::unix::fs::symlink("file", folder.path().join("link")).unwrap();
            assert_eq!(code("link"), Some("DEV-CANNOT-READ"));
            assert_eq!(code("file"), None);
        }
    }

    #[test]
    fn a_place_that_is_not_told_proves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut storage = storage_of(folder.path()).unwrap();
        storage.kind = StorageKind::Untold;
        let path = folder.path().join("file");
        std::fs::write(&path, b"x").unwrap();
        let (_, reached) = open_read_back(&path, &storage).unwrap();
        assert!(matches!(reached, ReadBackPath::Cached { .. }), "{reached:?}");
    }
}
