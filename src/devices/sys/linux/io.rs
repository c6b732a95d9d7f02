//! Reading and writing at a place, and what the system's error numbers mean about the medium.
//!
//! Error numbers of block devices follow `blk_errors` in Linux 6.18 (`block/blk-core.c`).

use std::fs::File;
use std::os::unix::fs::FileExt;

use crate::devices::target::IoFailure;
use crate::units::ByteOffset;

/// Writes from `data` at `offset`; how many bytes were taken.
pub(super) fn write(file: &File, offset: ByteOffset, data: &[u8]) -> Result<usize, IoFailure> {
    again(data.len(), || file.write_at(data, offset.0))
}

/// Reads into `into` from `offset`; how many bytes came.
pub(super) fn read(file: &File, offset: ByteOffset, into: &mut [u8]) -> Result<usize, IoFailure> {
    again(into.len(), || file.read_at(into, offset.0))
}

/// Waits until everything written is on the medium.
pub(super) fn sync(file: &File) -> Result<(), IoFailure> {
    file.sync_all().map_err(|error| failure(&error))
}

/// What an answer of io_uring to a request for some bytes means: a count, or an error number below 0.
pub(super) fn answered(answer: i32) -> Result<usize, IoFailure> {
    match usize::try_from(answer) {
        Ok(0) => Err(IoFailure::Vanished { errno: 0 }),
        Ok(count) => Ok(count),
        Err(_) => Err(classify(answer.saturating_neg())),
    }
}

fn again(wanted: usize, mut attempt: impl FnMut() -> std::io::Result<usize>) -> Result<usize, IoFailure> {
    loop {
        match attempt() {
            // Inside the range, no progress means that the medium has become shorter.
            Ok(0) if wanted > 0 => return Err(IoFailure::Vanished { errno: 0 }),
            Ok(count) => return Ok(count),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(failure(&error)),
        }
    }
}

fn failure(error: &std::io::Error) -> IoFailure {
    classify(error.raw_os_error().unwrap_or(libc::EIO))
}

/// What an error number says about the medium.
pub(super) fn classify(errno: i32) -> IoFailure {
    match errno {
        libc::EIO | libc::EREMOTEIO | libc::EILSEQ | libc::ENODATA | libc::ETIMEDOUT | libc::EBADMSG => {
            IoFailure::Unreachable { errno }
        }
        libc::ENODEV | libc::ENXIO | libc::ENOMEDIUM | libc::ENOSPC => IoFailure::Vanished { errno },
        _ => IoFailure::Other { errno },
    }
}

/// Reads some bytes from a place of a file.
pub(crate) fn read_at(file: &File, at: u64, into: &mut [u8]) -> std::io::Result<usize> {
    file.read_at(into, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_numbers_are_sorted_by_what_they_say_about_the_medium() {
        assert_eq!(classify(libc::EIO), IoFailure::Unreachable { errno: libc::EIO });
        assert_eq!(
            classify(libc::ENODEV),
            IoFailure::Vanished { errno: libc::ENODEV }
        );
        assert_eq!(classify(libc::EINVAL), IoFailure::Other { errno: libc::EINVAL });
        assert_eq!(classify(libc::EROFS), IoFailure::Other { errno: libc::EROFS });
    }

    #[test]
    fn an_answer_is_a_count_or_an_error_number() {
        assert_eq!(answered(512), Ok(512));
        assert_eq!(answered(0), Err(IoFailure::Vanished { errno: 0 }));
        let errno = libc::ENODATA;
        assert_eq!(answered(-errno), Err(IoFailure::Unreachable { errno }));
        assert_eq!(answered(i32::MIN), Err(IoFailure::Other { errno: i32::MAX }));
    }

    #[test]
    fn an_end_inside_the_range_is_a_medium_that_went_away() {
        let file = tempfile::tempfile().unwrap();
        let mut into = [0; 16];
        assert_eq!(
            read(&file, ByteOffset(0), &mut into),
            Err(IoFailure::Vanished { errno: 0 })
        );
        assert_eq!(write(&file, ByteOffset(0), b"abc"), Ok(3));
        assert_eq!(read(&file, ByteOffset(0), &mut into), Ok(3));
    }
}
