//! Attributes and folders of `/sys` (`Documentation/ABI/stable/sysfs-block`, Linux 6.18).
//!
//! Texts are bounded and trimmed; they come from hardware and are not trusted.

use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::devices::facts::DeviceNumber;
use crate::devices::mounts::parse_number;

/// The longest text that is kept of any attribute, in bytes.
const LONGEST: u64 = 256;

/// The longest path that an attribute can hold: a page.
const LONGEST_PATH: u64 = 4096;

/// The sysfs folder of a block device, links resolved.
pub(super) fn folder(number: DeviceNumber) -> Option<PathBuf> {
    fs::canonicalize(format!("/sys/dev/block/{number}")).ok()
}

/// An attribute as bytes, bounded.
pub(super) fn bytes(folder: &Path, name: &str) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    fs::File::open(folder.join(name))
        .ok()?
        .take(LONGEST)
        .read_to_end(&mut content)
        .ok()?;
    Some(content)
}

/// An attribute as text: trimmed; none where it is missing, empty or has nothing to see in it.
pub(super) fn text(folder: &Path, name: &str) -> Option<String> {
    visible(&bytes(folder, name)?)
}

/// The text in `raw`: cut at 256 bytes, trimmed of blanks and NULs, control characters inside
/// kept; none where no character can be seen.
pub(super) fn visible(raw: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(raw);
    let trimmed = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    let seen = trimmed
        .chars()
        .any(|c| !c.is_control() && !c.is_whitespace() && c != '\u{fffd}');
    let end = (0..=trimmed.len().min(256))
        .rev()
        .find(|end| trimmed.is_char_boundary(*end))?;
    seen.then(|| trimmed[..end].to_owned())
}

/// An attribute that is a path: its line whole, whatever its bytes are.
pub(super) fn path(folder: &Path, name: &str) -> Option<PathBuf> {
    let mut content = Vec::new();
    fs::File::open(folder.join(name))
        .ok()?
        .take(LONGEST_PATH)
        .read_to_end(&mut content)
        .ok()?;
    let line = content.strip_suffix(b"\n").unwrap_or(&content);
    (!line.is_empty()).then(|| PathBuf::from(OsStr::from_bytes(line)))
}

/// An attribute as a number.
pub(super) fn number<T: std::str::FromStr>(folder: &Path, name: &str) -> Option<T> {
    text(folder, name)?.parse().ok()
}

/// An attribute that is 0 or 1.
pub(super) fn flag(folder: &Path, name: &str) -> Option<bool> {
    number::<u8>(folder, name).map(|value| value != 0)
}

/// The device number of a sysfs folder.
pub(super) fn device_number(folder: &Path) -> Option<DeviceNumber> {
    parse_number(&text(folder, "dev")?)
}

/// The kernel's name of a sysfs folder; `!` in it stands for `/`.
pub(super) fn name(folder: &Path) -> String {
    folder
        .file_name()
        .map(|name| name.to_string_lossy().replace('!', "/"))
        .unwrap_or_default()
}

/// Whether a block device's folder is that of a partition.
pub(super) fn is_partition(folder: &Path) -> bool {
    folder.join("partition").exists()
}

/// The sysfs folders of a disk's partitions, in order of their number.
pub(super) fn partitions(disk: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = children(disk)?;
    found.retain(|child| is_partition(child));
    found.sort_by_key(|child| number::<u32>(child, "partition"));
    Ok(found)
}

/// The entries of a folder of links to block devices (`slaves`, `holders`), links resolved. A
/// missing folder has none.
pub(super) fn linked(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    match children(folder) {
        Ok(links) => links.iter().map(fs::canonicalize).collect(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// The entries of a folder, in order of their names.
pub(super) fn children(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn texts_are_trimmed_and_bounded_and_what_cannot_be_seen_is_none() {
        assert_eq!(visible(b"  SN 1\x1b[2J2 \n\0").as_deref(), Some("SN 1\x1b[2J2"));
        for nothing in [&b""[..], b"\0\0\0", b" \n", b"\x01\x02", b"\xff\xfe"] {
            assert_eq!(visible(nothing), None, "{nothing:?}");
        }
        let long = "\u{3042}".repeat(100);
        assert_eq!(visible(long.as_bytes()).map(|text| text.len()), Some(255));
    }
}
