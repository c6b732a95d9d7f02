//! Files that are read: opened without waiting or being led elsewhere, read at a place by several threads.

use std::fs::File;
use std::io;
use std::path::Path;

use super::sys;

/// Opens a regular file for reading. A link is not followed, and a pipe that was put there is not waited for.
///
/// # Errors
/// `InvalidData` for what is no regular file; what the system answered.
pub fn open_regular(path: &Path) -> io::Result<File> {
    let opened = sys::open_to_read_back(path).map_err(io::Error::from_raw_os_error);
    opened.map_err(|error| match path.symlink_metadata() {
        Ok(found) if !found.is_file() => io::ErrorKind::InvalidData.into(),
        _ => error,
    })
}

/// Fills `into` with the bytes of `file` from `at` on. The file's own position does not matter and is not moved.
///
/// # Errors
/// `UnexpectedEof` where the file is shorter; what the system answered.
pub fn read_exact_at(file: &File, at: u64, into: &mut [u8]) -> io::Result<()> {
    let mut filled = 0;
    while filled < into.len() {
        match sys::read_at(file, at + filled as u64, &mut into[filled..]) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_whatever_was_read_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, b"0123456789").unwrap();
        let file = File::open(&path).unwrap();
        let mut bytes = [0; 4];
        read_exact_at(&file, 5, &mut bytes).unwrap();
        assert_eq!(&bytes, b"5678");
        read_exact_at(&file, 0, &mut bytes).unwrap();
        assert_eq!(&bytes, b"0123");
        let error = read_exact_at(&file, 7, &mut bytes).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }
}
