//! Reads everything that can be known about a device or image without changing it.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::error::DeviceError;
use super::facts::{DeviceFacts, DeviceNumber};
use super::locator::{Located, LocatedKind, locate};
use super::sys;
use crate::units::ByteCount;

/// The smallest image that is taken for one.
const SMALLEST_IMAGE: ByteCount = ByteCount(4096);

/// How much of each end goes into the confirmation code.
const END: u64 = 1 << 20;
/// How much of them is read at once, and left out where it cannot be read.
const STEP: usize = 64 << 10;

/// The facts of the device at `path`, or of the regular file there if `as_image`.
///
/// # Errors
/// What [`locate`] tells; [`DeviceError::NeedsImageFlag`] and [`DeviceError::NotAnImage`] where
/// `as_image` does not fit; [`DeviceError::ImageTooSmall`]; [`DeviceError::CannotInspect`].
pub fn inspect(path: &Path, as_image: bool) -> Result<DeviceFacts, DeviceError> {
    let located = locate(path)?;
    match (located.kind, as_image) {
        (LocatedKind::Block { .. }, true) => Err(DeviceError::NotAnImage {
            path: path.to_owned(),
        }),
        (LocatedKind::Regular { .. }, false) => Err(DeviceError::NeedsImageFlag {
            path: path.to_owned(),
        }),
        (LocatedKind::Block { number }, false) => {
            let mut facts = sys::block_facts(&located, number)?;
            facts.serial_shared = shares_serial(&facts, &all_facts()?);
            Ok(facts)
        }
        (LocatedKind::Regular { .. }, true) => {
            let facts = sys::image_facts(&located)?;
            if facts.size < SMALLEST_IMAGE {
                return Err(DeviceError::ImageTooSmall {
                    path: path.to_owned(),
                    size: facts.size,
                });
            }
            Ok(facts)
        }
    }
}

/// The facts of every whole device, in no order. A device that goes away meanwhile is left out.
pub(super) fn all_facts() -> Result<Vec<DeviceFacts>, DeviceError> {
    let nodes = sys::whole_devices()?;
    let facts = |(path, number): (std::path::PathBuf, DeviceNumber)| {
        let located = Located {
            asked: path.clone(),
            path,
            kind: LocatedKind::Block { number },
        };
        sys::block_facts(&located, number).ok()
    };
    Ok(nodes.into_iter().filter_map(facts).collect())
}

/// Whether another device of `all` says the same serial number.
pub(super) fn shares_serial(facts: &DeviceFacts, all: &[DeviceFacts]) -> bool {
    let Some(serial) = &facts.serial else { return false };
    let others = all
        .iter()
        .filter(|other| other.number != facts.number && other.port != facts.port);
    others
        .filter_map(|other| other.serial.as_ref())
        .any(|other| other.text.eq_ignore_ascii_case(&serial.text))
}

/// The first and the last MiB of the device or image, read-only; less where it is smaller, and without
/// the places that cannot be read: a medium that is failing is to be erased too.
///
/// # Errors
/// [`DeviceError::CannotRead`] with what the system answered, where nothing of it can be read.
pub fn read_ends(facts: &DeviceFacts) -> Result<Vec<u8>, DeviceError> {
    let failed = |error: std::io::Error| DeviceError::CannotRead {
        path: facts.path.clone(),
        errno: error.raw_os_error().unwrap_or(0),
    };
    let mut file = File::open(&facts.path).map_err(failed)?;
    let first = END.min(facts.size.0);
    let last = first.max(facts.size.0.saturating_sub(END));
    let (mut ends, mut refused) = (Vec::new(), None);
    for range in [0..first, last..facts.size.0] {
        for from in range.clone().step_by(STEP) {
            let length = (STEP as u64).min(range.end - from);
            if let Err(error) = read_part(&mut file, from, length, &mut ends) {
                refused = Some(error);
            }
        }
    }
    match refused {
        Some(error) if ends.is_empty() => Err(failed(error)),
        _ => Ok(ends),
    }
}

/// Appends what stands there; nothing of it where it cannot be read.
fn read_part(file: &mut File, from: u64, length: u64, into: &mut Vec<u8>) -> std::io::Result<()> {
    let before = into.len();
    file.seek(SeekFrom::Start(from))?;
    let read = file.take(length).read_to_end(into);
    match read {
        Ok(read) if read as u64 == length => return Ok(()),
        _ => into.truncate(before),
    }
    read.and(Err(std::io::ErrorKind::UnexpectedEof.into()))
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;

    fn code(path: &Path, as_image: bool) -> &'static str {
        inspect(path, as_image).map_or_else(|error| error.code(), |_| "fine")
    }

    #[test]
    fn what_is_no_medium_has_its_own_error() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let pipe = at("pipe");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &pipe,
            rustix::fs::FileType::Fifo,
            0o600.into(),
            0,
        )
        .unwrap();
        let _listener = UnixListener::bind(at("socket")).unwrap();
        std::fs::write(at("small"), [0; 4095]).unwrap();
        std::fs::write(at("image"), [0; 4097]).unwrap();
        symlink(at("image"), at("link")).unwrap();
        symlink(at("nowhere"), at("dangling")).unwrap();
        for (path, as_image, expected) in [
            (at("nothing"), false, "DEV-NO-SUCH-DEVICE"),
            (at("dangling"), false, "DEV-NO-SUCH-DEVICE"),
            (at("image/below"), false, "DEV-NO-SUCH-DEVICE"),
            (folder.path().to_owned(), true, "DEV-DIRECTORY"),
            ("/dev/null".into(), false, "DEV-CHARACTER-DEVICE"),
            (pipe, true, "DEV-NAMED-PIPE"),
            (at("socket"), true, "DEV-SOCKET"),
            (at("image"), false, "DEV-NEEDS-IMAGE-FLAG"),
            (at("small"), true, "DEV-IMAGE-TOO-SMALL"),
            (at("image"), true, "fine"),
            (at("link"), true, "fine"),
        ] {
            assert_eq!(code(&path, as_image), expected, "{}", path.display());
        }
    }

    #[test]
    fn both_ends_are_read_once_and_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("image");
        for size in [4096_usize, 1 << 20, (1 << 20) + 5, (2 << 20) + 5, 5 << 20] {
            let bytes: Vec<u8> = (0..size).map(|at| (at / 7 % 251) as u8).collect();
            std::fs::write(&path, &bytes).unwrap();
            let ends = read_ends(&inspect(&path, true).unwrap()).unwrap();
            let kept = size.min(2 << 20);
            assert_eq!(ends.len(), kept);
            let first = kept.min(1 << 20);
            assert!(ends[..first] == bytes[..first] && ends[first..] == bytes[size - (kept - first)..]);
        }
    }

    #[test]
    fn a_link_leads_to_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let (image, link) = (folder.path().join("image"), folder.path().join("link"));
        std::fs::write(&image, [0; 8192]).unwrap();
        symlink(&image, &link).unwrap();
        let facts = inspect(&link, true).unwrap();
        assert_eq!(facts.asked, link);
        assert_eq!(facts.path, std::fs::canonicalize(&image).unwrap());
        assert_eq!(facts.size, ByteCount(8192));
        assert_eq!(facts.layers.first(), Some(&facts.path.display().to_string()));
    }
}
