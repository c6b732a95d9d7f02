//! M, the manifest: what lies where in a package, written and read line by line
//! (`docs/spec/package.md` §6).

use serde::{Deserialize, Serialize};

use crate::crypto::{Blake3, Fingerprint};

/// Longest head line in bytes.
pub(super) const MOST_HEAD_BYTES: usize = 64 << 10;
/// Longest line of an entry in bytes.
pub(super) const MOST_ENTRY_BYTES: usize = 32 << 10;
/// What the head line ends with: it opens a list that the end line closes.
pub(super) const HEAD_END: &str = ",\"entries\":[\n";
pub(super) const END_LINE: &str = "]}\n";
/// Integers stay below this, so that every language reads them whole.
pub(super) const MOST_INTEGER: u64 = 1 << 53;

/// How a file's bytes stand in the package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// As they are.
    Plain,
    /// Zstandard (RFC 8878).
    Zstd,
}

/// What the head line says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestHead {
    /// 32 random bytes in hexadecimal digits.
    pub salt: String,
    /// Always 1.
    pub manifest: u32,
    /// The package id.
    pub package: String,
    /// Who sealed.
    pub sender: Fingerprint,
    /// For whom it was sealed first.
    pub recipients: Vec<Fingerprint>,
    /// Number of the contract.
    pub contract: Option<String>,
    /// Length of all files' bytes as they stand in the package.
    pub data: u64,
}

/// A file or an empty folder in a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path.
    pub path: Box<str>,
    /// Its spelling on the sender's disk, where that is not NFC.
    pub original: Option<Box<str>>,
    /// What a file has; a folder has none.
    pub file: Option<FileEntry>,
}

/// A file in a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// Where its bytes begin.
    pub offset: u64,
    /// How many bytes it has in the package.
    pub stored: u64,
    /// How they stand there.
    pub encoding: Encoding,
    /// Length of the file in bytes.
    pub size: u64,
    /// When it was changed last: seconds since 1970 and nanoseconds.
    pub modified: Option<(i64, u32)>,
    /// BLAKE3 of its bytes.
    pub blake3: Blake3,
}

impl Entry {
    /// The name under which it is written: as it was spelled on the sender's disk.
    #[must_use]
    pub fn spelling(&self) -> &str {
        self.original.as_deref().unwrap_or(&self.path)
    }

    /// Where its bytes end in the plaintext; none for a folder.
    pub(super) fn end(&self) -> u64 {
        self.file.map_or(0, |file| file.offset + file.stored)
    }
}

/// The line of an entry, without comma and line feed.
#[derive(Serialize)]
#[serde(untagged)]
enum Line<'a> {
    File(FileLine<'a>),
    Folder(FolderLine<'a>),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileLine<'a> {
    #[serde(borrow)]
    pub(super) path: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    pub(super) original: Option<std::borrow::Cow<'a, str>>,
    #[serde(rename = "type")]
    pub(super) kind: FileKind,
    pub(super) offset: u64,
    pub(super) stored: u64,
    pub(super) encoding: Encoding,
    pub(super) size: u64,
    pub(super) modified: Option<i64>,
    pub(super) nanos: u32,
    pub(super) blake3: Blake3,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FolderLine<'a> {
    #[serde(borrow)]
    pub(super) path: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    pub(super) original: Option<std::borrow::Cow<'a, str>>,
    #[serde(rename = "type")]
    pub(super) kind: FolderKind,
}

#[derive(Serialize, Deserialize)]
pub(super) enum FileKind {
    #[serde(rename = "file")]
    File,
}

#[derive(Serialize, Deserialize)]
pub(super) enum FolderKind {
    #[serde(rename = "folder")]
    Folder,
}

/// The manifest of an opened package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The head.
    pub head: ManifestHead,
    /// Every file and empty folder, in the order of their paths.
    pub entries: Vec<Entry>,
    /// SHA-256 of the whole, as the delivery record names it.
    pub digest: crate::crypto::Digest,
}

impl Manifest {
    /// M, byte for byte as it stands in the package.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let (mut bytes, mut writer) = (Vec::new(), ManifestWriter::default());
        let mut piece = Vec::new();
        while writer.next(&self.head, &self.entries, &mut piece) {
            bytes.append(&mut piece);
        }
        bytes
    }

    /// Bytes of all files, as they will lie on a disk.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.entries
            .iter()
            .filter_map(|entry| entry.file)
            .map(|file| file.size)
            .sum()
    }

    /// How many files.
    #[must_use]
    pub fn files(&self) -> u64 {
        self.entries.iter().filter(|entry| entry.file.is_some()).count() as u64
    }
}

/// Writes the head line.
pub(super) fn write_head(head: &ManifestHead, into: &mut Vec<u8>) {
    // Strings and integers: serialising into memory cannot fail.
    let _ = serde_json::to_writer(&mut *into, head);
    into.pop();
    into.extend(HEAD_END.as_bytes());
}

/// Writes an entry's line, without comma and line feed.
pub(super) fn write_entry(entry: &Entry, into: &mut Vec<u8>) {
    let path = std::borrow::Cow::Borrowed(&*entry.path);
    let original = entry.original.as_deref().map(std::borrow::Cow::Borrowed);
    let line = match entry.file {
        Some(file) => Line::File(FileLine {
            path,
            original,
            kind: FileKind::File,
            offset: file.offset,
            stored: file.stored,
            encoding: file.encoding,
            size: file.size,
            modified: file.modified.map(|(seconds, _)| seconds),
            nanos: file.modified.map_or(0, |(_, nanos)| nanos),
            blake3: file.blake3,
        }),
        None => Line::Folder(FolderLine {
            path,
            original,
            kind: FolderKind::Folder,
        }),
    };
    let _ = serde_json::to_writer(into, &line);
}

/// Hands out M piece by piece.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ManifestWriter {
    next: usize,
    begun: bool,
    ended: bool,
}

impl ManifestWriter {
    /// Adds the next lines to `into`, some 64 KiB; false when there were none left.
    pub(super) fn next(&mut self, head: &ManifestHead, entries: &[Entry], into: &mut Vec<u8>) -> bool {
        if self.ended {
            return false;
        }
        if !self.begun {
            self.begun = true;
            write_head(head, into);
        }
        while let Some(entry) = entries.get(self.next) {
            write_entry(entry, into);
            self.next += 1;
            into.extend(if self.next < entries.len() {
                b",\n".as_slice()
            } else {
                b"\n"
            });
            if into.len() >= 64 << 10 {
                return true;
            }
        }
        into.extend(END_LINE.as_bytes());
        self.ended = true;
        true
    }
}
