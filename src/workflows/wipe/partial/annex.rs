//! The annex 別紙: the files by name, as a list (JSON) and as a table (CSV). Nothing else of a run names them.

use std::io;
use std::path::{Path, PathBuf};

use crate::crypto;
use crate::devices::{FileFacts, NameTrace};
use crate::erasure::files::{BatchOutcome, FileMeasure};
use crate::records::{
    AnnexEntry, AnnexRef, AnnexWriter, CertificateNumber, FileResult, MOST_ANNEX_RANGES, NameResult,
    RangeList, annex_table_end, annex_table_head, annex_table_line,
};
use crate::units::{ByteCount, ByteRange};

use super::super::super::files::{self, Privacy};
use super::super::super::{Lent, WorkflowError};
use super::carry_out::Work;
use super::prepare::table_beside;

/// Writes both, and says what the record has to say of them. They are never on paper and nobody else's to read.
pub(super) fn write(
    path: &Path,
    number: &CertificateNumber,
    work: &Work,
    lent: &Lent<'_>,
) -> Result<(PathBuf, AnnexRef), WorkflowError> {
    let salt: [u8; 32] = crypto::random()?;
    let mut reference = None;
    files::write_new_by(path, Privacy::Secret, lent.owner, |file| {
        let (mut writer, head) = AnnexWriter::new(&salt, number);
        file.write_all(&head)?;
        each(work, |entry| {
            let line = writer.entry(&entry).map_err(io::Error::other)?;
            file.write_all(&line)
        })?;
        let (end, told) = writer.finish();
        reference = Some(told);
        file.write_all(&end)
    })?;
    let reference = reference.ok_or(WorkflowError::Internal { what: "annex" })?;
    let table = table_beside(path);
    files::write_new_by(&table, Privacy::Secret, lent.owner, |file| {
        file.write_all(annex_table_head(number).as_bytes())?;
        each(work, |entry| file.write_all(annex_table_line(&entry).as_bytes()))?;
        file.write_all(annex_table_end(reference.sha256).as_bytes())
    })?;
    Ok((table, reference))
}

/// Every file, in the order in which they were found.
fn each(work: &Work, mut tell: impl FnMut(AnnexEntry) -> io::Result<()>) -> io::Result<()> {
    let mut fates = vec![(FileResult::NotBegun, NameResult::Kept); work.survey.files.len()];
    for (numbers, batch) in work.batches.iter().zip(&work.outcome.batches) {
        for (number, measure) in numbers.iter().zip(&batch.files) {
            fates[*number] = (result(batch, measure), name(measure));
        }
    }
    let files = work.survey.files.iter().zip(fates);
    for (file, (result, name)) in files {
        tell(entry(file, result, name))?;
    }
    Ok(())
}

fn entry(file: &FileFacts, result: FileResult, name: NameResult) -> AnnexEntry {
    let (path, raw) = AnnexEntry::spelling(file.path.as_os_str().as_encoded_bytes());
    let places: Vec<ByteRange> = file.extents.iter().filter_map(|extent| extent.place()).collect();
    AnnexEntry {
        path,
        raw,
        size: file.size,
        blocks: RangeList {
            count: places.len() as u64,
            bytes: ByteCount(places.iter().map(|place| place.length.0).sum()),
            ranges: places.into_iter().take(MOST_ANNEX_RANGES).collect(),
        },
        result,
        name,
    }
}

/// What became of a file, the gravest first.
pub(super) fn result(batch: &BatchOutcome, measure: &FileMeasure) -> FileResult {
    let found = [
        (measure.still_there.0 > 0, FileResult::StillThere),
        (measure.moved.0 > 0, FileResult::Moved),
        (measure.other.0 > 0, FileResult::Different),
        (measure.unreached.0 > 0, FileResult::Unreached),
        (
            batch.stream.is_none() && measure.planned.0 > 0,
            FileResult::NotBegun,
        ),
        (!measure.is_removed(), FileResult::NotRemoved),
        (measure.equal < measure.planned, FileResult::Unseen),
    ];
    let first = found.into_iter().find(|(holds, _)| *holds);
    first.map_or(FileResult::Erased, |(_, result)| result)
}

fn name(measure: &FileMeasure) -> NameResult {
    match measure.name {
        _ if !measure.is_removed() => NameResult::Kept,
        Some(NameTrace::Gone) => NameResult::Gone,
        Some(NameTrace::StillThere) => NameResult::StillThere,
        _ => NameResult::NotSeen,
    }
}
