//! Reads the text of mount tables and swap tables: pure functions, no file is opened here.
//!
//! Follows `proc_pid_mountinfo(5)` and `proc_swaps(5)` (Linux man-pages 6.9). Bytes that stand for
//! space, tab, newline and backslash are written as three octal digits there.

use std::path::PathBuf;

use super::facts::DeviceNumber;

/// One line of a mount table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MountEntry {
    /// The mount's own number.
    pub(crate) id: u64,
    /// Device number of the file system; major 0 where it has no block device of its own.
    pub(crate) number: DeviceNumber,
    /// The part of the file system that is shown here.
    pub(crate) root: String,
    /// Where it is mounted.
    pub(crate) at: PathBuf,
    /// Type of the file system, with subtype (`fuse.sshfs`).
    pub(crate) file_system: String,
    /// What it was mounted from, as the file system tells it.
    pub(crate) source: String,
    /// Options of the file system itself.
    pub(crate) options: String,
}

impl MountEntry {
    /// The value of the option `name=value`, unescaped.
    pub(crate) fn option(&self, name: &str) -> Option<&str> {
        self.options
            .split(',')
            .find_map(|option| option.strip_prefix(name)?.strip_prefix('='))
    }
}

/// Every line of a mount table; `None` where a line cannot be understood.
pub(crate) fn parse_mountinfo(text: &str) -> Option<Vec<MountEntry>> {
    text.lines().map(parse_mount).collect()
}

fn parse_mount(line: &str) -> Option<MountEntry> {
    // Optional fields end at a lone hyphen; a mount point never is one, because it begins with '/'.
    let mut words = line.split(' ');
    let id = words.next()?.parse().ok()?;
    let _parent = words.next()?;
    let number = parse_number(words.next()?)?;
    let root = unescape(words.next()?);
    let at = PathBuf::from(unescape(words.next()?));
    words.find(|word| *word == "-")?;
    let file_system = unescape(words.next()?);
    let source = unescape(words.next()?);
    let options = unescape(words.next().unwrap_or_default());
    Some(MountEntry {
        id,
        number,
        root,
        at,
        file_system,
        source,
        options,
    })
}

/// Reads `major:minor`.
pub(crate) fn parse_number(text: &str) -> Option<DeviceNumber> {
    let (major, minor) = text.trim().split_once(':')?;
    Some(DeviceNumber {
        major: major.parse().ok()?,
        minor: minor.parse().ok()?,
    })
}

/// The paths of a swap table; `None` where it cannot be understood.
pub(crate) fn parse_swaps(text: &str) -> Option<Vec<PathBuf>> {
    let mut lines = text.lines();
    lines.next()?.starts_with("Filename").then_some(())?;
    lines
        .map(|line| Some(PathBuf::from(unescape(line.split([' ', '\t']).next()?))))
        .collect()
}

/// Replaces `\ooo` by the byte it stands for. What is no escape stays as it is.
pub(crate) fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match octal(&bytes[at..]) {
            Some(byte) => {
                out.push(byte);
                at += 4;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn octal(bytes: &[u8]) -> Option<u8> {
    let digits = bytes.get(..4)?.strip_prefix(b"\\")?;
    let value = digits.iter().try_fold(0_u16, |value, digit| {
        matches!(digit, b'0'..=b'7').then(|| value * 8 + u16::from(digit - b'0'))
    })?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_line_is_taken_apart() {
        let text =
            "36 35 98:0 /sub /mnt/a\\040b rw,noatime master:1 shared:2 - ext3 /dev/r\\134t rw,data=journal\n";
        let entries = parse_mountinfo(text).unwrap();
        assert_eq!(
            entries,
            [MountEntry {
                id: 36,
                number: DeviceNumber { major: 98, minor: 0 },
                root: "/sub".into(),
                at: "/mnt/a b".into(),
                file_system: "ext3".into(),
                source: "/dev/r\\t".into(),
                options: "rw,data=journal".into(),
            }]
        );
        assert_eq!(entries[0].option("data"), Some("journal"));
        assert_eq!(entries[0].option("dat"), None);
    }

    #[test]
    fn lines_without_optional_fields_or_options_are_read() {
        let entries = parse_mountinfo("30 25 0:27 / /dev/shm rw - tmpfs tmpfs\n").unwrap();
        assert_eq!(
            (entries[0].file_system.as_str(), entries[0].options.as_str()),
            ("tmpfs", "")
        );
    }

    #[test]
    fn what_is_not_a_mount_table_is_not_taken_for_an_empty_one() {
        assert_eq!(parse_mountinfo("nonsense"), None);
        assert_eq!(
            parse_mountinfo("36 35 98:0 / /mnt rw shared:1 ext3 /dev/sda rw"),
            None
        );
    }

    #[test]
    fn swap_areas_are_listed() {
        let text = "Filename\t\t\t\tType\t\tSize\n/dev/sda2                               partition\t1\n/swap\\040file\t file\t2\n";
        assert_eq!(
            parse_swaps(text),
            Some(vec!["/dev/sda2".into(), "/swap file".into()])
        );
        assert_eq!(parse_swaps("Filename\tType\n"), Some(vec![]));
        assert_eq!(parse_swaps(""), None);
    }

    #[test]
    fn only_whole_escapes_are_replaced() {
        assert_eq!(unescape("a\\040b\\04\\999\\777"), "a b\\04\\999\\777");
    }
}
