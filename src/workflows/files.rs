//! Reading bounded files, and writes that matter: temporary file, fsync, rename, fsync of the folder.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{OutputProblem, Owner, Refusal, WorkflowError};
use crate::devices;
use crate::units::ByteCount;

/// Reads a file of at most `bound` bytes. One byte more is read, so that what is too large is
/// refused by whoever parses it.
pub(super) fn read(path: &Path, bound: usize) -> Result<Vec<u8>, WorkflowError> {
    let failed = |error: io::Error| WorkflowError::File {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    let file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.is_dir() {
        return Err(failed(io::Error::from(io::ErrorKind::IsADirectory)));
    }
    let mut bytes = Vec::new();
    file.take(bound as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    Ok(bytes)
}

/// Like [`read`], but a missing file is none.
pub(super) fn read_if_there(path: &Path, bound: usize) -> Result<Option<Vec<u8>>, WorkflowError> {
    if path.exists() {
        read(path, bound).map(Some)
    } else {
        Ok(None)
    }
}

/// The names in a folder; none where there is no such folder, or something else.
pub(super) fn names(folder: &Path) -> Result<Vec<OsString>, WorkflowError> {
    use io::ErrorKind::{NotADirectory, NotFound};
    let failed = |error: io::Error| WorkflowError::File {
        path: folder.to_owned(),
        reason: error.to_string(),
    };
    let entries = match fs::read_dir(folder) {
        Err(error) if matches!(error.kind(), NotFound | NotADirectory) => return Ok(Vec::new()),
        entries => entries.map_err(failed)?,
    };
    entries
        .map(|entry| entry.map(|entry| entry.file_name()).map_err(failed))
        .collect()
}

/// Whether only the owner may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Privacy {
    /// Everybody whom the folder lets in.
    Shared,
    /// The owner alone.
    Secret,
}

/// Writes a new file atomically; one that exists is never overwritten.
pub(super) fn write_new(
    path: &Path,
    bytes: &[u8],
    privacy: Privacy,
    owner: Option<Owner>,
) -> Result<(), WorkflowError> {
    write_new_by(path, privacy, owner, |file| file.write_all(bytes))
}

/// Writes a new file atomically, piece by piece; one that exists is never overwritten.
pub(super) fn write_new_by(
    path: &Path,
    privacy: Privacy,
    owner: Option<Owner>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), WorkflowError> {
    let staged = stage(path, privacy, owner, write)?;
    match staged.persist_noclobber(path) {
        Ok(_) => sync_folder(path),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(Refusal::Exists {
            path: path.to_owned(),
        }
        .into()),
        Err(error) => Err(failed(path, &error.error)),
    }
}

/// Replaces a file atomically.
pub(super) fn replace(
    path: &Path,
    bytes: &[u8],
    privacy: Privacy,
    owner: Option<Owner>,
) -> Result<(), WorkflowError> {
    let staged = stage(path, privacy, owner, |file| file.write_all(bytes))?;
    staged.persist(path).map_err(|error| failed(path, &error.error))?;
    sync_folder(path)
}

/// Removes a file that this program has made.
pub(super) fn remove(path: &Path) -> Result<(), WorkflowError> {
    fs::remove_file(path).map_err(|error| failed(path, &error))
}

/// Makes a folder with its parents, unless it is there.
pub(super) fn make_folder(path: &Path, owner: Option<Owner>) -> Result<(), WorkflowError> {
    if path.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(path).map_err(|error| failed(path, &error))?;
    give(path, owner);
    Ok(())
}

/// What speaks against writing `needed` bytes into `folder`: found by writing a file there and
/// removing it.
pub(super) fn probe_folder(folder: &Path, needed: ByteCount) -> Result<(), OutputProblem> {
    let metadata = fs::metadata(folder).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => OutputProblem::Missing,
        _ => OutputProblem::NotWritable {
            reason: error.to_string(),
        },
    })?;
    if !metadata.is_dir() {
        return Err(OutputProblem::NotAFolder);
    }
    let available = devices::free_space(folder).ok_or(OutputProblem::RoomUntold)?;
    if available < needed {
        return Err(OutputProblem::Full { needed, available });
    }
    let not_writable = |error: io::Error| OutputProblem::NotWritable {
        reason: error.to_string(),
    };
    let mut probe = NamedTempFile::new_in(folder).map_err(not_writable)?;
    probe
        .write_all(&[0x5a; 4096])
        .and_then(|()| probe.as_file().sync_all())
        .map_err(not_writable)
}

/// Gives a file that somebody else wrote (the ledger) to its owner.
pub(super) fn give_existing(path: &Path, owner: Option<Owner>) {
    give(path, owner);
}

fn stage(
    path: &Path,
    privacy: Privacy,
    owner: Option<Owner>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<NamedTempFile, WorkflowError> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".keshiin-");
    if privacy == Privacy::Shared
        && let Some(permissions) = devices::shared_permissions()
    {
        builder.permissions(permissions);
    }
    let mut staged = builder
        .tempfile_in(folder_of(path))
        .map_err(|error| failed(path, &error))?;
    let mut buffered = BufWriter::new(staged.as_file_mut());
    write(&mut buffered)
        .and_then(|()| buffered.flush())
        .map_err(|error| failed(path, &error))?;
    drop(buffered);
    staged
        .as_file()
        .sync_all()
        .map_err(|error| failed(path, &error))?;
    give(staged.path(), owner);
    Ok(staged)
}

fn give(path: &Path, owner: Option<Owner>) {
    if let Some(Owner { user, group }) = owner {
        // A file that stays with root is a nuisance, not a danger.
        let _ = devices::give_to(path, user, group);
    }
}

fn sync_folder(path: &Path) -> Result<(), WorkflowError> {
    let folder = folder_of(path);
    // Where a folder cannot be opened for syncing (Windows, some network file systems), the rename
    // itself is all there is.
    if let Ok(folder) = File::open(&folder) {
        folder.sync_all().map_err(|error| failed(path, &error))?;
    }
    Ok(())
}

fn folder_of(path: &Path) -> PathBuf {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .map_or_else(|| PathBuf::from("."), Path::to_owned)
}

fn failed(path: &Path, error: &io::Error) -> WorkflowError {
    WorkflowError::File {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_is_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        write_new(&path, b"one", Privacy::Shared, None).unwrap();
        assert!(matches!(
            write_new(&path, b"two", Privacy::Shared, None),
            Err(WorkflowError::Refused(_))
        ));
        assert_eq!(read(&path, 10).unwrap(), b"one");
        replace(&path, b"two", Privacy::Shared, None).unwrap();
        assert_eq!(read(&path, 2).unwrap(), b"two");
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "nothing is left behind"
        );
    }

    #[test]
    fn a_folder_is_probed_by_writing() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(probe_folder(folder.path(), ByteCount(1)), Ok(()));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        assert_eq!(
            probe_folder(&folder.path().join("no"), ByteCount(1)),
            Err(OutputProblem::Missing)
        );
        assert!(matches!(
            probe_folder(folder.path(), ByteCount(u64::MAX)),
            Err(OutputProblem::Full { .. })
        ));
        let file = folder.path().join("file");
        fs::write(&file, b"").unwrap();
        assert_eq!(probe_folder(&file, ByteCount(1)), Err(OutputProblem::NotAFolder));
    }
}
