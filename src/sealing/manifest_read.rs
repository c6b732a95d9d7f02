//! Reads M, line by line, and holds it against everything that §6 and §7 of the format say.

use std::io::{BufRead, Read};

use unicode_normalization::UnicodeNormalization;

use crate::crypto::{Digest, Hasher};

use super::header::MOST_STANZAS;
use super::manifest::{
    END_LINE, FileLine, FolderLine, HEAD_END, MOST_ENTRY_BYTES, MOST_HEAD_BYTES, MOST_INTEGER, ManifestHead,
    write_entry, write_head,
};
use super::paths::check_spelling;
use super::{Encoding, Entry, FileEntry, Manifest, Names, PackageId, SealingError};

impl Manifest {
    /// Reads M from memory, as the package of that id has it.
    ///
    /// # Errors
    /// [`SealingError::Manifest`], [`SealingError::Path`].
    pub fn parse(mut bytes: &[u8], package: PackageId) -> Result<Self, SealingError> {
        read(&mut bytes, package)
    }
}

/// Reads a manifest of `package`, which `input` holds and nothing else.
pub(super) fn read(input: &mut dyn BufRead, package: PackageId) -> Result<Manifest, SealingError> {
    let manifest = read_begin(&mut *input, package)?;
    match input.fill_buf().map_err(unreadable)? {
        [] => Ok(manifest),
        _ => Err(fault("something after the end")),
    }
}

/// Reads a manifest of `package`, with which `input` begins.
pub(super) fn read_begin(input: &mut dyn BufRead, package: PackageId) -> Result<Manifest, SealingError> {
    let mut reader = Reader {
        input,
        hasher: Hasher::new(),
        line: Vec::new(),
    };
    reader.line(MOST_HEAD_BYTES)?;
    let head = head(&reader.line, package)?;
    let mut entries = Vec::new();
    let mut state = State {
        names: Names::new(),
        offset: 0,
        spelled: Vec::new(),
    };
    let mut more = true;
    loop {
        reader.line(MOST_ENTRY_BYTES)?;
        if reader.line == END_LINE.as_bytes() {
            break;
        }
        if !more {
            return Err(fault("an entry after the last one"));
        }
        let (line, comma) = cut(&reader.line)?;
        more = comma;
        let entry = entry(line, &mut state.spelled)?;
        if entries.last().is_some_and(|last: &Entry| last.path >= entry.path) {
            return Err(fault("entries are not in the order of their paths"));
        }
        check(&entry, &mut state)?;
        entries.push(entry);
    }
    if more && !entries.is_empty() {
        return Err(fault("a comma after the last entry"));
    }
    if state.offset != head.data {
        return Err(fault("lengths of files do not add up"));
    }
    let digest: Digest = reader.hasher.finish();
    Ok(Manifest {
        head,
        entries,
        digest,
    })
}

struct Reader<'a> {
    input: &'a mut dyn BufRead,
    hasher: Hasher,
    line: Vec<u8>,
}

impl Reader<'_> {
    /// The next line with its line feed, of at most `bound` bytes.
    fn line(&mut self, bound: usize) -> Result<(), SealingError> {
        self.line.clear();
        let mut limited = (&mut *self.input).take(bound as u64);
        limited.read_until(b'\n', &mut self.line).map_err(unreadable)?;
        if self.line.last() != Some(&b'\n') {
            return Err(fault("a line is cut short or too long"));
        }
        self.hasher.update(&self.line);
        Ok(())
    }
}

/// What has been seen so far.
struct State {
    names: Names,
    offset: u64,
    /// Room for an entry as it would be written.
    spelled: Vec<u8>,
}

fn head(line: &[u8], package: PackageId) -> Result<ManifestHead, SealingError> {
    let object = line
        .strip_suffix(HEAD_END.as_bytes())
        .ok_or_else(|| fault("head"))?;
    let closed = [object, b"}"].concat();
    let head: ManifestHead = serde_json::from_slice(&closed).map_err(|_| fault("head"))?;
    let mut again = Vec::new();
    write_head(&head, &mut again);
    let salted = Digest::parse(&head.salt).is_some();
    let contract = head
        .contract
        .as_ref()
        .is_none_or(|text| (1..=200).contains(&text.chars().count()));
    let first = |(place, whose)| !head.recipients[..place].contains(whose);
    let recipients = head.recipients.len() <= MOST_STANZAS && head.recipients.iter().enumerate().all(first);
    let numbers = head.manifest == 1 && head.data < MOST_INTEGER;
    if again != line || !salted || !contract || !recipients || !numbers {
        return Err(fault("head"));
    }
    if head.package != package.to_string() {
        return Err(fault("it belongs to another package"));
    }
    Ok(head)
}

/// The object on a line, and whether another one follows.
fn cut(line: &[u8]) -> Result<(&[u8], bool), SealingError> {
    match line {
        [object @ .., b',', b'\n'] => Ok((object, true)),
        [object @ .., b'\n'] => Ok((object, false)),
        _ => Err(fault("an entry")),
    }
}

/// The entry of a line, in its one spelling.
fn entry(line: &[u8], spelled: &mut Vec<u8>) -> Result<Entry, SealingError> {
    // Most are files.
    let entry = if let Ok(file) = serde_json::from_slice::<FileLine<'_>>(line) {
        Entry {
            path: file.path.into(),
            original: file.original.map(Into::into),
            file: Some(FileEntry {
                offset: file.offset,
                stored: file.stored,
                encoding: file.encoding,
                size: file.size,
                modified: file.modified.map(|seconds| (seconds, file.nanos)),
                blake3: file.blake3,
            }),
        }
    } else {
        let folder: FolderLine<'_> = serde_json::from_slice(line).map_err(|_| fault("an entry"))?;
        Entry {
            path: folder.path.into(),
            original: folder.original.map(Into::into),
            file: None,
        }
    };
    spelled.clear();
    write_entry(&entry, spelled);
    if spelled.as_slice() == line {
        Ok(entry)
    } else {
        Err(fault("an entry in another spelling"))
    }
}

/// Holds an entry against §6 and §7, and against those before it.
fn check(entry: &Entry, state: &mut State) -> Result<(), SealingError> {
    state.names.add(&entry.path, entry.file.is_none())?;
    if let Some(original) = &entry.original {
        let refused = |problem| SealingError::Path {
            path: original.to_string(),
            problem,
        };
        check_spelling(original).map_err(refused)?;
        if original == &entry.path || !original.nfc().eq(entry.path.chars()) {
            return Err(fault("an original spelling of another path"));
        }
    }
    let Some(file) = entry.file else { return Ok(()) };
    let small = file.size < MOST_INTEGER && file.stored < MOST_INTEGER;
    let seconds = file.modified.map_or(0, |(seconds, _)| seconds.unsigned_abs());
    let nanos = file.modified.map_or(0, |(_, nanos)| nanos);
    if !small || seconds >= MOST_INTEGER || nanos > 999_999_999 {
        return Err(fault("a number out of bounds"));
    }
    if file.offset != state.offset || (file.encoding == Encoding::Plain && file.size != file.stored) {
        return Err(fault("a file does not stand where the one before ended"));
    }
    state.offset += file.stored;
    if state.offset >= MOST_INTEGER {
        Err(fault("a number out of bounds"))
    } else {
        Ok(())
    }
}

fn fault(detail: &str) -> SealingError {
    SealingError::Manifest {
        detail: detail.to_owned(),
    }
}

/// Reading the plaintext fails where a segment does not open; the reader carries that inside.
#[expect(clippy::needless_pass_by_value, reason = "used in map_err")]
pub(super) fn unreadable(error: std::io::Error) -> SealingError {
    let carried = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<SealingError>())
        .cloned();
    carried.unwrap_or_else(|| fault(&error.to_string()))
}
