//! The annex 別紙: the files of a partial erasure by name, line by line (`docs/spec/record.md` §10).
//!
//! It begins with 32 random bytes, so that its digest in the record tells nobody which names are in it. It is
//! written and read a line at a time: a million names never lie in memory. Touches bytes alone.

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use crate::crypto::{Digest, Hasher};
use crate::records::envelope::encode_line;
use crate::records::{CertificateNumber, RangeList, RecordError, strict};
use crate::units::ByteCount;

use super::{AnnexRef, MOST_BATCHES, PartialRecord};

const WHAT: &str = "annex";
/// Most files of one annex: as many as a record has room for.
pub const MOST_ANNEX_FILES: u64 = MOST_BATCHES as u64 * 4096;
/// Longest line of an annex in bytes, line end included.
pub const MOST_ANNEX_LINE: usize = 64 << 10;
/// Largest annex in bytes.
pub const MOST_ANNEX_BYTES: u64 = 4 << 30;
/// Most stretches of blocks that are listed of one file.
pub const MOST_ANNEX_RANGES: usize = 64;
/// Longest path in bytes: what Linux takes (`PATH_MAX`).
const MOST_PATH: usize = 4096;

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileResult {
    /// Overwritten, read back at its blocks, and without a name.
    Erased,
    /// Overwritten and without a name; its blocks could not be looked at.
    Unseen,
    /// Old content is at its old blocks.
    StillThere,
    /// It lies elsewhere than before.
    Moved,
    /// Its blocks hold something else than was written.
    Different,
    /// Places that could not be written or not be read.
    Unreached,
    /// It has its name still; it may be overwritten, in whole or in part.
    NotRemoved,
    /// It was not begun.
    NotBegun,
}

impl FileResult {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Erased,
        Self::Unseen,
        Self::StillThere,
        Self::Moved,
        Self::Different,
        Self::Unreached,
        Self::NotRemoved,
        Self::NotBegun,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Erased => "erased",
            Self::Unseen => "unseen",
            Self::StillThere => "still-there",
            Self::Moved => "moved",
            Self::Different => "different",
            Self::Unreached => "unreached",
            Self::NotRemoved => "not-removed",
            Self::NotBegun => "not-begun",
        }
    }
}

/// What became of a file's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NameResult {
    /// Looked for in the blocks of its folder, and not there.
    Gone,
    /// Looked for, and still there.
    StillThere,
    /// Taken away; the blocks of its folder could not be looked at.
    NotSeen,
    /// The file has it still.
    Kept,
}

impl NameResult {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::StillThere => "still-there",
            Self::NotSeen => "not-seen",
            Self::Kept => "kept",
        }
    }
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnnexEntry {
    /// Its path as text; what is no UTF-8 is replaced.
    pub path: String,
    /// The bytes of the path in base64, where the text does not have all of them.
    pub raw: Option<String>,
    /// Bytes of content.
    pub size: ByteCount,
    /// Where it lay on the device, the first 64 stretches; none where that could not be told.
    pub blocks: RangeList,
    /// What became of it.
    pub result: FileResult,
    /// What became of its name.
    pub name: NameResult,
}

impl AnnexEntry {
    /// The path and the raw bytes that stand for `path`.
    #[must_use]
    pub fn spelling(path: &[u8]) -> (String, Option<String>) {
        let raw = std::str::from_utf8(path).is_err().then(|| BASE64.encode(path));
        (String::from_utf8_lossy(path).into_owned(), raw)
    }

    /// Whether path and bytes fit each other, and nothing is longer than it may be.
    fn check(&self) -> Result<(), RecordError> {
        let raw = self.raw.as_ref().map(|raw| BASE64.decode(raw.as_bytes()));
        let bytes = match raw {
            None => self.path.clone().into_bytes(),
            Some(Ok(bytes)) => bytes,
            Some(Err(error)) => return Err(RecordError::malformed(WHAT, error)),
        };
        if bytes.is_empty() || bytes.len() > MOST_PATH {
            return Err(RecordError::malformed(
                WHAT,
                "an empty path, or one of more than 4,096 bytes",
            ));
        }
        if Self::spelling(&bytes) != (self.path.clone(), self.raw.clone()) {
            return Err(RecordError::malformed(WHAT, "a path that is not spelt as it is"));
        }
        let blocks = &self.blocks;
        if blocks.ranges.len() > MOST_ANNEX_RANGES || blocks.ranges.len() as u64 > blocks.count {
            return Err(RecordError::malformed(WHAT, "more stretches than there are"));
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct Head<'a> {
    kind: &'static str,
    version: u32,
    salt: String,
    number: &'a CertificateNumber,
    files: [(); 0],
}

const KIND: &str = "partial-erasure-annex";
/// The last line.
const END: &[u8] = b"]}\n";

/// The first line: everything up to the list, which is left open.
fn head(salt: &[u8; 32], number: &CertificateNumber) -> Vec<u8> {
    let mut line = encode_line(&Head {
        kind: KIND,
        version: 1,
        salt: BASE64.encode(salt),
        number,
        files: [],
    });
    line.truncate(line.len().saturating_sub(END.len()));
    line.push(b'\n');
    line
}

/// Makes the lines of an annex, one after another; whoever holds it puts them into a file.
#[derive(Clone, Debug)]
pub struct AnnexWriter {
    hasher: Hasher,
    reference: AnnexRef,
}

impl AnnexWriter {
    /// Begins an annex with 32 random bytes of salt. Its first bytes come back.
    #[must_use]
    pub fn new(salt: &[u8; 32], number: &CertificateNumber) -> (Self, Vec<u8>) {
        let mut writer = Self {
            hasher: Hasher::new(),
            reference: AnnexRef {
                sha256: Digest::from_bytes([0; 32]),
                bytes: ByteCount(0),
                entries: 0,
            },
        };
        let head = writer.told(head(salt, number));
        (writer, head)
    }

    /// The bytes of one file's entry.
    ///
    /// # Errors
    /// [`RecordError::TooLarge`] beyond the bounds of an annex, [`RecordError::Malformed`].
    pub fn entry(&mut self, entry: &AnnexEntry) -> Result<Vec<u8>, RecordError> {
        entry.check()?;
        let mut line = encode_line(entry);
        if line.len() >= MOST_ANNEX_LINE {
            return Err(too_large(MOST_ANNEX_LINE as u64));
        }
        if self.reference.entries == MOST_ANNEX_FILES {
            return Err(too_large(MOST_ANNEX_FILES));
        }
        line.pop();
        // The comma stands before every entry but the first, so that an entry is finished when it is written.
        if self.reference.entries > 0 {
            line.insert(0, b',');
        }
        line.push(b'\n');
        let long = self.reference.bytes.0 + (line.len() + END.len()) as u64;
        if long > MOST_ANNEX_BYTES {
            return Err(too_large(MOST_ANNEX_BYTES));
        }
        self.reference.entries += 1;
        Ok(self.told(line))
    }

    /// The last bytes, and what the record says of the whole.
    #[must_use]
    pub fn finish(mut self) -> (Vec<u8>, AnnexRef) {
        let end = self.told(END.to_vec());
        let sha256 = self.hasher.finish();
        (
            end,
            AnnexRef {
                sha256,
                ..self.reference
            },
        )
    }

    fn told(&mut self, line: Vec<u8>) -> Vec<u8> {
        self.hasher.update(&line);
        self.reference.bytes.0 += line.len() as u64;
        line
    }
}

fn too_large(bound: u64) -> RecordError {
    RecordError::TooLarge {
        what: WHAT,
        bound: usize::try_from(bound).unwrap_or(usize::MAX),
    }
}

/// A whole annex as far as it is not its entries: whose it is, and what a record has to say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annex {
    /// 証明書番号 of the record that it belongs to.
    pub number: CertificateNumber,
    /// Digest, length and number of files, as they were read.
    pub reference: AnnexRef,
}

impl Annex {
    /// Whether `record` names this annex: number, digest, length and number of files.
    #[must_use]
    pub fn matches(&self, record: &PartialRecord) -> bool {
        self.number == record.number && record.annex == Some(self.reference)
    }

    /// Reads a whole annex that lies in memory; each entry is handed to `each`.
    ///
    /// # Errors
    /// As for [`AnnexReader`].
    pub fn read(bytes: &[u8], mut each: impl FnMut(AnnexEntry)) -> Result<Self, RecordError> {
        let mut reader = AnnexReader::default();
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            if let Some(entry) = reader.line(line)? {
                each(entry);
            }
        }
        reader.finish()
    }
}

/// Reads the lines of an annex, one after another, and refuses what is not its one spelling.
#[derive(Clone, Debug, Default)]
pub struct AnnexReader {
    begun: Option<(AnnexWriter, CertificateNumber)>,
    ended: Option<Annex>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHead {
    kind: String,
    version: u32,
    salt: String,
    number: CertificateNumber,
    files: [(); 0],
}

impl AnnexReader {
    /// Takes one line with its line end, of at most [`MOST_ANNEX_LINE`] bytes. The entry in it, if it has one.
    ///
    /// # Errors
    /// [`RecordError::TooLarge`], [`RecordError::Malformed`].
    pub fn line(&mut self, line: &[u8]) -> Result<Option<AnnexEntry>, RecordError> {
        if line.len() > MOST_ANNEX_LINE {
            return Err(too_large(MOST_ANNEX_LINE as u64));
        }
        if self.ended.is_some() {
            return Err(RecordError::malformed(WHAT, "bytes after its end"));
        }
        let Some((mut writer, number)) = self.begun.take() else {
            self.begun = Some(begin(line)?);
            return Ok(None);
        };
        if line == END {
            let (_, reference) = writer.finish();
            self.ended = Some(Annex { number, reference });
            return Ok(None);
        }
        let bare = line.strip_prefix(b",").unwrap_or(line);
        let entry: AnnexEntry = strict::parse(WHAT, bare)?;
        if writer.entry(&entry)? != line {
            return Err(RecordError::malformed(WHAT, "other bytes than its one spelling"));
        }
        self.begun = Some((writer, number));
        Ok(Some(entry))
    }

    /// What it was, when all lines were read.
    ///
    /// # Errors
    /// [`RecordError::Malformed`] where its end is missing.
    pub fn finish(self) -> Result<Annex, RecordError> {
        self.ended
            .ok_or_else(|| RecordError::malformed(WHAT, "cut short"))
    }
}

/// The first line, closed so that it is a document of its own.
fn begin(line: &[u8]) -> Result<(AnnexWriter, CertificateNumber), RecordError> {
    let open = line.strip_suffix(b"\n").unwrap_or(line);
    let raw: RawHead = strict::parse(WHAT, &[open, END].concat())?;
    let salt = BASE64.decode(raw.salt.as_bytes()).ok();
    let salt = salt.and_then(|salt| <[u8; 32]>::try_from(salt).ok());
    let salt = salt.ok_or_else(|| RecordError::malformed(WHAT, "its salt is not 32 bytes"))?;
    let (writer, written) = AnnexWriter::new(&salt, &raw.number);
    if raw.kind != KIND || raw.version != 1 || written != line {
        return Err(RecordError::malformed(WHAT, "does not begin as one does"));
    }
    Ok((writer, raw.number))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::units::ByteRange;

    fn number() -> CertificateNumber {
        CertificateNumber::new("OTR1", "20261121", 7).unwrap()
    }

    fn entry(path: &[u8]) -> AnnexEntry {
        let (path, raw) = AnnexEntry::spelling(path);
        AnnexEntry {
            path,
            raw,
            size: ByteCount(20_000),
            blocks: RangeList {
                ranges: vec![ByteRange::new(1 << 20, 20_480)],
                count: 1,
                bytes: ByteCount(20_480),
            },
            result: FileResult::Erased,
            name: NameResult::Gone,
        }
    }

    fn written(entries: &[AnnexEntry]) -> (Vec<u8>, AnnexRef) {
        let (mut writer, mut bytes) = AnnexWriter::new(&[7; 32], &number());
        for entry in entries {
            bytes.extend(writer.entry(entry).unwrap());
        }
        let (end, reference) = writer.finish();
        bytes.extend(end);
        (bytes, reference)
    }

    fn read(bytes: &[u8]) -> Result<(Annex, Vec<AnnexEntry>), RecordError> {
        let mut entries = Vec::new();
        let annex = Annex::read(bytes, |entry| entries.push(entry))?;
        Ok((annex, entries))
    }

    #[test]
    fn an_annex_reads_what_it_wrote_and_is_json() {
        for entries in [
            vec![],
            vec![entry(b"/srv/a")],
            vec![
                entry("/srv/課税\n.csv".as_bytes()),
                entry(b"/srv/\xff\xfe"),
                entry(b"c"),
            ],
        ] {
            let (bytes, reference) = written(&entries);
            let (annex, found) = read(&bytes).unwrap();
            assert_eq!((annex.reference, found), (reference, entries.clone()));
            assert_eq!(reference.sha256, Digest::of(&[&bytes]));
            assert_eq!(reference.bytes.0, bytes.len() as u64);
            let document: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            assert_eq!(document["files"].as_array().unwrap().len(), entries.len());
            assert_eq!(document["salt"], BASE64.encode(&[7; 32]));
            assert_eq!(document["number"], number().as_str());
        }
    }

    #[test]
    fn it_belongs_to_the_record_that_names_it_and_to_no_other() {
        let (bytes, reference) = written(&[entry(b"/srv/a")]);
        let annex = read(&bytes).unwrap().0;
        let mut record = PartialRecord::example().unwrap();
        record.number = number();
        assert!(!annex.matches(&record));
        record.annex = Some(reference);
        assert!(annex.matches(&record));
        record.number = PartialRecord::example().unwrap().number;
        assert!(!annex.matches(&record));
        record.number = number();
        let other = written(&[entry(b"/srv/b")]).1;
        record.annex = Some(other);
        assert!(!annex.matches(&record));
    }

    #[test]
    fn names_that_are_the_same_have_another_digest_under_another_salt() {
        let (writer, _) = AnnexWriter::new(&[8; 32], &number());
        assert_ne!(writer.finish().1.sha256, written(&[]).1.sha256);
    }

    #[test]
    fn no_changed_or_missing_byte_passes_for_the_same() {
        let (bytes, reference) = written(&[entry(b"/srv/a"), entry(b"/srv/\xff")]);
        for place in 0..bytes.len() {
            assert!(read(&bytes[..place]).is_err(), "{place}");
            for other in [bytes[place] ^ 1, b' ', b'\n'] {
                let mut changed = bytes.clone();
                changed[place] = other;
                if changed != bytes
                    && let Ok((annex, _)) = read(&changed)
                {
                    assert_ne!(annex.reference.sha256, reference.sha256, "{place}");
                }
            }
        }
        assert!(read(&[&bytes[..], b"\n"].concat()).is_err());
        assert!(read(&[&bytes[..], &bytes[..]].concat()).is_err());
    }

    #[test]
    fn paths_have_one_spelling_and_a_bound() {
        let refused = |change: &dyn Fn(&mut AnnexEntry)| {
            let mut entry = entry(b"/srv/a");
            change(&mut entry);
            AnnexWriter::new(&[7; 32], &number()).0.entry(&entry).is_err()
        };
        assert!(refused(&|entry| entry.path.clear()));
        assert!(!refused(&|entry| entry.path = "a".repeat(4096)));
        assert!(refused(&|entry| entry.path = "a".repeat(4097)));
        assert!(refused(&|entry| entry.raw = Some(BASE64.encode(b"/srv/a"))));
        assert!(refused(&|entry| entry.raw = Some("?".into())));
        assert!(refused(&|entry| entry.blocks.count = 0));
        assert!(refused(&|entry| {
            entry.blocks.ranges = vec![ByteRange::new(0, 512); 65];
            entry.blocks.count = 65;
        }));
        let worst = "\u{1}".repeat(4096);
        assert!(!refused(&|entry| entry.path = worst.clone()));
    }

    #[test]
    fn only_its_own_beginning() {
        let (bytes, _) = written(&[]);
        let text = String::from_utf8(bytes).unwrap();
        let salt = BASE64.encode(&[7; 32]);
        for (from, to) in [
            ("-annex", ""),
            ("\"version\":1", "\"version\":2"),
            (salt.as_str(), "BwcH"),
            (salt.as_str(), ""),
            (number().as_str(), "OTR1-20261121-7-A"),
            ("{\"kind\"", "{ \"kind\""),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text);
            assert!(read(changed.as_bytes()).is_err(), "{from} → {to}");
        }
        let endless = [text.trim_end().as_bytes(), &vec![b' '; MOST_ANNEX_LINE]].concat();
        assert!(matches!(read(&endless), Err(RecordError::TooLarge { .. })));
    }

    proptest! {
        #[test]
        fn what_is_read_is_spelt_the_same_again(path in proptest::collection::vec(1u8.., 1..64), size in any::<u64>()) {
            let mut one = entry(&path);
            one.size = ByteCount(size);
            let (bytes, _) = written(std::slice::from_ref(&one));
            prop_assert_eq!(read(&bytes).unwrap().1, vec![one]);
        }
    }
}
