//! Whether an annex is the one that a record names (`docs/spec/record.md` §10). Reads the file twice: its digest
//! first, its lines only once that is the one that was signed for. Never in memory as a whole.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::Path;

use crate::crypto::Hasher;
use crate::records::{
    Annex, AnnexReader, AnnexRef, AnnexSums, Check, MOST_ANNEX_LINE, PartialRecord, RecordError,
};
use crate::units::ByteCount;

use super::verification::{Verification, VerifySubject};
use super::{WorkflowError, files};

/// How an annex begins.
pub(super) const START: &[u8] = b"{\"kind\":\"partial-erasure-annex\"";
const PIECE: usize = 1 << 20;

/// Holds the annex at `path` against the one record that was verified, and leaves the check with it.
pub(super) fn hold_against(found: &mut Verification, path: &Path) -> Result<(), WorkflowError> {
    // A record on paper is inside the page.
    let named = match found.parts.as_mut_slice() {
        [one] => one,
        _ => found,
    };
    let check = match &named.subject {
        VerifySubject::Partial(record) => check(record.content(), path)?,
        // Nothing that could be believed names an annex.
        _ => Check::AnnexNotCompared,
    };
    named.checks.push(check);
    Ok(())
}

fn check(record: &PartialRecord, path: &Path) -> Result<Check, WorkflowError> {
    let Some(wanted) = record.annex else {
        return Ok(Check::AnnexUnnamed);
    };
    let mut file = files::open(path)?;
    look(record, &wanted, &mut file).map_err(|error| files::failed(path, &error))
}

/// Errors are of reading the file alone; whatever is wrong with what was read is a check.
fn look(record: &PartialRecord, wanted: &AnnexRef, file: &mut File) -> io::Result<Check> {
    // What was signed for has a length: nothing more is ever read.
    let bound = wanted.bytes.0.saturating_add(1);
    let differs = Check::AnnexDiffers {
        number: record.number.to_string(),
    };
    if !is_that(wanted, &mut file.take(bound))? {
        return Ok(differs);
    }
    file.rewind()?;
    let (annex, sums) = match entries(&mut BufReader::with_capacity(PIECE, file.take(bound)))? {
        Ok(read) => read,
        Err(error) => {
            return Ok(Check::AnnexMalformed {
                detail: error.to_string(),
            });
        }
    };
    Ok(if !annex.matches(record) {
        differs
    } else if sums.fit(record) {
        Check::AnnexGood {
            files: annex.reference.entries,
        }
    } else {
        Check::AnnexUnfit
    })
}

/// Whether these are the bytes that the record names, whatever they say.
fn is_that(wanted: &AnnexRef, file: &mut impl Read) -> io::Result<bool> {
    let (mut hasher, mut length) = (Hasher::new(), 0);
    let mut piece = vec![0; PIECE];
    loop {
        match file.read(&mut piece) {
            Ok(0) => break,
            Ok(some) => {
                hasher.update(&piece[..some]);
                length += some as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(ByteCount(length) == wanted.bytes && hasher.finish() == wanted.sha256)
}

/// All entries, a line at a time; a line that does not end within its bound is no line of an annex.
fn entries(file: &mut impl BufRead) -> io::Result<Result<(Annex, AnnexSums), RecordError>> {
    let (mut reader, mut sums) = (AnnexReader::default(), AnnexSums::default());
    let mut line = Vec::new();
    loop {
        line.clear();
        let most = MOST_ANNEX_LINE as u64 + 1;
        if file.by_ref().take(most).read_until(b'\n', &mut line)? == 0 {
            return Ok(reader.finish().map(|annex| (annex, sums)));
        }
        match reader.line(&line) {
            Ok(Some(entry)) => sums.add(&entry),
            Ok(None) => {}
            Err(error) => return Ok(Err(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::records::{
        AnnexEntry, AnnexWriter, CertificateNumber, FileResult, NameResult, NameTotals, RangeList,
    };

    fn annex(number: &CertificateNumber, paths: &[&[u8]]) -> (Vec<u8>, AnnexRef) {
        let (mut writer, mut bytes) = AnnexWriter::new(&[9; 32], number);
        for path in paths {
            let (path, raw) = AnnexEntry::spelling(path);
            let entry = AnnexEntry {
                path,
                raw,
                size: ByteCount(7),
                blocks: RangeList::default(),
                result: FileResult::Erased,
                name: NameResult::Gone,
            };
            bytes.extend(writer.entry(&entry).unwrap());
        }
        let (end, reference) = writer.finish();
        bytes.extend(end);
        (bytes, reference)
    }

    /// A record of two files, with its annex.
    fn record() -> (PartialRecord, Vec<u8>) {
        let mut record = PartialRecord::example().unwrap();
        let (bytes, reference) = annex(&record.number, &[b"/srv/a", b"/srv/\xff"]);
        record.annex = Some(reference);
        record.totals.files = 2;
        record.totals.content_bytes = ByteCount(14);
        record.totals.names = NameTotals {
            gone: 2,
            ..NameTotals::default()
        };
        (record, bytes)
    }

    fn judged(record: &PartialRecord, bytes: &[u8]) -> Check {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        check(record, file.path()).unwrap()
    }

    #[test]
    fn the_annex_that_the_record_names_is_told_from_every_other() {
        let (record, bytes) = record();
        assert_eq!(judged(&record, &bytes), Check::AnnexGood { files: 2 });
        let differs = |bytes: &[u8]| matches!(judged(&record, bytes), Check::AnnexDiffers { .. });
        assert!(differs(&annex(&record.number, &[b"/srv/a", b"/srv/c"]).0));
        assert!(differs(&bytes[..bytes.len() - 1]));
        assert!(differs(&[&bytes[..], b" "].concat()));
        assert!(differs(&[]));
        let mut bare = record.clone();
        bare.annex = None;
        assert_eq!(judged(&bare, &bytes), Check::AnnexUnnamed);
    }

    #[test]
    fn what_was_signed_for_is_still_read_with_care() {
        let (record, bytes) = record();
        let signing = |bytes: &[u8], entries| {
            let mut signed = record.clone();
            signed.annex = Some(AnnexRef {
                sha256: crate::crypto::Digest::of(&[bytes]),
                bytes: ByteCount(bytes.len() as u64),
                entries,
            });
            judged(&signed, bytes)
        };
        assert_eq!(signing(&bytes, 2), Check::AnnexGood { files: 2 });
        // the digest is right, and still it is no annex, or another's
        let endless = [b"{\"kind\"".as_slice(), &vec![b' '; 3 * MOST_ANNEX_LINE]].concat();
        for malformed in [b"".as_slice(), b"{}\n", b"path,size\n", &endless] {
            let check = signing(malformed, 0);
            assert!(matches!(check, Check::AnnexMalformed { .. }), "{check:?}");
        }
        assert!(matches!(signing(&bytes, 3), Check::AnnexDiffers { .. }));
        let other = CertificateNumber::new("OTR1", "20261121", 99).unwrap();
        let (others, reference) = annex(&other, &[b"/srv/a", b"/srv/b"]);
        assert!(matches!(
            signing(&others, reference.entries),
            Check::AnnexDiffers { .. }
        ));
        // whole and signed for, and counts what the record does not
        let (more, reference) = annex(&record.number, &[b"/srv/a", b"/srv/b", b"/srv/c"]);
        assert_eq!(signing(&more, reference.entries), Check::AnnexUnfit);
    }
}
